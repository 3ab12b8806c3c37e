//! The ranking does not fall: judged questions, asked of the command itself.
//!
//! A slice of each collection, small enough for every run: all documents that some question wants, and one in a few of the
//! others. The floors lie at most a point under what was measured when they were set; the whole collections are for
//! `polidex eval`. Without `../shared/ir` the test says so and is left out.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

/// A collection, which documents and questions of it are taken, and what it may not fall under.
struct Slice {
    folder: &'static str,
    one_document_in: usize,
    one_question_in: usize,
    figure: &'static str,
    floor: f64,
}

#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn collection(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/ir")
        .join(folder);
    if path.exists() {
        return Some(path);
    }
    eprintln!("left out: ../shared/ir/{folder} is not beside this checkout");
    None
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path)
        .expect("a file of the collection")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn id(line: &str) -> String {
    let row: Value = serde_json::from_str(line).expect("JSON");
    row["id"].as_str().expect("an id").to_owned()
}

/// Writes the slice into `to`, in the form `polidex eval` reads.
fn write_slice(slice: &Slice, from: &Path, to: &Path) {
    let questions: Vec<String> = lines(&from.join("queries.jsonl"))
        .into_iter()
        .step_by(slice.one_question_in)
        .collect();
    let asked: HashSet<String> = questions.iter().map(|line| id(line)).collect();
    let is_asked = |line: &String| asked.contains(line.split('\t').next().unwrap_or_default());
    let judgements: Vec<String> = lines(&from.join("qrels.tsv"))
        .into_iter()
        .filter(is_asked)
        .collect();
    let wanted: HashSet<&str> = judgements
        .iter()
        .filter_map(|line| line.split('\t').nth(2))
        .collect();
    let documents = BufReader::new(GzDecoder::new(
        File::open(from.join("docs.jsonl.gz")).expect("documents"),
    ))
    .lines();
    let mut kept = GzEncoder::new(
        File::create(to.join("docs.jsonl.gz")).expect("a file"),
        Compression::fast(),
    );
    for (index, line) in documents.map(|line| line.expect("UTF-8")).enumerate() {
        if index % slice.one_document_in == 0 || wanted.contains(id(&line).as_str()) {
            writeln!(kept, "{line}").expect("room on the disk");
        }
    }
    kept.finish().expect("room on the disk");
    fs::write(to.join("queries.jsonl"), questions.join("\n")).expect("room on the disk");
    fs::write(to.join("qrels.tsv"), judgements.join("\n")).expect("room on the disk");
}

fn figure(slice: &Slice, from: &Path) -> f64 {
    let folder = TempDir::new().expect("a folder");
    write_slice(slice, from, folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_polidex"));
    let output = command
        .args(["eval", "--json"])
        .arg(folder.path())
        .output()
        .expect("the command runs");
    let figures: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    figures[slice.figure].as_f64().expect("a figure")
}

#[test]
fn judged_questions_find_what_they_found() {
    // Measured on 2026-11-29: 0.668, 0.966, 0.513.
    let slices = [
        Slice {
            folder: "time-en",
            one_document_in: 1,
            one_question_in: 1,
            figure: "map",
            floor: 0.642,
        },
        Slice {
            folder: "drcd-dev-zh-hant",
            one_document_in: 1,
            one_question_in: 8,
            figure: "ndcg@10",
            floor: 0.958,
        },
        Slice {
            folder: "stard-train-zh-hans",
            one_document_in: 1,
            one_question_in: 1,
            figure: "ndcg@10",
            floor: 0.510,
        },
    ];
    for slice in &slices {
        let Some(from) = collection(slice.folder) else {
            return;
        };
        let figure = figure(slice, &from);
        assert!(
            figure >= slice.floor,
            "{}: {} {figure:.4} fell under {}",
            slice.folder,
            slice.figure,
            slice.floor
        );
        assert!(
            figure < slice.floor + 0.03,
            "{}: {figure:.4}: raise the floor",
            slice.folder
        );
    }
}
