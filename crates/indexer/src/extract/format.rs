//! Tells the format of a file by its first bytes; the name only breaks ties.

use std::borrow::Cow;

use crate::extract::binary::is_binary;
use crate::extract::compound;
use crate::extract::mailbox::is_mailbox;
use crate::extract::rar;
use crate::extract::sevenz;
use crate::extract::warc;
use crate::extract::web_archive::is_web_archive;
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
    /// Messages one behind the other (mbox).
    Mailbox,
    /// An archive of a web crawler (WARC).
    Crawl,
    /// A page saved as one file (MHT, MHTML).
    WebArchive,
    /// A compound file: Office before 2007, a message of Outlook, or something else.
    Compound,
    /// One JSON value.
    Json,
    /// A table of comma- or tab-separated values.
    Csv,
    /// An archive without compression.
    Tar,
    /// A 7-Zip archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// A picture, by the name of its format; read where scans are.
    Picture(&'static str),
    /// A format that is not read, by its name. No document is handed on in one.
    Foreign(&'static str),
}

impl Format {
    /// Formats that documents are handed on in, by their numbers in a frame.
    const READ: [Self; 21] = [
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
        Self::Mailbox,
        Self::Crawl,
        Self::WebArchive,
        Self::Compound,
        Self::SevenZip,
        Self::Rar,
        Self::Picture("PNG image"),
        Self::Picture("JPEG image"),
        Self::Picture("GIF image"),
        Self::Picture("TIFF image"),
        Self::Picture("WebP image"),
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
    if is_mailbox(head) {
        return Format::Mailbox;
    }
    if is_ebcdic(head) {
        return Format::Foreign("EBCDIC text");
    }
    let head = as_ascii(head);
    let text = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    let markup = text.starts_with('<').then(|| markup(text, &extension));
    if let Some(format) = markup.filter(|format| *format != Format::Text) {
        return format;
    }
    if is_web_archive(text) {
        return Format::WebArchive;
    }
    // Pictures within a saved page or a message may be as they are.
    if !is_message(text) && is_binary(bytes) {
        return Format::Foreign("binary data");
    }
    if markup.is_some() {
        return Format::Text;
    }
    text_format(text, &extension)
}

/// Tells the format of a text without markup.
fn text_format(text: &str, extension: &str) -> Format {
    match extension {
        "eml" => Format::Email,
        "csv" | "tsv" => Format::Csv,
        "json" if text.starts_with(['{', '[']) => Format::Json,
        _ if is_message(text) => Format::Email,
        _ => Format::Text,
    }
}

/// First bytes of formats.
const SIGNATURES: [(&[u8], Format); 57] = [
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Foreign("empty ZIP")),
    (b"{\\rtf", Format::Rtf),
    (compound::SIGNATURE, Format::Compound),
    (warc::SIGNATURE, Format::Crawl),
    (b"\x89PNG", Format::Picture("PNG image")),
    (b"\xFF\xD8\xFF", Format::Picture("JPEG image")),
    (b"GIF8", Format::Picture("GIF image")),
    (b"II*\0", Format::Picture("TIFF image")),
    (b"MM\0*", Format::Picture("TIFF image")),
    (b"II+\0", Format::Picture("TIFF image")),
    (b"MM\0+", Format::Picture("TIFF image")),
    (b"8BPS", Format::Foreign("Photoshop image")),
    (b"\0\0\x01\0", Format::Foreign("icon")),
    (b"\xD7\xCD\xC6\x9A", Format::Foreign("WMF image")),
    (b"AT&TFORM", Format::Foreign("DjVu document")),
    (b"\x76\x2F\x31\x01", Format::Foreign("OpenEXR image")),
    (b"ID3", Format::Foreign("MP3 sound")),
    (b"OggS", Format::Foreign("Ogg sound")),
    (b"fLaC", Format::Foreign("FLAC sound")),
    (b"MThd", Format::Foreign("MIDI sound")),
    (b"#!AMR", Format::Foreign("AMR sound")),
    (b"\x1A\x45\xDF\xA3", Format::Foreign("Matroska film")),
    (b"FLV\x01", Format::Foreign("Flash film")),
    (b"FWS", Format::Foreign("Flash film")),
    (b"CWS", Format::Foreign("Flash film")),
    (
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
        Format::Foreign("Windows Media"),
    ),
    (b"\0\0\x01\xBA", Format::Foreign("MPEG film")),
    (b"\0\0\x01\xB3", Format::Foreign("MPEG film")),
    (sevenz::SIGNATURE, Format::SevenZip),
    (rar::SIGNATURE, Format::Rar),
    (b"BZh", Format::Foreign("bzip2")),
    (b"\x1F\x8B", Format::Foreign("gzip within an archive")),
    (b"\xFD7zXZ\0", Format::Foreign("xz")),
    (b"\x28\xB5\x2F\xFD", Format::Foreign("Zstandard")),
    (b"MSCF", Format::Foreign("cabinet of Windows")),
    (b"xar!", Format::Foreign("XAR archive")),
    (b"!<arch>\n", Format::Foreign("archive of a Unix system")),
    (b"\xED\xAB\xEE\xDB", Format::Foreign("RPM package")),
    (b"ITSF", Format::Foreign("CHM")),
    (b"\x7FELF", Format::Foreign("program")),
    (b"\xCA\xFE\xBA\xBE", Format::Foreign("program")),
    (b"\xCF\xFA\xED\xFE", Format::Foreign("program")),
    (b"\0asm", Format::Foreign("program")),
    (b"dex\n", Format::Foreign("Android program")),
    (b"SQLite format 3\0", Format::Foreign("SQLite database")),
    (b"\0\x01\0\0Standard", Format::Foreign("Access database")),
    (b"!BDN", Format::Foreign("Outlook folder (PST)")),
    (b"bplist00", Format::Foreign("property list of macOS")),
    (b"wOF", Format::Foreign("font")),
    (b"OTTO\0", Format::Foreign("font")),
    (b"\0\x01\0\0\0", Format::Foreign("font")),
    (b"%!PS", Format::Foreign("PostScript")),
    (b"\xFFWPC", Format::Foreign("WordPerfect document")),
    (b"SIMPLE  =", Format::Foreign("FITS image")),
    (b"\x5D\0\0", Format::Foreign("LZMA")),
    (b"\x1F\x9D", Format::Foreign("compress of Unix")),
];

/// Names of formats that stand a little behind the beginning of a file, by their offset.
const INNER_SIGNATURES: [(usize, &[u8], Format); 9] = [
    (4, b"ftyp", Format::Foreign("MP4 film or HEIF image")),
    (8, b"WEBP", Format::Picture("WebP image")),
    (8, b"WAVE", Format::Foreign("WAV sound")),
    (8, b"AVI ", Format::Foreign("AVI film")),
    (40, b" EMF", Format::Foreign("EMF image")),
    (60, b"BOOKMOBI", Format::Foreign("Mobipocket book")),
    (4, b"moov", Format::Foreign("QuickTime film")),
    (4, b"mdat", Format::Foreign("QuickTime film")),
    (257, b"ustar", Format::Tar),
];

/// Object identifier of signed data (PKCS #7), which a `.p7m` holds near its beginning.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";

fn by_signature(head: &[u8]) -> Option<Format> {
    let is_at = |at: usize, name: &[u8]| head.get(at..at + name.len()) == Some(name);
    let known = SIGNATURES
        .iter()
        .find(|(signature, _)| head.starts_with(signature))
        .map(|(_, format)| *format);
    let inner = || {
        INNER_SIGNATURES
            .iter()
            .find(|(at, name, _)| is_at(*at, name))
            .map(|(.., format)| *format)
    };
    known
        .or_else(|| is_pdf(head).then_some(Format::Pdf))
        .or_else(inner)
        .or_else(|| by_fields(head).map(Format::Foreign))
}

/// Returns true if the mark of PDF stands within the first kilobyte, where its readers look for it. A text that only tells
/// of it has no digit there.
fn is_pdf(head: &[u8]) -> bool {
    let start = &head[..head.len().min(1024)];
    start
        .windows(6)
        .any(|window| window.starts_with(b"%PDF-") && window[5].is_ascii_digit())
}

/// Names formats whose first bytes are letters that a text may begin with too: their next fields have to agree.
fn by_fields(head: &[u8]) -> Option<&'static str> {
    // Reserved fields of a bitmap are zero.
    let is_bitmap = head.starts_with(b"BM") && number_at(head, 6) == Some(0);
    let is_mpeg_sound = matches!(head, [0xFF, 0xFB | 0xFA | 0xF3 | 0xF2, rate, ..] if rate >> 4 != 0xF)
        && head.contains(&0);
    [
        (is_bitmap, "BMP image"),
        (is_array_of_bitmaps(head), "BMP image"),
        (is_key(head), "key or certificate (PEM)"),
        (is_drawing_exchange(head), "DXF drawing"),
        (is_windows_program(head), "Windows program"),
        (is_signed_mail(head), "signed mail (P7M)"),
        (is_mpeg_sound, "MP3 sound"),
    ]
    .into_iter()
    .find_map(|(is_it, name)| is_it.then_some(name))
}

