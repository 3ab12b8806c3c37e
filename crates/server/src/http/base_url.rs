//! Public address of the server: where absolute links lead, and the path that the site stands below.

use std::str::FromStr;

use axum::http::Uri;

/// Public address of a server, as a proxy in front of it publishes it.
///
/// # Examples
/// ```
/// use polidex_server::http::BaseUrl;
///
/// let base: BaseUrl = "https://office.example/polidex/".parse()?;
/// assert_eq!((base.as_str(), base.path()), ("https://office.example/polidex", "/polidex"));
/// assert!("office.example".parse::<BaseUrl>().is_err() && "https://office.example/?q=1".parse::<BaseUrl>().is_err());
/// # Ok::<(), polidex_server::http::BadBaseUrl>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at the end.
    text: String,
    /// Bytes of scheme and host.
    origin_len: usize,
}

/// Fault of a text that is no public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBaseUrl {
    /// No scheme and host, or more than a path behind them.
    #[error("write scheme, host and path and nothing else: https://office.example/polidex")]
    NoAddress,
    /// A path that proxies and browsers may write differently.
    #[error(
        "write a path of letters, digits, `-`, `_`, `.` and `~`: https://office.example/polidex"
    )]
    OddPath,
    /// A path that begins as an address of the site does: one could not be told from the other.
    #[error(
        "the path must not begin as an address of the site does (/search, /documents, /api and the like); choose another"
    )]
    OwnPath,
}

/// First segments of the addresses of a site.
const OWN_SEGMENTS: [&str; 25] = [
    "api",
    "check",
    "concordance",
    "concordance.csv",
    "coverage",
    "documents",
    "favicon.ico",
    "filters",
    "graph",
    "healthz",
    "help",
    "login",
    "logout",
    "mcp",
    "not-held",
    "opensearch.xml",
    "readyz",
    "renderings",
    "reuse",
    "reuse.csv",
    "robots.txt",
    "search",
    "sources",
    "static",
    "timeline",
];

impl BaseUrl {
    /// The whole address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Path that the site stands below, without a slash at the end; empty where it stands at the root.
    pub fn path(&self) -> &str {
        &self.text[self.origin_len..]
    }

    /// Scheme and host.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_len]
    }

    /// True if browsers reach the server by TLS.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https:")
    }
}

impl FromStr for BaseUrl {
    type Err = BadBaseUrl;

    fn from_str(text: &str) -> Result<Self, BadBaseUrl> {
        let uri: Uri = text.parse().map_err(|_| BadBaseUrl::NoAddress)?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.authority()) else {
            return Err(BadBaseUrl::NoAddress);
        };
        let origin = format!("{scheme}://{host}");
        let is_web = ["http", "https"].contains(&scheme) && !host.as_str().contains('@');
        let path = text.strip_prefix(&origin).filter(|_| is_web);
        let path = path.ok_or(BadBaseUrl::NoAddress)?;
        if path.contains(['?', '#']) || host.host().is_empty() {
            return Err(BadBaseUrl::NoAddress);
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        check_path(path)?;
        Ok(Self {
            text: format!("{origin}{path}"),
            origin_len: origin.len(),
        })
    }
}

fn check_path(path: &str) -> Result<(), BadBaseUrl> {
    let mut segments = path.split('/').skip(1).peekable();
    let is_own = |segment: &&str| OWN_SEGMENTS.contains(segment) || segment.starts_with("search.");
    if segments.peek().is_some_and(is_own) {
        return Err(BadBaseUrl::OwnPath);
    }
    let is_plain = |segment: &str| {
        let is_step = matches!(segment, "" | "." | "..");
        let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        !is_step && segment.bytes().all(is_unreserved)
    };
    if segments.all(is_plain) {
        return Ok(());
    }
    Err(BadBaseUrl::OddPath)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let cases = [
            ("https://a.example", ("https://a.example", "")),
            ("https://a.example/", ("https://a.example", "")),
            (
                "http://a.example:8080/x/y-1/",
                ("http://a.example:8080", "/x/y-1"),
            ),
            ("https://[::1]:80/p", ("https://[::1]:80", "/p")),
        ];
        for (text, expected) in cases {
            let base: BaseUrl = text.parse().expect(text);
            assert_eq!((base.origin(), base.path()), expected, "{text}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        use BadBaseUrl::{NoAddress, OddPath, OwnPath};
        let cases = [
            ("", NoAddress),
            ("a.example", NoAddress),
            ("/polidex", NoAddress),
            ("ftp://a.example", NoAddress),
            ("https://", NoAddress),
            ("https://user@a.example/", NoAddress),
            ("https://a.example/?q", NoAddress),
            ("https://a.example/x#y", NoAddress),
            ("HTTPS://a.example/x y", NoAddress),
            ("https://a.example//x", OddPath),
            ("https://a.example/x//y", OddPath),
            ("https://a.example/x/../y", OddPath),
            ("https://a.example/%70", OddPath),
            ("https://a.example/\"x", OddPath),
            ("https://a.example/search", OwnPath),
            ("https://a.example/search.csv", OwnPath),
            ("https://a.example/api/v1", OwnPath),
        ];
        for (text, expected) in cases {
            let refused = text.parse::<BaseUrl>().expect_err(text);
            // What the parser of addresses refuses already is no address at all.
            let is_right = refused == expected || refused == NoAddress && expected == OddPath;
            assert!(is_right, "{text}: {refused}");
        }
    }
}
