//! Settings and mapping of the two indexes of a generation: one that is searched, one that keeps the texts.
//!
//! The searched one stores what lists and labels show of a document, and no term: those are in the inverted index alone. The
//! other keeps everything that is shown of a single document, packed, and is never searched.

use polidex_schema::fields::fingerprint;
use serde_json::{Value, json};

use crate::terms::PARAGRAPH_GAP;

/// Version of the mapping, raised when it changes.
const MAPPING_VERSION: u32 = 2;
/// Name of the analyzer that phrases are cut by.
pub(crate) const PHRASE_ANALYZER: &str = "with_holes";
/// Term of a position that a phrase says nothing of; no text holds it.
pub(crate) const HOLE: &str = "\u{1}";

/// Values of a document that lists and labels need, and the closing step.
const SHOWN: [&str; 12] = [
    "id",
    "title",
    "publisher",
    "kind",
    "number",
    "lang",
    "main_lang",
    "work",
    "number_sketch",
    "abbreviations",
    "last_day",
    "duplicate_key",
];

/// Name of mapping and analyzers in force: an index of another is refused.
pub(crate) fn version() -> String {
    format!("{}.{MAPPING_VERSION}", fingerprint())
}

/// Body that makes the searched index.
pub(crate) fn searched(shards: u16) -> Value {
    let mut included: Vec<&str> = SHOWN.to_vec();
    included.push("added");
    let mut properties = values();
    if let (Value::Object(properties), Value::Object(texts)) = (&mut properties, analyzed()) {
        properties.extend(texts);
    }
    json!({
        "settings": settings(shards, analysis()),
        "mappings": {
            "dynamic": false,
            "_meta": {"polidex": {"version": version()}},
            // A generation never changes: no copy of it is ever brought up to date by replaying its documents.
            "_source": {"includes": included, "recovery_source_enabled": false},
            "properties": properties,
        },
    })
}

fn analysis() -> Value {
    json!({"analysis": {
        "filter": {"holes": {"type": "stop", "stopwords": [HOLE]}},
        "analyzer": {PHRASE_ANALYZER: {"type": "custom", "tokenizer": "whitespace", "filter": ["holes"]}},
    }})
}

/// Fields of exact values.
fn values() -> Value {
    let exact = || json!({"type": "keyword"});
    let unsorted = || json!({"type": "keyword", "doc_values": false});
    json!({
        "id": exact(), "publisher": exact(), "kind": exact(), "number": exact(), "lang": exact(),
        "main_lang": exact(), "work": unsorted(), "cites": unsorted(), "title_key": unsorted(),
        "number_sketch": {"type": "long"}, "duplicate_key": {"type": "long"},
        "first_day": {"type": "integer"}, "last_day": {"type": "integer"},
        "year": exact(), "month": exact(), "added": {"type": "long"},
    })
}

/// Fields of terms that our own analysis makes.
fn analyzed() -> Value {
    let words = || json!({"type": "text", "analyzer": "whitespace", "index_options": "freqs"});
    let grams = || {
        json!({
            "type": "text", "analyzer": "whitespace", "index_options": "positions",
            "position_increment_gap": PARAGRAPH_GAP,
        })
    };
    let mut original = grams();
    original["norms"] = json!(false);
    json!({
        "words": words(), "characters": words(), "title_words": words(),
        "grams": grams(), "title_grams": grams(), "original_grams": original,
    })
}

/// Body that makes the index of texts.
pub(crate) fn texts(shards: u16) -> Value {
    json!({
        "settings": settings(shards, json!({"codec": "best_compression"})),
        "mappings": {"dynamic": false, "properties": {}},
    })
}

/// Settings of a generation in the making: it is refreshed when it is read, and its copies follow when it is published.
fn settings(shards: u16, more: Value) -> Value {
    let mut index = json!({
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
    });
    if let (Some(index), Value::Object(more)) = (index.as_object_mut(), more) {
        index.extend(more);
    }
    json!({ "index": index })
}
