//! Reads `sources.toml`, in which a folder describes its own files.
//!
//! One table per file, named by the file's path below the folder:
//!
//! ```toml
//! ["000_9ac07af73a5acd48.txt"]
//! title = "Accelerate the Development of New Quality Productive Forces"
//! publisher = "Financial Secretary, HKSAR Government"
//! date = "2024-03-10"
//! languages = ["en"]
//! kind = "blog"
//! without = ["double-encoding", "al-for-ai"]
//!
//! ["poems/"]
//! repair = false
//! ```
//!
//! A name that ends in a slash is that of a folder and switches repair, or some of it, off for all files below it.

use std::collections::HashMap;
use std::path::Path;

use crate::declared::Declared;
use crate::error::IndexError;

/// Name of the file in a folder.
pub const SOURCES_FILE: &str = "sources.toml";

/// The entries of one folder, by relative path.
pub type Sources = HashMap<String, Declared>;

/// Reads the folder's `sources.toml`; a folder without one has no entries.
///
/// # Errors
/// [`IndexError::Sources`] when the file is there and cannot be understood.
pub fn read_sources(root: &Path) -> Result<Sources, IndexError> {
    let path = root.join(SOURCES_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Sources::new()),
        Err(error) => {
            return Err(IndexError::Sources {
                path,
                reason: error.to_string(),
            });
        }
    };
    toml::from_str(&text).map_err(|error| IndexError::Sources {
        path,
        reason: error.to_string().trim().to_owned(),
    })
}
