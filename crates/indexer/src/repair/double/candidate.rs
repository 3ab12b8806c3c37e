//! Stretches that gain by a new reading.

use std::ops::Range;

use polidex_analysis::scripts::is_everyday_ideograph;

use crate::repair::double::align::{Block, align};
use crate::repair::double::misreading::{MULTI_BYTE, Misreading, SINGLE_BYTE};
use crate::repair::double::stretch::Stretch;
use crate::repair::double::written::Written;
use crate::text::charset::Charset::*;
use crate::text::model::Model;

/// A candidate stretch ends where it has lost this much since its best point.
const DROP_NATS: f32 = 16.0;

/// A stretch, how it would read, and what that gains.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) misreading: Misreading,
    pub(super) at: Range<usize>,
    pub(super) after: String,
    pub(super) gain_nats: f32,
    pub(super) input_nats: f32,
    pub(super) output_nats: f32,
    /// Characters of the input above ASCII.
    pub(super) len_input_chars: usize,
    /// Characters of the input that would change.
    pub(super) len_changed_input_chars: usize,
    /// Characters that read otherwise than before.
    pub(super) len_chars: usize,
}

/// Bonus for each character of UTF-8: bytes are hardly ever UTF-8 by chance.
const UTF8_PRIOR_NATS: f32 = 4.0;
/// Malus of Japanese and Korean: Chinese was mostly meant as Chinese.
const FOREIGN_PRIOR_NATS: f32 = -8.0;

impl Candidate {
    /// Gain, and what speaks for the pair itself.
    pub(super) fn rank_nats(&self) -> f32 {
        let prior_nats = match self.misreading.right {
            Utf8 => UTF8_PRIOR_NATS * self.after.chars().filter(|c| !c.is_ascii()).count() as f32,
            ShiftJis | EucJp | EucKr => FOREIGN_PRIOR_NATS,
            _ => 0.0,
        };
        self.gain_nats + prior_nats
    }

    /// Gain for each character that reads otherwise.
    pub(super) fn gain_per_char(&self) -> f32 {
        self.gain_nats / self.len_chars.max(1) as f32
    }

    /// Score of the output for each character that reads otherwise.
    pub(super) fn output_per_char(&self) -> f32 {
        self.output_nats / self.len_chars.max(1) as f32
    }
}

/// The stretches `misreading` would better, in order and apart.
pub(super) fn find_candidates(
    text: &str,
    stretch: &Stretch,
    misreading: Misreading,
    is_known: bool,
    model: &Model,
) -> Vec<Candidate> {
    let is_single = SINGLE_BYTE.contains(&misreading.wrong);
    let is_chinese =
        MULTI_BYTE.contains(&misreading.wrong) && matches!(misreading.right, Gb18030 | Big5);
    // Ideographs for ideographs.
    let mut reading = String::with_capacity(3 * stretch.chars.len());
    let own;
    let written = match stretch.written(misreading) {
        Some(written) => written,
        None => {
            own = Written::of(&stretch.chars, misreading);
            &own
        }
    };
    let blocks = align(
        text,
        &stretch.chars,
        written,
        misreading,
        is_known,
        model,
        &mut reading,
    );
    let mut found = Vec::new();
    let mut from = 0;
    while from < blocks.len() {
        if blocks[from].gain_nats <= 0.0 {
            from += 1;
            continue;
        }
        let best_end = best_end(&blocks, from);
        let mut at = extend(&blocks, from, best_end, is_single);
        if is_chinese {
            at = settle_ends(text, &blocks, &reading, at, model);
        }
        // What was left out at the end is not looked at again.
        from = at.end.max(best_end);
        found.push(candidate_of(text, &blocks[at], &reading, misreading));
    }
    found
}

/// Returns the end of the stretch from `from` on that gains the most.
fn best_end(blocks: &[Block], from: usize) -> usize {
    let (mut sum, mut best, mut best_end) = (0.0, 0.0, from);
    let mut end = from;
    while end < blocks.len() && sum > best - DROP_NATS && sum >= 0.0 {
        sum += blocks[end].gain_nats;
        end += 1;
        if sum > best {
            (best, best_end) = (sum, end);
        }
    }
    best_end
}

