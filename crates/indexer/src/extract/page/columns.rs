//! From rows to columns in reading order.
//!
//! Rows with a gutter that none of them crosses form a zone. Its sides are columns when they are wide and filled as prose is, or
//! when their lines stand at heights of their own; otherwise it is a table and stays in rows.

use crate::extract::page::rows::{REACH, Row, Segment, is_wide, median};

/// Rows that are read one after the other, of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Flow {
    pub(crate) rows: Vec<Row>,
}

/// Distance to the row before, in sizes of the font, of a row that is set off.
const SET_OFF: f64 = 2.0;
/// Rows with text on both sides that a gutter needs.
const MIN_SHARED_ROWS: usize = 3;
/// A column of prose is this wide at least, in sizes of the font ...
const MIN_COLUMN: f64 = 8.0;
/// ... and this share of its lines reach its right edge.
const MIN_FULL_SHARE: f64 = 0.4;
/// Distance of the lines of a column to the nearest ones of its neighbour, in sizes of the font, where none stand in rows ...
const OWN_HEIGHT: f64 = 0.25;
/// ... of so many lines on both sides ...
const MIN_OWN_LINES: usize = 8;
/// ... and at most so many times more on one: cells in the middle of higher ones stand at heights of their own, too.
const MOST_MORE_LINES: f64 = 1.5;
/// Middle length of the rows of a tier, in sizes of the font.
const MIN_TIER_ROW: f64 = 5.0;

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
        let left = self.gutters.iter().filter_map(|gutter| {
            let is_sure = self.is_shared(*gutter);
            let segments = row.segments.iter();
            let segments =
                segments.filter(|segment| !(is_sure && reaches_over(*gutter, segment, row)));
            narrowed(*gutter, segments, row.gutter())
        });
        left.collect()
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

/// Returns true for a line of one side that was found with a letter of the line on the other.
fn reaches_over(gutter: (f64, f64), segment: &Segment, row: &Row) -> bool {
    let reach = REACH * segment.size;
    let has_other = |is_other: &dyn Fn(&Segment) -> bool| {
        row.segments
            .iter()
            .any(|other| other != segment && is_other(other))
    };
    let is_of_left = segment.x0 < gutter.0 && segment.x1 <= gutter.1 + reach;
    let is_of_right = segment.x1 > gutter.1 && segment.x0 >= gutter.0 - reach;
    let is_long = segment.x1 - segment.x0 >= MIN_COLUMN * segment.size;
    segment.is_apart
        && is_long
        && (is_of_left && has_other(&|other| other.x0 > gutter.0)
            || is_of_right && has_other(&|other| other.x1 < gutter.1))
}

