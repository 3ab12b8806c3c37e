//! Compares two stored documents: their rows are made once and kept for the next pages.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use polidex_analysis::language::Language;
use polidex_schema::record::{DocumentRecord, PassageRecord, Role};

use crate::address::{document_address, passage_address};
use crate::answer::{DocumentPassage, PageInfo};
use crate::comparing::Row;
use crate::comparing::lengths::{Measured, by_lengths};
use crate::comparing::passages::by_passages;
use crate::comparing::words::{differences, key_of, likeness, word_hashes};
use crate::comparison::{AlignedBy, ComparedPassage, ComparedRow, Comparison, ComparisonQuestion};
use crate::engine::{Stored, Text};
use crate::error::ServerError;
use crate::mark::highlight::Matcher;
use crate::mark::place::places_within;
use crate::query::parse::parse_query;
use crate::question::{ListPage, Query};
use crate::searcher::Searcher;
use crate::searcher::hits::{document_passage, summary};
use crate::searcher::marker::Marker;
use crate::searcher::parts::part_of;
use crate::searcher::provisions::provisions;

/// Bytes of a text that are compared: more than any document of a collection seen so far.
const MAX_BYTES: usize = 48 << 20;
/// Comparisons whose rows are kept.
const MAX_KEPT: usize = 4;
/// Code points of a passage by which it is known as a version of another.
const LIKENESS_CHARS: usize = 2_000;

/// Rows of two documents.
struct Alignment {
    rows: Vec<Row>,
    /// Indexes of the rows that differ.
    changed: Vec<u32>,
    by: AlignedBy,
    is_complete: bool,
}

/// Alignments by the ids of their documents, the newest last.
#[derive(Default)]
pub(super) struct Alignments(Mutex<Vec<(String, String, Arc<Alignment>)>>);

impl Alignments {
    fn known(&self, a: &str, b: &str) -> Option<Arc<Alignment>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(one, other, _)| one == a && other == b)?;
        Some(Arc::clone(&found.2))
    }

    fn keep(&self, a: &str, b: &str, alignment: &Arc<Alignment>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.remove(0);
        }
        kept.push((a.to_owned(), b.to_owned(), Arc::clone(alignment)));
    }
}

impl Searcher {
    /// Lays two documents beside each other: by words where they are in one language, else by articles or passages. `None` when
    /// one of them is not in the index.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn compare(
        &self,
        question: &ComparisonQuestion,
        page: ListPage,
    ) -> Result<Option<Comparison>, ServerError> {
        let parsed = parse_query(&question.query.q)?;
        let plan = self.plan(parsed.root.as_ref(), &question.query)?;
        let found = (
            self.engine.find(&question.a)?,
            self.engine.find(&question.b)?,
        );
        let (Some(a), Some(b)) = found else {
            return Ok(None);
        };
        let (a, b) = (self.engine.document(a)?, self.engine.document(b)?);
        let alignment = self.alignment(question, &a, &b)?;
        let shown = ShownPage {
            alignment: &alignment,
            only_changes: question.only_changes,
            page,
        };
        let matcher = &Marker::of(&plan).body;
        let rows = shown.rows();
        let side = |stored, range: fn(&Row) -> &Range<usize>| {
            compared_side(stored, matcher, &question.query, &rows, range)
        };
        let sides = (side(&a, |row| &row.left)?, side(&b, |row| &row.right)?);
        Ok(Some(Comparison {
            a: summary(&a.record),
            b: summary(&b.record),
            by: alignment.by,
            changed: alignment.changed.len() as u64,
            complete: alignment.is_complete,
            page: shown.info(),
            rows: compared_rows(&rows, sides, alignment.by),
            index: self.index_info(),
        }))
    }

    /// The alignment of `a` and `b`, made once for all of its pages.
    fn alignment(
        &self,
        question: &ComparisonQuestion,
        a: &Stored,
        b: &Stored,
    ) -> Result<Arc<Alignment>, ServerError> {
        if let Some(known) = self.alignments.known(&question.a, &question.b) {
            return Ok(known);
        }
        let made = Arc::new(align(a, b)?);
        self.alignments.keep(&question.a, &question.b, &made);
        Ok(made)
    }
}

