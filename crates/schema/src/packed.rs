//! Packs a long text into parts that can be read one by one.
//!
//! In: bytes. Out: bytes again, smaller, with a table of the parts in front. The engine's own store holds a document as one
//! piece, so that whoever wants a line of it pays for all of it, the text as published included; what is packed here passes
//! through that store untouched and is unpacked where it is wanted. A text of a few kilobytes is left as it is, since the
//! store packs it better, together with its neighbours.

use std::cell::RefCell;
use std::ops::Range;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::WriteBuf;

use polidex_analysis::fold::{Class, class_of};
use polidex_analysis::tokens::gram_positions_at;

/// Texts shorter than this are not compressed.
const LEAST_BYTES: usize = 4 << 10;
/// Length of a part before it is compressed: a quarter of a millisecond to unpack, and no worse a ratio than the whole.
const PART_BYTES: usize = 256 << 10;
/// Bytes by which two versions of a text may have drifted apart and still be packed together.
const DRIFT_BYTES: usize = 64 << 10;
/// zstd level: beyond 3 the ratio grows by little and indexing slows.
const LEVEL: i32 = 3;
/// Bytes of the header, and of the entry of a part in it.
const HEADER_BYTES: usize = 5;
const ENTRY_BYTES: usize = 12;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

thread_local! {
    // A context costs more to make than most texts to unpack.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// One part of a packed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Bytes of the unpacked text.
    pub bytes: Range<usize>,
    /// Of a text, position of the first unit that begins in it. Of other bytes, number of line ends before it; 0 throughout
    /// where they were not counted.
    pub first_position: u32,
    stored: Range<usize>,
}

/// Packed bytes, opened for reading.
#[derive(Clone, Debug)]
pub struct Packed<'a> {
    method: u8,
    parts: Vec<Part>,
    payload: &'a [u8],
}

/// Packs any bytes. `near` is what they are a version of, or empty: what both have in common takes no room.
pub fn pack_bytes(bytes: &[u8], near: &[u8]) -> Vec<u8> {
    let ends: Vec<usize> = (1..=bytes.len().div_ceil(PART_BYTES))
        .map(|n| (n * PART_BYTES).min(bytes.len()))
        .collect();
    pack(bytes, &ends, &line_ends_before(bytes, &ends), near)
}

/// Number of line ends before each part.
fn line_ends_before(bytes: &[u8], ends: &[usize]) -> Vec<u32> {
    let (mut count, mut start) = (0, 0);
    let before = ends.iter().map(|end| {
        let before = count;
        let part = bytes[start..*end].iter();
        count += part.filter(|byte| **byte == b'\n').count() as u32;
        start = *end;
        before
    });
    before.collect()
}

/// Packs a text.
///
/// # Examples
///
/// ```
/// use polidex_schema::packed::{Packed, pack_text};
///
/// let text = "Public housing in Hong Kong.\n\n".repeat(20_000);
/// let packed = pack_text(&text);
/// assert!(packed.len() < text.len() / 10);
/// let opened = Packed::open(&packed).expect("just packed");
/// // Any part is read without the others.
/// let second = opened.parts()[1].bytes.clone();
/// assert_eq!(opened.unpack_parts(1..2).as_deref(), Some(&text.as_bytes()[second]));
/// ```
///
/// Packs it in parts that end at a blank line where there is one, else at a line's end, else where a word
/// ends; each knows the position of its first unit.
pub fn pack_text(text: &str) -> Vec<u8> {
    let mut ends = Vec::new();
    let mut start = 0;
    while start < text.len() {
        start = part_end(text, start);
        ends.push(start);
    }
    pack(text.as_bytes(), &ends, &first_positions(text, &ends), &[])
}

fn part_end(text: &str, start: usize) -> usize {
    if text.len() - start <= PART_BYTES {
        return text.len();
    }
    let from = text.ceil_char_boundary(start + PART_BYTES / 2);
    let to = text.floor_char_boundary(start + PART_BYTES);
    let inside = &text[from..to];
    let blank_line = inside.rfind("\n\n").map(|at| at + 2);
    let line = || inside.rfind('\n').map(|at| at + 1);
    let len = blank_line.or_else(line).or_else(|| last_gap(inside));
    len.map_or(to, |len| from + len)
}

/// The end of the last character of a text of one line behind which no word is parted.
fn last_gap(text: &str) -> Option<usize> {
    let parts_words = |character: char| character == ' ' || class_of(character) == Class::Ideograph;
    let mut backwards = text.char_indices().rev();
    let (at, character) = backwards.find(|(_, character)| parts_words(*character))?;
    Some(at + character.len_utf8())
}

