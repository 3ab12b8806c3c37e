//! Two documents beside each other: the reply, and the question it answers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{DocumentSummary, IndexInfo, MarkOffsets, PageInfo};
use crate::question::Query;

/// Two documents to be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparisonQuestion {
    /// Id of the one on the left.
    pub a: String,
    /// Id of the one on the right.
    pub b: String,
    /// What to mark in both.
    pub query: Query,
    /// Wants the rows that differ alone.
    pub only_changes: bool,
}

/// What the rows of a comparison were told by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlignedBy {
    /// The words: both are in one language, and what differs is told.
    #[default]
    Words,
    /// The numbers of articles: two languages.
    Articles,
    /// Order and lengths of the passages: two languages without articles in common.
    Passages,
}

/// Two documents beside each other, a page of rows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// The document on the left.
    pub a: DocumentSummary,
    /// The document on the right.
    pub b: DocumentSummary,
    /// What the rows were told by.
    pub by: AlignedBy,
    /// Number of rows that differ; of documents in two languages, of all rows.
    pub changed: u64,
    /// False if a document is too long to be compared as a whole: only its first 48 MB are in the rows.
    pub complete: bool,
    /// The page of the rows that this is.
    pub page: PageInfo,
    /// Rows in order; every passage of both documents is in one.
    pub rows: Vec<ComparedRow>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// Passages that stand beside each other; one side may be empty.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedRow {
    /// Both sides say the same, script, case and punctuation aside.
    pub same: bool,
    /// Passages of the left document.
    pub a: Vec<ComparedPassage>,
    /// Passages of the right document.
    pub b: Vec<ComparedPassage>,
}

/// A passage of a row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedPassage {
    /// `p12`.
    pub id: String,
    /// `heading`, `paragraph` or `list-item`.
    pub role: &'static str,
    /// The chapter and article it belongs to, as the document writes them.
    pub place: Option<String>,
    /// The passage's language.
    pub lang: String,
    /// The stored text.
    pub text: String,
    /// What the query finds, in code points of `text`.
    pub offsets: Vec<MarkOffsets>,
    /// What the other side lacks, in code points of `text`; nothing in documents of two languages.
    pub differences: Vec<MarkOffsets>,
    /// The passage on the reading page.
    pub url: String,
}
