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
    let (text, name) = if bytes.contains(&0x1B) {
        decode_escaped(bytes)?
    } else {
        decode_marked(std::str::from_utf8(bytes).ok()?)?
    };
    Some(Decoded {
        text,
        encoding: name.to_owned(),
        replaced: 0,
    })
}

/// Reads an encoding that changes its sets by escapes.
fn decode_escaped(bytes: &[u8]) -> Option<(String, &'static str)> {
    if let Some(text) = decode_iso_2022_kr(bytes) {
        return Some((text, "ISO-2022-KR"));
    }
    if let Some(text) = decode_iso_2022_cn(bytes) {
        return Some((text, "ISO-2022-CN"));
    }
    let text =
        encoding_rs::ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), "ISO-2022-JP"))
}

/// Reads an encoding that marks its stretches in ASCII.
fn decode_marked(text: &str) -> Option<(String, &'static str)> {
    let plausible = |text: Option<String>| text.filter(|text| is_plausible(text));
    plausible(decode_hz(text))
        .map(|text| (text, "HZ-GB-2312"))
        .or_else(|| Some((plausible(decode_utf7(text))?, "UTF-7")))
}

/// Reads pairs of GB 2312 whose bytes lack their highest bit.
fn decode_gb2312(pairs: &str) -> Option<String> {
    let high: Vec<u8> = pairs.bytes().map(|byte| byte | 0x80).collect();
    Charset::Gb18030.decode(&high)
}

/// HZ (RFC 1843): `~{` and `~}` around pairs of GB 2312, `~~` for a tilde. `None` unless there is such a pair of marks
/// and all between them is GB 2312.
pub(crate) fn decode_hz(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut count = 0;
    while let Some((before, marked)) = rest.split_once("~{") {
        out.push_str(&before.replace("~~", "~"));
        let (inner, behind) = marked.split_at(end_of_hz(marked.as_bytes())?);
        out.push_str(&decode_gb2312(inner)?);
        rest = behind.strip_prefix("~}").unwrap_or(behind);
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
    while let Some((before, coded)) = rest.split_once('+') {
        out.push_str(before);
        let len = coded
            .bytes()
            .take_while(|&byte| is_base64_digit(byte))
            .count();
        let (stretch, behind) = coded.split_at(len);
        let decoded = match stretch {
            "" => "+".to_owned(),
            stretch => decode_utf7_stretch(stretch)?,
        };
        has_wide |= !decoded.is_ascii();
        out.push_str(&decoded);
        rest = behind.strip_prefix('-').unwrap_or(behind);
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
    let mut reader = Iso2022Cn {
        out: String::with_capacity(bytes.len() * 3 / 2),
        set: None,
        is_shifted: false,
        is_named: false,
    };
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = reader.take(*first, after)?;
    }
    reader.is_named.then_some(reader.out)
}

/// ISO-2022-CN half read.
struct Iso2022Cn {
    out: String,
    set: Option<u8>,
    is_shifted: bool,
    is_named: bool,
}

impl Iso2022Cn {
    /// Takes the byte `first` with those of `after` that belong to it, and returns what is left.
    fn take<'a>(&mut self, first: u8, after: &'a [u8]) -> Option<&'a [u8]> {
        match (first, after) {
            (0x1B, _) => return self.escape(after),
            (SHIFT_OUT | SHIFT_IN, _) => self.is_shifted = first == SHIFT_OUT,
            (b'\n', _) => self.end_line(),
            (0x21..=0x7E, [cell, left @ ..]) if self.is_shifted => {
                self.out.push(shifted_char(self.set?, first, *cell)?);
                return Some(left);
            }
            (0x80..=0xFF, _) => return None,
            _ => self.out.push(char::from(first)),
        }
        Some(after)
    }

    fn end_line(&mut self) {
        (self.set, self.is_shifted) = (None, false);
        self.out.push('\n');
    }

    fn escape<'a>(&mut self, after: &'a [u8]) -> Option<&'a [u8]> {
        match after {
            [b'$', b')', name @ (b'A' | b'E' | b'G'), left @ ..] => {
                (self.set, self.is_named) = (Some(*name), true);
                Some(left)
            }
            [b'$', b'*', b'H', left @ ..] => Some(left),
            [b'N', row, cell, left @ ..] => {
                self.out.push(cns_char(2, *row, *cell)?);
                Some(left)
            }
            _ => None,
        }
    }
}

const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

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
