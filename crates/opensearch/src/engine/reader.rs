//! Reads one generation: searches with their deadlines, several in one request, and what came of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use polidex_analysis::hash::Fnv;
use polidex_server::engine::remote::note_rejected;
use serde_json::{Value, json};

use crate::client::{Client, Content};
use crate::engine::cited::Cited;
use crate::engine::known::{DESCRIBED, Described, Known, name_of};
use crate::engine::lower::Lowering;
use crate::error::ClusterError;
use crate::generations::Generation;

/// Documents read at once where all are read.
pub(crate) const PAGE: usize = 5_000;
/// Time that the cluster has to stop a search by itself, before it is cancelled there.
const GRACE: Duration = Duration::from_millis(500);
/// Status of a search that is rejected for want of room.
const TOO_MANY_REQUESTS: u16 = 429;
/// Errors of shards that are rejected so: a full queue, and a node without memory to spare.
const REJECTIONS: [&str; 2] = ["rejected_execution", "circuit_breaking"];
/// Time that an answer may take beyond its deadline, on its way and on other hosts.
const PATIENCE: Duration = Duration::from_secs(4);

/// One generation on a cluster.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Hosts of the cluster.
    pub(crate) client: Client,
    /// Generation that is read.
    pub(crate) generation: Generation,
    /// Lowering for the version of the cluster.
    pub(crate) lowering: Lowering,
    /// What was read of its documents.
    pub(crate) known: Known,
    /// By how many others its documents are cited.
    pub(crate) cited: Cited,
}

/// Answer of a search.
#[derive(Debug)]
pub(crate) struct Found(Value);

impl Found {
    /// The hits, best first.
    pub(crate) fn hits(&self) -> &[Value] {
        self.0["hits"]["hits"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Number of all hits.
    pub(crate) fn count(&self) -> u64 {
        self.0["hits"]["total"]["value"].as_u64().unwrap_or(0)
    }

    /// Result of an aggregation.
    pub(crate) fn aggregation(&self, name: &str) -> &Value {
        &self.0["aggregations"][name]
    }

    /// True if something is missing.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_cut_short() || self.lacks_shards()
    }

    /// True if the time was up.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.0["timed_out"] == true
    }

    /// True if a shard did not answer: it failed, or no node holds it.
    pub(crate) fn lacks_shards(&self) -> bool {
        let shards = &self.0["_shards"];
        let number = |name: &str| shards[name].as_u64();
        // A shard that no node holds is in the total, and in no other number.
        !self.is_cut_short()
            && (number("failed") != Some(0) || number("successful") != number("total"))
    }
}

impl Reader {
    /// Runs one search.
    pub(crate) fn search(
        &self,
        body: Value,
        deadline: Option<Instant>,
    ) -> Result<Found, ClusterError> {
        let mut found = self.searches(vec![body], deadline)?;
        found
            .pop()
            .ok_or_else(|| ClusterError::Answer("no answer to a search".to_owned()))
    }

    /// Runs several searches in one request. Statistics of all shards are added up first, so that scores do not depend on
    /// where a document lies.
    pub(crate) fn searches(
        &self,
        bodies: Vec<Value>,
        deadline: Option<Instant>,
    ) -> Result<Vec<Found>, ClusterError> {
        self.asked(bodies, "dfs_query_then_fetch", deadline)
    }

    /// As [`Reader::searches`], of searches whose hits are only counted.
    pub(crate) fn counting(&self, bodies: Vec<Value>) -> Result<Vec<Found>, ClusterError> {
        self.asked(bodies, "query_then_fetch", None)
    }

    fn asked(
        &self,
        bodies: Vec<Value>,
        search_type: &str,
        deadline: Option<Instant>,
    ) -> Result<Vec<Found>, ClusterError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let mut header = json!({
            "search_type": search_type, "preference": preference(&bodies[0]["query"]),
        });
        if let Some(left) = left {
            header["cancel_after_time_interval"] = json!(milliseconds(left + GRACE));
        }
        let mut lines = String::new();
        for mut body in bodies {
            if let Some(left) = left {
                body["timeout"] = json!(milliseconds(left));
            }
            lines.push_str(&format!("{header}\n{body}\n"));
        }
        let path = format!("/{}/_msearch", self.generation.searched);
        let content = Content::Lines(lines.as_bytes());
        let until = deadline.map(|deadline| deadline + PATIENCE);
        let mut answer = self.client.send_until("POST", &path, content, until)?;
        let Value::Array(responses) = answer["responses"].take() else {
            return Err(ClusterError::Answer("no responses".to_owned()));
        };
        responses.into_iter().map(sound).collect()
    }

    /// The documents of `numbers` that are there, in that order.
    pub(crate) fn described(&self, numbers: &[u64]) -> Result<Vec<Arc<Described>>, ClusterError> {
        let is_unknown = |number: &&u64| self.known.described(**number).is_none();
        let unknown: Vec<String> = numbers
            .iter()
            .filter(is_unknown)
            .map(|number| name_of(*number))
            .collect();
        let mut read = HashMap::new();
        for names in unknown.chunks(PAGE) {
            let body = json!({
                "size": names.len(), "query": {"ids": {"values": names}}, "_source": DESCRIBED,
            });
            let found = self.search(body, None)?;
            self.known.note(found.hits());
            let described = found.hits().iter().filter_map(Described::of);
            read.extend(described.map(|one| (one.number, Arc::new(one))));
        }
        let known = |number: &u64| {
            let just_read = read.get(number).cloned();
            just_read.or_else(|| self.known.described(*number))
        };
        Ok(numbers.iter().filter_map(known).collect())
    }

    /// Calls `see` with every hit of a query, in the order of ids, until it returns false.
    pub(crate) fn each(
        &self,
        mut body: Value,
        deadline: Option<Instant>,
        see: &mut dyn FnMut(&Value) -> bool,
    ) -> Result<(), ClusterError> {
        body["size"] = json!(PAGE);
        body["sort"] = json!([{"id": "asc"}]);
        loop {
            let found = self.search(body.clone(), deadline)?;
            if found.is_partial() {
                return Err(ClusterError::Answer(
                    "a part of the index did not answer".to_owned(),
                ));
            }
            if !found.hits().iter().all(&mut *see) || found.hits().len() < PAGE {
                return Ok(());
            }
            body["search_after"] = found.hits()[found.hits().len() - 1]["sort"].clone();
        }
    }
}

