//! Generations on a cluster: an update gives what a full build gives, a rollback what was before, a killed build nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use polidex_indexer::index::BuildOptions;
use polidex_opensearch::sink::{build_cluster, roll_back};
use polidex_server::answer::Answer;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;

use crate::pair::{Cluster, Pair, options, write};

/// Variables that make a process of this program the builder that kills itself.
const KILLED_AT: &str = "POLIDEX_TEST_KILLED_AT";
const KILLED_OF: &str = "POLIDEX_TEST_KILLED_OF";

fn ids(engine: &Searcher, q: &str) -> Vec<String> {
    let answer = engine.search(&Question::about(q).per_page(100));
    let hits = answer.expect("an answer").hits.into_iter();
    hits.map(|hit| hit.id).collect()
}

/// What of an answer must not depend on how an index came to be.
pub(crate) fn shown(answer: &Answer) -> (u64, u64, Vec<(String, String)>) {
    let hits = answer.hits.iter();
    let hits = hits.map(|hit| {
        let passages = hit.passages.iter().map(|passage| passage.html.as_str());
        (hit.id.clone(), passages.collect())
    });
    (answer.total.value, answer.expanded_total, hits.collect())
}

#[test]
fn an_update_and_a_rollback_answer_as_on_the_disk() {
    let files: [(&str, &[u8]); 2] = [
        ("one.txt", b"Harbour works begin in spring."),
        ("two.txt", b"Harbour works end in autumn."),
    ];
    let Some(mut pair) = Pair::of("generations", &files) else {
        return;
    };
    let first = pair.remote.index_info().generation;
    assert_eq!(
        ids(&pair.remote, "harbour works"),
        ids(&pair.local, "harbour works")
    );

    let folder = pair.sources.path().to_owned();
    write(&folder, "two.txt", b"Tunnel works end in autumn.");
    write(&folder, "three.txt", b"Harbour dues are raised.");
    fs::remove_file(folder.join("one.txt")).expect("a file");
    let [local, remote] = pair.update();
    let told = |report: &polidex_indexer::report::IndexReport| {
        (
            report.indexed,
            report.removed,
            report.unchanged,
            report.documents,
        )
    };
    assert_eq!(told(&remote), told(&local));
    for q in [
        "harbour",
        "works",
        "tunnel",
        "dues",
        "harbor",
        "\"harbour works\"",
        "new quality",
    ] {
        let [local, remote] = pair.ask(&Question::about(q).per_page(100));
        assert_eq!(shown(&remote), shown(&local), "{q}");
        assert_eq!(
            serde_json::to_value(&remote.corrections).expect("data"),
            serde_json::to_value(&local.corrections).expect("data"),
            "{q}"
        );
    }
    // A full build of the same folder has the same numbers of documents by term.
    let again = Cluster::named("generations-anew").expect("as before");
    again.build(&[folder], &options());
    for q in ["harbour", "works", "tunnel", "report"] {
        let of = |engine: &Searcher| shown(&engine.search(&Question::about(q)).expect("an answer"));
        assert_eq!(of(&again.open()), of(&pair.remote), "{q}");
    }

    let [local, remote] = pair.update();
    assert!(
        !local.changed && !remote.changed,
        "nothing has changed since"
    );

    assert_eq!(roll_back(&pair.cluster.address).expect("the first"), first);
    polidex_indexer::store::generations::roll_back(pair.folder()).expect("the first");
    pair.reopen();
    assert_eq!(pair.remote.index_info().generation, first);
    for q in ["harbour works", "tunnel", "dues"] {
        assert_eq!(ids(&pair.remote, q), ids(&pair.local, q), "{q}");
    }
}

#[test]
fn a_killed_build_is_invisible_and_the_next_one_clears_it_away() {
    let files: [(&str, &[u8]); 1] = [("one.txt", b"Harbour works begin in spring.")];
    let Some(pair) = Pair::of("killed", &files) else {
        return;
    };
    let before = pair.cluster.indexes();
    for number in 0..50 {
        let text = format!("Harbour paper {number}.");
        write(
            pair.sources.path(),
            &format!("more/{number}.txt"),
            text.as_bytes(),
        );
    }
    let program = std::env::current_exe().expect("this program");
    let hosts = pair.cluster.address.hosts.join(",");
    let died = Command::new(program)
        .args(["--exact", "generations::builder_that_kills_itself"])
        .env(KILLED_AT, format!("{hosts}/{}", pair.cluster.address.name))
        .env(KILLED_OF, pair.sources.path())
        .output()
        .expect("it starts");
    assert!(!died.status.success(), "it was to be killed");
    assert!(
        pair.cluster.indexes().len() > before.len(),
        "it was killed before it wrote anything"
    );
    assert_eq!(ids(&pair.cluster.open(), "harbour"), ["one"]);

    let report = pair
        .cluster
        .build(&[pair.sources.path().to_owned()], &options());
    assert_eq!(report.indexed, 50);
    assert_eq!(ids(&pair.cluster.open(), "harbour").len(), 51);
    // The current generation and the one before.
    assert_eq!(
        pair.cluster.indexes().len(),
        4,
        "{:?}",
        pair.cluster.indexes()
    );
}

/// Builds until half of the files are done, and dies without a word.
#[test]
fn builder_that_kills_itself() {
    let (Ok(address), Ok(folder)) = (std::env::var(KILLED_AT), std::env::var(KILLED_OF)) else {
        return;
    };
    let options = BuildOptions {
        threads: 1,
        ..options()
    };
    let address = address.parse().expect("an address");
    let _ = build_cluster(
        &[PathBuf::from(folder)],
        &address,
        1,
        &options,
        &|progress| {
            if progress.files_done * 2 > progress.files {
                std::process::abort();
            }
        },
    );
}

#[test]
fn two_builds_at_once_publish_one_and_say_so() {
    let Some(cluster) = Cluster::named("twice") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    write(folder.path(), "one.txt", b"Harbour works begin in spring.");
    let paths = [folder.path().to_owned()];
    cluster.build(&paths, &options());
    write(folder.path(), "two.txt", b"Harbour works end in autumn.");
    // The other publishes while this one reads its files.
    let is_first = std::sync::Once::new();
    let result = build_cluster(&paths, &cluster.address, 1, &options(), &|_| {
        is_first.call_once(|| {
            cluster.build(&paths, &options());
        });
    });
    let error = result.expect_err("the other was first");
    assert!(error.to_string().contains("published meanwhile"), "{error}");
    assert_eq!(ids(&cluster.open(), "harbour").len(), 2);
}
