//! Joins the lines of a paragraph that was broken at the width of a page.
//!
//! In: text. Out: edits that take a hard line break out, without a space between Chinese characters, with one between
//! words, with the indentation of the next line. A break is taken out only where the lines around it show the width
//! they were broken at: the next word would not have fitted. Lists, headings, tables, verse and code keep their breaks;
//! a blank line stays what it is.

use std::cell::OnceCell;
use std::ops::{Range, RangeInclusive};

use polidex_analysis::fold::fold_text;
use polidex_analysis::han::cut_words;
use polidex_analysis::scripts::is_bmp_ideograph;
use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::hyphens::{mends_to_one_word, nearby};
use crate::repair::lines::{
    HAN_SLACK, Line, Measure, is_box_drawing, is_wide, width_columns, without_article,
};
use crate::repair::pass::{Context, Edits, Pass};
use crate::text::lines::{line_indices, line_start};
use crate::text::model::Model;

/// A line narrower than this (in display columns: 12 Chinese characters) was not broken at a page's width.
const MIN_WIDTH_COLUMNS: usize = 24;
/// Characters that gain this much by their neighbour are of one word; `法及` gains less.
const WITHIN_WORD_NATS: f32 = 2.0;
/// From so many open lines on, a block shows whether it keeps to a width.
const LONG_BLOCK_LINES: usize = 6;
/// Two lines alone need a first one as wide as this.
const MIN_PAIR_COLUMNS: usize = 40;

/// Joint between two lines of one paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// Nothing: Chinese, or after a hyphen that stays.
    Nothing,
    /// A space.
    Space,
    /// Nothing, and the hyphen at the end of the first line goes as well.
    DropHyphen,
}

/// Confidence in joins that the width shows.
const CONFIDENCE: f32 = 0.9;
/// Gain of two characters by standing together that a phrase shows across a break.
const WITHIN_PHRASE_NATS: f32 = 0.5;

/// Paragraphs broken at the width of a page.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::HardWrap | RepairKind::Hyphen),
    suspects: None,
    find,
};

/// Finds the hard breaks of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut joiner = Joiner {
        text,
        model: context.model,
        edits: Edits::default(),
        lines: OnceCell::new(),
        widths: Vec::new(),
        pending: Vec::new(),
    };
    joiner.join_blocks();
    joiner.join_pending();
    joiner.edits
}

/// Joins block by block, and remembers the widths that were seen for the paragraphs that are too short to show one.
struct Joiner<'a> {
    text: &'a str,
    model: &'a Model,
    edits: Edits,
    /// Widths of all lines, measured when a paragraph first asks for them.
    lines: OnceCell<LineWidths>,
    /// Display columns of the widest line of paragraphs that were joined.
    widths: Vec<usize>,
    /// Paragraphs of two or three lines that need a width seen elsewhere.
    pending: Vec<Vec<Line>>,
}

