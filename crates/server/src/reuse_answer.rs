//! Shapes of the replies on passages that stand in several documents, as [`crate::answer`] has those of a search.

use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{DocumentSummary, IndexInfo, MarkOffsets, PageInfo};

/// The reply of `/api/v1/reuse`: passages that stand nearly verbatim in several documents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReusedPassages {
    /// The page of the list; `listed` counts all passages.
    pub page: PageInfo,
    /// Passages, those that stand in most documents first.
    pub passages: Vec<ReusedPassage>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// The reply of `/api/v1/documents/{id}/reuse`: passages of a document that stand in others too.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentReuse {
    /// The document.
    pub document: DocumentSummary,
    /// The page of the list; `listed` counts all passages of the document that stand in others too.
    pub page: PageInfo,
    /// Passages in the order of the text.
    pub passages: Vec<ReusedPassage>,
    /// Documents that have most of these passages, at most 20.
    pub alike: Vec<AlikeDocument>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A document that has passages of another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AlikeDocument {
    /// The document.
    pub document: DocumentSummary,
    /// Number of the passages that both have; those of very many documents are not counted.
    pub shared: u64,
}

/// A passage that stands in several documents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReusedPassage {
    /// Number of the documents that it stands in, those that only quote it left out.
    pub documents: u64,
    /// Number of the documents that only quote it.
    pub quoting: u64,
    /// Number of its copies; a document may have several.
    pub copies: u64,
    /// The passage as one document has it.
    pub passage: CopiedPassage,
    /// The document with the oldest date that has it; the first by id where no date is known.
    pub first: DocumentSummary,
    /// All copies.
    pub url: String,
}

/// A passage in one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CopiedPassage {
    /// Document id.
    pub id: String,
    /// Title of the document.
    pub title: String,
    /// `p12`.
    pub passage: String,
    /// Text; an ellipsis `…` stands where it was cut.
    pub text: String,
    /// Language of the text.
    pub lang: String,
    /// The passage on the reading page.
    pub url: String,
}

/// The reply of `/api/v1/documents/{id}/copies`: the documents that a passage stands in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Copies {
    /// The document.
    pub document: DocumentSummary,
    /// The passage asked for; absent where it stands in no other document.
    pub passage: Option<CopiedPassage>,
    /// Number of the documents that it stands in, those that only quote it left out.
    pub documents: u64,
    /// Number of the documents that only quote it.
    pub quoting: u64,
    /// The page of the list; `listed` counts the copies in other documents.
    pub page: PageInfo,
    /// Copies in other documents: the oldest first, those without a date last, quotations behind all others.
    pub copies: Vec<CopyOfPassage>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A copy of a passage in another document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CopyOfPassage {
    /// The document.
    pub document: DocumentSummary,
    /// The passage.
    pub passage: CopiedPassage,
    /// The chapter and article it belongs to, as the document writes them.
    pub place: Option<String>,
    /// True if most of it stands in quotation marks.
    pub quotation: bool,
    /// Spans of this text that the passage asked for has not; script, case and punctuation are no differences.
    pub differs: Vec<MarkOffsets>,
    /// Spans of the passage asked for that this text has not.
    pub lacks: Vec<MarkOffsets>,
}

/// A row of the list to take away: one copy of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReuseRow {
    /// Number of the group of copies, from 1.
    pub group: u64,
    /// Number of the documents that the passage stands in.
    pub documents: u64,
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Date.
    pub date: String,
    /// `p12`.
    pub passage: String,
    /// True if most of it stands in quotation marks.
    pub quotation: bool,
    /// The passage on the reading page.
    pub url: String,
}
