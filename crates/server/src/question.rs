//! One request for documents, as typed and filtered, before anything is parsed.
//!
//! In: the parameters of the page, the API or the command line, already separated. Out: [`Question`], plain data with every
//! default filled in: a [`Search`] says which documents, a [`Window`] which of them and in what order, [`Show`] what is said
//! of each. A function takes the part it needs. Limits that protect the engine live here, so that all doors share them.

pub use polidex_analysis::date::PartialDate;
pub use polidex_schema::facet::Facet;

pub use crate::tier::Tier;

/// Maximum length of a query in characters (code points).
pub const MAX_QUERY_CHARS: usize = 4_000;
/// Maximum number of hits on a page.
pub const MAX_PER_PAGE: usize = 100;
/// Deepest hit that can be paged to: `page * per_page` never exceeds this.
pub const MAX_DEPTH_HITS: usize = 1_000;
/// Maximum number of phrases in one timeline.
pub const MAX_TIMELINE_PHRASES: usize = 8;
/// Maximum number of passages shown of a document.
pub const MAX_PASSAGES: usize = 10;
/// Maximum number of values listed of a facet.
pub const MAX_FACET_VALUES: usize = 100;

/// Page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// From 1.
    pub number: usize,
    /// Entries a page.
    pub per_page: usize,
}

/// One request: documents, a page of them, and what is said of each.
///
/// # Examples
/// ```
/// use polidex_server::question::{Facet, Question, Sort};
///
/// let question = Question::about("低空經濟")
///     .filter(Facet::Language, ["zh-Hant"])
///     .sort(Sort::Newest)
///     .page(2);
/// assert_eq!(question.search.query.q, "低空經濟");
/// assert_eq!(question.search.filters.lang, ["zh-Hant"]);
/// assert_eq!(question.window.page, 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Query and filters: decide which documents are hits.
    pub search: Search,
    /// Part of the list, and its order.
    pub window: Window,
    /// Details that are given of each hit.
    pub show: Show,
}

/// A query within filters: decides which documents are hits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Query.
    pub query: Query,
    /// Limits of the hits.
    pub filters: Filters,
    /// Lists the hits of this degree alone.
    pub tier: Option<Tier>,
}

/// A query and how it is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The query as typed; empty matches all documents.
    pub q: String,
    /// Number of its words that a document must hold.
    pub matching: Matching,
    /// Expansions of the query that are allowed.
    pub expand: Expand,
    /// Expansions that are not wanted, each as an answer lists it.
    pub without: Vec<String>,
}

/// Limits to some documents. Values of one facet are alternatives; facets add up. Empty means all documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Documents, by id.
    pub source: Vec<String>,
    /// Publishers, exactly as stored.
    pub publisher: Vec<String>,
    /// Languages that a document holds: `en`, `zh-Hant`, `zh-Hans`.
    pub lang: Vec<String>,
    /// Kinds, exactly as stored.
    pub kind: Vec<String>,
    /// Ranges of the number of documents that cite one, as [`CITED_RANGES`] names them.
    ///
    /// [`CITED_RANGES`]: polidex_schema::cited::CITED_RANGES
    pub cited: Vec<String>,
    /// Documents that may be dated on or after the first day of this date.
    pub from: Option<PartialDate>,
    /// Documents that may be dated on or before the last day of this date.
    pub to: Option<PartialDate>,
    /// Documents without a date: they alone, or besides those dated within `from` and `to`.
    pub undated: bool,
    /// Documents that came into the index after this, in milliseconds since 1970.
    pub added_after: Option<u64>,
    /// Versions in force on this day, and documents that were there by then.
    pub as_of: Option<PartialDate>,
}

/// Phrases that are counted over time, within filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineQuestion {
    /// Phrases, each counted for itself.
    pub phrases: Vec<String>,
    /// Limits to some documents.
    pub filters: Filters,
    /// Length of a period.
    pub unit: TimeUnit,
}

