//! Writes generations of an index to a cluster.
//!
//! In: prepared documents, and ids of documents to take out. Out: a complete generation behind the alias, or nothing that a
//! reader could see. Documents go in requests of a few megabytes from the threads that prepare them; each is named by a hash
//! of its id. Documents that say the same are kept on one shard, so that each shard counts its duplicates for itself.

mod document;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use polidex_indexer::build::account::cover_catalog;
use polidex_indexer::build::catalog::Catalog;
use polidex_indexer::build::sink::Sink;
use polidex_indexer::build::{Base, BuildOptions, Progress};
use polidex_indexer::error::IndexError;
use polidex_indexer::index::{Forgot, build_elsewhere, forget_elsewhere};
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::report::IndexReport;
use polidex_schema::manifest::Manifest;
use polidex_schema::record::DocumentRecord;
use serde_json::{Value, json};

use self::document::{Written, now_ms, write_document};
use crate::address::Address;
use crate::blobs;
use crate::client::{Client, Content};
use crate::engine::{self, document_name};
use crate::error::ClusterError;
use crate::forgotten;
use crate::generations::{Generation, Generations, writing};
use crate::mapping::version;
use crate::snapshots::snapshots_of;
use crate::terms::{Analysis, TermCounts};

/// Bytes of a request, unless a single document has more.
const BULK_BYTES: usize = 4 << 20;
/// Documents removed at once.
const REMOVED_AT_ONCE: usize = 500;
/// Id of the catalog among the texts.
pub(crate) const CATALOG: &str = "catalog";

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
    let client = Client::from_environment(&address.hosts)?;
    engine::check_version(&client)?;
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
    let client = Client::from_environment(&address.hosts)?;
    engine::check_version(&client)?;
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

/// Lines of a request that is not sent yet.
#[derive(Default)]
struct Bulk {
    lines: Vec<u8>,
    /// Ids of the documents, by the names they have on the cluster.
    ids: HashMap<String, String>,
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

    fn push(&self, written: Written) -> Result<(), ClusterError> {
        let mut ready = Vec::new();
        {
            let mut pending = lock(&self.pending);
            for lines in written.lines {
                if !pending.lines.is_empty() && pending.lines.len() + lines.len() > BULK_BYTES {
                    ready.push(std::mem::take(&mut *pending));
                }
                pending.lines.extend(lines);
                pending.ids.insert(written.name.clone(), written.id.clone());
            }
        }
        ready.iter().try_for_each(|bulk| self.send(bulk))
    }

    fn flush(&self) -> Result<(), ClusterError> {
        let bulk = std::mem::take(&mut *lock(&self.pending));
        self.send(&bulk)
    }

    fn send(&self, bulk: &Bulk) -> Result<(), ClusterError> {
        if bulk.lines.is_empty() {
            return Ok(());
        }
        let mut waiting = std::borrow::Cow::Borrowed(&bulk.lines);
        let mut pause = std::time::Duration::from_millis(200);
        for _ in 0..BUSY_TRIES {
            let path = "/_bulk?require_alias=true";
            let answer = self
                .generations
                .client
                .send("POST", path, Content::Lines(&waiting))?;
            let busy = refused_for_now(&answer, &bulk.ids)?;
            if busy.is_empty() {
                return Ok(());
            }
            waiting = std::borrow::Cow::Owned(chosen_lines(&waiting, &busy));
            std::thread::sleep(pause);
            pause *= 2;
        }
        Err(ClusterError::Answer(
            "the cluster stays too busy to take documents".to_owned(),
        ))
    }

    /// Takes the documents `ids` out: from the indexes and from the numbers of documents.
    fn take_out(&self, ids: &[String]) -> Result<(), ClusterError> {
        let made = self.open()?;
        // What this build has added must be seen to be removed.
        self.flush()?;
        self.has_removed.store(true, Ordering::Relaxed);
        let names: Vec<String> = ids.iter().map(|id| document_name(id)).collect();
        self.count_out(made, &names)?;
        let mut lines = self.removals_of_searched(made, &names)?;
        lines.extend(self.removals_of_texts(made, &names)?);
        let ids = HashMap::new();
        self.send(&Bulk { lines, ids })?;
        self.generations.refresh(made)
    }

    /// Lines that remove documents from the searched index: each from the shard that it lies on.
    fn removals_of_searched(
        &self,
        made: &Generation,
        names: &[String],
    ) -> Result<Vec<u8>, ClusterError> {
        let query = json!({
            "size": names.len(), "query": {"ids": {"values": names}}, "_source": false, "stored_fields": ["_routing"],
        });
        let path = format!("/{}/_search", made.searched);
        let found = self.generations.client.post(&path, &query)?;
        let hits = found["hits"]["hits"].as_array().into_iter().flatten();
        let index = writing(&made.searched);
        let lines = hits.map(|hit| {
            removal(json!({"_index": index, "_id": hit["_id"], "routing": hit["_routing"]}))
        });
        Ok(lines.collect::<String>().into_bytes())
    }

