//! Finds where patterns match in a text without tokenizing all of it.
//!
//! In: patterns, prepared once, and a text. Out: spans that match for certain, and windows: spans that must be tokenized to
//! know. One pass over the bytes looks each character up in a bitmap of those that may start a match and compares the
//! pattern there. Runs of ideographs and single words, which nearly all queries consist of, are settled in place. Numbers,
//! compounds, mixed phrases and characters that fold to several become windows.
//!
//! A window starts and ends where tokenizing does not depend on what lies beyond: at white space, next to an ideograph, or
//! at the ends of the text. Folding goes character by character, and no number, compound or apostrophe reaches across those.

use std::ops::Range;
use std::slice::from_ref;

use polidex_analysis::fold::{CharFold, Class, class_of, fold_char, sources_of};
use polidex_analysis::latin::may_begin_otherwise;

use crate::mark::compare::{
    Verdict, compare_ideographs, compare_prefix, compare_stem, compare_tokens,
};
use crate::mark::pattern::Pattern;

/// Letters and digits of ASCII.
const WORD: u8 = 1;
/// ASCII characters that may start a match.
const START: u8 = 2;
/// Letters and digits of ASCII among all bytes: a look-up is half of three comparisons.
static IS_WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is_word[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    is_word
};

/// Result of a scan.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Bytes that match and the index of their pattern.
    pub(crate) spans: Vec<(Range<usize>, usize)>,
    /// Bytes to tokenize: sorted and disjoint, each at least as long as every match that starts at its candidate.
    pub(crate) windows: Vec<Range<usize>>,
}

/// Patterns prepared for scanning many texts.
pub(crate) struct Scanner {
    /// Characters that may start a match.
    starts: StartCharacters,
    /// What each ASCII character is to a scan: [`WORD`], [`START`], both or neither.
    ascii: [u8; 128],
    /// Two letters that may start a match.
    pairs: StartPairs,
    /// Comparisons by the folded character that a match starts with, in the order of the characters.
    comparisons: Vec<(char, Vec<Comparison>)>,
    /// Largest number of tokens of a pattern.
    max_units: usize,
}

/// A comparison to make where a pattern may match.
struct Comparison {
    /// Index of the pattern.
    pattern: usize,
    wanted: Wanted,
}

/// Folded text to compare with.
enum Wanted {
    /// Consecutive ideographs: settled in place.
    Ideographs(Vec<char>),
    /// A word by its stem: settled in place.
    Stem(String),
    /// A word by its first letters: settled in place.
    Prefix(String),
    /// Tokens that must stand there for a window to be worth tokenizing. Commas in a number do not count.
    Tokens {
        tokens: Vec<String>,
        is_number: bool,
    },
}

impl Scanner {
    /// Prepares `patterns`; spans name them by their index.
    pub(crate) fn new(patterns: &[Pattern]) -> Self {
        let mut scanner = Self {
            starts: StartCharacters::default(),
            ascii: std::array::from_fn(|byte| match (byte as u8).is_ascii_alphanumeric() {
                true => WORD,
                false => 0,
            }),
            pairs: StartPairs::default(),
            comparisons: Vec::new(),
            max_units: patterns.iter().map(Pattern::unit_count).max().unwrap_or(1),
        };
        for (index, pattern) in patterns.iter().enumerate() {
            scanner.add(index, pattern);
        }
        for (first, _) in &scanner.comparisons {
            sources_of(*first).for_each(|source| scanner.starts.add(source));
        }
        for (byte, flags) in scanner.ascii.iter_mut().enumerate() {
            if scanner.starts.contain(byte) {
                *flags |= START;
            }
        }
        scanner
    }

    fn add(&mut self, index: usize, pattern: &Pattern) {
        let Some(first) = pattern.first_char() else {
            return;
        };
        let comparison = Comparison {
            pattern: index,
            wanted: Wanted::of(pattern),
        };
        self.pairs.add(first, &comparison.wanted);
        match self.place_of(first) {
            Ok(at) => self.comparisons[at].1.push(comparison),
            Err(at) => self.comparisons.insert(at, (first, vec![comparison])),
        }
    }

    /// Place of the comparisons of a folded character, or where they would be.
    fn place_of(&self, first: char) -> Result<usize, usize> {
        self.comparisons
            .binary_search_by_key(&first, |(character, _)| *character)
    }

    /// Scans `text` once. Reads bytes, and decodes a character only where it may start a match: a page of results scans
    /// megabytes.
    pub(crate) fn scan(&self, text: &str) -> Scanned {
        let mut scan = Scan {
            scanner: self,
            text,
            result: Scanned::default(),
        };
        if !self.comparisons.is_empty() {
            scan.run();
        }
        scan.result
    }
}

/// One pass over a text.
struct Scan<'a> {
    scanner: &'a Scanner,
    text: &'a str,
    result: Scanned,
}

