//! From rows in reading order to paragraphs, across columns and pages, without what runs along every page.

use std::collections::{HashMap, HashSet};

use polidex_schema::record::Role;

use crate::extract::page::columns::{Flow, first_word_width, reading_order};
use crate::extract::page::rows::{Row, is_wide, median};
use crate::extract::running::counts_pages;
use crate::structure::Block;
use crate::structure::{PageStart, StructuredText};

/// A paragraph of one flow.
#[derive(Debug)]
struct Paragraph {
    text: String,
    size: f64,
    /// True if its first line is indented; true if its last line is full.
    is_indented: bool,
    is_full: bool,
    is_table_row: bool,
}

/// One page: its rows for each direction text runs in.
#[derive(Default)]
pub(crate) struct PageRows {
    pub(crate) number: u32,
    pub(crate) directions: Vec<Vec<Row>>,
    /// Lines that the file itself calls running headers and footers.
    pub(crate) running: Vec<String>,
}

/// Puts the pages of a document together.
pub(crate) fn write_pages(mut pages: Vec<PageRows>) -> StructuredText {
    let running = take_running_lines(&mut pages);
    let words = words_of(&pages);
    let size = median(
        pages
            .iter()
            .flat_map(|page| page.directions.iter().flatten())
            .map(Row::size),
    );
    let mut writer = Writer {
        words,
        body_size: size,
        ..Writer::default()
    };
    let mut seen = HashSet::new();
    for page in pages {
        writer.begin_page(page.number);
        let headers = running.get(&page.number).into_iter().flatten();
        writer.running.extend(headers.cloned());
        for rows in page.directions {
            for flow in reading_order(rows, 0) {
                writer.push_flow(&flow);
            }
        }
        let first = page.running.into_iter().filter(|line| {
            let key = without_numbers(line);
            !is_page_number(&key) && !counts_pages(line) && seen.insert(key)
        });
        writer.running.extend(first);
    }
    writer.finish()
}

/// Rows at the top and bottom of a page that are looked at.
const EDGE_ROWS: usize = 3;
/// A line that runs along pages is on this many at least ...
const MIN_RUNNING_PAGES: usize = 3;
/// ... and on one in so many: headers may differ on left and right pages and from chapter to chapter.
const RUNNING_SHARE: usize = 4;

/// Takes out the lines that run along the pages. A page's number goes; a header stays once, as a paragraph of its own on its
/// first page, so that it can still be found.
fn take_running_lines(pages: &mut [PageRows]) -> HashMap<u32, Vec<String>> {
    let counts = edge_counts(pages);
    let least = MIN_RUNNING_PAGES.max(pages.len() / RUNNING_SHARE);
    let mut kept: HashMap<u32, Vec<String>> = HashMap::new();
    let mut seen: HashSet<String> = HashSet::new();
    for page in pages {
        let mut running = edge_rows(page);
        running.retain(|(_, key)| counts[key] >= least);
        let Some(rows) = page.directions.first_mut() else {
            continue;
        };
        for (index, key) in &running {
            if !is_page_number(key) && seen.insert(key.clone()) {
                let headers = kept.entry(page.number).or_default();
                headers.push(rows[*index].text());
            }
        }
        remove_rows(rows, &running);
    }
    kept
}

/// Takes out the rows that stand at the indexes of `running`.
fn remove_rows(rows: &mut Vec<Row>, running: &[(usize, String)]) {
    let mut indexes = 0..;
    rows.retain(|_| {
        let index = indexes.next();
        !running.iter().any(|(at, _)| Some(*at) == index)
    });
}

/// Number of pages that have each edge row.
fn edge_counts(pages: &[PageRows]) -> HashMap<String, usize> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let keys: HashSet<String> = edge_rows(page).into_iter().map(|(_, key)| key).collect();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

/// The rows at both edges with what makes them the same on another page: their text without numbers.
fn edge_rows(page: &PageRows) -> Vec<(usize, String)> {
    let Some(rows) = page.directions.first() else {
        return Vec::new();
    };
    let top = rows.len().min(EDGE_ROWS);
    let bottom = rows.len().saturating_sub(EDGE_ROWS).max(top);
    let key = |index: usize| (index, without_numbers(&rows[index].text()));
    // A number further inside may be one of a table.
    let is_edge = |(index, key): &(usize, String)| {
        !is_page_number(key) || *index == 0 || index + 1 == rows.len()
    };
    (0..top)
        .chain(bottom..rows.len())
        .map(key)
        .filter(is_edge)
        .collect()
}

