//! Reads documents to be shown: whole when they are short, in parts when they are long.
//!
//! In: a stored document, what to mark in it, and the piece that is wanted. Out: a [`Document`] that holds it. A part is all
//! passages that begin in [`PART_BYTES`] of the text, so what a part costs does not depend on what lies before or behind it,
//! but for the document's record.

use std::ops::Range;

use polidex_schema::record::{DocumentRecord, PassageRecord, RepairRecord};

use crate::answer::{
    Document, DocumentPart, DocumentPassage, Lines, MarkOffsets, Piece, Repair, ScannedPage,
    TextWindow,
};
use crate::engine::{Stored, Text, damaged};
use crate::error::ServerError;
use crate::mark::highlight::{Mark, Matcher};
use crate::mark::place::places_within;
use crate::searcher::hits::{document_passage, matching_passages, origins, summary};
use crate::searcher::parts::{LONG_BYTES, PART_BYTES, part_count, part_of, passages_in};
use crate::searcher::speaking::add_speakers;

/// Reads the whole of a document.
pub(super) fn whole_document(stored: &Stored, matcher: &Matcher) -> Result<Document, ServerError> {
    let reading = Reading::open(stored, matcher)?;
    let mut document = reading.document(0..stored.record.passages.len())?;
    document.repairs = reading.all_repairs();
    document.as_published = stored.original(&reading.text.whole()?);
    Ok(document)
}

/// Reads a piece of a document.
pub(super) fn read_piece(
    stored: &Stored,
    matcher: &Matcher,
    piece: Piece,
) -> Result<Document, ServerError> {
    let reading = Reading::open(stored, matcher)?;
    match piece {
        Piece::Part(number) => reading.part(number),
        Piece::Around(passage) => {
            let part = part_of(&stored.record, passage.saturating_sub(1));
            reading.part(part.unwrap_or(1))
        }
        Piece::Published(number) => reading.published(number),
        Piece::Window { start, length } => reading.window(start, length),
        Piece::Repairs { first, count } => reading.repairs(first, count),
    }
}

/// Reads what `speaker` speaks, up to the length of a document that is shown whole.
pub(super) fn read_spoken(
    stored: &Stored,
    matcher: &Matcher,
    speaker: &str,
) -> Result<Document, ServerError> {
    let reading = Reading::open(stored, matcher)?;
    let mut spoken = reading.document(0..0)?;
    let mut left = LONG_BYTES;
    for number in 1..=part_count(&stored.record)
        .unwrap_or(2)
        .min(MAX_PARTS_SPOKEN)
    {
        let bytes = (number - 1) * PART_BYTES..number * PART_BYTES;
        let wanted = passages_in(&stored.record.passages, bytes);
        let part = reading.document(wanted)?;
        for passage in part.passages {
            if passage.speaker.as_deref() != Some(speaker) || passage.text.len() > left {
                continue;
            }
            left -= passage.text.len();
            spoken.mark_count += passage.offsets.len();
            spoken.passages.push(passage);
        }
    }
    Ok(spoken)
}

/// Parts of a document that are read for what one speaks.
const MAX_PARTS_SPOKEN: usize = 64;

/// A stored document and what is to be marked in it.
struct Reading<'a> {
    stored: &'a Stored,
    text: Text<'a>,
    matcher: &'a Matcher,
}

impl<'a> Reading<'a> {
    fn open(stored: &'a Stored, matcher: &'a Matcher) -> Result<Self, ServerError> {
        let text = stored.text()?;
        Ok(Self {
            stored,
            text,
            matcher,
        })
    }

    fn record(&self) -> &DocumentRecord {
        &self.stored.record
    }

