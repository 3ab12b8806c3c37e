//! Fonts that stand in for those that a page names and its file does not hold, and why a page is not drawn.
//!
//! Latin fonts come with the program. Those of ideographs are larger than it, so they come from a folder of the operator's
//! (`readers/fonts.rs`); a page that names one and gets none is not drawn, since its picture would lack what it says.

use serde::{Deserialize, Serialize};

use crate::extract::bytes;

/// Set of ideographs that a font has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ideographs {
    /// Adobe-GB1.
    Simplified,
    /// Adobe-CNS1.
    Traditional,
    /// Adobe-Japan1.
    Japanese,
    /// Adobe-Korea1.
    Korean,
}

/// A font that a page names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WantedFont {
    /// Its ideographs.
    pub ideographs: Ideographs,
    /// True for a bold one.
    pub is_bold: bool,
    /// True for one whose strokes have serifs (宋, 明).
    pub is_serif: bool,
}

/// A font for one that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandIn {
    /// The font that it stands in for.
    pub wanted: WantedFont,
    /// File of the font.
    #[serde(with = "bytes")]
    pub file: Vec<u8>,
    /// Number of the font within a collection.
    pub index: u32,
}

/// Reason why a page is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NotShown {
    /// The file has fewer pages.
    #[error("there is no such page")]
    NoSuchPage,
    /// The page names fonts that the file does not hold; those of them that could be stood in for.
    #[error("a font of the page is not in the file")]
    LacksFonts(Vec<WantedFont>),
    /// Anything else, in words for people.
    #[error("{0}")]
    Failed(String),
}

impl NotShown {
    pub(crate) fn failed(reason: &str) -> Self {
        Self::Failed(reason.to_owned())
    }
}
