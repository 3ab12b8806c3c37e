//! The command as people and scripts use it: exit codes, streams, the one line with the address.

use std::process::Stdio;

use tempfile::TempDir;

use crate::program::{Server, polidex, run, text};

/// A folder with two documents in `seeds/`.
fn folder_with_seeds() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    std::fs::write(
        folder.path().join("seeds/a.txt"),
        "特區政府加快發展新質生產力。",
    )
    .expect("a file");
    std::fs::write(
        folder.path().join("seeds/b.txt"),
        "A paper on low-altitude economy.",
    )
    .expect("a file");
    folder
}

#[test]
fn exit_codes_are_ripgreps() {
    let folder = folder_with_seeds();
    let search = |q: &str| run(folder.path(), &["search", q]);
    let without_index = search("x");
    assert_eq!(without_index.status.code(), Some(2));
    assert!(
        text(&without_index.stderr).contains("polidex index"),
        "{}",
        text(&without_index.stderr)
    );
    let indexed = run(folder.path(), &["index"]);
    assert_eq!(indexed.status.code(), Some(0), "{}", text(&indexed.stderr));
    assert!(text(&indexed.stdout).contains("documents              2"));
    let found = search("新质生产力");
    assert_eq!(found.status.code(), Some(0));
    assert!(
        text(&found.stdout).contains("[新質生產力]"),
        "{}",
        text(&found.stdout)
    );
    let nothing = search("zzzz");
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(1), 0));
    assert_eq!(
        run(folder.path(), &["search", "x", "--source", "nobody"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(
        run(folder.path(), &["index", "nowhere"]).status.code(),
        Some(2)
    );
    assert_eq!(
        run(folder.path(), &["--no-such-flag"]).status.code(),
        Some(2)
    );
}

#[test]
fn reports_and_answers_are_json_when_asked() {
    let folder = folder_with_seeds();
    std::fs::write(folder.path().join("seeds/c.txt"), "").expect("a file");
    let report = run(folder.path(), &["index", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(report["documents"], 2);
    let files: Vec<_> = report["files"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| file["status"].as_str())
        .collect();
    assert_eq!(files, [Some("indexed"), Some("indexed"), Some("skipped")]);
    let answer = run(folder.path(), &["search", "economy", "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    assert_eq!(answer["hits"][0]["id"], "b");
}

#[test]
fn serve_builds_announces_answers_and_stops() {
    let folder = folder_with_seeds();
    let server = Server::start(folder.path(), &[]);
    let answer = server.get("/api/v1/search?q=economy");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"id\":\"b\""),
        "{answer}"
    );
    let taken = run(folder.path(), &["serve", "--listen", &server.address]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(
        text(&taken.stderr).contains("--listen"),
        "{}",
        text(&taken.stderr)
    );
    assert_eq!(server.stop().status.code(), Some(0));
}

#[test]
fn serve_without_seeds_says_what_to_do() {
    let folder = TempDir::new().expect("a folder");
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("polidex serve PATH"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn serve_never_replaces_an_index_of_other_documents() {
    let folder = folder_with_seeds();
    std::fs::create_dir(folder.path().join("mine")).expect("a folder");
    std::fs::write(folder.path().join("mine/c.txt"), "my own paper").expect("a file");
    assert_eq!(
        run(folder.path(), &["index", "mine"]).status.code(),
        Some(0)
    );
    Server::start(folder.path(), &[]).stop();
    assert_eq!(
        run(folder.path(), &["search", "paper"]).status.code(),
        Some(0)
    );
    assert_eq!(
        run(folder.path(), &["search", "economy"]).status.code(),
        Some(1)
    );
}

#[test]
fn nothing_of_a_reader_is_logged_and_no_line_can_be_forged() {
    let folder = folder_with_seeds();
    let server = Server::spawn(polidex(folder.path()).arg("serve").stderr(Stdio::piped()));
    for target in [
        "/search?q=secretquery",
        "/search?q=secretquery%0A%7B%22level%22%3A%22FORGED%22%7D&page=x",
        "/none",
    ] {
        server.get_with(
            target,
            "User-Agent: SecretAgent\r\nX-Forwarded-For: 198.51.100.7\r\n",
        );
    }
    let said = text(&server.stop().stderr);
    for secret in ["secretquery", "SecretAgent", "198.51.100.7", "FORGED"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn a_document_does_not_command_the_terminal() {
    let folder = folder_with_seeds();
    let hostile = "# a\u{1b}]0;owned\u{7}title\u{202e}\n\nThe economy \u{1b}[2J\u{9b}31m\u{2066}is \u{61c}here.\n";
    std::fs::write(folder.path().join("seeds/c\u{1b}[31m.md"), hostile).expect("a file");
    let mut said = run(folder.path(), &["index"]);
    said.stdout
        .extend(run(folder.path(), &["search", "economy \u{1b}[2J"]).stdout);
    said.stdout
        .extend(run(folder.path(), &["search", "economy"]).stdout);
    let file = "seeds/c\u{1b}[31m.md";
    let extracted = text(&run(folder.path(), &["extract", file]).stdout);
    assert!(extracted.contains("The economy"), "{extracted:?}");
    said.stdout.extend(extracted.into_bytes());
    let report = run(folder.path(), &["repair", "--report", file]);
    said.stdout.extend(report.stdout);
    for output in [text(&said.stdout), text(&said.stderr)] {
        let commands = |c: char| {
            (c.is_control() && c != '\n' && c != '\t')
                || c == '\u{61c}'
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
        };
        assert!(!output.contains(commands), "{output:?}");
    }
}

#[test]
fn repair_says_what_it_cannot_mend() {
    let folder = TempDir::new().expect("a folder");
    let files: [(&str, &[u8], &str); 3] = [
        (
            "paper.pdf",
            b"%PDF-1.7\n1 0 obj",
            "paper.pdf is a document or an archive, not plain text; see its mended text with polidex extract",
        ),
        (
            "picture.png",
            b"\x89PNG\r\n",
            "picture.png is no text but a file of another format: PNG image",
        ),
        (
            "program",
            b"\x7FELF\x02",
            "program is no text but a file of another format: program",
        ),
    ];
    for (name, bytes, message) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
        let refused = run(folder.path(), &["repair", name]);
        assert_eq!(refused.status.code(), Some(2), "{name}");
        assert!(
            refused.stdout.is_empty() && text(&refused.stderr).contains(message),
            "{}",
            text(&refused.stderr)
        );
    }
    let refused = run(folder.path(), &["repair", "."]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("is a folder"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn a_report_follows_the_text() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(
        folder.path().join("a.txt"),
        "ç¤¾åŒºé£Ÿå ‚\n\nStalls &amp; fees of \\$10\n",
    )
    .expect("a file");
    let report = run(folder.path(), &["repair", "--report", "a.txt"]);
    let report = text(&report.stdout).to_string();
    let lines: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("line "))
        .collect();
    assert!(lines.len() >= 3 && lines.is_sorted(), "{report}");
    assert!(report.contains("  - \\\n  + (nothing)"), "{report}");
}

/// An indexed folder with four documents of two publishers, dated by `sources.toml`.
fn indexed_folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let files = [
        ("a.txt", "The harbour policy of the port."),
        ("b.txt", "A policy on housing."),
        ("c.txt", "港口政策與房屋政策。"),
        ("=d.txt", "A policy on tides, \u{1b}[31mand moons."),
    ];
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join("seeds").join(name), text).expect("a file");
    }
    let described = "[\"a.txt\"]\npublisher = \"Port\"\ndate = \"2020\"\n\n[\"b.txt\"]\npublisher = \"Town\"\ndate = \"2022-05\"\n";
    std::fs::write(folder.path().join("seeds/sources.toml"), described).expect("a file");
    let indexed = run(folder.path(), &["index"]);
    assert_eq!(indexed.status.code(), Some(0), "{}", text(&indexed.stderr));
    folder
}

#[test]
fn a_search_takes_the_filters_and_orders_of_the_page() {
    let folder = indexed_folder();
    let ids = |args: &[&str]| {
        let args = [&["search", "policy", "-l", "--expand", "none"], args].concat();
        let found = run(folder.path(), &args);
        let ids = text(&found.stdout);
        ids.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["--publisher", "Port"]), ["a"]);
    assert_eq!(
        ids(&["--source", "b", "--source", "a", "--sort", "date"]),
        ["a", "b"]
    );
    assert_eq!(ids(&["--sort", "-date", "--limit", "2"]), ["b", "a"]);
    assert_eq!(ids(&["--from", "2021", "--to", "2022-06"]), ["b"]);
    assert_eq!(ids(&["--lang", "zh-Hant"]), [""; 0]);
    assert_eq!(ids(&["harbour", "--match", "all"]), ["a"]);
    assert_eq!(ids(&["harbour", "--match", "any"]).len(), 3);
    let translated = run(folder.path(), &["search", "policy", "-c"]);
    assert_eq!(text(&translated.stdout), "4\n");
    let none = run(folder.path(), &["search", "zzzz", "-c"]);
    assert_eq!(
        (text(&none.stdout).as_str(), none.status.code()),
        ("0\n", Some(1))
    );
    let wrong = run(folder.path(), &["search", "policy", "--from", "2021-02-30"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("a day that exists"));
}

#[test]
fn an_answer_is_a_list_for_other_programs() {
    let folder = indexed_folder();
    let printed = |format: &str| {
        let args = [
            "search",
            "policy",
            "--sort",
            "date",
            "--base-url",
            "https://p.example/",
            "--format",
            format,
        ];
        text(&run(folder.path(), &args).stdout)
    };
    let lines = printed("jsonl");
    let hits: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(hits.len(), 4);
    assert_eq!(hits[0]["id"], "a");
    let csv = printed("csv");
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(
        csv.contains("\"'=d\""),
        "a spreadsheet would compute: {csv}"
    );
    assert!(
        csv.contains("https://p.example/documents/a?q=policy"),
        "{csv}"
    );
    assert_eq!(printed("ris").matches("\nER  - ").count(), 4);
    let bibtex = printed("bibtex");
    let entries = bibtex.lines().filter(|line| line.starts_with('@'));
    assert_eq!(entries.count(), 4, "{bibtex}");
    let answer: serde_json::Value = serde_json::from_str(&printed("json")).expect("JSON");
    assert_eq!(answer["total"]["value"], 3);
}

#[test]
fn what_scripts_read_is_the_same_in_every_locale() {
    let folder = indexed_folder();
    let search = |locale: &str| {
        let mut command = polidex(folder.path());
        let found = command
            .args(["search", "policy"])
            .env("LC_ALL", locale)
            .output();
        let found = found.expect("the command runs");
        (text(&found.stdout), text(&found.stderr))
    };
    assert_eq!(search("C"), search("zh_HK.UTF-8"));
}

#[test]
fn shells_and_man_are_told_of_the_commands() {
    let folder = TempDir::new().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&run(folder.path(), &["completions", shell]).stdout);
        assert!(
            script.contains("rollback") && script.contains("base-url"),
            "{shell}"
        );
    }
    let page = text(&run(folder.path(), &["man", "search"]).stdout);
    assert!(
        page.contains(".TH polidex-search 1") && page.contains("bibtex"),
        "{page}"
    );
    assert!(text(&run(folder.path(), &["man"]).stdout).contains("snapshot"));
    let unknown = run(folder.path(), &["man", "dance"]);
    assert_eq!(unknown.status.code(), Some(2));
}
