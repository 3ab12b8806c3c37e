//! Draws the passages that stand in several documents: of a collection, of a document, and the copies of one passage.

use askama::Template;

use crate::address::{encode, with_pairs};
use crate::answer::{DocumentSummary, PageInfo};
use crate::page::blocks::{copies_href, reuse_href};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::marks::marked;
use crate::page::paging::{PageLink, last_page, page_links};
use crate::question::Query;
use crate::request::address::document_href;
use crate::request::language::Ui;
use crate::reuse_answer::{
    AlikeDocument, CopiedPassage, Copies, CopyOfPassage, DocumentReuse, ReusedPassage,
    ReusedPassages,
};

#[derive(Template)]
#[template(path = "reuse.html")]
struct ReusePage {
    frame: Frame,
    heading: &'static str,
    hint: &'static str,
    /// The document, where the page is about one.
    document: Option<DocumentView>,
    summary: String,
    csv: String,
    alike: Vec<AlikeView>,
    first: usize,
    passages: Vec<PassageView>,
    pages: Vec<PageLink>,
}

/// A document by its title, with a link to it.
struct DocumentView {
    href: String,
    title: String,
    title_lang: String,
    publisher: String,
    date: String,
    date_machine: String,
}

struct AlikeView {
    document: DocumentView,
    shared: String,
}

/// A passage that stands in several documents.
struct PassageView {
    text: String,
    lang: String,
    href: String,
    /// In how many documents it stands, in words.
    count: String,
    first: DocumentView,
}

/// Draws the page of the passages of a collection.
pub(crate) fn render_reused(reused: &ReusedPassages, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let text = ui.text();
    let has_passages = reused.page.listed > 0;
    let page = ReusePage {
        frame: frame(visit, text.reuse_title, "/reuse", &reused.page),
        heading: text.reuse_title,
        hint: text.reuse_hint,
        document: None,
        summary: count(ui, &reused.page),
        csv: match has_passages {
            true => "/reuse.csv".to_owned(),
            false => String::new(),
        },
        alike: Vec::new(),
        first: first_of(&reused.page),
        passages: views(&reused.passages, visit),
        pages: links(&reused.page, visit, &with_ui("/reuse", chosen)),
    };
    page.render().expect("writing to a string does not fail")
}

/// Draws the page of those of a document.
pub(crate) fn render_document_reuse(reused: &DocumentReuse, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let text = ui.text();
    let id = &reused.document.id;
    let has_passages = reused.page.listed > 0;
    let path = reuse_href(id, None);
    let page = ReusePage {
        frame: frame(visit, &reused.document.title, &path, &reused.page),
        heading: text.reuse_of_title,
        hint: "",
        document: Some(document_view(&reused.document, visit)),
        summary: match has_passages {
            true => count(ui, &reused.page),
            false => text.reuse_none.to_owned(),
        },
        csv: match has_passages {
            true => format!("/documents/{}/reuse.csv", encode(id)),
            false => String::new(),
        },
        alike: alike_views(&reused.alike, visit),
        first: first_of(&reused.page),
        passages: views(&reused.passages, visit),
        pages: links(&reused.page, visit, &reuse_href(id, chosen)),
    };
    page.render().expect("writing to a string does not fail")
}

fn frame(visit: &Visit, title: &str, path: &str, page: &PageInfo) -> Frame {
    let pairs = [("page", page.number.to_string())];
    Frame::new(visit, title, path, &pairs)
}

fn count(ui: Ui, page: &PageInfo) -> String {
    fill(ui.text().reuse_count, &[("n", &grouped(page.listed))])
}

fn first_of(page: &PageInfo) -> usize {
    1 + (page.number - 1) * page.per_page
}

fn with_ui(address: &str, chosen: Option<Ui>) -> String {
    let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
    with_pairs(address, ui.as_slice())
}

fn links(page: &PageInfo, visit: &Visit, address: &str) -> Vec<PageLink> {
    let href = |number: usize| with_pairs(address, &[("page", number.to_string())]);
    page_links(page.number, last_page(page), visit.ui, href)
}

fn document_view(document: &DocumentSummary, visit: &Visit) -> DocumentView {
    DocumentView {
        href: document_href(&document.id, &Query::default(), None, visit.chosen, None),
        title: document.title.clone(),
        title_lang: language_of(&document.title, &document.lang),
        publisher: document.publisher.clone(),
        date: visit.ui.date(&document.date),
        date_machine: document.date.clone(),
    }
}

