//! Reads a stretch anew with one pair of sets, block by block.

use std::ops::Range;

use crate::repair::double::bounds::min_changed;
use crate::repair::double::misreading::{MULTI_BYTE, Misreading, SINGLE_BYTE};
use crate::repair::double::suspicion::is_private_use;
use crate::repair::double::written::{CharIn, HOLE, MAX_INPUT_NATS, Run, Written};
use crate::text::charset::Charset::{self, *};
use crate::text::charset::{Codec, Coding};
use crate::text::model::Model;

/// A stretch of the line whose source and reading both end here.
pub(super) struct Block {
    pub(super) source: Range<usize>,
    pub(super) reading: Range<usize>,
    pub(super) gain_nats: f32,
    pub(super) input_nats: f32,
    pub(super) output_nats: f32,
    pub(super) len_chars: usize,
    /// Characters of the source.
    len_input_chars: usize,
    is_hole: bool,
    /// A hole with two bytes of a sequence of three left, in single bytes: nothing else looks like that.
    is_plain_hole: bool,
}

/// Nats a block costs that the right set cannot read.
const UNREADABLE_NATS: f32 = -30.0;
/// Cost of a letter that stays as it is in a stretch of CJK in single bytes: garbage is dense, accents in words are
/// not.
const GAP_NATS: f32 = -0.5;
/// Cost of U+FFFD as output: it says plainly what three odd letters hide.
const REPLACEMENT_NATS: f32 = -12.0;

/// Maximum gain of a hole that nothing beside it bears out.
const LONE_HOLE_NATS: f32 = -2.0;
/// Bonus of a word in capitals and the mark behind it.
const NATURAL_NATS: f32 = 8.0;

/// Reads `chars`, which are `written` in the wrong set, anew, block by block; blocks tile them in order.
pub(super) fn align<'a>(
    text: &'a str,
    chars: &'a [CharIn],
    written: &Written,
    misreading: Misreading,
    is_known: bool,
    model: &'a Model,
    reading: &'a mut String,
) -> Vec<Block> {
    let Misreading { wrong, right } = misreading;
    let is_single = SINGLE_BYTE.contains(&wrong);
    let aligner = Aligner {
        text,
        chars,
        right,
        reader: right.codec(),
        model,
        is_single,
        is_dense: is_single && right != Utf8,
        has_lost_spaces: is_single && right == Utf8 && is_known,
        scores_later: is_weighed_by_input(misreading),
        reading,
        blocks: Vec::with_capacity(chars.len()),
        last_in: '\n',
        last_out: '\n',
        first: 0,
    };
    let mut blocks = aligner.read_all(written);
    if is_weighed_by_input(misreading) {
        let min_changed = min_changed(misreading, is_known);
        score_segments(text, &mut blocks, min_changed, model, reading);
    }
    doubt_lone_holes(&mut blocks);
    blocks
}

/// Returns true for a pair whose rules all ask for an implausible input: most of what it reads need not be scored.
fn is_weighed_by_input(misreading: Misreading) -> bool {
    let Misreading { wrong, right } = misreading;
    let is_swap = (wrong, right) == (Utf16Le, Utf16Be);
    let is_wide = MULTI_BYTE.contains(&wrong) || matches!(wrong, Utf16Le | Utf16Be);
    is_wide && right != Utf8 && !is_swap
}

/// Scores the stretches between unreadable blocks that some rule may believe. No candidate reaches across such a block, so
/// the others can be left without a gain.
fn score_segments(
    text: &str,
    blocks: &mut [Block],
    min_changed: usize,
    model: &Model,
    reading: &str,
) {
    let is_border = |block: &Block| block.gain_nats <= UNREADABLE_NATS;
    for segment in blocks.split_mut(is_border) {
        if !may_be_believed(text, segment, min_changed) {
            continue;
        }
        for block in segment.iter_mut().filter(|block| block.len_chars > 0) {
            let last = reading[..block.reading.start].chars().next_back();
            let read = reading[block.reading.clone()].chars();
            block.output_nats = model.living_score(last.unwrap_or('\n'), read);
            block.gain_nats = block.output_nats - block.input_nats;
        }
    }
}

