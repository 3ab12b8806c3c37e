//! Draws the passages that cite a document, and the works that are cited and not held.

use askama::Template;

use crate::address::{filter_pairs, with_pairs};
use crate::answer::FacetValue;
use crate::citation_answer::{CitedBy, CitingPassage, NotHeld, NotHeldWork};
use crate::page::blocks::cited_by_href;
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::marks::only_marks;
use crate::page::paging::{PageLink, last_page, page_links};
use crate::question::{Facet, Filters, Query};
use crate::request::address::document_href;
use crate::request::language::Ui;

#[derive(Template)]
#[template(path = "cited.html")]
struct CitedPage {
    frame: Frame,
    title: String,
    title_lang: String,
    label: String,
    summary: String,
    /// Address of all citations of the document, where this page lists those of a place.
    whole: String,
    back: String,
    first: usize,
    filters: Vec<FilterView>,
    hits: Vec<CitingView>,
    pages: Vec<PageLink>,
}

/// A filter with its values.
struct FilterView {
    title: &'static str,
    values: Vec<ValueView>,
}

/// A value of a filter: a link to the list with it, or without it where it is chosen.
struct ValueView {
    href: String,
    label: String,
    lang: String,
    count: String,
    is_selected: bool,
}

/// Filters of the citing documents; those with one value are no choice unless it is chosen.
fn filter_views(cited: &CitedBy, filters: &Filters, visit: &Visit) -> Vec<FilterView> {
    let facets = [Facet::Publisher, Facet::Kind, Facet::Language, Facet::Year];
    let address = cited_by_href(&cited.document.id, &cited.place, visit.chosen);
    let view = |facet: Facet| {
        let values = cited.facets.get(facet.name())?;
        let is_choice = values.len() > 1 || values.iter().any(|value| value.selected);
        let value_view = |value: &FacetValue| {
            let mut filters = filters.clone();
            match value.selected {
                true => filters.remove(facet, &value.value),
                false => filters.add(facet, &value.value),
            }
            ValueView {
                href: with_pairs(&address, &filter_pairs(&filters)),
                label: visit.ui.value_name(facet, value),
                lang: language_of(&value.label, &[]),
                count: grouped(value.count),
                is_selected: value.selected,
            }
        };
        is_choice.then(|| FilterView {
            title: visit.ui.facet_title(facet),
            values: values.iter().map(value_view).collect(),
        })
    };
    facets.into_iter().filter_map(view).collect()
}

/// A passage that cites.
struct CitingView {
    href: String,
    title: String,
    title_lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    passage_href: String,
    place: String,
    lang: String,
    html: String,
}

/// Draws a page of the passages that cite a document.
pub(crate) fn render_cited_by(cited: &CitedBy, filters: &Filters, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let (document, place) = (&cited.document, cited.place.as_str());
    let filtered = |chosen| {
        with_pairs(
            &cited_by_href(&document.id, place, chosen),
            &filter_pairs(filters),
        )
    };
    let href = |number: usize| with_pairs(&filtered(chosen), &[("page", number.to_string())]);
    let (number, last) = (cited.page.number, last_page(&cited.page));
    let no_pairs = [("page", number.to_string())];
    let page = CitedPage {
        frame: Frame::new(visit, &document.title, &filtered(None), &no_pairs),
        title: document.title.clone(),
        title_lang: language_of(&document.title, &document.lang),
        label: label_of(cited),
        summary: fill(
            ui.text().cited_by_count,
            &[("n", &grouped(cited.page.listed))],
        ),
        filters: filter_views(cited, filters, visit),
        whole: match place.is_empty() {
            true => String::new(),
            false => cited_by_href(&document.id, "", chosen),
        },
        back: document_href(&document.id, &Query::default(), None, chosen, None),
        first: 1 + (number - 1) * cited.page.per_page,
        hits: cited
            .citing
            .iter()
            .map(|citing| citing_view(citing, ui, chosen))
            .collect(),
        pages: page_links(number, last, ui, href),
    };
    page.render().expect("writing to a string does not fail")
}

/// The cited place as the text labels it, or its path.
fn label_of(cited: &CitedBy) -> String {
    match cited.label.is_empty() {
        true => cited.place.clone(),
        false => cited.label.clone(),
    }
}

fn citing_view(citing: &CitingPassage, ui: Ui, chosen: Option<Ui>) -> CitingView {
    let CitingPassage {
        document, passage, ..
    } = citing;
    CitingView {
        href: document_href(&document.id, &Query::default(), None, chosen, None),
        title: document.title.clone(),
        title_lang: language_of(&document.title, &document.lang),
        publisher: document.publisher.clone(),
        date: ui.date(&document.date),
        date_machine: document.date.clone(),
        passage_href: passage.url.clone(),
        place: ui.place(passage.place.as_deref(), passage.page, passage.lines),
        lang: passage.lang.clone(),
        html: only_marks(&passage.html, &passage.text),
    }
}

#[derive(Template)]
#[template(path = "not_held.html")]
struct NotHeldPage {
    frame: Frame,
    summary: String,
    works: Vec<WorkView>,
    pages: Vec<PageLink>,
}

/// A work that is not held.
struct WorkView {
    name: String,
    lang: String,
    href: String,
    documents: String,
    citations: String,
}

/// Draws a page of the works that are cited and not held.
pub(crate) fn render_not_held(missing: &NotHeld, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let number = missing.page.number;
    let href = |number: usize| {
        let mut pairs = vec![("page", number.to_string())];
        pairs.extend(chosen.map(|ui| ("ui", ui.code().to_owned())));
        with_pairs("/not-held", &pairs)
    };
    let pairs = [("page", number.to_string())];
    let page = NotHeldPage {
        frame: Frame::new(visit, ui.text().not_held_title, "/not-held", &pairs),
        summary: fill(
            ui.text().not_held_count,
            &[("n", &grouped(missing.page.listed))],
        ),
        works: missing
            .works
            .iter()
            .map(|work| work_view(work, chosen))
            .collect(),
        pages: page_links(number, last_page(&missing.page), ui, href),
    };
    page.render().expect("writing to a string does not fail")
}

fn work_view(work: &NotHeldWork, chosen: Option<Ui>) -> WorkView {
    let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
    WorkView {
        name: work.work.clone(),
        lang: language_of(&work.work, &[]),
        href: with_pairs(&work.url, ui.as_slice()),
        documents: grouped(work.documents),
        citations: grouped(work.citations),
    }
}