/// Returns true for bitmaps of OS/2, of which the first stands behind a header of 14 bytes.
fn is_array_of_bitmaps(head: &[u8]) -> bool {
    head.starts_with(b"BA") && head.get(14..16) == Some(b"BM")
}

/// Returns true for a key or a certificate in letters; a signed text is a text.
fn is_key(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"-----BEGIN ") && !line.windows(6).any(|word| word == b"SIGNED")
}

/// Returns true for a drawing of AutoCAD in letters: a group code 0 and a section.
fn is_drawing_exchange(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.next() == Some(b"0") && lines.next() == Some(b"SECTION")
}

/// Returns true for text in EBCDIC, the code of mainframes: its blank is the `@` of others, its letters lie above theirs.
fn is_ebcdic(head: &[u8]) -> bool {
    /// Least bytes that tell.
    const LEAST: usize = 64;
    let count = |is: fn(&u8) -> bool| head.iter().filter(|byte| is(byte)).count();
    let blanks = count(|byte| *byte == b'@');
    let letters = count(|byte| matches!(byte, 0x81..=0xA9 | 0xC1..=0xE9));
    let plain = count(|byte| matches!(byte, b' ' | b'\n'));
    head.len() >= LEAST && plain == 0 && blanks * 10 >= head.len() && letters * 2 >= head.len()
}

