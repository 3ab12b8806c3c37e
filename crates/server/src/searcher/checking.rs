//! Drafts checked against the collection.

use std::time::Instant;

use crate::checking::{Change, Checked, Library, check};
use crate::error::ServerError;
use crate::question::{Expand, Question};
use crate::searcher::Searcher;

/// Longest beginning of a quotation that is searched for, in characters.
const LONGEST_QUERY: usize = 120;

impl Searcher {
    /// Returns a verdict on every citation and quotation of `draft`. Nothing of it is kept.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn check(&self, draft: &str) -> Result<Vec<Checked>, ServerError> {
        self.check_until(draft, None)
    }

    /// As [`Searcher::check`]; what is left at `until` stays unchecked.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn check_until(
        &self,
        draft: &str,
        until: Option<Instant>,
    ) -> Result<Vec<Checked>, ServerError> {
        check(draft, &*self.works()?, self, until)
    }
}

impl Library for Searcher {
    fn text(&self, id: &str) -> Result<Option<String>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let text = stored.text()?.whole()?.into_owned();
        Ok(Some(text))
    }

    fn with_words(&self, quotation: &str, limit: usize) -> Result<Vec<String>, ServerError> {
        let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
        let words: String = quotation.chars().map(plain).take(LONGEST_QUERY).collect();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let phrase: String = quotation
            .chars()
            .filter(|c| !matches!(c, '"' | '“' | '”' | '「' | '」'))
            .take(LONGEST_QUERY)
            .collect();
        for query in [format!("\"{phrase}\""), words] {
            let question = Question::about(query).expand(Expand::None).per_page(limit);
            let Ok(answer) = self.search(&question) else {
                continue;
            };
            let ids: Vec<String> = answer.hits.into_iter().map(|hit| hit.id).collect();
            if !ids.is_empty() {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }

    fn change(&self, id: &str) -> Result<Option<Change>, ServerError> {
        self.change_of(id)
    }
}
