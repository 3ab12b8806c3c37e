//! Maps a prepared document to the fields of the index.

use polidex_analysis::date::PartialDate;
use polidex_analysis::scripts::is_han;
use polidex_schema::fields::{Fields, title_key};
use polidex_schema::packed::{pack_bytes, pack_text};
use polidex_schema::record::RepairRecord;
use tantivy::schema::Field;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};

use crate::pipeline::PreparedDocument;

impl PreparedDocument {
    /// What is stored in encoded form.
    pub(crate) fn encode(&self) -> Encoded {
        Encoded {
            title_key: title_key(&self.record.title),
            record: self.record.to_bytes(),
            repairs: pack_bytes(&RepairRecord::all_to_bytes(&self.repairs), &[]),
            text: pack_text(&self.text),
            original: self
                .original
                .as_ref()
                .map(|original| pack_bytes(original.as_bytes(), self.text.as_bytes())),
        }
    }

    /// The fields and values of the document, borrowed: one text serves every field that indexes it. `encoded` is what is
    /// stored.
    pub(crate) fn values<'a>(
        &'a self,
        fields: &Fields,
        encoded: &'a Encoded,
    ) -> Vec<(Field, FieldValue<'a>)> {
        let text = |field: Field, text: &'a str| (field, FieldValue::Text(text));
        let mut values = vec![
            text(fields.id, &self.record.id),
            text(fields.title, &self.record.title),
            text(fields.publisher, &self.record.publisher),
            text(fields.kind, &self.record.kind),
            text(fields.number, &self.record.number),
        ];
        values.extend(
            self.record
                .lang
                .first()
                .map(|language| text(fields.main_lang, language.tag())),
        );
        values.extend(self.work.iter().map(|term| text(fields.work, term)));
        values.extend(
            self.record
                .lang
                .iter()
                .map(|language| text(fields.lang, language.tag())),
        );
        if let Some(date) = PartialDate::parse(&self.record.date) {
            values.push((fields.first_day, FieldValue::Number(date.first_day())));
            values.push((fields.last_day, FieldValue::Number(date.last_day())));
        }
        values.push((fields.duplicate_key, FieldValue::Number(self.duplicate_key)));
        if !encoded.title_key.is_empty() {
            values.push(text(fields.title_key, &encoded.title_key));
        }
        for field in [fields.title_words, fields.title_grams, fields.characters] {
            values.push(text(field, &self.record.title));
        }
        for field in [fields.words, fields.grams, fields.characters] {
            values.push(text(field, &self.text));
        }
        // One length for title and text: scored apart, a short title outweighs what a document is about. A title that was
        // read from the text is not counted twice.
        if !stands_in(&self.text, &self.record.title) {
            values.push(text(fields.words, &self.record.title));
            values.push(text(fields.grams, &self.record.title));
        }
        // A declared number is found as one that stands in the text.
        if !stands_in(&self.text, &self.record.number) {
            values.push(text(fields.words, &self.record.number));
            values.push(text(fields.grams, &self.record.number));
        }
        values.push((fields.text, FieldValue::Bytes(&encoded.text)));
        values.extend(
            encoded
                .original
                .as_ref()
                .map(|original| (fields.original, FieldValue::Bytes(original))),
        );
        values.push((fields.record, FieldValue::Bytes(&encoded.record)));
        if !self.repairs.is_empty() {
            values.push((fields.repairs, FieldValue::Bytes(&encoded.repairs)));
        }
        values
    }
}

/// Whether `part` stands in `text` by itself, and not only within other words: the title *Act* is not in *Action*.
fn stands_in(text: &str, part: &str) -> bool {
    let (Some(first), Some(last)) = (part.chars().next(), part.chars().next_back()) else {
        return true;
    };
    let is_parted = |edge: char, beside: Option<char>| {
        is_han(edge) || beside.is_none_or(|beside| beside.is_whitespace() || is_han(beside))
    };
    text.match_indices(part).any(|(at, _)| {
        is_parted(first, text[..at].chars().next_back())
            && is_parted(last, text[at + part.len()..].chars().next())
    })
}

/// The encoded parts of a document.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    title_key: String,
    record: Vec<u8>,
    repairs: Vec<u8>,
    text: Vec<u8>,
    original: Option<Vec<u8>>,
}

/// One value as the engine borrows it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldValue<'a> {
    Text(&'a str),
    Number(u64),
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
