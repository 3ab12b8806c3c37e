//! Writes addresses: the one place that percent-encodes.
//!
//! The state of a page is its address: every link is a question written out in the parameters' order, defaults left out,
//! so that equal questions have equal addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::answer::{MarkOffsets, PassageHit};
use crate::calendar::stamp_ms;
use crate::question::{
    Expand, Facet, Filters, Matching, Query, Question, Show, Sort, TimeUnit, TimelineQuestion,
    Window,
};

/// Every character but RFC 3986's unreserved characters: safe as a path segment and as a query value alike.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes `text` as one path segment or one query value.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Returns `path?name=value&…`, or `path` alone.
pub(crate) fn with_pairs(path: &str, pairs: &[(impl AsRef<str>, String)]) -> String {
    let mut href = path.to_owned();
    for (name, value) in pairs {
        href.push(if href.contains('?') { '&' } else { '?' });
        href.push_str(&encode(name.as_ref()));
        href.push('=');
        href.push_str(&encode(value));
    }
    href
}

/// Name-value pairs of a query string, in the order of the parameters.
pub(crate) type Pairs = Vec<(&'static str, String)>;

/// Returns the parameters of `question`, defaults left out.
pub(crate) fn question_pairs(question: &Question) -> Pairs {
    let query = &question.search.query;
    let mut pairs = Vec::new();
    if !query.q.is_empty() {
        pairs.push(("q", query.q.clone()));
    }
    pairs.extend(filter_pairs(&question.search.filters));
    pairs.extend(window_pairs(question));
    match query.matching {
        Matching::Best => {}
        Matching::All => pairs.push(("match", "all".to_owned())),
        Matching::Any => pairs.push(("match", "any".to_owned())),
    }
    pairs.extend(expansion_pairs(query));
    pairs.extend(
        question
            .search
            .tier
            .map(|tier| ("tier", tier.name().to_owned())),
    );
    if question.show.explain {
        pairs.push(("explain", "true".to_owned()));
    }
    pairs
}

fn window_pairs(question: &Question) -> Pairs {
    let mut pairs = Vec::new();
    match question.window.sort {
        Sort::Relevance => {}
        Sort::Newest => pairs.push(("sort", "-date".to_owned())),
        Sort::Oldest => pairs.push(("sort", "date".to_owned())),
        Sort::Added => pairs.push(("sort", "-added".to_owned())),
        Sort::Cited => pairs.push(("sort", "cited".to_owned())),
    }
    let (window, show) = (Window::default(), Show::default());
    let numbers = [
        ("page", question.window.page, window.page),
        ("per_page", question.window.per_page, window.per_page),
        ("passages", question.show.passages, show.passages),
    ];
    for (name, number, default) in numbers {
        if number != default {
            pairs.push((name, number.to_string()));
        }
    }
    pairs
}

/// Returns the parameters of a document: the query and its expansions; nothing without a query.
pub(crate) fn query_pairs(query: &Query) -> Pairs {
    if query.q.is_empty() {
        return Vec::new();
    }
    let mut pairs = vec![("q", query.q.clone())];
    pairs.extend(expansion_pairs(query));
    pairs
}

fn expansion_pairs(query: &Query) -> Pairs {
    let expand = match query.expand {
        Expand::All => None,
        Expand::Variants => Some("variants"),
        Expand::None => Some("none"),
    };
    let mut pairs = Vec::new();
    pairs.extend(expand.map(|expand| ("expand", expand.to_owned())));
    let without = query.without.iter();
    pairs.extend(without.map(|form| ("without", form.clone())));
    pairs
}

/// Returns the parameters of `filters`.
pub(crate) fn filter_pairs(filters: &Filters) -> Pairs {
    let mut pairs = Vec::new();
    // A year is said by its dates.
    let facets = Facet::ALL.into_iter().filter(|facet| *facet != Facet::Year);
    for facet in facets {
        let values = filters.chosen(facet).into_iter();
        pairs.extend(values.map(|value| (facet.name(), value)));
    }
    for (name, date) in [("from", filters.from), ("to", filters.to)] {
        pairs.extend(date.map(|date| (name, date.to_string())));
    }
    let added_after = filters.added_after.map(stamp_ms);
    pairs.extend(added_after.map(|instant| ("added_after", instant)));
    if filters.undated {
        pairs.push(("undated", "true".to_owned()));
    }
    pairs.extend(filters.as_of.map(|day| ("as_of", day.to_string())));
    pairs
}

/// Returns the parameters of a timeline.
pub(crate) fn timeline_pairs(question: &TimelineQuestion) -> Pairs {
    let phrases = question.phrases.iter();
    let mut pairs: Pairs = phrases.map(|phrase| ("q", phrase.clone())).collect();
    if question.unit != TimeUnit::default() {
        pairs.push(("unit", question.unit.name().to_owned()));
    }
    pairs.extend(filter_pairs(&question.filters));
    pairs
}

/// Returns the address of the reading page of document `id`, where `query` is marked.
pub(crate) fn document_address(id: &str, query: &Query) -> String {
    with_pairs(&format!("/documents/{}", encode(id)), &query_pairs(query))
}

/// Returns the address of the text as published of the reading page at `document`.
pub(crate) fn published_address(document: &str) -> String {
    with_pairs(document, &[("view", "published".to_owned())])
}

/// Returns the address of a passage on the reading page at `document`, in the part of a long document that it stands in.
pub(crate) fn passage_address(document: &str, part: Option<usize>, passage: &str) -> String {
    let part = part.map_or_else(String::new, |part| {
        let separator = if document.contains('?') { '&' } else { '?' };
        format!("{separator}part={part}")
    });
    format!("{document}{part}#{passage}")
}

/// Returns `url` if it may be linked: http or https, nothing else, and nothing that could end the attribute or hide in it.
pub(crate) fn web_url(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_web && is_plain).then_some(url)
}

