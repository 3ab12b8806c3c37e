//! Words that stand for other words: tables of synonyms and translations, other ways to write numbers, and what of a query
//! they stand for.

pub mod expander;
pub mod numbers;
pub mod tables;
