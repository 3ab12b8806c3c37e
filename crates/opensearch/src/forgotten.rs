//! The list of forgotten documents of an index, kept in a small index of its own beside the generations: whatever becomes of
//! those, no build brings a forgotten document back.

use polidex_indexer::build::forgotten::Forgotten;
use serde_json::json;

use crate::client::{Client, Content};
use crate::error::ClusterError;

/// Number of times that a list is written which another process has changed meanwhile.
const TRIES: usize = 5;

fn index_of(name: &str) -> String {
    format!("{name}-forgotten")
}

fn document_of(name: &str) -> String {
    format!("/{}/_doc/list", index_of(name))
}

/// The list; empty where there is none.
pub(crate) fn read(client: &Client, name: &str) -> Result<Forgotten, ClusterError> {
    Ok(read_versioned(client, name)?.0)
}

/// The list, and the condition under which it may be written.
fn read_versioned(client: &Client, name: &str) -> Result<(Forgotten, String), ClusterError> {
    match client.get(&document_of(name)) {
        Err(ClusterError::Refused { status: 404, .. }) => {
            Ok((Forgotten::default(), "op_type=create".to_owned()))
        }
        answer => {
            let answer = answer?;
            let text = answer["_source"]["hashes"].as_str().unwrap_or_default();
            let condition = format!(
                "if_seq_no={}&if_primary_term={}",
                answer["_seq_no"], answer["_primary_term"]
            );
            Ok((Forgotten::from_text(text), condition))
        }
    }
}

/// Adds documents to the list.
pub(crate) fn add(client: &Client, name: &str, ids: &[String]) -> Result<(), ClusterError> {
    make_index(client, name)?;
    let mut tried = 0;
    loop {
        let (mut forgotten, condition) = read_versioned(client, name)?;
        ids.iter().for_each(|id| forgotten.add(id));
        let body = json!({"hashes": forgotten.to_text()});
        let path = format!("{}?{condition}", document_of(name));
        tried += 1;
        match client.send("PUT", &path, Content::Json(&body)) {
            Err(ClusterError::Refused { status: 409, .. }) if tried < TRIES => {}
            answer => return answer.map(|_| ()),
        }
    }
}

fn make_index(client: &Client, name: &str) -> Result<(), ClusterError> {
    let body = json!({
        "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
        "mappings": {"dynamic": false, "properties": {}},
    });
    let path = format!("/{}", index_of(name));
    match client.send("PUT", &path, Content::Json(&body)) {
        Err(ClusterError::Refused {
            status: 400,
            reason,
            ..
        }) if reason.contains("resource_already_exists") => Ok(()),
        answer => answer.map(|_| ()),
    }
}
