//! Checks of a whole index, too long for the tests.

mod load;
mod metadata;
mod phrases;
mod titles;

use std::path::PathBuf;

use clap::Subcommand;

/// Command line of `check`.
#[derive(Subcommand)]
pub(crate) enum Tool {
    /// What readers have while others attack the server, and when many come at once
    Load {
        /// The program, such as target/debug/polidex
        program: PathBuf,
        /// Folder of the index
        index: PathBuf,
        /// Rows whose names hold this
        #[arg(default_value = "")]
        rows: String,
        /// Seconds of each row
        #[arg(long, default_value_t = 15)]
        seconds: u64,
    },
    /// Titles, dates, publishers and numbers read from documents that were judged by reading them
    Metadata {
        /// The program, such as target/debug/polidex
        program: PathBuf,
    },
    /// Phrases found by the engine and by a scan of the texts
    Phrases {
        /// Folder of the index
        index: PathBuf,
        /// Phrases of each sort
        runs: usize,
    },
    /// Laws found by their titles in the other script and in the other language
    Titles {
        /// Folder of the index
        index: PathBuf,
        /// One pair in SHARE was left out of learning
        #[arg(default_value_t = 8)]
        share: u64,
    },
}

/// Runs a check.
///
/// # Errors
/// When the program cannot be run or says what is no JSON.
pub(crate) fn run(tool: &Tool) -> anyhow::Result<()> {
    match tool {
        Tool::Load {
            program,
            index,
            rows,
            seconds,
        } => load::run(program, index, rows, *seconds)?,
        Tool::Metadata { program } => metadata::run(program)?,
        Tool::Phrases { index, runs } => phrases::run(index, *runs),
        Tool::Titles { index, share } => titles::run(index, *share),
    }
    Ok(())
}
