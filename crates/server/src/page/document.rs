//! Draws the reading page: the whole text with every hit marked, its outline, and every repair made to it.

use std::fmt::Write as _;

use askama::Template;

use crate::address::{encode, query_pairs, web_url};
use crate::answer::{Document, DocumentPassage, Repair};
use crate::page::citation::Reference;
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::hits::{Badge, CounterpartView, badges, counterparts};
use crate::page::i18n::{fill, grouped};
use crate::page::marks::marked;
use crate::question::Query;
use crate::request::address::{document_href, search_href};
use crate::request::language::Ui;
use crate::request::params::DocumentQuery;

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
    number: String,
    badges: Vec<Badge>,
    counterparts: Vec<CounterpartView>,
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
    citations: Vec<Citation>,
    cite_heading: String,
    is_citing: bool,
    cite_href: String,
}

/// A reference in one format.
struct Citation {
    name: &'static str,
    text: String,
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
    level: usize,
    /// An article without a heading: many of them stand on one line.
    is_article: bool,
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
    /// Opens a run of one language: its class.
    opens_run: Option<&'static str>,
    closes_run: bool,
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
    count: Option<String>,
    place: String,
    before: String,
    after: String,
    certainty: String,
    is_text: bool,
}

/// The reading page of `document`, whose marks are those of the query asked for.
pub(crate) fn render_document(
    document: &Document,
    asked: &DocumentQuery,
    visit: &Visit<'_>,
) -> String {
    let view = View {
        document,
        asked,
        visit,
    };
    view.page()
        .render()
        .expect("writing to a string does not fail")
}

struct View<'a> {
    document: &'a Document,
    asked: &'a DocumentQuery,
    visit: &'a Visit<'a>,
}

impl View<'_> {
    fn page(&self) -> DocumentPage {
        let Self {
            document,
            asked,
            visit,
        } = *self;
        let summary = &document.summary;
        let (ui, text) = (visit.ui, visit.ui.text());
        let href =
            |view: Option<&str>| document_href(&summary.id, &asked.query, view, visit.chosen, None);
        let headings = heading_depths(&document.passages);
        let cited = asked
            .cite
            .as_ref()
            .and_then(|id| document.passages.iter().find(|passage| passage.id == *id));
        let back = (!asked.query.q.is_empty())
            .then(|| search_href("/search", &asked.query.clone().into(), visit.chosen));
        DocumentPage {
            frame: self.frame(),
            title: summary.title.clone(),
            title_lang: language_of(&summary.title, &summary.lang),
            publisher: summary.publisher.clone(),
            date: ui.date(&summary.date),
            date_machine: summary.date.clone(),
            kind: summary.kind.clone(),
            number: summary.number.clone(),
            badges: badges(ui, &summary.lang),
            counterparts: counterparts(ui, &document.counterparts, &asked.query, visit.chosen),
            original: summary
                .original_url
                .as_deref()
                .and_then(web_url)
                .map(ToOwned::to_owned),
            provenance: document.provenance.as_ref().map(|source| Provenance {
                text: source.clone(),
                href: web_url(source).map(ToOwned::to_owned),
            }),
            path: document.path.clone(),
            encoding: document.encoding.clone(),
            back,
            as_published: asked.as_published,
            text_href: href(None),
            published_href: href(Some("published")),
            can_switch: document.as_published.is_some(),
            marked_count: document.mark_count,
            marked_label: fill(
                text.hits_in_document,
                &[("n", &grouped(document.mark_count as u64))],
            ),
            outline: outline(&document.passages, &headings),
            blocks: blocks(document, &headings, ui),
            is_bilingual: is_bilingual(document) && !asked.as_published,
            map: map(&document.passages),
            published: if asked.as_published {
                published_lines(document, ui)
            } else {
                Vec::new()
            },
            repairs: repair_views(&document.repairs, ui),
            repair_label: fill(
                text.repair_count,
                &[("n", &grouped(document.repairs.len() as u64))],
            ),
            citations: self.citations(cited),
            cite_heading: match cited {
                Some(passage) => format!("{} · {}", text.citation, place_in(ui, passage)),
                None => text.citation.to_owned(),
            },
            is_citing: asked.cite.is_some(),
            cite_href: self.cite_href(),
        }
    }

    fn frame(&self) -> Frame {
        let Self {
            document,
            asked,
            visit,
        } = *self;
        let mut pairs = query_pairs(&asked.query);
        if asked.as_published {
            pairs.push(("view", "published".to_owned()));
        }
        let own_path = document_href(&document.summary.id, &Query::default(), None, None, None);
        let mut frame = Frame::new(
            visit.ui,
            visit.chosen,
            &document.summary.title,
            &own_path,
            &pairs,
        );
        frame.q = asked.query.q.clone();
        frame
    }

    /// Where the citation of a passage is: the passage's id is still to be put after `cite=`.
    fn cite_href(&self) -> String {
        let href = document_href(
            &self.document.summary.id,
            &self.asked.query,
            None,
            self.visit.chosen,
            None,
        );
        format!("{href}{}cite=", if href.contains('?') { '&' } else { '?' })
    }

    fn citations(&self, cited: Option<&DocumentPassage>) -> Vec<Citation> {
        let summary = &self.document.summary;
        let anchor = cited.map(|passage| passage.id.as_str());
        let url = format!(
            "{}{}",
            self.visit.origin,
            document_href(&summary.id, &Query::default(), None, None, anchor)
        );
        // A reference is read far from this page: its place is named in the language of the document.
        let place_ui = if summary
            .lang
            .first()
            .is_some_and(|lang| lang.starts_with("zh"))
        {
            Ui::ZhHant
        } else {
            Ui::En
        };
        let place = cited.map(|passage| match (&passage.place, passage.page) {
            (None, None) => place_in(place_ui, passage).to_lowercase(),
            _ => place_in(place_ui, passage).replace(" · ", ", "),
        });
        let reference = Reference {
            id: &summary.id,
            title: &summary.title,
            publisher: &summary.publisher,
            date: &summary.date,
            kind: &summary.kind,
            lang: &summary.lang,
            url: &url,
            original_url: summary.original_url.as_deref().and_then(web_url),
            place: place.as_deref(),
            retrieved: self.visit.today,
            note: "polidex",
        };
        let text = self.visit.ui.text();
        vec![
            Citation {
                name: text.citation_plain,
                text: reference.plain(),
            },
            Citation {
                name: "BibTeX",
                text: reference.bibtex(1),
            },
            Citation {
                name: "RIS",
                text: reference.ris(),
            },
        ]
    }
}

