//! Reads pictures of pages: PNG, JPEG, WebP, GIF, and TIFF of any number of pages.

use polidex_schema::record::ScannedPage;

use crate::extract::page::paragraphs::{PageRows, write_pages};
use crate::extract::scan::{
    MAX_SCANNED_PAGES, ReadsScans, ScanMode, cut_note, directions_of, doubtful_words, is_text,
    mark_doubtful, pages_of_picture,
};
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Reads a picture in `format`; `Err` says why there is no text of it.
pub(crate) fn read_picture(
    bytes: &[u8],
    format: &str,
    scans: &mut dyn ReadsScans,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    if scans.mode() == ScanMode::Off {
        return Err(SkipReason::ForeignFormat(format.to_owned()));
    }
    let mut pages = Vec::new();
    let mut scanned = Vec::new();
    let mut doubtful = Vec::new();
    let mut failure = None;
    let mut number = 0;
    let is_cut = pages_of_picture(bytes, &mut |page| {
        number += 1;
        match page.and_then(|page| scans.read(&page)) {
            Ok(read) if is_text(&read) => {
                let directions = directions_of(&read);
                doubtful.extend(doubtful_words(number, &read));
                if read.is_cut {
                    notes.push(cut_note(number));
                }
                scanned.push(ScannedPage::new(number, read.confidence()));
                pages.push(PageRows {
                    number,
                    directions,
                    ..PageRows::default()
                });
            }
            Ok(_) => {}
            Err(error) => {
                failure.get_or_insert(format!("page {number}: {error}"));
            }
        }
        (number as usize) < MAX_SCANNED_PAGES
    })?;
    if is_cut || number as usize >= MAX_SCANNED_PAGES {
        notes.push(format!("only the first {MAX_SCANNED_PAGES} pages are read"));
    }
    match failure {
        Some(failure) if pages.is_empty() => return Err(SkipReason::ScanNotRead(failure)),
        Some(failure) => notes.push(failure),
        None if pages.is_empty() => return Err(SkipReason::PictureWithoutText),
        None => {}
    }
    let mut text = write_pages(pages);
    text.scans = scanned;
    mark_doubtful(&mut text, &doubtful);
    Ok(text)
}
