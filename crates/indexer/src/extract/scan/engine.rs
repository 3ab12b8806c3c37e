//! Draws pages, decodes pictures and recognizes what they show.

use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::font::{FallbackFontQuery, FontData, FontQuery};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_cmap::CidFamily;
use hayro_syntax::page::Page;
use polidex_ocr::{Models, PageText, Raster, Reader, TimeLeft, for_each_page, slices_of, to_png};

use crate::extract::stand_in::{Ideographs, NotShown, StandIn, WantedFont};
use crate::skip::SkipReason;

/// Recognizer of pages.
pub(crate) struct Recognizer(Reader);

impl Recognizer {
    /// Loads the networks; `Err` says why not.
    pub(crate) fn load(finds: Vec<u8>, reads: Vec<u8>) -> Result<Self, String> {
        let models = Models::load(finds, reads).map_err(|error| error.to_string())?;
        Ok(Self(Reader::new(models)))
    }

    /// Reads a page as far as there is time.
    pub(crate) fn read(
        &self,
        page: &Raster,
        time_left: &dyn Fn() -> TimeLeft,
    ) -> Result<PageText, String> {
        self.0
            .read(page, time_left)
            .map_err(|error| error.to_string())
    }
}

/// Number of pages that a picture is worth: a long one is read slice by slice.
pub(crate) fn pages_in(picture: &Raster) -> u32 {
    slices_of(picture.width(), picture.height())
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
    drawn(page, scale, &settings())
}

/// Settings with the maps of characters that PDF knows by name: without them a text in such a map is not drawn at all.
fn settings() -> InterpreterSettings {
    InterpreterSettings {
        cmap_resolver: Arc::new(hayro_cmap::load_embedded),
        ..InterpreterSettings::default()
    }
}

/// Draws a page for a reader: PNG, and its height in widths. `fonts` stand in for what the file does not hold.
pub(crate) fn draw_png(page: &Page<'_>, fonts: Vec<StandIn>) -> Result<(Vec<u8>, f32), NotShown> {
    let (width, height) = page.render_dimensions();
    let scale = (SHOWN_WIDTH / width).min(MAX_SIDE / width.max(height));
    let substitutes = Arc::new(Substitutes::new(fonts));
    let asked = Arc::clone(&substitutes);
    let settings = InterpreterSettings {
        font_resolver: Arc::new(move |query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(font) => Some(asked.font_for(font)),
        }),
        ..settings()
    };
    let picture = drawn(page, scale, &settings)
        .ok_or_else(|| NotShown::failed("the page is too narrow to be drawn"))?;
    substitutes.refuse_missing()?;
    let png = to_png(&picture).ok_or_else(|| NotShown::failed("the picture cannot be written"))?;
    Ok((png, height / width))
}

/// Fonts in the place of those that a file does not hold, and what was asked of them.
struct Substitutes {
    fonts: Vec<(WantedFont, FontData, u32)>,
    /// Fonts that nothing stands in for; `None` for one whose ideographs nobody knows.
    missing: Mutex<Vec<Option<WantedFont>>>,
}

impl Substitutes {
    fn new(fonts: Vec<StandIn>) -> Self {
        let fonts = fonts.into_iter();
        let fonts = fonts.map(|font| (font.wanted, Arc::new(font.file) as FontData, font.index));
        Self {
            fonts: fonts.collect(),
            missing: Mutex::default(),
        }
    }

    /// The font for one that is not in the file. A font of ideographs has no Latin one in its place: that is noted.
    fn font_for(&self, font: &FallbackFontQuery) -> (FontData, u32) {
        let latin = || font.pick_standard_font().get_font_data();
        let Some(collection) = &font.character_collection else {
            return latin();
        };
        let wanted = ideographs_of(&collection.family).map(|ideographs| WantedFont {
            ideographs,
            is_bold: font.is_bold,
            is_serif: font.is_serif,
        });
        let known = self.fonts.iter().find(|(of, ..)| Some(*of) == wanted);
        if let Some((_, file, index)) = known {
            return (Arc::clone(file), *index);
        }
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if !missing.contains(&wanted) {
            missing.push(wanted);
        }
        latin()
    }

    /// Fails if a font of the page had none in its place.
    fn refuse_missing(&self) -> Result<(), NotShown> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if missing.is_empty() {
            return Ok(());
        }
        // One that cannot be had makes the others useless.
        let wanted: Option<Vec<WantedFont>> = missing.iter().copied().collect();
        Err(NotShown::LacksFonts(wanted.unwrap_or_default()))
    }
}

/// The ideographs of a collection; `None` where its numbers are those of one font alone.
fn ideographs_of(family: &CidFamily) -> Option<Ideographs> {
    match family {
        CidFamily::AdobeGB1 => Some(Ideographs::Simplified),
        CidFamily::AdobeCNS1 => Some(Ideographs::Traditional),
        CidFamily::AdobeJapan1 => Some(Ideographs::Japanese),
        CidFamily::AdobeKorea1 => Some(Ideographs::Korean),
        _ => None,
    }
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
