//! What is missing is said: a part of an index without a node, an index that is not there, a host that does not answer.

use polidex_opensearch::address::Address;
use polidex_opensearch::doctor::examine;
use polidex_opensearch::engine::ClusterEngine;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use serde_json::json;

use crate::pair::{Cluster, Pair, await_that};

#[test]
fn an_answer_without_a_shard_says_that_it_is_partial() {
    let Some(pair) = Pair::of("missing", &[]) else {
        return;
    };
    let question = Question::about("innovation");
    let is_cut = |pair: &Pair| {
        let answer = pair.remote.search(&question).expect("an answer");
        let mut warnings = answer.query.warnings.iter();
        let is_said = warnings.any(|warning| warning.code == "part-missing");
        assert_eq!(answer.partial, is_said);
        is_said
    };
    assert!(!is_cut(&pair));
    assert!(
        examine(&pair.cluster.address)
            .expect("it can be asked")
            .is_sound()
    );
    let index = format!("{}-g000001", pair.cluster.address.name);
    let stay =
        json!({"index.routing.allocation.enable": "none", "index.auto_expand_replicas": false});
    pair.cluster
        .send("PUT", &format!("/{index}/_settings"), Some(&stay));
    take_shard_away(&pair.cluster, &index);
    await_that("the shard is gone", || {
        let health = pair
            .cluster
            .send("GET", &format!("/_cluster/health/{index}"), None);
        health["status"] == "red"
    });
    assert!(is_cut(&pair));
    // A client that was not there before is told the same or refused, never given a short list in silence.
    let health = examine(&pair.cluster.address);
    assert!(!health.is_ok_and(|health| health.is_sound()));
}

/// Takes every copy of the first shard off the nodes that hold it.
fn take_shard_away(cluster: &Cluster, index: &str) {
    let path = format!("/_cat/shards/{index}?format=json&h=shard,prirep,node");
    let shards = cluster.send("GET", &path, None);
    let rows = shards.as_array().expect("rows").iter();
    let copies = rows.filter(|row| row["shard"] == "0" && row["node"].is_string());
    let commands: Vec<_> = copies
        .map(|row| {
            json!({"cancel": {"index": index, "shard": 0, "node": row["node"], "allow_primary": true}})
        })
        .collect();
    cluster.send(
        "POST",
        "/_cluster/reroute",
        Some(&json!({"commands": commands})),
    );
}

#[test]
fn errors_name_what_to_do() {
    let Some(cluster) = Cluster::named("nothing") else {
        return;
    };
    let told = |address: &Address| match ClusterEngine::open(address) {
        Ok(_) => panic!("there is no such index"),
        Err(error) => error.to_string(),
    };
    let error = told(&cluster.address);
    assert!(error.contains("polidex index PATH --engine"), "{error}");
    // The discard port of this machine: nobody listens there.
    let silent = "http://127.0.0.1:9/papers".parse().expect("an address");
    let error = told(&silent);
    assert!(error.contains("no host of the cluster answers"), "{error}");
}

#[test]
fn a_host_that_does_not_answer_is_passed_over() {
    let Some(pair) = Pair::of("hosts", &[]) else {
        return;
    };
    let Address { mut hosts, name } = pair.cluster.address.clone();
    hosts.insert(0, "http://127.0.0.1:9".to_owned());
    let engine = ClusterEngine::open(&Address { hosts, name }).expect("an index");
    let question = Question::about("innovation");
    let answer = Searcher::over(engine).search(&question).expect("an answer");
    let [local, _] = pair.ask(&question);
    assert_eq!(answer.total, local.total);
}
