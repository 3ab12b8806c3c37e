//! Reads PDF: what a page shows becomes paragraphs in reading order; its number is their place.
//!
//! `glyphs` runs the content of a page, `font` says what its codes mean, `page` puts lines, columns and paragraphs together. [`read_pdf`] also judges: a page whose glyphs no map explains, or whose text stays implausible after
//! repair, is reported as unreadable and never indexed as noise; a page that is an image is reported as a scan, or read (`pictures`).
//!
//! The engine underneath are hayro's syntax and font crates. An engine that panics gave up on the file.

pub(crate) mod attached;
mod fields;
mod font;
mod glyphs;
mod pictures;
mod shown;
mod tex;
mod verdict;

pub(crate) use shown::show_page;
pub use shown::{Place, ShownPage, WantedPage};

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_font::FontCache;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use self::glyphs::{PageGlyphs, read_glyphs};
use self::pictures::Pictures;
use self::verdict::{Verdict, count_letters, judge};
use crate::declared::Declared;
use crate::extract::fields::{date_of, fill, is_placeholder, is_placeholder_day};
use crate::extract::page::paragraphs::{PageRows, write_pages};
use crate::extract::page::rows::{self, Row};
use crate::extract::scan::{ReadsScans, mark_doubtful};
use crate::repair::{Options, repair_text};
use crate::skip::SkipReason;
use crate::structure::StructuredText;
use crate::text::plausibility::{is_list_of_usual, is_plausible};

/// Pages read of one file.
const MAX_PAGES: usize = 20_000;
/// Letters that are left of a page with unreadable rows: fewer are labels of a figure.
const MIN_KEPT_LETTERS: usize = 24;
/// A page is unread in part, not as a whole, where one letter is left for so many glyphs that say nothing.
const MIN_KEPT_SHARE: usize = 4;
/// A page with less text than this is not judged by its plausibility: a number is not prose.
const MIN_JUDGED_CHARS: usize = 12;

/// Text of a PDF, its declarations, and notes on what could not be read.
pub(crate) type PdfText = (StructuredText, Declared, Vec<String>);

/// Reads a PDF, which `password` opens where it needs one; `Err` says why nothing can be read.
pub(crate) fn read_pdf(
    bytes: Vec<u8>,
    password: Option<&str>,
    scans: &mut dyn ReadsScans,
) -> Result<PdfText, SkipReason> {
    catch_unwind(AssertUnwindSafe(|| read_pages_of(bytes, password, scans)))
        .unwrap_or(Err(SkipReason::PdfEngineFailed))
}

fn read_pages_of(
    bytes: Vec<u8>,
    password: Option<&str>,
    scans: &mut dyn ReadsScans,
) -> Result<PdfText, SkipReason> {
    let opened = Pdf::new_with_password(bytes, password.unwrap_or_default());
    let pdf = opened.map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            password.map_or(SkipReason::PdfPassword, |_| SkipReason::WrongPassword)
        }
        LoadPdfError::Decryption(_) => SkipReason::PdfEncryption,
        LoadPdfError::Invalid => SkipReason::PdfDamaged,
    })?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(SkipReason::PdfWithoutPages);
    }
    let mut pictures = Pictures::new(scans);
    let (pages, bad) = read_pages(&pdf, &mut pictures);
    let mut notes = bad.notes(count);
    notes.append(&mut pictures.notes);
    if !pages.is_empty() {
        let mut text = write_pages(pages);
        text.scans = pictures.read;
        mark_doubtful(&mut text, &pictures.doubtful);
        return Ok((text, declared(&pdf), notes));
    }
    Err(if notes.is_empty() {
        SkipReason::PdfWithoutText
    } else {
        SkipReason::PdfUnreadable(notes)
    })
}

fn read_pages(pdf: &Pdf, pictures: &mut Pictures<'_>) -> (Vec<PageRows>, BadPages) {
    let fonts = FontCache::new();
    let mut pages = Vec::new();
    let mut bad = BadPages::default();
    for (number, page) in (1..).zip(pdf.pages().iter().take(MAX_PAGES)) {
        let mut shown = read_glyphs(page, &fonts);
        if shown.has_ornaments_only() && shown.glyphs.len() > 2 * shown.unmapped {
            shown.silence_ornaments();
        }
        let read = pictures.directions_of(number, page, &shown);
        let is_picture = read.is_some();
        if let Some(directions) = read.or_else(|| bad.readable_part(number, &shown)) {
            pages.push(PageRows {
                number,
                directions,
                running: running_lines(&shown),
            });
        }
        if is_picture {
            continue;
        }
        if shown.is_cut {
            bad.cut.push(number);
        }
    }
    (pages, bad)
}

/// Lines that the file marks as running headers and footers.
fn running_lines(shown: &PageGlyphs) -> Vec<String> {
    let rows = rows::rows_of(&shown.running).into_iter().flatten();
    let lines = rows.map(|row| row.text().trim().to_owned());
    lines
        .filter(|line| !line.is_empty() && !line.contains('\u{FFFD}'))
        .collect()
}

