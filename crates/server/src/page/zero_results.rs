//! Draws zero results: the number of documents for each part of the query, and alternatives.

use crate::page::filters::Chip;
use crate::page::i18n::fill;
use crate::page::results::Results;
use crate::page::sentence::{TextRun, with_quotations};
use crate::question::{Expand, Matching, Question};

pub(super) struct ZeroResults {
    pub(super) heading: &'static str,
    pub(super) terms: Vec<(String, String)>,
    pub(super) alternatives: Vec<Alternative>,
}

/// Another question; what its label quotes says its own language.
pub(super) struct Alternative {
    pub(super) label: Vec<TextRun>,
    pub(super) href: String,
}

impl Results<'_> {
    pub(super) fn zero_results(&self) -> ZeroResults {
        let terms = self.answer.query.terms.iter();
        ZeroResults {
            heading: self.zero_results_heading(),
            terms: terms
                .map(|term| (term.term.clone(), self.ui.documents(term.documents)))
                .collect(),
            alternatives: self.alternatives(),
        }
    }

    fn zero_results_heading(&self) -> &'static str {
        let text = self.ui.text();
        match () {
            () if self.answer.index.documents == 0 => text.nothing_in_index,
            () if self.listed() > 0 => text.beyond_last,
            () => text.nothing_found,
        }
    }

    /// Returns questions that may find more, the smallest change first.
    fn alternatives(&self) -> Vec<Alternative> {
        let mut alternatives: Vec<Alternative> = Vec::new();
        alternatives.extend(self.first_page());
        alternatives.extend(self.without_one_filter());
        if alternatives.len() > 1 && !self.question.search.filters.is_empty() {
            alternatives.push(self.without_filters());
        }
        alternatives.extend(self.without_quotes());
        alternatives.extend(self.with_expansions());
        alternatives.extend(self.any_word());
        alternatives
    }

    fn first_page(&self) -> Option<Alternative> {
        let label = fill(self.ui.text().page, &[("n", "1")]);
        (self.question.window.page > 1).then(|| Alternative {
            label: with_quotations(&label, &[]),
            href: self.href_with(|_| {}),
        })
    }

    fn without_one_filter(&self) -> Vec<Alternative> {
        let pattern = self.ui.text().try_without;
        let alternative = |chip: Chip| Alternative {
            label: with_quotations(pattern, &[("name", &chip.label), ("value", &chip.value)]),
            href: chip.href,
        };
        self.chips().into_iter().map(alternative).collect()
    }

    fn without_filters(&self) -> Alternative {
        Alternative {
            label: with_quotations(self.ui.text().try_no_filters, &[]),
            href: self.href(&Question::about(&self.query().q)),
        }
    }

    fn without_quotes(&self) -> Option<Alternative> {
        let q = &self.query().q;
        let unquoted = spaced(&q.replace(is_quote, " "));
        if unquoted.is_empty() || unquoted == spaced(q) {
            return None;
        }
        Some(Alternative {
            label: with_quotations(self.ui.text().try_no_quotes, &[("q", &unquoted)]),
            href: self.href_with(|question| question.search.query.q = unquoted),
        })
    }

    fn with_expansions(&self) -> Option<Alternative> {
        (self.query().expand != Expand::All).then(|| Alternative {
            label: with_quotations(self.ui.text().try_expand, &[]),
            href: self.href_with(|question| question.search.query.expand = Expand::All),
        })
    }

    fn any_word(&self) -> Option<Alternative> {
        let is_strict = self.query().matching != Matching::Any && self.answer.query.terms.len() > 1;
        is_strict.then(|| Alternative {
            label: with_quotations(self.ui.text().try_any, &[]),
            href: self.href_with(|question| question.search.query.matching = Matching::Any),
        })
    }
}

/// Returns `text` with single spaces between its words.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '「' | '」' | '『' | '』' | '＂')
}
