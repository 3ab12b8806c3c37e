//! Encodings that hide in ASCII: ISO-2022 (JP, KR, CN), HZ, UTF-7.
//!
//! In: ASCII bytes. Out: [`Decoded`], or nothing when no signature stands in them or what follows is not well-formed.

use crate::decode::Decoded;
use crate::text::base64::{decode_base64, is_base64_digit};
use crate::text::charset::{Charset, Coding};
use crate::text::euc_tw::cns_char;
use crate::text::plausibility::is_plausible;

/// Reads a seven-bit encoding.
pub(super) fn decode_seven_bit(bytes: &[u8]) -> Option<Decoded> {
    let decoded = |text: String, name: &str| {
        Some(Decoded {
            text,
            encoding: name.to_owned(),
            replaced: 0,
        })
    };
    if bytes.contains(&0x1B) {
        if let Some(text) = decode_iso_2022_kr(bytes) {
            return decoded(text, "ISO-2022-KR");
        }
        if let Some(text) = decode_iso_2022_cn(bytes) {
            return decoded(text, "ISO-2022-CN");
        }
        let text =
            encoding_rs::ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)?;
        return decoded(text.into_owned(), "ISO-2022-JP");
    }
    let text = std::str::from_utf8(bytes).ok()?;
    if let Some(text) = decode_hz(text).filter(|text| is_plausible(text)) {
        return decoded(text, "HZ-GB-2312");
    }
    decode_utf7(text)
        .filter(|text| is_plausible(text))
        .and_then(|text| decoded(text, "UTF-7"))
}

/// HZ (RFC 1843): `~{` and `~}` around pairs of GB 2312, `~~` for a tilde. `None` unless there is such a pair of marks
/// and all between them is GB 2312.
pub(crate) fn decode_hz(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = rest.find("~{") {
        out.push_str(&rest[..at].replace("~~", "~"));
        let inner_and_rest = &rest[at + 2..];
        let end = end_of_hz(inner_and_rest.as_bytes())?;
        let high: Vec<u8> = inner_and_rest.as_bytes()[..end]
            .iter()
            .map(|byte| byte | 0x80)
            .collect();
        out.push_str(&Charset::Gb18030.decode(&high)?);
        rest = inner_and_rest[end..]
            .strip_prefix("~}")
            .unwrap_or(&inner_and_rest[end..]);
        count += 1;
    }
    out.push_str(&rest.replace("~~", "~"));
    (count > 0).then_some(out)
}

/// Returns the end of the pairs: at `~}`, at a line end (which ends them too) or at the end. `None` for bytes outside
/// 21–7E.
fn end_of_hz(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at..) {
            Some([b'~', b'}', ..] | [b'\n', ..] | []) if at > 0 => return Some(at),
            Some([one, other, ..])
                if (0x21..0x78).contains(one) && (0x21..0x7F).contains(other) =>
            {
                at += 2
            }
            _ => return None,
        }
    }
}

/// UTF-7 (RFC 2152): `+` Base64 of UTF-16 `-`. `None` unless some stretch holds a character outside ASCII, and all of
/// them are well-formed.
pub(crate) fn decode_utf7(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut has_wide = false;
    while let Some(at) = rest.find('+') {
        out.push_str(&rest[..at]);
        let coded = &rest[at + 1..];
        let len = coded
            .bytes()
            .take_while(|&byte| is_base64_digit(byte))
            .count();
        if len == 0 {
            out.push('+');
            rest = coded.strip_prefix('-').unwrap_or(coded);
            continue;
        }
        let decoded = decode_utf7_stretch(&coded[..len])?;
        has_wide |= !decoded.is_ascii();
        out.push_str(&decoded);
        rest = coded[len..].strip_prefix('-').unwrap_or(&coded[len..]);
    }
    out.push_str(rest);
    has_wide.then_some(out)
}

/// Base64 of UTF-16BE without padding: at least one unit, left-over bits zero, no lone surrogates.
pub(crate) fn decode_utf7_stretch(coded: &str) -> Option<String> {
    let bytes = decode_base64(coded.as_bytes())?;
    let (units, spare) = bytes.as_chunks::<2>();
    let bits = coded.len() * 6;
    let is_whole = bits >= 16 && bits % 16 < 6 && spare.iter().all(|byte| *byte == 0);
    if !is_whole {
        return None;
    }
    char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
        .collect::<Result<_, _>>()
        .ok()
}

/// ISO-2022-CN (RFC 1922): escapes that name a set, then pairs of it between SO and SI; pairs of the second plane of
/// CNS 11643 one by one behind SS2. A line end forgets the sets. `None` unless a set is named and all holds.
fn decode_iso_2022_cn(bytes: &[u8]) -> Option<String> {
    const SHIFT_OUT: u8 = 0x0E;
    const SHIFT_IN: u8 = 0x0F;
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    let (mut set, mut is_shifted, mut is_named) = (None, false, false);
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (0x1B, [b'$', b')', name @ (b'A' | b'E' | b'G'), left @ ..]) => {
                (set, is_named) = (Some(*name), true);
                left
            }
            (0x1B, [b'$', b'*', b'H', left @ ..]) => left,
            (0x1B, [b'N', row, cell, left @ ..]) => {
                out.push(cns_char(2, *row, *cell)?);
                left
            }
            (&SHIFT_OUT | &SHIFT_IN, _) => {
                is_shifted = *first == SHIFT_OUT;
                after
            }
            (b'\n', _) => {
                (set, is_shifted) = (None, false);
                out.push('\n');
                after
            }
            (0x21..=0x7E, [cell, left @ ..]) if is_shifted => {
                out.push(shifted_char(set?, *first, *cell)?);
                left
            }
            (0x1B | 0x80..=0xFF, _) => return None,
            _ => {
                out.push(char::from(*first));
                after
            }
        };
    }
    is_named.then_some(out)
}

/// Returns the character of the set named `A` (GB 2312), `E` (ISO-IR-165, which holds it) or `G` (CNS 11643, plane 1).
fn shifted_char(set: u8, row: u8, cell: u8) -> Option<char> {
    if set == b'G' {
        return cns_char(1, row, cell);
    }
    let (c, _) = Charset::Gb18030.decode_at(&[row | 0x80, cell | 0x80])?;
    Some(c)
}

/// ISO-2022-KR (RFC 1557): a header, then pairs of KS X 1001 between SO and SI.
fn decode_iso_2022_kr(bytes: &[u8]) -> Option<String> {
    const HEADER: &[u8] = b"\x1B$)C";
    const SHIFT_OUT: u8 = 0x0E;
    const SHIFT_IN: u8 = 0x0F;
    let at = bytes
        .windows(HEADER.len())
        .position(|window| window == HEADER)?;
    let mut high = Vec::with_capacity(bytes.len());
    high.extend(&bytes[..at]);
    let mut is_shifted = false;
    for &byte in bytes[at + HEADER.len()..].trim_ascii_start() {
        match byte {
            SHIFT_OUT => is_shifted = true,
            SHIFT_IN => is_shifted = false,
            b'\n' => {
                is_shifted = false;
                high.push(byte);
            }
            0x21..=0x7E if is_shifted => high.push(byte | 0x80),
            _ => high.push(byte),
        }
    }
    Charset::EucKr.decode(&high)
}
