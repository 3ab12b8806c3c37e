//! Prepares one document, one stage a line: from the bytes of a file to everything an index holds of it.
//!
//! extract → decode → join pages → repair → layout → metadata → places → passages
//!
//! In: a [`RawDocument`]. Out: a [`PreparedDocument`], or the reason why there is none. Knows neither folders nor engines:
//! `build` finds the documents and hands what comes out here to a sink.

use std::mem::take;
use std::ops::Range;

use polidex_analysis::citations::{Citation, citations};
use polidex_analysis::duplicates::duplicate_key;
use polidex_schema::citations::{cites_terms, pack_citations, unpack_citations};
use polidex_schema::fields::abbreviation_term;
use polidex_schema::record::{
    DocumentRecord, Origin as ValueSource, PassageRecord, RepairRecord, ScannedPage, ScannedText,
    ValueOrigin,
};
use polidex_schema::work;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::declared::Declared;
use crate::decode::{Decoded, decode_bytes};
use crate::extract::front_matter::read_front_matter;
use crate::extract::printed::{CONFIDENCE, LeftOut, Printed};
use crate::extract::scan::{NoScans, ReadsScans};
use crate::extract::{Content, RawDocument, read_document_with};
use crate::layout::{LaidOut, lay_out, lay_out_declared};
use crate::metadata::{Description, ReadFrom, abbreviations, chinese_script, describe, number_key};
use crate::number_sketch::number_sketch;
use crate::passages::{LineIndex, cut_passages};
use crate::places::place_blocks;
use crate::repair::{Damage, Family, Options, RepairKind, RepairStep, Repaired, repair_text};
use crate::replaced::replaced_spans;
use crate::skip::Skipped;
use crate::structure::{PageStart, StructuredText, page_at};
use crate::text::source_map::SourceMap;

/// A document with all its stages behind it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PreparedDocument {
    /// Everything but its text.
    pub record: DocumentRecord,
    /// Every repair made.
    pub repairs: Vec<RepairRecord>,
    /// Hash shared with its duplicates.
    pub duplicate_key: u64,
    /// The stored text.
    pub text: String,
    /// The text as decoded, where it differs from the stored one.
    pub original: Option<String>,
    /// Spans of the original whose letters repairs changed, with the units around them; parted by blank lines.
    pub replaced: String,
    /// Parts of its file that could not be read, for the report.
    pub notes: Vec<String>,
    /// What of its text was read of pictures.
    pub scanned: ScannedText,
    /// Terms shared with its counterparts in other languages, see [`polidex_schema::work`].
    pub work: Vec<String>,
    /// Short names that its text gives, each an [`abbreviation_term`].
    pub abbreviations: Vec<String>,
    /// Hashes of its numbers, the same in a translation.
    pub number_sketch: Vec<u64>,
    /// What it cites, packed as [`polidex_schema::citations`] says; empty when it cites nothing.
    pub citations: Vec<u8>,
    /// Terms of what it cites.
    pub cites: Vec<String>,
}

impl PreparedDocument {
    /// A document of the text `stored`, which was `decoded` from `raw`.
    fn new(
        record: DocumentRecord,
        repairs: Vec<RepairRecord>,
        (stored, decoded): (String, String),
        raw: RawDocument,
    ) -> Self {
        let language = record.lang.first().copied();
        let cited = citations(&stored, 0, &record.title);
        Self {
            citations: if cited.is_empty() {
                Vec::new()
            } else {
                pack_citations(&cited)
            },
            cites: cites_terms(&cited),
            repairs,
            duplicate_key: duplicate_key(&record.title, &stored, language),
            work: work_terms(&raw.declared, &record),
            original: (stored != decoded).then_some(decoded),
            replaced: String::new(),
            scanned: ScannedText::default(),
            abbreviations: abbreviation_terms(&stored),
            number_sketch: number_sketch(&stored),
            text: stored,
            notes: raw.notes,
            record,
        }
    }

