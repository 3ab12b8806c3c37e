//! A must-not clause, made safe to be asked about any document.
//!
//! tantivy asks an excluded query about documents that lie before the one it already stands at. Its phrases take that for a
//! mistake of the caller (an assertion in builds with checks); this wrapper answers instead. tantivy 0.27,
//! `Exclude` over `PhraseScorer`.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, Term};

/// A query whose matches are excluded.
#[derive(Debug)]
pub(crate) struct MustNot(pub(crate) Box<dyn Query>);

impl Clone for MustNot {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for MustNot {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(MustNotWeight(self.0.weight(enable_scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

struct MustNotWeight(Box<dyn Weight>);

impl Weight for MustNotWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(MustNotScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

/// Passes everything on but a step back, which leaves it where it stands.
struct MustNotScorer(Box<dyn Scorer>);

impl DocSet for MustNotScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    // The engine's own default for `seek_danger` goes through this, and only where it is a step forward.
    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.0.doc() {
            self.0.doc()
        } else {
            self.0.seek(target)
        }
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for MustNotScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}
