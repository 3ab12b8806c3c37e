//! Examples of queries for the start page: of the collection's own terms, and each finds something.

use polidex_analysis::language::Language;

use crate::question::Question;
use crate::searcher::Searcher;
use crate::searcher::lexicon::EngineCollection;
use crate::suggest::Collection;

/// Languages of the readers that examples are made for.
const LANGUAGES: [Language; 3] = [
    Language::English,
    Language::TraditionalChinese,
    Language::SimplifiedChinese,
];

impl Searcher {
    /// Examples of queries for a reader of `lang`; none before [`Searcher::read_examples`].
    pub fn examples(&self, lang: Language) -> &[String] {
        let made = self.examples.get();
        let found = made.and_then(|made| made.iter().find(|(known, _)| *known == lang));
        found.map_or(&[], |(_, examples)| examples.as_slice())
    }

    /// Makes the examples, once: a few searches for each language.
    pub fn read_examples(&self) {
        self.read_suggestions();
        let made = || LANGUAGES.map(|lang| (lang, self.make_examples(lang)));
        self.examples.get_or_init(made);
    }

    /// Of each kind of example the first that finds something; of the laws, the one that most documents name.
    fn make_examples(&self, lang: Language) -> Vec<String> {
        let Some(suggester) = self.suggester.get() else {
            return Vec::new();
        };
        let candidates = suggester.examples(lang, self.index_info().documents);
        let mut examples: Vec<String> = Vec::new();
        for kind in candidates.kinds {
            let first = kind
                .into_iter()
                .find(|q| !examples.contains(q) && self.finds(q));
            examples.extend(first);
        }
        let collection = EngineCollection(self.engine.as_ref());
        let names: Vec<&str> = candidates
            .laws
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let counts = collection.phrases_documents(&names).into_iter();
        let counted = counts.zip(candidates.laws.iter().map(|(_, q)| q));
        let most = counted.max_by(|(one, _), (other, _)| one.cmp(other));
        let law = most.map(|(_, q)| q.clone()).filter(|q| self.finds(q));
        examples.extend(law);
        examples
    }

    fn finds(&self, q: &str) -> bool {
        let question = Question::about(q).per_page(1);
        let found = self.search(&question);
        found.is_ok_and(|answer| answer.total.tiers.all > 0)
    }
}
