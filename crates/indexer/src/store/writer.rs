//! Writes an index: the only place that opens one for writing.
//!
//! In: prepared documents, and ids of documents to take out. Out: a complete generation, or nothing that a reader could see.
//! A generation is built in a folder of its own; the last step renames one small file that says which generation is current.
//! A process that is killed before that leaves the generation of before.
//!
//! A generation may begin as a copy of the one before. The engine never changes a file once it is written, so the copy is
//! made of hard links and costs next to nothing. Documents taken out are merged away before anything is published: a reader
//! never meets one, neither among the hits nor in the frequencies that scores are made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use polidex_analysis::analyzers::register;
use polidex_schema::fields::{Fields, schema};
use polidex_schema::manifest::{MANIFEST, Manifest};
use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentId;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Field;
use tantivy::schema::document::Document;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use crate::build::catalog::{CATALOG, Catalog};
use crate::error::IndexError;
use crate::store::document::{Encoded, FieldValue, PreparedDocument};
use crate::store::generations::{
    WriterLock, current_generation, generation_folder, is_lock, make_current, next_name,
    remove_generations_but, sum_file, sync_folder, write_synced,
};

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
    base: Option<Manifest>,
    has_changes: AtomicBool,
    queue: Arc<Queue>,
    fields: Arc<Fields>,
    _lock: WriterLock,
}

impl GenerationWriter {
    /// Begins an empty generation in the index folder, creating that.
    ///
    /// # Errors
    /// [`IndexError::Locked`] when another process writes; [`IndexError::Io`], [`IndexError::Engine`].
    pub fn begin(index_dir: &Path, threads: usize) -> Result<Self, IndexError> {
        Self::begin_from(WriterLock::take(index_dir)?, index_dir, threads, None)
    }

