//! Draws two documents beside each other, and the lists that they are chosen from.

use askama::Template;
use polidex_analysis::fold::fold_text;

use crate::address::{query_pairs, with_pairs};
use crate::answer::DocumentSummary;
use crate::comparison::{AlignedBy, ComparedPassage, ComparedRow, Comparison};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::marks::compared;
use crate::page::paging::{PageLink, last_page, page_links};
use crate::request::address::document_href;
use crate::request::parse::CompareRequest;

/// Documents that a list to choose from shows.
const MAX_CHOICES: usize = 100;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    frame: Frame,
    heading: &'static str,
    sides: [SideView; 2],
    summary: String,
    views: Vec<ViewLink>,
    rows: Vec<RowView>,
    pages: Vec<PageLink>,
    notes: Vec<&'static str>,
    swap: String,
    other: String,
}

/// One of the two documents.
struct SideView {
    title: String,
    lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    href: String,
}

impl SideView {
    fn of(document: &DocumentSummary, visit: &Visit, href: String) -> Self {
        Self {
            title: document.title.clone(),
            lang: language_of(&document.title, &document.lang),
            publisher: document.publisher.clone(),
            date: visit.ui.date(&document.date),
            date_machine: document.date.clone(),
            href,
        }
    }
}

struct ViewLink {
    label: String,
    href: String,
    is_current: bool,
}

struct RowView {
    class: &'static str,
    /// Words for those who do not see the two columns.
    spoken: &'static str,
    sides: [Vec<PassageView>; 2],
}

struct PassageView {
    lang: String,
    html: String,
    href: String,
    place: String,
    is_heading: bool,
}

/// Draws the page of `found`.
pub(crate) fn render_comparison(
    found: &Comparison,
    asked: &CompareRequest,
    visit: &Visit,
) -> String {
    let drawing = Drawing {
        found,
        asked,
        visit,
    };
    let page = drawing.page();
    page.render().expect("writing to a string does not fail")
}

struct Drawing<'a> {
    found: &'a Comparison,
    asked: &'a CompareRequest,
    visit: &'a Visit,
}

impl Drawing<'_> {
    fn page(&self) -> ComparePage {
        let (found, text) = (self.found, self.visit.ui.text());
        let is_words = found.by == AlignedBy::Words;
        let info = &found.page;
        let pairs = pairs_of(self.asked, Shown::of(self.asked));
        let mut frame = framed(self.visit, text.compare_title, &pairs);
        frame.q.clone_from(&self.asked.question.query.q);
        ComparePage {
            frame,
            heading: if is_words {
                text.compare_versions
            } else {
                text.compare_languages
            },
            sides: [self.side(&found.a), self.side(&found.b)],
            summary: self.summary(),
            views: if is_words { self.views() } else { Vec::new() },
            rows: found.rows.iter().map(|row| self.row(row)).collect(),
            pages: page_links(info.number, last_page(info), self.visit.ui, |page| {
                self.href(Shown {
                    page,
                    ..Shown::of(self.asked)
                })
            }),
            notes: self.notes(),
            swap: self.swapped(),
            other: self.other(),
        }
    }

    fn summary(&self) -> String {
        let (found, text) = (self.found, self.visit.ui.text());
        match (found.by, found.changed) {
            (AlignedBy::Words, 0) => text.compare_same.to_owned(),
            (AlignedBy::Words, changed) => fill(text.compare_changed, &[("n", &grouped(changed))]),
            (AlignedBy::Articles, _) => text.compare_by_articles.to_owned(),
            (AlignedBy::Passages, _) => text.compare_by_passages.to_owned(),
        }
    }

    fn notes(&self) -> Vec<&'static str> {
        let cut = (!self.found.complete).then_some(self.visit.ui.text().compare_cut);
        cut.into_iter().collect()
    }

    /// All rows, or those that differ.
    fn views(&self) -> Vec<ViewLink> {
        let text = self.visit.ui.text();
        let current = self.asked.question.only_changes;
        let link = |label: String, only_changes| ViewLink {
            label,
            href: self.href(Shown {
                only_changes,
                page: 1,
            }),
            is_current: current == only_changes,
        };
        let changed = fill(
            text.compare_only_changed,
            &[("n", &grouped(self.found.changed))],
        );
        Vec::from([
            link(text.compare_all.to_owned(), false),
            link(changed, true),
        ])
    }

    fn href(&self, shown: Shown) -> String {
        let mut pairs = pairs_of(self.asked, shown);
        pairs.extend(ui_pair(self.visit));
        with_pairs("/compare", &pairs)
    }

    /// The two the other way round.
    fn swapped(&self) -> String {
        let mut asked = self.asked.clone();
        std::mem::swap(&mut asked.question.a, &mut asked.question.b);
        let mut pairs = pairs_of(&asked, Shown::of(&asked));
        pairs.extend(ui_pair(self.visit));
        with_pairs("/compare", &pairs)
    }

    /// The list from which another document is chosen for the right side.
    fn other(&self) -> String {
        let mut pairs = vec![("a", self.found.a.id.clone())];
        pairs.extend(ui_pair(self.visit));
        with_pairs("/compare", &pairs)
    }

    fn side(&self, document: &DocumentSummary) -> SideView {
        let query = &self.asked.question.query;
        let href = document_href(&document.id, query, None, self.visit.chosen, None);
        SideView::of(document, self.visit, href)
    }

    fn row(&self, row: &ComparedRow) -> RowView {
        let text = self.visit.ui.text();
        let is_words = self.found.by == AlignedBy::Words;
        let (class, spoken) = match (row.same, row.a.is_empty(), row.b.is_empty()) {
            (true, ..) => ("same", ""),
            (_, true, _) => ("only-b", text.compare_only_right),
            (_, _, true) => ("only-a", text.compare_only_left),
            _ if is_words => ("changed", text.compare_differs),
            _ => ("beside", ""),
        };
        let side = |passages: &[ComparedPassage], tag| -> Vec<PassageView> {
            passages.iter().map(|one| self.passage(one, tag)).collect()
        };
        RowView {
            class,
            spoken,
            sides: [side(&row.a, "del"), side(&row.b, "ins")],
        }
    }

    fn passage(&self, passage: &ComparedPassage, tag: &'static str) -> PassageView {
        let ui = ui_pair(self.visit);
        let (address, anchor) = passage.url.split_once('#').unwrap_or((&passage.url, ""));
        PassageView {
            lang: passage.lang.clone(),
            html: compared(&passage.text, &passage.offsets, &passage.differences, tag),
            href: format!("{}#{anchor}", with_pairs(address, ui.as_slice())),
            place: match &passage.place {
                Some(place) => innermost(place).to_owned(),
                None => passage.id.trim_start_matches('p').to_owned(),
            },
            is_heading: passage.role == "heading",
        }
    }
}

