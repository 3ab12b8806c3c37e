//! Parameters of every route: one table for the parser, the OpenAPI description and the help page.

use polidex_schema::cited::CITED_RANGES;

use crate::calendar::parse_instant;
use crate::concordance::Order;
use crate::question::{
    Facet, MAX_DEPTH_HITS, MAX_PASSAGES, MAX_PER_PAGE, MAX_QUERY_CHARS, PartialDate,
};
use crate::request::limits::{DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS, MAX_VALUE_BYTES, MOST_SOURCES};
use crate::request::style::CitationStyle;

/// A parameter that a route takes.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// May be given more than once; its values are alternatives.
    pub(crate) repeatable: bool,
    /// Sentence for the OpenAPI description and the help page.
    pub(crate) about: &'static str,
}

/// Form of a parameter's values.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Query text of up to [`MAX_QUERY_CHARS`] code points.
    Query,
    /// A filter's value: 1 to [`MAX_VALUE_BYTES`] bytes without control characters.
    Value,
    /// A language tag: letters, digits and hyphens.
    Language,
    /// A year, a month or a day as people write it.
    Date,
    /// A point of time in UTC by RFC 3339, or a day.
    Instant,
    /// One of these words; the first is the default.
    Choice(&'static [&'static str]),
    /// One of these words, without a default.
    AnyOf(&'static [&'static str]),
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

const SOURCE: Parameter = many(
    Facet::Source.name(),
    Shape::Value,
    "Limits to these documents, by id.",
);
const PUBLISHER: Parameter = many(
    Facet::Publisher.name(),
    Shape::Value,
    "Limits to these publishers.",
);
const LANGUAGE: Parameter = many(
    Facet::Language.name(),
    Shape::Language,
    "Limits to documents that hold one of these languages: en, zh-Hant, zh-Hans.",
);
const KIND: Parameter = many(
    Facet::Kind.name(),
    Shape::Value,
    "Limits to these kinds of document.",
);
const CITED: Parameter = many(
    Facet::Cited.name(),
    Shape::AnyOf(&CITED_RANGES),
    "Limits to documents that so many other documents of the collection cite: none, 1 to 9, 10 to 99, 100 or more.",
);
const FROM: Parameter = one(
    "from",
    Shape::Date,
    "Limits to documents that may be dated on or after the first day of this date.",
);
const TO: Parameter = one(
    "to",
    Shape::Date,
    "Limits to documents that may be dated on or before the last day of this date.",
);

const AS_OF: Parameter = one(
    "as_of",
    Shape::Date,
    "Day on which a version has to be in force: of a work that is held in several versions the one of that day, and no document of a later date.",
);

