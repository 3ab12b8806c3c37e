//! Decodes the bytes of one file into text.
//!
//! In: raw bytes and the charset the source *claims*, if any. Out: [`Decoded`], valid UTF-8 with the encoding that was
//! really used and the number of byte sequences that had to be replaced. Order: byte order mark; seven-bit encodings by
//! their signatures; strict UTF-8; UTF-32 and UTF-16 by their pattern; then every other set, judged by how plausible
//! its reading is, with the claim as one vote. A file whose lines were written in different sets is read line by line,
//! stray bytes in UTF-8 are windows-1252, a character cut off at either end is replaced and counted. Never fails; text
//! that is wrong but valid is `repair`'s work.

mod alphabets;
mod guess;
mod seven_bit;
mod wide;

pub(crate) use alphabets::is_of_one_alphabet;
use guess::Guess;
pub(crate) use seven_bit::{decode_hz, decode_utf7_stretch};

use crate::text::plausibility::is_plausible;

/// The text of a file and how its bytes were read.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Valid UTF-8, without a byte order mark.
    pub text: String,
    /// The encoding that was really used, by its WHATWG or IANA name; `mixed` when lines differ.
    pub encoding: String,
    /// Byte sequences that had to be replaced by U+FFFD.
    pub replaced: usize,
}

/// Decodes `bytes`; `declared` is the charset label the source claims, one vote among several.
pub fn decode_bytes(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Some(decoded) = wide::decode_by_mark(bytes) {
        return decoded;
    }
    if bytes.is_ascii() && !bytes.contains(&0) {
        return seven_bit::decode_seven_bit(bytes).unwrap_or_else(|| plain(bytes));
    }
    if let Some(decoded) = wide::decode_wide(bytes) {
        return decoded;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return plain(bytes);
    }
    if let Some(decoded) = decode_mostly_utf8(bytes) {
        return decoded;
    }
    let claimed = declared.map(str::to_owned).or_else(|| claim_inside(bytes));
    decode_legacy(bytes, claimed.as_deref())
}

/// Reads a few bytes that were escaped one by one: as UTF-8, or in the most plausible multi-byte set. `None` when no
/// reading is text.
pub(crate) fn decode_fragment(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        // C1 controls may be bytes of another layer.
        let is_text =
            |c: char| !c.is_control() || c.is_whitespace() || matches!(c, '\u{80}'..='\u{9F}');
        return text.chars().all(is_text).then(|| text.to_owned());
    }
    let guess = guess::guess_charset(bytes, None);
    (guess.replaced == 0 && is_plausible(&guess.text)).then_some(guess.text)
}

/// Bytes that are UTF-8 already.
fn plain(bytes: &[u8]) -> Decoded {
    let text = String::from_utf8_lossy(bytes).into_owned();
    Decoded {
        text,
        encoding: "UTF-8".to_owned(),
        replaced: 0,
    }
}

/// UTF-8 with a few strays: a character cut off at an end, or bytes of windows-1252 pasted in. `None` when the valid
/// part does not outweigh the rest, or when the rest falls on whole lines of another set.
fn decode_mostly_utf8(bytes: &[u8]) -> Option<Decoded> {
    let Mended {
        text,
        valid,
        stray,
        replaced,
    } = mend_utf8(bytes);
    let is_mostly_valid = valid > 0 && valid >= stray * 2;
    if !is_mostly_valid || guess::has_foreign_line(bytes) {
        return None;
    }
    let is_short = bytes.len() < MAX_DOUBTFUL_BYTES;
    if is_short && guess::has_better_than(bytes, guess::utf8_nats(&text, replaced)) {
        return None;
    }
    Some(Decoded {
        text,
        encoding: "UTF-8".to_owned(),
        replaced,
    })
}

/// UTF-8 whose stray bytes were read as windows-1252.
#[derive(Default)]
struct Mended {
    text: String,
    /// Characters above ASCII.
    valid: usize,
    /// Stray bytes.
    stray: usize,
    replaced: usize,
}

impl Mended {
    /// Appends what stands for a character that was cut, once however many of its bytes are left.
    fn push_cut(&mut self) {
        if !self.text.ends_with('\u{FFFD}') || self.replaced == 0 {
            self.text.push('\u{FFFD}');
            self.replaced += 1;
        }
    }

    fn push_stray(&mut self, bytes: &[u8]) {
        self.stray += bytes.len();
        let signs = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
        self.text.push_str(&signs.0);
    }
}

