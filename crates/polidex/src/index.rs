//! `polidex index`: builds an index and says what became of every file.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_indexer::build::KEPT_GENERATIONS;
use polidex_indexer::build::part::Part;
use polidex_indexer::index::{BuildOptions, folder_state};
use polidex_indexer::report::IndexReport;
use polidex_opensearch::address::Address;
use polidex_opensearch::sink::parts::PartBuilt;

use crate::Found;
use crate::indexing::{
    DEFAULT_INDEX, DEFAULT_SOURCES, Verbosity, build, build_on_cluster, build_part_on_cluster,
    say_held,
};
use crate::ocr::{OcrMode, say_unread, scans};
use crate::output::{safe, say};
use crate::report::write_report;
use crate::watch::watch;

/// Build an index of folders, files or JSON Lines
#[derive(Args, Debug)]
pub(crate) struct IndexArgs {
    /// Folders, files or JSON Lines (plain or .gz, one document a line)
    #[arg(default_value = DEFAULT_SOURCES)]
    paths: Vec<PathBuf>,
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
    /// Index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME, hosts with commas before the name
    #[arg(long, value_name = "ADDRESS", conflicts_with = "watch")]
    engine: Option<Address>,
    /// Number of shards of a new index on a cluster
    #[arg(long, value_name = "N", requires = "engine", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    shards: u16,
    /// Index one part of the files, 2/3 the second of three, beside other processes; `polidex publish` publishes them all
    #[arg(
        long,
        value_name = "K/N",
        requires = "engine",
        conflicts_with = "rebuild"
    )]
    part: Option<Part>,
    /// Rebuild the index even if nothing has changed
    #[arg(long)]
    rebuild: bool,
    /// Number of threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: Option<u16>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors and the JSON report
    #[arg(long, short)]
    quiet: bool,
    /// Exit with 3 if any file was skipped
    #[arg(long)]
    strict: bool,
    /// Remove what is no longer in its folders even if it is all of one, or more than a tenth of the index
    #[arg(long)]
    allow_removals: bool,
    /// Number of generations to keep before the current one
    #[arg(long, value_name = "N", default_value_t = KEPT_GENERATIONS)]
    keep: usize,
    /// Keep copies of PDFs in the index, so that their pages can be shown without the folders; later runs keep them too
    #[arg(long, conflicts_with = "engine")]
    keep_originals: bool,
    /// Keep running, and update the index when something changes
    #[arg(long)]
    watch: bool,
    /// Scans to read, where models are installed
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    ocr: OcrMode,
}

/// Runs the command.
pub(crate) fn run(args: &IndexArgs) -> anyhow::Result<Found> {
    if let Some(engine) = &args.engine {
        return run_on_cluster(args, engine);
    }
    let state = folder_state(&args.paths, &args.index).ok();
    let mut options = args.options()?;
    let report = build(&args.paths, &args.index, &options, args.verbosity())?;
    print_report(args, &report).context("printing the report")?;
    say_held(&report, args.index.display());
    if args.watch {
        options.rebuild = false;
        // Allowed once, for what was missing then.
        options.allow_removals = false;
        watch(&args.paths, &args.index, &options, state);
    }
    Ok(outcome(args, &report))
}

fn run_on_cluster(args: &IndexArgs, engine: &Address) -> anyhow::Result<Found> {
    if let Some(part) = args.part {
        return run_part(args, engine, part);
    }
    let options = args.options()?;
    let report = build_on_cluster(&args.paths, engine, args.shards, &options, args.verbosity())?;
    print_report(args, &report).context("printing the report")?;
    say_held(&report, &engine.name);
    Ok(outcome(args, &report))
}

fn run_part(args: &IndexArgs, engine: &Address, part: Part) -> anyhow::Result<Found> {
    let PartBuilt { report, missing } = build_part_on_cluster(
        &args.paths,
        engine,
        args.shards,
        part,
        &args.options()?,
        args.verbosity(),
    )?;
    match &report {
        Some(report) => print_report(args, report).context("printing the report")?,
        None => say(&format!("part {part} is there already")),
    }
    if missing.is_empty() {
        say(&format!(
            "all parts of {} are there; `polidex publish --engine ADDRESS` publishes them",
            engine.name
        ));
    } else {
        let missing: Vec<String> = missing.iter().map(u32::to_string).collect();
        say(&format!(
            "part {} of {} is still to come",
            missing.join(", "),
            part.of()
        ));
    }
    Ok(report.map_or(Found::Something, |report| outcome(args, &report)))
}

fn outcome(args: &IndexArgs, report: &IndexReport) -> Found {
    let has_skipped = report.skipped().next().is_some();
    if args.strict && has_skipped || report.held > 0 {
        Found::WithGaps
    } else {
        Found::Something
    }
}

impl IndexArgs {
    fn verbosity(&self) -> Verbosity {
        if self.quiet {
            Verbosity::Quiet
        } else {
            Verbosity::Normal
        }
    }

    fn options(&self) -> anyhow::Result<BuildOptions> {
        let default = BuildOptions::default();
        Ok(BuildOptions {
            scans: scans(self.ocr)?,
            rebuild: self.rebuild,
            allow_removals: self.allow_removals,
            keep: self.keep,
            keep_originals: self.keep_originals,
            threads: self.threads.map_or(default.threads, usize::from),
            ..default
        })
    }
}

fn print_report(args: &IndexArgs, report: &IndexReport) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
    } else if !args.quiet {
        if !report.changed {
            let place = match &args.engine {
                Some(engine) => engine.name.clone(),
                None => safe(&args.index.display().to_string()),
            };
            say(&format!(
                "the index in {place} is up to date; --rebuild builds it anew"
            ));
        }
        write_report(&mut out, report)?;
        say_unread(args.ocr, report);
    }
    out.flush()
}