    /// Says how many pages were read of pictures, and how surely; nothing of none.
    pub fn scan_note(&self) -> Option<String> {
        let scans = &self.scanned.pages;
        let pages = match scans.len() {
            0 => return None,
            1 => "1 page".to_owned(),
            count => format!("{count} pages"),
        };
        let sum: u64 = scans.iter().map(|scan| u64::from(scan.confidence)).sum();
        let percent = sum as f64 / scans.len() as f64 / 10.0;
        Some(format!(
            "{pages} read of pictures, mean confidence {percent:.1} %"
        ))
    }

    /// Bytes it holds in memory, roughly.
    pub fn len_bytes(&self) -> usize {
        self.text.len()
            + self.original.as_ref().map_or(0, String::len)
            + self.replaced.len()
            + self.record.passages.len() * 24
            + self.citations.len()
    }

    /// Returns true if every span lies in the text: whoever cuts it by them need not ask again.
    pub(crate) fn is_sound(&self) -> bool {
        let is_span = |from: u32, to: u32| self.text.get(from as usize..to as usize).is_some();
        let passages = &self.record.passages;
        passages
            .iter()
            .all(|passage| is_span(passage.from_byte, passage.to_byte))
            && self
                .record
                .lost
                .iter()
                .chain(&self.scanned.doubtful)
                .all(|(from, to)| is_span(*from, *to))
            && self.has_sound_citations()
    }

    /// Returns true if every citation is a span of the text.
    fn has_sound_citations(&self) -> bool {
        let is_span = |citation: &Citation| self.text.get(citation.range.clone()).is_some();
        self.citations.is_empty()
            || unpack_citations(&self.citations).is_some_and(|cited| cited.iter().all(is_span))
    }
}

/// Runs every stage between a file's bytes and the index, in order.
///
/// # Errors
/// The reason why the document cannot be read.
pub fn prepare_document(
    id: String,
    raw: RawDocument,
    repair: &Options,
) -> Result<PreparedDocument, Skipped> {
    prepare_document_with(id, raw, repair, &mut NoScans)
}

/// As [`prepare_document`]; `scans` reads the pictures of pages.
pub(crate) fn prepare_document_with(
    id: String,
    raw: RawDocument,
    repair: &Options,
    scans: &mut dyn ReadsScans,
) -> Result<PreparedDocument, Skipped> {
    let content_hash = hash_content(&raw.content);
    // The text of a row or a line is text from its first byte, whatever it looks like; only a file has front matter.
    let is_file = matches!(raw.content, Content::Bytes(_));
    let repair = repair.for_document(&raw.declared);
    let mut raw = read_document_with(raw, scans)?;
    let (decoded, mut structure) = decode_content(take(&mut raw.content));
    let printed = join_pages(&decoded.text, structure.as_ref(), &repair);
    let repaired = repair_text(&printed.text, &repair);
    let (laid_out, front) = lay_out_content(&repaired, structure.as_ref(), &raw.path, is_file);
    raw.declared = raw.declared.or(front);
    let description = describe(&raw.declared, &raw.properties, &laid_out);
    let (pages, doubtful) = take_scans(&mut structure);
    let origin = Origin::new(&laid_out, &repaired, &printed, &decoded, structure);
    let passages = passages_of(&raw.declared, &laid_out, &origin);
    let repairs = origin.repair_records(&printed, &repaired.steps);
    let source = SourceFacts {
        path: take(&mut raw.path),
        encoding: decoded.encoding,
        content_hash,
    };
    let origins = origin.of_values(&description);
    let record = document_record(
        id,
        description,
        source,
        passages,
        lost_spans(&laid_out, &repaired),
        origins,
    );
    let replaced = replaced_spans(&printed.text, &repaired.steps);
    let prepared = PreparedDocument::new(record, repairs, (laid_out.text, decoded.text), raw);
    Ok(PreparedDocument {
        replaced,
        scanned: origin.scanned(pages, &doubtful),
        ..prepared
    })
}

