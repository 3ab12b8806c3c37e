//! Reads the parameters of a request: one table for the parser and for the OpenAPI description.
//!
//! In: the query string as it came. Out: a [`Question`] with every default filled in, or a [`Problem`] that names the
//! parameter. Refuses what it does not know rather than ignore it: an answer to another question than the one asked is
//! worse than none. Empty `q`, `from`, `to` (a form's empty fields) count as not given.

use percent_encoding::percent_decode_str;

use crate::question::{
    Expand, Facet, MAX_DEPTH_HITS, MAX_PASSAGES, MAX_PER_PAGE, MAX_QUERY_CHARS, Matching,
    PartialDate, Query, Question, Sort,
};
use crate::request::language::Ui;
use crate::request::limits::{
    DEFAULT_SUGGESTIONS, MAX_FILTER_VALUES, MAX_SUGGESTIONS, MAX_VALUE_BYTES,
};
use crate::request::problem::{PassedLimit, Problem, ProblemKind};

/// A parameter that a route takes.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// May be given more than once; its values are alternatives.
    pub(crate) repeatable: bool,
    /// What it does, for the OpenAPI description and the help page.
    pub(crate) about: &'static str,
}

/// What a parameter's values look like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Query text of up to [`MAX_QUERY_CHARS`] code points.
    Query,
    /// A filter's value: 1 to [`MAX_VALUE_BYTES`] bytes without control characters.
    Value,
    /// A language tag: letters, digits and hyphens.
    Language,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    Date,
    /// One of these words; the first is the default.
    Choice(&'static [&'static str]),
    /// A whole number in ASCII digits.
    Whole {
        min: usize,
        max: usize,
        default: usize,
    },
}

const fn one(name: &'static str, shape: Shape, about: &'static str) -> Parameter {
    Parameter {
        name,
        shape,
        repeatable: false,
        about,
    }
}

const fn many(name: &'static str, shape: Shape, about: &'static str) -> Parameter {
    Parameter {
        name,
        shape,
        repeatable: true,
        about,
    }
}

const EXPAND: Parameter = one(
    "expand",
    Shape::Choice(&["all", "variants", "none"]),
    "Which expansions of the query are allowed: translations too, regional variants and synonyms, or none.",
);
const WITHOUT: Parameter = many(
    "without",
    Shape::Value,
    "Leaves this form of the expansions out, as the answer lists it.",
);

/// The parameters of a search.
pub(crate) static SEARCH: &[Parameter] = &[
    one(
        "q",
        Shape::Query,
        "The query; without it the filtered documents are listed, newest first.",
    ),
    many(
        Facet::Source.name(),
        Shape::Value,
        "Limits to these documents, by id.",
    ),
    many(
        Facet::Publisher.name(),
        Shape::Value,
        "Limits to these publishers.",
    ),
    many(
        Facet::Language.name(),
        Shape::Language,
        "Limits to documents that hold one of these languages: en, zh-Hant, zh-Hans.",
    ),
    many(
        Facet::Kind.name(),
        Shape::Value,
        "Limits to these kinds of document.",
    ),
    one(
        "from",
        Shape::Date,
        "Limits to documents that may be dated on or after the first day of this date.",
    ),
    one(
        "to",
        Shape::Date,
        "Limits to documents that may be dated on or before the last day of this date.",
    ),
    one(
        "sort",
        Shape::Choice(&["relevance", "-date", "date"]),
        "Best first, newest first, or oldest first.",
    ),
    one(
        "page",
        Shape::Whole {
            min: 1,
            max: MAX_DEPTH_HITS,
            default: 1,
        },
        "Page number; page times per_page is at most 1000.",
    ),
    one(
        "per_page",
        Shape::Whole {
            min: 1,
            max: MAX_PER_PAGE,
            default: 20,
        },
        "Documents a page.",
    ),
    one(
        "passages",
        Shape::Whole {
            min: 0,
            max: MAX_PASSAGES,
            default: 3,
        },
        "Passages a document.",
    ),
    one(
        "match",
        Shape::Choice(&["all", "any"]),
        "Whether a document must hold every word of the query.",
    ),
    EXPAND,
    WITHOUT,
    one(
        "explain",
        Shape::Choice(&["false", "true"]),
        "Whether the answer says why each document stands where it stands.",
    ),
];

