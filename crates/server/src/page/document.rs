//! Draws the reading page: the whole text with every hit marked, its outline, and every repair made to it.

use std::fmt::Write as _;

use askama::Template;

use crate::answer::{Document, DocumentPassage, Repair};
use crate::page::address::{document_href, search_href, web_url};
use crate::page::frame::{Frame, language_of};
use crate::page::i18n::{Ui, fill, grouped};
use crate::page::marks::marked;
use crate::page::search::{Badge, badges};
use crate::question::Question;

/// Units of the margin map's height.
const MAP_HEIGHT: usize = 1000;

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    frame: Frame,
    title: String,
    title_lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    kind: String,
    badges: Vec<Badge>,
    original: Option<String>,
    provenance: Option<Provenance>,
    path: String,
    encoding: String,
    back: Option<String>,
    as_published: bool,
    text_href: String,
    published_href: String,
    can_switch: bool,
    marked_count: usize,
    marked_label: String,
    outline: Vec<OutlineEntry>,
    blocks: Vec<Block>,
    is_bilingual: bool,
    map: Vec<MapTick>,
    published: Vec<PublishedLine>,
    repairs: Vec<RepairView>,
    repair_label: String,
}

/// Provenance, linked when it is a web address.
struct Provenance {
    text: String,
    href: Option<String>,
}

struct OutlineEntry {
    href: String,
    text: String,
    lang: String,
    level: u8,
}

/// One block of the text: a heading, a paragraph or a list item, with its HTML drawn.
struct Block {
    id: String,
    /// `h2` … `h6`, `p` or `li`.
    element: &'static str,
    lang: String,
    html: String,
    place: String,
    first_line: u32,
    is_repaired: bool,
    opens_list: bool,
    closes_list: bool,
    /// `col-a` for the document's first language, `col-b` for the second.
    column: &'static str,
}

struct MapTick {
    y: usize,
    href: String,
}

struct PublishedLine {
    number: usize,
    text: String,
    repairs: Vec<String>,
}

struct RepairView {
    id: String,
    what: String,
    kind: String,
    place: String,
    before: String,
    after: String,
    certainty: String,
    is_text: bool,
}

/// The reading page of `document`, whose marks are those of `q`; the text as it was published when `as_published`.
pub(crate) fn render_document(document: &Document, q: &str, as_published: bool, ui: Ui, chosen: Option<Ui>) -> String {
    let summary = &document.summary;
    let text = ui.text();
    let href = |view: Option<&str>, anchor: Option<&str>| document_href(&summary.id, q, view, chosen, anchor);
    let view = as_published.then_some("published");
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !q.is_empty() {
        pairs.push(("q", q.to_owned()));
    }
    pairs.extend(view.map(|view| ("view", view.to_owned())));
    let own_path = document_href(&summary.id, "", None, None, None);
    let mut frame = Frame::new(ui, chosen, &summary.title, &own_path, &pairs);
    frame.q = q.to_owned();

    let anchor = |id: &str| format!("#{}", crate::page::address::encode(id));
    let page = DocumentPage {
        frame,
        title: summary.title.clone(),
        title_lang: language_of(&summary.title, &summary.lang),
        publisher: summary.publisher.clone(),
        date: ui.date(&summary.date),
        date_machine: summary.date.clone(),
        kind: summary.kind.clone(),
        badges: badges(ui, &summary.lang),
        original: summary.original_url.as_deref().and_then(web_url).map(ToOwned::to_owned),
        provenance: document
            .provenance
            .as_ref()
            .map(|source| Provenance { text: source.clone(), href: web_url(source).map(ToOwned::to_owned) }),
        path: document.path.clone(),
        encoding: document.encoding.clone(),
        back: (!q.is_empty()).then(|| search_href("/search", &Question::about(q), chosen)),
        as_published,
        text_href: href(None, None),
        published_href: href(Some("published"), None),
        can_switch: document.as_published.is_some(),
        marked_count: document.mark_count,
        marked_label: fill(text.hits_in_document, &[("n", &grouped(document.mark_count as u64))]),
        outline: outline(&document.passages, &anchor),
        blocks: blocks(document, ui),
        is_bilingual: is_bilingual(document),
        map: map(&document.passages, &anchor),
        published: published_lines(document, ui),
        repairs: document.repairs.iter().enumerate().map(|(index, repair)| repair_view(index, repair, ui)).collect(),
        repair_label: fill(text.repair_count, &[("n", &grouped(document.repairs.len() as u64))]),
    };
    page.render().expect("writing to a string does not fail")
}

