//! The catalog of a generation: every file and every document it was made of, indexed or with a reason.
//!
//! Stored beside the engine's files. The next run compares it with the folder and touches only what differs; `doctor` holds
//! the index against it. It says nothing of times: two runs over the same content write the same catalog.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::skip::{SkipReason, Skipped, recorded};

/// File name in the folder of a generation.
pub const CATALOG: &str = "catalog.bin";

/// Version of the catalog's stored form, part of what an index is made with: one of another form is not gone on from. Raised
/// when the test below says that the form has changed.
pub(crate) const CATALOG_VERSION: u32 = 3;

/// First half of a SHA-256: long enough that nothing collides by chance.
pub type ContentHash = [u8; 16];

/// Everything a generation was made of, in the order of the walk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The files that were read.
    pub files: Vec<FileEntry>,
    /// Paths that the walk left out.
    pub skipped: Vec<Skipped>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the folder that was given.
    pub relative: String,
    /// The id its document has without one of its own; unique among the files.
    pub file_id: String,
    /// Hash of the content; `None` when it could not be read whole, so that the next run tries again.
    pub content: Option<ContentHash>,
    /// Number of the folder it was found in, among those that were given.
    pub root: u32,
    /// Hash of its entry in `sources.toml`.
    pub declared: ContentHash,
    /// Documents, in order.
    pub documents: Vec<DocumentEntry>,
}

/// One document of a file, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// Path of its file below the folder; a JSON line adds `:LINE`.
    pub path: String,
    /// The id it asked for; `None` when it was not even read.
    pub id: Option<String>,
    /// Hash of everything its text and description were made of.
    pub input: ContentHash,
    /// Outcome.
    pub outcome: Outcome,
    /// Reason why it is in the index although its file did not yield it.
    pub kept: Option<Kept>,
}

/// Reason why a document of the generation before stays in the index although this run did not find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// Its file or folder cannot be read now: the text is that of the last run that could.
    Unread,
    /// Too much would be removed at once.
    Held,
}

/// Outcome of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Indexed.
    Indexed(DocumentCounts),
    /// Skipped, for this reason.
    Skipped(#[serde(with = "recorded")] SkipReason),
    /// Skipped, because a document before it has the same id.
    SameId,
}

/// Figures of a document for the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentCounts {
    /// Number of passages.
    pub passages: u32,
    /// Characters of stored text by language tag.
    pub characters: BTreeMap<String, u64>,
    /// Repairs by kind.
    pub repairs: BTreeMap<String, u64>,
    /// True if spans of it are beyond repair.
    pub has_losses: bool,
    /// Parts that could not be read, for people; empty when there is none.
    pub note: String,
    /// What was read of pictures, for people; empty where nothing was.
    pub scanned: String,
}

impl Catalog {
    /// Encodes the catalog for its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data always serialises")
    }

    /// Reads the catalog of the generation in `folder`; `None` when there is no readable one.
    pub fn read(folder: &Path) -> Option<Self> {
        Self::from_bytes(&std::fs::read(folder.join(CATALOG)).ok()?)
    }

    /// Reads a catalog; `None` when it is not readable.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// Returns the ids of documents that are kept, for `reason`.
    pub fn kept(&self, reason: Kept) -> Vec<String> {
        let documents = self.files.iter().flat_map(|file| &file.documents);
        let kept = documents.filter(|document| document.kept == Some(reason));
        kept.filter_map(|document| document.id.clone()).collect()
    }

    /// Returns the documents in the index, by id.
    pub fn indexed(&self) -> HashMap<&str, &DocumentEntry> {
        let documents = self.files.iter().flat_map(|file| &file.documents);
        let indexed = documents.filter(|document| matches!(document.outcome, Outcome::Indexed(_)));
        indexed
            .filter_map(|document| Some((document.id.as_deref()?, document)))
            .collect()
    }
}

impl FileEntry {
    /// Returns true if its documents would have the same outcomes when `taken` are the ids before it.
    pub(crate) fn keeps_ids(&self, taken: &HashSet<String>) -> bool {
        let mut own = HashSet::new();
        self.documents.iter().all(|document| {
            let Some(id) = &document.id else { return true };
            let is_first = !taken.contains(id) && own.insert(id);
            is_first != (document.outcome == Outcome::SameId)
        })
    }
}

/// Hashes the bytes of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn hash_file(path: &Path) -> std::io::Result<ContentHash> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(cut(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

/// Hashes anything that can be hashed, with SHA-256 in the place of the standard hash.
pub(crate) fn hash_value(value: &impl Hash) -> ContentHash {
    let mut hasher = ContentHasher(Sha256::new());
    value.hash(&mut hasher);
    cut(&hasher.0.finalize())
}

fn cut(digest: &[u8]) -> ContentHash {
    digest[..16].try_into().expect("SHA-256 has 32 bytes")
}

struct ContentHasher(Sha256);

impl Hasher for ContentHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use polidex_analysis::hash::Fnv;

    use super::*;

    fn document(id: &str, outcome: Outcome) -> DocumentEntry {
        DocumentEntry {
            path: String::new(),
            id: Some(id.to_owned()),
            input: [0; 16],
            outcome,
            kept: None,
        }
    }

    #[test]
    fn a_file_is_read_again_when_another_takes_or_frees_an_id() {
        let indexed = || Outcome::Indexed(DocumentCounts::default());
        let documents = vec![
            document("a", indexed()),
            document("b", Outcome::SameId),
            document("a", Outcome::SameId),
        ];
        let file = FileEntry {
            relative: String::new(),
            file_id: String::new(),
            content: None,
            root: 0,
            declared: [0; 16],
            documents,
        };
        let taken = |ids: &[&str]| {
            ids.iter()
                .map(|id| (*id).to_owned())
                .collect::<HashSet<_>>()
        };
        assert!(file.keeps_ids(&taken(&["b"])));
        assert!(!file.keeps_ids(&taken(&[])), "b is free now");
        assert!(!file.keeps_ids(&taken(&["a", "b"])), "a is taken now");
    }

    #[test]
    fn the_stored_form_moves_with_its_version_only() {
        let counts = DocumentCounts {
            passages: 300,
            characters: BTreeMap::from([("en".to_owned(), 5)]),
            repairs: BTreeMap::from([("entity".to_owned(), 1)]),
            has_losses: true,
            note: "n".to_owned(),
            scanned: "s".to_owned(),
        };
        let documents = vec![
            document("a", Outcome::Indexed(counts)),
            document("b", Outcome::SameId),
        ];
        let file = FileEntry {
            relative: "r".to_owned(),
            file_id: "f".to_owned(),
            content: Some([1; 16]),
            root: 0,
            declared: [2; 16],
            documents,
        };
        let catalog = Catalog {
            files: vec![file],
            skipped: Vec::new(),
        };
        let hash = Fnv::of(&catalog.to_bytes());
        assert_eq!(
            (CATALOG_VERSION, format!("{hash:016x}").as_str()),
            (3, "819b27797338ae22"),
            "the stored form of the catalog has changed: raise CATALOG_VERSION and put both here"
        );
    }

    #[test]
    fn hashes_tell_parts_from_their_sum() {
        assert_ne!(hash_value(&("ab", "c")), hash_value(&("a", "bc")));
        assert_eq!(hash_value(&("ab", "c")), hash_value(&("ab", "c")));
    }
}
