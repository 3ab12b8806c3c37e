//! Ids of documents that must not come back: a court order, data protection.
//!
//! Kept beside the generations of an index as hashes, one a line, so that the list itself does not name what was removed.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};

/// File name in an index folder.
pub(crate) const FORGOTTEN: &str = "FORGOTTEN";

/// Hashes of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten(BTreeSet<String>);

impl Forgotten {
    /// Reads the list of the index in `index_dir`; empty where there is none.
    ///
    /// # Errors
    /// The list is there and cannot be read: nothing may be indexed without it.
    pub(crate) fn read(index_dir: &Path) -> std::io::Result<Self> {
        match std::fs::read_to_string(index_dir.join(FORGOTTEN)) {
            Ok(text) => Ok(Self::from_text(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// The list as [`Forgotten::to_text`] wrote it.
    pub fn from_text(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// Returns true if the document `id` was forgotten.
    pub(crate) fn contains(&self, id: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&hash(id))
    }

    /// Adds the document `id`.
    pub fn add(&mut self, id: &str) {
        self.0.insert(hash(id));
    }

    /// A line for each hash.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|hash| format!("{hash}\n")).collect()
    }
}

fn hash(id: &str) -> String {
    Sha256::digest(id)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
