//! Tells columns apart that a text dump of a page set side by side.
//!
//! In: text whose lines hold a piece of the left column, a gutter of blanks, and a piece of the right one. Out: edits
//! that put all paragraphs of the left column first, then all of the right one, each with its lines joined. The gutter
//! is a column where text starts again and again and which no line crosses, counted in code points or in display
//! columns, whichever fits more lines. Columns of prose are wide and their lines are full; a table's cells are short
//! or independent of each other, and stay. More than two columns are told apart one gutter at a time.
//!
//! The rows of the two columns need not have the same height, so an empty cell need not end a paragraph: a full line
//! that does not end a sentence goes on below the gap, unless it ends in the middle of a word that the other side does
//! not finish. Then text was lost, and nothing is joined.

use std::collections::HashMap;
use std::ops::Range;

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::lines::{Line, Measure, char_columns, is_box_drawing, is_wide};
use crate::repair::pass::{Context, Edits, Moved, Pass};
use crate::repair::scan::pairs;
use crate::repair::wraps::{Joint, ends_sentence, hyphen_start, is_item_break, joint};
use crate::text::lines::line_ranges;
use crate::text::model::Model;

/// A gutter is at least this wide somewhere ...
const MIN_GUTTER_COLUMNS: usize = 3;
/// ... and never narrower than this: marks that hang over the left column eat into it.
const MIN_GAP_COLUMNS: usize = 2;
/// Rows with text on both sides of the gutter.
const MIN_SHARED_ROWS: usize = 3;
/// Rows with a gutter that are further apart than this are not of one page.
const MAX_ROWS_APART: usize = 40;
/// The median line of a column of prose is this wide at least (in display columns).
const MIN_MEDIAN_COLUMNS: usize = 16;
/// Share of a column's lines that are full or end a sentence; cells of a table are neither.
const MIN_FULL_SHARE: f32 = 0.7;

/// Confidence in columns whose lines are full.
const CONFIDENCE: f32 = 0.9;

/// Columns read line by line.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::Columns),
    suspects: None,
    find,
};

/// Finds the columns of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    if !has_gutters(text) {
        return edits;
    }
    let lines: Vec<Range<usize>> = line_ranges(text).collect();
    for cluster in gutter_clusters(text, &lines) {
        let Some(page) = Page::best(text, &lines, cluster) else {
            continue;
        };
        for region in page.regions(text, &lines) {
            let at = lines[region.start].start..lines[region.end - 1].end;
            if let Some(pieces) = page.reading_order(text, &lines, region, context.model) {
                edits.rearrange(at, text, &pieces, RepairKind::Columns, CONFIDENCE);
            }
        }
    }
    edits
}

/// Returns true when enough lines have a wide gap inside, looked for without building anything.
fn has_gutters(text: &str) -> bool {
    let blanks = pairs(text.as_bytes(), |one, other| {
        (one == b' ') & (other == b' ')
    });
    let is_behind_text = |at: &usize| *at > 0 && !matches!(text.as_bytes()[at - 1], b' ' | b'\n');
    blanks
        .filter(is_behind_text)
        .nth(MIN_SHARED_ROWS - 1)
        .is_some()
        && text
            .lines()
            .filter(|line| has_wide_gap(line))
            .nth(MIN_SHARED_ROWS - 1)
            .is_some()
}

fn has_wide_gap(line: &str) -> bool {
    line.trim_start_matches(' ').trim_end().contains("   ") && !line.contains(is_box_drawing)
}

/// Runs of lines, from the first with a wide gap to the last, in which such lines are near each other.
fn gutter_clusters(text: &str, lines: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !has_wide_gap(&text[line.clone()]) {
            continue;
        }
        match clusters.last_mut() {
            Some(cluster) if index - cluster.end < MAX_ROWS_APART => cluster.end = index + 1,
            _ => clusters.push(index..index + 1),
        }
    }
    clusters
}

/// Way to count positions on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ruler {
    CodePoints,
    DisplayColumns,
}

impl Ruler {
    fn advance(self, c: char) -> usize {
        match self {
            Self::CodePoints => 1,
            Self::DisplayColumns => char_columns(c),
        }
    }
}

/// A stretch of a line between gaps of two or more blanks: its bytes and where it stands.
#[derive(Clone, Debug)]
struct Cell {
    range: Range<usize>,
    start: usize,
    end: usize,
}