/// Takes the pages that were read of pictures, and the doubtful words in them.
fn take_scans(structure: &mut Option<StructuredText>) -> (Vec<ScannedPage>, Vec<Range<usize>>) {
    let Some(structure) = structure else {
        return Default::default();
    };
    let scans = take(&mut structure.scans);
    (scans, take(&mut structure.doubtful))
}

fn hash_content(content: &Content) -> String {
    let digest = match content {
        Content::Bytes(bytes) => Sha256::digest(bytes),
        Content::Text(text) => Sha256::digest(text),
        Content::Structured(text) => Sha256::digest(&text.text),
    };
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the text of a document, and its structure where its format declares one.
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
            let text = take(&mut structure.text);
            (is_text(text, structure.encoding.clone()), Some(structure))
        }
    }
}

/// Joins the pages of a text whose format declares no structure, unless that repair is not wanted.
fn join_pages<'a>(
    text: &'a str,
    structure: Option<&StructuredText>,
    repair: &Options,
) -> Printed<'a> {
    let kind = Damage::Kind(RepairKind::RunningHeader);
    let is_wanted = repair.allows(Family::Layout) && !repair.without.contains(&kind);
    if structure.is_none() && is_wanted {
        Printed::joined(text)
    } else {
        Printed::unchanged(text)
    }
}

/// Lays out a repaired text by the structure its format declares, or else by its looks; with what its front matter says.
fn lay_out_content(
    repaired: &Repaired,
    structure: Option<&StructuredText>,
    path: &str,
    is_file: bool,
) -> (LaidOut, Declared) {
    if let Some(structure) = structure {
        return (lay_out_declared(repaired, structure), Declared::default());
    }
    let front = if is_file {
        read_front_matter(&repaired.text)
    } else {
        None
    };
    let (body_at, front) = front.unwrap_or_default();
    (lay_out(&repaired.text, path, body_at), front)
}

/// Cuts a text into passages, each with the place it stands at.
fn passages_of(declared: &Declared, laid_out: &LaidOut, origin: &Origin) -> Vec<PassageRecord> {
    let chinese = chinese_script(declared, &laid_out.text);
    let blocks = place_blocks(&laid_out.text, &laid_out.blocks);
    cut_passages(&laid_out.text, &blocks, chinese, |range| {
        origin.lines_and_page(range)
    })
}

/// Way back from the stored text to the file as published.
struct Origin {
    /// ReadFrom the stored text to the decoded one.
    map: SourceMap,
    lines: LineIndex,
    pages: Vec<PageStart>,
}

impl Origin {
    fn new(
        laid_out: &LaidOut,
        repaired: &Repaired,
        printed: &Printed<'_>,
        decoded: &Decoded,
        structure: Option<StructuredText>,
    ) -> Self {
        let in_pages = repaired.map.after(&printed.map);
        Self {
            map: laid_out.map.after(&in_pages),
            lines: LineIndex::new(&decoded.text),
            pages: structure.map_or_else(Vec::new, |structure| structure.pages),
        }
    }

    /// Returns what of the stored text was read of `pages`; `doubtful` are spans of the decoded text.
    fn scanned(&self, pages: Vec<ScannedPage>, doubtful: &[Range<usize>]) -> ScannedText {
        ScannedText {
            pages,
            doubtful: spans(self.map.texts_of_all(doubtful)),
        }
    }

    /// Returns the first and last line and the page of a span of the stored text.
    fn lines_and_page(&self, text: Range<usize>) -> ((u32, u32), Option<u32>) {
        let source = self.map.source_of(text);
        let page = page_at(&self.pages, source.start);
        (self.lines.lines_of(source), page)
    }

