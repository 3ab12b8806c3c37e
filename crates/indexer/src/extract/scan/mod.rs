//! Pictures of pages: when they are read, by whom, and what becomes of what is read.
//!
//! [`ReadsScans`] is the seam. Formats hand it the picture of a page; behind it a worker recognizes the page or its parent
//! remembers it. `engine` draws, decodes and recognizes; without the feature `ocr`, `no_engine` stands in its place.

#[cfg(feature = "ocr")]
mod engine;
#[cfg(feature = "ocr")]
pub(crate) use engine::{Recognizer, draw_page, draw_png, pages_in, pages_of_picture};

#[cfg(not(feature = "ocr"))]
mod no_engine;
#[cfg(not(feature = "ocr"))]
pub(crate) use no_engine::{Recognizer, draw_page, draw_png, pages_in, pages_of_picture};

mod doubt;
mod ink;
mod lines;

use polidex_ocr::{PageText, Raster};
use serde::{Deserialize, Serialize};

pub(crate) use doubt::{Doubtful, doubtful_words, mark_doubtful};
pub(crate) use ink::has_more_than;
pub(crate) use lines::directions_of;

/// Pages whose pictures are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScanMode {
    /// None.
    #[default]
    Off,
    /// Pages without a text, or with one that says less than their picture.
    Auto,
    /// All pages, whatever text they have.
    All,
}

/// True if this program holds what reads scans.
pub const IS_BUILT_IN: bool = cfg!(feature = "ocr");

/// Pages read of one file.
pub(crate) const MAX_SCANNED_PAGES: usize = 1_000;

/// Reader of pictures of pages.
pub(crate) trait ReadsScans {
    /// Pages that it wants to see.
    fn mode(&self) -> ScanMode;

    /// Reads a page. `Err` says why that and every other page cannot be read.
    fn read(&mut self, page: &Raster) -> Result<PageText, String>;
}

/// Reads nothing.
pub(crate) struct NoScans;

impl ReadsScans for NoScans {
    fn mode(&self) -> ScanMode {
        ScanMode::Off
    }

    fn read(&mut self, _: &Raster) -> Result<PageText, String> {
        Err("scans are not read".to_owned())
    }
}

/// What is said of a page whose last lines were not read.
pub(crate) fn cut_note(number: u32) -> String {
    format!("page {number}: its last lines are not read, they took too much processor time")
}

/// Confidence below which a page is read as a drawing: noise of textures stays below, the worst fax above.
const LEAST_CONFIDENCE: f32 = 0.6;
/// Letters that a page of text has; a photograph of a street sign has fewer.
const LEAST_LETTERS: usize = 8;

/// Returns true if what is read of a picture is a text.
pub(crate) fn is_text(page: &PageText) -> bool {
    page.letters() >= LEAST_LETTERS && page.confidence() >= LEAST_CONFIDENCE
}
