//! What a plan has to know of an index: its terms.

use crate::query::plan::node::Field;

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
}
