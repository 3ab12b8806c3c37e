//! Sketches a passage: a few hashes that passages of nearly the same words share.
//!
//! In: the text of a passage. Out: a [`Sketch`], or nothing for a short one. The shingles of a passage are all runs of
//! [`SHINGLE`] units; each falls into one of [`BINS`] bins by its hash, and a bin keeps its least hash (one permutation
//! hashing: Li, Owen and Zhang, 2012). The share of bins that two sketches have in common estimates the share of shingles that
//! the passages have in common. One walk over the characters; nothing is allocated.

use polidex_analysis::fold::{CharFold, Class, class_of, fold_char};
use polidex_schema::record::{DocumentRecord, Role};

use crate::engine::Text;
use crate::error::ServerError;

/// Bins of a sketch. 64 bytes a passage.
pub(super) const BINS: usize = 32;
/// Units of a shingle: an ideograph, a word or a number each.
const SHINGLE: usize = 4;
/// Least weight of a passage that is sketched, an ideograph counting 1 and a word 2: shorter ones are headings, phrases of
/// procedure and names, which stand everywhere.
const LEAST_WEIGHT: u32 = 32;
/// Least number of bins of both sketches that are filled for an estimate to tell.
const LEAST_BINS: u32 = 8;
/// Share of the filled bins that alike passages have in common. Of a shingle of four units a changed one takes four, so a
/// passage of 80 ideographs may differ in five places.
const LEAST_ALIKE: f32 = 0.6;
/// Multipliers of the rolling hash of a shingle; odd numbers from the digits of pi.
const MULTIPLIERS: [u64; SHINGLE] = [
    0x2437_54a8_885a_308d,
    0x1319_8a2e_0370_7345,
    0xa409_3822_299f_31d1,
    0x082e_fa98_ec4e_6c89,
];

/// Least hash of each bin; 0 where no shingle fell into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub(super) bins: [u16; BINS],
}

impl Sketch {
    /// Share of the shingles that two passages have in common, as far as their sketches tell.
    pub(crate) fn share(&self, other: &Self) -> f32 {
        self.shared(other).0
    }

    /// Like [`Sketch::share`]; `None` for passages that are not alike.
    pub(super) fn likeness(&self, other: &Self) -> Option<f32> {
        let (share, filled) = self.shared(other);
        (filled >= LEAST_BINS && share >= LEAST_ALIKE).then_some(share)
    }

    /// Share of the filled bins that are the same, and their number.
    fn shared(&self, other: &Self) -> (f32, u32) {
        let (mut filled, mut shared) = (0, 0);
        for (one, other) in self.bins.iter().zip(&other.bins) {
            filled += u32::from(one | other != 0);
            shared += u32::from(*one != 0 && one == other);
        }
        (shared as f32 / filled.max(1) as f32, filled)
    }
}

/// A passage with its sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sketched {
    /// Index of the passage.
    pub(crate) passage: u32,
    pub(crate) sketch: Sketch,
    /// True if most of it stands in quotation marks.
    pub(crate) is_quotation: bool,
}

/// Sketches the passages of a document that are long enough; headings are left out, and the labels of articles.
///
/// # Errors
/// [`ServerError::Engine`] when the text is damaged.
pub(crate) fn sketch_passages(
    record: &DocumentRecord,
    text: &Text<'_>,
) -> Result<Vec<Sketched>, ServerError> {
    let mut sketched = Vec::new();
    let passages = (0..).zip(&record.passages);
    let mut piece = text.parts().first().map_or(0..0, |part| part.bytes.clone());
    let mut read = text.piece(piece.clone())?;
    for (index, passage) in passages {
        if matches!(passage.role, Role::Heading(_)) {
            continue;
        }
        let label_bytes = passage.label.map_or(0, |label| u32::from(label.len_bytes));
        let from = (passage.from_byte + label_bytes).min(passage.to_byte) as usize;
        let range = from..passage.to_byte as usize;
        if !(piece.start <= range.start && range.end <= piece.end) {
            piece = around(text, &range);
            read = text.piece(piece.clone())?;
        }
        let words = read.get(range.start - piece.start..range.end - piece.start);
        sketched.extend(
            words
                .and_then(sketch_of)
                .map(|(sketch, is_quotation)| Sketched {
                    passage: index,
                    sketch,
                    is_quotation,
                }),
        );
    }
    Ok(sketched)
}

/// Parts of a text that hold `range`.
fn around(text: &Text<'_>, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let parts = text.parts();
    let first = parts.partition_point(|part| part.bytes.end <= range.start);
    let start = parts
        .get(first)
        .map_or(range.start, |part| part.bytes.start);
    let behind = parts[first.min(parts.len())..]
        .iter()
        .find(|part| part.bytes.end >= range.end);
    start..behind.map_or(range.end, |part| part.bytes.end)
}

/// The sketch of a passage and whether it is a quotation; `None` for a short one.
pub(crate) fn sketch_of(text: &str) -> Option<(Sketch, bool)> {
    let mut reader = Reader::default();
    for character in text.chars() {
        reader.read(character);
    }
    reader.end_word();
    let is_quotation = reader.quotes.holds_most(reader.weight);
    (reader.weight >= LEAST_WEIGHT).then_some((reader.sketch, is_quotation))
}

