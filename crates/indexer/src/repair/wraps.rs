//! Joins the lines of a paragraph that was broken at the width of a page.
//!
//! In: text. Out: edits that take a hard line break out, without a space between Chinese characters, with one between
//! words, with the indentation of the next line. A break is taken out only where the lines around it show the width
//! they were broken at: the next word would not have fitted. Lists, headings, tables, verse and code keep their breaks;
//! a blank line stays what it is.

use std::ops::Range;

use super::hyphens::mends_to_one_word;
use super::model::Model;
use super::pass::{Context, Edits};

/// A line narrower than this (in display columns: 12 Chinese characters) was not broken at a page's width.
const MIN_WIDTH_COLUMNS: usize = 24;
/// Two lines alone need a first one as wide as this.
const MIN_PAIR_COLUMNS: usize = 40;
/// Two characters of room, in hundredths of a column: more than a mark that must not begin a line explains.
pub(crate) const HAN_ROOM: usize = 400;
/// Chinese lines vary by this much: marks that may not begin a line hang over or take a character along.
const HAN_SLACK_COLUMNS: usize = 4;

/// One line of a paragraph, without the blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Bytes of the text; never empty.
    pub(crate) range: Range<usize>,
    /// Display columns before it.
    pub(crate) indent_columns: usize,
    /// Display columns it takes.
    pub(crate) width_columns: usize,
}

impl Line {
    /// The line in `range` of `text` without the blanks around it; `None` when nothing is left.
    pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Option<Self> {
        let line = text[range.clone()].trim_end();
        let content = line.trim_start();
        if content.is_empty() {
            return None;
        }
        let start = range.start + line.len() - content.len();
        Some(Self {
            range: start..start + content.len(),
            indent_columns: width_columns(&line[..line.len() - content.len()]),
            width_columns: width_columns(content),
        })
    }
}

/// What stands between two lines of one paragraph once they are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// Nothing: Chinese, or after a hyphen that stays.
    Nothing,
    /// A space.
    Space,
    /// Nothing, and the hyphen at the end of the first line goes as well.
    DropHyphen,
}

/// Finds the hard breaks of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut block: Vec<Line> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        match Line::trimmed(text, start..start + line.len()) {
            Some(line) => block.push(line),
            None => join_block(text, &std::mem::take(&mut block), context.model, &mut edits),
        }
        start += line.len();
    }
    join_block(text, &block, context.model, &mut edits);
    edits
}

/// Joins the lines of a block, which has no blank line inside, where they were broken at its width.
fn join_block(text: &str, block: &[Line], model: &Model, edits: &mut Edits) {
    let widest = block.iter().map(|line| line.width_columns).max().unwrap_or_default();
    if block.len() < 2 || widest < MIN_WIDTH_COLUMNS {
        return;
    }
    let measure = Measure::of(text, block.windows(2).map(|pair| (&pair[0], &pair[1])));
    let mut start = 0;
    for end in 1..=block.len() {
        if end < block.len() && goes_on(text, &block[end - 1], &block[end], measure, model) {
            continue;
        }
        if is_wrapped_prose(text, &block[start..end], model) {
            join_lines(text, &block[start..end], model, edits);
        }
        start = end;
    }
}

/// Whether the paragraph of `line` goes on with `next`: `next` did not fit any more, and neither begins anew.
fn goes_on(text: &str, line: &Line, next: &Line, measure: Measure, model: &Model) -> bool {
    let (before, after) = (&text[line.range.clone()], &text[next.range.clone()]);
    let has_room = ends_sentence(before) && before.ends_with(is_wide) && measure.room(before) >= HAN_ROOM;
    measure.breaks(text, line, next)
        && !has_room
        && !looks_set(before)
        && !looks_set(after)
        && !is_item_break(before, after, model)
}