fn cells(text: &str, line: &Range<usize>, ruler: Ruler) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut at = 0;
    for (offset, c) in text[line.clone()].char_indices() {
        let byte = line.start + offset;
        let end = at + ruler.advance(c);
        if c != ' ' {
            match cells.last_mut() {
                Some(cell) if at < cell.end + MIN_GAP_COLUMNS => {
                    cell.end = end;
                    cell.range.end = byte + c.len_utf8();
                }
                _ => cells.push(Cell {
                    range: byte..byte + c.len_utf8(),
                    start: at,
                    end,
                }),
            }
        }
        at = end;
    }
    cells
}

/// A cluster of lines and the gutter found in it.
struct Page {
    ruler: Ruler,
    /// The lines of the cluster.
    cluster: Range<usize>,
    /// Start of the right-hand column.
    gutter_end: usize,
    /// Lines of the cluster with text that starts there.
    aligned_rows: usize,
    /// Other starts of lines or cells that the cluster shows again and again.
    margins: Vec<usize>,
}

/// Numbers of rows by the position where their text starts.
struct Rows {
    /// Behind a gap.
    shared: HashMap<usize, usize>,
    /// At the start of the line.
    leading: HashMap<usize, usize>,
}

impl Rows {
    fn count(text: &str, lines: &[Range<usize>], ruler: Ruler) -> Self {
        let (mut shared, mut leading) = (HashMap::new(), HashMap::new());
        for line in lines {
            let cells = cells(text, line, ruler);
            if let Some(first) = cells.first() {
                *leading.entry(first.start).or_default() += 1;
            }
            let pairs = cells.windows(2);
            for pair in pairs.filter(|pair| pair[1].start - pair[0].end >= MIN_GAP_COLUMNS) {
                *shared.entry(pair[1].start).or_default() += 1;
            }
        }
        Self { shared, leading }
    }

    /// Rows whose text starts at `start`, behind a gap or not.
    fn aligned(&self, start: usize) -> usize {
        self.shared[&start] + self.leading.get(&start).copied().unwrap_or_default()
    }

    /// The position behind a gap where most rows start.
    fn gutter_end(&self) -> Option<usize> {
        let starts = self.shared.keys().copied();
        starts
            .filter(|start| self.shared[start] >= MIN_SHARED_ROWS)
            .max_by_key(|&start| (self.aligned(start), std::cmp::Reverse(start)))
    }

    /// Positions where several rows start, in order.
    fn margins(&self) -> Vec<usize> {
        let counts = self.leading.iter().chain(&self.shared);
        let counts = counts.filter(|(_, count)| **count >= MIN_SHARED_ROWS);
        let mut margins: Vec<usize> = counts.map(|(&start, _)| start).collect();
        margins.sort_unstable();
        margins
    }
}

impl Page {
    /// Lays out a cluster by the ruler that aligns more rows.
    fn best(text: &str, lines: &[Range<usize>], cluster: Range<usize>) -> Option<Self> {
        let by_code_points = Self::lay_out(text, lines, cluster.clone(), Ruler::CodePoints);
        let by_columns = Self::lay_out(text, lines, cluster, Ruler::DisplayColumns);
        match (by_code_points, by_columns) {
            (Some(one), Some(other)) if other.aligned_rows > one.aligned_rows => Some(other),
            (one, other) => one.or(other),
        }
    }

    /// Finds the position where text starts most often after a gap.
    fn lay_out(
        text: &str,
        lines: &[Range<usize>],
        cluster: Range<usize>,
        ruler: Ruler,
    ) -> Option<Self> {
        let rows = Rows::count(text, &lines[cluster.clone()], ruler);
        let gutter_end = rows.gutter_end()?;
        Some(Self {
            ruler,
            cluster,
            gutter_end,
            aligned_rows: rows.aligned(gutter_end),
            margins: rows.margins(),
        })
    }

    /// The runs of lines that respect the gutter, grown over the lines around the cluster that belong to the columns.
    fn regions(&self, text: &str, lines: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut regions = Vec::new();
        let mut start = self.cluster.start;
        for index in self.cluster.clone() {
            if self.split(text, &lines[index]).is_none() {
                regions.push(start..index);
                start = index + 1;
            }
        }
        regions.push(start..self.cluster.end);
        regions.retain(|region| !region.is_empty());
        self.grow(text, lines, &mut regions);
        for region in &mut regions {
            trim_blank_lines(text, lines, region);
        }
        regions
    }

