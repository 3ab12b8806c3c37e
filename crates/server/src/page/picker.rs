//! Draws a long list to choose from, page after page, with a box to find an entry in it. Works without JavaScript, for
//! thousands of entries.

use askama::Template;
use polidex_analysis::fold::fold_text;

use crate::address::{question_pairs, with_pairs};
use crate::page::frame::{Frame, Visit};
use crate::page::i18n::{fill, grouped};
use crate::page::paging::{PageLink, page_links};
use crate::request::address::search_href;
use crate::request::parse::SearchRequest;

/// Entries on one page of the picker.
const ENTRIES_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "picker.html")]
struct PickerPage {
    frame: Frame,
    path: String,
    heading: String,
    find_label: &'static str,
    none_label: &'static str,
    count: String,
    filter: String,
    /// The question, kept by the box.
    hidden: Vec<(String, String)>,
    entries: Vec<EntryView>,
    pages: Vec<PageLink>,
    back: String,
}

/// One entry of the picker.
#[derive(Default)]
pub(super) struct EntryView {
    /// The search limited to it, or no longer when it is chosen.
    pub(super) href: String,
    pub(super) name: String,
    pub(super) lang: String,
    /// How many documents it stands for; empty for a document.
    pub(super) count: String,
    pub(super) publisher: String,
    pub(super) date: String,
    pub(super) date_machine: String,
    pub(super) is_chosen: bool,
}

/// A list and its words.
pub(super) struct Picker<'a, T> {
    /// Its address.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) heading: String,
    pub(super) find_label: &'static str,
    pub(super) none_label: &'static str,
    /// Everything there is to choose from.
    pub(super) entries: Vec<T>,
    /// What the box finds an entry by.
    pub(super) names: &'a dyn Fn(&T) -> Vec<String>,
    pub(super) view: &'a dyn Fn(&T) -> EntryView,
    /// `12 documents`.
    pub(super) counted: &'a dyn Fn(u64) -> String,
    /// How a part of them is counted.
    pub(super) range: &'static str,
}

/// The page of `list` that is asked for.
pub(super) fn render_picker<T>(
    picker: Picker<'_, T>,
    asked: &SearchRequest,
    visit: &Visit<'_>,
) -> String {
    let wanted = fold_text(asked.filter.trim()).text;
    let is_wanted = |entry: &T| {
        wanted.is_empty()
            || (picker.names)(entry)
                .iter()
                .any(|name| fold_text(name).text.contains(&wanted))
    };
    let found: Vec<T> = picker.entries.into_iter().filter(is_wanted).collect();
    let page = asked.question.window.page;
    let question = asked.question.clone().page(1);
    let pairs_at = |page: usize| {
        let mut pairs = question_pairs(&question.clone().page(page));
        pairs.extend((!asked.filter.is_empty()).then(|| ("filter", asked.filter.clone())));
        pairs
    };
    let href_of_page = |page: usize| {
        let mut pairs = pairs_at(page);
        pairs.extend(visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
        with_pairs(&picker.path, &pairs)
    };
    let mut frame = Frame::new(
        visit.ui,
        visit.chosen,
        &picker.title,
        &picker.path,
        &pairs_at(page),
    );
    frame.q.clone_from(&question.search.query.q);
    let mut hidden: Vec<(String, String)> = question_pairs(&question)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    hidden.extend(
        visit
            .chosen
            .map(|ui| ("ui".to_owned(), ui.code().to_owned())),
    );
    let drawn = PickerPage {
        heading: picker.heading,
        find_label: picker.find_label,
        none_label: picker.none_label,
        count: count(
            found.len(),
            page,
            (picker.counted)(found.len() as u64),
            picker.range,
        ),
        filter: asked.filter.clone(),
        hidden,
        entries: found
            .iter()
            .skip((page - 1) * ENTRIES_A_PAGE)
            .take(ENTRIES_A_PAGE)
            .map(picker.view)
            .collect(),
        pages: page_links(
            page,
            found.len().div_ceil(ENTRIES_A_PAGE),
            visit.ui,
            href_of_page,
        ),
        back: search_href("/search", &question, visit.chosen),
        path: picker.path,
        frame,
    };
    drawn.render().expect("writing to a string does not fail")
}

/// `101–200 of 1,234 documents`.
fn count(found: usize, page: usize, total: String, range: &str) -> String {
    let first = (page - 1) * ENTRIES_A_PAGE + 1;
    if found <= ENTRIES_A_PAGE || first > found {
        return total;
    }
    let last = (first + ENTRIES_A_PAGE - 1).min(found);
    let (first, last) = (grouped(first as u64), grouped(last as u64));
    fill(
        range,
        &[("first", &first), ("last", &last), ("total", &total)],
    )
}
