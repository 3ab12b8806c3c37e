//! Counts how often a phrase occurs in each document, from the stored texts: the cluster tells no frequencies without a script.

use std::time::Instant;

use polidex_server::query::plan::{Field, Node};
use serde_json::json;

use crate::blobs;
use crate::engine::lower::{field_name, sent};
use crate::engine::reader::Reader;
use crate::engine::stored::{document_name, stored_of};
use crate::error::ClusterError;
use crate::terms::{Analysis, Stream, Streams};

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
    let ids = ids_of(reader, &node, deadline)?;
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
        for (id, streams) in streams_of(reader, some, &analysis)? {
            let counted = streams
                .get(field_name(field))
                .map(|stream| count(stream, &sent));
            counts.extend(counted.filter(|count| *count > 0).map(|count| (id, count)));
        }
    }
    Ok(counts)
}

/// The ids of the documents that match.
fn ids_of(reader: &Reader, node: &Node, deadline: Instant) -> Result<Vec<String>, ClusterError> {
    let mut ids = Vec::new();
    let query = json!({"query": {"constant_score": {"filter": reader.lowering.lower(node)}}, "_source": ["id"]});
    reader.each(query, Some(deadline), &mut |hit| {
        ids.extend(hit["_source"]["id"].as_str().map(str::to_owned));
        true
    })?;
    Ok(ids)
}

/// The terms of the documents `ids`, made anew of their stored texts; without those that cannot be read.
fn streams_of(
    reader: &Reader,
    ids: &[String],
    analysis: &Analysis,
) -> Result<Vec<(String, Streams)>, ClusterError> {
    let names: Vec<String> = ids.iter().map(|id| document_name(id)).collect();
    let read = blobs::read(&reader.client, &reader.generation.texts, &names)?;
    let mut all = Vec::new();
    for (id, name) in ids.iter().zip(&names) {
        let stored = read.get(name).and_then(|bytes| stored_of(bytes));
        let Some((stored, Ok(text))) = stored.as_ref().map(|stored| (stored, stored.text())) else {
            continue;
        };
        let whole = text
            .whole()
            .map_err(|error| ClusterError::Answer(error.to_string()))?;
        all.push((id.clone(), analysis.streams(&stored.record, &whole, "")));
    }
    Ok(all)
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