/// A line without blanks, with `#` for each of its numbers.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut key = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_digit() {
            key.push(c);
        } else if !key.ends_with('#') {
            key.push('#');
        }
    }
    key
}

/// `#`, `-#-`, `第#頁`: a number and next to nothing else.
fn is_page_number(key: &str) -> bool {
    key.contains('#') && key.chars().filter(|c| c.is_alphabetic()).count() <= 2
}

/// The words of Latin letters of a document, in lower case: they tell whether a hyphen at a line's end is one of a word.
fn words_of(pages: &[PageRows]) -> HashSet<String> {
    let mut words = HashSet::new();
    for row in pages
        .iter()
        .flat_map(|page| page.directions.iter().flatten())
    {
        let text = row.text();
        let inner = text.trim_end_matches('-');
        for word in inner.split(|c: char| !(c.is_alphabetic() || c == '-')) {
            if word.len() > 2 && word.is_ascii() {
                words.insert(word.to_ascii_lowercase());
            }
        }
    }
    words
}

#[derive(Debug, Default)]
struct Writer {
    written: StructuredText,
    words: HashSet<String>,
    body_size: f64,
    /// The last paragraph written: the next flow may go on with it.
    last: Option<Paragraph>,
    pending_page: Option<u32>,
    /// Running lines to write before the next paragraph that does not go on with the last one.
    running: Vec<String>,
}

impl Writer {
    fn begin_page(&mut self, number: u32) {
        self.mark_page();
        self.pending_page = Some(number);
    }

    fn mark_page(&mut self) {
        if let Some(number) = self.pending_page.take() {
            self.written.pages.push(PageStart {
                at: self.written.text.len(),
                number,
            });
        }
    }

    fn push_flow(&mut self, flow: &Flow) {
        for (index, paragraph) in self.paragraphs(flow).into_iter().enumerate() {
            let goes_on = index == 0
                && self
                    .last
                    .as_ref()
                    .is_some_and(|last| goes_on(last, &paragraph));
            if goes_on {
                self.continue_last(&paragraph);
            } else {
                self.push_running();
                self.push_block(&paragraph.text, self.role_of(&paragraph));
            }
            self.last = Some(paragraph);
        }
    }

    fn push_running(&mut self) {
        for line in std::mem::take(&mut self.running) {
            self.push_block(&line, Role::Paragraph);
        }
    }

    /// Role of a paragraph by the size of its font and its first character.
    fn role_of(&self, paragraph: &Paragraph) -> Role {
        let is_heading =
            paragraph.size > self.body_size * 1.15 && paragraph.text.chars().count() <= 120;
        if is_heading && !paragraph.is_table_row {
            let is_large = paragraph.size > self.body_size * 1.5;
            return Role::Heading(if is_large { 1 } else { 2 });
        }
        if starts_with_bullet(&paragraph.text) {
            return Role::ListItem;
        }
        Role::Paragraph
    }

    fn push_block(&mut self, text: &str, role: Role) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let written = &mut self.written;
        if !written.text.is_empty() {
            written.text.push_str("\n\n");
        }
        let start = written.text.len();
        written.text.push_str(text);
        written.blocks.push(Block {
            range: start..written.text.len(),
            role,
        });
        if let Some(number) = self.pending_page.take() {
            self.written.pages.push(PageStart { at: start, number });
        }
    }

    /// Goes on with the block written last: a page may begin within it.
    fn continue_last(&mut self, paragraph: &Paragraph) {
        let mut text = std::mem::take(&mut self.written.text);
        append_line(&mut text, &paragraph.text, &self.words);
        let added = paragraph.text.len().min(text.len());
        if let Some(number) = self.pending_page.take() {
            let at = text.floor_char_boundary(text.len() - added);
            self.written.pages.push(PageStart { at, number });
        }
        if let Some(block) = self.written.blocks.last_mut() {
            block.range.end = text.len();
        }
        self.written.text = text;
    }

    fn paragraphs(&self, flow: &Flow) -> Vec<Paragraph> {
        let margins = Margins::of(flow);
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        for (index, row) in flow.rows.iter().enumerate() {
            let text = row.text();
            let is_table_row = text.contains('\t');
            let before = index.checked_sub(1).map(|before| &flow.rows[before]);
            let joins = !is_table_row
                && before.is_some_and(|before| is_same_paragraph(before, row, &text, margins));
            let is_full = row.x1() + first_word_width(row, &text) > margins.right;
            let last = paragraphs.last_mut();
            match last.filter(|last| joins && !last.is_table_row) {
                Some(last) => {
                    append_line(&mut last.text, &text, &self.words);
                    last.is_full = is_full;
                }
                None => paragraphs.push(Paragraph {
                    text,
                    size: row.size(),
                    is_indented: row.x0() > margins.left + 1.2 * row.size(),
                    is_full,
                    is_table_row,
                }),
            }
        }
        paragraphs
    }

    fn finish(mut self) -> StructuredText {
        self.push_running();
        self.mark_page();
        self.written.encoding = "UTF-8".to_owned();
        self.written
    }
}