impl Joiner<'_> {
    /// Joins the lines of every block, but for those of code between fences.
    fn join_blocks(&mut self) {
        let mut block: Vec<Range<usize>> = Vec::new();
        let mut is_fenced = false;
        for (start, line) in line_indices(self.text) {
            let is_fence = line.trim_start().starts_with("```");
            is_fenced ^= is_fence;
            // The rows of a table are as wide as it is, whatever the text around it is broken at.
            let is_ruled = line.trim_start().starts_with(is_box_drawing);
            if line.trim_ascii().is_empty() || is_ruled || is_fence || is_fenced {
                self.join_block(&block);
                block.clear();
            } else {
                block.push(start..start + line.len());
            }
        }
        self.join_block(&block);
    }

    /// Joins the lines of a block, which has no blank line inside, where they were broken at its width.
    fn join_block(&mut self, block: &[Range<usize>]) {
        // Most lines of clean text stand alone; only the others are measured.
        if block.len() < 2 {
            return;
        }
        let line = |range: &Range<usize>| Line::trimmed(self.text, range.clone());
        let block: Vec<Line> = block.iter().filter_map(line).collect();
        if block.len() < 2 || widest(&block) < MIN_WIDTH_COLUMNS {
            return;
        }
        let measure = Measure::of(block.windows(2).map(|pair| (&pair[0], &pair[1])));
        if self.is_set_to_width(&block, measure) {
            self.join_runs(&block, measure);
        }
    }

    /// Joins the runs of lines that go on with each other.
    fn join_runs(&mut self, block: &[Line], measure: Measure) {
        let holds_paragraphs = self.holds_paragraphs(block, measure);
        let mut start = 0;
        for end in 1..=block.len() {
            let goes_on = |next: &Line| {
                let line = &block[end - 1];
                let is_last = holds_paragraphs && self.text[line.range.clone()].ends_with('。');
                !is_last && goes_on(self.text, line, next, measure, self.model)
            };
            if !block.get(end).is_some_and(goes_on) {
                self.join_run(&block[start..end]);
                start = end;
            }
        }
    }

    /// Returns true when paragraphs follow each other in a block, told by a short line that ends a sentence within it: then
    /// a full line that ends one is more likely the last of its paragraph.
    fn holds_paragraphs(&self, block: &[Line], measure: Measure) -> bool {
        let inner = &block[..block.len() - 1];
        let ends_short =
            |line: &Line| measure.has_room(line) && self.text[line.range.clone()].ends_with('。');
        inner.iter().any(ends_short)
    }

    /// Returns true when a long block of English keeps to one width: of its lines that end in mid-sentence, half are
    /// full.
    fn is_set_to_width(&self, block: &[Line], measure: Measure) -> bool {
        let is_open = |pair: &&[Line]| {
            let line = &self.text[pair[0].range.clone()];
            !ends_sentence(line) && !line.ends_with(is_wide)
        };
        let open = block.windows(2).filter(is_open);
        let (count, full) = open.fold((0, 0), |(count, full), pair| {
            (
                count + 1,
                full + usize::from(measure.breaks(&pair[0], &pair[1])),
            )
        });
        count < LONG_BLOCK_LINES || 2 * full >= count
    }

    fn join_run(&mut self, lines: &[Line]) {
        if lines.len() < 2 {
            return;
        }
        let is_hanging = is_hanging(self.text, lines);
        let is_prose = is_hanging || is_wrapped_prose(self.text, lines, self.model);
        let may_be_chance = !is_prose && lines.len() > 3;
        if may_be_chance || !is_hanging && !self.shows_width(lines) {
            return;
        }
        if is_prose {
            join_lines(self.text, lines, self.model, &mut self.edits);
            let width = widest(lines);
            if lines.len() > 2 && self.widths.last() != Some(&width) {
                self.widths.push(width);
            }
        } else {
            self.pending.push(lines.to_vec());
        }
    }

    /// Returns true when other lines of the text, or these by themselves, bear out the width that these were broken at.
    fn shows_width(&self, lines: &[Line]) -> bool {
        let width = widest(&lines[..lines.len() - 1]);
        let widths = self.lines.get_or_init(|| LineWidths::of(self.text));
        let is_borne_out = || match lines.len() - 1 {
            0..MIN_BREAKS if begins_anew(self.text, lines) => false,
            0..MIN_BREAKS => !widths.has_wider(width) || is_within_word(self.text, lines),
            _ => !widths.has_wider(width) || is_even(self.text, lines, width),
        };
        let is_continued = |line: &Line| begins_with_closing(&self.text[line.range.clone()]);
        widths.end_at(width) || is_borne_out() || lines[1..].iter().all(is_continued)
    }

    fn join_pending(&mut self) {
        self.widths.sort_unstable();
        for lines in std::mem::take(&mut self.pending) {
            let broken = &lines[..lines.len() - 1];
            let ends = |line: &&Line| ends_sentence(&self.text[line.range.clone()]);
            let ended = broken.iter().filter(ends).count();
            if ended < broken.len() && self.has_seen(widest(broken)) {
                join_lines(self.text, &lines, self.model, &mut self.edits);
            }
        }
    }

    /// Returns true when a paragraph was joined that was about this wide.
    fn has_seen(&self, width: usize) -> bool {
        let from = self
            .widths
            .partition_point(|&seen| seen + HAN_SLACK / 100 < width);
        let seen = self.widths.get(from);
        seen.is_some_and(|&seen| seen <= width + HAN_SLACK / 100)
    }
}

/// Breaks of a paragraph that show a width by themselves.
const MIN_BREAKS: usize = 3;
/// Share of the lines of a text, in hundredths, that may be wider than what it was broken at: tables, addresses ...
const MAX_WIDER_PERCENT: usize = 15;
/// ... by more than this share.
const MAX_WIDTH_PERCENT: usize = 106;
/// Lines wider than this, in display columns, are those of a text that was not broken at a width.
const MAX_WRAP_COLUMNS: usize = 200;

/// Display columns of all lines of a text that are not blank, sorted.
struct LineWidths(Vec<usize>);

impl LineWidths {
    fn of(text: &str) -> Self {
        let lines = text
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(without_article);
        let mut widths: Vec<usize> = lines.map(width_columns_at_most).collect();
        widths.sort_unstable();
        Self(widths)
    }

    /// Returns true when many lines are wider than `width`: then nothing in the text was broken at it.
    fn has_wider(&self, width: usize) -> bool {
        let limit = width * MAX_WIDTH_PERCENT / 100 + HAN_SLACK / 100;
        let wider = self.0.len() - self.0.partition_point(|&other| other <= limit);
        wider * 100 > self.0.len() * MAX_WIDER_PERCENT
    }
}

/// Lines within this many columns of a width end at it ...
const NEAR_COLUMNS: usize = 8;
/// ... if there are so many of them ...
const MIN_NEAR_LINES: usize = 6;
/// ... or, within two Chinese characters of it and with none beyond, so many ...
const MIN_TIGHT_LINES: usize = 4;
/// ... and this many times as many as lines that are as much wider.
const MIN_NEAR_SHARE: usize = 4;

impl LineWidths {
    /// Returns true when many lines end at `width` and hardly any soon behind it: lines of any length do not.
    fn end_at(&self, width: usize) -> bool {
        let limit = width + HAN_SLACK / 200;
        let below = |columns: usize| self.0.partition_point(|&other| other <= columns);
        let near = below(limit) - below(limit.saturating_sub(NEAR_COLUMNS));
        let beyond = below(limit + NEAR_COLUMNS) - below(limit);
        let is_usual = near >= MIN_NEAR_LINES && near >= MIN_NEAR_SHARE * beyond;
        // Chinese fills its lines to a character or two.
        let tight = below(limit) - below(limit.saturating_sub(HAN_SLACK / 100));
        is_usual || beyond == 0 && tight >= MIN_TIGHT_LINES
    }
}

