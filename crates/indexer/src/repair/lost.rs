//! Flags what is beyond repair.
//!
//! In: a text. Out: spans whose characters are gone: U+FFFD and what becomes of it in other sets (锟斤拷, 嚙踝蕭), the
//! filler of uninitialised memory (烫烫烫烫), question marks where characters were. Nothing is changed and nothing is
//! guessed; the spans are kept from other passes and reported.

use std::ops::Range;

use polidex_schema::repair_kind::Family;

use super::pass::{Context, Edits, Pass};
use crate::text::lines::line_indices;

/// U+FFFD in UTF-8, twice, read as GBK or Big5; in the order a run of it shows them.
const REPLACEMENT_MISREAD: [[char; 3]; 2] = [['锟', '斤', '拷'], ['嚙', '踝', '蕭']];
/// 0xCC, 0xCD and 0xDD, with which debuggers fill memory, as GBK and as windows-1252.
const FILLERS: [char; 6] = ['烫', '屯', '葺', 'Ì', 'Í', 'Ý'];
/// A filler this often in a row is no word.
const MIN_FILLERS: usize = 4;
/// ... and as a letter of Latin.
const MIN_LATIN_FILLERS: usize = 6;
/// Question marks in a row that are no punctuation.
const MIN_QUESTION_MARKS: usize = 3;

/// Text beyond repair: flagged, never edited.
pub(super) const PASS: Pass = Pass {
    family: Family::Lost,
    makes: |_| false,
    suspects: Some(|c, _| is_telling(c)),
    find: find_lost,
};

/// Finds what is beyond repair; never an edit.
pub(crate) fn find_lost(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut spans = Vec::new();
    for line in context.suspect_lines() {
        find_in_line(&text[line.clone()], line.start, &mut spans);
    }
    find_placeholders(text, &mut spans);
    spans.into_iter().for_each(|span| edits.lose(span));
    edits
}

/// What readers of PDF write for a glyph they cannot name: its beginning and its end.
const PLACEHOLDERS: [(&str, char); 2] = [("GLYPH<", '>'), ("(cid:", ')')];
/// Longest placeholder.
const MAX_PLACEHOLDER_BYTES: usize = 120;
/// One alone may be a text about them.
const MIN_PLACEHOLDERS: usize = 2;

fn find_placeholders(text: &str, spans: &mut Vec<Range<usize>>) {
    for (start, end) in PLACEHOLDERS {
        let of = |(at, _): (usize, &str)| {
            let inner = &text[at + start.len()..];
            let window = &inner.as_bytes()[..inner.len().min(MAX_PLACEHOLDER_BYTES)];
            let len = window.iter().position(|byte| char::from(*byte) == end)?;
            Some(at..at + start.len() + len + 1)
        };
        let found: Vec<Range<usize>> = text.match_indices(start).filter_map(of).collect();
        if found.len() >= MIN_PLACEHOLDERS {
            spans.extend(found);
        }
    }
}

/// Spans beyond repair, in order and apart.
pub(crate) fn lost_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if !text.chars().any(is_telling) {
        return spans;
    }
    for (start, line) in line_indices(text) {
        if line.chars().any(is_telling) {
            find_in_line(line, start, &mut spans);
        }
    }
    spans
}

/// Returns true when a span may begin with `c`.
pub(super) fn is_telling(c: char) -> bool {
    matches!(
        c,
        '?' | '\u{FFFD}' | '锟' | '嚙' | '烫' | '屯' | '葺' | 'Ì' | 'Í' | 'Ý'
    )
}

/// Number of characters from `index` on that are lost.
fn lost_run(chars: &[(usize, char)], index: usize, is_all_marks: bool) -> usize {
    match chars[index].1 {
        '\u{FFFD}' => 1,
        '?' => question_run(chars, index, is_all_marks),
        // `ÝÝÝÝ-AA-GG` is a date in Turkmen.
        c if FILLERS.contains(&c) && c.len_utf8() == 2 => run_of(chars, index, MIN_LATIN_FILLERS),
        c if FILLERS.contains(&c) => run_of(chars, index, MIN_FILLERS),
        _ => misread_run(chars, index),
    }
}

fn find_in_line(line: &str, start: usize, spans: &mut Vec<Range<usize>>) {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let end_of = |index: usize| chars.get(index).map_or(line.len(), |next| next.0);
    let is_all_marks = is_line_of_question_marks(line);
    let mut index = 0;
    while index < chars.len() {
        let run = lost_run(&chars, index, is_all_marks);
        if run > 0 {
            spans.push(start + chars[index].0..start + end_of(index + run));
        }
        index += run.max(1);
    }
}

fn run_of(chars: &[(usize, char)], from: usize, min: usize) -> usize {
    let run = chars[from..]
        .iter()
        .take_while(|(_, c)| *c == chars[from].1)
        .count();
    if run >= min { run } else { 0 }
}

fn misread_run(chars: &[(usize, char)], from: usize) -> usize {
    for cycle in REPLACEMENT_MISREAD {
        let mut run = 0;
        while chars
            .get(from + run)
            .is_some_and(|(_, c)| *c == cycle[run % 3])
        {
            run += 1;
        }
        if run >= 3 {
            return run;
        }
    }
    0
}

fn question_run(chars: &[(usize, char)], from: usize, is_all_marks: bool) -> usize {
    let run = chars[from..].iter().take_while(|(_, c)| *c == '?').count();
    if is_all_marks {
        return run;
    }
    // Before a character of a word there is no place for punctuation: what stood here is gone.
    let goes_on = chars.get(from + run).is_some_and(|(_, c)| is_cjk(*c));
    if run >= MIN_QUESTION_MARKS && goes_on {
        run
    } else {
        0
    }
}

/// A line where nothing but question marks and the punctuation between them is left.
fn is_line_of_question_marks(line: &str) -> bool {
    let marks = line.chars().filter(|c| *c == '?').count();
    let has_words = line.chars().any(char::is_alphabetic);
    let others = line
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '?')
        .count();
    marks >= 4 && !has_words && marks > others
}

fn is_cjk(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0x3040..=0x30FF | 0xAC00..=0xD7A3 | 0x2_0000..=0x3_FFFF)
}
