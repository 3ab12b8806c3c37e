//! Writes generations of an index to a cluster.
//!
//! In: prepared documents, and ids of documents to take out. Out: a complete generation behind the alias, or nothing that a
//! reader could see. Documents go in requests of a few megabytes from the threads that prepare them; each is named by a hash
//! of its id. Documents that say the same are kept on one shard, so that each shard counts its duplicates for itself.

mod bulk;
mod document;
mod removals;

mod completion;

pub mod parts;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use polidex_indexer::build::catalog::Catalog;
use polidex_indexer::build::sink::Sink;
use polidex_indexer::build::{Base, BuildOptions, Progress};
use polidex_indexer::error::IndexError;
use polidex_indexer::index::{Forgot, build_elsewhere, forget_elsewhere};
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::report::IndexReport;
use polidex_schema::manifest::Manifest;
use polidex_schema::record::DocumentRecord;

use self::bulk::{BULK_BYTES, Bulk};
pub(crate) use self::completion::CATALOG;
use self::completion::Completion;
use self::document::{Written, now_ms, write_document};
use self::removals::removals_of;
use crate::address::Address;
use crate::blobs;
use crate::client::Client;
use crate::engine::{self, document_name};
use crate::error::ClusterError;
use crate::forgotten;
use crate::generations::{Generation, Generations};
use crate::mapping::version;
use crate::snapshots::snapshots_of;
use crate::terms::{Analysis, TermCounts};

/// Documents removed at once.
const REMOVED_AT_ONCE: usize = 500;

