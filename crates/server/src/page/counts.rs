//! Says how many documents were found.

use crate::page::i18n::{fill, grouped};
use crate::page::results::Results;
use crate::page::sentence::{TextRun, with_quotations};

/// Numbers over the list.
pub(super) struct CountsView {
    /// `1–20 of 45`, when there are more than these.
    pub(super) range: Option<String>,
    /// `37 documents`; empty where the range has said it.
    pub(super) count: String,
    /// `12 more by translation`, and those found in the text as published alone.
    pub(super) more: Option<String>,
    pub(super) seconds: Option<String>,
    /// The sentence that a screen reader announces.
    pub(super) status: Vec<TextRun>,
}

impl Results<'_> {
    pub(super) fn counts(&self, is_home: bool) -> CountsView {
        CountsView {
            range: self.range(),
            count: self.count(),
            more: self.more(),
            seconds: (!is_home).then(|| self.seconds()),
            status: self.status(),
        }
    }

    fn range(&self) -> Option<String> {
        let (shown, listed) = (self.answer.hits.len() as u64, self.listed());
        if shown == 0 || shown == listed {
            return None;
        }
        let first = ((self.answer.page.number - 1) * self.answer.page.per_page + 1) as u64;
        let (first, last) = (grouped(first), grouped(first + shown - 1));
        let total = if self.counts_are_plain() {
            self.ui.documents(listed)
        } else {
            grouped(listed)
        };
        Some(fill(
            self.ui.text().range_of,
            &[("first", &first), ("last", &last), ("total", &total)],
        ))
    }

    /// Returns true if the list has an entry for each document that holds the query: no translations, no duplicates.
    fn counts_are_plain(&self) -> bool {
        self.answer.expanded_total == 0
            && self.answer.original_total == 0
            && self.answer.total.value == self.listed()
    }

    fn count(&self) -> String {
        if self.range().is_some() && self.counts_are_plain() {
            return String::new();
        }
        self.ui.documents(self.answer.total.value)
    }

    fn more(&self) -> Option<String> {
        let text = self.ui.text();
        let said =
            |pattern: &str, more: u64| (more > 0).then(|| fill(pattern, &[("n", &grouped(more))]));
        let more: Vec<String> = [
            said(text.more_by_translation, self.answer.expanded_total),
            said(text.only_in_original, self.answer.original_total),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!more.is_empty()).then(|| more.join(text.list_comma))
    }

    fn seconds(&self) -> String {
        fill(
            self.ui.text().seconds,
            &[("n", &format!("{:.3}", self.answer.took_ms / 1000.0))],
        )
    }

    /// Returns `37 documents and 12 more by translation`.
    pub(super) fn documents(&self) -> String {
        let answer = self.answer;
        let documents = self
            .ui
            .documents_with_translated(answer.total.value, answer.expanded_total);
        match answer.original_total {
            0 => documents,
            more => {
                let text = self.ui.text();
                let more = fill(text.only_in_original, &[("n", &grouped(more))]);
                [documents, more].join(text.list_comma)
            }
        }
    }

    fn status(&self) -> Vec<TextRun> {
        let q = self.query().q.as_str();
        let documents = self.documents();
        match (q.is_empty(), self.listed()) {
            (true, _) => with_quotations(&documents, &[]),
            (false, 0) => with_quotations(self.ui.text().status_none, &[("q", q)]),
            // The places left are those of quotations.
            (false, _) => with_quotations(
                &fill(self.ui.text().status_results, &[("documents", &documents)]),
                &[("q", q)],
            ),
        }
    }
}
