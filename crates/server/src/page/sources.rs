//! Draws the page of documents: every document that answers a question, to choose one from, with a box to find it in the
//! list. Works without JavaScript, for thousands of documents.

use std::collections::HashMap;

use askama::Template;
use polidex_analysis::fold::fold_text;

use crate::answer::DocumentSummary;
use crate::http::SourcesQuery;
use crate::page::address::{question_pairs, search_href, with_pairs};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::search::{PageLink, page_links};
use crate::question::Question;

/// Documents on one page of the list.
const SOURCES_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    heading: String,
    count: String,
    filter: String,
    /// The question, kept by the box.
    hidden: Vec<(String, String)>,
    sources: Vec<SourceView>,
    pages: Vec<PageLink>,
    back: String,
}

struct SourceView {
    /// The search limited to it, or no longer when it is chosen.
    href: String,
    title: String,
    lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    is_chosen: bool,
}

/// The page of the documents `ids`, best first, as `known` (sorted by id) describes them.
pub(crate) fn render_sources(
    asked: &SourcesQuery,
    ids: &[String],
    known: &[DocumentSummary],
    visit: &Visit<'_>,
) -> String {
    let (ui, text) = (visit.ui, visit.ui.text());
    let by_id: HashMap<&str, &DocumentSummary> = known.iter().map(|source| (source.id.as_str(), source)).collect();
    let wanted = fold_text(asked.filter.trim()).text;
    let is_wanted = |source: &&DocumentSummary| {
        wanted.is_empty()
            || [&source.title, &source.publisher].iter().any(|text| fold_text(text).text.contains(&wanted))
    };
    let found: Vec<&DocumentSummary> =
        ids.iter().filter_map(|id| by_id.get(id.as_str()).copied()).filter(is_wanted).collect();
    let question = Question { page: 1, ..asked.question.clone() };
    let href_of_page = |page: usize| {
        let mut pairs = question_pairs(&Question { page, ..question.clone() });
        if !asked.filter.is_empty() {
            pairs.push(("filter", asked.filter.clone()));
        }
        pairs.extend(visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
        with_pairs("/sources", &pairs)
    };
    let page = asked.question.page;
    let shown = found.iter().skip((page - 1) * SOURCES_A_PAGE).take(SOURCES_A_PAGE);
    let mut pairs = question_pairs(&Question { page, ..question.clone() });
    pairs.extend((!asked.filter.is_empty()).then(|| ("filter", asked.filter.clone())));
    let mut frame = Frame::new(ui, visit.chosen, text.sources_title, "/sources", &pairs);
    frame.q = question.q.clone();
    let mut hidden: Vec<(String, String)> =
        question_pairs(&question).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    hidden.extend(visit.chosen.map(|ui| ("ui".to_owned(), ui.code().to_owned())));
    let is_about = !question.q.trim().is_empty();
    let page = SourcesPage {
        heading: if is_about { fill(text.sources_for, &[("q", &question.q)]) } else { text.sources_title.to_owned() },
        count: count(found.len(), page, visit),
        filter: asked.filter.clone(),
        hidden,
        sources: shown.map(|source| source_view(source, &question, visit)).collect(),
        pages: page_links(page, found.len().div_ceil(SOURCES_A_PAGE), ui, href_of_page),
        back: search_href("/search", &question, visit.chosen),
        frame,
    };
    page.render().expect("writing to a string does not fail")
}

/// `101–200 of 1,234 documents`.
fn count(found: usize, page: usize, visit: &Visit<'_>) -> String {
    let documents = visit.ui.documents(found as u64);
    let first = (page - 1) * SOURCES_A_PAGE + 1;
    if found <= SOURCES_A_PAGE || first > found {
        return documents;
    }
    let last = (first + SOURCES_A_PAGE - 1).min(found);
    let (first, last) = (grouped(first as u64), grouped(last as u64));
    fill(visit.ui.text().range_of, &[("first", &first), ("last", &last), ("total", &documents)])
}

fn source_view(source: &DocumentSummary, question: &Question, visit: &Visit<'_>) -> SourceView {
    let is_chosen = question.source.contains(&source.id);
    let mut limited = question.clone();
    if is_chosen {
        limited.source.retain(|id| *id != source.id);
    } else {
        limited.source.push(source.id.clone());
    }
    SourceView {
        href: search_href("/search", &limited, visit.chosen),
        title: source.title.clone(),
        lang: language_of(&source.title, &source.lang),
        publisher: source.publisher.clone(),
        date: visit.ui.date(&source.date),
        date_machine: source.date.clone(),
        is_chosen,
    }
}
