//! Takes the documents out of a web archive of a crawler (WARC, ISO 28500): what was answered to requests, with its address.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use crate::extract::limits::{MAX_MEMBER_BYTES, read_capped};

/// First bytes of an archive.
pub(crate) const SIGNATURE: &[u8] = b"WARC/";

/// A document that was answered.
pub(crate) struct Answered {
    /// Address it was asked at.
    pub(crate) address: String,
    /// Its bytes, without the header of HTTP; `None` where they cannot be unpacked.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Returns the documents of an archive, in order: records of answers with status 200, and of resources. `false` says that
/// the archive breaks off.
pub(crate) fn answers(mut bytes: &[u8]) -> (Vec<Answered>, bool) {
    let mut found = Vec::new();
    loop {
        bytes = bytes.trim_ascii_start();
        if bytes.is_empty() {
            return (found, true);
        }
        let Some((header, rest)) = header(bytes).filter(|_| bytes.starts_with(SIGNATURE)) else {
            return (found, false);
        };
        let length = header.number("content-length");
        let Some(body) = length.and_then(|length| rest.get(..length)) else {
            return (found, false);
        };
        found.extend(answered(&header, body));
        bytes = &rest[body.len()..];
    }
}

fn answered(record: &Header, body: &[u8]) -> Option<Answered> {
    let address = record.get("warc-target-uri")?;
    let address = address.trim_matches(['<', '>']).to_owned();
    let bytes = match record.get("warc-type")? {
        "resource" => Some(body.to_vec()),
        "response" => {
            let (answer, body) = header(body)?;
            if !answer.first.contains(" 200") {
                return None;
            }
            unpack(&answer, body)
        }
        _ => return None,
    };
    Some(Answered { address, bytes })
}

/// Undoes the transfer and content encodings of an answer.
fn unpack(answer: &Header, body: &[u8]) -> Option<Vec<u8>> {
    let joined = joined(answer, body);
    let packed = joined.len() as u64;
    let read = |reader: &mut dyn Read| read_capped(reader, packed, MAX_MEMBER_BYTES).ok();
    match answer.get("content-encoding").unwrap_or("identity") {
        "gzip" | "x-gzip" if joined.starts_with(&[0x1F, 0x8B]) => {
            read(&mut GzDecoder::new(joined.as_slice()))
        }
        "deflate" => read(&mut ZlibDecoder::new(joined.as_slice())).or(Some(joined)),
        "br" | "zstd" => None,
        _ => Some(joined),
    }
}

/// Joins the chunks of an answer that was sent in chunks.
fn joined(answer: &Header, body: &[u8]) -> Vec<u8> {
    let encoding = answer.get("transfer-encoding").unwrap_or_default();
    let chunks = encoding
        .eq_ignore_ascii_case("chunked")
        .then(|| join_chunks(body));
    // Some crawlers keep the header and write the chunks joined.
    chunks.flatten().unwrap_or_else(|| body.to_vec())
}

fn join_chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    loop {
        let line = body.windows(2).position(|pair| pair == b"\r\n")?;
        let size = std::str::from_utf8(&body[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(joined);
        }
        let start = line + 2;
        joined.extend_from_slice(body.get(start..start.checked_add(size)?)?);
        body = body.get(start + size + 2..)?;
    }
}

/// Lines `Name: value` behind a first line.
struct Header {
    first: String,
    /// Names in lower case.
    lines: Vec<(String, String)>,
}

impl Header {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.lines.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }
}

/// Longest header that is read.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// The header at the beginning of `bytes`, and what stands behind it; `None` where no blank line ends it.
fn header(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let head = &bytes[..bytes.len().min(MAX_HEADER_BYTES)];
    let end = head.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&head[..end]);
    let mut lines = text.split("\r\n");
    let first = lines.next()?.to_owned();
    let lines = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some((Header { first, lines }, &bytes[end + 4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, address: &str, body: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    #[test]
    fn answers_are_found_with_their_addresses() {
        let archive = [
            record("warcinfo", "", "software: x"),
            record("request", "https://a.gov/", "GET / HTTP/1.1\r\n\r\n"),
            record("response", "<https://a.gov/>", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>甲"),
            record("response", "https://a.gov/b", "HTTP/1.1 404 Not Found\r\n\r\nno"),
            record(
                "response",
                "https://a.gov/c",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
            ),
        ]
        .concat();
        let (found, is_whole) = answers(archive.as_bytes());
        assert!(is_whole);
        let found: Vec<(&str, String)> = found
            .iter()
            .map(|answer| {
                (
                    answer.address.as_str(),
                    String::from_utf8_lossy(answer.bytes.as_deref().unwrap_or_default())
                        .into_owned(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("https://a.gov/", "<p>甲".to_owned()),
                ("https://a.gov/c", "abcde".to_owned())
            ]
        );
        let (found, is_whole) = answers(&archive.as_bytes()[..archive.len() - 20]);
        assert_eq!((found.len(), is_whole), (1, false));
    }
}
