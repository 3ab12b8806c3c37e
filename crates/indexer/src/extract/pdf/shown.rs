//! A page of a PDF as it is shown, and where words stand on it.
//!
//! In: the bytes of a file, the number of a page, and words to be found on it. Out: the picture as PNG and the places of the words
//! in thousandths of its width.

use hayro_font::FontCache;
use hayro_syntax::Pdf;
use polidex_analysis::fold::fold_text;
use serde::{Deserialize, Serialize};

use super::glyphs::read_glyphs;
use crate::extract::bytes;
use crate::extract::page::Glyph;
use crate::extract::scan::draw_png;
use crate::extract::stand_in::{NotShown, StandIn};

/// Places that are told of one page.
const MAX_PLACES: usize = 400;
/// Characters of a passage that are looked for together: where a repair changed some, the others are found.
const CHUNK_CHARS: usize = 12;
/// Words that are looked for on one page.
const MAX_WORDS: usize = 64;
/// Units of the width that places are told in.
const UNITS: f64 = 1000.0;

/// A page as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownPage {
    /// Picture as PNG.
    #[serde(with = "bytes")]
    pub png: Vec<u8>,
    /// Height where the width is a thousand.
    pub height: u32,
    /// Number of pages of the file.
    pub page_count: u32,
    /// Places of the words.
    pub marks: Vec<Place>,
    /// Places of the passage.
    pub passage: Vec<Place>,
}

/// A rectangle on a page, in thousandths of its width, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// What is wanted of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WantedPage {
    /// Number, from 1.
    pub number: u32,
    /// Words to be marked.
    pub words: Vec<String>,
    /// Text of a passage to be marked.
    pub passage: String,
}

/// Draws a page, with `fonts` in the place of those that the file does not hold.
pub(crate) fn show_page(
    file: Vec<u8>,
    wanted: &WantedPage,
    fonts: Vec<StandIn>,
) -> Result<ShownPage, NotShown> {
    let pdf = Pdf::new(file).map_err(|_| NotShown::failed("the file cannot be opened"))?;
    let pages = pdf.pages();
    let page = (wanted.number as usize)
        .checked_sub(1)
        .and_then(|index| pages.get(index))
        .ok_or(NotShown::NoSuchPage)?;
    let (png, height) = draw_png(page, fonts)?;
    let shown = read_glyphs(page, &FontCache::new());
    let (width, _) = page.render_dimensions();
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    let scale = UNITS / f64::from(width.max(1.0));
    // Glyphs grow downwards, a page upwards.
    let to_page = |x: f64, y: f64| ((a * x - c * y + e) * scale, (b * x - d * y + f) * scale);
    let text = PageText::of(&shown.glyphs);
    let words = wanted.words.iter().take(MAX_WORDS);
    let marks = words.flat_map(|word| text.places_of(word, &to_page));
    Ok(ShownPage {
        png,
        height: (UNITS * f64::from(height)).round() as u32,
        page_count: pages.len() as u32,
        marks: marks.take(MAX_PLACES).collect(),
        passage: text.places_of_passage(&wanted.passage, &to_page),
    })
}

/// Text of a page without its blanks, folded, with the glyph that each byte is of.
struct PageText<'a> {
    glyphs: &'a [Glyph],
    folded: String,
    /// First byte of each glyph that has a text, and its index.
    starts: Vec<(usize, usize)>,
}

impl<'a> PageText<'a> {
    fn of(glyphs: &'a [Glyph]) -> Self {
        let (mut folded, mut starts) = (String::new(), Vec::new());
        for (index, glyph) in glyphs.iter().enumerate() {
            let text = without_blanks(&glyph.text);
            if !text.is_empty() {
                starts.push((folded.len(), index));
                folded.push_str(&text);
            }
        }
        Self {
            glyphs,
            folded,
            starts,
        }
    }

    /// Places of every occurrence of `word`, a rectangle a line.
    fn places_of(&self, word: &str, to_page: &dyn Fn(f64, f64) -> (f64, f64)) -> Vec<Place> {
        let wanted = without_blanks(word);
        if wanted.is_empty() {
            return Vec::new();
        }
        let found = self.folded.match_indices(&wanted).take(MAX_PLACES);
        let places = found.flat_map(|(at, found)| {
            let first = self.starts.partition_point(|(start, _)| *start <= at);
            let last = self
                .starts
                .partition_point(|(start, _)| *start < at + found.len());
            self.lines_of(first.saturating_sub(1)..last, to_page)
        });
        places.collect()
    }

    /// Places of a passage, chunk by chunk: each chunk that stands once on the page.
    fn places_of_passage(
        &self,
        passage: &str,
        to_page: &dyn Fn(f64, f64) -> (f64, f64),
    ) -> Vec<Place> {
        let wanted: Vec<char> = without_blanks(passage).chars().collect();
        let mut places = Vec::new();
        for chunk in wanted.chunks(CHUNK_CHARS) {
            let chunk: String = chunk.iter().collect();
            let is_single = self.folded.matches(&chunk).take(2).count() == 1;
            if is_single && places.len() < MAX_PLACES {
                places.extend(self.places_of(&chunk, to_page));
            }
        }
        joined(places)
    }

