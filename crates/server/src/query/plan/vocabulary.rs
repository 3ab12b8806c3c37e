//! What a plan has to know of an index: its terms.

use crate::query::expand::expander::Expander;
use crate::query::plan::node::Field;
use crate::titles::{TitleMatch, TitleQuery};

/// Terms of an index. A term that cannot be read counts as one that is not there; the search itself reports the failure.
pub trait Vocabulary {
    /// Number of documents that hold `term`.
    fn doc_freq(&self, field: Field, term: &str) -> u64;

    /// Number of documents in all.
    fn documents(&self) -> u64;

    /// Terms of `field` that begin with `prefix`, sorted; at most `limit` are looked at.
    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String>;

    /// Numbers of documents that hold `key` in one piece: units as in [`polidex_schema::fields::title_key`].
    fn numbers_with(&self, key: &str) -> Vec<String>;

    /// Returns `true` if some document may hold `terms` in one piece, each given with its offset. By default if each of them
    /// stands in some document.
    fn has_phrase(&self, field: Field, terms: &[(usize, String)]) -> bool {
        terms.iter().all(|(_, term)| self.doc_freq(field, term) > 0)
    }

    /// Number of documents that hold `terms` in one piece, each given with its offset. By default that of the rarest of them.
    fn phrase_freq(&self, field: Field, terms: &[(usize, String)]) -> u64 {
        let counts = terms.iter().map(|(_, term)| self.doc_freq(field, term));
        counts.min().unwrap_or(0)
    }

    /// Titles that a query names, the best first. By default none, and titles count as any other text.
    fn titles(&self, _query: &TitleQuery) -> Vec<TitleMatch> {
        Vec::new()
    }

    /// Short names that documents give, with the names they stand for. By default none.
    fn abbreviations(&self) -> &Expander {
        Expander::empty()
    }

    /// Ids that `text` is, in whatever case: whole, or their last part.
    fn ids_named(&self, text: &str) -> Vec<String> {
        let is_id = self.doc_freq(Field::Id, text) > 0;
        is_id.then(|| text.to_owned()).into_iter().collect()
    }
}
