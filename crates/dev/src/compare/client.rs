//! A small HTTP/1.1 client: one GET a connection, the whole answer in memory.
//!
//! Enough for a server of our own on this machine; no redirects, no encodings, no TLS.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

/// Longest wait for an answer; programs built without optimisation take seconds for some.
const TIMEOUT: Duration = Duration::from_secs(120);
/// Stands for the server's own address, whose port is another in every run.
const HOST: &str = "polidex.example";
/// Headers that differ from one moment to the next, or follow from the body.
const LEFT_OUT: [&str; 4] = ["date", "content-length", "etag", "transfer-encoding"];

/// Answer to a GET: `{"status", "headers", "body"}`; a body that is not JSON is a list of lines.
pub(crate) fn get(address: &str, target: &str, language: &str) -> anyhow::Result<Value> {
    let (head, body) = head_and_body(address, target, language)?;
    let head = head.replace(address, HOST);
    let status = head.split(' ').nth(1).unwrap_or_default();
    let (headers, body) = (headers_of(&head), body_of(&body, address));
    Ok(json!({"status": status, "headers": headers, "body": body}))
}

/// Head of the answer to a GET, and its body in bytes.
pub(crate) fn head_and_body(
    address: &str,
    target: &str,
    language: &str,
) -> anyhow::Result<(String, Vec<u8>)> {
    let bytes = exchange(address, target, language)
        .with_context(|| format!("GET http://{address}{target}"))?;
    let end = find(&bytes, b"\r\n\r\n").context("an answer without the end of its headers")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = &bytes[end + 4..];
    let is_chunked = head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked");
    let body = match is_chunked {
        true => unchunked(body)?,
        false => body.to_vec(),
    };
    Ok((head, body))
}

fn exchange(address: &str, target: &str, language: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nAccept-Language: {language}\r\nConnection: close\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn headers_of(head: &str) -> Map<String, Value> {
    let mut headers: Map<String, Value> = Map::new();
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = name.to_ascii_lowercase();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let value = value.trim();
        match headers.get_mut(&name) {
            Some(Value::String(before)) => *before = format!("{before}, {value}"),
            _ => drop(headers.insert(name, value.into())),
        }
    }
    headers
}

fn body_of(body: &[u8], address: &str) -> Value {
    let text = String::from_utf8_lossy(body).replace(address, HOST);
    if let Ok(value) = serde_json::from_str(&text) {
        return value;
    }
    text.lines()
        .map(|line| Value::from(without_moments(&without_asset_hashes(line))))
        .collect()
}

/// `line` with `/static/name.0123456789abcdef.css` as `/static/name.css`: an asset's name holds
/// the hash of its content, which is compared by itself.
fn without_asset_hashes(line: &str) -> String {
    let mut out = String::new();
    let mut parts = line.split("/static/");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str("/static/");
        let end = part.find(['"', '\'', ')', '>']).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let plain: Vec<&str> = name.split('.').filter(|piece| !is_hash(piece)).collect();
        out.push_str(&plain.join("."));
        out.push_str(rest);
    }
    out
}

fn is_hash(piece: &str) -> bool {
    piece.len() == 16 && piece.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `line` without the time a page says it took, and without the reference of a failure.
fn without_moments(line: &str) -> String {
    let line = without_inside(line, r#"<span class="seconds">"#, "</span>");
    without_inside(&line, r#"<p class="hint">"#, "</code></p>")
}

/// `line` without what stands between the first `opening` and the `closing` behind it.
fn without_inside(line: &str, opening: &str, closing: &str) -> String {
    let Some((before, rest)) = line.split_once(opening) else {
        return line.to_owned();
    };
    let after = rest.find(closing).map_or("", |end| &rest[end..]);
    format!("{before}{opening}{after}")
}

fn unchunked(mut body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = find(body, b"\r\n").context("a chunk without a size")?;
        let line = std::str::from_utf8(&body[..end])?;
        let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
        body = &body[end + 2..];
        if size == 0 {
            return Ok(out);
        }
        if body.len() < size + 2 {
            bail!("a chunk ends early");
        }
        out.extend_from_slice(&body[..size]);
        body = &body[size + 2..];
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        let body = b"5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n";
        assert_eq!(unchunked(body).expect("well formed"), b"hello, world");
        assert!(unchunked(b"9\r\nhello\r\n").is_err());
    }

    #[test]
    fn moments_are_left_out() {
        let line = r#"<p>2 hits <span class="seconds">0.001 s</span></p>"#;
        let plain = r#"<p>2 hits <span class="seconds"></span></p>"#;
        assert_eq!(without_moments(line), plain);
    }

    #[test]
    fn asset_hashes_are_left_out() {
        let line = r#"<link href="/static/polidex.203c749d24aca2e2.css"> /static/a.js"#;
        assert_eq!(
            without_asset_hashes(line),
            r#"<link href="/static/polidex.css"> /static/a.js"#
        );
    }
}
