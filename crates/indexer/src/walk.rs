//! Finds the files to index.
//!
//! In: folders and files. Out: [`Found`] regular files in a stable order and, for everything else that lies there, a
//! reason. Symbolic links are not followed, devices and pipes not opened.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::IndexError;
use crate::report::Skipped;
use crate::sources::SOURCES_FILE;

/// What lies below the given paths.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, by relative path.
    pub files: Vec<FoundFile>,
    /// What is not read, and why.
    pub skipped: Vec<Skipped>,
    /// Folders that were given, in order: each may hold a `sources.toml`.
    pub roots: Vec<PathBuf>,
}

/// A regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder that was given, with `/` between parts; a file's own name when the file was given.
    pub relative: String,
    /// The folder that was given, or the file's own.
    pub root: PathBuf,
    /// Bytes, as the system says.
    pub len_bytes: u64,
    /// Last change in nanoseconds since 1970, as the system says; 0 when it does not.
    pub modified_ns: u128,
}

/// Walks `paths`. Files keep the order of the paths, and below each path the order of their names.
///
/// # Errors
/// [`IndexError::NoSuchPath`] when a path given does not exist.
pub fn find_files(paths: &[PathBuf]) -> Result<Found, IndexError> {
    let mut found = Found::default();
    for path in paths {
        if !path.exists() {
            return Err(IndexError::NoSuchPath { path: path.clone() });
        }
        let root = if path.is_dir() { path.clone() } else { path.parent().unwrap_or(Path::new("")).to_owned() };
        for entry in WalkDir::new(path).follow_links(false).follow_root_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) => found.take(&entry, &root),
                Err(error) => {
                    let at = error.path().map_or_else(String::new, |at| relative_to(&root, at));
                    found.skip(at, format!("cannot be read: {}", io_reason(&error)));
                }
            }
        }
        if !found.roots.contains(&root) {
            found.roots.push(root);
        }
    }
    Ok(found)
}

impl Found {
    fn take(&mut self, entry: &walkdir::DirEntry, root: &Path) {
        let relative = relative_to(root, entry.path());
        let kind = entry.file_type();
        if kind.is_dir() {
            return;
        }
        if kind.is_symlink() {
            return self.skip(relative, "symbolic link, not followed".to_owned());
        }
        if !kind.is_file() {
            return self.skip(relative, "not a regular file".to_owned());
        }
        if relative == SOURCES_FILE {
            return;
        }
        if relative.split('/').any(|part| part.starts_with('.') && part.len() > 1) {
            return self.skip(relative, "hidden file".to_owned());
        }
        let metadata = entry.metadata().ok();
        let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        let since_epoch = modified.and_then(|modified| modified.duration_since(std::time::UNIX_EPOCH).ok());
        self.files.push(FoundFile {
            path: entry.path().to_owned(),
            relative,
            root: root.to_owned(),
            len_bytes: metadata.map_or(0, |metadata| metadata.len()),
            modified_ns: since_epoch.map_or(0, |since| since.as_nanos()),
        });
    }

    fn skip(&mut self, path: String, reason: String) {
        self.skipped.push(Skipped { path, reason });
    }
}

fn relative_to(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn io_reason(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
}
