//! Writes an index: the only place that opens one for writing.
//!
//! In: prepared documents, and ids of documents to take out. Out: a complete generation, or nothing that a reader could see.
//! A generation is built in a folder of its own; the last step renames one small file that says which generation is current.
//! A process that is killed before that leaves the generation of before.
//!
//! A generation may begin as a copy of the one before. The engine never changes a file once it is written, so the copy is
//! made of hard links and costs next to nothing. Documents taken out are merged away before anything is published: a reader
//! never meets one, neither among the hits nor in the frequencies that scores are made of.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::SystemTime;

use polidex_analysis::analyzers::register;
use polidex_schema::added::{ADDED, Hash};
use polidex_schema::coverage::COVERAGE;
use polidex_schema::fields::{Fields, schema};
use polidex_schema::manifest::{FileSum, MANIFEST, Manifest};
use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentId;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Field;
use tantivy::schema::document::Document;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use crate::build::KEPT_GENERATIONS;
use crate::build::account::cover_catalog;
use crate::build::catalog::{CATALOG, Catalog, hash_value};
use crate::build::closing::{CLOSING_FILES, Closing};
use crate::build::sink::Sink;
use crate::error::IndexError;
use crate::pipeline::PreparedDocument;
use crate::store::document::{Encoded, FieldValue};
use crate::store::first_seen::{Before, milliseconds};
use crate::store::generations::{
    WriterLock, current_generation, generation_folder, is_lock, make_current, next_name,
    remove_old_generations, sum_file, sync_generation, write_synced,
};

/// Memory of one indexing thread before it writes a segment. Three times as much takes the same processor time and a third
/// more memory at the peak.
const THREAD_BUDGET_BYTES: usize = 32 << 20;
/// Bytes of prepared documents that may wait for the engine; its own queue counts documents, not bytes.
const QUEUE_BYTES: usize = 16 << 20;
/// A new generation in the making. Its folder is made with the first change; dropping it unpublished leaves nothing behind.
pub struct GenerationWriter {
    index_dir: PathBuf,
    threads: usize,
    base: Option<Manifest>,
    /// Generations kept before the new one.
    keep: usize,
    /// Step that closes the generation.
    closing: Closing,
    open: OnceLock<OpenGeneration>,
    /// Held while the folder is made, so that one thread does it.
    opening: Mutex<()>,
    has_changes: AtomicBool,
    /// Hashes of the texts that were added.
    texts: Mutex<HashMap<String, Hash>>,
    queue: Arc<Queue>,
    _lock: Arc<WriterLock>,
}

/// A generation whose folder is there.
struct OpenGeneration {
    name: String,
    writer: IndexWriter<QueuedDocument>,
    fields: Arc<Fields>,
}

impl GenerationWriter {
    /// Begins an empty generation in the index folder, creating that.
    ///
    /// # Errors
    /// [`IndexError::Locked`] when another process writes; [`IndexError::Io`], [`IndexError::Engine`].
    pub fn begin(index_dir: &Path, threads: usize) -> Result<Self, IndexError> {
        let begun = Self::new(
            Arc::new(WriterLock::take(index_dir)?),
            index_dir,
            threads,
            None,
        );
        begun.open()?;
        Ok(begun)
    }

    /// Returns a writer that will begin with everything that the generation of manifest `base` holds, or with nothing.
    pub(crate) fn new(
        lock: Arc<WriterLock>,
        index_dir: &Path,
        threads: usize,
        base: Option<Manifest>,
    ) -> Self {
        Self {
            index_dir: index_dir.to_owned(),
            threads,
            base,
            keep: KEPT_GENERATIONS,
            closing: Closing::default(),
            open: OnceLock::new(),
            opening: Mutex::new(()),
            has_changes: AtomicBool::new(false),
            texts: Mutex::default(),
            queue: Arc::new(Queue::default()),
            _lock: lock,
        }
    }

    /// Keeps `keep` generations before the new one.
    pub(crate) fn keeping(mut self, keep: usize) -> Self {
        self.keep = keep;
        self
    }

