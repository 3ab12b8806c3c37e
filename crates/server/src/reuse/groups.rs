//! Joins passages that are alike into groups.
//!
//! In: sketched passages in an order that depends on the documents alone. Out: for each passage the first of its group. A
//! passage joins the group whose first it is most alike, or begins one: groups are stars, so likeness makes no chains. Two
//! passages meet where a band, two neighbouring bins of their sketches, is the same in both; each band leads to the first
//! passage that has it. So the work is linear in the passages, however many are alike, but for sorting the bands.

use crate::reuse::sketch::{BINS, Sketch};

/// Bands of a sketch that are compared. Passages that share 0.6 of their shingles miss each other in all of them once in a
/// hundred times, those that share 0.7 once in a thousand.
const BANDS: usize = 10;
/// Bins of a band.
const BAND_BINS: usize = 2;

const _: () = assert!(BANDS * BAND_BINS <= BINS);

/// Position of the first passage of each passage's group: its own where it begins one.
pub(super) fn first_of_groups(sketches: &[Sketch]) -> Vec<u32> {
    let met: Vec<Vec<u32>> = (0..BANDS)
        .map(|band| first_with_band(sketches, band))
        .collect();
    let mut firsts: Vec<u32> = Vec::with_capacity(sketches.len());
    for (at, sketch) in (0..).zip(sketches) {
        // A passage met may have joined a group itself: its first decides.
        let candidates = met.iter().map(|met| met[at as usize]);
        let candidates = candidates.filter(|met| *met < at);
        let candidates = candidates.map(|met| firsts[met as usize]);
        let alike = candidates.filter_map(|first| {
            let likeness = sketch.likeness(&sketches[first as usize])?;
            Some((likeness, first))
        });
        let best = alike.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        firsts.push(best.map_or(at, |(_, first)| first));
    }
    firsts
}

/// For each passage the first one with the same band, itself where there is none before it.
fn first_with_band(sketches: &[Sketch], band: usize) -> Vec<u32> {
    let mut keys: Vec<(u32, u32)> = (0..)
        .zip(sketches)
        .filter_map(|(at, sketch)| Some((key_of(sketch, band)?, at)))
        .collect();
    keys.sort_unstable();
    let mut firsts: Vec<u32> = (0..sketches.len() as u32).collect();
    for same in keys.chunk_by(|one, other| one.0 == other.0) {
        for (_, at) in same {
            firsts[*at as usize] = same[0].1;
        }
    }
    firsts
}

/// Both bins of a band; `None` where neither is filled.
fn key_of(sketch: &Sketch, band: usize) -> Option<u32> {
    let bins = &sketch.bins[band * BAND_BINS..(band + 1) * BAND_BINS];
    let key = u32::from(bins[0]) << 16 | u32::from(bins[1]);
    (key != 0).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::sketch::sketch_of;

    fn groups(texts: &[String]) -> Vec<u32> {
        let sketches = texts.iter().map(|text| sketch_of(text).expect("long").0);
        first_of_groups(&sketches.collect::<Vec<_>>())
    }

    /// A paragraph of its own for each number.
    fn paragraph(number: usize) -> String {
        let word = |at: usize| format!("w{}", number * 1_000 + at);
        (0..60).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn alike_passages_are_in_one_group_and_others_alone() {
        let texts: Vec<String> = (0..400)
            .map(|at| {
                let text = paragraph(at % 100);
                match at < 200 {
                    true => text,
                    false => text.replacen(&format!("w{}", (at % 100) * 1_000 + 7), "changed", 1),
                }
            })
            .collect();
        let expected: Vec<u32> = (0..400).map(|at| at % 100).collect();
        assert_eq!(groups(&texts), expected);
    }

    #[test]
    fn likeness_makes_no_chains() {
        // Each shares most words with the next, and the first shares none with the last.
        let text = |from: usize| -> String {
            let words = (from..from + 80).map(|at| format!("w{at}"));
            words.collect::<Vec<_>>().join(" ")
        };
        let texts: Vec<String> = (0..100).map(|step| text(step * 8)).collect();
        let groups = groups(&texts);
        let largest = (0..100).map(|first| groups.iter().filter(|of| **of == first).count());
        assert!(largest.max() <= Some(8), "{groups:?}");
    }
}
