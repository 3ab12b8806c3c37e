//! The last step of a build: what is kept beside the documents is written, and the alias moves.

use polidex_indexer::build::account::cover_catalog;
use polidex_indexer::build::catalog::Catalog;
use polidex_schema::cited::CITED;
use polidex_schema::manifest::{Manifest, REUSE, SUGGESTIONS};
use polidex_server::searcher::Searcher;

use super::bulk::Bulk;
use crate::blobs;
use crate::engine::{self, ClusterEngine};
use crate::error::ClusterError;
use crate::generations::{Generation, Generations, writing};
use crate::terms::TermCounts;

/// Id of the catalog among the texts.
pub(crate) const CATALOG: &str = "catalog";

/// A generation whose documents are all sent.
pub(super) struct Completion<'a> {
    pub(super) generations: Generations<'a>,
    pub(super) made: &'a Generation,
    /// Generation that it takes the place of.
    pub(super) before: Option<&'a Generation>,
    pub(super) has_removed: bool,
    /// Generations to keep.
    pub(super) keep: usize,
}

impl Completion<'_> {
    /// Closes the generation and moves the alias to it.
    pub(super) fn publish(
        &self,
        manifest: &Manifest,
        catalog: &Catalog,
        counts: &TermCounts,
    ) -> Result<(), ClusterError> {
        self.generations.refresh(self.made)?;
        self.check_count(manifest.documents)?;
        let coverage = cover_catalog(catalog).to_bytes();
        let (terms, manifest) = (counts.to_text(), manifest.to_text());
        let kept: [(&str, &[u8]); 4] = [
            (CATALOG, &catalog.to_bytes()),
            (engine::COVERAGE, &coverage),
            (engine::TERMS, terms.as_bytes()),
            (engine::MANIFEST, manifest.as_bytes()),
        ];
        for (id, bytes) in kept {
            write_kept(self.generations, self.made, id, bytes)?;
        }
        self.write_made()?;
        self.generations.close(self.made, self.has_removed)?;
        self.generations.switch(self.made, self.before)?;
        self.generations.clean(self.made, self.keep)
    }

    /// Writes what servers tell of all documents, so that none reads all of them: suggestions, by how many others each document
    /// is cited, and passages that stand in several. What cannot be made is written empty, over that of the generation before:
    /// each server makes it for itself, or does without.
    fn write_made(&self) -> Result<(), ClusterError> {
        let (client, name) = (self.generations.client.clone(), self.generations.name);
        let engine = ClusterEngine::open_generation(client, self.made.clone(), name)?;
        let searcher = Searcher::over(engine);
        let made = [
            (SUGGESTIONS, Ok(Some(searcher.suggestions_file()))),
            (CITED, searcher.cited_file()),
            (REUSE, searcher.reuse_file()),
        ];
        for (id, bytes) in made {
            let bytes = bytes.unwrap_or_else(|error| {
                tracing::warn!(%error, "what is told of all documents ({id}) was not made");
                None
            });
            write_kept(self.generations, self.made, id, &bytes.unwrap_or_default())?;
        }
        Ok(())
    }

    /// A document that was lost on the way would be missed by nobody.
    fn check_count(&self, expected: u64) -> Result<(), ClusterError> {
        match count(self.generations, self.made)? {
            count if count == Some(expected) => Ok(()),
            count => Err(ClusterError::Incomplete {
                name: self.made.searched.clone(),
                what: format!("it holds {count:?} documents of {expected}"),
            }),
        }
    }
}

/// Number of documents in the searched index, as far as it was refreshed.
pub(super) fn count(
    generations: Generations<'_>,
    made: &Generation,
) -> Result<Option<u64>, ClusterError> {
    let path = format!("/{}/_count", made.searched);
    Ok(generations.client.get(&path)?["count"].as_u64())
}

/// Writes what is kept of a generation among its texts.
pub(super) fn write_kept(
    generations: Generations<'_>,
    made: &Generation,
    id: &str,
    bytes: &[u8],
) -> Result<(), ClusterError> {
    for lines in blobs::lines(&writing(&made.texts), id, bytes) {
        let bulk = Bulk {
            lines,
            ..Bulk::default()
        };
        bulk.send(generations.client)?;
    }
    Ok(())
}
