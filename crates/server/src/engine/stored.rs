//! A document as the index stores it, read piece by piece.
//!
//! In: one entry of the engine's store. Out: [`Stored`]: the record, and the text, the repairs and the text as published still
//! packed, unpacked when they are asked for. A long text stays in parts, so that one giant cannot slow a page.

use std::borrow::Cow;
use std::ops::Range;

use polidex_schema::fields::Fields;
use polidex_schema::packed::{Packed, Part};
use polidex_schema::record::{DocumentRecord, RepairRecord};
use tantivy::TantivyError;
use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;

/// A text of at most so many bytes is unpacked whole; of a longer one, only the parts that are wanted.
pub(crate) const WHOLE_BYTES: usize = 2 << 20;

/// A document as stored.
pub(crate) struct Stored {
    /// Everything but its text.
    pub(crate) record: DocumentRecord,
    text: OwnedBytes,
    repairs: OwnedBytes,
    original: Option<OwnedBytes>,
}

impl Stored {
    /// The document that the store's entry `bytes` is of. Nothing is copied: the engine's own reader takes the values out
    /// byte by byte, which cost more than all else that is done with them.
    ///
    /// # Errors
    /// [`TantivyError`] when there is no readable record, or no text.
    pub(crate) fn of(bytes: &OwnedBytes, fields: &Fields) -> Result<Self, TantivyError> {
        let values = Values::read(bytes).ok_or_else(|| damaged("document"))?;
        let record = values
            .of(fields.record)
            .and_then(|bytes| DocumentRecord::from_bytes(&bytes));
        Ok(Self {
            record: record.ok_or_else(|| damaged("record"))?,
            text: values.of(fields.text).ok_or_else(|| damaged("text"))?,
            repairs: values.of(fields.repairs).unwrap_or_else(OwnedBytes::empty),
            original: values.of(fields.original),
        })
    }

    /// The text, ready to be read.
    ///
    /// # Errors
    /// [`TantivyError`] when it is damaged.
    pub(crate) fn text(&self) -> Result<Text<'_>, TantivyError> {
        let packed = Packed::open(&self.text).ok_or_else(|| damaged("text"))?;
        if packed.len_bytes() > WHOLE_BYTES {
            return Ok(Text {
                packed,
                whole: None,
            });
        }
        let whole = packed.unpack().ok_or_else(|| damaged("text"))?;
        Ok(Text {
            packed,
            whole: Some(whole),
        })
    }

    /// Every repair; none when they cannot be read.
    pub(crate) fn repairs(&self) -> Vec<RepairRecord> {
        let bytes = Packed::open(&self.repairs).and_then(|packed| packed.unpack());
        bytes
            .and_then(|bytes| RepairRecord::all_from_bytes(&bytes))
            .unwrap_or_default()
    }

    /// The text as decoded, where it differs from `shown`, the stored text.
    pub(crate) fn original(&self, shown: &str) -> Option<String> {
        let bytes = Packed::open(self.original.as_deref()?)?.unpack_near(shown.as_bytes())?;
        String::from_utf8(bytes).ok()
    }
}

/// The text of a document: whole, or in parts when it is long.
pub(crate) struct Text<'a> {
    packed: Packed<'a>,
    whole: Option<Vec<u8>>,
}

impl Text<'_> {
    /// Its parts; one part or more, end to end, unless it is empty.
    pub(crate) fn parts(&self) -> &[Part] {
        self.packed.parts()
    }

    /// Whether it has to be unpacked part by part.
    pub(crate) fn is_long(&self) -> bool {
        self.whole.is_none()
    }

    /// The bytes `range` of it, which begin and end between characters.
    ///
    /// # Errors
    /// [`TantivyError`] when they are damaged or beyond its end.
    pub(crate) fn piece(&self, range: Range<usize>) -> Result<Cow<'_, str>, TantivyError> {
        if let Some(whole) = &self.whole {
            let bytes = whole.get(range).ok_or_else(|| damaged("text"))?;
            // A tenth of a search went into the standard library's validation.
            return simdutf8::basic::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|_| damaged("text"));
        }
        let parts = self.packed.parts();
        let first = parts.partition_point(|part| part.bytes.end <= range.start);
        let end = parts
            .partition_point(|part| part.bytes.start < range.end)
            .max(first);
        let Some(from) = parts.get(first).map(|part| part.bytes.start) else {
            return if range.is_empty() {
                Ok(Cow::Borrowed(""))
            } else {
                Err(damaged("text"))
            };
        };
        let bytes = self
            .packed
            .unpack_parts(first..end)
            .ok_or_else(|| damaged("text"))?;
        let bytes = bytes
            .get(range.start - from..range.end - from)
            .ok_or_else(|| damaged("text"))?;
        simdutf8::basic::from_utf8(bytes)
            .map(|text| Cow::Owned(text.to_owned()))
            .map_err(|_| damaged("text"))
    }

    /// The whole of it.
    ///
    /// # Errors
    /// [`TantivyError`] when it is damaged.
    pub(crate) fn whole(&self) -> Result<Cow<'_, str>, TantivyError> {
        self.piece(0..self.packed.len_bytes())
    }
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
            let field = entry.get(at..at + 4)?;
            let field = u32::from_le_bytes(field.try_into().ok()?);
            if *entry.get(at + 4)? != Self::BYTES {
                return None;
            }
            at += 5;
            let len = read_count(entry, &mut at)?;
            let end = at.checked_add(len).filter(|end| *end <= entry.len())?;
            values.push((field, entry.slice(at..end)));
            at = end;
        }
        (at == entry.len()).then_some(Self(values))
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

fn damaged(what: &str) -> TantivyError {
    let message = format!("a stored {what} is not readable; run `polidex index --rebuild`");
    TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(message))
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
