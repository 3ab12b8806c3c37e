//! The account of one indexing run: every file is in it, indexed or with a reason.

use std::collections::BTreeMap;

use serde::Serialize;

/// The account of one run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IndexReport {
    /// Files that were read.
    pub files_read: u64,
    /// Documents in the index.
    pub documents: u64,
    /// Passages in the index.
    pub passages: u64,
    /// Characters of stored text by language tag.
    pub characters: BTreeMap<String, u64>,
    /// Repairs made, by kind.
    pub repairs: BTreeMap<String, u64>,
    /// Documents with spans that are beyond repair.
    pub documents_with_losses: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Name of the generation that was built.
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
    /// Its text is in the index.
    Indexed,
    /// It is not, for a reason.
    Skipped,
}

/// A path that is not indexed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Path below the folder.
    pub path: String,
    /// Why, for people.
    pub reason: String,
}

impl IndexReport {
    /// Files skipped, with their reasons.
    pub fn skipped(&self) -> impl Iterator<Item = &FileReport> {
        self.files.iter().filter(|file| file.status == FileStatus::Skipped)
    }

    pub(crate) fn skip(&mut self, skipped: Skipped) {
        self.files.push(FileReport { path: skipped.path, status: FileStatus::Skipped, reason: skipped.reason });
    }

    /// Files that are indexed but for some parts, with the reasons.
    pub fn partly_read(&self) -> impl Iterator<Item = &FileReport> {
        self.files.iter().filter(|file| file.status == FileStatus::Indexed && !file.reason.is_empty())
    }

    pub(crate) fn indexed(&mut self, path: String, reason: String) {
        self.files.push(FileReport { path, status: FileStatus::Indexed, reason });
    }
}