    /// Lines that remove texts, each with all its parts.
    fn removals_of_texts(
        &self,
        made: &Generation,
        names: &[String],
    ) -> Result<Vec<u8>, ClusterError> {
        let index = writing(&made.texts);
        let mut lines = String::new();
        for (name, parts) in blobs::parts_of(self.generations.client, &made.texts, names)? {
            for number in 0..parts {
                let id = blobs::part_id(&name, number);
                lines.push_str(&removal(json!({"_index": index, "_id": id})));
            }
        }
        Ok(lines.into_bytes())
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

    fn complete(
        &self,
        made: &Generation,
        manifest: &Manifest,
        catalog: &Catalog,
    ) -> Result<(), ClusterError> {
        self.flush()?;
        self.generations.refresh(made)?;
        self.check_count(made, manifest.documents)?;
        let terms = lock(&self.counts).to_text();
        let coverage = cover_catalog(catalog).to_bytes();
        let manifest_text = manifest.to_text();
        let kept: [(&str, &[u8]); 4] = [
            (CATALOG, &catalog.to_bytes()),
            (engine::COVERAGE, &coverage),
            (engine::TERMS, terms.as_bytes()),
            (engine::MANIFEST, manifest_text.as_bytes()),
        ];
        for (id, bytes) in kept {
            for lines in blobs::lines(&writing(&made.texts), id, bytes) {
                self.send(&Bulk {
                    lines,
                    ids: HashMap::new(),
                })?;
            }
        }
        self.generations
            .close(made, self.has_removed.load(Ordering::Relaxed))?;
        self.generations.switch(made, self.before.as_ref())?;
        self.generations.clean(made, self.keep)
    }

    /// A document that was lost on the way would be missed by nobody.
    fn check_count(&self, made: &Generation, expected: u64) -> Result<(), ClusterError> {
        let counted = self
            .generations
            .client
            .get(&format!("/{}/_count", made.searched))?;
        match counted["count"].as_u64() {
            Some(count) if count == expected => Ok(()),
            count => Err(ClusterError::Incomplete {
                name: made.searched.clone(),
                what: format!("it holds {count:?} documents of {expected}"),
            }),
        }
    }
}

fn removal(what: Value) -> String {
    format!("{}\n", json!({"delete": what}))
}

/// Number of times that documents are sent which the cluster had no room for.
const BUSY_TRIES: u32 = 8;

/// Places in the request of what the cluster had no room for.
///
/// # Errors
/// [`ClusterError::Documents`] for what it will never take.
fn refused_for_now(
    answer: &Value,
    ids: &HashMap<String, String>,
) -> Result<Vec<usize>, ClusterError> {
    let mut busy = Vec::new();
    let mut refused: Vec<(String, String)> = Vec::new();
    for (place, item) in answer["items"].as_array().into_iter().flatten().enumerate() {
        let Some((kind, result)) = item.as_object().and_then(|item| item.iter().next()) else {
            continue;
        };
        match result["status"].as_u64() {
            Some(200..=299) => {}
            // The answer to the request before was lost on its way.
            Some(409) if kind == "create" => {}
            Some(404) if kind == "delete" && result["error"].is_null() => {}
            Some(429 | 503) => busy.push(place),
            _ => {
                let name = result["_id"].as_str().unwrap_or_default();
                let id = ids.get(name).map_or(name, String::as_str);
                let (kind, said) = (&result["error"]["type"], &result["error"]["reason"]);
                refused.push((id.to_owned(), format!("{kind}: {said}")));
            }
        }
    }
    match refused.first() {
        None => Ok(busy),
        Some((id, reason)) => Err(ClusterError::Documents {
            count: refused.len(),
            id: id.clone(),
            reason: reason.clone(),
        }),
    }
}

/// The lines of the actions at `places`.
fn chosen_lines(lines: &[u8], places: &[usize]) -> Vec<u8> {
    let mut chosen = Vec::new();
    let mut all = lines.split_inclusive(|byte| *byte == b'\n');
    let mut place = 0;
    while let Some(action) = all.next() {
        let has_source = !action.starts_with(b"{\"delete\"");
        let source = if has_source { all.next() } else { None };
        if places.contains(&place) {
            chosen.extend(action);
            chosen.extend(source.unwrap_or_default());
        }
        place += 1;
    }
    chosen
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
        Ok(self.push(written)?)
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
        self.complete(&made, &manifest, catalog)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_found_no_room_is_sent_again_and_what_is_refused_is_named() {
        let lines = b"{\"create\":{}}\n{\"a\":1}\n{\"delete\":{}}\n{\"create\":{}}\n{\"b\":2}\n";
        let answer = json!({"items": [
            {"create": {"_id": "1", "status": 201}},
            {"delete": {"_id": "2", "status": 429}},
            {"create": {"_id": "3", "status": 429}},
        ]});
        let busy = refused_for_now(&answer, &HashMap::new()).expect("nothing is refused");
        assert_eq!(busy, [1, 2]);
        assert_eq!(
            chosen_lines(lines, &busy),
            b"{\"delete\":{}}\n{\"create\":{}}\n{\"b\":2}\n"
        );
        let answer = json!({"items": [
            {"create": {"_id": "1", "status": 409}},
            {"index": {"_id": "2", "status": 400, "error": {"type": "mapper", "reason": "no"}}},
        ]});
        let ids = HashMap::from([("2".to_owned(), "paper.txt".to_owned())]);
        let error = refused_for_now(&answer, &ids).expect_err("refused");
        assert!(error.to_string().contains("`paper.txt`"), "{error}");
    }
}
