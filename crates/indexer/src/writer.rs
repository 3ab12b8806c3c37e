//! Writes an index: the only place that opens one for writing.
//!
//! In: prepared documents. Out: a complete generation, or nothing that a reader could see. A generation is built in a folder
//! of its own; the last step renames one small file that says which generation is current. A process that is killed before
//! that leaves the generation of before.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};

use polidex_analysis::analyzers::register;
use polidex_analysis::fields::{Fields, schema};
use polidex_analysis::manifest::{CURRENT, GENERATIONS, MANIFEST, Manifest};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Field;
use tantivy::schema::document::Document;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{IndexSettings, IndexWriter};

use crate::error::IndexError;
use crate::prepare::{Encoded, FieldValue, PreparedDocument};

const LOCK: &str = "LOCK";
/// Memory of one indexing thread before it writes a segment.
const THREAD_BUDGET_BYTES: usize = 96 << 20;
/// Bytes of prepared documents that may wait for the engine; its own queue counts documents, not bytes.
const QUEUE_BYTES: usize = 64 << 20;
/// zstd level of the document store: beyond 3 the ratio grows by little and indexing slows.
const STORE_LEVEL: i32 = 3;

/// A new generation in the making. Dropping it without [`GenerationWriter::publish`] leaves nothing behind.
pub struct GenerationWriter {
    index_dir: PathBuf,
    name: String,
    writer: Option<IndexWriter<QueuedDocument>>,
    queue: Arc<Queue>,
    fields: Arc<Fields>,
    _lock: File,
}

impl GenerationWriter {
    /// Locks the index folder (creating it) and begins a generation.
    ///
    /// # Errors
    /// [`IndexError::Locked`] when another process writes; [`IndexError::Io`], [`IndexError::Engine`].
    pub fn begin(index_dir: &Path, threads: usize) -> Result<Self, IndexError> {
        fs::create_dir_all(index_dir.join(GENERATIONS)).map_err(IndexError::io("create", index_dir))?;
        let lock = lock(index_dir)?;
        let name = next_name(index_dir)?;
        let folder = index_dir.join(GENERATIONS).join(&name);
        // A folder that was never published, left by a process that was killed.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(IndexError::io("write", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(IndexError::io("create", &folder))?;
        let (schema, fields) = schema();
        let store = Compressor::Zstd(ZstdCompressor { compression_level: Some(STORE_LEVEL) });
        let settings = IndexSettings { docstore_compression: store, ..IndexSettings::default() };
        let directory = MmapDirectory::open(&folder).map_err(tantivy::TantivyError::from)?;
        let index = tantivy::Index::create(directory, schema, settings)?;
        register(index.tokenizers());
        let writer = index.writer_with_num_threads(threads, threads * THREAD_BUDGET_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let queue = Arc::new(Queue::default());
        Ok(Self {
            index_dir: index_dir.to_owned(),
            name,
            writer: Some(writer),
            queue,
            fields: Arc::new(fields),
            _lock: lock,
        })
    }

    /// Name of the generation.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a document; waits while too many bytes wait for the engine. May be called from many threads.
    ///
    /// # Errors
    /// [`IndexError::Engine`] when an indexing thread has failed.
    pub fn add(&self, document: PreparedDocument) -> Result<(), IndexError> {
        let permit = Queue::admit(&self.queue, document.len_bytes());
        let encoded = document.encode();
        let queued = QueuedDocument { document, encoded, fields: Arc::clone(&self.fields), _permit: permit };
        let writer = self.writer.as_ref().expect("taken by publish only");
        writer.add_document(queued)?;
        Ok(())
    }

    /// Commits, merges into one segment, writes the manifest, and makes the generation the current one. Older generations
    /// but the one before are removed.
    ///
    /// # Errors
    /// [`IndexError::Engine`], [`IndexError::Io`]; the generation before stays current.
    pub fn publish(mut self, mut manifest: Manifest) -> Result<Manifest, IndexError> {
        let mut writer = self.writer.take().expect("taken by publish only");
        writer.commit()?;
        let segments = writer.index().searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.garbage_collect_files().wait()?;
        writer.wait_merging_threads()?;
        manifest.generation.clone_from(&self.name);
        let folder = self.index_dir.join(GENERATIONS).join(&self.name);
        let text = serde_json::to_string_pretty(&manifest).expect("plain data always serialises");
        write_synced(&folder.join(MANIFEST), text.as_bytes())?;
        let before = current_generation(&self.index_dir);
        let pointer = self.index_dir.join("CURRENT.new");
        write_synced(&pointer, self.name.as_bytes())?;
        let current = self.index_dir.join(CURRENT);
        fs::rename(&pointer, &current).map_err(IndexError::io("write", current))?;
        // The rename lives in the folder: without this a power cut could undo it.
        if let Ok(folder) = File::open(&self.index_dir) {
            let _ = folder.sync_all();
        }
        remove_generations_but(&self.index_dir, &[Some(self.name.as_str()), before.as_deref()]);
        Ok(manifest)
    }
}

impl Drop for GenerationWriter {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            drop(writer);
            let _ = fs::remove_dir_all(self.index_dir.join(GENERATIONS).join(&self.name));
        }
    }
}