    /// The passages `wanted` with their marks, and nothing else of the text.
    fn document(&self, wanted: Range<usize>) -> Result<Document, ServerError> {
        let record = self.record();
        let first = wanted.start;
        let (mut passages, mark_count) = self.passages(wanted)?;
        add_speakers(record, &self.text, first, &mut passages)?;
        Ok(Document {
            summary: summary(record),
            path: record.path.clone(),
            content_hash: record.content_hash.clone(),
            provenance: record.provenance.clone(),
            first_date: record.first_date.clone(),
            effective: record.effective.clone(),
            file_date: record.file_date.clone(),
            origins: origins(record),
            encoding: record.encoding.clone(),
            scans: scans(record),
            stale: false,
            window: None,
            part: None,
            passages,
            counterparts: Vec::new(),
            mark_count,
            repairs: Vec::new(),
            as_published: None,
        })
    }

    fn passages(&self, wanted: Range<usize>) -> Result<(Vec<DocumentPassage>, usize), ServerError> {
        let all = &self.record().passages;
        let passages = all.get(wanted.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (passages.first(), passages.last()) else {
            return Ok((Vec::new(), 0));
        };
        let from = first.from_byte as usize;
        let text = self.text.piece(from..last.to_byte as usize)?;
        let marks = self.matcher.marks(&text).into_iter();
        let marks: Vec<_> = marks.map(|mark| mark.moved_by(from)).collect();
        // Labels before the piece are few; each of those in it would unpack a part of the text.
        let label = |bytes: Range<usize>| match bytes.start.checked_sub(from) {
            Some(start) => text.get(start..bytes.end - from).map(str::to_owned),
            None => Some(self.text.piece(bytes).ok()?.into_owned()),
        };
        let places = places_within(label, all, wanted.clone());
        let within = marks_by_passage(passages, &marks);
        let drawn = (wanted.start..)
            .zip(passages)
            .zip(places.into_iter().zip(within));
        let drawn = drawn.map(|((index, passage), (place, marks))| {
            let text = text_of(passage, &text, from);
            DocumentPassage {
                doubtful: doubtful_in(self.record(), passage, text),
                ..document_passage(index, passage, place, text, marks)
            }
        });
        Ok((drawn.collect(), marks.len()))
    }

    /// Pieces of the repairs of a document, without its text.
    fn repairs(&self, first: usize, count: usize) -> Result<Document, ServerError> {
        let mut document = self.document(0..0)?;
        let repairs = self.stored.repairs();
        let repairs = repairs.and_then(|repairs| repairs.slice(first, count));
        document.repairs = shown(repairs);
        Ok(document)
    }

    fn all_repairs(&self) -> Vec<Repair> {
        shown(self.stored.repairs().and_then(|repairs| repairs.all()))
    }

    fn repair_count(&self) -> usize {
        self.stored.repairs().map_or(0, |repairs| repairs.len())
    }

    /// Repairs that touch `lines`.
    fn repairs_in(&self, lines: Option<Lines>) -> Vec<Repair> {
        let touching = |lines: Lines| self.stored.repairs()?.touching(lines.first, lines.last);
        shown(lines.and_then(touching))
    }

    /// A part of the text and the repairs that touch it; the whole document when it is short.
    fn part(&self, number: usize) -> Result<Document, ServerError> {
        let Some(count) = part_count(self.record()) else {
            if self.is_published_long() {
                return self.short_text_of_long_original();
            }
            return whole_document(self.stored, self.matcher);
        };
        let number = number.clamp(1, count);
        let bytes = (number - 1) * PART_BYTES..number * PART_BYTES;
        let mut document = self.document(passages_in(&self.record().passages, bytes))?;
        document.part = Some(self.part_info(number, count, 1));
        document.repairs = self.repairs_in(lines_of(&document.passages));
        Ok(document)
    }

    /// Returns true if the text as published is long, whatever was made of it.
    fn is_published_long(&self) -> bool {
        self.stored.original_pieces() > LONG_BYTES / PART_BYTES
    }

    fn short_text_of_long_original(&self) -> Result<Document, ServerError> {
        let mut document = self.document(0..self.record().passages.len())?;
        document.part = Some(self.part_info(1, 1, 1));
        document.repairs = self.all_repairs();
        Ok(document)
    }

    fn part_info(&self, number: usize, count: usize, first_line: usize) -> DocumentPart {
        DocumentPart {
            number,
            count,
            published_count: self.stored.original_pieces(),
            first_line,
            repair_count: self.repair_count(),
        }
    }

    /// A part of the text as published, from the first line that begins in it to the last. A line that is longer than a part
    /// goes on in the next.
    fn published(&self, number: usize) -> Result<Document, ServerError> {
        if part_count(self.record()).is_none() && !self.is_published_long() {
            return whole_document(self.stored, self.matcher);
        }
        let pieces = self.stored.original_pieces();
        let number = number.clamp(1, pieces.max(1));
        let (shown, first_line) = self.published_lines(number, pieces)?;
        let lines = Lines {
            first: first_line as u32,
            last: (first_line + count_line_ends(shown.as_bytes())) as u32,
        };
        let mut document = self.document(0..0)?;
        document.part = Some(self.part_info(number, pieces, first_line));
        document.repairs = self.repairs_in(Some(lines));
        document.as_published = (pieces > 0).then_some(shown);
        Ok(document)
    }

    /// The lines that begin in piece `number` of `pieces`, and the number of the first of them.
    fn published_lines(
        &self,
        number: usize,
        pieces: usize,
    ) -> Result<(String, usize), ServerError> {
        let Some(own) = number.checked_sub(1).filter(|own| *own < pieces) else {
            return Ok((String::new(), 1));
        };
        let bytes = self.original_piece(own)?;
        let skipped = if own == 0 { 0 } else { head_of(&bytes) };
        let first_line = 1 + self.line_ends_before(own)? + count_line_ends(&bytes[..skipped]);
        let mut shown = bytes[skipped..].to_vec();
        if own + 1 < pieces {
            let next = self.original_piece(own + 1)?;
            shown.extend(&next[..head_of(&next)]);
        }
        Ok((String::from_utf8_lossy(&shown).into_owned(), first_line))
    }

    fn original_piece(&self, piece: usize) -> Result<Vec<u8>, ServerError> {
        let bytes = self.stored.original_piece(piece);
        bytes.ok_or_else(|| damaged("original"))
    }

    /// Line ends before a piece of the text as published. Where they were not stored, all before it is looked through.
    fn line_ends_before(&self, piece: usize) -> Result<usize, ServerError> {
        if let Some(count) = self.stored.line_ends_before(piece) {
            return Ok(count);
        }
        let before = (0..piece).map(|piece| Ok(count_line_ends(&self.original_piece(piece)?)));
        before.sum()
    }

    /// All passages that begin in a span of code points, and the repairs that begin in their lines.
    fn window(&self, start: usize, length: usize) -> Result<Document, ServerError> {
        let mut counter = Counter::new(&self.text);
        let from = counter.byte_of(start)?;
        let to = counter.byte_of(start.saturating_add(length))?;
        let passages = &self.record().passages;
        let wanted = passages_in(passages, from..to);
        let mut document = self.document(wanted.clone())?;
        let next = passages.get(wanted.end).is_some().then_some(start + length);
        document.window = Some(TextWindow {
            start,
            length,
            next,
        });
        document.repairs = self.repairs_of(wanted);
        Ok(document)
    }

    /// Repairs that begin in the lines of the passages `wanted`, and before the first of all.
    fn repairs_of(&self, wanted: Range<usize>) -> Vec<Repair> {
        let passages = &self.record().passages;
        if wanted.is_empty() && !passages.is_empty() {
            return Vec::new();
        }
        let first_line = |index: usize| passages.get(index).map(|passage| passage.first_line);
        let from_line = first_line(wanted.start).filter(|_| wanted.start > 0);
        let to_line = first_line(wanted.end);
        let lines = Lines {
            first: from_line.unwrap_or(0),
            last: to_line.map_or(u32::MAX, |line| line.saturating_sub(1)),
        };
        let mut repairs = self.repairs_in(Some(lines));
        repairs.retain(|repair| repair.lines.first >= lines.first);
        repairs
    }
}

/// Returns the text of a passage, given the piece of the stored text from the byte `from` on.
fn text_of<'a>(passage: &PassageRecord, piece: &'a str, from: usize) -> &'a str {
    let bytes = passage.from_byte as usize - from..passage.to_byte as usize - from;
    piece.get(bytes).unwrap_or_default()
}

