//! Tells which words of two texts differ.
//!
//! In: two texts. Out: the spans of each that the other lacks, in code points. Words and single ideographs are compared, folded:
//! script, case, width and punctuation make no difference. The work is linear in the texts but for runs between words that stand
//! once in both, whose tables have at most [`MAX_CELLS`] cells; longer runs without such a word differ as a whole.

use std::ops::Range;

use polidex_analysis::fold::{CharFold, Class, class_of, fold_char};

use crate::answer::MarkOffsets;
use crate::comparing::anchors::unique_pairs;

/// Cells of the table of one run.
const MAX_CELLS: usize = 160_000;
/// Depth to which runs are cut at words that stand once in both.
const MAX_DEPTH: usize = 8;

/// A word or an ideograph: its hash, and its place in code points.
#[derive(Clone, Copy, Debug)]
struct Unit {
    hash: u64,
    start: usize,
    end: usize,
}

/// Spans of two texts, each sorted and disjoint.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    /// Spans of the first text that the second has not.
    pub(crate) first: Vec<MarkOffsets>,
    /// Spans of the second that the first has not.
    pub(crate) second: Vec<MarkOffsets>,
}

/// Returns what either text has and the other has not.
pub(crate) fn differences(one: &str, other: &str) -> Differences {
    let (first, second) = (units(one), units(other));
    let mut differing = Differing {
        first: &first,
        second: &second,
        in_first: vec![true; first.len()],
        in_second: vec![true; second.len()],
    };
    differing.compare(0..first.len(), 0..second.len(), 0);
    Differences {
        first: spans(&first, &differing.in_first),
        second: spans(&second, &differing.in_second),
    }
}

/// Returns the hashes of a text's words, sorted, for [`likeness`].
pub(crate) fn word_hashes(text: &str) -> Vec<u64> {
    let mut hashes: Vec<u64> = units(text).iter().map(|unit| unit.hash).collect();
    hashes.sort_unstable();
    hashes
}

/// Returns the share of the words of two texts that both have, from 0 to 1; both are sorted.
pub(crate) fn likeness(one: &[u64], other: &[u64]) -> f32 {
    let (mut at, mut to, mut shared) = (0, 0, 0_usize);
    while at < one.len() && to < other.len() {
        match one[at].cmp(&other[to]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => to += 1,
            std::cmp::Ordering::Equal => (at, to, shared) = (at + 1, to + 1, shared + 1),
        }
    }
    let all = one.len() + other.len();
    if all == 0 {
        0.0
    } else {
        2.0 * shared as f32 / all as f32
    }
}

/// Returns a key that is equal for texts that differ in no word.
pub(crate) fn key_of(text: &str) -> u64 {
    let hash = units(text)
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, unit| {
            (hash ^ unit.hash).wrapping_mul(0x0000_0100_0000_01b3)
        });
    match hash {
        // What has no words is told by its marks.
        0xcbf2_9ce4_8422_2325 => text.trim().bytes().fold(1, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }),
        hash => hash,
    }
}

struct Differing<'a> {
    first: &'a [Unit],
    second: &'a [Unit],
    in_first: Vec<bool>,
    in_second: Vec<bool>,
}

impl Differing<'_> {
    fn compare(&mut self, mut one: Range<usize>, mut other: Range<usize>, depth: usize) {
        while self.is_same_at(one.start, one.end, other.start, other.end) {
            self.same(one.start, other.start);
            (one.start, other.start) = (one.start + 1, other.start + 1);
        }
        while !one.is_empty()
            && !other.is_empty()
            && self.first[one.end - 1].hash == self.second[other.end - 1].hash
        {
            (one.end, other.end) = (one.end - 1, other.end - 1);
            self.same(one.end, other.end);
        }
        if one.is_empty() || other.is_empty() {
            return;
        }
        if one.len().saturating_mul(other.len()) <= MAX_CELLS {
            self.compare_all(one, other);
        } else if depth < MAX_DEPTH {
            self.compare_between_anchors(one, other, depth);
        }
    }

    fn is_same_at(&self, at: usize, end: usize, to: usize, stop: usize) -> bool {
        at < end && to < stop && self.first[at].hash == self.second[to].hash
    }

    fn same(&mut self, at: usize, to: usize) {
        self.in_first[at] = false;
        self.in_second[to] = false;
    }

    fn compare_between_anchors(&mut self, one: Range<usize>, other: Range<usize>, depth: usize) {
        let hashes = |units: &[Unit]| units.iter().map(|unit| unit.hash).collect::<Vec<_>>();
        let pairs = unique_pairs(
            &hashes(&self.first[one.clone()]),
            &hashes(&self.second[other.clone()]),
        );
        if pairs.is_empty() {
            return;
        }
        let (mut at, mut to) = (one.start, other.start);
        for (in_one, in_other) in pairs {
            let (in_one, in_other) = (one.start + in_one, other.start + in_other);
            self.compare(at..in_one, to..in_other, depth + 1);
            self.same(in_one, in_other);
            (at, to) = (in_one + 1, in_other + 1);
        }
        self.compare(at..one.end, to..other.end, depth + 1);
    }

    /// Compares two short runs by their longest common subsequence.
    fn compare_all(&mut self, one: Range<usize>, other: Range<usize>) {
        let width = other.len() + 1;
        let mut longest = vec![0_u32; (one.len() + 1) * width];
        let is_same = |at: usize, to: usize| {
            self.first[one.start + at].hash == self.second[other.start + to].hash
        };
        for at in (0..one.len()).rev() {
            for to in (0..other.len()).rev() {
                longest[at * width + to] = match is_same(at, to) {
                    true => longest[(at + 1) * width + to + 1] + 1,
                    false => longest[(at + 1) * width + to].max(longest[at * width + to + 1]),
                };
            }
        }
        let mut pairs = Vec::new();
        let (mut at, mut to) = (0, 0);
        while at < one.len() && to < other.len() {
            if is_same(at, to) {
                pairs.push((at, to));
                (at, to) = (at + 1, to + 1);
            } else if longest[(at + 1) * width + to] >= longest[at * width + to + 1] {
                at += 1;
            } else {
                to += 1;
            }
        }
        for (at, to) in pairs {
            self.same(one.start + at, other.start + to);
        }
    }
}

