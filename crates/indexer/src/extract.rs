//! Takes documents out of one file.
//!
//! In: a regular file. Out: [`RawDocument`]s, one for a text file, one a line for JSON Lines, handed on one by one so that a
//! file of any size passes through a few lines of memory. What cannot be read becomes a reason, never silence. Formats are
//! told by content; the name only breaks ties.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::report::Skipped;
use crate::sources::SourceEntry;
use crate::walk::FoundFile;

/// Most bytes read of one file, and of one line of JSON Lines, after decompression.
pub const MAX_DOCUMENT_BYTES: u64 = 1 << 30;
/// Longest id in bytes.
pub const MAX_ID_BYTES: usize = 512;

/// One document as it lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    /// Its id, where the file gives one; otherwise made from the path.
    pub id: Option<String>,
    /// Path of its file below the folder; a JSON line adds `:LINE`.
    pub path: String,
    /// Its bytes, or its text where the file's format has decoded it.
    pub content: Content,
    /// What the file says about it.
    pub declared: SourceEntry,
}

/// Bytes or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes in an encoding still to be found.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
}

/// A document, or a reason why there is none.
pub type Extracted = Result<RawDocument, Skipped>;

/// Takes the documents out of `file` and hands each, or the reason why not, to `sink`.
pub fn extract_documents(file: &FoundFile, sink: &mut dyn FnMut(Extracted)) {
    let skip = |reason: String| Skipped { path: file.relative.clone(), reason };
    let opened = match File::open(&file.path) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(skip(format!("cannot be opened: {error}")))),
    };
    let mut reader = BufReader::with_capacity(1 << 16, opened);
    let is_gzip = matches!(reader.fill_buf(), Ok(head) if head.starts_with(&[0x1F, 0x8B]));
    let mut reader: Box<dyn BufRead> =
        if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) };
    let name = file.relative.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if name.ends_with(".jsonl") || name.ends_with(".ndjson") {
        return extract_json_lines(&mut reader, &file.relative, sink);
    }
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes) {
        return sink(Err(skip(format!("cannot be read: {error}"))));
    }
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return sink(Err(skip(format!("larger than {} MiB", MAX_DOCUMENT_BYTES >> 20))));
    }
    if bytes.is_empty() {
        return sink(Err(skip("empty file".to_owned())));
    }
    if let Some(format) = foreign_format(&bytes) {
        return sink(Err(skip(format!("{format}: this format is not read"))));
    }
    sink(Ok(RawDocument {
        id: None,
        path: file.relative.clone(),
        content: Content::Bytes(bytes),
        declared: SourceEntry::default(),
    }));
}

/// The name of a format that is no plain text, by its first bytes.
fn foreign_format(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 13] = [
        (b"%PDF-", "PDF"),
        (b"PK\x03\x04", "ZIP or Office document"),
        (b"PK\x05\x06", "empty ZIP"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Office document"),
        (b"{\\rtf", "RTF"),
        (b"\x89PNG", "PNG image"),
        (b"\xFF\xD8\xFF", "JPEG image"),
        (b"GIF8", "GIF image"),
        (b"BM6", "BMP image"),
        (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
        (b"Rar!", "RAR"),
        (b"\x7FELF", "program"),
        (b"BZh", "bzip2"),
    ];
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, format)| *format)
}

/// One line of JSON Lines. Unknown fields are ignored: people put much into such files.
#[derive(Deserialize)]
struct JsonLine {
    id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    lang: Option<OneOrMany>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    original_url: Option<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn extract_json_lines(reader: &mut dyn BufRead, relative: &str, sink: &mut dyn FnMut(Extracted)) {
    let mut line = Vec::new();
    for number in 1_u64.. {
        let path = format!("{relative}:{number}");
        line.clear();
        match (&mut *reader).take(MAX_DOCUMENT_BYTES).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return sink(Err(Skipped { path, reason: format!("cannot be read further: {error}") })),
        }
        let bytes = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        sink(read_json_line(bytes, &path));
    }
}

fn read_json_line(bytes: &[u8], path: &str) -> Extracted {
    let skip = |reason: String| Skipped { path: path.to_owned(), reason };
    let text = String::from_utf8_lossy(bytes);
    let line: JsonLine = serde_json::from_str(&text).map_err(|error| skip(format!("not a document: {error}")))?;
    if let Some(id) = &line.id {
        let is_fit = !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.chars().any(char::is_control);
        if !is_fit {
            return Err(skip(format!("its id is empty, longer than {MAX_ID_BYTES} bytes or holds control characters")));
        }
    }
    if line.text.trim().is_empty() {
        return Err(skip("no text".to_owned()));
    }
    let languages = match line.lang {
        Some(OneOrMany::One(tag)) => vec![tag],
        Some(OneOrMany::Many(tags)) => tags,
        None => Vec::new(),
    };
    let declared = SourceEntry {
        title: line.title,
        publisher: line.publisher,
        date: line.date,
        languages,
        kind: line.kind,
        original_url: line.original_url,
        source: line.source,
    };
    Ok(RawDocument { id: line.id, path: path.to_owned(), content: Content::Text(line.text), declared })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_documents_or_reasons() {
        let input = "\u{FEFF}{\"id\":\"a\",\"text\":\"甲\",\"lang\":\"zh-Hant\"}\n\n{\"id\":\"b\"}\nnot json\n{\"id\":\"\\u0007\",\"text\":\"x\"}\n\
                     {\"text\":\"no id\",\"lang\":[\"en\"]}";
        let mut extracted = Vec::new();
        extract_json_lines(&mut input.as_bytes(), "x.jsonl", &mut |document| extracted.push(document));
        let ids: Vec<_> =
            extracted.iter().map(|document| document.as_ref().map(|document| document.id.clone()).ok()).collect();
        assert_eq!(ids, [Some(Some("a".to_owned())), None, None, None, Some(None)]);
        let reasons: Vec<_> = extracted.iter().filter_map(|document| document.as_ref().err()).collect();
        assert_eq!(reasons[0].path, "x.jsonl:3");
        assert!(reasons[0].reason.contains("missing field `text`"), "{}", reasons[0].reason);
    }
}
