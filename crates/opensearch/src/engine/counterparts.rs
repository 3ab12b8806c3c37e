//! Counterparts of a document: the same work in other languages, by shared terms or else by shared numbers.
//!
//! As the embedded engine finds them: documents that share a term of [`polidex_schema::work`], when every language among them
//! has one only; where none does, those that hold the same numbers in the same articles, when each is the other's best.

use std::collections::HashMap;

use polidex_schema::work;
use polidex_server::engine::Labelled;
use polidex_server::engine::counterparts::{
    LEAST_SHARED, MOST_IN_GROUP, MOST_WITH_HASH, MostAlike, is_group,
};
use serde_json::{Value, json};

use crate::engine::known::{DESCRIBED, Described};
use crate::engine::reader::{Found, Reader};
use crate::error::ClusterError;
use crate::terms::sent_value;

/// Documents looked at that share numbers.
const MOST_ALIKE: usize = 500;

fn described(found: &Found) -> Vec<Described> {
    found.hits().iter().filter_map(Described::of).collect()
}

/// The counterparts of the document of this number, by language; empty when there are none or it is not sure.
pub(crate) fn counterparts(reader: &Reader, number: u64) -> Result<Vec<Labelled>, ClusterError> {
    if let Some(known) = reader.known.counterparts(number) {
        return Ok(known);
    }
    let Some(own) = reader.described(&[number])?.pop() else {
        return Ok(Vec::new());
    };
    let found = match by_works(reader, &own)? {
        Some(found) => found,
        None => by_numbers(reader, &own)?,
    };
    reader.known.note_counterparts(number, &found);
    Ok(found)
}

/// Reads the counterparts of several documents in one request, as far as terms of a work tell them or nothing can.
pub(crate) fn prepare(reader: &Reader, numbers: &[u64]) -> Result<(), ClusterError> {
    let is_unknown = |number: &u64| reader.known.counterparts(*number).is_none();
    let unknown: Vec<u64> = numbers.iter().copied().filter(is_unknown).collect();
    let described = reader.described(&unknown)?;
    let groups = described
        .iter()
        .map(|own| work::groups(&own.id, &own.works));
    let groups: Vec<Vec<Vec<String>>> = groups.collect();
    let bodies = groups.iter().flatten().map(|group| group_body(group));
    let mut found = reader.searches(bodies.collect(), None)?.into_iter();
    for (own, groups) in described.iter().zip(&groups) {
        let found: Vec<Found> = found.by_ref().take(groups.len()).collect();
        match told_by_works(own, groups, &found) {
            Some(told) => reader.known.note_counterparts(own.number, &told),
            None if own.sketch.len() < LEAST_SHARED => {
                reader.known.note_counterparts(own.number, &[]);
            }
            None => {}
        }
    }
    Ok(())
}

/// Those that share terms of a work with `own`; `None` where no group of terms tells.
fn by_works(reader: &Reader, own: &Described) -> Result<Option<Vec<Labelled>>, ClusterError> {
    let groups = work::groups(&own.id, &own.works);
    let found = reader.searches(groups.iter().map(|group| group_body(group)).collect(), None)?;
    Ok(told_by_works(own, &groups, &found))
}

/// The counterparts that the first group of terms which tells gives, `found` being the documents with each group.
fn told_by_works(
    own: &Described,
    groups: &[Vec<String>],
    found: &[Found],
) -> Option<Vec<Labelled>> {
    for (group, found) in groups.iter().zip(found) {
        let mut members = described(found);
        let is_of_paths = group.iter().any(|term| work::is_marked(term).is_some());
        let told = members
            .iter()
            .map(|one| (one.language.as_str(), one.is_marked()));
        if !is_group(&told.collect::<Vec<_>>(), is_of_paths) {
            continue;
        }
        members.retain(|member| member.number != own.number);
        members.sort_by(|one, other| one.language.cmp(&other.language));
        return Some(members.iter().map(Described::labelled).collect());
    }
    None
}

/// The documents with one of the terms of a group, one more than may be in a group at most.
fn group_body(group: &[String]) -> Value {
    let terms: Vec<_> = group.iter().map(|term| sent_value(term)).collect();
    let named: Vec<_> = group
        .iter()
        .filter_map(|term| work::named_counterpart(term))
        .map(sent_value)
        .collect();
    json!({
        "size": MOST_IN_GROUP + 1, "_source": DESCRIBED, "sort": [{"id": "asc"}],
        "query": {"bool": {"should": [{"terms": {"work": terms}}, {"terms": {"id": named}}], "minimum_should_match": 1}},
    })
}

fn by_numbers(reader: &Reader, own: &Described) -> Result<Vec<Labelled>, ClusterError> {
    let mut best = most_alike(reader, own, |language| language != own.language)?;
    best.sort_by(|one, other| one.language.cmp(&other.language));
    let mut links = Vec::new();
    for candidate in best {
        let back = most_alike(reader, &candidate, |language| language == own.language)?;
        if back.iter().any(|candidate| candidate.number == own.number) {
            links.push(candidate.labelled());
        }
    }
    Ok(links)
}

/// The document of each wanted language that shares most of the sketch of `one`, if one alone does.
fn most_alike(
    reader: &Reader,
    one: &Described,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Described>, ClusterError> {
    let telling = telling_hashes(reader, &one.sketch)?;
    if telling.len() < LEAST_SHARED {
        return Ok(Vec::new());
    }
    let mut best = MostAlike::new(one.sketch.len());
    let found = reader.search(shared_body(&telling), None)?;
    for other in described(&found) {
        if other.number != one.number && is_wanted(&other.language) {
            let is_shared = |hash: &&i64| other.sketch.contains(hash);
            let shared = telling.iter().filter(is_shared).count();
            let (language, len) = (other.language.clone(), other.sketch.len());
            best.add(other, language, len, shared);
        }
    }
    Ok(best.alone().collect())
}

/// Documents that share enough of `hashes`, those that share most first.
fn shared_body(hashes: &[i64]) -> Value {
    let shares = hashes
        .iter()
        .map(|hash| json!({"constant_score": {"filter": {"term": {"number_sketch": hash}}}}));
    json!({
        "size": MOST_ALIKE, "_source": DESCRIBED,
        "query": {"bool": {"should": shares.collect::<Vec<Value>>(), "minimum_should_match": LEAST_SHARED}},
    })
}

/// The hashes of a sketch that not too many documents share.
fn telling_hashes(reader: &Reader, sketch: &[i64]) -> Result<Vec<i64>, ClusterError> {
    if sketch.len() < LEAST_SHARED {
        return Ok(Vec::new());
    }
    let body = json!({
        "size": 0, "query": {"terms": {"number_sketch": sketch}},
        "aggs": {"hashes": {"filters": {"filters": sketch.iter().map(|hash| {
            (hash.to_string(), json!({"term": {"number_sketch": hash}}))
        }).collect::<HashMap<_, _>>()}}},
    });
    let found = reader.search(body, None)?;
    let buckets = &found.aggregation("hashes")["buckets"];
    let count = |hash: &i64| buckets[hash.to_string()]["doc_count"].as_u64().unwrap_or(0);
    Ok(sketch
        .iter()
        .copied()
        .filter(|hash| count(hash) <= MOST_WITH_HASH as u64)
        .collect())
}
