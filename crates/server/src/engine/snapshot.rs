//! The index as it is for the length of one question: its terms, its columns, its stored documents.

use std::sync::OnceLock;

use polidex_analysis::language::Language;
use polidex_schema::fields::{Fields, title_key};
use polidex_schema::record::DocumentRecord;
use tantivy::collector::{Count, DocSetCollector};
use tantivy::columnar::StrColumn;
use tantivy::query::{Bm25StatisticsProvider, TermQuery};
use tantivy::schema::{Field as Handle, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::{DocAddress, Searcher, Term};

use crate::address::document_address;
use crate::answer::{DocumentLink, TermCount};
use crate::engine::best_parts::best_parts;
use crate::engine::columns::Columns;
use crate::engine::counterparts::Counterparts;
use crate::engine::labels::Labels;
use crate::engine::lower::{handle, lower, term_of};
use crate::engine::marker::Marker;
use crate::engine::statistics::TokenCounts;
use crate::engine::stored::{Stored, Text};
use crate::error::ServerError;
use crate::mark::highlight::Mark;
use crate::query::parse::Clause;
use crate::query::plan::{Expansions, Field, Node, Part, Vocabulary, plan_query};
use crate::question::Query;
use crate::suggest::Collection;

/// Most duplicates listed under one hit.
const MAX_DUPLICATES: usize = 100;
/// Most documents that are looked for by a part of their number.
const MAX_NUMBERS: usize = 1_000;

/// The index as it is for the length of one question.
pub(super) struct Snapshot<'a> {
    pub(super) searcher: Searcher,
    pub(super) fields: &'a Fields,
    pub(super) columns: &'a Columns,
    pub(super) stores: &'a [StoreReader],
    pub(super) labels: &'a Labels,
    /// Every number by its key, read when it is first asked for.
    pub(super) numbers: &'a OnceLock<Vec<(String, String)>>,
    pub(super) tokens: &'a TokenCounts,
}

