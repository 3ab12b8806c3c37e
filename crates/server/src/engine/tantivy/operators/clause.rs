//! A clause that is asked about documents instead of being run through them.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

/// A clause on its way through a segment; moved when a document is asked about. Documents must not decrease.
pub(super) struct Clause {
    scorer: Box<dyn Scorer>,
    /// Next document that may match; does match if `is_match`.
    next: DocId,
    is_match: bool,
}

impl Clause {
    /// A clause whose scorer was asked about `asked` when it was made, and answered `seen`.
    pub(super) fn new(scorer: Box<dyn Scorer>, seen: SeekDangerResult, asked: DocId) -> Self {
        let mut clause = Self {
            scorer,
            next: asked,
            is_match: false,
        };
        clause.note(seen, asked);
        clause
    }

    fn note(&mut self, seen: SeekDangerResult, asked: DocId) {
        (self.next, self.is_match) = match seen {
            SeekDangerResult::Found => (asked, true),
            SeekDangerResult::SeekLowerBound(bound) => (bound.min(TERMINATED), false),
        };
    }

    /// Next document that may match; [`TERMINATED`] when there is none.
    pub(super) fn next(&self) -> DocId {
        self.next
    }

    /// Returns `true` if the clause matches `doc`.
    pub(super) fn matches(&mut self, doc: DocId) -> bool {
        if self.next < doc || self.next == doc && !self.is_match {
            let seen = self.scorer.seek_danger(doc);
            self.note(seen, doc);
        }
        self.next == doc && self.is_match
    }

    /// Score that the clause gives `doc`; `None` where it does not match.
    pub(super) fn score_at(&mut self, doc: DocId) -> Option<Score> {
        self.matches(doc).then(|| self.scorer.score())
    }

    /// As [`DocSet::size_hint`].
    pub(super) fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    /// As [`DocSet::cost`].
    pub(super) fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}
