//! Repairs every document of a corpus: what changes, how often, and how fast.
//!
//! In: files or folders of JSON Lines (`.jsonl`, `.jsonl.gz`; `text` or `input` of each line is a document). Out, on
//! standard output: how many repairs there were of each kind with a sample of each, and megabytes a second. With
//! `--outcomes FILE`, a line for every document that changes: so two versions can be compared over a whole corpus.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use polidex_indexer::repair::{Options, Repaired, repair_text};
use sha2::{Digest, Sha256};

/// Repairs the documents below `paths`, prints `sample_count` samples of each kind and writes a line
/// for every document that changes to `outcomes`.
pub(crate) fn run(
    paths: &[PathBuf],
    outcomes: Option<&Path>,
    sample_count: usize,
) -> std::io::Result<()> {
    let mut sweep = Sweep {
        outcomes: outcomes.map(File::create).transpose()?.map(BufWriter::new),
        sample_count,
        kinds: BTreeMap::new(),
    };
    for file in paths.iter().flat_map(|path| files_in(path)) {
        sweep.file(&file)?;
    }
    sweep.print();
    Ok(())
}

/// Repairs found so far.
struct Sweep {
    outcomes: Option<BufWriter<File>>,
    sample_count: usize,
    kinds: BTreeMap<String, Kind>,
}

/// Sums of one file.
#[derive(Default)]
struct Sums {
    documents: usize,
    changed: usize,
    bytes: usize,
    time: Duration,
}

impl Sums {
    fn print(&self, file: &Path) {
        let megabytes = self.bytes as f64 / 1e6;
        println!(
            "{}: {} documents, {} changed, {megabytes:.1} MB, {:.1} MB/s",
            file.file_name().unwrap_or_default().to_string_lossy(),
            self.documents,
            self.changed,
            megabytes / self.time.as_secs_f64()
        );
    }
}

impl Sweep {
    fn file(&mut self, file: &Path) -> std::io::Result<()> {
        let mut sums = Sums::default();
        each_document(file, |id, text| {
            let started = Instant::now();
            let repaired = repair_text(text, &Options::default());
            sums.time += started.elapsed();
            sums.bytes += text.len();
            sums.documents += 1;
            sums.changed += usize::from(!repaired.steps.is_empty());
            self.add(id, text, &repaired);
            match &mut self.outcomes {
                Some(out) => write_outcome(out, id, &repaired),
                None => Ok(()),
            }
        })?;
        sums.print(file);
        Ok(())
    }

    fn add(&mut self, id: &str, text: &str, repaired: &Repaired) {
        for step in &repaired.steps {
            let kind = self.kinds.entry(step.kind.to_string()).or_default();
            kind.count += 1;
            // Every so often, so that the samples are not all of the first document.
            let is_due = kind.count.is_power_of_two() || kind.count.is_multiple_of(97);
            if kind.samples.len() < self.sample_count && is_due {
                kind.samples
                    .push(sample_of(id, text, &step.source, &step.before, &step.after));
            }
        }
    }

    fn print(&self) {
        for (name, kind) in &self.kinds {
            println!("\n{:>7}  {name}", kind.count);
            for sample in &kind.samples {
                println!("         {sample}");
            }
        }
    }
}

#[derive(Default)]
struct Kind {
    count: usize,
    samples: Vec<String>,
}

fn files_in(path: &Path) -> Vec<PathBuf> {
    let is_lines = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")
    };
    let Ok(entries) = std::fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_lines)
        .collect();
    files.sort();
    files
}

fn each_document(
    path: &Path,
    mut look: impl FnMut(&str, &str) -> std::io::Result<()>,
) -> std::io::Result<()> {
    for line in BufReader::new(open_unpacked(path)?).lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().or(document["input"].as_str());
        if let Some(text) = text {
            look(document["id"].as_str().unwrap_or_default(), text)?;
        }
    }
    Ok(())
}

fn open_unpacked(path: &Path) -> std::io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let is_packed = path.extension().is_some_and(|extension| extension == "gz");
    Ok(if is_packed {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// A change with what stands before it, on one line.
fn sample_of(
    id: &str,
    text: &str,
    source: &std::ops::Range<usize>,
    before: &str,
    after: &str,
) -> String {
    let from = text.floor_char_boundary(source.start.saturating_sub(40));
    let to = text.ceil_char_boundary((source.end + 30).min(text.len()));
    let short = |text: &str| text.chars().take(80).collect::<String>();
    format!(
        "{id}: {:?} [{:?} → {:?}] {:?}",
        &text[from..source.start],
        short(before),
        short(after),
        &text[source.end..to]
    )
}

fn write_outcome(out: &mut impl Write, id: &str, repaired: &Repaired) -> std::io::Result<()> {
    if repaired.steps.is_empty() && repaired.lost.is_empty() {
        return Ok(());
    }
    let digest = Sha256::digest(repaired.text.as_bytes());
    let hex: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    writeln!(
        out,
        "{id}\t{hex}\t{}\t{}",
        repaired.steps.len(),
        repaired.lost.len()
    )
}