/// Spans of the units that differ; those that follow each other are one.
fn spans(units: &[Unit], is_different: &[bool]) -> Vec<MarkOffsets> {
    let mut spans: Vec<MarkOffsets> = Vec::new();
    let mut is_open = false;
    for (unit, is_different) in units.iter().zip(is_different) {
        match spans.last_mut().filter(|_| is_open && *is_different) {
            Some(span) => span.end = unit.end,
            None if *is_different => spans.push(MarkOffsets {
                start: unit.start,
                end: unit.end,
            }),
            None => {}
        }
        is_open = *is_different;
    }
    spans
}

/// Words of a text and its ideographs.
fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut is_word = false;
    for (at, character) in text.chars().enumerate() {
        let folded = fold_char(character);
        let (class, hash) = match folded {
            CharFold::One(to, class) => (class, hashed(to)),
            // An ellipsis folds to dots, a ligature to letters.
            CharFold::Many(text) => {
                let class = text.chars().next().map_or(Class::Ignorable, class_of);
                (class, text.chars().fold(1, |sum, c| sum ^ hashed(c)))
            }
            CharFold::Nothing => continue,
        };
        match class {
            Class::Letter | Class::Digit => match units.last_mut().filter(|_| is_word) {
                Some(word) => {
                    word.hash = word.hash.wrapping_mul(0x0000_0100_0000_01b3) ^ hash;
                    word.end = at + 1;
                }
                None => units.push(Unit {
                    hash,
                    start: at,
                    end: at + 1,
                }),
            },
            Class::Ideograph => units.push(Unit {
                hash,
                start: at,
                end: at + 1,
            }),
            _ => {}
        }
        is_word = matches!(class, Class::Letter | Class::Digit);
    }
    units
}

fn hashed(character: char) -> u64 {
    u64::from(u32::from(character))
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(one: &str, other: &str) -> (String, String) {
        let Differences { first, second } = differences(one, other);
        let cut = |text: &str, spans: &[MarkOffsets]| {
            let words = spans.iter().map(|span| {
                let chars = text.chars().skip(span.start).take(span.end - span.start);
                chars.collect::<String>()
            });
            words.collect::<Vec<_>>().join("|")
        };
        (cut(one, &first), cut(other, &second))
    }

    #[test]
    fn words_that_differ_are_told_and_script_case_and_marks_are_not() {
        assert_eq!(
            shown("海港由上級機關管理", "海港由主管机关管理。"),
            ("上級".to_owned(), "主管".to_owned())
        );
        assert_eq!(
            shown("The annual review, 2013", "the Review 2014"),
            ("annual|2013".to_owned(), "2014".to_owned())
        );
        assert_eq!(
            shown("", "新增條文"),
            (String::new(), "新增條文".to_owned())
        );
    }

    #[test]
    fn long_texts_are_compared_between_words_that_stand_once() {
        let long: Vec<String> = (0..60_000).map(|number| format!("word{number}")).collect();
        let mut changed = long.clone();
        changed[777] = "other".to_owned();
        changed.remove(50_000);
        let found = shown(&long.join(" "), &changed.join(" "));
        assert_eq!(found, ("word777|word50000".to_owned(), "other".to_owned()));
        // Without one, they differ as a whole and cost nothing.
        let (one, other) = ("一二".repeat(300_000), "二三".repeat(300_000));
        assert!(!differences(&one, &other).first.is_empty());
    }

    #[test]
    fn what_says_the_same_has_one_key() {
        assert_eq!(key_of("《勞動合同法》"), key_of("劳动合同法 "));
        assert_ne!(key_of("勞動法"), key_of("勞工法"));
        assert_ne!(key_of("——"), key_of("***"));
        assert!(likeness(&word_hashes("一二三四"), &word_hashes("一二三五")) > 0.7);
    }

    proptest! {
        #[test]
        fn what_is_left_of_both_is_the_same(one in "[ab c一二三]{0,30}", other in "[ab c一二三]{0,30}") {
            let Differences { first, second } = differences(&one, &other);
            let rest = |text: &str, spans: &[MarkOffsets]| {
                let kept = units(text).into_iter().filter(|unit| {
                    !spans.iter().any(|span| span.start <= unit.start && unit.end <= span.end)
                });
                kept.map(|unit| unit.hash).collect::<Vec<_>>()
            };
            prop_assert_eq!(rest(&one, &first), rest(&other, &second));
        }
    }
}
