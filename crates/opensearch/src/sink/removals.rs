//! Requests that remove documents: each from the shard that it lies on, and its text with all parts.

use serde_json::{Value, json};

use super::bulk::Bulk;
use crate::blobs;
use crate::client::Client;
use crate::error::ClusterError;
use crate::generations::{Generation, writing};

/// The request that removes the documents of these names from both indexes.
pub(super) fn removals_of(
    client: &Client,
    made: &Generation,
    names: &[String],
) -> Result<Bulk, ClusterError> {
    let mut lines = removals_of_searched(client, made, names)?;
    lines.extend(removals_of_texts(client, made, names)?);
    Ok(Bulk {
        lines,
        ..Bulk::default()
    })
}

/// Lines that remove documents from the searched index.
fn removals_of_searched(
    client: &Client,
    made: &Generation,
    names: &[String],
) -> Result<Vec<u8>, ClusterError> {
    // Several shards may hold a document of one name, where builds by parts were killed.
    let query = json!({
        "size": names.len() * 2, "query": {"ids": {"values": names}}, "_source": false, "stored_fields": ["_routing"],
    });
    let found = client.post(&format!("/{}/_search", made.searched), &query)?;
    let hits = found["hits"]["hits"].as_array().into_iter().flatten();
    let index = writing(&made.searched);
    let lines = hits.map(|hit| {
        removal(json!({"_index": index, "_id": hit["_id"], "routing": hit["_routing"]}))
    });
    Ok(lines.collect::<String>().into_bytes())
}

/// Lines that remove texts, each with all its parts.
fn removals_of_texts(
    client: &Client,
    made: &Generation,
    names: &[String],
) -> Result<Vec<u8>, ClusterError> {
    let index = writing(&made.texts);
    let mut lines = String::new();
    for (name, parts) in blobs::parts_of(client, &made.texts, names)? {
        for number in 0..parts {
            let id = blobs::part_id(&name, number);
            lines.push_str(&removal(json!({"_index": index, "_id": id})));
        }
    }
    Ok(lines.into_bytes())
}

fn removal(what: Value) -> String {
    format!("{}\n", json!({"delete": what}))
}
