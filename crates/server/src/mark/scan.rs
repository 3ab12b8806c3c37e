//! Finds where patterns stand in a text without cutting the whole of it.
//!
//! In: patterns, prepared once, and a text. Out: spans that match for certain, and windows, spans that may hold more and
//! must be cut to know. A single walk over the characters looks each up in a bitmap of those that may begin a match; what
//! does is compared in place. Runs of ideographs and single words are settled there, and they are nearly everything that is
//! ever asked. Numbers, compounds, mixed phrases and characters that fold to several become windows.
//!
//! A window begins and ends where cutting cannot depend on what lies beyond: at white space, beside an ideograph, or at the
//! text's own ends. Folding goes character by character, and no number, compound or apostrophe reaches across those.

use std::collections::HashMap;
use std::ops::Range;

use polidex_analysis::fold::{CharFold, Class, class_of, fold_char, sources_of};
use polidex_analysis::latin::stem;

use crate::mark::highlight::Pattern;

/// What a scan found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Bytes that match and the index of their pattern.
    pub(crate) spans: Vec<(Range<usize>, usize)>,
    /// Bytes to cut: sorted and disjoint, each at least as long as every match that begins at its candidate.
    pub(crate) windows: Vec<Range<usize>>,
}

/// Patterns, ready to be looked for.
pub(crate) struct Scanner {
    /// A bit for each character of the Basic Multilingual Plane that may begin a match.
    may_begin: Box<[u64; 1024]>,
    /// For each letter from a to z, a bit for each letter that may follow it where a match begins.
    seconds: [u32; 26],
    /// What may begin at a folded character.
    beginnings: HashMap<char, Vec<Beginning>>,
    /// Most units of any pattern.
    most_units: usize,
}

/// What to compare at a place where a pattern may begin.
enum Beginning {
    /// Ideographs one behind the other: settled in place.
    Ideographs {
        pattern: usize,
        characters: Vec<char>,
    },
    /// A word by its term, or by its beginning: settled in place.
    Word {
        pattern: usize,
        term: String,
        is_prefix: bool,
    },
    /// Folded units that have to stand there for a window to be worth cutting; in a number, commas do not count.
    Units { units: Vec<String>, is_number: bool },
}

/// What a comparison says.
enum Verdict {
    Matches(usize),
    Differs,
    /// Only cutting tells.
    Unknown,
}

impl Scanner {
    /// Prepares `patterns`; spans name them by their index.
    pub(crate) fn new(patterns: &[Pattern]) -> Self {
        let mut scanner = Self {
            may_begin: Box::new([0; 1024]),
            seconds: [0; 26],
            beginnings: HashMap::new(),
            most_units: patterns.iter().map(Pattern::unit_count).max().unwrap_or(1),
        };
        for (pattern, wanted) in patterns.iter().enumerate() {
            if let Some((first, beginning)) = beginning_of(pattern, wanted) {
                if let Some(first) = u8::try_from(first).ok().and_then(letter_index) {
                    scanner.seconds[first] |= seconds_of(&beginning);
                }
                scanner.beginnings.entry(first).or_default().push(beginning);
            }
        }
        for &first in scanner.beginnings.keys() {
            for source in sources_of(first) {
                scanner.may_begin[source as usize >> 6] |= 1 << (source as usize & 63);
            }
        }
        scanner
    }