/// Builds an index of everything below `paths` on a cluster, or brings the one there up to date.
///
/// # Errors
/// When no index was made: see [`IndexError`]. A file that cannot be indexed is in the report and no error.
pub fn build_cluster(
    paths: &[std::path::PathBuf],
    address: &Address,
    shards: u16,
    options: &BuildOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<IndexReport, IndexError> {
    let client = engine::connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let forgotten = forgotten::read(&client, &address.name)?;
    let before = generations.current()?;
    let (base, counts) = match &before {
        Some(before) => read_base(&client, before)?,
        None => (None, TermCounts::default()),
    };
    let begin = |manifest: Option<&Manifest>| {
        let mut sink = ClusterSink::new(generations, before.clone(), shards);
        sink.keep = options.keep;
        if manifest.is_some() {
            sink = sink.based_on(counts);
        }
        Ok(sink)
    };
    build_elsewhere(paths, options, base, &forgotten, begin, progress)
}

/// Makes the generation before the current one current again, and returns its name.
///
/// # Errors
/// [`ClusterError::NoIndex`] when there is none, and what the cluster says.
pub fn roll_back(address: &Address) -> Result<String, ClusterError> {
    let client = Client::from_environment(&address.hosts)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    Ok(generations.roll_back()?.name)
}

/// Removes documents by id: a new generation without them becomes current, all others are removed, and later builds leave the
/// documents out.
///
/// # Errors
/// [`ClusterError::NoIndex`], [`ClusterError::Incomplete`], and what the cluster says.
pub fn forget_documents(ids: &[String], address: &Address) -> Result<Forgot, IndexError> {
    let client = engine::connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let before = engine::current(&client, &address.name)?;
    // First of all, so that no build brings them back whatever happens next.
    forgotten::add(&client, &address.name, ids)?;
    let (base, counts) = read_base(&client, &before)?;
    let base = base.ok_or_else(|| ClusterError::Incomplete {
        name: address.name.clone(),
        what: "it was built by another version, or lacks its catalog".to_owned(),
    })?;
    let sink = ClusterSink::new(generations, Some(before), 1).based_on(counts);
    let (removed, generation) = forget_elsewhere(ids, base, sink)?;
    Ok(Forgot {
        removed,
        snapshots: snapshots_of(&client, &address.name)?,
        generation,
    })
}

/// Fails if there is anything of an index at `address`.
///
/// # Errors
/// [`ClusterError::IsThere`], and what the cluster says.
pub fn check_absent(address: &Address) -> Result<(), ClusterError> {
    let client = Client::from_environment(&address.hosts)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    match generations.all()?.is_empty() {
        true => Ok(()),
        false => Err(ClusterError::IsThere {
            name: address.name.clone(),
        }),
    }
}

/// Removes all generations of the index at `address`.
///
/// # Errors
/// What the cluster says.
pub fn remove_index(address: &Address) -> Result<(), ClusterError> {
    let client = Client::from_environment(&address.hosts)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    for generation in generations.all()? {
        generations.remove(&generation);
    }
    Ok(())
}

/// What the generation `before` can give to the next one; nothing where its mapping is not this program's, or it is not whole.
fn read_base(
    client: &Client,
    before: &Generation,
) -> Result<(Option<Base>, TermCounts), ClusterError> {
    let nothing = (None, TermCounts::default());
    if engine::version_of(client, before)? != version() {
        return Ok(nothing);
    }
    let ids = [CATALOG, engine::MANIFEST, engine::TERMS].map(str::to_owned);
    let found = blobs::read(client, &before.texts, &ids)?;
    let text = |id| {
        found
            .get(id)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let manifest = text(engine::MANIFEST).and_then(|text| Manifest::verified(&text).ok());
    let catalog = found
        .get(CATALOG)
        .and_then(|bytes| Catalog::from_bytes(bytes));
    let counts = text(engine::TERMS).and_then(|text| TermCounts::from_text(&text));
    Ok(match (manifest, catalog, counts) {
        (Some(manifest), Some(catalog), Some(counts)) => (Some(Base { manifest, catalog }), counts),
        _ => nothing,
    })
}

/// A generation in the making on a cluster. Its indexes are made with the first change; dropping it unpublished removes them.
pub(crate) struct ClusterSink<'a> {
    generations: Generations<'a>,
    /// Generation that was current when the build began.
    before: Option<Generation>,
    /// True if the new one begins with the documents of the one before.
    is_based: bool,
    shards: u16,
    keep: usize,
    analysis: Analysis,
    open: OnceLock<Generation>,
    /// Held while the indexes are made, so that one thread does it.
    opening: Mutex<()>,
    pending: Mutex<Bulk>,
    counts: Mutex<TermCounts>,
    has_removed: AtomicBool,
}

impl<'a> ClusterSink<'a> {
    /// A generation that begins empty and takes the place of `before`; none is kept behind it.
    fn new(generations: Generations<'a>, before: Option<Generation>, shards: u16) -> Self {
        Self {
            generations,
            before,
            is_based: false,
            shards,
            keep: 0,
            analysis: Analysis::new(),
            open: OnceLock::new(),
            opening: Mutex::new(()),
            pending: Mutex::default(),
            counts: Mutex::default(),
            has_removed: AtomicBool::new(false),
        }
    }

    /// The same, beginning with the documents of the generation before, whose numbers of documents by term are `counts`.
    fn based_on(mut self, counts: TermCounts) -> Self {
        self.is_based = true;
        self.counts = Mutex::new(counts);
        self
    }

    fn open(&self) -> Result<&Generation, ClusterError> {
        if let Some(open) = self.open.get() {
            return Ok(open);
        }
        let _only = lock(&self.opening);
        if let Some(open) = self.open.get() {
            return Ok(open);
        }
        let base = self.before.as_ref().filter(|_| self.is_based);
        let made = self.generations.make(base, self.shards)?;
        Ok(self.open.get_or_init(|| made))
    }

    fn push(&self, made: &Generation, written: &Written) -> Result<(), ClusterError> {
        let mut ready = Vec::new();
        {
            let mut pending = lock(&self.pending);
            for lines in written.lines(made) {
                if !pending.lines.is_empty() && pending.lines.len() + lines.len() > BULK_BYTES {
                    ready.push(std::mem::take(&mut *pending));
                }
                pending.add(written, lines);
            }
        }
        ready.iter().try_for_each(|bulk| self.send(bulk))
    }

    fn flush(&self) -> Result<(), ClusterError> {
        let bulk = std::mem::take(&mut *lock(&self.pending));
        self.send(&bulk)
    }

    /// What is there already came with the request before, whose answer was lost on its way.
    fn send(&self, bulk: &Bulk) -> Result<(), ClusterError> {
        bulk.send(self.generations.client).map(|_| ())
    }

    /// Takes the documents `ids` out: from the indexes and from the numbers of documents.
    fn take_out(&self, ids: &[String]) -> Result<(), ClusterError> {
        let made = self.open()?;
        // What this build has added must be seen to be removed.
        self.flush()?;
        self.has_removed.store(true, Ordering::Relaxed);
        let names: Vec<String> = ids.iter().map(|id| document_name(id)).collect();
        self.count_out(made, &names)?;
        self.send(&removals_of(self.generations.client, made, &names)?)?;
        self.generations.refresh(made)
    }

    fn count_out(&self, made: &Generation, names: &[String]) -> Result<(), ClusterError> {
        for bytes in blobs::read(self.generations.client, &made.texts, names)?.values() {
            let unreadable =
                || ClusterError::Answer("a stored document is not readable".to_owned());
            let stored = engine::stored_of(bytes).ok_or_else(unreadable)?;
            let text = stored
                .text()
                .and_then(|text| Ok(text.whole()?.into_owned()));
            let text = text.map_err(|_| unreadable())?;
            let streams = self.analysis.streams(&stored.record, &text, "");
            lock(&self.counts).remove(&streams);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sink for ClusterSink<'_> {
    fn add(&self, document: PreparedDocument) -> Result<(), IndexError> {
        let made = self.open()?;
        let record: &DocumentRecord = &document.record;
        let streams = self
            .analysis
            .streams(record, &document.text, &document.replaced);
        lock(&self.counts).add(&streams);
        let written = write_document(&self.analysis, made, &document, &streams, now_ms());
        Ok(self.push(made, &written)?)
    }

    fn remove(&self, id: &str) -> Result<(), IndexError> {
        Ok(self.take_out(&[id.to_owned()])?)
    }

    fn remove_all(&self, ids: &[String]) -> Result<(), IndexError> {
        let mut some = ids.chunks(REMOVED_AT_ONCE);
        Ok(some.try_for_each(|ids| self.take_out(ids))?)
    }

    /// Closes the generation and moves the alias to it. Older generations but those to keep are removed.
    fn publish(mut self, manifest: Manifest, catalog: &Catalog) -> Result<Manifest, IndexError> {
        let made = self.open()?.clone();
        let manifest = Manifest {
            generation: made.name.clone(),
            files: Default::default(),
            ..manifest
        };
        self.flush()?;
        let completion = Completion {
            generations: self.generations,
            made: &made,
            before: self.before.as_ref(),
            has_removed: self.has_removed.load(Ordering::Relaxed),
            keep: self.keep,
        };
        completion.publish(&manifest, catalog, &lock(&self.counts))?;
        // Published: it stays.
        self.open.take();
        Ok(manifest)
    }

    fn abandon(self) {
        drop(self);
    }
}

impl Drop for ClusterSink<'_> {
    fn drop(&mut self) {
        if let Some(made) = self.open.take() {
            self.generations.remove(&made);
        }
    }
}