/// Returns the pages of a document that were read of pictures.
fn scans(record: &DocumentRecord) -> Vec<ScannedPage> {
    let pages = record.scanned.pages.iter().map(|scan| ScannedPage {
        page: scan.page,
        confidence: f64::from(scan.confidence) / 1000.0,
    });
    pages.collect()
}

/// Returns the doubtful words of a passage, whose text is `text`, in code points of it.
fn doubtful_in(record: &DocumentRecord, passage: &PassageRecord, text: &str) -> Vec<MarkOffsets> {
    let all = &record.scanned.doubtful;
    let first = all.partition_point(|(_, to)| *to <= passage.from_byte);
    let (mut byte, mut chars) = (0, 0);
    let within = all[first..].iter();
    let within = within.take_while(|(from, _)| *from < passage.to_byte);
    let mut count_to = |to: u32| {
        let to = (to.saturating_sub(passage.from_byte) as usize).min(text.len());
        chars += text.get(byte..to)?.chars().count();
        byte = to;
        Some(chars)
    };
    let offsets = within.filter_map(|(from, to)| {
        let (start, end) = (count_to(*from)?, count_to(*to)?);
        (start < end).then_some(MarkOffsets { start, end })
    });
    offsets.collect()
}

/// The marks in each of `passages`.
fn marks_by_passage(passages: &[PassageRecord], marks: &[Mark]) -> Vec<Vec<Mark>> {
    let mut by_passage = vec![Vec::new(); passages.len()];
    for found in matching_passages(passages, marks) {
        by_passage[found.index] = found.marks_within(marks);
    }
    by_passage
}