/// Returns true when a line behind the first begins with a capital, as items and formulas do (`Have agreed as follows`),
/// and the line before does not end in a word that a title goes on from.
fn begins_anew(text: &str, lines: &[Line]) -> bool {
    lines.windows(2).any(|pair| {
        let (before, after) = (&text[pair[0].range.clone()], &text[pair[1].range.clone()]);
        let last = before.rsplit(' ').next().unwrap_or_default();
        let is_open = matches!(
            last,
            "to" | "of" | "the" | "a" | "an" | "for" | "in" | "with"
        );
        after.starts_with(char::is_uppercase) && !is_open
    })
}

/// Display columns of `line`, or [`MAX_WRAP_COLUMNS`] for a wider one: most of them need not be counted.
fn width_columns_at_most(line: &str) -> usize {
    // A character of three bytes takes two columns at most.
    if line.len() > 3 * MAX_WRAP_COLUMNS {
        return MAX_WRAP_COLUMNS;
    }
    if line.is_ascii() {
        return line.len().min(MAX_WRAP_COLUMNS);
    }
    width_columns(line).min(MAX_WRAP_COLUMNS)
}

/// Returns true when a word of the dictionary lies across some break of Chinese lines.
fn is_within_word(text: &str, lines: &[Line]) -> bool {
    lines.windows(2).any(|pair| {
        let (before, after) = (&text[pair[0].range.clone()], &text[pair[1].range.clone()]);
        cuts_word(before, after)
    })
}

/// Characters on either side of a break that are cut into words.
const WORD_WINDOW: usize = 4;

/// Returns true when the last characters of `before` and the first of `after` are cut into words one of which lies
/// across the break.
fn cuts_word(before: &str, after: &str) -> bool {
    let (run, at) = run_across(before, after);
    let folded = fold_text(&run).text;
    let mut end = 0;
    at > 0
        && cut_words(&folded).into_iter().any(|word| {
            let start = end;
            end += word.chars().count();
            start < at && at < end
        })
}

/// The ideographs on both sides of a break, and the number of those before it.
fn run_across(before: &str, after: &str) -> (String, usize) {
    let is_ideograph = |c: &char| is_bmp_ideograph(*c);
    let backwards = before.chars().rev().take(WORD_WINDOW);
    let mut head: Vec<char> = backwards.take_while(is_ideograph).collect();
    head.reverse();
    let at = head.len();
    let tail = after.chars().take(WORD_WINDOW).take_while(is_ideograph);
    (head.into_iter().chain(tail).collect(), at)
}

/// Returns true when the broken lines are nearly as wide as the widest, and most of them end in mid-sentence.
fn is_even(text: &str, lines: &[Line], width: usize) -> bool {
    let (broken, next) = (&lines[..lines.len() - 1], &lines[1..]);
    let is_full = |line: &Line| line.width_columns() * 100 >= width * MIN_EVEN_PERCENT;
    let ends = |line: &Line| ends_sentence(&text[line.range.clone()]);
    let starts_anew = |line: &Line| text[line.range.clone()].starts_with(char::is_uppercase);
    let count = broken.len();
    count_of(broken, is_full) * 10 >= count * 9
        && count_of(broken, ends) * 3 <= count
        && count_of(next, starts_anew) * 3 <= count
}

fn count_of(lines: &[Line], is_counted: impl Fn(&Line) -> bool) -> usize {
    lines.iter().filter(|line| is_counted(line)).count()
}

/// Share of the width that lines broken at it fill.
const MIN_EVEN_PERCENT: usize = 80;

fn widest(lines: &[Line]) -> usize {
    let widths = lines.iter().map(Line::width_columns);
    widths.max().unwrap_or_default()
}

/// Returns true when the paragraph of `line` goes on with `next`: `next` did not fit any more, and neither begins anew.
fn goes_on(text: &str, line: &Line, next: &Line, measure: Measure, model: &Model) -> bool {
    let (before, after) = (&text[line.range.clone()], &text[next.range.clone()]);
    let has_room = ends_sentence(before) && measure.has_room(line);
    let is_narrow = line.width_columns() + HAN_SLACK / 100 < MIN_WIDTH_COLUMNS;
    measure.breaks(line, next)
        && !is_narrow
        && !has_room
        && !ends_with_markdown_break(text, line)
        && !looks_set(before)
        && !looks_set(after)
        && !begins_entry(before, after, model)
        && !is_row(before)
        && !is_row(after)
        && !is_item_break(before, after, model)
}

/// Returns true when `after` begins an entry, rather than going on with the sentence of `before`.
fn begins_entry(before: &str, after: &str, model: &Model) -> bool {
    is_entry(after) && !closes_sentence(before, after, model)
        || starts_with_date(after) && !leads_to_date(before)
}

/// Returns true for the end of a sentence that is no label though a colon is all that follows it: `應依左⏎列規定辦理：`.
fn closes_sentence(before: &str, after: &str, model: &Model) -> bool {
    after.ends_with('：') && after.matches('：').count() == 1 && are_torn(before, after, model)
}

/// Lines of Chinese that fill a page end within these display columns; a wider line was not broken, or was joined before.
const HANGING_COLUMNS: RangeInclusive<usize> = 48..=80;

