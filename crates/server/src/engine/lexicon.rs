//! The index as the lexicon that corrections are looked up in.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use polidex_analysis::language::Language;
use polidex_analysis::latin::stem;
use tantivy::Term;
use tantivy::query::FuzzyTermQuery;

use crate::engine::collect::Top;
use crate::engine::marker::Marker;
use crate::engine::snapshot::Snapshot;
use crate::query::expand::tables::GLOSSARY;
use crate::query::parse::Clause;
use crate::query::plan::{Expansions, Field, Vocabulary, plan_query};
use crate::question::{Filters, Search, Sort};
use crate::suggest::correct::Lexicon;
use crate::suggest::{Collection, Suggester, romanized_terms};

/// Most words looked at for one that is misspelt.
const MAX_WORDS_NEAR: usize = 2_000;
/// Where the terms of ideographs begin, bytewise: a misspelt word is none of them, and an automaton of two edits would walk
/// through every pair there is.
const BEYOND_LETTERS: &str = "\u{2E80}";

/// The index's own words, and the suggestions if they are read: no search waits for them.
pub(super) struct EngineLexicon<'a> {
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) suggester: Option<&'a Suggester>,
}

impl Lexicon for EngineLexicon<'_> {
    fn documents_with(&self, gram: &str) -> u64 {
        Vocabulary::doc_freq(self.snapshot, Field::Grams, gram)
    }

    fn documents_with_form_of(&self, word: &str) -> u64 {
        let stem = stem(word);
        let of = |field| Vocabulary::doc_freq(self.snapshot, field, &stem);
        of(Field::Words).max(of(Field::TitleWords))
    }

    fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)> {
        let field = self.snapshot.fields.grams;
        let query = FuzzyTermQuery::new(Term::from_field_text(field, word), edits, true);
        let mut near: HashMap<String, u64> = HashMap::new();
        for reader in self.snapshot.searcher.segment_readers() {
            let (Ok(automaton), Ok(inverted)) = (query.automaton(), reader.inverted_index(field))
            else {
                continue;
            };
            let latin = inverted
                .terms()
                .search(automaton)
                .lt(BEYOND_LETTERS.as_bytes());
            let Ok(mut stream) = latin.into_stream() else {
                continue;
            };
            while stream.advance() && near.len() < MAX_WORDS_NEAR {
                let term = String::from_utf8_lossy(stream.key()).into_owned();
                *near.entry(term).or_default() += u64::from(stream.value().doc_freq);
            }
        }
        near.into_iter().collect()
    }

    fn documents_with_phrase(&self, phrase: &str) -> u64 {
        self.snapshot.phrase_documents(phrase)
    }

    fn as_written(&self, phrase: &str, script: Option<Language>) -> Option<String> {
        let clause = Clause::Phrase(phrase.to_owned(), 0);
        let plan = plan_query(Some(&clause), self.snapshot, Expansions::none()).ok()?;
        let lang = script.map(|script| script.tag().to_owned());
        let search = Search {
            filters: Filters {
                lang: lang.into_iter().collect(),
                ..Filters::default()
            },
            ..Search::default()
        };
        let best = Top {
            sort: Sort::Relevance,
            keep: 1,
            group_duplicates: true,
        };
        let deadline = Instant::now() + Duration::from_millis(100);
        let listing = self
            .snapshot
            .list(&plan, &search, best, None, deadline, &mut Vec::new())
            .ok()?;
        let stored = self
            .snapshot
            .fetch(listing.literal.best.first()?.address)
            .ok()?;
        let text = stored.text().ok()?;
        let whole = text.whole().ok()?;
        let mark = Marker::of(&plan).body.marks(&whole).into_iter().next()?;
        whole.get(mark.range).map(str::to_owned)
    }

    fn romanized(&self, letters: &str) -> Vec<String> {
        match self.suggester {
            Some(suggester) => suggester.romanized(letters, 3),
            None => romanized_terms(letters, &GLOSSARY, self.snapshot),
        }
    }
}
