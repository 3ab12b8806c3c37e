//! Tells ink from paper within the box of a line.

use std::ops::Range;

use crate::geometry::{Leaning, middle};
use crate::raster::Raster;

/// Middle share of the height in which ink counts: the rest may hold that of the lines above and below.
const MIDDLE: Range<f32> = 0.25..0.75;
/// Share of the greatest contrast of a line from which a pixel is ink.
const INK: f32 = 0.4;
/// Pixels of ink in a column that are dust.
const DUST: usize = 1;

/// The widest part without ink of a stretch of a line.
pub(crate) fn widest_blank(
    picture: &Raster,
    place: &Leaning,
    within: Range<f32>,
) -> Option<Range<f32>> {
    let paper = Paper::of(picture, place)?;
    let columns = within.start.ceil() as usize..within.end.floor().max(0.0) as usize;
    let mut column = columns.start;
    let is_blank: Vec<bool> = columns
        .map(|column| paper.is_blank(picture, place, column as f32))
        .collect();
    let mut widest = 0..0;
    for run in is_blank.chunk_by(|one, next| one == next) {
        if run[0] && run.len() > widest.len() {
            widest = column..column + run.len();
        }
        column += run.len();
    }
    (!widest.is_empty()).then_some(widest.start as f32..widest.end as f32)
}

/// Brightness of the paper of a line, and by how much ink differs from it.
struct Paper {
    brightness: f32,
    ink: f32,
}

impl Paper {
    fn of(picture: &Raster, place: &Leaning) -> Option<Self> {
        let mut seen = Vec::new();
        for x in (0..place.width as usize).step_by(2) {
            seen.extend(
                rows(place)
                    .step_by(2)
                    .map(|y| brightness(picture, place, x as f32, y)),
            );
        }
        let brightness = middle(seen.iter().copied())?;
        let contrasts = seen.iter().map(|seen| (seen - brightness).abs());
        let ink = INK * contrasts.max_by(f32::total_cmp)?;
        Some(Self { brightness, ink })
    }

    fn is_blank(&self, picture: &Raster, place: &Leaning, x: f32) -> bool {
        let is_ink =
            |y: &f32| (brightness(picture, place, x, *y) - self.brightness).abs() > self.ink;
        rows(place).filter(is_ink).count() <= DUST
    }
}

/// Heights of a line at which ink counts.
fn rows(place: &Leaning) -> impl Iterator<Item = f32> {
    let rows = (MIDDLE.start * place.height) as usize..(MIDDLE.end * place.height) as usize;
    rows.map(|y| y as f32)
}

/// Brightness of the pixel at a point of a line; that of paper beyond the picture.
fn brightness(picture: &Raster, place: &Leaning, x: f32, y: f32) -> f32 {
    let (x, y) = place.point(x, y);
    picture.brightness(x as i64, y as i64).unwrap_or(255.0)
}

/// The stretch of a level line from its first ink to its last; all of it if there is none. A box reaches beyond both.
pub(crate) fn inked(picture: &Raster, place: &Leaning) -> Range<f32> {
    let Some(paper) = Paper::of(picture, place) else {
        return 0.0..place.width;
    };
    let columns = place.width as usize;
    let is_ink = |column: &usize| {
        !paper.is_blank(picture, place, *column as f32)
            && !paper.is_blank(picture, place, *column as f32 + 1.0)
    };
    let first = (0..columns).find(is_ink);
    let last = (0..columns).rev().find(is_ink);
    match (first, last) {
        (Some(first), Some(last)) => first as f32..(last as f32 + 2.0).min(place.width),
        _ => 0.0..place.width,
    }
}