/// Returns true for an item in Chinese that hangs: each full line but the last goes on behind its number, where the text of
/// the first begins. No table, list or heading is set so, and the indentation shows it whatever words the break parts.
fn is_hanging(text: &str, lines: &[Line]) -> bool {
    let first = &text[lines[0].range.clone()];
    let mark = len_number(first);
    // An item may hold a paragraph for each of its dates.
    let is_item = mark > 0 || lines[0].indent_columns > 0 && starts_with_date(first);
    if !is_item || !first.contains(is_wide) {
        return false;
    }
    let indent = lines[0].indent_columns + width_columns(&first[..mark]);
    let is_full = |line: &Line| {
        let end = line.indent_columns + line.width_columns();
        HANGING_COLUMNS.contains(&end) && !ends_sentence(&text[line.range.clone()])
    };
    lines[..lines.len() - 1].iter().all(is_full)
        && lines[1..].iter().all(|line| line.indent_columns == indent)
}

/// Returns the bytes of the number that an item begins with, its mark and the blanks behind it: `1.`, `一、`, `（一）`, `①`; 0
/// where there is none.
fn len_number(line: &str) -> usize {
    let is_circled = |c: char| ('①'..='⑳').contains(&c);
    let rest = if line.starts_with(is_circled) {
        line.trim_start_matches(is_circled)
    } else if starts_with_number(line) {
        let inner = line.strip_prefix(['(', '（']).unwrap_or(line);
        without_numeral(inner).trim_start_matches(['.', '、', ')', '）', '．'])
    } else {
        line
    };
    match rest.len() == line.len() {
        true => 0,
        false => line.len() - rest.trim_start_matches(' ').len(),
    }
}

/// Markdown's hard break: exactly two blanks before the line end. Dumps that put two blanks everywhere do not mean it,
/// but their lines are full, and there the next line begins in small letters or in Chinese.
fn ends_with_markdown_break(text: &str, line: &Line) -> bool {
    let rest = &text[line.range.end..];
    let next = rest.trim_start();
    let is_two_blanks = rest.starts_with("  \n") || rest.starts_with("  \r\n");
    is_two_blanks && !next.starts_with(|c: char| c.is_lowercase() || is_wide(c))
}

/// Takes the breaks out, and the indentation all lines share.
fn join_lines(text: &str, lines: &[Line], model: &Model, edits: &mut Edits) {
    let first = &lines[0];
    let indent = line_start(text, first.range.start)..first.range.start;
    let is_shared = |line: &Line| line.indent_columns == first.indent_columns;
    if !indent.is_empty() && lines[1..].iter().all(is_shared) {
        edits.replace(indent, "", RepairKind::HardWrap, CONFIDENCE);
    }
    for pair in lines.windows(2) {
        join_pair(text, &pair[0], &pair[1], model, edits);
    }
}

fn join_pair(text: &str, line: &Line, next: &Line, model: &Model, edits: &mut Edits) {
    let end = line.range.end;
    let (from, by, kind) = match joint(text, line, next, model) {
        Joint::Nothing => (end, "", RepairKind::HardWrap),
        Joint::Space => (end, " ", RepairKind::HardWrap),
        Joint::DropHyphen => (hyphen_start(text, line), "", RepairKind::Hyphen),
    };
    edits.replace(from..next.range.start, by, kind, CONFIDENCE);
}

/// Returns true when lines that go on with each other are a wrapped paragraph, not sentences or titles of like length.
fn is_wrapped_prose(text: &str, lines: &[Line], model: &Model) -> bool {
    if lines.len() < 2 {
        return false;
    }
    let texts: Vec<&str> = lines.iter().map(|line| &text[line.range.clone()]).collect();
    let is_latin = !texts[0].contains(is_wide);
    if is_latin && widest(lines) < MIN_PAIR_COLUMNS {
        return false;
    }
    if let [line, next] = texts.as_slice() {
        return is_torn(line, next, model);
    }
    let breaks = lines.len() - 1;
    let ended = texts[..breaks].iter().filter(|line| ends_sentence(line));
    let ended = ended.count();
    let are_torn = |pair: &&[&str]| are_torn(pair[0], pair[1], model);
    let torn = texts.windows(2).filter(are_torn).count();
    if !is_latin {
        let is_open = 2 * ended < breaks || ended < breaks && torn > 0;
        return is_open && (holds_sentence_end(&texts) || reads_across(lines, &texts, model));
    }
    // English shows a wrap by small letters at the line's start; lines that fit by chance are items or definitions.
    let is_long = breaks >= 3 && 4 * torn >= breaks && 3 * ended < breaks;
    is_long || 2 * torn >= breaks && ended < breaks
}

/// Returns true when a sentence ends within a line that does not end one: items of a list hold none.
fn holds_sentence_end(texts: &[&str]) -> bool {
    let ends_within = |line: &&str| !ends_sentence(line) && line.contains(['。', '；', '！', '？']);
    texts.iter().any(ends_within)
}

/// Gain that characters on both sides of a break have by chance: over many breaks of a list it is less than none.
const CHANCE_NATS: f32 = 0.3;
/// Gain of a break behind which a mark stands that begins no line.
const CLOSING_NATS: f32 = 5.0;
/// Gain of a break that parts a word of the dictionary, beyond that of its characters.
const WORD_NATS: f32 = 3.0;
/// Gain where the last line alone ends a sentence: items of a list end alike.
const LAST_NATS: f32 = 1.0;
/// Lines this much narrower than the widest, in display columns, are as wide.
const EVEN_COLUMNS: usize = 2;
/// Gain that lines of uneven widths need: those that filled a page have one width, the items of a list seldom.
const MIN_UNEVEN_NATS: f32 = 2.0;

