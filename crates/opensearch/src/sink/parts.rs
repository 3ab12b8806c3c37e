//! Builds by several processes, each of a part of the files, into one generation.
//!
//! The first process to come makes the generation, the others join it. What a process has made of its part stays with the
//! generation, and one step publishes when all parts are there. Every document is claimed by who writes it first, so that no
//! id is there twice whichever part it comes from; a process that was killed begins its part again, and writes over what it
//! had written. Such builds begin from nothing; a later build by one process goes on from what they made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use polidex_indexer::build::catalog::{Catalog, Outcome};
use polidex_indexer::build::part::Part;
use polidex_indexer::build::sink::Sink;
use polidex_indexer::build::{BuildOptions, Progress};
use polidex_indexer::error::IndexError;
use polidex_indexer::index::{begin_manifest, build_elsewhere};
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::report::IndexReport;
use polidex_schema::manifest::Manifest;
use serde_json::{Value, json};

use super::bulk::{BULK_BYTES, Bulk};
use super::completion::{Completion, count, write_kept};
use super::document::{Written, now_ms, write_document};
use super::removals::removals_of;
use super::{REMOVED_AT_ONCE, lock};
use crate::address::Address;
use crate::blobs;
use crate::client::Client;
use crate::engine;
use crate::error::ClusterError;
use crate::forgotten;
use crate::generations::{Generation, Generations, writing};
use crate::terms::{Analysis, Streams, TermCounts};

/// Id of what a build by parts is made of, among the texts.
const BEGUN: &str = "begun";
/// Time that the process which makes the generation may take.
const MAKING: Duration = Duration::from_secs(90);
/// Time between two looks at it.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Documents listed at once where all are compared with the catalog.
const LISTED_AT_ONCE: usize = 5_000;

/// Outcome of a build of one part.
#[derive(Debug)]
pub struct PartBuilt {
    /// Report of the part; nothing if it was there already.
    pub report: Option<IndexReport>,
    /// Numbers of the parts that are not there yet.
    pub missing: Vec<u32>,
}

/// Builds one part of an index on a cluster, which [`publish_parts`] publishes when all are there. A part that is there is not
/// built again.
///
/// # Errors
/// When the part was not built: see [`IndexError`].
pub fn build_part(
    paths: &[PathBuf],
    address: &Address,
    shards: u16,
    part: Part,
    options: &BuildOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<PartBuilt, IndexError> {
    let client = engine::connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let forgotten = forgotten::read(&client, &address.name)?;
    let options = &BuildOptions {
        part: Some(part),
        ..options.clone()
    };
    let begun = Begun::of(&begin_manifest(paths, options), part);
    let made = join(generations, shards, &begun)?;
    let absent = missing(generations, &made, part.of())?;
    if !absent.contains(&part.number()) {
        return Ok(PartBuilt {
            report: None,
            missing: absent,
        });
    }
    let begin = |_: Option<&Manifest>| Ok(PartSink::new(generations, made.clone(), part));
    let report = build_elsewhere(paths, options, None, &forgotten, begin, progress)?;
    Ok(PartBuilt {
        report: Some(report),
        missing: missing(generations, &made, part.of())?,
    })
}

/// An index that was published of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Name of the generation.
    pub generation: String,
    /// Documents in it.
    pub documents: u64,
}

/// Publishes the generation that was built by parts; all have to be there. The last `keep` generations before it stay.
///
/// # Errors
/// [`ClusterError::NoParts`], [`ClusterError::PartsMissing`], and what the cluster says.
pub fn publish_parts(address: &Address, keep: usize) -> Result<Published, ClusterError> {
    let client = engine::connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let (made, begun) = under_way(generations)?;
    let absent = missing(generations, &made, begun.parts)?;
    if !absent.is_empty() {
        return Err(ClusterError::PartsMissing {
            name: address.name.clone(),
            missing: numbers(&absent),
            parts: begun.parts,
        });
    }
    let whole = read_parts(generations, &made, begun.parts)?;
    // One who was killed while he published may have closed it.
    generations.reopen(&made)?;
    generations.refresh(&made)?;
    if count(generations, &made)? != Some(whole.manifest.documents) {
        remove_unlisted(generations, &made, &whole.catalog)?;
    }
    let before = generations.current()?;
    let completion = Completion {
        generations,
        made: &made,
        before: before.as_ref(),
        has_removed: generations.has_removed(&made)?,
        keep,
    };
    completion.publish(&whole.manifest, &whole.catalog, &whole.counts)?;
    Ok(Published {
        documents: whole.manifest.documents,
        generation: made.name,
    })
}

