//! Bulk requests: sent until all of their documents have found room.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use super::document::Written;
use crate::client::{Client, Content};
use crate::error::ClusterError;

/// Bytes of a request, unless a single document has more.
pub(super) const BULK_BYTES: usize = 4 << 20;
/// Number of times that documents are sent which the cluster had no room for.
const BUSY_TRIES: u32 = 8;
/// First pause before they are sent again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Lines of a request that is not sent yet.
#[derive(Default)]
pub(super) struct Bulk {
    pub(super) lines: Vec<u8>,
    /// Ids of the documents, by the names they have on the cluster.
    pub(super) ids: HashMap<String, String>,
}

/// Items of an answer that are not done.
#[derive(Default, Debug, PartialEq, Eq)]
struct Left {
    /// Places in the request of those that the cluster had no room for.
    busy: Vec<usize>,
    /// Names of documents that were to be created and are there.
    taken: Vec<String>,
}

impl Bulk {
    /// Adds lines that write a document, or a part of one.
    pub(super) fn add(&mut self, written: &Written, lines: Vec<u8>) {
        self.lines.extend(lines);
        self.ids.insert(written.name.clone(), written.id.clone());
    }

    /// Sends the request. Returns the names of documents that were to be created and are there already, those among them
    /// that the same request brought, whose answer was lost on its way.
    ///
    /// # Errors
    /// [`ClusterError::Documents`] for what the cluster will never take, and what the client says.
    pub(super) fn send(&self, client: &Client) -> Result<Vec<String>, ClusterError> {
        let mut taken = Vec::new();
        if self.lines.is_empty() {
            return Ok(taken);
        }
        let mut waiting = Cow::Borrowed(&self.lines);
        let mut pause = FIRST_PAUSE;
        for _ in 0..BUSY_TRIES {
            let path = "/_bulk?require_alias=true";
            let answer = client.send("POST", path, Content::Lines(&waiting))?;
            let left = left_of(&answer, &self.ids)?;
            taken.extend(left.taken);
            if left.busy.is_empty() {
                return Ok(taken);
            }
            waiting = Cow::Owned(chosen_lines(&waiting, &left.busy));
            std::thread::sleep(pause);
            pause *= 2;
        }
        Err(ClusterError::Answer(
            "the cluster stays too busy to take documents".to_owned(),
        ))
    }
}

/// Items of an answer that are not done.
///
/// # Errors
/// [`ClusterError::Documents`] for what the cluster will never take.
fn left_of(answer: &Value, ids: &HashMap<String, String>) -> Result<Left, ClusterError> {
    let mut left = Left::default();
    let mut refused: Vec<(String, String)> = Vec::new();
    for (place, item) in answer["items"].as_array().into_iter().flatten().enumerate() {
        let Some((kind, result)) = item.as_object().and_then(|item| item.iter().next()) else {
            continue;
        };
        let name = result["_id"].as_str().unwrap_or_default();
        match result["status"].as_u64() {
            Some(200..=299) => {}
            Some(409) if kind == "create" => left.taken.push(name.to_owned()),
            Some(404) if kind == "delete" && result["error"].is_null() => {}
            Some(429 | 503) => left.busy.push(place),
            _ => {
                let id = ids.get(name).map_or(name, String::as_str);
                let (kind, said) = (&result["error"]["type"], &result["error"]["reason"]);
                refused.push((id.to_owned(), format!("{kind}: {said}")));
            }
        }
    }
    match refused.first() {
        None => Ok(left),
        Some((id, reason)) => Err(ClusterError::Documents {
            count: refused.len(),
            id: id.clone(),
            reason: reason.clone(),
        }),
    }
}

/// The lines of the actions at `places`.
fn chosen_lines(lines: &[u8], places: &[usize]) -> Vec<u8> {
    let mut chosen = Vec::new();
    let mut all = lines.split_inclusive(|byte| *byte == b'\n');
    let mut place = 0;
    while let Some(action) = all.next() {
        let has_source = !action.starts_with(b"{\"delete\"");
        let source = if has_source { all.next() } else { None };
        if places.contains(&place) {
            chosen.extend(action);
            chosen.extend(source.unwrap_or_default());
        }
        place += 1;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_found_no_room_is_sent_again_and_what_is_refused_is_named() {
        let lines = b"{\"create\":{}}\n{\"a\":1}\n{\"delete\":{}}\n{\"create\":{}}\n{\"b\":2}\n";
        let answer = json!({"items": [
            {"create": {"_id": "1", "status": 201}},
            {"delete": {"_id": "2", "status": 429}},
            {"create": {"_id": "3", "status": 429}},
        ]});
        let left = left_of(&answer, &HashMap::new()).expect("nothing is refused");
        assert_eq!(left.busy, [1, 2]);
        assert_eq!(
            chosen_lines(lines, &left.busy),
            b"{\"delete\":{}}\n{\"create\":{}}\n{\"b\":2}\n"
        );
        let answer = json!({"items": [
            {"create": {"_id": "1", "status": 409}},
            {"index": {"_id": "2", "status": 400, "error": {"type": "mapper", "reason": "no"}}},
        ]});
        let ids = HashMap::from([("2".to_owned(), "paper.txt".to_owned())]);
        let error = left_of(&answer, &ids).expect_err("refused");
        assert!(error.to_string().contains("`paper.txt`"), "{error}");
    }

    #[test]
    fn what_is_there_already_is_named() {
        let answer = json!({"items": [{"create": {"_id": "1", "status": 409}}]});
        let left = left_of(&answer, &HashMap::new()).expect("nothing is refused");
        assert_eq!((left.busy.len(), left.taken), (0, vec!["1".to_owned()]));
    }
}
