//! Takes running headers and page numbers out of the sentences they interrupt.
//!
//! In: text. Out: edits that leave out what stood between two pages where a paragraph goes on across them; the original
//! text keeps it. What stands between pages is known by its page number, which must be one more or one less than that of a
//! neighbouring page, and by a header or footer that comes back from page to page; a sentence goes on when the line
//! before is full and does not end one. The paragraph that goes on must end itself: else all stays as it is.

use std::collections::HashMap;
use std::ops::Range;

use polidex_schema::repair_kind::{Family, RepairKind};

use super::lines::{Line, is_wide};
use super::pass::{Context, Edits, Moved, Pass};
use super::scan::pairs;
use super::wraps::{ends_sentence, is_item_break};
use crate::text::lines::line_ranges;

/// A header comes back at least so often.
const MIN_REPEATS: usize = 3;
/// A longer line is no header.
const MAX_HEADER_COLUMNS: usize = 70;
/// A narrower line was not broken at a page's width.
const MIN_LINE_COLUMNS: usize = 24;
/// A page has so many lines at least, blank ones included.
const MIN_PAGE_LINES: usize = 8;
/// Confidence that a sentence goes on across a page.
const CONFIDENCE: f32 = 0.9;
/// A page number has no more digits.
const MAX_NUMBER_LEN: usize = 4;

/// Running headers within sentences.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::RunningHeader),
    suspects: None,
    find,
};

/// Finds the headers within the sentences of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let starts = pairs(text.as_bytes(), |one, other| {
        (one == b'\n') & (other.is_ascii_digit() | (other == b' '))
    });
    let is_number = |at: &usize| page_number(first_line(&text[at + 1..])).is_some();
    if starts.filter(is_number).nth(MIN_REPEATS - 1).is_none() {
        return edits;
    }
    let page = Pages::of(text);
    let mut index = 0;
    while index < page.gaps.len() {
        index += page.mend(text, index, context, &mut edits).max(1);
    }
    edits
}

/// The number a line consists of, as a page number does.
fn page_number(line: &str) -> Option<u32> {
    let digits = line.trim_ascii();
    let is_number = (1..=MAX_NUMBER_LEN).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The lines of a text, its page numbers and the lines near them.
struct Numbered<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
    /// Lines that are a number, and the number.
    numbers: Vec<(usize, u32)>,
    /// Number of times a line stands near a page number, by its key.
    repeats: HashMap<String, usize>,
}

impl<'a> Numbered<'a> {
    fn of(text: &'a str) -> Self {
        let mut numbered = Self {
            text,
            lines: line_ranges(text).collect(),
            numbers: Vec::new(),
            repeats: HashMap::new(),
        };
        let number_of = |index| Some((index, page_number(numbered.line(index))?));
        numbered.numbers = (0..numbered.lines.len()).filter_map(number_of).collect();
        for &(index, _) in &numbered.numbers {
            for near in numbered.neighbours(index) {
                let key = header_key(&text[numbered.lines[near].clone()]);
                *numbered.repeats.entry(key).or_default() += 1;
            }
        }
        numbered
    }

    fn line(&self, index: usize) -> &'a str {
        &self.text[self.lines[index].clone()]
    }

    fn neighbours(&self, index: usize) -> Vec<usize> {
        neighbours(index, self.lines.len(), |at| self.line(at))
    }

    fn is_header(&self, index: usize) -> bool {
        self.repeats
            .get(&header_key(self.line(index)))
            .is_some_and(|&count| count >= MIN_REPEATS)
    }

    /// Returns true when the page before or behind has the number that belongs there.
    fn is_in_order(&self, place: usize) -> bool {
        let number = self.numbers[place].1;
        let before = place.checked_sub(1).and_then(|at| self.numbers.get(at));
        let after = self.numbers.get(place + 1);
        let mut near = before.into_iter().chain(after);
        near.any(|&(_, other)| other.abs_diff(number) == 1)
    }

    /// Returns the lines between two pages around a page number, blank ones included; `None` without a header.
    fn gap_at(&self, place: usize) -> Option<Range<usize>> {
        if !self.is_in_order(place) {
            return None;
        }
        let index = self.numbers[place].0;
        let near = self.neighbours(index).into_iter();
        let headers: Vec<usize> = near.filter(|&near| self.is_header(near)).collect();
        let first = index.min(*headers.iter().min()?);
        let last = index.max(*headers.iter().max()?);
        Some(self.with_blanks(first..last + 1))
    }

    /// Lines with the blank ones around them.
    fn with_blanks(&self, lines: Range<usize>) -> Range<usize> {
        let is_blank = |at: &usize| self.line(*at).trim().is_empty();
        let before = (0..lines.start).rev().take_while(is_blank).count();
        let behind = (lines.end..self.lines.len()).take_while(is_blank).count();
        lines.start - before..lines.end + behind
    }
}

/// Returns true if a gap has the lines of a page between it and both of its neighbours.
fn is_page_apart(gaps: &[Range<usize>], place: usize) -> bool {
    let is_far = |one: &Range<usize>, next: &Range<usize>| next.start >= one.end + MIN_PAGE_LINES;
    let before = place.checked_sub(1).map(|before| &gaps[before]);
    let next = gaps.get(place + 1);
    before.is_none_or(|before| is_far(before, &gaps[place]))
        && next.is_none_or(|next| is_far(&gaps[place], next))
}

/// The lines of a text and what stands between its pages.
struct Pages {
    lines: Vec<Range<usize>>,
    /// Runs of lines, by index, that are blank, a page number or a header.
    gaps: Vec<Range<usize>>,
}

