//! What is answered: the shape of every reply of the engine, and so of the JSON API.
//!
//! Plain data, no behaviour: the engine fills it, the API serialises it as it is, the page layer draws it. Field names
//! are the API's.

use polidex_schema::repair_kind::RecordedKind;
use schemars::JsonSchema;
use serde::Serialize;

pub use crate::expansion::{Expansion, ExpansionKind};
use crate::question::Facet;
use crate::reason::Reason;

/// The reply to one search.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// The query and what was understood of it.
    pub query: QueryEcho,
    /// How many documents hold the query itself, variants of script and region included.
    pub total: Total,
    /// How many more are listed behind them, on the same pages, because they hold its translation alone.
    pub expanded_total: u64,
    /// Other spellings that find more, best first; offered, never applied.
    pub corrections: Vec<Correction>,
    /// The documents named by `source` that are not among the hits, and why not; only when explanations are asked for.
    pub absent: Vec<Absent>,
    /// Which page this is.
    pub page: PageInfo,
    /// The hits of this page, best first.
    pub hits: Vec<Hit>,
    /// Counts for the filters.
    pub facets: Vec<FacetCounts>,
    /// The index that answered.
    pub index: IndexInfo,
    /// Time taken in the engine, in milliseconds.
    pub took_ms: f64,
    /// Addresses of the neighbouring pages; filled by the HTTP layer.
    pub links: PageLinks,
}

/// The query and what was understood of it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct QueryEcho {
    /// As typed.
    pub q: String,
    /// As understood, in canonical query syntax: `新質生產力 AND "low altitude"`.
    pub parsed: String,
    /// What could not be taken as typed, in plain words.
    pub warnings: Vec<Warning>,
    /// `all`: every hit holds every word. `any`: hits hold some of them, because no document has them all or because it
    /// was asked for.
    #[serde(rename = "match")]
    pub matching: MatchedBy,
    /// Each searched-for word or phrase and how many documents hold it, filters aside; given when nothing is found or hits are
    /// partial, otherwise empty.
    pub terms: Vec<TermCount>,
    /// What was looked for beside the words as typed; each form can be left out with `without=FORM`.
    pub expansions: Vec<Expansion>,
}

/// A document that does not answer the question, and why not.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Absent {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Which words it lacks, or what else keeps it from the list, a sentence a line.
    pub explanation: Vec<Reason>,
}

/// A query that would find more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// The whole query, corrected.
    pub q: String,
    /// Documents it finds, with the same filters.
    pub documents: u64,
}

/// The reply of `/api/v1/suggest`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suggestions {
    /// What was typed.
    pub q: String,
    /// Ways to go on, best first; empty while a new index is still being read for them.
    pub suggestions: Vec<Suggestion>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// One way to go on from what is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The whole query it would make.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// Its language: `en`, `zh-Hant`, `zh-Hans`.
    pub lang: String,
    /// Documents that hold it, or whose title or heading it is; absent where words before it count too.
    pub documents: Option<u64>,
}

/// What a suggestion is, in the order in which equals are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A term of the glossary.
    Term,
    /// A phrase that documents share.
    Phrase,
    /// A document's title.
    Title,
    /// A heading inside documents.
    Heading,
}

/// How the listed hits match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// Every hit holds every word.
    #[default]
    All,
    /// Hits hold some of the words.
    Any,
}

/// A note on the query: a stable code for programs and the page's translations, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    /// Stable word: `unbalanced-quote`, `unbalanced-bracket`, `empty-phrase`, `no-document-has-all-words`.
    pub code: &'static str,
    /// In English.
    pub message: String,
}

/// How many documents hold one word or phrase of the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TermCount {
    /// As typed.
    pub term: String,
    /// Documents that hold it.
    pub documents: u64,
}

/// A count and whether it is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// Number of documents.
    pub value: u64,
    /// Always `eq`: polidex counts exactly.
    pub relation: &'static str,
}

/// Which page an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageInfo {
    /// From 1.
    pub number: usize,
    /// Hits a page.
    pub per_page: usize,
    /// Hits on all pages: documents, with those that are listed under another left out.
    pub listed: u64,
}

/// Addresses of the neighbouring pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageLinks {
    /// The next page, if there is one.
    pub next: Option<String>,
    /// The page before, if there is one.
    pub prev: Option<String>,
}

/// A document that answers the question.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// Its title; never empty (the id stands in).
    pub title: String,
    /// The title with `<mark>` around what matched, HTML-escaped otherwise.
    pub title_html: String,
    /// Who published it; empty when unknown.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty when unknown.
    pub date: String,
    /// Its languages, the main one first.
    pub lang: Vec<String>,
    /// Its kind; empty when unknown.
    pub kind: String,
    /// The number its publisher gave it, as it writes it: `国发〔2023〕15号`, `Cap. 614`; empty when unknown.
    pub number: String,
    /// Relevance; comparable within one answer only. 0 where hits are not ranked.
    pub score: f32,
    /// Whether only a translation of the query was found in it.
    pub by_translation: bool,
    /// The same document in other languages.
    pub counterparts: Vec<DocumentLink>,
    /// Other documents that answer the question too and say the same, dates aside, by id: counted in `total`, but listed
    /// here only (in exports each is an entry as well). At most 100 of them.
    pub duplicates: Vec<DocumentLink>,
    /// How many there are.
    pub duplicate_count: usize,
    /// Why it stands where it stands, a sentence a line; empty unless asked for.
    pub explanation: Vec<Reason>,
    /// The reading page, with the query: `/documents/ID?q=…`.
    pub url: String,
    /// Where it was published, if known and http(s).
    pub original_url: Option<String>,
    /// How many of its passages hold something of the query; in a document of more than 2 MB at least so many, since only the
    /// parts that say most are looked through.
    pub passage_count: usize,
    /// The best of them, best first.
    pub passages: Vec<PassageHit>,
}

