//! Counts how often a phrase occurs in each document, from the positions of its terms.

use std::time::Instant;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// Check the deadline every so many documents.
const DOCS_BETWEEN_CHECKS: usize = 4_096;

/// Number of occurrences of `terms`, each with its offset, in every document that holds them all so; what is counted until
/// `deadline`.
pub(super) fn occurrences(
    searcher: &Searcher,
    terms: &[(u32, Term)],
    deadline: Instant,
) -> tantivy::Result<Vec<(DocAddress, u64)>> {
    let mut counts = Vec::new();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let Some(postings) = open(reader, terms)? else {
            continue;
        };
        let mut phrase = Phrase {
            postings,
            positions: Vec::new(),
        };
        phrase.count(reader, deadline, |doc, count| {
            counts.push((DocAddress::new(segment, doc), count));
        });
    }
    Ok(counts)
}

/// The postings of all `terms` with their offsets; `None` if a term is not there.
fn open(
    reader: &SegmentReader,
    terms: &[(u32, Term)],
) -> tantivy::Result<Option<Vec<(u32, SegmentPostings)>>> {
    let option = match terms.len() {
        1 => IndexRecordOption::WithFreqs,
        _ => IndexRecordOption::WithFreqsAndPositions,
    };
    let mut opened = Vec::with_capacity(terms.len());
    for (offset, term) in terms {
        let inverted = reader.inverted_index(term.field())?;
        match inverted.read_postings(term, option)? {
            Some(postings) => opened.push((*offset, postings)),
            None => return Ok(None),
        }
    }
    Ok((!opened.is_empty()).then_some(opened))
}

/// Terms of a phrase in one segment.
struct Phrase {
    postings: Vec<(u32, SegmentPostings)>,
    /// Positions of one term in one document.
    positions: Vec<u32>,
}

impl Phrase {
    fn count(
        &mut self,
        reader: &SegmentReader,
        deadline: Instant,
        mut found: impl FnMut(u32, u64),
    ) {
        let alive = reader.alive_bitset();
        let mut doc = self.postings[0].1.doc();
        let mut seen = 0;
        while let Some(next) = self.next_with_all(doc) {
            let is_alive = alive.is_none_or(|alive| alive.is_alive(next));
            let count = if is_alive { self.count_here() } else { 0 };
            if count > 0 {
                found(next, count);
            }
            seen += 1;
            if seen % DOCS_BETWEEN_CHECKS == 0 && Instant::now() >= deadline {
                return;
            }
            doc = self.postings[0].1.advance();
        }
    }

    /// The next document from `doc` on that holds every term; all postings stand at it.
    fn next_with_all(&mut self, mut doc: u32) -> Option<u32> {
        loop {
            if doc == TERMINATED {
                return None;
            }
            let mut furthest = doc;
            for (_, postings) in &mut self.postings {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                furthest = furthest.max(postings.doc());
            }
            if furthest == doc {
                return Some(doc);
            }
            doc = furthest;
        }
    }

    /// Occurrences in the document at which all postings stand.
    fn count_here(&mut self) -> u64 {
        if let [(_, only)] = self.postings.as_slice() {
            return u64::from(only.term_freq());
        }
        let mut starts: Vec<u32> = Vec::new();
        for (index, (offset, postings)) in self.postings.iter_mut().enumerate() {
            postings.positions(&mut self.positions);
            let at = self
                .positions
                .iter()
                .filter_map(|at| at.checked_sub(*offset));
            if index == 0 {
                starts.extend(at);
            } else {
                let here: Vec<u32> = at.collect();
                starts.retain(|start| here.binary_search(start).is_ok());
            }
        }
        starts.len() as u64
    }
}
