//! A search that nobody waits for any more ends on the cluster too.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use polidex_opensearch::client::Content;
use polidex_opensearch::error::ClusterError;
use polidex_server::engine::remote::{Abandoned, run_watched};
use serde_json::json;

use crate::pair::{Cluster, Pair, await_that};

/// Searches sent at once: they take seconds, one after the other.
const SEARCHES: usize = 6_000;

fn running(cluster: &Cluster) -> usize {
    let path = "/_tasks?actions=indices:data/read/msearch*&detailed=true";
    let tasks = cluster.send("GET", path, None);
    let nodes = tasks["nodes"].as_object().into_iter().flatten();
    let tasks = nodes.flat_map(|(_, node)| node["tasks"].as_object().into_iter().flatten());
    let ours = tasks.filter(|(_, task)| {
        let said = task["description"].as_str().unwrap_or_default();
        said.contains(&cluster.address.name)
    });
    ours.count()
}

/// Times that a search is left. A cluster that was just started has gone on once, in some twenty runs, with a search whose
/// connection was closed; it ended the next.
const TRIES: usize = 3;
/// Time within which the cluster ends a search that was left.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn the_cluster_ends_a_search_whose_client_has_gone() {
    let Some(pair) = Pair::of("abandoned", &[]) else {
        return;
    };
    let ends = (0..TRIES).any(|_| ends_soon(&pair.cluster));
    assert!(ends, "no search was ended");
}

/// Leaves a search that takes long; true if the cluster ends it soon.
fn ends_soon(cluster: &Cluster) -> bool {
    let query = json!({"size": 50, "query": {"regexp": {"grams": ".*a.*e.*"}}});
    let lines = format!("{{}}\n{query}\n").repeat(SEARCHES);
    let path = format!(
        "/{}/_msearch?max_concurrent_searches=1",
        cluster.address.name
    );
    let abandoned = Abandoned::default();
    let until = Instant::now() + Duration::from_secs(120);
    let before = running(cluster);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let send = || {
                let content = Content::Lines(lines.as_bytes());
                let client = &cluster.client;
                client.send_until("POST", &path, content, Some(until))
            };
            run_watched(&abandoned, send).0
        });
        await_that("the search runs", || {
            running(cluster) > before || asked.is_finished()
        });
        abandoned.store(true, Ordering::Relaxed);
        let answer = asked.join().expect("no panic");
        assert!(matches!(answer, Err(ClusterError::Abandoned)));
        let left = Instant::now();
        while running(cluster) > before {
            if left.elapsed() > SOON {
                return false;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        true
    })
}
