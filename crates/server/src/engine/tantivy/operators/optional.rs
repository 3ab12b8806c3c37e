//! A query that must match, with optional clauses that add to the score where they match as well.
//!
//! tantivy joins what is optional in a union that runs through every posting of every part. Here each part is only asked
//! about documents that match, those that may add most first, and no further once a document has no hope left
//! ([`OptionalClausesScorer::score_if_above`]). A score is the sum of the same parts either way.

use std::collections::BTreeMap;

use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer,
    Weight,
};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, Term};

use crate::engine::tantivy::operators::clause::Clause;

/// Bounds are sums of floats: what is this little above a bound may still be reached.
const BOUND_SLACK: f32 = 1.0001;
/// Lengths are stored rounded down by an eighth at most, so that a document of nothing but one word may score above what BM25
/// gives it at best.
const ROUNDED_LENGTHS: f32 = 1.13;

/// A query that adds to the score where it matches.
pub(crate) struct OptionalClause {
    query: Box<dyn Query>,
    bound: Bound,
}

/// Maximum that an optional clause may add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// The maximum that BM25 gives its terms, field by field, times this weight; no term counts with more inside.
    OfTerms(f32),
    /// A constant score.
    Constant(f32),
}

impl OptionalClause {
    /// An optional clause; `query` has the weight that `bound` counts with.
    pub(crate) fn new(query: Box<dyn Query>, bound: Bound) -> Self {
        Self { query, bound }
    }

    fn max_score(&self, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<f32> {
        let weight = match self.bound {
            Bound::Constant(score) => return Ok(score),
            Bound::OfTerms(weight) => weight,
        };
        let mut by_field: BTreeMap<u32, Vec<Term>> = BTreeMap::new();
        self.query.query_terms(&mut |term, _| {
            let terms = by_field.entry(term.field().field_id()).or_default();
            terms.push(term.clone());
        });
        let mut most = 0.0;
        for terms in by_field.values() {
            most += Bm25Weight::for_terms(statistics, terms)?.max_score();
        }
        Ok(most * weight * ROUNDED_LENGTHS)
    }
}

impl Clone for OptionalClause {
    fn clone(&self) -> Self {
        Self {
            query: self.query.box_clone(),
            bound: self.bound,
        }
    }
}

/// Matches what `required` matches; its optional clauses add to the score.
pub(crate) struct OptionalQuery {
    required: Box<dyn Query>,
    clauses: Vec<OptionalClause>,
}

impl Clone for OptionalQuery {
    fn clone(&self) -> Self {
        Self {
            required: self.required.box_clone(),
            clauses: self.clauses.clone(),
        }
    }
}

impl OptionalQuery {
    /// `required` with optional clauses.
    pub(crate) fn new(required: Box<dyn Query>, clauses: Vec<OptionalClause>) -> Self {
        Self { required, clauses }
    }
}

impl std::fmt::Debug for OptionalQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clauses = self.clauses.iter().map(|clause| &clause.query);
        f.debug_list()
            .entry(&self.required)
            .entries(clauses)
            .finish()
    }
}

impl Query for OptionalQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let required = self.required.weight(enable_scoring)?;
        let EnableScoring::Enabled {
            statistics_provider,
            ..
        } = enable_scoring
        else {
            return Ok(required);
        };
        let mut clauses = Vec::with_capacity(self.clauses.len());
        for clause in &self.clauses {
            clauses.push((
                clause.max_score(statistics_provider)?,
                clause.query.weight(enable_scoring)?,
            ));
        }
        // Stable, so that sums do not depend on anything but the query.
        clauses.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(Box::new(OptionalWeight { required, clauses }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.required.query_terms(visitor);
        for clause in &self.clauses {
            clause.query.query_terms(visitor);
        }
    }
}

struct OptionalWeight {
    required: Box<dyn Weight>,
    /// Each with the maximum it may add, the greatest first.
    clauses: Vec<(f32, Box<dyn Weight>)>,
}

impl OptionalWeight {
    fn with_clauses(
        &self,
        required: Box<dyn Scorer>,
        first: DocId,
        reader: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<OptionalClausesScorer> {
        let mut clauses = Vec::with_capacity(self.clauses.len());
        for (max_score, weight) in &self.clauses {
            let (seen, scorer) = weight.scorer_danger(reader, first, boost)?;
            if !scorer.is::<EmptyScorer>() {
                clauses.push(OptionalScorer {
                    clause: Clause::new(scorer, seen, first),
                    max_score: max_score * boost,
                    max_behind: 0.0,
                });
            }
        }
        let mut left = 0.0;
        for clause in clauses.iter_mut().rev() {
            clause.max_behind = left;
            left += clause.max_score;
        }
        Ok(OptionalClausesScorer {
            required,
            clauses,
            max_optional: left * BOUND_SLACK,
        })
    }
}

impl Weight for OptionalWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let required = self.required.scorer(reader, boost)?;
        let first = required.doc();
        Ok(Box::new(self.with_clauses(required, first, reader, boost)?))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let (seen, required) = self.required.scorer_danger(reader, target, boost)?;
        Ok((
            seen,
            Box::new(self.with_clauses(required, target, reader, boost)?),
        ))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.required.explain(reader, doc)
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.required.count(reader)
    }
}