/// The last label of a place: 第三章 第二十三條 is known by its article.
fn innermost(place: &str) -> &str {
    let is_latin = place.starts_with(|first: char| first.is_ascii() || first == '§');
    let parts = if is_latin { ", " } else { " " };
    place.rsplit(parts).next().unwrap_or(place)
}

/// What of a comparison is shown.
#[derive(Clone, Copy)]
struct Shown {
    only_changes: bool,
    page: usize,
}

impl Shown {
    fn of(asked: &CompareRequest) -> Self {
        Self {
            only_changes: asked.question.only_changes,
            page: asked.list.number,
        }
    }
}

fn pairs_of(asked: &CompareRequest, shown: Shown) -> Vec<(&'static str, String)> {
    let question = &asked.question;
    let ids = [("a", &question.a), ("b", &question.b)];
    let given = ids.into_iter().filter(|(_, id)| !id.is_empty());
    let mut pairs: Vec<(&'static str, String)> =
        given.map(|(name, id)| (name, id.clone())).collect();
    pairs.extend(query_pairs(&question.query));
    if shown.only_changes {
        pairs.push(("show", "changes".to_owned()));
    }
    if shown.page > 1 {
        pairs.push(("page", shown.page.to_string()));
    }
    pairs
}

fn ui_pair(visit: &Visit) -> Option<(&'static str, String)> {
    visit.chosen.map(|ui| ("ui", ui.code().to_owned()))
}

fn framed(visit: &Visit, title: &str, pairs: &[(&'static str, String)]) -> Frame {
    Frame::new(visit, title, "/compare", pairs)
}

#[derive(Template)]
#[template(path = "compare_choice.html")]
struct ChoicePage {
    frame: Frame,
    /// The document on the left, once it is chosen.
    chosen: Option<SideView>,
    hidden: Vec<(&'static str, String)>,
    filter: String,
    count: String,
    documents: Vec<SideView>,
    is_cut: bool,
}

/// Draws the list from which the first document is chosen, or the second.
pub(crate) fn render_choice(
    asked: &CompareRequest,
    known: &[DocumentSummary],
    visit: &Visit,
) -> String {
    let question = &asked.question;
    let one = [&question.a, &question.b]
        .into_iter()
        .find(|id| !id.is_empty());
    let first = one.and_then(|id| known.iter().find(|document| document.id == *id));
    let found = choices(asked, known, one);
    let choice = Choice {
        asked,
        first,
        visit,
    };
    let text = visit.ui.text();
    let page = ChoicePage {
        frame: framed(
            visit,
            text.compare_title,
            &pairs_of(asked, Shown::of(asked)),
        ),
        chosen: first.map(|first| choice.view(first)),
        hidden: choice.kept(),
        filter: asked.filter.clone(),
        count: visit.ui.documents(found.len() as u64),
        is_cut: found.len() > MAX_CHOICES,
        documents: found
            .into_iter()
            .take(MAX_CHOICES)
            .map(|document| choice.view(document))
            .collect(),
    };
    page.render().expect("writing to a string does not fail")
}

/// Documents whose title or publisher holds what is looked for; the one that is chosen already is left out.
fn choices<'a>(
    asked: &CompareRequest,
    known: &'a [DocumentSummary],
    one: Option<&String>,
) -> Vec<&'a DocumentSummary> {
    let wanted = fold_text(asked.filter.trim()).text;
    let is_found = |document: &&DocumentSummary| {
        let holds = |name: &str| fold_text(name).text.contains(&wanted);
        one.is_none_or(|id| document.id != *id)
            && (wanted.is_empty() || holds(&document.title) || holds(&document.publisher))
    };
    known.iter().filter(is_found).collect()
}

/// A choice to be made: of the first document, or of the one to lay beside it.
struct Choice<'a> {
    asked: &'a CompareRequest,
    first: Option<&'a DocumentSummary>,
    visit: &'a Visit,
}

impl Choice<'_> {
    /// Parameters that a choice keeps.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        kept.extend(self.first.map(|first| ("a", first.id.clone())));
        kept.extend(query_pairs(&self.asked.question.query));
        kept.extend(ui_pair(self.visit));
        kept
    }

    /// Address that chooses `document`.
    fn href(&self, document: &DocumentSummary) -> String {
        let name = if self.first.is_some() { "b" } else { "a" };
        let mut pairs = self.kept();
        let at = usize::from(self.first.is_some());
        pairs.insert(at, (name, document.id.clone()));
        with_pairs("/compare", &pairs)
    }

    fn view(&self, document: &DocumentSummary) -> SideView {
        SideView::of(document, self.visit, self.href(document))
    }
}
