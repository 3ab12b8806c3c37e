//! Looks over a text once, before the passes do, and says which lines could concern which of them.
//!
//! In: the passes' tests of a character, and a text. Out: [`Survey`], the lines that hold a character some pass looks for,
//! with a mark for each such pass. Most lines of clean text have no mark and are not looked at again. Promises: a line
//! without a pass's mark holds no character the pass's test accepts. One table of the BMP answers for all passes.

use std::ops::Range;

use crate::text::model::Model;

/// Tells whether a character may be damage of the kind a pass looks for.
pub(super) type Test = fn(char, &Model) -> bool;

/// Set of passes that look for certain characters, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// Maximum number of passes with a mark.
    pub(super) const MAX: usize = 8;

    /// Mark of the pass with this number among those that have one.
    pub(super) fn of_pass(number: usize) -> Self {
        debug_assert!(number < Self::MAX);
        Self(1 << number)
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Knows the characters that each pass looks for.
pub(super) struct Surveyor {
    tests: Vec<Test>,
    model: &'static Model,
    /// Marks of each character of the BMP.
    table: Box<[Marks]>,
}

/// Characters of the BMP.
const BMP_LEN: u32 = 0x1_0000;

impl Surveyor {
    /// Builds the table; the mark of each test is that of its number.
    ///
    /// Tests must refuse all of ASCII but `?` and DEL, which [`len_plain`] skips in vectors. A pass that looks for
    /// other bytes of ASCII finds them with [`scan`](super::scan).
    pub(super) fn new(tests: Vec<Test>, model: &'static Model) -> Self {
        assert!(tests.len() <= Marks::MAX, "widen Marks for another pass");
        let marks =
            |code| char::from_u32(code).map_or(Marks::default(), |c| marks_of(c, &tests, model));
        let table = (0..BMP_LEN).map(marks).collect();
        Self {
            tests,
            model,
            table,
        }
    }

    /// Looks over `text`.
    pub(super) fn survey(&self, text: &str) -> Survey {
        let bytes = text.as_bytes();
        let mut lines = Vec::new();
        let (mut start, mut at, mut marks) = (0, 0, Marks::default());
        while let Some(&byte) = bytes.get(at) {
            if byte == b'\n' {
                at += 1;
                if marks != Marks::default() {
                    lines.push((start..at, marks));
                }
                (start, marks) = (at, Marks::default());
            } else if is_plain(byte) {
                at += len_plain(&bytes[at..]);
            } else {
                let (found, len) = self.marks_at(text, at);
                marks = marks.with(found);
                at += len;
            }
        }
        if marks != Marks::default() {
            lines.push((start..bytes.len(), marks));
        }
        Survey { lines }
    }

    /// Marks of the character at `at`, and the bytes it takes.
    #[inline]
    fn marks_at(&self, text: &str, at: usize) -> (Marks, usize) {
        let bytes = text.as_bytes();
        let low_bits = |offset: usize| u32::from(bytes[at + offset] & 0x3F);
        let (code, len) = match bytes[at] {
            byte @ 0..0x80 => (u32::from(byte), 1),
            byte @ 0x80..0xE0 => (u32::from(byte & 0x1F) << 6 | low_bits(1), 2),
            byte @ 0xE0..0xF0 => (
                u32::from(byte & 0x0F) << 12 | low_bits(1) << 6 | low_bits(2),
                3,
            ),
            _ => {
                let c = text[at..].chars().next().expect("on a char boundary");
                return (marks_of(c, &self.tests, self.model), 4);
            }
        };
        (self.table[code as usize], len)
    }
}

fn marks_of(c: char, tests: &[Test], model: &Model) -> Marks {
    let passing = tests.iter().enumerate().filter(|(_, test)| test(c, model));
    passing.fold(Marks::default(), |all, (number, _)| {
        all.with(Marks::of_pass(number))
    })
}

/// The marked lines of a text, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// Bytes of a line, its line end included.
    lines: Vec<(Range<usize>, Marks)>,
}

impl Survey {
    /// Lines with a mark, their line ends included.
    pub(super) fn lines_with(&self, mark: Marks) -> impl Iterator<Item = Range<usize>> {
        self.lines
            .iter()
            .filter(move |(_, marks)| marks.has(mark))
            .map(|(line, _)| line.clone())
    }
}

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// Number of bytes of ASCII that concern nobody at the beginning of `bytes`.
fn len_plain(bytes: &[u8]) -> usize {
    let are_plain =
        |chunk: &&[u8; CHUNK]| chunk.iter().fold(true, |all, &byte| all & is_plain(byte));
    let chunks = bytes.as_chunks::<CHUNK>().0;
    let in_chunks = CHUNK * chunks.iter().take_while(are_plain).count();
    let rest = bytes[in_chunks..].iter();
    in_chunks + rest.take_while(|byte| is_plain(**byte)).count()
}

fn is_plain(byte: u8) -> bool {
    (byte < 0x7F) & (byte != b'\n') & (byte != b'?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::passes::SURVEYOR;
    use proptest::prelude::*;

    fn marks(c: char) -> Marks {
        marks_of(c, &SURVEYOR.tests, SURVEYOR.model)
    }

    proptest! {
        #[test]
        fn lines_have_the_marks_of_their_characters(text in "(\\PC|[?\n\u{7F}鐨“é\u{A0}ю\u{20000}a-z ]){0,80}") {
            let survey = SURVEYOR.survey(&text);
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let at = start..start + line.len();
                start = at.end;
                let expected = line.chars().fold(Marks::default(), |all, c| all.with(marks(c)));
                let found = survey.lines.iter().find(|(line, _)| *line == at).map_or(Marks::default(), |(_, found)| *found);
                prop_assert_eq!(found, expected, "{:?}", line);
            }
        }
    }

    #[test]
    fn ascii_concerns_nobody_but_for_two() {
        for c in ('\0'..='\u{7E}').filter(|c| *c != '?') {
            assert_eq!(marks(c), Marks::default(), "{c:?}");
        }
    }
}
