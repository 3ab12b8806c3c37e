//! Bytes kept in documents of an index: one or more values, in parts where they are too large for one request.
//!
//! The first part has the id and says how many follow; the others have the id with a number behind.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::ClusterError;

/// Maximum number of bytes of a part, before they are written as text.
const PART_BYTES: usize = 4 << 20;
/// Ids asked for at once.
const IDS_AT_ONCE: usize = 50;

/// The lines of a bulk request that write `bytes` below `id` in `index`, a part each.
pub(crate) fn lines(index: &str, id: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    written(index, id, bytes, None)
}

/// Lines as [`lines`], of bytes that one of several feeders writes: the first creates the document or fails, and all name the
/// feeder.
pub(crate) fn claiming_lines(index: &str, id: &str, bytes: &[u8], feeder: u32) -> Vec<Vec<u8>> {
    written(index, id, bytes, Some(feeder))
}

fn written(index: &str, id: &str, bytes: &[u8], feeder: Option<u32>) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = match bytes.is_empty() {
        true => vec![bytes],
        false => bytes.chunks(PART_BYTES).collect(),
    };
    let count = parts.len();
    let written = parts.into_iter().enumerate().map(|(number, part)| {
        let claims = number == 0 && feeder.is_some();
        let kind = if claims { "create" } else { "index" };
        let action = json!({kind: {"_index": index, "_id": part_id(id, number)}});
        let mut source = json!({"parts": count, "bytes": STANDARD.encode(part)});
        if let Some(feeder) = feeder {
            source["feeder"] = json!(feeder);
        }
        format!("{action}\n{source}\n").into_bytes()
    });
    written.collect()
}

/// Feeder that wrote each of `ids`; nothing for those that are not there or have none.
pub(crate) fn feeders_of(
    client: &Client,
    index: &str,
    ids: &[String],
) -> Result<HashMap<String, u64>, ClusterError> {
    let found = fetch(client, index, ids, "?_source_includes=feeder")?;
    let feeder =
        |document: &Value| Some((id_of(document), document["_source"]["feeder"].as_u64()?));
    Ok(found.iter().filter_map(feeder).collect())
}

/// Id of a part.
pub(crate) fn part_id(id: &str, number: usize) -> String {
    match number {
        0 => id.to_owned(),
        number => format!("{id}.{number}"),
    }
}

/// Number of the parts of each of `ids`; nothing for those that are not there.
pub(crate) fn parts_of(
    client: &Client,
    index: &str,
    ids: &[String],
) -> Result<HashMap<String, usize>, ClusterError> {
    let mut counts = HashMap::new();
    for found in fetch(client, index, ids, "?_source_includes=parts")? {
        counts.insert(
            id_of(&found),
            found["_source"]["parts"].as_u64().unwrap_or(1) as usize,
        );
    }
    Ok(counts)
}

/// Reads the bytes below each of `ids`; nothing for those that are not there.
pub(crate) fn read(
    client: &Client,
    index: &str,
    ids: &[String],
) -> Result<HashMap<String, Vec<u8>>, ClusterError> {
    let mut read: HashMap<String, Vec<u8>> = HashMap::new();
    for head in fetch(client, index, ids, "")? {
        let id = id_of(&head);
        let parts = head["_source"]["parts"].as_u64().unwrap_or(1) as usize;
        let mut bytes = bytes_of(&head)?;
        let rest: Vec<String> = (1..parts).map(|number| part_id(&id, number)).collect();
        let found = fetch(client, index, &rest, "")?;
        if found.len() != rest.len() {
            return Err(ClusterError::Answer(format!("a part of {id} is missing")));
        }
        for part in &found {
            bytes.extend(bytes_of(part)?);
        }
        read.insert(id, bytes);
    }
    Ok(read)
}

/// The documents that are there, in the order of `ids`.
fn fetch(
    client: &Client,
    index: &str,
    ids: &[String],
    query: &str,
) -> Result<Vec<Value>, ClusterError> {
    let mut found = Vec::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let mut answer = client.post(&format!("/{index}/_mget{query}"), &json!({"ids": some}))?;
        let Value::Array(documents) = answer["docs"].take() else {
            return Err(ClusterError::Answer("no documents".to_owned()));
        };
        if let Some(failed) = documents
            .iter()
            .find(|document| !document["error"].is_null())
        {
            return Err(ClusterError::Answer(failed["error"].to_string()));
        }
        found.extend(
            documents
                .into_iter()
                .filter(|document| document["found"] == true),
        );
    }
    Ok(found)
}

fn id_of(document: &Value) -> String {
    document["_id"].as_str().unwrap_or_default().to_owned()
}

fn bytes_of(document: &Value) -> Result<Vec<u8>, ClusterError> {
    let text = document["_source"]["bytes"].as_str().unwrap_or_default();
    STANDARD
        .decode(text)
        .map_err(|error| ClusterError::Answer(error.to_string()))
}

/// Joins values to one: each with its length before it; absent ones too.
pub(crate) fn join(values: &[Option<&[u8]>]) -> Vec<u8> {
    let mut joined = Vec::new();
    for value in values {
        let len = value.map_or(u64::MAX, |value| value.len() as u64);
        joined.extend(len.to_le_bytes());
        joined.extend(value.unwrap_or_default());
    }
    joined
}

/// Takes values apart that [`join`] put together; `None` for what is damaged.
pub(crate) fn split(mut joined: &[u8]) -> Option<Vec<Option<Vec<u8>>>> {
    let mut values = Vec::new();
    while !joined.is_empty() {
        let (len, rest) = joined.split_first_chunk::<8>()?;
        joined = rest;
        let len = u64::from_le_bytes(*len);
        if len == u64::MAX {
            values.push(None);
            continue;
        }
        let (value, rest) = joined.split_at_checked(usize::try_from(len).ok()?)?;
        values.push(Some(value.to_vec()));
        joined = rest;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_apart_as_they_were_joined() {
        let values = [Some(&b"text"[..]), None, Some(&b""[..])];
        let joined = join(&values);
        let apart = split(&joined).expect("sound");
        assert_eq!(apart, [Some(b"text".to_vec()), None, Some(Vec::new())]);
        assert_eq!(split(&joined[..joined.len() - 1]), None);
    }

    #[test]
    fn large_bytes_are_written_in_parts() {
        assert_eq!(lines("i", "a", b"").len(), 1);
        let parts = lines("i", "a", &vec![7; PART_BYTES * 2 + 1]);
        assert_eq!(parts.len(), 3);
        let last = String::from_utf8_lossy(&parts[2]).into_owned();
        assert!(
            last.starts_with("{\"index\":{\"_id\":\"a.2\",\"_index\":\"i\"}}\n"),
            "{last:.60}"
        );
    }
}