/// Returns `url`, a web address, opened at `passage`: a PDF at its page, a web page at the first words that were marked (a
/// text fragment, which a browser that cannot find them ignores). Other files and addresses with a fragment stay as they
/// are.
pub(crate) fn url_at_passage(url: &str, passage: &PassageHit) -> String {
    if url.contains('#') {
        return url.to_owned();
    }
    let extension = extension_of(url);
    let is_page = matches!(
        extension.as_deref(),
        None | Some("html" | "htm" | "xhtml" | "php" | "asp" | "aspx" | "jsp")
    );
    match (extension.as_deref(), passage.page, passage.offsets.first()) {
        (Some("pdf"), Some(page), _) => format!("{url}#page={page}"),
        (_, _, Some(mark)) if is_page => format!("{url}#:~:text={}", fragment_of(passage, mark)),
        _ => url.to_owned(),
    }
}

/// Marked words as a text fragment of an address.
fn fragment_of(passage: &PassageHit, mark: &MarkOffsets) -> String {
    let words = passage.text.chars().skip(mark.start);
    let words: String = words.take(mark.end.saturating_sub(mark.start)).collect();
    // A hyphen would be taken for the border of a context.
    encode(&words).replace('-', "%2D")
}

/// Returns the extension of the file that `url` names, in lower case.
fn extension_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (_, path) = rest.split('?').next()?.split_once('/')?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_linked() {
        for url in ["http://a.b/c", "https://a.b/?q=%22", "HTTPS://A.B"] {
            assert_eq!(web_url(url), Some(url));
        }
        for url in [
            "javascript:alert(1)",
            "javascript://a%0Aalert(1)",
            "data:text/html,x",
            "//a.b",
            "ftp://a.b",
            " http://a",
            "http://a\nb",
            "",
        ] {
            assert_eq!(web_url(url), None, "{url:?}");
        }
    }

    #[test]
    fn an_original_opens_at_the_passage() {
        let at = |url: &str, page, text: &str, end| {
            let offsets = vec![crate::answer::MarkOffsets { start: 0, end }];
            let lines = crate::answer::Lines { first: 1, last: 1 };
            let none = String::new;
            let passage = PassageHit {
                id: none(),
                lines,
                page,
                place: None,
                heading: None,
                lang: none(),
                text: text.to_owned(),
                html: none(),
                offsets,
                part: None,
                url: none(),
            };
            url_at_passage(url, &passage)
        };
        assert_eq!(
            at("https://a.b/c.PDF?x=1", Some(3), "新質", 2),
            "https://a.b/c.PDF?x=1#page=3"
        );
        assert_eq!(
            at("https://a.b/c.pdf", None, "新質", 2),
            "https://a.b/c.pdf"
        );
        assert_eq!(
            at("https://a.b/c.htm", None, "low-altitude economy", 12),
            "https://a.b/c.htm#:~:text=low%2Daltitude"
        );
        assert_eq!(
            at("https://a.b", None, "新質&,生產力", 4),
            "https://a.b#:~:text=%E6%96%B0%E8%B3%AA%26%2C"
        );
        for kept in ["https://a.b/c.html#s2", "https://a.b/c.docx"] {
            assert_eq!(at(kept, Some(1), "新質", 2), kept);
        }
    }
}
