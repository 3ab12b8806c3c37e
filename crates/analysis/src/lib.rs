//! Turns text into terms: folding, units, tokens, the analyzers.
//!
//! Pure: no files, no clock, no network. The only code that both ends share, so that both cut text with the same knife.

pub mod analyzers;
pub mod date;
pub mod duplicates;
pub mod fold;
pub mod han;
pub mod hash;
pub mod language;
pub mod latin;
pub mod numerals;
pub mod sounds;
pub mod tokens;
pub mod units;