fn number_at(head: &[u8], at: usize) -> Option<usize> {
    let bytes = head.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

/// Returns true if the header of a DOS program says where that of Windows begins.
fn is_windows_program(head: &[u8]) -> bool {
    let begins_at = |at: usize| at >= HEAD_BYTES || head.get(at..at + 2) == Some(b"PE");
    head.starts_with(b"MZ") && number_at(head, 60).is_some_and(begins_at)
}

fn is_signed_mail(head: &[u8]) -> bool {
    let mut windows = head[..head.len().min(40)].windows(SIGNED_DATA.len());
    matches!(head, [0x30, 0x80..=0x84, ..]) && windows.any(|window| window == SIGNED_DATA)
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

/// Extensions of Markdown, in which elements of HTML may stand anywhere, at the beginning too.
const MARKDOWN: [&str; 7] = ["md", "markdown", "mdown", "mkd", "rmd", "qmd", "mdx"];

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
    // An anchor or a division before a heading makes no page of a text whose lines say what they are.
    let is_page = HTML_STARTS.contains(&element) && !MARKDOWN.contains(&extension)
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
        let cases: [(&[u8], &str, Format); 26] = [
            (b"BM is short for benchmark.", "x.txt", Format::Text),
            (b"MZ stands for Mark Zbikowski.", "x.txt", Format::Text),
            (b"BM\x36\x10\0\0\0\0\0\0", "x", Format::Foreign("BMP image")),
            (
                b"\0\0\0\x18ftypmp42",
                "x.txt",
                Format::Foreign("MP4 film or HEIF image"),
            ),
            (
                b"\xFF\xFB\x90\x44\0\0\0",
                "x.mp3",
                Format::Foreign("MP3 sound"),
            ),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
                "x.doc",
                Format::Compound,
            ),
            (
                b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n",
                "x.doc",
                Format::WebArchive,
            ),
            (
                b"\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02",
                "x",
                Format::Foreign("signed mail (P7M)"),
            ),
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
            (
                b"<div class=\"breaker\"></div>\n\n## 11 Examples",
                "x.md",
                Format::Text,
            ),
            (b"<html><body># page", "x.md", Format::Html),
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
