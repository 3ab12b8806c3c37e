//! Aligns the passages of two texts in two languages: by their articles, and between them by their lengths and numbers.
//!
//! A translation is about as long as what it translates, passage by passage (Gale and Church, A program for aligning sentences in
//! bilingual corpora, 1993), and holds the same figures. The costs were weighed by hand on laws of Taiwan in both languages.

use std::ops::{Range, RangeInclusive};

use crate::comparing::Row;
use crate::comparing::anchors::in_order;

/// Cells of the table beside its diagonal, on each side.
const BAND: usize = 48;
/// Passages of one segment; longer ones are paired in their order.
const MAX_SEGMENT: usize = 100_000;
/// Cost of a passage that stands alone.
const ALONE: u32 = 90;
/// Added where two passages stand beside one.
const JOINED: u32 = 35;
/// Added where a heading stands beside text.
const OTHER_ROLE: u32 = 60;
/// Taken off where both hold the same figures.
const SAME_NUMBERS: u32 = 45;

/// A passage as it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Width in columns.
    columns: u32,
    /// Hash of its figures; 0 without any.
    numbers: u64,
    is_heading: bool,
}

impl Measured {
    pub(crate) fn new(columns: u32, numbers: u64) -> Self {
        Self {
            columns: columns.max(1),
            numbers,
            is_heading: false,
        }
    }

    /// Measures a passage by its text.
    pub(crate) fn of(text: &str, is_heading: bool) -> Self {
        let columns = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        Self {
            is_heading,
            ..Self::new(columns, numbers_of(text))
        }
    }
}

/// Sum of the hashes of a text's figures in ASCII digits, whatever their order.
fn numbers_of(text: &str) -> u64 {
    let figures = text.split(|c: char| !c.is_ascii_digit());
    let figures = figures.filter(|figure| !figure.is_empty());
    figures.fold(0, |sum, figure| {
        let hash = figure
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        sum.wrapping_add(hash | 1)
    })
}

/// Aligns passages. `anchors` are pairs of indexes that begin the same article, sorted; those out of order are left out.
pub(crate) fn by_lengths(
    left: &[Measured],
    right: &[Measured],
    anchors: &[(usize, usize)],
) -> Vec<Row> {
    let total =
        |passages: &[Measured]| -> u64 { passages.iter().map(|one| u64::from(one.columns)).sum() };
    let ratio = total(right).max(1) as f32 / total(left).max(1) as f32;
    let mut rows = Vec::new();
    let (mut at_left, mut at_right) = (0, 0);
    let ends = [(left.len(), right.len())];
    for (to_left, to_right) in in_order(anchors).into_iter().chain(ends) {
        let segment = Segment {
            left,
            right,
            from: (at_left, at_right),
            to: (to_left, to_right),
            ratio,
        };
        segment.align(&mut rows);
        (at_left, at_right) = (to_left, to_right);
    }
    rows
}

/// Passages between two anchors.
struct Segment<'a> {
    left: &'a [Measured],
    right: &'a [Measured],
    from: (usize, usize),
    to: (usize, usize),
    /// Columns of the right text for one of the left.
    ratio: f32,
}

/// Cells of a table about its diagonal, from the first pair of passages to the last.
struct Band {
    count: usize,
    others: usize,
}

impl Band {
    const WIDTH: usize = 2 * BAND + 1;

    fn len(&self) -> usize {
        (self.count + 1) * Self::WIDTH
    }

    fn middle(&self, one: usize) -> usize {
        one * self.others / self.count
    }

    /// Index of a cell; `None` outside of the band.
    fn cell(&self, one: usize, other: usize) -> Option<usize> {
        let offset = (other + BAND).checked_sub(self.middle(one))?;
        (offset < Self::WIDTH).then_some(one * Self::WIDTH + offset)
    }

    fn columns(&self, one: usize) -> RangeInclusive<usize> {
        let middle = self.middle(one);
        middle.saturating_sub(BAND)..=(middle + BAND).min(self.others)
    }
}

/// Passages of the left and of the right that may stand in one row.
const MOVES: [(usize, usize); 5] = [(1, 1), (1, 0), (0, 1), (2, 1), (1, 2)];

