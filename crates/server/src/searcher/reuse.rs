//! Passages of the documents of a collection that stand in several of them.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use polidex_schema::record::DocumentRecord;

use crate::address::{document_address, encode, passage_address, with_pairs};
use crate::answer::DocumentSummary;
use crate::comparing::words::differences;
use crate::engine::{Stored, TantivyEngine, Text};
use crate::error::ServerError;
use crate::mark::place::place_of;
use crate::question::{ListPage, Query};
use crate::reuse::{Copy, Reuse, ReuseBuilder, sketch_passages};
use crate::reuse_answer::{
    AlikeDocument, CopiedPassage, Copies, CopyOfPassage, DocumentReuse, ReuseRow, ReusedPassage,
    ReusedPassages,
};
use crate::searcher::Searcher;
use crate::searcher::hits::summary;
use crate::searcher::parts::part_of;

/// Number of documents up to which a reading page waits for the passages of all to be read, where the generation has no file
/// of them: a few hundred megabytes take seconds.
const WAITED_FOR: usize = 1_000;
/// Number of documents beyond which passages are not read from all of them, but from the generation's file alone: none stands
/// elsewhere where there is none.
const MAX_READ: u64 = 50_000;
/// Documents beyond which no closing step reads them all.
pub(super) const MAX_CLOSED: u64 = 500_000;
/// Documents alike that are listed.
const MAX_ALIKE: usize = 20;
/// A passage of more documents than this does not make two of them alike.
const MOST_FOR_ALIKE: u32 = 100;
/// Rows of a list to take away.
pub const MAX_REUSE_ROWS: usize = 50_000;
/// Characters of a passage that a list shows.
const SHOWN_CHARS: usize = 240;

impl Searcher {
    /// Makes the file of passages that stand in several documents, of a generation of the index at `dir` that was written a
    /// moment ago.
    ///
    /// # Errors
    /// As [`Searcher::open_generation`].
    pub fn make_reuse(dir: &Path, generation: &str) -> Result<Vec<u8>, ServerError> {
        let searcher = TantivyEngine::open_written(dir, generation).map(Self::over)?;
        Ok(searcher.read_all_passages()?.to_bytes())
    }

