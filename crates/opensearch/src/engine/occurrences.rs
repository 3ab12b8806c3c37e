//! Counts how often a phrase occurs in each document, from the stored texts: the cluster tells no frequencies without a script.

use std::time::Instant;

use polidex_server::query::plan::{Field, Node};
use serde_json::json;

use crate::blobs;
use crate::engine::lower::{field_name, sent};
use crate::engine::reader::Reader;
use crate::engine::stored::{document_name, stored_of};
use crate::error::ClusterError;
use crate::terms::{Analysis, Stream};

/// Documents read at once.
const AT_ONCE: usize = 50;

/// Number of occurrences of `terms` in every document that holds them all so; what is counted until `deadline`.
pub(crate) fn occurrences(
    reader: &Reader,
    field: Field,
    terms: &[(usize, String)],
    deadline: Instant,
) -> Result<Vec<(String, u64)>, ClusterError> {
    let Some((_, first)) = terms.first() else {
        return Ok(Vec::new());
    };
    let node = match terms.len() {
        1 => Node::term(field, first.clone()),
        _ => Node::Phrase {
            field,
            terms: terms.to_vec(),
            slop: 0,
        },
    };
    let mut ids = Vec::new();
    let query = json!({"query": {"constant_score": {"filter": reader.lowering.lower(&node)}}, "_source": ["id"]});
    reader.each(query, Some(deadline), &mut |hit| {
        ids.extend(hit["_source"]["id"].as_str().map(str::to_owned));
        true
    })?;
    let sent: Vec<(usize, String)> = terms
        .iter()
        .map(|(offset, term)| (*offset, sent(field, term)))
        .collect();
    let analysis = Analysis::new();
    let mut counts = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        if Instant::now() >= deadline {
            break;
        }
        let names: Vec<String> = some.iter().map(|id| document_name(id)).collect();
        let read = blobs::read(&reader.client, &reader.generation.texts, &names)?;
        for (id, name) in some.iter().zip(&names) {
            let stored = read.get(name).and_then(|bytes| stored_of(bytes));
            let text = stored
                .as_ref()
                .and_then(|stored| Some((stored, stored.text().ok()?)));
            let Some((stored, text)) = text else {
                continue;
            };
            let whole = text
                .whole()
                .map_err(|error| ClusterError::Answer(error.to_string()))?;
            let streams = analysis.streams(&stored.record, &whole, "");
            if let Some(stream) = streams.get(field_name(field)) {
                counts.push((id.clone(), count(stream, &sent)));
            }
        }
    }
    counts.retain(|(_, count)| *count > 0);
    Ok(counts)
}

/// Occurrences in a stream: no phrase reaches from one value into the next.
fn count(stream: &Stream, terms: &[(usize, String)]) -> u64 {
    let of_value = |value: &String| {
        let words: Vec<&str> = value.split(' ').collect();
        let is_there = |start: &usize| {
            terms
                .iter()
                .all(|(offset, term)| words.get(start + offset).is_some_and(|word| word == term))
        };
        (0..words.len()).filter(is_there).count() as u64
    };
    stream.values().iter().map(of_value).sum()
}
