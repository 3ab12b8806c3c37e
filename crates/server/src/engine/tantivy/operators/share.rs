//! Documents that hold most of a query: the clauses that match weigh a minimum together.
//!
//! Clauses that together weigh less than the minimum cannot make a document match by themselves. They are left out of the walk
//! through the postings and only asked about documents that others found; they are the lightest, so the most common words.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

/// Matches documents whose clauses weigh `least` or more; scores 0.
pub(crate) struct ShareQuery {
    clauses: Vec<(Box<dyn Query>, f32)>,
    least: f32,
}

impl ShareQuery {
    /// Clauses with their weights.
    pub(crate) fn new(mut clauses: Vec<(Box<dyn Query>, f32)>, least: f32) -> Self {
        clauses.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        Self { clauses, least }
    }
}

impl Clone for ShareQuery {
    fn clone(&self) -> Self {
        let clauses = self.clauses.iter();
        Self {
            clauses: clauses
                .map(|(query, weight)| (query.box_clone(), *weight))
                .collect(),
            least: self.least,
        }
    }
}

impl std::fmt::Debug for ShareQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.clauses).finish()
    }
}

impl Query for ShareQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let clauses = self.clauses.iter();
        let clauses = clauses.map(|(query, weight)| Ok((query.weight(enable_scoring)?, *weight)));
        Ok(Box::new(ShareWeight {
            clauses: clauses.collect::<tantivy::Result<_>>()?,
            least: self.least,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for (query, _) in &self.clauses {
            query.query_terms(visitor);
        }
    }
}

struct ShareWeight {
    clauses: Vec<(Box<dyn Weight>, f32)>,
    least: f32,
}

impl Weight for ShareWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = ShareScorer {
            asked: Vec::new(),
            walked: Vec::new(),
            // The last bits of a sum depend on its order.
            least: self.least * (1.0 - f32::EPSILON * 64.0),
            doc: 0,
        };
        let mut light = 0.0;
        for (weight, share) in &self.clauses {
            let clause = (weight.scorer(reader, boost)?, *share);
            if scorer.walked.is_empty() && light + share < scorer.least {
                light += share;
                scorer.asked.push(clause);
            } else {
                scorer.walked.push(clause);
            }
        }
        if scorer.walked.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            let message = format!("document {doc} does not match");
            return Err(tantivy::TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("a share of the clauses", 0.0))
    }
}

struct ShareScorer {
    /// Clauses that lead to no document by themselves.
    asked: Vec<(Box<dyn Scorer>, f32)>,
    walked: Vec<(Box<dyn Scorer>, f32)>,
    least: f32,
    doc: DocId,
}

impl ShareScorer {
    /// Moves on to the first document that matches, from where the walked clauses stand.
    fn settle(&mut self) -> DocId {
        loop {
            let docs = self.walked.iter().map(|(scorer, _)| scorer.doc());
            self.doc = docs.min().unwrap_or(TERMINATED);
            if self.doc == TERMINATED || self.weighs_enough() {
                return self.doc;
            }
            self.step();
        }
    }

    fn weighs_enough(&mut self) -> bool {
        let doc = self.doc;
        let here = self.walked.iter().filter(|(scorer, _)| scorer.doc() == doc);
        let mut sum: f32 = here.map(|(_, weight)| weight).sum();
        for (scorer, weight) in self.asked.iter_mut().rev() {
            if sum >= self.least {
                break;
            }
            if scorer.doc() < doc {
                scorer.seek(doc);
            }
            if scorer.doc() == doc {
                sum += *weight;
            }
        }
        sum >= self.least
    }

    fn step(&mut self) {
        let doc = self.doc;
        for (scorer, _) in &mut self.walked {
            if scorer.doc() == doc {
                scorer.advance();
            }
        }
    }
}

impl DocSet for ShareScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.step();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        for (scorer, _) in &mut self.walked {
            if scorer.doc() < target {
                scorer.seek(target);
            }
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let sizes = self.walked.iter().map(|(scorer, _)| scorer.size_hint());
        sizes.max().unwrap_or(0)
    }
}

impl Scorer for ShareScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::DocSetCollector;
    use tantivy::query::TermQuery;
    use tantivy::schema::{IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    #[test]
    fn documents_are_those_whose_words_weigh_enough() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads::<TantivyDocument>(1, 20_000_000)
            .expect("a writer");
        let words = [("a", 1.0), ("b", 2.0), ("c", 4.0), ("d", 7.5)];
        let text = |bits: u32| {
            let held = (0..4).filter(|at| bits >> at & 1 == 1);
            held.map(|at| words[at].0).collect::<Vec<_>>().join(" ")
        };
        for bits in (0..160_u32).map(|at| at * 7 % 16) {
            writer
                .add_document(tantivy::doc!(field => text(bits)))
                .expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        for least in [0.5, 1.0, 2.5, 3.0, 7.0, 7.5, 9.0, 14.5, 15.0] {
            let clauses = words.iter().map(|(word, weight)| {
                let term = Term::from_field_text(field, word);
                let query = TermQuery::new(term, IndexRecordOption::Basic);
                (Box::new(query) as Box<dyn Query>, *weight)
            });
            let query = ShareQuery::new(clauses.collect(), least);
            let found = searcher.search(&query, &DocSetCollector).expect("found");
            let weight = |bits: u32| -> f32 {
                let held = (0..4).filter(|at| bits >> at & 1 == 1);
                held.map(|at| words[at].1).sum()
            };
            let expected = (0..160_u32)
                .filter(|at| weight(at * 7 % 16) >= least)
                .count();
            assert_eq!(found.len(), expected, "{least}");
        }
    }
}
