//! `polidex alert`: what is new is said once.

use std::fs;

use tempfile::TempDir;

use crate::program::{run, text};

#[test]
fn what_is_new_is_said_once() {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    let add = |name: &str, words: &str| {
        fs::write(papers.join(name), words).expect("a file");
        let indexed = run(folder.path(), &["index", "papers", "--quiet"]);
        assert_eq!(indexed.status.code(), Some(0), "{}", text(&indexed.stderr));
    };
    let alert = |args: &[&str]| {
        let mut all = vec!["alert", "housing", "-l"];
        all.extend(args);
        let output = run(folder.path(), &all);
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let state = ["--state", "seen.json"];
    add("a.txt", "housing policy");
    let (code, listed, said) = alert(&state);
    assert_eq!((code, listed.as_str()), (Some(1), ""));
    assert!(said.contains("watched from now on"), "{said}");
    assert_eq!(alert(&state).0, Some(1), "nothing came");
    add("b.txt", "more housing");
    add("c.txt", "other matters");
    let (code, listed, _) = alert(&state);
    assert_eq!((code, listed.as_str()), (Some(0), "b\n"));
    assert_eq!(alert(&state).0, Some(1), "said once");
    // Another search is another alert.
    assert_eq!(alert(&["--state", "seen.json", "--lang", "en"]).0, Some(1));
    let before = fs::read_to_string(folder.path().join("seen.json")).expect("a state");
    let (code, listed, _) = alert(&["--since", "2020-01-01"]);
    assert_eq!((code, listed.lines().count()), (Some(0), 2));
    let after = fs::read_to_string(folder.path().join("seen.json")).expect("a state");
    assert_eq!(before, after, "--since remembers nothing");
    assert_eq!(alert(&["--since", "yesterday"]).0, Some(2));
}
