//! The whole way from files to an index, one stage a line.
//!
//! walk → extract → decode → repair → layout → metadata → places → passages → writer

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use polidex_analysis::duplicates::duplicate_key;
use polidex_analysis::fields::fingerprint;
use polidex_analysis::manifest::Manifest;
use polidex_analysis::record::{DocumentRecord, RepairRecord};
use polidex_analysis::work;
use sha2::{Digest, Sha256};

use crate::decode::{Decoded, decode_bytes};
use crate::error::IndexError;
use crate::extract::front_matter::read_front_matter;
use crate::extract::structure::page_at;
use crate::extract::{Content, RawDocument, StructuredText, extract_documents, read_document};
use crate::ids::file_ids;
use crate::layout::{lay_out, lay_out_declared};
use crate::metadata::{chinese_script, describe, number_key};
use crate::passages::{LineIndex, cut_passages};
use crate::places::place_blocks;
use crate::prepare::PreparedDocument;
use crate::repair::{Options, repair_text};
use crate::report::{IndexReport, Skipped};
use crate::sources::{SourceEntry, Sources, read_sources};
use crate::walk::{Found, FoundFile, find_files};
use crate::writer::{GenerationWriter, read_manifest};

/// What to build and how.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Threads that prepare and index; at least 1.
    pub threads: usize,
    /// What to repair.
    pub repair: Options,
}

impl Default for BuildOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads, repair: Options::default() }
    }
}

/// How far a build is, for whoever shows progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files read.
    pub files_done: u64,
    /// Files to read.
    pub files: u64,
    /// Bytes of files read.
    pub bytes_done: u64,
    /// Bytes of files to read.
    pub bytes: u64,
}

/// Builds an index of everything below `paths` into `index_dir`. `progress` is called after every file.
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
    let found = find_files(paths)?;
    let sources = read_all_sources(&found)?;
    let writer = GenerationWriter::begin(index_dir, options.threads)?;
    let mut report = index_files(&found, &sources, &writer, options, progress)?;
    for skipped in &found.skipped {
        report.skip(skipped.clone());
    }
    report.files.sort();
    let manifest = writer.publish(Manifest {
        generation: String::new(),
        analyzer: fingerprint(),
        built_from: absolute(paths),
        sources_state: sources_state(&found),
        documents: report.documents,
        passages: report.passages,
    })?;
    report.generation = manifest.generation;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Whether the index in a folder is the one to serve for some paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// There is none, or none that can be read.
    Missing,
    /// It was built from these paths by this program, and nothing has changed since.
    Current,
    /// It was built from these paths, but files have changed or another version built it.
    Stale,
    /// It was built from other paths.
    Foreign,
}

/// Compares the index in `index_dir` with what lies below `paths` now.
///
/// # Errors
/// [`IndexError::NoSuchPath`].
pub fn index_state(paths: &[PathBuf], index_dir: &Path) -> Result<IndexState, IndexError> {
    let found = find_files(paths)?;
    let Some(manifest) = read_manifest(index_dir) else { return Ok(IndexState::Missing) };
    if manifest.built_from != absolute(paths) {
        return Ok(IndexState::Foreign);
    }
    let is_current = manifest.analyzer == fingerprint() && manifest.sources_state == sources_state(&found);
    Ok(if is_current { IndexState::Current } else { IndexState::Stale })
}

fn absolute(paths: &[PathBuf]) -> Vec<String> {
    let absolute = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone()).display().to_string();
    paths.iter().map(absolute).collect()
}

/// Names, sizes and times of all files, and what `sources.toml` says, as one hash.
fn sources_state(found: &Found) -> String {
    let mut hash = Sha256::new();
    for file in &found.files {
        hash.update(format!("{}\0{}\0{}\n", file.relative, file.len_bytes, file.modified_ns));
    }
    for root in &found.roots {
        hash.update(std::fs::read(root.join(crate::sources::SOURCES_FILE)).unwrap_or_default());
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_all_sources(found: &Found) -> Result<Vec<Sources>, IndexError> {
    found.roots.iter().map(|root| read_sources(root)).collect()
}

/// A document on its way from the reading thread to a preparing one.
struct Job {
    id: String,
    raw: RawDocument,
}

fn index_files(
    found: &Found,
    sources: &[Sources],
    writer: &GenerationWriter,
    options: &BuildOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<IndexReport, IndexError> {
    let report = Mutex::new(IndexReport::default());
    let (sender, receiver) = sync_channel::<Job>(2 * options.threads);
    let receiver = Mutex::new(receiver);
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                while let Some(job) = next_job(&receiver) {
                    // After a failure jobs are drained, so that the reading thread never blocks.
                    if failure.lock().expect("no holder panics").is_some() {
                        continue;
                    }
                    if let Err(error) = index_document(job, writer, options, &report) {
                        *failure.lock().expect("no holder panics") = Some(error);
                    }
                }
            });
        }
        let mut reading = Reading::new(found, sources, &report, progress);
        for (file, id) in found.files.iter().zip(file_ids(&relative_paths(found))) {
            reading.read(file, id, &mut |job| {
                sender.send(job).expect("receivers live as long as the scope");
            });
        }
        drop(sender);
    });
    if let Some(error) = failure.into_inner().expect("no holder panics") {
        return Err(error);
    }
    Ok(report.into_inner().expect("no holder panics"))
}

