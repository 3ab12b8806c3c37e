//! Brings an index up to what lies in its folders, touching only what differs from the catalog of before.
//!
//! In: the files found and the catalog of the generation before, if there is one to go on from. Out: the new catalog, and a
//! generation in the making if any document had to be added or taken out. Files are compared by content and documents by
//! everything they are made of, so the result is what a build from nothing would give.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, OnceLock};

use polidex_schema::manifest::{MANIFEST, Manifest};

use crate::build::catalog::{
    Catalog, ContentHash, DocumentCounts, DocumentEntry, FileEntry, Outcome, hash_value,
};
use crate::build::ids::file_ids;
use crate::build::seen::SeenFiles;
use crate::build::sources::{SourceEntry, Sources};
use crate::build::walk::{Found, FoundFile, Stamp};
use crate::error::IndexError;
use crate::extract::{RawDocument, extract_documents, worker};
use crate::pipeline::{BuildOptions, Progress, merge, prepare_document};
use crate::report::{FileReport, FileStatus, IndexReport};
use crate::store::document::PreparedDocument;
use crate::store::generations::{WriterLock, current_generation, generation_folder};
use crate::store::writer::GenerationWriter;

/// What is said of a file that was written to meanwhile.
const CHANGED: &str = "changed while it was read; the next run reads it again";

/// The generation that an update goes on from.
pub(crate) struct Base {
    pub(crate) manifest: Manifest,
    pub(crate) catalog: Catalog,
}

impl Base {
    /// The current generation of `index_dir`, if it is whole as far as a look at its files tells.
    pub(crate) fn read(index_dir: &Path) -> Option<Self> {
        let folder = generation_folder(index_dir, &current_generation(index_dir)?);
        let manifest =
            Manifest::verified(&std::fs::read_to_string(folder.join(MANIFEST)).ok()?).ok()?;
        let is_whole = manifest.files.iter().all(|(name, sum)| {
            std::fs::metadata(folder.join(name))
                .is_ok_and(|metadata| metadata.len() == sum.len_bytes)
        });
        let catalog = Catalog::read(&folder)?;
        is_whole.then_some(Self { manifest, catalog })
    }
}

/// What an update came to.
pub(crate) struct Updated {
    pub(crate) catalog: Catalog,
    /// The new generation, when a document was added or taken out.
    pub(crate) writer: Option<GenerationWriter>,
    /// The lock, when it was not needed for a writer.
    pub(crate) lock: Option<WriterLock>,
    /// What the next run need not hash.
    pub(crate) seen: SeenFiles,
    pub(crate) report: IndexReport,
}

/// Where a document stands in the catalog: its file and its number in it.
type Place = (usize, usize);

/// A document on its way from the reading thread to a preparing one.
struct Job {
    place: Place,
    id: String,
    raw: RawDocument,
}

/// What all threads share.
struct Shared<'a> {
    options: &'a BuildOptions,
    writer: OnceLock<GenerationWriter>,
    outcomes: Mutex<Vec<(Place, Outcome)>>,
    failure: Mutex<Option<IndexError>>,
}

impl Shared<'_> {
    fn fail(&self, error: IndexError) {
        self.failure
            .lock()
            .expect("no holder panics")
            .get_or_insert(error);
    }

    fn has_failed(&self) -> bool {
        self.failure.lock().expect("no holder panics").is_some()
    }

    fn work(&self, jobs: &Mutex<Receiver<Job>>) {
        while let Some(job) = next_job(jobs) {
            // After a failure jobs are drained, so that the reading thread never blocks.
            if self.has_failed() {
                continue;
            }
            let place = job.place;
            match self.index(job) {
                Ok(outcome) => self
                    .outcomes
                    .lock()
                    .expect("no holder panics")
                    .push((place, outcome)),
                Err(error) => self.fail(error),
            }
        }
    }

    fn index(&self, job: Job) -> Result<Outcome, IndexError> {
        let prepared = match prepare_document(job.id, job.raw, &self.options.repair) {
            Ok(prepared) => prepared,
            Err(skipped) => return Ok(Outcome::Skipped(skipped.reason)),
        };
        if prepared.record.passages.is_empty() {
            return Ok(Outcome::Skipped("no text".to_owned()));
        }
        let counts = count(&prepared);
        self.writer
            .get()
            .expect("begun before the first job")
            .add(prepared)?;
        Ok(Outcome::Indexed(counts))
    }
}

fn next_job(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().expect("no holder panics").recv().ok()
}