    /// Scans `text` once. Bytes are looked at, and characters only where one may begin a match: a page of results scans
    /// megabytes.
    pub(crate) fn scan(&self, text: &str) -> Found {
        let mut found = Found::default();
        if self.beginnings.is_empty() {
            return found;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut is_inside_word = false;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                let is_alphanumeric = byte.is_ascii_alphanumeric();
                // Inside a word nothing begins.
                if !(is_alphanumeric && is_inside_word) && self.begins_at(byte, bytes.get(at + 1)) {
                    self.look(text, at, char::from(byte), &mut found);
                }
                is_inside_word = is_alphanumeric;
                at += 1;
                continue;
            }
            is_inside_word = false;
            let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            let code = character as usize;
            // Characters beyond the plane are few; their folds are looked up.
            if code > 0xFFFF || self.may_begin[code >> 6] >> (code & 63) & 1 == 1 {
                self.look(text, at, character, &mut found);
            }
            at += character.len_utf8();
        }
        found
    }

    /// Whether a match may begin with the ASCII character `byte` before `next`.
    fn begins_at(&self, byte: u8, next: Option<&u8>) -> bool {
        let code = usize::from(byte);
        if self.may_begin[code >> 6] >> (code & 63) & 1 == 0 {
            return false;
        }
        match (
            letter_index(byte),
            next.and_then(|next| letter_index(*next)),
        ) {
            (Some(first), Some(second)) => self.seconds[first] >> second & 1 == 1,
            _ => true,
        }
    }

    fn look(&self, text: &str, at: usize, character: char, found: &mut Found) {
        let (folded, class) = match fold_char(character) {
            CharFold::One(folded, class) => (folded, class),
            CharFold::Many(several) => {
                if several
                    .chars()
                    .any(|one| self.beginnings.contains_key(&one))
                {
                    self.open_window(text, at, found);
                }
                return;
            }
            CharFold::Nothing => return,
        };
        let Some(beginnings) = self.beginnings.get(&folded) else {
            return;
        };
        let is_alphanumeric = matches!(class, Class::Letter | Class::Digit);
        if is_alphanumeric && follows_alphanumeric(text, at) {
            return;
        }
        for beginning in beginnings {
            let (pattern, verdict) = match beginning {
                Beginning::Ideographs {
                    pattern,
                    characters,
                } => (*pattern, ideographs_at(text, at, characters)),
                Beginning::Word {
                    pattern,
                    term,
                    is_prefix,
                } => (*pattern, word_at(text, at, term, *is_prefix)),
                Beginning::Units { units, is_number } => {
                    let may_stand = units_may_stand(text, at, units, *is_number);
                    (
                        0,
                        if may_stand {
                            Verdict::Unknown
                        } else {
                            Verdict::Differs
                        },
                    )
                }
            };
            match verdict {
                Verdict::Matches(end) => found.spans.push((at..end, pattern)),
                Verdict::Differs => {}
                Verdict::Unknown => self.open_window(text, at, found),
            }
        }
    }

    /// Adds a window around `at`, wide enough for the longest pattern.
    fn open_window(&self, text: &str, at: usize, found: &mut Found) {
        let floor = found.windows.last().map_or(0, |window| window.start);
        let start = window_start(text, at, floor);
        let end = window_end(text, at, self.most_units);
        match found.windows.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => found.windows.push(start..end),
        }
    }
}

/// The character that `wanted` begins with, and what to compare there; `None` for a pattern that matches nothing.
fn beginning_of(pattern: usize, wanted: &Pattern) -> Option<(char, Beginning)> {
    let first_of = |text: &str| text.chars().next();
    match wanted {
        Pattern::Sequence { units, joined } => {
            let first = first_of(units.first()?)?;
            let characters: Option<Vec<char>> =
                units.iter().map(|unit| single_ideograph(unit)).collect();
            let beginning = match characters {
                Some(characters) if joined.is_empty() => Beginning::Ideographs {
                    pattern,
                    characters,
                },
                _ => Beginning::Units {
                    units: units.clone(),
                    is_number: false,
                },
            };
            Some((first, beginning))
        }
        Pattern::Term(term) | Pattern::Prefix(term) => {
            let is_prefix = matches!(wanted, Pattern::Prefix(_));
            let first = first_of(term)?;
            let beginning = match class_of(first) {
                Class::Letter => Beginning::Word {
                    pattern,
                    term: term.clone(),
                    is_prefix,
                },
                _ => Beginning::Units {
                    units: vec![term.clone()],
                    is_number: !is_prefix,
                },
            };
            Some((first, beginning))
        }
        Pattern::Joined(text) => Some((
            first_of(text)?,
            Beginning::Units {
                units: vec![text.clone()],
                is_number: false,
            },
        )),
    }
}

fn single_ideograph(unit: &str) -> Option<char> {
    let mut characters = unit.chars();
    let first = characters
        .next()
        .filter(|first| class_of(*first) == Class::Ideograph)?;
    characters.next().is_none().then_some(first)
}

/// Whether `wanted` stands at `at` with nothing between its characters but what holds no place; one line's end may.
fn ideographs_at(text: &str, at: usize, wanted: &[char]) -> Verdict {
    let mut matched = 0;
    let mut breaks = 0;
    for (offset, character) in text[at..].char_indices() {
        match fold_char(character) {
            CharFold::One(folded, Class::Ideograph) => {
                if wanted[matched] != folded || breaks > 1 {
                    return Verdict::Differs;
                }
                matched += 1;
                breaks = 0;
                if matched == wanted.len() {
                    return Verdict::Matches(at + offset + character.len_utf8());
                }
            }
            CharFold::One(_, Class::Letter | Class::Digit | Class::Mark) => {
                return Verdict::Differs;
            }
            CharFold::One(_, Class::Break) => breaks += 1,
            CharFold::One(..) | CharFold::Nothing => {}
            CharFold::Many(_) => return Verdict::Unknown,
        }
    }
    Verdict::Differs
}

