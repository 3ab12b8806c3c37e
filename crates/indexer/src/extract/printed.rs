//! Takes page numbers and running heads out of the sentences of a plain text that was printed, where a page ends in mid-sentence.
//!
//! In: a text. Out: [`Printed`], the text with a line's end in their place, and what was left out. A page number is a line of
//! its own that counts on: `12`, `- 12 -`, `第 12 頁`, `Page 12 of 30`, three in step at least. A head or foot comes back beside
//! page numbers or form feeds. A sentence goes on where the line before is as full as the one above it and ends none. A bare
//! number without a form feed may be one of a list, so several sentences have to go on across such numbers, each over two lines.
//! Everything else stays: numbers between paragraphs, headings, tables, years. Numbers that count the lines of a page, each left
//! of its line, go as well where most lines are full and in mid-sentence.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::extract::page::paragraphs::{
    ends_sentence, starts_with_bullet, starts_with_number, without_numbers,
};
use crate::extract::page::rows::is_wide;
use crate::extract::running::counts_pages;
use crate::text::lines::line_ranges;
use crate::text::source_map::SourceMap;

/// Page numbers in step, at least; a head comes back as often.
const MIN_SERIES: usize = 3;
/// Heads and feet on one side of a page's end, at most.
const HEAD_LINES: usize = 2;
/// A longer line is no head, in bytes.
const HEAD_BYTES: usize = 200;
/// A head is on one in so many pages.
const HEAD_SHARE: usize = 4;
/// A longer line is no page number, in bytes.
const NUMBER_BYTES: usize = 90;
/// A narrower line was not broken at a page's width.
const MIN_LINE_COLUMNS: usize = 24;
/// Share of the line above that a full line has.
const FULL_PERCENT: usize = 85;
/// Lines that are counted, at least.
const MIN_COUNTED: usize = 5;
/// Share of the widest counted line that a full one has.
const COUNTED_PERCENT: usize = 75;
/// Of so many bare numbers one stands in a sentence.
const SENTENCE_SHARE: usize = 3;

/// A text without what interrupts its sentences at the ends of pages.
#[derive(Clone, Debug)]
pub(crate) struct Printed<'a> {
    /// The text.
    pub(crate) text: Cow<'a, str>,
    /// From the text to the one given.
    pub(crate) map: SourceMap,
    /// What was left out, in order.
    pub(crate) left_out: Vec<LeftOut>,
}

/// What was left out at one place, or in one run of lines.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    /// Bytes of the text given, from the first to the last that was left out.
    pub(crate) at: Range<usize>,
    /// What was left out.
    pub(crate) before: String,
    /// What stands there.
    pub(crate) after: &'static str,
}

/// Confidence that a sentence goes on across a page.
pub(crate) const CONFIDENCE: f32 = 0.9;
/// What stands where pages were parted.
const JOINT: &str = "\n";

impl<'a> Printed<'a> {
    /// The text as it was given.
    pub(crate) fn unchanged(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            map: SourceMap::identity(text.len()),
            left_out: Vec::new(),
        }
    }

    /// Joins the sentences of `text` that go on from page to page, or those between whose lines numbers stand.
    pub(crate) fn joined(text: &'a str) -> Self {
        let lines = Lines::of(text);
        let runs = lines.counted_runs();
        if !runs.is_empty() {
            let cuts = runs.iter().flatten().cloned();
            let left_out = runs.iter().map(|run| numbers_of(text, run)).collect();
            return Self::without(text, cuts, "", left_out);
        }
        let interruptions = lines.interruptions();
        if interruptions.is_empty() {
            return Self::unchanged(text);
        }
        let left_out = interruptions.iter().map(|at| LeftOut {
            at: at.clone(),
            before: text[at.clone()].to_owned(),
            after: JOINT,
        });
        let left_out = left_out.collect();
        Self::without(text, interruptions.into_iter(), JOINT, left_out)
    }

    /// The text with `joint` in the place of each of the `cuts`, which are in order and apart.
    fn without(
        text: &'a str,
        cuts: impl Iterator<Item = Range<usize>>,
        joint: &str,
        left_out: Vec<LeftOut>,
    ) -> Self {
        let mut joined = String::with_capacity(text.len());
        let mut map = SourceMap::default();
        let mut at = 0;
        for cut in cuts {
            joined.push_str(&text[at..cut.start]);
            map.push_copy(at..cut.start);
            joined.push_str(joint);
            at = cut.end;
            map.push_replacement(cut, joint.len());
        }
        joined.push_str(&text[at..]);
        map.push_copy(at..text.len());
        Self {
            text: Cow::Owned(joined),
            map,
            left_out,
        }
    }
}

