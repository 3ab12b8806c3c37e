//! Says how many documents were found: one number, and the parts that it is the sum of.

use crate::page::i18n::{fill, grouped};
use crate::page::results::Results;
use crate::page::sentence::{TextRun, with_quotations};
use crate::question::Tier;

/// Numbers over the list.
pub(super) struct CountsView {
    /// `1–20 of 57 documents`, or `5 documents`.
    pub(super) count: String,
    /// `45 as typed` and `12 by translation`, each with the list of its documents alone; empty where all are of one degree.
    pub(super) parts: Vec<PartView>,
    /// Documents that have no entry of their own.
    pub(super) hidden: Option<String>,
    pub(super) seconds: Option<String>,
    /// The sentence that a screen reader announces.
    pub(super) status: Vec<TextRun>,
}

/// A part of a count.
pub(super) struct PartView {
    pub(super) label: String,
    pub(super) href: String,
}

impl Results<'_> {
    pub(super) fn counts(&self, is_home: bool) -> CountsView {
        CountsView {
            count: self.count(),
            parts: self.parts(),
            hidden: self.hidden(),
            seconds: (!is_home).then(|| self.seconds()),
            status: self.status(),
        }
    }

    /// Number of documents of each degree.
    fn tiers(&self) -> [(Tier, u64); 4] {
        let answer = self.answer;
        let count = |tier| match tier {
            Tier::All => answer.total.tiers.all,
            Tier::Most => answer.total.tiers.most,
            Tier::Translation => answer.expanded_total,
            Tier::Original => answer.original_total,
        };
        Tier::ALL.map(|tier| (tier, count(tier)))
    }

    fn found(&self) -> u64 {
        self.tiers().iter().map(|(_, count)| count).sum()
    }

    fn count(&self) -> String {
        let (shown, listed) = (self.answer.hits.len() as u64, self.listed());
        let documents = self.found_documents();
        if shown == 0 || shown == listed {
            return documents;
        }
        let first = ((self.answer.page.number - 1) * self.answer.page.per_page + 1) as u64;
        let (first, last) = (grouped(first), grouped(first + shown - 1));
        let values = [
            ("first", first.as_str()),
            ("last", &last),
            ("total", &documents),
        ];
        fill(self.ui.text().range_of, &values)
    }

    /// Returns `57 documents`, and how they were found where all were found by translation.
    fn found_documents(&self) -> String {
        let documents = self.ui.documents(self.found());
        let translated = self.answer.expanded_total;
        if translated > 0 && translated == self.found() {
            return fill(self.ui.text().only_translated, &[("documents", &documents)]);
        }
        documents
    }

    fn parts(&self) -> Vec<PartView> {
        let text = self.ui.text();
        let part = |(tier, count): (Tier, u64)| {
            let pattern = match tier {
                Tier::All => text.part_typed,
                Tier::Most => text.part_most,
                Tier::Translation => text.part_translation,
                Tier::Original => text.only_in_original,
            };
            PartView {
                label: fill(pattern, &[("n", &grouped(count))]),
                href: self.href_with(|question| question.search.tier = Some(tier)),
            }
        };
        let found = self.tiers().into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<PartView> = found.map(part).collect();
        if parts.len() > 1 { parts } else { Vec::new() }
    }

    fn hidden(&self) -> Option<String> {
        let hidden = self.found().saturating_sub(self.listed());
        let said = || fill(self.ui.text().listed_under, &[("n", &grouped(hidden))]);
        (hidden > 0 && self.listed() > 0).then(said)
    }

    fn seconds(&self) -> String {
        fill(
            self.ui.text().seconds,
            &[("n", &format!("{:.3}", self.answer.took_ms / 1000.0))],
        )
    }

    /// Returns `57 documents`.
    pub(super) fn documents(&self) -> String {
        self.found_documents()
    }

    fn status(&self) -> Vec<TextRun> {
        let q = self.query().q.as_str();
        let text = self.ui.text();
        let documents = self.documents();
        match (q.is_empty(), self.listed()) {
            (true, _) => with_quotations(&documents, &[]),
            (false, 0) => with_quotations(text.status_none, &[("q", q)]),
            // The places left are those of quotations.
            (false, _) => with_quotations(
                &format!(
                    "{}{}",
                    fill(text.status_results, &[("documents", &documents)]),
                    self.parts_in_brackets()
                ),
                &[("q", q)],
            ),
        }
    }

    /// Returns ` (45 as typed, 12 by translation)`; nothing where all are of one degree.
    fn parts_in_brackets(&self) -> String {
        let text = self.ui.text();
        let parts: Vec<String> = self.parts().into_iter().map(|part| part.label).collect();
        match parts.is_empty() {
            true => String::new(),
            false => fill(text.in_brackets, &[("text", &parts.join(text.list_comma))]),
        }
    }
}
