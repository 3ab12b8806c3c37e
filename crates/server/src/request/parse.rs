//! Reads the parameters of a request.
//!
//! In: the query string as it came. Out: a [`Question`] with every default filled in, or a [`Problem`] that names the
//! parameter. Refuses what it does not know rather than ignore it: an answer to another question than the one asked is
//! worse than none. Empty `q`, `from`, `to` (a form's empty fields) count as not given.

use percent_encoding::percent_decode_str;
use polidex_analysis::language::Language;

use crate::answer::Piece;
use crate::calendar::parse_instant;
use crate::comparison::ComparisonQuestion;
use crate::concordance::Order;
use crate::question::{
    Expand, Facet, Filters, ListPage, MAX_DEPTH_HITS, MAX_QUERY_CHARS, Matching, PartialDate,
    Query, Question, Search, Sort, Tier, TimeUnit, TimelineQuestion, Window,
};
use crate::request::language::Ui;
use crate::request::limits::{DEFAULT_SUGGESTIONS, MAX_FILTER_VALUES, MOST_SOURCES};
use crate::request::params::{
    DEFAULT_PER_PAGE, DEFAULT_ROWS, DEFAULT_WINDOW, Parameter, SOURCES_API, SOURCES_PAGE, Shape,
    whole_number,
};
use crate::request::problem::{PassedLimit, Problem, ProblemKind};
use crate::request::style::CitationStyle;

/// The parameters that a route takes.
type Tables = &'static [&'static [Parameter]];

/// A search, and what a page asks for besides.
#[derive(Debug, Default)]
pub(crate) struct SearchRequest {
    pub(crate) question: Question,
    /// Text that the entries of a list must hold.
    pub(crate) filter: String,
    pub(crate) ui: Option<Ui>,
}

/// A request for suggestions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SuggestRequest {
    pub(crate) q: String,
    pub(crate) limit: usize,
    /// Script of the reader.
    pub(crate) script: Option<Language>,
}

/// A request for a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentRequest {
    /// Query to mark in the text.
    pub(crate) query: Query,
    pub(crate) as_published: bool,
    /// Wants the whole text without marks.
    pub(crate) is_plain: bool,
    /// Part of a long document, from 1.
    pub(crate) part: Option<usize>,
    /// First code point of a window.
    pub(crate) start: Option<usize>,
    /// Length of a window in code points.
    pub(crate) length: Option<usize>,
    /// Name of the one whose words alone are wanted.
    pub(crate) speaker: Option<String>,
    /// Passage that is cited.
    pub(crate) cite: Option<String>,
    /// Style of the reference behind the quotation.
    pub(crate) style: CitationStyle,
    /// Page of the original file.
    pub(crate) leaf: Option<u32>,
    /// Passage that is marked on it.
    pub(crate) passage: Option<String>,
    /// Place that the reader is sent to.
    pub(crate) place: Option<String>,
    /// Day whose version the reader is sent to.
    pub(crate) as_of: Option<PartialDate>,
    pub(crate) ui: Option<Ui>,
}

/// A request for a page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListRequest {
    /// Place in a document; empty for the whole.
    pub(crate) place: String,
    /// Passage of a document, `p12`.
    pub(crate) passage: String,
    /// Day that is asked about.
    pub(crate) as_of: Option<PartialDate>,
    /// Filters of the citing documents.
    pub(crate) filters: Filters,
    pub(crate) list: ListPage,
    pub(crate) ui: Option<Ui>,
}

/// A request for a concordance.
#[derive(Debug)]
pub(crate) struct ConcordanceRequest {
    pub(crate) search: Search,
    pub(crate) by: Order,
    pub(crate) list: ListPage,
    pub(crate) ui: Option<Ui>,
}

/// A request for two documents beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompareRequest {
    pub(crate) question: ComparisonQuestion,
    pub(crate) list: ListPage,
    /// Text that the titles of a list must hold.
    pub(crate) filter: String,
    pub(crate) ui: Option<Ui>,
}

impl CompareRequest {
    /// Returns true if both documents are named.
    pub(crate) fn is_whole(&self) -> bool {
        !self.question.a.is_empty() && !self.question.b.is_empty()
    }
}

