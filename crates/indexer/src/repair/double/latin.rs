//! Mends Latin text whose few letters above ASCII were read as ideographs, kana or Hangul.
//!
//! In: text. Out: edits: `Biblioth猫que` is `Bibliothèque`, `won鈥檛` is `won’t`. The characters are common ones and only
//! where they stand is odd: within a word. A line is read anew when all of it above ASCII is UTF-8 read in one
//! double-byte set, is Latin letters and typographic marks once read rightly, and stands within words; a line with any
//! other ideograph is Chinese.

use std::ops::Range;

use crate::repair::double::layers::difference;
use crate::repair::double::misreading::Misreading;
use crate::repair::pass::{Context, Edits};
use crate::repair::scan::pairs;
use crate::text::charset::Charset::*;

/// Sets Latin text is misread in.
const WRONG: [crate::text::charset::Charset; 4] = [Gb18030, ShiftJis, EucKr, Big5];
/// Longer lines are no sentences.
const MAX_LINE_BYTES: usize = 1 << 14;

/// The line that the byte `at` stands in, without its line end; it need not begin a character.
fn line_around(bytes: &[u8], at: usize) -> Range<usize> {
    let is_newline = |&byte: &u8| byte == b'\n';
    let before = bytes[..at].iter().rposition(is_newline);
    let len = bytes[at..].iter().position(is_newline);
    before.map_or(0, |newline| newline + 1)..len.map_or(bytes.len(), |len| at + len)
}

/// Finds such lines.
pub(super) fn find_latin(text: &str, edits: &mut Edits, context: &mut Context<'_>) {
    let mut done = 0;
    let mut known: Vec<Misreading> = Vec::new();
    let mut doubtful = Vec::new();
    for at in pairs(text.as_bytes(), touches_letter) {
        if at < done {
            continue;
        }
        let line = line_around(text.as_bytes(), at);
        done = line.end;
        if line.len() > MAX_LINE_BYTES {
            continue;
        }
        let read_as = |wrong| read(&text[line.clone()], Misreading { wrong, right: Utf8 });
        match WRONG.into_iter().find_map(read_as) {
            Some((misreading, after, true)) => {
                replace(text, line, misreading, &after, edits, context);
                known.push(misreading);
            }
            Some((misreading, after, false)) => doubtful.push((line, misreading, after)),
            None => {}
        }
    }
    for (at, misreading, after) in doubtful
        .into_iter()
        .filter(|(_, misreading, _)| known.contains(misreading))
    {
        replace(text, at, misreading, &after, edits, context);
    }
}

fn replace(
    text: &str,
    line: Range<usize>,
    misreading: Misreading,
    after: &str,
    edits: &mut Edits,
    context: &mut Context<'_>,
) {
    let (at, after) = difference(&text[line.clone()], after);
    context.evidence.add(misreading.kind(), GAIN_NATS);
    edits.replace(
        line.start + at.start..line.start + at.end,
        after,
        misreading.kind(),
        CONFIDENCE,
    );
}

/// Confidence in a line all of which holds.
const CONFIDENCE: f32 = 0.9;
/// Evidence a line gives for its pair: enough for others like it.
const GAIN_NATS: f32 = 20.0;

/// A small letter beside a character of three bytes.
fn touches_letter(one: u8, other: u8) -> bool {
    (one.is_ascii_lowercase() & (other >= 0xE2)) | ((one >= 0x80) & other.is_ascii_lowercase())
}

/// `line` read anew, if all of it holds, and whether it is sure by itself.
fn read(line: &str, misreading: Misreading) -> Option<(Misreading, String, bool)> {
    if !line.chars().all(|c| c.is_ascii() || is_double_byte(c)) {
        return None;
    }
    let after = misreading.undo(line)?;
    let is_latin = after.chars().all(|c| c.is_ascii() || is_latin(c));
    let within = after
        .chars()
        .zip(after.chars().skip(1))
        .zip(after.chars().skip(2));
    let words = within.filter(|((before, c), next)| {
        let is_letter = c.is_alphabetic()
            && !c.is_ascii()
            && before.is_alphabetic()
            && next.is_ascii_lowercase();
        // `Fees聽apply`, `co颅operate`.
        let is_joint =
            matches!(c, '\u{A0}' | '\u{AD}') && is_of_words(*before) && is_of_words(*next);
        let is_apostrophe = *c == '’' && before.is_ascii_alphabetic() && next.is_ascii_lowercase();
        is_letter || is_apostrophe || is_joint
    });
    let len_marks = after
        .chars()
        .filter(|c| matches!(*c as u32, 0x2010..=0x20AC))
        .count();
    let count = words.count();
    is_latin.then_some((
        misreading,
        after,
        count + len_marks >= 2 || count >= 1 && is_within_word(line),
    ))
}

/// Returns true for what stands on either side of a blank within a sentence.
fn is_of_words(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ',' | '.' | ';' | ':' | '(' | ')')
}

/// Returns true when a character of two bytes stands between small letters.
fn is_within_word(line: &str) -> bool {
    let mut before = line.chars();
    let next = line.chars().skip(2);
    let middle = line.chars().skip(1);
    middle.zip(next).any(|(c, next)| {
        before.next().is_some_and(|c| c.is_ascii_lowercase())
            && !c.is_ascii()
            && next.is_ascii_lowercase()
    })
}

fn is_double_byte(c: char) -> bool {
    matches!(c as u32, 0x2010..=0x2027 | 0x3000..=0x30FF | 0xFE30..=0xFE4F | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xE000..=0xF8FF | 0xFF00..=0xFFEF | 0x20AC)
}

fn is_latin(c: char) -> bool {
    matches!(c as u32, 0xA0..=0x24F | 0x1E00..=0x1EFF | 0x2010..=0x2026 | 0x2030..=0x203A | 0x20AC | 0x2122)
}
