//! The account of one indexing run: every file is in it, indexed or with a reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::skip::Skipped;

/// The account of one run.
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
    /// Whether this run made a new generation.
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
    /// Bytes read.
    pub bytes: u64,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Name of the current generation.
    pub generation: String,
    /// Every file and what became of it, by path.
    pub files: Vec<FileReport>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileReport {
    /// Path below the folder; a JSON line adds `:LINE`.
    pub path: String,
    /// Indexed or skipped.
    pub status: FileStatus,
    /// Why it was skipped, or what of it could not be read; empty when all is in the index.
    pub reason: String,
}

/// Whether a file is in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Its text was put into the index.
    Indexed,
    /// Its text is in the index, as before.
    Unchanged,
    /// It is not, for a reason.
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
        self.files.push(FileReport {
            path: skipped.path,
            status: FileStatus::Skipped,
            reason: skipped.reason,
        });
    }

    /// How many were skipped for each reason, told without its details.
    pub fn skipped_by_reason(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for file in self.skipped() {
            let reason = file
                .reason
                .split_once(": ")
                .map_or(file.reason.as_str(), |(reason, _)| reason);
            *counts.entry(reason).or_default() += 1;
        }
        counts
    }

    /// Files that are indexed but for some parts, with the reasons.
    pub fn partly_read(&self) -> impl Iterator<Item = &FileReport> {
        self.files
            .iter()
            .filter(|file| file.status != FileStatus::Skipped && !file.reason.is_empty())
    }
}
