//! The seam behind which questions are answered: one index here, many machines some day, hand-made answers in tests.

use crate::answer::{Answer, Document, DocumentSummary, IndexInfo};
use crate::engine::Engine;
use crate::error::ServerError;
use crate::question::Question;

/// Answers questions. Called from many threads at once, never from an async one.
pub trait Answers: Send + Sync + 'static {
    /// What is known of the index: generation and counts.
    fn index_info(&self) -> IndexInfo;

    /// Answers one search.
    ///
    /// # Errors
    /// As [`Engine::search`].
    fn search(&self, question: &Question) -> Result<Answer, ServerError>;

    /// The whole document `id`, with everything marked that `q` finds.
    ///
    /// # Errors
    /// As [`Engine::document`].
    fn document(&self, id: &str, q: &str) -> Result<Option<Document>, ServerError>;

    /// All documents, by id.
    ///
    /// # Errors
    /// As [`Engine::sources`].
    fn sources(&self) -> Result<Vec<DocumentSummary>, ServerError>;
}

impl Answers for Engine {
    fn index_info(&self) -> IndexInfo {
        Self::index_info(self)
    }

    fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        Self::search(self, question)
    }

    fn document(&self, id: &str, q: &str) -> Result<Option<Document>, ServerError> {
        Self::document(self, id, q)
    }

    fn sources(&self) -> Result<Vec<DocumentSummary>, ServerError> {
        Self::sources(self)
    }
}
