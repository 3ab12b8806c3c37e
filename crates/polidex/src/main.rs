//! The `polidex` command: parses flags, calls the crates, prints.
//!
//! Results go to standard output, everything else to standard error. Exit codes are ripgrep's: 0 for hits, 1 for none, 2 for
//! an error; `index` adds 3 for documents that it kept although they are gone, and with `--strict` for files that were
//! skipped.

mod config;
mod kwic;
mod language;
mod log;
mod opening;
mod output;

mod indexing;
mod report;
mod tables;
mod watch;

mod index;
mod search;
mod serve;

mod extract;
mod repair;

mod check;
mod citations;
mod eval;
mod generations;
mod learn;
mod mcp;
mod ocr;
mod shell;
mod user;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Configuration;
use clap::{CommandFactory, Parser, Subcommand};
use polidex_indexer::readers::{WORKER_COMMAND, run_worker, set_worker_program};

/// A search and a worker allocate much that is short-lived; see `docs/measurements.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Search policy documents in Chinese and English.
#[derive(Parser, Debug)]
#[command(version, about, subcommand_required = false)]
struct Cli {
    /// File of values for options [default: polidex.toml here, in ~/.config/polidex or in /etc/polidex]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Least severe event that is logged to standard error
    #[arg(long, global = true, value_name = "LEVEL", value_enum, default_value_t)]
    log_level: log::Level,
    /// Form of the log
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t
    )]
    log_format: log::Format,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Index(index::IndexArgs),
    Search(search::SearchArgs),
    Alert(search::AlertArgs),
    Serve(serve::ServeArgs),
    Mcp(mcp::McpArgs),
    Extract(extract::ExtractArgs),
    Repair(repair::RepairArgs),
    Citations(citations::CitationsArgs),
    Check(check::CheckArgs),
    Kwic(kwic::KwicArgs),
    Eval(eval::EvalArgs),
    Learn(learn::LearnArgs),
    Ocr(ocr::OcrArgs),
    /// Reads files for another process of this program
    #[command(name = WORKER_COMMAND, hide = true)]
    ReadFiles,
    Doctor(generations::DoctorArgs),
    Publish(generations::PublishArgs),
    Rollback(generations::RollbackArgs),
    Snapshot(generations::SnapshotArgs),
    Restore(generations::RestoreArgs),
    Forget(generations::ForgetArgs),
    User(user::UserArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
    Config(config::ConfigArgs),
}

/// Outcome of a command that did not fail; each has an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Something,
    Nothing,
    WithGaps,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // A worker is told what to do by its parent, and by nothing else.
    if arguments.get(1).is_some_and(|name| name == WORKER_COMMAND) {
        log::start(log::Level::default(), log::Format::default(), false);
        return exit_code(run_worker().map(|()| Found::Something).map_err(Into::into));
    }
    if let Ok(program) = std::env::current_exe() {
        set_worker_program(program);
    }
    exit_code(run_arguments(arguments))
}

/// Runs the command that `arguments` name, with the values that a file or the environment sets.
fn run_arguments(mut arguments: Vec<OsString>) -> anyhow::Result<Found> {
    let program = Cli::command();
    // clap exits with 2 for wrong flags, as we do for every error.
    let mut matches = program.clone().get_matches_from(&arguments);
    if matches.subcommand().is_none() {
        arguments.push("serve".into());
        matches = program.clone().get_matches_from(&arguments);
    }
    let given = matches.get_one::<PathBuf>("config").map(PathBuf::as_path);
    let configuration = Configuration::read(given, &program)?;
    let completed = configuration.complete(&arguments, &matches, &program)?;
    let parsed = Cli::try_parse_from(&completed).unwrap_or_else(|error| {
        if completed != arguments {
            output::say("polidex: a value of polidex.toml or of a variable POLIDEX_… does not fit; `polidex config` lists them");
        }
        error.exit()
    });
    let with_access = matches!(&parsed.command, Some(Command::Serve(args)) if args.access_log);
    log::start(parsed.log_level, parsed.log_format, with_access);
    match parsed.command {
        Some(Command::Config(args)) => config::run(&args, &configuration, &program),
        Some(command) => run(command),
        None => Ok(Found::Nothing),
    }
}

/// Exit code of a command that has ended; says what has failed.
fn exit_code(outcome: anyhow::Result<Found>) -> ExitCode {
    match outcome {
        Ok(Found::Something) => ExitCode::SUCCESS,
        Ok(Found::Nothing) => ExitCode::from(1),
        Ok(Found::WithGaps) => ExitCode::from(3),
        // A reader that has seen enough (`polidex search … | head`) is no error.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("polidex: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> anyhow::Result<Found> {
    match command {
        // Both are done before: a worker reads no configuration, and `config` needs it.
        Command::ReadFiles | Command::Config(_) => Ok(Found::Nothing),
        Command::Index(args) => index::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Alert(args) => search::run_alert(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Mcp(args) => mcp::run(&args),
        Command::Extract(args) => extract::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Kwic(args) => kwic::run(&args),
        Command::Citations(args) => citations::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Learn(args) => learn::run(&args),
        Command::Ocr(args) => ocr::run(&args),
        Command::Doctor(args) => generations::examine(&args),
        Command::Publish(args) => generations::publish(&args),
        Command::Rollback(args) => generations::roll(&args),
        Command::Snapshot(args) => generations::snapshot(&args),
        Command::Restore(args) => generations::restore(&args),
        Command::Forget(args) => generations::forget(&args),
        Command::User(args) => user::run(&args),
        Command::Completions(args) => shell::complete(&args, Cli::command()),
        Command::Man(args) => shell::manual(&args, Cli::command()),
    }
}
