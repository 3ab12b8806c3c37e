//! Account of what an index holds of its folders, and what it does not: a file of each generation that both ends read.
//!
//! The indexer writes it beside the manifest, which has its checksum; `polidex doctor` and the page `/coverage` say the same
//! because they read the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name of the file in a generation's folder.
pub const COVERAGE: &str = "coverage.account";

/// Files of one sort that are listed; the number of all is kept beside.
pub const MAX_LISTED: usize = 5_000;

/// What a generation holds of its folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Documents in the index.
    pub documents: u64,
    /// Files and members that are not in the index.
    pub skipped: FileList,
    /// Documents whose text is that of an earlier run.
    pub stale: FileList,
    /// Documents of which a part could not be read: a page that is a scan, a sheet that breaks off.
    pub partly: FileList,
    /// Documents with places that no repair could mend.
    pub with_losses: u64,
    /// Documents with repairs.
    pub repaired: u64,
    /// Repairs by kind.
    pub repairs: BTreeMap<String, u64>,
}

impl Coverage {
    /// Number of the files that somebody may miss: what is left out by rule is none of them.
    pub fn unread(&self) -> u64 {
        let left_out = self.skipped.classes.get("left-out").copied();
        self.skipped.count.saturating_sub(left_out.unwrap_or(0))
    }
}

/// Files with reasons, in the order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileList {
    /// Number of all.
    pub count: u64,
    /// Number of all by class of reason, by its slug; empty where reasons have no classes.
    pub classes: BTreeMap<String, u64>,
    /// Number of all by reason, without the details of each.
    pub reasons: BTreeMap<String, u64>,
    /// The first of them.
    pub files: Vec<CoveredFile>,
}

/// A file or a document, and why it is not wholly in the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CoveredFile {
    /// Path below its folder.
    pub path: String,
    /// Id of its document, if it has one.
    pub id: String,
    /// Class of the reason, or empty.
    pub class: String,
    /// Reason, for people.
    pub reason: String,
}

impl FileList {
    /// Adds a file, counted under `summary`; listed while there is room.
    pub fn add(&mut self, file: CoveredFile, summary: &str) {
        self.count += 1;
        if !file.class.is_empty() {
            *self.classes.entry(file.class.clone()).or_default() += 1;
        }
        *self.reasons.entry(summary.to_owned()).or_default() += 1;
        if self.files.len() < MAX_LISTED {
            self.files.push(file);
        }
    }
}

impl Coverage {
    /// Encodes the account for its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data always serialises")
    }

    /// Decodes the account; `None` when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_more_than_it_holds() {
        let mut list = FileList::default();
        for number in 0..MAX_LISTED + 2 {
            let file = CoveredFile {
                path: format!("{number}.png"),
                class: "foreign-format".to_owned(),
                reason: "PNG image: this format is not read".to_owned(),
                ..CoveredFile::default()
            };
            list.add(file, "PNG image");
        }
        assert_eq!(list.files.len(), MAX_LISTED);
        assert_eq!(list.count, MAX_LISTED as u64 + 2);
        assert_eq!(list.reasons["PNG image"], list.count);
        assert_eq!(list.classes["foreign-format"], list.count);
        let coverage = Coverage {
            skipped: list,
            ..Coverage::default()
        };
        assert_eq!(Coverage::from_bytes(&[0xFF]), None);
        assert_eq!(Coverage::from_bytes(&coverage.to_bytes()), Some(coverage));
    }
}
