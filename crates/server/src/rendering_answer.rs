//! Shapes of the reply on how a term is rendered in the other language, as [`crate::answer`] has those of a search.

use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{IndexInfo, MarkOffsets};

/// The reply of `/api/v1/renderings`: how documents that have a counterpart render a term there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Renderings {
    /// The query as typed.
    pub q: String,
    /// Documents that hold it and were aligned with a counterpart.
    pub documents: u64,
    /// Their sentences that hold it and have a partner.
    pub sentences: u64,
    /// Those of them in which no rendering was told.
    pub untold: u64,
    /// True if all documents that hold it were aligned; otherwise the newest were.
    pub complete: bool,
    /// Renderings, the most frequent first.
    pub renderings: Vec<RenderingCount>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A rendering of a term.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RenderingCount {
    /// Words, as they are written most often.
    pub text: String,
    /// Number of the sentences that have it.
    pub count: u64,
    /// Number of the documents.
    pub documents: u64,
    /// Sentences, at most 20.
    pub sentences: Vec<RenderedSentence>,
}

/// A sentence with its partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RenderedSentence {
    /// The sentence that holds the term.
    pub source: SentenceText,
    /// The sentence that renders it.
    pub rendered: SentenceText,
}

/// A sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SentenceText {
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Text of the sentence.
    pub text: String,
    /// Words found, or that render them, in code points of the text.
    pub offsets: Vec<MarkOffsets>,
    /// Language.
    pub lang: String,
    /// The passage on the reading page.
    pub url: String,
}
