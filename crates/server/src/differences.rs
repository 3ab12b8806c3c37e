//! Tells in which words two texts differ.
//!
//! In: two texts that say nearly the same. Out: the spans of each that the other has not, in code points. Words are compared
//! folded, ideographs one by one, so script, case, width, punctuation and white space are no differences. What both begin and
//! end with is compared in linear time; between, the longest common subsequence takes the product of the lengths, and where
//! that is too large all of it differs.

use polidex_analysis::fold::{CharFold, Class, class_of, fold_char};

use crate::answer::MarkOffsets;

/// Maximum product of the units of two texts between their common ends.
const MAX_CELLS: usize = 250_000;

/// Spans of two texts, each sorted and disjoint.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    /// Spans of the first text that the second has not.
    pub(crate) first: Vec<MarkOffsets>,
    /// Spans of the second that the first has not.
    pub(crate) second: Vec<MarkOffsets>,
}

/// Compares two texts; nothing differs where one of them has no words.
pub(crate) fn differences(first: &str, second: &str) -> Differences {
    let (first, second) = (units(first), units(second));
    if first.is_empty() || second.is_empty() {
        return Differences::default();
    }
    let same = |(one, other): &(&Unit, &Unit)| one.word == other.word;
    let head = first.iter().zip(&second).take_while(same).count();
    let (first, second) = (&first[head..], &second[head..]);
    let backwards = first.iter().rev().zip(second.iter().rev());
    let tail = backwards.take_while(same).count();
    let (first, second) = (&first[..first.len() - tail], &second[..second.len() - tail]);
    let is_large = first.len() * second.len() > MAX_CELLS;
    let (in_first, in_second) = if is_large {
        (vec![true; first.len()], vec![true; second.len()])
    } else {
        not_common(first, second)
    };
    Differences {
        first: spans(first, &in_first),
        second: spans(second, &in_second),
    }
}

/// Tells of each unit of two texts if it is not in their longest common subsequence.
fn not_common(first: &[Unit], second: &[Unit]) -> (Vec<bool>, Vec<bool>) {
    let width = second.len() + 1;
    let longest = common_lengths(first, second);
    let (mut in_first, mut in_second) = (vec![true; first.len()], vec![true; second.len()]);
    let (mut at, mut to) = (0, 0);
    while at < first.len() && to < second.len() {
        if first[at].word == second[to].word {
            (in_first[at], in_second[to]) = (false, false);
            (at, to) = (at + 1, to + 1);
        } else if longest[(at + 1) * width + to] >= longest[at * width + to + 1] {
            at += 1;
        } else {
            to += 1;
        }
    }
    (in_first, in_second)
}

/// Length of the longest common subsequence behind each pair of places.
fn common_lengths(first: &[Unit], second: &[Unit]) -> Vec<u32> {
    let width = second.len() + 1;
    let mut longest = vec![0_u32; (first.len() + 1) * width];
    for at in (0..first.len()).rev() {
        for to in (0..second.len()).rev() {
            longest[at * width + to] = if first[at].word == second[to].word {
                longest[(at + 1) * width + to + 1] + 1
            } else {
                longest[(at + 1) * width + to].max(longest[at * width + to + 1])
            };
        }
    }
    longest
}

/// Spans of the marked units; those that touch, or have only white space and marks between them, are one.
fn spans(units: &[Unit], is_marked: &[bool]) -> Vec<MarkOffsets> {
    let mut spans: Vec<MarkOffsets> = Vec::new();
    let mut before = None;
    let marked = (0..)
        .zip(units)
        .zip(is_marked)
        .filter(|(_, marked)| **marked);
    for ((at, unit), _) in marked {
        match spans.last_mut().filter(|_| before == Some(at)) {
            Some(last) => last.end = unit.end,
            None => spans.push(MarkOffsets {
                start: unit.start,
                end: unit.end,
            }),
        }
        before = Some(at + 1);
    }
    spans
}

/// A word or an ideograph, folded and hashed, and its place in code points.
struct Unit {
    word: u64,
    start: usize,
    end: usize,
}

fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut is_word = false;
    for (at, character) in text.chars().enumerate() {
        let folded = match fold_char(character) {
            CharFold::One(folded, class) => Some((folded, class)),
            CharFold::Many(several) => several.chars().next().map(|first| (first, class_of(first))),
            CharFold::Nothing => None,
        };
        let Some((folded, class)) = folded else {
            continue;
        };
        let joins = matches!(class, Class::Letter | Class::Digit);
        match units.last_mut().filter(|_| joins && is_word) {
            Some(unit) => {
                unit.word = hashed(unit.word, folded);
                unit.end = at + 1;
            }
            None if joins || class == Class::Ideograph => units.push(Unit {
                word: hashed(0xcbf2_9ce4_8422_2325, folded),
                start: at,
                end: at + 1,
            }),
            None => {}
        }
        is_word = joins;
    }
    units
}

fn hashed(before: u64, character: char) -> u64 {
    (before ^ u64::from(character))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn differing(one: &str, other: &str) -> (Vec<String>, Vec<String>) {
        let found = differences(one, other);
        let cut = |text: &str, spans: &[MarkOffsets]| {
            let spans = spans.iter();
            let cut = |span: &MarkOffsets| {
                let text = text.chars().skip(span.start);
                text.take(span.end - span.start).collect()
            };
            spans.map(cut).collect()
        };
        (cut(one, &found.first), cut(other, &found.second))
    }

    #[test]
    fn words_that_differ_are_told_and_script_is_no_difference() {
        let (one, other) = differing("海港由上級機關管理", "海港由主管机关管理");
        assert_eq!(
            (one, other),
            (vec!["上級".to_owned()], vec!["主管".to_owned()])
        );
        let (one, other) = differing("the annual, public review", "The Review");
        assert_eq!((one, other), (vec!["annual, public".to_owned()], vec![]));
        assert_eq!(differing("", "一"), (vec![], vec![]));
        let (one, other) = ("長".repeat(3_000), "短".repeat(3_000));
        assert_eq!(
            differing(&one, &other),
            (vec![one.clone()], vec![other.clone()])
        );
    }

    proptest! {
        #[test]
        fn what_is_left_is_the_same(one in "[一二三abc ，]{0,40}", other in "[一二三abc ，]{0,40}") {
            let found = differences(&one, &other);
            let left = |text: &str, spans: &[MarkOffsets]| -> String {
                let is_within = |at: usize| spans.iter().any(|span| (span.start..span.end).contains(&at));
                let left = text.chars().enumerate().filter(|(at, c)| c.is_alphanumeric() && !is_within(*at));
                left.map(|(_, c)| c).collect()
            };
            let has_words = |text: &str| text.chars().any(char::is_alphanumeric);
            if has_words(&one) && has_words(&other) {
                prop_assert_eq!(left(&one, &found.first), left(&other, &found.second));
            }
        }
    }
}
