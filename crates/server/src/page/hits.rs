//! Draws the hits: title, facts, passages with their places, duplicates, and the line before what holds most of the words.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::address::{passage_address, url_at_passage, web_url, with_pairs};
use crate::answer::{DocumentLink, Hit, PassageHit, Tier};
use crate::page::blocks::cited_by_href;
use crate::page::citation::Reference;
use crate::page::explanation::ReasonView;
use crate::page::frame::language_of;
use crate::page::i18n::{fill, grouped};
use crate::page::marks::{marked, only_marks};
use crate::page::results::Results;
use crate::question::{Matching, Query, Sort};
use crate::request::address::document_href;
use crate::request::language::Ui;

/// Maximum width of the heading over a passage.
const HEADING_COLUMNS: usize = 40;

pub(super) struct HitView {
    pub(super) href: String,
    pub(super) title_html: String,
    pub(super) title_lang: String,
    pub(super) publisher: String,
    pub(super) date: String,
    pub(super) date_machine: String,
    pub(super) kind: String,
    pub(super) number: String,
    /// Link to the versions of its work, where there are several.
    pub(super) version: Option<LinkView>,
    /// Link to the passages that cite it, where the list is about that.
    pub(super) cited: Option<LinkView>,
    pub(super) badges: Vec<Badge>,
    pub(super) counterparts: Vec<CounterpartView>,
    pub(super) original: Option<String>,
    pub(super) count: Option<String>,
    /// Address of its explanation.
    pub(super) why: Option<String>,
    /// Its OpenURL, by which a reference manager sees it.
    pub(super) coins: String,
    /// Number on this page, from 1.
    pub(super) number_here: usize,
    pub(super) reasons: Vec<ReasonView>,
    /// The best passage.
    pub(super) best: Option<PassageView>,
    /// Passages behind a fold.
    pub(super) more: Vec<PassageView>,
    pub(super) more_label: String,
    pub(super) duplicates: Vec<LinkView>,
    pub(super) duplicates_label: String,
    /// Label of a hit found by translation alone.
    pub(super) by_translation: Option<&'static str>,
    /// Sentence about a hit found in the text as published alone.
    pub(super) in_original: Option<&'static str>,
    /// Words that it lacks, each as typed.
    pub(super) missing: Option<String>,
    /// Label over the first of those that hold most of the words.
    pub(super) divider: Option<String>,
}

/// A link to another document.
pub(super) struct LinkView {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) lang: String,
}

/// A document's language in one sign.
pub(crate) struct Badge {
    pub(crate) sign: String,
    pub(crate) name: String,
}

/// A link to the same document in another language.
pub(crate) struct CounterpartView {
    pub(crate) href: String,
    pub(crate) lang: String,
    /// The language in one sign, and its name with the title there.
    pub(crate) sign: String,
    pub(crate) name: String,
}

pub(super) struct PassageView {
    pub(super) href: String,
    pub(super) cite: String,
    pub(super) place: String,
    pub(super) heading: Option<String>,
    pub(super) lang: String,
    pub(super) html: String,
}

/// An address in the language of the interface that was chosen.
fn with_ui(address: &str, chosen: Option<Ui>) -> String {
    let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
    with_pairs(address, ui.as_slice())
}

