//! The house keeps its shape: who may know whom, and where the doors to disk and engine are.

use std::fs;
use std::path::{Path, PathBuf};

use polidex_tests::top;

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)
        .expect("a folder of the repository")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Files below `crates/*/src` that use `word`, relative to `crates`.
fn users_of(word: &str) -> Vec<String> {
    let crates = top().join("crates");
    let mut users = Vec::new();
    for name in ["analysis", "schema", "indexer", "server", "polidex"] {
        for file in rust_files(&crates.join(name).join("src")) {
            let text = fs::read_to_string(&file).expect("a source file");
            let uses = |line: &str| !line.trim_start().starts_with("//") && has_word(line, word);
            if text.lines().any(uses) {
                users.push(
                    file.strip_prefix(&crates)
                        .expect("below crates")
                        .to_string_lossy()
                        .replace('\\', "/"),
                );
            }
        }
    }
    users.sort();
    users
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let is_part =
            |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_part(before) && !is_part(after)
    })
}

fn dependencies(name: &str) -> String {
    let manifest =
        fs::read_to_string(top().join("crates").join(name).join("Cargo.toml")).expect("a manifest");
    let from = manifest
        .find("[dependencies]")
        .expect("every crate has some");
    let rest = &manifest[from..];
    rest[..rest.find("[dev-dependencies]").unwrap_or(rest.len())].to_owned()
}

#[test]
fn indexer_and_server_never_know_each_other() {
    assert!(!dependencies("indexer").contains("polidex-server"));
    assert!(!dependencies("server").contains("polidex-indexer"));
    for name in ["analysis", "schema", "indexer"] {
        for web in ["axum", "tokio", "hyper", "tower"] {
            assert!(!dependencies(name).contains(web), "{name} knows {web}");
        }
    }
}

#[test]
fn one_place_writes_an_index_and_one_searches_it() {
    assert_eq!(users_of("IndexWriter"), ["indexer/src/store/writer.rs"]);
    assert_eq!(users_of("Searcher"), ["server/src/engine/snapshot.rs"]);
}

#[test]
fn analysis_is_pure() {
    for door in [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "std::process",
    ] {
        let users = users_of(door);
        assert!(
            users.iter().all(|user| !user.starts_with("analysis/")),
            "{door}: {users:?}"
        );
    }
}

#[test]
fn only_the_http_layer_awaits() {
    let users: Vec<_> = users_of("async")
        .into_iter()
        .filter(|user| user.starts_with("server/"))
        .collect();
    assert!(
        users
            .iter()
            .all(|user| user.starts_with("server/src/http/")),
        "{users:?}"
    );
}