    /// Returns where the values of a description are from.
    fn of_values(&self, description: &Description) -> Vec<ValueOrigin> {
        let origin_of = |from: ReadFrom| match from {
            ReadFrom::Declared => ValueSource::Declared,
            ReadFrom::Properties => ValueSource::Properties,
            ReadFrom::FirstWords => ValueSource::FirstWords,
            ReadFrom::Text(at) => {
                let ((line, _), page) = self.lines_and_page(at..at + 1);
                ValueSource::Text { line, page }
            }
        };
        let values = description.from.iter().map(|(field, from)| ValueOrigin {
            field: *field,
            origin: origin_of(*from),
        });
        values.collect()
    }

    /// Records of what was left out between pages, and of the steps that repaired the text without it.
    fn repair_records(&self, printed: &Printed<'_>, steps: &[RepairStep]) -> Vec<RepairRecord> {
        let record = |step: &RepairStep| {
            let source = printed.map.source_of(step.source.clone());
            let (first_line, last_line) = self.lines.lines_of(source);
            RepairRecord {
                kind: step.kind.into(),
                first_line,
                last_line,
                before: step.before.clone(),
                after: step.after.clone(),
                confidence: step.confidence,
            }
        };
        let left_out = |left_out: &LeftOut| {
            let (first_line, last_line) = self.lines.lines_of(left_out.at.clone());
            RepairRecord {
                kind: RepairKind::RunningHeader.into(),
                first_line,
                last_line,
                before: left_out.before.clone(),
                after: left_out.after.to_owned(),
                confidence: CONFIDENCE,
            }
        };
        let pages = printed.left_out.iter().map(left_out);
        pages.chain(steps.iter().map(record)).collect()
    }
}

/// Returns the spans of the stored text that are beyond repair: lay-out moves what repair found.
fn lost_spans(laid_out: &LaidOut, repaired: &Repaired) -> Vec<(u32, u32)> {
    spans(laid_out.map.texts_of_all(&repaired.lost))
}

fn spans(ranges: Vec<Range<usize>>) -> Vec<(u32, u32)> {
    let spans = ranges.into_iter();
    spans
        .map(|span| (span.start as u32, span.end as u32))
        .collect()
}

/// Facts about a document's file.
struct SourceFacts {
    path: String,
    encoding: String,
    content_hash: String,
}

fn document_record(
    id: String,
    description: Description,
    source: SourceFacts,
    passages: Vec<PassageRecord>,
    lost: Vec<(u32, u32)>,
    origins: Vec<ValueOrigin>,
) -> DocumentRecord {
    let is_named = !description.title.is_empty();
    DocumentRecord {
        title: if is_named {
            description.title
        } else {
            id.clone()
        },
        id,
        publisher: description.publisher,
        date: description.date,
        lang: description.lang,
        kind: description.kind,
        number: description.number,
        path: source.path,
        provenance: description.provenance,
        original_url: description.original_url,
        encoding: source.encoding,
        content_hash: source.content_hash,
        passages,
        lost,
        first_date: description.first_date,
        effective: description.effective,
        file_date: description.file_date,
        origins,
        scanned: ScannedText::default(),
    }
}

/// Returns the terms of the short names that a text gives.
fn abbreviation_terms(text: &str) -> Vec<String> {
    let pairs = abbreviations(text).into_iter();
    pairs
        .map(|pair| abbreviation_term(&pair.short, &pair.long))
        .collect()
}

/// Returns the terms that tie a document to its counterparts: what is declared, its path or id, its number.
fn work_terms(declared: &Declared, record: &DocumentRecord) -> Vec<String> {
    let language = record.lang.first().copied().unwrap_or_default();
    let mut terms: Vec<String> = Vec::new();
    terms.extend(declared.work.as_deref().map(work::named));
    terms.extend(declared.counterpart_of.as_deref().map(work::counterpart_of));
    terms.extend(work::of_path(&record.id, &record.path, language));
    terms.extend(number_key(&record.number).map(|key| work::numbered(&key)));
    terms
}
