//! Finds the counterparts of a document: the same work in other languages.
//!
//! In: a document of the index. Out: the documents that share a term of [`polidex_schema::work`] with it, when
//! every language among them has one only. Everything is read from columns; no document is fetched.

use polidex_schema::fields::Fields;
use polidex_schema::work;
use tantivy::columnar::StrColumn;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::engine::Labelled;
use crate::engine::tantivy::columns::Columns;
use crate::engine::tantivy::labels::{Labels, Names, name_of};

/// More documents than there are languages, the document itself included, are no counterparts of one another.
const MOST_IN_GROUP: usize = 8;

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
    pub(crate) fn of(&self, address: DocAddress) -> tantivy::Result<Vec<Labelled>> {
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
            if !is_group(&members, is_of_paths) {
                continue;
            }
            members.retain(|member| member.address != address);
            members.sort_by(|one, other| one.language.cmp(&other.language));
            return Ok(members
                .into_iter()
                .map(|member| self.link(member))
                .collect());
        }
        Ok(Vec::new())
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
                if !is_known
                    && reader
                        .alive_bitset()
                        .is_none_or(|alive| alive.is_alive(doc))
                {
                    members.push(self.candidate(ordinal as u32, doc));
                }
                postings.advance();
            }
        }
        Ok(())
    }

    fn candidate(&self, segment: u32, doc: DocId) -> Candidate {
        let address = DocAddress::new(segment, doc);
        let labels = self.labels.of(segment);
        Candidate {
            address,
            language: value(
                labels.main_langs.as_ref(),
                self.columns.of(segment).main_lang.as_ref(),
                doc,
            ),
            is_marked: self
                .works(address)
                .iter()
                .any(|term| work::is_marked(term) == Some(true)),
        }
    }

    fn link(&self, member: Candidate) -> Labelled {
        let columns = self.columns.of(member.address.segment_ord);
        let labels = self.labels.of(member.address.segment_ord);
        let id = value(
            labels.ids.as_ref(),
            Some(&columns.id),
            member.address.doc_id,
        );
        Labelled {
            title: value(
                labels.titles.as_ref(),
                columns.title.as_ref(),
                member.address.doc_id,
            ),
            id,
            lang: member.language,
        }
    }
}

/// Several documents, each of another language; of paths at least one has to say its language.
fn is_group(members: &[Candidate], is_of_paths: bool) -> bool {
    let mut languages: Vec<&str> = members
        .iter()
        .map(|member| member.language.as_str())
        .collect();
    languages.sort_unstable();
    languages.dedup();
    members.len() > 1
        && languages.len() == members.len()
        && (!is_of_paths || members.iter().any(|member| member.is_marked))
}

/// The first value of a document; an unreadable dictionary leaves it without links, and the search itself goes on.
fn value(names: Option<&Names>, column: Option<&StrColumn>, doc: DocId) -> String {
    let ord = column.and_then(|column| Some((column, column.ords().first(doc)?)));
    ord.map_or_else(String::new, |(column, ord)| name_of(names, column, ord))
}