/// Reads a request for two documents beside each other.
pub(crate) fn parse_compare(
    tables: Tables,
    query: Option<&str>,
) -> Result<CompareRequest, Problem> {
    let mut request = CompareRequest {
        question: ComparisonQuestion::default(),
        list: ListPage {
            number: 1,
            per_page: DEFAULT_ROWS,
        },
        filter: String::new(),
        ui: None,
    };
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "a" => request.question.a = value,
            "b" => request.question.b = value,
            "show" => request.question.only_changes = value == "changes",
            "page" => request.list.number = checked_number(&value),
            "per_page" => request.list.per_page = checked_number(&value),
            "filter" => request.filter = value,
            "ui" => request.ui = Ui::from_code(&value),
            name => set_query(&mut request.question.query, name, value),
        }
    }
    Ok(request)
}

/// Reads a request for a concordance.
pub(crate) fn parse_concordance(
    tables: Tables,
    query: Option<&str>,
) -> Result<ConcordanceRequest, Problem> {
    let mut request = ConcordanceRequest {
        search: Search::default(),
        by: Order::default(),
        list: ListPage {
            number: 1,
            per_page: DEFAULT_PER_PAGE,
        },
        ui: None,
    };
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "q" => request.search.query.q = value,
            "by" => request.by = Order::of_name(&value),
            "page" => request.list.number = checked_number(&value),
            "per_page" => request.list.per_page = checked_number(&value),
            "ui" => request.ui = Ui::from_code(&value),
            name => set_filter(&mut request.search.filters, name, &value),
        }
    }
    check_dates(&request.search.filters)?;
    Ok(request)
}

/// Reads a request for a page of a list.
pub(crate) fn parse_list(tables: Tables, query: Option<&str>) -> Result<ListRequest, Problem> {
    let mut request = ListRequest {
        place: String::new(),
        passage: String::new(),
        as_of: None,
        filters: Filters::default(),
        list: ListPage {
            number: 1,
            per_page: DEFAULT_PER_PAGE,
        },
        ui: None,
    };
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "place" => request.place = value,
            "passage" => request.passage = value,
            "as_of" => request.as_of = PartialDate::parse_written(&value),
            "page" => request.list.number = checked_number(&value),
            "per_page" => request.list.per_page = checked_number(&value),
            "ui" => request.ui = Ui::from_code(&value),
            name => set_filter(&mut request.filters, name, &value),
        }
    }
    check_dates(&request.filters)?;
    Ok(request)
}

impl DocumentRequest {
    /// Returns the piece of the document that is asked for.
    pub(crate) fn piece(&self) -> Piece {
        if self.is_window() {
            return Piece::Window {
                start: self.start.unwrap_or(0),
                length: self.length.unwrap_or(DEFAULT_WINDOW),
            };
        }
        if self.as_published {
            return Piece::Published(self.part.unwrap_or(1));
        }
        let cited = self.cite.as_deref().and_then(|id| id.strip_prefix('p'));
        let cited = cited.and_then(|number| number.parse().ok());
        match (self.part, cited) {
            (Some(part), _) => Piece::Part(part),
            (None, Some(passage)) => Piece::Around(passage),
            (None, None) => Piece::Part(1),
        }
    }

    /// Returns true if a part of the text is asked for.
    pub(crate) fn is_window(&self) -> bool {
        self.start.is_some() || self.length.is_some()
    }
}

/// Reads a search and, on a page, the interface language asked for.
pub(crate) fn parse_search(
    tables: Tables,
    query: Option<&str>,
) -> Result<(Question, Option<Ui>), Problem> {
    let request = read_search(tables, query)?;
    check_depth(&request.question.window)?;
    Ok((request.question, request.ui))
}

/// Reads a search whose list may be paged through to its end.
pub(crate) fn parse_sources(query: Option<&str>) -> Result<SearchRequest, Problem> {
    read_search(SOURCES_PAGE, query)
}

