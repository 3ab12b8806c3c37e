//! Cuts a laid-out text into passages: what a hit shows and links to.
//!
//! In: the stored text, its blocks and the map to the lines of the file. Out: [`PassageRecord`]s in order. A passage is a
//! block, or a piece of a long block that ends where a sentence ends.

use std::ops::Range;

use polidex_analysis::language::{Language, ScriptCounts};
use polidex_schema::record::PassageRecord;

use crate::places::PlacedBlock;

/// A block of more bytes than this is cut; a passage is then about this long. 1 KB was measured to fetch and mark fast.
const PASSAGE_BYTES: usize = 1_500;

/// Cuts `blocks` of `text`. `place_of` tells the first and last line, from 1, and the page of a span of `text`; `chinese` is
/// the script of the document, for passages whose characters do not tell.
pub fn cut_passages(
    text: &str,
    blocks: &[PlacedBlock],
    chinese: Language,
    place_of: impl Fn(Range<usize>) -> ((u32, u32), Option<u32>),
) -> Vec<PassageRecord> {
    let mut passages = Vec::with_capacity(blocks.len());
    for PlacedBlock { block, label } in blocks {
        let mut label = *label;
        for range in pieces(text, block.range.clone()) {
            let ((first_line, last_line), page) = place_of(range.clone());
            passages.push(PassageRecord {
                from_byte: range.start as u32,
                to_byte: range.end as u32,
                first_line,
                last_line,
                page,
                role: block.role,
                lang: ScriptCounts::of(&text[range]).language(chinese),
                // The first piece begins with it.
                label: label.take(),
            });
        }
    }
    passages
}

/// The pieces of a block, each trimmed of white space, none empty.
fn pieces(text: &str, block: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = block.start;
    while block.end - start > PASSAGE_BYTES * 3 / 2 {
        let cut = sentence_end(
            text,
            start + PASSAGE_BYTES / 2..(start + PASSAGE_BYTES * 3 / 2).min(block.end),
        );
        pieces.push(trim(text, start..cut));
        start = cut;
    }
    pieces.push(trim(text, start..block.end));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

const SENTENCE_ENDS: [&str; 7] = ["。", "！", "？", ". ", "! ", "? ", "\n"];
const CLAUSE_ENDS: [&str; 5] = ["；", "，", ",", "; ", "、"];

/// Byte to cut at inside `window`: behind its last sentence, else its last line, clause or word, else at its end.
fn sentence_end(text: &str, window: Range<usize>) -> usize {
    let from = text.ceil_char_boundary(window.start);
    let to = text.floor_char_boundary(window.end);
    let inside = &text[from..to];
    let behind_last = |marks: &[&str]| {
        let found = marks
            .iter()
            .filter_map(|mark| Some((inside.rfind(mark)?, *mark)));
        found.max().map(|(at, mark)| from + at + mark.len())
    };
    behind_last(&SENTENCE_ENDS)
        .or_else(|| behind_last(&CLAUSE_ENDS))
        .or_else(|| behind_last(&[" "]))
        .unwrap_or(to)
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    let end = range.start + piece.trim_end().len();
    start..end.max(start)
}

/// Finds the line of a byte.
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Lines of `text` end at `\n`.
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        Self {
            starts: starts.collect(),
        }
    }

    /// First and last line, from 1, of a byte range; an empty range is on one line.
    pub fn lines_of(&self, range: Range<usize>) -> (u32, u32) {
        let line = |at: usize| self.starts.partition_point(|start| *start <= at) as u32;
        (
            line(range.start),
            line(range.end.saturating_sub(1).max(range.start)),
        )
    }
}

#[cfg(test)]
mod tests {
    use polidex_schema::record::Role;

    use super::*;
    use crate::structure::Block;

    fn paragraph(text: &str) -> [PlacedBlock; 1] {
        [PlacedBlock {
            block: Block {
                range: 0..text.len(),
                role: Role::Paragraph,
            },
            label: None,
        }]
    }

    #[test]
    fn long_blocks_are_cut_behind_sentences() {
        let sentence = "政府會繼續推動創新科技發展，並加強與內地合作。";
        let text = sentence.repeat(100);
        let passages = cut_passages(
            &text,
            &paragraph(&text),
            Language::TraditionalChinese,
            |_| ((1, 1), None),
        );
        assert!(passages.len() > 3);
        for passage in &passages {
            assert!(text[..passage.to_byte as usize].ends_with('。'));
            assert!((passage.to_byte - passage.from_byte) as usize <= PASSAGE_BYTES * 3 / 2);
        }
        let covered: u32 = passages
            .iter()
            .map(|passage| passage.to_byte - passage.from_byte)
            .sum();
        assert_eq!(covered as usize, text.len());
    }

    #[test]
    fn a_block_without_a_place_to_cut_is_cut_all_the_same() {
        let text = "長".repeat(5_000);
        assert!(
            cut_passages(
                &text,
                &paragraph(&text),
                Language::TraditionalChinese,
                |_| ((1, 1), None)
            )
            .len()
                > 5
        );
    }

    #[test]
    fn lines_count_from_one() {
        let index = LineIndex::new("a\nbc\n\nd");
        assert_eq!(index.lines_of(0..1), (1, 1));
        assert_eq!(index.lines_of(0..3), (1, 2));
        assert_eq!(index.lines_of(6..7), (4, 4));
        assert_eq!(index.lines_of(2..2), (2, 2));
    }
}