/// Positions of the first gram token of each part; counted only where there are several.
fn first_positions(text: &str, ends: &[usize]) -> Vec<u32> {
    let mut positions = vec![0; ends.len()];
    if let [starts @ .., _] = ends {
        positions[1..].copy_from_slice(&gram_positions_at(text, starts));
    }
    positions
}

fn pack(bytes: &[u8], ends: &[usize], positions: &[u32], near: &[u8]) -> Vec<u8> {
    let compressed = (bytes.len() >= LEAST_BYTES)
        .then(|| compress(bytes, ends, near))
        .flatten();
    let method = if compressed.is_some() { ZSTD } else { PLAIN };
    let (payload, stored_ends) = compressed.unwrap_or_else(|| (bytes.to_vec(), ends.to_vec()));
    let mut packed = Vec::with_capacity(HEADER_BYTES + ends.len() * ENTRY_BYTES + payload.len());
    packed.push(method);
    packed.extend((ends.len() as u32).to_le_bytes());
    for ((end, stored_end), position) in ends.iter().zip(stored_ends).zip(positions) {
        for number in [*end as u32, stored_end as u32, *position] {
            packed.extend(number.to_le_bytes());
        }
    }
    packed.extend(payload);
    packed
}

/// The compressed parts end to end, and where each ends; `None` when the library fails, and then the text stays as it is.
fn compress(bytes: &[u8], ends: &[usize], near: &[u8]) -> Option<(Vec<u8>, Vec<usize>)> {
    let mut compressor = Compressor::new(LEVEL).ok()?;
    let mut payload = Vec::with_capacity(bytes.len() / 2);
    let mut stored_ends = Vec::with_capacity(ends.len());
    let mut start = 0;
    for &end in ends {
        if !near.is_empty() {
            compressor
                .set_dictionary(LEVEL, around(near, start..end))
                .ok()?;
        }
        payload.extend(compressor.compress(&bytes[start..end]).ok()?);
        stored_ends.push(payload.len());
        start = end;
    }
    Some((payload, stored_ends))
}

/// The bytes of `near` about where `part` is in its own text.
fn around(near: &[u8], part: Range<usize>) -> &[u8] {
    &near[around_bytes(near.len(), part)]
}

fn around_bytes(near_bytes: usize, part: Range<usize>) -> Range<usize> {
    let start = part.start.saturating_sub(DRIFT_BYTES).min(near_bytes);
    start..(part.end + DRIFT_BYTES).min(near_bytes).max(start)
}

impl<'a> Packed<'a> {
    /// Opens packed bytes; `None` when they are none.
    pub fn open(packed: &'a [u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(packed.get(at..at + 4)?.try_into().ok()?));
        let method = *packed.first()?;
        let count = number(1)? as usize;
        let payload = packed.get(HEADER_BYTES.checked_add(count.checked_mul(ENTRY_BYTES)?)?..)?;
        let mut parts = Vec::with_capacity(count);
        let (mut start, mut stored_start) = (0, 0);
        for entry in 0..count {
            let at = HEADER_BYTES + entry * ENTRY_BYTES;
            let (end, stored_end) = (number(at)? as usize, number(at + 4)? as usize);
            let is_sound =
                end >= start && stored_end >= stored_start && stored_end <= payload.len();
            if !is_sound || end - start > PART_BYTES {
                return None;
            }
            parts.push(Part {
                bytes: start..end,
                first_position: number(at + 8)?,
                stored: stored_start..stored_end,
            });
            (start, stored_start) = (end, stored_end);
        }
        Some(Self {
            method,
            parts,
            payload,
        })
    }

    /// The parts, in the order of the text, end to end.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Bytes of the text before it was packed.
    pub fn len_bytes(&self) -> usize {
        self.parts.last().map_or(0, |part| part.bytes.end)
    }

    /// The whole text; `None` when a part is damaged.
    pub fn unpack(&self) -> Option<Vec<u8>> {
        self.unpack_parts(0..self.parts.len())
    }

    /// The whole of what was packed near `near`.
    pub fn unpack_near(&self, near: &[u8]) -> Option<Vec<u8>> {
        if self.method == PLAIN || near.is_empty() {
            return self.unpack();
        }
        let mut bytes = Vec::with_capacity(self.len_bytes());
        for (index, part) in self.parts.iter().enumerate() {
            bytes.extend(self.unpack_part_near(index, around(near, part.bytes.clone()))?);
        }
        Some(bytes)
    }

    /// Bytes of what this was packed near that its part `part` needs to be unpacked; `near_bytes` is the length of all of it.
    pub fn near_of(&self, part: usize, near_bytes: usize) -> Range<usize> {
        let bytes = self.parts.get(part).map_or(0..0, |part| part.bytes.clone());
        around_bytes(near_bytes, bytes)
    }

