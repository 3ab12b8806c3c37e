//! UTF-16 and UTF-32, with and without a byte order mark, and UTF-8 with one.
//!
//! In: bytes. Out: [`Decoded`], or nothing when they are not wide. Without a mark, UTF-32 shows by its zero bytes;
//! UTF-16 by the zero bytes of Latin text, or by a reading that is far more plausible than the bytes as they are.

use crate::decode::Decoded;
use crate::decode::guess::has_better_than;
use crate::text::charset::{Charset, Coding};
use crate::text::plausibility::plausibility;

/// Reads bytes that say what they are; U+FFFD for broken units, which are counted.
pub(super) fn decode_by_mark(bytes: &[u8]) -> Option<Decoded> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => Some(utf32(rest, u32::from_le_bytes, "UTF-32LE")),
        [0, 0, 0xFE, 0xFF, rest @ ..] => Some(utf32(rest, u32::from_be_bytes, "UTF-32BE")),
        [0xFF, 0xFE, rest @ ..] => Some(utf16(rest, Charset::Utf16Le)),
        [0xFE, 0xFF, rest @ ..] => Some(utf16(rest, Charset::Utf16Be)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Some(crate::decode::decode_bytes(rest, None))
            .filter(|decoded| decoded.encoding == "UTF-8"),
        _ => None,
    }
}

/// Bytes that are looked at; the rest of a file is like its beginning.
const SAMPLE_BYTES: usize = 4096;
/// Zero bytes at one parity, by share of the pairs, that make UTF-16 of Latin text.
const MIN_ZERO_SHARE: f32 = 0.3;
/// ... and at the other parity, where it has next to none.
const MAX_OTHER_ZERO_SHARE: f32 = 0.1;
/// A reading as UTF-16 must be this plausible per character ...
const MIN_NATS_PER_CHAR: f32 = -8.5;
/// ... or this, where the bytes hold controls ...
const MIN_NATS_PER_CHAR_OF_CONTROLS: f32 = -11.0;
/// ... and beat the other byte order by this.
const MIN_LEAD_NATS_PER_CHAR: f32 = 2.0;

/// Reads bytes that are wide though they do not say so.
pub(super) fn decode_wide(bytes: &[u8]) -> Option<Decoded> {
    if bytes.len() < 4 {
        return None;
    }
    decode_utf32(bytes).or_else(|| decode_pairs(bytes))
}

/// Reads UTF-16.
fn decode_pairs(bytes: &[u8]) -> Option<Decoded> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    if let Some(charset) = order_by_zeros(sample) {
        return Some(utf16(bytes, charset));
    }
    if std::str::from_utf8(bytes).is_ok() && !sample.contains(&0) {
        return None;
    }
    let (charset, nats) = order_by_reading(sample)?;
    let pairs = (sample.len() / 2) as f32;
    (!has_better_than(bytes, nats * pairs)).then(|| utf16(bytes, charset))
}

/// Reads units of four bytes none of which is above the last code point.
fn decode_utf32(bytes: &[u8]) -> Option<Decoded> {
    /// Last value of the third byte of a code point, counted from the lowest.
    const MAX_PLANE: u8 = 0x10;
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let units = || bytes.chunks_exact(4);
    if units().all(|unit| unit[0] == 0 && unit[1] <= MAX_PLANE) {
        return Some(utf32(bytes, u32::from_be_bytes, "UTF-32BE"));
    }
    units()
        .all(|unit| unit[3] == 0 && unit[2] <= MAX_PLANE)
        .then(|| utf32(bytes, u32::from_le_bytes, "UTF-32LE"))
}

/// Returns the byte order that the zero bytes of Latin text show.
fn order_by_zeros(sample: &[u8]) -> Option<Charset> {
    let pairs = (sample.len() / 2) as f32;
    let zeros = |parity: usize| {
        let side = sample.iter().skip(parity).step_by(2);
        side.filter(|byte| **byte == 0).count() as f32 / pairs
    };
    let (high, low) = (zeros(0), zeros(1));
    let is_latin = high.max(low) >= MIN_ZERO_SHARE && high.min(low) < MAX_OTHER_ZERO_SHARE;
    is_latin.then_some(if high > low {
        Charset::Utf16Be
    } else {
        Charset::Utf16Le
    })
}

/// Returns the byte order whose reading is plausible and clearly better, and its plausibility per character.
fn order_by_reading(sample: &[u8]) -> Option<(Charset, f32)> {
    let nats = |charset| {
        sample_text(sample, charset).map_or(f32::NEG_INFINITY, |text| plausibility(&text))
    };
    let (big, little) = (nats(Charset::Utf16Be), nats(Charset::Utf16Le));
    let best = if big > little {
        Charset::Utf16Be
    } else {
        Charset::Utf16Le
    };
    // Controls are no text in any set of bytes, and one ideograph in eight has one for its second byte.
    let is_control = |byte: &u8| *byte < b' ' && !byte.is_ascii_whitespace();
    let min_nats = if sample.iter().any(is_control) {
        MIN_NATS_PER_CHAR_OF_CONTROLS
    } else {
        MIN_NATS_PER_CHAR
    };
    let best_nats = big.max(little);
    let wins = best_nats > min_nats && (big - little).abs() > MIN_LEAD_NATS_PER_CHAR;
    wins.then_some((best, best_nats))
}

/// The sample as UTF-16, without a unit that the sample's end cuts in two; `None` for lone surrogates.
fn sample_text(sample: &[u8], charset: Charset) -> Option<String> {
    charset
        .decode(sample)
        .or_else(|| charset.decode(sample.get(..sample.len().checked_sub(2)?)?))
}

fn utf16(bytes: &[u8], charset: Charset) -> Decoded {
    let units = bytes.chunks(2).map(|pair| match (pair, charset) {
        ([one, other], Charset::Utf16Le) => u16::from_le_bytes([*one, *other]),
        ([one, other], _) => u16::from_be_bytes([*one, *other]),
        _ => 0xDC00,
    });
    let mut replaced = 0;
    let text = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                replaced += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let encoding = if charset == Charset::Utf16Le {
        "UTF-16LE"
    } else {
        "UTF-16BE"
    };
    Decoded {
        text,
        encoding: encoding.to_owned(),
        replaced,
    }
}

fn utf32(bytes: &[u8], to_unit: fn([u8; 4]) -> u32, name: &str) -> Decoded {
    let mut replaced = 0;
    let read = |unit: &[u8]| {
        <[u8; 4]>::try_from(unit)
            .ok()
            .and_then(|unit| char::from_u32(to_unit(unit)))
    };
    let text: String = bytes
        .chunks(4)
        .map(|unit| {
            read(unit).unwrap_or_else(|| {
                replaced += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
    Decoded {
        text,
        encoding: name.to_owned(),
        replaced,
    }
}