fn outline(passages: &[DocumentPassage], anchor: &impl Fn(&str) -> String) -> Vec<OutlineEntry> {
    let headings = passages.iter().filter(|passage| passage.role == "heading");
    headings
        .map(|heading| OutlineEntry {
            href: anchor(&heading.id),
            text: heading.text.clone(),
            lang: heading.lang.clone(),
            level: heading.level.clamp(1, 6),
        })
        .collect()
}

fn blocks(document: &Document, ui: Ui) -> Vec<Block> {
    let passages = &document.passages;
    let is_item = |index: Option<usize>| index.and_then(|i| passages.get(i)).is_some_and(|p| p.role == "list-item");
    let top = passages.iter().filter(|p| p.role == "heading").map(|p| p.level.max(1)).min().unwrap_or(1);
    let draw = |(index, passage): (usize, &DocumentPassage)| Block {
        id: passage.id.clone(),
        element: element_of(passage, top),
        lang: passage.lang.clone(),
        html: marked(&passage.text, &passage.offsets),
        place: ui.lines(passage.lines.first, passage.lines.last),
        first_line: passage.lines.first,
        is_repaired: document.repairs.iter().any(|repair| overlaps(repair, passage) && is_of_text(repair)),
        opens_list: passage.role == "list-item" && !is_item(index.checked_sub(1)),
        closes_list: passage.role == "list-item" && !is_item(Some(index + 1)),
        column: if document.summary.lang.get(1) == Some(&passage.lang) { "col-b" } else { "col-a" },
    };
    passages.iter().enumerate().map(draw).collect()
}

/// The page's own title is its `h1`, so the highest heading of the text is an `h2`.
fn element_of(passage: &DocumentPassage, top_level: u8) -> &'static str {
    match passage.role {
        "heading" => match passage.level.max(1) - top_level {
            0 => "h2",
            1 => "h3",
            2 => "h4",
            3 => "h5",
            _ => "h6",
        },
        "list-item" => "li",
        _ => "p",
    }
}

fn overlaps(repair: &Repair, passage: &DocumentPassage) -> bool {
    repair.lines.first <= passage.lines.last && passage.lines.first <= repair.lines.last
}

/// Whether a repair changed characters, and not only how lines and columns lie.
fn is_of_text(repair: &Repair) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    letters(&repair.before) != letters(&repair.after)
}

/// Side by side is worth it when both languages have a good part of the text.
fn is_bilingual(document: &Document) -> bool {
    let [first, second] = document.summary.lang.as_slice() else { return false };
    let count = |lang: &String| document.passages.iter().filter(|passage| passage.lang == *lang).count();
    count(first).min(count(second)) >= 2
}

fn map(passages: &[DocumentPassage], anchor: &impl Fn(&str) -> String) -> Vec<MapTick> {
    let total: usize = passages.iter().map(|passage| passage.text.len()).sum::<usize>().max(1);
    let mut before = 0;
    let mut ticks = Vec::new();
    for passage in passages {
        if !passage.offsets.is_empty() {
            let middle = before + passage.text.len() / 2;
            ticks.push(MapTick { y: middle * MAP_HEIGHT / total, href: anchor(&passage.id) });
        }
        before += passage.text.len();
    }
    ticks
}

fn published_lines(document: &Document, ui: Ui) -> Vec<PublishedLine> {
    let Some(published) = &document.as_published else { return Vec::new() };
    let lines = published.lines().enumerate();
    lines
        .map(|(index, line)| {
            let number = index + 1;
            let starts_here = document.repairs.iter().filter(|repair| repair.lines.first as usize == number);
            let repairs = starts_here.filter(|repair| is_of_text(repair)).map(|repair| {
                let mut note = ui.repair_kind(&repair.kind);
                let _ = write!(note, ": {} → {}", repair.before.trim(), repair.after.trim());
                note
            });
            PublishedLine { number, text: line.to_owned(), repairs: repairs.collect() }
        })
        .collect()
}

fn repair_view(index: usize, repair: &Repair, ui: Ui) -> RepairView {
    let percent = (repair.confidence.clamp(0.0, 1.0) * 100.0).round();
    RepairView {
        id: format!("repair-{}", index + 1),
        what: ui.repair_kind(&repair.kind),
        kind: repair.kind.clone(),
        place: ui.lines(repair.lines.first, repair.lines.last),
        before: repair.before.trim().to_owned(),
        after: repair.after.trim().to_owned(),
        certainty: fill(ui.text().certainty, &[("n", &percent.to_string())]),
        is_text: is_of_text(repair),
    }
}
