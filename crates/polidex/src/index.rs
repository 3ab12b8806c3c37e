//! `polidex index`: builds an index and says what became of every file.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use polidex_indexer::index::{BuildOptions, Progress, build_index, folder_state};
use polidex_indexer::report::{FileReport, IndexReport};

use crate::Found;
use crate::output::{safe, say};
use crate::watch::watch;

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
    /// Print nothing but errors and the JSON report
    #[arg(long, short)]
    quiet: bool,
    /// Exit with 3 when something was skipped
    #[arg(long)]
    strict: bool,
    /// Stay, and bring the index up to date when something changes
    #[arg(long)]
    watch: bool,
}

/// Runs the command.
pub(crate) fn run(args: &IndexArgs) -> anyhow::Result<Found> {
    let state = folder_state(&args.paths, &args.index).ok();
    let quiet = if args.quiet { Quiet::Yes } else { Quiet::No };
    let report = build(&args.paths, &args.index, args.threads, args.rebuild, quiet)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report)
            .map_err(std::io::Error::from)
            .context("printing the report")?;
        writeln!(out).context("printing the report")?;
    } else if !args.quiet {
        if !report.changed {
            let place = safe(&args.index.display().to_string());
            say(&format!(
                "the index in {place} is up to date; --rebuild builds it anew"
            ));
        }
        write_table(&mut out, &report).context("printing the report")?;
    }
    out.flush().context("printing the report")?;
    drop(out);
    if args.watch {
        watch(&args.paths, &args.index, args.threads, state);
    }
    let has_skipped = report.skipped().next().is_some();
    Ok(if args.strict && has_skipped {
        Found::WithGaps
    } else {
        Found::Something
    })
}

/// Whether progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    Yes,
    No,
}

/// Builds an index or brings it up to date, with a progress bar on a terminal and plain lines elsewhere.
pub(crate) fn build(
    paths: &[PathBuf],
    index: &Path,
    threads: Option<u16>,
    rebuild: bool,
    quiet: Quiet,
) -> anyhow::Result<IndexReport> {
    let mut options = BuildOptions {
        rebuild,
        ..BuildOptions::default()
    };
    if let Some(threads) = threads {
        options.threads = usize::from(threads);
    }
    let is_terminal = std::io::stderr().is_terminal();
    let bar = if quiet == Quiet::No && is_terminal {
        progress_bar()
    } else {
        ProgressBar::hidden()
    };
    let lines = (quiet == Quiet::No && !is_terminal).then(ProgressLines::default);
    let report = build_index(paths, index, &options, &|progress: Progress| {
        bar.set_length(progress.bytes);
        bar.set_position(progress.bytes_done);
        bar.set_message(format!("{}/{} files", progress.files_done, progress.files));
        if let Some(lines) = &lines {
            lines.show(progress);
        }
    });
    bar.finish_and_clear();
    let report = report?;
    if report.documents == 0 && quiet == Quiet::No {
        say("warning: no document was found; the report lists what was skipped and why");
    }
    Ok(report)
}

/// Time between two lines of progress where there is no terminal: a short run says nothing.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Progress in lines, for logs.
struct ProgressLines {
    started: Instant,
    last: Mutex<Instant>,
}

impl Default for ProgressLines {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            last: Mutex::new(now),
        }
    }
}

impl ProgressLines {
    fn show(&self, progress: Progress) {
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if last.elapsed() < LINE_EVERY {
            return;
        }
        *last = Instant::now();
        say(&progress_line(
            progress,
            self.started.elapsed().as_secs_f64(),
        ));
    }
}

fn progress_line(progress: Progress, seconds: f64) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let rate = megabytes(progress.bytes_done) / seconds.max(1e-9);
    let left = megabytes(progress.bytes.saturating_sub(progress.bytes_done)) / rate.max(1e-9);
    let (done, all) = (progress.files_done, progress.files);
    format!("indexing: {done} of {all} files, {rate:.1} MB/s, about {left:.0} s left")
}

fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template(
        "indexing {msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
    );
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The report for people.
pub(crate) fn write_table(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    let mut row = |name: &str, value: String| writeln!(out, "{name:<22} {value}");
    row("files read", report.files_read.to_string())?;
    row("documents", report.documents.to_string())?;
    row("  indexed", report.indexed.to_string())?;
    row("  unchanged", report.unchanged.to_string())?;
    row("  repaired", report.documents_repaired.to_string())?;
    row("removed", report.removed.to_string())?;
    row("passages", report.passages.to_string())?;
    for (language, count) in &report.characters {
        row(&format!("characters {language}"), count.to_string())?;
    }
    row("repairs", report.repairs.values().sum::<u64>().to_string())?;
    for (kind, count) in &report.repairs {
        row(&format!("  {kind}"), count.to_string())?;
    }
    row(
        "beyond repair",
        format!("{} documents", report.documents_with_losses),
    )?;
    let megabytes = report.bytes as f64 / 1e6;
    row(
        "read",
        format!(
            "{megabytes:.1} MB in {:.1} s, {:.1} MB/s",
            report.seconds,
            megabytes / report.seconds.max(1e-9)
        ),
    )?;
    row("skipped", report.skipped().count().to_string())?;
    for (reason, count) in report.skipped_by_reason() {
        row(&format!("  {}", safe(reason)), count.to_string())?;
    }
    for file in report.skipped() {
        write_reason(out, file)?;
    }
    if report.partly_read().next().is_some() {
        writeln!(
            out,
            "{:<22} {}",
            "read in part",
            report.partly_read().count()
        )?;
        for file in report.partly_read() {
            write_reason(out, file)?;
        }
    }
    Ok(())
}

fn write_reason(out: &mut impl Write, file: &FileReport) -> std::io::Result<()> {
    writeln!(
        out,
        "  {}: {}",
        safe(&file.path).replace('\n', "\u{FFFD}"),
        safe(&file.reason)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_far_how_fast_and_how_long() {
        let progress = Progress {
            files_done: 3,
            files: 10,
            bytes_done: 20_000_000,
            bytes: 100_000_000,
        };
        assert_eq!(
            progress_line(progress, 4.0),
            "indexing: 3 of 10 files, 5.0 MB/s, about 16 s left"
        );
    }
}
