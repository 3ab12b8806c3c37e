//! Snapshots come back, and what was forgotten does not.

use polidex_opensearch::client::Content;
use polidex_opensearch::sink::forget_documents;
use polidex_opensearch::snapshots::{restore_snapshot, take_snapshot};
use polidex_server::question::Question;
use polidex_tests::left_out;
use serde_json::json;

use crate::pair::{Cluster, Pair, write};

/// A repository of snapshots, removed when it is dropped.
struct Repository<'a> {
    cluster: &'a Cluster,
    name: String,
}

impl<'a> Repository<'a> {
    /// `None` where the cluster has no folder for snapshots.
    fn on(cluster: &'a Cluster) -> Option<Self> {
        let name = format!("test-{}", std::process::id());
        let wanted = json!({"type": "fs", "settings": {"location": name}});
        let path = format!("/_snapshot/{name}");
        let made = cluster.client.send("PUT", &path, Content::Json(&wanted));
        if made.is_err() {
            left_out("the cluster has no path.repo for snapshots");
            return None;
        }
        Some(Self { cluster, name })
    }
}

impl Drop for Repository<'_> {
    fn drop(&mut self) {
        for path in [
            format!("{0}/{1}-g*", self.name, self.cluster.address.name),
            self.name.clone(),
        ] {
            let path = format!("/_snapshot/{path}");
            let _ = self.cluster.client.send("DELETE", &path, Content::Nothing);
        }
    }
}

fn ids(pair: &Pair) -> Vec<String> {
    let question = Question::about("harbour").per_page(100);
    let answer = pair.remote.search(&question).expect("an answer");
    let mut ids: Vec<String> = answer.hits.into_iter().map(|hit| hit.id).collect();
    ids.sort();
    ids
}

fn harbour(test: &str) -> Option<Pair> {
    Pair::of(
        test,
        &[
            ("one.txt", b"Harbour works begin in spring."),
            ("two.txt", b"Harbour works end in autumn."),
        ],
    )
}

#[test]
fn a_snapshot_becomes_the_current_generation_again() {
    let Some(mut pair) = harbour("snapshots") else {
        return;
    };
    let address = pair.cluster.address.clone();
    let cluster = Cluster::at(&address);
    let Some(repository) = Repository::on(&cluster) else {
        return;
    };
    let taken = take_snapshot(&address, &repository.name).expect("a snapshot");
    let again = take_snapshot(&address, &repository.name).expect("the same");
    assert_eq!(taken, again);
    write(
        pair.sources.path(),
        "three.txt",
        b"Harbour dues are raised.",
    );
    pair.update();
    assert_eq!(ids(&pair), ["one", "three", "two"]);
    let made = restore_snapshot(&address, &repository.name, None).expect("the snapshot");
    assert_eq!(made.name, taken.name);
    pair.reopen();
    assert_eq!(ids(&pair), ["one", "two"]);
    assert_eq!(pair.remote.index_info().generation, made.generation);
    // It goes on from there.
    pair.update();
    assert_eq!(ids(&pair), ["one", "three", "two"]);
    let none = restore_snapshot(&address, &repository.name, Some("nothing"));
    let error = none.expect_err("there is none").to_string();
    assert!(error.contains("polidex snapshot"), "{error}");
}

#[test]
fn a_forgotten_document_is_in_no_generation_and_does_not_come_back() {
    let Some(mut pair) = harbour("forgotten") else {
        return;
    };
    write(
        pair.sources.path(),
        "three.txt",
        b"Harbour dues are raised.",
    );
    pair.update();
    let names = ["one".to_owned(), "never".to_owned()];
    let forgot = forget_documents(&names, &pair.cluster.address).expect("done");
    assert_eq!(forgot.removed, ["one"]);
    pair.reopen();
    assert_eq!(ids(&pair), ["three", "two"]);
    // The one generation: its index and its texts.
    assert_eq!(pair.cluster.indexes().len(), 2);
    write(
        pair.sources.path(),
        "four.txt",
        b"Harbour pilots are trained.",
    );
    let [_, report] = pair.update();
    assert_eq!(report.indexed, 1);
    assert_eq!(ids(&pair), ["four", "three", "two"]);
}
