//! Reads a whole line anew, through several layers if need be.
//!
//! In: a line that looks suspicious. Out: the first layer of the chain of readings that makes the most of it, or nothing.
//! A text that was damaged as a whole can be written in the wrong set and read in the right one to the last character,
//! and good text hardly ever can: where that holds, no stretch need be weighed against the next, and two or three layers
//! are looked through at once, though what lies between them is as implausible as what stands there. Only the first layer
//! is peeled; the pass comes again. Lines that do not hold to the last character are left to `candidate`.

use std::ops::Range;

use crate::repair::double::looks::{has_noncharacters, is_long_utf8, is_mostly_usual};
use crate::repair::double::misreading::{
    HOLD_CJK, MEANT_MULTI, MULTI_BYTE, Misreading, SINGLE_BYTE,
};
use crate::repair::double::stretch::Stretch;
use crate::repair::lost::lost_spans;
use crate::text::charset::Charset::{self, *};
use crate::text::charset::{Codec, Coding};
use crate::text::model::Model;

/// Layers that are looked through.
const MAX_LAYERS: usize = 3;
/// Readings of each layer that are looked through further, the most plausible ones.
const MAX_READINGS: usize = 16;
/// Characters of a line that decide; the rest must hold as well.
const SEARCH_CHARS: usize = 160;
/// Text this plausible, per character, has no layers left.
const TEXT_NATS: f32 = -7.0;

/// Cost of each layer: few are likelier than many.
const LAYER_NATS: f32 = 2.0;
/// Cost of Japanese and Korean: Chinese was mostly meant as Chinese.
const FOREIGN_NATS: f32 = 8.0;

/// A line read anew.
pub(super) struct Layers {
    /// The chain, the outermost layer first.
    pub(super) chain: Vec<Misreading>,
    /// The line without the outermost layer.
    pub(super) peeled: String,
    /// Gain of all of them.
    pub(super) gain_nats: f32,
}

/// The chain of layers that makes text of `line`; a chain that `known` holds is tried first.
///
/// `first_pairs` are the pairs that the line's characters suggest.
pub(super) fn find_layers(
    line: &str,
    first_pairs: &[Misreading],
    known: &[Vec<Misreading>],
    model: &Model,
) -> Option<Layers> {
    if !lost_spans(line).is_empty() {
        return None;
    }
    let from_known = known
        .iter()
        .find_map(|chain| read_through(line, chain, true, model));
    if from_known.is_some() {
        return from_known;
    }
    let end = line
        .char_indices()
        .nth(SEARCH_CHARS)
        .map_or(line.len(), |(at, _)| at);
    let chain = search(&line[..end], first_pairs, model)?;
    read_through(line, &chain, false, model)
}

fn read_through(line: &str, chain: &[Misreading], is_known: bool, model: &Model) -> Option<Layers> {
    let mut peeled = None;
    let mut text = line.to_owned();
    for misreading in chain {
        text = misreading.undo(&text)?;
        peeled.get_or_insert_with(|| text.clone());
    }
    let gain_nats = score(&text, model) - score(line, model);
    let is_good = is_convincing(&text, gain_nats, chain, is_known, model);
    is_good.then(|| Layers {
        chain: chain.to_vec(),
        peeled: peeled.unwrap_or_default(),
        gain_nats,
    })
}

/// A reading of the sample and how it came about.
#[derive(Clone)]
struct Reading {
    text: String,
    nats: f32,
    chain: Vec<Misreading>,
}

impl Reading {
    /// Chinese was mostly meant as Chinese, and few layers are likelier than many.
    fn rank_nats(&self) -> f32 {
        let foreign_nats = match self.chain.last().map(|last| last.right) {
            Some(ShiftJis | EucJp | EucKr) => FOREIGN_NATS,
            _ => 0.0,
        };
        self.nats - LAYER_NATS * self.chain.len() as f32 - foreign_nats
    }

    fn is_text(&self) -> bool {
        self.nats_per_char() > TEXT_NATS
    }

    fn nats_per_char(&self) -> f32 {
        self.nats / self.text.chars().count().max(1) as f32
    }
}

/// Looks for the chain that makes the most of `sample`.
fn search(sample: &str, first_pairs: &[Misreading], model: &Model) -> Option<Vec<Misreading>> {
    let before = score(sample, model);
    let mut layer = vec![Reading {
        text: sample.to_owned(),
        nats: before,
        chain: Vec::new(),
    }];
    let mut best: Option<Reading> = None;
    for _ in 0..MAX_LAYERS {
        let mut next = readings_under(&layer, first_pairs, model);
        let betters = |first: &Reading| {
            let best = best.as_ref();
            best.is_none_or(|best| first.rank_nats() > best.rank_nats())
        };
        if next.first().is_some_and(betters) {
            best = Some(next.remove(0));
        }
        if best.as_ref().is_some_and(Reading::is_text) {
            break;
        }
        next.retain(|reading| reading.nats_per_char() < TEXT_NATS);
        // The best so far may hide one layer more.
        next.extend(best.clone());
        layer = next;
    }
    best.filter(|best| best.nats > before)
        .map(|best| best.chain)
}

