//! Lists as an engine is asked for them, and as it gives them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Instant;

use crate::engine::DocRef;
use crate::query::plan::Node;
pub use crate::question::MAX_FACET_VALUES;
use crate::question::{Facet, Filters, Sort, Window};

/// Rank of a score in a list. Scores are positive, so their bits sort as they do; the last eight of 24 are noise of summation.
pub fn rank_of_score(score: f32) -> u64 {
    u64::from(score.max(0.0).to_bits() >> 8)
}

/// Number of bits of [`rank_of_score`].
const SCORE_BITS: u32 = 24;

/// Rank of a document among those ordered by the number of documents that cite them, of equals by score.
pub fn cited_rank(count: u32, rank_of_score: u64) -> u64 {
    u64::from(count) << SCORE_BITS | rank_of_score
}

/// Rank that the score of a document needs so that its [`cited_rank`] is at least `least`; `None` where no score is enough.
pub(crate) fn least_among_cited(least: u64, count: u32) -> Option<u64> {
    match u64::from(count).cmp(&(least >> SCORE_BITS)) {
        Ordering::Less => None,
        Ordering::Equal => Some(least & ((1 << SCORE_BITS) - 1)),
        Ordering::Greater => Some(0),
    }
}

/// Returns true if an order needs scores.
pub fn is_scored(sort: Sort) -> bool {
    matches!(sort, Sort::Relevance | Sort::Cited)
}

/// Several lists within the same filters. A document is listed by the first node that it matches.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// Nodes of the lists, one after the other; each keeps as much as is asked for.
    pub nodes: &'a [&'a Node],
    /// The last node is listed only if the first lists fewer documents than this; otherwise its list is empty.
    pub last_if_fewer: Option<u64>,
    /// Limits to some documents.
    pub filters: &'a Filters,
    /// Order, and how much of each list is kept.
    pub top: Top,
    /// Counts the facets of each list and lists so many source documents, at most [`MAX_FACET_VALUES`]; `None` counts
    /// nothing.
    pub facets: Option<usize>,
    /// Looks for duplicates.
    pub duplicates: bool,
    /// Time at which the engine answers with what it has.
    pub deadline: Instant,
}

/// Beginning of a list.
#[derive(Clone, Copy, Debug)]
pub struct Top {
    /// Order of the list.
    pub sort: Sort,
    /// Number of documents kept.
    pub keep: usize,
    /// Lists duplicates under the best of them only.
    pub group_duplicates: bool,
}

impl Top {
    /// A count without a list.
    pub const NONE: Self = Self {
        sort: Sort::Relevance,
        keep: 0,
        group_duplicates: false,
    };
}

impl From<&Window> for Top {
    /// The list up to the end of the page.
    fn from(window: &Window) -> Self {
        Self {
            sort: window.sort,
            keep: window.page.max(1) * window.per_page,
            group_duplicates: window.group_duplicates,
        }
    }
}

/// Documents listed by one node.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The best, best first.
    pub hits: Vec<Listed>,
    /// Number of documents that match, within all filters.
    pub count: u64,
    /// Number of them that have a duplicate among those before them.
    pub hidden: u64,
    /// Counts by value.
    pub facets: FacetTotals,
    /// Set if the deadline cut the list short.
    pub is_partial: bool,
    /// Set if a part of the index did not answer.
    pub lacks_parts: bool,
}

impl List {
    /// Entries of the list: documents, those that are listed under another left out.
    pub fn entries(&self, top: Top) -> u64 {
        match top.group_duplicates {
            true => self.count - self.hidden,
            false => self.count,
        }
    }
}

/// One listed document.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The document.
    pub document: DocRef,
    /// Document id.
    pub id: String,
    /// Score by the node.
    pub score: f32,
    /// Last day that its date may mean, `YYYYMMDD`; 0 when unknown.
    pub day: u64,
    /// The hits that are duplicates of it and itself; empty when it has none.
    pub group: Vec<DocRef>,
}

/// Facets of a list: each is counted with every other filter applied and its own left out.
#[derive(Clone, Debug, Default)]
pub struct FacetTotals {
    /// Counts by value, at the index of each [`Facet`]; none for sources.
    pub counts: [BTreeMap<String, u64>; Facet::ALL.len()],
    /// Counts by month, `YYYY-MM`, of documents that are dated to the month; counted as years are.
    pub months: BTreeMap<String, u64>,
    /// Number of documents without a date; counted as years are.
    pub undated: u64,
    /// The best source documents with their titles, at most as many as were asked for.
    pub sources: Vec<SourceValue>,
    /// Number of source documents in all.
    pub source_count: u64,
}

/// A source document for its facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceValue {
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
}
