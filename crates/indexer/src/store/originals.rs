//! Copies of original files beside the generations of an index, each under the hash of its content.
//!
//! In: the catalog of a generation and the files that it was made of. Out: the folder `originals`, which holds every PDF that
//! a generation of the index was made of, once. A run that begins it makes it part of the index: later runs keep to it, a
//! snapshot takes what its generation needs along, and a forgotten document's file is gone with it. Only PDFs are kept, since
//! only their pages are shown.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::build::catalog::{Catalog, ContentHash, FileEntry, Outcome, hash_file};
use crate::error::IndexError;
use crate::readers::{KEPT_ORIGINALS, begins_as_pdf};
use crate::skip::SkipReason;

/// Ending of a copy that is not complete.
const UNFINISHED: &str = ".new";

/// What an index keeps of original files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeptOriginals {
    /// Number of files.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// Returns true if the index keeps originals.
pub(crate) fn are_kept(index_dir: &Path) -> bool {
    index_dir.join(KEPT_ORIGINALS).is_dir()
}

/// Copies the PDFs of `catalog` that are not there yet; `place_of` says where a file lies now. One that has changed since it
/// was read is left for the next run.
///
/// # Errors
/// [`IndexError::Io`] if a copy cannot be written.
pub(crate) fn keep<'a>(
    index_dir: &Path,
    catalog: &Catalog,
    place_of: impl Fn(&FileEntry) -> Option<&'a Path>,
) -> Result<(), IndexError> {
    let store = index_dir.join(KEPT_ORIGINALS);
    fs::create_dir_all(&store).map_err(IndexError::io("create", &store))?;
    for file in catalog.files.iter().filter(|file| is_held(file)) {
        let (Some(content), Some(place)) = (file.content, place_of(file)) else {
            continue;
        };
        if !store.join(name_of(content)).exists() {
            copy(place, content, &store)?;
        }
    }
    Ok(())
}

/// Copies the originals of `catalog` from one index to another.
///
/// # Errors
/// As [`keep`].
pub(crate) fn copy_held(source: &Path, target: &Path, catalog: &Catalog) -> Result<(), IndexError> {
    if !are_kept(source) {
        return Ok(());
    }
    let (from, store) = (source.join(KEPT_ORIGINALS), target.join(KEPT_ORIGINALS));
    fs::create_dir_all(&store).map_err(IndexError::io("create", &store))?;
    for content in contents(catalog) {
        let name = name_of(content);
        if !store.join(&name).exists() {
            copy(&from.join(&name), content, &store)?;
        }
    }
    Ok(())
}

/// Removes every original that no catalog of `kept` holds. Where one holds a file whose content it does not name, because it
/// could not be read, nothing is removed, unless that `must` be.
///
/// # Errors
/// [`IndexError::Io`] if a copy cannot be removed.
pub(crate) fn remove_others(
    index_dir: &Path,
    kept: &[Catalog],
    must: bool,
) -> Result<(), IndexError> {
    let files = || kept.iter().flat_map(|catalog| &catalog.files);
    let is_unknown = |file: &FileEntry| file.content.is_none() && is_held(file);
    if !are_kept(index_dir) || !must && files().any(is_unknown) {
        return Ok(());
    }
    let names: BTreeSet<String> = kept.iter().flat_map(contents).map(name_of).collect();
    for path in kept_files(index_dir) {
        let name = path.file_name().and_then(|name| name.to_str());
        if !name.is_some_and(|name| names.contains(name)) {
            fs::remove_file(&path).map_err(IndexError::io("remove", &path))?;
        }
    }
    Ok(())
}

/// Number and bytes of the originals of an index.
pub(crate) fn kept_originals(index_dir: &Path) -> KeptOriginals {
    let mut kept = KeptOriginals::default();
    for path in kept_files(index_dir) {
        kept.files += 1;
        kept.bytes += fs::metadata(path).map_or(0, |file| file.len());
    }
    kept
}

/// Names of originals that are not what their names say.
pub(crate) fn damaged_originals(index_dir: &Path) -> Vec<String> {
    let mut damaged: Vec<String> = Vec::new();
    for path in kept_files(index_dir) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_sound = hash_file(&path).is_ok_and(|content| name_of(content) == name);
        if !is_sound && !name.ends_with(UNFINISHED) {
            damaged.push(format!("{KEPT_ORIGINALS}/{name}"));
        }
    }
    damaged
}

/// Returns true if a file's original may be kept: documents of it are in the index, and none of them is forgotten.
fn is_held(file: &FileEntry) -> bool {
    let mut documents = file.documents.iter();
    let is_indexed = |outcome: &Outcome| matches!(outcome, Outcome::Indexed(_));
    let is_forgotten =
        |outcome: &Outcome| matches!(outcome, Outcome::Skipped(SkipReason::Forgotten));
    documents
        .clone()
        .any(|document| is_indexed(&document.outcome))
        && !documents.any(|document| is_forgotten(&document.outcome))
}

fn contents(catalog: &Catalog) -> impl Iterator<Item = ContentHash> {
    let held = catalog.files.iter().filter(|file| is_held(file));
    held.filter_map(|file| file.content)
}

fn kept_files(index_dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(index_dir.join(KEPT_ORIGINALS));
    let entries = entries.into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn name_of(content: ContentHash) -> String {
    content.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Copies the file at `place` into `store` if it is a PDF and has `content`.
fn copy(place: &Path, content: ContentHash, store: &Path) -> Result<(), IndexError> {
    let Ok(mut from) = File::open(place) else {
        return Ok(());
    };
    let mut piece = vec![0; 1 << 17];
    // A file that cannot be read to its end is not what was indexed.
    let Some(mut len) = from
        .read(&mut piece)
        .ok()
        .filter(|len| begins_as_pdf(&piece[..*len]))
    else {
        return Ok(());
    };
    let name = name_of(content);
    let unfinished = store.join(format!("{name}{UNFINISHED}"));
    let mut write = || -> io::Result<bool> {
        let (mut to, mut hash) = (File::create(&unfinished)?, Sha256::new());
        while len > 0 {
            hash.update(&piece[..len]);
            to.write_all(&piece[..len])?;
            len = match from.read(&mut piece) {
                Ok(len) => len,
                Err(_) => return Ok(false),
            };
        }
        to.sync_all()?;
        Ok(hash.finalize()[..content.len()] == content)
    };
    let written = match write() {
        Ok(true) => fs::rename(&unfinished, store.join(name)),
        Ok(false) => fs::remove_file(&unfinished),
        Err(error) => {
            let _ = fs::remove_file(&unfinished);
            Err(error)
        }
    };
    written.map_err(IndexError::io("write", unfinished))
}
