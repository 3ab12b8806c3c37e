//! What `polidex search` is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use polidex_opensearch::address::Address;
use polidex_schema::cited::CITED_RANGES;
use polidex_server::question::{
    Expand, Facet, MAX_DEPTH_HITS, MAX_PASSAGES, Matching, PartialDate, Question, Sort,
};

use crate::indexing::DEFAULT_INDEX;
use crate::tables::Tables;

/// Number of documents printed where nothing is said.
pub(super) const DEFAULT_LIMIT: usize = 10;

/// Search the index: words, "phrases" or 「短語」
#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// Query; several arguments are joined to one. Put a query that begins with `-` after `--`
    #[arg(required = true)]
    query: Vec<String>,
    /// Search this document only; repeatable
    #[arg(long, value_name = "ID")]
    source: Vec<String>,
    /// Search documents of this publisher only; repeatable
    #[arg(long, value_name = "NAME")]
    publisher: Vec<String>,
    /// Search documents that hold this language only: en, zh-Hant, zh-Hans; repeatable
    #[arg(long, value_name = "TAG")]
    lang: Vec<String>,
    /// Search documents of this kind only; repeatable
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Search documents that so many others cite: 0, 1-9, 10-99, 100-; repeatable
    #[arg(long, value_name = "RANGE", value_parser = CITED_RANGES)]
    cited: Vec<String>,
    /// Search documents dated on or after this date: 2024, 2024-03-11, March 2014, 2014年3月
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<PartialDate>,
    /// Search documents dated on or before this date
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Option<PartialDate>,
    /// Search the versions in force on this day, and documents that were there by then
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<PartialDate>,
    /// Order: best first, newest first (-date), oldest first (date), the last to come into the index first (-added), or those that the most documents cite first (cited)
    #[arg(long, value_name = "ORDER", default_value = "relevance", allow_hyphen_values = true, value_parser = ["relevance", "-date", "date", "-added", "cited"])]
    sort: String,
    /// What a document must hold: all words and behind few of those most of them, all, or any
    #[arg(long = "match", value_name = "WORDS", default_value = "best", value_parser = ["best", "all", "any"])]
    matching: String,
    /// Page of the list, from 1; a page holds as many documents as --limit says
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=MAX_DEPTH_HITS as i64))]
    page: u16,
    /// Maximum number of documents to print, 10 where nothing is said, all with -l
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_DEPTH_HITS as i64))]
    limit: Option<u16>,
    /// Passages printed of a document
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=MAX_PASSAGES as i64))]
    passages: u8,
    /// Expansion of the query: with translations too, with words of the same language only, or none
    #[arg(long, value_name = "KINDS", default_value = "all", value_parser = ["all", "variants", "none"])]
    expand: String,
    /// Leave this form of the expansions out, as the answer lists it; repeatable
    #[arg(long, value_name = "FORM")]
    without: Vec<String>,
    #[command(flatten)]
    pub(super) tables: Tables,
    /// Explain the score of each document
    #[arg(long)]
    explain: bool,
    /// Explain why this document is missing, or how its score is made
    #[arg(long, value_name = "ID", conflicts_with = "source")]
    why: Option<String>,
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the answer as JSON, in the form of the API: --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Print the ids of all documents that answer, one a line
    #[arg(short = 'l', long = "ids", conflicts_with_all = ["format", "json", "explain", "why", "page"])]
    pub(super) ids: bool,
    /// Print the number of documents that answer
    #[arg(short = 'c', long, conflicts_with_all = ["format", "json", "explain", "why", "page", "ids", "limit"])]
    pub(super) count: bool,
    /// Address of a server of this index, for links to documents
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    pub(super) index: PathBuf,
    /// Search an index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS")]
    pub(super) engine: Option<Address>,
}

/// Form in which an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// The answer of the API
    Json,
    /// A hit of the API on each line
    Jsonl,
    /// A table for spreadsheets
    Csv,
    /// References for Zotero, EndNote and others
    Ris,
    /// References for LaTeX
    Bibtex,
}

impl SearchArgs {
    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    pub(super) fn limit_or(&self, limit: usize) -> usize {
        self.limit.map_or(limit, usize::from)
    }

    /// The folder of the index by its whole path.
    pub(super) fn index_path(&self) -> String {
        let whole = self.index.canonicalize();
        whole
            .unwrap_or_else(|_| self.index.clone())
            .display()
            .to_string()
    }

    /// What decides which documents are hits, as one line.
    pub(super) fn key(&self) -> String {
        let dates = [self.from, self.to, self.as_of].map(|date| date.map(|date| date.to_string()));
        let key = serde_json::json!([
            self.query.join(" "),
            self.source,
            self.publisher,
            self.lang,
            self.kind,
            dates,
            self.matching,
            self.expand,
            self.without,
        ]);
        // Keys of before this filter stay as they were.
        match self.cited.as_slice() {
            [] => key.to_string(),
            cited => serde_json::json!([key, cited]).to_string(),
        }
    }

    /// The question that is asked, without the length of a page.
    pub(super) fn question(&self) -> Question {
        Question::about(self.query.join(" "))
            .filter(Facet::Source, self.why.iter().chain(&self.source))
            .filter(Facet::Publisher, &self.publisher)
            .filter(Facet::Language, &self.lang)
            .filter(Facet::Kind, &self.kind)
            .filter(Facet::Cited, &self.cited)
            .dated(self.from, self.to)
            .as_of(self.as_of)
            .sort(match self.sort.as_str() {
                "-date" => Sort::Newest,
                "date" => Sort::Oldest,
                "-added" => Sort::Added,
                "cited" => Sort::Cited,
                _ => Sort::Relevance,
            })
            .matching(match self.matching.as_str() {
                "all" => Matching::All,
                "any" => Matching::Any,
                _ => Matching::Best,
            })
            .expand(match self.expand.as_str() {
                "variants" => Expand::Variants,
                "none" => Expand::None,
                _ => Expand::All,
            })
            .without(self.without.iter().cloned())
            .page(usize::from(self.page))
            .passages(usize::from(self.passages))
            .explain(self.explain || self.why.is_some())
            .group_duplicates(!matches!(
                self.format,
                Format::Csv | Format::Ris | Format::Bibtex
            ))
    }
}

fn date(text: &str) -> Result<PartialDate, String> {
    let wanted =
        "a date is one such as 2024, 2024-03-11, March 2014 or 2014年3月, and a day that exists";
    PartialDate::parse_written(text).ok_or_else(|| wanted.to_owned())
}
