//! The index: the same whoever builds it, complete or invisible, refused when it was cut with another knife.

use std::fs;
use std::path::PathBuf;

use polidex_indexer::error::IndexError;
use polidex_indexer::index::{BuildOptions, IndexOwner, build_index, index_owner};
use polidex_indexer::store::writer::GenerationWriter;
use polidex_server::error::ServerError;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use polidex_tests::{index, top};
use tempfile::TempDir;

fn seeds() -> Vec<PathBuf> {
    vec![top().join("seeds")]
}

#[test]
fn the_same_seeds_give_the_same_answers_on_one_thread_and_on_eight() {
    let one = index(&seeds(), 1);
    let eight = index(&seeds(), 8);
    for q in [
        "innovation technology",
        "新質生產力 香港",
        "\"new quality\"",
        "the OR of",
        "",
    ] {
        let answer = |indexed: &polidex_tests::Indexed| {
            let mut answer = indexed.ask(&Question::about(q).passages(10));
            answer.took_ms = 0.0;
            answer.index.newest = None;
            answer.hits.iter_mut().for_each(|hit| hit.added = None);
            serde_json::to_string(&answer).expect("plain data")
        };
        assert_eq!(answer(&one), answer(&eight), "{q}");
    }
}

#[test]
fn an_index_knows_whose_it_is_and_whether_it_is_current() {
    let folder = TempDir::new().expect("a folder");
    let (documents, place) = (folder.path().join("documents"), folder.path().join("index"));
    fs::create_dir(&documents).expect("a folder");
    fs::write(documents.join("a.txt"), "housing").expect("a file");
    let paths = vec![documents.clone()];
    let build =
        || build_index(&paths, &place, &BuildOptions::default(), &|_| {}).expect("an index");
    assert_eq!(index_owner(&paths, &place), IndexOwner::Nobody);
    assert!(build().changed);
    assert_eq!(index_owner(&paths, &place), IndexOwner::ThesePaths);
    let again = build();
    assert!(!again.changed, "nothing has changed, so no new generation");
    fs::write(documents.join("b.txt"), "transport").expect("a file");
    let next = build();
    assert!(next.changed && next.generation != again.generation);
    assert_eq!(index_owner(&seeds(), &place), IndexOwner::OtherPaths);
}

#[test]
fn a_failed_or_abandoned_build_leaves_the_index_of_before() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("index");
    let report =
        build_index(&seeds(), &place, &BuildOptions::default(), &|_| {}).expect("an index");
    let engine = || {
        Searcher::open(&place)
            .expect("readable")
            .index_info()
            .generation
    };
    assert_eq!(engine(), report.generation);
    drop(GenerationWriter::begin(&place, 1).expect("a writer"));
    assert_eq!(
        engine(),
        report.generation,
        "an abandoned build is invisible"
    );
    let nowhere = build_index(
        &[folder.path().join("nowhere")],
        &place,
        &BuildOptions::default(),
        &|_| {},
    );
    let error = nowhere.expect_err("nothing is there");
    assert!(matches!(error, IndexError::NoSuchPath { .. }), "{error}");
    assert_eq!(engine(), report.generation);
    let options = BuildOptions {
        rebuild: true,
        ..BuildOptions::default()
    };
    let next = build_index(&seeds(), &place, &options, &|_| {}).expect("an index");
    assert_ne!(next.generation, report.generation);
    assert_eq!(engine(), next.generation);
}

#[test]
fn a_folder_of_bad_files_gives_an_empty_index_and_every_reason() {
    let indexed = polidex_tests::index_texts(&[("empty.txt", b""), ("scan.pdf", b"%PDF-1.4")]);
    assert_eq!(
        (indexed.report.documents, indexed.report.skipped().count()),
        (0, 2)
    );
    for q in ["housing", "", "\"a b\"", "字"] {
        assert_eq!(indexed.ask(&Question::about(q)).total.value, 0);
    }
}

#[test]
fn a_second_writer_is_refused_with_the_holders_pid() {
    let folder = TempDir::new().expect("a folder");
    let _first = GenerationWriter::begin(folder.path(), 1).expect("a writer");
    let Err(error) = GenerationWriter::begin(folder.path(), 1) else {
        panic!("two writers")
    };
    assert!(
        error.to_string().contains(&std::process::id().to_string()),
        "{error}"
    );
}

