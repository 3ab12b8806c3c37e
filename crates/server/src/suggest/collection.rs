//! Documents as suggestions need them. The engine implements it.

use polidex_analysis::language::Language;
use polidex_schema::record::DocumentRecord;

/// Documents that suggestions are read from.
pub(crate) trait Collection {
    /// Number of documents.
    fn documents(&self) -> usize;
    /// Calls `visit` with every `step`th document until it returns `false`.
    fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool);
    /// Number of documents that hold each of `phrases`, exact and contiguous.
    fn phrases_documents(&self, phrases: &[&str]) -> Vec<u64>;
    /// Number of documents that hold `phrase`, exact and contiguous.
    fn phrase_documents(&self, phrase: &str) -> u64 {
        let counts = self.phrases_documents(&[phrase]);
        counts.first().copied().unwrap_or(0)
    }
    /// Number of documents of a language.
    fn language_documents(&self, language: Language) -> u64;
}