fn mend_utf8(bytes: &[u8]) -> Mended {
    let mut mended = Mended::default();
    mended.text.reserve(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        mended.valid += valid.chars().filter(|c| !c.is_ascii()).count();
        mended.text.push_str(valid);
        let start = at + valid.len();
        at = start + invalid.len();
        if invalid.is_empty() {
            continue;
        }
        let is_cut_off = at == bytes.len() && invalid[0] >= FIRST_LEAD;
        if is_cut_off || is_cut_on(invalid, start, &mended.text) {
            mended.push_cut();
        } else {
            mended.push_stray(invalid);
        }
    }
    mended
}

/// Lowest byte that begins a character of UTF-8 of several bytes.
const FIRST_LEAD: u8 = 0xC2;

/// Returns true when `invalid`, at byte `start`, is what is left of a character that was cut at the beginning.
fn is_cut_on(invalid: &[u8], start: usize, text_before: &str) -> bool {
    start < 3
        && invalid.iter().all(|byte| (0x80..0xC0).contains(byte))
        && text_before.chars().all(|c| c == '\u{FFFD}')
}

/// Pairs of letters in other sets pass for UTF-8 by chance only in texts as short as this.
const MAX_DOUBTFUL_BYTES: usize = 64;

/// Sets other than UTF-8: the best reading of the whole, unless reading line by line is clearly better.
fn decode_legacy(bytes: &[u8], claimed: Option<&str>) -> Decoded {
    let whole = guess::guess_charset(bytes, claimed);
    match guess::guess_by_line(bytes, &whole) {
        Some(decoded) => decoded,
        None => to_decoded(whole),
    }
}

fn to_decoded(guess: Guess) -> Decoded {
    Decoded {
        text: guess.text,
        encoding: guess.name,
        replaced: guess.replaced,
    }
}

/// Bytes at the beginning of a page in which its own declaration is looked for, as in the HTML standard.
const CLAIM_WITHIN_BYTES: usize = 1024;

/// The charset a page or an XML file claims for itself.
fn claim_inside(bytes: &[u8]) -> Option<String> {
    let head = bytes[..bytes.len().min(CLAIM_WITHIN_BYTES)].to_ascii_lowercase();
    ["charset=", "encoding="].iter().find_map(|key| {
        let mut windows = head.windows(key.len());
        let at = windows.position(|window| window == key.as_bytes())?;
        label_at(&head[at + key.len()..])
    })
}

/// The label that `bytes` begin with, in quotation marks or without.
fn label_at(bytes: &[u8]) -> Option<String> {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b' ');
    let is_of_label =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let label = bytes.iter().copied().skip_while(is_quote);
    let label = String::from_utf8(label.take_while(is_of_label).collect()).ok()?;
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> (String, usize) {
        let decoded = decode_bytes(bytes, None);
        (decoded.text, decoded.replaced)
    }

    #[test]
    fn chinese_titles_of_four_characters_are_read() {
        for title in ["劳动合同", "勞動基準", "公共交通", "土地登記"] {
            for encoding in [encoding_rs::GB18030, encoding_rs::BIG5] {
                let (bytes, _, has_holes) = encoding.encode(title);
                if !has_holes {
                    assert_eq!(decode(&bytes).0, title, "{}", encoding.name());
                }
            }
        }
    }

    #[test]
    fn a_false_claim_is_one_vote() {
        let (bytes, _, _) = encoding_rs::BIG5.encode("本條例自公布日施行。");
        assert_eq!(
            decode_bytes(&bytes, Some("gb2312")).text,
            "本條例自公布日施行。"
        );
    }

    #[test]
    fn cut_ends_are_counted() {
        let bytes = "依法追究刑事责任".as_bytes();
        assert_eq!(
            decode(&bytes[..bytes.len() - 1]),
            ("依法追究刑事责\u{FFFD}".to_owned(), 1)
        );
        assert_eq!(
            decode(&bytes[1..]),
            ("\u{FFFD}法追究刑事责任".to_owned(), 1)
        );
    }

    #[test]
    fn stray_bytes_are_windows_1252() {
        let mut bytes = "依法追究刑事責任 see ".as_bytes().to_vec();
        bytes.extend(b"\x93this\x94");
        assert_eq!(decode(&bytes).0, "依法追究刑事責任 see “this”");
    }
}
