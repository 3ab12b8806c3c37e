//! A text as it is read for citations: its characters without the white space that pages set between ideographs.
//!
//! Full-width forms of ASCII become ASCII. Blanks stay between Latin letters and digits only, one for a run; every character
//! knows what stood before it in the text.

use std::ops::Range;

use crate::scripts::is_han;

/// Elements of HTML that begin a line.
const BLOCK_TAGS: [&str; 6] = ["br", "p", "td", "th", "tr", "li"];
/// Characters of the longest tag that is read.
const LONGEST_TAG: usize = 200;

/// White space before a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Blank,
    Line,
    BlankLine,
}

/// The characters of a text that are read, and where each stands in it.
pub(super) struct View {
    pub(super) chars: Vec<char>,
    at: Vec<usize>,
    gaps: Vec<Gap>,
    ends: Vec<usize>,
}

impl View {
    pub(super) fn of(text: &str) -> Self {
        let mut view = Self {
            chars: Vec::with_capacity(text.len() / 2),
            at: Vec::new(),
            gaps: Vec::new(),
            ends: Vec::new(),
        };
        let mut gap = Gap::Line;
        for (at, character) in text.char_indices() {
            if character.is_whitespace() || character == '\u{FEFF}' {
                gap = wider(gap, character);
                continue;
            }
            view.push(plain(character), at, at + character.len_utf8(), gap);
            gap = match character == '>' && view.ends_block_tag() {
                true => Gap::Line,
                false => Gap::None,
            };
        }
        view
    }

    /// Returns true if the last character ends a tag behind which a line begins: texts of Markdown keep their tables in HTML.
    fn ends_block_tag(&self) -> bool {
        let from = self.chars.len().saturating_sub(LONGEST_TAG);
        let near = &self.chars[from..self.chars.len() - 1];
        let Some(open) = near.iter().rposition(|c| matches!(c, '<' | '>')) else {
            return false;
        };
        let name = near[open + 1..].iter().skip_while(|c| **c == '/');
        let name = name.take_while(|c| c.is_ascii_alphabetic());
        let name: String = name.map(char::to_ascii_lowercase).collect();
        near[open] == '<' && BLOCK_TAGS.contains(&name.as_str())
    }

    fn push(&mut self, character: char, at: usize, end: usize, gap: Gap) {
        let last = self.chars.last().copied();
        if gap != Gap::None && last.is_some_and(|last| is_spaced(last) && is_spaced(character)) {
            let from = self.ends.last().copied().unwrap_or(at);
            self.chars.push(' ');
            self.at.push(from);
            self.ends.push(at);
            self.gaps.push(Gap::None);
        }
        self.chars.push(character);
        self.at.push(at);
        self.ends.push(end);
        self.gaps.push(gap);
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at `index`, or a nought behind the end.
    pub(super) fn get(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or('\0')
    }

    /// White space before the character at `index`; a line's end behind the last.
    pub(super) fn gap(&self, index: usize) -> Gap {
        self.gaps.get(index).copied().unwrap_or(Gap::Line)
    }

    /// Returns true if a line starts at `index`.
    pub(super) fn is_line_start(&self, index: usize) -> bool {
        self.gap(index) >= Gap::Line
    }

    /// First index whose byte is not before `byte`.
    pub(super) fn index_of(&self, byte: usize) -> usize {
        self.at.partition_point(|at| *at < byte)
    }

    /// Bytes of the text that the characters `range` stand for.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let start = self.at.get(range.start).copied().unwrap_or(0);
        let last = range.end.max(range.start + 1) - 1;
        let end = self.ends.get(last).copied().unwrap_or(start);
        start..end.max(start)
    }

    pub(super) fn text(&self, range: Range<usize>) -> String {
        let end = range.end.min(self.len());
        self.chars[range.start.min(end)..end].iter().collect()
    }

    /// Returns true if `word` stands at `index`.
    pub(super) fn starts(&self, index: usize, word: &str) -> bool {
        let mut rest = self.chars.get(index..).unwrap_or_default().iter();
        for character in word.chars() {
            if rest.next() != Some(&character) {
                return false;
            }
        }
        true
    }

    /// Returns true if `word` stands before `index`.
    pub(super) fn ends(&self, index: usize, word: &str) -> bool {
        let mut at = index;
        word.chars().rev().all(|character| {
            let is_there = at > 0 && self.get(at - 1) == character;
            at = at.saturating_sub(1);
            is_there
        })
    }

    /// The first of `words` that stands at `index`, and the index behind it.
    pub(super) fn one_of(
        &self,
        index: usize,
        words: &[&'static str],
    ) -> Option<(&'static str, usize)> {
        // Few words begin so: to ask that first took a third off the whole reading. One byte of it, since to compare a
        // slice is a call for each word, which was a twelfth of indexing.
        let mut bytes = [0; 4];
        let first = self.get(index).encode_utf8(&mut bytes).as_bytes()[0];
        let begins = |word: &&&str| word.as_bytes().first() == Some(&first);
        let found = words
            .iter()
            .find(|word| begins(word) && self.starts(index, word))?;
        Some((found, index + found.chars().count()))
    }

    /// The first of `words` that stands before `index`.
    pub(super) fn one_before(&self, index: usize, words: &[&'static str]) -> Option<&'static str> {
        words.iter().find(|word| self.ends(index, word)).copied()
    }

    /// Returns true if the text from `from` on is Chinese.
    pub(super) fn is_chinese(&self, from: usize) -> bool {
        let rest = &self.chars[from.min(self.len())..];
        let han = rest.iter().filter(|c| is_han(**c)).count();
        let latin = rest.iter().filter(|c| c.is_ascii_alphabetic()).count();
        han * 4 > latin
    }
}

/// Returns true for a character that white space parts from its like: no ideograph, and no mark of their width.
fn is_spaced(character: char) -> bool {
    character < '\u{2E80}'
}

fn wider(gap: Gap, character: char) -> Gap {
    match (gap, character) {
        (Gap::Line | Gap::BlankLine, '\n') => Gap::BlankLine,
        (_, '\n') => Gap::Line,
        (Gap::None, _) => Gap::Blank,
        (gap, _) => gap,
    }
}

/// A character without its width.
fn plain(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        // Ideographs that fonts of PDFs write by their compatibility forms.
        '\u{F9B5}' => '例',
        '\u{F9A8}' => '令',
        '\u{F98E}' => '年',
        '\u{F9D1}' => '六',
        '\u{F9F7}' => '立',
        '\u{F9E4}' => '理',
        '\u{F967}' => '不',
        '\u{F978}' => '兩',
        '\u{F9B2}' => '零',
        '\u{F973}' => '拾',
        '\u{F99C}' => '列',
        '﹙' => '(',
        '﹚' => ')',
        '’' => '\'',
        character => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_behind_a_block_of_html() {
        let view = View::of("甲<br>乙<b>丙</b>丁<p class=\"cjk\">戊 > 己\n庚");
        let begins = |wanted: char| {
            let at = view.chars.iter().position(|c| *c == wanted);
            view.is_line_start(at.expect("it is there"))
        };
        let begun: Vec<char> = "甲乙丙丁戊己庚".chars().filter(|c| begins(*c)).collect();
        assert_eq!(begun, ['甲', '乙', '戊', '庚']);
    }
}
