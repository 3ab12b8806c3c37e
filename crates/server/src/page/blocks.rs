//! Draws the text of a document: its blocks, and the columns of two languages side by side.

use crate::address::{encode, with_pairs};
use crate::answer::{Document, DocumentPassage, Lines};
use crate::citation_answer::{CitationLinks, DocumentCitation};
use crate::page::frame::Visit;
use crate::page::i18n::{fill, grouped};
use crate::page::marks::{Linked, linked};
use crate::page::repairs::changes_letters;
use crate::page::steps::step;
use crate::request::language::Ui;

/// One block of the text: a heading, a paragraph or a list item, with its HTML drawn.
pub(super) struct Block {
    pub(super) id: String,
    /// `h2` … `h6`, `p` or `li`.
    pub(super) element: &'static str,
    pub(super) lang: String,
    pub(super) html: String,
    pub(super) place: String,
    pub(super) first_line: u32,
    pub(super) is_repaired: bool,
    /// Passages that cite the article which begins here.
    pub(super) cited: Option<CitedLink>,
    /// Other documents that the passage stands in.
    pub(super) reused: Option<CitedLink>,
    /// Picture of the page that it stands on.
    pub(super) original: Option<CitedLink>,
    pub(super) opens_list: bool,
    pub(super) closes_list: bool,
    /// Opens a run of one language: its class.
    pub(super) opens_run: Option<&'static str>,
    pub(super) closes_run: bool,
}

/// A link to the passages that cite an article.
pub(super) struct CitedLink {
    pub(super) href: String,
    pub(super) label: String,
}

/// Returns the blocks of `document`, a passage each; `depths` are those of its headings.
pub(super) fn blocks(
    document: &Document,
    links: &CitationLinks,
    depths: &[usize],
    visit: &Visit,
) -> Vec<Block> {
    let ui = visit.ui;
    let runs = Runs::of(document);
    let repaired = repaired_passages(document);
    let passages = document.passages.iter().enumerate();
    passages
        .map(|(index, passage)| Block {
            is_repaired: repaired[index],
            html: linked(
                &passage.text,
                &passage.offsets,
                &passage.doubtful,
                &cites(passage, links, visit.chosen),
            ),
            cited: cited(document, passage, links, visit),
            reused: reused(document, passage, links, visit),
            ..block(document, &runs, index, passage, depths[index], ui)
        })
        .collect()
}

fn block(
    document: &Document,
    runs: &Runs<'_>,
    index: usize,
    passage: &DocumentPassage,
    depth: usize,
    ui: Ui,
) -> Block {
    // A neighbour continues a list only inside the same run: a list must be closed before its run is.
    let opens_run = index == 0 || runs.differ(index - 1, index);
    let closes_run = runs.differ(index, index + 1);
    let is_listed = is_item(passage);
    let passages = &document.passages;
    Block {
        id: passage.id.clone(),
        element: element_of(passage, depth),
        lang: passage.lang.clone(),
        html: String::new(),
        cited: None,
        reused: None,
        original: None,
        place: place_of(ui, passage),
        first_line: passage.lines.first,
        is_repaired: false,
        opens_list: is_listed && (opens_run || !is_item(&passages[index - 1])),
        closes_list: is_listed && (closes_run || !passages.get(index + 1).is_some_and(is_item)),
        opens_run: opens_run.then(|| runs.class(index)),
        closes_run,
    }
}

/// Links to what a passage cites; a text's bare name for itself is none.
fn cites(passage: &DocumentPassage, links: &CitationLinks, chosen: Option<Ui>) -> Vec<Linked> {
    let cited = links.of_passage.get(&passage.id).into_iter().flatten();
    let is_shown = |cite: &&DocumentCitation| cite.kind != "self" || !cite.place.is_empty();
    let link = |cite: &DocumentCitation| {
        let target = cite.target.as_ref()?;
        let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
        Some(Linked {
            start: cite.start,
            end: cite.end,
            href: with_pairs(&target.url, ui.as_slice()),
            title: target.title.clone(),
        })
    };
    cited.filter(is_shown).filter_map(link).collect()
}

/// Link to the passages that cite what begins with `passage`.
fn cited(
    document: &Document,
    passage: &DocumentPassage,
    links: &CitationLinks,
    visit: &Visit,
) -> Option<CitedLink> {
    let (place, count) = links.cited.get(&passage.id)?;
    Some(CitedLink {
        href: cited_by_href(&document.summary.id, place, visit.chosen),
        label: fill(visit.ui.text().cited_by, &[("n", &grouped(*count))]),
    })
}

/// Link to the other documents that `passage` stands in.
fn reused(
    document: &Document,
    passage: &DocumentPassage,
    links: &CitationLinks,
    visit: &Visit,
) -> Option<CitedLink> {
    let count = links.reused.get(&passage.id)?;
    Some(CitedLink {
        href: copies_href(&document.summary.id, &passage.id, visit.chosen),
        label: fill(visit.ui.text().copies_link, &[("n", &grouped(*count))]),
    })
}

