//! Words that stand for other words: tables of synonyms and translations, and how a query is widened by them.

pub mod tables;
