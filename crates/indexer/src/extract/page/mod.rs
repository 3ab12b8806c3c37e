//! Puts the text of a page together from glyphs that a format places on it: lines, columns, paragraphs, running headers.
//!
//! In: [`Glyph`]s of each page, whatever the format (PDF, OFD). `binding` takes out the line that sheets are
//! bound along, `rows` finds lines, `columns` their order, `paragraphs` joins them over columns and
//! pages.

mod binding;
pub(crate) mod columns;
pub(crate) mod matrix;
pub(crate) mod paragraphs;
pub(crate) mod rows;

/// A glyph on a page, in units of the page; x grows to the right, y downwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    /// Text; empty when nothing tells.
    pub(crate) text: String,
    /// Start of its baseline.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Advance as a vector: horizontal text runs to the right.
    pub(crate) advance: (f64, f64),
    /// Height of the font.
    pub(crate) size: f64,
    /// True for the first of a line that was found apart from all others, as on a scan.
    pub(crate) is_apart: bool,
}

/// Stands for a glyph whose text another glyph carries.
pub(crate) const INVISIBLE: &str = "\u{200B}";