/// Returns true when so many changed characters somewhere in a row are as implausible as every rule asks, or some are of
/// private use.
fn may_be_believed(text: &str, segment: &[Block], min_changed: usize) -> bool {
    let changed = || segment.iter().filter(|block| block.len_chars > 0);
    // Sums up to each block, and the greatest that lies far enough before it.
    let mut sums: Vec<(usize, f32)> = vec![(0, 0.0)];
    let (mut count, mut sum) = (0, 0.0);
    let (mut first, mut greatest) = (0, f32::NEG_INFINITY);
    for block in changed() {
        count += block.len_input_chars;
        sum += block.input_nats - MAX_INPUT_NATS * block.len_input_chars as f32;
        while sums[first].0 + min_changed <= count {
            greatest = greatest.max(sums[first].1);
            first += 1;
            if first == sums.len() {
                break;
            }
        }
        if sum < greatest {
            return true;
        }
        sums.push((count, sum));
    }
    let is_private = |block: &Block| text[block.source.clone()].chars().any(is_private_use);
    changed().any(is_private)
}

/// A hole proves nothing by itself: it counts where the block before or after it reads well.
fn doubt_lone_holes(blocks: &mut [Block]) {
    let reads_well = |block: &Block| !block.is_hole && block.len_chars > 0 && block.gain_nats > 0.0;
    let wells: Vec<bool> = blocks.iter().map(reads_well).collect();
    for (index, block) in blocks.iter_mut().enumerate() {
        let has_neighbour = block.is_plain_hole
            || index > 0 && wells[index - 1]
            || wells.get(index + 1).is_some_and(|well| *well);
        if block.is_hole && !has_neighbour {
            block.gain_nats = block.gain_nats.min(LONE_HOLE_NATS);
        }
    }
}

/// A block that is being read.
struct OpenBlock {
    /// First character, counted from the first of the run.
    first: usize,
    /// Start of its reading.
    reading_from: usize,
    out_nats: f32,
    is_hole: bool,
    is_unreadable: bool,
}

impl OpenBlock {
    fn starting(first: usize, reading_from: usize) -> Self {
        Self {
            first,
            reading_from,
            out_nats: 0.0,
            is_hole: false,
            is_unreadable: false,
        }
    }
}

struct Aligner<'a> {
    text: &'a str,
    chars: &'a [CharIn],
    right: Charset,
    reader: Codec,
    model: &'a Model,
    /// True when every byte of a damaged stretch should look odd.
    is_dense: bool,
    /// True when the wrong set is a single-byte one.
    is_single: bool,
    /// True when a no-break space among the bytes may have become a plain one.
    has_lost_spaces: bool,
    /// True when blocks are scored once all are known.
    scores_later: bool,
    reading: &'a mut String,
    blocks: Vec<Block>,
    last_in: char,
    last_out: char,
    /// First character of the run that is being read.
    first: usize,
}

