//! Values from `polidex.toml` and `POLIDEX_*`: flags win over variables, variables over the file.

use std::path::Path;

use tempfile::TempDir;

use crate::program::{Server, polidex, run, text};

/// A folder with three documents, indexed.
fn indexed_folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    for name in ["a", "b", "c"] {
        let path = folder.path().join(format!("seeds/{name}.txt"));
        std::fs::write(path, format!("A policy on {name}.")).expect("a file");
    }
    assert_eq!(run(folder.path(), &["index"]).status.code(), Some(0));
    folder
}

fn configure(folder: &Path, toml: &str) {
    std::fs::write(folder.join("polidex.toml"), toml).expect("a file");
}

/// Number of ids that a search lists.
fn listed(folder: &Path, variable: Option<&str>, args: &[&str]) -> usize {
    let mut command = polidex(folder);
    command.args(["search", "policy", "-l"]).args(args);
    if let Some(limit) = variable {
        command.env("POLIDEX_LIMIT", limit);
    }
    text(&command.output().expect("the command runs").stdout)
        .lines()
        .count()
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = indexed_folder();
    assert_eq!(listed(folder.path(), None, &[]), 3);
    configure(folder.path(), "[search]\nlimit = 1\n");
    assert_eq!(listed(folder.path(), None, &[]), 1);
    assert_eq!(listed(folder.path(), Some("2"), &[]), 2);
    assert_eq!(listed(folder.path(), Some("2"), &["--limit", "3"]), 3);
    configure(folder.path(), "[search]\nsource = [\"a\", \"b\"]\n");
    assert_eq!(listed(folder.path(), None, &[]), 2);
    assert_eq!(
        listed(folder.path(), None, &["--source", "c"]),
        1,
        "flags replace"
    );
}

#[test]
fn every_value_says_where_it_is_from() {
    let folder = indexed_folder();
    configure(
        folder.path(),
        "index = \"index\"\n[search]\nsort = \"-date\"\n",
    );
    let mut command = polidex(folder.path());
    let printed = command
        .args(["config", "search"])
        .env("POLIDEX_LANG", "en,zh-Hant")
        .output();
    let printed = text(&printed.expect("the command runs").stdout);
    for line in [
        "# file: polidex.toml",
        "search.index = index  # polidex.toml",
        "search.sort = -date  # polidex.toml",
        "search.lang = en,zh-Hant  # POLIDEX_LANG",
        "search.passages = 3  # default",
    ] {
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line}: {printed}"
        );
    }
}

#[test]
fn a_configuration_that_does_not_fit_is_refused() {
    let folder = indexed_folder();
    for (toml, said) in [
        ("lmit = 1", "no command has an option `lmit`"),
        ("[serch]\nlimit = 1", "there is no command `serch`"),
        ("[search]\nlisten = 1", "`search` has no option `listen`"),
        ("[search]\nlimit = 1.5", "not a float"),
        (
            "[search]\nlimit = \"many\"",
            "polidex.toml or of a variable",
        ),
        ("[search", "reading polidex.toml"),
    ] {
        configure(folder.path(), toml);
        let refused = run(folder.path(), &["search", "policy"]);
        assert_eq!(refused.status.code(), Some(2), "{toml}");
        assert!(
            text(&refused.stderr).contains(said),
            "{toml}: {}",
            text(&refused.stderr)
        );
    }
    let missing = run(
        folder.path(),
        &["--config", "none.toml", "search", "policy"],
    );
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_server_takes_its_index_from_the_file() {
    let folder = indexed_folder();
    std::fs::rename(folder.path().join("index"), folder.path().join("papers")).expect("moved");
    std::fs::remove_dir_all(folder.path().join("seeds")).expect("removed");
    configure(folder.path(), "[serve]\nindex = \"papers\"\n");
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.json("/api/v1/search?q=policy")["total"]["value"], 3);
}

#[test]
fn values_are_put_behind_the_command_wherever_its_name_stands() {
    let folder = indexed_folder();
    let file = folder.path().join("search");
    std::fs::write(file, "[search]\nlimit = 1\n").expect("a file");
    for args in [
        ["--config", "search", "search", "policy", "-l"].as_slice(),
        &["search", "--config", "search", "policy", "-l"],
        &[
            "--log-level",
            "error",
            "--config",
            "search",
            "search",
            "policy",
            "-l",
        ],
    ] {
        let answered = run(folder.path(), args);
        assert_eq!(
            text(&answered.stdout).lines().count(),
            1,
            "{args:?}: {}",
            text(&answered.stderr)
        );
    }
}
