//! Documents that match any of several clauses, each clause moved only as far as it must be.
//!
//! tantivy's union runs every clause through the next 4,096 documents when it is made, reads the positions of every phrase
//! there and keeps their scores, whether they are wanted or not. Most unions here stand beside words that must match too, or
//! add to the score of what matched: they are asked about few documents. So a clause is moved when a document is asked about,
//! the cheapest first, and no further clause once one matches; scores are made where they are asked for. They are the same sums
//! and maxima in the same order.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use crate::engine::tantivy::operators::clause::Clause;

/// Maximum number of clauses: each step looks at all of them, where tantivy's union does not.
pub(crate) const MAX_CLAUSES: usize = 16;

/// How the scores of the clauses that match make up one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combined {
    /// Their sum.
    Sum,
    /// The greatest of them.
    Max,
}

/// Matches what any of its clauses matches.
pub(crate) struct AnyQuery {
    clauses: Vec<Box<dyn Query>>,
    combined: Combined,
}

impl AnyQuery {
    /// Any of `clauses`.
    pub(crate) fn new(clauses: Vec<Box<dyn Query>>, combined: Combined) -> Self {
        Self { clauses, combined }
    }
}

impl Clone for AnyQuery {
    fn clone(&self) -> Self {
        let clauses = self.clauses.iter().map(|clause| clause.box_clone());
        Self {
            clauses: clauses.collect(),
            combined: self.combined,
        }
    }
}

impl std::fmt::Debug for AnyQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.clauses).finish()
    }
}

