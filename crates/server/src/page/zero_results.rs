//! Draws the page on which nothing was found: what each part of the query finds, and what may be asked instead.

use crate::page::i18n::fill;
use crate::page::results::Results;
use crate::page::sentence::{TextRun, with_quotations};
use crate::question::{Expand, Matching, Question};

pub(super) struct ZeroResults {
    pub(super) heading: &'static str,
    pub(super) terms: Vec<(String, String)>,
    pub(super) alternatives: Vec<Alternative>,
}

/// Something else to ask; what it quotes says its own language.
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

    /// What may be asked instead, the smallest change first.
    fn alternatives(&self) -> Vec<Alternative> {
        let text = self.ui.text();
        let question = self.question;
        let mut alternatives: Vec<Alternative> = Vec::new();
        if question.window.page > 1 {
            alternatives.push(Alternative {
                label: with_quotations(&fill(text.page, &[("n", "1")]), &[]),
                href: self.href_with(|_| {}),
            });
        }
        for chip in self.chips() {
            let label = with_quotations(
                text.try_without,
                &[("name", &chip.label), ("value", &chip.value)],
            );
            alternatives.push(Alternative {
                label,
                href: chip.href,
            });
        }
        if alternatives.len() > 1 && !question.search.filters.is_empty() {
            let bare = Question::about(&question.search.query.q);
            alternatives.push(Alternative {
                label: with_quotations(text.try_no_filters, &[]),
                href: self.href(&bare),
            });
        }
        let q = &question.search.query.q;
        let unquoted: String = q
            .chars()
            .map(|c| if is_quote(c) { ' ' } else { c })
            .collect();
        let unquoted = unquoted.split_whitespace().collect::<Vec<_>>().join(" ");
        if unquoted != q.split_whitespace().collect::<Vec<_>>().join(" ") && !unquoted.is_empty() {
            let label = with_quotations(text.try_no_quotes, &[("q", &unquoted)]);
            alternatives.push(Alternative {
                label,
                href: self.href_with(|question| question.search.query.q = unquoted),
            });
        }
        if question.search.query.expand != Expand::All {
            let href = self.href_with(|question| question.search.query.expand = Expand::All);
            alternatives.push(Alternative {
                label: with_quotations(text.try_expand, &[]),
                href,
            });
        }
        if question.search.query.matching == Matching::All && self.answer.query.terms.len() > 1 {
            let href = self.href_with(|question| question.search.query.matching = Matching::Any);
            alternatives.push(Alternative {
                label: with_quotations(text.try_any, &[]),
                href,
            });
        }
        alternatives
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '「' | '」' | '『' | '』' | '＂')
}
