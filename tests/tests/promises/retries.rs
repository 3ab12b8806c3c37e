//! A reason of the day is no reason for ever: what failed because of the machine is tried again, what failed because of the
//! file is not. The test runs in a process of its own, since the program that reads PDF
//! is named once for a whole process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use polidex_indexer::extract::worker::set_worker_program;
use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::report::FileStatus;
use polidex_tests::made::{line, pdf};

/// Answers as a reader of PDF does, whatever it is given, and notes that it was asked.
const READER: &str = r#"#!/bin/sh
/bin/cat >/dev/null
echo asked >>"${0%/*}/asked"
echo '{"Ok":{"text":{"text":"read at last","blocks":[{"range":{"start":0,"end":12},"role":"Paragraph"}],"pages":[],"encoding":"UTF-8"},"declared":{},"notes":[]}}'
"#;
const REFUSER: &str = r#"#!/bin/sh
/bin/cat >/dev/null
echo asked >>"${0%/*}/asked"
echo '{"Err":"PDF is damaged"}'
"#;

/// Set in the process that runs the test alone.
const ALONE: &str = "POLIDEX_TEST_ALONE";

#[test]
fn a_pdf_is_tried_again_when_its_reader_failed_and_not_when_it_is_damaged() {
    if std::env::var_os(ALONE).is_some() {
        return try_again();
    }
    let program = std::env::current_exe().expect("this program");
    let name = "retries::a_pdf_is_tried_again_when_its_reader_failed_and_not_when_it_is_damaged";
    let done = Command::new(program)
        .args(["--exact", name])
        .env(ALONE, "1")
        .output()
        .expect("this program runs");
    let report = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && report.contains("test result: ok. 1 passed"),
        "{report}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn try_again() {
    let papers = tempfile::TempDir::new().expect("a folder");
    let place = tempfile::TempDir::new().expect("a folder");
    let programs = tempfile::TempDir::new().expect("a folder");
    let reader = programs.path().join("reader");
    set_worker_program(reader.clone());
    let install = |script: &str| {
        fs::write(&reader, script).expect("a program");
        fs::set_permissions(&reader, fs::Permissions::from_mode(0o755)).expect("a mode");
    };
    let build = || {
        let options = BuildOptions {
            threads: 1,
            ..BuildOptions::default()
        };
        let report = build_index(&[papers.path().to_owned()], place.path(), &options, &|_| {})
            .expect("an index");
        report
            .files
            .into_iter()
            .map(|file| (file.status, file.reason))
            .collect::<Vec<_>>()
    };
    fs::write(papers.path().join("a.pdf"), pdf(&[line(60, 700, "text")])).expect("a file");
    let without = build();
    assert_eq!(without[0].0, FileStatus::Skipped);
    assert!(
        without[0]
            .1
            .starts_with("PDF cannot be read: its reader does not start"),
        "{without:?}"
    );
    install(READER);
    assert_eq!(build(), [(FileStatus::Indexed, String::new())]);
    assert_eq!(build(), [(FileStatus::Unchanged, String::new())]);
    fs::write(
        papers.path().join("a.pdf"),
        pdf(&[line(60, 700, "another text")]),
    )
    .expect("a file");
    install(REFUSER);
    let asked = || {
        fs::read_to_string(programs.path().join("asked"))
            .expect("asked at least once")
            .lines()
            .count()
    };
    assert_eq!(
        build(),
        [(FileStatus::Skipped, "PDF is damaged".to_owned())]
    );
    let before = asked();
    assert_eq!(
        build(),
        [(FileStatus::Skipped, "PDF is damaged".to_owned())]
    );
    assert_eq!(asked(), before, "a damaged file is not read again");
}
