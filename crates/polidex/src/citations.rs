//! `polidex citations`: what texts cite, and the documents of the index they mean.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_server::citing::Cited;
use polidex_server::searcher::Searcher;
use serde::{Deserialize, Serialize};

use crate::Found;
use crate::indexing::DEFAULT_INDEX;
use crate::output::write_refusal;

/// Say what texts cite: JSON lines in, JSON lines out
#[derive(Args, Debug)]
pub(crate) struct CitationsArgs {
    /// Read lines {"doc","text"} from standard input; answer each with {"cites":[…]}
    #[arg(long, required = true)]
    jsonl: bool,
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    doc: String,
    text: String,
}

#[derive(Serialize)]
struct Answer {
    cites: Vec<Cited>,
}

/// Runs the command.
pub(crate) fn run(args: &CitationsArgs) -> anyhow::Result<Found> {
    debug_assert!(args.jsonl, "the one form there is");
    let searcher = Searcher::open(&args.index)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut found = Found::Nothing;
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.context("reading standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = match serde_json::from_str(&line) {
            Ok(line) => line,
            // One bad line does not keep the others from their answers.
            Err(error) => {
                write_refusal(&mut out, at + 1, &error)?;
                continue;
            }
        };
        let cites = searcher.citations(&line.doc, &line.text)?;
        if !cites.is_empty() {
            found = Found::Something;
        }
        serde_json::to_writer(&mut out, &Answer { cites })?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(found)
}
