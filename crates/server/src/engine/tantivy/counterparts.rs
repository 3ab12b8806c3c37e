//! Finds the counterparts of a document: the same work in other languages.
//!
//! In: a document of the index. Out: the documents that share a term of [`polidex_schema::work`] with it, when
//! every language among them has one only; where none does, those that hold the same numbers in the same articles, when each
//! is the other's best. Everything is read from columns; no document is fetched. What was found is remembered: those of ten
//! hits take a seventh of a search.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use polidex_schema::fields::Fields;
use polidex_schema::work;
use tantivy::columnar::StrColumn;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::engine::Labelled;
use crate::engine::counterparts::{
    LEAST_SHARED, MOST_IN_GROUP, MOST_WITH_HASH, MostAlike, is_group,
};
use crate::engine::tantivy::columns::Columns;
use crate::engine::tantivy::labels::{Labels, Names, name_of};

/// Documents whose counterparts are remembered, some 60 bytes each; when there are more, it begins anew.
const MOST_KNOWN: usize = 50_000;

/// Counterparts of the documents that were asked for.
#[derive(Default)]
pub(super) struct KnownCounterparts(Mutex<HashMap<DocAddress, Box<[DocAddress]>>>);

impl KnownCounterparts {
    /// Counterparts of the document at `address`, which `look_up` finds when they are not known yet.
    pub(super) fn of(
        &self,
        address: DocAddress,
        look_up: &Counterparts<'_>,
    ) -> tantivy::Result<Vec<Labelled>> {
        let known = self.known().get(&address).cloned();
        let found = match known {
            Some(known) => known,
            None => {
                let found: Box<[DocAddress]> = look_up.of(address)?.into();
                let mut known = self.known();
                if known.len() >= MOST_KNOWN {
                    known.clear();
                }
                known.insert(address, found.clone());
                found
            }
        };
        Ok(found.iter().map(|other| look_up.link(*other)).collect())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<DocAddress, Box<[DocAddress]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks counterparts up in one state of the index.
pub(crate) struct Counterparts<'a> {
    segments: &'a [SegmentReader],
    fields: &'a Fields,
    columns: &'a Columns,
    labels: &'a Labels,
}

/// A document that may be a counterpart.
struct Candidate {
    address: DocAddress,
    language: String,
    is_marked: bool,
}

impl<'a> Counterparts<'a> {
    /// Looks in `segments`, whose columns are `columns` and whose names `labels`.
    pub(crate) fn new(
        segments: &'a [SegmentReader],
        fields: &'a Fields,
        columns: &'a Columns,
        labels: &'a Labels,
    ) -> Self {
        Self {
            segments,
            fields,
            columns,
            labels,
        }
    }

    fn works(&self, address: DocAddress) -> Vec<String> {
        let labels = self.labels.of(address.segment_ord);
        let names = labels.works.as_ref();
        let Some(column) = &self.columns.of(address.segment_ord).work else {
            return Vec::new();
        };
        column
            .ords()
            .values_for_doc(address.doc_id)
            .map(|ord| name_of(names, column, ord))
            .collect()
    }

    /// The counterparts of the document at `address`, by language; empty when there are none or it is not sure.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn of(&self, address: DocAddress) -> tantivy::Result<Vec<DocAddress>> {
        let own = self.works(address);
        let labels = self.labels.of(address.segment_ord);
        let id = value(
            labels.ids.as_ref(),
            Some(&self.columns.of(address.segment_ord).id),
            address.doc_id,
        );
        for group in work::groups(&id, &own) {
            let mut members = Vec::new();
            for term in &group {
                self.add(&mut members, &Term::from_field_text(self.fields.work, term))?;
                if let Some(id) = work::named_counterpart(term) {
                    self.add(&mut members, &Term::from_field_text(self.fields.id, id))?;
                }
            }
            let is_of_paths = group.iter().any(|term| work::is_marked(term).is_some());
            let told = members
                .iter()
                .map(|one| (one.language.as_str(), one.is_marked));
            if !is_group(&told.collect::<Vec<_>>(), is_of_paths) {
                continue;
            }
            members.retain(|member| member.address != address);
            members.sort_by(|one, other| one.language.cmp(&other.language));
            return Ok(members.into_iter().map(|member| member.address).collect());
        }
        self.by_numbers(address)
    }

    /// The documents in other languages that hold most of the numbers of the one at `address`, one of a language, each of
    /// which has that one as its own best.
    fn by_numbers(&self, address: DocAddress) -> tantivy::Result<Vec<DocAddress>> {
        let own = self.language(address);
        let mut best = self.most_alike(address, &|language| language != own)?;
        best.sort_by(|one, other| one.language.cmp(&other.language));
        let mut links = Vec::new();
        for candidate in best {
            let back = self.most_alike(candidate.address, &|language| language == own)?;
            if back.iter().any(|candidate| candidate.address == address) {
                links.push(candidate.address);
            }
        }
        Ok(links)
    }

