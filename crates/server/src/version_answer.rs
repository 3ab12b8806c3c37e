//! Shapes of the reply on the versions of a work, as [`crate::answer`] has those of a search.

use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{DocumentSummary, IndexInfo, MarkOffsets, PageInfo};

/// Force of a text on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    /// It says when it came into force, and nothing held says that it was changed or repealed.
    InForce,
    /// A later version is held, or a later text amends it.
    Amended,
    /// It says itself that it is repealed, or a later text does.
    Repealed,
    /// It had not come into force.
    NotYetInForce,
    /// Nothing that is held says.
    #[default]
    Unknown,
}

/// Force of a text, with what says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ForceSaid {
    /// The force.
    pub force: Force,
    /// Sentence that says so; empty where a date alone does, or nothing.
    pub words: String,
    /// Document that holds the sentence; empty where nothing says.
    pub document: String,
}

/// The reply of `/api/v1/documents/{id}/versions`: the versions of the work that a document is one of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionsOfWork {
    /// The document.
    pub document: DocumentSummary,
    /// Day that the answer is about, `YYYY-MM-DD`.
    pub as_of: String,
    /// Id of the version in force on that day, as far as its dates tell; null where none had begun.
    pub in_force: Option<String>,
    /// Place in the work, as asked for; empty for the whole.
    pub place: String,
    /// The page of the list; `listed` counts all versions.
    pub page: PageInfo,
    /// Versions, the newest first.
    pub versions: Vec<VersionOfWork>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A version of a work.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionOfWork {
    /// The document.
    pub document: DocumentSummary,
    /// First day, `YYYY-MM-DD`: that of its coming into force where it is known, else its date. Empty where neither is known.
    pub begins: String,
    /// Its force on the day asked for.
    pub force: ForceSaid,
    /// Articles that this version has in other words than the one before it; without a place alone.
    pub changed: Vec<String>,
    /// Articles that the one before it has not.
    pub added: Vec<String>,
    /// Articles of the one before it that this version has not.
    pub removed: Vec<String>,
    /// The place asked for, as this version has it; null without a place, or where it has none.
    pub article: Option<ArticleVersion>,
}

/// An article as a version has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArticleVersion {
    /// Text.
    pub text: String,
    /// Language of the text.
    pub lang: String,
    /// The article on the reading page.
    pub url: String,
    /// Spans of the text that the version before has not; nothing in the first that has the article.
    pub differs: Vec<MarkOffsets>,
    /// Words that the version before has in their place.
    pub lacks: Vec<String>,
}
