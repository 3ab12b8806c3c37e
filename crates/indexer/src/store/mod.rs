//! Writes an index and looks after it: documents, generations, damage.

pub mod doctor;
pub mod document;
mod first_seen;
pub mod generations;
pub(crate) mod originals;
pub mod writer;

use crate::error::IndexError;

impl From<tantivy::TantivyError> for IndexError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Engine(Box::new(error))
    }
}
