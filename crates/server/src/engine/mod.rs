//! The seam under the plan: what an engine does for the layer that answers.
//!
//! In: trees of a plan ([`Node`]), filters, an order. Out: listed documents, counts, stored records and texts. Calls block;
//! each that may take long has a deadline. [`TantivyEngine`] is the engine of an index on this machine.

pub mod abbreviations;
pub mod counterparts;
pub mod list;
pub mod names;
pub mod remote;
pub mod stored;
pub mod tantivy;

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Instant, SystemTime};

use polidex_schema::coverage::Coverage;
use polidex_schema::manifest::Manifest;
use polidex_schema::packed::Part;

pub use self::list::{FacetTotals, List, ListRequest, Listed, SourceValue, Top};
pub(crate) use self::stored::damaged;
pub use self::stored::{SharedBytes, Stored, Text};
pub use self::tantivy::TantivyEngine;
use crate::answer::IndexInfo;
use crate::calendar::stamp_ms;
use crate::error::ServerError;
use crate::mark::pattern::Pattern;
use crate::query::plan::{Field, Node, Vocabulary};
use crate::question::{Facet, Filters, Sort};

/// Reference to a document of one open index. Only the engine that gave it can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocRef(pub u64);

/// A document by its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Main language.
    pub lang: String,
}

/// The account of an index whose generation has `manifest`, and whose newest document came in at `newest_ms`.
pub fn info_of(
    manifest: &Manifest,
    coverage: Option<&Coverage>,
    newest_ms: Option<u64>,
) -> IndexInfo {
    IndexInfo {
        generation: manifest.generation.clone(),
        documents: manifest.documents,
        passages: manifest.passages,
        stale: manifest.stale.len() as u64,
        held: manifest.held,
        newest: newest_ms.map(stamp_ms),
        unread: coverage.map_or(0, Coverage::unread),
    }
}

/// An open index. Cheap to share; every method may be called from many threads at once, and blocks.
pub trait Engine: Vocabulary + Send + Sync + 'static {
    /// Returns the generation and the counts of the index.
    fn info(&self) -> IndexInfo;

    /// Lists documents by one or several nodes in one call, each with its facets.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn list(&self, request: &ListRequest<'_>) -> Result<Vec<List>, ServerError>;

    /// Returns the ids of all documents that match, in order.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn ids(
        &self,
        node: &Node,
        filters: &Filters,
        sort: Sort,
        deadline: Instant,
    ) -> Result<Vec<String>, ServerError>;

    /// Returns all values of a facet with their counts, its own filter left out. Empty for [`Facet::Source`].
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn values(
        &self,
        node: &Node,
        filters: &Filters,
        facet: Facet,
        deadline: Instant,
    ) -> Result<BTreeMap<String, u64>, ServerError>;

    /// Returns how often a phrase occurs in each document that holds it, by id: `terms` of `field` with their offsets, one of
    /// which the first has.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn occurrences(
        &self,
        field: Field,
        terms: &[(usize, String)],
        deadline: Instant,
    ) -> Result<Vec<(String, u64)>, ServerError>;

    /// Counts the documents that match; without a deadline, exactly.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn count(
        &self,
        node: &Node,
        filters: &Filters,
        deadline: Option<Instant>,
    ) -> Result<u64, ServerError>;

    /// Counts the documents of the whole index that match each of `nodes`, exactly: at once, where that costs less.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn counts(&self, nodes: &[&Node]) -> Result<Vec<u64>, ServerError> {
        let count = |node: &&Node| self.count(node, &Filters::default(), None);
        nodes.iter().map(count).collect()
    }

    /// Returns for each of `documents` the score that each of `nodes` gives it, as it counts in a list; `None` where it does
    /// not match.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn scores(
        &self,
        documents: &[DocRef],
        nodes: &[&Node],
    ) -> Result<Vec<Vec<Option<f32>>>, ServerError>;

    /// Finds a document by its id.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn find(&self, id: &str) -> Result<Option<DocRef>, ServerError>;

    /// Returns what the index holds of its folders and when it was made, where it knows.
    fn coverage(&self) -> Option<(&Coverage, SystemTime)> {
        None
    }

    /// Returns the file of suggestions that was made with the index, if there is one.
    fn suggestions(&self) -> Option<Vec<u8>> {
        None
    }

    /// Returns the file of passages that stand in several documents, if it was made with the index.
    fn reuse(&self) -> Option<Vec<u8>> {
        None
    }

    /// Returns when a document came into the index as it is, in milliseconds since 1970, where the engine knows.
    fn added_ms(&self, _document: DocRef) -> Option<u64> {
        None
    }

    /// Returns how many other documents cite the document `id`, where the index knows.
    fn cited_by(&self, _id: &str) -> Option<u32> {
        None
    }

    /// Returns true if the file of the document `id` could not be read when the index was built.
    fn is_stale(&self, _id: &str) -> bool {
        false
    }

    /// Told which documents are read next, one by one: an engine elsewhere may fetch them in one request.
    fn prepare(&self, _documents: &[DocRef]) {}

    /// Told of which documents the counterparts are asked for next, one by one, as [`Engine::prepare`] is.
    fn prepare_counterparts(&self, _documents: &[DocRef]) {}

    /// Reads a document as it is stored.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn document(&self, document: DocRef) -> Result<Stored, ServerError>;

    /// Calls `visit` with every `step`th document until it returns `false`.
    fn visit(&self, step: usize, visit: &mut dyn FnMut(Result<Stored, ServerError>) -> bool);

    /// Chooses the parts of a long text to look through for `patterns`, each with its weight. By default all.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn best_parts(
        &self,
        _document: DocRef,
        _patterns: &[(Pattern, f32)],
        parts: &[Part],
    ) -> Result<Vec<Range<usize>>, ServerError> {
        let whole = 0..parts.len();
        Ok(Vec::from([whole]))
    }

    /// Labels the first `limit` of `documents` by id, `except` left out.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn labels(
        &self,
        documents: &[DocRef],
        except: &str,
        limit: usize,
    ) -> Result<Vec<Labelled>, ServerError>;

    /// Returns the same work in other languages, by language; empty when there is none or it is not sure.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn counterparts(&self, document: DocRef) -> Result<Vec<Labelled>, ServerError>;

    /// Returns terms of `field` within `edits` of `word`, with the number of documents of each.
    fn terms_near(&self, field: Field, word: &str, edits: u8) -> Vec<(String, u64)>;
}
