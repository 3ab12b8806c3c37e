//! Draws the text of a document: its blocks, and the columns of two languages side by side.

use crate::answer::{Document, DocumentPassage, Repair};
use crate::page::marks::marked;
use crate::page::repairs::changes_letters;
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
    pub(super) opens_list: bool,
    pub(super) closes_list: bool,
    /// Opens a run of one language: its class.
    pub(super) opens_run: Option<&'static str>,
    pub(super) closes_run: bool,
}

/// Returns the blocks of `document`, a passage each; `depths` are those of its headings.
pub(super) fn blocks(document: &Document, depths: &[usize], ui: Ui) -> Vec<Block> {
    let runs = Runs::of(document);
    let passages = document.passages.iter().enumerate();
    passages
        .map(|(index, passage)| block(document, &runs, index, passage, depths[index], ui))
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
    let is_listed = passage.role == "list-item";
    // A neighbour continues a list only inside the same run: a list must be closed before its run is.
    let opens_run = index == 0 || runs.differ(index - 1, index);
    let closes_run = runs.differ(index, index + 1);
    let is_item = |index: usize| {
        let passage = document.passages.get(index);
        passage.is_some_and(|passage| passage.role == "list-item")
    };
    let mut repairs = document.repairs.iter();
    Block {
        id: passage.id.clone(),
        element: element_of(passage, depth),
        lang: passage.lang.clone(),
        html: marked(&passage.text, &passage.offsets),
        place: place_of(ui, passage),
        first_line: passage.lines.first,
        is_repaired: repairs.any(|repair| overlaps(repair, passage) && changes_letters(repair)),
        opens_list: is_listed && (opens_run || !is_item(index - 1)),
        closes_list: is_listed && (closes_run || !is_item(index + 1)),
        opens_run: opens_run.then(|| runs.class(index)),
        closes_run,
    }
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

fn overlaps(repair: &Repair, passage: &DocumentPassage) -> bool {
    repair.lines.first <= passage.lines.last && passage.lines.first <= repair.lines.last
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
}

impl<'a> Runs<'a> {
    fn of(document: &'a Document) -> Self {
        let numbers = if is_bilingual(document) {
            run_numbers(document)
        } else {
            vec![0; document.passages.len()]
        };
        Self { document, numbers }
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
        let mut of_same: Vec<usize> = (0..self.numbers.len())
            .filter(|other| self.is_second(*other) == is_second)
            .map(|other| self.numbers[other])
            .collect();
        of_same.dedup();
        match (is_second, of_same.len() == 1) {
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
        let is_second = is_second(document, passage);
        if last.is_some_and(|last| last != is_second) {
            run += 1;
        }
        last = Some(is_second);
        run
    };
    document.passages.iter().map(number).collect()
}