impl Aligner<'_> {
    fn read_all(mut self, written: &Written) -> Vec<Block> {
        for (index, run) in written.runs().enumerate() {
            if index > 0 {
                self.barrier(run.chars.start - 1);
            }
            self.read_run(&run);
        }
        self.blocks
    }

    /// A character the wrong set does not have: no stretch runs across it.
    fn barrier(&mut self, index: usize) {
        let CharIn { at, c, .. } = &self.chars[index];
        let start = self.reading.len();
        self.reading.push(*c);
        self.blocks.push(Block {
            source: at.clone(),
            reading: start..self.reading.len(),
            gain_nats: f32::NEG_INFINITY,
            input_nats: 0.0,
            output_nats: 0.0,
            len_chars: 0,
            len_input_chars: 1,
            is_hole: false,
            is_plain_hole: false,
        });
        (self.last_in, self.last_out) = (*c, *c);
    }

    /// Turns the bytes of a run into blocks.
    fn read_run(
        &mut self,
        &Run {
            ref chars,
            bytes,
            starts,
        }: &Run<'_>,
    ) {
        self.first = chars.start;
        let mut open = OpenBlock::starting(0, self.reading.len());
        let mut byte = 0;
        let mut next_char = 0;
        while byte < bytes.len() {
            let char_end = starts.get(next_char + 1).copied().unwrap_or(bytes.len());
            byte += self.read_one(&bytes[byte..], char_end.saturating_sub(byte), &mut open);
            let mut after = next_char;
            while after < starts.len() && starts[after] < byte {
                after += 1;
            }
            let boundary = starts.get(after).copied().unwrap_or(bytes.len());
            if byte < boundary {
                if !open.is_unreadable {
                    continue;
                }
                // Resynchronise at the next character of the wrong reading.
                byte = boundary;
            }
            self.push_block(&open, after, starts.len());
            next_char = after;
            open = OpenBlock::starting(after, self.reading.len());
        }
        if open.first < starts.len() {
            open.is_unreadable = true;
            self.push_block(&open, starts.len(), starts.len());
        }
    }

    /// Reads one character of `bytes` into the open block; returns the bytes it takes, `len_unreadable` and at least
    /// one where the right set has none.
    fn read_one(&mut self, bytes: &[u8], len_unreadable: usize, open: &mut OpenBlock) -> usize {
        let read = self
            .reader
            .decode_at(bytes)
            .or_else(|| self.across_lost_space(bytes));
        let (c, len) = read.unwrap_or_else(|| match self.hole_at(bytes) {
            Some(len) => {
                open.is_hole = true;
                ('\u{FFFD}', len)
            }
            None => {
                open.is_unreadable = true;
                ('\u{FFFD}', len_unreadable.max(1))
            }
        });
        self.reading.push(c);
        if !open.is_hole && !open.is_unreadable {
            open.out_nats += self.output_nats(c, len);
        }
        self.last_out = c;
        len
    }

    /// Plausibility of `c`, read from so many bytes, behind the character before it; 0 where blocks are scored later.
    #[inline]
    fn output_nats(&self, c: char, len_bytes: usize) -> f32 {
        if c == '\u{FFFD}' && len_bytes == c.len_utf8() {
            // A replacement character that was itself misread.
            REPLACEMENT_NATS
        } else if self.scores_later {
            0.0
        } else {
            self.model.living_nats(self.last_out, c)
        }
    }

    /// A letter one of whose bytes, 0xA0, has become a plain space: `Å iaip` is `Šiaip`. `à` is left to
    /// [`find_lost_spaces`], which knows when a space goes with it.
    fn across_lost_space(&self, bytes: &[u8]) -> Option<(char, usize)> {
        let sequence = bytes
            .get(..bytes.len().min(4))
            .filter(|_| self.has_lost_spaces)?;
        let mut mended = [0; 4];
        for (to, &from) in mended.iter_mut().zip(sequence) {
            *to = if from == b' ' { 0xA0 } else { from };
        }
        let read = self.reader.decode_at(&mended[..sequence.len()])?;
        let (c, len) = read;
        (sequence[..len].contains(&b' ') && c.is_alphabetic() && c != 'à').then_some(read)
    }

    /// Returns the bytes an incomplete UTF-8 sequence takes, with the bytes that are gone; `None` where there is none.
    fn hole_at(&self, bytes: &[u8]) -> Option<usize> {
        if self.right != Utf8 {
            return None;
        }
        let wanted = match bytes[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            HOLE => 4,
            _ => return None,
        };
        let continues = |&&byte: &&u8| (0x80..0xC0).contains(&byte) || byte == HOLE || byte == b'?';
        let len = 1 + bytes[1..]
            .iter()
            .take(wanted - 1)
            .take_while(continues)
            .count();
        let has_hole = bytes[..len]
            .iter()
            .any(|&byte| byte == HOLE || byte == b'?')
            || len == bytes.len();
        has_hole.then_some(len)
    }

    /// Gain of a block that reads otherwise; `natural_nats` speak for its input.
    fn gain_nats(
        &self,
        open: &OpenBlock,
        input_nats: f32,
        natural_nats: impl FnOnce() -> f32,
    ) -> f32 {
        if open.is_unreadable {
            UNREADABLE_NATS
        } else if self.scores_later {
            0.0
        } else if open.is_hole {
            REPLACEMENT_NATS - input_nats
        } else {
            open.out_nats - input_nats - natural_nats()
        }
    }

    /// Returns what speaks for two characters as they are: a capital at the end of a word in capitals, and what
    /// follows words.
    fn natural_nats(&self, before: char, chars: &[CharIn], next: Option<char>) -> f32 {
        let [CharIn { c: lead, .. }, CharIn { c: trail, .. }] = chars else {
            return 0.0;
        };
        let follows_words = matches!(
            trail,
            '\u{A0}' | '”' | '’' | '»' | '›' | '…' | '–' | '—' | '™' | '®' | '©' | '°'
        );
        let is_strong_lead = *lead == 'Ã' && *trail != '\u{A0}';
        let is_in_capitals = || {
            before.is_uppercase() && lead.is_uppercase() && !next.is_some_and(char::is_lowercase)
        };
        if self.is_single && follows_words && !is_strong_lead && is_in_capitals() {
            NATURAL_NATS
        } else {
            0.0
        }
    }

    /// Closes a block before the character `end`; characters count from the first of the run, which has `count`.
    fn push_block(&mut self, open: &OpenBlock, end: usize, count: usize) {
        let all = &self.chars[self.first..self.first + count];
        let (chars, next) = (&all[open.first..end], all.get(end).map(|next| next.c));
        let (Some(first), Some(last)) = (chars.first(), chars.last()) else {
            return;
        };
        let source = first.at.start..last.at.end;
        let input_nats = chars.iter().map(|c| c.nats).sum();
        let before = self.last_in;
        self.last_in = last.c;
        let after_text = &self.reading[open.reading_from..];
        let is_same = self.text.as_bytes()[source.clone()] == *after_text.as_bytes();
        let len_chars = if is_same {
            0
        } else {
            after_text.chars().count()
        };
        let gain_nats = if is_same {
            self.gap_nats(&source)
        } else {
            self.gain_nats(open, input_nats, || self.natural_nats(before, chars, next))
        };
        let is_plain_hole = open.is_hole && self.is_single && is_plain_hole(before, chars, next);
        self.blocks.push(Block {
            source,
            reading: open.reading_from..self.reading.len(),
            gain_nats,
            input_nats,
            output_nats: open.out_nats,
            len_chars,
            len_input_chars: chars.len(),
            is_hole: open.is_hole,
            is_plain_hole,
        });
    }

    /// Returns what a block costs that stays as it is.
    fn gap_nats(&self, source: &Range<usize>) -> f32 {
        let bytes = &self.text.as_bytes()[source.clone()];
        let is_letter = bytes.len() == 1 && bytes[0].is_ascii_alphabetic();
        if self.is_dense && is_letter {
            GAP_NATS
        } else {
            0.0
        }
    }
}

/// Returns true when the bytes that are left say by themselves that one is gone: two of a sequence of three, three of
/// one of four, or a capital within a word in small letters (`GaraÄ\u{FFFD}a`).
fn is_plain_hole(before: char, chars: &[CharIn], next: Option<char>) -> bool {
    let is_gone = |c: &CharIn| matches!(c.c, '?' | '\u{FFFD}');
    match chars {
        [one, other, _] => !is_gone(one) && !is_gone(other),
        [one, two, three, _] => !is_gone(one) && !is_gone(two) && !is_gone(three),
        [lead, gone] => {
            let stands_in_word =
                before.is_ascii_lowercase() && next.is_some_and(|next| next.is_ascii_lowercase());
            lead.c.is_uppercase() && gone.c == '\u{FFFD}' && stands_in_word
        }
        _ => false,
    }
}
