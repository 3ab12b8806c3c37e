//! From glyphs to rows of text.
//!
//! Glyphs that follow each other on a baseline are a [`Segment`]; segments at one height are a [`Row`]. Text that runs another
//! way (turned pages, vertical Chinese) is turned first.

use std::collections::HashSet;

use super::binding::without_binding_line;
use super::{Glyph, INVISIBLE};

/// Text on one baseline without a wide gap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) text: String,
    pub(crate) x0: f64,
    pub(crate) x1: f64,
    /// Baseline; grows downwards.
    pub(crate) y: f64,
    pub(crate) size: f64,
    /// True for a line that was found apart from all others, or the beginning of one.
    pub(crate) is_apart: bool,
}

/// Segments at one height, from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) segments: Vec<Segment>,
    /// True if it runs down the page.
    pub(crate) is_vertical: bool,
}

/// A line that was found apart may reach over a gutter by this much, in sizes of the font: a letter of the next column.
pub(super) const REACH: f64 = 1.0;
/// A gap wider than this (in sizes of the font) parts segments.
const SEGMENT_GAP: f64 = 1.0;
/// A gap wider than this between letters is a space; measured between glyphs of the test PDFs, letters stay below 0.1 and
/// spaces of justified lines above 0.2.
const SPACE_GAP: f64 = 0.17;
/// Gutters are at least this wide, in sizes of the font ...
const GUTTER: f64 = 0.9;
/// ... and this between lines that were found apart: what is found of a line on a scan reaches beyond its letters, and the font
/// is taken for larger than it is.
const GUTTER_OF_LINES: f64 = 0.6;

/// Returns true for a character that is written without spaces to its neighbours.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x303F | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF01..=0xFF60 | 0x20000..=0x3FFFF)
}

/// The rows of a page, for each direction its text runs in, the most frequent first.
pub(crate) fn rows_of(glyphs: &[Glyph]) -> Vec<Vec<Row>> {
    let mut turned: [Vec<Glyph>; 4] = Default::default();
    let mut quarter = 0;
    for glyph in glyphs {
        quarter = quarter_of(glyph.advance).unwrap_or(quarter);
        turned[quarter].push(upright(glyph, quarter));
    }
    let mut directions: Vec<(usize, Vec<Glyph>)> = turned.into_iter().enumerate().collect();
    directions.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    directions
        .into_iter()
        .filter(|(_, glyphs)| !glyphs.is_empty())
        .map(|(quarter, glyphs)| (quarter, without_binding_line(glyphs)))
        .map(|(quarter, glyphs)| to_rows(to_segments(&glyphs), quarter == DOWNWARDS))
        .collect()
}

/// Quarter turns of text that runs down the page.
const DOWNWARDS: usize = 1;

/// Quarter turns of an advance from left to right; `None` of a glyph that does not advance.
fn quarter_of((dx, dy): (f64, f64)) -> Option<usize> {
    if dx.abs() + dy.abs() <= 0.01 {
        return None;
    }
    let is_level = dx.abs() >= dy.abs();
    Some(match (is_level, dx >= 0.0, dy > 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 2,
        (false, _, true) => 1,
        (false, _, false) => 3,
    })
}

/// Turns a glyph so that it runs from left to right.
fn upright(glyph: &Glyph, quarter: usize) -> Glyph {
    let (x, y) = match quarter {
        0 => (glyph.x, glyph.y),
        1 => (glyph.y, -glyph.x),
        2 => (-glyph.x, -glyph.y),
        _ => (-glyph.y, glyph.x),
    };
    let (dx, dy) = glyph.advance;
    Glyph {
        x,
        y,
        advance: (dx.hypot(dy), 0.0),
        ..glyph.clone()
    }
}

fn to_segments(glyphs: &[Glyph]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut seen: HashSet<(String, i64, i64)> = HashSet::new();
    for glyph in glyphs
        .iter()
        .filter(|glyph| glyph.size > 0.1 && glyph.text != INVISIBLE)
    {
        let is_blank = is_blank(glyph);
        // Bold by printing twice: the same glyph at the same place.
        if !is_blank && !seen.insert(cell_of(glyph)) {
            continue;
        }
        match segments.last_mut() {
            Some(last) if follows(last, glyph) => last.append(glyph, is_blank),
            _ if is_blank => {}
            _ => segments.push(Segment::begin(glyph)),
        }
    }
    without_trailing_blanks(segments)
}

/// Takes the blanks off the end of each segment; one of nothing else is left out.
fn without_trailing_blanks(mut segments: Vec<Segment>) -> Vec<Segment> {
    for segment in &mut segments {
        segment.trim_end();
    }
    segments.retain(|segment| !segment.text.is_empty());
    segments
}

/// Text of a glyph and the cell it stands in, a quarter of its size wide and high.
fn cell_of(glyph: &Glyph) -> (String, i64, i64) {
    let cell = glyph.size * 0.25;
    (
        glyph.text.clone(),
        (glyph.x / cell).round() as i64,
        (glyph.y / cell).round() as i64,
    )
}

/// Returns true for a glyph whose text is white space; one without a text is a sign.
fn is_blank(glyph: &Glyph) -> bool {
    glyph.text.trim().is_empty() && !glyph.text.is_empty()
}

/// Text of a glyph; a sign for one that has none.
fn shown(glyph: &Glyph) -> &str {
    if glyph.text.is_empty() {
        "\u{FFFD}"
    } else {
        &glyph.text
    }
}

