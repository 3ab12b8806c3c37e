//! Parts lines that were found as one across the gutter of two columns.
//!
//! Beside a narrow gutter two lines at one height touch in the small picture that lines are looked for in. Where other lines begin
//! below each other, each beside the end of one on its left, there is a gutter; a line across it is parted if nothing is drawn of
//! it there. A heading over both columns has letters there, or a space that is narrower.

use std::ops::Range;

use crate::geometry::{Leaning, Point, middle};
use crate::ink::widest_blank;
use crate::raster::Raster;
use crate::weights::TALL;

/// Lines that begin at a gutter, at least.
const LEAST_LINES: usize = 6;
/// Gutters of a page, at most: a page of a newspaper has ten.
const MOST_GUTTERS: usize = 24;
/// Distance of the first from the last of their beginnings, in heights of a line.
const ALIGNED: f32 = 0.6;
/// Distance of the heights of two lines that stand beside each other, in heights of a line.
const BESIDE: f32 = 0.8;
/// Distance from the lines of a gutter, in heights of a line, at which a line is still parted.
const ABOVE_OR_BELOW: f32 = 4.0;
/// Length of a line on each side of the gutter, at least, in heights.
const LEAST_PART: f32 = 1.0;
/// Width without ink, in heights of a line: a gutter of 1.3 sizes of the font has 0.7 of letters and 0.9 of ideographs, the space
/// of justified letters at most 0.5, a full stop with its square 0.5.
const BLANK: f32 = 0.55;
/// What is looked at beyond a gutter on both sides, in heights: lines are found wider than they are.
const BEYOND: f32 = 0.6;
/// Margin that a part keeps of the blank, in heights.
const KEPT: f32 = 0.15;
/// Returns `places` with lines that cross a gutter in two.
pub(crate) fn parted(picture: &Raster, places: &[Leaning]) -> Vec<Leaning> {
    let mut parted = places.to_vec();
    let Some(axes) = Axes::of(places) else {
        return parted;
    };
    for gutter in gutters(&axes, places) {
        let before = std::mem::take(&mut parted);
        for place in before {
            match gutter.blank_of(&axes, picture, &place) {
                Some(blank) => parted.extend(parts(place, &blank)),
                None => parted.push(place),
            }
        }
    }
    parted
}

fn is_level(place: &Leaning) -> bool {
    place.height <= TALL * place.width
}

/// The two parts of a line beside a blank, which is a stretch of its width.
fn parts(place: Leaning, blank: &Range<f32>) -> [Leaning; 2] {
    let part = |from: f32, to: f32| Leaning {
        centre: place.point((from + to) / 2.0, place.height / 2.0),
        width: to - from,
        ..place
    };
    let kept = KEPT * place.height;
    [
        part(0.0, blank.start + kept),
        part(blank.end - kept, place.width),
    ]
}

/// Directions of the lines of a page, and how high they are.
struct Axes {
    along: Point,
    height: f32,
}

/// A line by its place on a page that is turned level.
#[derive(Clone, Copy)]
struct Extent {
    from: f32,
    to: f32,
    /// Height of its middle.
    at: f32,
}

impl Axes {
    /// The directions of most lines; `None` of too few.
    fn of(places: &[Leaning]) -> Option<Self> {
        let level: Vec<&Leaning> = places.iter().filter(|place| is_level(place)).collect();
        if level.len() < 2 * LEAST_LINES {
            return None;
        }
        let long = level
            .iter()
            .filter(|place| place.width > 4.0 * place.height);
        let angle = middle(long.map(|place| place.along.1.atan2(place.along.0)))?;
        let height = middle(level.iter().map(|place| place.height))?;
        Some(Self {
            along: (angle.cos(), angle.sin()),
            height,
        })
    }

    fn extent(&self, place: &Leaning) -> Extent {
        let (x, y) = place.centre;
        let (dx, dy) = self.along;
        let middle = x * dx + y * dy;
        Extent {
            from: middle - place.width / 2.0,
            to: middle + place.width / 2.0,
            at: y * dx - x * dy,
        }
    }
}

/// A strip between columns.
struct Gutter {
    from: f32,
    to: f32,
    /// Heights of the lines beside it.
    heights: Range<f32>,
}

/// The gutters of a page: where lines begin below each other, each beside the end of another.
fn gutters(axes: &Axes, places: &[Leaning]) -> Vec<Gutter> {
    let lines: Vec<Extent> = places
        .iter()
        .filter(|place| is_level(place))
        .map(|place| axes.extent(place))
        .collect();
    let mut pairs: Vec<(Extent, f32)> = lines
        .iter()
        .filter_map(|line| Some((*line, end_beside(axes, &lines, line)?)))
        .collect();
    pairs.sort_by(|(one, _), (other, _)| one.from.total_cmp(&other.from));
    let groups = aligned(axes, &pairs).into_iter();
    groups
        .filter_map(Gutter::between)
        .take(MOST_GUTTERS)
        .collect()
}

/// End of the nearest line that stands before `line` at its height.
fn end_beside(axes: &Axes, lines: &[Extent], line: &Extent) -> Option<f32> {
    let is_beside = |other: &&Extent| {
        other.to <= line.from && (other.at - line.at).abs() <= BESIDE * axes.height
    };
    let ends = lines.iter().filter(is_beside).map(|other| other.to);
    ends.max_by(f32::total_cmp)
}

