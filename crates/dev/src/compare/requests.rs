//! Requests that both programs are asked, built from the README's examples and from the questions
//! beside the checkout.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Characters that stand for themselves in a query or a path.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Hits asked for by questions: as many as `../shared/questions/ask.py` asks for.
const QUESTION_HITS: &str = "50";
/// Hits asked of a small collection: as many as `../shared/field/search.py` asks for.
const FIELD_HITS: &str = "100";

/// One GET.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) target: String,
    /// `Accept-Language`.
    pub(crate) language: &'static str,
}

impl Request {
    fn new(path: &str, parameters: &[(&str, &str)]) -> Self {
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let target = match query.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", query.join("&")),
        };
        Self {
            target,
            language: "en",
        }
    }

    fn in_language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }
}

/// `text` as it stands in a path or a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

/// Request for a document through the API.
pub(crate) fn document(id: &str) -> Request {
    Request::new(&format!("/api/v1/documents/{}", encoded(id)), &[])
}

/// Request for the list of all documents.
pub(crate) fn sources() -> Request {
    Request::new("/api/v1/sources", &[])
}

/// Requests for one of `../shared/questions`: its query, and the plain topic it is held against.
pub(crate) fn of_question(question: &Value) -> Vec<Request> {
    ["q", "like"]
        .into_iter()
        .filter_map(|key| question[key].as_str())
        .filter(|q| !q.is_empty())
        .map(|q| search(q, &[("per_page", QUESTION_HITS)]))
        .collect()
}

/// Request for a case of `../shared/field/search.jsonl`.
pub(crate) fn of_field_case(case: &Value) -> Request {
    let mut parameters = vec![("per_page", FIELD_HITS)];
    for (name, value) in case["params"].as_object().into_iter().flatten() {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        let values = values.iter().filter_map(Value::as_str);
        parameters.extend(values.map(|value| (name.as_str(), value)));
    }
    search(case["query"].as_str().unwrap_or_default(), &parameters)
}

/// Request for the page that answers `q` in each language of the interface.
pub(crate) fn pages_of(q: &str) -> Vec<Request> {
    LANGUAGES
        .into_iter()
        .map(|language| Request::new("/search", &[("q", q)]).in_language(language))
        .collect()
}

/// All requests about the seeds: the README's examples with every parameter, documents, lists of
/// values, suggestions, exports, pages in each language, and what must be refused.
pub(crate) fn of_seeds(ids: &[String]) -> Vec<Request> {
    let mut requests = Vec::new();
    for q in QUERIES {
        requests.push(search(q, &[]));
        for parameter in VARIATIONS {
            requests.push(search(q, &[*parameter]));
        }
        requests.extend(pages_of(q));
    }
    for id in ids {
        requests.extend(of_document(id));
    }
    requests.extend(lists());
    requests.extend(exports());
    requests.extend(plain_paths());
    requests.extend(refused());
    requests
}

const LANGUAGES: [&str; 3] = ["en", "zh-Hant", "zh-Hans"];

/// The README's queries, one of each kind of syntax, and a few that find nothing.
const QUERIES: &[&str] = &[
    "",
    "新質生產力 香港",
    "low-altitude economy",
    "\"新质生产力\"",
    "「新質生產力」",
    "\"達致新質生產力\"",
    "\"one country, two systems\"",
    "\"new productive\"~5",
    "\"科技 產業\"~5",
    "housing -youth",
    "innovation NOT technology",
    "低空經濟 OR 盲文",
    "(innovation OR 創新) industry",
    "title:productive",
    "publisher:\"Productivity Council\"",
    "number:国发〔2023〕15号",
    "develop*",
    "計劃",
    "计划",
    "第23條",
    "何永賢",
    "吳永嘉",
    "i&t",
    "AI",
    "香",
    "\"香\"",
    "how is innovation and technology developed in Hong Kong?",
    "甚麼是新質生產力",
    "prodctive forces",
    "xinzhi",
    "zzzz",
    "\"unbalanced",
    "- \"\" ( )",
    "＂新質生產力＂　香港",
];

/// Parameters that each query is also asked with.
const VARIATIONS: &[(&str, &str)] = &[
    ("explain", "true"),
    ("source", "004_f70c433b98ebec33"),
    ("publisher", "Hong Kong Productivity Council"),
    ("lang", "zh-Hant"),
    ("kind", "article"),
    ("from", "2024-03"),
    ("to", "2024-03"),
    ("sort", "-date"),
    ("sort", "date"),
    ("page", "2"),
    ("per_page", "2"),
    ("passages", "10"),
    ("passages", "0"),
    ("match", "any"),
    ("match", "all"),
    ("expand", "none"),
    ("expand", "variants"),
    ("without", "new quality productive forces"),
];

