//! Writes and reads addresses: the one place that percent-encodes.
//!
//! The state of a page is its address: every link is a question written out in the parameters' order, defaults left out,
//! so that equal questions have equal addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use polidex_schema::record::is_valid_id;

use crate::answer::{PageLinks, PassageHit};
use crate::page::Ui;
use crate::question::{Expand, Facet, Filters, MAX_DEPTH_HITS, Matching, Query, Question, Sort};
use crate::request::problem::{Problem, ProblemKind};

/// All but RFC 3986's unreserved characters: safe as a path segment and as a query value alike.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `text` as one path segment or one query value.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The document id in `path`, which begins with `prefix`.
///
/// # Errors
/// 400 when the segment is not UTF-8; 404 when no document can have such an id.
pub(crate) fn id_of_path(path: &str, prefix: &str) -> Result<String, Problem> {
    let segment = path.strip_prefix(prefix).unwrap_or(path);
    let id = percent_decode_str(segment).decode_utf8().map_err(|_| {
        Problem::new(
            ProblemKind::MalformedRequest,
            "the document's id is not UTF-8 once percent-decoded",
        )
    })?;
    if !is_valid_id(&id) {
        return Err(no_document(""));
    }
    Ok(id.into_owned())
}

/// The problem of an id that is not in the index.
pub(crate) fn no_document(id: &str) -> Problem {
    let detail = if id.is_empty() {
        "no document can have this id; /api/v1/sources lists those there are".to_owned()
    } else {
        format!("there is no document `{id}` in the index; /api/v1/sources lists those there are")
    };
    Problem::new(ProblemKind::UnknownDocument, detail)
}

/// Where `question` is answered: `path` and its parameters, and the interface language if one was chosen.
pub(crate) fn search_href(path: &str, question: &Question, ui: Option<Ui>) -> String {
    let mut pairs = question_pairs(question);
    pairs.extend(ui.map(|ui| ("ui", ui.code().to_owned())));
    with_pairs(path, &pairs)
}

/// The parameters that ask `question`, defaults left out.
pub(crate) fn question_pairs(question: &Question) -> Vec<(&'static str, String)> {
    let defaults = Question::default();
    let mut pairs = Vec::new();
    if !question.search.query.q.is_empty() {
        pairs.push(("q", question.search.query.q.clone()));
    }
    pairs.extend(filter_pairs(&question.search.filters));
    match question.window.sort {
        Sort::Relevance => {}
        Sort::Newest => pairs.push(("sort", "-date".to_owned())),
        Sort::Oldest => pairs.push(("sort", "date".to_owned())),
    }
    let numbers = [
        ("page", question.window.page, defaults.window.page),
        (
            "per_page",
            question.window.per_page,
            defaults.window.per_page,
        ),
        ("passages", question.show.passages, defaults.show.passages),
    ];
    pairs.extend(
        numbers
            .iter()
            .filter(|(_, n, default)| n != default)
            .map(|(name, n, _)| (*name, n.to_string())),
    );
    if question.search.query.matching == Matching::Any {
        pairs.push(("match", "any".to_owned()));
    }
    pairs.extend(widening_pairs(&question.search.query));
    if question.show.explain {
        pairs.push(("explain", "true".to_owned()));
    }
    pairs
}

/// What the query may be widened by.
fn widening_pairs(query: &Query) -> Vec<(&'static str, String)> {
    let expand = match query.expand {
        Expand::All => None,
        Expand::Variants => Some("variants"),
        Expand::None => Some("none"),
    };
    let expand = expand.map(|expand| ("expand", expand.to_owned()));
    expand
        .into_iter()
        .chain(query.without.iter().map(|form| ("without", form.clone())))
        .collect()
}

/// What a document is asked for: the query and what it may be widened by; nothing without a query.
pub(crate) fn marking_pairs(query: &Query) -> Vec<(&'static str, String)> {
    if query.q.is_empty() {
        return Vec::new();
    }
    let mut pairs = vec![("q", query.q.clone())];
    pairs.extend(widening_pairs(query));
    pairs
}

/// The filters among them.
pub(crate) fn filter_pairs(filters: &Filters) -> Vec<(&'static str, String)> {
    // A year is said by its dates.
    let listed = Facet::ALL
        .into_iter()
        .filter(|facet| *facet != Facet::Year)
        .flat_map(|facet| {
            let values = filters.chosen(facet).into_iter();
            values.map(move |value| (facet.name(), value))
        });
    let dates = [("from", filters.from), ("to", filters.to)];
    listed
        .chain(
            dates
                .into_iter()
                .filter_map(|(name, date)| Some((name, date?.to_string()))),
        )
        .collect()
}

/// The pages beside the one asked for, as far as there are hits and paging goes.
pub(crate) fn neighbours(path: &str, question: &Question, ui: Option<Ui>, total: u64) -> PageLinks {
    let at = |page| search_href(path, &question.clone().page(page), ui);
    let seen = question
        .window
        .page
        .saturating_mul(question.window.per_page);
    let has_next = (seen as u64) < total && seen + question.window.per_page <= MAX_DEPTH_HITS;
    PageLinks {
        next: has_next.then(|| at(question.window.page + 1)),
        prev: (question.window.page > 1).then(|| at(question.window.page - 1)),
    }
}