fn read_search(tables: Tables, query: Option<&str>) -> Result<SearchRequest, Problem> {
    let mut request = SearchRequest::default();
    for (parameter, value) in checked_pairs(tables, query)? {
        let Question {
            search,
            window,
            show,
        } = &mut request.question;
        match parameter.name {
            "q" | "match" | "expand" | "without" => {
                set_query(&mut search.query, parameter.name, value);
            }
            "tier" => search.tier = Tier::of_name(&value),
            "sort" => window.sort = sort_of(&value),
            "page" => window.page = checked_number(&value),
            "per_page" => window.per_page = checked_number(&value),
            "passages" => show.passages = checked_number(&value),
            "explain" => show.explain = value == "true",
            "filter" => request.filter = value,
            // Read by `Returned`: they choose of an answer what is sent.
            "facets" | "fields" => {}
            "ui" => request.ui = Ui::from_code(&value),
            name => set_filter(&mut search.filters, name, &value),
        }
    }
    check_dates(&request.question.search.filters)?;
    Ok(request)
}

/// Reads a timeline and, on a page, the interface language asked for. Empty fields of a form are no phrases.
pub(crate) fn parse_timeline(
    tables: Tables,
    query: Option<&str>,
) -> Result<(TimelineQuestion, Option<Ui>), Problem> {
    let (mut question, mut ui) = (TimelineQuestion::default(), None);
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "q" if value.trim().is_empty() => {}
            "q" => question.phrases.push(value),
            "unit" if value == "month" => question.unit = TimeUnit::Month,
            "unit" => question.unit = TimeUnit::Year,
            "ui" => ui = Ui::from_code(&value),
            name => set_filter(&mut question.filters, name, &value),
        }
    }
    check_dates(&question.filters)?;
    Ok((question, ui))
}

/// Reads what has been typed so far.
pub(crate) fn parse_suggest(
    tables: Tables,
    query: Option<&str>,
) -> Result<SuggestRequest, Problem> {
    let mut request = SuggestRequest {
        q: String::new(),
        limit: DEFAULT_SUGGESTIONS,
        script: None,
    };
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "q" => request.q = value,
            "limit" => request.limit = checked_number(&value),
            "script" => request.script = Language::from_tag(&value),
            other => unreachable!("{other} is in a table and not read"),
        }
    }
    Ok(request)
}

/// Reads a list of sources: the id behind which it begins, and the most sources of it.
pub(crate) fn parse_listing(query: Option<&str>) -> Result<(String, usize), Problem> {
    let (mut after, mut limit) = (String::new(), MOST_SOURCES);
    for (parameter, value) in checked_pairs(SOURCES_API, query)? {
        match parameter.name {
            "after" => after = value,
            "limit" => limit = checked_number(&value),
            other => unreachable!("{other} is in a table and not read"),
        }
    }
    Ok((after, limit))
}

/// Reads the parameters of a document, or of a page without a question.
pub(crate) fn parse_document(
    tables: Tables,
    query: Option<&str>,
) -> Result<DocumentRequest, Problem> {
    let mut request = DocumentRequest::default();
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "speaker" => request.speaker = Some(value),
            "cite" => request.cite = Some(value),
            "style" => request.style = CitationStyle::of_name(&value),
            "place" => request.place = Some(value),
            "as_of" => request.as_of = PartialDate::parse_written(&value),
            "n" => request.leaf = u32::try_from(checked_number(&value)).ok(),
            "passage" => request.passage = Some(value),
            "view" => {
                request.as_published = value == "published";
                request.is_plain = value == "plain";
            }
            "part" => request.part = Some(checked_number(&value)),
            "start" => request.start = Some(checked_number(&value)),
            "length" => request.length = Some(checked_number(&value)),
            "ui" => request.ui = Ui::from_code(&value),
            name => set_query(&mut request.query, name, value),
        }
    }
    Ok(request)
}

fn set_query(query: &mut Query, name: &str, value: String) {
    match name {
        "q" => query.q = value,
        "match" => query.matching = matching_of(&value),
        "expand" => query.expand = expand_of(&value),
        "without" => query.without.push(value),
        other => unreachable!("{other} is in a table and not read"),
    }
}

