//! Shapes of the replies on citations, as [`crate::answer`] has those of a search.

use std::collections::BTreeMap;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{DocumentSummary, FacetValue, IndexInfo, PageInfo, PassageHit};
use crate::checking::Checked;
use crate::version_answer::ForceSaid;

/// The reply of `/api/v1/documents/{id}/citations`: what a document cites.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Citations {
    /// The document.
    pub id: String,
    /// The page of the list; `listed` counts all citations.
    pub page: PageInfo,
    /// Citations in the order of the text.
    pub citations: Vec<DocumentCitation>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A citation of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentCitation {
    /// Passage it begins in: `p12`.
    pub passage: String,
    /// First code point of the passage's text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Words of the text.
    pub quote: String,
    /// `law`, `article`, `number`, `self`, `debate` or `other`.
    pub kind: &'static str,
    /// The work, as the text calls it.
    pub work: String,
    /// Place in the work, `art:38-1/para:2`; empty for the whole.
    pub place: String,
    /// The document that is meant; absent where the collection does not hold it.
    pub target: Option<CitedDocument>,
}

/// A document that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CitedDocument {
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Date.
    pub date: String,
    /// Address of the place that is cited, on its reading page.
    pub url: String,
}

/// The reply of `/api/v1/documents/{id}/cited-by`: the passages that cite a document, or a place in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CitedBy {
    /// The document that is cited.
    pub document: DocumentSummary,
    /// The place, as asked for; empty for the whole document.
    pub place: String,
    /// The words of that place, as the document has them; empty without a place.
    pub label: String,
    /// The page of the list; `listed` counts all citations.
    pub page: PageInfo,
    /// Citations of each article, chapter or annex of the document.
    pub places: BTreeMap<String, u64>,
    /// Values of the filters `publisher`, `lang`, `kind` and `year` among the citing documents, with their citations, all
    /// filters applied; the most frequent first, at most 20 of each.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    /// Passages that cite it, of the newest document first.
    pub citing: Vec<CitingPassage>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A passage that cites a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CitingPassage {
    /// The document that cites.
    pub document: DocumentSummary,
    /// The place that it cites.
    pub cited_place: String,
    /// The passage, with the words of the citation marked.
    pub passage: PassageHit,
}

/// The reply of `/api/v1/not-held`: works that documents cite and the collection does not hold.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotHeld {
    /// The page of the list; `listed` counts all works.
    pub page: PageInfo,
    /// Works, those that most documents cite first.
    pub works: Vec<NotHeldWork>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A work that is cited and not held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotHeldWork {
    /// Name, as a text calls it.
    pub work: String,
    /// Number of documents that cite it.
    pub documents: u64,
    /// Number of citations.
    pub citations: u64,
    /// The documents that cite it.
    pub url: String,
}

/// The reply of `/api/v1/documents/{id}/place`: the words of a place, for a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceText {
    /// The document.
    pub id: String,
    /// Title.
    pub title: String,
    /// Date.
    pub date: String,
    /// The place, as the document labels it; empty for its beginning.
    pub label: String,
    /// First words of the place.
    pub text: String,
    /// Language of the words.
    pub lang: String,
    /// The place on the reading page.
    pub url: String,
}

/// The reply of `/api/v1/check`: verdicts on a draft.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CheckReply {
    /// Citations and quotations in the order of the draft.
    pub items: Vec<Checked>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// Citations as a reading page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CitationLinks {
    /// Citations of each passage, by its id; those of what is not held are left out.
    pub of_passage: HashMap<String, Vec<DocumentCitation>>,
    /// Place that begins with a passage, by its id, and the number of citations of it.
    pub cited: HashMap<String, (String, u64)>,
    /// Number of citations of the document.
    pub count: u64,
    /// Number of other documents that a passage stands in, by its id.
    pub reused: HashMap<String, u64>,
    /// Number of passages of the document that stand in others.
    pub reused_count: u64,
    /// Number of the versions of its work, where there are several.
    pub versions: usize,
    /// Its force today.
    pub force: ForceSaid,
}