/// The parameters of a search.
pub(crate) static SEARCH: &[Parameter] = &[
    one(
        "q",
        Shape::Query,
        "The query; without it the filtered documents are listed, newest first.",
    ),
    SOURCE,
    PUBLISHER,
    LANGUAGE,
    KIND,
    CITED,
    FROM,
    TO,
    one(
        "undated",
        Shape::Choice(&["false", "true"]),
        "Lists the documents without a date: they alone, or besides those of `from` and `to`.",
    ),
    one(
        "added_after",
        Shape::Instant,
        "Limits to documents that came into the index, or whose text changed, after this.",
    ),
    AS_OF,
    one(
        "sort",
        Shape::Choice(&["relevance", "-date", "date", "-added", "cited"]),
        "Best first, newest first, oldest first, those first that came into the index last, or those first that the most documents cite.",
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
        Shape::Choice(&["best", "all", "any"]),
        "What a document must hold of the words that carry the query: all, or any; by default those with most of them follow \
         where fewer than ten hold all.",
    ),
    EXPAND,
    WITHOUT,
    one(
        "tier",
        Shape::Choice(&["any", "all", "most", "translation", "original"]),
        "Lists the hits of one degree alone: with all that carries the query as typed, with most of it, by translation, or with a \
         phrase in the text as published only.",
    ),
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

/// Returns the parameters of a search, for the page of the API.
pub(crate) fn search_parameters() -> Vec<ParameterHelp> {
    let help = |parameter: &Parameter| ParameterHelp {
        name: parameter.name,
        values: parameter.values(),
        about: parameter.about,
    };
    SEARCH.iter().chain(RETURNED).map(help).collect()
}

impl Parameter {
    fn values(&self) -> String {
        let values = match &self.shape {
            Shape::Query => format!("text, at most {MAX_QUERY_CHARS} characters"),
            Shape::Value => "text".to_owned(),
            Shape::Language => "language tag".to_owned(),
            Shape::Date => {
                "2024, 2024-03, 2024-03-11, March 2014, 2014年3月, 民國103年3月".to_owned()
            }
            Shape::Instant => "2024-03-11, 2024-03-11T08:05:00Z".to_owned(),
            Shape::Choice(words) | Shape::AnyOf(words) => words.join(", "),
            Shape::Whole { min, max, default } => format!("{min} to {max}, else {default}"),
        };
        if self.repeatable {
            values + "; repeatable"
        } else {
            values
        }
    }
}

impl Shape {
    /// Returns true if `value` has this shape, whatever its size.
    pub(crate) fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Query => true,
            Self::Value => {
                (1..=MAX_VALUE_BYTES).contains(&value.len()) && !value.chars().any(char::is_control)
            }
            Self::Language => is_language_tag(value),
            Self::Date => PartialDate::parse_written(value).is_some(),
            Self::Instant => parse_instant(value).is_some(),
            Self::Choice(words) | Self::AnyOf(words) => words.contains(&value),
            Self::Whole { min, max, .. } => {
                whole_number(value, *max).is_some_and(|number| number >= *min)
            }
        }
    }

    /// Returns the words for this shape in "must be …".
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Query => format!("at most {MAX_QUERY_CHARS} characters of text"),
            Self::Value => {
                format!("1 to {MAX_VALUE_BYTES} bytes of text without control characters")
            }
            Self::Language => "a language tag such as en or zh-Hant".to_owned(),
            Self::Date => {
                "a date that exists, such as 2024, 2024-03-11, March 2014 or 2014年3月".to_owned()
            }
            Self::Instant => {
                "a point of time such as 2024-03-11 or 2024-03-11T08:05:00Z".to_owned()
            }
            Self::Choice(words) | Self::AnyOf(words) => format!("one of {}", words.join(", ")),
            Self::Whole { min, max, .. } => format!("a whole number from {min} to {max}"),
        }
    }
}

/// Parses one to six ASCII digits, or as many as `max` has: longer numbers are not limits passed but mistakes.
pub(crate) fn whole_number(text: &str, max: usize) -> Option<usize> {
    let most = max.to_string().len().max(6);
    let is_plain =
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

fn is_language_tag(text: &str) -> bool {
    let is_subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (2..=35).contains(&text.len()) && text.split('-').all(is_subtag)
}

/// The parameters of a timeline.
static TIMELINE: &[Parameter] = &[
    many(
        "q",
        Shape::Query,
        "Phrases that are counted, each for itself; at most eight.",
    ),
    one(
        "unit",
        Shape::Choice(&["year", "month"]),
        "Length of the periods.",
    ),
    SOURCE,
    PUBLISHER,
    LANGUAGE,
    KIND,
    CITED,
    FROM,
    TO,
];

/// What is returned of an answer.
static RETURNED: &[Parameter] = &[
    many(
        "facets",
        Shape::Value,
        "Facets to return, with commas: source, publisher, lang, kind, year, cited, each with a number of values as in source:20 \
         (10 sources and 100 of the others when left out), or none.",
    ),
    many(
        "fields",
        Shape::Value,
        "Members of each hit to return, with commas, as in id,title,url; all of them when left out.",
    ),
];

static LISTING: &[Parameter] = &[
    one(
        "after",
        Shape::Value,
        "Id behind which the list begins; `next` of an answer has it.",
    ),
    one(
        "limit",
        Shape::Whole {
            min: 1,
            max: MOST_SOURCES,
            default: MOST_SOURCES,
        },
        "Maximum number of sources.",
    ),
];

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
    one(
        "script",
        Shape::Choice(&["any", "zh-Hant", "zh-Hans"]),
        "Script of Chinese suggestions where what is typed does not tell; else that of most documents.",
    ),
];

static DOCUMENT: &[Parameter] = &[
    one("q", Shape::Query, "What to mark in the text."),
    EXPAND,
    WITHOUT,
];

/// Maximum position in a text: a stored text is shorter than 4 GiB.
const MAX_CODE_POINT: usize = 999_999_999;
/// Maximum number of a part; each is a quarter of a megabyte.
const MAX_PART: usize = 99_999;
/// Length of a window unless another is named, and at most.
pub(crate) const DEFAULT_WINDOW: usize = 20_000;
const MAX_WINDOW: usize = 200_000;