/// Returns the most plausible readings with one layer more than those of `layer`, the best first.
fn readings_under(layer: &[Reading], first_pairs: &[Misreading], model: &Model) -> Vec<Reading> {
    let all_pairs = all_pairs();
    let mut next: Vec<Reading> = Vec::new();
    for reading in layer {
        let pairs = if reading.chain.is_empty() {
            first_pairs
        } else {
            &all_pairs
        };
        let stretch = Stretch::of(&reading.text, 0..reading.text.len(), model);
        let mut sample = Sample::of(&reading.text);
        for misreading in pairs.iter().filter(|pair| stretch.may_hold(**pair, false)) {
            let Some(text) = sample.undo(*misreading) else {
                continue;
            };
            if text == reading.text || next.iter().any(|known| known.text == text) {
                continue;
            }
            next.push(Reading {
                nats: score(&text, model),
                text,
                chain: [reading.chain.as_slice(), &[*misreading]].concat(),
            });
        }
    }
    next.sort_by(|one, other| other.rank_nats().total_cmp(&one.rank_nats()));
    next.truncate(MAX_READINGS);
    next
}

/// The beginning of a line, written once in each wrong set.
struct Sample<'a> {
    text: &'a str,
    written: Vec<WrittenSample>,
}

/// A sample in one wrong set.
struct WrittenSample {
    wrong: Charset,
    /// True when UTF-8 is looked for, which is written in a way of its own.
    is_for_utf8: bool,
    /// `None` where a character cannot be written.
    bytes: Option<Vec<u8>>,
}

impl<'a> Sample<'a> {
    fn of(text: &'a str) -> Self {
        let written = Vec::new();
        Self { text, written }
    }

    /// The sample written in the wrong set and read in the right one; its last character may be cut.
    fn undo(&mut self, misreading: Misreading) -> Option<String> {
        let wrong = misreading.wrong;
        let is_for_utf8 = misreading.right == Utf8;
        let is_same = |one: &WrittenSample| one.wrong == wrong && one.is_for_utf8 == is_for_utf8;
        let known = self.written.iter().position(is_same);
        let number = known.unwrap_or_else(|| {
            let bytes = misreading.bytes_of(self.text);
            self.written.push(WrittenSample {
                wrong,
                is_for_utf8,
                bytes,
            });
            self.written.len() - 1
        });
        let bytes = self.written[number].bytes.as_ref()?;
        misreading.read(bytes, MAX_CUT_BYTES)
    }
}

fn score(text: &str, model: &Model) -> f32 {
    model.living_score('\n', text.chars())
}

/// Returns the score of the characters above ASCII: the English around them is good in any reading.
fn wide_nats(text: &str, model: &Model) -> f32 {
    let pairs = std::iter::once('\n').chain(text.chars()).zip(text.chars());
    pairs
        .filter(|(_, c)| !c.is_ascii())
        .map(|(last, c)| model.living_nats(last, c))
        .sum()
}

/// Returns every pair: what lies under a layer may be anything.
fn all_pairs() -> Vec<Misreading> {
    let to_utf8 = SINGLE_BYTE
        .iter()
        .chain(&MULTI_BYTE)
        .map(|&wrong| Misreading { wrong, right: Utf8 });
    let to_multi = HOLD_CJK.iter().chain(&MULTI_BYTE);
    let to_multi = to_multi.flat_map(|&wrong| MEANT_MULTI.map(|right| Misreading { wrong, right }));
    let swapped = [Misreading {
        wrong: Utf16Le,
        right: Utf16Be,
    }];
    let is_pair = |pair: &Misreading| {
        pair.wrong != pair.right && !(pair.wrong == Cp950 && pair.right == Big5)
    };
    to_utf8
        .chain(to_multi)
        .chain(swapped)
        .filter(is_pair)
        .collect()
}

/// Nats a chain must gain in all ...
const MIN_GAIN_NATS: f32 = 16.0;
/// ... if it is one layer only, which is looked at from nearer elsewhere ...
const MIN_GAIN_NATS_SINGLE: f32 = 40.0;
/// ... and for each character.
const MIN_GAIN_NATS_PER_CHAR: f32 = 2.5;
/// Score that characters above ASCII must reach, each, when they become Japanese or Korean ...
const MIN_AFTER_FOREIGN: f32 = -6.0;
/// ... when every layer is UTF-8, which proves itself ...
const MIN_AFTER_UTF8: f32 = -9.5;
/// ... when there is one layer ...
const MIN_AFTER_SINGLE: f32 = -7.0;
/// ... or several.
const MIN_AFTER: f32 = -8.0;
/// Characters above ASCII it must yield; readings that are possible in many sets must yield more.
const MIN_CHARS: usize = 3;
const MIN_CHARS_CJK: usize = 6;

