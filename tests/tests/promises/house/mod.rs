//! The house keeps its shape: who may know whom, and where the doors to disk and engine are.

mod circles;
mod modules;
mod planted;

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
    for name in ["schema", "indexer", "server", "polidex"] {
        assert!(
            !dependencies(name).contains("jieba-rs"),
            "{name} cuts Han itself"
        );
    }
}

#[test]
fn one_place_writes_an_index_and_one_searches_it() {
    assert_eq!(users_of("IndexWriter"), ["indexer/src/store/writer.rs"]);
    assert_eq!(
        users_of("IndexReader"),
        ["server/src/engine/tantivy/mod.rs"]
    );
}

#[test]
fn one_room_of_each_end_knows_the_engine() {
    // Analysis makes its tokens, schema its fields; an error of the engine is one of the server's.
    let doors = [
        "analysis/src/analyzers.rs",
        "schema/src/fields.rs",
        "indexer/src/error.rs",
        "indexer/src/store/",
        "server/src/engine/",
        "server/src/error.rs",
    ];
    let is_door = |user: &String| doors.iter().any(|door| user.starts_with(door));
    let others: Vec<String> = users_of("tantivy")
        .into_iter()
        .filter(|user| !is_door(user))
        .collect();
    assert_eq!(others, Vec::<String>::new());
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

#[test]
fn no_module_and_no_room_needs_another_that_needs_it() {
    let mut told = String::new();
    for entry in fs::read_dir(top().join("crates"))
        .expect("the crates")
        .flatten()
    {
        let sources = entry.path().join("src");
        let name = entry.file_name().to_string_lossy().into_owned();
        let mut files = modules::Files::new();
        for file in rust_files(&sources) {
            let text = fs::read_to_string(&file).expect("a source file");
            let below = file.strip_prefix(&sources).expect("below src");
            files.insert(below.to_string_lossy().replace('\\', "/"), text);
        }
        let circles = circles::circles_of(&files);
        for (kind, circles) in [("modules", circles.modules), ("rooms", circles.rooms)] {
            for circle in circles {
                let members = circle.members.join(", ");
                told.push_str(&format!("{name}, {kind}: {members}\n{}", circle.needs));
            }
        }
    }
    assert!(
        told.is_empty(),
        "modules or rooms that need each other:\n{told}"
    );
}
