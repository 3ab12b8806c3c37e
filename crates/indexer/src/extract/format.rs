//! Tells the format of a file by its first bytes; the name only breaks ties.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Format of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text in any encoding, Markdown included.
    #[default]
    Text,
    /// A page of the web.
    Html,
    /// Any other XML: a feed, a statute, data.
    Xml,
    /// PDF.
    Pdf,
    /// A ZIP file: an Office document, a book, or an archive; which one, its members tell.
    Zip,
    /// Rich Text Format.
    Rtf,
    /// A message as mail servers keep it.
    Email,
    /// One JSON value.
    Json,
    /// A table of comma- or tab-separated values.
    Csv,
    /// An archive without compression.
    Tar,
    /// A format that is not read, by its name. No document is handed on in one.
    Foreign(&'static str),
}

impl Format {
    /// Formats that documents are handed on in, by their numbers in a frame.
    const READ: [Self; 10] = [
        Self::Text,
        Self::Html,
        Self::Xml,
        Self::Pdf,
        Self::Zip,
        Self::Rtf,
        Self::Email,
        Self::Json,
        Self::Csv,
        Self::Tar,
    ];
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = Self::READ.iter().position(|format| format == self);
        let number =
            number.ok_or_else(|| serde::ser::Error::custom("no document has a foreign format"))?;
        serializer.serialize_u8(number as u8)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        let format = Self::READ.get(usize::from(number)).copied();
        format.ok_or_else(|| D::Error::custom("no such format"))
    }
}

/// Bytes looked at. Pages and feeds name themselves within the first kilobyte; comments may come before.
const HEAD_BYTES: usize = 4096;

/// Tells the format of `bytes`, from a file called `name` (which may be a whole path).
pub fn detect_format(bytes: &[u8], name: &str) -> Format {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if let Some(format) = by_signature(head) {
        return format;
    }
    let head = as_ascii(head);
    let text = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    if text.starts_with('<') {
        return markup(text, &extension);
    }
    let is_bracket = text.starts_with(['{', '[']);
    match extension.as_str() {
        "eml" => Format::Email,
        "csv" | "tsv" => Format::Csv,
        "json" if is_bracket => Format::Json,
        _ if is_message(text) => Format::Email,
        _ => Format::Text,
    }
}

/// First bytes of formats.
const SIGNATURES: [(&[u8], Format); 15] = [
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Foreign("empty ZIP")),
    (b"{\\rtf", Format::Rtf),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        Format::Foreign("old or encrypted Office document"),
    ),
    (b"\x89PNG", Format::Foreign("PNG image")),
    (b"\xFF\xD8\xFF", Format::Foreign("JPEG image")),
    (b"GIF8", Format::Foreign("GIF image")),
    (b"BM6", Format::Foreign("BMP image")),
    (b"7z\xBC\xAF\x27\x1C", Format::Foreign("7-Zip")),
    (b"Rar!", Format::Foreign("RAR")),
    (b"\x7FELF", Format::Foreign("program")),
    (b"BZh", Format::Foreign("bzip2")),
    (b"\x1F\x8B", Format::Foreign("gzip within an archive")),
    (b"SQLite format 3\0", Format::Foreign("SQLite database")),
    (b"\xFD7zXZ\0", Format::Foreign("xz")),
];

fn by_signature(head: &[u8]) -> Option<Format> {
    let known = SIGNATURES
        .iter()
        .find(|(signature, _)| head.starts_with(signature))
        .map(|(_, format)| *format);
    // Readers of PDF look for its mark within the first kilobyte; a text that only tells of it has no digit there.
    let is_pdf = || {
        let start = &head[..head.len().min(1024)];
        start
            .windows(6)
            .any(|window| window.starts_with(b"%PDF-") && window[5].is_ascii_digit())
    };
    let is_tar = || head.get(257..262) == Some(b"ustar");
    known
        .or_else(|| is_pdf().then_some(Format::Pdf))
        .or_else(|| is_tar().then_some(Format::Tar))
}

