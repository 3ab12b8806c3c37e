//! Turns text into terms: folding, units, tokens, the analyzers.
//!
//! Pure: no files, no clock, no network. The only code that both ends share, so that both cut text with the same knife.

pub mod hash;
pub mod scripts;

pub mod fold;

pub mod units;

pub mod han;
pub mod latin;
pub mod tokens;

pub mod analyzers;

pub mod date;
pub mod duplicates;
pub mod function_words;
pub mod language;
pub mod numerals;
pub mod sounds;