    /// As [`Searcher::make_reuse`], of the index that is open; nothing where it has more documents than are read for it.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn reuse_file(&self) -> Result<Option<Vec<u8>>, ServerError> {
        let is_small = self.engine.info().documents <= MAX_CLOSED;
        let reuse = is_small.then(|| self.read_all_passages()).transpose()?;
        Ok(reuse.map(|reuse| reuse.to_bytes()))
    }

    /// Passages that stand in several documents: from the file made with the index, else from all documents, which takes
    /// seconds on a large one. The first call reads, further ones do not.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub(super) fn reuse_table(&self) -> Result<Arc<Reuse>, ServerError> {
        if let Some(known) = self.reuse.get() {
            return Ok(Arc::clone(known));
        }
        let _only = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.reuse.get() {
            return Ok(Arc::clone(known));
        }
        let stored = self.engine.reuse();
        let reuse = match stored.and_then(|bytes| Reuse::from_bytes(&bytes)) {
            Some(stored) => stored,
            None if self.engine.info().documents > MAX_READ => ReuseBuilder::default().finish(),
            None => self.read_all_passages()?,
        };
        Ok(Arc::clone(self.reuse.get_or_init(|| Arc::new(reuse))))
    }

    /// The table where it is read, stored or soon made.
    fn reuse_at_once(&self) -> Result<Option<Arc<Reuse>>, ServerError> {
        let is_ready =
            self.is_small() || self.reuse.get().is_some() || self.engine.reuse().is_some();
        is_ready.then(|| self.reuse_table()).transpose()
    }

    /// Returns true if reading all documents keeps nobody waiting.
    pub(super) fn is_small(&self) -> bool {
        self.engine.info().documents as usize <= WAITED_FOR
    }

    /// Reads what is needed to tell which passages stand in several documents, once.
    pub fn read_reuse(&self) {
        if self.engine.reuse().is_none() && !self.is_small() {
            return;
        }
        // A failure shows where they are asked for.
        let _ = self.reuse_table();
        let _ = self.versions_table();
    }

    fn read_all_passages(&self) -> Result<Reuse, ServerError> {
        let mut builder = ReuseBuilder::default();
        let mut failure = None;
        self.engine.visit(1, &mut |stored| {
            let added = stored.and_then(|stored| {
                let passages = sketch_passages(&stored.record, &stored.text()?)?;
                builder.add(&stored.record.id, passages);
                Ok(())
            });
            failure = added.err();
            failure.is_none()
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(builder.finish()),
        }
    }

    /// Passages that stand in several documents, those in most documents first.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn reused_passages(&self, page: ListPage) -> Result<ReusedPassages, ServerError> {
        let (reuse, sources) = (self.reuse_table()?, self.sources()?);
        let mut passages = Vec::new();
        for group in page.of(reuse.groups()) {
            let first = first_of(&reuse, *group, &sources);
            passages.extend(self.reused_passage(&reuse, *group, first, &sources)?);
        }
        Ok(ReusedPassages {
            page: page.info(reuse.groups().len()),
            passages,
            index: self.index_info(),
        })
    }

    /// Passages of the document `id` that stand in others too; `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn document_reuse(
        &self,
        id: &str,
        page: ListPage,
    ) -> Result<Option<DocumentReuse>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let record = &self.engine.document(document)?.record;
        let (reuse, sources) = (self.reuse_table()?, self.sources()?);
        let number = reuse.number(id);
        let own = number.map_or_else(Vec::new, |number| reuse.of_document(number).collect());
        let mut passages = Vec::new();
        for (passage, group) in page.of(&own) {
            let copies = reuse.copies(*group).iter();
            let mut copies = copies.filter(|copy| Some(copy.document) == number);
            let Some(copy) = copies.find(|copy| copy.passage == *passage) else {
                continue;
            };
            passages.extend(self.reused_passage(&reuse, *group, copy, &sources)?);
        }
        let alike = number.map_or_else(Vec::new, |number| reuse.alike(number, MOST_FOR_ALIKE));
        let alike = alike
            .into_iter()
            .take(MAX_ALIKE)
            .filter_map(|(of, shared)| {
                Some(AlikeDocument {
                    document: summary_of(&sources, reuse.document(of))?.clone(),
                    shared: u64::from(shared),
                })
            });
        Ok(Some(DocumentReuse {
            document: summary(record),
            page: page.info(own.len()),
            passages,
            alike: alike.collect(),
            index: self.index_info(),
        }))
    }

    /// A group of copies as its member `copy` has it.
    fn reused_passage(
        &self,
        reuse: &Reuse,
        group: u32,
        copy: &Copy,
        sources: &[DocumentSummary],
    ) -> Result<Option<ReusedPassage>, ServerError> {
        let first = first_of(reuse, group, sources);
        let first = summary_of(sources, reuse.document(first.document));
        let passage = self.copied(reuse.document(copy.document), copy.passage, SHOWN_CHARS)?;
        let (Some(first), Some((_, passage))) = (first, passage) else {
            return Ok(None);
        };
        let (documents, quoting) = reuse.counts(group);
        Ok(Some(ReusedPassage {
            documents,
            quoting,
            copies: reuse.copies(group).len() as u64,
            url: copies_address(&passage.id, &passage.passage),
            passage,
            first: first.clone(),
        }))
    }

    /// The documents that passage `passage` of the document `id` stands in; `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn copies(
        &self,
        id: &str,
        passage: &str,
        page: ListPage,
    ) -> Result<Option<Copies>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let record = &self.engine.document(document)?.record;
        let (reuse, sources) = (self.reuse_table()?, self.sources()?);
        let index = index_of(passage);
        let group = reuse.number(id).zip(index);
        let group = group.and_then(|(number, index)| reuse.group_of(number, index));
        let others = group.map_or_else(Vec::new, |group| others(&reuse, group, id, &sources));
        let own = group.and(index);
        let own = own.map_or(Ok(None), |index| self.copied(id, index, usize::MAX))?;
        let own = own.map(|(_, own)| own);
        let mut copies = Vec::new();
        for copy in page.of(&others) {
            let text = own.as_ref().map_or("", |own| own.text.as_str());
            copies.extend(self.copy_of(&reuse, copy, text, &sources)?);
        }
        let (documents, quoting) = group.map_or((0, 0), |group| reuse.counts(group));
        Ok(Some(Copies {
            document: summary(record),
            documents,
            quoting,
            passage: own,
            page: page.info(others.len()),
            copies,
            index: self.index_info(),
        }))
    }

    /// A copy with what differs from the passage `text`.
    fn copy_of(
        &self,
        reuse: &Reuse,
        copy: &Copy,
        text: &str,
        sources: &[DocumentSummary],
    ) -> Result<Option<CopyOfPassage>, ServerError> {
        let id = reuse.document(copy.document);
        let document = summary_of(sources, id);
        let passage = self.copied(id, copy.passage, usize::MAX)?;
        let (Some(document), Some((place, passage))) = (document, passage) else {
            return Ok(None);
        };
        let differ = differences(&passage.text, text);
        Ok(Some(CopyOfPassage {
            document: document.clone(),
            passage,
            place,
            quotation: copy.is_quotation,
            differs: differ.first,
            lacks: differ.second,
        }))
    }

    /// The passage at `index` of the document `id`, at most `most_chars` of it, and its place.
    fn copied(
        &self,
        id: &str,
        index: u32,
        most_chars: usize,
    ) -> Result<Option<(Option<String>, CopiedPassage)>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        copied_passage(&stored, index as usize, most_chars)
    }

    /// Copies of the passages of all documents, or of those of the document `id`, a row each, at most [`MAX_REUSE_ROWS`];
    /// `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn reuse_rows(&self, id: Option<&str>) -> Result<Option<Vec<ReuseRow>>, ServerError> {
        if let Some(id) = id
            && self.engine.find(id)?.is_none()
        {
            return Ok(None);
        }
        let (reuse, sources) = (self.reuse_table()?, self.sources()?);
        let groups = match id.map(|id| reuse.number(id)) {
            None => reuse.groups().to_vec(),
            Some(None) => Vec::new(),
            Some(Some(number)) => {
                let mut groups: Vec<u32> = reuse.of_document(number).map(|(_, of)| of).collect();
                let mut seen = std::collections::HashSet::new();
                groups.retain(|group| seen.insert(*group));
                groups
            }
        };
        let rows = (1..).zip(groups).flat_map(|(number, group)| {
            let documents = u64::from(reuse.document_count(group));
            let copies = reuse.copies(group).iter();
            let (reuse, sources) = (&reuse, &sources);
            copies.filter_map(move |copy| row(reuse, copy, (number, documents), sources))
        });
        Ok(Some(rows.take(MAX_REUSE_ROWS).collect()))
    }

    /// Number of the other documents that each of the passages `shown` of the document `id` stands in, by the passage's id, and
    /// the number of all passages of the document that stand in others.
    pub(super) fn reused_on_page(
        &self,
        id: &str,
        shown: std::ops::Range<usize>,
    ) -> Result<(Vec<(String, u64)>, u64), ServerError> {
        let Some(reuse) = self.reuse_at_once()? else {
            return Ok(Default::default());
        };
        let Some(number) = reuse.number(id) else {
            return Ok(Default::default());
        };
        let mut count = 0;
        let mut of_passages = Vec::new();
        for (passage, group) in reuse.of_document(number) {
            count += 1;
            if shown.contains(&(passage as usize)) {
                let others = u64::from(reuse.document_count(group)) - 1;
                of_passages.push((format!("p{}", passage + 1), others));
            }
        }
        Ok((of_passages, count))
    }
}

