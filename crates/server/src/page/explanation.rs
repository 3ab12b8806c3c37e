//! Says in the reader's language why a hit stands where it stands, and why a chosen document is not among the hits.

use crate::answer::{Absent, ExpansionKind, Hit};
use crate::page::frame::language_of;
use crate::page::i18n::{Text, fill, grouped};
use crate::page::results::Results;
use crate::page::sentence::{TextRun, with_quotations};
use crate::question::Sort;
use crate::reason::{Label, Place, Reason, ScorePart, TermUnit};
use crate::request::address::{document_href, search_href};

/// One reason: a sentence, and how much of the score it makes up.
pub(super) struct ReasonView {
    pub(super) sentence: Vec<TextRun>,
    /// Number of documents it is found in.
    pub(super) rarity: Option<String>,
    /// Of a hundred.
    pub(super) share: Option<u32>,
}

/// A chosen document that is not listed.
pub(super) struct AbsentView {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) lang: String,
    pub(super) reasons: Vec<ReasonView>,
}

impl Results<'_> {
    /// Returns the address of the explanation of the hit `number`: this page again, at that hit. Only an order by relevance
    /// needs it.
    pub(super) fn why_href(&self, number: usize) -> Option<String> {
        let question = self.question;
        let is_ranked =
            question.window.sort == Sort::Relevance && !question.search.query.q.trim().is_empty();
        (is_ranked && !question.show.explain).then(|| {
            format!(
                "{}#why-{number}",
                self.href(&question.clone().explain(true))
            )
        })
    }

    pub(super) fn reasons(&self, hit: &Hit) -> Vec<ReasonView> {
        self.reason_views(&hit.explanation)
    }

    pub(super) fn absent(&self) -> Vec<AbsentView> {
        let view = |absent: &Absent| AbsentView {
            href: document_href(&absent.id, self.query(), None, self.chosen, None),
            title: absent.title.clone(),
            lang: language_of(&absent.title, &[]),
            reasons: self.reason_views(&absent.explanation),
        };
        self.answer.absent.iter().map(view).collect()
    }

    /// Returns the address of the list without explanations, when they are shown.
    pub(super) fn unexplained(&self) -> Option<String> {
        let plain = self.question.clone().explain(false);
        self.question
            .show
            .explain
            .then(|| search_href("/search", &plain, self.chosen))
    }

    fn reason_views(&self, reasons: &[Reason]) -> Vec<ReasonView> {
        let total: f32 = reasons.iter().filter_map(score_of).sum();
        let share = |reason: &Reason| {
            let score = score_of(reason).filter(|_| total > 0.0)?;
            Some((score / total * 100.0).round().clamp(0.0, 100.0) as u32)
        };
        let text = self.ui.text();
        let view = |reason: &Reason| ReasonView {
            sentence: sentence(reason, text),
            rarity: rarity(reason, text),
            share: share(reason),
        };
        reasons.iter().map(view).collect()
    }
}

fn rarity(reason: &Reason, text: &Text) -> Option<String> {
    let Reason::Adds {
        part: ScorePart::Term { documents, of, .. },
        ..
    } = reason
    else {
        return None;
    };
    Some(fill(
        text.reason_rarity,
        &[("n", &grouped(*documents)), ("m", &grouped(*of))],
    ))
}

/// Part of the score that a reason stands for.
fn score_of(reason: &Reason) -> Option<f32> {
    match reason {
        Reason::Adds { score, .. } => Some(*score),
        _ => None,
    }
}

fn sentence(reason: &Reason, text: &Text) -> Vec<TextRun> {
    match reason {
        Reason::Adds { part, .. } => part_sentence(part, text),
        Reason::Lacks {
            label,
            in_title,
            as_typed,
        } => {
            let pattern = match (in_title, as_typed) {
                (true, _) => text.reason_lacks_in_title,
                (false, true) => text.reason_lacks_as_typed,
                (false, false) => text.reason_lacks,
            };
            with_quotations(
                &fill(pattern, &[("label", text.label_typed)]),
                &[("text", label)],
            )
        }
        Reason::InOriginal => with_quotations(text.reason_in_original, &[]),
        Reason::ListedUnder { id } => with_quotations(text.reason_listed_under, &[("text", id)]),
        Reason::LeftOutByFilter => with_quotations(text.reason_filter, &[]),
        Reason::OnAnotherPage => with_quotations(text.reason_other_page, &[]),
        Reason::CombinedOtherwise => with_quotations(text.reason_combined, &[]),
    }
}

