//! Terms of the index: by prefix, by likeness, and the numbers of documents.

use std::collections::HashMap;

use polidex_schema::fields::{Fields, title_key};
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, FuzzyTermQuery, Query};
use tantivy::schema::Field as Handle;
use tantivy::{DocSet, Searcher, TERMINATED, Term};

use crate::engine::tantivy::TantivyEngine;
use crate::engine::tantivy::abbreviations::read_abbreviations;
use crate::engine::tantivy::lower::{handle, lower, term_of};
use crate::query::expand::expander::Expander;
use crate::query::plan::{Field, Node, Vocabulary};
use crate::titles::{TitleMatch, TitleQuery};

/// Maximum number of documents that are found by a part of their number.
const MAX_NUMBERS: usize = 1_000;
/// Minimum length of the last part of an id that is typed for the whole.
const MIN_ID_BYTES: usize = 5;
/// Maximum number of terms looked at for one that is misspelt.
const MAX_TERMS_NEAR: usize = 2_000;
/// First of the terms of ideographs, bytewise: a misspelt word is none of them, and an automaton of two edits would walk
/// through every pair there is.
const BEYOND_LETTERS: &str = "\u{2E80}";

/// Returns true for what may be the last part of an id, typed for the whole.
fn is_code(text: &str) -> bool {
    text.len() >= MIN_ID_BYTES && text.bytes().any(|byte| byte.is_ascii_digit())
}

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
        self.matches_any(&Node::Phrase {
            field,
            terms: terms.to_vec(),
            slop: 0,
        })
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
        if !is_code(text) {
            return Vec::new();
        }
        let plain = |id: &str| id.to_lowercase().replace(['/', ' '], "-");
        let wanted = plain(text);
        let named = self.label_names().ids().filter(|id| {
            let last = id.rsplit('/').next().unwrap_or(id);
            last.len() == text.len() && plain(last) == wanted
        });
        named.map(str::to_owned).take(MAX_NUMBERS).collect()
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
