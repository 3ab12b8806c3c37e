//! Forms that stand for words of a query, as answers list them.

use schemars::JsonSchema;
use serde::Serialize;

/// Other forms that stand for a word or a run of words of the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expansion {
    /// Part of the query that they stand for, as typed.
    pub term: String,
    /// Reason why they do.
    pub kind: ExpansionKind,
    /// The forms, the surest first.
    pub forms: Vec<String>,
}

/// Reason why a form stands for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExpansionKind {
    /// The same language: a regional word, an abbreviation, another way to write a number or an article.
    Variant,
    /// The other language.
    Translation,
}
