//! `polidex learn`: learns translations from documents that exist in two languages.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use polidex_indexer::learn::{LearnOptions, Learned, learn_lexicon};

use crate::Found;
use crate::output::say;

/// Learn translations from parallel documents, for --glossary
///
/// Documents belong together when their ids differ in the language alone: tw/zh/A1 and tw/en/A1, report_zh.txt and
/// report_en.txt.
#[derive(Args, Debug)]
pub(crate) struct LearnArgs {
    /// Folders, files or JSON Lines that hold the documents of both languages
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// File to write the table to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Maximum number of rows, the surest first
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    limit: usize,
    /// Leaves out one pair in N, by its id, to measure on
    #[arg(long, value_name = "N")]
    leave_out: Option<u64>,
}

/// Runs the command.
pub(crate) fn run(args: &LearnArgs) -> anyhow::Result<Found> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = LearnOptions {
        threads,
        leave_out: args.leave_out,
    };
    let learned = learn_lexicon(&args.paths, options)?;
    if learned.pairs == 0 {
        bail!(
            "no two documents belong together; their ids have to differ in the language alone, as in zh/A1 and en/A1"
        );
    }
    let table = table_of(&learned, args.limit);
    std::fs::write(&args.out, table).with_context(|| format!("writing {}", args.out.display()))?;
    say(&format!(
        "{} translations from {} pairs of documents, {} pairs of passages",
        learned.entries.len().min(args.limit),
        learned.pairs,
        learned.segments
    ));
    Ok(Found::Something)
}

/// The `limit` surest entries, a line each.
fn table_of(learned: &Learned, limit: usize) -> String {
    let mut table =
        String::from("# Learned by polidex learn: Chinese, nothing, English; the surest first.\n");
    for entry in learned.entries.iter().take(limit) {
        table.push_str(&format!("{}\t\t{}\n", entry.chinese, entry.english));
    }
    table
}
