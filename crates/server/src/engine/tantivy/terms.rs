//! Terms of the index: by prefix, by likeness, and the numbers of documents.

use std::collections::HashMap;

use polidex_schema::fields::Fields;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, FuzzyTermQuery, Query};
use tantivy::schema::Field as Handle;
use tantivy::{DocSet, Searcher, TERMINATED, Term};

use crate::engine::Engine;
use crate::engine::names::{NumberTable, ids_ending_with};
use crate::engine::tantivy::TantivyEngine;
use crate::engine::tantivy::abbreviations::read_abbreviations;
use crate::engine::tantivy::lower::{handle, lower, term_of};
use crate::query::expand::expander::Expander;
use crate::query::plan::{Field, Node, Vocabulary};
use crate::question::Filters;
use crate::titles::{TitleMatch, TitleQuery};

/// Maximum number of terms looked at for one that is misspelt.
const MAX_TERMS_NEAR: usize = 2_000;
/// First of the terms of ideographs, bytewise: a misspelt word is none of them, and an automaton of two edits would walk
/// through every pair there is.
const BEYOND_LETTERS: &str = "\u{2E80}";

impl Bm25StatisticsProvider for TantivyEngine {
    fn total_num_tokens(&self, field: Handle) -> tantivy::Result<u64> {
        Ok(self.tokens.of(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}

impl TantivyEngine {
    /// Returns true if any document matches `node`.
    fn matches_any(&self, node: &Node) -> bool {
        let query = lower(&self.fields, node);
        let searcher = &self.searcher;
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let Ok(weight) = query.weight(scoring) else {
            return false;
        };
        searcher.segment_readers().iter().any(|reader| {
            let scorer = weight.scorer(reader, 1.0);
            scorer.is_ok_and(|scorer| scorer.doc() != TERMINATED)
        })
    }
}

impl Vocabulary for TantivyEngine {
    fn doc_freq(&self, field: Field, term: &str) -> u64 {
        let term = term_of(&self.fields, field, term);
        self.searcher.doc_freq(&term).unwrap_or(0)
    }

    fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        for reader in self.searcher.segment_readers() {
            let Ok(inverted) = reader.inverted_index(handle(&self.fields, field)) else {
                continue;
            };
            let range = inverted.terms().range().ge(prefix.as_bytes());
            let Ok(mut stream) = range.into_stream() else {
                continue;
            };
            // So many of each segment: they share most of their terms, and what one has alone must not be missed.
            let mut left = limit;
            while left > 0 && stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                terms.push(String::from_utf8_lossy(stream.key()).into_owned());
                left -= 1;
            }
        }
        terms.sort();
        terms.dedup();
        terms.truncate(limit);
        terms
    }

    fn has_phrase(&self, field: Field, terms: &[(usize, String)]) -> bool {
        if terms
            .iter()
            .any(|(_, term)| Vocabulary::doc_freq(self, field, term) == 0)
        {
            return false;
        }
        if terms.len() < 2 {
            return true;
        }
        self.matches_any(&Node::phrase(field, terms))
    }

    fn phrase_freq(&self, field: Field, terms: &[(usize, String)]) -> u64 {
        if let [(_, only)] = terms {
            return Vocabulary::doc_freq(self, field, only);
        }
        let phrase = Node::phrase(field, terms);
        self.count(&phrase, &Filters::default(), None).unwrap_or(0)
    }

    fn titles(&self, query: &TitleQuery) -> Vec<TitleMatch> {
        self.title_table().matches(query)
    }

    fn abbreviations(&self) -> &Expander {
        self.abbreviations
            .get_or_init(|| read_abbreviations(&self.searcher, self.fields.abbreviations))
    }

    fn ids_named(&self, text: &str) -> Vec<String> {
        if Vocabulary::doc_freq(self, Field::Id, text) > 0 {
            return vec![text.to_owned()];
        }
        ids_ending_with(text, self.label_names().ids())
    }

    fn numbers_with(&self, key: &str) -> Vec<String> {
        let numbers = self
            .numbers
            .get_or_init(|| NumberTable::of(self.terms_with_prefix(Field::Number, "", usize::MAX)));
        numbers.with(key)
    }
}

/// Terms of `field` within `edits` of `word`, with the number of documents of each.
pub(super) fn near(
    searcher: &Searcher,
    fields: &Fields,
    field: Field,
    word: &str,
    edits: u8,
) -> Vec<(String, u64)> {
    let query = FuzzyTermQuery::new(term_of(fields, field, word), edits, true);
    let mut near: HashMap<String, u64> = HashMap::new();
    for reader in searcher.segment_readers() {
        let inverted = reader.inverted_index(handle(fields, field));
        let (Ok(automaton), Ok(inverted)) = (query.automaton(), inverted) else {
            continue;
        };
        let letters = inverted.terms().search(automaton);
        let Ok(mut stream) = letters.lt(BEYOND_LETTERS.as_bytes()).into_stream() else {
            continue;
        };
        while stream.advance() && near.len() < MAX_TERMS_NEAR {
            let term = String::from_utf8_lossy(stream.key()).into_owned();
            *near.entry(term).or_default() += u64::from(stream.value().doc_freq);
        }
    }
    near.into_iter().collect()
}