/// The numbers of a run of lines, which is not empty, a line each.
fn numbers_of(text: &str, run: &[Range<usize>]) -> LeftOut {
    let numbers: Vec<&str> = run.iter().map(|cut| text[cut.clone()].trim()).collect();
    LeftOut {
        at: run[0].start..run[run.len() - 1].end,
        before: numbers.join("\n"),
        after: "",
    }
}

/// A line that counts pages.
#[derive(Clone)]
struct Number {
    line: usize,
    /// The line with `#` for its number.
    key: String,
    number: u32,
}

/// What stands between two pages.
#[derive(Clone, Debug)]
struct Gap {
    /// Lines that are blank, a page number or a head.
    lines: Range<usize>,
    /// Page numbers among them.
    numbers: usize,
    /// True if it has a page number with words or dashes around it.
    is_dressed: bool,
    /// True if a form feed stands in it.
    is_fed: bool,
}

impl Gap {
    /// Returns true if its numbers may be those of a list.
    fn is_doubtful(&self) -> bool {
        !self.is_dressed && !self.is_fed
    }
}

/// A line with its number left of it.
#[derive(Clone)]
struct Counted {
    /// Bytes of its number and the blanks around it.
    cut: Range<usize>,
    /// Columns where the number begins and ends.
    columns: (usize, usize),
    number: u32,
    /// The line without its number.
    text: Range<usize>,
}

