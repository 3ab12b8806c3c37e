//! Shapes of every reply of the engine, and so of the JSON API.
//!
//! Plain data, no behaviour: the engine fills it, the API serialises it as it is, the page layer draws it. Field names
//! are the API's.

use std::collections::BTreeMap;

use polidex_schema::repair_kind::RecordedKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::expansion::{Expansion, ExpansionKind};
use crate::question::Facet;
use crate::reason::Reason;
pub use crate::tier::Tier;

/// The reply to one search.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// The query as typed and as parsed.
    pub query: QueryEcho,
    /// Number of documents listed that match the query itself, variants of script and region included: all that carries it,
    /// or most of that.
    pub total: Total,
    /// Number of documents listed among those that match only its translation.
    pub expanded_total: u64,
    /// Number of documents listed among those that hold a quoted phrase only in the text as published, where a repair changed
    /// it; in no other number.
    pub original_total: u64,
    /// Other spellings that find more, best first; offered, never applied.
    pub corrections: Vec<Correction>,
    /// Documents named by `source` that are not among the hits, with the reasons; only if explanations are asked for.
    pub absent: Vec<Absent>,
    /// True if the time was up or a part of the index did not answer: counts are of what was seen, and `query.warnings` says why.
    pub partial: bool,
    /// The page of the list that this is.
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

/// The query as typed and as parsed.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct QueryEcho {
    /// As typed.
    pub q: String,
    /// As parsed, in canonical query syntax: `新質生產力 AND "low altitude"`.
    pub parsed: String,
    /// Parts of the query that could not be taken as typed.
    pub warnings: Vec<Warning>,
    /// `all`: some hit holds all that carries the query, as typed or in translation. `any`: hits hold some of it, because no
    /// document has all or because it was asked for.
    #[serde(rename = "match")]
    pub matching: MatchedBy,
    /// Each searched-for word or phrase and how many documents hold it, filters aside; given when nothing is found or hits are
    /// partial, otherwise empty.
    pub terms: Vec<TermCount>,
    /// Forms searched besides the words as typed; each can be left out with `without=FORM`.
    pub expansions: Vec<Expansion>,
}

/// A document that is not among the hits, with the reasons.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Absent {
    /// Document id.
    pub id: String,
    /// Document title.
    pub title: String,
    /// Words that it lacks, or other reasons why it is not listed, a sentence each.
    pub explanation: Vec<Reason>,
}

/// A query that would find more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// The whole query, corrected.
    pub q: String,
    /// Number of documents that it finds with the same filters.
    pub documents: u64,
}

/// The reply of `/api/v1/suggest`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suggestions {
    /// Text as typed.
    pub q: String,
    /// Completions, best first; empty while a new index is still being read for them.
    pub suggestions: Vec<Suggestion>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A completion of the text typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The whole query, completed.
    pub text: String,
    /// Kind of the completion.
    pub kind: SuggestionKind,
    /// Language: `en`, `zh-Hant`, `zh-Hans`.
    pub lang: String,
    /// Number of documents that hold it, or whose title or heading it is; absent if words stand before it.
    pub documents: Option<u64>,
}

/// Kind of a suggestion, in the order in which equals are listed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
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

/// Share of the words that the listed hits hold.
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
    /// Stable word: `unbalanced-quote`, `unbalanced-bracket`, `empty-phrase`, `no-document-has-all-words`, `deadline`,
    /// `part-missing`.
    pub code: &'static str,
    /// In English.
    pub message: String,
}

impl Warning {
    /// Returns true if it says that something was not looked at.
    pub(crate) fn is_partial(&self) -> bool {
        matches!(self.code, "deadline" | "part-missing")
    }
}

/// Number of documents that hold one word or phrase of the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TermCount {
    /// As typed.
    pub term: String,
    /// Number of documents that hold it.
    pub documents: u64,
}

/// A count and whether it is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// Number of documents.
    pub value: u64,
    /// Always `eq`: polidex counts exactly.
    pub relation: &'static str,
    /// Number of documents of each tier that is counted.
    pub tiers: TierTotals,
}

/// Number of documents by how much of the query they hold as typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TierTotals {
    /// All that carries the query.
    pub all: u64,
    /// Most of it; 0 where such documents are not listed.
    pub most: u64,
}

/// A page of the list of hits.
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