    /// Begins a generation that holds what the generation of manifest `base` holds, or nothing.
    pub(crate) fn begin_from(
        lock: WriterLock,
        index_dir: &Path,
        threads: usize,
        base: Option<Manifest>,
    ) -> Result<Self, IndexError> {
        let name = next_name(index_dir)?;
        let folder = generation_folder(index_dir, &name);
        fs::create_dir_all(&folder).map_err(IndexError::io("create", &folder))?;
        let (schema, fields) = schema();
        if let Some(base) = &base {
            link_files(
                &generation_folder(index_dir, &base.generation),
                &folder,
                base,
            )?;
        }
        let directory = MmapDirectory::open(&folder).map_err(tantivy::TantivyError::from)?;
        let index = if base.is_some() {
            Index::open(directory)?
        } else {
            let store = Compressor::Zstd(ZstdCompressor {
                compression_level: Some(STORE_LEVEL),
            });
            let settings = IndexSettings {
                docstore_compression: store,
                ..IndexSettings::default()
            };
            Index::create(directory, schema, settings)?
        };
        register(index.tokenizers());
        let writer = index.writer_with_num_threads(threads, threads * THREAD_BUDGET_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self {
            index_dir: index_dir.to_owned(),
            name,
            writer: Some(writer),
            base,
            has_changes: AtomicBool::new(false),
            queue: Arc::new(Queue::default()),
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
        let queued = QueuedDocument {
            document,
            encoded,
            fields: Arc::clone(&self.fields),
            _permit: permit,
        };
        self.writer().add_document(queued)?;
        self.has_changes.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Takes out the document `id` if it was added before.
    pub fn remove(&self, id: &str) {
        self.writer()
            .delete_term(Term::from_field_text(self.fields.id, id));
        self.has_changes.store(true, Ordering::Relaxed);
    }

    fn writer(&self) -> &IndexWriter<QueuedDocument> {
        self.writer.as_ref().expect("taken by publish only")
    }

    /// Commits, merges, writes catalog and manifest, and makes the generation the current one. Older generations but the one
    /// before are removed.
    ///
    /// # Errors
    /// [`IndexError::Engine`], [`IndexError::Io`]; the generation before stays current.
    pub fn publish(
        mut self,
        mut manifest: Manifest,
        catalog: &Catalog,
    ) -> Result<Manifest, IndexError> {
        if self.has_changes.load(Ordering::Relaxed) {
            self.commit_and_merge()?;
        }
        let writer = self.writer.take().expect("taken by publish only");
        writer.garbage_collect_files().wait()?;
        writer.wait_merging_threads()?;
        let folder = generation_folder(&self.index_dir, &self.name);
        let published = self.seal(&folder, &mut manifest, catalog);
        if published.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        published.map(|()| manifest)
    }

    fn seal(
        &self,
        folder: &Path,
        manifest: &mut Manifest,
        catalog: &Catalog,
    ) -> Result<(), IndexError> {
        write_synced(&folder.join(CATALOG), &catalog.to_bytes())?;
        manifest.generation.clone_from(&self.name);
        self.sum_files(folder, manifest)?;
        write_synced(&folder.join(MANIFEST), manifest.to_text().as_bytes())?;
        sync_folder(folder);
        let before = current_generation(&self.index_dir);
        make_current(&self.index_dir, &self.name)?;
        remove_generations_but(
            &self.index_dir,
            &[Some(self.name.as_str()), before.as_deref()],
        );
        Ok(())
    }

    /// A generation built from nothing becomes one segment. One that goes on from another keeps large segments as they are,
    /// as long as nothing was taken out of them.
    fn commit_and_merge(&mut self) -> Result<(), IndexError> {
        let from_nothing = self.base.is_none();
        let writer = self.writer.as_mut().expect("taken by publish only");
        writer.commit()?;
        let metas = writer.index().searchable_segment_metas()?;
        let segments = metas.iter().map(|meta| Segment {
            id: meta.id(),
            documents: meta.num_docs(),
            has_removed: meta.has_deletes(),
        });
        let merged = segments_to_merge(segments.collect(), from_nothing);
        if !merged.is_empty() {
            writer.merge(&merged).wait()?;
        }
        Ok(())
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
            let known = self
                .base
                .as_ref()
                .and_then(|base| base.files.get(&name))
                .filter(|_| is_segment_file(&name));
            let sum = match known {
                Some(sum) => *sum,
                None => sum_file(&entry.path()).map_err(IndexError::io("read", entry.path()))?,
            };
            manifest.files.insert(name, sum);
        }
        Ok(())
    }
}

impl Drop for GenerationWriter {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            drop(writer);
            let _ = fs::remove_dir_all(generation_folder(&self.index_dir, &self.name));
        }
    }
}

/// Whether the engine writes a file once and never again; its own small files it replaces.
fn is_segment_file(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with(".json") && name != CATALOG
}

/// Fills a new generation with the files of another: links where the file system has them, copies elsewhere.
fn link_files(from: &Path, to: &Path, base: &Manifest) -> Result<(), IndexError> {
    for name in base.files.keys().filter(|name| *name != CATALOG) {
        let (source, target) = (from.join(name), to.join(name));
        if is_segment_file(name) && fs::hard_link(&source, &target).is_ok() {
            continue;
        }
        fs::copy(&source, &target).map_err(IndexError::io("copy", source))?;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    id: SegmentId,
    documents: u32,
    has_removed: bool,
}

/// The segments to make one of; nothing when all may stay.
///
/// Each segment keeps at least twice the documents of all smaller ones together, so there are few of them and a document is
/// merged a few times in its life. A segment that something was taken out of is written anew with all smaller ones.
fn segments_to_merge(mut segments: Vec<Segment>, all: bool) -> Vec<SegmentId> {
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.documents));
    let mut first = segments
        .iter()
        .position(|segment| segment.has_removed)
        .unwrap_or(segments.len());
    let mut behind = 0;
    for index in (1..segments.len()).rev() {
        behind += segments[index].documents;
        if behind * 2 > segments[index - 1].documents {
            first = first.min(index - 1);
        }
    }
    if all {
        first = 0;
    }
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
