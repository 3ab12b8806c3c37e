//! Reads the pictures of pages: those without a text, and those whose text says less than their picture.

use hayro_syntax::page::Page;
use polidex_ocr::{PageText, Raster};

use super::glyphs::PageGlyphs;
use super::verdict::{Verdict, count_letters, judge};
use polidex_schema::record::ScannedPage;

use crate::extract::page::rows::{Row, rows_of};
use crate::extract::scan::{
    Doubtful, MAX_SCANNED_PAGES, ReadsScans, ScanMode, cut_note, directions_of, doubtful_words,
    draw_page, has_more_than, is_text,
};

/// Letters of a picture for each letter of the text, from which the picture is taken: a text layer of good quality has as
/// many as its picture, a stamp a handful.
const MORE_LETTERS_PERCENT: usize = 150;

/// Pages of a PDF that are read of their pictures.
pub(super) struct Pictures<'s> {
    scans: &'s mut dyn ReadsScans,
    /// Pages read so.
    pub(super) read: Vec<ScannedPage>,
    /// Words of theirs that are doubtful.
    pub(super) doubtful: Vec<Doubtful>,
    /// Reasons why others are not.
    pub(super) notes: Vec<String>,
    tried: usize,
    has_failed: bool,
}

impl<'s> Pictures<'s> {
    pub(super) fn new(scans: &'s mut dyn ReadsScans) -> Self {
        Self {
            scans,
            read: Vec::new(),
            doubtful: Vec::new(),
            notes: Vec::new(),
            tried: 0,
            has_failed: false,
        }
    }

    /// Rows of the picture of a page; `None` where its text is to be taken.
    pub(super) fn directions_of(
        &mut self,
        number: u32,
        page: &Page<'_>,
        shown: &PageGlyphs,
    ) -> Option<Vec<Vec<Row>>> {
        let mode = self.scans.mode();
        let verdict = judge(shown);
        let may_say_more = match mode {
            ScanMode::Off => false,
            ScanMode::All => true,
            ScanMode::Auto => verdict != Verdict::Readable || shown.has_images,
        };
        if !may_say_more || self.has_failed {
            return None;
        }
        let picture = draw_page(page)?;
        if mode == ScanMode::Auto && !says_more(&picture, page, shown) {
            return None;
        }
        let read = self.read_picture(number, &picture)?;
        let directions = directions_of(&read);
        let is_taken = mode == ScanMode::All
            || verdict != Verdict::Readable
            || has_more_letters(&directions, shown);
        if !is_taken {
            return None;
        }
        self.doubtful.extend(doubtful_words(number, &read));
        if read.is_cut {
            self.notes.push(cut_note(number));
        }
        self.read.push(ScannedPage::new(number, read.confidence()));
        Some(directions)
    }

    fn read_picture(&mut self, number: u32, picture: &Raster) -> Option<PageText> {
        if self.tried == MAX_SCANNED_PAGES {
            self.has_failed = true;
            let most = MAX_SCANNED_PAGES;
            self.notes.push(format!(
                "only {most} scanned pages are read; not read from page {number}"
            ));
            return None;
        }
        self.tried += 1;
        match self.scans.read(picture) {
            Ok(read) => is_text(&read).then_some(read),
            Err(error) => {
                self.has_failed = true;
                self.notes
                    .push(format!("scans not read from page {number}: {error}"));
                None
            }
        }
    }
}

/// Returns true if a page shows more than its text says. Glyphs without a text say nothing.
fn says_more(picture: &Raster, page: &Page<'_>, shown: &PageGlyphs) -> bool {
    let (width, _) = page.render_dimensions();
    let scale = f64::from(picture.width()) / f64::from(width);
    let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
    // Glyphs grow downwards, a page upwards.
    let to_page = |x: f64, y: f64| {
        let y = -y;
        ((a * x + c * y + e) * scale, (b * x + d * y + f) * scale)
    };
    has_more_than(picture, &shown.glyphs, &to_page)
}

fn has_more_letters(directions: &[Vec<Row>], shown: &PageGlyphs) -> bool {
    let layer = count_letters(&rows_of(&shown.glyphs));
    count_letters(directions) * 100 > layer * MORE_LETTERS_PERCENT
}