/// Returns true when Chinese reads on over the breaks that do not end a sentence, taken together. Items of a list may all have
/// one width and no mark at their ends, but the last character of one says nothing of the first of the next.
fn reads_across(lines: &[Line], texts: &[&str], model: &Model) -> bool {
    let (broken, last) = (&texts[..texts.len() - 1], texts[texts.len() - 1]);
    let is_last_alone = ends_sentence(last) && !broken.iter().any(|line| ends_sentence(line));
    let gains = texts
        .windows(2)
        .filter_map(|pair| gain_across(pair[0], pair[1], model));
    let gain_nats = gains.sum::<f32>() + if is_last_alone { LAST_NATS } else { 0.0 };
    let widths = lines[..broken.len()].iter().map(Line::width_columns);
    let narrowest = widths.clone().min().unwrap_or_default();
    let is_even = widths
        .max()
        .is_some_and(|widest| widest <= narrowest + EVEN_COLUMNS);
    gain_nats > if is_even { 0.0 } else { MIN_UNEVEN_NATS }
}

/// Returns how much better than by chance `after` goes on with `before`; `None` where a sentence ends.
fn gain_across(before: &str, after: &str, model: &Model) -> Option<f32> {
    if begins_with_closing(after) || leaves_bracket_open(before, after) {
        return Some(CLOSING_NATS);
    }
    if ends_sentence(before) {
        return None;
    }
    let (last, first) = (before.chars().next_back()?, after.chars().next()?);
    let nats = model.nats(last, first) - model.unigram(first) - CHANCE_NATS;
    let is_word = cuts_word(before, after);
    Some(nats + if is_word { WORD_NATS } else { 0.0 })
}

/// Returns true when two lines alone, which show no width, are one paragraph: a long line, torn within a phrase.
fn is_torn(line: &str, next: &str, model: &Model) -> bool {
    let is_long_then_short =
        width_columns(line) >= MIN_PAIR_COLUMNS && width_columns(next) <= width_columns(line);
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else {
        return false;
    };
    let is_within_word = !is_wide(first)
        || begins_with_closing(next)
        || leaves_bracket_open(line, next)
        || model.nats(last, first) - model.unigram(first) > WITHIN_WORD_NATS;
    is_long_then_short && is_within_word && are_torn(line, next, model)
}

/// Returns true when a phrase that `line` ends in goes on in `next`.
fn are_torn(line: &str, next: &str, model: &Model) -> bool {
    let (Some(last), Some(first)) = (line.chars().next_back(), next.chars().next()) else {
        return false;
    };
    if begins_with_closing(next) || leaves_bracket_open(line, next) {
        return true;
    }
    if ends_sentence(line) {
        return false;
    }
    if is_wide(last) || is_wide(first) {
        return model.nats(last, first) - model.unigram(first) > WITHIN_PHRASE_NATS;
    }
    !closes_item(line) && (first.is_lowercase() || is_left_open(line))
}

/// Returns true for a line that begins with a mark no line of its own begins with.
fn begins_with_closing(line: &str) -> bool {
    line.starts_with(['、', '，', '。', '；', '：', '」', '』', '》', '）'])
}

/// Returns true when a bracket of `line` is closed in `next`, before another opens there.
fn leaves_bracket_open(line: &str, next: &str) -> bool {
    [('（', '）'), ('「', '」'), ('《', '》')]
        .into_iter()
        .any(|(opening, closing)| {
            let opens = line.rfind(opening) > line.rfind(closing);
            let closes = next.find(closing);
            opens && closes.is_some_and(|at| next.find(opening).is_none_or(|other| at < other))
        })
}

/// Returns true for a line that ends in a bracket, or in the word behind a semicolon: `; and`.
fn closes_item(line: &str) -> bool {
    let word_before = line.rsplit(' ').nth(1);
    line.ends_with([')', ']']) || word_before.is_some_and(|word| word.ends_with(';'))
}

/// Returns true for a line that ends in a comma, a hyphen or a function word.
fn is_left_open(line: &str) -> bool {
    let last_word = line.rsplit(' ').next().unwrap_or(line);
    line.ends_with([',', '-']) || is_function_word(last_word)
}

/// Words that cannot end a phrase.
fn is_function_word(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "to"
            | "in"
            | "on"
            | "at"
            | "by"
            | "for"
            | "from"
            | "with"
            | "and"
            | "or"
            | "as"
            | "that"
            | "which"
            | "its"
            | "their"
            | "this"
            | "be"
            | "is"
            | "are"
            | "was"
            | "were"
            | "into"
            | "under"
            | "between"
            | "than"
    )
}

/// Returns how `line` and `next` join.
pub(crate) fn joint(text: &str, line: &Line, next: &Line, model: &Model) -> Joint {
    let before = &text[line.range.clone()];
    let after = &text[next.range.clone()];
    let last = before.chars().next_back().unwrap_or(' ');
    let first = after.chars().next().unwrap_or(' ');
    if breaks_word(before, first) {
        let near = nearby(text, line.range.end);
        return match last == '\u{AD}' || mends_to_one_word(before, after, near, model) {
            true => Joint::DropHyphen,
            false => Joint::Nothing,
        };
    }
    match is_wide(last) || is_wide(first) || is_cut_among_wide(before, after, model) {
        true => Joint::Nothing,
        false => Joint::Space,
    }
}

/// Returns true when two lines, both with wide characters, were cut within a word.
fn is_cut_among_wide(before: &str, after: &str, model: &Model) -> bool {
    let holds_wide = before.contains(is_wide) && after.contains(is_wide);
    holds_wide && is_cut_within_word(before, after, model)
}