/// A document that matches the query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// Document title; never empty (the id stands in).
    pub title: String,
    /// The title HTML-escaped, with `<mark>` around the matches.
    pub title_html: String,
    /// Publisher; empty when unknown.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty when unknown.
    pub date: String,
    /// Languages, the main one first.
    pub lang: Vec<String>,
    /// Kind; empty when unknown.
    pub kind: String,
    /// The number its publisher gave it, as it writes it: `国发〔2023〕15号`, `Cap. 614`; empty when unknown.
    pub number: String,
    /// Time at which it came into the index as it is, in UTC (RFC 3339); null where the index does not know.
    pub added: Option<String>,
    /// Number of other documents that cite it; null where the index does not know.
    pub cited_by: Option<u32>,
    /// Relevance; comparable within one answer only. 0 where hits are not ranked.
    pub score: f32,
    /// Degree in which the document holds the query.
    pub tier: Tier,
    /// Words and phrases of the query that the document lacks, as typed.
    pub missing: Vec<String>,
    /// True if the document matches only a translation of the query.
    pub by_translation: bool,
    /// True if the document holds a quoted phrase only in its text as published, where a repair changed it: nothing is marked,
    /// and `url` opens that text.
    pub original: bool,
    /// Versions of the document in other languages.
    pub counterparts: Vec<DocumentLink>,
    /// Place among the versions of its work; null where it is the only one.
    pub version: Option<VersionPlace>,
    /// Other matching documents with the same text, dates aside, by id: counted in `total`, but listed here only (in exports
    /// each is an entry as well). At most 100.
    pub duplicates: Vec<DocumentLink>,
    /// Number of duplicates.
    pub duplicate_count: usize,
    /// Reasons for its rank, a sentence each; empty unless asked for.
    pub explanation: Vec<Reason>,
    /// The reading page, with the query: `/documents/ID?q=…`.
    pub url: String,
    /// Address of the original, if known and http(s).
    pub original_url: Option<String>,
    /// Share of its text that was read of pictures; null where none was.
    pub scanned: Option<ScannedShare>,
    /// Number of its passages that match the query; a lower bound in a document of more than 2 MB, of which only the best
    /// parts are searched.
    pub passage_count: usize,
    /// The best passages, best first.
    pub passages: Vec<PassageHit>,
}

/// Pages of a document whose text was read of their pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ScannedShare {
    /// Number of them.
    pub pages: usize,
    /// Mean of their confidences, from 0 to 1.
    pub confidence: f64,
}

/// Place of a document among the versions of its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionPlace {
    /// Number of the version, from 1 for the oldest.
    pub number: usize,
    /// Number of the versions that are held.
    pub count: usize,
    /// True if it is in force today, as far as the dates of the versions tell.
    pub in_force: bool,
    /// Id of the newest version: the same for all versions of a work.
    pub work: String,
    /// The versions, with what each changed.
    pub url: String,
}

/// Another document that belongs to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentLink {
    /// Document id.
    pub id: String,
    /// Document title.
    pub title: String,
    /// Main language.
    pub lang: String,
    /// The reading page.
    pub url: String,
}

/// A passage that matches the query, cut to a snippet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassageHit {
    /// `p12`: the passage's ordinal in the document.
    pub id: String,
    /// Lines in the file as published.
    pub lines: Lines,
    /// Number of its page, from 1, in a document that has pages.
    pub page: Option<u32>,
    /// The chapter and article it belongs to, as the document writes them: `第三章 第二十三條`, `Section 5A`.
    pub place: Option<String>,
    /// The heading the passage stands under, if any.
    pub heading: Option<String>,
    /// The passage's language.
    pub lang: String,
    /// The snippet: stored text, cut at clause ends; an ellipsis `…` stands where it was cut.
    pub text: String,
    /// The text HTML-escaped, with `<mark>` around the matches and no other element.
    pub html: String,
    /// Matches in code points of `text`, sorted and disjoint.
    pub offsets: Vec<MarkOffsets>,
    /// The passage on the reading page: `/documents/ID?q=…#p12`; of a long document, `/documents/ID?q=…&part=3#p12`.
    pub url: String,
    /// Part of a long document that it stands in.
    #[serde(skip)]
    pub part: Option<usize>,
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

/// Counts of one facet, taken with every filter applied but its own.
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
    /// Documents without a date, of `year`; `undated=true` lists them.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(with = "Option<u64>")]
    pub without: u64,
    /// Months of the year that `from` and `to` lie in, or of the only year, oldest first, of `year`; a document dated to its year
    /// alone is in none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Option<Vec<FacetValue>>")]
    pub months: Vec<FacetValue>,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// Value that the filter's parameter takes.
    pub value: String,
    /// Text that people read: a source's title, else the value.
    pub label: String,
    /// Number of documents.
    pub count: u64,
    /// True if the request has this filter set.
    pub selected: bool,
}