/// Takes the breaks out, and the indentation all lines share.
fn join_lines(text: &str, lines: &[Line], model: &Model, edits: &mut Edits) {
    let first = &lines[0];
    let indent = line_start(text, first)..first.range.start;
    if !indent.is_empty() && lines[1..].iter().all(|line| line.indent_columns == first.indent_columns) {
        edits.replace(indent, "", "hard-wrap", 0.9);
    }
    for pair in lines.windows(2) {
        let next_start = pair[1].range.start;
        match joint(text, &pair[0], &pair[1], model) {
            Joint::Nothing => edits.replace(pair[0].range.end..next_start, "", "hard-wrap", 0.9),
            Joint::Space => edits.replace(pair[0].range.end..next_start, " ", "hard-wrap", 0.9),
            Joint::DropHyphen => edits.replace(hyphen_start(text, &pair[0])..next_start, "", "hyphen", 0.9),
        }
    }
}

/// Whether lines that go on with each other are a wrapped paragraph, not sentences or titles of like length.
fn is_wrapped_prose(text: &str, lines: &[Line], model: &Model) -> bool {
    if lines.len() < 2 {
        return false;
    }
    let is_latin = !text[lines[0].range.clone()].chars().any(is_wide);
    if is_latin && lines.iter().all(|line| line.width_columns < MIN_PAIR_COLUMNS) {
        return false;
    }
    if let [line, next] = lines {
        return is_torn(&text[line.range.clone()], &text[next.range.clone()], model);
    }
    let inner = &lines[..lines.len() - 1];
    let ended = inner.iter().filter(|line| ends_sentence(&text[line.range.clone()])).count();
    2 * ended < inner.len() || inner.len() > 2 && 3 * ended < 2 * inner.len()
}

/// Whether two lines are torn within a phrase, so that they belong together without any other line to show a width.
fn is_torn(line: &str, next: &str, model: &Model) -> bool {
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else { return false };
    if is_wide(last) || is_wide(first) {
        let binds = model.nats(last, first) - model.unigram(first);
        return width_columns(line) >= MIN_PAIR_COLUMNS && width_columns(next) <= width_columns(line) && binds > 0.5;
    }
    let last_word = line.rsplit(' ').next().unwrap_or(line);
    let is_left_open = last == ',' || last == '-' || is_function_word(last_word);
    width_columns(line) >= MIN_PAIR_COLUMNS && !ends_sentence(line) && (first.is_lowercase() || is_left_open)
}

/// Words that cannot end a phrase.
fn is_function_word(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "to"
            | "in"
            | "on"
            | "at"
            | "by"
            | "for"
            | "from"
            | "with"
            | "and"
            | "or"
            | "as"
            | "that"
            | "which"
            | "its"
            | "their"
            | "this"
            | "be"
            | "is"
            | "are"
            | "was"
            | "were"
            | "into"
            | "under"
            | "between"
            | "than"
    )
}

/// Where the line of `line` starts, its indentation included.
fn line_start(text: &str, line: &Line) -> usize {
    text[..line.range.start].rfind('\n').map_or(0, |at| at + 1)
}

/// How wide lines were set, and in what kind of face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    face: Face,
    /// The widest line, in hundredths of a column.
    width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    /// Every Latin letter takes one column: text that was wrapped as text.
    Fixed,
    /// Letters take what they take in a book face: text that was set, then dumped.
    Proportional,
}

/// A proportional line is full when this share of the width is not enough for the next word.
const PROPORTIONAL_FULL_PERCENT: usize = 97;

