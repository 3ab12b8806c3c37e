//! Draws the expansions of a query: each form with a link that leaves it out, and links that switch all of them, or
//! translations alone, off and on again.

use crate::answer::{Expansion, ExpansionKind};
use crate::page::frame::language_of;
use crate::page::i18n::{Text, fill, grouped};
use crate::question::{Expand, Question};
use crate::request::language::Ui;

/// Forms listed in all before the rest is folded away: two lines on a wide screen.
const FORMS_SHOWN: usize = 8;

/// The list under the count, or nothing when no expansion was used, left out or switched off.
pub(crate) struct ExpansionsView {
    pub(crate) shown: Vec<TermView>,
    pub(crate) folded: Vec<TermView>,
    pub(crate) more_label: String,
    /// A form was just left out, or all are: the fold stays open for the next.
    pub(crate) is_open: bool,
    /// The surest forms, on the line that opens the list.
    pub(crate) said: Vec<(String, String)>,
    pub(crate) left_out: Vec<FormView>,
    pub(crate) switches: Vec<SwitchView>,
}

/// A part of the query and what else stood for it.
pub(crate) struct TermView {
    pub(crate) term: String,
    pub(crate) lang: String,
    pub(crate) forms: Vec<FormView>,
}

/// One form, and the question without it (or with it again).
pub(crate) struct FormView {
    pub(crate) form: String,
    pub(crate) lang: String,
    pub(crate) href: String,
    pub(crate) spoken: String,
}

/// A link to the question with more or fewer expansions.
pub(crate) struct SwitchView {
    pub(crate) label: &'static str,
    pub(crate) href: String,
}

/// Returns the list of `expansions` for `question`; `href_of` writes a question's address.
pub(crate) fn expansions_view(
    question: &Question,
    expansions: &[Expansion],
    ui: Ui,
    href_of: impl Fn(&Question) -> String,
) -> Option<ExpansionsView> {
    let query = &question.search.query;
    let is_plain = expansions.is_empty() && query.without.is_empty() && query.expand == Expand::All;
    if is_plain || query.is_blank() {
        return None;
    }
    let forms = Forms {
        first_page: question.clone().page(1),
        text: ui.text(),
        href_of: &href_of,
    };
    let (shown, folded) = split(expansions, |form| forms.offered(form));
    let folded_count: usize = folded.iter().map(|term| term.forms.len()).sum();
    let left_out = query.without.iter().map(|form| forms.left_out(form));
    let said = shown.iter().flat_map(|term| &term.forms);
    let said = said.map(|form| (form.form.clone(), form.lang.clone()));
    Some(ExpansionsView {
        said: said.collect(),
        shown,
        folded,
        more_label: forms.more(folded_count),
        is_open: !query.without.is_empty() || query.expand == Expand::None,
        left_out: left_out.collect(),
        switches: switches(&forms, expansions),
    })
}

/// The question that the links of the list change.
struct Forms<'a> {
    first_page: Question,
    text: &'a Text,
    href_of: &'a dyn Fn(&Question) -> String,
}

impl Forms<'_> {
    /// Returns a form of the list, with the question without it.
    fn offered(&self, form: &str) -> FormView {
        let mut asked = self.first_page.clone();
        asked.search.query.without.push(form.to_owned());
        self.view(form, self.text.leave_form_out, &asked)
    }

    /// Returns a form that was left out, with the question that has it again.
    fn left_out(&self, form: &str) -> FormView {
        let mut asked = self.first_page.clone();
        asked.search.query.without.retain(|kept| kept != form);
        self.view(form, self.text.take_form_back, &asked)
    }

    fn view(&self, form: &str, pattern: &str, asked: &Question) -> FormView {
        FormView {
            form: form.to_owned(),
            lang: language_of(form, &[]),
            href: (self.href_of)(asked),
            spoken: fill(pattern, &[("form", form)]),
        }
    }

    fn switch(&self, expand: Expand) -> SwitchView {
        let is_off = self.first_page.search.query.expand == Expand::None;
        SwitchView {
            label: match expand {
                Expand::Variants => self.text.only_variants,
                Expand::None => self.text.only_as_typed,
                Expand::All if is_off => self.text.with_expansions,
                Expand::All => self.text.with_translations,
            },
            href: (self.href_of)(&self.first_page.clone().expand(expand)),
        }
    }

    fn more(&self, count: usize) -> String {
        fill(self.text.show_more, &[("n", &grouped(count as u64))])
    }
}

/// Splits the forms of each term into the surest and the others.
fn split(
    expansions: &[Expansion],
    view: impl Fn(&str) -> FormView,
) -> (Vec<TermView>, Vec<TermView>) {
    let (mut shown, mut folded) = (Vec::new(), Vec::new());
    for (expansion, count) in expansions.iter().zip(shares(expansions)) {
        let (first, rest) = expansion.forms.split_at(count);
        add_forms(
            &mut shown,
            &expansion.term,
            first.iter().map(|form| view(form)).collect(),
        );
        add_forms(
            &mut folded,
            &expansion.term,
            rest.iter().map(|form| view(form)).collect(),
        );
    }
    (shown, folded)
}