/// The link to a passage of this page.
fn anchor(id: &str) -> String {
    format!("#{}", encode(id))
}

/// For every passage its depth in the outline, from 1; 0 for what is no heading. A document may skip levels or begin
/// with a low one; a page's outline may not.
fn heading_depths(passages: &[DocumentPassage]) -> Vec<usize> {
    let mut open: Vec<u8> = Vec::new();
    let depth_of = |passage: &DocumentPassage| {
        if passage.role != "heading" {
            return 0;
        }
        while open.last().is_some_and(|level| *level >= passage.level) {
            open.pop();
        }
        open.push(passage.level);
        open.len()
    };
    passages.iter().map(depth_of).collect()
}

/// Headings, and between them the articles that have none.
fn outline(passages: &[DocumentPassage], depths: &[usize]) -> Vec<OutlineEntry> {
    let mut entries: Vec<OutlineEntry> = Vec::new();
    let mut depth_above = 0;
    let mut place_above: Option<&str> = None;
    for (passage, depth) in passages.iter().zip(depths) {
        let article = (*depth == 0 && passage.place.as_deref() != place_above)
            .then(|| article_of(passage))
            .flatten();
        place_above = passage.place.as_deref();
        if *depth > 0 {
            depth_above = *depth;
        } else if article.is_none() {
            continue;
        }
        entries.push(OutlineEntry {
            href: anchor(&passage.id),
            is_article: article.is_some(),
            level: if article.is_some() {
                depth_above + 1
            } else {
                *depth
            },
            text: article.unwrap_or_else(|| passage.text.clone()),
            lang: passage.lang.clone(),
        });
    }
    entries
}

