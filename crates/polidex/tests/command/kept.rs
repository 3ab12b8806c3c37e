//! Nothing is lost by accident, and what must go is gone.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{run, text};

fn papers() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("papers")).expect("a folder");
    for (name, content) in [
        ("housing.txt", "Public housing in Hong Kong."),
        ("tax.txt", "Tax reform in three steps."),
        ("water.txt", "Water supply of the islands."),
    ] {
        fs::write(folder.path().join("papers").join(name), content).expect("a file");
    }
    folder
}

fn index(folder: &TempDir, more: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["index", "papers", "--index", "index"], more].concat();
    let output = run(folder.path(), &arguments);
    let said = text(&output.stdout) + &text(&output.stderr);
    (output.status.code(), said)
}

fn finds(folder: &Path, q: &str) -> bool {
    let output = run(folder, &["search", q, "--index", "index"]);
    output.status.code() == Some(0)
}

fn generations(folder: &TempDir) -> usize {
    let entries = fs::read_dir(folder.path().join("index/generations")).expect("an index");
    entries.count()
}

#[test]
fn an_emptied_folder_is_kept_until_removals_are_allowed() {
    let folder = papers();
    assert_eq!(index(&folder, &[]).0, Some(0));
    let away = folder.path().join("away");
    fs::rename(folder.path().join("papers"), &away).expect("moved");
    fs::create_dir(folder.path().join("papers")).expect("a folder");
    let (code, said) = index(&folder, &[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("3 documents") && said.contains("--allow-removals"),
        "{said}"
    );
    assert!(finds(folder.path(), "housing"));
    let doctor = run(folder.path(), &["doctor", "--index", "index"]);
    assert!(
        text(&doctor.stdout).contains("kept, not removed      3"),
        "{}",
        text(&doctor.stdout)
    );
    let (code, said) = index(&folder, &["--allow-removals"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!finds(folder.path(), "housing"));
}

#[test]
fn so_many_generations_are_kept_as_are_wanted() {
    let folder = papers();
    let build = |number: usize, more: &[&str]| {
        let name = format!("papers/more{number}.txt");
        fs::write(folder.path().join(name), format!("Paper {number}.")).expect("a file");
        assert_eq!(index(&folder, more).0, Some(0));
        generations(&folder)
    };
    let counts: Vec<usize> = (0..4).map(|number| build(number, &[])).collect();
    assert_eq!(counts, [1, 2, 3, 3]);
    assert_eq!(build(4, &["--keep", "4"]), 4);
    assert_eq!(build(5, &["--keep", "0"]), 1);
}

#[test]
fn what_is_forgotten_is_gone_from_every_generation_and_stays_away() {
    let folder = papers();
    assert_eq!(index(&folder, &[]).0, Some(0));
    fs::write(folder.path().join("papers/more.txt"), "One more paper.").expect("a file");
    assert_eq!(index(&folder, &[]).0, Some(0));
    let snapshot = run(folder.path(), &["snapshot", "copy", "--index", "index"]);
    assert_eq!(snapshot.status.code(), Some(0));
    let forgot = run(
        folder.path(),
        &["forget", "tax", "nowhere", "--index", "index"],
    );
    let said = text(&forgot.stderr);
    assert_eq!(forgot.status.code(), Some(0), "{said}");
    assert!(
        said.contains("tax was removed") && said.contains("nowhere was not in the index"),
        "{said}"
    );
    assert!(said.contains("copy"), "the snapshot is named: {said}");
    assert_eq!(generations(&folder), 1);
    let is_there = || finds(folder.path(), "reform");
    assert!(!is_there() && finds(folder.path(), "housing"));
    assert_ne!(
        run(folder.path(), &["doctor", "--index", "index"])
            .status
            .code(),
        Some(2)
    );
    for more in [&[][..], &["--rebuild"]] {
        let (code, said) = index(&folder, more);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("forgotten by `polidex forget`"), "{said}");
        assert!(!is_there());
    }
    let again = run(folder.path(), &["forget", "tax", "--index", "index"]);
    assert_eq!(again.status.code(), Some(1));
}
