//! Several queries of which the best counts, readable for who explains a score.
//!
//! tantivy's `DisjunctionMaxQuery` does not show what it is made of; this one does, and runs as that one.

use tantivy::Term;
use tantivy::query::{DisjunctionMaxQuery, EnableScoring, Query, Weight};

/// Matches what any of its queries matches; the best of them is the score.
#[derive(Debug)]
pub(crate) struct BestOf(pub(crate) Vec<Box<dyn Query>>);

impl Clone for BestOf {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|query| query.box_clone()).collect())
    }
}

impl Query for BestOf {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        DisjunctionMaxQuery::new(self.clone().0).weight(enable_scoring)
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for query in &self.0 {
            query.query_terms(visitor);
        }
    }
}
