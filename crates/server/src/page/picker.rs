//! Draws a long list to choose from, page after page, with a box to find an entry in it. Works without JavaScript, for
//! thousands of entries.

use askama::Template;
use polidex_analysis::fold::fold_text;

use crate::address::{Pairs, question_pairs, with_pairs};
use crate::page::frame::{Frame, Visit, hidden_fields};
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
    /// Number of documents it stands for; empty for a document.
    pub(super) count: String,
    pub(super) publisher: String,
    pub(super) date: String,
    pub(super) date_machine: String,
    pub(super) is_chosen: bool,
}

/// A list and its words.
pub(super) struct Picker<'a, T> {
    /// Address of the list.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) heading: String,
    pub(super) find_label: &'static str,
    pub(super) none_label: &'static str,
    /// Everything there is to choose from.
    pub(super) entries: Vec<T>,
    /// Names that the box finds an entry by.
    pub(super) names: &'a dyn Fn(&T) -> Vec<String>,
    pub(super) view: &'a dyn Fn(&T) -> EntryView,
    /// Words for a number of them: `12 documents`.
    pub(super) counted: &'a dyn Fn(u64) -> String,
    /// Words for a part of them: `{first}–{last} of {total}`.
    pub(super) range: &'static str,
}

/// Draws the page of `picker` that is asked for.
pub(super) fn render_picker<T>(
    mut picker: Picker<'_, T>,
    asked: &SearchRequest,
    visit: &Visit,
) -> String {
    let wanted = fold_text(asked.filter.trim()).text;
    let names = picker.names;
    picker
        .entries
        .retain(|entry| wanted.is_empty() || holds(&names(entry), &wanted));
    let page = picker.page(asked, visit);
    page.render().expect("writing to a string does not fail")
}

/// Returns true if one of `names` holds `wanted`, which is folded.
fn holds(names: &[String], wanted: &str) -> bool {
    names
        .iter()
        .any(|name| fold_text(name).text.contains(wanted))
}

impl<T> Picker<'_, T> {
    fn page(self, asked: &SearchRequest, visit: &Visit) -> PickerPage {
        let number = asked.question.window.page;
        let first_page = asked.question.clone().page(1);
        PickerPage {
            frame: self.frame(asked, visit),
            count: self.count(number),
            filter: asked.filter.clone(),
            hidden: hidden_fields(&first_page, visit.chosen),
            entries: self.entries_on(number),
            pages: self.pages(asked, visit),
            back: search_href("/search", &first_page, visit.chosen),
            path: self.path,
            heading: self.heading,
            find_label: self.find_label,
            none_label: self.none_label,
        }
    }

    fn entries_on(&self, page: usize) -> Vec<EntryView> {
        let entries = self.entries.iter().skip((page - 1) * ENTRIES_A_PAGE);
        entries.take(ENTRIES_A_PAGE).map(self.view).collect()
    }

    fn frame(&self, asked: &SearchRequest, visit: &Visit) -> Frame {
        let pairs = pairs_of(asked, asked.question.window.page);
        let mut frame = Frame::new(visit, &self.title, &self.path, &pairs);
        frame.q.clone_from(&asked.question.search.query.q);
        frame
    }

    fn pages(&self, asked: &SearchRequest, visit: &Visit) -> Vec<PageLink> {
        let last = self.entries.len().div_ceil(ENTRIES_A_PAGE);
        page_links(asked.question.window.page, last, visit.ui, |page| {
            let mut pairs = pairs_of(asked, page);
            pairs.extend(visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
            with_pairs(&self.path, &pairs)
        })
    }

    /// Returns `101–200 of 1,234 documents`.
    fn count(&self, page: usize) -> String {
        let found = self.entries.len();
        let total = (self.counted)(found as u64);
        let first = (page - 1) * ENTRIES_A_PAGE + 1;
        if found <= ENTRIES_A_PAGE || first > found {
            return total;
        }
        let last = (first + ENTRIES_A_PAGE - 1).min(found);
        let (first, last) = (grouped(first as u64), grouped(last as u64));
        fill(
            self.range,
            &[("first", &first), ("last", &last), ("total", &total)],
        )
    }
}

/// Returns the parameters of a page of the list.
fn pairs_of(asked: &SearchRequest, page: usize) -> Pairs {
    let mut pairs = question_pairs(&asked.question.clone().page(page));
    if !asked.filter.is_empty() {
        pairs.push(("filter", asked.filter.clone()));
    }
    pairs
}
