//! Measurements of speed: search and indexing, each beside tantivy alone in the same run, and confinement beside none.

mod confinement;
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
    /// Time of each kind of query on a sixteenth, a quarter, all and four varied copies of a corpus
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
    /// Cost of reading files in confined processes
    Confinement {
        /// Folder of packed JSON Lines, or of any files
        folder: PathBuf,
        /// The program, such as target/debug/polidex
        program: PathBuf,
        /// Take every STEP-th line; 0 takes the files as they are
        #[arg(default_value_t = 16)]
        step: usize,
    },
    /// One run of the measurement of confinement
    #[command(hide = true)]
    ConfinementRun {
        folder: PathBuf,
        program: Option<PathBuf>,
    },
}

/// Runs a measurement.
///
/// # Errors
/// When a run of another process fails.
pub(crate) fn run(tool: &Tool) -> anyhow::Result<()> {
    match tool {
        Tool::Search { index, kind } => search::measure_all(index, kind),
        Tool::Growth { corpus } => search::growth(corpus),
        Tool::Index { corpus, step } => indexing::run(corpus, *step),
        Tool::Confinement {
            folder,
            program,
            step,
        } => confinement::run(folder, program, *step)?,
        Tool::ConfinementRun { folder, program } => {
            confinement::run_once(folder, program.clone())?;
        }
    }
    Ok(())
}