impl Segment<'_> {
    fn align(&self, rows: &mut Vec<Row>) {
        let (count, others) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        if count == 0 || others == 0 || count.max(others) > MAX_SEGMENT {
            self.in_turn(rows);
            return;
        }
        let moves = self.best_moves(count, others);
        let (mut at, mut to) = self.from;
        for (left, right) in moves {
            rows.push(Row::changed(at..at + left, to..to + right));
            (at, to) = (at + left, to + right);
        }
    }

    fn in_turn(&self, rows: &mut Vec<Row>) {
        let (mut at, mut to) = self.from;
        while at < self.to.0 || to < self.to.1 {
            let left = usize::from(at < self.to.0);
            let right = usize::from(to < self.to.1);
            rows.push(Row::changed(at..at + left, to..to + right));
            (at, to) = (at + left, to + right);
        }
    }

    /// Moves of the least cost through a band about the diagonal, from the first passage to the last.
    fn best_moves(&self, count: usize, others: usize) -> Vec<(usize, usize)> {
        let band = Band { count, others };
        let came = self.filled(&band);
        let mut moves = Vec::new();
        let (mut one, mut other) = (count, others);
        while one > 0 || other > 0 {
            let number = band.cell(one, other).map_or(u8::MAX, |cell| came[cell]);
            // Where the band is left, what remains is paired one by one.
            let rest = (usize::from(one > 0), usize::from(other > 0));
            let (left, right) = MOVES.get(usize::from(number)).copied().unwrap_or(rest);
            moves.push((left, right));
            (one, other) = (one - left, other - right);
        }
        moves.reverse();
        moves
    }

    /// The number of the move by which each cell of the band is reached at the least cost.
    fn filled(&self, band: &Band) -> Vec<u8> {
        let mut costs = vec![u32::MAX; band.len()];
        let mut came = vec![u8::MAX; band.len()];
        for one in 0..=band.count {
            for other in band.columns(one) {
                let Some(here) = band.cell(one, other) else {
                    continue;
                };
                if (one, other) == (0, 0) {
                    costs[here] = 0;
                    continue;
                }
                for (number, (left, right)) in MOVES.into_iter().enumerate() {
                    let from = (one.checked_sub(left), other.checked_sub(right));
                    let (Some(from), Some(beside)) = from else {
                        continue;
                    };
                    let before = band.cell(from, beside).map_or(u32::MAX, |cell| costs[cell]);
                    if before == u32::MAX {
                        continue;
                    }
                    let cost = before + self.cost(from..one, beside..other);
                    if cost < costs[here] {
                        (costs[here], came[here]) = (cost, number as u8);
                    }
                }
            }
        }
        came
    }

    fn cost(&self, left: Range<usize>, right: Range<usize>) -> u32 {
        let left = &self.left[self.from.0 + left.start..self.from.0 + left.end];
        let right = &self.right[self.from.1 + right.start..self.from.1 + right.end];
        let (Some(first), Some(beside)) = (left.first(), right.first()) else {
            return ALONE;
        };
        let columns =
            |passages: &[Measured]| -> u32 { passages.iter().map(|one| one.columns).sum() };
        let (expected, found) = (columns(left) as f32 * self.ratio, columns(right) as f32);
        let share = expected.min(found) / expected.max(found).max(1.0);
        let mut cost = (100.0 * (1.0 - share)) as u32;
        let numbers = |passages: &[Measured]| {
            passages
                .iter()
                .fold(0, |sum: u64, one| sum.wrapping_add(one.numbers))
        };
        if numbers(left) != 0 && numbers(left) == numbers(right) {
            cost = cost.saturating_sub(SAME_NUMBERS);
        }
        if first.is_heading != beside.is_heading {
            cost += OTHER_ROLE;
        }
        let joined = u32::from(left.len() + right.len() > 2);
        cost + joined * JOINED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(left: &[u32], right: &[u32], anchors: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let measured = |columns: &[u32]| {
            columns
                .iter()
                .map(|one| Measured::new(*one, 0))
                .collect::<Vec<_>>()
        };
        let rows = by_lengths(&measured(left), &measured(right), anchors);
        rows.iter()
            .map(|row| (row.left.len(), row.right.len()))
            .collect()
    }

    #[test]
    fn passages_stand_beside_those_of_their_length() {
        assert_eq!(
            rows(&[100, 20, 300], &[200, 42, 610], &[]),
            [(1, 1), (1, 1), (1, 1)]
        );
        assert_eq!(
            rows(&[100, 20, 300], &[200, 40, 300, 310], &[]),
            [(1, 1), (1, 1), (1, 2)]
        );
        // An anchor holds whatever the lengths say.
        assert_eq!(
            rows(&[100, 20, 300], &[40, 600], &[(1, 0), (2, 1)]),
            [(1, 0), (1, 1), (1, 1)]
        );
        assert_eq!(rows(&[], &[5, 5], &[]), [(0, 1), (0, 1)]);
    }

    #[test]
    fn figures_tell_a_passage_among_others_of_its_length() {
        let of = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| Measured::of(text, false))
                .collect::<Vec<_>>()
        };
        let left = of(&["自2013年起適用。", "本條例自公布日施行之。", "罰款500元。"]);
        let right = of(&["Applies from 2013.", "A fine of 500."]);
        let rows = by_lengths(&left, &right, &[]);
        let row = rows
            .iter()
            .find(|row| row.left.contains(&2))
            .expect("a row");
        assert_eq!(row.right, 1..2, "{rows:?}");
        let row = rows
            .iter()
            .find(|row| row.left.contains(&0))
            .expect("a row");
        assert_eq!(row.right, 0..1, "{rows:?}");
    }

    #[test]
    fn a_long_text_beside_a_short_one_is_aligned_in_a_band() {
        let rows = rows(&vec![50; 20_000], &[50; 3], &[]);
        assert_eq!(rows.iter().map(|row| row.0).sum::<usize>(), 20_000);
        assert_eq!(rows.iter().map(|row| row.1).sum::<usize>(), 3);
    }
}