/// The head with its ASCII readable, whatever its encoding: bytes of UTF-16 lose their zeros.
fn as_ascii(head: &[u8]) -> Cow<'_, str> {
    let has_zeros = head.iter().take(64).filter(|byte| **byte == 0).count() >= 4;
    if has_zeros || head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        let letters = head
            .iter()
            .filter(|byte| (1..0x80).contains(*byte))
            .map(|byte| char::from(*byte));
        return Cow::Owned(letters.collect());
    }
    String::from_utf8_lossy(head)
}

/// Elements that a page of the web begins with, and no other XML does.
const HTML_STARTS: [&str; 22] = [
    "html", "head", "body", "title", "meta", "div", "p", "table", "h1", "h2", "h3", "h4", "ul",
    "ol", "section", "article", "main", "script", "style", "link", "center", "font",
];

fn markup(text: &str, extension: &str) -> Format {
    let lower = text.to_ascii_lowercase();
    if lower.contains("<!doctype html") || first_element(&lower) == Some("html") {
        return Format::Html;
    }
    let is_xml = lower.starts_with("<?xml") || ["xml", "rss", "atom", "rdf"].contains(&extension);
    let Some(element) = first_element(&lower) else {
        return Format::Text;
    };
    if is_xml || ["rss", "feed", "rdf:rdf"].contains(&element) {
        return Format::Xml;
    }
    let is_page = HTML_STARTS.contains(&element)
        || ["html", "htm", "xhtml", "shtml", "mht"].contains(&extension);
    if is_page { Format::Html } else { Format::Text }
}

/// The name of the first element, comments, declarations and instructions left aside.
fn first_element(mut text: &str) -> Option<&str> {
    loop {
        let at = text.find('<')?;
        text = &text[at + 1..];
        if let Some(comment) = text.strip_prefix("!--") {
            text = &comment[comment.find("-->")? + 3..];
            continue;
        }
        if text.starts_with(['!', '?']) {
            text = &text[text.find('>')? + 1..];
            continue;
        }
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
        return (end > 0).then(|| &text[..end]);
    }
}

/// Names of lines in the header of a message.
const HEADER_NAMES: [&str; 9] = [
    "from",
    "to",
    "subject",
    "date",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
];

/// Those that nothing but mail has.
const ONLY_MAIL: [&str; 4] = ["received", "return-path", "message-id", "mime-version"];

/// Returns true if a text begins with the header of a message: lines `Name: value`, among them three that only mail has.
fn is_message(text: &str) -> bool {
    let mut known = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) && !known.is_empty() {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            break;
        };
        let name = name.to_ascii_lowercase();
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            break;
        }
        known.extend(HEADER_NAMES.into_iter().find(|known| *known == name));
    }
    known.dedup();
    known.len() >= 3 && known.iter().any(|name| ONLY_MAIL.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_before_the_name() {
        let cases: [(&[u8], &str, Format); 16] = [
            (b"%PDF-1.7\n", "x.txt", Format::Pdf),
            (b"junk\n%PDF-1.4\n", "x", Format::Pdf),
            (
                b"Files that begin with %PDF-x are PDF files.",
                "x.txt",
                Format::Text,
            ),
            (
                b"<!-- saved --><!DOCTYPE html><html>",
                "x.txt",
                Format::Html,
            ),
            (
                b"<?xml version=\"1.0\"?><html xmlns=\"x\">",
                "x.xml",
                Format::Html,
            ),
            (b"<?xml version=\"1.0\"?><rss>", "x.txt", Format::Xml),
            (b"\xFF\xFE<\0h\0t\0m\0l\0>\0", "x", Format::Html),
            (b"<div>fragment</div>", "x", Format::Html),
            (b"<b>note</b>: text", "x.txt", Format::Text),
            (b"< 5 percent", "x.txt", Format::Text),
            (b"{\\rtf1", "x.doc", Format::Rtf),
            (
                b"From: a@b\nTo: c\nMessage-ID: <1>\n\nhello",
                "x.txt",
                Format::Email,
            ),
            (
                b"From: the President\nTo: Congress\n\nhello",
                "x.txt",
                Format::Text,
            ),
            (b"a,b\n1,2\n", "x.csv", Format::Csv),
            (b"[1]", "x.json", Format::Json),
            (b"PK\x03\x04", "x.docx", Format::Zip),
        ];
        for (bytes, name, format) in cases {
            assert_eq!(
                detect_format(bytes, name),
                format,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
