//! The whole way from files to an index, one stage a line.
//!
//! walk → extract → decode → repair → layout → metadata → places → passages → writer

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use polidex_analysis::duplicates::duplicate_key;
use polidex_schema::fields::fingerprint;
use polidex_schema::manifest::Manifest;
use polidex_schema::record::{DocumentRecord, RepairRecord};
use polidex_schema::work;
use sha2::{Digest, Sha256};

use crate::build::sources::{SOURCES_FILE, SourceEntry, Sources, read_sources};
use crate::build::update::{Base, update_index};
use crate::build::walk::{Found, find_sources};
use crate::decode::{Decoded, decode_bytes};
use crate::error::IndexError;
use crate::extract::front_matter::read_front_matter;
use crate::extract::{Content, RawDocument, StructuredText, read_document};
use crate::layout::{lay_out, lay_out_declared};
use crate::metadata::{chinese_script, describe, number_key};
use crate::passages::{LineIndex, cut_passages};
use crate::places::place_blocks;
use crate::repair::{Options, repair_text};
use crate::report::{IndexReport, Skipped};
use crate::store::document::PreparedDocument;
use crate::store::generations::{WriterLock, read_manifest};
use crate::store::writer::GenerationWriter;
use crate::structure::page_at;

/// What to build and how.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Threads that prepare and index; at least 1.
    pub threads: usize,
    /// What to repair.
    pub repair: Options,
    /// Whether to build from nothing even where an index could be brought up to date.
    pub rebuild: bool,
}

impl Default for BuildOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads,
            repair: Options::default(),
            rebuild: false,
        }
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

/// Builds an index of everything below `paths` into `index_dir`, or brings the one that is there up to date. A new generation is
/// made only when something has changed. `progress` is called after every file.
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
    let found = find_sources(paths, Some(index_dir))?;
    let sources = read_all_sources(&found)?;
    let lock = WriterLock::take(index_dir)?;
    let pipeline = format!("{} {:?}", env!("POLIDEX_PIPELINE"), options.repair);
    let mut manifest = Manifest {
        analyzer: fingerprint(),
        pipeline,
        built_from: absolute(paths),
        ..Manifest::default()
    };
    let base =
        Base::read(index_dir).filter(|base| !options.rebuild && goes_on(&base.manifest, &manifest));
    let update = update_index(
        &found,
        &sources,
        (index_dir, lock),
        base.as_ref(),
        options,
        progress,
    )?;
    let mut report = update.report;
    let is_new = update.writer.is_some()
        || base
            .as_ref()
            .is_none_or(|base| base.catalog != update.catalog);
    report.changed = is_new;
    report.generation = base
        .as_ref()
        .map_or_else(String::new, |base| base.manifest.generation.clone());
    if is_new {
        let begin = |lock| {
            let base = base.map(|base| base.manifest);
            GenerationWriter::begin_from(lock, index_dir, options.threads, base)
        };
        let writer = match (update.writer, update.lock) {
            (Some(writer), _) => writer,
            (None, Some(lock)) => begin(lock)?,
            (None, None) => unreachable!("the lock went into the writer"),
        };
        (manifest.documents, manifest.passages) = (report.documents, report.passages);
        report.generation = writer.publish(manifest, &update.catalog)?.generation;
    }
    update.seen.write();
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Whether an index of manifest `before` can be brought up to one of manifest `now` by touching what has changed.
fn goes_on(before: &Manifest, now: &Manifest) -> bool {
    before.analyzer == now.analyzer
        && before.pipeline == now.pipeline
        && before.built_from == now.built_from
}

/// Whose index lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexOwner {
    /// There is none, or none that can be read.
    Nobody,
    /// It was built from these paths.
    ThesePaths,
    /// It was built from other paths.
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

/// A number that changes when anything below `paths` does, as far as names, sizes and times tell. What is watched is
/// looked at by this; what is indexed is decided by content.
///
/// # Errors
/// [`IndexError::NoSuchPath`].
pub fn folder_state(paths: &[PathBuf], index_dir: &Path) -> Result<u64, IndexError> {
    let found = find_sources(paths, Some(index_dir))?;
    let mut hash = std::hash::DefaultHasher::new();
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

fn absolute(paths: &[PathBuf]) -> Vec<String> {
    let absolute = |path: &PathBuf| {
        path.canonicalize()
            .unwrap_or_else(|_| path.clone())
            .display()
            .to_string()
    };
    paths.iter().map(absolute).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_all_sources(found: &Found) -> Result<Vec<Sources>, IndexError> {
    found.roots.iter().map(|root| read_sources(root)).collect()
}

/// What `sources.toml` says goes before what the document says of itself.
pub(crate) fn merge(folder: SourceEntry, document: SourceEntry) -> SourceEntry {
    SourceEntry {
        title: folder.title.or(document.title),
        publisher: folder.publisher.or(document.publisher),
        date: folder.date.or(document.date),
        languages: if folder.languages.is_empty() {
            document.languages
        } else {
            folder.languages
        },
        kind: folder.kind.or(document.kind),
        number: folder.number.or(document.number),
        work: folder.work.or(document.work),
        counterpart_of: folder.counterpart_of.or(document.counterpart_of),
        original_url: folder.original_url.or(document.original_url),
        source: folder.source.or(document.source),
    }
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
pub fn prepare_document(
    id: String,
    raw: RawDocument,
    repair: &Options,
) -> Result<PreparedDocument, Skipped> {
    let content_hash = hash_content(&raw.content);
    // The text of a row or a line is text from its first byte, whatever it looks like; only a file has front matter.
    let is_file = matches!(raw.content, Content::Bytes(_));
    let mut raw = read_document(raw)?;
    let (decoded, structure) = decode_content(raw.content);
    let repaired = repair_text(&decoded.text, repair);
    let front = if is_file && structure.is_none() {
        read_front_matter(&repaired.text)
    } else {
        None
    };
    let body_at = front.as_ref().map_or(0, |(body_at, _)| *body_at);
    let laid_out = match &structure {
        Some(structure) => lay_out_declared(&repaired, structure),
        None => lay_out(&repaired.text, &raw.path, body_at),
    };
    if let Some((_, front)) = front {
        raw.declared = merge(raw.declared, front);
    }
    let pages = structure
        .map(|structure| structure.pages)
        .unwrap_or_default();
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
            kind: step.kind.into(),
            first_line,
            last_line,
            before: step.before.clone(),
            after: step.after.clone(),
            confidence: step.confidence,
        }
    });
    let record = DocumentRecord {
        title: if description.title.is_empty() {
            id.clone()
        } else {
            description.title
        },
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
        lost: repaired
            .lost
            .iter()
            .map(|span| (span.start as u32, span.end as u32))
            .collect(),
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
    let is_text = |text, encoding| Decoded {
        text,
        encoding,
        replaced: 0,
    };
    match content {
        Content::Bytes(bytes) => (decode_bytes(&bytes, None), None),
        Content::Text(text) => (is_text(text, "UTF-8".to_owned()), None),
        Content::Structured(mut structure) => {
            let text = std::mem::take(&mut structure.text);
            (is_text(text, structure.encoding.clone()), Some(structure))
        }
    }
}
