//! `polidex citations`: what texts cite, and the documents of the index they mean.

use std::io::Write;

use clap::Args;
use polidex_server::citing::Cited;
use serde::{Deserialize, Serialize};

use crate::Found;
use crate::opening::Place;
use crate::output::answer_lines;

/// Say what texts cite: JSON lines in, JSON lines out
#[derive(Args, Debug)]
pub(crate) struct CitationsArgs {
    /// Read lines {"doc","text"} from standard input; answer each with {"cites":[…]}
    #[arg(long, required = true)]
    jsonl: bool,
    #[command(flatten)]
    place: Place,
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
    let searcher = args.place.open()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut found = Found::Nothing;
    answer_lines(&mut out, |out, line: Line| {
        let cites = searcher.citations(&line.doc, &line.text)?;
        if !cites.is_empty() {
            found = Found::Something;
        }
        serde_json::to_writer(&mut *out, &Answer { cites })?;
        Ok(writeln!(out)?)
    })?;
    out.flush()?;
    Ok(found)
}