impl Measure {
    /// The width of these lines, in the face that makes more of their breaks necessary. `pairs` are the lines that
    /// follow each other.
    pub(crate) fn of<'a>(text: &str, pairs: impl Iterator<Item = (&'a Line, &'a Line)> + Clone) -> Self {
        let measured = [Face::Fixed, Face::Proportional].map(|face| {
            let lines = pairs.clone().flat_map(|(line, next)| [line, next]);
            let mut widths: Vec<usize> = lines.map(|line| face.width(&text[line.range.clone()])).collect();
            widths.sort_unstable();
            let measure = Self { face, width: usual_maximum(&widths) };
            (pairs.clone().filter(|(line, next)| measure.breaks(text, line, next)).count(), measure)
        });
        if measured[1].0 > measured[0].0 { measured[1].1 } else { measured[0].1 }
    }

    /// Whether `next` could not have begun on `line`.
    pub(crate) fn breaks(self, text: &str, line: &Line, next: &Line) -> bool {
        let (line, next) = (&text[line.range.clone()], &text[next.range.clone()]);
        let next_is_wide = next.starts_with(is_wide);
        if next_is_wide || line.ends_with(is_wide) {
            return self.room(line) < HAN_SLACK_COLUMNS * 100 + self.face.width(first_unit(next));
        }
        let needed = self.face.width(line) + self.face.char_width(' ') + self.face.width(first_unit(next));
        match self.face {
            Face::Fixed => needed > self.width,
            Face::Proportional => needed * 100 > self.width * PROPORTIONAL_FULL_PERCENT,
        }
    }

    /// Whether `line` leaves a quarter of the width free.
    pub(crate) fn is_short(self, line: &str) -> bool {
        4 * self.room(line) > self.width
    }

    /// What `line` leaves free of the width, in hundredths of a column.
    pub(crate) fn room(self, line: &str) -> usize {
        self.width.saturating_sub(self.face.width(line))
    }
}

/// The width most of the longer lines come near: the longest may have been left whole.
fn usual_maximum(sorted_widths: &[usize]) -> usize {
    let count = sorted_widths.len();
    let near = |width: usize| count - sorted_widths.partition_point(|&other| 20 * other < 17 * width);
    let is_usual = |width: &&usize| near(**width) >= 2 && 4 * near(**width) >= count;
    sorted_widths.iter().rev().find(is_usual).or(sorted_widths.last()).copied().unwrap_or_default()
}

impl Face {
    /// Width in hundredths of a column; runs of blanks count as one, since justified lines are stretched by them.
    fn width(self, text: &str) -> usize {
        let mut width = 0;
        let mut last = 'x';
        for c in text.chars() {
            if c != ' ' || last != ' ' || self == Self::Fixed {
                width += self.char_width(c);
            }
            last = c;
        }
        width
    }

    fn char_width(self, c: char) -> usize {
        if self == Self::Fixed || !c.is_ascii() {
            return char_columns(c) * 100;
        }
        // Rounded from the usual serif and sans-serif faces, where a Chinese character takes 200.
        match c {
            'i' | 'j' | 'l' | '\'' | '|' => 50,
            ' ' | 'f' | 't' | 'I' | '.' | ',' | ';' | ':' | '!' | '/' => 55,
            'r' | 's' | '(' | ')' | '-' | '[' | ']' | '"' => 68,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 155,
            'A'..='Z' | '&' => 132,
            _ => 100,
        }
    }
}

/// What a line breaker would have had to move: a Chinese character, or a word with the marks on it.
fn first_unit(text: &str) -> &str {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return text };
    if is_wide(first) {
        return &text[..first.len_utf8()];
    }
    let end = chars.find(|&(_, c)| c == ' ' || is_wide(c)).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// How `line` and `next` join.
pub(crate) fn joint(text: &str, line: &Line, next: &Line, model: &Model) -> Joint {
    let before = &text[line.range.clone()];
    let after = &text[next.range.clone()];
    let last = before.chars().next_back().unwrap_or(' ');
    let first = after.chars().next().unwrap_or(' ');
    if matches!(last, '-' | '\u{AD}' | '\u{2010}') && first.is_alphabetic() && !is_wide(first) {
        let has_letter_before = before.chars().rev().nth(1).is_some_and(|c| c.is_alphanumeric() && !is_wide(c));
        if has_letter_before {
            return if last == '\u{AD}' || mends_to_one_word(before, after, text, model) {
                Joint::DropHyphen
            } else {
                Joint::Nothing
            };
        }
    }
    if is_wide(last) || is_wide(first) { Joint::Nothing } else { Joint::Space }
}

/// Where the hyphen at the end of `line` starts.
pub(crate) fn hyphen_start(text: &str, line: &Line) -> usize {
    let last = text[line.range.clone()].chars().next_back().map_or(0, char::len_utf8);
    line.range.end - last
}

