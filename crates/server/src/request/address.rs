//! Reads document ids from addresses, and writes the addresses of pages with the reader's language.

use percent_encoding::percent_decode_str;
use polidex_schema::record::is_valid_id;

use crate::address::{encode, query_pairs, question_pairs, with_pairs};
use crate::answer::PageLinks;
use crate::question::{MAX_DEPTH_HITS, Query, Question, Window};
use crate::request::language::Ui;
use crate::request::problem::{Problem, ProblemKind};

/// Returns the document id in `path`, which begins with `prefix`.
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

/// Returns `path` with the parameters of `question`, and the interface language if one was chosen.
pub(crate) fn search_href(path: &str, question: &Question, ui: Option<Ui>) -> String {
    let mut pairs = question_pairs(question);
    pairs.extend(ui.map(|ui| ("ui", ui.code().to_owned())));
    with_pairs(path, &pairs)
}

/// Returns the links to the page before and the page after the one asked for.
pub(crate) fn neighbours(path: &str, question: &Question, ui: Option<Ui>, total: u64) -> PageLinks {
    let at = |page| search_href(path, &question.clone().page(page), ui);
    let Window { page, per_page, .. } = question.window;
    let seen = page.saturating_mul(per_page);
    let has_next = (seen as u64) < total && seen + per_page <= MAX_DEPTH_HITS;
    PageLinks {
        next: has_next.then(|| at(page + 1)),
        prev: (page > 1).then(|| at(page - 1)),
    }
}

/// Returns the address of the reading page of document `id`, where `query` is marked; `anchor` is a passage.
pub(crate) fn document_href(
    id: &str,
    query: &Query,
    view: Option<&str>,
    ui: Option<Ui>,
    anchor: Option<&str>,
) -> String {
    let mut pairs = query_pairs(query);
    pairs.extend(view.map(|view| ("view", view.to_owned())));
    pairs.extend(ui.map(|ui| ("ui", ui.code().to_owned())));
    let mut href = with_pairs(&format!("/documents/{}", encode(id)), &pairs);
    if let Some(anchor) = anchor {
        href.push('#');
        href.push_str(&encode(anchor));
    }
    href
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::question::{Expand, Facet, Matching, PartialDate, Sort};
    use crate::request::params::SEARCH_PAGE;
    use crate::request::parse::parse_search;

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
                .matching(if any { Matching::Any } else { Matching::Best })
                .sort(if any { Sort::Oldest } else { Sort::Relevance })
                .expand(if any { Expand::Variants } else { Expand::All })
                .explain(any);
            let href = search_href("/search", &question, Some(Ui::ZhHant));
            let read = parse_search(SEARCH_PAGE, href.split_once('?').map(|(_, query)| query)).expect("written by us");
            prop_assert_eq!(read, (question, Some(Ui::ZhHant)));
        }
    }
}
