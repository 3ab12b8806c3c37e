//! Generators of the tables under `data/` and `crates/*/data/`; docs/tables.md lists them.

mod cid_tables;
mod han_folds;
mod model;
mod sounds;

use std::path::PathBuf;

use clap::Subcommand;

/// Command line of `generate`.
#[derive(Subcommand)]
pub(crate) enum Tool {
    /// Han characters and those they fold to, from OpenCC's tables, to standard output
    HanFolds,
    /// Sounds or shapes of Han characters, from Unihan, to standard output
    Sounds {
        /// Folder of the unpacked files of Unihan
        unihan: PathBuf,
        /// Table to write
        table: sounds::Table,
    },
    /// Tables from character ids to Unicode, from Adobe's CMap resources
    CidTables {
        /// Folder of the CMap resources, as /usr/share/poppler/cMap
        cmaps: PathBuf,
        /// Folder to write to
        out: PathBuf,
    },
    /// The language model and the word list of repair, from free texts of a corpus
    Model {
        /// Folder of the corpus
        corpus: PathBuf,
        /// Folder to write to
        out: PathBuf,
    },
}

/// Runs a generator.
pub(crate) fn run(tool: &Tool) -> anyhow::Result<()> {
    match tool {
        Tool::HanFolds => han_folds::run(),
        Tool::Sounds { unihan, table } => sounds::run(unihan, *table),
        Tool::CidTables { cmaps, out } => cid_tables::run(cmaps, out),
        Tool::Model { corpus, out } => Ok(model::run(corpus, out)?),
    }
}
