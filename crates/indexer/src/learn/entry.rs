//! Entries of a learned lexicon.

/// A phrase and its translation.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// As it is mostly written.
    pub chinese: String,
    /// In small letters, as it is mostly written.
    pub english: String,
    /// Certainty: the square root of the occurrences, times both shares.
    pub weight: f64,
}
