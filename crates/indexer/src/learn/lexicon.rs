//! Learns word and phrase pairs from segments of one meaning in two languages.
//!
//! In: [`Segment`]s. Out: [`Entry`](super::entry::Entry)s, surest first. Words that occur in the same segments more often than by chance are
//! aligned ([`alignment`](super::alignment)); runs whose links stay inside each other are phrase pairs
//! ([`phrases`](super::phrases)). A pair is kept if it was seen three times or more, in two documents or more, mostly
//! translates so, and holds against all segments ([`gate`](super::gate)). The same input gives the same output.

use std::collections::HashMap;

use crate::learn::alignment::{Tables, Vocabulary, candidates};
use crate::learn::entry::Entry;
use crate::learn::gate::keep_sure;
use crate::learn::phrases::Phrases;
use crate::learn::segment::Segment;

/// Minimum number of documents a pair was seen in, where there are as many: one law's own word for a thing is no
/// translation.
const MIN_DOCUMENTS: u32 = 2;
/// Maximum number of translations of one phrase.
const MAX_TRANSLATIONS: usize = 3;

/// Learns from `segments`.
pub fn learn_entries(segments: &[Segment]) -> Vec<Entry> {
    let mut chinese = Vocabulary::default();
    let mut english = Vocabulary::default();
    let mut numbered = Vec::with_capacity(segments.len());
    for segment in segments {
        let one = chinese.number(&segment.chinese);
        numbered.push((one, english.number(&segment.english)));
    }
    let candidates = candidates(&numbered, &chinese, &english);
    let tables = Tables::learn(&numbered, candidates, chinese.len(), english.len());
    let mut phrases = Phrases::default();
    for (segment, (one, other)) in segments.iter().zip(&numbered) {
        phrases.extract(segment, &tables.links(one, other));
    }
    let entries = phrases.entries(min_documents(segments));
    keep_few(keep_sure(keep_whole(entries), segments))
}

/// Documents that a pair must be seen in: fewer where there are not so many.
fn min_documents(segments: &[Segment]) -> u32 {
    let documents = segments.iter().map(|segment| segment.document as u32 + 1);
    MIN_DOCUMENTS.min(documents.max().unwrap_or(0))
}

/// Leaves out pieces of another translation of the same phrase: 外交部 is the ministry of foreign affairs, not *affairs*.
fn keep_whole(entries: Vec<Entry>) -> Vec<Entry> {
    let mut by_chinese: HashMap<String, Vec<String>> = HashMap::new();
    for entry in &entries {
        by_chinese
            .entry(entry.chinese.clone())
            .or_default()
            .push(format!(" {} ", entry.english));
    }
    let is_piece = |entry: &Entry| {
        let piece = format!(" {} ", entry.english);
        by_chinese[&entry.chinese]
            .iter()
            .any(|whole| whole.len() > piece.len() && whole.contains(&piece))
    };
    entries
        .into_iter()
        .filter(|entry| !is_piece(entry))
        .collect()
}

/// Keeps the [`MAX_TRANSLATIONS`] surest translations of each phrase of either language.
fn keep_few(entries: Vec<Entry>) -> Vec<Entry> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut kept = Vec::new();
    for entry in entries {
        let of_chinese = seen.get(&entry.chinese).copied().unwrap_or(0);
        let of_english = seen.get(&entry.english).copied().unwrap_or(0);
        if of_chinese < MAX_TRANSLATIONS || of_english < MAX_TRANSLATIONS {
            *seen.entry(entry.chinese.clone()).or_default() += 1;
            *seen.entry(entry.english.clone()).or_default() += 1;
            kept.push(entry);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_learned_from_what_stands_together() {
        let texts = [
            ("雇主應給付工資。", "The employer shall pay wages."),
            ("勞工得請求工資。", "A worker may claim wages."),
            (
                "雇主不得解僱勞工。",
                "The employer shall not dismiss the worker.",
            ),
            (
                "主管機關得檢查工廠。",
                "The competent authority may inspect the factory.",
            ),
            (
                "主管機關應公告。",
                "The competent authority shall announce it.",
            ),
            (
                "雇主應報告主管機關。",
                "The employer shall report to the competent authority.",
            ),
        ];
        let segments: Vec<Segment> = (0..8)
            .flat_map(|of| {
                texts
                    .iter()
                    .map(move |(one, other)| Segment::new(one, other).of_document(of))
            })
            .collect();
        let entries = learn_entries(&segments);
        let has = |chinese: &str, english: &str| {
            entries
                .iter()
                .any(|entry| entry.chinese == chinese && entry.english == english)
        };
        assert!(has("雇主", "employer"), "{entries:?}");
        assert!(has("工資", "wages"), "{entries:?}");
        assert!(has("主管機關", "competent authority"), "{entries:?}");
        assert_eq!(
            entries,
            learn_entries(&segments),
            "the same input gives the same output"
        );
        assert!(learn_entries(&[]).is_empty());
    }
}
