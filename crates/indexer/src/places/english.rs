//! English labels: Article 23, § 12.3, PART 13, Schedule 1.

use polidex_schema::record::Rank;

use crate::places::label::{ReadLabel, Word, is_english_title, skip_blank};
use crate::places::number::{Number, read_english_number};

/// English words of divisions. A word is taken as it is written here or in capitals.
const ENGLISH_UNITS: [(&str, Rank, Word); 17] = [
    ("Article", Rank::Article, Word::Article),
    ("Section", Rank::Article, Word::Section),
    ("Sec.", Rank::Article, Word::Section),
    ("Title", Rank::Book, Word::Other),
    ("Book", Rank::Book, Word::Other),
    ("Part", Rank::Part, Word::Other),
    ("Subtitle", Rank::Part, Word::Other),
    ("Chapter", Rank::Chapter, Word::Other),
    ("Subchapter", Rank::Division, Word::Other),
    ("Division", Rank::Division, Word::Other),
    ("Subdivision", Rank::Subdivision, Word::Other),
    ("Subpart", Rank::Subdivision, Word::Other),
    ("Schedule", Rank::Annex, Word::Other),
    ("Appendix", Rank::Annex, Word::Other),
    ("Annexe", Rank::Annex, Word::Other),
    ("Annex", Rank::Annex, Word::Other),
    ("Attachment", Rank::Annex, Word::Other),
];

/// First code point of the CJK blocks.
const FIRST_CJK: char = '\u{2E80}';

/// Reads a label that begins with the word of a division.
pub(super) fn read_english(line: &str) -> Option<ReadLabel> {
    let (unit, rank, word) = *ENGLISH_UNITS
        .iter()
        .find(|(unit, ..)| begins_with_word(line, unit))?;
    let label = |len_bytes, number, is_plain| ReadLabel {
        len_bytes,
        rank,
        number,
        word,
        is_plain,
    };
    if rank == Rank::Annex && is_capital_word(line, unit) {
        return Some(label(line.len(), (0, 0), false));
    }
    let is_article = rank == Rank::Article;
    let (number, end) = read_number_after(line, unit, !is_article)?;
    let rest = &line[end..];
    let is_label = match is_article {
        true => is_opened(rest),
        false => is_english_title(line) && opens_division(rest, line),
    };
    let is_plain = || is_wide(rest) || (!is_article && !is_list(rest));
    is_label.then(|| label(end, number, is_plain()))
}

/// Reads a label that begins with §.
pub(super) fn read_section_sign(line: &str) -> Option<ReadLabel> {
    let from = skip_blank(line, '§'.len_utf8());
    let (number, len) = read_english_number(&line[from..], false)?;
    let end = from + len;
    is_opened(&line[end..]).then_some(ReadLabel {
        len_bytes: end,
        rank: Rank::Article,
        number,
        word: Word::Other,
        is_plain: true,
    })
}

/// Returns whether a line begins with `unit` as it is written in the list, or in capitals.
fn begins_with_word(line: &str, unit: &str) -> bool {
    line.get(..unit.len())
        .is_some_and(|start| start == unit || start == unit.to_ascii_uppercase())
}

/// Returns whether a line is `unit` in capitals and nothing else.
fn is_capital_word(line: &str, unit: &str) -> bool {
    line.len() == unit.len() && line.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Reads the number after the word of a division, and the byte after it. Only digits may touch the word.
fn read_number_after(line: &str, unit: &str, with_letters: bool) -> Option<(Number, usize)> {
    let from = skip_blank(line, unit.len());
    let (number, len) = read_english_number(&line[from..], with_letters)?;
    let is_touching = from == unit.len();
    let has_digit = line[from..].starts_with(|first: char| first.is_ascii_digit());
    (!is_touching || has_digit).then_some((number, from + len))
}

fn opens_division(rest: &str, line: &str) -> bool {
    is_opened(rest) || rest.starts_with([',', '(', '[']) || touches(rest, line)
}

fn is_wide(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with("  ")
        || rest.starts_with(['\u{3000}', '\t', '.', ':', '：'])
}

/// Tells `Chapter 3, Article 5` from `Chapter VII, Supplementary Provisions`.
fn is_list(rest: &str) -> bool {
    rest.starts_with(',') && rest.contains(|c: char| c.is_ascii_digit())
}

/// Returns whether a title touches its label, as flattened XML leaves it: `PART 13FINANCIAL …`.
fn touches(rest: &str, line: &str) -> bool {
    rest.starts_with(|first: char| first.is_ascii_uppercase())
        && line[..line.len() - rest.len()].ends_with(|last: char| last.is_ascii_digit())
}

/// Returns whether the text after a label opens something: a gap, a mark, a title with a capital.
fn is_opened(rest: &str) -> bool {
    let mut characters = rest.chars();
    let Some(first) = characters.next() else {
        return true;
    };
    let next = characters.next();
    match first {
        '\t' | '\u{3000}' | '—' | '–' | ':' | '：' => true,
        '.' => next.is_none_or(char::is_whitespace) || next == Some('—'),
        '-' => next.is_none_or(char::is_whitespace),
        first if first.is_whitespace() => next.is_some_and(opens_title),
        _ => false,
    }
}

/// Returns whether a character after a blank begins a title or widens the gap.
fn opens_title(next: char) -> bool {
    next.is_whitespace()
        || next.is_uppercase()
        || matches!(next, '[' | '“' | '"' | '—' | '–' | '-')
        || next >= FIRST_CJK
}
