//! Stands for the engine in a program that is built without it.

use hayro_syntax::page::Page;
use polidex_ocr::{PageText, Raster, TimeLeft};

use crate::extract::stand_in::{NotShown, StandIn};
use crate::skip::SkipReason;

const NOT_BUILT_IN: &str = "this program is built without the feature `ocr`";

/// Recognizer of pages, of which there is none.
pub(crate) enum Recognizer {}

impl Recognizer {
    pub(crate) fn load(_: Vec<u8>, _: Vec<u8>) -> Result<Self, String> {
        Err(NOT_BUILT_IN.to_owned())
    }

    pub(crate) fn read(&self, _: &Raster, _: &dyn Fn() -> TimeLeft) -> Result<PageText, String> {
        match *self {}
    }
}

pub(crate) fn pages_in(_: &Raster) -> u32 {
    1
}

pub(crate) fn draw_page(_: &Page<'_>) -> Option<Raster> {
    None
}

pub(crate) fn draw_png(_: &Page<'_>, _: Vec<StandIn>) -> Result<(Vec<u8>, f32), NotShown> {
    Err(NotShown::failed(NOT_BUILT_IN))
}

pub(crate) fn pages_of_picture(
    _: &[u8],
    _: &mut dyn FnMut(Result<Raster, String>) -> bool,
) -> Result<bool, SkipReason> {
    Err(SkipReason::ScanNotRead(NOT_BUILT_IN.to_owned()))
}
