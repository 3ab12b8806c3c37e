//! Looks over a text once, before the passes do, and says which lines could concern which of them.
//!
//! In: a text. Out: [`Survey`], the lines that hold a character some pass looks for, with a mark for each such pass. Most
//! lines of clean text have no mark and are not looked at again. Promises: a line without a pass's mark holds nothing the
//! pass could change or flag. One table of the BMP answers for all passes; it is built of their own predicates on first
//! use.

use std::ops::Range;
use std::sync::LazyLock;

use crate::repair::{characters, cid, double, lost};
use crate::text::model::Model;

/// Passes that look for certain characters, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    /// For `double`: letters, signs and ideographs of wrong decodings.
    pub(crate) const ODD: Self = Self(1);
    /// For `cid`: letters of the scripts that CIDs fall into.
    pub(crate) const GLYPH: Self = Self(2);
    /// For `characters`: characters that stand for others.
    pub(crate) const STAND_IN: Self = Self(4);
    /// For `lost`: what marks something beyond repair.
    pub(crate) const LOST: Self = Self(8);

    fn of(c: char, model: &Model) -> Self {
        let marks = [
            (double::is_odd(c, model), Self::ODD),
            (cid::is_suspect(c), Self::GLYPH),
            (characters::is_stand_in(c), Self::STAND_IN),
            (lost::is_telling(c), Self::LOST),
        ];
        marks
            .into_iter()
            .filter(|(is_set, _)| *is_set)
            .fold(Self::default(), |all, (_, mark)| all.with(mark))
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The marked lines of a text, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// Bytes of a line, its line end included.
    lines: Vec<(Range<usize>, Marks)>,
}

impl Survey {
    /// Looks over `text`.
    pub(crate) fn of(text: &str) -> Self {
        let table = &*TABLE;
        let bytes = text.as_bytes();
        let mut lines = Vec::new();
        let (mut start, mut at, mut marks) = (0, 0, Marks::default());
        while let Some(&byte) = bytes.get(at) {
            let (code, len) = match byte {
                b'\n' => {
                    at += 1;
                    if marks != Marks::default() {
                        lines.push((start..at, marks));
                    }
                    (start, marks) = (at, Marks::default());
                    continue;
                }
                0..0x80 if is_plain(byte) => {
                    at += len_plain(&bytes[at..]);
                    continue;
                }
                0..0x80 => (u32::from(byte), 1),
                0x80..0xE0 => (u32::from(byte & 0x1F) << 6 | low_bits(bytes, at + 1), 2),
                0xE0..0xF0 => (
                    u32::from(byte & 0x0F) << 12
                        | low_bits(bytes, at + 1) << 6
                        | low_bits(bytes, at + 2),
                    3,
                ),
                _ => {
                    let c = text[at..].chars().next().expect("on a char boundary");
                    marks = marks.with(Marks::of(c, Model::get()));
                    at += 4;
                    continue;
                }
            };
            marks = marks.with(table[code as usize]);
            at += len;
        }
        if marks != Marks::default() {
            lines.push((start..bytes.len(), marks));
        }
        Self { lines }
    }

    /// The lines with a mark, their line ends included.
    pub(crate) fn lines_with(&self, mark: Marks) -> impl Iterator<Item = Range<usize>> {
        self.lines
            .iter()
            .filter(move |(_, marks)| marks.has(mark))
            .map(|(line, _)| line.clone())
    }
}

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// How many bytes of ASCII that concerns nobody `bytes` begins with.
fn len_plain(bytes: &[u8]) -> usize {
    let are_plain =
        |chunk: &&[u8; CHUNK]| chunk.iter().fold(true, |all, &byte| all & is_plain(byte));
    let in_chunks = CHUNK
        * bytes
            .as_chunks::<CHUNK>()
            .0
            .iter()
            .take_while(are_plain)
            .count();
    in_chunks
        + bytes[in_chunks..]
            .iter()
            .take_while(|byte| is_plain(**byte))
            .count()
}

fn is_plain(byte: u8) -> bool {
    (byte < 0x7F) & (byte != b'\n') & (byte != b'?')
}

fn low_bits(bytes: &[u8], at: usize) -> u32 {
    u32::from(bytes[at] & 0x3F)
}

static TABLE: LazyLock<Box<[Marks]>> = LazyLock::new(|| {
    let model = Model::get();
    let marks = |code| char::from_u32(code).map_or(Marks::default(), |c| Marks::of(c, model));
    (0..0x1_0000).map(marks).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_have_the_marks_of_their_characters(text in "(\\PC|[?\n\u{7F}鐨“é\u{A0}ю\u{20000}a-z ]){0,80}") {
            let survey = Survey::of(&text);
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let at = start..start + line.len();
                start = at.end;
                let marks = line.chars().fold(Marks::default(), |all, c| all.with(Marks::of(c, Model::get())));
                let found = survey.lines.iter().find(|(line, _)| *line == at).map_or(Marks::default(), |(_, found)| *found);
                prop_assert_eq!(found, marks, "{:?}", line);
            }
        }
    }

    #[test]
    fn ascii_concerns_nobody_but_for_two() {
        for c in ('\0'..='\u{7E}').filter(|c| *c != '?') {
            assert_eq!(Marks::of(c, Model::get()), Marks::default(), "{c:?}");
        }
    }
}