    /// Grows the first and the last region over the lines around the cluster.
    fn grow(&self, text: &str, lines: &[Range<usize>], regions: &mut [Range<usize>]) {
        if let Some(first) = regions.first_mut()
            && first.start == self.cluster.start
        {
            let margin = self.left_margin(text, lines, first);
            while first.start > 0 && self.belongs(text, lines, first.start - 1, margin, true) {
                first.start -= 1;
            }
        }
        if let Some(last) = regions.last_mut()
            && last.end == self.cluster.end
        {
            let margin = self.left_margin(text, lines, last);
            while last.end < lines.len() && self.belongs(text, lines, last.end, margin, false) {
                last.end += 1;
            }
        }
    }

    /// Returns the start of most lines of the left column.
    fn left_margin(&self, text: &str, lines: &[Range<usize>], region: &Range<usize>) -> usize {
        let starts = region.clone().filter_map(|index| {
            cells(text, &lines[index], self.ruler)
                .first()
                .map(|c| c.start)
        });
        starts
            .filter(|&start| start < self.gutter_end)
            .min()
            .unwrap_or_default()
    }

    /// Returns true when the line next to a region continues one of its columns: it starts at a column's margin, keeps
    /// off the gutter, and so does all that stands with it between blank lines.
    fn belongs(
        &self,
        text: &str,
        lines: &[Range<usize>],
        index: usize,
        margin: usize,
        is_above: bool,
    ) -> bool {
        let step = |index: usize| {
            if is_above {
                index.checked_sub(1)
            } else {
                Some(index + 1)
            }
        };
        let mut next = Some(index);
        let mut blanks = 0;
        let mut seen = 0;
        while let Some(at) = next.filter(|&at| at < lines.len()) {
            let cells = cells(text, &lines[at], self.ruler);
            let Some(first) = cells.first() else {
                blanks += 1;
                if seen > 0 || blanks > 2 {
                    break;
                }
                next = step(at);
                continue;
            };
            let is_indented = first.start >= margin && first.start <= margin + 4;
            let is_at_margin = is_indented || self.margins.binary_search(&first.start).is_ok();
            if !is_at_margin || self.split(text, &lines[at]).is_none() {
                return false;
            }
            seen += 1;
            if seen > MAX_ROWS_APART {
                break;
            }
            next = step(at);
        }
        seen > 0
    }

    /// The parts of a line left and right of the gutter, blanks included; `None` when text crosses it.
    fn split(&self, text: &str, line: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        if text[line.clone()].contains(is_box_drawing) {
            return None;
        }
        let mut gutter = line.end;
        let mut at = 0;
        for (offset, c) in text[line.clone()].char_indices() {
            if at >= self.gutter_end {
                gutter = line.start + offset;
                break;
            }
            at += self.ruler.advance(c);
            let is_in_gutter = at + MIN_GAP_COLUMNS > self.gutter_end;
            if is_in_gutter && c != ' ' {
                return None;
            }
        }
        Some((line.start..gutter, gutter..line.end))
    }

    /// The columns of these lines from left to right; `None` when the sides are not columns of prose.
    fn columns(&self, text: &str, lines: &[Range<usize>], depth: usize) -> Option<Vec<Column>> {
        let mut columns = Vec::new();
        for side in self.sides(text, lines)? {
            match columns_within(text, &side, depth + 1) {
                Some(inner) => columns.extend(inner),
                None if is_in_cells(text, &side) => return None,
                None => columns.push(Column::of(text, &side)),
            }
        }
        columns
            .iter()
            .all(|column| column.is_prose(text))
            .then_some(columns)
    }

    /// The parts of these lines on both sides of the gutter; `None` where too few have both, or no gap is wide.
    fn sides(&self, text: &str, lines: &[Range<usize>]) -> Option<[Vec<Range<usize>>; 2]> {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let (mut shared_rows, mut widest_gap) = (0, 0);
        for line in lines {
            let (left_part, right_part) = self.split(text, line)?;
            let one = text[left_part.clone()].trim_end();
            let other = text[right_part.clone()].trim_start();
            if !one.trim().is_empty() && !other.is_empty() {
                shared_rows += 1;
                let gap = left_part.len() - one.len() + right_part.len() - other.len();
                widest_gap = widest_gap.max(gap);
            }
            left.push(left_part);
            right.push(right_part);
        }
        let are_apart = shared_rows >= MIN_SHARED_ROWS && widest_gap >= MIN_GUTTER_COLUMNS;
        are_apart.then_some([left, right])
    }