fn set_filter(filters: &mut Filters, name: &str, value: &str) {
    match name {
        "from" => filters.from = PartialDate::parse_written(value),
        "to" => filters.to = PartialDate::parse_written(value),
        "added_after" => filters.added_after = parse_instant(value),
        "undated" => filters.undated = value == "true",
        "as_of" => filters.as_of = PartialDate::parse_written(value),
        name => match Facet::of_name(name) {
            Some(facet) => filters.add(facet, value),
            None => unreachable!("{name} is in a table and not read"),
        },
    }
}

fn checked_number(value: &str) -> usize {
    value.parse().expect("checked")
}

fn sort_of(value: &str) -> Sort {
    match value {
        "-date" => Sort::Newest,
        "date" => Sort::Oldest,
        "-added" => Sort::Added,
        "cited" => Sort::Cited,
        _ => Sort::Relevance,
    }
}

fn matching_of(value: &str) -> Matching {
    match value {
        "any" => Matching::Any,
        "all" => Matching::All,
        _ => Matching::Best,
    }
}

fn expand_of(value: &str) -> Expand {
    match value {
        "none" => Expand::None,
        "variants" => Expand::Variants,
        _ => Expand::All,
    }
}

/// Returns the name-value pairs of a query string, decoded as HTML forms encode them; names and values as typed.
pub(crate) fn parse_pairs(query: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let pieces = query
        .unwrap_or_default()
        .split('&')
        .filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decode(name).ok_or_else(|| not_utf8("a parameter's name"))?;
            let value =
                decode(value).ok_or_else(|| not_utf8(&format!("`{name}`")).about(name.clone()))?;
            Ok((name, value))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(Into::into)
}

fn not_utf8(what: &str) -> Problem {
    Problem::new(
        ProblemKind::MalformedRequest,
        format!("{what} is not UTF-8 once percent-decoded"),
    )
}

