//! Generations of an index on disk: finds the current one, verifies them, and makes another one current.
//!
//! In: an index folder. A generation becomes current by one rename, so a reader sees the one before or the one after, and a
//! process that is killed leaves nothing half done. Whoever changes anything holds the folder's [`WriterLock`].

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use polidex_schema::manifest::{
    CURRENT, FileSum, GENERATIONS, MANIFEST, Manifest, ManifestError, current_text, parse_current,
};

use crate::build::catalog::Catalog;
use crate::build::forgotten::{FORGOTTEN, Forgotten};
use crate::build::{Base, KEPT_GENERATIONS};
use crate::error::IndexError;
use crate::readers::KEPT_ORIGINALS;
use crate::store::originals::copy_held;

const LOCK: &str = "LOCK";
/// Folders that snapshots were copied to, one a line.
const SNAPSHOTS: &str = "SNAPSHOTS";

/// The right to change an index. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of `index_dir`, creating the folder.
    ///
    /// # Errors
    /// [`IndexError::Locked`] with the holder's process id; [`IndexError::Io`].
    pub fn take(index_dir: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(index_dir.join(GENERATIONS))
            .map_err(IndexError::io("create", index_dir))?;
        let path = index_dir.join(LOCK);
        let mut file = open_lock(&path).map_err(IndexError::io("write", &path))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => IndexError::Locked {
                index: index_dir.to_owned(),
                holder: holder_of(&path),
            },
            TryLockError::Error(source) => IndexError::io("lock", &path)(source),
        })?;
        let pid = format!("{:<10}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(pid.as_bytes()))
            .map_err(IndexError::io("write", &path))?;
        Ok(Self { _file: file })
    }
}

fn open_lock(path: &Path) -> std::io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Process that holds a lock, as it wrote itself into it.
fn holder_of(lock: &Path) -> String {
    let holder = fs::read_to_string(lock).unwrap_or_default();
    match holder.trim() {
        "" => "unknown".to_owned(),
        holder => holder.to_owned(),
    }
}

/// Name of the current generation; `None` when there is none or the file that names it is damaged.
pub fn current_generation(index_dir: &Path) -> Option<String> {
    let text = fs::read_to_string(index_dir.join(CURRENT)).ok()?;
    parse_current(&text).map(str::to_owned)
}

/// Folder of a generation.
pub fn generation_folder(index_dir: &Path, name: &str) -> PathBuf {
    index_dir.join(GENERATIONS).join(name)
}

/// Names of the complete generations, oldest first.
pub fn complete_generations(index_dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(index_dir.join(GENERATIONS)) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_complete = |name: &String| {
        number(name).is_some() && generation_folder(index_dir, name).join(MANIFEST).exists()
    };
    let mut names: Vec<String> = names.filter(is_complete).collect();
    names.sort_by_key(|name| number(name));
    names
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix('g')?.parse().ok()
}

/// The manifest of the current generation; `None` when there is no readable one.
pub fn read_manifest(index_dir: &Path) -> Option<Manifest> {
    let name = current_generation(index_dir)?;
    let text = fs::read_to_string(generation_folder(index_dir, &name).join(MANIFEST)).ok()?;
    Manifest::from_text(&text).ok()
}

/// Reads the current generation as one to go on from; `None` unless every file of it is as it was written.
///
/// Generations share their large files by links, so damage to one reaches the next and the one before. It ends here: what
/// is damaged is built anew from its sources. Copies were weighed; they would double the size of every index that is updated,
/// and write all of it again for each change.
pub(crate) fn read_base(index_dir: &Path) -> Option<Base> {
    let name = current_generation(index_dir)?;
    if let Some(Damage { file, reason }) = verify_generation(index_dir, &name).into_iter().next() {
        tracing::warn!("{file} is damaged: {reason}; everything is read again from its source");
        return None;
    }
    let folder = generation_folder(index_dir, &name);
    let manifest = Manifest::verified(&fs::read_to_string(folder.join(MANIFEST)).ok()?).ok()?;
    let catalog = Catalog::read(&folder)?;
    Some(Base { manifest, catalog })
}