/// Most blocks at an end of the line that go along with a stretch though they do not gain: damage ends where lines do.
const MAX_MARGIN_BLOCKS: usize = 2;
/// ... if they lose no more than this each.
const MAX_MARGIN_LOSS_NATS: f32 = -9.0;

fn extend(blocks: &[Block], from: usize, end: usize, is_single: bool) -> Range<usize> {
    let goes_along = |block: &Block| {
        let is_same = block.len_chars == 0;
        is_same && !is_single || !is_same && block.gain_nats > MAX_MARGIN_LOSS_NATS
    };
    let fits = |range: &Range<usize>| {
        range.len() <= MAX_MARGIN_BLOCKS && blocks[range.clone()].iter().all(goes_along)
    };
    let is_ended = |block: &Block| block.gain_nats == f32::NEG_INFINITY;
    // One block more than may go along is looked at: then the margin is too wide.
    let first = from.saturating_sub(MAX_MARGIN_BLOCKS + 1);
    let last = blocks.len().min(end + MAX_MARGIN_BLOCKS + 1);
    let ended_before = blocks[first..from].iter().rposition(is_ended);
    let ended_after = blocks[end..last].iter().position(is_ended);
    let before = ended_before.map_or(first, |at| first + at + 1)..from;
    let after = end..ended_after.map_or(last, |at| end + at);
    let start = if fits(&before) { before.start } else { from };
    let end = if fits(&after) { after.end } else { end };
    start..end
}

/// Ideographs likelier than this are what Chinese is written in.
const USUAL_NATS: f32 = -11.0;

/// Moves the ends of a stretch of Chinese read as Chinese, where a character more or less is a matter of a few nats: a
/// letter beside it that becomes a usual ideograph belongs to it (и is 我), a usual ideograph that would become a letter
/// does not (契 is no く).
fn settle_ends(
    text: &str,
    blocks: &[Block],
    reading: &str,
    at: Range<usize>,
    model: &Model,
) -> Range<usize> {
    let is_usual = |c: char| is_everyday_ideograph(c) && model.unigram(c) > USUAL_NATS;
    let is_letter = |c: char| matches!(c as u32, 0x370..=0x52F | 0x3040..=0x312F | 0xAC00..=0xD7A3);
    let goes = |index: usize| {
        let pair = blocks
            .get(index)
            .and_then(|block| block.pair(text, reading));
        pair.is_some_and(|(before, after)| is_usual(before) && is_letter(after))
    };
    let comes = |index: usize| {
        let pair = blocks
            .get(index)
            .and_then(|block| block.pair(text, reading));
        pair.is_some_and(|(before, after)| is_letter(before) && is_usual(after))
    };
    let Range { mut start, mut end } = at;
    while end - start > 1 && goes(start) {
        start += 1;
    }
    while end - start > 1 && goes(end - 1) {
        end -= 1;
    }
    while start > 0 && comes(start - 1) {
        start -= 1;
    }
    while comes(end) {
        end += 1;
    }
    start..end
}

impl Block {
    /// Returns the first character before and after, of a block that becomes one character.
    fn pair(&self, text: &str, reading: &str) -> Option<(char, char)> {
        let is_one = self.len_chars == 1 && self.gain_nats > f32::NEG_INFINITY;
        let first = |text: &str| text.chars().next();
        let pair = || first(&text[self.source.clone()]).zip(first(&reading[self.reading.clone()]));
        is_one.then(pair).flatten()
    }
}

fn candidate_of(text: &str, blocks: &[Block], reading: &str, misreading: Misreading) -> Candidate {
    let at = blocks[0].source.start..blocks[blocks.len() - 1].source.end;
    let after = &reading[blocks[0].reading.start..blocks[blocks.len() - 1].reading.end];
    let changed = || blocks.iter().filter(|block| block.len_chars > 0);
    Candidate {
        misreading,
        len_input_chars: text[at.clone()].chars().filter(|c| !c.is_ascii()).count(),
        at,
        after: after.to_owned(),
        gain_nats: blocks.iter().map(|block| block.gain_nats).sum(),
        len_changed_input_chars: changed()
            .map(|block| text[block.source.clone()].chars().count())
            .sum(),
        input_nats: changed().map(|block| block.input_nats).sum(),
        output_nats: changed().map(|block| block.output_nats).sum(),
        len_chars: blocks.iter().map(|block| block.len_chars).sum(),
    }
}