fn count(prepared: &PreparedDocument) -> DocumentCounts {
    let mut counts = DocumentCounts {
        passages: prepared.record.passages.len() as u32,
        has_losses: !prepared.record.lost.is_empty(),
        note: prepared.notes.join("; "),
        ..DocumentCounts::default()
    };
    for passage in &prepared.record.passages {
        let text = &prepared.text[passage.from_byte as usize..passage.to_byte as usize];
        *counts
            .characters
            .entry(passage.lang.tag().to_owned())
            .or_default() += text.chars().count() as u64;
    }
    for repair in &prepared.repairs {
        *counts
            .repairs
            .entry(repair.kind.slug().into_owned())
            .or_default() += 1;
    }
    counts
}

/// Brings the index of `base` up to `found`. Nothing is published here.
pub(crate) fn update_index(
    found: &Found,
    sources: &[Sources],
    (index_dir, lock): (&Path, WriterLock),
    base: Option<&Base>,
    options: &BuildOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Updated, IndexError> {
    let shared = Shared {
        options,
        writer: OnceLock::new(),
        outcomes: Mutex::new(Vec::new()),
        failure: Mutex::new(None),
    };
    let (sender, receiver) = sync_channel::<Job>(2 * options.threads);
    let receiver = Mutex::new(receiver);
    let reading = std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| shared.work(&receiver));
        }
        let mut reading = Reading::new(found, sources, (index_dir, lock), base, &shared, progress);
        for (number, file) in found.files.iter().enumerate() {
            if shared.has_failed() {
                break;
            }
            let id = reading.file_ids[number].clone();
            reading.read(file, id, &mut |job| {
                sender
                    .send(job)
                    .expect("receivers live as long as the scope")
            });
        }
        drop(sender);
        reading
    });
    let (mut update, unchanged, changed_files) = reading.finish()?;
    for ((file, document), outcome) in shared.outcomes.into_inner().expect("no holder panics") {
        if is_passing(&outcome) {
            update.catalog.files[file].content = None;
        }
        update.catalog.files[file].documents[document].outcome = outcome;
    }
    if let Some(error) = shared.failure.into_inner().expect("no holder panics") {
        return Err(error);
    }
    fill_report(
        &mut update.report,
        &update.catalog,
        &unchanged,
        &changed_files,
    );
    update.writer = shared.writer.into_inner();
    Ok(update)
}

/// A document of the generation before.
struct OldDocument {
    input: ContentHash,
    outcome: Outcome,
}

/// The reading side: opens files one by one, looks up what `sources.toml` says, gives ids, and finds what is as before.
struct Reading<'a> {
    found: &'a Found,
    sources: &'a [Sources],
    index_dir: &'a Path,
    lock: Option<WriterLock>,
    base: Option<&'a Base>,
    shared: &'a Shared<'a>,
    show: &'a (dyn Fn(Progress) + Sync),
    seen: SeenFiles,
    /// Ids of the files found, in their order.
    file_ids: Vec<String>,
    old_files: HashMap<&'a str, &'a FileEntry>,
    /// Documents of before that nothing of now has claimed yet.
    old: HashMap<&'a str, OldDocument>,
    ids: HashSet<String>,
    files: Vec<FileEntry>,
    unchanged: HashSet<Place>,
    changed_files: HashSet<usize>,
    report: IndexReport,
    progress: Progress,
}

