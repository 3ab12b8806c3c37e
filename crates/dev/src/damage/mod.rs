//! Scores of repair: generated damage, and what repair changes in whole corpora.

mod fixture;
mod score;
mod sweep;

use std::path::PathBuf;

use clap::Subcommand;

/// Command line of `damage`.
#[derive(Subcommand)]
pub(crate) enum Tool {
    /// Damage clean texts and count what comes back exactly
    Score {
        /// Folder of a corpus, drawn from besides the texts of our own
        corpus: Option<PathBuf>,
        /// List failures of the classes whose names hold this
        #[arg(long)]
        fails: Option<String>,
        /// Another seed draws other texts
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Score the repair cases that come with the repository
    Fixture {
        /// List failures of the classes whose names hold this
        #[arg(long)]
        fails: Option<String>,
    },
    /// Make the repair cases that come with the repository
    Make {
        /// Folder of the corpus, for its statutes
        corpus: PathBuf,
        /// Folder `django/conf/locale` of an unpacked Django 5.2.8
        locales: PathBuf,
    },
    /// Repair every document of a corpus: what changes, how often, and how fast
    Sweep {
        /// Folders or files of JSON Lines
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Write a line for every document that changes
        #[arg(long)]
        outcomes: Option<PathBuf>,
        /// Samples of each kind
        #[arg(long, default_value_t = 3)]
        samples: usize,
    },
}

/// Runs a scorer.
pub(crate) fn run(tool: Tool) -> anyhow::Result<()> {
    match tool {
        Tool::Score {
            corpus,
            fails,
            seed,
        } => score::run(corpus.as_deref(), fails, seed)?,
        Tool::Fixture { fails } => fixture::score(fails.as_deref()),
        Tool::Make { corpus, locales } => fixture::make(&corpus, &locales)?,
        Tool::Sweep {
            paths,
            outcomes,
            samples,
        } => sweep::run(&paths, outcomes.as_deref(), samples)?,
    }
    Ok(())
}
