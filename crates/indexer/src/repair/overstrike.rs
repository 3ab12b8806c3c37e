//! Takes apart characters that were printed on top of each other.
//!
//! In: text. Out: edits that leave one character where a terminal or a typewriter printed several in one place, with a
//! backspace between them: `N\u{8}NA\u{8}A` is bold, `_\u{8}N_\u{8}A` underlined. Manuals that `nroff` set, and reports
//! dumped from line printers, hold them by the thousand. No clean text holds a backspace; it becomes invisible in an index
//! and keeps its word from being found. Only a character struck with itself or with an underscore is mended: two
//! different letters in one place are an accent or a correction, and which of them was meant is not known.

use std::ops::Range;

use polidex_schema::repair_kind::{Family, RepairKind};

use super::pass::{Context, Edits, Pass};
use super::scan::any_byte;

/// Characters struck more than once.
pub(super) const PASS: Pass = Pass {
    family: Family::Characters,
    makes: |kind| matches!(kind, RepairKind::Overstrike),
    suspects: None,
    find,
};

const BACKSPACE: char = '\u{8}';

/// Struck characters side by side that are no accident.
const MIN_STRUCK: usize = 2;

/// A rule of two steps, as sure as a table.
const CONFIDENCE: f32 = 0.99;

/// Finds the runs of struck characters in `text`.
fn find(text: &str, _: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    if !any_byte(text.as_bytes(), |byte| byte == BACKSPACE as u8) {
        return edits;
    }
    let mut from = 0;
    while let Some(offset) = text[from..].find(BACKSPACE) {
        let backspace = from + offset;
        let Some(first) = text[from..backspace].chars().next_back() else {
            from = backspace + BACKSPACE.len_utf8();
            continue;
        };
        let run = run_at(text, backspace - first.len_utf8());
        from = run.at.end.max(backspace + BACKSPACE.len_utf8());
        if run.count >= MIN_STRUCK {
            edits.replace(run.at, run.plain, RepairKind::Overstrike, CONFIDENCE);
        }
    }
    edits
}

/// Struck characters that follow each other.
struct Run {
    at: Range<usize>,
    /// Text once each is there once.
    plain: String,
    count: usize,
}

fn run_at(text: &str, start: usize) -> Run {
    let mut run = Run {
        at: start..start,
        plain: String::new(),
        count: 0,
    };
    while let Some((c, len)) = struck_at(&text[run.at.end..]) {
        run.plain.push(c);
        run.at.end += len;
        run.count += 1;
    }
    run
}

/// The character struck at the start of `text`, and the bytes it takes with its backspaces; `None` where none is.
fn struck_at(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let mut meant = chars.next()?;
    let mut len = 0;
    let mut rest = chars.as_str();
    while let Some(c) = rest
        .strip_prefix(BACKSPACE)
        .and_then(|rest| rest.chars().next())
    {
        match (meant, c) {
            ('_', c) => meant = c,
            (meant, c) if c == meant || c == '_' => {}
            _ => break,
        }
        rest = &rest[BACKSPACE.len_utf8() + c.len_utf8()..];
        len = text.len() - rest.len();
    }
    (len > 0).then_some((meant, len))
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, RepairKind, repair_text};

    #[test]
    fn letters_struck_twice_are_there_once() {
        let text = "N\u{8}NA\u{8}AM\u{8}ME\u{8}E\n  _\u{8}f_\u{8}i_\u{8}l_\u{8}e 法\u{8}法令\u{8}令\u{8}令";
        let repaired = repair_text(text, &Options::default());
        assert_eq!(repaired.text, "NAME\n  file 法令");
        let is_struck = |kind| kind == RepairKind::Overstrike;
        assert!(repaired.steps.iter().all(|step| is_struck(step.kind)));
    }

    #[test]
    fn other_backspaces_stay() {
        for text in [
            "\u{8}a",
            "a\u{8}",
            "e\u{8}'te\u{8}'",
            "a\u{8}a b",
            "ab\u{8}\u{8}ab",
        ] {
            assert_eq!(repair_text(text, &Options::default()).text, text);
        }
    }
}
