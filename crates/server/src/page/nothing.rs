//! Draws the page on which nothing was found: what each part of the query finds, and what may be asked instead.

use crate::page::i18n::fill;
use crate::page::pieces::{Piece, pieces};
use crate::page::search::View;
use crate::question::{Expand, Matching, Question};

pub(super) struct Nothing {
    pub(super) heading: &'static str,
    pub(super) terms: Vec<(String, String)>,
    pub(super) ways: Vec<WayOn>,
}

/// Something else to ask; what it quotes says its own language.
pub(super) struct WayOn {
    pub(super) label: Vec<Piece>,
    pub(super) href: String,
}

impl View<'_> {
    pub(super) fn nothing(&self) -> Nothing {
        let terms = self.answer.query.terms.iter();
        Nothing {
            heading: self.nothing_heading(),
            terms: terms
                .map(|term| (term.term.clone(), self.ui.documents(term.documents)))
                .collect(),
            ways: self.ways_on(),
        }
    }

    fn nothing_heading(&self) -> &'static str {
        let text = self.ui.text();
        match () {
            () if self.answer.index.documents == 0 => text.nothing_in_index,
            () if self.listed() > 0 => text.beyond_last,
            () => text.nothing_found,
        }
    }

    /// What may be asked instead, the smallest change first.
    fn ways_on(&self) -> Vec<WayOn> {
        let text = self.ui.text();
        let question = self.question;
        let mut ways: Vec<WayOn> = Vec::new();
        if question.window.page > 1 {
            ways.push(WayOn {
                label: pieces(&fill(text.page, &[("n", "1")]), &[]),
                href: self.href_with(|_| {}),
            });
        }
        for chip in self.chips() {
            let label = pieces(
                text.try_without,
                &[("name", &chip.label), ("value", &chip.value)],
            );
            ways.push(WayOn {
                label,
                href: chip.href,
            });
        }
        if ways.len() > 1 && !question.search.filters.is_empty() {
            let bare = Question::about(&question.search.query.q);
            ways.push(WayOn {
                label: pieces(text.try_no_filters, &[]),
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
            let label = pieces(text.try_no_quotes, &[("q", &unquoted)]);
            ways.push(WayOn {
                label,
                href: self.href_with(|question| question.search.query.q = unquoted),
            });
        }
        if question.search.query.expand != Expand::All {
            let href = self.href_with(|question| question.search.query.expand = Expand::All);
            ways.push(WayOn {
                label: pieces(text.try_expand, &[]),
                href,
            });
        }
        if question.search.query.matching == Matching::All && self.answer.query.terms.len() > 1 {
            let href = self.href_with(|question| question.search.query.matching = Matching::Any);
            ways.push(WayOn {
                label: pieces(text.try_any, &[]),
                href,
            });
        }
        ways
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '「' | '」' | '『' | '』' | '＂')
}
