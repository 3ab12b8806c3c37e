//! Several feeders of one index, each with a part of the files: what is published answers as an index built by one.

use std::path::PathBuf;

use polidex_indexer::build::part::Part;
use polidex_indexer::index::build_index;
use polidex_opensearch::doctor::examine;
use polidex_opensearch::sink::parts::{PartBuilt, build_part, discard_parts, publish_parts};
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use tempfile::TempDir;

use crate::generations::shown;
use crate::pair::{Cluster, copy_seeds, options, write};

/// A document whose id several files claim.
const TWICE: &str = "{\"id\": \"twice\", \"text\": \"Harbour dues are raised.\"}\n";

fn part(text: &str) -> Part {
    text.parse().expect("a part")
}

fn feed(cluster: &Cluster, paths: &[PathBuf], number: u32) -> PartBuilt {
    let of = part(&format!("{number}/3"));
    build_part(paths, &cluster.address, 2, of, &options(), &|_| {}).expect("a part")
}

/// Seeds, many small files, and two files that claim the same id.
fn sources() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    copy_seeds(&folder.path().join("seeds"));
    for number in 0..60 {
        let text = format!("Harbour paper {number}, on works in spring.");
        write(
            folder.path(),
            &format!("papers/{number}.txt"),
            text.as_bytes(),
        );
    }
    for file in 0..8 {
        let name = format!("lines/{file}.jsonl");
        write(folder.path(), &name, TWICE.as_bytes());
    }
    folder
}

fn is_as_built_by_one(cluster: &Cluster, local: &Searcher) {
    let remote = cluster.open();
    let sizes = |engine: &Searcher| {
        let info = engine.index_info();
        (info.documents, info.passages, info.unread)
    };
    assert_eq!(sizes(&remote), sizes(local));
    for q in [
        "harbour",
        "harbour works",
        "dues",
        "innovation",
        "新質生產力",
        "\"paper 7\"",
    ] {
        let of = |engine: &Searcher| {
            let question = Question::about(q).per_page(100);
            shown(&engine.search(&question).expect("an answer"))
        };
        assert_eq!(of(&remote), of(local), "{q}");
    }
    assert!(examine(&cluster.address).expect("an answer").is_sound());
}

#[test]
fn feeders_at_once_make_what_one_makes() {
    let Some(cluster) = Cluster::named("parts") else {
        return;
    };
    let folder = sources();
    let paths = [folder.path().to_owned()];
    std::thread::scope(|scope| {
        for number in 1..=3 {
            let (cluster, paths) = (&cluster, &paths);
            scope.spawn(move || feed(cluster, paths, number));
        }
    });
    let before = cluster.indexes();
    assert_eq!(before.len(), 2, "they share a generation: {before:?}");
    // A part that is there is not built again.
    let again = feed(&cluster, &paths, 2);
    assert!(again.report.is_none() && again.missing.is_empty());
    let published = publish_parts(&cluster.address, 1).expect("published");
    assert_eq!(published.generation, "g000001");

    let index = TempDir::new().expect("a temporary folder");
    build_index(&paths, index.path(), &options(), &|_| {}).expect("an index");
    is_as_built_by_one(&cluster, &Searcher::open(index.path()).expect("an index"));
    assert!(
        publish_parts(&cluster.address, 1).is_err(),
        "nothing is left to publish"
    );

    // A build by one goes on from it.
    write(folder.path(), "papers/7.txt", b"Tunnel paper.");
    let report = cluster.build(&paths, &options());
    assert!(
        report.indexed <= 2,
        "{} documents were indexed",
        report.indexed
    );
    build_index(&paths, index.path(), &options(), &|_| {}).expect("an index");
    is_as_built_by_one(&cluster, &Searcher::open(index.path()).expect("an index"));
}

#[test]
fn a_killed_feeder_begins_again_and_leaves_nothing_twice() {
    let Some(cluster) = Cluster::named("feeder") else {
        return;
    };
    let folder = sources();
    let paths = [folder.path().to_owned()];
    feed(&cluster, &paths, 1);
    feed(&cluster, &paths, 2);
    // As if it had been killed at its very end: all is written but what it is made of.
    let texts = format!("{}-g000001-texts", cluster.address.name);
    cluster.send(
        "DELETE",
        &format!("/{texts}/_doc/part-2?refresh=true"),
        None,
    );
    let error = publish_parts(&cluster.address, 1).expect_err("two parts are missing");
    assert!(
        error.to_string().contains("lacks part 2, 3 of 3"),
        "{error}"
    );
    let other = build_part(
        &paths,
        &cluster.address,
        2,
        part("1/4"),
        &options(),
        &|_| {},
    );
    let error = other.expect_err("there are three parts").to_string();
    assert!(
        error.contains("by parts is under way with 3 parts"),
        "{error}"
    );

    // What it had written of a file that is gone meanwhile goes too.
    for number in 0..20 {
        std::fs::remove_file(folder.path().join(format!("papers/{number}.txt"))).expect("a file");
    }
    let PartBuilt { report, missing } = feed(&cluster, &paths, 2);
    assert!(report.is_some() && missing == [3]);
    // Of the first part, as it was then.
    let kept = (0..20).filter(|number| part("1/3").holds(&format!("papers/{number}.txt")));
    for number in kept {
        let text = format!("Harbour paper {number}, on works in spring.");
        write(
            folder.path(),
            &format!("papers/{number}.txt"),
            text.as_bytes(),
        );
    }
    feed(&cluster, &paths, 3);
    publish_parts(&cluster.address, 1).expect("published");
    let index = TempDir::new().expect("a temporary folder");
    build_index(&paths, index.path(), &options(), &|_| {}).expect("an index");
    is_as_built_by_one(&cluster, &Searcher::open(index.path()).expect("an index"));
}

#[test]
fn parts_can_be_dropped() {
    let Some(cluster) = Cluster::named("dropped") else {
        return;
    };
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "one.txt", b"Harbour works begin in spring.");
    let paths = [folder.path().to_owned()];
    feed(&cluster, &paths, 1);
    assert_eq!(cluster.indexes().len(), 2);
    discard_parts(&cluster.address).expect("dropped");
    assert!(cluster.indexes().is_empty());
    let error = publish_parts(&cluster.address, 1).expect_err("nothing is there");
    assert!(error.to_string().contains("--part 1/N"), "{error}");
}
