//! Reads a stretch anew with one pair of sets, block by block.

use std::ops::Range;

use crate::repair::double::misreading::{Misreading, SINGLE_BYTE};
use crate::repair::double::stretch::CharIn;
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
    is_hole: bool,
    /// A hole with two bytes of a sequence of three left, in single bytes: nothing else looks like that.
    is_plain_hole: bool,
}

/// Nats a block costs that the right set cannot read.
const UNREADABLE_NATS: f32 = -30.0;
/// What a letter that stays as it is costs a stretch of CJK in single bytes: garbage is dense, accents in words are not.
const GAP_NATS: f32 = -0.5;
/// What U+FFFD costs as output: it says plainly what three odd letters hide.
const REPLACEMENT_NATS: f32 = -12.0;

/// Reads `chars` anew, block by block; blocks tile them in order.
pub(super) fn align<'a>(
    text: &'a str,
    chars: &'a [CharIn],
    misreading: Misreading,
    is_known: bool,
    model: &'a Model,
    reading: &'a mut String,
) -> Vec<Block> {
    let Misreading { wrong, right } = misreading;
    let has_holes = right == Utf8 && wrong != Utf16Be && wrong != Utf16Le;
    let writer = misreading.writer();
    let is_single = SINGLE_BYTE.contains(&wrong);
    let mut aligner = Aligner {
        text,
        chars,
        right,
        reader: right.codec(),
        model,
        is_single,
        is_dense: is_single && right != Utf8,
        has_lost_spaces: is_single && right == Utf8 && is_known,
        reading,
        blocks: Vec::with_capacity(chars.len()),
        last_in: '\n',
        last_out: '\n',
        bytes: Vec::with_capacity(chars.len() * 2),
        starts: Vec::with_capacity(chars.len()),
        first: 0,
    };
    let next_char = |index: usize| chars.get(index + 1).map(|next| next.c);
    for (index, CharIn { c, is_lost, .. }) in chars.iter().enumerate() {
        let from_byte = aligner.bytes.len();
        let is_replacement = *c == '\u{FFFD}';
        if is_replacement && has_holes {
            aligner.bytes.push(HOLE);
        } else if is_replacement
            || *is_lost
            || !writer.encode(*c, next_char(index), &mut aligner.bytes)
        {
            aligner.flush();
            aligner.barrier(index);
            continue;
        }
        aligner.starts.push(from_byte);
    }
    aligner.flush();
    let mut blocks = aligner.blocks;
    doubt_lone_holes(&mut blocks);
    blocks
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
            block.gain_nats = block.gain_nats.min(-2.0);
        }
    }
}

/// Stands for a byte that is gone: never part of UTF-8.
const HOLE: u8 = 0xFF;

struct Aligner<'a> {
    text: &'a str,
    chars: &'a [CharIn],
    right: Charset,
    reader: Codec,
    model: &'a Model,
    /// Whether every byte of a damaged stretch should look odd.
    is_dense: bool,
    /// Whether the wrong set is a single-byte one.
    is_single: bool,
    /// Whether a no-break space among the bytes may have become a plain one.
    has_lost_spaces: bool,
    reading: &'a mut String,
    blocks: Vec<Block>,
    last_in: char,
    last_out: char,
    bytes: Vec<u8>,
    /// First byte in `bytes` of each character that is encoded there ...
    starts: Vec<usize>,
    /// ... the first of which this is.
    first: usize,
}

