//! Parts of a picture that lines are looked for in: slices of one that is much longer than wide, without empty margins.

use std::ops::Range;

use crate::raster::Raster;
use crate::weights::{
    DETECT_SIDE, DETECT_STEP, INK_CELL, INK_SHARE, LEAST_INK, LONG, MAX_SLICES, SLICE,
    WIDE_SLICE_PIXELS,
};

/// A slice of a picture along its longer side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    /// Rows, or columns of a wide picture, that are shown.
    pub(crate) shown: Range<u32>,
    /// Those in which the middles of its lines stand; the others are those of its neighbours.
    pub(crate) own: Range<u32>,
    /// True if columns are meant.
    pub(crate) is_across: bool,
}

/// Number of slices that a picture of this size is looked at in; a page is one.
pub fn slices_of(width: u32, height: u32) -> u32 {
    let (long, short) = (width.max(height), width.min(height));
    let least = match width > height {
        true => WIDE_SLICE_PIXELS,
        false => DETECT_SIDE,
    };
    if long as f32 <= LONG * short as f32 || long <= least {
        return 1;
    }
    let len = ((short as f32 * SLICE) as u32).max(least);
    long.div_ceil(len).clamp(1, MAX_SLICES)
}

/// Cuts a picture where the least is drawn near each border of its slices. Slices of rows overlap, so that a line which is
/// cut is whole in one of them.
pub(crate) fn slices(picture: &Raster) -> Vec<Slice> {
    let (width, height) = (picture.width(), picture.height());
    let is_across = width > height;
    let long = width.max(height);
    let count = slices_of(width, height);
    let overlap = if is_across { 0 } else { width / 16 };
    let mut cuts = vec![0];
    if count > 1 {
        let drawn = strokes(picture, is_across);
        let len = long / count;
        cuts.extend((1..count).map(|at| emptiest(&drawn, at * len, len / 4)));
    }
    cuts.push(long);
    let slice = |pair: &[u32]| Slice {
        shown: pair[0].saturating_sub(overlap)..(pair[1] + overlap).min(long),
        own: pair[0]..pair[1],
        is_across,
    };
    cuts.windows(2).map(slice).collect()
}

/// Amount of drawing in each row, or column: differences between neighbours.
fn strokes(picture: &Raster, is_across: bool) -> Vec<u64> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let green = |x: usize, y: usize| picture.rgb()[(y * width + x) * 3 + 1];
    let mut drawn = vec![0; if is_across { width } else { height }];
    for y in 1..height {
        for x in 1..width {
            let (at, before) = match is_across {
                true => (x, green(x, y - 1)),
                false => (y, green(x - 1, y)),
            };
            drawn[at] += u64::from(green(x, y).abs_diff(before));
        }
    }
    drawn
}

/// Rows that are judged together.
const WINDOW: usize = 9;

/// Returns the row within `reach` of `near` around which the least is drawn; of several, the nearest.
fn emptiest(drawn: &[u64], near: u32, reach: u32) -> u32 {
    let reach = (reach as usize).max(1);
    let near = near as usize;
    let range = near.saturating_sub(reach)..(near + reach).min(drawn.len());
    let around = |at: usize| -> u64 {
        let from = at.saturating_sub(WINDOW / 2);
        drawn[from..(at + WINDOW / 2 + 1).min(drawn.len())]
            .iter()
            .sum()
    };
    let row = range.min_by_key(|at| (around(*at), at.abs_diff(near)));
    row.unwrap_or(near) as u32
}

/// Returns the part of a small picture that holds all that is drawn, in steps that the network takes: left, top, width,
/// height.
pub(crate) fn drawn_part(small: &Raster) -> (u32, u32, u32, u32) {
    let contrasts = contrasts(small);
    let most = contrasts.iter().flatten().max().copied().unwrap_or(0);
    let least = LEAST_INK.max((f32::from(most) * INK_SHARE) as u8);
    let is_drawn = |contrast: &u8| *contrast >= least;
    let rows = contrasts.iter().map(|row| row.iter().any(is_drawn));
    let columns = contrasts.first().map_or(0, Vec::len);
    let columns = (0..columns).map(|x| contrasts.iter().any(|row| is_drawn(&row[x])));
    let (x, width) = stretch(columns, small.width());
    let (y, height) = stretch(rows, small.height());
    (x, y, width, height)
}