/// Variants and translations of one term stand behind it once.
fn add_forms(terms: &mut Vec<TermView>, term: &str, forms: Vec<FormView>) {
    match terms.last_mut().filter(|last| last.term == term) {
        Some(last) => last.forms.extend(forms),
        None if forms.is_empty() => {}
        None => terms.push(TermView {
            term: term.to_owned(),
            lang: language_of(term, &[]),
            forms,
        }),
    }
}

/// Returns the number of forms of each term before the fold: dealt out one by one, so that no term is hidden by another.
fn shares(expansions: &[Expansion]) -> Vec<usize> {
    let total: usize = expansions
        .iter()
        .map(|expansion| expansion.forms.len())
        .sum();
    // A fold that hides one or two forms hides nothing worth a click.
    let mut left = if total <= FORMS_SHOWN + 2 {
        total
    } else {
        FORMS_SHOWN
    };
    let mut shares = vec![0; expansions.len()];
    while left > 0 {
        for (share, expansion) in shares.iter_mut().zip(expansions) {
            if left > 0 && *share < expansion.forms.len() {
                *share += 1;
                left -= 1;
            }
        }
    }
    shares
}

/// Returns links to fewer expansions than now, then to more.
fn switches(forms: &Forms<'_>, expansions: &[Expansion]) -> Vec<SwitchView> {
    let has = |kind| expansions.iter().any(|expansion| expansion.kind == kind);
    let offered: &[Expand] = match forms.first_page.search.query.expand {
        Expand::All => match [ExpansionKind::Variant, ExpansionKind::Translation].map(has) {
            // Without variants, both switches would say the same.
            [true, true] => &[Expand::Variants, Expand::None],
            [false, false] => &[],
            _ => &[Expand::None],
        },
        Expand::Variants => &[Expand::None, Expand::All],
        Expand::None => &[Expand::All],
    };
    offered.iter().map(|expand| forms.switch(*expand)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expansion(term: &str, kind: ExpansionKind, count: usize) -> Expansion {
        Expansion {
            term: term.to_owned(),
            kind,
            forms: (0..count).map(|n| format!("{term}{n}")).collect(),
        }
    }

    fn view(question: &Question, expansions: &[Expansion]) -> Option<ExpansionsView> {
        expansions_view(question, expansions, Ui::En, |asked| {
            format!(
                "{:?} {:?}",
                asked.search.query.expand, asked.search.query.without
            )
        })
    }

    #[test]
    fn every_form_is_listed_once_and_few_before_the_fold() {
        for counts in [
            vec![1],
            vec![10],
            vec![40],
            vec![3, 3, 3, 3],
            vec![1; 20],
            vec![30, 1],
        ] {
            let expansions: Vec<Expansion> = counts
                .iter()
                .map(|count| expansion("房屋", ExpansionKind::Translation, *count))
                .collect();
            let view = view(&Question::about("x"), &expansions).expect("there are some");
            let count =
                |terms: &[TermView]| terms.iter().map(|term| term.forms.len()).sum::<usize>();
            assert_eq!(
                count(&view.shown) + count(&view.folded),
                counts.iter().sum::<usize>(),
                "{counts:?}"
            );
            assert!(
                (1..=FORMS_SHOWN + 2).contains(&count(&view.shown)),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn nothing_is_said_where_nothing_was_expanded() {
        assert!(view(&Question::about("x"), &[]).is_none());
        let listing = Question::default().expand(Expand::None);
        assert!(
            view(&listing, &[]).is_none(),
            "without a query there is nothing to expand"
        );
    }

    #[test]
    fn what_was_left_out_can_be_taken_back() {
        let question = Question::about("housing").without(["a", "b"]).page(3);
        let view = view(
            &question,
            &[expansion("housing", ExpansionKind::Variant, 1)],
        )
        .expect("a list");
        let hrefs: Vec<&str> = view
            .left_out
            .iter()
            .map(|form| form.href.as_str())
            .collect();
        assert_eq!(hrefs, ["All [\"b\"]", "All [\"a\"]"]);
        assert_eq!(
            view.shown[0].forms[0].href,
            "All [\"a\", \"b\", \"housing0\"]"
        );
    }

    #[test]
    fn the_switches_are_those_that_change_something() {
        use ExpansionKind::{Translation, Variant};
        let labels = |expand, kinds: &[ExpansionKind]| {
            let expansions: Vec<Expansion> =
                kinds.iter().map(|kind| expansion("a", *kind, 1)).collect();
            let view = view(&Question::about("a").expand(expand), &expansions).expect("a list");
            view.switches
                .iter()
                .map(|way| way.href.split(' ').next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            labels(Expand::All, &[Variant, Translation]),
            ["Variants", "None"]
        );
        assert_eq!(labels(Expand::All, &[Translation]), ["None"]);
        assert_eq!(labels(Expand::Variants, &[Variant]), ["None", "All"]);
        assert_eq!(labels(Expand::None, &[]), ["All"]);
    }
}