/// Address of the page of the copies of a passage.
pub(super) fn copies_href(id: &str, passage: &str, chosen: Option<Ui>) -> String {
    let mut pairs = vec![("passage", passage.to_owned())];
    pairs.extend(chosen.map(|ui| ("ui", ui.code().to_owned())));
    with_pairs(&format!("/documents/{}/copies", encode(id)), &pairs)
}

/// Address of the page of the passages of a document that stand in others too.
pub(super) fn reuse_href(id: &str, chosen: Option<Ui>) -> String {
    let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
    with_pairs(&format!("/documents/{}/reuse", encode(id)), ui.as_slice())
}

/// Address of the page of the passages that cite `place` of a document, or any place in it.
pub(super) fn cited_by_href(id: &str, place: &str, chosen: Option<Ui>) -> String {
    let mut pairs = Vec::new();
    if !place.is_empty() {
        pairs.push(("place", place.to_owned()));
    }
    pairs.extend(chosen.map(|ui| ("ui", ui.code().to_owned())));
    with_pairs(&format!("/documents/{}/cited-by", encode(id)), &pairs)
}

fn is_item(passage: &DocumentPassage) -> bool {
    passage.role == "list-item"
}

/// Returns the place of a passage, in the words of the interface.
pub(super) fn place_of(ui: Ui, passage: &DocumentPassage) -> String {
    ui.place(passage.place.as_deref(), passage.page, passage.lines)
}

/// Returns the element of a passage. The page's own title is its `h1`, so the highest headings of the text are `h2`.
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

/// Tells for each passage if a repair of its lines gave the reader other letters: one sweep over both in the order of their
/// first lines, so that many repairs of many passages cost no more than reading them.
fn repaired_passages(document: &Document) -> Vec<bool> {
    let mut repairs: Vec<Lines> = document
        .repairs
        .iter()
        .filter(|repair| {
            step();
            changes_letters(repair)
        })
        .map(|repair| repair.lines)
        .collect();
    repairs.sort_by_key(|lines| lines.first);
    // The last line that the repairs so far reach.
    let mut reach = 0;
    for lines in &mut repairs {
        reach = reach.max(lines.last);
        lines.last = reach;
    }
    let is_repaired = |passage: &DocumentPassage| {
        step();
        let before = repairs.partition_point(|lines| lines.first <= passage.lines.last);
        before > 0 && repairs[before - 1].last >= passage.lines.first
    };
    document.passages.iter().map(is_repaired).collect()
}

/// Returns true if both languages have a part of the text that is worth a column.
pub(super) fn is_bilingual(document: &Document) -> bool {
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

/// Passages of one language without one of another between them.
struct Runs<'a> {
    document: &'a Document,
    /// The number of its run for every passage; one run for a document that is not bilingual.
    numbers: Vec<usize>,
    /// Number of runs in the first language and in the second.
    counts: [usize; 2],
}

impl<'a> Runs<'a> {
    fn of(document: &'a Document) -> Self {
        let numbers = if is_bilingual(document) {
            run_numbers(document)
        } else {
            vec![0; document.passages.len()]
        };
        let mut counts = [0, 0];
        let mut last = None;
        for (passage, number) in document.passages.iter().zip(&numbers) {
            step();
            if last != Some(*number) {
                counts[usize::from(is_second(document, passage))] += 1;
                last = Some(*number);
            }
        }
        Self {
            document,
            numbers,
            counts,
        }
    }

    fn differ(&self, one: usize, other: usize) -> bool {
        self.numbers.get(one) != self.numbers.get(other)
    }

    /// Returns true if a passage is in the second of the document's languages.
    fn is_second(&self, index: usize) -> bool {
        is_second(self.document, &self.document.passages[index])
    }

    /// Returns the class of a run when both languages are side by side: the column of its language, over the whole height
    /// when it is all there is of that language, so that the other language's runs follow each other without a gap.
    fn class(&self, index: usize) -> &'static str {
        let is_second = self.is_second(index);
        match (is_second, self.counts[usize::from(is_second)] == 1) {
            (false, true) => "run col-a tall",
            (false, false) => "run col-a",
            (true, true) => "run col-b tall",
            (true, false) => "run col-b",
        }
    }
}

fn is_second(document: &Document, passage: &DocumentPassage) -> bool {
    document.summary.lang.get(1) == Some(&passage.lang)
}

fn run_numbers(document: &Document) -> Vec<usize> {
    let mut run = 0;
    let mut last = None;
    let number = |passage: &DocumentPassage| {
        step();
        let is_second = is_second(document, passage);
        if last.is_some_and(|last| last != is_second) {
            run += 1;
        }
        last = Some(is_second);
        run
    };
    document.passages.iter().map(number).collect()
}