/// Length of the periods of a timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeUnit {
    /// Years.
    #[default]
    Year,
    /// Months; documents dated to a year alone are in none.
    Month,
}

impl TimeUnit {
    /// Name in the API and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
        }
    }

    /// Length of the beginning of a date that names its period: `2014`, `2014-03`.
    pub(crate) const fn len_chars(self) -> usize {
        match self {
            Self::Year => 4,
            Self::Month => 7,
        }
    }
}

/// The part of the list that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Order of the hits.
    pub sort: Sort,
    /// Page number, from 1.
    pub page: usize,
    /// Hits a page, at most [`MAX_PER_PAGE`].
    pub per_page: usize,
    /// Lists duplicates under the best of them only; otherwise each is a hit of its own as well.
    pub group_duplicates: bool,
}

/// Details that an answer gives of each hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// Passages a document, at most [`MAX_PASSAGES`].
    pub passages: usize,
    /// Asks why each document stands where it stands.
    pub explain: bool,
    /// Source documents listed in their facet, best first, at most [`MAX_FACET_VALUES`]; those chosen are listed besides. The
    /// fewer, the fewer documents are scored.
    pub sources: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            sort: Sort::Relevance,
            page: 1,
            per_page: 20,
            group_duplicates: true,
        }
    }
}

impl Default for Show {
    fn default() -> Self {
        Self {
            passages: 3,
            explain: false,
            sources: MAX_FACET_VALUES,
        }
    }
}

impl Query {
    /// A query by its text alone.
    pub fn about(q: impl Into<String>) -> Self {
        Self {
            q: q.into(),
            ..Self::default()
        }
    }

    /// Returns `true` if nothing is looked for: the filtered documents are listed.
    pub fn is_blank(&self) -> bool {
        self.q.trim().is_empty()
    }
}

impl Filters {
    /// Returns `true` if all documents pass.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Values chosen of a facet; for [`Facet::Year`] the year that `from` and `to` both name.
    pub fn chosen(&self, facet: Facet) -> Vec<String> {
        match facet {
            Facet::Source => self.source.clone(),
            Facet::Publisher => self.publisher.clone(),
            Facet::Language => self.lang.clone(),
            Facet::Kind => self.kind.clone(),
            Facet::Cited => self.cited.clone(),
            Facet::Year => self
                .year()
                .map(|year| year.to_string())
                .into_iter()
                .collect(),
        }
    }

    /// Returns `true` if documents are limited by their date.
    pub fn limits_dates(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.undated
    }

    /// Year that `from` and `to` both lie in.
    pub fn within_year(&self) -> Option<u16> {
        let (from, to) = (self.from?, self.to?);
        (from.year() == to.year()).then(|| from.year())
    }

    /// Year that `from` and `to` both name.
    pub fn year(&self) -> Option<PartialDate> {
        let (from, to) = (self.from?, self.to?);
        (from == to && from.to_string().len() == 4).then_some(from)
    }

    /// Adds a value of a facet; a year replaces the dates.
    pub fn add(&mut self, facet: Facet, value: &str) {
        match self.values_mut(facet) {
            Some(values) => values.push(value.to_owned()),
            None => {
                let year = PartialDate::parse(value);
                (self.from, self.to, self.undated) = (year, year, false);
            }
        }
    }

    /// Drops a value of a facet; a year drops the dates.
    pub fn remove(&mut self, facet: Facet, value: &str) {
        match self.values_mut(facet) {
            Some(values) => values.retain(|chosen| chosen != value),
            None => (self.from, self.to, self.undated) = (None, None, false),
        }
    }

    /// Values of a facet that is filtered by a list; `None` for [`Facet::Year`], which is filtered by dates.
    fn values_mut(&mut self, facet: Facet) -> Option<&mut Vec<String>> {
        match facet {
            Facet::Source => Some(&mut self.source),
            Facet::Publisher => Some(&mut self.publisher),
            Facet::Language => Some(&mut self.lang),
            Facet::Kind => Some(&mut self.kind),
            Facet::Cited => Some(&mut self.cited),
            Facet::Year => None,
        }
    }
}