/// The reading page of document `id`, with what the question's query finds marked; `anchor` is a passage.
pub(crate) fn document_href(
    id: &str,
    asked: &Query,
    view: Option<&str>,
    ui: Option<Ui>,
    anchor: Option<&str>,
) -> String {
    let mut pairs = marking_pairs(asked);
    pairs.extend(view.map(|view| ("view", view.to_owned())));
    pairs.extend(ui.map(|ui| ("ui", ui.code().to_owned())));
    let mut href = with_pairs(&format!("/documents/{}", encode(id)), &pairs);
    if let Some(anchor) = anchor {
        href.push('#');
        href.push_str(&encode(anchor));
    }
    href
}

/// `path?name=value&…`, or `path` alone.
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

/// `url` if it may be linked: http or https, nothing else, and nothing that could end the attribute or hide in it.
pub(crate) fn web_url(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    (is_web && is_plain).then_some(url)
}

/// `url`, a web address, opened at `passage`: a PDF at its page, a web page at the first words that were marked (a text
/// fragment, which a browser that cannot find them ignores). Other files and addresses with a fragment stay as they are.
pub(crate) fn url_at_passage(url: &str, passage: &PassageHit) -> String {
    let path = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest)
        .split('?')
        .next()
        .unwrap_or_default();
    let file = path
        .split_once('/')
        .map_or("", |(_, path)| path.rsplit('/').next().unwrap_or_default());
    let extension = file
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let is_page = matches!(
        extension.as_deref(),
        None | Some("html" | "htm" | "xhtml" | "php" | "asp" | "aspx" | "jsp")
    );
    match (extension.as_deref(), passage.page, passage.offsets.first()) {
        _ if url.contains('#') => url.to_owned(),
        (Some("pdf"), Some(page), _) => format!("{url}#page={page}"),
        (_, _, Some(mark)) if is_page => {
            let words: String = passage
                .text
                .chars()
                .skip(mark.start)
                .take(mark.end.saturating_sub(mark.start))
                .collect();
            // A hyphen would be taken for the border of a context.
            format!("{url}#:~:text={}", encode(&words).replace('-', "%2D"))
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::question::PartialDate;
    use crate::request::params::{SEARCH_PAGE, parse_search};

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

    #[test]
    fn neighbours_stop_at_the_ends() {
        let links = |page, per_page, total| {
            let links = neighbours(
                "/s",
                &Question::about("a b").page(page).per_page(per_page),
                None,
                total,
            );
            (links.prev, links.next)
        };
        assert_eq!(links(1, 20, 20), (None, None));
        assert_eq!(
            links(1, 20, 21),
            (None, Some("/s?q=a%20b&page=2".to_owned()))
        );
        assert_eq!(links(2, 20, 21), (Some("/s?q=a%20b".to_owned()), None));
        assert_eq!(
            links(10, 100, 5000),
            (Some("/s?q=a%20b&page=9&per_page=100".to_owned()), None)
        );
    }

    #[test]
    fn an_id_is_one_segment() {
        let id = "a/b ?#%新\u{2028}../..\\";
        let href = document_href(id, &Query::default(), None, None, None);
        assert!(!href["/documents/".len()..].contains('/'));
        assert_eq!(id_of_path(&href, "/documents/").expect("good"), id);
        for path in [
            "/documents/",
            "/documents/%00",
            "/documents/a%0Ab",
            &format!("/documents/{}", "a".repeat(513)),
        ] {
            assert_eq!(
                id_of_path(path, "/documents/").expect_err(path).kind,
                ProblemKind::UnknownDocument
            );
        }
        assert_eq!(
            id_of_path("/documents/%FF", "/documents/")
                .expect_err("bytes")
                .kind,
            ProblemKind::MalformedRequest
        );
    }

    proptest! {
        #[test]
        fn an_address_is_read_as_it_was_written(
            q in "\\PC{0,12}", source in prop::collection::vec("[^\\p{Cc}]{1,12}", 0..3), page in 1_usize..40,
            from in prop::option::of(1900_u16..2100), any in any::<bool>(),
        ) {
            let question = Question::about(q)
                .without(source.clone())
                .filter(Facet::Source, source)
                .page(page)
                .dated(from.and_then(|year| PartialDate::parse(&year.to_string())), None)
                .matching(if any { Matching::Any } else { Matching::All })
                .sort(if any { Sort::Oldest } else { Sort::Relevance })
                .expand(if any { Expand::Variants } else { Expand::All })
                .explain(any);
            let href = search_href("/search", &question, Some(Ui::ZhHant));
            let read = parse_search(SEARCH_PAGE, href.split_once('?').map(|(_, query)| query)).expect("written by us");
            prop_assert_eq!(read, (question, Some(Ui::ZhHant)));
        }
    }
}
