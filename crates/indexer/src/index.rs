//! Indexes folders on this machine: a build into the store on disk.
//!
//! In: paths and the folder of an index. Out: an [`IndexReport`], and a new generation when anything has changed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub use crate::build::{BuildOptions, Progress};

use crate::build::seen::SeenFiles;
use crate::build::sources::SOURCES_FILE;
use crate::build::update::Update;
use crate::build::walk::find_sources;
use crate::build::{Inputs, absolute, begin_manifest, build_into};
use crate::error::IndexError;
use crate::report::IndexReport;
use crate::store::generations::{WriterLock, read_base, read_manifest};
use crate::store::writer::GenerationWriter;

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
    let lock = WriterLock::take(index_dir)?;
    let manifest = begin_manifest(paths, &options.repair);
    let base = read_base(index_dir).filter(|base| !options.rebuild && base.leads_to(&manifest));
    let base_manifest = base.as_ref().map(|base| base.manifest.clone());
    let sink = GenerationWriter::new(lock, index_dir, options.threads, base_manifest);
    let update = Update {
        inputs: &inputs,
        options,
        progress,
    };
    let seen = SeenFiles::read(index_dir);
    let mut report = build_into(sink, base.as_ref(), manifest, seen, &update)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
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