/// A search parameter as the help page shows it.
pub(crate) struct ParameterHelp {
    pub(crate) name: &'static str,
    pub(crate) values: String,
    pub(crate) about: &'static str,
}

/// The parameters of a search, for the help page.
pub(crate) fn search_parameters() -> Vec<ParameterHelp> {
    let values = |shape: &Shape| match shape {
        Shape::Query => format!("text, at most {MAX_QUERY_CHARS} characters"),
        Shape::Value => "text".to_owned(),
        Shape::Language => "language tag".to_owned(),
        Shape::Date => "YYYY, YYYY-MM, YYYY-MM-DD".to_owned(),
        Shape::Choice(words) => words.join(", "),
        Shape::Whole { min, max, default } => format!("{min} to {max}, else {default}"),
    };
    let help = |parameter: &Parameter| ParameterHelp {
        name: parameter.name,
        values: values(&parameter.shape)
            + if parameter.repeatable {
                "; repeatable"
            } else {
                ""
            },
        about: parameter.about,
    };
    SEARCH.iter().map(help).collect()
}

static SUGGEST: &[Parameter] = &[
    one(
        "q",
        Shape::Query,
        "What has been typed so far, in either script, in English, in pinyin or in jyutping.",
    ),
    one(
        "limit",
        Shape::Whole {
            min: 1,
            max: MAX_SUGGESTIONS,
            default: DEFAULT_SUGGESTIONS,
        },
        "Suggestions at most.",
    ),
];

static DOCUMENT: &[Parameter] = &[
    one("q", Shape::Query, "What to mark in the text."),
    EXPAND,
    WITHOUT,
];

static INTERFACE: &[Parameter] = &[one(
    "ui",
    Shape::Choice(&["en", "zh-Hant", "zh-Hans"]),
    "Language of the page; by default the browser's.",
)];

static FIND: &[Parameter] = &[one(
    "filter",
    Shape::Query,
    "Only entries of the list whose name, title or publisher holds this.",
)];

static VIEW: &[Parameter] = &[
    one(
        "view",
        Shape::Choice(&["text", "published"]),
        "The repaired text, or the text as it was published.",
    ),
    one(
        "cite",
        Shape::Value,
        "The passage whose citation is wanted.",
    ),
];

/// What `/api/v1/search` takes.
pub(crate) static SEARCH_API: &[&[Parameter]] = &[SEARCH];
/// What `/search` and `/` take.
pub(crate) static SEARCH_PAGE: &[&[Parameter]] = &[SEARCH, INTERFACE];
/// What `/api/v1/suggest` takes.
pub(crate) static SUGGEST_API: &[&[Parameter]] = &[SUGGEST];
/// What `/sources` takes.
pub(crate) static SOURCES_PAGE: &[&[Parameter]] = &[SEARCH, FIND, INTERFACE];
/// What `/api/v1/documents/{id}` takes.
pub(crate) static DOCUMENT_API: &[&[Parameter]] = &[DOCUMENT];
/// What `/documents/{id}` takes.
pub(crate) static DOCUMENT_PAGE: &[&[Parameter]] = &[DOCUMENT, VIEW, INTERFACE];
/// What a page without a question takes.
pub(crate) static PLAIN_PAGE: &[&[Parameter]] = &[INTERFACE];
/// What an API route without a question takes.
pub(crate) static NOTHING: &[&[Parameter]] = &[];

/// The name-value pairs of a query string, decoded as HTML forms encode them; names and values as typed.
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