impl Scan<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        let mut is_inside_word = false;
        while let Some(&byte) = bytes.get(at) {
            let Some(flags) = self.scanner.ascii.get(usize::from(byte)) else {
                at += self.step_over_wide(at);
                is_inside_word = false;
                continue;
            };
            let is_word = flags & WORD != 0;
            // No match starts inside a word.
            let may_start = flags & START != 0 && !(is_word && is_inside_word);
            if may_start && self.scanner.pairs.contain(byte, bytes.get(at + 1)) {
                self.compare_at(at, char::from(byte));
            }
            is_inside_word = is_word;
            at += 1;
            if is_word {
                let rest = bytes[at..].iter();
                at += rest.take_while(|byte| IS_WORD[usize::from(**byte)]).count();
            }
        }
    }

    /// Scans the character beyond ASCII at `at` and returns its length in bytes.
    #[inline]
    fn step_over_wide(&mut self, at: usize) -> usize {
        let (code, len) = decode_wide(&self.text.as_bytes()[at..]);
        if self.scanner.starts.contain(code)
            && let Some(character) = char::from_u32(code as u32)
        {
            self.compare_at(at, character);
        }
        len
    }

    fn compare_at(&mut self, at: usize, character: char) {
        let scanner = self.scanner;
        let (folded, class) = match fold_char(character) {
            CharFold::One(folded, class) => (folded, class),
            CharFold::Many(several) => {
                let is_start = |one: char| scanner.place_of(one).is_ok();
                if several.chars().any(is_start) {
                    self.open_window(at);
                }
                return;
            }
            CharFold::Nothing => return,
        };
        let Ok(place) = scanner.place_of(folded) else {
            return;
        };
        let is_alphanumeric = matches!(class, Class::Letter | Class::Digit);
        if is_alphanumeric && follows_alphanumeric(self.text, at) {
            return;
        }
        for comparison in &scanner.comparisons[place].1 {
            self.compare(comparison, at);
        }
    }

    #[inline]
    fn compare(&mut self, comparison: &Comparison, at: usize) {
        match comparison.wanted.compare(self.text, at) {
            Verdict::Matches(end) => self.result.spans.push((at..end, comparison.pattern)),
            Verdict::Differs => {}
            Verdict::Unknown => self.open_window(at),
        }
    }

    /// Adds a window around `at`, wide enough for the longest pattern.
    fn open_window(&mut self, at: usize) {
        let windows = &mut self.result.windows;
        let floor = windows.last().map_or(0, |window| window.start);
        let start = window_start(self.text, at, floor);
        let end = window_end(self.text, at, self.scanner.max_units);
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
}

impl Wanted {
    fn of(pattern: &Pattern) -> Self {
        match pattern {
            Pattern::Sequence { units, joined } => match ideographs(units) {
                Some(characters) if joined.is_empty() => Self::Ideographs(characters),
                _ => Self::tokens(units, false),
            },
            Pattern::Term(term) | Pattern::Capitals(term) if starts_with_letter(term) => {
                Self::Stem(term.clone())
            }
            Pattern::Prefix(prefix) if starts_with_letter(prefix) => Self::Prefix(prefix.clone()),
            Pattern::Term(text) | Pattern::Capitals(text) => Self::tokens(from_ref(text), true),
            Pattern::Prefix(text) | Pattern::Joined(text) => Self::tokens(from_ref(text), false),
        }
    }

    fn tokens(tokens: &[String], is_number: bool) -> Self {
        Self::Tokens {
            tokens: tokens.to_vec(),
            is_number,
        }
    }

    fn compare(&self, text: &str, at: usize) -> Verdict {
        match self {
            Self::Ideographs(characters) => compare_ideographs(text, at, characters),
            Self::Stem(term) => compare_stem(text, at, term),
            Self::Prefix(prefix) => compare_prefix(text, at, prefix),
            Self::Tokens { tokens, is_number } => compare_tokens(text, at, tokens, *is_number),
        }
    }

    /// Returns the ASCII letters that may follow the first one in a matching text, a bit each; all when that is not known.
    ///
    /// A stem keeps a word's second letter, but for a y that turns into an i (`dying`, `die`) and for irregular forms.
    fn second_letters(&self) -> u32 {
        let (word, also) = match self {
            Self::Stem(term) if may_begin_otherwise(term) => return u32::MAX,
            Self::Stem(term) => (term, 1 << (b'y' - b'a')),
            Self::Prefix(prefix) => (prefix, 0),
            Self::Ideographs(_) | Self::Tokens { .. } => return u32::MAX,
        };
        let second = word.as_bytes().get(1);
        match second.and_then(|second| letter_index(*second)) {
            Some(second) => 1 << second | also,
            None => u32::MAX,
        }
    }
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|first| class_of(first) == Class::Letter)
}

