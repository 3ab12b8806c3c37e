//! A step that closes a generation: what is made of all its documents by somebody who reads them.
//!
//! In: the folder of an index and the name of a generation that is complete but not current. Out: a file that the generation
//! keeps. Suggestions are made so: they need the whole collection, and the indexer cannot read it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

type Step = dyn Fn(&Path, &str) -> Option<Vec<u8>> + Send + Sync;

/// Makes the suggestions of a generation, or nothing.
#[derive(Clone, Default)]
pub struct Closing(Option<Arc<Step>>);

impl Closing {
    /// Returns a step that gives the bytes of [`SUGGESTIONS`](polidex_schema::manifest::SUGGESTIONS); `None` leaves the file out,
    /// and a server makes them for itself.
    pub fn with_suggestions(
        step: impl Fn(&Path, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(step)))
    }

    /// Suggestions of a generation.
    pub(crate) fn suggestions(&self, index_dir: &Path, generation: &str) -> Option<Vec<u8>> {
        self.0.as_ref()?(index_dir, generation)
    }
}

impl fmt::Debug for Closing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_step = self.0.is_some();
        formatter.debug_tuple("Closing").field(&has_step).finish()
    }
}