/// Bytes up to the first line that begins in `bytes`; where none does, up to the first character.
fn head_of(bytes: &[u8]) -> usize {
    let line = bytes.iter().position(|byte| *byte == b'\n');
    line.map_or_else(
        || {
            bytes
                .iter()
                .take_while(|byte| (**byte & 0xC0) == 0x80)
                .count()
        },
        |at| at + 1,
    )
}

fn count_line_ends(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Finds the byte of a code point, part by part.
struct Counter<'a> {
    text: &'a Text<'a>,
    /// Byte and code point that a part begins at.
    at: (usize, usize),
}

impl<'a> Counter<'a> {
    fn new(text: &'a Text<'a>) -> Self {
        Self { text, at: (0, 0) }
    }

    /// The byte of code point `wanted`, which is not before the last one asked for; the end of the text if it is beyond.
    fn byte_of(&mut self, wanted: usize) -> Result<usize, ServerError> {
        let parts = self.text.parts();
        let first = parts.partition_point(|part| part.bytes.start < self.at.0);
        for part in &parts[first..] {
            let piece = self.text.piece(part.bytes.clone())?;
            let count = piece.chars().count();
            if self.at.1 + count > wanted {
                let inside = piece.char_indices().nth(wanted - self.at.1);
                return Ok(self.at.0 + inside.map_or(piece.len(), |(at, _)| at));
            }
            self.at = (part.bytes.end, self.at.1 + count);
        }
        Ok(self.text.len_bytes())
    }
}

/// Lines from the first to the last of some passages.
fn lines_of(passages: &[DocumentPassage]) -> Option<Lines> {
    let first = passages.iter().map(|passage| passage.lines.first).min()?;
    let last = passages.iter().map(|passage| passage.lines.last).max()?;
    Some(Lines { first, last })
}

/// Repairs as they are shown; none when they cannot be read.
fn shown(repairs: Option<Vec<RepairRecord>>) -> Vec<Repair> {
    repairs
        .unwrap_or_default()
        .into_iter()
        .map(repair)
        .collect()
}

fn repair(record: RepairRecord) -> Repair {
    Repair {
        kind: record.kind,
        lines: Lines {
            first: record.first_line,
            last: record.last_line,
        },
        before: record.before,
        after: record.after,
        confidence: record.confidence,
    }
}