    /// Closes the generation with a step.
    pub(crate) fn closing(mut self, closing: Closing) -> Self {
        self.closing = closing;
        self
    }

    fn open(&self) -> Result<&OpenGeneration, IndexError> {
        if let Some(open) = self.open.get() {
            return Ok(open);
        }
        let _only = self.opening.lock().expect("no holder panics");
        if let Some(open) = self.open.get() {
            return Ok(open);
        }
        let made = OpenGeneration::make(&self.index_dir, self.threads, self.base.as_ref())?;
        Ok(self.open.get_or_init(|| made))
    }

    fn complete(
        &self,
        open: OpenGeneration,
        mut manifest: Manifest,
        catalog: &Catalog,
    ) -> Result<Manifest, IndexError> {
        let folder = generation_folder(&self.index_dir, &open.name);
        manifest.generation = open.finish(
            self.has_changes.load(Ordering::Relaxed),
            self.base.is_none(),
        )?;
        write_synced(&folder.join(CATALOG), &catalog.to_bytes())?;
        write_synced(&folder.join(COVERAGE), &cover_catalog(catalog).to_bytes())?;
        write_synced(&folder.join(ADDED), &self.added(catalog))?;
        self.sum_files(&folder, &mut manifest)?;
        write_synced(&folder.join(MANIFEST), manifest.to_text().as_bytes())?;
        self.close(&folder, &mut manifest)?;
        sync_generation(&self.index_dir, &folder);
        make_current(&self.index_dir, &manifest.generation)?;
        remove_old_generations(&self.index_dir, &manifest.generation, self.keep);
        Ok(manifest)
    }

    /// Adds what the closing step makes of the generation, whose manifest it reads.
    fn close(&self, folder: &Path, manifest: &mut Manifest) -> Result<(), IndexError> {
        let generation = manifest.generation.clone();
        let mut has_files = false;
        for (name, bytes) in self.closing.files(&self.index_dir, &generation) {
            let path = folder.join(name);
            write_synced(&path, &bytes)?;
            let sum = sum_file(&path).map_err(IndexError::io("read", &path))?;
            manifest.files.insert(name.to_owned(), sum);
            has_files = true;
        }
        if has_files {
            write_synced(&folder.join(MANIFEST), manifest.to_text().as_bytes())?;
        }
        Ok(())
    }

    /// The times of the documents, carried over from the generation that is current.
    fn added(&self, catalog: &Catalog) -> Vec<u8> {
        let before = current_generation(&self.index_dir)
            .map(|name| Before::read(&generation_folder(&self.index_dir, &name)));
        let texts = self.texts.lock().expect("no holder panics");
        let now_ms = milliseconds(SystemTime::now());
        let added = before.unwrap_or_default().carry(catalog, &texts, now_ms);
        added.to_bytes()
    }

