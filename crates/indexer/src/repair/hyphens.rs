//! Decides what a hyphen at the end of a line was for, and joins the words that were broken there.
//!
//! In: text; or a line, the line after it, the whole text. Out: edits that take hyphen and break out of one word; or
//! whether the two halves are one word, so that the hyphen goes with the break, or a true compound, which keeps it.
//! When unsure, the hyphen stays.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::pairs;
use crate::text::lines::line_start;
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

/// Returns what follows the line end that `text` begins with, its indentation left out; `None` where it begins with none.
fn behind_line_end(text: &str) -> Option<&str> {
    let indented = text.trim_start_matches('\r').strip_prefix('\n')?;
    Some(indented.trim_start_matches(' '))
}

/// Finds the words that are broken at a line end outside of wrapped paragraphs (those are `wraps`' work).
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    for at in pairs(text.as_bytes(), |one, other| {
        (one == b'-') & ((other == b'\n') | (other == b'\r'))
    }) {
        let Some(after) = behind_line_end(&text[at + 1..]) else {
            continue;
        };
        let before = &text[line_start(text, at)..=at];
        if before.len() > 3 && mends_to_one_word(before, after, nearby(text, at), context.model) {
            let end = text.len() - after.len();
            edits.replace(at..end, "", RepairKind::Hyphen, CONFIDENCE);
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
    let Some((tail, head)) = halves(before, after) else {
        return false;
    };
    let joined = format!("{tail}{head}");
    // One search of the text is enough: it may contradict what the list says.
    let Some(joined_nats) = model.word(&joined.to_ascii_lowercase()) else {
        return text.contains(&joined);
    };
    if text.contains(&format!("{tail}-{head}")) {
        return false;
    }
    match (model.word(&tail.to_ascii_lowercase()), model.word(head)) {
        // Both halves are words: `under-` `stand` is one word all the same, `re-` `sign` may be either.
        (Some(tail_nats), Some(head_nats)) => joined_nats > tail_nats + head_nats,
        _ => true,
    }
}

/// The letters on both sides of a hyphen; `None` where they are no halves of a word.
fn halves<'a>(before: &'a str, after: &'a str) -> Option<(&'a str, &'a str)> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let before = before.trim_end_matches(['-', '\u{AD}', '\u{2010}']);
    let above = before.trim_end_matches(is_letter);
    let tail = &before[above.len()..];
    let head = &after[..after.len() - after.trim_start_matches(is_letter).len()];
    let is_head = head.starts_with(|c: char| c.is_ascii_lowercase());
    (is_head && !tail.is_empty() && !above.ends_with('-')).then_some((tail, head))
}