/// A page of an alignment.
struct ShownPage<'a> {
    alignment: &'a Alignment,
    only_changes: bool,
    page: ListPage,
}

impl ShownPage<'_> {
    fn rows(&self) -> Vec<&Row> {
        let all = &self.alignment.rows;
        match self.only_changes {
            true => {
                let changed = self.page.of(&self.alignment.changed).iter();
                changed.map(|index| &all[*index as usize]).collect()
            }
            false => self.page.of(all).iter().collect(),
        }
    }

    fn info(&self) -> PageInfo {
        let listed = match self.only_changes {
            true => self.alignment.changed.len(),
            false => self.alignment.rows.len(),
        };
        PageInfo {
            number: self.page.number,
            per_page: self.page.per_page,
            listed: listed as u64,
        }
    }
}

/// Puts both sides of each row together, with what differs.
fn compared_rows(
    rows: &[&Row],
    (left, right): (Vec<Vec<ComparedPassage>>, Vec<Vec<ComparedPassage>>),
    by: AlignedBy,
) -> Vec<ComparedRow> {
    let pairs = rows.iter().zip(left.into_iter().zip(right));
    let compared = pairs.map(|(row, (mut a, mut b))| {
        if by == AlignedBy::Words
            && !row.is_same
            && let ([one], [other]) = (a.as_mut_slice(), b.as_mut_slice())
        {
            let found = differences(&one.text, &other.text);
            (one.differences, other.differences) = (found.first, found.second);
        }
        ComparedRow {
            same: row.is_same,
            a,
            b,
        }
    });
    compared.collect()
}

/// The passages of one side of each row.
fn compared_side(
    stored: &Stored,
    matcher: &Matcher,
    query: &Query,
    rows: &[&Row],
    range: fn(&Row) -> &Range<usize>,
) -> Result<Vec<Vec<ComparedPassage>>, ServerError> {
    let record = &stored.record;
    let text = stored.text()?;
    let ranges = rows
        .iter()
        .map(|row| range(row))
        .filter(|one| !one.is_empty());
    let first = ranges.clone().map(|one| one.start).min().unwrap_or(0);
    let last = ranges.map(|one| one.end).max().unwrap_or(0);
    let label = |bytes: Range<usize>| Some(text.piece(bytes).ok()?.into_owned());
    let places = places_within(label, &record.passages, first..last);
    let address = document_address(&record.id, query);
    let mut side = Vec::with_capacity(rows.len());
    for row in rows {
        let mut passages = Vec::new();
        for index in range(row).clone() {
            let place = places.get(index - first).cloned().flatten();
            let words = text_of(&record.passages[index], &text)?;
            let marks = matcher.marks(&words);
            let shown = document_passage(index, &record.passages[index], place, &words, marks);
            let url = passage_address(&address, part_of(record, index), &shown.id);
            passages.push(compared_passage(shown, url));
        }
        side.push(passages);
    }
    Ok(side)
}

/// A passage as a comparison shows it, before it is told what differs.
fn compared_passage(shown: DocumentPassage, url: String) -> ComparedPassage {
    ComparedPassage {
        url,
        id: shown.id,
        role: shown.role,
        place: shown.place,
        lang: shown.lang,
        text: shown.text,
        offsets: shown.offsets,
        differences: Vec::new(),
    }
}

fn text_of(passage: &PassageRecord, text: &Text<'_>) -> Result<String, ServerError> {
    let bytes = passage.from_byte as usize..passage.to_byte as usize;
    Ok(text.piece(bytes)?.into_owned())
}

/// A document's text and its passages that are compared.
struct Whole<'a> {
    text: String,
    passages: &'a [PassageRecord],
    is_complete: bool,
}

impl<'a> Whole<'a> {
    fn of(record: &'a DocumentRecord, text: &Text<'_>) -> Result<Self, ServerError> {
        let all = &record.passages;
        let count = all.partition_point(|passage| passage.to_byte as usize <= MAX_BYTES);
        let to = all[..count]
            .last()
            .map_or(0, |passage| passage.to_byte as usize);
        Ok(Self {
            text: text.piece(0..to)?.into_owned(),
            passages: &all[..count],
            is_complete: count == all.len(),
        })
    }