/// Returns the pairs of a query string with their parameters, every value checked.
fn checked_pairs(
    tables: Tables,
    query: Option<&str>,
) -> Result<Vec<(&'static Parameter, String)>, Problem> {
    let mut checked: Vec<(&'static Parameter, String)> = Vec::new();
    for (name, value) in parse_pairs(query)? {
        let mut known = tables.iter().copied().flatten();
        let parameter = known
            .find(|known| known.name == name)
            .ok_or_else(|| unknown(tables, &name))?;
        let given = checked.iter().filter(|(known, _)| known.name == name);
        check_repetition(parameter, given.count())?;
        check_value(parameter, &value)?;
        checked.push((parameter, value));
    }
    Ok(checked)
}

fn unknown(tables: Tables, name: &str) -> Problem {
    let known = tables.iter().copied().flatten();
    let names: Vec<&str> = known.map(|parameter| parameter.name).collect();
    let detail = if names.is_empty() {
        format!("there is no parameter `{name}` here; this address takes none")
    } else {
        let names = names.join(", ");
        format!("there is no parameter `{name}` here; there are {names}")
    };
    Problem::new(ProblemKind::UnknownParameter, detail).about(name)
}

/// Checks a parameter that was already given `given` times.
fn check_repetition(parameter: &Parameter, given: usize) -> Result<(), Problem> {
    let name = parameter.name;
    if given > 0 && !parameter.repeatable {
        let detail = format!("`{name}` was given more than once; give it once");
        return Err(Problem::new(ProblemKind::RepeatedParameter, detail).about(name));
    }
    if given >= MAX_FILTER_VALUES {
        let passed = PassedLimit {
            name: "filter-values",
            allowed: MAX_FILTER_VALUES,
            found: given + 1,
        };
        return Err(size_passed(parameter, passed, "values"));
    }
    Ok(())
}

fn malformed(parameter: &Parameter) -> Problem {
    let (name, expected) = (parameter.name, parameter.shape.expected());
    let detail = format!("`{name}` must be {expected}");
    Problem::new(ProblemKind::MalformedParameter, detail).about(name)
}

fn check_value(parameter: &Parameter, value: &str) -> Result<(), Problem> {
    let is_empty_field =
        value.is_empty() && matches!(parameter.shape, Shape::Query | Shape::Date | Shape::Instant);
    if is_empty_field {
        return Ok(());
    }
    if !parameter.shape.accepts(value) {
        return Err(malformed(parameter));
    }
    match parameter.shape {
        Shape::Query => check_length(parameter, value.chars().count()),
        Shape::Whole { max, .. } => check_number(parameter, value, max),
        Shape::Value
        | Shape::Language
        | Shape::Date
        | Shape::Instant
        | Shape::Choice(_)
        | Shape::AnyOf(_) => Ok(()),
    }
}

fn check_length(parameter: &Parameter, chars: usize) -> Result<(), Problem> {
    if chars <= MAX_QUERY_CHARS {
        return Ok(());
    }
    let passed = PassedLimit {
        name: "query-length",
        allowed: MAX_QUERY_CHARS,
        found: chars,
    };
    Err(size_passed(parameter, passed, "characters"))
}

fn check_number(parameter: &Parameter, value: &str, max: usize) -> Result<(), Problem> {
    let name = parameter.name;
    let Some(found) = whole_number(value, max).filter(|number| *number > max) else {
        return Ok(());
    };
    let passed = PassedLimit {
        name,
        allowed: max,
        found,
    };
    let detail = format!("`{name}` passes its limit: at most {max}, this is {found}");
    Err(limit_passed(name, detail, passed))
}

fn check_depth(window: &Window) -> Result<(), Problem> {
    let depth = window.page.saturating_mul(window.per_page);
    if depth <= MAX_DEPTH_HITS {
        return Ok(());
    }
    let detail = format!(
        "page times per_page passes the limit depth: at most {MAX_DEPTH_HITS}, this is {depth}"
    );
    let passed = PassedLimit {
        name: "depth",
        allowed: MAX_DEPTH_HITS,
        found: depth,
    };
    Err(limit_passed("page", detail, passed))
}

fn check_dates(filters: &Filters) -> Result<(), Problem> {
    match (filters.from, filters.to) {
        (Some(from), Some(to)) if from.first_day() > to.last_day() => {
            let detail = format!("`to` ({to}) lies before `from` ({from}); exchange them");
            Err(Problem::new(ProblemKind::MalformedParameter, detail).about("to"))
        }
        _ => Ok(()),
    }
}

/// The problem of a parameter that has too many of `unit`.
fn size_passed(parameter: &Parameter, passed: PassedLimit, unit: &str) -> Problem {
    let PassedLimit {
        name,
        allowed,
        found,
    } = passed;
    let detail = format!(
        "`{}` passes the limit {name}: at most {allowed} {unit}, this has {found}",
        parameter.name
    );
    limit_passed(parameter.name, detail, passed)
}

fn limit_passed(parameter: &str, detail: String, passed: PassedLimit) -> Problem {
    Problem::new(ProblemKind::LimitPassed, detail)
        .about(parameter)
        .passing(passed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::request::params::{DOCUMENT_PAGE, SEARCH, SEARCH_API, SEARCH_PAGE};

    fn search(query: &str) -> Result<Question, Problem> {
        parse_search(SEARCH_API, Some(query)).map(|(question, _)| question)
    }

    #[test]
    fn every_parameter_is_read() {
        let question = search(
            "q=%E6%96%B0+%22a%22&source=a%2Fb&source=c&publisher=P&lang=zh-Hant&kind=k&from=2024&to=2024-03&sort=-date\
             &page=2&per_page=50&passages=0&match=any&expand=none&without=w&tier=most&explain=true",
        )
        .expect("a good query");
        let expected = Question::about("新 \"a\"")
            .filter(Facet::Source, ["a/b", "c"])
            .filter(Facet::Publisher, ["P"])
            .filter(Facet::Language, ["zh-Hant"])
            .filter(Facet::Kind, ["k"])
            .dated(PartialDate::parse("2024"), PartialDate::parse("2024-03"))
            .sort(Sort::Newest)
            .page(2)
            .per_page(50)
            .passages(0)
            .matching(Matching::Any)
            .expand(Expand::None)
            .without(["w"])
            .tier(Some(Tier::Most))
            .explain(true);
        assert_eq!(question, expected);
        assert_eq!(search("").expect("nothing"), Question::default());
        assert_eq!(
            search("q=&from=&to=").expect("empty fields"),
            Question::default()
        );
    }

    #[test]
    fn the_table_has_the_defaults_of_a_question() {
        let defaults: String = SEARCH
            .iter()
            .filter_map(|parameter| match &parameter.shape {
                Shape::Whole { default, .. } => Some(format!("&{}={default}", parameter.name)),
                Shape::Choice(words) => Some(format!("&{}={}", parameter.name, words[0])),
                _ => None,
            })
            .collect();
        assert_eq!(search(&defaults).expect("defaults"), Question::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        use ProblemKind::{
            LimitPassed, MalformedParameter, MalformedRequest, RepeatedParameter, UnknownParameter,
        };
        let long = format!("q={}", "a".repeat(4_001));
        let cases: &[(&str, ProblemKind, Option<&str>)] = &[
            ("foo=1", UnknownParameter, Some("foo")),
            ("Q=1", UnknownParameter, Some("Q")),
            ("ui=en", UnknownParameter, Some("ui")),
            ("q=a&q=b", RepeatedParameter, Some("q")),
            ("page=1&page=1", RepeatedParameter, Some("page")),
            ("q=%FF", MalformedRequest, Some("q")),
            ("q=%ED%A0%80", MalformedRequest, Some("q")),
            ("%FF=q", MalformedRequest, None),
            ("page=0", MalformedParameter, Some("page")),
            ("page=-1", MalformedParameter, Some("page")),
            ("page=%2B1", MalformedParameter, Some("page")),
            ("page=1e9", MalformedParameter, Some("page")),
            ("page=1000000000", MalformedParameter, Some("page")),
            (
                "page=18446744073709551616",
                MalformedParameter,
                Some("page"),
            ),
            ("page=%D9%A1%D9%A2", MalformedParameter, Some("page")),
            ("page=", MalformedParameter, Some("page")),
            ("page=1.0", MalformedParameter, Some("page")),
            ("per_page=101", LimitPassed, Some("per_page")),
            ("passages=11", LimitPassed, Some("passages")),
            ("page=51", LimitPassed, Some("page")),
            ("page=11&per_page=100", LimitPassed, Some("page")),
            ("from=2024-13", MalformedParameter, Some("from")),
            ("to=yesterday", MalformedParameter, Some("to")),
            ("from=2025&to=2024", MalformedParameter, Some("to")),
            ("sort=best", MalformedParameter, Some("sort")),
            ("match=some", MalformedParameter, Some("match")),
            ("expand=1", MalformedParameter, Some("expand")),
            ("explain=yes", MalformedParameter, Some("explain")),
            ("lang=zh_Hant", MalformedParameter, Some("lang")),
            ("source=", MalformedParameter, Some("source")),
            ("kind=a%0D%0Ab", MalformedParameter, Some("kind")),
            (&long, LimitPassed, Some("q")),
        ];
        for (query, kind, parameter) in cases {
            let problem = search(query).expect_err(query);
            assert_eq!(
                (problem.kind, problem.parameter.as_deref()),
                (*kind, *parameter),
                "{query}"
            );
        }
    }

    #[test]
    fn the_limits_themselves_are_allowed() {
        let long = "的".repeat(1000);
        for query in [
            "page=50&per_page=20",
            "page=10&per_page=100",
            "passages=10",
            &format!("q={long}"),
            "q=100%25",
            "q=100%",
        ] {
            search(query).expect(query);
        }
    }

    proptest! {
        #[test]
        fn any_query_string_is_read_or_refused(query in "[a-z=&%0-9A-F+一丁]{0,60}") {
            let _ = parse_search(SEARCH_PAGE, Some(&query));
            let _ = parse_document(DOCUMENT_PAGE, Some(&query));
        }

        #[test]
        fn a_query_survives_its_encoding(q in "\\PC{0,40}") {
            let encoded = percent_encoding::utf8_percent_encode(&q, percent_encoding::NON_ALPHANUMERIC);
            let question = search(&format!("q={encoded}")).expect("short enough");
            prop_assert_eq!(question.search.query.q, q);
        }
    }
}
