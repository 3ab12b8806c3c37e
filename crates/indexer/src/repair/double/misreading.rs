//! Pairs of sets that are tried: bytes of one read as the other.

use polidex_schema::repair_kind::RepairKind;

use crate::repair::double::suspicion::SuspiciousLine;
use crate::text::charset::Charset::{self, *};
use crate::text::charset::{Codec, Coding};

/// A wrong decoding: bytes of `right` that were read as `wrong`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misreading {
    pub(super) wrong: Charset,
    pub(super) right: Charset,
}

impl Misreading {
    /// Kind of repair that undoes it.
    pub(super) fn kind(self) -> RepairKind {
        RepairKind::WrongDecoding {
            written: self.right,
            read: self.wrong,
        }
    }
}

/// Writes characters in the set they were wrongly read in.
pub(super) struct Writer {
    codec: Codec,
    misreading: Misreading,
}

impl Misreading {
    /// Returns true where a replacement character may stand for a byte that is gone.
    pub(super) fn may_have_holes(self) -> bool {
        self.right == Utf8 && !matches!(self.wrong, Utf16Le | Utf16Be)
    }

    pub(super) fn writer(self) -> Writer {
        Writer {
            codec: self.wrong.codec(),
            misreading: self,
        }
    }
}

impl Writer {
    /// Appends the bytes that were read as `c`; false, and nothing appended, where there are none. `next` follows `c`.
    pub(super) fn encode(&self, c: char, next: Option<char>, out: &mut Vec<u8>) -> bool {
        let Misreading { wrong, right } = self.misreading;
        match c {
            // Two bytes of which one is zero and one a control are no part of any text, whatever set they are of.
            '\0'..='\u{1F}' if matches!(wrong, Utf16Le | Utf16Be) => false,
            // Readers of the web have € for the byte 0x80 too: 一 in UTF-8 shows as 涓€. The pair that is € proper ends
            // one character of UTF-8 and begins the next, which must go on.
            '€' if wrong == Gb18030 && right == Utf8 => {
                let is_proper =
                    missing_bytes(out) == 1 && next.is_some_and(|next| self.continues_utf8(next));
                is_proper && self.codec.encode(c, out) || {
                    out.push(0x80);
                    true
                }
            }
            _ => self.codec.encode(c, out),
        }
    }

    fn continues_utf8(&self, c: char) -> bool {
        let mut bytes = Vec::new();
        self.codec.encode(c, &mut bytes) && matches!(bytes[0], 0x80..0xC0)
    }
}

/// Returns how many bytes the last character of UTF-8 in `bytes` lacks.
fn missing_bytes(bytes: &[u8]) -> usize {
    let following = bytes
        .iter()
        .rev()
        .take(3)
        .take_while(|&&byte| matches!(byte, 0x80..0xC0))
        .count();
    let wanted = match bytes.len().checked_sub(following + 1).map(|at| bytes[at]) {
        Some(0xC2..=0xDF) => 1,
        Some(0xE0..=0xEF) => 2,
        Some(0xF0..=0xF4) => 3,
        _ => 0,
    };
    wanted.max(following) - following
}

pub(super) const SINGLE_BYTE: [Charset; 15] = [
    Windows1252,
    Latin1,
    MacRoman,
    Cp437,
    Windows1251,
    Windows1250,
    Koi8R,
    Cp850,
    Windows1254,
    Windows1253,
    Windows1257,
    Iso8859_2,
    Cp866,
    PdfDoc,
    Cp852,
];
pub(super) const MULTI_BYTE: [Charset; 6] = [Gb18030, Big5, Cp950, EucKr, ShiftJis, EucJp];
pub(super) const MEANT_MULTI: [Charset; 5] = [Gb18030, Big5, ShiftJis, EucJp, EucKr];
/// Single-byte sets that CJK is looked for in.
pub(super) const HOLD_CJK: [Charset; 9] = [
    Windows1252,
    Latin1,
    Cp437,
    MacRoman,
    Cp866,
    Windows1250,
    Cp850,
    Windows1251,
    Koi8R,
];

/// Pairs worth trying on a line, the likelier ones first.
pub(super) fn misreadings_of(line: &SuspiciousLine, may_be_traces: bool) -> Vec<Misreading> {
    let mut pairs = Vec::new();
    let has_traces = may_be_traces && line.has_traces;
    if line.has_high || has_traces {
        pairs.extend(SINGLE_BYTE.map(|wrong| Misreading { wrong, right: Utf8 }));
    }
    if line.has_dense || has_traces {
        for wrong in HOLD_CJK {
            pairs.extend(MEANT_MULTI.map(|right| Misreading { wrong, right }));
        }
    }
    if line.has_rare || has_traces {
        for wrong in MULTI_BYTE {
            pairs.push(Misreading { wrong, right: Utf8 });
            let others = MEANT_MULTI
                .into_iter()
                .filter(|right| *right != wrong && !(wrong == Cp950 && *right == Big5));
            pairs.extend(others.map(|right| Misreading { wrong, right }));
        }
    }
    if line.has_rare || line.has_alien || has_traces {
        pairs.push(Misreading {
            wrong: Utf16Le,
            right: Utf16Be,
        });
        for wrong in [Utf16Le, Utf16Be] {
            pairs.extend([Utf8, Gb18030, Big5].map(|right| Misreading { wrong, right }));
        }
    }
    pairs
}