/// Returns true when `before` ends with a hyphen behind a letter or digit, and a letter follows.
fn breaks_word(before: &str, first: char) -> bool {
    let is_narrow = |c: char| c.is_alphanumeric() && !is_wide(c);
    let is_hyphenated = before.ends_with(['-', '\u{AD}', '\u{2010}']);
    let is_word_before = before.chars().rev().nth(1).is_some_and(is_narrow);
    is_hyphenated && is_word_before && first.is_alphabetic() && !is_wide(first)
}

/// Returns true when a Chinese text that was wrapped by counting characters was cut within a number or a Latin word.
fn is_cut_within_word(before: &str, after: &str, model: &Model) -> bool {
    let tail = &before[before.trim_end_matches(is_of_latin).len()..];
    let head = &after[..after.len() - after.trim_start_matches(is_of_latin).len()];
    let (Some(last), Some(first)) = (tail.chars().next_back(), head.chars().next()) else {
        return false;
    };
    if last.is_ascii_digit() || first.is_ascii_digit() {
        return !(last.is_ascii_alphabetic() || first.is_ascii_alphabetic());
    }
    let is_capital = last.is_ascii_uppercase() && first.is_ascii_uppercase();
    are_parts_of_word(tail, head, is_capital || first.is_ascii_lowercase(), model)
}

/// Returns true for a character of a Latin word or of a number.
fn is_of_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '-' | '%')
}

/// Returns true if two parts are a word together, or `may_be` one and are not both words by themselves.
fn are_parts_of_word(tail: &str, head: &str, may_be: bool, model: &Model) -> bool {
    let is_word = |word: &str| model.word(&word.to_ascii_lowercase()).is_some() && word.len() > 1;
    is_word(&format!("{tail}{head}")) || may_be && !(is_word(tail) && is_word(head))
}

/// Returns the start of the hyphen at the end of `line`.
pub(crate) fn hyphen_start(text: &str, line: &Line) -> usize {
    let last = text[line.range.clone()]
        .chars()
        .next_back()
        .map_or(0, char::len_utf8);
    line.range.end - last
}

/// Returns true when `line` ends with a mark that ends a sentence or a clause, closing quotes and brackets aside.
pub(crate) fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['”', '’', '"', '」', '』', '）', ')', '》']);
    line.ends_with(['。', '！', '？', '；', '：', '…', '.', '!', '?', ';', ':'])
}

/// Returns true when a new item begins with `after`. A number at the start of a line may also have come there by the
/// wrap: then the line before ends in mid-sentence, with what a number follows.
pub(crate) fn is_item_break(before: &str, after: &str, model: &Model) -> bool {
    if starts_with_mark(after) || ends_sentence(before) && starts_with_article_word(after) {
        return true;
    }
    if !starts_with_number(after) {
        return false;
    }
    if starts_with_dotted(after) {
        return true;
    }
    let last = before.chars().next_back().unwrap_or(' ');
    let first = after.chars().next().unwrap_or(' ');
    if is_wide(last) {
        return ends_sentence(before) || model.nats(last, first) - model.unigram(first) < 0.0;
    }
    !may_precede_number(before, first)
}

/// Returns true if a number that begins with `first` may follow the last word of `before` in a sentence.
fn may_precede_number(before: &str, first: char) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    let is_bracketed = matches!(first, '(' | '（');
    let leads_on = !is_bracketed && is_function_word(word) && !matches!(word, "and" | "or");
    leads_on || NUMBERED.contains(&word.trim_end_matches('s'))
}

/// Words a number belongs to.
const NUMBERED: [&str; 12] = [
    "Article",
    "Paragraph",
    "Subparagraph",
    "Section",
    "Chapter",
    "Item",
    "Schedule",
    "Part",
    "No.",
    "article",
    "paragraph",
    "section",
];

/// Returns true when a line begins with the mark of an item, a heading, a table row or a quotation.
fn starts_with_mark(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    let is_mark = "•◦▪‣·●○■□◆◇※➢✓①②③④⑤⑥⑦⑧⑨⑩#>|+*–—".contains(first)
        || ('\u{E000}'..='\u{F8FF}').contains(&first);
    is_mark || first == '-' && chars.as_str().starts_with(' ')
}

/// Returns true when a line begins with a number, as items of a list and articles of a law do: `1. `, `(a)`, `一、`,
/// `第三條 `.
fn starts_with_number(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('第') {
        return starts_with_article(rest);
    }
    let bracketed = line.strip_prefix(['(', '（']);
    let (inner, is_bracketed) = (bracketed.unwrap_or(line), bracketed.is_some());
    let behind = without_numeral(inner);
    if behind.len() == inner.len() {
        return starts_with_lettered(inner) || is_bracketed && starts_with_roman(inner);
    }
    ends_number(behind, is_bracketed)
}

/// Returns true for the mark behind a number, with a text behind it.
fn ends_number(behind: &str, is_bracketed: bool) -> bool {
    let mut chars = behind.chars();
    let mark = chars.next().unwrap_or(' ');
    let Some(next) = chars.next() else {
        return false;
    };
    matches!(mark, ')' | '）' | '、' | '．')
        || !is_bracketed && mark == '.' && !next.is_ascii_digit()
}

