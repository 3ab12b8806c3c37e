//! `polidex index`: builds an index and says what became of every file.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use polidex_indexer::pipeline::{BuildOptions, IndexState, Progress, build_index, index_state};
use polidex_indexer::report::{FileReport, IndexReport};

use crate::Found;
use crate::output::{safe, say};

/// Where the index goes and comes from when nothing else is said.
pub(crate) const DEFAULT_INDEX: &str = "index";
/// What is indexed when nothing else is said.
pub(crate) const DEFAULT_SOURCES: &str = "seeds";

/// Build an index of folders, files or JSON Lines
#[derive(Args, Debug)]
pub(crate) struct IndexArgs {
    /// Folders, files or JSON Lines (plain or .gz, one document a line)
    #[arg(default_value = DEFAULT_SOURCES)]
    paths: Vec<PathBuf>,
    /// The folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
    /// Build anew even if nothing has changed
    #[arg(long)]
    rebuild: bool,
    /// Threads to work with; all cores when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: Option<u16>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &IndexArgs) -> anyhow::Result<Found> {
    let is_current = || index_state(&args.paths, &args.index).map(|state| state == IndexState::Current);
    if !args.rebuild && !args.json && is_current()? {
        let place = safe(&args.index.display().to_string());
        say(&format!("the index in {place} is up to date; --rebuild builds it anew"));
        return Ok(Found::Something);
    }
    let report = build(&args.paths, &args.index, args.threads)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report).map_err(std::io::Error::from).context("printing the report")?;
        writeln!(out).context("printing the report")?;
    } else {
        write_table(&mut out, &report).context("printing the report")?;
    }
    Ok(Found::Something)
}

/// Builds an index with a progress bar on a terminal.
pub(crate) fn build(paths: &[PathBuf], index: &Path, threads: Option<u16>) -> anyhow::Result<IndexReport> {
    let mut options = BuildOptions::default();
    if let Some(threads) = threads {
        options.threads = usize::from(threads);
    }
    let bar = progress_bar();
    let report = build_index(paths, index, &options, &|progress: Progress| {
        bar.set_length(progress.bytes);
        bar.set_position(progress.bytes_done);
        bar.set_message(format!("{}/{} files", progress.files_done, progress.files));
    });
    bar.finish_and_clear();
    let report = report?;
    if report.documents == 0 {
        say("warning: no document was found; the report lists what was skipped and why");
    }
    Ok(report)
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("indexing {msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The report for people.
pub(crate) fn write_table(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    let mut row = |name: &str, value: String| writeln!(out, "{name:<22} {value}");
    row("files read", report.files_read.to_string())?;
    row("documents", report.documents.to_string())?;
    row("passages", report.passages.to_string())?;
    for (language, count) in &report.characters {
        row(&format!("characters {language}"), count.to_string())?;
    }
    row("repairs", report.repairs.values().sum::<u64>().to_string())?;
    for (kind, count) in &report.repairs {
        row(&format!("  {kind}"), count.to_string())?;
    }
    row("beyond repair", format!("{} documents", report.documents_with_losses))?;
    let megabytes = report.bytes as f64 / 1e6;
    row(
        "read",
        format!("{megabytes:.1} MB in {:.1} s, {:.1} MB/s", report.seconds, megabytes / report.seconds.max(1e-9)),
    )?;
    row("skipped", report.skipped().count().to_string())?;
    for file in report.skipped() {
        write_reason(out, file)?;
    }
    if report.partly_read().next().is_some() {
        writeln!(out, "{:<22} {}", "read in part", report.partly_read().count())?;
        for file in report.partly_read() {
            write_reason(out, file)?;
        }
    }
    Ok(())
}

fn write_reason(out: &mut impl Write, file: &FileReport) -> std::io::Result<()> {
    writeln!(out, "  {}: {}", safe(&file.path).replace('\n', "\u{FFFD}"), safe(&file.reason))
}
