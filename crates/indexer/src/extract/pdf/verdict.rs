//! Judges the text layer of a page by its glyphs.

use super::glyphs::PageGlyphs;
use crate::extract::page::rows::Row;

/// A page with a larger share of glyphs without a text says nothing that can be trusted.
const MAX_UNMAPPED_PERCENT: usize = 20;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Readable,
    /// No text and an image.
    Scan,
    /// Glyphs that nothing tells the text of.
    Unmapped,
    Empty,
}

pub(super) fn judge(shown: &PageGlyphs) -> Verdict {
    let is_text = |text: &str| text.chars().any(|c| !c.is_whitespace() && c != '\u{FFFD}');
    let texts = shown
        .glyphs
        .iter()
        .filter(|glyph| is_text(&glyph.text))
        .count();
    let all = texts + shown.unmapped;
    if all == 0 {
        return if shown.has_images {
            Verdict::Scan
        } else {
            Verdict::Empty
        };
    }
    if shown.unmapped * 100 > all * MAX_UNMAPPED_PERCENT {
        Verdict::Unmapped
    } else {
        Verdict::Readable
    }
}

/// Letters of all rows.
pub(super) fn count_letters(directions: &[Vec<Row>]) -> usize {
    let rows = directions.iter().flatten();
    rows.map(|row| row.text().chars().filter(|c| c.is_alphabetic()).count())
        .sum()
}