/// An optional clause on its way through a segment.
struct OptionalScorer {
    clause: Clause,
    /// Maximum that it may add.
    max_score: f32,
    /// Maximum that the clauses behind it may add.
    max_behind: f32,
}

impl OptionalScorer {
    /// Score that the clause adds to `doc`; documents must not decrease.
    fn score_at(&mut self, doc: DocId) -> Score {
        self.clause.score_at(doc).unwrap_or(0.0)
    }
}

/// Runs through the documents that match, each with its optional clauses.
pub(crate) struct OptionalClausesScorer {
    required: Box<dyn Scorer>,
    clauses: Vec<OptionalScorer>,
    /// Maximum that all optional clauses may add.
    max_optional: f32,
}

impl OptionalClausesScorer {
    /// The score of the document it stands at, or `None` when that does not reach `least` (it may give a lower one all the
    /// same).
    pub(crate) fn score_if_above(&mut self, least: Score) -> Option<Score> {
        let doc = self.required.doc();
        let mut score = self.required.score();
        if score + self.max_optional < least {
            return None;
        }
        for clause in &mut self.clauses {
            score += clause.score_at(doc);
            if score + clause.max_behind * BOUND_SLACK < least {
                return None;
            }
        }
        Some(score)
    }
}

impl DocSet for OptionalClausesScorer {
    fn advance(&mut self) -> DocId {
        self.required.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.required.seek(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.required.seek_danger(target)
    }

    fn doc(&self) -> DocId {
        self.required.doc()
    }

    fn size_hint(&self) -> u32 {
        self.required.size_hint()
    }

    fn cost(&self) -> u64 {
        self.required.cost()
    }
}

impl Scorer for OptionalClausesScorer {
    fn score(&mut self) -> Score {
        let doc = self.required.doc();
        let required = self.required.score();
        self.clauses
            .iter_mut()
            .fold(required, |score, clause| score + clause.score_at(doc))
    }
}

#[cfg(test)]
mod tests {
    use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, TermQuery};
    use tantivy::schema::{IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, TERMINATED, TantivyDocument};

    use super::*;

    /// Documents of four words in all proportions, lengths and orders.
    fn texts() -> Vec<String> {
        let words = ["a", "b", "c", "d"];
        (0..600_usize)
            .map(|seed| {
                let mut state = seed * 2_654_435_761 + 1;
                let len = 1 + seed % 37;
                let text: Vec<&str> = (0..len)
                    .map(|_| {
                        state = state
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        words[(state >> 33) % (1 + seed % 4)]
                    })
                    .collect();
                text.join(" ")
            })
            .collect()
    }

    #[test]
    fn scores_are_those_of_a_union_and_none_above_a_bound_is_left_out() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads::<TantivyDocument>(1, 20_000_000)
            .expect("a writer");
        for text in texts() {
            writer
                .add_document(tantivy::doc!(field => text))
                .expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        let term = |text: &str| Term::from_field_text(field, text);
        let word = |text: &str| {
            Box::new(TermQuery::new(term(text), IndexRecordOption::WithFreqs)) as Box<dyn Query>
        };
        let phrase = || Box::new(PhraseQuery::new(vec![term("b"), term("a")])) as Box<dyn Query>;
        let weighted = |query, weight| {
            let query: Box<dyn Query> = Box::new(BoostQuery::new(query, weight));
            OptionalClause::new(query, Bound::OfTerms(weight))
        };
        let optional = vec![
            weighted(word("b"), 1.5),
            weighted(phrase(), 0.5),
            weighted(word("d"), 0.1),
        ];
        let mut clauses = vec![(Occur::Must, word("c"))];
        clauses.extend(
            optional
                .iter()
                .map(|clause| (Occur::Should, clause.query.box_clone())),
        );
        let union = BooleanQuery::new(clauses);
        let optional = OptionalQuery::new(word("c"), optional);
        let scoring = EnableScoring::enabled_from_searcher(&searcher);
        let reader = searcher.segment_reader(0);
        let scorer = |query: &dyn Query| {
            query
                .weight(scoring)
                .expect("a weight")
                .scorer(reader, 1.0)
                .expect("a scorer")
        };
        for least in [0.0, 0.5, 1.0, 1.5, 2.0] {
            let mut one = scorer(&optional);
            let one = one
                .downcast_mut::<OptionalClausesScorer>()
                .expect("its own scorer");
            let mut other = scorer(&union);
            let mut seen = 0;
            while one.doc() != TERMINATED {
                assert_eq!(one.doc(), other.doc());
                let expected = other.score();
                match one.score_if_above(least) {
                    Some(score) => {
                        assert!((score - expected).abs() < 1e-4, "{score} and {expected}")
                    }
                    None => assert!(expected < least, "{expected} was left out at {least}"),
                }
                seen += 1;
                one.advance();
                other.advance();
            }
            assert_eq!(other.doc(), TERMINATED);
            assert!(seen > 100, "{seen}");
        }
    }
}
