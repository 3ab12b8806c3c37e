//! Answers questions from one index, read-only. No HTTP in here: a library, the command line and the server use it alike.

use std::path::Path;

use crate::answer::{Answer, Document, DocumentSummary, IndexInfo, PageInfo, PageLinks, QueryEcho, Total};
use crate::error::ServerError;
use crate::question::Question;

/// An open index that answers questions. Cheap to share behind an `Arc`; every method takes `&self` and may be called
/// from many threads at once.
pub struct Engine {
    index: IndexInfo,
}

impl Engine {
    /// Opens the index at `dir` read-only.
    ///
    /// # Errors
    /// [`ServerError::NoIndex`], [`ServerError::AnalyzerDiffers`] or [`ServerError::Unreadable`], each naming what to run.
    pub fn open(dir: &Path) -> Result<Self, ServerError> {
        Err(ServerError::NoIndex { path: dir.to_owned() })
    }

    /// What is known of the index: generation and counts.
    pub fn index_info(&self) -> IndexInfo {
        self.index.clone()
    }

    /// Answers one search. Total over any query text.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`], [`ServerError::UnknownSource`] or [`ServerError::Engine`].
    pub fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        Ok(Answer {
            query: QueryEcho { q: question.q.clone(), ..QueryEcho::default() },
            total: Total { value: 0, relation: "eq" },
            page: PageInfo { number: question.page, per_page: question.per_page },
            hits: Vec::new(),
            facets: Vec::new(),
            index: self.index.clone(),
            took_ms: 0.0,
            links: PageLinks::default(),
        })
    }

    /// The whole document `id` with everything marked that `q` finds (nothing when `q` is empty); `None` when there is no
    /// such document.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn document(&self, _id: &str, _q: &str) -> Result<Option<Document>, ServerError> {
        Ok(None)
    }

    /// All documents, by id.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn sources(&self) -> Result<Vec<DocumentSummary>, ServerError> {
        Ok(Vec::new())
    }
}
