//! What was read of documents, kept to be read no more: a generation never changes.
//!
//! A page of hits asks for the labels, the time and the counterparts of each, one after the other; what its list has brought
//! along needs no request. All is dropped when it grows too large.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polidex_schema::work;
use polidex_server::engine::Labelled;
use serde_json::Value;

/// Maximum number of documents whose values are kept.
const MAX_DOCUMENTS: usize = 50_000;
/// Maximum number of bytes of stored texts that are kept.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Values that are read of a document.
pub(crate) const DESCRIBED: [&str; 6] =
    ["id", "title", "main_lang", "work", "number_sketch", "added"];

/// Number of a document on the cluster, read from its name in a hit.
pub(crate) fn number_of(hit: &Value) -> Option<u64> {
    u64::from_str_radix(hit["_id"].as_str()?, 16).ok()
}

/// Name of the document of this number.
pub(crate) fn name_of(number: u64) -> String {
    format!("{number:016x}")
}

/// The texts of a value: itself, or those of a list.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let list = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    value.as_str().into_iter().chain(list)
}

/// A document by the values of [`DESCRIBED`].
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) number: u64,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) works: Vec<String>,
    pub(crate) sketch: Vec<i64>,
    pub(crate) added_ms: Option<u64>,
}

impl Described {
    /// The document of a hit.
    pub(crate) fn of(hit: &Value) -> Option<Self> {
        let source = &hit["_source"];
        let text = |name: &str| source[name].as_str().unwrap_or_default().to_owned();
        let sketch = &source["number_sketch"];
        let list = sketch.as_array().into_iter().flatten();
        let hashes = list.filter_map(Value::as_i64);
        Some(Self {
            number: number_of(hit)?,
            id: text("id"),
            title: text("title"),
            language: text("main_lang"),
            works: texts(&source["work"]).map(str::to_owned).collect(),
            sketch: sketch.as_i64().into_iter().chain(hashes).collect(),
            added_ms: source["added"].as_u64(),
        })
    }

    /// Returns true if its path says its language.
    pub(crate) fn is_marked(&self) -> bool {
        let mut works = self.works.iter();
        works.any(|term| work::is_marked(term) == Some(true))
    }

    /// Its labels.
    pub(crate) fn labelled(&self) -> Labelled {
        Labelled {
            id: self.id.clone(),
            title: self.title.clone(),
            lang: self.language.clone(),
        }
    }
}

/// Documents of one generation, as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct Known {
    described: Mutex<HashMap<u64, Arc<Described>>>,
    counterparts: Mutex<HashMap<u64, Vec<Labelled>>>,
    texts: Mutex<Texts>,
}

#[derive(Debug, Default)]
struct Texts {
    by_name: HashMap<String, Arc<[u8]>>,
    bytes: usize,
}

impl Known {
    /// Notes the documents of hits that were asked for [`DESCRIBED`].
    pub(crate) fn note(&self, hits: &[Value]) {
        let mut known = room(&self.described);
        let described = hits.iter().filter_map(Described::of);
        known.extend(described.map(|one| (one.number, Arc::new(one))));
    }

    /// The document of a number.
    pub(crate) fn described(&self, number: u64) -> Option<Arc<Described>> {
        lock(&self.described).get(&number).cloned()
    }

    /// The counterparts of a document.
    pub(crate) fn counterparts(&self, number: u64) -> Option<Vec<Labelled>> {
        lock(&self.counterparts).get(&number).cloned()
    }

    /// Notes the counterparts of a document.
    pub(crate) fn note_counterparts(&self, number: u64, labels: &[Labelled]) {
        room(&self.counterparts).insert(number, labels.to_vec());
    }

    /// The stored bytes of the document of a name.
    pub(crate) fn text(&self, name: &str) -> Option<Arc<[u8]>> {
        lock(&self.texts).by_name.get(name).cloned()
    }

    /// Notes the stored bytes of a document.
    pub(crate) fn note_text(&self, name: &str, text: &Arc<[u8]>) {
        let mut known = lock(&self.texts);
        if known.bytes + text.len() > MAX_TEXT_BYTES {
            *known = Texts::default();
        }
        if text.len() <= MAX_TEXT_BYTES / 8 {
            let before = known.by_name.insert(name.to_owned(), Arc::clone(text));
            known.bytes += text.len();
            known.bytes -= before.map_or(0, |before| before.len());
        }
    }
}

/// A map that has room for more.
fn room<T>(map: &Mutex<HashMap<u64, T>>) -> MutexGuard<'_, HashMap<u64, T>> {
    let mut map = lock(map);
    if map.len() >= MAX_DOCUMENTS {
        map.clear();
    }
    map
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_from_hits_and_texts_have_a_limit() {
        let known = Known::default();
        known.note(&[json!({"_id": "00000000000000ff", "_source": {"id": "a", "work": ["x", "y"], "number_sketch": 7}})]);
        let one = known.described(255).expect("noted");
        assert_eq!(
            (one.id.as_str(), one.works.len(), one.sketch.as_slice()),
            ("a", 2, &[7][..])
        );
        assert!(known.described(1).is_none());
        let text: Arc<[u8]> = vec![0; MAX_TEXT_BYTES / 8].into();
        for number in 0..9 {
            known.note_text(&name_of(number), &text);
        }
        assert!(known.text(&name_of(0)).is_none() && known.text(&name_of(8)).is_some());
    }
}
