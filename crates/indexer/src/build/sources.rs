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
//! `password_file = "secret.txt"` names a file below the folder, best a hidden one, whose first line opens the document.

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
/// [`IndexError::Sources`] when the file is there and cannot be understood, [`IndexError::Io`] when it or the folder cannot be
/// read.
pub fn read_sources(root: &Path) -> Result<Sources, IndexError> {
    let path = root.join(SOURCES_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Sources::new()),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(IndexError::Sources {
                path,
                reason: "it is not UTF-8".to_owned(),
            });
        }
        Err(error) => {
            // Where the folder is shut, the file is not to blame.
            let is_shut = root.read_dir().is_err();
            let unread = if is_shut { root.to_owned() } else { path };
            return Err(IndexError::io("read", unread)(error));
        }
    };
    let sources: Sources = toml::from_str(&text).map_err(|error| IndexError::Sources {
        path: path.clone(),
        reason: error.to_string().trim().to_owned(),
    })?;
    let sources = sources.into_iter().map(|(name, declared)| {
        let opened = with_password(root, &name, declared);
        let entry = opened.map_err(|reason| IndexError::Sources {
            path: path.clone(),
            reason,
        })?;
        Ok((name, entry))
    });
    sources.collect()
}

/// Reads the password of an entry, if it names a file that has one.
fn with_password(root: &Path, name: &str, declared: Declared) -> Result<Declared, String> {
    if declared.password.is_some() {
        return Err(format!(
            "[{name:?}] holds a password; put it in a file and name that as password_file"
        ));
    }
    let Some(file) = &declared.password_file else {
        return Ok(declared);
    };
    let text = std::fs::read_to_string(root.join(file))
        .map_err(|error| format!("the password_file of [{name:?}], {file}: {error}"))?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    Ok(Declared {
        password: Some(password),
        ..declared
    })
}
