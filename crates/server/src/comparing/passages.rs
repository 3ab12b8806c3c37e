//! Aligns the passages of two texts in one language: those that say the same, and between them those that say nearly the same.

use std::ops::Range;

use crate::comparing::Row;
use crate::comparing::anchors::unique_pairs;

/// Pairs of passages that are compared for their likeness in one gap.
const MAX_PAIRS_OF_GAP: usize = 2_500;
/// The same for all gaps of two texts together; behind it, passages are paired in their order.
const MAX_PAIRS: usize = 60_000;
/// Likeness, from 0 to 1, from which on two passages are versions of one. Any two English paragraphs share a third of their words.
const MIN_LIKENESS: f32 = 0.5;

/// Aligns passages by `left` and `right`, keys that are equal where two passages say the same. `likeness` tells how much of two
/// passages is common, from 0 to 1.
pub(crate) fn by_passages(
    left: &[u64],
    right: &[u64],
    likeness: &mut dyn FnMut(usize, usize) -> f32,
) -> Vec<Row> {
    let mut aligner = Aligner {
        left,
        right,
        likeness,
        rows: Vec::new(),
        pairs_left: MAX_PAIRS,
    };
    let (mut at_left, mut at_right) = (0, 0);
    for (in_left, in_right) in unique_pairs(left, right) {
        if in_left < at_left || in_right < at_right {
            continue;
        }
        aligner.between(at_left..in_left, at_right..in_right);
        aligner.push_same(in_left, in_right);
        (at_left, at_right) = (in_left + 1, in_right + 1);
    }
    aligner.between(at_left..left.len(), at_right..right.len());
    aligner.rows
}

struct Aligner<'a> {
    left: &'a [u64],
    right: &'a [u64],
    likeness: &'a mut dyn FnMut(usize, usize) -> f32,
    rows: Vec<Row>,
    pairs_left: usize,
}

impl Aligner<'_> {
    fn push_same(&mut self, left: usize, right: usize) {
        self.rows.push(Row {
            left: left..left + 1,
            right: right..right + 1,
            is_same: true,
        });
    }

    /// Aligns a gap between anchors: what is equal at its ends, then what is alike.
    fn between(&mut self, mut left: Range<usize>, mut right: Range<usize>) {
        let both =
            |left: &Range<usize>, right: &Range<usize>| !left.is_empty() && !right.is_empty();
        while both(&left, &right) && self.left[left.start] == self.right[right.start] {
            self.push_same(left.start, right.start);
            (left.start, right.start) = (left.start + 1, right.start + 1);
        }
        let mut equal_behind = 0;
        while both(&left, &right) && self.left[left.end - 1] == self.right[right.end - 1] {
            (left.end, right.end) = (left.end - 1, right.end - 1);
            equal_behind += 1;
        }
        self.gap(left.clone(), right.clone());
        for offset in 0..equal_behind {
            self.push_same(left.end + offset, right.end + offset);
        }
    }

    fn gap(&mut self, left: Range<usize>, right: Range<usize>) {
        let pairs = left.len() * right.len();
        if pairs == 0 {
            self.only(left, right);
        } else if pairs <= MAX_PAIRS_OF_GAP.min(self.pairs_left) {
            self.pairs_left -= pairs;
            self.alike(left, right);
        } else {
            self.in_turn(left, right);
        }
    }

    /// Passages of one text alone, a row each.
    fn only(&mut self, left: Range<usize>, right: Range<usize>) {
        let (in_left, in_right) = (left.end, right.start);
        let ours = left.map(|at| Row::changed(at..at + 1, in_right..in_right));
        self.rows.extend(ours);
        let theirs = right.map(|at| Row::changed(in_left..in_left, at..at + 1));
        self.rows.extend(theirs);
    }

    /// Pairs passages in their order, without a look at them.
    fn in_turn(&mut self, left: Range<usize>, right: Range<usize>) {
        let shared = left.len().min(right.len());
        for offset in 0..shared {
            let (one, other) = (left.start + offset, right.start + offset);
            let mut row = Row::changed(one..one + 1, other..other + 1);
            row.is_same = self.left[one] == self.right[other];
            self.rows.push(row);
        }
        self.only(
            left.start + shared..left.end,
            right.start + shared..right.end,
        );
    }

    /// Pairs the passages of a gap so that the sum of their likenesses is greatest.
    fn alike(&mut self, left: Range<usize>, right: Range<usize>) {
        let table = self.likenesses(&left, &right);
        let sums = table.sums();
        let (mut one, mut other) = (0, 0);
        while one < table.rows && other < table.columns {
            let (at, to) = (left.start + one, right.start + other);
            if table.is_pair(&sums, one, other) {
                let mut row = Row::changed(at..at + 1, to..to + 1);
                row.is_same = self.left[at] == self.right[to];
                self.rows.push(row);
                (one, other) = (one + 1, other + 1);
            } else if sums[table.cell(one + 1, other)] >= sums[table.cell(one, other + 1)] {
                self.only(at..at + 1, to..to);
                one += 1;
            } else {
                self.only(at..at, to..to + 1);
                other += 1;
            }
        }
        self.only(left.start + one..left.end, right.start + other..right.end);
    }

    fn likenesses(&mut self, left: &Range<usize>, right: &Range<usize>) -> Likenesses {
        let mut values = Vec::with_capacity(left.len() * right.len());
        for at in left.clone() {
            for to in right.clone() {
                values.push(match self.left[at] == self.right[to] {
                    true => 1.0,
                    false => (self.likeness)(at, to),
                });
            }
        }
        Likenesses {
            values,
            rows: left.len(),
            columns: right.len(),
        }
    }
}

