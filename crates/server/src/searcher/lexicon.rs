//! The engine as suggestions and corrections see it.

use std::time::{Duration, Instant};

use polidex_analysis::language::Language;
use polidex_analysis::latin::stem;
use polidex_schema::record::DocumentRecord;

use crate::engine::{Engine, ListRequest, Top};
use crate::query::expand::tables::GLOSSARY;
use crate::query::parse::Clause;
use crate::query::plan::{Expansions, Field, Node, Plan, Vocabulary, plan_query};
use crate::question::{Filters, Sort};
use crate::searcher::marker::Marker;
use crate::suggest::correct::Lexicon;
use crate::suggest::{Collection, Suggester, romanized_terms};

/// Time to find a document that writes a phrase.
const TIME_TO_FIND: Duration = Duration::from_millis(100);

/// The documents that suggestions are read from.
pub(super) struct EngineCollection<'a>(pub(super) &'a dyn Engine);

fn plan_phrase(phrase: &str, vocabulary: &dyn Vocabulary) -> Option<Plan> {
    let phrase = Clause::Phrase(phrase.to_owned(), 0);
    plan_query(Some(&phrase), vocabulary, Expansions::none()).ok()
}

/// The terms of texts, for thousands of phrases: what an engine on other machines would have to be asked for by itself is
/// taken to be there, and neither titles nor ids are looked at, which say nothing of how often a phrase is written.
struct TextTerms<'a>(&'a dyn Engine);

impl Vocabulary for TextTerms<'_> {
    fn doc_freq(&self, field: Field, term: &str) -> u64 {
        match field {
            Field::TitleKey | Field::Id => 0,
            Field::OriginalGrams => 1,
            field => self.0.doc_freq(field, term),
        }
    }

    fn documents(&self) -> u64 {
        self.0.documents()
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        self.0.terms_with_prefix(field, prefix, limit)
    }

    fn numbers_with(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

impl Collection for EngineCollection<'_> {
    fn documents(&self) -> usize {
        self.0.documents() as usize
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool) {
        self.0.visit(step, &mut |stored| {
            // A document that cannot be read is reported by the search that finds it.
            let Ok(stored) = stored else { return true };
            let Ok(text) = stored.text() else { return true };
            text.whole()
                .map_or(true, |text| visit(&stored.record, &text))
        });
    }

    fn phrases_documents(&self, phrases: &[&str]) -> Vec<u64> {
        let terms = TextTerms(self.0);
        let plans = phrases.iter().map(|phrase| plan_phrase(phrase, &terms));
        let plans: Vec<Option<Plan>> = plans.collect();
        let planned = plans.iter().flatten();
        let nodes: Vec<&Node> = planned.map(|plan| &plan.lists.strict).collect();
        let mut counts = self.0.counts(&nodes).unwrap_or_default().into_iter();
        let count = |plan: &Option<Plan>| plan.as_ref().and_then(|_| counts.next()).unwrap_or(0);
        plans.iter().map(count).collect()
    }

    fn language_documents(&self, language: Language) -> u64 {
        self.0.doc_freq(Field::Language, language.tag())
    }
}

/// The words of the index, and the suggestions if they are read: no search waits for them.
pub(super) struct EngineLexicon<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) suggester: Option<&'a Suggester>,
}

impl EngineLexicon<'_> {
    fn collection(&self) -> EngineCollection<'_> {
        EngineCollection(self.engine)
    }
}

impl Lexicon for EngineLexicon<'_> {
    fn documents_with(&self, gram: &str) -> u64 {
        self.engine.doc_freq(Field::Grams, gram)
    }

    fn documents_with_form_of(&self, word: &str) -> u64 {
        let stem = stem(word);
        let of = |field| self.engine.doc_freq(field, &stem);
        of(Field::Words).max(of(Field::TitleWords))
    }

    fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)> {
        self.engine.terms_near(Field::Grams, word, edits)
    }

    fn documents_with_phrase(&self, phrase: &str) -> u64 {
        self.collection().phrase_documents(phrase)
    }

    fn as_written(&self, phrase: &str, script: Option<Language>) -> Option<String> {
        let plan = plan_phrase(phrase, self.engine)?;
        let lang = script.map(|script| script.tag().to_owned());
        let lists = self.engine.list(&ListRequest {
            nodes: &[&plan.lists.strict],
            last_if_fewer: None,
            filters: &Filters {
                lang: lang.into_iter().collect(),
                ..Filters::default()
            },
            top: Top {
                sort: Sort::Relevance,
                keep: 1,
                group_duplicates: true,
            },
            facets: None,
            duplicates: false,
            deadline: Instant::now() + TIME_TO_FIND,
        });
        let best = lists.ok()?.first()?.hits.first()?.document;
        let stored = self.engine.document(best).ok()?;
        let text = stored.text().ok()?;
        let whole = text.whole().ok()?;
        let mark = Marker::of(&plan).body.marks(&whole).into_iter().next()?;
        whole.get(mark.range).map(str::to_owned)
    }

    fn romanized(&self, letters: &str) -> Vec<String> {
        match self.suggester {
            Some(suggester) => suggester.romanized(letters, 3),
            None => romanized_terms(letters, &GLOSSARY, &self.collection()),
        }
    }
}