/// The lines of a text.
struct Lines<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let lines = line_ranges(text).collect();
        Self { text, lines }
    }

    /// A line without blanks and form feeds around it.
    fn line(&self, index: usize) -> &'a str {
        let range = self.lines.get(index).cloned().unwrap_or_default();
        self.text[range].trim()
    }

    /// What is to be left out, in bytes.
    fn interruptions(&self) -> Vec<Range<usize>> {
        let gaps = self.gaps();
        let in_sentence: Vec<&Gap> = gaps.iter().filter(|gap| self.is_in_sentence(gap)).collect();
        let doubtful = gaps.iter().filter(|gap| gap.is_doubtful()).count();
        let agree = in_sentence.iter().filter(|gap| gap.is_doubtful()).count();
        let is_printed = agree > 1 && agree * SENTENCE_SHARE >= doubtful;
        let left_out = in_sentence
            .into_iter()
            .filter(|gap| is_printed || !gap.is_doubtful());
        left_out.map(|gap| self.bytes_of(gap)).collect()
    }

    /// Runs of lines that are counted, each with the bytes to be left out.
    fn counted_runs(&self) -> Vec<Vec<Range<usize>>> {
        let filled = self
            .lines
            .iter()
            .filter(|line| !self.text[(*line).clone()].trim().is_empty());
        let lines: Vec<Option<Counted>> = filled.map(|line| self.counted(line)).collect();
        let is_next = |one: &Option<Counted>, next: &Option<Counted>| match (one, next) {
            (Some(one), Some(next)) => {
                let is_aligned = one.columns.0 == next.columns.0 || one.columns.1 == next.columns.1;
                one.number + 1 == next.number && is_aligned
            }
            _ => false,
        };
        let runs = lines
            .chunk_by(is_next)
            .filter(|run| run.len() >= MIN_COUNTED);
        let runs = runs.map(|run| run.iter().flatten().collect::<Vec<_>>());
        let printed = runs.filter(|run| self.is_running_text(run));
        printed
            .map(|run| run.iter().map(|line| line.cut.clone()).collect())
            .collect()
    }

    /// A line that begins with a number and a blank, and is no row of a table.
    fn counted(&self, range: &Range<usize>) -> Option<Counted> {
        let line = self.text[range.clone()].trim_end();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let digits = line[indent..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let number = line[indent..indent + digits]
            .parse()
            .ok()
            .filter(|_| digits <= 3)?;
        let behind = &line[indent + digits..];
        let content = behind.trim_start_matches(' ');
        let is_text = content.len() < behind.len()
            && !content.contains(['\t', '|'])
            && !content.contains("  ");
        let start = range.start + line.len() - content.len();
        is_text.then(|| Counted {
            cut: range.start..start,
            columns: (indent, indent + digits),
            number,
            text: start..range.start + line.len(),
        })
    }

    /// Returns true if most lines of a run are full and go on in the next one.
    fn is_running_text(&self, run: &[&Counted]) -> bool {
        let text = |line: &Counted| &self.text[line.text.clone()];
        let widest = run.iter().map(|line| text(line).width()).max().unwrap_or(0);
        let is_open = |pair: &&[&Counted]| {
            let (line, next) = (text(pair[0]), text(pair[1]));
            let width = line.width();
            let is_full = width >= MIN_LINE_COLUMNS && width * 100 >= widest * COUNTED_PERCENT;
            is_full && !ends_sentence(line) && goes_on(line, next)
        };
        let open = run.windows(2).filter(is_open).count();
        open * 2 > run.len()
    }

    /// Bytes from the end of the line before a gap to the start of the one behind it.
    fn bytes_of(&self, gap: &Gap) -> Range<usize> {
        let offset = |line: &str| line.as_ptr() as usize - self.text.as_ptr() as usize;
        let before = self.line(gap.lines.start - 1);
        offset(before) + before.len()..offset(self.line(gap.lines.end))
    }

    /// The gaps between pages, with the heads and feet in them.
    fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for core in self.cores() {
            let gap = self.with_blanks(core);
            match gaps.last_mut() {
                Some(last) if gap.lines.start <= last.lines.end => {
                    last.lines.end = last.lines.end.max(gap.lines.end);
                    last.numbers += gap.numbers;
                    last.is_dressed |= gap.is_dressed;
                    last.is_fed |= gap.is_fed;
                }
                _ => gaps.push(gap),
            }
        }
        for _ in 0..HEAD_LINES {
            self.take_heads(&mut gaps);
        }
        gaps
    }

    /// Page numbers, and the places of form feeds.
    fn cores(&self) -> Vec<Gap> {
        let core = |lines: Range<usize>, key: Option<&str>| Gap {
            numbers: lines.len(),
            is_dressed: key.is_some_and(|key| key != "#"),
            is_fed: key.is_none(),
            lines,
        };
        let numbers = self.numbers_in_step().into_iter();
        let mut cores: Vec<Gap> = numbers
            .map(|number| core(number.line..number.line + 1, Some(&number.key)))
            .collect();
        if self.text.contains('\u{C}') {
            let fed = (0..self.lines.len()).filter(|line| self.begins_page(*line));
            cores.extend(fed.map(|line| core(line..line, None)));
        }
        cores.sort_by_key(|core| (core.lines.start, core.lines.end));
        cores
    }

    /// Returns true if a form feed stands before the first word of a line.
    fn begins_page(&self, line: usize) -> bool {
        let text = &self.text[self.lines[line].clone()];
        text[..text.len() - text.trim_start().len()].contains('\u{C}')
    }

    /// The lines that are numbers of pages, three at least one after the other.
    fn numbers_in_step(&self) -> Vec<Number> {
        let mut by_key: HashMap<String, Vec<Number>> = HashMap::new();
        for line in 0..self.lines.len() {
            if let Some((key, number)) = page_number(self.line(line)) {
                let numbers = by_key.entry(key.clone()).or_default();
                numbers.push(Number { line, key, number });
            }
        }
        let is_step = |one: &Number, next: &Number| one.number + 1 == next.number;
        let mut in_step = Vec::new();
        for numbers in by_key.values() {
            let runs = numbers.chunk_by(is_step);
            in_step.extend(
                runs.filter(|run| run.len() >= MIN_SERIES)
                    .flatten()
                    .cloned(),
            );
        }
        in_step
    }

    /// A gap with the blank lines around it.
    fn with_blanks(&self, mut gap: Gap) -> Gap {
        let is_blank = |line: &usize| self.line(*line).is_empty();
        gap.lines.start -= (0..gap.lines.start).rev().take_while(is_blank).count();
        gap.lines.end += (gap.lines.end..self.lines.len())
            .take_while(is_blank)
            .count();
        gap
    }

    /// Widens each gap by the line on either side that comes back beside other gaps.
    fn take_heads(&self, gaps: &mut [Gap]) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for gap in &*gaps {
            for (key, _) in self.keys_beside(gap) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let least = MIN_SERIES.max(gaps.len() / HEAD_SHARE);
        for gap in gaps {
            for (key, line) in self.keys_beside(gap) {
                if counts[&key] >= least {
                    gap.lines = gap.lines.start.min(line)..gap.lines.end.max(line + 1);
                }
            }
            *gap = self.with_blanks(gap.clone());
        }
    }

    /// The lines on both sides of a gap, each with what is the same on another page.
    fn keys_beside(&self, gap: &Gap) -> Vec<(String, usize)> {
        let above = gap.lines.start.checked_sub(1).map(|line| ('<', line));
        let below = Some(('>', gap.lines.end));
        let beside = above.into_iter().chain(below);
        let is_short = |line: usize| (1..=HEAD_BYTES).contains(&self.line(line).len());
        let short = beside.filter(|(_, line)| is_short(*line));
        short
            .map(|(side, line)| (format!("{side}{}", without_numbers(self.line(line))), line))
            .collect()
    }

    /// Returns true if the sentence before a gap goes on behind it, and something stands in the gap.
    fn is_in_sentence(&self, gap: &Gap) -> bool {
        let has_text = gap.lines.clone().any(|line| !self.line(line).is_empty());
        let Some(last) = gap.lines.start.checked_sub(1) else {
            return false;
        };
        let (before, next) = (self.line(last), self.line(gap.lines.end));
        let above = last.checked_sub(1).map(|above| self.line(above));
        let above = above
            .filter(|above| page_number(above).is_none())
            .unwrap_or_default();
        let beside = match (above.is_empty(), gap.is_doubtful()) {
            (true, true) => return false,
            (true, false) => next,
            (false, _) => above,
        };
        let width = before.width();
        let is_full = width >= MIN_LINE_COLUMNS && width * 100 >= beside.width() * FULL_PERCENT;
        has_text && gap.numbers <= 1 && is_full && !ends_sentence(before) && goes_on(before, next)
    }
}