/// Choice among the copies of a shard: a query's own, so that all its pages ask the same copies, whose caches know it, and
/// different queries spread over all of them. By client instead, one that asks much would keep to the same copies too, and
/// the question that many ask would be worked out on each. Copies are files that no longer change, so another would answer
/// alike; which it is matters for time alone.
fn preference(query: &Value) -> String {
    format!("{:016x}", Fnv::of(query.to_string().as_bytes()))
}

fn milliseconds(time: Duration) -> String {
    format!("{}ms", time.as_millis().max(1))
}

/// True of the failure of a shard whose queue was full, or whose node lacked memory.
fn is_rejection(failure: &Value) -> bool {
    let kind = failure["reason"]["type"].as_str().unwrap_or_default();
    REJECTIONS.iter().any(|rejection| kind.contains(rejection))
}

/// A response, unless all of it failed. A search that was cancelled or that no shard answered is an answer without hits, and
/// partial.
fn sound(response: Value) -> Result<Found, ClusterError> {
    let error = &response["error"];
    if error.is_null() {
        let failures = response["_shards"]["failures"].as_array();
        if failures.into_iter().flatten().any(is_rejection) {
            note_rejected();
        }
        return Ok(Found(response));
    }
    if response["status"] == TOO_MANY_REQUESTS {
        note_rejected();
    }
    let cause = &error["root_cause"][0];
    let kind = cause["type"]
        .as_str()
        .or(error["type"].as_str())
        .unwrap_or_default();
    if kind.contains("task_cancelled") {
        return Ok(Found(json!({"timed_out": true})));
    }
    Err(ClusterError::Refused {
        action: "a search".to_owned(),
        status: response["status"].as_u64().unwrap_or(0) as u16,
        reason: format!(
            "{kind}: {}",
            cause["reason"]
                .as_str()
                .or(error["reason"].as_str())
                .unwrap_or_default()
        ),
    })
}

#[cfg(test)]
mod tests {
    use polidex_server::engine::remote::{Abandoned, run_watched};

    use super::*;

    #[test]
    fn what_a_cluster_rejects_is_noted() {
        let is_noted = |response: Value| {
            let (_, remote) = run_watched(&Abandoned::default(), || sound(response).is_ok());
            remote.rejected
        };
        let failed = |kind: &str| json!({"_shards": {"failed": 1, "failures": [{"shard": 0, "reason": {"type": kind}}]}});
        assert!(is_noted(failed("rejected_execution_exception")));
        assert!(is_noted(failed("circuit_breaking_exception")));
        assert!(!is_noted(failed("node_disconnected_exception")));
        assert!(is_noted(json!({"error": {"type": "x"}, "status": 429})));
        assert!(!is_noted(json!({"error": {"type": "x"}, "status": 400})));
        assert!(!is_noted(json!({"_shards": {"failed": 0}})));
    }

    #[test]
    fn a_failed_shard_and_a_passed_deadline_make_an_answer_partial() {
        let of = |response| sound(response).map(|found| found.is_partial());
        let shards = |total: u64, successful: u64, failed: u64| json!({"total": total, "successful": successful, "failed": failed});
        for (timed_out, shards, expected) in [
            (false, shards(2, 2, 0), false),
            (false, shards(2, 1, 1), true),
            (false, shards(2, 1, 0), true),
            (true, shards(2, 2, 0), true),
        ] {
            let answer = json!({"timed_out": timed_out, "_shards": shards});
            assert_eq!(of(answer.clone()).ok(), Some(expected), "{answer}");
        }
        assert_eq!(
            of(json!({"error": {"type": "task_cancelled_exception"}})).ok(),
            Some(true)
        );
        assert!(of(json!({"error": {"type": "parsing_exception"}, "status": 400})).is_err());
    }
}
