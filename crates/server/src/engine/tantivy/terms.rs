//! Terms of the index: by prefix, by likeness, and the numbers of documents.

use std::collections::HashMap;

use polidex_schema::fields::{Fields, title_key};
use tantivy::query::{Bm25StatisticsProvider, FuzzyTermQuery};
use tantivy::schema::Field as Handle;
use tantivy::{Searcher, Term};

use crate::engine::tantivy::TantivyEngine;
use crate::engine::tantivy::lower::{handle, term_of};
use crate::query::plan::{Field, Vocabulary};

/// Maximum number of documents that are found by a part of their number.
const MAX_NUMBERS: usize = 1_000;
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
            while stream.advance()
                && stream.key().starts_with(prefix.as_bytes())
                && terms.len() < limit
            {
                terms.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        terms.sort();
        terms.dedup();
        terms
    }

    fn numbers_with(&self, key: &str) -> Vec<String> {
        let numbers = self.numbers.get_or_init(|| {
            let numbers = self.terms_with_prefix(Field::Number, "", usize::MAX);
            let keyed = |number: String| (format!(" {} ", title_key(&number)), number);
            numbers.into_iter().map(keyed).collect()
        });
        let wanted = format!(" {key} ");
        let found = numbers
            .iter()
            .filter(|(known, _)| !key.is_empty() && known.contains(&wanted));
        found
            .map(|(_, number)| number.clone())
            .take(MAX_NUMBERS)
            .collect()
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