impl Query for AnyQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = self.clauses.iter();
        let weights = weights.map(|clause| clause.weight(enable_scoring));
        Ok(Box::new(AnyWeight {
            clauses: weights.collect::<tantivy::Result<_>>()?,
            combined: self.combined,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for clause in &self.clauses {
            clause.query_terms(visitor);
        }
    }
}

struct AnyWeight {
    clauses: Vec<Box<dyn Weight>>,
    combined: Combined,
}

impl AnyWeight {
    /// The clauses from `target` on, standing at no document yet.
    fn around(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<AnyScorer> {
        let mut clauses = Vec::with_capacity(self.clauses.len());
        for weight in &self.clauses {
            let (seen, scorer) = weight.scorer_danger(reader, target, boost)?;
            let clause = Clause::new(scorer, seen, target);
            if clause.next() < TERMINATED {
                clauses.push(clause);
            }
        }
        Ok(AnyScorer::new(clauses, self.combined, reader.max_doc()))
    }
}

impl Weight for AnyWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut any = self.around(reader, 0, boost)?;
        if any.clauses.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        any.settle(0);
        Ok(Box::new(any))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut any = self.around(reader, target, boost)?;
        if any.clauses.is_empty() {
            let nothing = SeekDangerResult::SeekLowerBound(TERMINATED);
            return Ok((nothing, Box::new(EmptyScorer)));
        }
        let seen = any.stand_at(target);
        Ok((seen, Box::new(any)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            let message = format!("document {doc} does not match");
            return Err(tantivy::TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("any of the clauses", scorer.score()))
    }
}

struct AnyScorer {
    /// In the order in which scores are added.
    clauses: Vec<Clause>,
    /// Places of the clauses, the cheapest to ask first.
    by_cost: Vec<usize>,
    combined: Combined,
    max_doc: DocId,
    doc: DocId,
}

impl AnyScorer {
    fn new(clauses: Vec<Clause>, combined: Combined, max_doc: DocId) -> Self {
        let mut by_cost: Vec<usize> = (0..clauses.len()).collect();
        by_cost.sort_by_key(|place| clauses[*place].cost());
        Self {
            clauses,
            by_cost,
            combined,
            max_doc,
            doc: 0,
        }
    }

    /// Asks whether any clause matches `target`, and stands there if so. Asks no more clauses than it must.
    fn stand_at(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        let mut bound = TERMINATED;
        for place in &self.by_cost {
            let clause = &mut self.clauses[*place];
            if clause.matches(target) {
                self.doc = target;
                return SeekDangerResult::Found;
            }
            bound = bound.min(clause.next());
        }
        SeekDangerResult::SeekLowerBound(bound)
    }

    /// Moves on to the first document from `from` on that any clause matches.
    fn settle(&mut self, from: DocId) -> DocId {
        let mut candidate = from;
        loop {
            match self.stand_at(candidate) {
                SeekDangerResult::Found => return self.doc,
                SeekDangerResult::SeekLowerBound(bound) if bound >= TERMINATED => {
                    self.doc = TERMINATED;
                    return TERMINATED;
                }
                SeekDangerResult::SeekLowerBound(bound) => candidate = bound,
            }
        }
    }
}

impl DocSet for AnyScorer {
    fn advance(&mut self) -> DocId {
        match self.doc {
            TERMINATED => TERMINATED,
            doc => self.settle(doc + 1),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        match self.doc >= target {
            true => self.doc,
            false => self.settle(target),
        }
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.stand_at(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let sizes = self.clauses.iter().map(|clause| clause.size_hint());
        sizes.fold(0, u32::saturating_add).min(self.max_doc)
    }

    fn cost(&self) -> u64 {
        self.clauses.iter().map(|clause| clause.cost()).sum()
    }
}

impl Scorer for AnyScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        let mut score: Score = 0.0;
        for clause in &mut self.clauses {
            if let Some(of_clause) = clause.score_at(doc) {
                score = match self.combined {
                    Combined::Sum => score + of_clause,
                    Combined::Max => score.max(of_clause),
                };
            }
        }
        score
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery,
        TermQuery,
    };
    use tantivy::schema::{Field, IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, Searcher, TantivyDocument};

    use super::*;

    /// A query of terms and phrases of the letters `a` to `d`, made by tantivy's own unions and by those above.
    #[derive(Clone, Debug)]
    enum Shape {
        Term(usize),
        Phrase(usize, usize),
        Constant(Box<Shape>),
        Boosted(Box<Shape>),
        All(Vec<Shape>),
        Sum(Vec<Shape>),
        Max(Vec<Shape>),
    }

    fn shapes() -> impl Strategy<Value = Shape> {
        let leaf = prop_oneof![
            (0_usize..5).prop_map(Shape::Term),
            (0_usize..4, 0_usize..4).prop_map(|(one, other)| Shape::Phrase(one, other)),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let several = prop::collection::vec(inner.clone(), 2..5);
            prop_oneof![
                inner
                    .clone()
                    .prop_map(|shape| Shape::Constant(shape.into())),
                inner.prop_map(|shape| Shape::Boosted(shape.into())),
                several.clone().prop_map(Shape::All),
                several.clone().prop_map(Shape::Sum),
                several.prop_map(Shape::Max),
            ]
        })
    }

    struct Collection {
        searcher: Searcher,
        field: Field,
    }

    impl Collection {
        /// Texts of up to nine letters; `e` stands in none.
        fn new(texts: &[Vec<usize>]) -> Self {
            let mut schema = Schema::builder();
            let field = schema.add_text_field("text", TEXT);
            let index = Index::create_in_ram(schema.build());
            let mut writer = index
                .writer_with_num_threads::<TantivyDocument>(1, 20_000_000)
                .expect("a writer");
            for text in texts {
                let letters: Vec<&str> = text.iter().map(|letter| LETTERS[*letter]).collect();
                writer
                    .add_document(tantivy::doc!(field => letters.join(" ")))
                    .expect("added");
            }
            writer.commit().expect("committed");
            let searcher = index.reader().expect("a reader").searcher();
            Self { searcher, field }
        }

        fn query(&self, shape: &Shape, is_ours: bool) -> Box<dyn Query> {
            let term = |letter: usize| Term::from_field_text(self.field, LETTERS[letter]);
            let several = |shapes: &[Shape]| -> Vec<Box<dyn Query>> {
                shapes
                    .iter()
                    .map(|shape| self.query(shape, is_ours))
                    .collect()
            };
            let with = |occur, shapes: &[Shape]| {
                let clauses = several(shapes).into_iter().map(|clause| (occur, clause));
                Box::new(BooleanQuery::new(clauses.collect()))
            };
            match shape {
                Shape::Term(letter) => {
                    Box::new(TermQuery::new(term(*letter), IndexRecordOption::WithFreqs))
                }
                Shape::Phrase(one, other) => {
                    Box::new(PhraseQuery::new(vec![term(*one), term(*other)]))
                }
                Shape::Constant(shape) => {
                    Box::new(ConstScoreQuery::new(self.query(shape, is_ours), 0.25))
                }
                Shape::Boosted(shape) => Box::new(BoostQuery::new(self.query(shape, is_ours), 0.5)),
                Shape::All(shapes) => with(Occur::Must, shapes),
                Shape::Sum(shapes) if is_ours => {
                    Box::new(AnyQuery::new(several(shapes), Combined::Sum))
                }
                Shape::Sum(shapes) => with(Occur::Should, shapes),
                Shape::Max(shapes) if is_ours => {
                    Box::new(AnyQuery::new(several(shapes), Combined::Max))
                }
                Shape::Max(shapes) => Box::new(DisjunctionMaxQuery::new(several(shapes))),
            }
        }

        /// Every document that matches, with its score.
        fn found(&self, query: &dyn Query) -> Vec<(DocId, Score)> {
            let scoring = EnableScoring::enabled_from_searcher(&self.searcher);
            let weight = query.weight(scoring).expect("a weight");
            let reader = self.searcher.segment_reader(0);
            let mut scorer = weight.scorer(reader, 1.0).expect("a scorer");
            let mut found = Vec::new();
            while scorer.doc() != TERMINATED {
                found.push((scorer.doc(), scorer.score()));
                scorer.advance();
            }
            found
        }

        /// The first document from each of `targets` on.
        fn sought(&self, query: &dyn Query, targets: &[DocId]) -> Vec<DocId> {
            let scoring = EnableScoring::disabled_from_searcher(&self.searcher);
            let weight = query.weight(scoring).expect("a weight");
            let reader = self.searcher.segment_reader(0);
            let mut scorer = weight.scorer(reader, 1.0).expect("a scorer");
            let mut seek = |target: &DocId| match scorer.doc() >= *target {
                true => scorer.doc(),
                false => scorer.seek(*target),
            };
            targets.iter().map(&mut seek).collect()
        }
    }

    const LETTERS: [&str; 5] = ["a", "b", "c", "d", "e"];

    proptest! {
        #[test]
        fn what_is_found_and_its_scores_are_those_of_tantivys_unions(
            texts in prop::collection::vec(prop::collection::vec(0_usize..4, 0..9), 1..60),
            shape in shapes(),
            mut targets in prop::collection::vec(0_u32..70, 1..6),
        ) {
            let collection = Collection::new(&texts);
            let (ours, theirs) = (collection.query(&shape, true), collection.query(&shape, false));
            let (found, expected) = (collection.found(&*ours), collection.found(&*theirs));
            let docs = |found: &[(DocId, Score)]| found.iter().map(|(doc, _)| *doc).collect::<Vec<_>>();
            prop_assert_eq!(docs(&found), docs(&expected));
            for ((doc, score), (_, other)) in found.iter().zip(&expected) {
                prop_assert!((score - other).abs() <= 1e-5 * other.abs(), "document {}: {} and {}", doc, score, other);
            }
            targets.sort_unstable();
            prop_assert_eq!(collection.sought(&*ours, &targets), collection.sought(&*theirs, &targets));
        }
    }
}
