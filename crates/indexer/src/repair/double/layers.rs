//! Reads a whole line anew, through several layers if need be.
//!
//! In: a line that looks suspicious. Out: the first layer of the chain of readings that makes the most of it, or nothing.
//! A text that was damaged as a whole can be written in the wrong set and read in the right one to the last character,
//! and good text hardly ever can: where that holds, no stretch need be weighed against the next, and two or three layers
//! are looked through at once, though what lies between them is as implausible as what stands there. Only the first layer
//! is peeled; the pass comes again. Lines that do not hold to the last character are left to `candidate`.

use std::ops::Range;

use crate::repair::double::convincing::has_noncharacters;
use crate::repair::double::misreading::{
    HOLD_CJK, MEANT_MULTI, MULTI_BYTE, Misreading, SINGLE_BYTE,
};
use crate::repair::double::stretch::Stretch;
use crate::repair::lost::lost_spans;
use crate::text::charset::Charset::*;
use crate::text::charset::Coding;
use crate::text::model::Model;

/// Layers that are looked through.
const MAX_LAYERS: usize = 3;
/// Readings of each layer that are looked through further, the most plausible ones.
const MAX_READINGS: usize = 16;
/// Characters of a line that decide; the rest must hold as well.
const SEARCH_CHARS: usize = 160;
/// Text this plausible, per character, has no layers left.
const TEXT_NATS: f32 = -7.0;

/// A line read anew.
pub(super) struct Layers {
    /// The chain, the outermost layer first.
    pub(super) chain: Vec<Misreading>,
    /// The line without the outermost layer.
    pub(super) peeled: String,
    /// What all of them gain.
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
struct Reading {
    text: String,
    nats: f32,
    chain: Vec<Misreading>,
}

impl Reading {
    /// Chinese was mostly meant as Chinese, and few layers are likelier than many.
    fn rank_nats(&self) -> f32 {
        let is_foreign = matches!(
            self.chain.last().map(|last| last.right),
            Some(ShiftJis | EucJp | EucKr)
        );
        self.nats - 2.0 * self.chain.len() as f32 - if is_foreign { 8.0 } else { 0.0 }
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
        let mut next: Vec<Reading> = Vec::new();
        for reading in &layer {
            let pairs = if reading.chain.is_empty() {
                first_pairs.to_vec()
            } else {
                all_pairs()
            };
            let stretch = Stretch::of(&reading.text, 0..reading.text.len(), model);
            for misreading in pairs
                .into_iter()
                .filter(|pair| stretch.may_hold(*pair, false))
            {
                let Some(text) = misreading.undo_beginning(&reading.text) else {
                    continue;
                };
                if text == reading.text || next.iter().any(|known| known.text == text) {
                    continue;
                }
                let chain = [reading.chain.as_slice(), &[misreading]].concat();
                next.push(Reading {
                    nats: score(&text, model),
                    text,
                    chain,
                });
            }
        }
        next.sort_by(|one, other| other.rank_nats().total_cmp(&one.rank_nats()));
        next.truncate(MAX_READINGS);
        if next.first().is_some_and(|first| {
            best.as_ref()
                .is_none_or(|best| first.rank_nats() > best.rank_nats())
        }) {
            best = Some(next.remove(0));
        }
        next.retain(|reading| reading.nats_per_char() < TEXT_NATS);
        let is_text = best
            .as_ref()
            .is_some_and(|best| best.nats_per_char() > TEXT_NATS);
        if is_text {
            break;
        }
        // The best so far may hide one layer more.
        layer = next;
        layer.extend(best.as_ref().map(|best| Reading {
            text: best.text.clone(),
            nats: best.nats,
            chain: best.chain.clone(),
        }));
    }
    best.filter(|best| best.nats > before)
        .map(|best| best.chain)
}

fn score(text: &str, model: &Model) -> f32 {
    model.living_score('\n', text.chars())
}

/// What the characters above ASCII score: the English around them is good in any reading.
fn wide_nats(text: &str, model: &Model) -> f32 {
    let pairs = std::iter::once('\n').chain(text.chars()).zip(text.chars());
    pairs
        .filter(|(_, c)| !c.is_ascii())
        .map(|(last, c)| model.living_nats(last, c))
        .sum()
}

/// What lies under a layer may be anything.
fn all_pairs() -> Vec<Misreading> {
    let to_utf8 = SINGLE_BYTE[..12]
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
    let after = wide_nats(text, model) / len_wide.max(1) as f32;
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
    let min_after = match () {
        () if is_foreign => -6.0,
        () if is_utf8 => -9.5,
        () if is_single => -7.0,
        () => -8.0,
    };
    !(is_single && is_foreign)
        && gain_nats >= min_gain
        && gain_nats >= MIN_GAIN_NATS_PER_CHAR * len_wide as f32
        && len_wide >= min_chars
        && after > min_after
        && !has_noncharacters(text)
}

/// Bytes of a character that is cut.
const MAX_CUT_BYTES: usize = 3;

impl Misreading {
    /// `text` written in the wrong set and read in the right one; `None` where a character does not hold.
    pub(super) fn undo(self, text: &str) -> Option<String> {
        self.undo_up_to(text, 0)
    }

    /// The same for the beginning of a longer text: its last character may be cut.
    fn undo_beginning(self, text: &str) -> Option<String> {
        self.undo_up_to(text, MAX_CUT_BYTES)
    }

    fn undo_up_to(self, text: &str, max_cut_bytes: usize) -> Option<String> {
        let (writer, reader) = (self.writer(), self.right.codec());
        let mut bytes = Vec::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if !writer.encode(c, chars.peek().copied(), &mut bytes) {
                return None;
            }
        }
        if self.right == Utf8 {
            let whole = bytes
                .utf8_chunks()
                .next()
                .map_or(0, |chunk| chunk.valid().len());
            let is_whole = whole + max_cut_bytes >= bytes.len();
            bytes.truncate(whole);
            return is_whole.then(|| String::from_utf8(bytes).ok()).flatten();
        }
        let mut out = String::with_capacity(bytes.len() * 3 / 2);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let Some((c, len)) = reader.decode_at(rest) else {
                break;
            };
            out.push(c);
            rest = &rest[len..];
        }
        (rest.len() <= max_cut_bytes).then_some(out)
    }
}

/// What differs between a line and what it becomes: bytes of `before`, and what stands there afterwards.
pub(super) fn difference<'a>(before: &str, after: &'a str) -> (Range<usize>, &'a str) {
    let same = |(one, other): &(char, char)| one == other;
    let start: usize = before
        .chars()
        .zip(after.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let ends = before_rest.chars().rev().zip(after_rest.chars().rev());
    let end: usize = ends.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (
        start..before.len() - end,
        &after_rest[..after_rest.len() - end],
    )
}
