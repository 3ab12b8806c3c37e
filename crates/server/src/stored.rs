//! A document as the index stores it, read piece by piece.
//!
//! In: one entry of the engine's store. Out: [`Stored`]: the record, and the text, the repairs and the text as published still
//! packed, unpacked when they are asked for. A long text stays in parts, so that one giant cannot slow a page.

use std::borrow::Cow;
use std::ops::Range;

use polidex_analysis::fields::Fields;
use polidex_analysis::packed::{Packed, Part};
use polidex_analysis::record::{DocumentRecord, RepairRecord};
use tantivy::TantivyError;
use tantivy::schema::Field;
use tantivy::schema::document::{DeserializeError, DocumentDeserialize, DocumentDeserializer};

/// A text of at most so many bytes is unpacked whole; of a longer one, only the parts that are wanted.
pub(crate) const WHOLE_BYTES: usize = 2 << 20;

/// A document as stored.
pub(crate) struct Stored {
    /// Everything but its text.
    pub(crate) record: DocumentRecord,
    text: Vec<u8>,
    repairs: Vec<u8>,
    original: Option<Vec<u8>>,
}

/// The stored values of a document, each field once. All stored fields are bytes.
pub(crate) struct StoredValues(Vec<(Field, Vec<u8>)>);

impl DocumentDeserialize for StoredValues {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut deserializer: D) -> Result<Self, DeserializeError> {
        let mut values = Vec::with_capacity(deserializer.size_hint());
        while let Some(value) = deserializer.next_field()? {
            values.push(value);
        }
        Ok(Self(values))
    }
}

impl StoredValues {
    fn take(&mut self, field: Field) -> Option<Vec<u8>> {
        self.0.iter_mut().find(|(of, _)| *of == field).map(|(_, value)| std::mem::take(value))
    }
}

impl Stored {
    /// The document that `values` are of.
    ///
    /// # Errors
    /// [`TantivyError`] when there is no readable record, or no text.
    pub(crate) fn of(mut values: StoredValues, fields: &Fields) -> Result<Self, TantivyError> {
        let record = values.take(fields.record).and_then(|bytes| DocumentRecord::from_bytes(&bytes));
        Ok(Self {
            record: record.ok_or_else(|| damaged("record"))?,
            text: values.take(fields.text).ok_or_else(|| damaged("text"))?,
            repairs: values.take(fields.repairs).unwrap_or_default(),
            original: values.take(fields.original),
        })
    }

    /// The text, ready to be read.
    ///
    /// # Errors
    /// [`TantivyError`] when it is damaged.
    pub(crate) fn text(&self) -> Result<Text<'_>, TantivyError> {
        let packed = Packed::open(&self.text).ok_or_else(|| damaged("text"))?;
        if packed.len_bytes() > WHOLE_BYTES {
            return Ok(Text { packed, whole: None });
        }
        let whole = packed.unpack().ok_or_else(|| damaged("text"))?;
        Ok(Text { packed, whole: Some(whole) })
    }

    /// Every repair; none when they cannot be read.
    pub(crate) fn repairs(&self) -> Vec<RepairRecord> {
        let bytes = Packed::open(&self.repairs).and_then(|packed| packed.unpack());
        bytes.and_then(|bytes| RepairRecord::all_from_bytes(&bytes)).unwrap_or_default()
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
            return simdutf8::basic::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| damaged("text"));
        }
        let parts = self.packed.parts();
        let first = parts.partition_point(|part| part.bytes.end <= range.start);
        let end = parts.partition_point(|part| part.bytes.start < range.end).max(first);
        let Some(from) = parts.get(first).map(|part| part.bytes.start) else {
            return if range.is_empty() { Ok(Cow::Borrowed("")) } else { Err(damaged("text")) };
        };
        let bytes = self.packed.unpack_parts(first..end).ok_or_else(|| damaged("text"))?;
        let bytes = bytes.get(range.start - from..range.end - from).ok_or_else(|| damaged("text"))?;
        simdutf8::basic::from_utf8(bytes).map(|text| Cow::Owned(text.to_owned())).map_err(|_| damaged("text"))
    }

    /// The whole of it.
    ///
    /// # Errors
    /// [`TantivyError`] when it is damaged.
    pub(crate) fn whole(&self) -> Result<Cow<'_, str>, TantivyError> {
        self.piece(0..self.packed.len_bytes())
    }
}

fn damaged(what: &str) -> TantivyError {
    let message = format!("a stored {what} is not readable; run `polidex index --rebuild`");
    TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(message))
}