fn next_job(receiver: &Mutex<Receiver<Job>>) -> Option<Job> {
    receiver.lock().expect("no holder panics").recv().ok()
}

fn relative_paths(found: &Found) -> Vec<&str> {
    found.files.iter().map(|file| file.relative.as_str()).collect()
}

/// The reading side: opens files one by one, looks up what `sources.toml` says, gives ids.
struct Reading<'a> {
    found: &'a Found,
    sources: &'a [Sources],
    report: &'a Mutex<IndexReport>,
    show: &'a (dyn Fn(Progress) + Sync),
    ids: HashSet<String>,
    progress: Progress,
}

impl<'a> Reading<'a> {
    fn new(
        found: &'a Found,
        sources: &'a [Sources],
        report: &'a Mutex<IndexReport>,
        show: &'a (dyn Fn(Progress) + Sync),
    ) -> Self {
        let bytes = found.files.iter().map(|file| file.len_bytes).sum();
        let progress = Progress { files: found.files.len() as u64, bytes, ..Progress::default() };
        Self { found, sources, report, show, ids: HashSet::new(), progress }
    }

    fn read(&mut self, file: &FoundFile, file_id: String, send: &mut dyn FnMut(Job)) {
        let entry = self.entry_of(file);
        let mut taken = 0_u64;
        extract_documents(file, &mut |extracted| {
            let extracted = extracted.and_then(|raw| {
                let id = raw.id.clone().unwrap_or_else(|| numbered(&file_id, &raw.path, &file.relative));
                if self.ids.insert(id.clone()) {
                    return Ok(Job { id, raw });
                }
                Err(Skipped { path: raw.path, reason: format!("the id {id} belongs to a document before it") })
            });
            match extracted {
                Ok(mut job) => {
                    taken += 1;
                    job.raw.declared = merge(entry.clone(), job.raw.declared);
                    send(job);
                }
                Err(skipped) => self.report.lock().expect("no holder panics").skip(skipped),
            }
        });
        let mut report = self.report.lock().expect("no holder panics");
        report.files_read += u64::from(taken > 0);
        report.bytes += file.len_bytes;
        drop(report);
        self.progress.files_done += 1;
        self.progress.bytes_done += file.len_bytes;
        (self.show)(self.progress);
    }

    fn entry_of(&self, file: &FoundFile) -> SourceEntry {
        let root = self.found.roots.iter().position(|root| *root == file.root);
        let entry = root.and_then(|root| self.sources[root].get(&file.relative));
        let mut entry = entry.cloned().unwrap_or_default();
        if let Some(path) = &entry.counterpart_of {
            let is_meant = |other: &FoundFile| other.root == file.root && other.relative == *path;
            let counterpart = self.found.files.iter().position(is_meant);
            let ids = counterpart.map(|_| file_ids(&relative_paths(self.found)));
            // What names no file is an id.
            if let (Some(counterpart), Some(mut ids)) = (counterpart, ids) {
                entry.counterpart_of = Some(ids.swap_remove(counterpart));
            }
        }
        entry
    }
}

/// A document without an id of its own takes its file's; a line of JSON Lines adds its number.
fn numbered(file_id: &str, path: &str, relative: &str) -> String {
    format!("{file_id}{}", path.strip_prefix(relative).unwrap_or_default())
}

/// What `sources.toml` says goes before what the document says of itself.
pub(crate) fn merge(folder: SourceEntry, document: SourceEntry) -> SourceEntry {
    SourceEntry {
        title: folder.title.or(document.title),
        publisher: folder.publisher.or(document.publisher),
        date: folder.date.or(document.date),
        languages: if folder.languages.is_empty() { document.languages } else { folder.languages },
        kind: folder.kind.or(document.kind),
        number: folder.number.or(document.number),
        work: folder.work.or(document.work),
        counterpart_of: folder.counterpart_of.or(document.counterpart_of),
        original_url: folder.original_url.or(document.original_url),
        source: folder.source.or(document.source),
    }
}

fn index_document(
    job: Job,
    writer: &GenerationWriter,
    options: &BuildOptions,
    report: &Mutex<IndexReport>,
) -> Result<(), IndexError> {
    let path = job.raw.path.clone();
    let prepared = match prepare_document(job.id, job.raw, &options.repair) {
        Ok(prepared) => prepared,
        Err(skipped) => {
            report.lock().expect("no holder panics").skip(skipped);
            return Ok(());
        }
    };
    if prepared.record.passages.is_empty() {
        let skipped = Skipped { path, reason: "no text".to_owned() };
        report.lock().expect("no holder panics").skip(skipped);
        return Ok(());
    }
    count(&mut report.lock().expect("no holder panics"), &prepared, path);
    writer.add(prepared)
}