/// Whether `line` ends with a mark that ends a sentence or a clause, closing quotes and brackets aside.
pub(crate) fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['”', '’', '"', '」', '』', '）', ')', '》']);
    line.ends_with(['。', '！', '？', '；', '：', '…', '.', '!', '?', ';', ':'])
}

/// Whether a new item begins with `after`. A number at the start of a line may also have come there by the wrap: then
/// the line before ends in mid-sentence, with what a number follows.
pub(crate) fn is_item_break(before: &str, after: &str, model: &Model) -> bool {
    if starts_with_mark(after) {
        return true;
    }
    if !starts_with_number(after) {
        return false;
    }
    let (last, first) = (before.chars().next_back().unwrap_or(' '), after.chars().next().unwrap_or(' '));
    if is_wide(last) {
        return ends_sentence(before) || model.nats(last, first) - model.unigram(first) < 0.0;
    }
    let last_word = before.rsplit(' ').next().unwrap_or(before);
    !is_function_word(last_word) && !NUMBERED.contains(&last_word.trim_end_matches('s'))
}

/// Words a number belongs to.
const NUMBERED: [&str; 12] = [
    "Article",
    "Paragraph",
    "Subparagraph",
    "Section",
    "Chapter",
    "Item",
    "Schedule",
    "Part",
    "No.",
    "article",
    "paragraph",
    "section",
];

/// Whether a line begins with the mark of an item, a heading, a table row or a quotation.
fn starts_with_mark(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    let is_mark = "•◦▪‣·●○■□◆◇※➢✓①②③④⑤⑥⑦⑧⑨⑩#>|+*–—".contains(first) || ('\u{E000}'..='\u{F8FF}').contains(&first);
    is_mark || first == '-' && chars.as_str().starts_with(' ')
}

/// Whether a line begins with a number, as items of a list and articles of a law do: `1. `, `(a)`, `一、`, `第三條 `.
fn starts_with_number(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    let rest = chars.as_str();
    if first == '第' {
        let numeral = rest.trim_start_matches(|c: char| c.is_ascii_digit() || HAN_NUMERALS.contains(c));
        return numeral.len() < rest.len()
            && numeral.starts_with(['條', '条', '章', '節', '节', '編', '编'])
            && numeral.chars().nth(1).is_none_or(|c| c.is_whitespace());
    }
    let (inner, is_bracketed) = match first {
        '(' | '（' => (rest, true),
        _ => (line, false),
    };
    let numeral = inner.trim_start_matches(|c: char| c.is_ascii_digit() || HAN_NUMERALS.contains(c));
    let has_numeral = numeral.len() < inner.len() || {
        let letter_then_bracket = inner.chars().nth(1).is_some_and(|c| matches!(c, ')' | '）'));
        return letter_then_bracket && inner.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    };
    let mark = numeral.chars().next().unwrap_or(' ');
    let has_text = numeral.chars().nth(1).is_some();
    has_numeral
        && has_text
        && (matches!(mark, ')' | '）' | '、' | '．') || !is_bracketed && mark == '.' && !starts_digit(&numeral[1..]))
}

const HAN_NUMERALS: &str = "〇零一二三四五六七八九十百千";

fn starts_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a line is set in cells, as code or as dotted leaders: its inner blanks or signs carry meaning.
fn looks_set(line: &str) -> bool {
    line.contains("   ")
        || line.contains('\t')
        || line.contains("....")
        || line.contains(". . .")
        || line.contains("……")
        || line.starts_with("//")
        || line.ends_with(['{', '}', '\\'])
        || line.starts_with(['{', '}', '@', '<'])
}

/// Display columns of `text`: wide characters take two.
pub(crate) fn width_columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// Display columns of one character.
pub(crate) fn char_columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { unicode_width::UnicodeWidthChar::width(c).unwrap_or(1) }
}

/// Whether `c` is set in two columns and joins its neighbours without a space.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF)
}