impl<'a> Reading<'a> {
    fn new(
        found: &'a Found,
        sources: &'a [Sources],
        (index_dir, lock): (&'a Path, WriterLock),
        base: Option<&'a Base>,
        shared: &'a Shared<'a>,
        show: &'a (dyn Fn(Progress) + Sync),
    ) -> Self {
        let bytes = found.files.iter().map(|file| file.stamp.len_bytes).sum();
        let relative: Vec<&str> = found
            .files
            .iter()
            .map(|file| file.relative.as_str())
            .collect();
        let files = base.map_or(&[][..], |base| &base.catalog.files);
        let documents = files.iter().flat_map(|file| &file.documents);
        let old = documents
            .filter(|document| document.outcome != Outcome::SameId)
            .filter_map(|document| {
                let old = OldDocument {
                    input: document.input,
                    outcome: document.outcome.clone(),
                };
                Some((document.id.as_deref()?, old))
            });
        Self {
            found,
            sources,
            index_dir,
            lock: Some(lock),
            base,
            shared,
            show,
            seen: SeenFiles::read(index_dir),
            file_ids: file_ids(&relative),
            old_files: files
                .iter()
                .map(|file| (file.file_id.as_str(), file))
                .collect(),
            old: old.collect(),
            ids: HashSet::new(),
            files: Vec::with_capacity(found.files.len()),
            unchanged: HashSet::new(),
            changed_files: HashSet::new(),
            report: IndexReport::default(),
            progress: Progress {
                files: found.files.len() as u64,
                bytes,
                ..Progress::default()
            },
        }
    }

    fn read(&mut self, file: &FoundFile, file_id: String, send: &mut dyn FnMut(Job)) {
        let declared = self.declared(file);
        let mut entry = FileEntry {
            relative: file.relative.clone(),
            file_id,
            content: None,
            declared: hash_value(&declared),
            documents: Vec::new(),
        };
        // Looked at anew when it is its turn: the walk may be minutes ago.
        let fresh = FoundFile {
            stamp: Stamp::read(&file.path).unwrap_or_default(),
            ..file.clone()
        };
        entry.content = self.seen.content(&fresh);
        match self.same_before(&entry) {
            Some(before) => self.keep(before),
            None => self.extract(&fresh, entry, &declared, send),
        }
        self.progress.files_done += 1;
        self.progress.bytes_done += file.stamp.len_bytes;
        (self.show)(self.progress);
        if let Some(content) = self.files.last().and_then(|entry| entry.content) {
            self.seen.note(&fresh, content);
        }
    }

    fn declared(&self, file: &FoundFile) -> SourceEntry {
        let root = self.found.roots.iter().position(|root| *root == file.root);
        let entry = root.and_then(|root| self.sources[root].get(&file.relative));
        let mut entry = entry.cloned().unwrap_or_default();
        if let Some(path) = &entry.counterpart_of {
            let is_meant = |other: &FoundFile| other.root == file.root && other.relative == *path;
            // What names no file is an id.
            if let Some(counterpart) = self.found.files.iter().position(is_meant) {
                entry.counterpart_of = Some(self.file_ids[counterpart].clone());
            }
        }
        entry
    }

    /// The entry of before whose documents would all come out the same.
    fn same_before(&self, entry: &FileEntry) -> Option<&'a FileEntry> {
        let before = *self.old_files.get(entry.file_id.as_str())?;
        let is_same = before.content.is_some()
            && before.content == entry.content
            && before.relative == entry.relative
            && before.declared == entry.declared;
        (is_same && before.keeps_ids(&self.ids)).then_some(before)
    }

    fn keep(&mut self, before: &FileEntry) {
        let file = self.files.len();
        for (number, document) in before.documents.iter().enumerate() {
            self.unchanged.insert((file, number));
            if let Some(id) = &document.id
                && self.ids.insert(id.clone())
            {
                self.old.remove(id.as_str());
            }
        }
        self.files.push(before.clone());
    }

    fn extract(
        &mut self,
        file: &FoundFile,
        mut entry: FileEntry,
        declared: &SourceEntry,
        send: &mut dyn FnMut(Job),
    ) {
        let place = self.files.len();
        extract_documents(file, &mut |extracted| {
            let number = entry.documents.len();
            let document = match extracted {
                Ok(mut raw) => {
                    let own_id = || numbered(&entry.file_id, &raw.path, &file.relative);
                    let id = raw.id.clone().unwrap_or_else(own_id);
                    raw.declared = merge(declared.clone(), std::mem::take(&mut raw.declared));
                    self.take((place, number), id, raw, send)
                }
                Err(skipped) => DocumentEntry {
                    path: skipped.path,
                    id: None,
                    input: ContentHash::default(),
                    outcome: Outcome::Skipped(skipped.reason),
                },
            };
            entry.documents.push(document);
        });
        let has_documents = entry.documents.iter().any(|document| document.id.is_some());
        self.report.files_read += u64::from(has_documents);
        self.report.bytes += file.stamp.len_bytes;
        if Stamp::read(&file.path) != Some(file.stamp) {
            entry.content = None;
            self.changed_files.insert(place);
        }
        self.files.push(entry);
    }

    /// Notes a document, and sends it on its way unless it is as before.
    fn take(
        &mut self,
        place: Place,
        id: String,
        raw: RawDocument,
        send: &mut dyn FnMut(Job),
    ) -> DocumentEntry {
        let input = hash_value(&(&id, &raw));
        let entry = |outcome| DocumentEntry {
            path: raw.path.clone(),
            id: Some(id.clone()),
            input,
            outcome,
        };
        if !self.ids.insert(id.clone()) {
            return entry(Outcome::SameId);
        }
        let old = self.old.remove(id.as_str());
        if let Some(old) = &old
            && old.input == input
            && !is_passing(&old.outcome)
        {
            self.unchanged.insert(place);
            return entry(old.outcome.clone());
        }
        // Filled in when the document has gone its way.
        let entry = entry(Outcome::Skipped(String::new()));
        let is_replaced = old.is_some_and(|old| matches!(old.outcome, Outcome::Indexed(_)));
        match self.writer() {
            Ok(writer) => {
                if is_replaced {
                    writer.remove(&id);
                }
                send(Job { place, id, raw });
            }
            Err(error) => self.shared.fail(error),
        }
        entry
    }

