//! Scores what is read of files against their texts by another reader.
//!
//! `NAME.truth.txt` holds the true text of `NAME.*` beside it. Text is compared as words and ideographs, each as often as it
//! stands: recall is the share of the truth that is read, precision the share of what is read that is true, order the share of
//! neighbours in the truth that are neighbours in what is read. A file without a truth is read or not.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// Recall below this is listed by file.
const GOOD: f64 = 0.95;

/// Reads all files of `folders` with `program` and prints a table by format, and the files that fall short.
pub(crate) fn run(program: &Path, folders: &[PathBuf]) -> anyhow::Result<()> {
    let shared = ["files", "field/files"]
        .iter()
        .filter_map(|name| polidex_tests::shared(name));
    let folders = if folders.is_empty() {
        shared.collect()
    } else {
        folders.to_vec()
    };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut short = Vec::new();
    for file in files_in(&folders)? {
        let text = extracted(program, &file)?;
        let row = rows.entry(ending_of(&file)).or_default();
        row.files += 1;
        row.read += usize::from(!text.is_empty());
        if let Some(truth) = truth_of(&file)? {
            let score = Score::of(&words_of(&truth), &words_of(&text));
            if score.recall < GOOD || score.precision < GOOD {
                short.push(format!("{}: {score}", file.display()));
            }
            row.scores.push(score);
        }
    }
    print_rows(&rows);
    short.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Files to read: no truths, and nothing that describes others.
fn files_in(folders: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.to_string_lossy();
            let is_about_others = ["README.md", ".truth.txt", "metadata.jsonl"]
                .iter()
                .any(|ending| name.ends_with(ending));
            if path.is_file() && !is_about_others {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn ending_of(file: &Path) -> String {
    let ending = file.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}

/// Text of all documents of a file; empty where it is not read.
fn extracted(program: &Path, file: &Path) -> anyhow::Result<String> {
    let output = Command::new(program).arg("extract").arg(file).output();
    let output = output.with_context(|| format!("running {}", program.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The true text of a file, without the lines that its reader added: `--- page 1`, `[header]`.
fn truth_of(file: &Path) -> anyhow::Result<Option<String>> {
    let truth = file.with_extension("truth.txt");
    if !truth.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(truth)?;
    let is_added =
        |line: &&str| line.starts_with("--- ") || line.starts_with('[') && line.contains(']');
    let lines: Vec<&str> = text.lines().filter(|line| !is_added(line)).collect();
    Ok(Some(lines.join("\n")))
}

/// Words of letters and digits, and every ideograph.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let is_wide = matches!(c as u32, 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF);
        if c.is_alphanumeric() && !is_wide {
            word.push(c);
            continue;
        }
        words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        words.extend((is_wide && c.is_alphanumeric()).then(|| c.to_string()));
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// What is read of one file.
struct Score {
    recall: f64,
    precision: f64,
    order: f64,
}

impl Score {
    fn of(truth: &[String], read: &[String]) -> Self {
        let shared = count_shared(truth.iter(), read.iter());
        let neighbours = count_shared(truth.windows(2), read.windows(2));
        Self {
            recall: share(shared, truth.len()),
            precision: share(shared, read.len()),
            order: share(neighbours, truth.len().saturating_sub(1)),
        }
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            recall,
            precision,
            order,
        } = self;
        write!(
            f,
            "recall {recall:.3} precision {precision:.3} order {order:.3}"
        )
    }
}

/// Number of items that both have, each as often as in the one that has it less often.
fn count_shared<T: std::hash::Hash + Eq>(
    one: impl Iterator<Item = T>,
    other: impl Iterator<Item = T>,
) -> usize {
    let mut left: HashMap<T, usize> = HashMap::new();
    one.for_each(|item| *left.entry(item).or_default() += 1);
    other
        .filter(|item| {
            left.get_mut(item).is_some_and(|count| {
                let is_left = *count > 0;
                *count -= usize::from(is_left);
                is_left
            })
        })
        .count()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Files of one format.
#[derive(Default)]
struct Row {
    files: usize,
    read: usize,
    scores: Vec<Score>,
}

fn print_rows(rows: &BTreeMap<String, Row>) {
    println!("format   files  read  scored  recall  least  precision  order");
    for (format, row) in rows {
        let mean = |of: fn(&Score) -> f64| share_of(row.scores.iter().map(of));
        let least = row
            .scores
            .iter()
            .map(|score| score.recall)
            .fold(1.0, f64::min);
        println!(
            "{format:8} {:5} {:5} {:7} {:7.3} {least:6.3} {:10.3} {:6.3}",
            row.files,
            row.read,
            row.scores.len(),
            mean(|score| score.recall),
            mean(|score| score.precision),
            mean(|score| score.order),
        );
    }
}

fn share_of(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    values.sum::<f64>() / count as f64
}
