//! Compares two programs: indexes the same files with both, asks both the same, prints what differs.
//!
//! In: two executables. Out: differences as JSON paths, grouped and counted, with the first few
//! examples of each group. Generations, durations and versions are left out. Answers are compared
//! in memory and never written. Parts whose files are not beside the checkout are left out with
//! one line.

pub(crate) mod client;
mod difference;
mod findings;
mod parts;
pub(crate) mod program;
mod requests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use difference::Tolerance;
use findings::Findings;
use program::{Program, Workshop};

/// Command line of `compare`.
#[derive(Args)]
pub(crate) struct Options {
    /// The program from before
    old: PathBuf,
    /// The program from after
    new: PathBuf,
    /// Compare only this part; may be given more than once
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
    /// Ask at most N of each set of questions, documents and cases, evenly spread
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Relative difference of scores that is let pass
    #[arg(long, value_name = "X", default_value_t = 0.0)]
    tolerance: f64,
    /// Keep the indexes in DIR, and use those there that the same program has built
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Examples printed of each group
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// The checkout, whose seeds/ and ../shared are read
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))]
    top: PathBuf,
}

/// Parts that can be compared by themselves, in the order they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The seeds: every API, page, export and command
    Seeds,
    /// Damaged and clean cases through `repair --jsonl`
    Repair,
    /// Files of every format: the index report and all documents
    Files,
    /// Small collections, each with its questions
    Field,
    /// The whole corpus: the index report, all questions, a sample of documents
    Corpus,
}

/// Inputs of a comparison: both programs, where they work, and how much they are asked.
struct Comparison {
    old: Program,
    new: Program,
    top: PathBuf,
    sample: Option<usize>,
    workshop: Workshop,
    findings: Findings,
}

/// Runs the comparison; exits 1 when something differs.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let comparison = Comparison::new(options)?;
    for part in Part::value_variants() {
        if options.only.is_empty() || options.only.contains(part) {
            comparison.compare(*part)?;
        }
    }
    print!("{}", comparison.findings.summary(options.examples));
    Ok(match comparison.findings.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

impl Comparison {
    fn new(options: &Options) -> anyhow::Result<Self> {
        let top = options
            .top
            .canonicalize()
            .with_context(|| format!("no checkout at {}", options.top.display()))?;
        Ok(Self {
            old: Program::new("old", &options.old)?,
            new: Program::new("new", &options.new)?,
            top,
            sample: options.sample,
            workshop: Workshop::new(options.keep.as_deref())?,
            findings: Findings::new(Tolerance(options.tolerance)),
        })
    }

    fn compare(&self, part: Part) -> anyhow::Result<()> {
        match part {
            Part::Seeds => parts::seeds(self),
            Part::Repair => parts::repair(self),
            Part::Files => parts::files(self),
            Part::Field => parts::field(self),
            Part::Corpus => parts::corpus(self),
        }
    }

    /// Path below the shared material, or `None` with one printed line when it is not there.
    fn shared(&self, name: &str) -> Option<PathBuf> {
        let path = self.top.join("../shared").join(name);
        if path.exists() {
            return Some(path);
        }
        println!("left out: ../shared/{name} is not beside this checkout");
        None
    }

    /// At most `--sample` of `all`, evenly spread.
    fn sampled<T>(&self, all: Vec<T>) -> Vec<T> {
        let step = self
            .sample
            .map_or(1, |count| all.len().div_ceil(count.max(1)));
        all.into_iter().step_by(step.max(1)).collect()
    }
}

/// JSON values of a file of JSON Lines.
fn json_lines(path: &Path) -> anyhow::Result<Vec<serde_json::Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| path.display().to_string()))
        .collect()
}
