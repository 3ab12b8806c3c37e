//! Parts of a long document: all passages that begin in so many bytes of its text.

use std::ops::Range;

use polidex_schema::record::{DocumentRecord, PassageRecord};

/// A text of more bytes is shown in parts. A page of it is drawn in a tenth of a second, and scrolls.
pub(super) const LONG_BYTES: usize = 512 << 10;
/// Bytes of a part.
pub(super) const PART_BYTES: usize = 256 << 10;

/// Bytes of a text as its passages tell: the border of all of them.
fn text_bytes(record: &DocumentRecord) -> usize {
    record
        .passages
        .last()
        .map_or(0, |last| last.to_byte as usize)
}

/// Number of the parts of a document; `None` for a short one.
pub(super) fn part_count(record: &DocumentRecord) -> Option<usize> {
    let last = record.passages.last()?;
    (text_bytes(record) > LONG_BYTES).then(|| last.from_byte as usize / PART_BYTES + 1)
}

/// Number of the part, from 1, that the passage at `index` stands in; `None` in a short document.
pub(super) fn part_of(record: &DocumentRecord, index: usize) -> Option<usize> {
    part_count(record)?;
    let passage = record.passages.get(index)?;
    Some(passage.from_byte as usize / PART_BYTES + 1)
}

/// Index of the passage that holds a byte of the text.
pub(super) fn passage_at(record: &DocumentRecord, byte: usize) -> Option<usize> {
    let passages = &record.passages;
    let before = passages.partition_point(|passage| (passage.from_byte as usize) <= byte);
    let index = before.checked_sub(1)?;
    (byte < passages[index].to_byte as usize).then_some(index)
}

/// Indexes of the passages that begin in `bytes`.
pub(super) fn passages_in(passages: &[PassageRecord], bytes: Range<usize>) -> Range<usize> {
    let before =
        |byte: usize| passages.partition_point(|passage| (passage.from_byte as usize) < byte);
    before(bytes.start)..before(bytes.end)
}