    fn words(&self, index: usize) -> &str {
        let passage = &self.passages[index];
        let bytes = passage.from_byte as usize..passage.to_byte as usize;
        self.text.get(bytes).unwrap_or_default()
    }

    fn keys(&self) -> Vec<u64> {
        let all = 0..self.passages.len();
        all.map(|index| key_of(self.words(index))).collect()
    }

    fn measured(&self) -> Vec<Measured> {
        let passages = self.passages.iter().enumerate();
        passages
            .map(|(index, passage)| {
                let is_heading = matches!(passage.role, Role::Heading(_));
                Measured::of(self.words(index), is_heading)
            })
            .collect()
    }

    fn hashes(&self, index: usize) -> Vec<u64> {
        let words = self.words(index);
        let end = words.char_indices().nth(LIKENESS_CHARS);
        word_hashes(&words[..end.map_or(words.len(), |(at, _)| at)])
    }
}

fn align(a: &Stored, b: &Stored) -> Result<Alignment, ServerError> {
    let (text_a, text_b) = (a.text()?, b.text()?);
    let left = Whole::of(&a.record, &text_a)?;
    let right = Whole::of(&b.record, &text_b)?;
    let is_english = |record: &DocumentRecord| record.lang.first() == Some(&Language::English);
    let (rows, by) = if is_english(&a.record) == is_english(&b.record) {
        (versions(&left, &right), AlignedBy::Words)
    } else {
        let anchors = shared_articles(&a.record, &text_a, &b.record, &text_b)?;
        let within = |(one, other): &(usize, usize)| {
            *one < left.passages.len() && *other < right.passages.len()
        };
        let anchors: Vec<(usize, usize)> = anchors.into_iter().filter(within).collect();
        let by = match anchors.len() {
            0 | 1 => AlignedBy::Passages,
            _ => AlignedBy::Articles,
        };
        (
            by_lengths(&left.measured(), &right.measured(), &anchors),
            by,
        )
    };
    let differing = rows.iter().enumerate().filter(|(_, row)| !row.is_same);
    Ok(Alignment {
        changed: differing.map(|(index, _)| index as u32).collect(),
        rows,
        by,
        is_complete: left.is_complete && right.is_complete,
    })
}

/// Rows of two texts in one language.
fn versions(left: &Whole<'_>, right: &Whole<'_>) -> Vec<Row> {
    let (mut of_left, mut of_right) = (HashMap::new(), HashMap::new());
    let mut alike = |one: usize, other: usize| {
        let ours: &Vec<u64> = of_left.entry(one).or_insert_with(|| left.hashes(one));
        let theirs: &Vec<u64> = of_right.entry(other).or_insert_with(|| right.hashes(other));
        likeness(ours, theirs)
    };
    by_passages(&left.keys(), &right.keys(), &mut alike)
}

/// First passages of the articles whose number stands once in each document, sorted.
fn shared_articles(
    a: &DocumentRecord,
    text_a: &Text<'_>,
    b: &DocumentRecord,
    text_b: &Text<'_>,
) -> Result<Vec<(usize, usize)>, ServerError> {
    let ours = single(provisions(a, text_a, 0..a.passages.len())?);
    let theirs = single(provisions(b, text_b, 0..b.passages.len())?);
    let pairs = ours
        .into_iter()
        .filter_map(|(number, at)| Some((at, *theirs.get(&number)?)));
    let mut pairs: Vec<(usize, usize)> = pairs.collect();
    pairs.sort_unstable();
    Ok(pairs)
}

fn single(provisions: Vec<(String, usize)>) -> HashMap<String, usize> {
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for (number, at) in provisions {
        counts.entry(number).or_insert((at, 0)).1 += 1;
    }
    let once = counts.into_iter().filter(|(_, (_, count))| *count == 1);
    once.map(|(number, (at, _))| (number, at)).collect()
}
