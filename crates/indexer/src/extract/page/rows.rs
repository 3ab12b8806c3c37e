//! From glyphs to rows of text, and from rows to columns in reading order.
//!
//! Glyphs that follow each other on a baseline are a [`Segment`]; segments at one height are a [`Row`]. Rows with a
//! gutter that none of them crosses form a zone; its sides are columns when they are wide and filled as prose is, otherwise
//! it is a table and stays in rows. Text that runs another way (turned pages, vertical Chinese) is turned first.

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
}

/// Segments at one height, from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) segments: Vec<Segment>,
    /// True if it runs down the page.
    pub(crate) is_vertical: bool,
}

/// Rows that are read one after the other, of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Flow {
    pub(crate) rows: Vec<Row>,
}

/// A gap wider than this (in sizes of the font) parts segments.
const SEGMENT_GAP: f64 = 1.0;
/// A gap wider than this between letters is a space; measured between glyphs of the test PDFs, letters stay below 0.1 and
/// spaces of justified lines above 0.2.
const SPACE_GAP: f64 = 0.17;
/// Gutters are at least this wide, in sizes of the font.
const GUTTER: f64 = 0.9;
/// Distance to the row before, in sizes of the font, of a row that is set off.
const SET_OFF: f64 = 2.0;
/// Rows with text on both sides that a gutter needs.
const MIN_SHARED_ROWS: usize = 3;
/// A column of prose is this wide at least, in sizes of the font ...
const MIN_COLUMN: f64 = 8.0;
/// ... and this share of its lines reach its right edge.
const MIN_FULL_SHARE: f64 = 0.4;

/// Middle length of the rows of a tier, in sizes of the font.
const MIN_TIER_ROW: f64 = 5.0;

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
    (glyph.y - last.y).abs() < size * 0.35
        && gap > -0.5 * size
        && gap < SEGMENT_GAP * size
        && glyph.x >= last.x0
}

