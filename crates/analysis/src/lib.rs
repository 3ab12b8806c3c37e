//! Turns text into terms: scripts, folding, tokenizing, the analyzers.
//!
//! Pure: no files, no clock, no network. Indexer and server share it, so that a query is cut into the same terms as the
//! documents.
//!
//! [`fold`] brings spellings together, [`units`] cuts the folded text, [`tokens`] makes the terms of each field from the
//! units, and [`analyzers`] hands them to tantivy.
//!
//! # Examples
//!
//! ```
//! use polidex_analysis::tokens::words;
//! use polidex_analysis::units::cut_text;
//!
//! let terms = |text: &str| -> Vec<String> {
//!     words(&cut_text(text)).into_iter().map(|word| word.term).collect()
//! };
//! // Traditional and Simplified, British and American spellings give the same terms.
//! assert_eq!(terms("新質生產力"), terms("新质生产力"));
//! assert_eq!(terms("I&T policies, modernised"), terms("Ｉ＆Ｔ policy modernizes"));
//! ```

pub mod hash;
pub mod scripts;

pub mod fold;

mod abbreviations;
pub mod units;

pub mod han;
mod irregular;
pub mod latin;
pub mod tokens;

pub mod analyzers;

pub mod citations;

pub mod alignment;

pub mod date;
pub mod duplicates;
pub mod function_words;
pub mod language;
pub mod numerals;
pub mod sounds;
