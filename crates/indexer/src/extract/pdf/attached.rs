//! Takes the files attached to a PDF: those of a portfolio, of its list of attachments, of its notes.
//!
//! Portfolios and lists hang in a tree of names, notes at their pages; both refer to dictionaries of one kind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Object, Stream, String as PdfString};

use super::text_string;
use crate::extract::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES};

/// Depth of a tree of names; a deeper one is an attack.
const MAX_DEPTH: usize = 32;
/// Word that a PDF with attached files holds in the clear.
const MARK: &[u8] = b"/EmbeddedFile";

/// Name and content of an attached file; without its content where that cannot be had.
type AttachedFile = (String, Option<Vec<u8>>);

/// Returns true for a PDF that may have attached files, at the speed of memory.
pub(crate) fn may_have_attached(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[at..];
        if rest.starts_with(MARK) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// The files attached to a PDF, by name and content; none where the engine gives up on it. One more than are read is given, so
/// that it shows. One that is too large or damaged has its name alone.
pub(crate) fn attached_files(bytes: &[u8], password: &str) -> Vec<AttachedFile> {
    let read = || {
        Pdf::new_with_password(bytes.to_vec(), password)
            .map(|pdf| files_of(&pdf))
            .unwrap_or_default()
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_default()
}

fn files_of(pdf: &Pdf) -> Vec<AttachedFile> {
    let mut dicts = Vec::new();
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let names = root.and_then(|root| root.get::<Dict<'_>>("Names"));
    if let Some(tree) = names.and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles")) {
        push_leaves(&tree, 0, &mut dicts);
    }
    for page in pdf.pages().iter() {
        let notes = dicts_in(page.raw(), "Annots");
        dicts.extend(notes.iter().filter_map(|note| note.get::<Dict<'_>>("FS")));
    }
    let mut files: Vec<AttachedFile> = Vec::new();
    for (name, content) in dicts.iter().filter_map(file_of) {
        let is_known = content.is_some() && files.iter().any(|(_, known)| *known == content);
        if !is_known && files.len() <= MAX_ENTRIES {
            let name = name.unwrap_or_else(|| format!("attachment-{}", files.len() + 1));
            files.push((name, content));
        }
    }
    files
}

/// Appends the dictionaries at the leaves of a tree of names.
fn push_leaves<'a>(node: &Dict<'a>, depth: usize, leaves: &mut Vec<Dict<'a>>) {
    if depth > MAX_DEPTH || leaves.len() > MAX_ENTRIES {
        return;
    }
    leaves.extend(dicts_in(node, "Names"));
    for kid in dicts_in(node, "Kids") {
        push_leaves(&kid, depth + 1, leaves);
    }
}

/// The dictionaries in an array of a dictionary.
fn dicts_in<'a>(dict: &Dict<'a>, key: &str) -> Vec<Dict<'a>> {
    let Some(array) = dict.get::<Array<'a>>(key) else {
        return Vec::new();
    };
    let dict = |object| match object {
        Object::Dict(dict) => Some(dict),
        _ => None,
    };
    array.iter::<Object<'a>>().filter_map(dict).collect()
}

/// Name and content of the file that a dictionary embeds; `None` for an empty one.
fn file_of(dict: &Dict<'_>) -> Option<(Option<String>, Option<Vec<u8>>)> {
    let embedded = dict.get::<Dict<'_>>(b"EF")?;
    let stream = ["UF", "F"]
        .iter()
        .find_map(|key| embedded.get::<Stream<'_>>(key.as_bytes()))?;
    let content = stream.decoded_data().ok();
    if content.as_ref().is_some_and(|content| content.is_empty()) {
        return None;
    }
    let content = content.filter(|content| content.len() as u64 <= MAX_MEMBER_BYTES);
    let name = ["UF", "F"]
        .iter()
        .find_map(|key| dict.get::<PdfString<'_>>(key.as_bytes()))
        .map(|name| text_string(name.as_bytes()).replace(['/', '\\'], "_"))
        .filter(|name| !name.trim().is_empty());
    Some((name, content.map(|content| content.into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pdf_that_names_embedded_files_is_looked_through() {
        assert!(may_have_attached(b"<< /Type /EmbeddedFile /Length 5 >>"));
        assert!(!may_have_attached(b"<< /Type /Page /Embedded >>"));
        assert!(attached_files(b"%PDF-1.4 /EmbeddedFile", "").is_empty());
    }
}
