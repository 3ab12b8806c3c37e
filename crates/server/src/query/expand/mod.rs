//! Words that stand for other words: synonyms, translations and other notations of numbers, and the words of a query that they
//! stand for.

mod amounts;
mod dates;
pub mod expander;
mod groups;
mod keys;
mod notations;
pub mod numbers;
mod reader;
pub mod tables;
