//! Segments: two texts of one meaning, split into words.

use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{UnitKind, cut_text};

/// Maximum length of a segment in words: in a longer one nothing can be told apart.
const MAX_SEGMENT_WORDS: usize = 150;

/// Two texts of one meaning, as words.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Number of its document.
    pub(super) document: usize,
    pub(super) chinese: Vec<SegmentWord>,
    pub(super) english: Vec<SegmentWord>,
}

/// A word of a segment.
#[derive(Clone, Debug)]
pub(super) struct SegmentWord {
    /// Key it is counted under: a folded Han word, a stem.
    pub(super) term: String,
    /// As written.
    pub(super) surface: String,
    /// First position, and one past the last.
    pub(super) positions: Range<u32>,
}

impl Segment {
    /// Splits both texts into words. Empty if either is too long to learn from.
    pub fn new(chinese: &str, english: &str) -> Self {
        let (chinese, english) = (han_words(chinese), latin_words(english));
        if chinese.len() > MAX_SEGMENT_WORDS || english.len() > MAX_SEGMENT_WORDS {
            return Self::default();
        }
        Self {
            document: 0,
            chinese,
            english,
        }
    }

    /// Returns the segment as a part of the document of this number.
    pub fn of_document(self, document: usize) -> Self {
        Self { document, ..self }
    }
}

fn han_words(text: &str) -> Vec<SegmentWord> {
    let cut = cut_text(text);
    let units = cut.units();
    let mut found = Vec::new();
    for word in words(&cut) {
        let (first, last) = (&units[word.units.start], &units[word.units.end - 1]);
        if first.kind != UnitKind::Ideograph {
            continue;
        }
        let written = &text[first.source().start..last.source().end];
        found.push(SegmentWord {
            term: word.term,
            surface: written.split_whitespace().collect(),
            positions: first.position..last.position + 1,
        });
    }
    found
}

fn latin_words(text: &str) -> Vec<SegmentWord> {
    let cut = cut_text(text);
    let words = cut
        .units()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Word && !unit.after_apostrophe);
    words
        .map(|unit| {
            let surface = cut.text(unit).to_owned();
            SegmentWord {
                term: stem(&surface),
                surface,
                positions: unit.position..unit.position + 1,
            }
        })
        .collect()
}