impl Bm25StatisticsProvider for Snapshot<'_> {
    fn total_num_tokens(&self, field: Handle) -> tantivy::Result<u64> {
        Ok(self.tokens.of(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}

impl Vocabulary for Snapshot<'_> {
    fn doc_freq(&self, field: Field, term: &str) -> u64 {
        let term = term_of(self.fields, field, term);
        self.searcher.doc_freq(&term).unwrap_or(0)
    }

    fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        for reader in self.searcher.segment_readers() {
            let Ok(inverted) = reader.inverted_index(handle(self.fields, field)) else {
                continue;
            };
            let Ok(mut stream) = inverted.terms().range().ge(prefix.as_bytes()).into_stream()
            else {
                continue;
            };
            while stream.advance()
                && stream.key().starts_with(prefix.as_bytes())
                && terms.len() < limit
            {
                terms.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        terms.sort();
        terms.dedup();
        terms
    }

    fn numbers_with(&self, key: &str) -> Vec<String> {
        let numbers = self.numbers.get_or_init(|| {
            let keyed = |number: String| (format!(" {} ", title_key(&number)), number);
            self.terms_with_prefix(Field::Number, "", usize::MAX)
                .into_iter()
                .map(keyed)
                .collect()
        });
        let wanted = format!(" {key} ");
        let found = numbers
            .iter()
            .filter(|(known, _)| !key.is_empty() && known.contains(&wanted));
        found
            .map(|(_, number)| number.clone())
            .take(MAX_NUMBERS)
            .collect()
    }
}

impl Collection for Snapshot<'_> {
    fn documents(&self) -> usize {
        self.searcher.num_docs() as usize
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool) {
        let segments = self.searcher.segment_readers().iter().enumerate();
        let addresses = segments.flat_map(|(segment, reader)| {
            reader
                .doc_ids_alive()
                .map(move |doc| DocAddress::new(segment as u32, doc))
        });
        for address in addresses.step_by(step) {
            // A document that cannot be read is reported by the search that finds it.
            let Ok(stored) = self.fetch(address) else {
                continue;
            };
            let Ok(text) = stored.text() else { continue };
            if text.whole().is_ok_and(|text| !visit(&stored.record, &text)) {
                return;
            }
        }
    }

    fn phrase_documents(&self, phrase: &str) -> u64 {
        let phrase = Clause::Phrase(phrase.to_owned(), 0);
        let plan = plan_query(Some(&phrase), self, Expansions::none());
        plan.and_then(|plan| self.count(&plan.lists.strict))
            .unwrap_or(0)
    }

    fn language_documents(&self, language: Language) -> u64 {
        Vocabulary::doc_freq(self, Field::Language, language.tag())
    }
}

impl Snapshot<'_> {
    pub(super) fn check_sources(&self, sources: &[String]) -> Result<(), ServerError> {
        let is_known = |id: &&String| Vocabulary::doc_freq(self, Field::Id, id) > 0;
        match sources.iter().find(|id| !is_known(id)) {
            Some(id) => Err(ServerError::UnknownSource { id: id.clone() }),
            None => Ok(()),
        }
    }

    fn count(&self, node: &Node) -> Result<u64, ServerError> {
        let query = lower(self.fields, node);
        Ok(self.searcher.search(query.as_ref(), &Count)? as u64)
    }

    pub(super) fn count_parts(&self, parts: &[Part]) -> Result<Vec<TermCount>, ServerError> {
        let mut counts: Vec<TermCount> = Vec::new();
        for part in parts {
            if counts.iter().all(|count| count.term != part.label) {
                let documents = self.count(&part.node)?;
                counts.push(TermCount {
                    term: part.label.clone(),
                    documents,
                });
            }
        }
        Ok(counts)
    }

    /// Links to the documents at `addresses` but `listed_under`, by id, at most [`MAX_DUPLICATES`].
    pub(super) fn links(
        &self,
        addresses: &[DocAddress],
        listed_under: &str,
        asked: &Query,
    ) -> Result<Vec<DocumentLink>, ServerError> {
        let mut found = Vec::with_capacity(addresses.len());
        for address in addresses {
            let id = self.id(*address)?;
            if id != listed_under {
                found.push((id, *address));
            }
        }
        found.sort_unstable();
        found.truncate(MAX_DUPLICATES);
        let link = |(id, address): (String, DocAddress)| {
            let lang = first_value(self.columns.of(address.segment_ord).lang.as_ref(), address)?;
            let title = self.title(address)?;
            Ok(DocumentLink {
                url: document_address(&id, asked),
                id,
                title,
                lang,
            })
        };
        found.into_iter().map(link).collect()
    }

    pub(super) fn counterparts(&self) -> Counterparts<'_> {
        Counterparts::new(
            self.searcher.segment_readers(),
            self.fields,
            self.columns,
            self.labels,
        )
    }

    pub(super) fn id(&self, address: DocAddress) -> Result<String, ServerError> {
        first_value(Some(&self.columns.of(address.segment_ord).id), address)
    }

    pub(super) fn title(&self, address: DocAddress) -> Result<String, ServerError> {
        first_value(self.columns.of(address.segment_ord).title.as_ref(), address)
    }

    pub(super) fn find(&self, id: &str) -> Result<Option<DocAddress>, ServerError> {
        let query = TermQuery::new(
            Term::from_field_text(self.fields.id, id),
            IndexRecordOption::Basic,
        );
        Ok(self
            .searcher
            .search(&query, &DocSetCollector)?
            .into_iter()
            .next())
    }

    pub(super) fn fetch(&self, address: DocAddress) -> Result<Stored, ServerError> {
        let bytes = self.stores[address.segment_ord as usize].get_document_bytes(address.doc_id)?;
        Ok(Stored::of(&bytes, self.fields)?)
    }

    /// What of a document's text the plan marks; in a long one, what stands in the parts that say most.
    pub(super) fn marks(
        &self,
        address: DocAddress,
        text: &Text<'_>,
        plan: &Marker,
    ) -> Result<Vec<Mark>, ServerError> {
        if !text.is_long() {
            return Ok(plan.body.marks(&text.whole()?));
        }
        let reader = self.searcher.segment_reader(address.segment_ord);
        let patterns = plan
            .body
            .patterns()
            .iter()
            .cloned()
            .zip(plan.weights.iter().copied());
        let patterns: Vec<_> = patterns.collect();
        let mut marks = Vec::new();
        for run in best_parts(
            reader,
            address.doc_id,
            self.fields.grams,
            &patterns,
            text.parts(),
        )? {
            let bytes = text.parts()[run.start].bytes.start..text.parts()[run.end - 1].bytes.end;
            let from = bytes.start;
            marks.extend(
                plan.body
                    .marks(&text.piece(bytes)?)
                    .into_iter()
                    .map(|mark| mark.moved_by(from)),
            );
        }
        Ok(marks)
    }
}

/// The first value of a document in a column of texts, or nothing.
fn first_value(column: Option<&StrColumn>, address: DocAddress) -> Result<String, ServerError> {
    let mut value = String::new();
    if let Some(column) = column
        && let Some(ord) = column.ords().first(address.doc_id)
    {
        column
            .ord_to_str(ord, &mut value)
            .map_err(tantivy::TantivyError::from)?;
    }
    Ok(value)
}
