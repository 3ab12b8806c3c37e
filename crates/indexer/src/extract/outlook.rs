//! Reads messages as Outlook keeps them (`.msg`, [MS-OXMSG]): a compound file with a stream for each property.
//!
//! A text property is `__substg1.0_` with its tag and its type: `001F` is UTF-16, `001E` is in the code page that the
//! message names, or in none. The body is there as plain text, as HTML or as compressed RTF; the first that is there is
//! read. Attached files are storages of their own.

use std::collections::BTreeSet;
use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::decode::decode_bytes;
use crate::extract::email::push_paragraphs;
use crate::extract::fields::fill;
use crate::extract::html::push_html;
use crate::extract::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES};
use crate::extract::rtf::read_rtf;
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

const SUBJECT: u16 = 0x0037;
const SENDER: u16 = 0x0C1A;
const BODY: u16 = 0x1000;
const BODY_RTF: u16 = 0x1009;
const BODY_HTML: u16 = 0x1013;
const ATTACHED_DATA: u16 = 0x3701;
const ATTACHED_SHORT_NAME: u16 = 0x3704;
const ATTACHED_NAME: u16 = 0x3707;
/// Properties of a fixed size that name a code page: of the message, and of its HTML.
const MESSAGE_CODE_PAGE: u32 = 0x3FFD_0003;
const INTERNET_CODE_PAGE: u32 = 0x3FDE_0003;
/// Time a message was sent, in 100 ns since 1601.
const SENT: u32 = 0x0039_0040;

/// A message whose properties can be read.
pub(crate) struct OutlookMessage {
    reader: CfbReader<Cursor<Vec<u8>>>,
    /// Name of the encoding of 8-bit properties, where the message says one.
    charset: Option<String>,
    sent: Option<u64>,
}

impl OutlookMessage {
    /// Opens a message; `Err` says why it cannot be.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, SkipReason> {
        let reader = CfbReader::new(Cursor::new(bytes))
            .map_err(|error| SkipReason::DamagedOffice(error.to_string()))?;
        let mut message = Self {
            reader,
            charset: None,
            sent: None,
        };
        let properties = message
            .stream("__properties_version1.0")
            .unwrap_or_default();
        let code_page = fixed_property(&properties, MESSAGE_CODE_PAGE)
            .or_else(|| fixed_property(&properties, INTERNET_CODE_PAGE));
        message.charset = code_page.and_then(charset_of);
        message.sent = fixed_property(&properties, SENT);
        Ok(message)
    }

    /// Reads the subject, the sender, the date and the body.
    pub(crate) fn read(
        &mut self,
        notes: &mut Vec<String>,
    ) -> Result<(StructuredText, Declared), SkipReason> {
        let mut builder = TextBuilder::default();
        let mut declared = Declared::default();
        if let Some(subject) = self.text("", SUBJECT) {
            fill(&mut declared.title, &subject);
            builder.begin(Role::Heading(1));
            builder.push_collapsed(&subject);
            builder.end();
        }
        if let Some(sender) = self.text("", SENDER) {
            fill(&mut declared.publisher, &sender);
        }
        declared.date = self.sent.and_then(day_of);
        self.push_body(&mut builder, notes);
        Ok((builder.finish("UTF-8"), declared))
    }

    fn push_body(&mut self, builder: &mut TextBuilder, notes: &mut Vec<String>) {
        if let Some(body) = self.text("", BODY) {
            return push_paragraphs(&body, builder);
        }
        if let Some(html) = self.text("", BODY_HTML).or_else(|| self.html()) {
            return push_html(&html, builder);
        }
        let rtf = self
            .binary("", BODY_RTF)
            .and_then(|packed| unpack_rtf(&packed));
        if let Some(rtf) = rtf {
            let text = read_rtf(&rtf, notes).0;
            for block in &text.blocks {
                builder.begin(block.role);
                builder.push(&text.text[block.range.clone()]);
                builder.end();
            }
        }
    }

    fn html(&mut self) -> Option<String> {
        let bytes = self.binary("", BODY_HTML)?;
        Some(decode_bytes(&bytes, None).text)
    }

    /// The files attached, by name and content. An attached message is a storage, not a file; its name is given with `None`. One
    /// more than are read is given, so that it shows.
    pub(crate) fn attached_files(&mut self) -> Vec<(String, Option<Vec<u8>>)> {
        let names = self.reader.entries().iter().map(|entry| &entry.name);
        let attached = names.filter(|name| name.starts_with("__attach_version1.0_"));
        let storages: BTreeSet<String> = attached.take(MAX_ENTRIES + 1).cloned().collect();
        let mut files = Vec::new();
        for (number, storage) in (1..).zip(storages) {
            let place = format!("{storage}/");
            let name = self
                .attached_name(&place)
                .unwrap_or_else(|| format!("attachment-{number}"));
            files.push((name, self.binary(&place, ATTACHED_DATA)));
        }
        files
    }

    /// Name of the file attached at `place`, as that of a member.
    fn attached_name(&mut self, place: &str) -> Option<String> {
        let name = self
            .text(place, ATTACHED_NAME)
            .or_else(|| self.text(place, ATTACHED_SHORT_NAME))?;
        let name = name.replace(['/', '\\'], "_");
        (!name.trim().is_empty()).then_some(name)
    }

    fn stream(&mut self, path: &str) -> Option<Vec<u8>> {
        let index = self.reader.find_entry_by_path(path)?;
        if self.reader.entries()[index].stream_size > MAX_MEMBER_BYTES {
            return None;
        }
        self.reader.read_stream_by_index(index).ok()
    }

    fn binary(&mut self, place: &str, tag: u16) -> Option<Vec<u8>> {
        self.stream(&format!("{place}__substg1.0_{tag:04X}0102"))
    }

    /// A text property; `None` where it is missing or blank.
    fn text(&mut self, place: &str, tag: u16) -> Option<String> {
        let text = match self.stream(&format!("{place}__substg1.0_{tag:04X}001F")) {
            Some(bytes) => {
                let units = bytes
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                char::decode_utf16(units)
                    .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            None => {
                let bytes = self.stream(&format!("{place}__substg1.0_{tag:04X}001E"))?;
                decode_bytes(&bytes, self.charset.as_deref()).text
            }
        };
        let text = text.trim_end_matches('\0');
        (!text.trim().is_empty()).then(|| text.to_owned())
    }
}

