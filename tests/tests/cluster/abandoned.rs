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

#[test]
fn the_cluster_ends_a_search_whose_client_has_gone() {
    let Some(pair) = Pair::of("abandoned", &[]) else {
        return;
    };
    let query = json!({"size": 50, "query": {"regexp": {"grams": ".*a.*e.*"}}});
    let lines = format!("{{}}\n{query}\n").repeat(SEARCHES);
    let path = format!(
        "/{}/_msearch?max_concurrent_searches=1",
        pair.cluster.address.name
    );
    let abandoned = Abandoned::default();
    let until = Instant::now() + Duration::from_secs(120);
    let (answer, took) = std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let started = Instant::now();
            let (answer, _) = run_watched(&abandoned, || {
                let content = Content::Lines(lines.as_bytes());
                pair.cluster
                    .client
                    .send_until("POST", &path, content, Some(until))
            });
            (answer, started.elapsed())
        });
        await_that("the search runs", || {
            running(&pair.cluster) > 0 || asked.is_finished()
        });
        abandoned.store(true, Ordering::Relaxed);
        let left = Instant::now();
        await_that("the search has ended", || running(&pair.cluster) == 0);
        assert!(
            left.elapsed() < Duration::from_secs(5),
            "{:?}",
            left.elapsed()
        );
        asked.join().expect("no panic")
    });
    assert!(matches!(answer, Err(ClusterError::Abandoned)), "{took:?}");
}