/// Rows of a page whose glyphs have a text, where they are text enough to be judged; `None` where they are not. A row with
/// a glyph that has none is left out whole: what stands beside the gap would say something else.
fn readable_rows(mut directions: Vec<Vec<rows::Row>>) -> Option<Vec<Vec<rows::Row>>> {
    for rows in &mut directions {
        rows.retain(|row| !row.text().contains('\u{FFFD}'));
    }
    directions.retain(|rows| !rows.is_empty());
    let is_enough = count_letters(&directions) >= MIN_KEPT_LETTERS;
    (is_enough && reads_as_text(&directions)).then_some(directions)
}

/// Returns true if the text of a page is plausible as it is or after repair.
fn reads_as_text(directions: &[Vec<Row>]) -> bool {
    let lines: Vec<String> = directions.iter().flatten().map(Row::text).collect();
    let text = lines.join("\n");
    let is_letter = |c: &char| c.is_alphabetic() || *c == '\u{FFFD}';
    if text.chars().filter(is_letter).count() < MIN_JUDGED_CHARS {
        return true;
    }
    let is_good = |text: &str| {
        let noise = text.chars().filter(|c| is_noise(*c)).count();
        noise * 10 < text.chars().count() && (is_plausible(text) || is_list_of_usual(text))
    };
    is_good(&text) || is_good(&repair_text(&text, &Options::default()).text)
}

/// Characters that no page shows.
fn is_noise(c: char) -> bool {
    c == '\u{FFFD}'
        || c.is_control() && !c.is_whitespace()
        || matches!(c as u32, 0xE000..=0xF8FF | 0xF0000..=0x10FFFF)
}

/// Pages that could not be read, by reason.
#[derive(Default)]
struct BadPages {
    scans: Vec<u32>,
    unmapped: Vec<u32>,
    partly: Vec<u32>,
    cut: Vec<u32>,
}

/// Returns false for a page of which only the header is left: that is as good as unread.
fn is_mostly_read(directions: &[Vec<Row>], shown: &PageGlyphs) -> bool {
    count_letters(directions) * MIN_KEPT_SHARE >= shown.unmapped
}

impl BadPages {
    /// Rows of a page that can be read; notes the page if others cannot.
    fn readable_part(&mut self, number: u32, shown: &PageGlyphs) -> Option<Vec<Vec<Row>>> {
        match judge(shown) {
            Verdict::Empty => None,
            Verdict::Scan => {
                self.scans.push(number);
                None
            }
            Verdict::Readable => {
                let directions = rows::rows_of(&shown.glyphs);
                let is_text = reads_as_text(&directions);
                if !is_text {
                    self.unmapped.push(number);
                }
                is_text.then_some(directions)
            }
            Verdict::Unmapped => {
                let directions = readable_rows(rows::rows_of(&shown.glyphs));
                match &directions {
                    Some(rows) if is_mostly_read(rows, shown) => self.partly.push(number),
                    _ => self.unmapped.push(number),
                }
                directions
            }
        }
    }

    fn notes(&self, count: usize) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |pages: &[u32], reason: &str| {
            if !pages.is_empty() {
                notes.push(format!("{reason}: {}", page_list(pages, count)));
            }
        };
        note(&self.scans, "unreadable, a scan without text");
        note(
            &self.unmapped,
            "unreadable, its fonts do not say what their glyphs mean",
        );
        note(
            &self.partly,
            "unreadable in part, a font does not say what its glyphs mean",
        );
        note(&self.cut, "more glyphs than are read");
        if count > MAX_PAGES {
            notes.push(format!(
                "only the first {MAX_PAGES} of {count} pages are read"
            ));
        }
        notes
    }
}

/// `page 3`, `pages 3-5, 9`, `all 12 pages`.
fn page_list(pages: &[u32], count: usize) -> String {
    if pages.len() == count && count > 1 {
        return format!("all {count} pages");
    }
    let runs = pages.chunk_by(|one, next| next - one == 1);
    let shown: Vec<String> = runs
        .map(|run| match run {
            [first, .., last] => format!("{first}-{last}"),
            run => run[0].to_string(),
        })
        .collect();
    format!(
        "{} {}",
        if pages.len() == 1 { "page" } else { "pages" },
        shown.join(", ")
    )
}

fn declared(pdf: &Pdf) -> Declared {
    let metadata = pdf.metadata();
    let mut declared = Declared::default();
    if let Some(title) = metadata
        .title
        .as_deref()
        .map(text_string)
        .filter(|title| !is_placeholder(title))
    {
        fill(&mut declared.file_title, &title);
    }
    if let Some(date) = &metadata.creation_date {
        let time = format!("{:02}:{:02}:{:02}", date.hour, date.minute, date.second);
        let day = format!("{:04}-{:02}-{:02}", date.year, date.month, date.day);
        declared.file_date = if is_placeholder_day(&format!("{day}T{time}")) {
            None
        } else {
            date_of(&day)
        };
    }
    declared
}

/// Text of a PDF's own strings: UTF-16 or UTF-8 with a mark, else any encoding.
fn text_string(bytes: &[u8]) -> String {
    crate::decode::decode_bytes(bytes, None).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_shortly() {
        assert_eq!(page_list(&[3], 9), "page 3");
        assert_eq!(page_list(&[1, 2, 3, 7], 9), "pages 1-3, 7");
        assert_eq!(page_list(&[1, 2], 2), "all 2 pages");
    }
}