    /// The document of each wanted language that shares most of the sketch of the one at `address`, if one alone does.
    fn most_alike(
        &self,
        address: DocAddress,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> tantivy::Result<Vec<Candidate>> {
        let sketch = self.sketch(address);
        if sketch.len() < LEAST_SHARED {
            return Ok(Vec::new());
        }
        let mut best = MostAlike::new(sketch.len());
        // Most share a hash or two by chance: nothing is read of them.
        let many = self.sharing(&sketch)?.into_iter();
        for (other, shared) in many.filter(|(_, shared)| *shared >= LEAST_SHARED) {
            let language = self.language(other);
            if other != address && is_wanted(&language) {
                best.add(other, language, self.sketch(other).len(), shared);
            }
        }
        let alone = best.alone();
        Ok(alone
            .map(|found| self.candidate(found.segment_ord, found.doc_id))
            .collect())
    }

    /// Documents that share hashes of a sketch, with their number. Deleted documents and the segments that the others are in
    /// make no difference: an update links what a full build does.
    fn sharing(&self, sketch: &[u64]) -> tantivy::Result<Vec<(DocAddress, usize)>> {
        let field = self.fields.number_sketch;
        let inverted = self
            .segments
            .iter()
            .map(|reader| reader.inverted_index(field));
        let inverted = inverted.collect::<tantivy::Result<Vec<_>>>()?;
        let mut shared: Vec<DocAddress> = Vec::new();
        for hash in sketch {
            let term = Term::from_field_u64(field, *hash);
            let first = shared.len();
            for (ordinal, inverted) in inverted.iter().enumerate() {
                if let Some(found) = inverted.read_postings(&term, IndexRecordOption::Basic)? {
                    self.push_living(found, ordinal as u32, &mut shared, first + MOST_WITH_HASH);
                }
            }
            if shared.len() - first > MOST_WITH_HASH {
                shared.truncate(first);
            }
        }
        shared.sort_unstable();
        let runs = shared.chunk_by(|one, other| one == other);
        Ok(runs.map(|run| (run[0], run.len())).collect())
    }

    /// Appends the documents of `postings` that are not deleted until there are more than `most` in all.
    fn push_living(
        &self,
        mut postings: impl DocSet,
        segment: u32,
        documents: &mut Vec<DocAddress>,
        most: usize,
    ) {
        let reader = &self.segments[segment as usize];
        while postings.doc() != TERMINATED && documents.len() <= most {
            if !reader.is_deleted(postings.doc()) {
                documents.push(DocAddress::new(segment, postings.doc()));
            }
            postings.advance();
        }
    }

    fn sketch(&self, address: DocAddress) -> Vec<u64> {
        let columns = self.columns.of(address.segment_ord);
        columns
            .number_sketch
            .values_for_doc(address.doc_id)
            .collect()
    }

    fn language(&self, address: DocAddress) -> String {
        let labels = self.labels.of(address.segment_ord);
        let column = self.columns.of(address.segment_ord).main_lang.as_ref();
        value(labels.main_langs.as_ref(), column, address.doc_id)
    }

    /// Adds the documents with `term`, one more than may be in a group at most.
    fn add(&self, members: &mut Vec<Candidate>, term: &Term) -> tantivy::Result<()> {
        for (ordinal, reader) in self.segments.iter().enumerate() {
            let inverted = reader.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else {
                continue;
            };
            if postings.doc_freq() as usize > 16 * MOST_IN_GROUP {
                // Far too many to be counterparts, deleted ones or not: enough of them to say so.
                members.extend(
                    (0..=MOST_IN_GROUP).map(|_| self.candidate(ordinal as u32, postings.doc())),
                );
                return Ok(());
            }
            while postings.doc() != TERMINATED && members.len() <= MOST_IN_GROUP {
                let doc = postings.doc();
                let is_known = members
                    .iter()
                    .any(|member| member.address == DocAddress::new(ordinal as u32, doc));
                if !is_known && !reader.is_deleted(doc) {
                    members.push(self.candidate(ordinal as u32, doc));
                }
                postings.advance();
            }
        }
        Ok(())
    }

    fn candidate(&self, segment: u32, doc: DocId) -> Candidate {
        let address = DocAddress::new(segment, doc);
        Candidate {
            address,
            language: self.language(address),
            is_marked: self
                .works(address)
                .iter()
                .any(|term| work::is_marked(term) == Some(true)),
        }
    }

    fn link(&self, address: DocAddress) -> Labelled {
        let columns = self.columns.of(address.segment_ord);
        let labels = self.labels.of(address.segment_ord);
        let doc = address.doc_id;
        Labelled {
            id: value(labels.ids.as_ref(), Some(&columns.id), doc),
            title: value(labels.titles.as_ref(), columns.title.as_ref(), doc),
            lang: self.language(address),
        }
    }
}

/// The first value of a document; an unreadable dictionary leaves it without links, and the search itself goes on.
fn value(names: Option<&Names>, column: Option<&StrColumn>, doc: DocId) -> String {
    let ord = column.and_then(|column| Some((column, column.ords().first(doc)?)));
    ord.map_or_else(String::new, |(column, ord)| name_of(names, column, ord))
}