fn alike_views(alike: &[AlikeDocument], visit: &Visit) -> Vec<AlikeView> {
    let views = alike.iter().map(|alike| AlikeView {
        document: document_view(&alike.document, visit),
        shared: fill(
            visit.ui.text().reuse_shared,
            &[("n", &grouped(alike.shared))],
        ),
    });
    views.collect()
}

fn views(passages: &[ReusedPassage], visit: &Visit) -> Vec<PassageView> {
    let views = passages.iter().map(|reused| PassageView {
        text: reused.passage.text.clone(),
        lang: reused.passage.lang.clone(),
        href: copies_href(&reused.passage.id, &reused.passage.passage, visit.chosen),
        count: in_documents(visit.ui, reused.documents, reused.quoting),
        first: document_view(&reused.first, visit),
    });
    views.collect()
}

/// Says in how many documents a passage stands, and how many quote it.
fn in_documents(ui: Ui, documents: u64, quoting: u64) -> String {
    let text = ui.text();
    let mut said = fill(text.copies_in, &[("n", &grouped(documents))]);
    if quoting > 0 {
        said.push_str(" · ");
        said.push_str(&fill(text.copies_quoting, &[("n", &grouped(quoting))]));
    }
    said
}

#[derive(Template)]
#[template(path = "copies.html")]
struct CopiesPage {
    frame: Frame,
    back: String,
    document: DocumentView,
    /// The passage asked for.
    text: String,
    lang: String,
    summary: String,
    first: usize,
    copies: Vec<CopyView>,
    pages: Vec<PageLink>,
}

/// A copy in another document.
struct CopyView {
    document: DocumentView,
    href: String,
    place: String,
    lang: String,
    html: String,
    is_same: bool,
    /// Words of the passage asked for that this one has not.
    lacks: Vec<String>,
    is_quotation: bool,
}

/// Draws the page of the copies of `passage`.
pub(crate) fn render_copies(copies: &Copies, passage: &str, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let text = ui.text();
    let id = &copies.document.id;
    let path = copies_href(id, passage, None);
    let own = copies.passage.as_ref();
    let page = CopiesPage {
        frame: frame(visit, &copies.document.title, &path, &copies.page),
        back: own.map_or_else(
            || document_href(id, &Query::default(), None, chosen, None),
            |own| passage_href(own, chosen),
        ),
        document: document_view(&copies.document, visit),
        text: own.map_or_else(String::new, |own| own.text.clone()),
        lang: own.map_or_else(String::new, |own| own.lang.clone()),
        summary: match own {
            Some(_) => in_documents(ui, copies.documents, copies.quoting),
            None => text.reuse_none.to_owned(),
        },
        first: first_of(&copies.page),
        copies: copies
            .copies
            .iter()
            .map(|copy| copy_view(copy, own, visit))
            .collect(),
        pages: links(&copies.page, visit, &copies_href(id, passage, chosen)),
    };
    page.render().expect("writing to a string does not fail")
}

/// Address of a passage on the reading page, in the language of the interface that was chosen.
fn passage_href(passage: &CopiedPassage, chosen: Option<Ui>) -> String {
    let (address, anchor) = passage
        .url
        .split_once('#')
        .unwrap_or((&passage.url, &passage.passage));
    format!("{}#{anchor}", with_ui(address, chosen))
}

fn copy_view(copy: &CopyOfPassage, own: Option<&CopiedPassage>, visit: &Visit) -> CopyView {
    let own: Vec<char> = own.map_or_else(Vec::new, |own| own.text.chars().collect());
    let lacks = copy.lacks.iter().filter_map(|span| {
        let words = own.get(span.start..span.end)?;
        Some(words.iter().collect())
    });
    CopyView {
        document: document_view(&copy.document, visit),
        href: passage_href(&copy.passage, visit.chosen),
        place: copy
            .place
            .clone()
            .unwrap_or_else(|| copy.passage.passage.clone()),
        lang: copy.passage.lang.clone(),
        html: marked(&copy.passage.text, &copy.differs),
        is_same: copy.differs.is_empty() && copy.lacks.is_empty(),
        lacks: lacks.collect(),
        is_quotation: copy.quotation,
    }
}