    /// The generation in the making, begun with the first change.
    fn writer(&mut self) -> Result<&'a GenerationWriter, IndexError> {
        if let Some(lock) = self.lock.take() {
            let manifest = self.base.map(|base| base.manifest.clone());
            let writer = GenerationWriter::begin_from(
                lock,
                self.index_dir,
                self.shared.options.threads,
                manifest,
            )?;
            // Nobody else sets it: there is one reading thread.
            let _ = self.shared.writer.set(writer);
        }
        Ok(self
            .shared
            .writer
            .get()
            .expect("set when the lock was taken"))
    }

    /// Takes out what is there no more. The third value are the files that changed while they were read.
    fn finish(mut self) -> Result<(Updated, HashSet<Place>, HashSet<usize>), IndexError> {
        let old = std::mem::take(&mut self.old);
        let gone: Vec<&str> = old
            .into_iter()
            .filter(|(_, old)| matches!(old.outcome, Outcome::Indexed(_)))
            .map(|(id, _)| id)
            .collect();
        self.report.removed = gone.len() as u64;
        // After a failure there may be no writer, and nothing will be published.
        if !self.shared.has_failed() {
            for id in gone {
                self.writer()?.remove(id);
            }
        }
        let catalog = Catalog {
            files: self.files,
            skipped: self.found.skipped.clone(),
        };
        let updated = Updated {
            catalog,
            writer: None,
            lock: self.lock,
            seen: self.seen,
            report: self.report,
        };
        Ok((updated, self.unchanged, self.changed_files))
    }
}

/// Whether a document was skipped for a reason that may be gone by the next run.
fn is_passing(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Skipped(reason) if worker::is_passing(reason))
}

/// A document without an id of its own takes its file's; a line of JSON Lines adds its number.
fn numbered(file_id: &str, path: &str, relative: &str) -> String {
    format!(
        "{file_id}{}",
        path.strip_prefix(relative).unwrap_or_default()
    )
}

fn fill_report(
    report: &mut IndexReport,
    catalog: &Catalog,
    unchanged: &HashSet<Place>,
    changed_files: &HashSet<usize>,
) {
    for (place, file) in catalog.files.iter().enumerate() {
        for (number, document) in file.documents.iter().enumerate() {
            let is_unchanged = unchanged.contains(&(place, number));
            report_document(report, document, is_unchanged);
        }
        if changed_files.contains(&place) {
            note_change(report, &file.relative);
        }
    }
    for skipped in &catalog.skipped {
        report.skip(skipped.clone());
    }
    report.files.sort();
}

fn report_document(report: &mut IndexReport, document: &DocumentEntry, is_unchanged: bool) {
    let (status, reason) = match &document.outcome {
        Outcome::Indexed(counts) => {
            report.documents += 1;
            report.passages += u64::from(counts.passages);
            add(&mut report.characters, &counts.characters);
            add(&mut report.repairs, &counts.repairs);
            report.documents_repaired += u64::from(!counts.repairs.is_empty());
            report.documents_with_losses += u64::from(counts.has_losses);
            let status = if is_unchanged {
                FileStatus::Unchanged
            } else {
                FileStatus::Indexed
            };
            report.indexed += u64::from(!is_unchanged);
            report.unchanged += u64::from(is_unchanged);
            (status, counts.note.clone())
        }
        Outcome::Skipped(reason) => (FileStatus::Skipped, reason.clone()),
        Outcome::SameId => {
            let id = document.id.as_deref().unwrap_or_default();
            (
                FileStatus::Skipped,
                format!("its id belongs to a document before it: {id}"),
            )
        }
    };
    report.files.push(FileReport {
        path: document.path.clone(),
        status,
        reason,
    });
}

/// One line for a file that changed, on the line of its document where it has one of the same path.
fn note_change(report: &mut IndexReport, relative: &str) {
    match report.files.last_mut().filter(|last| last.path == relative) {
        Some(last) if last.reason.is_empty() => last.reason = CHANGED.to_owned(),
        Some(last) => last.reason = format!("{}; {CHANGED}", last.reason),
        None => report.files.push(FileReport {
            path: relative.to_owned(),
            status: FileStatus::Indexed,
            reason: CHANGED.to_owned(),
        }),
    }
}

fn add(
    into: &mut std::collections::BTreeMap<String, u64>,
    from: &std::collections::BTreeMap<String, u64>,
) {
    for (key, count) in from {
        *into.entry(key.clone()).or_default() += count;
    }
}
