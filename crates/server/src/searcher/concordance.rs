//! Finds the lines of a concordance.

use std::ops::Range;
use std::time::Instant;

use polidex_schema::record::DocumentRecord;

use crate::address::{document_address, passage_address};
use crate::answer::{PageInfo, Tier};
use crate::concordance::{
    CONTEXT_CHARS, Concordance, Line, MAX_LINES, Order, Side, neighbours, sort_lines,
};
use crate::engine::{DocRef, Top};
use crate::error::ServerError;
use crate::mark::highlight::Matcher;
use crate::query::parse::parse_query;
use crate::query::plan::Field;
use crate::question::{Expand, ListPage, Query, Search, Sort};
use crate::searcher::marker::Marker;
use crate::searcher::parts::{part_of, passage_at};
use crate::searcher::strategy::{Strategy, Wanted};
use crate::searcher::{DEADLINE, Searcher};

impl Searcher {
    /// Every occurrence of what `search` finds as typed, in the order `by`, with what stands beside it: of at most
    /// [`MAX_LINES`], those in the newest documents.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn concordance(
        &self,
        search: &Search,
        by: Order,
        page: ListPage,
    ) -> Result<Concordance, ServerError> {
        let mut search = search.clone();
        search.query.expand = Expand::None;
        let parsed = parse_query(&search.query.q)?;
        let plan = self.plan(parsed.root.as_ref(), &search.query)?;
        let until = Instant::now() + DEADLINE;
        let documents = match parsed.root {
            None => Vec::new(),
            Some(_) => {
                let strategy = Strategy {
                    deadline: until,
                    ..self.strategy(&plan, &search)
                };
                self.holding(&strategy)?
            }
        };
        let matcher = Marker::of(&plan).body;
        let (mut lines, complete) = self.lines_in(&documents, &matcher, until)?;
        let all = self.engine.info().documents;
        let holding = |word: &str| self.engine.doc_freq(Field::Grams, word);
        let [left, right] =
            [Side::Left, Side::Right].map(|side| neighbours(&lines, side, all, holding));
        sort_lines(&mut lines, by);
        Ok(Concordance {
            q: search.query.q,
            documents: documents.len() as u64,
            complete,
            by,
            page: PageInfo {
                number: page.number,
                per_page: page.per_page,
                listed: lines.len() as u64,
            },
            lines: page.of(&lines).to_vec(),
            left,
            right,
            index: self.index_info(),
        })
    }

    /// Occurrences in `documents`, and true if all were read before `until`.
    fn lines_in(
        &self,
        documents: &[DocRef],
        matcher: &Matcher,
        until: Instant,
    ) -> Result<(Vec<Line>, bool), ServerError> {
        let mut lines = Vec::new();
        let mut complete = true;
        for document in documents {
            if Instant::now() >= until || lines.len() >= MAX_LINES {
                complete = false;
                break;
            }
            self.add_lines(*document, matcher, &mut lines)?;
        }
        complete &= lines.len() <= MAX_LINES;
        lines.truncate(MAX_LINES);
        Ok((lines, complete))
    }

    /// Documents that hold the query, the newest first.
    pub(super) fn holding(&self, strategy: &Strategy<'_>) -> Result<Vec<DocRef>, ServerError> {
        let listing = strategy.list(Wanted {
            top: Top {
                sort: Sort::Newest,
                keep: self.engine.info().documents as usize,
                group_duplicates: false,
            },
            facets: None,
            duplicates: false,
            originals: false,
        })?;
        let entries = listing.entries.into_iter();
        let of_all = entries.filter(|entry| entry.tier == Tier::All);
        Ok(of_all.map(|entry| entry.listed.document).collect())
    }

    /// Adds the occurrences in a document, part by part where it is long.
    fn add_lines(
        &self,
        document: DocRef,
        matcher: &Matcher,
        lines: &mut Vec<Line>,
    ) -> Result<(), ServerError> {
        let stored = self.engine.document(document)?;
        let (record, text) = (&stored.record, stored.text()?);
        for part in text.parts() {
            let piece = text.piece(part.bytes.clone())?;
            for mark in matcher.marks(&piece) {
                if lines.len() > MAX_LINES {
                    return Ok(());
                }
                lines.extend(line(record, &piece, part.bytes.start, mark.range));
            }
        }
        Ok(())
    }
}

/// The line of the occurrence `range` in `piece`, which begins at the byte `from` of the text.
fn line(record: &DocumentRecord, piece: &str, from: usize, range: Range<usize>) -> Option<Line> {
    let index = passage_at(record, from + range.start)?;
    let passage = &record.passages[index];
    let first = (passage.from_byte as usize).saturating_sub(from);
    let last = (passage.to_byte as usize - from).min(piece.len());
    let before = piece.get(first..range.start)?;
    let after = piece.get(range.end..last.max(range.end))?;
    let id = format!("p{}", index + 1);
    let document = document_address(&record.id, &Query::default());
    Some(Line {
        id: record.id.clone(),
        title: record.title.clone(),
        publisher: record.publisher.clone(),
        date: record.date.clone(),
        url: passage_address(&document, part_of(record, index), &id),
        passage: id,
        left: left_context(before),
        hit: one_line(piece.get(range)?),
        right: right_context(after),
        lang: passage.lang.tag().to_owned(),
    })
}

fn left_context(before: &str) -> String {
    let from = before.char_indices().rev().nth(2 * CONTEXT_CHARS);
    let near = one_line(&before[from.map_or(0, |(at, _)| at)..]);
    let skipped = near.chars().count().saturating_sub(CONTEXT_CHARS);
    near.chars().skip(skipped).collect()
}

fn right_context(after: &str) -> String {
    let to = after.char_indices().nth(2 * CONTEXT_CHARS);
    let near = one_line(&after[..to.map_or(after.len(), |(at, _)| at)]);
    near.chars().take(CONTEXT_CHARS).collect()
}

/// A text with a blank for each run of white space.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_whitespace() {
            true if line.ends_with(' ') => {}
            true => line.push(' '),
            false => line.push(character),
        }
    }
    line
}