/// Returns the name of the next generation: one more than any folder there, so that a name is never used twice while anyone
/// may read it. The first is `g000001`.
pub(crate) fn next_name(index_dir: &Path) -> Result<String, IndexError> {
    let folder = index_dir.join(GENERATIONS);
    let entries = fs::read_dir(&folder).map_err(IndexError::io("read", &folder))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let numbers = names.filter_map(|name| number(&name));
    let current = current_generation(index_dir).and_then(|name| number(&name));
    Ok(format!(
        "g{:06}",
        numbers.chain(current).max().unwrap_or(0) + 1
    ))
}

/// Makes a complete generation the current one.
pub(crate) fn make_current(index_dir: &Path, name: &str) -> Result<(), IndexError> {
    let pointer = index_dir.join("CURRENT.new");
    write_synced(&pointer, current_text(name).as_bytes())?;
    let current = index_dir.join(CURRENT);
    fs::rename(&pointer, &current).map_err(IndexError::io("write", current))?;
    // The rename lives in the folder: without this a power cut could undo it.
    sync_folder(index_dir);
    Ok(())
}

/// Removes all generations but `current` and `keep` complete ones before it.
pub(crate) fn remove_old_generations(index_dir: &Path, current: &str, keep: usize) {
    let Ok(entries) = fs::read_dir(index_dir.join(GENERATIONS)) else {
        return;
    };
    let complete = complete_generations(index_dir).into_iter().rev();
    let kept: Vec<String> = complete.filter(|name| name != current).take(keep).collect();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_kept = |name: &str| name == current || kept.iter().any(|kept| kept == name);
        if !name.to_str().is_some_and(is_kept) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The list of forgotten documents of an index.
pub(crate) fn read_forgotten(index_dir: &Path) -> Result<Forgotten, IndexError> {
    Forgotten::read(index_dir).map_err(IndexError::io("read", index_dir.join(FORGOTTEN)))
}

pub(crate) fn write_forgotten(index_dir: &Path, forgotten: &Forgotten) -> Result<(), IndexError> {
    let beside = index_dir.join("FORGOTTEN.new");
    write_synced(&beside, forgotten.to_text().as_bytes())?;
    let place = index_dir.join(FORGOTTEN);
    fs::rename(&beside, &place).map_err(IndexError::io("write", place))?;
    sync_folder(index_dir);
    Ok(())
}

/// Folders that snapshots of an index were copied to, as far as it knows.
pub(crate) fn snapshots_taken(index_dir: &Path) -> Vec<String> {
    let list = fs::read_to_string(index_dir.join(SNAPSHOTS)).unwrap_or_default();
    list.lines().map(str::to_owned).collect()
}

/// Notes a snapshot. A failure costs a later warning and nothing else.
fn note_snapshot(index_dir: &Path, target: &Path) {
    let place = target.canonicalize().unwrap_or_else(|_| target.to_owned());
    let line = format!(
        "{}\n",
        place.display().to_string().replace('\n', "\u{FFFD}")
    );
    let file = File::options()
        .append(true)
        .create(true)
        .open(index_dir.join(SNAPSHOTS));
    let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
}

pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
    let written = File::create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(IndexError::io("write", path))
}

/// Makes sure that the names of a generation's files, and its own, outlast a power cut before anything names it.
pub(crate) fn sync_generation(index_dir: &Path, folder: &Path) {
    sync_folder(folder);
    sync_folder(&index_dir.join(GENERATIONS));
    sync_folder(index_dir);
}

fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Size and checksum of a file.
pub(crate) fn sum_file(path: &Path) -> std::io::Result<FileSum> {
    let mut file = File::open(path)?;
    let mut hash = crc32fast::Hasher::new();
    let mut len_bytes = 0;
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(FileSum {
                len_bytes,
                crc32: hash.finalize(),
            });
        }
        hash.update(&buffer[..read]);
        len_bytes += read as u64;
    }
}

/// Returns true for an empty file that the engine made for locking; it belongs to no generation.
pub(crate) fn is_lock(name: &str) -> bool {
    name.starts_with(".tantivy-") && name.ends_with(".lock")
}