impl Results<'_> {
    pub(super) fn hits(&self) -> Vec<HitView> {
        let mut hits: Vec<HitView> = self
            .answer
            .hits
            .iter()
            .enumerate()
            .map(|(index, hit)| self.hit(index + 1, hit))
            .collect();
        let listed = &self.answer.hits;
        // Where any word was asked for, there are no degrees.
        let is_any = self.query().matching == Matching::Any;
        // Those of a sentence that stand among documents with all words say what they lack, and need no line before them.
        let first = listed
            .iter()
            .rposition(|hit| !matches!(hit.tier, Tier::Most | Tier::Original))
            .map_or(0, |last| last + 1);
        let has_most = listed.get(first).is_some_and(|hit| hit.tier == Tier::Most);
        if has_most && !is_any {
            hits[first].divider = Some(self.divider());
        }
        hits
    }

    /// Link to the versions of a hit's work.
    fn version(&self, hit: &Hit) -> Option<LinkView> {
        let version = hit.version.as_ref()?;
        let text = self.ui.text();
        let numbers = [
            ("number", version.number.to_string()),
            ("n", version.count.to_string()),
        ];
        let numbers = numbers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let mut title = fill(text.versions_of, &numbers);
        if version.in_force {
            title = format!("{} · {title}", text.force_in_force);
        }
        Some(LinkView {
            href: with_ui(&version.url, self.chosen),
            title,
            lang: String::new(),
        })
    }

    /// Link to the passages that cite a hit, in a list that is ordered or filtered by their number.
    fn cited(&self, hit: &Hit) -> Option<LinkView> {
        let count = hit.cited_by.filter(|count| *count > 0)?;
        let asked = self.question;
        let is_asked = asked.window.sort == Sort::Cited || !asked.search.filters.cited.is_empty();
        let documents = self.ui.documents(count.into());
        is_asked.then(|| LinkView {
            href: cited_by_href(&hit.id, "", self.chosen),
            title: fill(
                self.ui.text().cited_by_documents,
                &[("documents", &documents)],
            ),
            lang: String::new(),
        })
    }

    fn divider(&self) -> String {
        let most = grouped(self.answer.total.tiers.most);
        fill(self.ui.text().hold_most, &[("n", &most)])
    }

    /// Names the words that a hit lacks: *without 沙盒*.
    fn missing(&self, hit: &Hit) -> Option<String> {
        let text = self.ui.text();
        let words = hit.missing.join(text.list_comma);
        (!words.is_empty()).then(|| fill(text.without_words, &[("words", &words)]))
    }

    fn hit(&self, number_here: usize, hit: &Hit) -> HitView {
        let view = hit.original.then_some("published");
        let mut passages = self.passages(hit).into_iter();
        let best = passages.next();
        let more: Vec<PassageView> = passages.collect();
        HitView {
            href: document_href(&hit.id, self.query(), view, self.chosen, None),
            title_html: only_marks(&hit.title_html, &hit.title),
            title_lang: language_of(&hit.title, &hit.lang),
            publisher: hit.publisher.clone(),
            date: self.ui.date(&hit.date),
            date_machine: hit.date.clone(),
            kind: self.ui.kind_name(&hit.kind),
            number: hit.number.clone(),
            version: self.version(hit),
            cited: self.cited(hit),
            badges: badges(self.ui, &hit.lang),
            counterparts: counterparts(self.ui, &hit.counterparts, self.query(), self.chosen),
            original: original_url(hit),
            count: self.passage_count(hit),
            why: self.why_href(number_here),
            coins: self.coins(hit),
            number_here,
            reasons: self.reasons(hit),
            best,
            more_label: self.ui.more_passages(more.len()),
            more,
            duplicates: hit.duplicates.iter().map(|link| self.link(link)).collect(),
            duplicates_label: self.ui.also_in(hit.duplicate_count),
            by_translation: hit
                .by_translation
                .then(|| self.ui.text().hit_by_translation),
            in_original: hit.original.then(|| self.ui.text().hit_in_original),
            missing: self.missing(hit),
            divider: None,
        }
    }

    /// The OpenURL of a hit, with the address at which it was published before its address here.
    fn coins(&self, hit: &Hit) -> String {
        let own = document_href(&hit.id, &Query::default(), None, None, None);
        let url = format!("{}{own}", self.visit.origin);
        Reference::of_hit(hit, &url, &self.visit.today, "").coins()
    }

    fn passage_count(&self, hit: &Hit) -> Option<String> {
        let is_said = hit.passage_count > 0 && !self.query().q.is_empty();
        is_said.then(|| self.ui.matching_passages(hit.passage_count))
    }

    fn passages(&self, hit: &Hit) -> Vec<PassageView> {
        let passages = hit.passages.iter();
        let mut views: Vec<PassageView> = passages
            .map(|passage| self.passage(&hit.id, passage))
            .collect();
        // A heading that passages share stands over the first of them.
        let mut above: Option<String> = None;
        for view in &mut views {
            let heading = view.heading.take();
            if heading != above {
                view.heading.clone_from(&heading);
                above = heading;
            }
        }
        views
    }

    fn link(&self, link: &DocumentLink) -> LinkView {
        LinkView {
            href: document_href(&link.id, self.query(), None, self.chosen, None),
            title: link.title.clone(),
            lang: language_of(&link.title, std::slice::from_ref(&link.lang)),
        }
    }

    fn passage(&self, id: &str, passage: &PassageHit) -> PassageView {
        let cite = with_pairs(
            &document_href(id, self.query(), None, self.chosen, None),
            &[("cite", passage.id.clone())],
        );
        PassageView {
            cite: format!("{cite}#cite"),
            href: passage_address(
                &document_href(id, self.query(), None, self.chosen, None),
                passage.part,
                &passage.id,
            ),
            place: self
                .ui
                .place(passage.place.as_deref(), passage.page, passage.lines),
            heading: heading_of(passage),
            lang: passage.lang.clone(),
            html: marked(&passage.text, &passage.offsets),
        }
    }
}

