//! Indexes folders on this machine: a build into the store on disk.
//!
//! In: paths and the folder of an index. Out: an [`IndexReport`], and a new generation when anything has changed.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use polidex_schema::manifest::Manifest;

pub use crate::build::closing::Closing;
pub use crate::build::{BuildOptions, Progress, begin_manifest};

use crate::build::catalog::{Catalog, DocumentCounts, FileEntry, Outcome};
use crate::build::forgotten::Forgotten;
use crate::build::seen::SeenFiles;
use crate::build::sink::Sink;
use crate::build::sources::SOURCES_FILE;
use crate::build::update::Update;
use crate::build::walk::find_sources;
use crate::build::{Base, Inputs, absolute, build_into};
use crate::error::IndexError;
use crate::report::IndexReport;
use crate::skip::SkipReason;
use crate::store::generations::{
    WriterLock, complete_generations, current_generation, generation_folder, read_base,
    read_forgotten, read_manifest, snapshots_taken, write_forgotten,
};
use crate::store::originals::{are_kept, keep, kept_originals, remove_others};
use crate::store::writer::GenerationWriter;

/// Folder of the pages of scans that were read.
const SCANNED_PAGES: &str = "scanned-pages";

/// Builds an index of everything below `paths` into `index_dir`, or brings the one that is there up to date. A new generation
/// is made only when something has changed. `progress` is called after every file.
///
/// # Errors
/// When no index was made: see [`IndexError`]. A file that cannot be indexed is in the report and no error.
pub fn build_index(
    paths: &[PathBuf],
    index_dir: &Path,
    options: &BuildOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<IndexReport, IndexError> {
    let started = Instant::now();
    let inputs = Inputs::read(paths, Some(index_dir))?;
    let lock = Arc::new(WriterLock::take(index_dir)?);
    let manifest = begin_manifest(paths, options);
    let base = read_base(index_dir).filter(|base| !options.rebuild && base.leads_to(&manifest));
    let base_manifest = base.as_ref().map(|base| base.manifest.clone());
    let forgotten = read_forgotten(index_dir)?;
    let sink = GenerationWriter::new(Arc::clone(&lock), index_dir, options.threads, base_manifest)
        .keeping(options.keep)
        .closing(options.closing.clone());
    let options = &BuildOptions {
        scans: options.scans.clone().kept_in(index_dir.join(SCANNED_PAGES)),
        ..options.clone()
    };
    let update = Update {
        inputs: &inputs,
        options,
        progress,
        forgotten: &forgotten,
    };
    let seen = SeenFiles::read(index_dir);
    let mut report = build_into(sink, base.as_ref(), manifest, seen, &update)?;
    if options.keep_originals || are_kept(index_dir) {
        keep_originals(index_dir, &inputs)?;
        let kept = kept_originals(index_dir);
        (report.originals, report.original_bytes) = (kept.files, kept.bytes);
    }
    drop(lock);
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Copies the PDFs of the current generation beside it, and removes those that no generation was made of. Whoever calls holds
/// the lock.
fn keep_originals(index_dir: &Path, inputs: &Inputs) -> Result<(), IndexError> {
    let catalog_of = |name: String| Catalog::read(&generation_folder(index_dir, &name));
    let files = inputs.found.files.iter();
    let places: HashMap<(u32, &str), &Path> = files
        .map(|file| {
            let place = (inputs.root_of(file), file.relative.as_str());
            (place, file.path.as_path())
        })
        .collect();
    let place_of = |file: &FileEntry| places.get(&(file.root, file.relative.as_str())).copied();
    if let Some(catalog) = current_generation(index_dir).and_then(catalog_of) {
        keep(index_dir, &catalog, place_of)?;
    }
    let generations = complete_generations(index_dir).into_iter();
    let catalogs: Option<Vec<Catalog>> = generations.map(catalog_of).collect();
    // Without the catalog of one, nobody knows what it was made of.
    catalogs.map_or(Ok(()), |catalogs| {
        remove_others(index_dir, &catalogs, false)
    })
}

/// Builds an index of everything below `paths` into the sink that `begin` makes, or brings the generation `base` up to date
/// there: `begin` is given the manifest of what the sink has to begin with, or nothing. What is `forgotten` is left out. As
/// [`build_index`], for sinks that are not on this machine's disk.
///
/// # Errors
/// When no index was made: see [`IndexError`].
pub fn build_elsewhere<S: Sink>(
    paths: &[PathBuf],
    options: &BuildOptions,
    base: Option<Base>,
    forgotten: &Forgotten,
    begin: impl FnOnce(Option<&Manifest>) -> Result<S, IndexError>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<IndexReport, IndexError> {
    let started = Instant::now();
    let inputs = Inputs::read(paths, None)?;
    let manifest = begin_manifest(paths, options);
    let base = base.filter(|base| !options.rebuild && base.leads_to(&manifest));
    let sink = begin(base.as_ref().map(|base| &base.manifest))?;
    let update = Update {
        inputs: &inputs,
        options,
        progress,
        forgotten,
    };
    // Files are hashed anew: nothing is remembered of them on this machine.
    let seen = SeenFiles::default();
    let mut report = build_into(sink, base.as_ref(), manifest, seen, &update)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Removes documents by id from an index: a new generation without them becomes current, all others are removed, and later
/// runs leave them out. A server that serves the index follows within a second.
///
/// # Errors
/// [`IndexError::NoGeneration`], [`IndexError::Locked`], [`IndexError::Io`], [`IndexError::Engine`].
pub fn forget_documents(
    ids: &[String],
    index_dir: &Path,
    closing: Closing,
) -> Result<Forgot, IndexError> {
    if read_manifest(index_dir).is_none() {
        return Err(IndexError::no_generation(index_dir, "a current"));
    }
    let lock = Arc::new(WriterLock::take(index_dir)?);
    // First of all, so that no run brings them back whatever happens next.
    note_forgotten(ids, index_dir)?;
    let base = read_base(index_dir)
        .ok_or_else(|| IndexError::no_generation(index_dir, "a sound current"))?;
    let begin = Some(base.manifest.clone());
    let sink = GenerationWriter::new(Arc::clone(&lock), index_dir, 1, begin)
        .keeping(0)
        .closing(closing);
    let (removed, generation) = forget_elsewhere(ids, base, sink)?;
    let forgot = Forgot {
        removed,
        snapshots: snapshots_taken(index_dir),
        generation,
    };
    SeenFiles::drop_cache(index_dir);
    drop_scanned_pages(index_dir)?;
    drop_originals(index_dir)?;
    drop(lock);
    Ok(forgot)
}

/// Publishes the generation `base` without the documents `ids` by a sink that begins with all of it. Returns the ids of those
/// that were there, and the name of the generation.
///
/// # Errors
/// The sink has failed; `base` stays current.
pub fn forget_elsewhere<S: Sink>(
    ids: &[String],
    mut base: Base,
    sink: S,
) -> Result<(Vec<String>, String), IndexError> {
    let removed = remove_from(&mut base, ids);
    sink.remove_all(&removed)?;
    let published = sink.publish(base.manifest, &base.catalog)?;
    Ok((removed, published.generation))
}

/// Removes what was read of scans: nothing tells which of it is a forgotten document's.
fn drop_scanned_pages(index_dir: &Path) -> Result<(), IndexError> {
    let folder = index_dir.join(SCANNED_PAGES);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(IndexError::io("remove", &folder)(error))
        }
        _ => Ok(()),
    }
}

/// Removes the originals that the current generation was not made of: no other is left.
fn drop_originals(index_dir: &Path) -> Result<(), IndexError> {
    let current = current_generation(index_dir);
    let catalog = current.and_then(|name| Catalog::read(&generation_folder(index_dir, &name)));
    remove_others(index_dir, catalog.as_slice(), true)
}

fn note_forgotten(ids: &[String], index_dir: &Path) -> Result<(), IndexError> {
    let mut forgotten = read_forgotten(index_dir)?;
    for id in ids {
        forgotten.add(id);
    }
    write_forgotten(index_dir, &forgotten)
}

/// Takes an indexed document off the numbers of its manifest.
fn uncount(manifest: &mut Manifest, counts: &DocumentCounts) {
    manifest.documents = manifest.documents.saturating_sub(1);
    manifest.passages = manifest.passages.saturating_sub(u64::from(counts.passages));
}

/// Takes documents out of a catalog and its manifest, and returns the ids of those that were indexed.
fn remove_from(base: &mut Base, ids: &[String]) -> Vec<String> {
    let Base { manifest, catalog } = base;
    let mut removed = Vec::new();
    let files = catalog.files.iter_mut();
    for document in files.flat_map(|file| &mut file.documents) {
        let Some(id) = document.id.clone().filter(|id| ids.contains(id)) else {
            continue;
        };
        if let Outcome::Indexed(counts) = &document.outcome {
            uncount(manifest, counts);
            removed.push(id);
        }
        document.outcome = Outcome::Skipped(SkipReason::Forgotten);
        document.kept = None;
    }
    manifest.stale.retain(|id| !ids.contains(id));
    manifest.files.clear();
    removed
}

/// Result of [`forget_documents`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgot {
    /// Ids of the documents that were in the index.
    pub removed: Vec<String>,
    /// Folders that snapshots of the index were copied to, which this does not reach.
    pub snapshots: Vec<String>,
    /// Name of the current generation.
    pub generation: String,
}

/// Owner of the index in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexOwner {
    /// There is no index, or none that can be read.
    Nobody,
    /// The index was built from these paths.
    ThesePaths,
    /// The index was built from other paths.
    OtherPaths,
}

/// Tells whether the index in `index_dir` was built from `paths`.
pub fn index_owner(paths: &[PathBuf], index_dir: &Path) -> IndexOwner {
    match read_manifest(index_dir) {
        None => IndexOwner::Nobody,
        Some(manifest) if manifest.built_from == absolute(paths) => IndexOwner::ThesePaths,
        Some(_) => IndexOwner::OtherPaths,
    }
}

/// Returns a number that changes when anything below `paths` does, as far as names, sizes and times tell. A watcher looks at
/// this; content decides what is indexed.
///
/// # Errors
/// [`IndexError::NoSuchPath`].
pub fn folder_state(paths: &[PathBuf], index_dir: &Path) -> Result<u64, IndexError> {
    let found = find_sources(paths, Some(index_dir))?;
    let mut hash = DefaultHasher::new();
    for file in &found.files {
        (&file.path, file.stamp).hash(&mut hash);
    }
    for skipped in &found.skipped {
        skipped.path.hash(&mut hash);
    }
    for root in &found.roots {
        std::fs::read(root.join(SOURCES_FILE)).ok().hash(&mut hash);
    }
    Ok(hash.finish())
}
