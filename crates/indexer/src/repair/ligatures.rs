//! Closes up words that a reader of PDF parted behind a ligature.
//!
//! In: text. Out: edits that take the blank out: `offi cial` is *official*. The glyph of a ligature is wider than its letters, and
//! some readers take the rest of its width for a blank. Of the two parts one at least must be no word, and both together one.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::pairs;
use crate::text::model::Model;

/// Letters of ligatures, as they end the first part.
const LIGATURES: [&str; 3] = ["fi", "fl", "ff"];
/// Confidence in a word that the list knows.
const CONFIDENCE: f32 = 0.9;

/// Words parted behind a ligature.
pub(super) const PASS: Pass = Pass {
    family: Family::Characters,
    makes: |kind| matches!(kind, RepairKind::Ligature),
    suspects: None,
    find,
};

/// Finds the words of `text` that are parted behind a ligature.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let is_end = |one: u8, other: u8| (other == b' ') & matches!(one, b'i' | b'l' | b'f');
    for at in pairs(text.as_bytes(), is_end) {
        let blank = at + 1;
        if is_parted(&text[..blank], &text[blank + 1..], context.model) {
            edits.replace(blank..blank + 1, "", RepairKind::Ligature, CONFIDENCE);
        }
    }
    edits
}

/// Returns true when the end of `before` and the beginning of `after` are one word, parted behind a ligature.
fn is_parted(before: &str, after: &str, model: &Model) -> bool {
    if !LIGATURES
        .into_iter()
        .any(|letters| before.ends_with(letters))
    {
        return false;
    }
    let head = &before[before
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .len()..];
    let tail = &after[..after.len()
        - after
            .trim_start_matches(|c: char| c.is_ascii_lowercase())
            .len()];
    let is_word = |word: &str| model.word(&word.to_ascii_lowercase()).is_some();
    let are_words = || is_word(head) && is_word(tail);
    !tail.is_empty() && !are_words() && is_word(&format!("{head}{tail}"))
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair_text};

    #[test]
    fn words_are_closed_up_and_pairs_of_words_are_not() {
        let mended = |text: &str| repair_text(text, &Options::default()).text;
        let parted =
            "The fi nal offi cial certifi cate shall refl ect eff ective staffi ng levels.";
        let closed = "The final official certificate shall reflect effective staffing levels.";
        assert_eq!(mended(parted), closed);
        for kept in [
            "Staff members turn off ice machines and switch off lights.",
            "The Wi-Fi network and the sci-fi nation of the leaf let us down.",
        ] {
            assert_eq!(mended(kept), kept);
        }
    }
}
