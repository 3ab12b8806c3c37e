//! Chooses which parts of a long text are worth unpacking.
//!
//! In: the patterns of a query, and a document by its place in the index. Out: runs of parts, the ones that say most about the
//! query. Where the patterns stand is read from the positions of the grams, so that a document of fifty megabytes costs a
//! page no more than a few of its parts. A part is named when a gram that a pattern cannot do without stands in it; whether
//! the pattern does is for the scan of the part to tell.

use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::tokens::{is_single_ideograph, phrase_terms};
use polidex_analysis::units::cut_text;
use polidex_schema::packed::Part;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, Term};

use crate::mark::highlight::Pattern;

/// Most parts of one text that are unpacked for a page, of a quarter of a megabyte each. What stands in others is neither
/// marked nor counted among the passages.
const MOST_PARTS: usize = 8;

/// Runs of parts of the document `doc` that hold something of `patterns`: those of the most weight, in the order of the text.
///
/// # Errors
/// [`tantivy::TantivyError`] when the index cannot be read.
pub(crate) fn parts_to_unpack(
    reader: &SegmentReader,
    doc: DocId,
    grams: Field,
    patterns: &[(Pattern, f32)],
    parts: &[Part],
) -> tantivy::Result<Vec<Range<usize>>> {
    let inverted = reader.inverted_index(grams)?;
    let found = Places {
        inverted: &inverted,
        grams,
        doc,
    };
    let mut weights = vec![0.0_f32; parts.len()];
    // Whether a match may reach from a part into the next.
    let mut is_open = vec![false; parts.len()];
    for (pattern, weight) in patterns {
        let mut holds = vec![false; parts.len()];
        for (first, last) in found.of(pattern)? {
            let (from, to) = (part_at(parts, first), part_at(parts, last));
            holds[from] = true;
            (from..to).for_each(|part| is_open[part] = true);
        }
        weights
            .iter_mut()
            .zip(holds)
            .filter(|(_, holds)| *holds)
            .for_each(|(sum, _)| *sum += weight);
    }
    let mut chosen: Vec<usize> = (0..parts.len())
        .filter(|part| weights[*part] > 0.0)
        .collect();
    chosen.sort_by(|one, other| {
        weights[*other]
            .total_cmp(&weights[*one])
            .then(one.cmp(other))
    });
    chosen.truncate(MOST_PARTS);
    chosen.sort_unstable();
    let mut runs: Vec<Range<usize>> = Vec::new();
    for part in chosen {
        let end = (part..parts.len())
            .find(|part| !is_open[*part])
            .map_or(parts.len(), |last| last + 1);
        match runs.last_mut() {
            Some(run) if part <= run.end => run.end = run.end.max(end.min(part + MOST_PARTS)),
            _ => runs.push(part..end.min(part + MOST_PARTS)),
        }
    }
    Ok(runs)
}

/// The part that the unit at `position` begins in.
fn part_at(parts: &[Part], position: u32) -> usize {
    parts
        .partition_point(|part| part.first_position <= position)
        .saturating_sub(1)
}

/// Where patterns stand in one document, in positions.
struct Places<'a> {
    inverted: &'a InvertedIndexReader,
    grams: Field,
    doc: DocId,
}

impl Places<'_> {
    /// First and last position of every place where `pattern` may stand.
    fn of(&self, pattern: &Pattern) -> tantivy::Result<Vec<(u32, u32)>> {
        match pattern {
            Pattern::Sequence { units, .. } => {
                // White space holds no place, so the units are cut as they were.
                let cut = cut_text(&units.join(" "));
                if is_single_ideograph(&cut) {
                    return self.of_forms(&units[0], |_| true);
                }
                self.of_rarest(&phrase_terms(&cut), units.len() as u32)
            }
            Pattern::Term(term) => {
                let first: String = term.chars().take(1).collect();
                self.of_forms(&first, |form| {
                    stem(form) == *term || form.replace(',', "") == *term
                })
            }
            Pattern::Prefix(prefix) => self.of_forms(prefix, |_| true),
            Pattern::Joined(text) => Ok(self
                .positions(text.as_bytes())?
                .into_iter()
                .map(|at| (at, at + text.len() as u32))
                .collect()),
        }
    }

    /// Places of the rarest of `terms`, each given with its distance from the first unit, as places of the whole.
    fn of_rarest(
        &self,
        terms: &[(u32, String)],
        unit_count: u32,
    ) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut rarest: Option<(u32, Vec<u32>)> = None;
        for (offset, term) in terms {
            let positions = self.positions(term.as_bytes())?;
            if rarest
                .as_ref()
                .is_none_or(|(_, fewest)| positions.len() < fewest.len())
            {
                rarest = Some((*offset, positions));
            }
        }
        let (offset, positions) = rarest.unwrap_or_default();
        let whole = |at: u32| {
            at.checked_sub(offset)
                .map(|first| (first, first + unit_count.saturating_sub(1)))
        };
        Ok(positions.into_iter().filter_map(whole).collect())
    }

    /// Places of every term that begins with `prefix` and is wanted.
    fn of_forms(
        &self,
        prefix: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut places = Vec::new();
        let mut stream = self
            .inverted
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()?;
        while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
            if std::str::from_utf8(stream.key()).is_ok_and(&is_wanted) {
                places.extend(self.positions(stream.key())?.into_iter().map(|at| (at, at)));
            }
        }
        Ok(places)
    }

    fn positions(&self, term: &[u8]) -> tantivy::Result<Vec<u32>> {
        let mut positions = Vec::new();
        let term = Term::from_field_text(self.grams, &String::from_utf8_lossy(term));
        let Some(mut postings) = self
            .inverted
            .read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?
        else {
            return Ok(positions);
        };
        if postings.doc() < self.doc {
            postings.seek(self.doc);
        }
        if postings.doc() == self.doc {
            postings.positions(&mut positions);
        }
        Ok(positions)
    }
}