fn part_sentence(part: &ScorePart, text: &Text) -> Vec<TextRun> {
    let (pattern, label, place) = match part {
        ScorePart::Matching => return with_quotations(text.reason_matching, &[]),
        ScorePart::Publisher => return with_quotations(text.reason_publisher, &[]),
        ScorePart::WholeTitle => return with_quotations(text.reason_whole_title, &[]),
        ScorePart::Lesser { count } => {
            return with_quotations(
                &fill(text.reason_lesser, &[("n", &grouped(*count as u64))]),
                &[],
            );
        }
        ScorePart::Phrase { label, place } => (text.reason_phrase, label, place),
        ScorePart::Term {
            label, unit, place, ..
        } => (term_pattern(*unit, text), label, place),
    };
    let place = if *place == Place::Title {
        text.place_title
    } else {
        text.place_text
    };
    let pattern = fill(
        pattern,
        &[("label", label_pattern(label, text)), ("place", place)],
    );
    let term = label.stands_for.as_ref().map_or("", |(_, term)| term);
    with_quotations(&pattern, &[("text", &label.text), ("term", term)])
}

fn term_pattern(unit: TermUnit, text: &Text) -> &'static str {
    match unit {
        TermUnit::Character => text.reason_character,
        TermUnit::Word => text.reason_word,
        TermUnit::Pair => text.reason_pair,
        TermUnit::Spelling => text.reason_spelling,
    }
}

fn label_pattern(label: &Label, text: &Text) -> &'static str {
    match label.stands_for {
        None => text.label_typed,
        Some((ExpansionKind::Variant, _)) => text.label_variant,
        Some((ExpansionKind::Translation, _)) => text.label_translation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::language::Ui;

    fn said(reason: &Reason, ui: Ui) -> String {
        sentence(reason, ui.text())
            .into_iter()
            .map(|piece| piece.text)
            .collect()
    }

    fn term(unit: TermUnit, stands_for: Option<(ExpansionKind, String)>) -> Reason {
        let label = Label {
            text: "房屋".to_owned(),
            stands_for,
        };
        let part = ScorePart::Term {
            label,
            unit,
            place: Place::Title,
            documents: 3,
            of: 1_234,
        };
        Reason::Adds { part, score: 1.0 }
    }

    #[test]
    fn a_reason_is_said_in_three_languages() {
        let plain = term(TermUnit::Word, None);
        assert_eq!(said(&plain, Ui::En), "the word “房屋” in the title");
        assert_eq!(said(&plain, Ui::ZhHant), "標題有詞語「房屋」");
        assert_eq!(said(&plain, Ui::ZhHans), "标题有词语“房屋”");
        let translated = term(
            TermUnit::Pair,
            Some((ExpansionKind::Translation, "housing".to_owned())),
        );
        assert_eq!(
            said(&translated, Ui::ZhHant),
            "標題有相連的「房屋」（「housing」的翻譯）"
        );
        assert_eq!(
            rarity(&plain, Ui::En.text()).as_deref(),
            Some("in 3 of 1,234 documents")
        );
    }

    #[test]
    fn a_quotation_says_its_language_and_is_no_pattern() {
        let lacks = Reason::Lacks {
            label: "{place} <b>".to_owned(),
            in_title: false,
            as_typed: true,
        };
        let pieces = sentence(&lacks, Ui::ZhHant.text());
        let quoted = pieces
            .iter()
            .find(|piece| piece.lang.is_some())
            .expect("one");
        assert_eq!(
            (quoted.text.as_str(), quoted.lang.as_deref()),
            ("{place} <b>", Some("en"))
        );
    }
}
