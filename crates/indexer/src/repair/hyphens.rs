//! Decides what a hyphen at the end of a line was for, and joins the words that were broken there.
//!
//! In: text; or a line, the line after it, the whole text. Out: edits that take hyphen and break out of one word; or
//! whether the two halves are one word, so that the hyphen goes with the break, or a true compound, which keeps it.
//! When unsure, the hyphen stays.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::pairs;
use crate::text::model::Model;

/// Confidence in a spelling that the document or a list shows.
const CONFIDENCE: f32 = 0.9;

/// Words broken at a line end.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::Hyphen),
    suspects: None,
    find,
};

/// Finds the words that are broken at a line end outside of wrapped paragraphs (those are `wraps`' work).
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    for at in pairs(text.as_bytes(), |one, other| {
        (one == b'-') & ((other == b'\n') | (other == b'\r'))
    }) {
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let Some(indented) = text[at + 1..].trim_start_matches('\r').strip_prefix('\n') else {
            continue;
        };
        let after = indented.trim_start_matches(' ');
        let before = &text[line_start..=at];
        if before.len() > 3 && mends_to_one_word(before, after, nearby(text, at), context.model) {
            edits.replace(
                at..text.len() - after.len(),
                "",
                RepairKind::Hyphen,
                CONFIDENCE,
            );
        }
    }
    edits
}

/// Bytes around a line end in which the document is asked for a spelling: bounded, since every hyphen asks.
const NEARBY_LEN: usize = 8_192;

/// The text around `at`.
pub(crate) fn nearby(text: &str, at: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(NEARBY_LEN));
    let end = text.floor_char_boundary((at + NEARBY_LEN).min(text.len()));
    &text[start..end]
}

/// Returns true when the word that `before` ends in the middle of, and `after` goes on with, is written without its
/// hyphen.
///
/// `before` ends with a hyphen. The document itself decides where it shows one of the two spellings; else the list of
/// words does: `tech-` `nology` joins, `long-` `term` does not.
pub(crate) fn mends_to_one_word(before: &str, after: &str, text: &str, model: &Model) -> bool {
    let before = before.trim_end_matches(['-', '\u{AD}', '\u{2010}']);
    let tail_start = before
        .rfind(|c: char| !c.is_ascii_alphabetic())
        .map_or(0, |at| at + char_len(before, at));
    let tail = &before[tail_start..];
    let head = &after[..after
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(after.len())];
    let follows_hyphen = before[..tail_start].ends_with('-');
    if tail.is_empty()
        || head.is_empty()
        || follows_hyphen
        || !head.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return false;
    }
    let joined = format!("{tail}{head}");
    // One search of the text is enough: it may contradict what the list says.
    let Some(joined_nats) = model.word(&joined.to_ascii_lowercase()) else {
        return text.contains(&joined);
    };
    if text.contains(&format!("{tail}-{head}")) {
        return false;
    }
    let halves = (model.word(&tail.to_ascii_lowercase()), model.word(head));
    match halves {
        // Both halves are words: `under-` `stand` is one word all the same, `re-` `sign` may be either.
        (Some(tail_nats), Some(head_nats)) => joined_nats > tail_nats + head_nats,
        _ => true,
    }
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}
