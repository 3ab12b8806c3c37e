//! Finds the files to index.
//!
//! In: folders and files. Out: [`Found`] regular files in a stable order and, for everything else that lies there, a
//! reason. Symbolic links are not followed, devices and pipes not opened.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};

use crate::build::sources::SOURCES_FILE;
use crate::error::IndexError;
use crate::skip::{SkipReason, Skipped};

/// Files found below the given paths.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, by relative path.
    pub files: Vec<FoundFile>,
    /// Paths that are not read, with the reasons.
    pub skipped: Vec<Skipped>,
    /// Folders that were given, in order: each may hold a `sources.toml`.
    pub roots: Vec<PathBuf>,
    /// Paths that could not be read, below their folders: what lies in them is not known.
    pub(crate) unreadable: Vec<String>,
}

/// A regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Path as found.
    pub path: PathBuf,
    /// Path below the folder that was given, with `/` between parts; the file name when the file itself was given.
    pub relative: String,
    /// The folder that was given, or the file's own.
    pub root: PathBuf,
    /// Size, times and inode.
    pub stamp: Stamp,
}

/// Size, times and inode of a file. When all are as before, so is the file, unless it changed within one tick of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub len_bytes: u64,
    /// Last change of its content in nanoseconds since 1970; 0 when the system does not say.
    pub modified_ns: u128,
    /// Last change of its content or of what is said of it, likewise: nothing sets it back.
    pub changed_ns: u128,
    /// Inode number; another one is another file.
    pub inode: u64,
}

impl Stamp {
    /// Reads the stamp of the file at `path`; a link is not followed.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        Some(Self::of(&path.symlink_metadata().ok()?))
    }

    fn of(metadata: &Metadata) -> Self {
        let modified = metadata
            .modified()
            .ok()
            .and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
        let modified_ns = modified.map_or(0, |since| since.as_nanos());
        let (changed_ns, inode) = change_and_inode(metadata);
        Self {
            len_bytes: metadata.len(),
            modified_ns,
            changed_ns,
            inode,
        }
    }
}

#[cfg(unix)]
fn change_and_inode(metadata: &Metadata) -> (u128, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed_ns =
        i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    (u128::try_from(changed_ns).unwrap_or(0), metadata.ino())
}

#[cfg(not(unix))]
fn change_and_inode(_: &Metadata) -> (u128, u64) {
    (0, 0)
}

/// Walks `paths`. Files keep the order of the paths, and below each path the order of their names.
///
/// # Errors
/// [`IndexError::NoSuchPath`] when a path given does not exist.
pub fn find_files(paths: &[PathBuf]) -> Result<Found, IndexError> {
    find_sources(paths, None)
}

/// Like [`find_files`], but the index at `index_dir`, which may lie below `paths`, is no source of itself.
///
/// # Errors
/// As [`find_files`].
pub fn find_sources(paths: &[PathBuf], index_dir: Option<&Path>) -> Result<Found, IndexError> {
    let mut found = Found::default();
    let index = index_dir.and_then(|index| index.canonicalize().ok());
    for path in paths {
        if !path.exists() {
            return Err(IndexError::NoSuchPath { path: path.clone() });
        }
        let root = if path.is_dir() {
            path.clone()
        } else {
            path.parent().unwrap_or(Path::new("")).to_owned()
        };
        found.walk(path, &root, index.as_deref());
        if !found.roots.contains(&root) {
            found.roots.push(root);
        }
    }
    Ok(found)
}

/// Returns true for the folder of the index, whose canonical path is `index`.
fn is_index(entry: &DirEntry, index: Option<&Path>) -> bool {
    index.is_some_and(|index| {
        index.file_name() == Some(entry.file_name())
            && entry.path().canonicalize().is_ok_and(|path| path == index)
    })
}

/// Returns the reason why nothing of a folder is read.
fn skipped_folder(entry: &DirEntry, index: Option<&Path>) -> Option<SkipReason> {
    if is_index(entry, index) {
        return Some(SkipReason::IndexItself);
    }
    saved_page_of(entry.path()).map(SkipReason::PartOfSavedPage)
}

impl Found {
    /// Paths that could not be read, below their folders; empty for a folder that was given itself.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = &str> {
        self.unreadable.iter().map(String::as_str)
    }

    /// Walks `path`, whose files are named below `root`.
    fn walk(&mut self, path: &Path, root: &Path, index: Option<&Path>) {
        let mut walk = WalkDir::new(path)
            .follow_links(false)
            .follow_root_links(true)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    if let Some(reason) = skipped_folder(&entry, index) {
                        walk.skip_current_dir();
                        self.skip(relative_to(root, entry.path()), reason);
                    }
                }
                Ok(entry) => self.take(&entry, root),
                Err(error) => self.note_unreadable(&error, root),
            }
        }
    }

    fn note_unreadable(&mut self, error: &walkdir::Error, root: &Path) {
        let path = error.path();
        let at = path.map_or_else(String::new, |at| relative_to(root, at));
        self.unreadable.push(at.clone());
        self.skip(at, SkipReason::CannotRead(io_reason(error)));
    }

    fn take(&mut self, entry: &DirEntry, root: &Path) {
        let relative = relative_to(root, entry.path());
        if relative == SOURCES_FILE && entry.file_type().is_file() {
            return;
        }
        if let Some(reason) = skipped_file(entry, &relative) {
            return self.skip(relative, reason);
        }
        let stamp = entry
            .metadata()
            .map(|metadata| Stamp::of(&metadata))
            .unwrap_or_default();
        self.files.push(FoundFile {
            path: entry.path().to_owned(),
            relative,
            root: root.to_owned(),
            stamp,
        });
    }

    fn skip(&mut self, path: String, reason: SkipReason) {
        self.skipped.push(Skipped { path, reason });
    }
}

/// Returns the reason why what is no folder is not read.
fn skipped_file(entry: &DirEntry, relative: &str) -> Option<SkipReason> {
    let kind = entry.file_type();
    let is_hidden = |part: &str| part.starts_with('.') && part.len() > 1;
    if kind.is_symlink() {
        Some(SkipReason::SymbolicLink)
    } else if !kind.is_file() {
        Some(SkipReason::NotRegular)
    } else if relative.split('/').any(is_hidden) {
        Some(SkipReason::Hidden)
    } else {
        None
    }
}

/// Endings of the folders in which browsers and Word put the pictures, styles and frames of a page they save.
const SAVED_FOLDERS: [&str; 3] = ["_files", ".files", "_archivos"];
/// Endings of the page beside such a folder.
const SAVED_PAGES: [&str; 4] = ["html", "htm", "xhtml", "shtml"];

/// Name of the saved page that the folder at `path` belongs to; `None` for any other folder.
fn saved_page_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let stem = SAVED_FOLDERS
        .into_iter()
        .find_map(|ending| name.strip_suffix(ending))?;
    SAVED_PAGES
        .into_iter()
        .map(|ending| format!("{stem}.{ending}"))
        .find(|page| path.with_file_name(page).is_file())
}

fn relative_to(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn io_reason(error: &walkdir::Error) -> String {
    error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