/// Reads a search and, on a page, the interface language asked for.
pub(crate) fn parse_search(
    tables: &[&'static [Parameter]],
    query: Option<&str>,
) -> Result<(Question, Option<Ui>), Problem> {
    let asked = read_search(tables, query)?;
    check_depth(&asked.question)?;
    Ok((asked.question, asked.ui))
}

/// A search, and what a page of documents is asked for besides.
#[derive(Debug, Default)]
pub(crate) struct SourcesQuery {
    pub(crate) question: Question,
    pub(crate) filter: String,
    pub(crate) ui: Option<Ui>,
}

/// Reads what the page of documents is asked for; it may be paged through to its end.
pub(crate) fn parse_sources(query: Option<&str>) -> Result<SourcesQuery, Problem> {
    read_search(SOURCES_PAGE, query)
}

fn read_search(
    tables: &[&'static [Parameter]],
    query: Option<&str>,
) -> Result<SourcesQuery, Problem> {
    let pairs = checked_pairs(tables, query)?;
    let SourcesQuery {
        mut question,
        mut filter,
        mut ui,
    } = SourcesQuery::default();
    for (parameter, value) in pairs {
        match parameter.name {
            "q" => question.search.query.q = value,
            "from" => question.search.filters.from = PartialDate::parse(&value),
            "to" => question.search.filters.to = PartialDate::parse(&value),
            "sort" => question.window.sort = sort_of(&value),
            "page" => question.window.page = value.parse().expect("checked"),
            "per_page" => question.window.per_page = value.parse().expect("checked"),
            "passages" => question.show.passages = value.parse().expect("checked"),
            "match" => {
                question.search.query.matching = if value == "any" {
                    Matching::Any
                } else {
                    Matching::All
                }
            }
            "expand" => question.search.query.expand = expand_of(&value),
            "without" => question.search.query.without.push(value),
            "explain" => question.show.explain = value == "true",
            "filter" => filter = value,
            "ui" => ui = Ui::from_code(&value),
            other => match Facet::of_name(other) {
                Some(facet) => question.search.filters.add(facet, &value),
                None => unreachable!("{other} is in a table and not read"),
            },
        }
    }
    check_dates(&question)?;
    Ok(SourcesQuery {
        question,
        filter,
        ui,
    })
}

/// What suggestions are asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SuggestQuery {
    pub(crate) q: String,
    pub(crate) limit: usize,
}

/// Reads what has been typed so far.
pub(crate) fn parse_suggest(
    tables: &[&'static [Parameter]],
    query: Option<&str>,
) -> Result<SuggestQuery, Problem> {
    let mut asked = SuggestQuery {
        q: String::new(),
        limit: DEFAULT_SUGGESTIONS,
    };
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "q" => asked.q = value,
            "limit" => asked.limit = value.parse().expect("checked"),
            other => unreachable!("{other} is in a table and not read"),
        }
    }
    Ok(asked)
}

/// What a document is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DocumentQuery {
    /// What to mark: a query and what it may be widened by, nothing else.
    pub(crate) query: Query,
    pub(crate) as_published: bool,
    pub(crate) cite: Option<String>,
    pub(crate) ui: Option<Ui>,
}

