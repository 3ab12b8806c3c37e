//! Draws the page of documents: every document that answers a question, to choose one from.

use std::collections::HashMap;

use crate::answer::DocumentSummary;
use crate::page::frame::{Visit, language_of};
use crate::page::i18n::fill;
use crate::page::picker::{EntryView, Picker, render_picker};
use crate::question::{Facet, Question};
use crate::request::address::search_href;
use crate::request::parse::SearchRequest;

/// The page of the documents `ids`, best first, as `known` describes them.
pub(crate) fn render_sources(
    asked: &SearchRequest,
    ids: &[String],
    known: &[DocumentSummary],
    visit: &Visit,
) -> String {
    let text = visit.ui.text();
    let by_id: HashMap<&str, &DocumentSummary> = known
        .iter()
        .map(|source| (source.id.as_str(), source))
        .collect();
    let entries = ids.iter().filter_map(|id| by_id.get(id.as_str()).copied());
    let question = &asked.question;
    let q = &question.search.query.q;
    let picker = Picker {
        path: "/sources".to_owned(),
        title: text.sources_title.to_owned(),
        heading: if q.trim().is_empty() {
            text.sources_title.to_owned()
        } else {
            fill(text.sources_for, &[("q", q)])
        },
        find_label: text.find_document,
        none_label: text.no_such_source,
        entries: entries.collect(),
        names: &|source| vec![source.title.clone(), source.publisher.clone()],
        view: &|source| entry_view(source, question, visit),
        counted: &|count| visit.ui.documents(count),
        range: text.range_of,
    };
    render_picker(picker, asked, visit)
}

fn entry_view(source: &DocumentSummary, question: &Question, visit: &Visit) -> EntryView {
    let is_chosen = question.search.filters.source.contains(&source.id);
    let limited = toggled(question, &source.id, is_chosen);
    EntryView {
        href: search_href("/search", &limited, visit.chosen),
        name: source.title.clone(),
        lang: language_of(&source.title, &source.lang),
        count: String::new(),
        publisher: source.publisher.clone(),
        date: visit.ui.date(&source.date),
        date_machine: source.date.clone(),
        is_chosen,
    }
}

/// The question without the document `id`, if it is limited to that, or else with it.
fn toggled(question: &Question, id: &str, is_chosen: bool) -> Question {
    let mut question = question.clone().page(1);
    let filters = &mut question.search.filters;
    if is_chosen {
        filters.remove(Facet::Source, id);
    } else {
        filters.add(Facet::Source, id);
    }
    question
}
