//! A query that has to match, and others that count in a document's favour where they match as well.
//!
//! tantivy joins what is optional in a union that runs through every posting of every part. Here each part is only asked
//! about documents that match, those that may add most first, and no further once a document has no hope left
//! ([`FavouredScorer::score_if_above`]). A score is the sum of the same parts either way.

use tantivy::query::{
    Bm25StatisticsProvider, Bm25Weight, BoostQuery, EmptyScorer, EnableScoring, Explanation, Query,
    Scorer, Weight,
};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, Term};

/// Bounds are sums of floats: what is this little above a bound may still be reached.
const BOUND_SLACK: f32 = 1.0001;
/// Lengths are stored rounded down by an eighth at most, so that a document of nothing but one word may score above what BM25
/// gives it at best.
const ROUNDED_LENGTHS: f32 = 1.13;

/// Something that counts in a document's favour.
pub(crate) struct Favour {
    query: Box<dyn Query>,
    most: Most,
}

/// The most a favour may add.
#[derive(Clone, Copy)]
enum Most {
    /// What BM25 gives its terms at best, times this.
    OfTerms(f32),
    /// Just this.
    Constant(f32),
}

impl Favour {
    /// A term or a phrase, its score times `weight`.
    pub(crate) fn weighted(query: Box<dyn Query>, weight: f32) -> Self {
        let query = if weight == 1.0 {
            query
        } else {
            Box::new(BoostQuery::new(query, weight))
        };
        Self {
            query,
            most: Most::OfTerms(weight),
        }
    }

    /// A query whose score is `score` wherever it matches.
    pub(crate) fn constant(query: Box<dyn Query>, score: f32) -> Self {
        Self {
            query,
            most: Most::Constant(score),
        }
    }

    /// What it asks, weighted.
    pub(crate) fn query(&self) -> &dyn Query {
        self.query.as_ref()
    }

    fn most(&self, statistics: &dyn Bm25StatisticsProvider) -> tantivy::Result<f32> {
        let weight = match self.most {
            Most::Constant(score) => return Ok(score),
            Most::OfTerms(weight) => weight,
        };
        let mut terms = Vec::new();
        self.query
            .query_terms(&mut |term, _| terms.push(term.clone()));
        if terms.is_empty() {
            return Ok(0.0);
        }
        Ok(Bm25Weight::for_terms(statistics, &terms)?.max_score() * weight * ROUNDED_LENGTHS)
    }
}

impl Clone for Favour {
    fn clone(&self) -> Self {
        Self {
            query: self.query.box_clone(),
            most: self.most,
        }
    }
}

/// Matches what `required` matches; its favours add to the score.
pub(crate) struct Favoured {
    required: Box<dyn Query>,
    favours: Vec<Favour>,
}

impl Clone for Favoured {
    fn clone(&self) -> Self {
        Self {
            required: self.required.box_clone(),
            favours: self.favours.clone(),
        }
    }
}

impl Favoured {
    /// `required` with `favours`; those it has already are kept.
    pub(crate) fn new(required: Box<dyn Query>, mut favours: Vec<Favour>) -> Self {
        match required.downcast_ref::<Self>() {
            Some(inner) => {
                favours.extend(inner.favours.iter().cloned());
                Self {
                    required: inner.required.box_clone(),
                    favours,
                }
            }
            None => Self { required, favours },
        }
    }

    /// What `query` requires, and its favours if it has any.
    pub(crate) fn split(query: Box<dyn Query>) -> (Box<dyn Query>, Vec<Favour>) {
        match query.downcast::<Self>() {
            Ok(favoured) => (favoured.required, favoured.favours),
            Err(query) => (query, Vec::new()),
        }
    }

    /// Everything a score is made of.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &dyn Query> {
        std::iter::once(self.required.as_ref()).chain(self.favours.iter().map(Favour::query))
    }
}

impl std::fmt::Debug for Favoured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}