impl Segment {
    fn begin(glyph: &Glyph) -> Self {
        Self {
            text: shown(glyph).to_owned(),
            x0: glyph.x,
            x1: glyph.x + glyph.advance.0,
            y: glyph.y,
            size: glyph.size,
            is_apart: glyph.is_apart,
        }
    }

    /// Width of a gutter beside it at least, in sizes of the font.
    fn gutter(&self) -> f64 {
        if self.is_apart {
            GUTTER_OF_LINES
        } else {
            GUTTER
        }
    }

    /// Appends a glyph, behind a space where the gap is that of one.
    fn append(&mut self, glyph: &Glyph, is_blank: bool) {
        let text = shown(glyph);
        let gap = (glyph.x - self.x1) / self.size.max(glyph.size);
        let is_between_wide = self.text.ends_with(is_wide) && text.starts_with(is_wide);
        if gap > SPACE_GAP && !is_between_wide && !self.text.ends_with(' ') && !is_blank {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.x1 = self.x1.max(glyph.x + glyph.advance.0);
        self.size = self.size.max(glyph.size);
    }

    /// Takes off trailing blanks: they say nothing and would close gutters.
    fn trim_end(&mut self) {
        let trimmed = self.text.trim_end().len();
        if trimmed < self.text.len() {
            let blanks = self.text[trimmed..].chars().count() as f64;
            self.x1 = (self.x1 - blanks * self.size * 0.25).max(self.x0);
            self.text.truncate(trimmed);
        }
    }
}

fn follows(last: &Segment, glyph: &Glyph) -> bool {
    let size = last.size.max(glyph.size);
    let gap = glyph.x - last.x1;
    !glyph.is_apart
        && (glyph.y - last.y).abs() < size * 0.35
        && gap > -0.5 * size
        && gap < SEGMENT_GAP * size
        && glyph.x >= last.x0
}

pub(super) fn to_rows(mut segments: Vec<Segment>, is_vertical: bool) -> Vec<Row> {
    segments.sort_by(|one, other| one.y.total_cmp(&other.y).then(one.x0.total_cmp(&other.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.takes(&segment) => row.segments.push(segment),
            _ => rows.push(Row {
                segments: vec![segment],
                is_vertical,
            }),
        }
    }
    for row in &mut rows {
        row.segments
            .sort_by(|one, other| one.x0.total_cmp(&other.x0));
    }
    rows
}

/// Returns true for two segments that do not stand above each other but on two sides of a gutter. Lines that were found apart may
/// each reach over it with a letter of the other.
fn are_beside(one: &Segment, other: &Segment, size: f64) -> bool {
    let shared = one.x1.min(other.x1) - one.x0.max(other.x0);
    let narrower = (one.x1 - one.x0).min(other.x1 - other.x0);
    let most = match one.is_apart && other.is_apart {
        true => (REACH * size).min(narrower / 4.0),
        false => -one.gutter() * size,
    };
    shared <= most
}

impl Row {
    /// Returns true if a segment, no higher than the first of the row, is at the same height.
    fn takes(&self, segment: &Segment) -> bool {
        let first = &self.segments[0];
        let size = first.size.min(segment.size);
        let below = segment.y - first.y;
        // Columns need not share their baselines: beside all others, it is on their row.
        let is_beside = || {
            let mut others = self.segments.iter();
            others.all(|other| are_beside(segment, other, size))
        };
        below <= 0.5 * size || below <= 0.9 * size && is_beside()
    }

    pub(crate) fn x0(&self) -> f64 {
        self.segments
            .iter()
            .map(|segment| segment.x0)
            .fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn x1(&self) -> f64 {
        self.segments
            .iter()
            .map(|segment| segment.x1)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    pub(crate) fn y(&self) -> f64 {
        self.segments[0].y
    }

    fn longest(&self) -> Option<&Segment> {
        self.segments
            .iter()
            .max_by_key(|segment| segment.text.len())
    }

    /// The size of most of its text.
    pub(crate) fn size(&self) -> f64 {
        self.longest().map_or(0.0, |segment| segment.size)
    }

    /// Width of a gutter that it leaves at least.
    pub(super) fn gutter(&self) -> f64 {
        self.longest()
            .map_or(0.0, |segment| segment.gutter() * segment.size)
    }

    /// Text of the row; a wide gap is a tab, as between the cells of a table.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut end: Option<f64> = None;
        for segment in &self.segments {
            if let Some(end) = end {
                let gap = (segment.x0 - end) / segment.size;
                let is_between_wide = text.ends_with(is_wide) && segment.text.starts_with(is_wide);
                if gap > CELL_GAP {
                    text.push('\t');
                } else if gap > SPACE_GAP && !(is_between_wide && gap < SEGMENT_GAP) {
                    text.push(' ');
                }
            }
            text.push_str(&segment.text);
            end = Some(segment.x1);
        }
        text
    }

    /// The gaps between its segments that are wide enough for a gutter.
    pub(super) fn gaps(&self) -> Vec<(f64, f64)> {
        let mut gaps = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for segment in &self.segments {
            if end.is_finite() && segment.x0 - end >= segment.gutter() * segment.size {
                gaps.push((end, segment.x0));
            }
            end = end.max(segment.x1);
        }
        gaps
    }
}

/// A gap this wide, in sizes of the font, parts the cells of a table.
const CELL_GAP: f64 = 2.0;

/// The middle value; 0 of none.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