/// Parts lines, in the order of their beginnings, into those that begin below each other.
fn aligned<'a>(axes: &Axes, mut pairs: &'a [(Extent, f32)]) -> Vec<&'a [(Extent, f32)]> {
    let mut groups = Vec::new();
    while let Some((first, _)) = pairs.first() {
        let is_aligned =
            |(line, _): &&(Extent, f32)| line.from - first.from <= ALIGNED * axes.height;
        let len = pairs.iter().take_while(is_aligned).count();
        let (group, others) = pairs.split_at(len.max(1));
        groups.push(group);
        pairs = others;
    }
    groups
}

impl Gutter {
    /// The gutter before lines that begin below each other; `None` before too few. Each comes with the end of the one before it.
    fn between(group: &[(Extent, f32)]) -> Option<Self> {
        if group.len() < LEAST_LINES {
            return None;
        }
        let mut ends: Vec<f32> = group.iter().map(|(_, end)| *end).collect();
        ends.sort_by(f32::total_cmp);
        // One that reaches further may be the part of a line that was cut.
        let end = ends[(ends.len() - 1) * 9 / 10];
        let heights = group.iter().map(|(line, _)| line.at);
        let (first, last) = heights.fold((f32::INFINITY, f32::NEG_INFINITY), |range, at| {
            (range.0.min(at), range.1.max(at))
        });
        let begin = group[0].0.from;
        Some(Self {
            from: end.min(begin),
            to: begin,
            heights: first..last,
        })
    }

    /// The blank that a line across the gutter has there, as a stretch of its width.
    fn blank_of(&self, axes: &Axes, picture: &Raster, place: &Leaning) -> Option<Range<f32>> {
        let line = axes.extent(place);
        let reach = ABOVE_OR_BELOW * axes.height;
        let is_across = line.from < self.from - LEAST_PART * place.height
            && line.to > self.to + LEAST_PART * place.height
            && line.at >= self.heights.start - reach
            && line.at <= self.heights.end + reach;
        if !is_level(place) || !is_across {
            return None;
        }
        let beyond = BEYOND * place.height;
        let (from, to) = (self.from - line.from - beyond, self.to - line.from + beyond);
        let blank = widest_blank(picture, place, from.max(0.0)..to.min(place.width))?;
        let least = (BLANK * place.height).max(self.to - self.from);
        (blank.end - blank.start >= least).then_some(blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white page on which words are drawn as strokes of 4 in 10 pixels, in lines 40 pixels high that are found with a margin of 10.
    struct Page {
        picture: Raster,
        places: Vec<Leaning>,
    }

    impl Page {
        fn new() -> Self {
            let picture = Raster::white(1_000, 800).expect("pixels");
            Self {
                picture,
                places: Vec::new(),
            }
        }

        /// Draws a line from some words, each from one column to another.
        fn line(&mut self, top: u32, words: &[(u32, u32)]) {
            for &(from, to) in words {
                for y in top + 8..top + 32 {
                    for x in (from..to).filter(|x| (x - from) % 10 < 4) {
                        let at = ((y * 1_000 + x) * 3) as usize;
                        self.picture.rgb_mut()[at..at + 3].fill(20);
                    }
                }
            }
            let (from, to) = (
                words[0].0 as f32 - 10.0,
                words[words.len() - 1].1 as f32 + 10.0,
            );
            self.places.push(Leaning {
                centre: ((from + to) / 2.0, top as f32 + 20.0),
                along: (1.0, 0.0),
                width: to - from,
                height: 40.0,
            });
        }

        /// Ends of the lines that are left, from the top to the bottom.
        fn widths(&self) -> Vec<(u32, u32)> {
            let parted = parted(&self.picture, &self.places);
            let ends = |place: &Leaning| {
                let (from, to) = (place.point(0.0, 0.0).0, place.point(place.width, 0.0).0);
                (from.round() as u32, to.round() as u32)
            };
            parted.iter().map(ends).collect()
        }
    }

    fn two_columns() -> Page {
        let mut page = Page::new();
        for line in 0..8 {
            page.line(100 + 50 * line, &[(100, 250), (265, 480)]);
            page.line(100 + 50 * line, &[(520, 700), (715, 900)]);
        }
        page
    }

    #[test]
    fn a_line_across_a_gutter_is_parted() {
        let mut page = two_columns();
        page.line(500, &[(100, 300), (315, 480), (520, 800)]);
        let widths = page.widths();
        assert_eq!(widths[16..], [(90, 485), (514, 810)]);
    }

    #[test]
    fn a_heading_over_both_columns_stays_whole() {
        let mut page = two_columns();
        page.line(50, &[(100, 490), (505, 900)]);
        page.line(550, &[(100, 900)]);
        assert_eq!(page.widths().len(), 18);
    }

    #[test]
    fn wide_spaces_without_columns_stay() {
        let mut page = Page::new();
        for line in 0..14 {
            page.line(50 + 50 * line, &[(100, 480), (520, 900)]);
        }
        assert_eq!(page.widths().len(), 14);
    }
}