#[test]
fn an_index_that_is_missing_foreign_or_broken_is_refused_with_what_to_run() {
    let folder = TempDir::new().expect("a folder");
    let refused = || Searcher::open(folder.path()).err().expect("refused");
    assert!(matches!(refused(), ServerError::NoIndex { .. }));
    let report =
        build_index(&seeds(), folder.path(), &BuildOptions::default(), &|_| {}).expect("an index");
    let manifest = folder
        .path()
        .join("generations")
        .join(&report.generation)
        .join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let mut other: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    other["analyzer"] = "0000000000000000".into();
    fs::write(&manifest, other.to_string()).expect("a file");
    let error = refused();
    assert!(
        matches!(error, ServerError::AnalyzerDiffers { .. })
            && error.to_string().contains("polidex index --rebuild")
    );
    fs::write(&manifest, "{").expect("a file");
    assert!(matches!(refused(), ServerError::Damaged { .. }));
    fs::write(folder.path().join("CURRENT"), "../../etc").expect("a file");
    assert!(
        matches!(refused(), ServerError::Damaged { path, .. } if path.ends_with("CURRENT")),
        "a name is no path"
    );
}

#[test]
fn an_index_of_an_earlier_release_answers_or_says_what_to_run() {
    let folder = TempDir::new().expect("a folder");
    let packed = fs::File::open(top().join("tests/fixtures/index-0.1.0.tar.gz")).expect("there");
    tar::Archive::new(flate2::read::GzDecoder::new(packed))
        .unpack(folder.path())
        .expect("a sound archive");
    let engine = match Searcher::open(&folder.path().join("index-0.1.0")) {
        Ok(engine) => engine,
        Err(error) => {
            assert!(
                matches!(error, ServerError::AnalyzerDiffers { .. }),
                "{error}"
            );
            assert!(
                error.to_string().contains("polidex index --rebuild"),
                "{error}"
            );
            return;
        }
    };
    let answer = engine
        .search(&Question::about("新質生產力"))
        .expect("an answer");
    let mut ids: Vec<&str> = answer.hits.iter().map(|hit| hit.id.as_str()).collect();
    ids.sort_unstable();
    let new = index(&seeds(), 1);
    let mut expected = new.ids("新質生產力");
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

#[test]
fn ids_and_metadata_come_from_the_folder() {
    let indexed = polidex_tests::index_texts(&[
        ("2024/policy.txt", "# Housing\n\nA paper on housing.".as_bytes()),
        ("same.txt", b"first twin"),
        ("same.md", b"second twin"),
        (
            "sources.toml",
            b"[\"same.txt\"]\ntitle = \"Twin\"\ndate = \"2024-02\"\noriginal_url = \"https://example.org/x\"\n",
        ),
    ]);
    let sources = indexed.engine.sources().expect("readable");
    let shown: Vec<_> = sources
        .iter()
        .map(|source| format!("{} | {} | {}", source.id, source.title, source.date))
        .collect();
    assert_eq!(
        shown,
        [
            "2024/policy | Housing | ",
            "same.md | second twin | ",
            "same.txt | Twin | 2024-02"
        ]
    );
    assert_eq!(sources[0].url, "/documents/2024%2Fpolicy");
    assert_eq!(
        sources[2].original_url.as_deref(),
        Some("https://example.org/x")
    );
}

/// Words of letters alone that begin with `zq`, the first so many of them.
fn words_that_begin_alike(count: usize) -> String {
    let letters = || 'a'..='z';
    let pairs = letters().flat_map(|one| letters().map(move |two| (one, two)));
    let words = pairs.take(count).map(|(one, two)| format!("zq{one}{two} "));
    words.collect()
}

#[test]
fn a_prefix_stands_for_256_words_and_no_more() {
    let of =
        |count| polidex_tests::index_texts(&[("a.txt", words_that_begin_alike(count).as_bytes())]);
    assert_eq!(of(256).ids("zq*"), ["a"]);
    let indexed = of(257);
    let refused = indexed.engine.search(&Question::about("zq*"));
    let error = refused.expect_err("over the limit").to_string();
    assert!(error.contains("prefix-expansion"), "{error}");
}

#[test]
fn a_prefix_finds_a_word_that_one_segment_has_alone() {
    let folder = TempDir::new().expect("a folder");
    let (papers, place) = (folder.path().join("papers"), folder.path().join("index"));
    fs::create_dir(&papers).expect("a folder");
    let write = |name: &str, text: &str| fs::write(papers.join(name), text).expect("a file");
    let build = || {
        let built = build_index(
            std::slice::from_ref(&papers),
            &place,
            &BuildOptions::default(),
            &|_| {},
        );
        built.expect("an index")
    };
    let shared = words_that_begin_alike(200);
    for name in ["a.txt", "b.txt", "c.txt", "d.txt"] {
        write(name, &format!("{name} {shared}"));
    }
    build();
    write("e.txt", &shared);
    write("f.txt", "zqzz stands last");
    build();
    let engine = Searcher::open(&place).expect("an index");
    let answer = engine.search(&Question::about("zq*").group_duplicates(false));
    assert_eq!(answer.expect("an answer").total.value, 6);
}
