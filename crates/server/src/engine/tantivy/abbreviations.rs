//! The table of short names that the documents of a generation give.
//!
//! In: the terms of one field, each a pair of names. Out: an [`Expander`] of the pairs that can be relied on. Every document
//! that is left counts once for each pair it gives, so an update yields what a full build does, and a pair goes with the last
//! document that gives it.

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED};

use crate::engine::abbreviations::AbbreviationCounts;
use crate::query::expand::expander::Expander;

/// Reads the table from the terms of `field`.
pub(super) fn read_abbreviations(searcher: &Searcher, field: Field) -> Expander {
    let mut pairs = AbbreviationCounts::default();
    for segment in searcher.segment_readers() {
        // What cannot be read is not known; the search itself reports the failure.
        let _ = visit_terms(segment, field, &mut |term, documents| {
            pairs.add(term, documents);
        });
    }
    pairs.table()
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
