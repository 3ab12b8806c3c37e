//! Citations of a text of the collection.

use std::sync::Arc;

use crate::citing::{Cited, Source, Works, cited};
use crate::error::ServerError;
use crate::searcher::Searcher;

impl Searcher {
    /// The works of the collection by their names. The first call reads every stored record, further ones none.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn works(&self) -> Result<Arc<Works>, ServerError> {
        if let Some(known) = self.works.get() {
            return Ok(Arc::clone(known));
        }
        let works = Arc::new(Works::of(&self.sources()?));
        Ok(Arc::clone(self.works.get_or_init(|| works)))
    }

    /// Returns what `text` cites, a passage of the document `id` or a text of its own where there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn citations(&self, id: &str, text: &str) -> Result<Vec<Cited>, ServerError> {
        let works = self.works()?;
        let Some(document) = self.engine.find(id)? else {
            return Ok(cited(text, Source::default(), &works));
        };
        let stored = self.engine.document(document)?;
        let read = stored.text()?;
        let whole = read.whole()?;
        let source = Source {
            id,
            title: &stored.record.title,
            date: &stored.record.date,
            text: &whole,
        };
        Ok(cited(text, source, &works))
    }
}