impl Aligner<'_> {
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
            is_hole: false,
            is_plain_hole: false,
        });
        (self.last_in, self.last_out) = (*c, *c);
        self.first = index + 1;
    }

    /// Turns the bytes gathered so far into blocks.
    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        let starts = std::mem::take(&mut self.starts);
        let mut next_char = 0;
        let mut byte = 0;
        let mut block_from = (0, self.reading.len());
        let (mut out_nats, mut is_hole, mut is_unreadable) = (0.0, false, false);
        while byte < bytes.len() {
            let read = self
                .reader
                .decode_at(&bytes[byte..])
                .or_else(|| self.across_lost_space(&bytes[byte..]));
            let (c, len) = match read {
                Some(read) => read,
                None => match self.hole_at(&bytes[byte..]) {
                    Some(len) => {
                        is_hole = true;
                        ('\u{FFFD}', len)
                    }
                    None => {
                        is_unreadable = true;
                        let end = starts.get(next_char + 1).copied().unwrap_or(bytes.len());
                        ('\u{FFFD}', end.max(byte + 1) - byte)
                    }
                },
            };
            self.reading.push(c);
            if c == '\u{FFFD}' && len == 3 && !is_hole && !is_unreadable {
                // A replacement character that was itself misread.
                out_nats += REPLACEMENT_NATS;
            } else if !is_hole && !is_unreadable {
                out_nats += self.model.living_nats(self.last_out, c);
            }
            self.last_out = c;
            byte += len;
            let mut after = next_char;
            while after < starts.len() && starts[after] < byte {
                after += 1;
            }
            let is_common_boundary = after == starts.len() && byte >= bytes.len()
                || after < starts.len() && starts[after] == byte;
            if !is_common_boundary {
                if is_unreadable {
                    // Resynchronise at the next character of the wrong reading.
                    byte = starts.get(after).copied().unwrap_or(bytes.len());
                } else {
                    continue;
                }
            }
            self.push_block(
                block_from.0..after,
                starts.len(),
                block_from.1,
                out_nats,
                is_hole,
                is_unreadable,
            );
            next_char = after;
            block_from = (after, self.reading.len());
            (out_nats, is_hole, is_unreadable) = (0.0, false, false);
        }
        if block_from.0 < starts.len() {
            self.push_block(
                block_from.0..starts.len(),
                starts.len(),
                block_from.1,
                out_nats,
                is_hole,
                true,
            );
        }
        self.first += starts.len();
        (self.bytes, self.starts) = (bytes, starts);
        self.bytes.clear();
        self.starts.clear();
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

    /// How many bytes an incomplete UTF-8 sequence takes, with the bytes that are gone; `None` where there is none.
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

    /// What speaks for two characters as they are: a capital at the end of a word in capitals, and what follows words.
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
            8.0
        } else {
            0.0
        }
    }

    /// `range` counts from the first character that was not flushed, `end` characters of which are encoded.
    fn push_block(
        &mut self,
        range: Range<usize>,
        end: usize,
        reading_from: usize,
        out_nats: f32,
        is_hole: bool,
        is_unreadable: bool,
    ) {
        let all = &self.chars[self.first..self.first + end];
        let (chars, next) = (&all[range.clone()], all.get(range.end).map(|next| next.c));
        let (Some(first), Some(last)) = (chars.first(), chars.last()) else {
            return;
        };
        let source = first.at.start..last.at.end;
        let input_nats = chars.iter().map(|c| c.nats).sum();
        let before = self.last_in;
        self.last_in = last.c;
        let (before_text, after_text) = (
            &self.text.as_bytes()[source.clone()],
            &self.reading.as_bytes()[reading_from..],
        );
        let is_same = before_text.len() == after_text.len() && before_text == after_text;
        let gain_nats = match (is_same, is_unreadable, is_hole) {
            (true, _, _)
                if self.is_dense
                    && source.len() == 1
                    && self.text.as_bytes()[source.start].is_ascii_alphabetic() =>
            {
                GAP_NATS
            }
            (true, _, _) => 0.0,
            (_, true, _) => UNREADABLE_NATS,
            (_, _, true) => REPLACEMENT_NATS - input_nats,
            _ => out_nats - input_nats - self.natural_nats(before, chars, next),
        };
        let len_chars = if is_same {
            0
        } else {
            self.reading[reading_from..].chars().count()
        };
        let is_plain_hole = is_hole && self.is_single && is_plain_hole(before, chars, next);
        self.blocks.push(Block {
            source,
            reading: reading_from..self.reading.len(),
            gain_nats,
            input_nats,
            output_nats: out_nats,
            len_chars,
            is_hole,
            is_plain_hole,
        });
    }
}

/// Whether the bytes that are left say by themselves that one is gone: two of a sequence of three, three of one of four,
/// or a capital within a word in small letters (`GaraÄ\u{FFFD}a`).
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