/// How much each passage of a gap is like each of the other text.
struct Likenesses {
    values: Vec<f32>,
    rows: usize,
    columns: usize,
}

impl Likenesses {
    fn of(&self, one: usize, other: usize) -> f32 {
        self.values[one * self.columns + other]
    }

    /// Index into the sums, which have a row and a column more.
    fn cell(&self, one: usize, other: usize) -> usize {
        one * (self.columns + 1) + other
    }

    /// The greatest sum of likenesses of the passages from each pair on.
    fn sums(&self) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.cell(self.rows + 1, 0)];
        for one in (0..self.rows).rev() {
            for other in (0..self.columns).rev() {
                let likeness = self.of(one, other);
                let paired = match likeness >= MIN_LIKENESS {
                    true => likeness + sums[self.cell(one + 1, other + 1)],
                    false => 0.0,
                };
                let (down, across) = (self.cell(one + 1, other), self.cell(one, other + 1));
                sums[self.cell(one, other)] = paired.max(sums[down]).max(sums[across]);
            }
        }
        sums
    }

    fn is_pair(&self, sums: &[f32], one: usize, other: usize) -> bool {
        let likeness = self.of(one, other);
        let with_rest = likeness + sums[self.cell(one + 1, other + 1)];
        likeness >= MIN_LIKENESS && with_rest >= sums[self.cell(one, other)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_stands_alone_and_what_changed_beside_its_version() {
        let left = [1, 2, 31, 4, 5];
        let right = [1, 9, 2, 32, 5, 6];
        let mut likeness = |one: usize, other: usize| match (left[one], right[other]) {
            (31, 32) => 0.8,
            _ => 0.0,
        };
        let rows = by_passages(&left, &right, &mut likeness);
        let said: Vec<(Option<u64>, Option<u64>, bool)> = rows
            .iter()
            .map(|row| {
                let one = row.left.clone().next().map(|at| left[at]);
                let other = row.right.clone().next().map(|at| right[at]);
                (one, other, row.is_same)
            })
            .collect();
        assert_eq!(
            said,
            [
                (Some(1), Some(1), true),
                (None, Some(9), false),
                (Some(2), Some(2), true),
                (Some(31), Some(32), false),
                (Some(4), None, false),
                (Some(5), Some(5), true),
                (None, Some(6), false),
            ]
        );
    }

    #[test]
    fn texts_without_anything_in_common_cost_no_more_than_their_lengths() {
        let left: Vec<u64> = (0..200_000).collect();
        let right: Vec<u64> = (200_000..400_000).collect();
        let mut asked = 0_usize;
        let rows = by_passages(&left, &right, &mut |_, _| {
            asked += 1;
            0.0
        });
        assert_eq!(rows.len(), 200_000);
        let repeated = vec![7_u64; 100_000];
        let longer = vec![7_u64; 100_001];
        let rows = by_passages(&repeated, &longer, &mut |_, _| 1.0);
        assert_eq!(rows.iter().filter(|row| row.is_same).count(), 100_000);
        assert!(asked <= MAX_PAIRS, "{asked}");
    }
}