impl Question {
    /// A question with nothing but a query.
    pub fn about(q: impl Into<String>) -> Self {
        Self::from(Query::about(q))
    }

    /// Limits the hits to these values of `facet`, besides those that are there.
    pub fn filter<V: AsRef<str>>(
        mut self,
        facet: Facet,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        for value in values {
            self.search.filters.add(facet, value.as_ref());
        }
        self
    }

    /// Limits the hits to documents dated within these dates; `None` sets no limit.
    pub fn dated(mut self, from: Option<PartialDate>, to: Option<PartialDate>) -> Self {
        (self.search.filters.from, self.search.filters.to) = (from, to);
        self
    }

    /// Limits the hits to the versions in force on a day, and to documents that were there by then.
    pub fn as_of(mut self, day: Option<PartialDate>) -> Self {
        self.search.filters.as_of = day;
        self
    }

    /// Sets whether every word is wanted.
    pub fn matching(mut self, matching: Matching) -> Self {
        self.search.query.matching = matching;
        self
    }

    /// Sets which expansions are allowed.
    pub fn expand(mut self, expand: Expand) -> Self {
        self.search.query.expand = expand;
        self
    }

    /// Leaves these forms of the expansions out, besides those that are.
    pub fn without<F: Into<String>>(mut self, forms: impl IntoIterator<Item = F>) -> Self {
        let forms = forms.into_iter().map(Into::into);
        self.search.query.without.extend(forms);
        self
    }

    /// Lists the hits of this degree alone; `None` lists all.
    pub fn tier(mut self, tier: Option<Tier>) -> Self {
        self.search.tier = tier;
        self
    }

    /// Sets the order.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.window.sort = sort;
        self
    }

    /// Asks for this page, counted from 1.
    pub fn page(mut self, page: usize) -> Self {
        self.window.page = page;
        self
    }

    /// Sets the number of hits a page.
    pub fn per_page(mut self, per_page: usize) -> Self {
        self.window.per_page = per_page;
        self
    }

    /// Sets whether duplicates are listed under the best of them only.
    pub fn group_duplicates(mut self, group_duplicates: bool) -> Self {
        self.window.group_duplicates = group_duplicates;
        self
    }

    /// Sets the number of source documents listed in their facet.
    pub fn sources(mut self, sources: usize) -> Self {
        self.show.sources = sources;
        self
    }

    /// Sets the number of passages a document.
    pub fn passages(mut self, passages: usize) -> Self {
        self.show.passages = passages;
        self
    }

    /// Asks for explanations, or for none.
    pub fn explain(mut self, explain: bool) -> Self {
        self.show.explain = explain;
        self
    }
}

impl From<Search> for Question {
    fn from(search: Search) -> Self {
        Self {
            search,
            ..Self::default()
        }
    }
}

impl From<Query> for Question {
    fn from(query: Query) -> Self {
        Self::from(Search::from(query))
    }
}

impl From<Query> for Search {
    fn from(query: Query) -> Self {
        Self {
            query,
            filters: Filters::default(),
            tier: None,
        }
    }
}

/// Order of the hits; ties always fall back to the document id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first; without a query, newest first.
    #[default]
    Relevance,
    /// `-date`: newest first, undated last.
    Newest,
    /// `date`: oldest first, undated last.
    Oldest,
    /// `-added`: those that came into the index last first.
    Added,
    /// `cited`: those that the most documents cite first; of equals the best.
    Cited,
}

/// Number of its words that a document must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// All words that carry the query; behind few of those, documents that hold most of them.
    #[default]
    Best,
    /// All words that carry the query, and nothing else.
    All,
    /// Any word.
    Any,
}

/// Expansions of the query that are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expand {
    /// The literal query, folded.
    None,
    /// Regional variants and synonyms too.
    Variants,
    /// Translations too.
    #[default]
    All,
}