fn to_rows(mut segments: Vec<Segment>, is_vertical: bool) -> Vec<Row> {
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

fn is_apart(one: &Segment, other: &Segment, gap: f64) -> bool {
    one.x1 + gap <= other.x0 || other.x1 + gap <= one.x0
}

impl Row {
    /// Returns true if a segment, no higher than the first of the row, is at the same height.
    fn takes(&self, segment: &Segment) -> bool {
        let first = &self.segments[0];
        let size = first.size.min(segment.size);
        let below = segment.y - first.y;
        // Columns need not share their baselines: beside all others, it is on their row.
        let is_beside = || {
            self.segments
                .iter()
                .all(|other| is_apart(other, segment, GUTTER * size))
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

    /// The size of most of its text.
    pub(crate) fn size(&self) -> f64 {
        let longest = self
            .segments
            .iter()
            .max_by_key(|segment| segment.text.len());
        longest.map_or(0.0, |segment| segment.size)
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
    fn gaps(&self) -> Vec<(f64, f64)> {
        let mut gaps = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for segment in &self.segments {
            if end.is_finite() && segment.x0 - end >= GUTTER * segment.size {
                gaps.push((end, segment.x0));
            }
            end = end.max(segment.x1);
        }
        gaps
    }
}

/// A gap this wide, in sizes of the font, parts the cells of a table.
const CELL_GAP: f64 = 2.0;

/// Rows with the gutters that none of them crosses.
#[derive(Debug, Default)]
struct Zone {
    rows: Vec<Row>,
    gutters: Vec<(f64, f64)>,
}

impl Zone {
    /// Returns true for a gutter with rows enough on each side of it and on both.
    fn is_shared(&self, gutter: (f64, f64)) -> bool {
        let (left, right, both) = self.sides(gutter);
        left.min(right).min(both) >= MIN_SHARED_ROWS
    }

    /// The gutters that are left when `row` joins.
    fn gutters_with(&self, row: &Row) -> Vec<(f64, f64)> {
        self.gutters
            .iter()
            .filter_map(|gutter| narrowed(*gutter, row))
            .collect()
    }

    /// Returns true for a row that crosses a gutter, of which `left` are left, below a blank strip: a heading over some of
    /// three columns ends them all.
    fn is_ended_by(&self, row: &Row, left: &[(f64, f64)]) -> bool {
        let is_set_off = |last: &Row| row.y() - last.y() > SET_OFF * row.size();
        if left.len() >= self.gutters.len() || !self.rows.last().is_some_and(is_set_off) {
            return false;
        }
        let is_lost = |gutter: &&(f64, f64)| {
            !left
                .iter()
                .any(|kept| kept.0 < gutter.1 && gutter.0 < kept.1)
        };
        let mut lost = self.gutters.iter().filter(is_lost);
        lost.any(|gutter| self.is_shared(*gutter))
    }

    /// Returns true for a row above this zone that is the first one of its last column: in line with the others there, and no
    /// further away than they are from each other.
    fn is_begun_by(&self, row: &Row) -> bool {
        let shared = self
            .gutters
            .iter()
            .filter(|gutter| self.is_shared(**gutter));
        let Some(start) = shared.map(|gutter| gutter.1).reduce(f64::max) else {
            return false;
        };
        let is_in_column = |segment: &&Segment| segment.x0 >= start - 0.5 * segment.size;
        let column = self.rows.iter().flat_map(|row| &row.segments);
        let column: Vec<&Segment> = column.filter(is_in_column).collect();
        let pitch = median(column.windows(2).map(|pair| pair[1].y - pair[0].y));
        let (Some(first), true) = (column.first(), row.x0() >= start - 0.5 * row.size()) else {
            return false;
        };
        let edge = column.iter().map(|segment| segment.x0);
        let is_in_line = row.x0() - edge.fold(f64::INFINITY, f64::min) <= 2.5 * row.size();
        is_in_line && first.y - row.y() <= 1.3 * pitch
    }

    fn sides(&self, gutter: (f64, f64)) -> (usize, usize, usize) {
        let (mut left, mut right, mut both) = (0, 0, 0);
        for row in &self.rows {
            let is_left = row
                .segments
                .iter()
                .any(|segment| segment.x1 <= gutter.0 + 0.1);
            let is_right = row
                .segments
                .iter()
                .any(|segment| segment.x0 >= gutter.1 - 0.1);
            left += usize::from(is_left);
            right += usize::from(is_right);
            both += usize::from(is_left && is_right);
        }
        (left, right, both)
    }
}

/// Part of a gutter that stays free when a row is laid over it; `None` when too little.
fn narrowed(gutter: (f64, f64), row: &Row) -> Option<(f64, f64)> {
    let (mut from, mut to) = gutter;
    for segment in &row.segments {
        if segment.x1 <= from || segment.x0 >= to {
            continue;
        }
        let (before, after) = (segment.x0 - from, to - segment.x1);
        if before >= after {
            to = segment.x0;
        } else {
            from = segment.x1;
        }
    }
    (to - from >= GUTTER * row.size() * 0.8).then_some((from, to))
}

/// The flows of `rows` in the order they are read.
pub(crate) fn reading_order(rows: Vec<Row>, depth: usize) -> Vec<Flow> {
    let mut flows: Vec<Flow> = Vec::new();
    let mut is_open = false;
    for zone in with_first_rows(zones(rows), depth) {
        match columns(&zone, depth) {
            Some(columns) => {
                for column in columns {
                    flows.extend(reading_order(column, depth + 1));
                }
                is_open = false;
            }
            None => {
                match flows.last_mut().filter(|_| is_open) {
                    Some(flow) => flow.rows.extend(zone.rows),
                    None => flows.push(Flow { rows: zone.rows }),
                }
                is_open = true;
            }
        }
    }
    flows
}

fn zones(rows: Vec<Row>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for row in rows {
        let gaps = row.gaps();
        if let Some(zone) = zones.last_mut() {
            let left = zone.gutters_with(&row);
            let is_plain = zone.gutters.is_empty() && gaps.is_empty();
            if is_plain || !left.is_empty() && !zone.is_ended_by(&row, &left) {
                zone.gutters = left;
                zone.rows.push(row);
                continue;
            }
        }
        zones.push(Zone {
            rows: vec![row],
            gutters: gaps,
        });
    }
    zones
}

/// Moves the rows with which a column begins above or beside its neighbours into its zone: one with text on one side alone
/// has no gap that would begin it.
fn with_first_rows(mut zones: Vec<Zone>, depth: usize) -> Vec<Zone> {
    for index in 1..zones.len() {
        let (before, after) = zones.split_at_mut(index);
        let (before, zone) = (&mut before[index - 1], &mut after[0]);
        if !before.gutters.is_empty() || columns(zone, depth).is_none() {
            continue;
        }
        while before.rows.last().is_some_and(|row| zone.is_begun_by(row)) {
            let row = before.rows.pop();
            zone.rows.splice(..0, row);
        }
    }
    zones.retain(|zone| !zone.rows.is_empty());
    zones
}

/// Columns within columns within columns: pages have no more.
const MAX_DEPTH: usize = 3;

/// The columns of a zone, each as rows; `None` when it has none of prose.
fn columns(zone: &Zone, depth: usize) -> Option<Vec<Vec<Row>>> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let mut gutters = zone.gutters.clone();
    gutters.retain(|gutter| zone.is_shared(*gutter));
    if gutters.is_empty() {
        return None;
    }
    let mut columns = split_at(&zone.rows, &gutters);
    if columns.len() > 1 && are_line_numbers(&columns[0]) {
        columns.remove(0);
        return Some(columns);
    }
    columns
        .iter()
        .all(|column| is_prose(column))
        .then_some(columns)
}

/// Splits rows at gutters; a row without text in a column is none of it.
fn split_at(rows: &[Row], gutters: &[(f64, f64)]) -> Vec<Vec<Row>> {
    let mut columns: Vec<Vec<Row>> = vec![Vec::new(); gutters.len() + 1];
    for row in rows {
        let empty = Row {
            segments: Vec::new(),
            is_vertical: row.is_vertical,
        };
        let mut parts = vec![empty; columns.len()];
        for segment in &row.segments {
            parts[column_of(segment, gutters)]
                .segments
                .push(segment.clone());
        }
        for (column, part) in columns.iter_mut().zip(parts) {
            if !part.segments.is_empty() {
                column.push(part);
            }
        }
    }
    columns
}

/// Number of the column that the middle of a segment stands in.
fn column_of(segment: &Segment, gutters: &[(f64, f64)]) -> usize {
    let middle = (segment.x0 + segment.x1) / 2.0;
    let is_left = |gutter: &&(f64, f64)| (gutter.0 + gutter.1) / 2.0 < middle;
    gutters.iter().take_while(is_left).count()
}

/// Returns true if a column holds nothing but numbers that count its lines.
fn are_line_numbers(column: &[Row]) -> bool {
    let numbers: Vec<u32> = column
        .iter()
        .filter_map(|row| row.text().trim().parse().ok())
        .collect();
    let counting = numbers
        .windows(2)
        .filter(|pair| pair[1] == pair[0] + 1)
        .count();
    numbers.len() == column.len() && numbers.len() >= 8 && counting + 2 >= numbers.len()
}

fn is_prose(column: &[Row]) -> bool {
    let left = column.iter().map(Row::x0).fold(f64::INFINITY, f64::min);
    let right = column.iter().map(Row::x1).fold(f64::NEG_INFINITY, f64::max);
    let size = median(column.iter().map(Row::size));
    right - left >= MIN_COLUMN * size
        && (is_tier(column, size)
            || full_rows(column, right) as f64 >= MIN_FULL_SHARE * column.len() as f64)
        && is_of_letters(column)
}

/// Returns true for rows down the page that are no cells: they stand in tiers, however short their lists are. Tables of such
/// rows are rare.
fn is_tier(column: &[Row], size: f64) -> bool {
    let lengths = column.iter().map(|row| row.x1() - row.x0());
    column.iter().all(|row| row.is_vertical) && median(lengths) >= MIN_TIER_ROW * size
}

/// Number of rows that reach the right edge, or leave too little room there for the first word of a next row that goes on
/// with a small letter: cells of a table begin with capitals and figures.
fn full_rows(column: &[Row], right: f64) -> usize {
    let is_full = |(index, row): &(usize, &Row)| {
        let room = right - row.x1();
        let next = column.get(index + 1);
        room <= 2.0 * row.size() || next.is_some_and(|next| takes_more_than(room, next))
    };
    column.iter().enumerate().filter(is_full).count()
}

/// Returns true for a row that begins with a small letter, of a word that is wider than `room`.
fn takes_more_than(room: f64, row: &Row) -> bool {
    let text = row.text();
    text.starts_with(char::is_lowercase) && room < first_word_width(row, &text)
}

/// Width of what a line would have had to take up from the next one: a word, or an ideograph with its mark.
pub(crate) fn first_word_width(row: &Row, text: &str) -> f64 {
    let size = row.size();
    if text.starts_with(is_wide) {
        return 1.5 * size;
    }
    let word = text
        .split(|c: char| c.is_whitespace() || is_wide(c))
        .next()
        .unwrap_or_default();
    (word.chars().count() as f64 + 1.0) * 0.5 * size
}

/// Returns true for a column of more letters than signs and digits.
fn is_of_letters(column: &[Row]) -> bool {
    let letters = count_in(column, char::is_alphabetic);
    letters > count_in(column, |c| !c.is_alphabetic() && !c.is_whitespace())
}

/// Number of the characters of a column that are counted.
fn count_in(column: &[Row], is_counted: fn(char) -> bool) -> usize {
    let texts = column.iter().map(Row::text);
    texts
        .map(|text| text.chars().filter(|c| is_counted(*c)).count())
        .sum()
}

/// The middle value; 0 of none.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str, x0: f64, y: f64) -> Segment {
        let width: f64 = text
            .chars()
            .map(|c| if is_wide(c) { 10.0 } else { 5.0 })
            .sum();
        Segment {
            text: text.to_owned(),
            x0,
            x1: x0 + width,
            y,
            size: 10.0,
        }
    }

    fn show(segments: Vec<Segment>) -> Vec<String> {
        let flows = reading_order(to_rows(segments, false), 0);
        flows
            .iter()
            .map(|flow| {
                flow.rows
                    .iter()
                    .map(Row::text)
                    .collect::<Vec<_>>()
                    .join("|")
            })
            .collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_title() {
        let mut segments = vec![segment("關於發展新質生產力的若干意見", 60.0, 10.0)];
        for (index, y) in [30.0, 45.0, 60.0, 75.0].into_iter().enumerate() {
            segments.push(segment(&format!("左{index}左左左左左左左左左左左"), 0.0, y));
            // The right column has baselines of its own.
            segments.push(segment(
                &format!("右{index}右右右右右右右右右右右"),
                160.0,
                y + 4.0,
            ));
        }
        segments.push(segment(
            "橫跨兩欄的一行文字橫跨兩欄的一行文字橫跨",
            0.0,
            100.0,
        ));
        let shown = show(segments);
        assert_eq!(shown.len(), 4, "{shown:?}");
        assert!(
            shown[1].starts_with("左0") && shown[1].ends_with('左') && shown[2].starts_with("右0"),
            "{shown:?}"
        );
    }

    #[test]
    fn ragged_columns_are_read_one_after_the_other() {
        let left = [
            "competent authority in charge of",
            "specific business may, depending",
            "on the actual requirements, take",
            "proper measures to enrich",
            "operating equipment and abilities",
            "of business development.",
        ];
        let right = [
            "representative of the authority",
            "is convener of the Group. The",
            "Group may commission other",
            "individuals or associations with",
            "professional knowledge to take",
            "part in auditing.",
        ];
        let lines = left.iter().zip(right).enumerate();
        let segments = lines.flat_map(|(index, (one, other))| {
            let y = 15.0 * index as f64;
            [segment(one, 0.0, y), segment(other, 185.0, y)]
        });
        assert_eq!(show(segments.collect()), [left.join("|"), right.join("|")]);
    }

    #[test]
    fn words_below_each_other_are_cells_though_a_long_one_is_among_them() {
        let rows = [
            ("Department of Transportation", "Sustainable mobility"),
            ("Board", "Audit"),
            ("Ministry of Labour", "Wages"),
            ("Office of the Auditor", "Public accounts"),
            ("Council", "Rules of procedure"),
            ("Registry", "Deeds"),
        ];
        let segments = rows.iter().enumerate().flat_map(|(index, (one, other))| {
            let y = 15.0 * index as f64;
            [segment(one, 0.0, y), segment(other, 220.0, y)]
        });
        let shown = show(segments.collect());
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(shown[0].contains("Board\tAudit"), "{shown:?}");
    }

    #[test]
    fn a_heading_over_two_of_three_columns_ends_them_all() {
        let line = |text: char, part: usize| text.to_string().repeat(10) + &part.to_string();
        let mut segments = Vec::new();
        for (band, top) in [0.0, 110.0].into_iter().enumerate() {
            for row in 0..4 {
                for (text, x) in [('左', 0.0), ('中', 130.0), ('右', 260.0)] {
                    segments.push(segment(&line(text, band), x, top + 15.0 * f64::from(row)));
                }
            }
        }
        segments.push(segment("橫跨兩欄的一行標題，不到第三欄為止", 0.0, 80.0));
        let shown = show(segments);
        let firsts: Vec<&str> = shown.iter().map(|flow| &flow[..'左'.len_utf8()]).collect();
        assert_eq!(
            firsts,
            ["左", "中", "右", "橫", "左", "中", "右"],
            "{shown:?}"
        );
    }

    #[test]
    fn tiers_of_vertical_lists_are_read_one_after_the_other() {
        let glyphs = |text: &str, x: f64, y: f64| -> Vec<Glyph> {
            let below = |(index, c): (usize, char)| Glyph {
                text: c.to_string(),
                x,
                y: y + 10.0 * index as f64,
                advance: (0.0, 10.0),
                size: 10.0,
            };
            text.chars().enumerate().map(below).collect()
        };
        let above = [
            "一、契約條款之解釋",
            "二、稅負事前約定",
            "三、廠商應負之責任及其保證",
            "四、其他",
        ];
        let below = [
            "五、工作計畫及其進度",
            "六、價格",
            "七、如期履約能力與經驗",
            "八、其他事項",
        ];
        let lines = above.iter().zip(below).enumerate();
        let all: Vec<Glyph> = lines
            .flat_map(|(index, (one, other))| {
                let x = 200.0 - 20.0 * index as f64;
                [glyphs(one, x, 0.0), glyphs(other, x, 200.0)].concat()
            })
            .collect();
        let rows = rows_of(&all).remove(0);
        let texts: Vec<String> = reading_order(rows, 0)
            .iter()
            .flat_map(|flow| &flow.rows)
            .map(Row::text)
            .collect();
        assert_eq!(texts, [above, below].concat());
    }

    #[test]
    fn a_right_column_that_begins_higher_is_read_after_the_left_one() {
        let line = |text: &str, part: usize| format!("{text}{part}{}", text.repeat(11));
        let mut segments: Vec<Segment> = (0..7)
            .map(|row| segment(&line("右", row), 160.0, 15.0 * row as f64))
            .collect();
        segments.extend((2..7).map(|row| segment(&line("左", row), 0.0, 15.0 * row as f64)));
        // A date above, set off, is no part of the column.
        segments.push(segment("二〇二四年五月一日", 190.0, -60.0));
        let shown = show(segments);
        let firsts: Vec<String> = shown
            .iter()
            .map(|flow| flow.chars().take(2).collect())
            .collect();
        assert_eq!(firsts, ["二〇", "左2", "右0"], "{shown:?}");
    }

    #[test]
    fn tables_stay_in_rows() {
        let rows = [
            ("年", "人數"),
            ("2022", "15"),
            ("2023", "18"),
            ("2024", "21"),
        ];
        let segments = rows.iter().enumerate().flat_map(|(index, (one, other))| {
            let y = 15.0 * index as f64;
            [segment(one, 0.0, y), segment(other, 100.0, y)]
        });
        assert_eq!(
            show(segments.collect()),
            ["年\t人數|2022\t15|2023\t18|2024\t21"]
        );
    }
}