fn count(report: &mut IndexReport, prepared: &PreparedDocument, path: String) {
    report.documents += 1;
    report.passages += prepared.record.passages.len() as u64;
    for passage in &prepared.record.passages {
        let text = &prepared.text[passage.from_byte as usize..passage.to_byte as usize];
        *report.characters.entry(passage.lang.tag().to_owned()).or_default() += text.chars().count() as u64;
    }
    for repair in &prepared.repairs {
        *report.repairs.entry(repair.kind.clone()).or_default() += 1;
    }
    report.documents_with_losses += u64::from(!prepared.record.lost.is_empty());
    report.indexed(path, prepared.notes.join("; "));
}

/// What ties a document to its counterparts: what is declared, its path or id, its number.
fn work_terms(declared: &SourceEntry, record: &DocumentRecord) -> Vec<String> {
    let language = record.lang.first().copied().unwrap_or_default();
    let mut terms: Vec<String> = Vec::new();
    terms.extend(declared.work.as_deref().map(work::named));
    terms.extend(declared.counterpart_of.as_deref().map(work::counterpart_of));
    terms.extend(work::of_path(&record.id, &record.path, language));
    terms.extend(number_key(&record.number).map(|key| work::numbered(&key)));
    terms
}

/// Every stage between a file's bytes and the index, in order.
///
/// # Errors
/// The reason why the document cannot be read.
pub fn prepare_document(id: String, raw: RawDocument, repair: &Options) -> Result<PreparedDocument, Skipped> {
    let content_hash = hash_content(&raw.content);
    let mut raw = read_document(raw)?;
    let (decoded, structure) = decode_content(raw.content);
    let repaired = repair_text(&decoded.text, repair);
    let laid_out = match &structure {
        Some(structure) => lay_out_declared(&repaired, structure),
        None => lay_out(&repaired.text, &raw.path),
    };
    if let Some((_, front)) = structure.is_none().then(|| read_front_matter(&repaired.text)).flatten() {
        raw.declared = merge(raw.declared, front);
    }
    let pages = structure.map(|structure| structure.pages).unwrap_or_default();
    let description = describe(&raw.declared, &laid_out);
    let to_decoded = laid_out.map.after(&repaired.map);
    let lines = LineIndex::new(&decoded.text);
    let chinese = chinese_script(&raw.declared, &laid_out.text);
    let blocks = place_blocks(&laid_out.text, &laid_out.blocks);
    let passages = cut_passages(&laid_out.text, &blocks, chinese, |range| {
        let source = to_decoded.source_of(range);
        let page = page_at(&pages, source.start);
        (lines.lines_of(source), page)
    });
    let repairs = repaired.steps.iter().map(|step| {
        let (first_line, last_line) = lines.lines_of(step.source.clone());
        RepairRecord {
            kind: step.kind.to_string(),
            first_line,
            last_line,
            before: step.before.clone(),
            after: step.after.clone(),
            confidence: step.confidence,
        }
    });
    let record = DocumentRecord {
        title: if description.title.is_empty() { id.clone() } else { description.title },
        id,
        publisher: description.publisher,
        date: description.date,
        lang: description.lang,
        kind: description.kind,
        number: description.number,
        path: raw.path,
        provenance: description.provenance,
        original_url: description.original_url,
        encoding: decoded.encoding,
        content_hash,
        passages,
        lost: repaired.lost.iter().map(|span| (span.start as u32, span.end as u32)).collect(),
    };
    let original = (laid_out.text != decoded.text).then_some(decoded.text);
    let duplicate_key = duplicate_key(&record.title, &laid_out.text, record.lang.first().copied());
    let work = work_terms(&raw.declared, &record);
    Ok(PreparedDocument {
        record,
        repairs: repairs.collect(),
        duplicate_key,
        work,
        text: laid_out.text,
        original,
        notes: raw.notes,
    })
}

fn hash_content(content: &Content) -> String {
    match content {
        Content::Bytes(bytes) => hex(&Sha256::digest(bytes)),
        Content::Text(text) => hex(&Sha256::digest(text)),
        Content::Structured(text) => hex(&Sha256::digest(&text.text)),
    }
}

/// The text of a document, and its structure where its format declares one.
fn decode_content(content: Content) -> (Decoded, Option<StructuredText>) {
    let is_text = |text, encoding| Decoded { text, encoding, replaced: 0 };
    match content {
        Content::Bytes(bytes) => (decode_bytes(&bytes, None), None),
        Content::Text(text) => (is_text(text, "UTF-8".to_owned()), None),
        Content::Structured(mut structure) => {
            let text = std::mem::take(&mut structure.text);
            (is_text(text, structure.encoding.clone()), Some(structure))
        }
    }
}