    /// The paragraphs of a region in the order they are read; `None` when its sides are not columns of prose.
    fn reading_order(
        &self,
        text: &str,
        lines: &[Range<usize>],
        region: Range<usize>,
        model: &Model,
    ) -> Option<Vec<Moved>> {
        let columns = self.columns(text, &lines[region.clone()], 0)?;
        let above = lines[..region.start].last();
        let is_close_above = above.is_some_and(|above| !text[above.clone()].trim().is_empty());
        let at = lines[region.start].start;
        let new = |text: &str| Moved::New(at..at, text.to_owned());
        let mut pieces = Vec::new();
        pieces.extend(is_close_above.then(|| new("\n")));
        for (index, column) in columns.iter().enumerate() {
            pieces.extend((index > 0).then(|| new("\n\n")));
            column.push_paragraphs(text, model, &mut pieces);
        }
        Some(pieces)
    }
}

fn trim_blank_lines(text: &str, lines: &[Range<usize>], region: &mut Range<usize>) {
    let is_blank = |index: usize| text[lines[index].clone()].trim().is_empty();
    while region.start < region.end && is_blank(region.start) {
        region.start += 1;
    }
    while region.start < region.end && is_blank(region.end - 1) {
        region.end -= 1;
    }
}

/// Columns within a column; `None` when it is one.
fn columns_within(text: &str, lines: &[Range<usize>], depth: usize) -> Option<Vec<Column>> {
    let shared = lines
        .iter()
        .filter(|line| has_wide_gap(&text[(*line).clone()]))
        .count();
    if depth >= MAX_DEPTH || shared < MIN_SHARED_ROWS {
        return None;
    }
    [Ruler::CodePoints, Ruler::DisplayColumns]
        .into_iter()
        .filter_map(|ruler| {
            Page::lay_out(text, lines, 0..lines.len(), ruler)?.columns(text, lines, depth)
        })
        .next()
}

/// Returns true when most rows of a side have wide gaps, though they are no columns: the side is the rest of a table, whose rows
/// belong together (task, department, date).
fn is_in_cells(text: &str, rows: &[Range<usize>]) -> bool {
    let rows = rows.iter().map(|row| text[row.clone()].trim());
    let (mut filled, mut parted) = (0, 0);
    for row in rows.filter(|row| !row.is_empty()) {
        filled += 1;
        parted += usize::from(has_wide_gap(row));
    }
    parted >= MIN_SHARED_ROWS && 2 * parted > filled
}

/// Gutters within columns within columns: pages have no more.
const MAX_DEPTH: usize = 3;

/// The lines of one column, each with the row it stands in.
struct Column {
    lines: Vec<(usize, Line)>,
}

impl Column {
    fn of(text: &str, rows: &[Range<usize>]) -> Self {
        let line =
            |(row, range): (usize, &Range<usize>)| Some((row, Line::trimmed(text, range.clone())?));
        Self {
            lines: rows.iter().enumerate().filter_map(line).collect(),
        }
    }

    /// Lines in rows that follow each other.
    fn followed(&self) -> impl Iterator<Item = (&Line, &Line)> + Clone {
        self.lines
            .windows(2)
            .filter(|pair| pair[1].0 == pair[0].0 + 1)
            .map(|pair| (&pair[0].1, &pair[1].1))
    }

    /// Returns true when the column's lines are those of wrapped prose: wide, and full unless a sentence ends there.
    fn is_prose(&self, text: &str) -> bool {
        if self.median_width() < MIN_MEDIAN_COLUMNS || !self.is_worded(text) {
            return false;
        }
        let measure = Measure::of(self.followed());
        let flows = |(line, next): &(&Line, &Line)| {
            measure.breaks(line, next) || ends_sentence(&text[line.range.clone()])
        };
        let count = self.followed().count();
        let flowing = self.followed().filter(flows).count();
        count > 0 && flowing as f32 >= MIN_FULL_SHARE * count as f32
    }

    /// Width of the line in the middle, 0 without one.
    fn median_width(&self) -> usize {
        let widths = self.lines.iter().map(|(_, line)| line.width_columns());
        let mut widths: Vec<usize> = widths.collect();
        widths.sort_unstable();
        widths.get(widths.len() / 2).copied().unwrap_or(0)
    }

