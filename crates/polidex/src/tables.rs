//! The user's own tables of words that stand for each other.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use clap::Args;
use polidex_server::query::expand::expander::Expander;
use polidex_server::query::expand::tables::{TableNote, parse_glossary, parse_synonyms};
use polidex_server::searcher::Searcher;

use crate::output::say;

/// Files that add to the program's own tables.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Table of synonyms: one group of words per line, separated by tabs
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Table of translations: Traditional, Simplified and English, separated by tabs; several forms by |
    #[arg(long, value_name = "FILE")]
    glossary: Option<PathBuf>,
}

impl Tables {
    /// The engine with these tables before the program's own. Lines that are no rows are said and left out.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn put_in(&self, engine: Searcher) -> anyhow::Result<Searcher> {
        if self.synonyms.is_none() && self.glossary.is_none() {
            return Ok(engine);
        }
        let (groups, notes) = read(self.synonyms.as_ref())?
            .map_or_else(Default::default, |text| parse_synonyms(&text));
        say_notes(self.synonyms.as_ref(), &notes);
        let (concepts, notes) = read(self.glossary.as_ref())?
            .map_or_else(Default::default, |text| parse_glossary(&text));
        say_notes(self.glossary.as_ref(), &notes);
        Ok(engine.with_expander(Arc::new(Expander::with_own_tables(
            &groups, &concepts, true,
        ))))
    }

    /// When the files were changed last: another state means other tables.
    pub(crate) fn state(&self) -> [Option<SystemTime>; 2] {
        [&self.synonyms, &self.glossary].map(|path| {
            std::fs::metadata(path.as_ref()?)
                .and_then(|file| file.modified())
                .ok()
        })
    }
}

fn read(path: Option<&PathBuf>) -> anyhow::Result<Option<String>> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
    };
    path.map(read).transpose()
}

fn say_notes(path: Option<&PathBuf>, notes: &[TableNote]) {
    for (path, note) in path
        .iter()
        .flat_map(|path| notes.iter().map(move |note| (path, note)))
    {
        say(&format!("{}: {note}; left out", path.display()));
    }
}