/// Returns true for the heading of an article: `Article 6  Cooperatives`.
fn starts_with_article_word(line: &str) -> bool {
    let rest = ["Article ", "Section ", "Chapter "]
        .iter()
        .find_map(|word| line.strip_prefix(word));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns true for a number of one or two digits and a full stop, with a letter or a blank behind them: `2. Fees`.
fn starts_with_dotted(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix('.');
    matches!(digits, 1 | 2)
        && rest.is_some_and(|rest| rest.starts_with(|c: char| c == ' ' || c.is_alphabetic()))
}

/// Returns true for the number of an article or the like behind 第.
fn starts_with_article(rest: &str) -> bool {
    let rest = rest.trim_start_matches(' ');
    let is_of_number = |c: char| c == ' ' || c == '-' || c.is_ascii_digit();
    let behind = without_numeral(rest).trim_start_matches(is_of_number);
    behind.len() < rest.len()
        && behind.starts_with(['條', '条', '章', '節', '节', '編', '编'])
        && behind.chars().nth(1).is_none_or(char::is_whitespace)
}

/// Returns true for one letter or digit with a bracket behind it: `a)`.
fn starts_with_lettered(text: &str) -> bool {
    let mut chars = text.chars();
    let is_letter = chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
    is_letter && matches!(chars.next(), Some(')' | '）'))
}

fn without_numeral(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || HAN_NUMERALS.contains(c))
}

/// Returns true when `inner` is what stands in the brackets of `(ii)`, `(viii)` or `(aa)`.
fn starts_with_roman(inner: &str) -> bool {
    let Some((numeral, rest)) = inner.split_once(')') else {
        return false;
    };
    let is_roman = numeral
        .bytes()
        .all(|byte| matches!(byte, b'i' | b'v' | b'x' | b'l'));
    let is_doubled = numeral.len() == 2 && numeral.as_bytes()[0] == numeral.as_bytes()[1];
    let is_letters = numeral.bytes().all(|byte| byte.is_ascii_lowercase());
    (1..=6).contains(&numeral.len())
        && (is_roman || is_doubled && is_letters)
        && rest.starts_with(' ')
}

/// Ideographs of numbers.
pub(crate) const HAN_NUMERALS: &str = "〇零一二三四五六七八九十百千";

/// Returns true when a line is set in cells, as code, as a key and its value or with leaders: its blanks or signs
/// carry meaning.
fn looks_set(line: &str) -> bool {
    const LEADERS: [&str; 5] = ["   ", "\t", ".......", ". . .", "………"];
    line.starts_with(['{', '}', '@', '<', '|'])
        || line.ends_with(['{', '}', '\\', '|', '>'])
        || line.starts_with("//")
        || line.starts_with("---")
        || line.starts_with('"') && line.contains("\": ")
        || LEADERS.iter().any(|leader| line.contains(leader))
        || line.contains(is_box_drawing)
        || has_key(line)
        || ends_in_figures(line)
}

/// Returns true for a line that begins with a small word and a colon.
fn has_key(line: &str) -> bool {
    let is_of_key =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let behind = line.trim_start_matches(is_of_key);
    line.len() - behind.len() > 1
        && behind.starts_with(':')
        && matches!(behind.as_bytes().get(1), None | Some(b' '))
}

/// Characters of a label before its colon.
const MAX_LABEL_CHARS: usize = 10;

/// Returns true when a line begins an entry: a label and its colon (`電話：`), a time, a date, a telephone number, an
/// address of mail.
fn is_entry(line: &str) -> bool {
    is_labelled(line)
        || starts_with_time(line)
        || is_number_or_address(line)
        || starts_with_note(line)
}

/// Returns true for a line that begins with a date to the day, as entries do: `中華民國九十九年三月一日`, `2019年5月3日`.
fn starts_with_date(line: &str) -> bool {
    let mut rest = line.strip_prefix("中華民國").unwrap_or(line);
    ['年', '月', '日'].into_iter().all(|unit| {
        let behind = without_numeral(rest.trim_start_matches(' ')).trim_start_matches(' ');
        let after = behind
            .strip_prefix(unit)
            .filter(|_| behind.len() < rest.len());
        rest = after.unwrap_or(rest);
        after.is_some()
    })
}

/// Returns true for a line in the middle of a sentence that a date goes on, or of its number: `自`, a comma, `一百`.
fn leads_to_date(line: &str) -> bool {
    let is_numeral = |c: char| c.is_ascii_digit() || HAN_NUMERALS.contains(c);
    line.ends_with(is_numeral)
        || line.ends_with("民國")
        || line.ends_with([
            '自', '於', '于', '至', '在', '為', '及', '與', '和', '、', '，', '（', '「',
        ])
}

/// Returns true for a note and its letter: `aS.C. 2001, c. 9`.
fn starts_with_note(line: &str) -> bool {
    let mut chars = line.chars();
    let is_letter = chars.next().is_some_and(|c| c.is_ascii_lowercase());
    is_letter && chars.next().is_some_and(|c| c.is_ascii_uppercase())
}

fn is_labelled(line: &str) -> bool {
    let Some((label, _)) = line.split_once(['：', '︰']) else {
        return false;
    };
    let is_of_label = |c: char| {
        c.is_alphanumeric() || matches!(c, ' ' | '\u{3000}' | '(' | ')' | '（' | '）' | '/')
    };
    label.chars().count() <= MAX_LABEL_CHARS && label.chars().all(is_of_label)
}

/// Returns true for `09:30`, `14:00-16:00`.
fn starts_with_time(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line.as_bytes()[digits..];
    matches!(digits, 1 | 2)
        && matches!(rest, [b':', one, other, ..] if one.is_ascii_digit() && other.is_ascii_digit())
}

/// Returns true for a line that is a telephone number or an address of mail and little else.
fn is_number_or_address(line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let is_phone = first.starts_with('+') && first[1..].bytes().all(|byte| byte.is_ascii_digit());
    is_phone && first.len() > 1 || first.contains('@') && first.is_ascii()
}

