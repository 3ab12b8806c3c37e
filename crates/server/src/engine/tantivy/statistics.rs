//! How long documents are on the whole: what BM25 holds the length of each one against.
//!
//! In: the lengths the index stores of every document, as coarse as it stores them. Out: their sum by field. The engine keeps
//! sums of its own, but after documents were taken out they are estimates that depend on the order of events; these depend on
//! the documents alone, so an index that was brought up to date scores as one that was built from nothing.

use std::collections::HashMap;

use tantivy::SegmentReader;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;

/// Tokens in each field of an index.
#[derive(Debug, Default)]
pub(super) struct TokenCounts {
    by_field: HashMap<Field, u64>,
}

impl TokenCounts {
    /// Sums up the lengths of all documents of `readers`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn read(readers: &[SegmentReader]) -> tantivy::Result<Self> {
        let mut by_field = HashMap::new();
        for reader in readers {
            for (field, _) in reader
                .schema()
                .fields()
                .filter(|(_, entry)| entry.is_indexed())
            {
                let Some(lengths) = reader.fieldnorms_readers().get_field(field)? else {
                    continue;
                };
                *by_field.entry(field).or_default() += sum(reader, &lengths);
            }
        }
        Ok(Self { by_field })
    }

    /// Tokens in `field`, over all documents.
    pub(super) fn of(&self, field: Field) -> u64 {
        self.by_field.get(&field).copied().unwrap_or(0)
    }
}

fn sum(reader: &SegmentReader, lengths: &FieldNormReader) -> u64 {
    reader
        .doc_ids_alive()
        .map(|doc| u64::from(lengths.fieldnorm(doc)))
        .sum()
}
