//! Builds an index and shows progress: what several commands do before their own work.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use polidex_indexer::build::part::Part;
use polidex_indexer::error::IndexError;
use polidex_indexer::index::{BuildOptions, Closing, Progress, build_index};
use polidex_indexer::report::IndexReport;
use polidex_opensearch::address::Address;
use polidex_opensearch::sink::build_cluster;
use polidex_opensearch::sink::parts::{PartBuilt, build_part};
use polidex_schema::cited::CITED;
use polidex_schema::manifest::{REUSE, SUGGESTIONS};
use polidex_server::searcher::Searcher;

use crate::output::say;

/// Folder of the index unless another is named.
pub(crate) const DEFAULT_INDEX: &str = "index";
/// Folder of documents unless another is named.
pub(crate) const DEFAULT_SOURCES: &str = "seeds";

/// Verbosity of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Shows progress, and warns of an empty index.
    Normal,
    /// Shows nothing.
    Quiet,
}

/// Builds an index or brings it up to date, with a progress bar on a terminal and plain lines elsewhere.
pub(crate) fn build(
    paths: &[PathBuf],
    index: &Path,
    options: &BuildOptions,
    verbosity: Verbosity,
) -> anyhow::Result<IndexReport> {
    let options = BuildOptions {
        closing: closing_step(),
        ..options.clone()
    };
    build_shown(verbosity, |progress| {
        build_index(paths, index, &options, progress)
    })
}

/// As [`build`], on a cluster.
pub(crate) fn build_on_cluster(
    paths: &[PathBuf],
    engine: &Address,
    shards: u16,
    options: &BuildOptions,
    verbosity: Verbosity,
) -> anyhow::Result<IndexReport> {
    build_shown(verbosity, |progress| {
        build_cluster(paths, engine, shards, options, progress)
    })
}

/// As [`build_on_cluster`], of one part of the files.
pub(crate) fn build_part_on_cluster(
    paths: &[PathBuf],
    engine: &Address,
    shards: u16,
    part: Part,
    options: &BuildOptions,
    verbosity: Verbosity,
) -> anyhow::Result<PartBuilt> {
    shown(verbosity, |progress| {
        build_part(paths, engine, shards, part, options, progress)
    })
}

/// Runs a build, shows how far it is and warns when it found nothing.
fn build_shown(
    verbosity: Verbosity,
    run: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> Result<IndexReport, IndexError>,
) -> anyhow::Result<IndexReport> {
    let report = shown(verbosity, run)?;
    if report.documents == 0 && verbosity == Verbosity::Normal {
        say("warning: no document was found; the report lists what was skipped and why");
    }
    Ok(report)
}

/// Runs a build and shows how far it is.
fn shown<T>(
    verbosity: Verbosity,
    run: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> Result<T, IndexError>,
) -> anyhow::Result<T> {
    let display = Display::new(verbosity);
    let built = run(&|progress| display.show(progress));
    display.clear();
    Ok(built?)
}

/// Step that makes what servers tell of all documents, so that none reads all of them: suggestions, passages that stand in
/// several documents, and by how many others each is cited.
pub(crate) fn closing_step() -> Closing {
    let suggestions =
        |index: &Path, generation: &str| Searcher::make_suggestions(index, generation).ok();
    let reuse = |index: &Path, generation: &str| Searcher::make_reuse(index, generation).ok();
    let cited = |index: &Path, generation: &str| Searcher::make_cited(index, generation).ok();
    Closing::default()
        .with(SUGGESTIONS, suggestions)
        .with(REUSE, reuse)
        .with(CITED, cited)
}

/// Says that documents are kept which are no longer in their folders.
pub(crate) fn say_held(report: &IndexReport, index: impl std::fmt::Display) {
    if report.held > 0 {
        say(&format!(
            "warning: {} documents of {} are no longer in their folders and were kept; if that is right, run `polidex index --allow-removals`",
            report.held, index
        ));
    }
}

/// Progress on standard error.
enum Display {
    Bar(ProgressBar),
    Lines(ProgressLines),
    Nothing,
}

impl Display {
    fn new(verbosity: Verbosity) -> Self {
        match verbosity {
            Verbosity::Quiet => Self::Nothing,
            Verbosity::Normal if std::io::stderr().is_terminal() => Self::Bar(progress_bar()),
            Verbosity::Normal => Self::Lines(ProgressLines::default()),
        }
    }

    fn show(&self, progress: Progress) {
        match self {
            Self::Bar(bar) => {
                bar.set_length(progress.bytes);
                bar.set_position(progress.bytes_done);
                bar.set_message(format!("{}/{} files", progress.files_done, progress.files));
            }
            Self::Lines(lines) => lines.show(progress),
            Self::Nothing => {}
        }
    }

    fn clear(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// Time between two lines of progress without a terminal. A short run prints none.
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
