//! Maps a prepared document to the fields of the index.

use polidex_analysis::date::PartialDate;
use polidex_schema::fields::{Fields, holds_words, title_key};
use polidex_schema::packed::{pack_bytes, pack_text};
use polidex_schema::record::DocumentRecord;
use polidex_schema::repairs::pack_repairs;
use tantivy::schema::Field;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};

use crate::metadata::publishers;
use crate::pipeline::PreparedDocument;

impl PreparedDocument {
    /// Encodes everything that is stored and not indexed.
    pub fn encode(&self) -> Encoded {
        let near = self.text.as_bytes();
        let original = self.original.as_ref();
        let has_repairs = !self.repairs.is_empty();
        Encoded {
            title_key: title_key(&self.record.title),
            record: self.record.to_bytes_with(&self.scanned),
            repairs: has_repairs.then(|| pack_repairs(&self.repairs)),
            text: pack_text(&self.text),
            original: original.map(|original| pack_bytes(original.as_bytes(), near)),
        }
    }

    /// Returns the fields and values of the document, borrowed: one text serves every field that indexes it. `encoded` is
    /// what is stored.
    pub fn values<'a>(
        &'a self,
        fields: &Fields,
        encoded: &'a Encoded,
    ) -> Vec<(Field, FieldValue<'a>)> {
        let mut values = self.labels(fields);
        values.extend(self.numbers(fields));
        if !encoded.title_key.is_empty() {
            values.push((fields.title_key, FieldValue::Text(&encoded.title_key)));
        }
        values.extend(self.texts(fields));
        values.extend(encoded.stored(fields));
        if !self.citations.is_empty() {
            values.push((fields.citations, FieldValue::Bytes(&self.citations)));
        }
        values
    }

    /// Values that are exact: ids, filters, terms of counterparts.
    fn labels<'a>(&'a self, fields: &Fields) -> Vec<(Field, FieldValue<'a>)> {
        let record = &self.record;
        let languages = record.lang.iter().map(|language| language.tag());
        let mut labels: Vec<(Field, &'a str)> = vec![
            (fields.id, &record.id),
            (fields.title, &record.title),
            (fields.kind, &record.kind),
            (fields.number, &record.number),
        ];
        // Each body of a joint document is a value of its own.
        let publishers = publishers(&record.publisher).into_iter();
        labels.extend(publishers.map(|publisher| (fields.publisher, publisher)));
        labels.extend(languages.clone().take(1).map(|tag| (fields.main_lang, tag)));
        labels.extend(self.work.iter().map(|term| (fields.work, term.as_str())));
        let abbreviations = self.abbreviations.iter();
        labels.extend(abbreviations.map(|term| (fields.abbreviations, term.as_str())));
        labels.extend(self.cites.iter().map(|term| (fields.cites, term.as_str())));
        labels.extend(languages.map(|tag| (fields.lang, tag)));
        let as_text = |(field, label)| (field, FieldValue::Text(label));
        labels.into_iter().map(as_text).collect()
    }

    fn numbers(&self, fields: &Fields) -> Vec<(Field, FieldValue<'static>)> {
        let mut numbers = Vec::new();
        if let Some(date) = PartialDate::parse(&self.record.date) {
            numbers.push((fields.first_day, FieldValue::Number(date.first_day())));
            numbers.push((fields.last_day, FieldValue::Number(date.last_day())));
        }
        numbers.push((fields.duplicate_key, FieldValue::Number(self.duplicate_key)));
        let sketch = self.number_sketch.iter();
        numbers.extend(sketch.map(|hash| (fields.number_sketch, FieldValue::Number(*hash))));
        numbers
    }

    /// Texts for the analyzers.
    fn texts<'a>(&'a self, fields: &Fields) -> Vec<(Field, FieldValue<'a>)> {
        let mut texts = indexed_texts(fields, &self.record, &self.text);
        if !self.replaced.is_empty() {
            texts.push((fields.original_grams, self.replaced.as_str()));
        }
        let as_text = |(field, text)| (field, FieldValue::Text(text));
        texts.into_iter().map(as_text).collect()
    }
}

/// Returns the fields that analyzers make terms for, each with the texts that it holds; but for what repairs replaced.
pub fn indexed_texts<'a>(
    fields: &Fields,
    record: &'a DocumentRecord,
    text: &'a str,
) -> Vec<(Field, &'a str)> {
    let (title, number) = (&record.title, &record.number);
    let title_fields = [fields.title_words, fields.title_grams, fields.characters];
    let text_fields = [fields.words, fields.grams, fields.characters];
    let mut texts: Vec<(Field, &'a str)> = Vec::new();
    texts.extend(title_fields.map(|field| (field, title.as_str())));
    texts.extend(text_fields.map(|field| (field, text)));
    // One length for title and text: scored apart, a short title outweighs what a document is about. A title that was
    // read from the text is not counted twice. A declared number is found like one that is in the text.
    for part in [title, number] {
        if !holds_words(text, part) {
            texts.push((fields.words, part));
            texts.push((fields.grams, part));
        }
    }
    texts
}

/// The encoded parts of a document.
#[derive(Clone, Debug)]
pub struct Encoded {
    title_key: String,
    record: Vec<u8>,
    /// Absent when there are none.
    repairs: Option<Vec<u8>>,
    text: Vec<u8>,
    original: Option<Vec<u8>>,
}

impl Encoded {
    fn stored<'a>(&'a self, fields: &Fields) -> Vec<(Field, FieldValue<'a>)> {
        let parts = [
            (fields.text, Some(&self.text)),
            (fields.original, self.original.as_ref()),
            (fields.record, Some(&self.record)),
            (fields.repairs, self.repairs.as_ref()),
        ];
        let parts = parts.into_iter();
        parts
            .filter_map(|(field, bytes)| Some((field, FieldValue::Bytes(bytes?))))
            .collect()
    }
}

/// One value as the engine borrows it.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    /// A text: exact, or for an analyzer.
    Text(&'a str),
    /// A number.
    Number(u64),
    /// Bytes that are stored and not indexed.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> for FieldValue<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match *self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(number),
            Self::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
        })
    }
}
