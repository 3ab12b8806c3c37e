//! Who speaks in a stored record of proceedings.

use std::ops::Range;

use polidex_schema::record::{DocumentRecord, Role};

use crate::answer::{DocumentPassage, Speaker};
use crate::engine::Text;
use crate::error::ServerError;
use crate::mark::speaker::{Spoken, is_record, speaker_of, speakers};
use crate::searcher::parts::{PART_BYTES, passages_in};

/// Parts of a document that are read for its speakers: 16 MB, more than the longest record of a year.
const MAX_PARTS: usize = 64;

/// Names each of `passages`' speaker, the first of which is number `first` of its document. Who speaks before it is looked up
/// in the parts before.
pub(super) fn add_speakers(
    record: &DocumentRecord,
    text: &Text<'_>,
    first: usize,
    passages: &mut [DocumentPassage],
) -> Result<(), ServerError> {
    let before = match record.passages.get(first) {
        Some(passage) if first > 0 => turns_before(record, text, passage.from_byte as usize)?,
        _ => Turns::default(),
    };
    let mut turns = before.names;
    turns.extend(
        passages
            .iter()
            .filter_map(|passage| speaker_of(&passage.text)),
    );
    if !before.is_record && !is_record(&turns) {
        return Ok(());
    }
    let spoken = passages.iter().map(|passage| Spoken {
        text: &passage.text,
        is_heading: passage.role == "heading",
    });
    let names = speakers(spoken, before.speaking.flatten());
    for (passage, name) in passages.iter_mut().zip(names) {
        passage.speaker = name;
    }
    Ok(())
}

/// Turns before the passage that begins at byte `to`: those of the part before it, and of further ones while nobody begins or
/// ends to speak in them. A speech may fill several parts. Where neither the part before nor the first is one of a record, no
/// further one is read.
fn turns_before(record: &DocumentRecord, text: &Text<'_>, to: usize) -> Result<Turns, ServerError> {
    let part_before = |to: usize| to.saturating_sub(PART_BYTES)..to;
    let mut found = turns_in(record, text, part_before(to))?;
    if found.speaking.is_some() && is_record(&found.names) {
        return Ok(found);
    }
    let first = turns_in(record, text, 0..PART_BYTES.min(to))?;
    found.is_record = is_record(&first.names);
    let mut to = to.saturating_sub(PART_BYTES);
    for _ in 1..MAX_PARTS {
        if !found.is_record || found.speaking.is_some() || to == 0 {
            break;
        }
        found.speaking = turns_in(record, text, part_before(to))?.speaking;
        to = to.saturating_sub(PART_BYTES);
    }
    Ok(found)
}

/// Returns the speakers of a record of proceedings with their turns, in the order in which they speak first; none of any other
/// document.
pub(super) fn speakers_of(
    record: &DocumentRecord,
    text: &Text<'_>,
) -> Result<Vec<Speaker>, ServerError> {
    let end = record
        .passages
        .last()
        .map_or(0, |passage| passage.to_byte as usize);
    let mut turns = Vec::new();
    for part in (0..end.div_ceil(PART_BYTES)).take(MAX_PARTS) {
        let bytes = part * PART_BYTES..(part + 1) * PART_BYTES;
        turns.extend(turns_in(record, text, bytes)?.names);
    }
    if !is_record(&turns) {
        return Ok(Vec::new());
    }
    let mut speakers: Vec<Speaker> = Vec::new();
    for name in turns {
        match speakers.iter_mut().find(|speaker| speaker.name == name) {
            Some(speaker) => speaker.turns += 1,
            None => speakers.push(Speaker { name, turns: 1 }),
        }
    }
    Ok(speakers)
}

/// Turns of some passages.
#[derive(Default)]
struct Turns {
    /// Names in order.
    names: Vec<String>,
    /// Who speaks at the end, nobody behind a heading; `None` where nothing tells.
    speaking: Option<Option<String>>,
    /// True if the document is known to be a record.
    is_record: bool,
}

/// Turns of the passages that begin in `bytes`.
fn turns_in(
    record: &DocumentRecord,
    text: &Text<'_>,
    bytes: Range<usize>,
) -> Result<Turns, ServerError> {
    let passages = &record.passages[passages_in(&record.passages, bytes)];
    let mut turns = Turns::default();
    let (Some(first), Some(last)) = (passages.first(), passages.last()) else {
        return Ok(turns);
    };
    let from = first.from_byte as usize;
    let piece = text.piece(from..last.to_byte as usize)?;
    for passage in passages {
        let bytes = passage.from_byte as usize - from..passage.to_byte as usize - from;
        if matches!(passage.role, Role::Heading(_)) {
            turns.speaking = Some(None);
        }
        if let Some(name) = piece.get(bytes).and_then(speaker_of) {
            turns.names.push(name.clone());
            turns.speaking = Some(Some(name));
        }
    }
    Ok(turns)
}
