//! Decodes the bytes of one file into text.
//!
//! In: raw bytes and the charset the source *claims*, if any. Out: [`Decoded`]. Never fails; text that is wrong but
//! valid is `repair`'s work.

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
    let _ = declared;
    let text = String::from_utf8_lossy(bytes);
    let replaced = text.matches('\u{FFFD}').count();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
    Decoded { text, encoding: "UTF-8".to_owned(), replaced }
}
