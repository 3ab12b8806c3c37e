//! Pairs of places that hold the same and stand in the same order in two sequences.

use std::collections::HashMap;
use std::hash::Hash;

/// Returns the pairs of indexes whose keys stand once in each sequence, in an order that both keep: the longest such.
pub(super) fn unique_pairs<K: Eq + Hash>(left: &[K], right: &[K]) -> Vec<(usize, usize)> {
    let mut places: HashMap<&K, (Option<usize>, Option<usize>, bool)> = HashMap::new();
    for (at, key) in left.iter().enumerate() {
        let place = places.entry(key).or_default();
        place.2 |= place.0.replace(at).is_some();
    }
    for (at, key) in right.iter().enumerate() {
        let place = places.entry(key).or_default();
        place.2 |= place.1.replace(at).is_some();
    }
    let once = places
        .into_values()
        .filter_map(|(one, other, is_repeated)| Some((one?, other.filter(|_| !is_repeated)?)));
    let mut pairs: Vec<(usize, usize)> = once.collect();
    pairs.sort_unstable();
    in_order(&pairs)
}

/// Returns the longest run of `pairs`, sorted by the first index, whose second indexes rise.
pub(super) fn in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of each length, the pair that ends the run with the least second index.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, right)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *right);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        run.push(pairs[index]);
        at = before[index];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_once_in_both_and_in_order_is_paired() {
        let pairs = unique_pairs(&["a", "b", "c", "d", "d"], &["b", "x", "a", "c", "d"]);
        assert_eq!(pairs.len(), 2, "{pairs:?}");
        assert_eq!(pairs[1], (2, 3));
        assert!(unique_pairs::<u8>(&[], &[1]).is_empty());
    }
}