/// A file of an index that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// Path below the index folder.
    pub file: String,
    /// Kind of damage, for people.
    pub reason: String,
}

/// Checks every file of a generation against its checksum in the manifest, and the manifest against its own.
pub fn verify_generation(index_dir: &Path, name: &str) -> Vec<Damage> {
    let folder = generation_folder(index_dir, name);
    let damage = |file: &str, reason: String| Damage {
        file: format!("{GENERATIONS}/{name}/{file}"),
        reason,
    };
    let manifest = match read_verified(&folder) {
        Ok(manifest) => manifest,
        Err(reason) => return vec![damage(MANIFEST, reason.to_string())],
    };
    let mut damages = Vec::new();
    if manifest.generation != name {
        let reason = format!("it belongs to {}", manifest.generation);
        damages.push(damage(MANIFEST, reason));
    }
    for (file, expected) in &manifest.files {
        if let Some(reason) = damage_to(&folder.join(file), *expected) {
            damages.push(damage(file, reason));
        }
    }
    damages
}

/// Reason why the manifest of a generation cannot be trusted.
#[derive(Debug, thiserror::Error)]
enum UnverifiedManifest {
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    #[error("it is not text")]
    NotText(#[from] std::string::FromUtf8Error),
    #[error(transparent)]
    Damaged(#[from] ManifestError),
}

fn read_verified(folder: &Path) -> Result<Manifest, UnverifiedManifest> {
    let text = String::from_utf8(fs::read(folder.join(MANIFEST))?)?;
    Ok(Manifest::verified(&text)?)
}

/// Tells how the file at `path` differs from what was written; `None` when it does not.
fn damage_to(path: &Path, expected: FileSum) -> Option<String> {
    match sum_file(path) {
        Ok(found) if found == expected => None,
        Ok(found) if found.len_bytes != expected.len_bytes => Some(format!(
            "it has {} bytes, {} were written",
            found.len_bytes, expected.len_bytes
        )),
        Ok(_) => Some("its checksum is wrong".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// Makes the generation before the current one current again, and returns its name. It is verified first.
///
/// # Errors
/// [`IndexError::NoGeneration`], [`IndexError::Damaged`], [`IndexError::Locked`], [`IndexError::Io`].
pub fn roll_back(index_dir: &Path) -> Result<String, IndexError> {
    if !index_dir.join(GENERATIONS).exists() {
        return Err(IndexError::no_generation(index_dir, "any"));
    }
    let _lock = WriterLock::take(index_dir)?;
    let current = current_generation(index_dir);
    let is_before = |name: &String| {
        current
            .as_ref()
            .is_none_or(|current| number(name) < number(current))
    };
    let before = complete_generations(index_dir).into_iter().rfind(is_before);
    let name = before.ok_or_else(|| IndexError::no_generation(index_dir, "an earlier"))?;
    refuse_damaged(index_dir, &name)?;
    make_current(index_dir, &name)?;
    Ok(name)
}

/// Copies the current generation of `index_dir` to `target`, which becomes an index of its own. Nothing is shared with the
/// index: damage to one does not reach the other. No lock is taken: a writer goes on meanwhile, and the index may be one that
/// cannot be written.
///
/// # Errors
/// [`IndexError::Exists`] when `target` is there and not empty; [`IndexError::NoGeneration`], [`IndexError::Damaged`],
/// [`IndexError::Io`].
pub fn take_snapshot(index_dir: &Path, target: &Path) -> Result<String, IndexError> {
    let is_empty =
        fs::read_dir(target).map_or(!target.exists(), |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(IndexError::Exists {
            path: target.to_owned(),
        });
    }
    let name = copy_current(index_dir, target, None).inspect_err(|_| {
        // What a snapshot is copied to was empty.
        let _ = fs::remove_dir_all(target.join(KEPT_ORIGINALS));
    })?;
    make_current(target, &name)?;
    note_snapshot(index_dir, target);
    Ok(name)
}

/// Makes the current generation of the index or snapshot at `source` a new generation of `index_dir`, and current. The one
/// before stays.
///
/// # Errors
/// As [`take_snapshot`], and [`IndexError::Locked`].
pub fn restore_snapshot(source: &Path, index_dir: &Path) -> Result<String, IndexError> {
    require_current(source)?;
    let _lock = WriterLock::take(index_dir)?;
    let name = copy_current(source, index_dir, Some(next_name(index_dir)?))?;
    make_current(index_dir, &name)?;
    remove_old_generations(index_dir, &name, KEPT_GENERATIONS);
    Ok(name)
}

/// Returns the name of the current generation of an index that must have one.
fn require_current(index_dir: &Path) -> Result<String, IndexError> {
    current_generation(index_dir).ok_or_else(|| IndexError::no_generation(index_dir, "a current"))
}

/// Copies the current generation of one index into another, under its own name or `rename`, and verifies the copy.
fn copy_current(
    source: &Path,
    target: &Path,
    rename: Option<String>,
) -> Result<String, IndexError> {
    let OpenedFiles {
        mut manifest,
        files,
    } = OpenedFiles::of_current(source)?;
    if let Some(name) = rename {
        manifest.generation = name;
    }
    let name = manifest.generation.clone();
    let folder = generation_folder(target, &name);
    let copied = copy_files(files, &folder)
        .and_then(|()| write_synced(&folder.join(MANIFEST), manifest.to_text().as_bytes()))
        .and_then(|()| {
            sync_generation(target, &folder);
            refuse_damaged(target, &name)
        })
        .and_then(|()| match Catalog::read(&folder) {
            Some(catalog) => copy_held(source, target, &catalog),
            None => Ok(()),
        });
    if copied.is_err() {
        let _ = fs::remove_dir_all(&folder);
        // Only what is empty goes.
        let _ = fs::remove_dir(target.join(GENERATIONS));
    }
    copied.map(|()| name)
}

/// Times that a generation may be removed while its files are being opened, before that is an error.
const TRIES_TO_OPEN: usize = 20;

/// A generation with all its files open: they can be read to the end whatever a writer removes.
struct OpenedFiles {
    manifest: Manifest,
    files: Vec<(PathBuf, File)>,
}

impl OpenedFiles {
    /// Opens the current generation of an index, and the next one where that is removed meanwhile.
    fn of_current(index_dir: &Path) -> Result<Self, IndexError> {
        let mut name = require_current(index_dir)?;
        for _ in 1..TRIES_TO_OPEN {
            let opened = Self::of(&generation_folder(index_dir, &name));
            let next = require_current(index_dir)?;
            if opened.is_ok() || next == name {
                return opened;
            }
            name = next;
        }
        Self::of(&generation_folder(index_dir, &name))
    }

    fn of(folder: &Path) -> Result<Self, IndexError> {
        let manifest = read_sound_manifest(&folder.join(MANIFEST))?;
        let files = manifest.files.keys().map(|name| {
            let path = folder.join(name);
            let file = File::open(&path).map_err(IndexError::io("read", &path))?;
            Ok((path, file))
        });
        let files = files.collect::<Result<_, IndexError>>()?;
        Ok(Self { manifest, files })
    }
}

fn read_sound_manifest(path: &Path) -> Result<Manifest, IndexError> {
    let text = fs::read_to_string(path).map_err(IndexError::io("read", path))?;
    Manifest::verified(&text).map_err(|error| IndexError::Damaged {
        file: path.display().to_string(),
        reason: error.to_string(),
    })
}

fn copy_files(files: Vec<(PathBuf, File)>, to: &Path) -> Result<(), IndexError> {
    fs::create_dir_all(to).map_err(IndexError::io("create", to))?;
    for (path, mut file) in files {
        let name = path.file_name().unwrap_or_default();
        let copied = File::create(to.join(name)).and_then(|mut copy| {
            std::io::copy(&mut file, &mut copy)?;
            copy.sync_all()
        });
        copied.map_err(IndexError::io("copy", path))?;
    }
    Ok(())
}

fn refuse_damaged(index_dir: &Path, name: &str) -> Result<(), IndexError> {
    match verify_generation(index_dir, name).into_iter().next() {
        None => Ok(()),
        Some(Damage { file, reason }) => Err(IndexError::Damaged { file, reason }),
    }
}
