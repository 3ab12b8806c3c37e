//! The table of short names that the documents of a generation give.
//!
//! In: the terms of one field, each a pair of names. Out: an [`Expander`] of the pairs that can be relied on. Every document
//! that is left counts once for each pair it gives, so an update yields what a full build does, and a pair goes with the last
//! document that gives it.

use std::collections::BTreeMap;

use polidex_analysis::fold::fold_text;
use polidex_schema::fields::abbreviation_of;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED};

use crate::query::expand::expander::Expander;

/// Maximum number of names that one short name stands for: the most frequent.
const MAX_MEANINGS: usize = 3;
/// Minimum share of a short name's documents that a meaning has. What each document calls by its own name (申請人, the
/// *Programme*) has no meaning that most of them share.
const LEAST_SHARE: f32 = 0.25;

/// Long names of a short one, folded, each with a spelling and its number of documents.
type Meanings = BTreeMap<String, (String, u64)>;

/// Reads the table from the terms of `field`.
pub(super) fn read_abbreviations(searcher: &Searcher, field: Field) -> Expander {
    let mut names: BTreeMap<String, Meanings> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        // What cannot be read is not known; the search itself reports the failure.
        let _ = visit_terms(segment, field, &mut |term, documents| {
            if let Some((short, long)) = abbreviation_of(term) {
                let meanings = names.entry(short.to_owned()).or_default();
                let known = meanings.entry(fold_text(long).text);
                known.or_insert_with(|| (long.to_owned(), 0)).1 += documents;
            }
        });
    }
    let mut expander = Expander::default();
    for (short, meanings) in &names {
        let long = reliable(meanings);
        if !long.is_empty() {
            expander.add_abbreviation(short, &long);
        }
    }
    expander
}

/// Calls `see` with each term that a document of the segment has, and the number of them.
fn visit_terms(
    segment: &SegmentReader,
    field: Field,
    see: &mut dyn FnMut(&str, u64),
) -> tantivy::Result<()> {
    let inverted = segment.inverted_index(field)?;
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        let documents = living(segment, &inverted, terms.value())?;
        if let Ok(term) = std::str::from_utf8(terms.key())
            && documents > 0
        {
            see(term, documents);
        }
    }
    Ok(())
}

/// Number of documents of a term that are not deleted.
fn living(
    segment: &SegmentReader,
    inverted: &InvertedIndexReader,
    term: &tantivy::postings::TermInfo,
) -> tantivy::Result<u64> {
    let mut postings = inverted.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    let mut count = 0;
    let mut document = postings.doc();
    while document != TERMINATED {
        count += u64::from(!segment.is_deleted(document));
        document = postings.advance();
    }
    Ok(count)
}

/// Returns the long names that enough of the documents mean, the most frequent first.
fn reliable(meanings: &Meanings) -> Vec<String> {
    let all: u64 = meanings.values().map(|(_, documents)| documents).sum();
    let mut sorted: Vec<&(String, u64)> = meanings.values().collect();
    sorted.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    let is_meant = |documents: u64| documents as f32 >= LEAST_SHARE * all as f32;
    let meant = sorted
        .into_iter()
        .filter(|(_, documents)| is_meant(*documents));
    meant
        .take(MAX_MEANINGS)
        .map(|(long, _)| long.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings(documents: &[(&str, u64)]) -> Meanings {
        let named =
            |(long, count): &(&str, u64)| ((*long).to_owned(), ((*long).to_owned(), *count));
        documents.iter().map(named).collect()
    }

    #[test]
    fn a_name_that_every_document_gives_anew_means_nothing() {
        let each: Vec<String> = (0..9).map(|number| format!("programme {number}")).collect();
        let each: Vec<(&str, u64)> = each.iter().map(|name| (name.as_str(), 1)).collect();
        assert!(reliable(&meanings(&each)).is_empty());
        assert_eq!(reliable(&meanings(&[("b", 2), ("a", 6), ("c", 1)])), ["a"]);
        assert_eq!(reliable(&meanings(&[("b", 1), ("a", 1)])), ["a", "b"]);
    }
}
