//! Finds a query's patterns in stored text and cuts snippets around the matches.

pub(crate) mod compare;
pub mod highlight;
pub mod pattern;
pub(crate) mod place;
pub(crate) mod scan;
pub mod snippet;
pub(crate) mod speaker;
