//! The statements in `docs/safety.md` and `docs/interface.md` keep their numbers, and the tests that they name exist.

use std::fs;
use std::path::{Path, PathBuf};

use polidex_tests::top;

/// Where a statement says which part of it no test holds.
const NO_TEST: &str = "*No test yet:*";

/// A numbered statement.
struct Statement {
    number: String,
    text: String,
}

impl Statement {
    /// Names of the tests that hold it.
    fn tests(&self) -> Vec<&str> {
        let Some((_, tests)) = self.text.split_once("\nTests: ") else {
            return Vec::new();
        };
        let tests = tests.split(NO_TEST).next().unwrap_or_default();
        tests.split('`').skip(1).step_by(2).collect()
    }
}

/// Reads the statements of a page: each starts with its number in bold.
fn statements(page: &str) -> Vec<Statement> {
    let text = fs::read_to_string(top().join("docs").join(page)).expect("a page");
    let mut found: Vec<Statement> = Vec::new();
    for line in text.lines() {
        let number = line
            .strip_prefix("**")
            .and_then(|rest| rest.split_once(".**"));
        if let Some((number, _)) = number {
            found.push(Statement {
                number: number.to_owned(),
                text: String::new(),
            });
        }
        if let Some(last) = found.last_mut().filter(|_| !line.starts_with('#')) {
            last.text.push_str(line);
            last.text.push('\n');
        }
    }
    found
}

/// Rust sources below `folder`.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let is_ours = !path.ends_with("node_modules") && !path.ends_with("target");
        if path.is_dir() && is_ours {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Name of the module in a file: that of its folder for `mod.rs` and `main.rs`.
fn module(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    match stem {
        "mod" | "main" => path.parent()?.file_name()?.to_str(),
        _ => Some(stem),
    }
}

/// Returns whether a source has a test named `function`.
fn has_test(source: &str, function: &str) -> bool {
    let start = format!("fn {function}(");
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with(&start))
        .any(|(at, _)| {
            let before = lines[..at].iter().rev();
            let mut attributes = before.take_while(|line| !line.is_empty() && *line != &"}");
            attributes.any(|line| line.starts_with("#[") && line.ends_with("test]"))
        })
}

/// Returns whether a test exists: `module::function`, or `file.test.js: title`.
fn exists(name: &str, rust: &[(PathBuf, String)]) -> bool {
    if let Some((file, title)) = name.split_once(".test.js: ") {
        let path = top().join(format!("tests/browser/{file}.test.js"));
        let walks = fs::read_to_string(path).unwrap_or_default();
        return ['"', '`']
            .iter()
            .any(|quote| walks.contains(&format!("({quote}{title}{quote}")));
    }
    let Some((wanted, function)) = name.split_once("::") else {
        return false;
    };
    rust.iter()
        .any(|(path, source)| module(path) == Some(wanted) && has_test(source, function))
}

fn read_sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in ["crates", "tests"] {
        sources(&top().join(folder), &mut paths);
    }
    let read = |path: PathBuf| {
        let source = fs::read_to_string(&path).expect("a source");
        (path, source)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn statements_keep_their_numbers() {
    let series = |letter: char, count: usize| (1..=count).map(move |n| format!("{letter}{n}"));
    let pages: [(&str, Vec<String>); 2] = [
        (
            "safety.md",
            series('R', 16).chain(series('S', 30)).collect(),
        ),
        ("interface.md", series('U', 55).collect()),
    ];
    for (page, expected) in pages {
        let numbers: Vec<String> = statements(page)
            .into_iter()
            .map(|statement| statement.number)
            .collect();
        assert_eq!(numbers, expected, "{page}");
    }
}

#[test]
fn every_statement_names_tests_that_exist_or_says_that_there_is_none() {
    let rust = read_sources();
    for page in ["safety.md", "interface.md"] {
        for statement in statements(page) {
            let tests = statement.tests();
            let says_none = statement.text.contains(NO_TEST);
            assert!(
                !tests.is_empty() || says_none,
                "{page}: {} names no test and does not say so",
                statement.number
            );
            for test in tests {
                assert!(
                    exists(test, &rust),
                    "{page}: {} names `{test}`, which is no test of the sources; name the one that holds it now",
                    statement.number
                );
            }
        }
    }
}

#[test]
fn a_name_that_is_no_test_is_seen() {
    let rust = read_sources();
    assert!(exists("statements::statements_keep_their_numbers", &rust));
    assert!(exists("parse::limits_are_named", &rust));
    for name in [
        "statements::read_sources",
        "statements::nothing",
        "laws::statements_keep_their_numbers",
        "live.test.js: nothing",
        "nothing.test.js: typing searches once it pauses",
        "statements",
    ] {
        assert!(!exists(name, &rust), "{name}");
    }
}