/// The manifest of the current generation of the index in `index_dir`; `None` when there is no readable one.
pub fn read_manifest(index_dir: &Path) -> Option<Manifest> {
    let name = current_generation(index_dir)?;
    let text = fs::read_to_string(index_dir.join(GENERATIONS).join(name).join(MANIFEST)).ok()?;
    serde_json::from_str(&text).ok()
}

fn current_generation(index_dir: &Path) -> Option<String> {
    let name = fs::read_to_string(index_dir.join(CURRENT)).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Holds the lock file for as long as the result lives; the system frees it when the process dies.
fn lock(index_dir: &Path) -> Result<File, IndexError> {
    let path = index_dir.join(LOCK);
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(IndexError::io("write", &path))?;
    if file.try_lock().is_err() {
        let holder = fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
        let holder = if holder.is_empty() { "unknown".to_owned() } else { holder };
        return Err(IndexError::Locked { index: index_dir.to_owned(), holder });
    }
    let pid = format!("{:<10}\n", std::process::id());
    file.set_len(0).and_then(|()| file.write_all(pid.as_bytes())).map_err(IndexError::io("write", &path))?;
    Ok(file)
}

/// `g000001` and on: one more than any folder there, so that a name is never used twice while anyone may read it.
fn next_name(index_dir: &Path) -> Result<String, IndexError> {
    let folder = index_dir.join(GENERATIONS);
    let entries = fs::read_dir(&folder).map_err(IndexError::io("read", &folder))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let numbers = names.filter_map(|name| name.strip_prefix('g')?.parse::<u64>().ok());
    let current = current_generation(index_dir).and_then(|name| name.strip_prefix('g')?.parse().ok());
    Ok(format!("g{:06}", numbers.chain(current).max().unwrap_or(0) + 1))
}

fn remove_generations_but(index_dir: &Path, keep: &[Option<&str>]) {
    let Ok(entries) = fs::read_dir(index_dir.join(GENERATIONS)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !keep.iter().flatten().any(|kept| name.to_str() == Some(kept)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(IndexError::io("write", path))
}

/// Counts the bytes that wait for the engine.
#[derive(Default)]
struct Queue {
    waiting_bytes: Mutex<usize>,
    freed: Condvar,
}

impl Queue {
    /// Waits until `len_bytes` fit, or until nothing else waits: one document larger than the queue passes alone.
    fn admit(queue: &Arc<Queue>, len_bytes: usize) -> Permit {
        let waiting = queue.waiting_bytes.lock().expect("no holder panics");
        let full = |waiting: &mut usize| *waiting > 0 && *waiting + len_bytes > QUEUE_BYTES;
        let mut waiting = queue.freed.wait_while(waiting, full).expect("no holder panics");
        *waiting += len_bytes;
        Permit { queue: Arc::clone(queue), len_bytes }
    }
}

/// Room in the queue, given back when the engine takes the document.
struct Permit {
    queue: Arc<Queue>,
    len_bytes: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Ok(mut waiting) = self.queue.waiting_bytes.lock() {
            *waiting -= self.len_bytes;
        }
        self.queue.freed.notify_all();
    }
}

/// A prepared document in the engine's queue. The engine reads its values in place; nothing is copied.
struct QueuedDocument {
    document: PreparedDocument,
    encoded: Encoded,
    fields: Arc<Fields>,
    _permit: Permit,
}

impl Document for QueuedDocument {
    type Value<'a> = FieldValue<'a>;
    type FieldsValuesIter<'a> = std::vec::IntoIter<(Field, FieldValue<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.values(&self.fields, &self.encoded).into_iter()
    }
}
