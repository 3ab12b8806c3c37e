//! The step that closes a generation: what is made of all its documents by somebody who reads them.
//!
//! In: the folder of an index and the name of a generation that is complete but not current. Out: files that the generation
//! keeps. Suggestions are made so, the passages that stand in several documents, and by how many others each document is
//! cited: they need the whole collection, and the indexer cannot read it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use polidex_schema::cited::CITED;
use polidex_schema::manifest::{REUSE, SUGGESTIONS};

type Step = dyn Fn(&Path, &str) -> Option<Vec<u8>> + Send + Sync;

/// Files that a closing step may make.
pub(crate) const CLOSING_FILES: [&str; 3] = [SUGGESTIONS, REUSE, CITED];

/// Makes the files of a generation that need all its documents; by default none.
#[derive(Clone, Default)]
pub struct Closing(Vec<(&'static str, Arc<Step>)>);

impl Closing {
    /// Adds a step that gives the bytes of the file `name`, [`SUGGESTIONS`], [`REUSE`] or [`CITED`]; one that gives `None` leaves
    /// the file out: a server makes the first two for itself, and does without the third.
    pub fn with(
        mut self,
        name: &'static str,
        step: impl Fn(&Path, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        self.0.push((name, Arc::new(step)));
        self
    }

    /// Files of a generation with their bytes, made one after the other.
    pub(crate) fn files(
        &self,
        index_dir: &Path,
        generation: &str,
    ) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
        let steps = self.0.iter();
        steps.filter_map(move |(name, step)| Some((*name, step(index_dir, generation)?)))
    }
}

impl fmt::Debug for Closing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        formatter.debug_list().entries(names).finish()
    }
}
