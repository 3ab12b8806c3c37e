//! Articles and sections of a document: the passage that each begins with.

use std::ops::Range;

use polidex_analysis::citations::articles;
use polidex_schema::record::{DocumentRecord, PassageRecord, Rank};

use crate::engine::Text;
use crate::error::ServerError;
use crate::query::citation::label_number;
use crate::searcher::parts::{PART_BYTES, passage_at};

/// Number of the article of a place, `art:38-1/para:2`.
pub(super) fn article_of(place: &str) -> Option<&str> {
    let outermost = place.split('/').next()?;
    outermost.strip_prefix("art:")
}

/// Number and first passage of each article that begins in the passages `within`, in order: by its label, or in a text
/// without labels by the number that opens its line.
pub(super) fn provisions(
    record: &DocumentRecord,
    text: &Text<'_>,
    within: Range<usize>,
) -> Result<Vec<(String, usize)>, ServerError> {
    if record.passages.iter().any(is_article) {
        return labelled(record, text, within);
    }
    if text.is_long() {
        return Ok(Vec::new());
    }
    let found = articles(&text.whole()?).into_iter();
    let numbered = found.filter_map(|article| {
        let index = passage_at(record, article.range.start)?;
        Some((article.number.to_lowercase(), index))
    });
    Ok(numbered
        .filter(|(_, index)| within.contains(index))
        .collect())
}

fn is_article(passage: &PassageRecord) -> bool {
    passage
        .label
        .is_some_and(|label| label.rank == Rank::Article)
}

/// Articles by their labels. A long text is read part by part, each part once.
fn labelled(
    record: &DocumentRecord,
    text: &Text<'_>,
    within: Range<usize>,
) -> Result<Vec<(String, usize)>, ServerError> {
    let mut found = Vec::new();
    let mut index = within.start;
    while index < within.end {
        let from = record.passages[index].from_byte as usize;
        let rest = &record.passages[index..within.end];
        let count = rest.partition_point(|next| (next.from_byte as usize) < from + PART_BYTES);
        let of_part = &rest[..count.max(1)];
        let to = of_part.last().map_or(from, |last| last.to_byte as usize);
        let piece = text.piece(from..to)?;
        for (passage, at) in of_part.iter().zip(index..) {
            let label = passage.label.filter(|label| label.rank == Rank::Article);
            let start = passage.from_byte as usize - from;
            let label =
                label.and_then(|label| piece.get(start..start + usize::from(label.len_bytes)));
            found.extend(label.and_then(label_number).map(|number| (number, at)));
        }
        index += of_part.len();
    }
    Ok(found)
}
