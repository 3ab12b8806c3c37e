//! Reads pages saved as one file (MHT, MHTML; RFC 2557): the page itself, not its pictures, styles and frames.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::declared::Declared;
use crate::extract::fields::fill;
use crate::extract::html::read_html;
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Header lines that a page saved by a browser or by Word has and no message.
const OWN_HEADERS: [&str; 3] = [
    "snapshot-content-location",
    "content-location",
    "content-type",
];
/// Header lines that only a message that was sent has.
const SENT_HEADERS: [&str; 4] = ["received", "message-id", "to", "delivered-to"];

/// Returns true if a text begins with the header of a saved page: parts that are related to each other, and none of the
/// lines of a message that was sent.
pub(crate) fn is_web_archive(head: &str) -> bool {
    let (mut is_related, mut is_own) = (false, false);
    let mut name = String::new();
    for line in head.lines() {
        let value = if line.starts_with([' ', '\t']) && !name.is_empty() {
            line
        } else if let Some((before, value)) = line.split_once(':') {
            name = before.trim().to_ascii_lowercase();
            value
        } else {
            break;
        };
        if SENT_HEADERS.contains(&name.as_str()) {
            return false;
        }
        is_own |= OWN_HEADERS.contains(&name.as_str());
        is_related |=
            name == "content-type" && value.to_ascii_lowercase().contains("multipart/related");
    }
    is_own && is_related
}

/// Reads a saved page; `Err` says why there is none.
pub(crate) fn read_web_archive(bytes: &[u8]) -> Result<(StructuredText, Declared), SkipReason> {
    let archive = MessageParser::default()
        .parse(bytes)
        .ok_or(SkipReason::WebArchiveWithoutPage)?;
    let (part, html) = page_of(&archive).ok_or(SkipReason::WebArchiveWithoutPage)?;
    let (text, mut declared) = read_html(html);
    if let Some(subject) = archive.subject() {
        fill(&mut declared.title, subject);
    }
    let snapshot = archive.header_raw("Snapshot-Content-Location");
    let address = snapshot.map(str::trim).or_else(|| location(part));
    if let Some(address) = address.filter(|address| address.starts_with("http")) {
        fill(&mut declared.original_url, address);
    }
    Ok((text, declared))
}

/// The page itself, which is the first part in HTML.
fn page_of<'a>(archive: &'a Message<'_>) -> Option<(&'a MessagePart<'a>, &'a str)> {
    archive.parts.iter().find_map(|part| match &part.body {
        PartType::Html(html) => Some((part, html.as_ref())),
        _ => None,
    })
}

fn location<'a>(part: &'a MessagePart<'_>) -> Option<&'a str> {
    part.content_location().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_page_is_told_from_a_message() {
        assert!(is_web_archive(
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
        ));
        assert!(is_web_archive(
            "From: <Saved by Blink>\nSubject: x\n y\nContent-Type: multipart/related;\n\ttype=\"text/html\"\n\n"
        ));
        assert!(is_web_archive(
            "Content-Type:\n multipart/related; start=<op.mhtml@example>\n\n"
        ));
        assert!(!is_web_archive(
            "From: a@b\nTo: c@d\nContent-Type: multipart/related\n\n"
        ));
        assert!(!is_web_archive("Content-Type: multipart/alternative\n\n"));
        assert!(!is_web_archive(
            "A sentence about multipart/related: none.\n"
        ));
    }

    #[test]
    fn the_page_is_read_with_its_address() {
        let archive = "Subject: =?utf-8?Q?=E6=96=BD=E6=94=BF?=\n =?utf-8?Q?=E5=A0=B1=E5=91=8A?=\nMIME-Version: 1.0\n\
            Content-Type: multipart/related; boundary=\"b\"\n\n--b\nContent-Type: text/html; charset=utf-8\n\
            Content-Location: https://example.gov/a\nContent-Transfer-Encoding: quoted-printable\n\n\
            <html><body><p>=E4=B8=80=E5=9C=B0=E5=85=A9=E6=AA=A2</p></body></html>\n--b\nContent-Type: text/css\n\n\
            p {color: red}\n--b--\n";
        let (text, declared) = read_web_archive(archive.as_bytes()).expect("a page");
        assert_eq!(text.text, "一地兩檢");
        assert_eq!(declared.title.as_deref(), Some("施政報告"));
        assert_eq!(
            declared.original_url.as_deref(),
            Some("https://example.gov/a")
        );
    }
}
