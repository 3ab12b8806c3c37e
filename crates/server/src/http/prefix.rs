//! Serves the site below a path (`--base-url https://host/polidex`), behind proxies that take the path off and behind those
//! that leave it.
//!
//! Addresses within the site are written from its root everywhere, `/search?q=…`; only this module knows where the root is.
//! In: a request, whose path loses the prefix if it has it. Out: the response, with the prefix before every address from
//! the root in its attributes, its JSON, its redirects and its cookies. All that writes a quotation mark of a text escapes
//! it, in pages and in JSON, so that no text can be taken for one of these.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{OriginalUri, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::Frame;

/// Beginnings of attributes whose value is an address.
const IN_PAGES: &[&[u8]] = &[
    b" href=\"",
    b"\nhref=\"",
    b" src=\"",
    b" action=\"",
    b" formaction=\"",
    b" data-cite-href=\"",
];
/// Beginnings of members whose value is an address, and of a problem's type; exports are written with spaces.
const IN_JSON: &[&[u8]] = &[
    b"\"url\":\"",
    b"\"url\": \"",
    b"\"next\":\"",
    b"\"prev\":\"",
    b"\"type\":\"",
];
/// Bytes that are remembered of what was sent: the longest of these beginnings.
const REMEMBERED: usize = 17;

/// Takes `prefix` off the path of `request`, if it is there.
pub(crate) async fn take_off(
    State(prefix): State<Arc<str>>,
    mut request: Request,
    next: Next,
) -> Response {
    let stripped = request
        .uri()
        .path_and_query()
        .and_then(|target| rest_of(target.as_str(), &prefix))
        .and_then(|rest| rest.parse::<PathAndQuery>().ok());
    if let Some(rest) = stripped {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(rest);
        if let Ok(uri) = Uri::from_parts(parts) {
            request.extensions_mut().insert(OriginalUri(uri.clone()));
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}

/// What follows `prefix` in a target, with a slash in front.
fn rest_of(target: &str, prefix: &str) -> Option<String> {
    let rest = target.strip_prefix(prefix)?;
    match rest.as_bytes().first() {
        Some(b'/') => Some(rest.to_owned()),
        None | Some(b'?') => Some(format!("/{rest}")),
        Some(_) => None,
    }
}

/// Puts `prefix` before the addresses of the response that are written from the root.
pub(crate) async fn put_before(
    State(prefix): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    match prefix.is_empty() {
        true => response,
        false => moved(&prefix, response),
    }
}

fn moved(prefix: &Arc<str>, mut response: Response) -> Response {
    move_header(response.headers_mut(), header::LOCATION, |place| {
        place.starts_with('/').then(|| format!("{prefix}{place}"))
    });
    move_header(response.headers_mut(), header::SET_COOKIE, |cookie| {
        let (before, after) = cookie.split_once("; Path=/;")?;
        Some(format!("{before}; Path={prefix}/;{after}"))
    });
    let Some(beginnings) = beginnings_in(response.headers()) else {
        return response;
    };
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|body| {
        let writer = Writer {
            beginnings,
            prefix: Arc::clone(prefix),
            sent: Vec::new(),
        };
        Body::new(Moved { body, writer })
    })
}

fn beginnings_in(headers: &HeaderMap) -> Option<&'static [&'static [u8]]> {
    let media_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match media_type.split(';').next()?.trim() {
        "text/html" => Some(IN_PAGES),
        "application/json" | "application/problem+json" => Some(IN_JSON),
        _ => None,
    }
}

fn move_header(headers: &mut HeaderMap, name: HeaderName, moved: impl Fn(&str) -> Option<String>) {
    let values: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
    headers.remove(&name);
    for value in values {
        let new = value.to_str().ok().and_then(&moved);
        let new = new.and_then(|new| HeaderValue::from_str(&new).ok());
        headers.append(&name, new.unwrap_or(value));
    }
}

/// A body whose addresses are moved while it is sent.
struct Moved {
    body: Body,
    writer: Writer,
}

impl HttpBody for Moved {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(
            polled.map(|frame| {
                frame.map(|frame| frame.map_data(|data| self.writer.write(&data).into()))
            }),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// Copies bytes and puts the prefix before each address from the root.
struct Writer {
    beginnings: &'static [&'static [u8]],
    prefix: Arc<str>,
    /// End of what was sent.
    sent: Vec<u8>,
}

impl Writer {
    fn write(&mut self, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(data.len() + data.len() / 8);
        let mut copied = 0;
        let slashes = data.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for (at, _) in slashes {
            if self.is_address(&data[..at]) {
                out.extend_from_slice(&data[copied..at]);
                out.extend_from_slice(self.prefix.as_bytes());
                copied = at;
            }
        }
        out.extend_from_slice(&data[copied..]);
        self.sent
            .extend_from_slice(&data[data.len().saturating_sub(REMEMBERED)..]);
        let surplus = self.sent.len().saturating_sub(REMEMBERED);
        self.sent.drain(..surplus);
        out
    }

    /// True if an address begins behind what was sent and `data`.
    fn is_address(&self, data: &[u8]) -> bool {
        let is_end = |beginning: &[u8]| {
            let here = data.len().min(beginning.len());
            let (before, within) = beginning.split_at(beginning.len() - here);
            data.ends_with(within) && self.sent.ends_with(before)
        };
        self.beginnings.iter().any(|beginning| is_end(beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(beginnings: &'static [&'static [u8]], text: &str, piece: usize) -> String {
        let mut writer = Writer {
            beginnings,
            prefix: "/p".into(),
            sent: Vec::new(),
        };
        let pieces = text.as_bytes().chunks(piece);
        let bytes: Vec<u8> = pieces.flat_map(|piece| writer.write(piece)).collect();
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn addresses_are_moved_however_the_body_is_cut() {
        let page = r##"<a href="/x">/a "/b"</a> <form action="/search"> <a href="https://c/d"> <a href="#e"> <p data-cite-href="/f">"##;
        let moved = r##"<a href="/p/x">/a "/b"</a> <form action="/p/search"> <a href="https://c/d"> <a href="#e"> <p data-cite-href="/p/f">"##;
        let json = r#"{"url":"/a","next":"/b","x":"/c","text":"\"url\":\"/d","prev":null}"#;
        let moved_json =
            r#"{"url":"/p/a","next":"/p/b","x":"/c","text":"\"url\":\"/d","prev":null}"#;
        for piece in [1, 2, 3, 7, 16, 17, 18, 1000] {
            assert_eq!(written(IN_PAGES, page, piece), moved, "{piece}");
            assert_eq!(written(IN_JSON, json, piece), moved_json, "{piece}");
        }
        let longest = IN_PAGES
            .iter()
            .chain(IN_JSON)
            .map(|beginning| beginning.len());
        assert_eq!(longest.max(), Some(REMEMBERED));
    }

    #[test]
    fn a_prefix_is_taken_off_at_a_border_only() {
        let cases = [
            ("/p", Some("/")),
            ("/p?q=1", Some("/?q=1")),
            ("/p/", Some("/")),
            ("/p/search?q=/p/", Some("/search?q=/p/")),
            ("/px", None),
            ("/search", None),
        ];
        for (target, expected) in cases {
            assert_eq!(rest_of(target, "/p").as_deref(), expected, "{target}");
        }
    }
}