    /// Files linked from the generation before keep its sums: damage to them since then still shows.
    fn sum_files(&self, folder: &Path, manifest: &mut Manifest) -> Result<(), IndexError> {
        let read = |source| IndexError::Io {
            action: "read",
            path: folder.to_owned(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(read)? {
            let entry = entry.map_err(read)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_lock(&name) || name == MANIFEST {
                continue;
            }
            let sum = match self.known_sum(&name) {
                Some(sum) => sum,
                None => sum_file(&entry.path()).map_err(IndexError::io("read", entry.path()))?,
            };
            manifest.files.insert(name, sum);
        }
        Ok(())
    }

    /// Sum of a file that was linked from the generation before.
    fn known_sum(&self, name: &str) -> Option<FileSum> {
        let known = self.base.as_ref()?.files.get(name).copied();
        known.filter(|_| is_segment_file(name))
    }
}

impl OpenGeneration {
    /// Makes the folder of the next generation and opens it for writing, with the files of `base` in it.
    fn make(index_dir: &Path, threads: usize, base: Option<&Manifest>) -> Result<Self, IndexError> {
        let name = next_name(index_dir)?;
        let folder = generation_folder(index_dir, &name);
        fs::create_dir_all(&folder).map_err(IndexError::io("create", &folder))?;
        let filled = base.map_or(Ok(()), |base| {
            link_files(
                &generation_folder(index_dir, &base.generation),
                &folder,
                base,
            )
        });
        let opened = filled.and_then(|()| Self::open(name, &folder, threads, base.is_none()));
        if opened.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        opened
    }

    fn open(name: String, folder: &Path, threads: usize, is_new: bool) -> Result<Self, IndexError> {
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let (schema, fields) = schema();
        let index = if is_new {
            Index::create(directory, schema, settings())?
        } else {
            Index::open(directory)?
        };
        register(index.tokenizers());
        let writer = index.writer_with_num_threads(threads, threads * THREAD_BUDGET_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self {
            name,
            writer,
            fields: Arc::new(fields),
        })
    }

    /// Commits, merges and ends the engine's threads. Returns the generation's name.
    fn finish(mut self, has_changes: bool, from_nothing: bool) -> Result<String, IndexError> {
        if has_changes {
            self.commit_and_merge(from_nothing)?;
        }
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(self.name)
    }

    /// A generation built from nothing becomes one segment. One that goes on from another keeps large segments as they are,
    /// as long as nothing was taken out of them.
    fn commit_and_merge(&mut self, from_nothing: bool) -> Result<(), IndexError> {
        self.writer.commit()?;
        let metas = self.writer.index().searchable_segment_metas()?;
        let segments = metas.iter().map(|meta| Segment {
            id: meta.id(),
            documents: meta.num_docs(),
            has_removed: meta.has_deletes(),
        });
        let merged = segments_to_merge(segments.collect(), from_nothing);
        if !merged.is_empty() {
            self.writer.merge(&merged).wait()?;
        }
        Ok(())
    }
}

fn settings() -> IndexSettings {
    IndexSettings {
        // Long texts are packed before they come here. What is left is little, and to unpack it with zstd, which makes a
        // context for each block, took a tenth of a search.
        docstore_compression: Compressor::Lz4,
        ..IndexSettings::default()
    }
}

impl Sink for GenerationWriter {
    /// Waits while too many bytes wait for the engine.
    fn add(&self, document: PreparedDocument) -> Result<(), IndexError> {
        let open = self.open()?;
        let (id, text) = (document.record.id.clone(), hash_value(&document.text));
        self.texts
            .lock()
            .expect("no holder panics")
            .insert(id, text);
        let permit = Queue::admit(&self.queue, document.len_bytes());
        let encoded = document.encode();
        let queued = QueuedDocument {
            document,
            encoded,
            fields: Arc::clone(&open.fields),
            _permit: permit,
        };
        open.writer.add_document(queued)?;
        self.has_changes.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn remove(&self, id: &str) -> Result<(), IndexError> {
        let open = self.open()?;
        let term = Term::from_field_text(open.fields.id, id);
        open.writer.delete_term(term);
        self.has_changes.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Commits, merges, writes catalog and manifest, and makes the generation the current one. Older generations but the one
    /// before are removed.
    fn publish(mut self, manifest: Manifest, catalog: &Catalog) -> Result<Manifest, IndexError> {
        self.open()?;
        let open = self.open.take().expect("just opened");
        let folder = generation_folder(&self.index_dir, &open.name);
        let published = self.complete(open, manifest, catalog);
        if published.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        published
    }

    fn abandon(self) {
        drop(self);
    }

    /// The engine says of a thread that has ended only that it has; the thread itself says why.
    fn fail(mut self, error: IndexError) -> IndexError {
        let is_of_thread = match &error {
            IndexError::Engine(of_engine) => matches!(
                of_engine.downcast_ref(),
                Some(tantivy::TantivyError::ErrorInThread(_))
            ),
            _ => false,
        };
        let open = self.open.get_mut().filter(|_| is_of_thread);
        let reason = open.and_then(|open| open.writer.prepare_commit().err());
        reason.map_or(error, IndexError::from)
    }
}

impl Drop for GenerationWriter {
    fn drop(&mut self) {
        if let Some(OpenGeneration { name, writer, .. }) = self.open.take() {
            drop(writer);
            let _ = fs::remove_dir_all(generation_folder(&self.index_dir, &name));
        }
    }
}

/// Returns true for a file that the engine writes once and never changes; its small files of JSON it replaces.
fn is_segment_file(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with(".json") && !is_written_anew(name)
}

/// Returns true for a file that every generation has of its own.
fn is_written_anew(name: &str) -> bool {
    [CATALOG, COVERAGE, ADDED].contains(&name) || CLOSING_FILES.contains(&name)
}

/// Fills a new generation with the files of another: links where the file system has them, copies elsewhere.
fn link_files(from: &Path, to: &Path, base: &Manifest) -> Result<(), IndexError> {
    for name in base.files.keys().filter(|name| !is_written_anew(name)) {
        let (source, target) = (from.join(name), to.join(name));
        if is_segment_file(name) && fs::hard_link(&source, &target).is_ok() {
            continue;
        }
        let copied = fs::copy(&source, &target).and_then(|_| fs::File::open(&target)?.sync_all());
        copied.map_err(IndexError::io("copy", source))?;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    id: SegmentId,
    documents: u32,
    has_removed: bool,
}

/// Returns the first of `segments`, which are ordered from large to small, that may not stay as it is.
fn first_to_merge(segments: &[Segment]) -> usize {
    let removed = segments.iter().position(|segment| segment.has_removed);
    let mut first = removed.unwrap_or(segments.len());
    let mut behind = 0;
    for (index, pair) in segments.windows(2).enumerate().rev() {
        behind += pair[1].documents;
        if behind * 2 > pair[0].documents {
            first = first.min(index);
        }
    }
    first
}

/// Returns the segments to merge into one; none when all may stay.
///
/// Each segment keeps at least twice the documents of all smaller ones together, so there are few of them and a document is
/// merged a few times in its life. A segment that something was taken out of is written anew with all smaller ones.
fn segments_to_merge(mut segments: Vec<Segment>, all: bool) -> Vec<SegmentId> {
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.documents));
    let first = if all { 0 } else { first_to_merge(&segments) };
    let merged = &segments[first..];
    let is_needed = merged.len() > 1 || merged.iter().any(|segment| segment.has_removed);
    if is_needed {
        merged.iter().map(|segment| segment.id).collect()
    } else {
        Vec::new()
    }
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
        let mut waiting = queue
            .freed
            .wait_while(waiting, full)
            .expect("no holder panics");
        *waiting += len_bytes;
        Permit {
            queue: Arc::clone(queue),
            len_bytes,
        }
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
        self.document
            .values(&self.fields, &self.encoded)
            .into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(segments: &[(u32, bool)]) -> Vec<usize> {
        let segment = |(documents, has_removed): &(u32, bool)| Segment {
            id: SegmentId::generate_random(),
            documents: *documents,
            has_removed: *has_removed,
        };
        let segments: Vec<Segment> = segments.iter().map(segment).collect();
        let ids = segments_to_merge(segments.clone(), false);
        (0..segments.len())
            .filter(|index| ids.contains(&segments[*index].id))
            .collect()
    }

    #[test]
    fn large_segments_stay_and_what_was_taken_out_goes() {
        assert_eq!(merged(&[(1000, false), (100, false), (10, false)]), [0; 0]);
        assert_eq!(merged(&[(1000, false), (100, false), (60, false)]), [1, 2]);
        assert_eq!(
            merged(&[(1000, false), (300, false), (250, false)]),
            [0, 1, 2]
        );
        assert_eq!(merged(&[(1000, false), (100, true), (10, false)]), [1, 2]);
        assert_eq!(merged(&[(1000, true)]), [0]);
        assert_eq!(merged(&[(1000, false), (0, true)]), [1]);
        assert_eq!(merged(&[(1, false)]), [0; 0]);
        assert_eq!(merged(&[]), [0; 0]);
    }
}