/// Maximum number of a page of a list.
const MAX_LIST_PAGE: usize = 99_999;
/// Entries of a page of a list unless another number is named.
pub(crate) const DEFAULT_PER_PAGE: usize = 20;

static WINDOW: &[Parameter] = &[
    one(
        "start",
        Shape::Whole {
            min: 0,
            max: MAX_CODE_POINT,
            default: 0,
        },
        "First code point of the text: only passages that begin from there on. Without it and `length`, the whole document.",
    ),
    one(
        "length",
        Shape::Whole {
            min: 1,
            max: MAX_WINDOW,
            default: DEFAULT_WINDOW,
        },
        "Number of code points in which the passages begin; `window.next` is the `start` of those behind them.",
    ),
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

static PLACE: &[Parameter] = &[one(
    "place",
    Shape::Value,
    "Place in the document: `art:38-1`, `s:12`, `art:5/para:2`.",
)];

static CITING: &[Parameter] = &[PUBLISHER, LANGUAGE, KIND, FROM, TO];
/// Maximum number of a page of a file.
const MAX_LEAF: usize = 20_000;

static LEAF: &[Parameter] = &[one(
    "n",
    Shape::Whole {
        min: 1,
        max: MAX_LEAF,
        default: 1,
    },
    "Number of the page of the original file.",
)];

static PASSAGE: &[Parameter] = &[one(
    "passage",
    Shape::Value,
    "Passage of the document: `p12`.",
)];

const LIST_PAGE_NUMBER: Parameter = one(
    "page",
    Shape::Whole {
        min: 1,
        max: MAX_LIST_PAGE,
        default: 1,
    },
    "Page number.",
);

static LIST: &[Parameter] = &[
    LIST_PAGE_NUMBER,
    one(
        "per_page",
        Shape::Whole {
            min: 1,
            max: MAX_PER_PAGE,
            default: DEFAULT_PER_PAGE,
        },
        "Entries a page.",
    ),
];

/// Rows of a page of a comparison unless another number is named.
pub(crate) const DEFAULT_ROWS: usize = 100;

static COMPARE: &[Parameter] = &[
    one("a", Shape::Value, "Id of the document on the left."),
    one("b", Shape::Value, "Id of the document on the right."),
    one("q", Shape::Query, "What to mark in both."),
    EXPAND,
    WITHOUT,
    one(
        "show",
        Shape::Choice(&["all", "changes"]),
        "All rows, or those that differ.",
    ),
    LIST_PAGE_NUMBER,
    one(
        "per_page",
        Shape::Whole {
            min: 1,
            max: MAX_PER_PAGE,
            default: DEFAULT_ROWS,
        },
        "Rows a page.",
    ),
];

static OCCURRENCES: &[Parameter] = &[
    one("q", Shape::Query, "What to list every occurrence of."),
    SOURCE,
    PUBLISHER,
    many(
        Facet::Language.name(),
        Shape::Language,
        "Limits to documents that hold one of these languages.",
    ),
    KIND,
    CITED,
    FROM,
    TO,
];

static ORDER: &[Parameter] = &[one(
    "by",
    Shape::Choice(&Order::NAMES),
    "Order of the lines: by date, by what stands left or right, or by publisher.",
)];

static DAY: &[Parameter] = &[AS_OF];

static VIEW: &[Parameter] = &[
    one(
        "view",
        Shape::Choice(&["text", "published", "plain"]),
        "The repaired text, the text as it was published, or the whole repaired text without marks.",
    ),
    one(
        "part",
        Shape::Whole {
            min: 1,
            max: MAX_PART,
            default: 1,
        },
        "Part of a long document.",
    ),
    one(
        "speaker",
        Shape::Value,
        "Only what is spoken by this one, in a record of proceedings.",
    ),
    one(
        "cite",
        Shape::Value,
        "The passage whose citation is wanted; the page shows it as a quotation with its reference.",
    ),
    one(
        "style",
        Shape::Choice(&CitationStyle::NAMES),
        "Style of the reference behind the quotation.",
    ),
];

/// Parameters of `/api/v1/search`.
pub(crate) static SEARCH_API: &[&[Parameter]] = &[SEARCH];
/// Parameters of `/search` and `/`.
pub(crate) static SEARCH_PAGE: &[&[Parameter]] = &[SEARCH, INTERFACE];
/// Parameters of `/api/v1/timeline`.
pub(crate) static TIMELINE_API: &[&[Parameter]] = &[TIMELINE];
/// Parameters of `/timeline`.
pub(crate) static TIMELINE_PAGE: &[&[Parameter]] = &[TIMELINE, INTERFACE];
/// Parameters of `/api/v1/suggest`.
pub(crate) static SUGGEST_API: &[&[Parameter]] = &[SUGGEST];
/// Parameters of `/sources` and `/filters/{field}`.
pub(crate) static SOURCES_PAGE: &[&[Parameter]] = &[SEARCH, FIND, INTERFACE];
/// Parameters of `/api/v1/documents/{id}`.
pub(crate) static DOCUMENT_API: &[&[Parameter]] = &[DOCUMENT, WINDOW];
/// Parameters of `/documents/{id}`.
pub(crate) static DOCUMENT_PAGE: &[&[Parameter]] = &[DOCUMENT, VIEW, PLACE, DAY, INTERFACE];
/// Parameters of `/api/v1/documents/{id}/versions`.
pub(crate) static VERSIONS_API: &[&[Parameter]] = &[PLACE, DAY, LIST];
/// Parameters of `/documents/{id}/versions`.
pub(crate) static VERSIONS_PAGE: &[&[Parameter]] = &[PLACE, DAY, LIST, INTERFACE];
/// Parameters of `/api/v1/documents/{id}/copies`.
pub(crate) static COPIES_API: &[&[Parameter]] = &[PASSAGE, LIST];
/// Parameters of `/documents/{id}/copies`.
pub(crate) static COPIES_PAGE: &[&[Parameter]] = &[PASSAGE, LIST, INTERFACE];
/// Parameters of `/documents/{id}/page`.
pub(crate) static ORIGINAL_PAGE: &[&[Parameter]] = &[DOCUMENT, LEAF, PASSAGE, INTERFACE];
/// Parameters of `/documents/{id}/picture`.
pub(crate) static ORIGINAL_PICTURE: &[&[Parameter]] = &[LEAF];
/// Parameters of `/api/v1/documents/{id}/citations`, `/api/v1/documents/{id}/reuse`, `/api/v1/reuse` and `/api/v1/not-held`.
pub(crate) static LIST_API: &[&[Parameter]] = &[LIST];
/// Parameters of `/not-held`, `/reuse` and `/documents/{id}/reuse`.
pub(crate) static LIST_PAGE: &[&[Parameter]] = &[LIST, INTERFACE];
/// Parameters of `/api/v1/documents/{id}/cited-by`.
pub(crate) static CITED_BY_API: &[&[Parameter]] = &[PLACE, CITING, LIST];
/// Parameters of `/documents/{id}/cited-by`.
pub(crate) static CITED_BY_PAGE: &[&[Parameter]] = &[PLACE, CITING, LIST, INTERFACE];
/// Parameters of `/api/v1/renderings`.
pub(crate) static RENDERINGS_API: &[&[Parameter]] = &[OCCURRENCES];
/// Parameters of `/renderings`.
pub(crate) static RENDERINGS_PAGE: &[&[Parameter]] = &[OCCURRENCES, INTERFACE];
/// Parameters of `/api/v1/concordance`.
pub(crate) static CONCORDANCE_API: &[&[Parameter]] = &[OCCURRENCES, ORDER, LIST];
/// Parameters of `/concordance`.
pub(crate) static CONCORDANCE_PAGE: &[&[Parameter]] = &[OCCURRENCES, ORDER, LIST, INTERFACE];
/// Parameters of `/api/v1/compare`.
pub(crate) static COMPARE_API: &[&[Parameter]] = &[COMPARE];
/// Parameters of `/compare`.
pub(crate) static COMPARE_PAGE: &[&[Parameter]] = &[COMPARE, FIND, INTERFACE];
/// Parameters of `/api/v1/documents/{id}/place`.
pub(crate) static PLACE_API: &[&[Parameter]] = &[PLACE];
/// Parameters of a page without a question.
pub(crate) static PLAIN_PAGE: &[&[Parameter]] = &[INTERFACE];
/// Parameters of `/api/v1/search`: a search, and what is returned of its answer.
pub(crate) static SEARCH_ANSWER_API: &[&[Parameter]] = &[SEARCH, RETURNED];
/// Parameters of `/api/v1/sources`.
pub(crate) static SOURCES_API: &[&[Parameter]] = &[LISTING];
/// Parameters of an API route without a question: none.
pub(crate) static NOTHING: &[&[Parameter]] = &[];