/// Another document that belongs to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentLink {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its main language.
    pub lang: String,
    /// The reading page.
    pub url: String,
}

/// A passage that answers the question, cut to a snippet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassageHit {
    /// `p12`: the passage's ordinal in the document.
    pub id: String,
    /// Lines in the file as published.
    pub lines: Lines,
    /// The page it stands on, from 1, in a document that has pages.
    pub page: Option<u32>,
    /// The chapter and article it belongs to, as the document writes them: `第三章 第二十三條`, `Section 5A`.
    pub place: Option<String>,
    /// The heading the passage stands under, if any.
    pub heading: Option<String>,
    /// The passage's language.
    pub lang: String,
    /// The snippet: stored text, cut at clause ends; an ellipsis `…` stands where it was cut.
    pub text: String,
    /// The same, HTML-escaped, with `<mark>` around what matched and no other element.
    pub html: String,
    /// What matched, in code points of `text`, sorted and disjoint.
    pub offsets: Vec<MarkOffsets>,
    /// The passage on the reading page: `/documents/ID?q=…#p12`.
    pub url: String,
}

/// A span of a snippet in code points, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkOffsets {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Lines of a file, from 1, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// The counts of one filter: taken with every other filter applied and its own left out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Facet")]
pub struct FacetCounts {
    /// `source`, `publisher`, `lang`, `kind` or `year`.
    #[schemars(with = "&'static str")]
    pub field: Facet,
    /// Selected values first, then by count, then by label.
    pub values: Vec<FacetValue>,
    /// Values beyond those listed.
    pub more: usize,
}

/// One value of a filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// What the filter's parameter takes.
    pub value: String,
    /// What people read: a source's title, else the value.
    pub label: String,
    /// Documents.
    pub count: u64,
    /// Whether the question has this filter set.
    pub selected: bool,
}

/// The index that answered.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct IndexInfo {
    /// Changes with every build.
    pub generation: String,
    /// Documents in it.
    pub documents: u64,
    /// Passages in it.
    pub passages: u64,
}

/// A whole document, for the reading page and `/api/v1/documents/{id}`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document {
    /// What the result list shows too.
    #[serde(flatten)]
    pub summary: DocumentSummary,
    /// Where its file was, below the indexed folder.
    pub path: String,
    /// Provenance as the source gives it (a JSON line's `source`), if any.
    pub provenance: Option<String>,
    /// The encoding its bytes were in.
    pub encoding: String,
    /// The whole text in passages, in reading order.
    pub passages: Vec<DocumentPassage>,
    /// The same document in other languages.
    pub counterparts: Vec<DocumentLink>,
    /// How many spans the question marked.
    pub mark_count: usize,
    /// Every repair made to the text.
    pub repairs: Vec<Repair>,
    /// The text as decoded, before any repair, where it differs from what is shown; otherwise absent.
    pub as_published: Option<String>,
}

/// A document without its text: one entry of `/api/v1/sources`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentSummary {
    /// The document's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who published it; empty when unknown.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty.
    pub date: String,
    /// Its languages, the main one first.
    pub lang: Vec<String>,
    /// Its kind; empty when unknown.
    pub kind: String,
    /// The number its publisher gave it, as it writes it: `国发〔2023〕15号`, `Cap. 614`; empty when unknown.
    pub number: String,
    /// The reading page.
    pub url: String,
    /// Where it was published, if known and http(s).
    pub original_url: Option<String>,
    /// Number of passages.
    pub passage_count: usize,
}

/// One passage of a whole document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentPassage {
    /// `p12`.
    pub id: String,
    /// `heading`, `paragraph` or `list-item`.
    pub role: &'static str,
    /// 1 to 6 for headings, else 0.
    pub level: u8,
    /// The page it stands on, from 1, in a document that has pages.
    pub page: Option<u32>,
    /// The chapter and article it belongs to, as the document writes them.
    pub place: Option<String>,
    /// Lines in the file as published.
    pub lines: Lines,
    /// The passage's language.
    pub lang: String,
    /// The stored text.
    pub text: String,
    /// The same, HTML-escaped, with `<mark>` around what matched and no other element.
    pub html: String,
    /// What matched, in code points of `text`.
    pub offsets: Vec<MarkOffsets>,
}

/// One repair of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Repair {
    /// A stable word for what was wrong: `cid.adobe-cns1`, `columns`.
    #[schemars(with = "String")]
    pub kind: RecordedKind,
    /// Lines in the file as published.
    pub lines: Lines,
    /// As published.
    pub before: String,
    /// As shown.
    pub after: String,
    /// 0 to 1.
    pub confidence: f32,
}