/// The innermost label of a passage's place, when the passage begins with it.
fn article_of(passage: &DocumentPassage) -> Option<String> {
    let place = passage.place.as_deref()?;
    let label = place.rsplit(", ").next()?;
    let is_latin = label.starts_with(|first: char| first.is_ascii() || first == '§');
    let label = if is_latin {
        label
    } else {
        label.rsplit(' ').next()?
    };
    let mut text = passage.text.chars().filter(|c| !c.is_whitespace());
    let begins = label
        .chars()
        .filter(|c| !c.is_whitespace())
        .all(|c| text.next() == Some(c));
    begins.then(|| label.to_owned())
}

/// Where a passage stands, in the words of the interface.
fn place_in(ui: Ui, passage: &DocumentPassage) -> String {
    ui.place(passage.place.as_deref(), passage.page, passage.lines)
}

fn blocks(document: &Document, depths: &[usize], ui: Ui) -> Vec<Block> {
    let passages = &document.passages;
    let runs = if is_bilingual(document) {
        language_runs(document)
    } else {
        vec![0; passages.len()]
    };
    // A neighbour continues a list only inside the same run: a list must be closed before its run is.
    let is_neighbour = |here: usize, there: Option<usize>| {
        there.is_some_and(|there| runs.get(there) == runs.get(here))
    };
    let is_item = |index: Option<usize>| {
        index
            .and_then(|i| passages.get(i))
            .is_some_and(|p| p.role == "list-item")
    };
    let draw = |(index, passage): (usize, &DocumentPassage)| {
        let (before, after) = (index.checked_sub(1), Some(index + 1));
        let is_listed = passage.role == "list-item";
        Block {
            id: passage.id.clone(),
            element: element_of(passage, depths[index]),
            lang: passage.lang.clone(),
            html: marked(&passage.text, &passage.offsets),
            place: place_in(ui, passage),
            first_line: passage.lines.first,
            is_repaired: document
                .repairs
                .iter()
                .any(|repair| overlaps(repair, passage) && is_of_text(repair)),
            opens_list: is_listed && !(is_item(before) && is_neighbour(index, before)),
            closes_list: is_listed && !(is_item(after) && is_neighbour(index, after)),
            opens_run: (!is_neighbour(index, before)).then(|| run_class(document, &runs, index)),
            closes_run: !is_neighbour(index, after),
        }
    };
    passages.iter().enumerate().map(draw).collect()
}

/// For every passage the number of its run: passages of one language without one of another between them.
fn language_runs(document: &Document) -> Vec<usize> {
    let second = document.summary.lang.get(1);
    let mut run = 0;
    let mut last = None;
    let number = |passage: &DocumentPassage| {
        let is_second = Some(&passage.lang) == second;
        if last.is_some_and(|last| last != is_second) {
            run += 1;
        }
        last = Some(is_second);
        run
    };
    document.passages.iter().map(number).collect()
}

/// Where a run stands when both languages are side by side: in the column of its language, and over the whole height
/// when it is all there is of that language, so that the other language's runs follow each other without a gap.
fn run_class(document: &Document, runs: &[usize], index: usize) -> &'static str {
    let is_second =
        |index: usize| document.summary.lang.get(1) == Some(&document.passages[index].lang);
    let mut of_same: Vec<usize> = runs
        .iter()
        .enumerate()
        .filter(|(other, _)| is_second(*other) == is_second(index))
        .map(|(_, run)| *run)
        .collect();
    of_same.dedup();
    match (is_second(index), of_same.len() == 1) {
        (false, true) => "run col-a tall",
        (false, false) => "run col-a",
        (true, true) => "run col-b tall",
        (true, false) => "run col-b",
    }
}

/// The page's own title is its `h1`, so the highest headings of the text are `h2`.
fn element_of(passage: &DocumentPassage, depth: usize) -> &'static str {
    match (passage.role, depth) {
        ("heading", 1) => "h2",
        ("heading", 2) => "h3",
        ("heading", 3) => "h4",
        ("heading", 4) => "h5",
        ("heading", _) => "h6",
        ("list-item", _) => "li",
        _ => "p",
    }
}

fn overlaps(repair: &Repair, passage: &DocumentPassage) -> bool {
    repair.lines.first <= passage.lines.last && passage.lines.first <= repair.lines.last
}