/// Figures in a line that make a row of a table of it, where they are its cells.
const MIN_ROW_FIGURES: usize = 2;

/// Returns true for a row of a table: cells parted by blanks, a third of them figures, and no sentence.
fn is_row(line: &str) -> bool {
    if !line.bytes().any(|byte| byte.is_ascii_digit())
        || line.contains(['。', '，', '；', '第', '條', '条', '、'])
        || line.contains(", ")
    {
        return false;
    }
    let (mut cells, mut figures) = (0, 0);
    for cell in line.split_whitespace() {
        cells += 1;
        let bare = cell.trim_start_matches(['(', '（', '-', '$', '+']);
        let is_figure =
            bare.starts_with(|c: char| c.is_ascii_digit()) || matches!(cell, "-" | "─" | "―" | "—");
        figures += usize::from(is_figure);
    }
    figures >= MIN_ROW_FIGURES && figures * 3 >= cells
}

/// Cells of figures at the end of a line that make a row of a table of it.
const MIN_FIGURES: usize = 4;

fn ends_in_figures(line: &str) -> bool {
    let is_figure = |cell: &&str| {
        cell.bytes().any(|byte| byte.is_ascii_digit())
            && cell.bytes().all(|byte| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'%' | b'-' | b'(' | b')')
            })
    };
    line.rsplit(' ')
        .filter(|cell| !cell.is_empty())
        .take(MIN_FIGURES)
        .filter(is_figure)
        .count()
        == MIN_FIGURES
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair_text};

    fn mended(text: &str) -> String {
        repair_text(text, &Options::default()).text
    }

    #[test]
    fn items_that_hang_are_joined_whatever_the_break_parts() {
        // The only broken line of a text whose others are long paragraphs.
        let long = "本會委託其他機關辦理特定案件或事項，受託者於接受委託後應即辦理，並將辦理結果以書面答復本會。".repeat(3);
        let item = "1.中華民國九十三年五月三十一日行政院農業委員會農授糧字第 0931132\n  349 號令修正發布第 4 條條文";
        let text = format!("{long}\n{long}\n{long}\n{long}\n\n{item}\n");
        let wanted = item.replace("0931132\n  349", "0931132349");
        assert!(mended(&text).contains(&wanted), "{}", mended(&text));
    }

    #[test]
    fn sub_items_and_sentences_behind_an_item_keep_their_lines() {
        for kept in [
            "1.申請人應於本條例施行後三個月內檢具下列文件向主管機關申請之：\n  身分證明文件及其影本",
            "1.申請人應於本條例施行後三個月內檢具文件向主管機關申請許可之。\n  逾期申請者不予受理",
            "1.申請人應於三個月內檢具文件\n  主管機關應即審查",
        ] {
            let text = format!("說明\n\n{kept}\n");
            assert_eq!(mended(&text), text);
        }
    }

    #[test]
    fn a_mark_that_begins_no_line_shows_the_break() {
        let text = "學校或受委託人遴聘前項資格人員有困難時，得經學校同意後，報直轄市\n、縣（市）主管機關核准，酌減前項第五款人員之專業課程訓練時數。\n";
        assert_eq!(mended(text), text.replace("直轄市\n", "直轄市"));
    }

    #[test]
    fn dates_begin_entries() {
        let item =
            "2.中華民國九十九年十二月三十日法務部法令字第 0990904389 號令修正\n  發布第 3 條條文\n";
        let next = "  中華民國一百年十二月十六日行政院院臺規字第 1000109431 號公告\n";
        let text = format!("沿革：\n{item}{next}3.中華民國一百零一年發布廢止\n");
        let wanted = text.replace("修正\n  發布", "修正發布");
        assert_eq!(mended(&text), wanted);
        assert_eq!(mended(&wanted), wanted);
    }

    #[test]
    fn a_date_that_goes_on_a_sentence_begins_none() {
        for (before, date) in [("自", "一百零三年一月一日"), ("自一百", "零三年一月一日")]
        {
            let lead = "3.依行政院公告本條例第二條及第三條所列屬原中央主管機關之權責事項，自即日起";
            let text = format!("{lead}{before}\n  {date}起改由新設之機關管轄\n");
            assert!(
                mended(&text).contains(&format!("{before}{date}")),
                "{}",
                mended(&text)
            );
        }
    }

    #[test]
    fn a_bracket_left_open_shows_the_break() {
        let text = "  （原名稱：閩南語語言能力認證考試規費收費標準；新名稱：臺灣台語\n  語言能力認證考試規費收費標準）\n";
        assert!(mended(text).contains("臺灣台語語言能力"));
    }

    #[test]
    fn a_label_is_told_from_the_end_of_a_sentence() {
        let sentence = "各主管機關應即檢討所管歲入及歲出概算額度之執行情形並編製主管概算，\n連同本機關暨所屬各機關之概算於八十五年十一月十日以前送達，並應依左\n列規定辦理：\n";
        let wanted = sentence.replace("依左\n列", "依左列").replace("，\n", "，");
        assert_eq!(mended(sentence), wanted);
        let labels = "各主管機關應即檢討所管歲入及歲出概算額度之執行情形並編製主管概算，\n連同本機關暨所屬各機關之概算於八十五年十一月十日以前送達，其聯絡人\n電話：\n";
        assert!(mended(labels).ends_with("\n電話：\n"));
    }
}
