//! Measurements of speed: search and indexing, each beside tantivy alone in the same run.

mod indexing;
mod search;

use std::path::PathBuf;

use clap::Subcommand;

/// Command line of `bench`.
#[derive(Subcommand)]
pub(crate) enum Tool {
    /// Time of each kind of query on an index
    Search {
        /// Folder of the index
        index: PathBuf,
        /// Measure only kinds whose names hold this
        #[arg(default_value = "")]
        kind: String,
    },
    /// Time of each kind of query on a sixteenth, an eighth, a quarter and all of a corpus
    Growth {
        /// Folder of packed JSON Lines
        corpus: PathBuf,
    },
    /// Time of indexing
    Index {
        /// Folder of packed JSON Lines
        corpus: PathBuf,
        /// Take every STEP-th line
        #[arg(default_value_t = 4)]
        step: usize,
    },
}

/// Runs a measurement.
pub(crate) fn run(tool: &Tool) {
    match tool {
        Tool::Search { index, kind } => search::measure_all(index, kind),
        Tool::Growth { corpus } => search::growth(corpus),
        Tool::Index { corpus, step } => indexing::run(corpus, *step),
    }
}