/// Part of a gutter that stays free when the segments of a row are laid over it; `None` when it is less than `least` wide, or
/// almost.
fn narrowed<'a>(
    gutter: (f64, f64),
    segments: impl Iterator<Item = &'a Segment>,
    least: f64,
) -> Option<(f64, f64)> {
    let (mut from, mut to) = gutter;
    for segment in segments {
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
    (to - from >= least * 0.8).then_some((from, to))
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
    let all = |is_so: fn(&[Row]) -> bool| columns.iter().all(|column| is_so(column));
    let are_columns = all(is_wide_column) && (all(is_prose) || have_own_heights(&columns));
    are_columns.then_some(columns)
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

fn left_of(column: &[Row]) -> f64 {
    column.iter().map(Row::x0).fold(f64::INFINITY, f64::min)
}

fn right_of(column: &[Row]) -> f64 {
    column.iter().map(Row::x1).fold(f64::NEG_INFINITY, f64::max)
}

fn size_of(column: &[Row]) -> f64 {
    median(column.iter().map(Row::size))
}

/// Returns true for a column as wide as one of prose, of letters.
fn is_wide_column(column: &[Row]) -> bool {
    right_of(column) - left_of(column) >= MIN_COLUMN * size_of(column) && is_of_letters(column)
}

/// Returns true for a column whose lines are filled as those of prose are.
fn is_prose(column: &[Row]) -> bool {
    let full = full_rows(column, right_of(column)) as f64;
    is_tier(column, size_of(column)) || full >= MIN_FULL_SHARE * column.len() as f64
}

/// Returns true for columns whose lines stand at other heights than those beside them, however short they are, as in two lists:
/// the cells of a table stand in rows.
fn have_own_heights(columns: &[Vec<Row>]) -> bool {
    let are_apart = |pair: &[Vec<Row>]| {
        let heights = (level_heights(&pair[0]), level_heights(&pair[1]));
        let of_left = heights_beside(&heights.0, &heights.1);
        let of_right = heights_beside(&heights.1, &heights.0).len();
        let (fewer, more) = (of_left.len().min(of_right), of_left.len().max(of_right));
        let size = size_of(&pair[0]).min(size_of(&pair[1]));
        fewer >= MIN_OWN_LINES
            && more as f64 <= MOST_MORE_LINES * fewer as f64
            && median(of_left.iter().map(|y| distance(*y, &heights.1))) >= OWN_HEIGHT * size
    };
    columns.windows(2).all(are_apart)
}

/// Those of some heights that lie between the first and the last of others.
fn heights_beside(heights: &[f64], others: &[f64]) -> Vec<f64> {
    let (Some(first), Some(last)) = (others.first(), others.last()) else {
        return Vec::new();
    };
    let beside = heights.iter().filter(|y| (first..=last).contains(y));
    beside.copied().collect()
}

/// Distance of a height from the nearest of others.
fn distance(y: f64, others: &[f64]) -> f64 {
    let distances = others.iter().map(|other| (other - y).abs());
    distances.fold(f64::INFINITY, f64::min)
}

/// Heights of the lines of a column, from top to bottom; none of lines that run down the page.
fn level_heights(column: &[Row]) -> Vec<f64> {
    let level = column.iter().filter(|row| !row.is_vertical);
    level.map(Row::y).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::page::Glyph;
    use crate::extract::page::rows::{rows_of, to_rows};

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
            is_apart: false,
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
                is_apart: index == 0,
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

    /// Two lists of short entries, the right one by `lower` further down; each entry of it takes so many lines.
    fn lists(lower: f64, lines: usize) -> Vec<String> {
        let left = (0..12).map(|row| {
            let middle = 15.0 * (row * lines) as f64 + 7.5 * (lines - 1) as f64;
            let text = if row == 5 {
                "Transitional Provision"
            } else {
                "[Amendment]"
            };
            segment(&format!("{} {text}", 412 + row), 0.0, middle)
        });
        let right = (0..12 * lines).map(|row| {
            let text = if row == 7 {
                "Coming into Force of Part"
            } else {
                "[Repealed]"
            };
            segment(
                &format!("{} {text}", 446 + row),
                200.0,
                lower + 15.0 * row as f64,
            )
        });
        show(left.chain(right).collect())
    }

    #[test]
    fn lists_at_heights_of_their_own_are_columns_however_short_their_lines_are() {
        let shown = lists(5.0, 1);
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].starts_with("412 [Amendment]|413"), "{shown:?}");
        assert!(
            shown[1].ends_with("456 [Repealed]|457 [Repealed]"),
            "{shown:?}"
        );
        assert_eq!(lists(0.0, 1).len(), 1, "a table");
        assert_eq!(
            lists(1.0, 1).len(),
            1,
            "one whose baselines differ a little"
        );
        assert_eq!(
            lists(0.0, 2).len(),
            1,
            "cells in the middle of those of two lines"
        );
    }

    #[test]
    fn lines_that_were_found_apart_are_columns_beside_a_narrow_gutter() {
        let line = |text: &str, x: f64, row: usize, is_apart| Segment {
            is_apart,
            ..segment(&text.repeat(12), x, 15.0 * row as f64)
        };
        let columns = |is_apart| {
            let rows = 0..6;
            show(
                rows.flat_map(|row| {
                    [
                        line("左", 0.0, row, is_apart),
                        line("右", 127.0, row, is_apart),
                    ]
                })
                .collect(),
            )
        };
        assert_eq!(columns(true).len(), 2);
        assert_eq!(columns(false).len(), 1, "as far apart as words");
    }

    #[test]
    fn a_line_found_with_a_letter_of_the_next_column_ends_no_column() {
        let line = |text: &str, x: f64, row: usize| Segment {
            is_apart: true,
            ..segment(&text.repeat(12), x, 15.0 * row as f64)
        };
        let rows = (0..8).flat_map(|row| {
            let mut left = line("左", 0.0, row);
            if row == 5 {
                left.text.push('右');
                left.x1 = 136.0;
            }
            [left, line("右", 130.0, row)]
        });
        let mut segments: Vec<Segment> = rows.collect();
        assert_eq!(show(segments.clone()).len(), 2);
        // A heading over both has nothing beside it.
        let heading = Segment {
            x1: 136.0,
            ..line("題", 0.0, 9)
        };
        segments.push(heading);
        segments.extend((10..14).flat_map(|row| [line("左", 0.0, row), line("右", 130.0, row)]));
        assert_eq!(show(segments).len(), 5);
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