fn search(q: &str, parameters: &[(&str, &str)]) -> Request {
    let mut all = vec![("q", q)];
    all.extend_from_slice(parameters);
    Request::new("/api/v1/search", &all)
}

fn of_document(id: &str) -> Vec<Request> {
    let mut requests = vec![document(id)];
    let api = format!("/api/v1/documents/{}", encoded(id));
    let page = format!("/documents/{}", encoded(id));
    for q in ["新質生產力", "\"new quality productive forces\"", "zzzz"] {
        requests.push(Request::new(&api, &[("q", q)]));
        requests.push(Request::new(&page, &[("q", q)]));
    }
    for language in LANGUAGES {
        requests.push(Request::new(&page, &[]).in_language(language));
    }
    requests
}

fn lists() -> Vec<Request> {
    let mut requests = vec![sources()];
    for field in ["source", "publisher", "lang", "kind", "year", "title"] {
        for path in [
            format!("/api/v1/filters/{field}"),
            format!("/filters/{field}"),
        ] {
            requests.push(Request::new(&path, &[]));
            requests.push(Request::new(&path, &[("q", "innovation")]));
        }
    }
    for typed in [
        "", "new q", "xin", "xinzhi", "san zat", "新", "新质", "創", "prod", "housing", "zz",
    ] {
        requests.push(Request::new("/api/v1/suggest", &[("q", typed)]));
    }
    requests.push(Request::new(
        "/api/v1/suggest",
        &[("q", "new"), ("limit", "2")],
    ));
    requests
}

fn exports() -> Vec<Request> {
    ["csv", "json", "ris", "bib", "atom"]
        .into_iter()
        .flat_map(|form| {
            ["innovation", "新質生產力", "zzzz"]
                .map(|q| Request::new(&format!("/search.{form}"), &[("q", q)]))
        })
        .collect()
}

fn plain_paths() -> Vec<Request> {
    let mut requests: Vec<Request> = [
        "/api/v1/openapi.json",
        "/healthz",
        "/readyz",
        "/opensearch.xml",
        "/robots.txt",
        "/favicon.ico",
    ]
    .map(|path| Request::new(path, &[]))
    .into();
    for language in LANGUAGES {
        for path in ["/", "/sources", "/help", "/nowhere"] {
            requests.push(Request::new(path, &[]).in_language(language));
        }
    }
    requests
}

/// Requests that are answered with a problem, in JSON and as a page.
fn refused() -> Vec<Request> {
    let mut requests = Vec::new();
    for parameters in wrong_parameters() {
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        for path in [
            "/api/v1/search",
            "/search",
            "/search.csv",
            "/api/v1/filters/kind",
        ] {
            for language in LANGUAGES {
                requests.push(Request::new(path, &parameters).in_language(language));
            }
        }
    }
    for path in [
        "/api/v1/documents/none",
        "/documents/none",
        "/api/v1/filters/none",
        "/api/v1/none",
    ] {
        requests.push(Request::new(path, &[]));
    }
    requests.push(Request::new("/api/v1/suggest", &[("limit", "x")]));
    requests
}

/// Parameters of a search that are refused: queries that are too long, and values beside a query.
fn wrong_parameters() -> Vec<Vec<(&'static str, String)>> {
    let beside = [
        ("page", "0"),
        ("page", "x"),
        ("per_page", "1000"),
        ("from", "yesterday"),
        ("sort", "size"),
        ("match", "some"),
        ("expand", "x"),
        ("passages", "-1"),
        ("page", "100000"),
        ("unknown", "x"),
    ];
    let long = ["x".repeat(4_001), "a ".repeat(33)].map(|q| vec![("q", q)]);
    let wrong = beside.map(|(name, value)| vec![("q", "a".to_owned()), (name, value.to_owned())]);
    long.into_iter().chain(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn queries_are_encoded() {
        assert_eq!(
            search("\"香\" a&b", &[("page", "2")]).target,
            "/api/v1/search?q=%22%E9%A6%99%22%20a%26b&page=2"
        );
    }

    #[test]
    fn a_question_asks_its_plain_topic_too() {
        let targets: Vec<String> = of_question(&json!({"q": "what is x", "like": "x"}))
            .into_iter()
            .map(|request| request.target)
            .collect();
        assert_eq!(
            targets,
            [
                "/api/v1/search?q=what%20is%20x&per_page=50",
                "/api/v1/search?q=x&per_page=50"
            ]
        );
    }

    #[test]
    fn a_field_case_brings_its_parameters() {
        let case = json!({"query": "x", "params": {"source": ["a", "b"]}});
        assert_eq!(
            of_field_case(&case).target,
            "/api/v1/search?q=x&per_page=100&source=a&source=b"
        );
    }
}