    /// One part of what was packed near another text, whose bytes [`Packed::near_of`] are `near`; `None` when it is damaged.
    pub fn unpack_part_near(&self, part: usize, near: &[u8]) -> Option<Vec<u8>> {
        if self.method == PLAIN || near.is_empty() {
            return self.unpack_parts(part..part + 1);
        }
        let part = self.parts.get(part)?;
        let mut decompressor = Decompressor::with_dictionary(near).ok()?;
        let stored = self.payload.get(part.stored.clone())?;
        let unpacked = decompressor.decompress(stored, part.bytes.len()).ok()?;
        (unpacked.len() == part.bytes.len()).then_some(unpacked)
    }

    /// Neighbouring parts that hold `bytes` of the text.
    pub fn parts_over(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self
            .parts
            .partition_point(|part| part.bytes.end <= bytes.start);
        let end = self
            .parts
            .partition_point(|part| part.bytes.start < bytes.end);
        first..end.max(first)
    }

    /// The bytes `range`; `None` when they are damaged or beyond the end.
    pub fn unpack_range(&self, range: Range<usize>) -> Option<Vec<u8>> {
        if range.is_empty() {
            return (range.end <= self.len_bytes()).then(Vec::new);
        }
        let parts = self.parts_over(&range);
        let from = self.parts.get(parts.start)?.bytes.start;
        let bytes = self.unpack_parts(parts)?;
        Some(bytes.get(range.start - from..range.end - from)?.to_vec())
    }

    /// Some neighbouring parts, end to end; `None` when one is damaged or not there.
    pub fn unpack_parts(&self, parts: Range<usize>) -> Option<Vec<u8>> {
        let parts = self.parts.get(parts)?;
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.bytes.len()).sum());
        if let ([part], ZSTD) = (parts, self.method) {
            // Nearly every text is of one part: it is written where nothing was written before.
            let stored = self.payload.get(part.stored.clone())?;
            decompress(stored, &mut bytes, part.bytes.len())?;
            return Some(bytes);
        }
        for part in parts {
            let stored = self.payload.get(part.stored.clone())?;
            if self.method == PLAIN {
                bytes.extend_from_slice(stored);
            } else {
                let from = bytes.len();
                bytes.resize(from + part.bytes.len(), 0);
                decompress(stored, &mut bytes[from..], part.bytes.len())?;
            }
        }
        Some(bytes)
    }
}

/// Writes `len` bytes into `into`, or fails.
fn decompress<B: WriteBuf + ?Sized>(stored: &[u8], into: &mut B, len: usize) -> Option<()> {
    DECOMPRESSOR.with_borrow_mut(|slot| {
        let decompressor = match slot {
            Some(decompressor) => decompressor,
            None => slot.insert(Decompressor::new().ok()?),
        };
        let written = decompressor.decompress_to_buffer(stored, into).ok()?;
        (written == len).then_some(())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(text in "[\\PC新質\n ]{0,80}", times in 0_usize..9_000) {
            let text = text.repeat(times);
            let packed = pack_text(&text);
            let opened = Packed::open(&packed).expect("just packed");
            prop_assert_eq!(opened.unpack().expect("sound"), text.as_bytes());
            prop_assert_eq!(opened.len_bytes(), text.len());
            for part in opened.parts() {
                prop_assert!(text.is_char_boundary(part.bytes.start));
            }
            let near = text.replace('新', "舊舊");
            for near in ["", near.as_str()] {
                let packed = pack_bytes(text.as_bytes(), near.as_bytes());
                let unpacked = Packed::open(&packed).expect("just packed").unpack_near(near.as_bytes());
                prop_assert_eq!(unpacked.expect("sound"), text.as_bytes());
            }
        }

        #[test]
        fn anything_else_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(opened) = Packed::open(&bytes) {
                let _ = opened.unpack();
            }
        }
    }

    #[test]
    fn parts_know_their_first_position() {
        let text = "新質生產力。\n\n".repeat(40_000);
        let packed = pack_text(&text);
        let opened = Packed::open(&packed).expect("just packed");
        // Six units and one of them alone as well; then the gap.
        let positions_of_line = 7 + 64;
        assert!(opened.parts().len() > 2);
        for part in opened.parts() {
            let before = &text[..part.bytes.start];
            assert!(before.is_empty() || before.ends_with("\n\n"));
            let lines = before.matches("\n\n").count() as u32;
            assert_eq!(part.first_position, lines * positions_of_line);
        }
    }
}