/// Margins of a flow and the distance of its lines.
#[derive(Clone, Copy)]
struct Margins {
    left: f64,
    right: f64,
    leading: f64,
}

impl Margins {
    fn of(flow: &Flow) -> Self {
        let rows = &flow.rows;
        let leading = rows
            .windows(2)
            .map(|pair| pair[1].y() - pair[0].y())
            .filter(|by| *by > 0.0);
        Self {
            left: median(rows.iter().map(Row::x0)),
            right: rows.iter().map(Row::x1).fold(f64::NEG_INFINITY, f64::max),
            leading: median(leading),
        }
    }
}

/// Returns true if a line continues the paragraph of the line before it.
fn is_same_paragraph(before: &Row, row: &Row, text: &str, margins: Margins) -> bool {
    if !is_near_and_alike(before, row, margins) {
        return false;
    }
    let size = row.size();
    let is_ended = ends_sentence(&before.text());
    // A line with room for the next word was ended on purpose.
    let has_room = before.x1() + first_word_width(row, text) + 0.3 * size <= margins.right;
    // Lines set ragged are uneven: a small letter goes on with a sentence that is not ended, unless the line is half empty.
    let is_long = before.x1() - margins.left > 0.6 * (margins.right - margins.left);
    let is_continued = is_long && text.starts_with(char::is_lowercase) && !is_ended;
    if has_room && !is_continued {
        return false;
    }
    let is_indented = row.x0() > margins.left + 1.2 * size && row.x0() > before.x0() + 1.2 * size;
    let starts_item = starts_with_bullet(text) || starts_with_number(text);
    let starts_paragraph = is_indented && (is_ended || text.starts_with(is_wide));
    !(starts_paragraph || starts_item && is_ended)
}

/// Returns true for two lines of one size that stand no further apart than lines of a paragraph.
fn is_near_and_alike(before: &Row, row: &Row, margins: Margins) -> bool {
    let (size, size_before) = (row.size(), before.size());
    let by = row.y() - before.y();
    let is_near = by < 1.45 * margins.leading.max(size) && by < 3.0 * size;
    is_near && (size / size_before.max(0.1) - 1.0).abs() < 0.16
}

fn goes_on(last: &Paragraph, next: &Paragraph) -> bool {
    let is_alike = (next.size / last.size.max(0.1) - 1.0).abs() < 0.16;
    let is_open = last.is_full && !ends_sentence(&last.text) && !last.is_table_row;
    let is_start = next.is_indented
        || starts_with_bullet(&next.text)
        || starts_with_number(&next.text)
        || next.is_table_row;
    let continues = next
        .text
        .starts_with(|c: char| c.is_lowercase() || is_wide(c) || c.is_ascii_digit());
    is_alike && is_open && !is_start && continues
}

pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '’', '」', '』', ')', '）', '"', '\'', '》']);
    text.ends_with(['。', '！', '？', '；', '：', '.', '!', '?', ':', ';'])
}

pub(crate) fn starts_with_bullet(text: &str) -> bool {
    text.starts_with([
        '•', '●', '○', '■', '□', '◆', '▪', '–', '·', '➢', '\u{F0B7}', '\u{F06E}', '\u{F0A7}',
    ])
}

/// `1.`, `(a)`, `（一）`, `一、`, `第三條`, `Section 5`.
pub(crate) fn starts_with_number(text: &str) -> bool {
    let text = text.trim_start();
    match text.strip_prefix('第') {
        Some(after) => starts_with_article_number(after),
        None => starts_with_item_number(text),
    }
}