/// Reads the parameters of a document, or of a page without a question.
pub(crate) fn parse_document(
    tables: &[&'static [Parameter]],
    query: Option<&str>,
) -> Result<DocumentQuery, Problem> {
    let mut asked = DocumentQuery::default();
    for (parameter, value) in checked_pairs(tables, query)? {
        match parameter.name {
            "q" => asked.query.q = value,
            "expand" => asked.query.expand = expand_of(&value),
            "without" => asked.query.without.push(value),
            "cite" => asked.cite = Some(value),
            "view" => asked.as_published = value == "published",
            "ui" => asked.ui = Ui::from_code(&value),
            other => unreachable!("{other} is in a table and not read"),
        }
    }
    Ok(asked)
}

fn checked_pairs(
    tables: &[&'static [Parameter]],
    query: Option<&str>,
) -> Result<Vec<(&'static Parameter, String)>, Problem> {
    let mut checked: Vec<(&'static Parameter, String)> = Vec::new();
    for (name, value) in parse_pairs(query)? {
        let parameter = tables
            .iter()
            .flat_map(|table| table.iter())
            .find(|known| known.name == name);
        let parameter = parameter.ok_or_else(|| unknown(tables, &name))?;
        let given = checked
            .iter()
            .filter(|(earlier, _)| earlier.name == name)
            .count();
        if given > 0 && !parameter.repeatable {
            let detail = format!("`{name}` was given more than once; give it once");
            return Err(Problem::new(ProblemKind::RepeatedParameter, detail).about(name));
        }
        if given >= MAX_FILTER_VALUES {
            return Err(over_limit(
                parameter,
                "filter-values",
                MAX_FILTER_VALUES,
                given + 1,
                "values",
            ));
        }
        let is_empty_field =
            value.is_empty() && matches!(parameter.shape, Shape::Query | Shape::Date);
        if !is_empty_field {
            check_value(parameter, &value)?;
        }
        checked.push((parameter, value));
    }
    Ok(checked)
}

fn unknown(tables: &[&'static [Parameter]], name: &str) -> Problem {
    let known: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.iter())
        .map(|parameter| parameter.name)
        .collect();
    let detail = if known.is_empty() {
        format!("there is no parameter `{name}` here; this address takes none")
    } else {
        format!(
            "there is no parameter `{name}` here; there are {}",
            known.join(", ")
        )
    };
    Problem::new(ProblemKind::UnknownParameter, detail).about(name)
}

fn check_value(parameter: &Parameter, value: &str) -> Result<(), Problem> {
    let malformed = |wanted: &str| {
        let detail = format!("`{}` must be {wanted}", parameter.name);
        Err(Problem::new(ProblemKind::MalformedParameter, detail).about(parameter.name))
    };
    match &parameter.shape {
        Shape::Query => {
            let chars = value.chars().count();
            if chars > MAX_QUERY_CHARS {
                return Err(over_limit(
                    parameter,
                    "query-length",
                    MAX_QUERY_CHARS,
                    chars,
                    "characters",
                ));
            }
        }
        Shape::Value
            if value.is_empty()
                || value.len() > MAX_VALUE_BYTES
                || value.chars().any(char::is_control) =>
        {
            return malformed(&format!(
                "1 to {MAX_VALUE_BYTES} bytes of text without control characters"
            ));
        }
        Shape::Language if !is_language_tag(value) => {
            return malformed("a language tag such as en or zh-Hant");
        }
        Shape::Date if PartialDate::parse(value).is_none() => {
            return malformed("a date that exists: YYYY, YYYY-MM or YYYY-MM-DD");
        }
        Shape::Choice(words) if !words.contains(&value) => {
            return malformed(&format!("one of {}", words.join(", ")));
        }
        Shape::Whole { min, max, .. } => {
            let Some(number) = small_whole(value).filter(|number| number >= min) else {
                return malformed(&format!("a whole number from {min} to {max}"));
            };
            if number > *max {
                return Err(over_limit(
                    parameter,
                    parameter.name,
                    *max,
                    number,
                    "at most",
                ));
            }
        }
        Shape::Value | Shape::Language | Shape::Date | Shape::Choice(_) => {}
    }
    Ok(())
}

/// A number in one to six ASCII digits: longer ones are not limits passed but mistakes.
fn small_whole(text: &str) -> Option<usize> {
    let is_plain = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

fn is_language_tag(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && is_alphanumeric(part))
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn over_limit(
    parameter: &Parameter,
    limit: &'static str,
    allowed: usize,
    found: usize,
    unit: &str,
) -> Problem {
    let name = parameter.name;
    let detail = if unit == "at most" {
        format!("`{name}` passes its limit: at most {allowed}, this is {found}")
    } else {
        format!("`{name}` passes the limit {limit}: at most {allowed} {unit}, this has {found}")
    };
    let passed = PassedLimit {
        name: limit,
        allowed,
        found,
    };
    Problem::new(ProblemKind::LimitPassed, detail)
        .about(name)
        .passing(passed)
}

fn check_depth(question: &Question) -> Result<(), Problem> {
    let depth = question
        .window
        .page
        .saturating_mul(question.window.per_page);
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
    Err(Problem::new(ProblemKind::LimitPassed, detail)
        .about("page")
        .passing(passed))
}

fn check_dates(question: &Question) -> Result<(), Problem> {
    match (question.search.filters.from, question.search.filters.to) {
        (Some(from), Some(to)) if from.first_day() > to.last_day() => {
            let detail = format!("`to` ({to}) lies before `from` ({from}); exchange them");
            Err(Problem::new(ProblemKind::MalformedParameter, detail).about("to"))
        }
        _ => Ok(()),
    }
}

fn sort_of(value: &str) -> Sort {
    match value {
        "-date" => Sort::Newest,
        "date" => Sort::Oldest,
        _ => Sort::Relevance,
    }
}

fn expand_of(value: &str) -> Expand {
    match value {
        "none" => Expand::None,
        "variants" => Expand::Variants,
        _ => Expand::All,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn search(query: &str) -> Result<Question, Problem> {
        parse_search(SEARCH_API, Some(query)).map(|(question, _)| question)
    }

    #[test]
    fn every_parameter_is_read() {
        let question = search(
            "q=%E6%96%B0+%22a%22&source=a%2Fb&source=c&publisher=P&lang=zh-Hant&kind=k&from=2024&to=2024-03&sort=-date\
             &page=2&per_page=50&passages=0&match=any&expand=none&without=w&explain=true",
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
        let long = format!("q={}", "a".repeat(1001));
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
