//! Chooses the parts of a long text to unpack: those that match a query best.
//!
//! In: the patterns of a query, and a document by its id in a segment. Out: runs of parts. Match positions are read from the
//! postings of the grams, so that a document of fifty megabytes costs a page no more than a few of its parts. A part is
//! chosen when it holds a gram that a pattern cannot match without; the scan of the part tells whether the pattern matches.

use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::tokens::{Phrase, is_word, phrase_of_units, phrase_terms};
use polidex_analysis::units::cut_text;
use polidex_schema::packed::Part;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, Term};

use crate::mark::pattern::Pattern;

/// Maximum number of parts of one text that are unpacked for a page, a quarter of a megabyte each. Matches in others are
/// neither marked nor counted among the passages.
const MAX_PARTS: usize = 8;

/// Returns runs of parts of the document `doc` that may match `patterns`, each given with its weight: those of the greatest
/// weight, in the order of the text.
///
/// # Errors
/// [`tantivy::TantivyError`] when the index cannot be read.
pub(super) fn best_parts(
    reader: &SegmentReader,
    doc: DocId,
    grams: Field,
    patterns: &[(Pattern, f32)],
    parts: &[Part],
) -> tantivy::Result<Vec<Range<usize>>> {
    let inverted = reader.inverted_index(grams)?;
    let positions = Positions {
        inverted: &inverted,
        grams,
        doc,
    };
    let mut ranking = Ranking::new(parts);
    for (pattern, weight) in patterns {
        ranking.add(&positions.of(pattern)?, *weight);
    }
    Ok(ranking.best_runs())
}

/// Parts of a text and what the patterns say about each.
struct Ranking<'a> {
    parts: &'a [Part],
    weights: Vec<f32>,
    /// A match may reach from this part into the next.
    is_open: Vec<bool>,
}

impl<'a> Ranking<'a> {
    fn new(parts: &'a [Part]) -> Self {
        Self {
            parts,
            weights: vec![0.0; parts.len()],
            is_open: vec![false; parts.len()],
        }
    }

    /// Adds `weight` once to every part where one of `matches`, given by first and last position, starts.
    fn add(&mut self, matches: &[(u32, u32)], weight: f32) {
        let mut holds = vec![false; self.parts.len()];
        for &(first, last) in matches {
            let (from, to) = (self.part_at(first), self.part_at(last));
            holds[from] = true;
            (from..to).for_each(|part| self.is_open[part] = true);
        }
        for (sum, holds) in self.weights.iter_mut().zip(holds) {
            if holds {
                *sum += weight;
            }
        }
    }

    /// Returns the part that the token at `position` starts in.
    fn part_at(&self, position: u32) -> usize {
        self.parts
            .partition_point(|part| part.first_position <= position)
            .saturating_sub(1)
    }

    fn best_runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for part in self.best() {
            let end = self.end_of_matches_in(part).min(part + MAX_PARTS);
            match runs.last_mut() {
                Some(run) if part <= run.end => run.end = run.end.max(end),
                _ => runs.push(part..end),
            }
        }
        runs
    }

    /// Returns the parts of the greatest weight, in the order of the text.
    fn best(&self) -> Vec<usize> {
        let weight = |part: &usize| self.weights[*part];
        let mut best: Vec<usize> = (0..self.parts.len())
            .filter(|part| weight(part) > 0.0)
            .collect();
        best.sort_by(|one, other| weight(other).total_cmp(&weight(one)).then(one.cmp(other)));
        best.truncate(MAX_PARTS);
        best.sort_unstable();
        best
    }

    /// Returns the part behind the last that a match starting in `part` may reach.
    fn end_of_matches_in(&self, part: usize) -> usize {
        (part..self.parts.len())
            .find(|part| !self.is_open[*part])
            .map_or(self.parts.len(), |last| last + 1)
    }
}

/// Reads the positions of matches in one document.
struct Positions<'a> {
    inverted: &'a InvertedIndexReader,
    grams: Field,
    doc: DocId,
}

impl Positions<'_> {
    /// Returns first and last position of every possible match of `pattern`.
    fn of(&self, pattern: &Pattern) -> tantivy::Result<Vec<(u32, u32)>> {
        match pattern {
            // An ideograph or a mark by itself begins the pairs that it stands in, or stands alone at a run's end.
            Pattern::Sequence { units, .. } => match units.as_slice() {
                [unit] if !is_word(unit) => self.of_forms(unit, |_| true),
                units => self.of_rarest(&phrase_of_units(units)),
            },
            Pattern::Term(term) | Pattern::Capitals(term) => {
                let first: String = term.chars().take(1).collect();
                self.of_forms(&first, |form| {
                    stem(form) == *term || form.replace(',', "") == *term
                })
            }
            Pattern::Prefix(prefix) => self.of_forms(prefix, |_| true),
            Pattern::Joined(text) => self.of_rarest(&phrase_terms(&cut_text(text))),
        }
    }

    /// Returns the matches of a phrase by its rarest term.
    fn of_rarest(&self, phrase: &Phrase) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut all = Vec::with_capacity(phrase.terms.len());
        for (offset, term) in &phrase.terms {
            all.push((*offset, self.positions(term.as_bytes())?));
        }
        let rarest = all.into_iter().min_by_key(|(_, positions)| positions.len());
        let (offset, positions) = rarest.unwrap_or_default();
        let whole = |at: u32| Some((at.checked_sub(offset)?, at - offset + phrase.last));
        Ok(positions.into_iter().filter_map(whole).collect())
    }

    /// Returns the matches of every term that starts with `prefix` and is wanted.
    fn of_forms(
        &self,
        prefix: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut matches = Vec::new();
        let mut stream = self
            .inverted
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()?;
        while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
            if std::str::from_utf8(stream.key()).is_ok_and(&is_wanted) {
                matches.extend(self.positions(stream.key())?.into_iter().map(|at| (at, at)));
            }
        }
        Ok(matches)
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
