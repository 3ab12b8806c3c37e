//! Makes the report of a run, and the account that a generation keeps, from its catalog.

use std::collections::BTreeMap;

use polidex_schema::coverage::{Coverage, CoveredFile};

use crate::build::catalog::{Catalog, DocumentCounts, DocumentEntry, Kept, Outcome};
use crate::build::scan::{Scanned, Slot};
use crate::pipeline::PreparedDocument;
use crate::report::{FileReport, FileStatus, IndexReport};
use crate::skip::SkipReason;

/// Note on a document whose file cannot be read now.
const STALE: &str = "its file cannot be read now; the text is that of the last run that could";
/// Note on a document that is kept by the guard against removals.
const HELD: &str = "no longer in its folder; kept until removals are allowed";
/// Note on a file that was written to meanwhile.
const CHANGED: &str = "changed while it was read; the next run reads it again";

/// Counts what the report says of a document.
pub(crate) fn count_document(prepared: &PreparedDocument) -> DocumentCounts {
    let mut counts = DocumentCounts {
        passages: prepared.record.passages.len() as u32,
        has_losses: !prepared.record.lost.is_empty(),
        note: prepared.notes.join("; "),
        scanned: prepared.scan_note().unwrap_or_default(),
        ..DocumentCounts::default()
    };
    for passage in &prepared.record.passages {
        let text = &prepared.text[passage.from_byte as usize..passage.to_byte as usize];
        let language = passage.lang.tag().to_owned();
        *counts.characters.entry(language).or_default() += text.chars().count() as u64;
    }
    for repair in &prepared.repairs {
        let kind = repair.kind.slug().into_owned();
        *counts.repairs.entry(kind).or_default() += 1;
    }
    counts
}

/// Returns the report of a run whose documents have all gone their ways.
pub(crate) fn report_catalog(scanned: &Scanned) -> IndexReport {
    let mut report = IndexReport {
        files_read: scanned.files_read,
        bytes: scanned.bytes_read,
        removed: scanned.gone.len() as u64,
        held: scanned.held,
        ..IndexReport::default()
    };
    for file in 0..scanned.catalog.files.len() {
        report_file(&mut report, scanned, file);
    }
    for skipped in &scanned.catalog.skipped {
        report.skip(skipped.clone());
    }
    report.files.sort();
    report
}

/// Returns what a generation with this catalog holds of its folders.
pub fn cover_catalog(catalog: &Catalog) -> Coverage {
    let mut coverage = Coverage::default();
    for document in catalog.files.iter().flat_map(|file| &file.documents) {
        cover_document(&mut coverage, document);
    }
    for skipped in &catalog.skipped {
        cover_skipped(&mut coverage, &skipped.path, &skipped.reason);
    }
    coverage.skipped.files.sort();
    coverage
}

fn cover_document(coverage: &mut Coverage, document: &DocumentEntry) {
    let counts = match &document.outcome {
        Outcome::Indexed(counts) => counts,
        Outcome::Skipped(reason) => return cover_skipped(coverage, &document.path, reason),
        Outcome::SameId => return cover_skipped(coverage, &document.path, &id_taken(document)),
    };
    coverage.documents += 1;
    coverage.repaired += u64::from(!counts.repairs.is_empty());
    coverage.with_losses += u64::from(counts.has_losses);
    add_all(&mut coverage.repairs, &counts.repairs);
    let covered = |reason: &str| CoveredFile {
        path: document.path.clone(),
        id: document.id.clone().unwrap_or_default(),
        class: String::new(),
        reason: reason.to_owned(),
    };
    if let Some(kept) = document.kept {
        coverage
            .stale
            .add(covered(kept_note(kept)), kept_note(kept));
    } else if !counts.note.is_empty() {
        let summary = counts.note.split([':', ';']).next().unwrap_or_default();
        coverage.partly.add(covered(&counts.note), summary);
    }
}

fn cover_skipped(coverage: &mut Coverage, path: &str, reason: &SkipReason) {
    let file = CoveredFile {
        path: path.to_owned(),
        id: String::new(),
        class: reason.class().slug().to_owned(),
        reason: reason.to_string(),
    };
    coverage.skipped.add(file, &reason.summary());
}

/// Adds the documents of one file to `report`.
fn report_file(report: &mut IndexReport, scanned: &Scanned, number: usize) {
    let file = &scanned.catalog.files[number];
    for (document, entry) in file.documents.iter().enumerate() {
        let slot = Slot {
            file: number,
            document,
        };
        let is_unchanged = scanned.unchanged.contains(&slot);
        add_counts(report, entry, is_unchanged);
        report.files.push(file_report(entry, is_unchanged));
    }
    if scanned.unsettled.contains(&number) {
        note_change(&mut report.files, &file.relative);
    }
}

fn add_counts(report: &mut IndexReport, document: &DocumentEntry, is_unchanged: bool) {
    let Outcome::Indexed(counts) = &document.outcome else {
        return;
    };
    report.documents += 1;
    report.stale += u64::from(document.kept == Some(Kept::Unread));
    report.indexed += u64::from(!is_unchanged);
    report.unchanged += u64::from(is_unchanged);
    report.passages += u64::from(counts.passages);
    add_all(&mut report.characters, &counts.characters);
    add_all(&mut report.repairs, &counts.repairs);
    report.documents_repaired += u64::from(!counts.repairs.is_empty());
    report.documents_with_losses += u64::from(counts.has_losses);
}

fn add_all(into: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>) {
    for (key, count) in from {
        *into.entry(key.clone()).or_default() += count;
    }
}

fn file_report(document: &DocumentEntry, is_unchanged: bool) -> FileReport {
    let path = document.path.clone();
    match (&document.outcome, document.kept) {
        (Outcome::Indexed(_), Some(kept)) => {
            FileReport::read(path, FileStatus::Stale, kept_note(kept).to_owned())
        }
        (Outcome::Indexed(counts), None) => {
            let status = match is_unchanged {
                true => FileStatus::Unchanged,
                false => FileStatus::Indexed,
            };
            FileReport {
                scanned: counts.scanned.clone(),
                ..FileReport::read(path, status, counts.note.clone())
            }
        }
        (Outcome::Skipped(reason), _) => FileReport::skipped(path, reason.clone()),
        (Outcome::SameId, _) => FileReport::skipped(path, id_taken(document)),
    }
}

fn id_taken(document: &DocumentEntry) -> SkipReason {
    SkipReason::IdTaken(document.id.clone().unwrap_or_default())
}

fn kept_note(kept: Kept) -> &'static str {
    match kept {
        Kept::Held => HELD,
        Kept::Unread => STALE,
    }
}

/// Adds one line for a file that changed, or a note to the line of its document where that has the same path.
fn note_change(files: &mut Vec<FileReport>, relative: &str) {
    match files.last_mut().filter(|last| last.path == relative) {
        Some(last) if last.reason.is_empty() => last.reason = CHANGED.to_owned(),
        Some(last) => last.reason = format!("{}; {CHANGED}", last.reason),
        None => files.push(FileReport::read(
            relative.to_owned(),
            FileStatus::Indexed,
            CHANGED.to_owned(),
        )),
    }
}