/// The value of a property of a fixed size: after a header, entries of tag, flags and value.
fn fixed_property(properties: &[u8], tag: u32) -> Option<u64> {
    const HEADER_BYTES: usize = 32;
    let entries = properties.get(HEADER_BYTES..)?.chunks_exact(16);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    entries
        .filter(|entry| number(&entry[..4]) == u64::from(tag))
        .map(|entry| number(&entry[8..]))
        .next()
}

/// Name of a code page of Windows.
fn charset_of(code_page: u64) -> Option<String> {
    Some(match code_page as u32 {
        936 => "gbk".to_owned(),
        950 => "big5".to_owned(),
        932 => "shift_jis".to_owned(),
        949 => "euc-kr".to_owned(),
        54936 => "gb18030".to_owned(),
        65001 => "utf-8".to_owned(),
        page @ (874 | 1250..=1258) => format!("windows-{page}"),
        _ => return None,
    })
}

/// The day of a time in 100 ns since 1601.
fn day_of(time: u64) -> Option<String> {
    const TICKS_PER_DAY: u64 = 864_000_000_000;
    /// Days from 0000-03-01 to 1601-01-01.
    const EPOCH: u64 = 584_694;
    let (year, month, day) = civil_day(time / TICKS_PER_DAY + EPOCH);
    (1970..=2100)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a number of days since 0000-03-01 (Howard Hinnant, *chrono-compatible date algorithms*).
fn civil_day(days: u64) -> (u64, u64, u64) {
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let (month, next) = if shifted < 10 {
        (shifted + 3, 0)
    } else {
        (shifted - 9, 1)
    };
    (year + era * 400 + next, month, day)
}

/// Text that every dictionary of compressed RTF begins with ([MS-OXRTFCP], 2.1.2.1).
const RTF_DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks compressed RTF ([MS-OXRTFCP]). `None` where the header is none; a stream that breaks off gives what came before.
fn unpack_rtf(packed: &[u8]) -> Option<Vec<u8>> {
    let kind = packed.get(8..12)?;
    let body = packed.get(16..)?;
    match kind {
        b"MELA" => Some(body.to_vec()),
        b"LZFu" => {
            let declared = u32::from_le_bytes(packed.get(4..8)?.try_into().ok()?) as usize;
            Some(unpack_tokens(body, declared.min(MAX_MEMBER_BYTES as usize)))
        }
        _ => None,
    }
}

/// Unpacks `most` bytes: eight tokens behind a byte of flags, a token a byte or a place and a length in a ring of 4,096 bytes.
fn unpack_tokens(body: &[u8], most: usize) -> Vec<u8> {
    let mut ring = Ring::new();
    let mut bytes = body.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            let is_copy = flags >> bit & 1 == 1;
            if ring.out.len() >= most || ring.take(is_copy, &mut bytes).is_none() {
                return ring.out;
            }
        }
    }
    ring.out
}

/// Bytes unpacked, and the last of them in a ring.
struct Ring {
    bytes: [u8; Self::LEN],
    at: usize,
    out: Vec<u8>,
}

impl Ring {
    const LEN: usize = 4_096;

    fn new() -> Self {
        let mut bytes = [b' '; Self::LEN];
        bytes[..RTF_DICTIONARY.len()].copy_from_slice(RTF_DICTIONARY);
        Self {
            bytes,
            at: RTF_DICTIONARY.len(),
            out: Vec::new(),
        }
    }

    /// Takes a token of `packed`; `None` at the end.
    fn take(&mut self, is_copy: bool, packed: &mut impl Iterator<Item = u8>) -> Option<()> {
        let first = packed.next()?;
        if !is_copy {
            self.push(first);
            return Some(());
        }
        let token = usize::from(first) << 8 | usize::from(packed.next()?);
        let (from, length) = (token >> 4, (token & 0xF) + 2);
        if from == self.at {
            return None;
        }
        for step in 0..length {
            self.push(self.bytes[(from + step) % Self::LEN]);
        }
        Some(())
    }

    fn push(&mut self, byte: u8) {
        self.out.push(byte);
        self.bytes[self.at] = byte;
        self.at = (self.at + 1) % Self::LEN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1601() {
        assert_eq!(
            day_of(116_444_736_000_000_000).as_deref(),
            Some("1970-01-01")
        );
        assert_eq!(
            day_of(133_537_248_000_000_000).as_deref(),
            Some("2024-03-01")
        );
        assert_eq!(
            day_of(133_536_384_000_000_000).as_deref(),
            Some("2024-02-29")
        );
        assert_eq!(day_of(0), None);
    }

    #[test]
    fn compressed_rtf_is_unpacked() {
        // [MS-OXRTFCP], 4.1.1: the example of a document's header and text.
        let packed: &[u8] = &[
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5,
            0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42,
            0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0,
            0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        assert_eq!(
            unpack_rtf(packed).as_deref(),
            Some(b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n".as_slice())
        );
        assert_eq!(unpack_rtf(b"too short"), None);
        for end in 16..packed.len() {
            assert!(unpack_rtf(&packed[..end]).is_some());
        }
    }
}
