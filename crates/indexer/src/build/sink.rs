//! Where prepared documents go: the seam between building and the engine that stores.
//!
//! A sink takes documents in and gives a published generation out. `store` has the one that writes an index on this
//! machine's disk. Another may send documents to engines elsewhere: nothing on this side of the seam knows files, segments
//! or locks.

use polidex_schema::manifest::Manifest;

use crate::build::catalog::Catalog;
use crate::error::IndexError;
use crate::pipeline::PreparedDocument;

/// A generation in the making.
///
/// It begins with the documents of the generation before, or with none, as whoever made the sink decided. Readers see
/// nothing of it until [`Sink::publish`] and everything at once after. Calls block until the sink has room; documents come
/// from many threads and in any order.
pub trait Sink: Sync {
    /// Adds a document. No document of the same id is there, or it was removed before.
    ///
    /// # Errors
    /// The sink has failed and will not publish.
    fn add(&self, document: PreparedDocument) -> Result<(), IndexError>;

    /// Removes the document `id` that was there before this call.
    ///
    /// # Errors
    /// As [`Sink::add`].
    fn remove(&self, id: &str) -> Result<(), IndexError>;

    /// Removes the documents `ids` that were there before this call.
    ///
    /// # Errors
    /// As [`Sink::add`].
    fn remove_all(&self, ids: &[String]) -> Result<(), IndexError> {
        ids.iter().try_for_each(|id| self.remove(id))
    }

    /// Makes the generation the current one and keeps `catalog` with it. Returns `manifest` with the name of the generation
    /// and all that the sink itself knows of it.
    ///
    /// # Errors
    /// The generation could not be completed; the one before stays current.
    fn publish(self, manifest: Manifest, catalog: &Catalog) -> Result<Manifest, IndexError>;

    /// Drops the generation without a trace.
    fn abandon(self);

    /// Drops the generation after `error`, and returns the error that tells why.
    fn fail(self, error: IndexError) -> IndexError
    where
        Self: Sized,
    {
        drop(self);
        error
    }
}