/// The index that answered.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct IndexInfo {
    /// Changes with every build.
    pub generation: String,
    /// Number of documents.
    pub documents: u64,
    /// Number of passages.
    pub passages: u64,
    /// Time at which the newest of its documents came in, in UTC (RFC 3339): what came later is `added_after` this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
    /// Documents whose files could not be read by the last run: their text is that of an earlier one.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(with = "Option<u64>")]
    pub stale: u64,
    /// Documents that are no longer in their folders and were kept, because they are so many.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(with = "Option<u64>")]
    pub held: u64,
    /// Files and members of archives that could not be read; `/api/v1/coverage` lists them.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(with = "Option<u64>")]
    pub unread: u64,
}

/// What an index holds of its folders, and what it does not; `polidex doctor` says the same.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Coverage {
    /// The index that answered.
    pub index: IndexInfo,
    /// The last run that changed it, in UTC (RFC 3339); null where that is not known.
    pub built: Option<String>,
    /// Files and members that are not in the index.
    pub skipped: CoverageList,
    /// Documents whose text is that of an earlier run.
    pub stale: CoverageList,
    /// Documents of which a part could not be read, such as pages without text.
    pub partly: CoverageList,
    /// Documents with repairs.
    pub repaired: u64,
    /// Documents with places that no repair could mend.
    pub beyond_repair: u64,
    /// Repairs by kind.
    pub repairs: BTreeMap<String, u64>,
}

/// How often phrases occur over time.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Timeline {
    /// `year` or `month`.
    pub unit: &'static str,
    /// Every period in which a document of the filters is dated, oldest first.
    pub periods: Vec<Period>,
    /// Phrases in the order in which they were asked for.
    pub series: Vec<Series>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// A year or a month of the documents that pass the filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Period {
    /// `2014`, `2014-03`; empty for documents without such a date.
    pub when: String,
    /// Number of documents.
    pub documents: u64,
    /// Characters of their texts (code points).
    pub characters: u64,
}

/// One phrase over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Series {
    /// The phrase as typed.
    pub q: String,
    /// Occurrences in the texts of all documents that pass the filters.
    pub occurrences: u64,
    /// Number of documents that hold it.
    pub documents: u64,
    /// A point for every period.
    pub points: Vec<Point>,
    /// Occurrences in documents without such a date.
    pub undated: Point,
}

/// A phrase in one period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// The period; empty for documents without such a date.
    pub when: String,
    /// Occurrences in the texts of the period.
    pub occurrences: u64,
    /// Number of documents that hold it.
    pub documents: u64,
    /// Occurrences in a million characters of the period; 0 where it has none.
    pub per_million: f64,
}

/// Files with reasons.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CoverageList {
    /// Number of all.
    pub count: u64,
    /// Number of all by class of reason; empty where reasons have no classes.
    pub classes: BTreeMap<String, u64>,
    /// Number of all by reason, without the details of each.
    pub reasons: BTreeMap<String, u64>,
    /// The first 5,000 of them, by path.
    pub files: Vec<CoverageFile>,
}

/// A file or a document that is not wholly in the index.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CoverageFile {
    /// Path below its folder.
    pub path: String,
    /// Id of its document, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Class of the reason: `left-out`, `unreadable`, `empty`, `foreign-format`, `too-large`, `damaged`, `encrypted`,
    /// `invalid`, `duplicate`, `no-text-layer`, `reader-failed`, `recorded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Reason, in English.
    pub reason: String,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A whole document, for the reading page and `/api/v1/documents/{id}`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Fields that the result list shows too.
    #[serde(flatten)]
    pub summary: DocumentSummary,
    /// Path of its file below the indexed folder.
    pub path: String,
    /// SHA-256 of the bytes it was read from.
    #[serde(skip)]
    pub content_hash: String,
    /// Provenance as the source gives it (a JSON line's `source`), if any.
    pub provenance: Option<String>,
    /// Day it was issued first, where its text or folder tells, as `date`; empty when unknown.
    pub first_date: String,
    /// Day it comes into force, as `date`; empty when unknown.
    pub effective: String,
    /// Day its file says it was made, as `date`; empty when unknown. It is never taken for `date`.
    pub file_date: String,
    /// Origin of each value that is not empty.
    pub origins: Vec<ValueOrigin>,
    /// The encoding its bytes were in.
    pub encoding: String,
    /// Pages whose text was read of their pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub scans: Vec<ScannedPage>,
    /// True if its file could not be read by the last run: the text is that of an earlier one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(with = "Option<bool>")]
    pub stale: bool,
    /// Part of the text that was asked for; absent when it is the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<TextWindow>,
    /// Part of a long document that a page draws.
    #[serde(skip)]
    pub part: Option<DocumentPart>,
    /// The text in passages, in reading order.
    pub passages: Vec<DocumentPassage>,
    /// Versions of the document in other languages.
    pub counterparts: Vec<DocumentLink>,
    /// Number of marked spans.
    pub mark_count: usize,
    /// Every repair made to the text; of a window, those that begin in its lines.
    pub repairs: Vec<Repair>,
    /// The text as decoded, before any repair, where it differs from what is shown; otherwise absent.
    pub as_published: Option<String>,
}

