//! A prepared document as lines of a bulk request.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use polidex_analysis::date::PartialDate;
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::store::document::{Encoded, FieldValue};
use serde_json::{Map, Value, json};

use crate::blobs;
use crate::engine::{STORED_FIELDS, document_name};
use crate::generations::{Generation, writing};
use crate::terms::{Analysis, Streams, sent_value};

/// A document, written.
pub(super) struct Written {
    /// Its id.
    pub(super) id: String,
    /// Its name on the cluster.
    pub(super) name: String,
    /// Lines of a request that write it to the searched index.
    pub(super) searched: Vec<u8>,
    /// Bytes that the index of texts keeps of it.
    pub(super) stored: Vec<u8>,
}

impl Written {
    /// Lines of requests, in the order in which they are to be sent.
    pub(super) fn lines(&self, made: &Generation) -> Vec<Vec<u8>> {
        let mut lines = vec![self.searched.clone()];
        lines.extend(blobs::lines(
            &writing(&made.texts),
            &self.name,
            &self.stored,
        ));
        lines
    }
}

/// Milliseconds since 1970.
pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

/// Writes a document that came in at `added_ms`.
pub(super) fn write_document(
    analysis: &Analysis,
    made: &Generation,
    document: &PreparedDocument,
    streams: &Streams,
    added_ms: u64,
) -> Written {
    let encoded = document.encode();
    let name = document_name(&document.record.id);
    let values = Values::of(analysis, document, &encoded);
    let mut source = values.indexed;
    for (field, stream) in streams {
        source.insert(field.clone(), json!(stream.values()));
    }
    source.insert("added".to_owned(), json!(added_ms));
    add_periods(&mut source, &document.record.date);
    let action = json!({"create": {
        "_index": writing(&made.searched), "_id": name, "routing": format!("{:016x}", document.duplicate_key),
    }});
    let stored = STORED_FIELDS.map(|field| values.stored.get(field).copied());
    Written {
        id: document.record.id.clone(),
        name,
        searched: format!("{action}\n{}\n", Value::Object(source)).into_bytes(),
        stored: blobs::join(&stored),
    }
}

/// Values of a document by field.
struct Values<'a> {
    indexed: Map<String, Value>,
    stored: BTreeMap<String, &'a [u8]>,
}

impl<'a> Values<'a> {
    fn of(analysis: &Analysis, document: &'a PreparedDocument, encoded: &'a Encoded) -> Self {
        let mut values = Self {
            indexed: Map::new(),
            stored: BTreeMap::new(),
        };
        for (field, value) in document.values(&analysis.fields, encoded) {
            let name = analysis.name(field.field_id());
            match value {
                FieldValue::Text(_) if is_analyzed(name) => {}
                FieldValue::Text("") => {}
                FieldValue::Text(text) if name == "title" => values.add(name, json!(text)),
                FieldValue::Text(text) => values.add(name, json!(sent_value(text))),
                // Numbers of 64 bits are signed there.
                FieldValue::Number(number) => values.add(name, json!(number as i64)),
                FieldValue::Bytes(bytes) => {
                    values.stored.insert(name.to_owned(), bytes);
                }
            }
        }
        values
    }

    /// Adds a value; the second of a field makes a list.
    fn add(&mut self, name: &str, value: Value) {
        match self.indexed.get_mut(name) {
            None => {
                self.indexed.insert(name.to_owned(), value);
            }
            Some(Value::Array(known)) => known.push(value),
            Some(known) => *known = json!([known.take(), value]),
        }
    }
}

fn is_analyzed(name: &str) -> bool {
    crate::terms::ANALYZED.contains(&name) || name == "original_grams"
}

/// Adds the year of a date, and its month where it tells one.
fn add_periods(source: &mut Map<String, Value>, date: &str) {
    let Some(date) = PartialDate::parse(date) else {
        return;
    };
    let (first, last) = (date.first_day(), date.last_day());
    source.insert("year".to_owned(), json!(format!("{:04}", first / 10_000)));
    if first / 100 == last / 100 {
        let month = format!("{:04}-{:02}", first / 10_000, first / 100 % 100);
        source.insert("month".to_owned(), json!(month));
    }
}