/// Removes what was built by parts and is not published.
///
/// # Errors
/// [`ClusterError::NoParts`], and what the cluster says.
pub fn discard_parts(address: &Address) -> Result<(), ClusterError> {
    let client = Client::from_environment(&address.hosts)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let found = generations.fed()?;
    if found.is_empty() {
        return Err(no_parts(generations));
    }
    found.iter().for_each(|made| generations.remove(made));
    Ok(())
}

fn no_parts(generations: Generations<'_>) -> ClusterError {
    ClusterError::NoParts {
        name: generations.name.to_owned(),
    }
}

fn numbers(parts: &[u32]) -> String {
    let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
    parts.join(", ")
}

fn part_id(number: u32) -> String {
    format!("part-{number}")
}

/// What all parts of a build have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Begun {
    parts: u32,
    analyzer: String,
    pipeline: String,
    built_from: Vec<String>,
}

impl Begun {
    fn of(manifest: &Manifest, part: Part) -> Self {
        Self {
            parts: part.of(),
            analyzer: manifest.analyzer.clone(),
            pipeline: manifest.pipeline.clone(),
            built_from: manifest.built_from.clone(),
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "parts": self.parts, "analyzer": self.analyzer, "pipeline": self.pipeline, "built_from": self.built_from,
        })
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let read: Value = serde_json::from_slice(bytes).ok()?;
        let paths = read["built_from"].as_array()?.iter();
        Some(Self {
            parts: u32::try_from(read["parts"].as_u64()?).ok()?,
            analyzer: read["analyzer"].as_str()?.to_owned(),
            pipeline: read["pipeline"].as_str()?.to_owned(),
            built_from: paths
                .filter_map(|path| path.as_str().map(str::to_owned))
                .collect(),
        })
    }

    /// What another build has differently; nothing if it is the same.
    fn difference(&self, other: &Self) -> Option<String> {
        if self.parts != other.parts {
            return Some(format!("{} parts", self.parts));
        }
        if self.built_from != other.built_from {
            return Some(format!("the paths {}", self.built_from.join(", ")));
        }
        (self != other).then(|| "another version or other options of the program".to_owned())
    }
}