impl Pages {
    fn of(text: &str) -> Self {
        let numbered = Numbered::of(text);
        let gaps: Vec<Range<usize>> = (0..numbered.numbers.len())
            .filter_map(|place| numbered.gap_at(place))
            .collect();
        // Numbers that follow close on each other are of a table.
        let apart = (0..gaps.len()).filter(|place| is_page_apart(&gaps, *place));
        let gaps = apart.map(|place| gaps[place].clone()).collect();
        Self {
            lines: numbered.lines,
            gaps,
        }
    }

    /// Mends the sentence around the gap at `index`, and the gaps after it where the sentence crosses more pages.
    /// Returns how many gaps that were.
    fn mend(&self, text: &str, index: usize, context: &Context<'_>, edits: &mut Edits) -> usize {
        let Some(before) = self
            .gaps
            .get(index)
            .and_then(|gap| gap.start.checked_sub(1))
        else {
            return 0;
        };
        let mut pieces = Vec::new();
        let mut last = before;
        let mut crossed = index;
        while let Some(end) = self.end_across(text, crossed, last, context) {
            let at = self.lines[self.gaps[crossed].end].start;
            pieces.push(Moved::New(at..at, "\n".to_owned()));
            pieces.push(Moved::Copy(at..self.lines[end].end));
            last = end;
            crossed += 1;
        }
        let gaps = crossed - index;
        if gaps > 0 && !self.is_open(text, last) {
            let at = self.lines[before].end..self.lines[last].end;
            edits.rearrange(at, text, &pieces, RepairKind::RunningHeader, CONFIDENCE);
        }
        gaps
    }

    /// Returns the last line of the paragraph that goes on, behind the gap at `index`, from the line `last` just
    /// before it.
    fn end_across(
        &self,
        text: &str,
        index: usize,
        last: usize,
        context: &Context<'_>,
    ) -> Option<usize> {
        let gap = self.gaps.get(index).filter(|gap| gap.start == last + 1)?;
        if !self.goes_on(text, last, gap.end, context) {
            return None;
        }
        let near = &self.gaps[index..self.gaps.len().min(index + 2)];
        let is_text =
            |at: &usize| !self.is_blank(text, *at) && !near.iter().any(|gap| gap.contains(at));
        (gap.end..self.lines.len()).take_while(is_text).last()
    }

    fn is_blank(&self, text: &str, index: usize) -> bool {
        text[self.lines[index].clone()].trim().is_empty()
    }

    /// Returns true when a line ends in mid-sentence and is as wide as the line before it.
    fn is_open(&self, text: &str, index: usize) -> bool {
        let Some(line) = Line::trimmed(text, self.lines[index].clone()) else {
            return false;
        };
        let above = index
            .checked_sub(1)
            .and_then(|above| Line::trimmed(text, self.lines[above].clone()));
        let is_full =
            above.is_none_or(|above| 10 * line.width_columns() >= 9 * above.width_columns());
        is_full && line.width_columns() >= MIN_LINE_COLUMNS && !ends_sentence(&text[line.range])
    }

    /// Returns true when the sentence of the line `before` goes on at the line `after`.
    fn goes_on(&self, text: &str, before: usize, after: usize, context: &Context<'_>) -> bool {
        let Some(next) = self.lines.get(after).map(|line| text[line.clone()].trim()) else {
            return false;
        };
        let line = text[self.lines[before].clone()].trim();
        let fits = next.starts_with(|c: char| c.is_lowercase() || is_wide(c) || c.is_ascii_digit());
        self.is_open(text, before) && fits && !is_item_break(line, next, context.model)
    }
}

/// The lines next to a page number, one blank line between them allowed.
fn neighbours<'a>(index: usize, count: usize, line: impl Fn(usize) -> &'a str) -> Vec<usize> {
    let is_text = |&at: &usize| !line(at).trim().is_empty() && page_number(line(at)).is_none();
    let above = (index.saturating_sub(2)..index).rev().find(is_text);
    let below = (index + 1..count.min(index + 3)).find(is_text);
    above
        .into_iter()
        .chain(below)
        .filter(|&at| {
            Line::trimmed(line(at), 0..line(at).len())
                .is_some_and(|line| line.width_columns() <= MAX_HEADER_COLUMNS)
        })
        .collect()
}

/// A header without what changes from page to page: digits and blanks.
fn header_key(line: &str) -> String {
    line.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, RepairKind, repair_text};

    /// Three pages of one speech; the sentence at the end of the first goes on behind the header.
    fn pages(numbers: [u32; 3]) -> String {
        let line = "主席，政府會繼續檢討現行的安排，並與各有關團體保持緊密聯繫，務\n";
        let page = |number: u32| {
            let full: String = line.repeat(9);
            format!(
                "{full}求令市民受惠。\n\n{full}立法會 ─ 2013年1月9日\n\n{number}\n求令市民受惠。\n\n"
            )
        };
        numbers.map(page).concat()
    }

    #[test]
    fn a_header_leaves_the_sentence_it_interrupts() {
        let text = pages([12, 13, 14]);
        let repaired = repair_text(&text, &Options::default()).text;
        assert!(
            repaired.contains("緊密聯繫，務求令市民受惠。\n\n"),
            "{repaired}"
        );
        // No page follows the last.
        assert_eq!(repaired.matches("立法會").count(), 1, "{repaired}");
        assert_eq!(repair_text(&repaired, &Options::default()).text, repaired);
    }

    #[test]
    fn numbers_that_do_not_count_pages_stay() {
        let steps = repair_text(&pages([12, 40, 3]), &Options::default()).steps;
        assert!(
            steps
                .iter()
                .all(|step| step.kind != RepairKind::RunningHeader)
        );
    }
}
