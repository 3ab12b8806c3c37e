//! Turns text into terms: folding, units, tokens, the analyzers and the list of index fields.
//!
//! Pure: no files, no clock, no network. The only code that both ends share, so that both cut text with the same knife.

pub mod analyzers;
pub mod date;
pub mod duplicates;
pub mod fields;
pub mod fold;
pub mod han;
pub mod hash;
pub mod language;
pub mod latin;
pub mod manifest;
pub mod numerals;
pub mod packed;
pub mod record;
pub mod sounds;
pub mod tokens;
pub mod units;
pub mod work;
