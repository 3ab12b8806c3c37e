//! Entries of tantivy's document store, read without copying.
//!
//! tantivy's own reader takes the values out byte by byte, which cost more than all else that is done with them.

use polidex_schema::fields::Fields;
use tantivy::DocAddress;
use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;

use crate::engine::stored::{SharedBytes, Stored, damaged};
use crate::engine::tantivy::records::Records;
use crate::error::ServerError;

/// The document at `address`, which the store's entry `bytes` is of.
///
/// # Errors
/// [`ServerError::Engine`] when there is no readable record, or no text.
pub(super) fn read_entry(
    bytes: &OwnedBytes,
    fields: &Fields,
    records: &Records,
    address: DocAddress,
) -> Result<Stored, ServerError> {
    let values = Values::read(bytes).ok_or_else(|| damaged("document"))?;
    let record = values
        .of(fields.record)
        .and_then(|bytes| records.read(address, &bytes))
        .ok_or_else(|| damaged("record"))?;
    let shared = |field| Some(Box::new(values.of(field)?) as SharedBytes);
    let text = shared(fields.text).ok_or_else(|| damaged("text"))?;
    let stored = Stored::new(
        record,
        text,
        shared(fields.repairs),
        shared(fields.original),
    );
    Ok(stored.with_citations(shared(fields.citations)))
}

/// The values of an entry of the store: a count, then for each value its field, what type it is, its length and its bytes.
/// Numbers are little-endian, counts of seven bits a byte with the last byte's top bit set.
struct Values(Vec<(u32, OwnedBytes)>);

impl Values {
    /// tantivy's code for bytes, the type of every stored field.
    const BYTES: u8 = 4;

    /// `None` for what is no such entry.
    fn read(entry: &OwnedBytes) -> Option<Self> {
        let mut at = 0;
        let count = read_count(entry, &mut at)?;
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(Self::read_value(entry, &mut at)?);
        }
        (at == entry.len()).then_some(Self(values))
    }

    fn read_value(entry: &OwnedBytes, at: &mut usize) -> Option<(u32, OwnedBytes)> {
        let field = entry.get(*at..*at + 4)?;
        let field = u32::from_le_bytes(field.try_into().ok()?);
        if *entry.get(*at + 4)? != Self::BYTES {
            return None;
        }
        *at += 5;
        let len = read_count(entry, at)?;
        let start = *at;
        *at = start.checked_add(len).filter(|end| *end <= entry.len())?;
        Some((field, entry.slice(start..*at)))
    }

    fn of(&self, field: Field) -> Option<OwnedBytes> {
        self.0
            .iter()
            .find(|(of, _)| *of == field.field_id())
            .map(|(_, value)| value.clone())
    }
}

fn read_count(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut count = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        count |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 != 0 {
            return Some(count);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{STORED, Schema, Value};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    #[test]
    fn values_are_read_as_the_engine_reads_them() {
        let mut schema = Schema::builder();
        let fields = ["one", "other", "empty"].map(|name| schema.add_bytes_field(name, STORED));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads::<TantivyDocument>(1, 20_000_000)
            .expect("a writer");
        for len in [0_usize, 1, 127, 128, 300, 20_000, 3_000_000] {
            let mut document = TantivyDocument::new();
            let bytes: Vec<u8> = (0..len).map(|at| (at * 31 % 251) as u8).collect();
            document.add_bytes(fields[0], &bytes);
            document.add_bytes(fields[1], b"\xFF\x00");
            document.add_bytes(fields[2], b"");
            writer.add_document(document).expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        let mut seen = 0;
        for reader in searcher.segment_readers() {
            let store = reader.get_store_reader(1).expect("a store");
            for doc in reader.doc_ids_alive() {
                let entry = store.get_document_bytes(doc).expect("readable");
                let values = Values::read(&entry).expect("an entry");
                let document: TantivyDocument = store.get(doc).expect("readable");
                for field in fields {
                    let expected = document.get_first(field).and_then(|value| value.as_bytes());
                    assert_eq!(values.of(field).as_deref(), expected);
                }
                for cut in [0, 1, 5, entry.len() / 2, entry.len() - 1] {
                    assert!(
                        Values::read(&entry.slice(0..cut)).is_none_or(|values| values.0.is_empty()),
                        "{cut}"
                    );
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 7);
    }
}
