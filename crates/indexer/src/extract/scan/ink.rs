//! Tells a page whose picture shows more than its text says.

use polidex_ocr::Raster;

use crate::extract::page::Glyph;

/// Sides of the cells that ink is counted in, in pixels of a page drawn at 200 dots an inch.
const CELL: usize = 8;
/// A pixel this much darker than its paper is ink.
const DARKER: i32 = 70;
/// Ink outside the text for each cell of ink within it, from which a page is looked at.
const OUTSIDE_SHARE: usize = 1;
/// Cells with ink that a line of words has at least.
const LEAST_CELLS: usize = 120;

/// Returns true if a page has ink where its text is not, and more of it than where its text is. `to_page` takes a glyph's
/// place to pixels.
pub(crate) fn has_more_than(
    page: &Raster,
    glyphs: &[Glyph],
    to_page: &dyn Fn(f64, f64) -> (f64, f64),
) -> bool {
    let mut cells = Cells::inked(page);
    let all = cells.count();
    for glyph in glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()) {
        cells.clear_around(glyph, to_page);
    }
    let outside = cells.count();
    outside >= LEAST_CELLS && outside > (all - outside) * OUTSIDE_SHARE
}

/// Cells of a page, each true if ink is in it.
struct Cells {
    across: usize,
    inked: Vec<bool>,
}

impl Cells {
    fn inked(page: &Raster) -> Self {
        let width = page.width() as usize;
        let across = width.div_ceil(CELL);
        let down = (page.height() as usize).div_ceil(CELL);
        let paper = paper_of(page);
        let mut inked = vec![false; across * down];
        for (at, pixel) in page.rgb().chunks_exact(3).enumerate() {
            if grey(pixel) + DARKER < paper {
                inked[at / width / CELL * across + at % width / CELL] = true;
            }
        }
        Self { across, inked }
    }

    fn count(&self) -> usize {
        self.inked.iter().filter(|is_inked| **is_inked).count()
    }

    /// Takes the ink away that a glyph and the space around it cover.
    fn clear_around(&mut self, glyph: &Glyph, to_page: &dyn Fn(f64, f64) -> (f64, f64)) {
        let (x, y, size) = (glyph.x, glyph.y, glyph.size);
        let (dx, dy) = glyph.advance;
        let corners = [
            (x - 0.3 * size, y - 1.2 * size),
            (x + dx + 0.3 * size, y + dy + 0.4 * size),
        ]
        .map(|(x, y)| to_page(x, y));
        let cell = |at: f64| (at.max(0.0) / CELL as f64) as usize;
        let (left, right) = (
            corners[0].0.min(corners[1].0),
            corners[0].0.max(corners[1].0),
        );
        let (top, bottom) = (
            corners[0].1.min(corners[1].1),
            corners[0].1.max(corners[1].1),
        );
        let down = self.inked.len() / self.across;
        for row in cell(top)..(cell(bottom) + 1).min(down) {
            for column in cell(left)..(cell(right) + 1).min(self.across) {
                self.inked[row * self.across + column] = false;
            }
        }
    }
}

fn grey(pixel: &[u8]) -> i32 {
    (i32::from(pixel[0]) + i32::from(pixel[1]) + i32::from(pixel[2])) / 3
}

/// Grey of most of a page.
fn paper_of(page: &Raster) -> i32 {
    let mut counts = [0_usize; 256];
    for pixel in page.rgb().chunks_exact(3) {
        counts[grey(pixel).clamp(0, 255) as usize] += 1;
    }
    let most = (0..256).max_by_key(|grey| counts[*grey]);
    most.unwrap_or(255) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_ink_beside_its_text_has_more_to_say() {
        let mut page = Raster::white(400, 400).expect("pixels");
        for y in 200..360 {
            for x in 40..360 {
                let at = (y * 400 + x) * 3;
                page.rgb_mut()[at..at + 3].fill(if x % 8 < 4 { 0 } else { 255 });
            }
        }
        let glyph = |x: f64, y: f64, advance: f64, size: f64| Glyph {
            is_apart: false,
            text: "A".to_owned(),
            x,
            y,
            advance: (advance, 0.0),
            size,
        };
        let same = |x: f64, y: f64| (x, y);
        assert!(has_more_than(&page, &[], &same));
        assert!(has_more_than(
            &page,
            &[glyph(40.0, 40.0, 100.0, 20.0)],
            &same
        ));
        assert!(!has_more_than(
            &page,
            &[glyph(40.0, 340.0, 320.0, 180.0)],
            &same
        ));
        let blank = Raster::white(400, 400).expect("pixels");
        assert!(!has_more_than(&blank, &[], &same));
    }
}