    /// Returns true when two in three characters are letters, blanks left out.
    fn is_worded(&self, text: &str) -> bool {
        let lines = self.lines.iter().map(|(_, line)| &text[line.range.clone()]);
        let chars = lines.flat_map(str::chars).filter(|c| !c.is_whitespace());
        let (mut letters, mut signs) = (0, 0);
        for c in chars {
            if c.is_alphabetic() {
                letters += 1;
            } else {
                signs += 1;
            }
        }
        letters >= 2 * signs
    }

    fn push_paragraphs(&self, text: &str, model: &Model, pieces: &mut Vec<Moved>) {
        let measure = Measure::of(self.followed());
        for (index, (row, line)) in self.lines.iter().enumerate() {
            let Some((next_row, next)) = self.lines.get(index + 1) else {
                push_line(text, line.range.clone(), pieces);
                break;
            };
            let between = match seam(text, line, next, next_row - row - 1, measure, model) {
                Seam::Joined => {
                    let joint = joint(text, line, next, model);
                    push_line(text, joined_part(text, line, joint), pieces);
                    if joint == Joint::Space { " " } else { "" }
                }
                seam => {
                    push_line(text, line.range.clone(), pieces);
                    if seam == Seam::Paragraph {
                        "\n\n"
                    } else {
                        "\n"
                    }
                }
            };
            if !between.is_empty() {
                let end = line.range.end;
                pieces.push(Moved::New(end..end, between.to_owned()));
            }
        }
    }
}

/// Seam between two lines of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seam {
    Joined,
    Line,
    Paragraph,
}

fn seam(
    text: &str,
    line: &Line,
    next: &Line,
    blank_rows: usize,
    measure: Measure,
    model: &Model,
) -> Seam {
    let (before, after) = (&text[line.range.clone()], &text[next.range.clone()]);
    let is_ended = ends_sentence(before);
    let is_full = measure.breaks(line, next);
    let begins_item = || is_item_break(before, after, model);
    if blank_rows > 0 {
        let is_left_open = is_full && !is_ended && !begins_item();
        return if is_left_open && continues(before, after, text, model) {
            Seam::Joined
        } else {
            Seam::Paragraph
        };
    }
    match (is_full, is_ended) {
        // Set lines are uneven; only a much shorter one was ended on purpose.
        (false, false) if measure.is_short(line) && !after.starts_with(char::is_lowercase) => {
            Seam::Line
        }
        (false, true) => Seam::Paragraph,
        (true, true) if measure.has_room(line) || begins_item() => Seam::Paragraph,
        _ => Seam::Joined,
    }
}

/// The part of a line that is kept where it is joined to the next.
fn joined_part(text: &str, line: &Line, joint: Joint) -> Range<usize> {
    let end = if joint == Joint::DropHyphen {
        hyphen_start(text, line)
    } else {
        line.range.end
    };
    line.range.start..end
}

/// Returns true when the sentence that `before` breaks off may go on with `after`, below an empty cell.
fn continues(before: &str, after: &str, text: &str, model: &Model) -> bool {
    let mut backwards = before.chars().rev();
    let (Some(last), Some(first)) = (backwards.next(), after.chars().next()) else {
        return false;
    };
    if !is_wide(last) {
        return first.is_lowercase() || last == ',' || last == '-' || is_wide(first);
    }
    let binds = |one: char, other: char| model.nats(one, other) - model.unigram(other) >= 0.0;
    backwards.next().is_some_and(|last_but_one| {
        binds(last_but_one, last) || binds(last, first) || text.contains(&format!("{last}{first}"))
    })
}

/// Copies a line, with the wide gaps of justified Latin text narrowed to one space.
fn push_line(text: &str, range: Range<usize>, pieces: &mut Vec<Moved>) {
    let line = &text[range.clone()];
    let mut copied = 0;
    let mut offset = 0;
    while let Some(found) = line[offset..].find("  ") {
        let gap = offset + found;
        let gap_end = line.len() - line[gap..].trim_start_matches(' ').len();
        offset = gap_end;
        if line[..gap].ends_with(['.', '!', '?', ':']) {
            continue;
        }
        pieces.push(Moved::Copy(range.start + copied..range.start + gap + 1));
        copied = gap_end;
    }
    pieces.push(Moved::Copy(range.start + copied..range.end));
}
