//! The answer being drawn, and the links that its parts share.

use crate::answer::Answer;
use crate::page::frame::Visit;
use crate::question::{Filters, Query, Question};
use crate::request::address::search_href;
use crate::request::language::Ui;

/// A question, its answer and its reader. Each part of the search page is drawn by methods in a file of its own.
pub(super) struct Results<'a> {
    pub(super) question: &'a Question,
    pub(super) answer: &'a Answer,
    pub(super) visit: &'a Visit,
    pub(super) ui: Ui,
    pub(super) chosen: Option<Ui>,
}

impl Results<'_> {
    pub(super) fn query(&self) -> &Query {
        &self.question.search.query
    }

    /// Returns the number of entries on all pages: documents that hold the query, then those that hold its translation alone;
    /// duplicates of one document are one entry.
    pub(super) fn listed(&self) -> u64 {
        self.answer.page.listed
    }

    pub(super) fn href(&self, question: &Question) -> String {
        search_href("/search", question, self.chosen)
    }

    /// Returns the address of the first page of a changed question.
    pub(super) fn href_with(&self, change: impl FnOnce(&mut Question)) -> String {
        let mut question = self.question.clone();
        question.window.page = 1;
        change(&mut question);
        self.href(&question)
    }

    /// Like [`Results::href_with`], for changed filters.
    pub(super) fn href_within(&self, change: impl FnOnce(&mut Filters)) -> String {
        self.href_with(|question| change(&mut question.search.filters))
    }
}