/// A page whose text was read of its picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ScannedPage {
    /// Number, from 1.
    pub page: u32,
    /// Mean confidence of its characters, from 0 to 1.
    pub confidence: f64,
}

/// Part of a text: all passages that begin in a span of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextWindow {
    /// First code point of the stored text.
    pub start: usize,
    /// Number of code points.
    pub length: usize,
    /// `start` of the window behind it; absent at the end of the text.
    pub next: Option<usize>,
}

/// Part of a long document. The text and the text as published are parted each for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentPart {
    /// Number of the part, from 1.
    pub number: usize,
    /// Number of parts.
    pub count: usize,
    /// Number of parts of the text as published; 0 where it is the stored text.
    pub published_count: usize,
    /// Number of the first line of `as_published`, from 1.
    pub first_line: usize,
    /// Number of repairs of the whole document.
    pub repair_count: usize,
}

/// Piece of a document that is read without the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The whole document if it is short, else a part of its text; from 1.
    Part(usize),
    /// Likewise the part that the passage of this number stands in, from 1.
    Around(usize),
    /// Likewise of the text as published.
    Published(usize),
    /// Passages that begin in so many code points from `start` on.
    Window {
        /// First code point.
        start: usize,
        /// Number of code points.
        length: usize,
    },
    /// Nothing of the text, and so many repairs from `first` on.
    Repairs {
        /// Number of repairs left out before.
        first: usize,
        /// Number of repairs.
        count: usize,
    },
}

/// Origin of a value that describes a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ValueOrigin {
    /// `title`, `publisher`, `date`, `first_date`, `effective`, `file_date`, `kind` or `number`.
    pub field: &'static str,
    /// `declared` (in `sources.toml`, a row or front matter), `text`, `properties` (of the file or the page) or `first-words`.
    pub from: &'static str,
    /// Line of the file as published that says it.
    pub line: Option<u32>,
    /// Page it stands on, in a document that has pages.
    pub page: Option<u32>,
}

/// A document without its text: one entry of `/api/v1/sources`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentSummary {
    /// The document's id.
    pub id: String,
    /// Document title.
    pub title: String,
    /// Publisher; empty when unknown.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty.
    pub date: String,
    /// Languages, the main one first.
    pub lang: Vec<String>,
    /// Kind; empty when unknown.
    pub kind: String,
    /// The number its publisher gave it, as it writes it: `国发〔2023〕15号`, `Cap. 614`; empty when unknown.
    pub number: String,
    /// The reading page.
    pub url: String,
    /// Address of the original, if known and http(s).
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
    /// Number of its page, from 1, in a document that has pages.
    pub page: Option<u32>,
    /// The chapter and article it belongs to, as the document writes them.
    pub place: Option<String>,
    /// Lines in the file as published.
    pub lines: Lines,
    /// The passage's language.
    pub lang: String,
    /// The stored text.
    pub text: String,
    /// The text HTML-escaped, with `<mark>` around the matches and no other element.
    pub html: String,
    /// Matches in code points of `text`.
    pub offsets: Vec<MarkOffsets>,
    /// Words that were read of a picture with little confidence, in code points of `text`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub doubtful: Vec<MarkOffsets>,
    /// Who speaks, in a record of proceedings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
}

/// Somebody who speaks in a record of proceedings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The name as the record writes it, without what stands in brackets.
    pub name: String,
    /// Number of turns.
    pub turns: usize,
}

/// One repair of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Repair {
    /// Stable word for the kind of damage: `cid.adobe-cns1`, `columns`.
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