impl Query for Favoured {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let required = self.required.weight(enable_scoring)?;
        let EnableScoring::Enabled {
            statistics_provider,
            ..
        } = enable_scoring
        else {
            return Ok(required);
        };
        let mut favours = Vec::with_capacity(self.favours.len());
        for favour in &self.favours {
            favours.push((
                favour.most(statistics_provider)?,
                favour.query.weight(enable_scoring)?,
            ));
        }
        // Stable, so that sums do not depend on anything but the query.
        favours.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(Box::new(FavouredWeight { required, favours }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.required.query_terms(visitor);
        for favour in &self.favours {
            favour.query.query_terms(visitor);
        }
    }
}

struct FavouredWeight {
    required: Box<dyn Weight>,
    /// Each with the most it may add, the greatest first.
    favours: Vec<(f32, Box<dyn Weight>)>,
}

impl FavouredWeight {
    fn with_favours(
        &self,
        required: Box<dyn Scorer>,
        first: DocId,
        reader: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<FavouredScorer> {
        let mut favours = Vec::with_capacity(self.favours.len());
        for (most, weight) in &self.favours {
            let (seen, scorer) = weight.scorer_danger(reader, first, boost)?;
            if !scorer.is::<EmptyScorer>() {
                favours.push(OptionalScorer::new(scorer, seen, first, most * boost));
            }
        }
        let mut left = 0.0;
        for favour in favours.iter_mut().rev() {
            favour.most_behind = left;
            left += favour.most;
        }
        Ok(FavouredScorer {
            required,
            favours,
            most: left * BOUND_SLACK,
        })
    }
}

impl Weight for FavouredWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let required = self.required.scorer(reader, boost)?;
        let first = required.doc();
        Ok(Box::new(self.with_favours(required, first, reader, boost)?))
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
            Box::new(self.with_favours(required, target, reader, boost)?),
        ))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.required.explain(reader, doc)
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.required.count(reader)
    }
}

/// A favour on its way through a segment.
struct OptionalScorer {
    scorer: Box<dyn Scorer>,
    /// It matches nothing before this; a match when `is_match`.
    next: DocId,
    is_match: bool,
    most: f32,
    /// The most that the favours behind it may add.
    most_behind: f32,
}

impl OptionalScorer {
    fn new(scorer: Box<dyn Scorer>, seen: SeekDangerResult, asked: DocId, most: f32) -> Self {
        let mut optional = Self {
            scorer,
            next: 0,
            is_match: false,
            most,
            most_behind: 0.0,
        };
        optional.note(seen, asked);
        optional
    }

    fn note(&mut self, seen: SeekDangerResult, asked: DocId) {
        (self.next, self.is_match) = match seen {
            SeekDangerResult::Found => (asked, true),
            SeekDangerResult::SeekLowerBound(bound) => (bound, false),
        };
    }

    /// What it adds to `doc`; the documents asked about do not fall.
    fn score_at(&mut self, doc: DocId) -> Score {
        if self.next < doc || self.next == doc && !self.is_match {
            let seen = self.scorer.seek_danger(doc);
            self.note(seen, doc);
        }
        if self.next == doc && self.is_match {
            self.scorer.score()
        } else {
            0.0
        }
    }
}

/// Runs through the documents that match, each with its favours.
pub(crate) struct FavouredScorer {
    required: Box<dyn Scorer>,
    favours: Vec<OptionalScorer>,
    /// The most that all favours may add.
    most: f32,
}

impl FavouredScorer {
    /// The score of the document it stands at, or `None` when that does not reach `least` (it may give a lower one all the
    /// same).
    pub(crate) fn score_if_above(&mut self, least: Score) -> Option<Score> {
        let doc = self.required.doc();
        let mut score = self.required.score();
        if score + self.most < least {
            return None;
        }
        for favour in &mut self.favours {
            score += favour.score_at(doc);
            if score + favour.most_behind * BOUND_SLACK < least {
                return None;
            }
        }
        Some(score)
    }
}

impl DocSet for FavouredScorer {
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

impl Scorer for FavouredScorer {
    fn score(&mut self) -> Score {
        let doc = self.required.doc();
        let required = self.required.score();
        self.favours
            .iter_mut()
            .fold(required, |score, favour| score + favour.score_at(doc))
    }
}

#[cfg(test)]
mod tests {
    use tantivy::query::{BooleanQuery, Occur, PhraseQuery, TermQuery};
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
        let favours = vec![
            Favour::weighted(word("b"), 1.5),
            Favour::weighted(phrase(), 0.5),
            Favour::weighted(word("d"), 0.1),
        ];
        let favoured = Favoured::new(word("c"), favours.clone());
        let mut clauses = vec![(Occur::Must, word("c"))];
        clauses.extend(
            favours
                .iter()
                .map(|favour| (Occur::Should, favour.query().box_clone())),
        );
        let union = BooleanQuery::new(clauses);
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
            let mut one = scorer(&favoured);
            let one = one
                .downcast_mut::<FavouredScorer>()
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