/// Whether the word that begins at `at`, with a letter, has the term `wanted`, or begins with it.
fn word_at(text: &str, at: usize, wanted: &str, is_prefix: bool) -> Verdict {
    let mut word = String::with_capacity(24);
    let mut end = at;
    for (offset, character) in text[at..].char_indices() {
        match fold_char(character) {
            CharFold::One(folded, Class::Letter | Class::Digit) => {
                word.push(folded);
                end = at + offset + character.len_utf8();
            }
            CharFold::Nothing => {}
            CharFold::One(..) => break,
            CharFold::Many(_) => return Verdict::Unknown,
        }
    }
    let is_match = if is_prefix {
        word.starts_with(wanted)
    } else {
        stem(&word) == wanted
    };
    if is_match {
        Verdict::Matches(end)
    } else {
        Verdict::Differs
    }
}

/// Place of an ASCII letter in the alphabet, whatever its case.
fn letter_index(byte: u8) -> Option<usize> {
    byte.is_ascii_alphabetic()
        .then(|| usize::from(byte.to_ascii_lowercase() - b'a'))
}

/// A bit for each letter that may come second in a text where `beginning` matches. Stems keep it, but for a y that turns into
/// an i (`dying` and `die`); what is no word is left to the whole comparison.
fn seconds_of(beginning: &Beginning) -> u32 {
    let Beginning::Word {
        term, is_prefix, ..
    } = beginning
    else {
        return u32::MAX;
    };
    match term
        .as_bytes()
        .get(1)
        .and_then(|second| letter_index(*second))
    {
        Some(second) if *is_prefix => 1 << second,
        Some(second) => 1 << second | 1 << (b'y' - b'a'),
        None => u32::MAX,
    }
}

/// Whether the folded text at `at` begins with `units`, as far as that can be told character by character; between two
/// units may stand what holds no place.
fn units_may_stand(text: &str, at: usize, units: &[String], is_number: bool) -> bool {
    let mut units = units.iter();
    let mut wanted = units.next().map_or("", String::as_str).chars();
    let mut next = wanted.next();
    let mut is_between = false;
    for character in text[at..].chars() {
        while next.is_none() {
            let Some(unit) = units.next() else {
                return true;
            };
            wanted = unit.chars();
            next = wanted.next();
            is_between = true;
        }
        match fold_char(character) {
            CharFold::One(folded, _) if next == Some(folded) => {
                next = wanted.next();
                is_between = false;
            }
            CharFold::One(',', _) if is_number => {}
            CharFold::One(_, Class::Space | Class::Separator | Class::Break) if is_between => {}
            CharFold::One(_, Class::Ignorable) | CharFold::Nothing => {}
            CharFold::One(..) => return false,
            CharFold::Many(_) => return true,
        }
    }
    next.is_none() && units.next().is_none()
}

/// Whether a letter or digit stands right before `at`, so that no unit begins there.
fn follows_alphanumeric(text: &str, at: usize) -> bool {
    let before = text[..at]
        .chars()
        .rev()
        .find_map(|character| match fold_char(character) {
            CharFold::One(_, class) => Some(class),
            CharFold::Many(several) => several.chars().next_back().map(class_of),
            CharFold::Nothing => None,
        });
    matches!(before, Some(Class::Letter | Class::Digit))
}

/// Whether cutting before and after `character` are independent of each other.
fn parts(character: char) -> bool {
    matches!(character, ' ' | '\n')
        || matches!(fold_char(character), CharFold::One(_, Class::Ideograph))
}

/// The nearest place at or before `at` where a window may begin; not before `floor`.
fn window_start(text: &str, at: usize, floor: usize) -> usize {
    let before = text[floor..at]
        .char_indices()
        .rev()
        .find(|(_, character)| parts(*character));
    before.map_or(floor, |(offset, character)| {
        floor + offset + character.len_utf8()
    })
}

/// The nearest place where a window may end that has `most_units` units, for certain, between it and `at`.
fn window_end(text: &str, at: usize, most_units: usize) -> usize {
    let mut units = 0;
    let mut may_begin = true;
    for (offset, character) in text[at..].char_indices() {
        if units > most_units && parts(character) {
            return at + offset;
        }
        match fold_char(character) {
            CharFold::One(_, Class::Ideograph) => {
                units += 1;
                may_begin = true;
            }
            CharFold::One(_, Class::Letter | Class::Digit) => {
                units += usize::from(std::mem::take(&mut may_begin));
            }
            // A number goes on behind a mark: what follows it may be no unit of its own.
            CharFold::One(_, Class::Mark) => may_begin = false,
            CharFold::One(_, Class::Ignorable) | CharFold::Nothing => {}
            CharFold::One(..) => may_begin = true,
            CharFold::Many(_) => may_begin = false,
        }
    }
    text.len()
}