    /// Rectangles around the glyphs `range`, one for each line.
    fn lines_of(
        &self,
        range: std::ops::Range<usize>,
        to_page: &dyn Fn(f64, f64) -> (f64, f64),
    ) -> Vec<Place> {
        let glyphs = self.starts[range]
            .iter()
            .map(|(_, index)| &self.glyphs[*index]);
        joined(
            glyphs
                .filter_map(|glyph| place_of(glyph, to_page))
                .collect(),
        )
    }
}

/// Joins places that stand beside each other on a line.
fn joined(places: Vec<Place>) -> Vec<Place> {
    let mut lines: Vec<Place> = Vec::new();
    for place in places {
        let is_beside = |line: &&mut Place| {
            let gap = place.height / 2 + 2;
            line.y.abs_diff(place.y) <= gap
                && place.x + gap >= line.x
                && place.x <= line.x + line.width + 2 * gap
        };
        match lines.last_mut().filter(is_beside) {
            Some(line) => {
                let right = (line.x + line.width).max(place.x + place.width);
                let bottom = (line.y + line.height).max(place.y + place.height);
                line.x = line.x.min(place.x);
                line.y = line.y.min(place.y);
                (line.width, line.height) = (right - line.x, bottom - line.y);
            }
            None => lines.push(place),
        }
    }
    lines
}

/// The box of a glyph, from below its baseline to the height of its font.
fn place_of(glyph: &Glyph, to_page: &dyn Fn(f64, f64) -> (f64, f64)) -> Option<Place> {
    let corners = corners_of(glyph, to_page);
    let least = |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::MAX, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::MIN, f64::max);
    let (left, right) = (least(|corner| corner.0), most(|corner| corner.0));
    let (top, bottom) = (least(|corner| corner.1), most(|corner| corner.1));
    let is_on_page = left > -UNITS && top > -UNITS && right < 2.0 * UNITS && bottom < 20.0 * UNITS;
    if !is_on_page || right <= left || bottom <= top {
        return None;
    }
    Some(Place {
        x: left.max(0.0) as u32,
        y: top.max(0.0) as u32,
        width: (right - left).ceil() as u32,
        height: (bottom - top).ceil() as u32,
    })
}

/// Corners of the box of a glyph on its page.
fn corners_of(glyph: &Glyph, to_page: &dyn Fn(f64, f64) -> (f64, f64)) -> [(f64, f64); 4] {
    let (dx, dy) = glyph.advance;
    let length = dx.hypot(dy).max(0.01);
    // Across the advance, to the left of it: up, for horizontal text.
    let (ux, uy) = (dy / length * glyph.size, -dx / length * glyph.size);
    let corner = |along: f64, across: f64| {
        let (x, y) = (
            glyph.x + dx * along + ux * across,
            glyph.y + dy * along + uy * across,
        );
        to_page(x, y)
    };
    [
        corner(0.0, -0.2),
        corner(1.0, -0.2),
        corner(0.0, 0.9),
        corner(1.0, 0.9),
    ]
}

fn without_blanks(text: &str) -> String {
    fold_text(text)
        .text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs of ten units each, a line a text.
    fn glyphs(lines: &[&str]) -> Vec<Glyph> {
        let of_line = |(row, line): (usize, &&str)| {
            let chars: Vec<char> = line.chars().collect();
            let glyph = move |(at, c): (usize, char)| Glyph {
                text: c.to_string(),
                x: at as f64 * 10.0,
                y: row as f64 * 30.0 + 20.0,
                advance: (10.0, 0.0),
                size: 10.0,
                is_apart: false,
            };
            chars.into_iter().enumerate().map(glyph)
        };
        lines.iter().enumerate().flat_map(of_line).collect()
    }

    #[test]
    fn words_are_found_across_blanks_and_lines_a_rectangle_a_line() {
        let shown = glyphs(&["海 港 管理", "法 Harbour"]);
        let text = PageText::of(&shown);
        let to_page = |x: f64, y: f64| (x, y);
        let places = |word: &str| text.places_of(word, &to_page);
        assert_eq!(
            places("海港"),
            [Place {
                x: 0,
                y: 11,
                width: 30,
                height: 11
            }]
        );
        assert_eq!(places("管理法").len(), 2, "a line ends within it");
        assert_eq!(places("harbour").len(), 1, "whatever its case");
        assert!(places("不在").is_empty() && places(" ").is_empty());
        let passage = text.places_of_passage("海港管理法 harbour", &to_page);
        assert_eq!(passage.len(), 2, "{passage:?}");
    }
}
