//! What is asked: one search, as typed and filtered, before anything is parsed.
//!
//! In: the parameters of the page, the API or the command line, already separated. Out: [`Question`], plain data with
//! every default filled in. Limits that protect the engine live here, so that all doors share them.

pub use polidex_analysis::date::PartialDate;

/// Longest query in characters (code points).
pub const MAX_QUERY_CHARS: usize = 1_000;
/// Most hits on one page.
pub const MAX_PER_PAGE: usize = 100;
/// Deepest hit that can be paged to: `page * per_page` never exceeds this.
pub const MAX_DEPTH_HITS: usize = 1_000;
/// Most passages shown for one document.
pub const MAX_PASSAGES: usize = 10;

/// One search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The query as typed; empty lists the filtered documents.
    pub q: String,
    /// Limits to these documents, by id; empty means all. Values of one filter are alternatives, filters add up.
    pub source: Vec<String>,
    /// Limits to these publishers, exactly as stored.
    pub publisher: Vec<String>,
    /// Limits to documents that hold one of these languages: `en`, `zh-Hant`, `zh-Hans`.
    pub lang: Vec<String>,
    /// Limits to these kinds, exactly as stored.
    pub kind: Vec<String>,
    /// Limits to documents that may be dated on or after the first day of this date.
    pub from: Option<PartialDate>,
    /// Limits to documents that may be dated on or before the last day of this date.
    pub to: Option<PartialDate>,
    /// Order of the hits.
    pub sort: Sort,
    /// Page number, from 1.
    pub page: usize,
    /// Hits a page, 1 to [`MAX_PER_PAGE`].
    pub per_page: usize,
    /// Passages a document, 0 to [`MAX_PASSAGES`].
    pub passages: usize,
    /// Whether every word is wanted.
    pub matching: Matching,
    /// Which expansions of the query are allowed.
    pub expand: Expand,
    /// Expansions that are not wanted, each as an answer lists it.
    pub without: Vec<String>,
    /// Whether the answer says why each document stands where it stands.
    pub explain: bool,
    /// Whether duplicates are listed under the best of them only; otherwise each is a hit of its own as well.
    pub group_duplicates: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            q: String::new(),
            source: Vec::new(),
            publisher: Vec::new(),
            lang: Vec::new(),
            kind: Vec::new(),
            from: None,
            to: None,
            sort: Sort::Relevance,
            page: 1,
            per_page: 20,
            passages: 3,
            matching: Matching::All,
            expand: Expand::All,
            without: Vec::new(),
            explain: false,
            group_duplicates: true,
        }
    }
}

impl Question {
    /// A question with nothing but a query.
    pub fn about(q: impl Into<String>) -> Self {
        Self {
            q: q.into(),
            ..Self::default()
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
}

/// Whether a document must hold every word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// All words; the best partial matches when no document has them all.
    #[default]
    All,
    /// Any word.
    Any,
}

/// Which expansions of the query are allowed.
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