fn is_convincing(
    text: &str,
    gain_nats: f32,
    chain: &[Misreading],
    is_known: bool,
    model: &Model,
) -> bool {
    let Some(last) = chain.last() else {
        return false;
    };
    let len_wide = text.chars().filter(|c| !c.is_ascii()).count();
    let is_foreign = matches!(last.right, ShiftJis | EucJp | EucKr);
    let is_utf8 = chain.iter().all(|layer| layer.right == Utf8);
    let is_single = chain.len() == 1;
    let min_gain = if is_single && !is_known {
        MIN_GAIN_NATS_SINGLE
    } else {
        MIN_GAIN_NATS
    };
    let min_chars = if is_utf8 && !is_single {
        MIN_CHARS
    } else {
        MIN_CHARS_CJK
    };
    let min_after = match (is_foreign, is_utf8, is_single) {
        (true, _, _) => MIN_AFTER_FOREIGN,
        (_, true, _) => MIN_AFTER_UTF8,
        (_, _, true) => MIN_AFTER_SINGLE,
        _ => MIN_AFTER,
    };
    let is_by_chance = last.right == Utf8
        && MULTI_BYTE.contains(&last.wrong)
        && !(is_long_utf8(text) && is_mostly_usual(text, model));
    !(is_by_chance || is_single && is_foreign)
        && gain_nats >= min_gain
        && gain_nats >= MIN_GAIN_NATS_PER_CHAR * len_wide as f32
        && len_wide >= min_chars
        && wide_nats(text, model) / len_wide.max(1) as f32 > min_after
        && !has_noncharacters(text)
}

/// Characters that are read first, and bytes of them that may be left.
const PROBE_CHARS: usize = 12;
const PROBE_REST_BYTES: usize = 8;

/// Returns the number of bytes before the first that the set does not have.
fn len_readable(reader: Codec, bytes: &[u8]) -> usize {
    let mut len = 0;
    while let Some((_, len_char)) = reader.decode_at(&bytes[len..]) {
        len += len_char;
    }
    len
}

/// Reads `bytes`, all of which the set has.
fn read_all(reader: Codec, bytes: &[u8]) -> String {
    let mut read = String::with_capacity(bytes.len() * 3 / 2);
    let mut rest = bytes;
    while let Some((c, len)) = reader.decode_at(rest) {
        read.push(c);
        rest = &rest[len..];
    }
    read
}

/// Bytes of a character that is cut.
const MAX_CUT_BYTES: usize = 3;

impl Misreading {
    /// `text` written in the wrong set and read in the right one; `None` where a character does not hold.
    pub(super) fn undo(self, text: &str) -> Option<String> {
        // Most pairs fail within a few characters.
        if let Some((probe, _)) = text.char_indices().nth(PROBE_CHARS)
            && !self.holds_at_first(&text[..probe])
        {
            return None;
        }
        self.read(&self.bytes_of(text)?, 0)
    }

    /// `bytes` read in the right set; `None` where more than so many are left at the first that does not hold.
    fn read(self, bytes: &[u8], max_cut_bytes: usize) -> Option<String> {
        if self.right == Utf8 {
            let whole = valid_beginning(bytes);
            return (whole.len() + max_cut_bytes >= bytes.len()).then(|| whole.to_owned());
        }
        let reader = self.right.codec();
        let len = len_readable(reader, bytes);
        (len + max_cut_bytes >= bytes.len()).then(|| read_all(reader, &bytes[..len]))
    }

    /// Returns false when `probe`, the beginning of a longer text, holds a character that the right set has not.
    fn holds_at_first(self, probe: &str) -> bool {
        let Some(bytes) = self.bytes_of(probe) else {
            return false;
        };
        let len = match self.right {
            Utf8 => valid_beginning(&bytes).len(),
            right => len_readable(right.codec(), &bytes),
        };
        // So many bytes are more than the beginning of a character that the next one ends.
        len + PROBE_REST_BYTES >= bytes.len()
    }

    /// Returns the bytes that were read as `text`.
    fn bytes_of(self, text: &str) -> Option<Vec<u8>> {
        let writer = self.writer();
        let mut bytes = Vec::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if !writer.encode(c, chars.peek().copied(), &mut bytes) {
                return None;
            }
        }
        Some(bytes)
    }
}

/// Returns what differs between a line and what it becomes: bytes of `before`, and what stands there afterwards.
pub(super) fn difference<'a>(before: &str, after: &'a str) -> (Range<usize>, &'a str) {
    let start = len_same(before.chars(), after.chars());
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let end = len_same(before_rest.chars().rev(), after_rest.chars().rev());
    (
        start..before.len() - end,
        &after_rest[..after_rest.len() - end],
    )
}

/// Returns the bytes of the characters that both begin with.
fn len_same(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// The text up to the first byte that is no UTF-8.
fn valid_beginning(bytes: &[u8]) -> &str {
    let first = bytes.utf8_chunks().next();
    first.map_or("", |chunk| chunk.valid())
}
