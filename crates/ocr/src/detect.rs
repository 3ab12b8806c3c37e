//! Finds lines of text: the network says of each pixel how likely it is the middle of a line; pixels that touch are one.

use rten_tensor::NdTensor;

use crate::geometry::{Leaning, Point};
use crate::model::{Network, OcrError};
use crate::raster::Raster;
use crate::regions::{Slice, drawn_part, slices};
use crate::text::TimeLeft;
use crate::weights::{
    DETECT_SIDE, DETECT_STEP, GROWTH, LEAST_SIDE, MAX_LINES, TEXT_LINE, TEXT_PIXEL,
};

/// Returns the boxes of the lines of a picture, and whether all of it was looked at: `time_left` is asked before each
/// slice.
pub(crate) fn find_lines(
    network: &Network,
    picture: &Raster,
    time_left: &dyn Fn() -> TimeLeft,
) -> Result<(Vec<Leaning>, bool), OcrError> {
    let slices = slices(picture);
    let mut found = Vec::new();
    for (index, slice) in slices.iter().enumerate() {
        if index > 0 && time_left() == TimeLeft::None {
            return Ok((found, false));
        }
        if slices.len() == 1 {
            found = lines_in(network, picture)?;
        } else {
            found.extend(lines_of_slice(network, picture, slice)?);
        }
    }
    found.truncate(MAX_LINES);
    Ok((found, true))
}

/// The lines whose middles stand in what is a slice's own.
fn lines_of_slice(
    network: &Network,
    picture: &Raster,
    slice: &Slice,
) -> Result<Vec<Leaning>, OcrError> {
    let (from, len) = (slice.shown.start, slice.shown.end - slice.shown.start);
    let (corner, size) = match slice.is_across {
        true => ((from, 0), (len, picture.height())),
        false => ((0, from), (picture.width(), len)),
    };
    let found = lines_in(network, &picture.part(corner, size))?;
    let is_own = |line: &Leaning| {
        let middle = match slice.is_across {
            true => line.centre.0,
            false => line.centre.1,
        };
        slice.own.contains(&(middle.max(0.0) as u32))
    };
    let found = found.into_iter();
    let found = found.map(|line| line.moved((corner.0 as f32, corner.1 as f32)));
    Ok(found.filter(is_own).collect())
}

/// The lines of a picture that is no longer than a page.
fn lines_in(network: &Network, picture: &Raster) -> Result<Vec<Leaning>, OcrError> {
    let (width, height) = detect_size(picture.width(), picture.height());
    let small = picture.resized(width, height);
    let across = picture.width() as f32 / width as f32;
    let down = picture.height() as f32 / height as f32;
    let (left, top, width, height) = drawn_part(&small);
    let map = network.run(to_tensor(&small.part((left, top), (width, height))))?;
    if map.len() != width as usize * height as usize {
        return Ok(Vec::new());
    }
    let found = boxes_of(&map, width as usize).into_iter();
    let corner = (left as f32, top as f32);
    Ok(found
        .map(|found| found.moved(corner).scaled(across, down))
        .collect())
}

/// Returns the size of the picture that lines are looked for in. One that is small already is not made larger.
pub(crate) fn detect_size(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height) as f32;
    let scale = (DETECT_SIDE as f32 / longest).min(1.0);
    let side = |len: u32| {
        let steps = (len as f32 * scale / DETECT_STEP as f32).round() as u32;
        steps.max(1) * DETECT_STEP
    };
    (side(width), side(height))
}

/// Returns a picture as the networks take it: blue, green, red, each from -1 to 1.
pub(crate) fn to_tensor(picture: &Raster) -> NdTensor<f32, 4> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let plane = width * height;
    let mut data = vec![0.0; plane * 3];
    for (at, pixel) in picture.rgb().chunks_exact(3).enumerate() {
        for channel in 0..3 {
            data[(2 - channel) * plane + at] = f32::from(pixel[channel]) / 127.5 - 1.0;
        }
    }
    NdTensor::from_data([1, 3, height, width], data)
}

/// Boxes around the pixels that touch, grown to the height of a line.
pub(crate) fn boxes_of(map: &[f32], width: usize) -> Vec<Leaning> {
    let mut is_seen = vec![false; map.len()];
    let mut boxes = Vec::new();
    for start in 0..map.len() {
        if is_seen[start] || map[start] <= TEXT_PIXEL || boxes.len() >= MAX_LINES {
            continue;
        }
        let patch = Patch::grow_from(start, map, width, &mut is_seen);
        boxes.extend(patch.into_box());
    }
    boxes
}

/// Pixels that touch.
#[derive(Default)]
struct Patch {
    /// Corners of its pixels.
    corners: Vec<Point>,
    pixels: usize,
    sum: f32,
}

impl Patch {
    fn grow_from(start: usize, map: &[f32], width: usize, is_seen: &mut [bool]) -> Self {
        let mut patch = Self::default();
        let mut open = vec![start];
        is_seen[start] = true;
        while let Some(at) = open.pop() {
            patch.add(at, map[at], width);
            for next in neighbours(at, width, map.len()) {
                if !is_seen[next] && map[next] > TEXT_PIXEL {
                    is_seen[next] = true;
                    open.push(next);
                }
            }
        }
        patch
    }

    fn add(&mut self, at: usize, probability: f32, width: usize) {
        self.pixels += 1;
        self.sum += probability;
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        self.corners
            .extend([(x, y), (x + 1.0, y), (x, y + 1.0), (x + 1.0, y + 1.0)]);
    }

    /// Returns the box of the line; `None` if it is dust, or too unlikely a line.
    fn into_box(mut self) -> Option<Leaning> {
        let found = Leaning::around(&mut self.corners)?;
        let is_line = found.width.min(found.height) >= LEAST_SIDE
            && self.sum / self.pixels as f32 >= TEXT_LINE;
        let by = found.area() * GROWTH / (2.0 * (found.width + found.height));
        is_line.then(|| found.grown(by))
    }
}

/// Pixels beside `at`, corners included.
fn neighbours(at: usize, width: usize, len: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (at % width, at / width);
    let rows = y.saturating_sub(1)..(y + 2).min(len / width);
    rows.flat_map(move |row| {
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        columns.map(move |column| row * width + column)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_that_touch_are_one_line_and_dust_is_none() {
        let width = 40;
        let mut map = vec![0.0; width * 30];
        for y in 5..9 {
            for x in 4..34 {
                map[y * width + x] = 0.9;
            }
        }
        for y in 15..19 {
            for x in 4..14 {
                map[y * width + x] = 0.9;
            }
        }
        map[25 * width + 3] = 0.9;
        let boxes = boxes_of(&map, width);
        assert_eq!(boxes.len(), 2, "{boxes:?}");
        assert_eq!(boxes[0].centre, (19.0, 7.0));
        let by = 120.0 * GROWTH / 68.0;
        assert!((boxes[0].height - 4.0 - 2.0 * by).abs() < 0.01);
    }

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        assert_eq!(detect_size(2480, 3508), (672, 960));
        assert_eq!(detect_size(300, 100), (288, 96));
        assert_eq!(detect_size(1, 60_000), (32, 960));
    }
}