/// Difference between the lightest and the darkest pixel of each cell.
fn contrasts(small: &Raster) -> Vec<Vec<u8>> {
    let (width, cell) = (small.width() as usize, INK_CELL as usize);
    let rows = small.rgb().chunks(width * 3 * cell);
    let contrast = |band: &[u8], x: usize| {
        let mut range = (u8::MAX, u8::MIN);
        for row in band.chunks_exact(width * 3) {
            for pixel in row[x * 3..((x + cell) * 3).min(row.len())].chunks_exact(3) {
                range = (range.0.min(pixel[1]), range.1.max(pixel[1]));
            }
        }
        range.1.saturating_sub(range.0)
    };
    rows.map(|band| {
        (0..width)
            .step_by(cell)
            .map(|x| contrast(band, x))
            .collect()
    })
    .collect()
}

/// Begin and length of the cells from the first that is drawn to the last, with one more on each side.
fn stretch(is_drawn: impl Iterator<Item = bool>, side: u32) -> (u32, u32) {
    let drawn: Vec<u32> = (0..)
        .zip(is_drawn)
        .filter_map(|(at, is_drawn)| is_drawn.then_some(at))
        .collect();
    let (Some(first), Some(last)) = (drawn.first(), drawn.last()) else {
        return (0, side.min(DETECT_STEP));
    };
    let from = first.saturating_sub(1) * INK_CELL;
    let to = ((last + 2) * INK_CELL).min(side);
    let len = ((to - from).div_ceil(DETECT_STEP) * DETECT_STEP).min(side);
    (from.min(side - len), len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White paper with black bands of rows.
    fn striped(width: u32, height: u32, is_black: impl Fn(u32) -> bool) -> Raster {
        let mut picture = Raster::white(width, height).expect("pixels");
        for (at, pixel) in picture.rgb_mut().chunks_exact_mut(3).enumerate() {
            let (x, y) = (at as u32 % width, at as u32 / width);
            if is_black(y) && x % 8 < 4 {
                pixel.fill(0);
            }
        }
        picture
    }

    #[test]
    fn a_page_is_one_slice_and_a_long_picture_is_cut_between_its_lines() {
        assert_eq!(slices(&Raster::white(1654, 2339).expect("pixels")).len(), 1);
        let picture = striped(300, 6_000, |y| y % 50 < 30);
        let slices = slices(&picture);
        assert_eq!(slices.len(), 7);
        for pair in slices.windows(2) {
            let cut = pair[0].own.end;
            assert_eq!(cut, pair[1].own.start);
            assert!((30..50).contains(&(cut % 50)), "{cut}");
            assert!(pair[0].shown.end > cut && pair[1].shown.start < cut);
        }
        assert_eq!((slices[0].own.start, slices[6].own.end), (0, 6_000));
    }

    #[test]
    fn the_longest_picture_has_some_slices_and_a_wide_one_does_not_overlap() {
        assert_eq!(slices_of(1, 99_000_000), MAX_SLICES);
        assert_eq!((slices_of(1, 1), slices_of(2_400, 400)), (1, 1));
        let wide = slices(&Raster::white(10_000, 100).expect("pixels"));
        assert!(wide.iter().all(|slice| slice.shown == slice.own));
        assert!(wide.len() > 1 && wide[0].is_across);
    }

    #[test]
    fn margins_are_left_out_in_steps() {
        let picture = striped(320, 640, |y| (100..140).contains(&y));
        let (x, y, width, height) = drawn_part(&picture);
        assert_eq!((x, width), (0, 320));
        assert!(
            y <= 100 && y + height >= 140 && height == 96,
            "{y} {height}"
        );
        assert_eq!(
            drawn_part(&Raster::white(64, 64).expect("pixels")),
            (0, 0, 32, 32)
        );
    }
}
