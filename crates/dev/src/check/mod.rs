//! Checks of a whole index, too long for the tests.

mod phrases;
mod titles;

use std::path::PathBuf;

use clap::Subcommand;

/// Command line of `check`.
#[derive(Subcommand)]
pub(crate) enum Tool {
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
pub(crate) fn run(tool: &Tool) {
    match tool {
        Tool::Phrases { index, runs } => phrases::run(index, *runs),
        Tool::Titles { index, share } => titles::run(index, *share),
    }
}
