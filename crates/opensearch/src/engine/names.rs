//! Names of an index, read once and kept: ids, titles, short names, values of exact fields.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use polidex_server::engine::abbreviations::AbbreviationCounts;
use polidex_server::engine::names::NumberTable;
use polidex_server::query::expand::expander::Expander;
use polidex_server::titles::TitleTable;
use serde_json::json;

use crate::engine::known::texts;
use crate::engine::reader::Reader;
use crate::error::ClusterError;

/// Values of a field asked for at once.
const VALUES_AT_ONCE: usize = 5_000;

/// Names of one generation.
#[derive(Default)]
pub(crate) struct Names {
    read: OnceLock<Read>,
    numbers: OnceLock<NumberTable>,
    values: Mutex<BTreeMap<String, Vec<String>>>,
}

/// What one walk over all documents yields.
#[derive(Default)]
struct Read {
    ids: Vec<String>,
    titles: TitleTable,
    abbreviations: Expander,
}

impl Names {
    /// The ids, in order.
    pub(crate) fn ids(&self, reader: &Reader) -> &[String] {
        &self.read(reader).ids
    }

    /// The titles, weighed.
    pub(crate) fn titles(&self, reader: &Reader) -> &TitleTable {
        &self.read(reader).titles
    }

    /// Short names that the documents give.
    pub(crate) fn abbreviations(&self, reader: &Reader) -> &Expander {
        &self.read(reader).abbreviations
    }

    fn read(&self, reader: &Reader) -> &Read {
        self.read.get_or_init(|| {
            read_names(reader).unwrap_or_else(|error| {
                tracing::warn!(%error, "names of documents were not read; queries find fewer of them");
                Read::default()
            })
        })
    }

    /// Every number, by its key.
    pub(crate) fn numbers(&self, reader: &Reader) -> &NumberTable {
        self.numbers
            .get_or_init(|| NumberTable::of(self.values(reader, "number")))
    }

    /// Every value of an exact field, in order.
    pub(crate) fn values(&self, reader: &Reader, field: &str) -> Vec<String> {
        let mut known = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(values) = known.get(field) {
            return values.clone();
        }
        let values = read_values(reader, field).unwrap_or_else(|error| {
            tracing::warn!(%error, field, "values were not read; queries find fewer of them");
            Vec::new()
        });
        known.insert(field.to_owned(), values.clone());
        values
    }
}

fn read_names(reader: &Reader) -> Result<Read, ClusterError> {
    let mut read = Read::default();
    let mut titles = Vec::new();
    let mut pairs = AbbreviationCounts::default();
    let body = json!({"query": {"match_all": {}}, "_source": ["id", "title", "abbreviations"]});
    reader.each(body, None, &mut |hit| {
        let source = &hit["_source"];
        read.ids.extend(source["id"].as_str().map(str::to_owned));
        titles.extend(source["title"].as_str().map(str::to_owned));
        texts(&source["abbreviations"]).for_each(|pair| pairs.add(pair, 1));
        true
    })?;
    read.titles = TitleTable::of(titles.iter().map(String::as_str));
    read.abbreviations = pairs.table();
    Ok(read)
}

fn read_values(reader: &Reader, field: &str) -> Result<Vec<String>, ClusterError> {
    let mut values = Vec::new();
    let mut pages =
        json!({"size": VALUES_AT_ONCE, "sources": [{"value": {"terms": {"field": field}}}]});
    loop {
        let body = json!({"size": 0, "aggs": {"values": {"composite": pages}}});
        let found = reader.search(body, None)?;
        let page = found.aggregation("values");
        let buckets = page["buckets"].as_array().map_or(&[][..], Vec::as_slice);
        let read = buckets
            .iter()
            .filter_map(|bucket| bucket["key"]["value"].as_str());
        values.extend(read.map(str::to_owned));
        if buckets.len() < VALUES_AT_ONCE {
            return Ok(values);
        }
        pages["after"] = page["after_key"].clone();
    }
}
