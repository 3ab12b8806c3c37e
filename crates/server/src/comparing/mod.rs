//! Lays two texts beside each other, passage by passage.
//!
//! In: the passages of both as keys, lengths or numbers, never as text. Out: rows, each a run of passages of the one and of the
//! other; every passage of both is in exactly one row, in order. [`words`] tells what differs within a row. All of it is linear in
//! the texts but for small gaps, whose work has a budget.

mod anchors;
pub(crate) mod lengths;
pub(crate) mod passages;
pub(crate) mod words;

use std::ops::Range;

/// Passages that stand beside each other; one of the two may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) left: Range<usize>,
    pub(crate) right: Range<usize>,
    /// Both say the same, script, case and punctuation aside.
    pub(crate) is_same: bool,
}

impl Row {
    fn changed(left: Range<usize>, right: Range<usize>) -> Self {
        Self {
            left,
            right,
            is_same: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lengths::{Measured, by_lengths};
    use super::passages::by_passages;
    use super::*;

    /// Asserts that every passage is in one row, in order.
    fn check_rows(rows: &[Row], left: usize, right: usize) {
        let (mut at_left, mut at_right) = (0, 0);
        for row in rows {
            assert_eq!((row.left.start, row.right.start), (at_left, at_right));
            assert!(!row.left.is_empty() || !row.right.is_empty());
            (at_left, at_right) = (row.left.end, row.right.end);
        }
        assert_eq!((at_left, at_right), (left, right));
    }

    proptest! {
        #[test]
        fn every_passage_is_in_one_row_in_order(
            left in prop::collection::vec(0_u64..12, 0..40), right in prop::collection::vec(0_u64..12, 0..40),
        ) {
            let rows = by_passages(&left, &right, &mut |one, other| f32::from(u8::from(one % 3 == other % 3)));
            check_rows(&rows, left.len(), right.len());
            for row in rows.iter().filter(|row| row.is_same) {
                prop_assert_eq!(left[row.left.clone()].to_vec(), right[row.right.clone()].to_vec());
            }
            let measured = |keys: &[u64]| keys.iter().map(|key| Measured::new(*key as u32 * 10, *key)).collect::<Vec<_>>();
            let rows = by_lengths(&measured(&left), &measured(&right), &[]);
            check_rows(&rows, left.len(), right.len());
        }
    }
}
