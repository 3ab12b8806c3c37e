//! The seam behind which questions are answered: one index here, many machines some day, hand-made answers in tests.

use std::sync::Arc;

use crate::answer::{
    Answer, Coverage, Document, DocumentSummary, FacetValue, IndexInfo, Piece, Suggestions,
};
use crate::error::ServerError;
use crate::question::{Facet, Query, Question, Search, Sort};
use crate::searcher::Searcher;

/// Answers questions. Called from many threads at once, never from an async one.
pub trait Answers: Send + Sync + 'static {
    /// Generation and counts of the index.
    fn index_info(&self) -> IndexInfo;

    /// What the index holds of its folders; nothing but its counts where a backend knows no folders.
    fn coverage(&self) -> Coverage {
        Coverage {
            index: self.index_info(),
            ..Coverage::default()
        }
    }

    /// Answers one search.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    fn search(&self, question: &Question) -> Result<Answer, ServerError>;

    /// The whole document `id`, with everything marked that `query` finds.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError>;

    /// A piece of the document `id`; the whole of it where a backend knows no pieces.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn document_piece(
        &self,
        id: &str,
        query: &Query,
        _piece: Piece,
    ) -> Result<Option<Document>, ServerError> {
        self.document(id, query)
    }

    /// A piece of the bytes of the text as published, from 0; `None` behind the last.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn published_piece(&self, _id: &str, _piece: usize) -> Result<Option<Vec<u8>>, ServerError> {
        Ok(None)
    }

    /// All documents, by id.
    ///
    /// # Errors
    /// As [`Searcher::sources`].
    fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError>;

    /// Ids of all documents that answer `search`, best first, whatever documents it is limited to.
    ///
    /// # Errors
    /// As [`Searcher::ids`].
    fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError>;

    /// Every value of `facet` with its count, in the order of an answer's facet.
    ///
    /// # Errors
    /// As [`Searcher::values`].
    fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError>;

    /// Returns at most `limit` ways to go on from what is typed, without waiting; nothing before [`Answers::read_suggestions`] is done.
    fn suggest(&self, typed: &str, limit: usize) -> Suggestions;

    /// Reads what can be suggested; called once, on a thread of its own.
    fn read_suggestions(&self) {}
}

impl Answers for Searcher {
    fn index_info(&self) -> IndexInfo {
        Self::index_info(self)
    }

    fn coverage(&self) -> Coverage {
        Self::coverage(self)
    }

    fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        Self::search(self, question)
    }

    fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError> {
        Self::document(self, id, query)
    }

    fn document_piece(
        &self,
        id: &str,
        query: &Query,
        piece: Piece,
    ) -> Result<Option<Document>, ServerError> {
        Self::document_piece(self, id, query, piece)
    }

    fn published_piece(&self, id: &str, piece: usize) -> Result<Option<Vec<u8>>, ServerError> {
        Self::published_piece(self, id, piece)
    }

    fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError> {
        Self::sources(self)
    }

    fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError> {
        Self::ids(self, search, sort)
    }

    fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError> {
        Self::values(self, search, facet)
    }

    fn suggest(&self, typed: &str, limit: usize) -> Suggestions {
        self.suggest_at_once(typed, limit)
    }

    fn read_suggestions(&self) {
        Self::read_suggestions(self);
    }
}