fn starts_with_article_number(after: &str) -> bool {
    let digits = after
        .chars()
        .take_while(|c| c.is_ascii_digit() || HAN_DIGITS.contains(*c) || *c == ' ')
        .count();
    let unit = after.chars().nth(digits);
    digits > 0 && unit.is_some_and(|unit| "條条章節节編编部款項项".contains(unit))
}

fn starts_with_item_number(text: &str) -> bool {
    let opened = text.strip_prefix(['(', '（', '〔', '[']);
    let rest = opened.unwrap_or(text);
    let is_of_number = |c: &char| c.is_ascii_alphanumeric() || HAN_DIGITS.contains(*c);
    let number: String = rest.chars().take_while(is_of_number).collect();
    let ends: &[char] = match opened {
        Some(_) => &[')', '）', '〕', ']'],
        None => &['.', '、', '．', ')', '）'],
    };
    let is_ended = rest[number.len()..].starts_with(ends);
    (1..=4).contains(&number.chars().count()) && is_ended && !is_word(&number)
}

/// Returns true for letters that are no number: `word` is none, `iv` and `b` are.
fn is_word(number: &str) -> bool {
    let letters = || number.chars().filter(char::is_ascii_alphabetic);
    letters().count() > 1 && letters().any(|c| !"ivxIVX".contains(c))
}

const HAN_DIGITS: &str = "〇零一二三四五六七八九十百千廿卅";

/// Appends a line to a paragraph: nothing between ideographs, a space between words, and a hyphen at the line's end goes when
/// it only parted a word.
fn append_line(text: &mut String, line: &str, words: &HashSet<String>) {
    const HYPHENS: [char; 2] = ['-', '\u{2010}'];
    let line = line.trim_start();
    let is_between_wide = text.ends_with(is_wide) && line.starts_with(is_wide);
    if is_between_wide || text.is_empty() {
        text.push_str(line);
        return;
    }
    if text.ends_with('\u{AD}') {
        drop_soft_hyphen(text);
    } else if text.ends_with(HYPHENS) && line.starts_with(char::is_lowercase) {
        if !keeps_hyphen(text, line, words) {
            text.truncate(text.trim_end_matches(HYPHENS).len());
        }
    } else {
        text.push(' ');
    }
    text.push_str(line);
}

/// Takes the soft hyphen off the end. Behind a digit it stays, and repair makes it a hyphen.
fn drop_soft_hyphen(text: &mut String) {
    let word = text.trim_end_matches('\u{AD}');
    if !word.ends_with(|c: char| c.is_ascii_digit()) {
        text.pop();
    }
}

/// Returns true if the hyphen between two lines is one of the word. Both parts may be words: then it is, unless the document
/// writes the word otherwise.
fn keeps_hyphen(text: &str, line: &str, words: &HashSet<String>) -> bool {
    let is_mark = |c: char| !c.is_alphabetic();
    let stem = text.trim_end_matches(['-', '\u{2010}']);
    let first = stem.rsplit(is_mark).next().unwrap_or_default();
    let second = line.split(is_mark).next().unwrap_or_default();
    let (first, second) = (first.to_lowercase(), second.to_lowercase());
    let is_compound = words.contains(&format!("{first}-{second}"))
        && !words.contains(&format!("{first}{second}"));
    is_compound || first.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_as_they_were_parted() {
        let words = HashSet::from(["long-term".to_owned()]);
        let join = |one: &str, other: &str| {
            let mut text = one.to_owned();
            append_line(&mut text, other, &words);
            text
        };
        assert_eq!(join("發展新質", "生產力"), "發展新質生產力");
        assert_eq!(join("develop-", "ment of"), "development of");
        assert_eq!(join("a long-", "term plan"), "a long-term plan");
        assert_eq!(join("the Ng-", "Wing"), "the Ng- Wing");
        assert_eq!(join("new", "forces"), "new forces");
        assert_eq!(join("使用", "AI"), "使用 AI");
    }

    #[test]
    fn items_are_told_by_their_numbers() {
        for text in [
            "第三條 為了",
            "第 23 條",
            "（一）甲",
            "(a) text",
            "1. text",
            "十二、乙",
        ] {
            assert!(starts_with_number(text), "{text}");
        }
        for text in ["第三方", "一個", "2024 年", "word. next", "(see below)"] {
            assert!(!starts_with_number(text), "{text}");
        }
    }
}