/// State of the walk over a passage.
struct Reader {
    sketch: Sketch,
    /// Hashes of the last units, the newest last.
    last: [u64; SHINGLE],
    units: usize,
    weight: u32,
    /// Hash of the word that is being read.
    word: Option<u64>,
    quotes: Quotes,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            sketch: Sketch { bins: [0; BINS] },
            last: [0; SHINGLE],
            units: 0,
            weight: 0,
            word: None,
            quotes: Quotes::default(),
        }
    }
}

impl Reader {
    fn read(&mut self, character: char) {
        match fold_char(character) {
            CharFold::One(folded, class) => self.read_folded(folded, class),
            CharFold::Many(several) => {
                for folded in several.chars() {
                    self.read_folded(folded, class_of(folded));
                }
            }
            CharFold::Nothing => {}
        }
        self.quotes.read(character);
    }

    fn read_folded(&mut self, folded: char, class: Class) {
        match class {
            Class::Ideograph => {
                self.end_word();
                self.add(mixed(u64::from(folded)), 1);
            }
            Class::Letter | Class::Digit => {
                let before = self.word.unwrap_or(0xcbf2_9ce4_8422_2325);
                self.word = Some((before ^ u64::from(folded)).wrapping_mul(0x0100_0000_01b3));
            }
            Class::Ignorable => {}
            _ => self.end_word(),
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.add(mixed(word), 2);
        }
    }

    /// Adds a unit, and the shingle that it ends.
    fn add(&mut self, unit: u64, weight: u32) {
        self.last.rotate_left(1);
        self.last[SHINGLE - 1] = unit;
        self.units += 1;
        self.weight += weight;
        self.quotes.count(weight);
        if self.units < SHINGLE {
            return;
        }
        let parts = self.last.iter().zip(MULTIPLIERS);
        let sum = parts.fold(0_u64, |sum, (unit, by)| {
            sum.wrapping_add(unit.wrapping_mul(by))
        });
        let hash = mixed(sum);
        let bin = &mut self.sketch.bins[(hash >> 59) as usize];
        let value = (hash as u16).max(1);
        if *bin == 0 || value < *bin {
            *bin = value;
        }
    }
}

/// Quotation marks of a passage. One that is not closed reaches to the end: a quotation of several paragraphs closes with the
/// last.
#[derive(Default)]
struct Quotes {
    depth: u32,
    within: u32,
}

impl Quotes {
    fn read(&mut self, character: char) {
        match character {
            '「' | '『' | '“' | '﹁' | '«' => self.depth += 1,
            '」' | '』' | '”' | '﹂' | '»' => self.depth = self.depth.saturating_sub(1),
            '"' | '＂' => self.depth = u32::from(self.depth == 0),
            _ => {}
        }
    }

    fn count(&mut self, weight: u32) {
        if self.depth > 0 {
            self.within += weight;
        }
    }

    fn holds_most(&self, weight: u32) -> bool {
        2 * self.within > weight
    }
}

/// Spreads a hash over all bits: the finalizer of SplitMix64.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARAGRAPH: &str = "主管機關應於每年十二月底前公告下一年度之收費標準；收費標準有變更者，應於實施三十日前公告，並通知已登記之船舶所有人。";

    fn likeness(one: &str, other: &str) -> Option<f32> {
        sketch_of(one)?.0.likeness(&sketch_of(other)?.0)
    }

    #[test]
    fn script_marks_and_breaks_do_not_show() {
        let simplified = "主管机关应于每年十二月底前公告下一年度之收费标准。收费标准有变更者，\n应于实施三十日前公告，并通知已登记之船舶所有人";
        assert_eq!(likeness(PARAGRAPH, simplified), Some(1.0));
        let english = "The Minister may make regulations respecting the inspection of ferries and the certificates of their masters and engineers.";
        assert_eq!(likeness(english, &english.to_uppercase()), Some(1.0));
    }

    #[test]
    fn a_few_changed_words_are_nearly_verbatim_and_others_are_not() {
        let changed = PARAGRAPH.replace("三十日前", "六十日前");
        assert!(likeness(PARAGRAPH, &changed).is_some_and(|share| share < 1.0));
        let other = "船舶所有人應於每年十二月底前向港務機關申報下一年度之航行計畫；計畫有變更者，應於變更後三十日內申報，並繳納規費及保證金。";
        assert_eq!(likeness(PARAGRAPH, other), None);
        assert_eq!(sketch_of("第三條 本法自公布日施行。"), None, "short");
    }

    #[test]
    fn what_stands_in_quotation_marks_is_a_quotation() {
        let is_quotation = |text: &str| sketch_of(text).map(|(_, is_quotation)| is_quotation);
        assert_eq!(is_quotation(PARAGRAPH), Some(false));
        assert_eq!(
            is_quotation(&format!("第五條修改為：“{PARAGRAPH}”")),
            Some(true)
        );
        assert_eq!(
            is_quotation(&format!("第五條修改為：「{PARAGRAPH}")),
            Some(true)
        );
        assert_eq!(
            is_quotation(&format!("{PARAGRAPH}（以下簡稱「標準」）")),
            Some(false)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_as_alike_to_itself_as_can_be(text in "[主管機關應公告the fees“」0-9\\PC]{0,200}") {
            if let Some((sketch, _)) = sketch_of(&text) {
                let filled = sketch.bins.iter().filter(|bin| **bin != 0).count();
                let likeness = sketch.likeness(&sketch);
                prop_assert_eq!(likeness, (filled >= LEAST_BINS as usize).then_some(1.0));
            }
        }
    }
}