/// Whether a repair gave the reader other letters, and not only another layout or fewer marks.
fn is_of_text(repair: &Repair) -> bool {
    let is_layout = matches!(
        repair.kind.as_str(),
        "columns" | "hard-wrap" | "missing-space"
    );
    !is_layout && repair.after.chars().any(char::is_alphanumeric)
}

/// Side by side is worth it when both languages have a good part of the text.
fn is_bilingual(document: &Document) -> bool {
    let [first, second] = document.summary.lang.as_slice() else {
        return false;
    };
    let count = |lang: &String| {
        document
            .passages
            .iter()
            .filter(|passage| passage.lang == *lang)
            .count()
    };
    count(first).min(count(second)) >= 2
}

fn map(passages: &[DocumentPassage]) -> Vec<MapTick> {
    let total: usize = passages
        .iter()
        .map(|passage| passage.text.len())
        .sum::<usize>()
        .max(1);
    let mut before = 0;
    let mut ticks = Vec::new();
    for passage in passages {
        if !passage.offsets.is_empty() {
            let middle = before + passage.text.len() / 2;
            ticks.push(MapTick {
                y: middle * MAP_HEIGHT / total,
                href: anchor(&passage.id),
            });
        }
        before += passage.text.len();
    }
    ticks
}

fn published_lines(document: &Document, ui: Ui) -> Vec<PublishedLine> {
    let Some(published) = &document.as_published else {
        return Vec::new();
    };
    let lines = published.lines().enumerate();
    lines
        .map(|(index, line)| {
            let number = index + 1;
            let starts_here = document
                .repairs
                .iter()
                .filter(|repair| repair.lines.first as usize == number);
            let repairs = starts_here
                .filter(|repair| repair.kind != "hard-wrap")
                .map(|repair| {
                    let mut note = ui.repair_kind(&repair.kind);
                    if is_shown(repair) {
                        let _ =
                            write!(note, ": {} → {}", repair.before.trim(), repair.after.trim());
                    }
                    note
                });
            PublishedLine {
                number,
                text: line.to_owned(),
                repairs: repairs.collect(),
            }
        })
        .collect()
}

/// Repairs in the order of the text; those that did the same are one entry with all their places.
fn repair_views(repairs: &[Repair], ui: Ui) -> Vec<RepairView> {
    let is_same = |one: &Repair, other: &Repair| {
        one.kind == other.kind
            && (!is_shown(one) || (one.before == other.before && one.after == other.after))
    };
    let mut groups: Vec<Vec<&Repair>> = Vec::new();
    for repair in repairs {
        match groups.iter_mut().find(|group| is_same(group[0], repair)) {
            Some(group) => group.push(repair),
            None => groups.push(vec![repair]),
        }
    }
    groups
        .iter()
        .enumerate()
        .map(|(index, group)| repair_view(index, group, ui))
        .collect()
}

fn repair_view(index: usize, group: &[&Repair], ui: Ui) -> RepairView {
    let repair = group[0];
    let mut places: Vec<String> = group
        .iter()
        .map(|repair| ui.lines(repair.lines.first, repair.lines.last))
        .collect();
    places.dedup();
    let least_sure = group
        .iter()
        .map(|repair| repair.confidence)
        .fold(1.0, f32::min);
    let percent = (least_sure.clamp(0.0, 1.0) * 100.0).round();
    RepairView {
        id: format!("repair-{}", index + 1),
        what: ui.repair_kind(&repair.kind),
        kind: repair.kind.clone(),
        count: (group.len() > 1).then(|| format!("× {}", grouped(group.len() as u64))),
        place: places.join(ui.text().list_comma),
        before: repair.before.trim().to_owned(),
        after: repair.after.trim().to_owned(),
        certainty: fill(ui.text().certainty, &[("n", &percent.to_string())]),
        is_text: is_shown(repair),
    }
}

/// Whether before and after are worth showing side by side: changes of layout are whole pages, or blanks.
fn is_shown(repair: &Repair) -> bool {
    let is_layout = matches!(
        repair.kind.as_str(),
        "columns" | "hard-wrap" | "missing-space"
    );
    !is_layout && !repair.before.trim().is_empty()
}
