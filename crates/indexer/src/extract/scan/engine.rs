//! Draws pages, decodes pictures and recognizes what they show.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::font::FontQuery;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_syntax::page::Page;
use polidex_ocr::{Models, PageText, Raster, Reader, for_each_page, to_png};

use crate::skip::SkipReason;

/// Recognizer of pages.
pub(crate) struct Recognizer(Reader);

impl Recognizer {
    /// Loads the networks; `Err` says why not.
    pub(crate) fn load(finds: Vec<u8>, reads: Vec<u8>) -> Result<Self, String> {
        let models = Models::load(finds, reads).map_err(|error| error.to_string())?;
        Ok(Self(Reader::new(models)))
    }

    pub(crate) fn read(&self, page: &Raster) -> Result<PageText, String> {
        self.0.read(page).map_err(|error| error.to_string())
    }
}

/// Dots an inch that pages are drawn at: letters of 10 points are 28 pixels high, and are read at 48.
const DOTS_PER_INCH: f32 = 200.0;
/// Points of an inch.
const POINTS: f32 = 72.0;
/// Pixels of the longer side of a page.
const MAX_SIDE: f32 = 4_000.0;

/// Pixels of the width of a page that readers look at: sharp on a screen of twice its dots, and a megabyte at most.
const SHOWN_WIDTH: f32 = 1_240.0;

/// Draws a page as it is shown; `None` if it is too narrow to be drawn.
pub(crate) fn draw_page(page: &Page<'_>) -> Option<Raster> {
    let (width, height) = page.render_dimensions();
    let scale = (DOTS_PER_INCH / POINTS).min(MAX_SIDE / width.max(height));
    drawn(page, scale, &InterpreterSettings::default())
}

/// Draws a page for a reader: PNG, and its height in widths. `Err` says why not, in words for people.
pub(crate) fn draw_png(page: &Page<'_>) -> Result<(Vec<u8>, f32), String> {
    let (width, height) = page.render_dimensions();
    let scale = (SHOWN_WIDTH / width).min(MAX_SIDE / width.max(height));
    let is_missing = Arc::new(AtomicBool::new(false));
    let missed = Arc::clone(&is_missing);
    let settings = InterpreterSettings {
        font_resolver: Arc::new(move |query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(font) => {
                // A font of ideographs has no Latin one in its place.
                let is_cid = font.character_collection.is_some();
                missed.fetch_or(is_cid, Ordering::Relaxed);
                Some(font.pick_standard_font().get_font_data())
            }
        }),
        ..InterpreterSettings::default()
    };
    let picture = drawn(page, scale, &settings).ok_or("the page is too narrow to be drawn")?;
    if is_missing.load(Ordering::Relaxed) {
        return Err("a font of the page is not in the file".to_owned());
    }
    let png = to_png(&picture).ok_or("the picture cannot be written")?;
    Ok((png, height / width))
}

fn drawn(page: &Page<'_>, scale: f32, settings: &InterpreterSettings) -> Option<Raster> {
    let (width, height) = page.render_dimensions();
    if !scale.is_finite() || (width.min(height) * scale) < 1.0 {
        return None;
    }
    let pixmap = render(
        page,
        &RenderCache::new(),
        settings,
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let pixels = pixmap.data_as_u8_slice().chunks_exact(4);
    let rgb = pixels.flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    Raster::new(width, height, rgb.collect())
}

/// Hands each page of a picture's file to `take`, which returns false to end there; true if the file has more of them than
/// are read.
pub(crate) fn pages_of_picture(
    bytes: &[u8],
    take: &mut dyn FnMut(Result<Raster, String>) -> bool,
) -> Result<bool, SkipReason> {
    let read = for_each_page(bytes, &mut |page| {
        take(page.map_err(|error| error.to_string()))
    });
    read.map_err(|error| SkipReason::ScanNotRead(error.to_string()))
}
