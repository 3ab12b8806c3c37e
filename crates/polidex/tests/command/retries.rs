//! A reason of the day is no reason for ever: what failed because of the machine is tried again, what failed because of the
//! file is not. The test runs in a process of its own, since the program that reads files is named once for a whole process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::readers::set_worker_program;
use polidex_indexer::report::FileStatus;

/// Reads as the program does, and notes that it was asked.
const READER: &str = "#!/bin/sh\necho asked >>\"${0%/*}/asked\"\nexec PROGRAM \"$@\"\n";

/// Set in the process that runs the test alone.
const ALONE: &str = "POLIDEX_TEST_ALONE";

#[test]
fn a_file_is_tried_again_when_its_reader_failed_and_not_when_it_is_damaged() {
    if std::env::var_os(ALONE).is_some() {
        return try_again();
    }
    let program = std::env::current_exe().expect("this program");
    let name = "retries::a_file_is_tried_again_when_its_reader_failed_and_not_when_it_is_damaged";
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
    let build = || {
        let options = BuildOptions {
            threads: 1,
            ..BuildOptions::default()
        };
        let report = build_index(&[papers.path().to_owned()], place.path(), &options, &|_| {})
            .expect("an index");
        let files = report.files.into_iter();
        files
            .map(|file| (file.status, file.reason))
            .collect::<Vec<_>>()
    };
    fs::write(papers.path().join("a.txt"), "Public housing in Hong Kong.").expect("a file");
    let without = build();
    assert_eq!(without[0].0, FileStatus::Skipped);
    assert!(
        without[0]
            .1
            .starts_with("not read, its reader does not start"),
        "{without:?}"
    );
    let script = READER.replace("PROGRAM", env!("CARGO_BIN_EXE_polidex"));
    fs::write(&reader, script).expect("a program");
    fs::set_permissions(&reader, fs::Permissions::from_mode(0o755)).expect("a mode");
    assert_eq!(build(), [(FileStatus::Indexed, String::new())]);
    assert_eq!(build(), [(FileStatus::Unchanged, String::new())]);
    fs::write(papers.path().join("a.txt"), "PK\u{3}\u{4} no archive").expect("a file");
    let asked = || {
        let asked = fs::read_to_string(programs.path().join("asked"));
        asked.expect("asked at least once").lines().count()
    };
    let damaged = build();
    assert_eq!(damaged[0].0, FileStatus::Skipped, "{damaged:?}");
    let before = asked();
    assert_eq!(build(), damaged);
    assert_eq!(asked(), before, "a damaged file is not read again");
}
