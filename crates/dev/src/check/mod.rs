//! Checks of a whole index, too long for the tests.

mod alignment;
mod engines;
mod formats;
mod load;
mod metadata;
mod phrases;
mod titles;

use std::path::PathBuf;

use clap::Subcommand;
use polidex_server::searcher::Searcher;

/// Command line of `check`.
#[derive(Subcommand)]
pub(crate) enum Tool {
    /// An index on a cluster beside that of the same documents on this disk: counts, facets, orders, times
    Engines {
        /// Folder of the index
        index: PathBuf,
        /// Address of the other: http://HOST:9200/NAME
        address: String,
        /// Questions, a JSON object with `q` a line
        questions: PathBuf,
        /// Questions asked at most
        #[arg(long, default_value_t = 500)]
        limit: usize,
    },
    /// How texts are aligned with their translations: reads `{"first","second"}` a line
    Alignment,
    /// Text of files against their texts by another reader, a row a format
    Formats {
        /// The program, such as target/debug/polidex
        program: PathBuf,
        /// Folders with `NAME.truth.txt` beside `NAME.*`; those of ../shared where none is named
        folders: Vec<PathBuf>,
    },
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
    /// An hour of readers with a generation a minute: nothing grows, nothing slows, nothing fails
    Soak {
        /// The program, such as target/release/polidex
        program: PathBuf,
        /// Folder of documents
        folder: PathBuf,
        /// Minutes it takes
        #[arg(long, default_value_t = 60)]
        minutes: u64,
        /// Seconds between two generations
        #[arg(long, default_value_t = 60)]
        period: u64,
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
        /// Asks the index of the same documents at this address of a cluster: http://HOST:9200/NAME
        #[arg(long)]
        engine: Option<String>,
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
        Tool::Engines {
            index,
            address,
            questions,
            limit,
        } => engines::run(index, address, questions, *limit)?,
        Tool::Alignment => alignment::run()?,
        Tool::Load {
            program,
            index,
            rows,
            seconds,
        } => load::run(program, index, rows, *seconds)?,
        Tool::Soak {
            program,
            folder,
            minutes,
            period,
        } => {
            let period = std::time::Duration::from_secs(*period);
            let is_flat = load::soak::run(program, folder, *minutes, period)?;
            anyhow::ensure!(is_flat, "it did not stay as it was");
        }
        Tool::Formats { program, folders } => formats::run(program, folders)?,
        Tool::Metadata { program } => metadata::run(program)?,
        Tool::Phrases {
            index,
            runs,
            engine,
        } => {
            let engine = match engine {
                Some(address) => engines::open_cluster(address)?,
                None => Searcher::open(index)?,
            };
            phrases::run(index, &engine, *runs);
        }
        Tool::Titles { index, share } => titles::run(index, *share),
    }
    Ok(())
}
