//! Remembers what files looked like when they were last read, so that unchanged ones need not be read again.
//!
//! A cache and nothing else: it only spares the hashing of a file whose size, times and inode are those of before. Content
//! decides; when the cache is gone or damaged, files are hashed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::build::catalog::{ContentHash, hash_file};
use crate::build::walk::{FoundFile, Stamp};

const SEEN: &str = "SEEN";
/// A file that changed less than this before it was looked at may change again within the same tick of its file system's
/// clock (two seconds on FAT), unseen. Such a stamp is not trusted.
const CLOCK_TICK: Duration = Duration::from_secs(2);

/// Stamps and hashes by path.
#[derive(Debug, Default)]
pub(crate) struct SeenFiles {
    place: PathBuf,
    before: HashMap<Vec<u8>, Seen>,
    now: HashMap<Vec<u8>, Seen>,
    started_ns: u128,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Seen {
    stamp: Stamp,
    content: ContentHash,
}

impl SeenFiles {
    /// Reads what the last run has seen.
    pub(crate) fn read(index_dir: &Path) -> Self {
        let place = index_dir.join(SEEN);
        let before = std::fs::read(&place)
            .ok()
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
            .unwrap_or_default();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            place,
            before,
            now: HashMap::new(),
            started_ns: now.saturating_sub(CLOCK_TICK).as_nanos(),
        }
    }

    /// Drops what is remembered of the index in `index_dir`.
    pub(crate) fn drop_cache(index_dir: &Path) {
        let _ = std::fs::remove_file(index_dir.join(SEEN));
    }

    /// The content of a file, from memory where its stamp is the one remembered; `None` when it cannot be read.
    pub(crate) fn content(&self, file: &FoundFile) -> Option<ContentHash> {
        match self.before.get(key(&file.path)) {
            Some(seen) if seen.stamp == file.stamp => Some(seen.content),
            _ => hash_file(&file.path).ok(),
        }
    }

    /// Notes the content of a file for the next run.
    pub(crate) fn note(&mut self, file: &FoundFile, content: ContentHash) {
        let is_settled = file.stamp.modified_ns.max(file.stamp.changed_ns) < self.started_ns;
        if is_settled {
            self.now.insert(
                key(&file.path).to_vec(),
                Seen {
                    stamp: file.stamp,
                    content,
                },
            );
        }
    }

    /// Writes what this run has seen. A failure costs the next run some time and nothing else.
    pub(crate) fn write(&self) {
        if self.place.as_os_str().is_empty() {
            return;
        }
        let bytes = postcard::to_allocvec(&self.now).expect("plain data always serialises");
        let beside = self.place.with_extension("new");
        let _ = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &self.place));
    }
}

fn key(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
