//! The report of one indexing run: every file is in it, indexed or skipped with a reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::skip::{SkipReason, Skipped};

/// The report of one run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IndexReport {
    /// Files that were read.
    pub files_read: u64,
    /// Documents that were read and put into the index by this run.
    pub indexed: u64,
    /// Documents that are in the index as before.
    pub unchanged: u64,
    /// Documents that were in the index and are no more.
    pub removed: u64,
    /// Documents whose files cannot be read now, and whose text is that of an earlier run.
    pub stale: u64,
    /// Documents that are no longer in their folders and are kept, because they are so many.
    pub held: u64,
    /// True if this run made a new generation.
    pub changed: bool,
    /// Documents in the index.
    pub documents: u64,
    /// Passages in the index.
    pub passages: u64,
    /// Characters of stored text by language tag.
    pub characters: BTreeMap<String, u64>,
    /// Repairs made, by kind.
    pub repairs: BTreeMap<String, u64>,
    /// Documents with repairs.
    pub documents_repaired: u64,
    /// Documents with spans that are beyond repair.
    pub documents_with_losses: u64,
    /// Copies of original files that the index keeps.
    pub originals: u64,
    /// Bytes of these copies.
    pub original_bytes: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Name of the current generation.
    pub generation: String,
    /// Every file and its outcome, by path.
    pub files: Vec<FileReport>,
}

/// Outcome of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileReport {
    /// Path below the folder; a JSON line adds `:LINE`.
    pub path: String,
    /// Indexed or skipped.
    pub status: FileStatus,
    /// Reason why it was skipped, or the parts that could not be read; empty when all is in the index.
    pub reason: String,
    /// Pages that were read of pictures, and how surely; empty where none was.
    pub scanned: String,
    /// Reason why it was skipped, as a type.
    #[serde(skip)]
    pub skipped: Option<SkipReason>,
}

impl FileReport {
    /// Reports a file that is in the index, with a note on parts that could not be read.
    pub(crate) fn read(path: String, status: FileStatus, note: String) -> Self {
        Self {
            path,
            status,
            reason: note,
            scanned: String::new(),
            skipped: None,
        }
    }

    /// Reports a file that is not in the index.
    pub(crate) fn skipped(path: String, reason: SkipReason) -> Self {
        Self {
            path,
            status: FileStatus::Skipped,
            reason: reason.to_string(),
            scanned: String::new(),
            skipped: Some(reason),
        }
    }
}

/// Outcomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// The text was added to the index.
    Indexed,
    /// The text is in the index as before.
    Unchanged,
    /// The text is in the index as before, although its file did not yield it.
    Stale,
    /// The file is not in the index, for a reason.
    Skipped,
}

impl IndexReport {
    /// Files skipped, with their reasons.
    pub fn skipped(&self) -> impl Iterator<Item = &FileReport> {
        self.files
            .iter()
            .filter(|file| file.status == FileStatus::Skipped)
    }

    pub(crate) fn skip(&mut self, skipped: Skipped) {
        self.files
            .push(FileReport::skipped(skipped.path, skipped.reason));
    }

    /// Counts skipped files by reason, without the details of each.
    pub fn skipped_by_reason(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for reason in self.files.iter().filter_map(|file| file.skipped.as_ref()) {
            *counts.entry(reason.summary()).or_default() += 1;
        }
        counts
    }

    /// Files that are indexed but for some parts, with the reasons.
    pub fn partly_read(&self) -> impl Iterator<Item = &FileReport> {
        self.files
            .iter()
            .filter(|file| !matches!(file.status, FileStatus::Skipped | FileStatus::Stale))
            .filter(|file| !file.reason.is_empty())
    }

    /// Files with pages that were read of pictures.
    pub fn read_of_pictures(&self) -> impl Iterator<Item = &FileReport> {
        self.files.iter().filter(|file| !file.scanned.is_empty())
    }

    /// Files whose text is that of an earlier run, with the reasons.
    pub fn stale_files(&self) -> impl Iterator<Item = &FileReport> {
        self.files
            .iter()
            .filter(|file| file.status == FileStatus::Stale)
    }
}