/// The generation that is built by parts, made if there is none.
fn join(
    generations: Generations<'_>,
    shards: u16,
    begun: &Begun,
) -> Result<Generation, ClusterError> {
    if generations.fed()?.is_empty()
        && let Some(made) = generations.make_fed(shards)?
    {
        write_kept(
            generations,
            &made,
            BEGUN,
            begun.to_json().to_string().as_bytes(),
        )?;
        return Ok(made);
    }
    let until = Instant::now() + MAKING;
    loop {
        match under_way(generations) {
            Ok((made, known)) => {
                return match known.difference(begun) {
                    None => Ok(made),
                    Some(of) => Err(ClusterError::PartsDiffer {
                        name: generations.name.to_owned(),
                        of,
                    }),
                };
            }
            Err(ClusterError::NoParts { .. }) if Instant::now() < until => {
                std::thread::sleep(LOOK_EVERY);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The generation that is built by parts, once it is made.
fn under_way(generations: Generations<'_>) -> Result<(Generation, Begun), ClusterError> {
    let Some(made) = generations.fed()?.into_iter().next() else {
        return Err(no_parts(generations));
    };
    let read = match blobs::read(generations.client, &made.texts, &[BEGUN.to_owned()]) {
        // It is not made yet.
        Err(ClusterError::Answer(_) | ClusterError::Refused { status: 404, .. }) => HashMap::new(),
        read => read?,
    };
    let begun = read.get(BEGUN).and_then(|bytes| Begun::from_bytes(bytes));
    match begun {
        Some(begun) => Ok((made, begun)),
        None => Err(no_parts(generations)),
    }
}

/// Numbers of the parts that are not there.
fn missing(
    generations: Generations<'_>,
    made: &Generation,
    parts: u32,
) -> Result<Vec<u32>, ClusterError> {
    let ids: Vec<String> = (1..=parts).map(part_id).collect();
    let found = blobs::parts_of(generations.client, &made.texts, &ids)?;
    let absent = (1..=parts).filter(|number| !found.contains_key(&part_id(*number)));
    Ok(absent.collect())
}

/// What the parts are together.
#[derive(Default)]
struct Whole {
    manifest: Manifest,
    catalog: Catalog,
    counts: TermCounts,
}

fn read_parts(
    generations: Generations<'_>,
    made: &Generation,
    parts: u32,
) -> Result<Whole, ClusterError> {
    let mut whole = Whole::default();
    for number in 1..=parts {
        let id = part_id(number);
        let damaged = || ClusterError::Incomplete {
            name: made.searched.clone(),
            what: format!("part {number} cannot be read"),
        };
        let read = blobs::read(generations.client, &made.texts, std::slice::from_ref(&id))?;
        let part = read.get(&id).and_then(|bytes| read_part(bytes));
        whole.add(part.ok_or_else(damaged)?);
    }
    // The order of the walk: folder by folder, by the names of a path.
    whole.catalog.files.sort_by(|one, other| {
        let paths = (one.relative.split('/'), other.relative.split('/'));
        one.root.cmp(&other.root).then_with(|| paths.0.cmp(paths.1))
    });
    whole.manifest.generation = made.name.clone();
    Ok(whole)
}

fn read_part(bytes: &[u8]) -> Option<Whole> {
    let mut values = blobs::split(bytes)?
        .into_iter()
        .map(Option::unwrap_or_default);
    let (manifest, catalog, counts) = (values.next()?, values.next()?, values.next()?);
    Some(Whole {
        manifest: Manifest::verified(&String::from_utf8(manifest).ok()?).ok()?,
        catalog: Catalog::from_bytes(&catalog)?,
        counts: TermCounts::from_text(&String::from_utf8(counts).ok()?)?,
    })
}

impl Whole {
    fn add(&mut self, part: Self) {
        self.manifest = Manifest {
            documents: self.manifest.documents + part.manifest.documents,
            passages: self.manifest.passages + part.manifest.passages,
            stale: Vec::new(),
            ..part.manifest
        };
        self.catalog.files.extend(part.catalog.files);
        // Every part has walked all of the folders.
        self.catalog.skipped = part.catalog.skipped;
        self.counts.add_all(part.counts);
    }
}

/// Removes documents that no part lists: a process that was killed wrote them, and their files are no more.
fn remove_unlisted(
    generations: Generations<'_>,
    made: &Generation,
    catalog: &Catalog,
) -> Result<(), ClusterError> {
    let client = generations.client;
    let listed = catalog.indexed();
    let path = format!("/{}/_search", made.searched);
    let mut page = json!({
        "size": LISTED_AT_ONCE, "query": {"match_all": {}}, "_source": ["id"], "sort": [{"id": "asc"}],
    });
    loop {
        let found = client.post(&path, &page)?;
        let hits = found["hits"]["hits"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let is_listed = |hit: &&Value| {
            let id = hit["_source"]["id"].as_str();
            id.is_none_or(|id| listed.contains_key(id))
        };
        let unlisted = hits.iter().filter(|hit| !is_listed(hit));
        let names = unlisted.filter_map(|hit| hit["_id"].as_str().map(str::to_owned));
        for some in names.collect::<Vec<_>>().chunks(REMOVED_AT_ONCE) {
            removals_of(client, made, some)?.send(client)?;
        }
        match hits.last() {
            Some(last) if hits.len() == LISTED_AT_ONCE => {
                page["search_after"] = last["sort"].clone()
            }
            _ => return generations.refresh(made),
        }
    }
}

/// A part of a generation in the making. It stays when it is dropped: the next process goes on with it.
struct PartSink<'a> {
    generations: Generations<'a>,
    made: Generation,
    part: Part,
    analysis: Analysis,
    pending: Mutex<Batch>,
    counts: Mutex<TermCounts>,
    /// Ids of documents that another part has.
    taken: Mutex<HashSet<String>>,
    refreshed: OnceLock<()>,
}

/// Documents that are not sent yet.
#[derive(Default)]
struct Batch {
    documents: Vec<Pending>,
    bytes: usize,
}

struct Pending {
    written: Written,
    streams: Streams,
}

impl<'a> PartSink<'a> {
    fn new(generations: Generations<'a>, made: Generation, part: Part) -> Self {
        Self {
            generations,
            made,
            part,
            analysis: Analysis::new(),
            pending: Mutex::default(),
            counts: Mutex::default(),
            taken: Mutex::default(),
            refreshed: OnceLock::new(),
        }
    }

    fn flush(&self) -> Result<(), ClusterError> {
        let batch = std::mem::take(&mut *lock(&self.pending));
        self.send(&batch.documents)
    }

    /// Sends documents: first the texts, which claim the ids, then what is searched.
    fn send(&self, batch: &[Pending]) -> Result<(), ClusterError> {
        let there = self.claim(batch.iter())?;
        let own = self.own(&there)?;
        if !own.is_empty() {
            self.remove_own(&own)?;
            let again = batch.iter().filter(|one| own.contains(&one.written.name));
            self.claim(again)?;
        }
        let is_another = |one: &Pending| {
            let name = &one.written.name;
            there.contains(name) && !own.contains(name)
        };
        let (others, mine): (Vec<&Pending>, Vec<&Pending>) =
            batch.iter().partition(|one| is_another(one));
        let ids = others.iter().map(|one| one.written.id.clone());
        lock(&self.taken).extend(ids);
        self.write(&mine)
    }

    /// Creates the texts of documents, as far as they are written in one piece. Returns the names of those that are there.
    fn claim<'b>(
        &self,
        documents: impl Iterator<Item = &'b Pending>,
    ) -> Result<Vec<String>, ClusterError> {
        let mut claims = Bulk::default();
        for one in documents {
            let first = self.texts_of(&one.written).next();
            claims.add(&one.written, first.unwrap_or_default());
        }
        claims.send(self.generations.client)
    }

    /// Writes the rest of documents that were claimed, and counts them in.
    fn write(&self, documents: &[&Pending]) -> Result<(), ClusterError> {
        let mut rest = Bulk::default();
        for one in documents {
            for lines in self.texts_of(&one.written).skip(1) {
                rest.add(&one.written, lines);
            }
            rest.add(&one.written, one.written.searched.clone());
            lock(&self.counts).add(&one.streams);
        }
        rest.send(self.generations.client).map(|_| ())
    }

    fn texts_of(&self, written: &Written) -> impl Iterator<Item = Vec<u8>> {
        let index = writing(&self.made.texts);
        let number = self.part.number();
        blobs::claiming_lines(&index, &written.name, &written.stored, number).into_iter()
    }

    /// Of documents that are there, those that this part has written, before it was killed.
    fn own(&self, there: &[String]) -> Result<BTreeSet<String>, ClusterError> {
        let number = u64::from(self.part.number());
        let feeders = blobs::feeders_of(self.generations.client, &self.made.texts, there)?;
        let own = feeders.into_iter().filter(|(_, feeder)| *feeder == number);
        Ok(own.map(|(name, _)| name).collect())
    }

    /// Removes what this part had written before it was killed.
    fn remove_own(&self, names: &BTreeSet<String>) -> Result<(), ClusterError> {
        if self.refreshed.get().is_none() {
            self.generations.refresh(&self.made)?;
            let _ = self.refreshed.set(());
        }
        let names: Vec<String> = names.iter().cloned().collect();
        let client = self.generations.client;
        for some in names.chunks(REMOVED_AT_ONCE) {
            removals_of(client, &self.made, some)?.send(client)?;
        }
        Ok(())
    }

    /// Notes documents that another part has, as a build of all files would: their ids are taken.
    fn note_taken(&self, manifest: &mut Manifest, catalog: &mut Catalog) {
        let taken = lock(&self.taken);
        let files = catalog.files.iter_mut();
        for document in files.flat_map(|file| &mut file.documents) {
            let is_taken = document.id.as_ref().is_some_and(|id| taken.contains(id));
            if let (true, Outcome::Indexed(counts)) = (is_taken, &document.outcome) {
                manifest.documents -= 1;
                manifest.passages -= u64::from(counts.passages);
                document.outcome = Outcome::SameId;
            }
        }
    }
}

impl Sink for PartSink<'_> {
    fn add(&self, document: PreparedDocument) -> Result<(), IndexError> {
        let record = &document.record;
        let streams = self
            .analysis
            .streams(record, &document.text, &document.replaced);
        let written = write_document(&self.analysis, &self.made, &document, &streams, now_ms());
        let ready = {
            let mut pending = lock(&self.pending);
            pending.bytes += written.searched.len() + written.stored.len();
            pending.documents.push(Pending { written, streams });
            let is_full = pending.bytes > BULK_BYTES;
            is_full.then(|| std::mem::take(&mut *pending))
        };
        Ok(ready.map_or(Ok(()), |batch| self.send(&batch.documents))?)
    }

    /// Never called: such a build goes on from nothing.
    fn remove(&self, _: &str) -> Result<(), IndexError> {
        Ok(())
    }

    /// Leaves what was made of the part with the generation.
    fn publish(self, manifest: Manifest, catalog: &Catalog) -> Result<Manifest, IndexError> {
        self.flush()?;
        let (mut manifest, mut catalog) = (manifest, catalog.clone());
        self.note_taken(&mut manifest, &mut catalog);
        manifest.generation = self.made.name.clone();
        let counts = lock(&self.counts).to_text();
        let part = blobs::join(&[
            Some(manifest.to_text().as_bytes()),
            Some(&catalog.to_bytes()),
            Some(counts.as_bytes()),
        ]);
        let id = part_id(self.part.number());
        write_kept(self.generations, &self.made, &id, &part)?;
        Ok(manifest)
    }

    fn abandon(self) {}
}