fn single_ideograph(unit: &str) -> Option<char> {
    let mut characters = unit.chars();
    let first = characters.next()?;
    let is_single = class_of(first) == Class::Ideograph && characters.next().is_none();
    is_single.then_some(first)
}

/// Set of characters: a bit for each of the Basic Multilingual Plane. Holds all characters beyond it, which are few.
struct StartCharacters(Box<[u64; 1024]>);

impl Default for StartCharacters {
    fn default() -> Self {
        Self(Box::new([0; 1024]))
    }
}

impl StartCharacters {
    fn add(&mut self, character: char) {
        if let Some(bits) = self.0.get_mut(character as usize >> 6) {
            *bits |= 1 << (character as usize & 63);
        }
    }

    /// Returns whether the set holds the character of a code point.
    #[inline]
    fn contain(&self, code: usize) -> bool {
        match self.0.get(code >> 6) {
            Some(bits) => bits >> (code & 63) & 1 == 1,
            None => true,
        }
    }
}

/// Code point and length of the character beyond ASCII that valid UTF-8 begins with.
#[inline]
fn decode_wide(bytes: &[u8]) -> (usize, usize) {
    let low = |byte: &u8| usize::from(byte & 0x3F);
    match bytes {
        [first @ 0xE0..=0xEF, second, third, ..] => {
            let high = usize::from(first & 0x0F) << 12;
            (high | low(second) << 6 | low(third), 3)
        }
        [first @ 0xC0..=0xDF, second, ..] => (usize::from(first & 0x1F) << 6 | low(second), 2),
        [first, second, third, fourth, ..] => {
            let high = usize::from(first & 0x07) << 18 | low(second) << 12;
            (high | low(third) << 6 | low(fourth), 4)
        }
        _ => (0, 1),
    }
}

/// Set of pairs of ASCII letters, whatever their case: for each first letter, a bit for each second one.
#[derive(Default)]
struct StartPairs([u32; 26]);

impl StartPairs {
    fn add(&mut self, first: char, wanted: &Wanted) {
        if let Some(first) = u8::try_from(first).ok().and_then(letter_index) {
            self.0[first] |= wanted.second_letters();
        }
    }

    /// Returns whether the pair is in the set; `true` where either is no letter.
    fn contain(&self, first: u8, second: Option<&u8>) -> bool {
        let second = second.and_then(|second| letter_index(*second));
        match (letter_index(first), second) {
            (Some(first), Some(second)) => self.0[first] >> second & 1 == 1,
            _ => true,
        }
    }
}

/// Returns the place of an ASCII letter in the alphabet, whatever its case.
fn letter_index(byte: u8) -> Option<usize> {
    byte.is_ascii_alphabetic()
        .then(|| usize::from(byte.to_ascii_lowercase() - b'a'))
}

/// Returns whether a letter or digit stands right before `at`, so that no token starts there.
fn follows_alphanumeric(text: &str, at: usize) -> bool {
    let class_before = |character| match fold_char(character) {
        CharFold::One(_, class) => Some(class),
        CharFold::Many(several) => several.chars().next_back().map(class_of),
        CharFold::Nothing => None,
    };
    let before = text[..at].chars().rev().find_map(class_before);
    matches!(before, Some(Class::Letter | Class::Digit))
}

/// Returns whether tokenizing before and after `character` are independent of each other.
fn separates_windows(character: char) -> bool {
    matches!(character, ' ' | '\n')
        || matches!(fold_char(character), CharFold::One(_, Class::Ideograph))
}

/// Returns the nearest byte at or before `at` where a window may start; not before `floor`.
fn window_start(text: &str, at: usize, floor: usize) -> usize {
    let before = text[floor..at]
        .char_indices()
        .rev()
        .find(|(_, character)| separates_windows(*character));
    before.map_or(floor, |(offset, character)| {
        floor + offset + character.len_utf8()
    })
}

/// Returns the nearest byte where a window may end that has at least `max_units` tokens between it and `at`.
fn window_end(text: &str, at: usize, max_units: usize) -> usize {
    let mut units = 0;
    let mut may_start = true;
    for (offset, character) in text[at..].char_indices() {
        if units > max_units && separates_windows(character) {
            return at + offset;
        }
        match fold_char(character) {
            CharFold::One(_, Class::Ideograph) => {
                units += 1;
                may_start = true;
            }
            CharFold::One(_, Class::Letter | Class::Digit) => {
                units += usize::from(std::mem::take(&mut may_start));
            }
            // A number continues after a mark: what follows it may be no token of its own.
            CharFold::One(_, Class::Mark) => may_start = false,
            CharFold::One(_, Class::Ignorable) | CharFold::Nothing => {}
            CharFold::One(..) => may_start = true,
            CharFold::Many(_) => may_start = false,
        }
    }
    text.len()
}

/// The ideographs that all of `units` are.
fn ideographs(units: &[String]) -> Option<Vec<char>> {
    units.iter().map(|unit| single_ideograph(unit)).collect()
}