/// The heading over a passage, unless its place says the same.
fn heading_of(passage: &PassageHit) -> Option<String> {
    let heading = passage.heading.as_deref()?.trim();
    let place = passage.place.as_deref().unwrap_or_default();
    (!heading.is_empty() && !place.contains(heading)).then(|| shortened(heading, HEADING_COLUMNS))
}

/// The first words of a text that is wider than `most_columns`; any other as it is.
pub(super) fn shortened(text: &str, most_columns: usize) -> String {
    if text.width() <= most_columns {
        return text.to_owned();
    }
    let mut columns = 0;
    let fits = |c: &char| {
        columns += c.width().unwrap_or(0);
        columns < most_columns
    };
    let start: String = text.chars().take_while(fits).collect();
    let whole_words = start.rfind(' ').filter(|at| *at > start.len() / 2);
    format!(
        "{}…",
        start[..whole_words.unwrap_or(start.len())].trim_end()
    )
}

/// Returns the address of the original, opened at the best passage.
fn original_url(hit: &Hit) -> Option<String> {
    let url = web_url(hit.original_url.as_deref()?)?;
    Some(match hit.passages.first() {
        Some(best) => url_at_passage(url, best),
        None => url.to_owned(),
    })
}

/// Returns links to the same document in other languages.
pub(crate) fn counterparts(
    ui: Ui,
    links: &[DocumentLink],
    query: &Query,
    chosen: Option<Ui>,
) -> Vec<CounterpartView> {
    let view = |link: &DocumentLink| {
        let badge = badges(ui, std::slice::from_ref(&link.lang)).pop();
        let (sign, name) = badge.map_or_else(Default::default, |badge| (badge.sign, badge.name));
        CounterpartView {
            href: document_href(&link.id, query, None, chosen, None),
            lang: link.lang.clone(),
            sign,
            name: format!("{name}: {}", link.title),
        }
    };
    links.iter().map(view).collect()
}

/// Returns the languages of a document as signs.
pub(crate) fn badges(ui: Ui, languages: &[String]) -> Vec<Badge> {
    let text = ui.text();
    let sign = |language: &str| match language {
        "en" => text.badge_en.to_owned(),
        "zh-Hant" => text.badge_hant.to_owned(),
        "zh-Hans" => text.badge_hans.to_owned(),
        other => other.to_owned(),
    };
    languages
        .iter()
        .map(|language| Badge {
            sign: sign(language),
            name: ui.language_name(language),
        })
        .collect()
}
