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
/// in the part before.
pub(super) fn add_speakers(
    record: &DocumentRecord,
    text: &Text<'_>,
    first: usize,
    passages: &mut [DocumentPassage],
) -> Result<(), ServerError> {
    let before = match record.passages.get(first) {
        Some(passage) if first > 0 => {
            let to = passage.from_byte as usize;
            Some(turns_in(record, text, to.saturating_sub(PART_BYTES)..to)?)
        }
        _ => None,
    };
    let (mut turns, before) = before.unwrap_or_default();
    turns.extend(
        passages
            .iter()
            .filter_map(|passage| speaker_of(&passage.text)),
    );
    if !is_record(&turns) {
        return Ok(());
    }
    let spoken = passages.iter().map(|passage| Spoken {
        text: &passage.text,
        is_heading: passage.role == "heading",
    });
    let names = speakers(spoken, before);
    for (passage, name) in passages.iter_mut().zip(names) {
        passage.speaker = name;
    }
    Ok(())
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
        turns.extend(turns_in(record, text, bytes)?.0);
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

/// Names in the order of their turns in the passages that begin in `bytes`, and who speaks at their end.
fn turns_in(
    record: &DocumentRecord,
    text: &Text<'_>,
    bytes: Range<usize>,
) -> Result<(Vec<String>, Option<String>), ServerError> {
    let passages = &record.passages[passages_in(&record.passages, bytes)];
    let (Some(first), Some(last)) = (passages.first(), passages.last()) else {
        return Ok((Vec::new(), None));
    };
    let from = first.from_byte as usize;
    let piece = text.piece(from..last.to_byte as usize)?;
    let (mut turns, mut speaking) = (Vec::new(), None);
    for passage in passages {
        let bytes = passage.from_byte as usize - from..passage.to_byte as usize - from;
        if matches!(passage.role, Role::Heading(_)) {
            speaking = None;
        }
        if let Some(name) = piece.get(bytes).and_then(speaker_of) {
            turns.push(name.clone());
            speaking = Some(name);
        }
    }
    Ok((turns, speaking))
}