/// Copies of a group in other documents than `id`, as [`Copies::copies`] has them.
fn others(reuse: &Reuse, group: u32, id: &str, sources: &[DocumentSummary]) -> Vec<Copy> {
    let copies = reuse.copies(group).iter();
    let others = copies.filter(|copy| reuse.document(copy.document) != id);
    let mut others: Vec<Copy> = others.copied().collect();
    others.sort_by_cached_key(|copy| (copy.is_quotation, age(reuse, copy, sources)));
    others
}

/// Key by which copies are in the order of their dates; those without one come last.
fn age<'a>(reuse: &Reuse, copy: &Copy, sources: &'a [DocumentSummary]) -> (bool, &'a str, Copy) {
    let date = summary_of(sources, reuse.document(copy.document));
    let date = date.map_or("", |document| document.date.as_str());
    (date.is_empty(), date, *copy)
}

/// The oldest copy of a group.
fn first_of<'a>(reuse: &'a Reuse, group: u32, sources: &[DocumentSummary]) -> &'a Copy {
    let copies = reuse.copies(group).iter();
    let oldest = copies.min_by_key(|copy| (copy.is_quotation, age(reuse, copy, sources)));
    oldest.expect("a group has copies")
}

fn row(
    reuse: &Reuse,
    copy: &Copy,
    (group, documents): (u64, u64),
    sources: &[DocumentSummary],
) -> Option<ReuseRow> {
    let document = summary_of(sources, reuse.document(copy.document))?;
    let passage = format!("p{}", copy.passage + 1);
    Some(ReuseRow {
        group,
        documents,
        url: with_pairs(&document.url, &[("cite", passage.clone())]) + "#" + &passage,
        id: document.id.clone(),
        title: document.title.clone(),
        publisher: document.publisher.clone(),
        date: document.date.clone(),
        passage,
        quotation: copy.is_quotation,
    })
}