/// Returns true for a line that may go on in mid-sentence.
fn goes_on(before: &str, next: &str) -> bool {
    let first = next.chars().next().unwrap_or(' ');
    let follows = if before.ends_with(is_wide) {
        is_wide(first) || first.is_alphanumeric()
    } else {
        is_wide(first) || first.is_lowercase()
    };
    follows && !is_row(before) && !starts_with_bullet(next) && !starts_with_number(next)
}

/// Returns true for a row of a table: cells of which a third are figures, and no clause.
fn is_row(line: &str) -> bool {
    let is_figure = |cell: &&str| {
        let bare = cell.trim_start_matches(['(', '（', '-', '$', '+']);
        bare.starts_with(|c: char| c.is_ascii_digit())
    };
    let figures = line.split_whitespace().filter(is_figure).count();
    let are_figures = figures > 1 && figures * 3 >= line.split_whitespace().count();
    line.contains('\t') || are_figures && !line.contains(['，', '。', '；', '、'])
}

/// The number of a page that a line consists of, behind the line with `#` in its place.
fn page_number(line: &str) -> Option<(String, u32)> {
    let is_short = (1..=NUMBER_BYTES).contains(&line.len());
    if !is_short || !line.contains(|c: char| c.is_ascii_digit()) || !counts_pages(line) {
        return None;
    }
    let close: String = line.split_whitespace().collect();
    let start = close.find(|c: char| c.is_ascii_digit())?;
    let digits = close[start..]
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    let number = close[start..start + digits].parse().ok()?;
    let key = format!("{}#{}", &close[..start], &close[start + digits..]);
    let is_short_word = key.starts_with(['p', 'P']);
    let may_dress = |c: char| {
        c.is_alphanumeric() || "#-–—－─―~～·‧•|/,，".contains(c) || c == '.' && is_short_word
    };
    // Years alone on a line are those of a table.
    let is_year = key == "#" && (1900..=2100).contains(&number);
    (digits <= 4 && !is_year && key.chars().all(may_dress)).then_some((key, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of two full lines with `end(n)` between them.
    fn pages(end: impl Fn(u32) -> String) -> String {
        let pages = [
            "政府會繼續推動各項措施，改善營商環境，吸引企\n業和人才來港發展，並鞏固香港國際金融中心",
            "的地位。本局將與廣東省人民政府簽訂合作協議，\n並在前海設立聯合辦事處，協助港商開拓內銷市",
            "場。教育局將檢討學校的課程結構，並增加資訊科\n技教育的撥款，培訓更多教師掌握人工智能的應",
            "用。運輸署會改善公共交通服務，並研究興建新的\n鐵路。",
        ];
        let page = |(number, page): (u32, &str)| format!("{page}{}", end(number));
        (1..).zip(pages).map(page).collect()
    }

    #[test]
    fn a_sentence_goes_on_over_the_end_of_a_page() {
        type End = fn(u32) -> String;
        let ends: [End; 9] = [
            |number| format!("\nP. {number}\n"),
            |number| format!("\n\n      - {number} -\n\u{C}"),
            |number| format!("\n\n      {number}\n\u{C}"),
            |number| format!("\n\n      {number}\n\n"),
            |number| format!("\n第 {number} 頁\n"),
            |number| format!("\n\nPage {number} of 4\n\n"),
            |number| format!("\n第{number}页 共4页\n\n"),
            |number| format!("\n\n{number}\n\u{C}立法會 ─ 2024年7月3日\n\n"),
            |number| format!("\r\n\r\n— {} —\r\n\r\n施政報告\r\n\r\n", number + 11),
        ];
        for (index, end) in ends.iter().enumerate() {
            let text = pages(end);
            let joined = Printed::joined(&text);
            assert_eq!(joined.left_out.len(), 3, "{index}: {}", joined.text);
            assert!(
                joined.text.contains("國際金融中心\n的地位"),
                "{}",
                joined.text
            );
            assert!(joined.text.contains("開拓內銷市\n場。"), "{}", joined.text);
            let at = joined.text.find("的地位").unwrap_or_default();
            let source = joined.map.source_of(at..at + "的地位".len());
            assert_eq!(&text[source], "的地位");
        }
    }

    #[test]
    fn numbers_of_lines_leave_their_sentences() {
        let lines = [
            "政府會繼續推動各項措施，改善營商環境，吸引企業和",
            "人才來港發展，並鞏固香港國際金融中心的地位。本局",
            "將與廣東省人民政府簽訂合作協議，並在前海設立聯合",
            "辦事處，協助港商開拓內銷市場。教育局將檢討學校的",
            "課程結構，並增加資訊科技教育的撥款，培訓更多教師",
            "掌握人工智能。",
        ];
        let counted = (1..)
            .zip(lines)
            .map(|(number, line)| format!("  {number}  {line}\n"));
        let text: String = counted.collect();
        let joined = Printed::joined(&text);
        assert_eq!(joined.text.trim_end(), lines.join("\n"));
        assert_eq!(joined.left_out.len(), 1);
        assert_eq!(joined.left_out[0].before, "1\n2\n3\n4\n5\n6");
        let items = [
            "加強對北部都會區的規劃及發展工作",
            "推動創新科技產業",
            "改善房屋的措施並增加公屋供應量。",
            "教育",
            "運輸及物流業的發展策略和行動計劃",
            "環境保護",
        ];
        let listed = (1..)
            .zip(items)
            .map(|(number, line)| format!("{number}  {line}\n"));
        let list: String = listed.collect();
        assert_eq!(Printed::joined(&list).text, list);
    }

    #[test]
    fn numbers_that_count_no_pages_stay() {
        let list = "1\n加強對北部都會區的規劃及發\n展工作\n2\n推動創新科技產業的發展並吸引\n人才\n3\n改善房屋的措施\n4\n甲";
        let lines = "1\n加強對北部都會區的規劃及發展工作\n2\n推動創新科技產業的發展並吸引人才\n3\n改善房屋的措施並增加公屋供應量\n";
        let years = "政府推出改善房屋的措施並增加公屋\n政府推出改善房屋的措施並增加公屋\n2019\n";
        let headings = "Contents of the report on housing\n1\nintroduction to the report\n2\nthe background\n3\n";
        let column = "政府會繼續推動各項措施，改善營商環境\n政府會繼續推動各項措施，改善營商環境\n1\n2\n3\n4\n";
        for text in [
            list.to_owned(),
            lines.to_owned(),
            years.to_owned()
                + &years.replace("2019", "2020")
                + &years.replace("2019", "2021")
                + years,
            headings.to_owned(),
            column.repeat(2),
            pages(|number| format!("。\n\n- {number} -\n\n")),
            pages(|number| format!("\n\n- {} -\n\n", number * number)),
            pages(|number| format!("\n\n第{number}條\n\n")),
            pages(|number| format!("\n\n（{number}）\n\n")),
            pages(|_| "\n\u{C}".to_owned()),
            pages(|number| {
                let district = ["東區", "西貢", "南區", "北區"][number as usize - 1];
                format!("\n{district} 2 013 2 894 4 282 9 907 15 504\n\n{number}\n\u{C}")
            }),
        ] {
            let joined = Printed::joined(&text);
            assert_eq!(joined.text, text);
        }
    }
}