fn summary_of<'a>(sources: &'a [DocumentSummary], id: &str) -> Option<&'a DocumentSummary> {
    let number = sources.binary_search_by(|source| source.id.as_str().cmp(id));
    Some(&sources[number.ok()?])
}

/// Index of a passage by its id, `p12`.
fn index_of(passage: &str) -> Option<u32> {
    let number: u32 = passage.strip_prefix('p')?.parse().ok()?;
    number.checked_sub(1)
}

/// Address of the page of the copies of a passage.
fn copies_address(id: &str, passage: &str) -> String {
    let path = format!("/documents/{}/copies", encode(id));
    with_pairs(&path, &[("passage", passage.to_owned())])
}

/// The passage at `index` of a document, with its place; `None` where there is none.
fn copied_passage(
    stored: &Stored,
    index: usize,
    most_chars: usize,
) -> Result<Option<(Option<String>, CopiedPassage)>, ServerError> {
    let record: &DocumentRecord = &stored.record;
    let text: Text<'_> = stored.text()?;
    let Some(passage) = record.passages.get(index) else {
        return Ok(None);
    };
    let piece = text.piece(passage.from_byte as usize..passage.to_byte as usize)?;
    let mut words: String = piece.chars().take(most_chars).collect();
    if words.len() < piece.len() {
        words.push('…');
    }
    let place = place_of(|label| text.piece(label).ok(), &record.passages, index);
    let id = format!("p{}", index + 1);
    let address = document_address(&record.id, &Query::default());
    let copied = CopiedPassage {
        id: record.id.clone(),
        title: record.title.clone(),
        url: passage_address(&address, part_of(record, index), &id),
        passage: id,
        text: words,
        lang: passage.lang.tag().to_owned(),
    };
    Ok(Some((place, copied)))
}
