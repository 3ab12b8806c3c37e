//! Finds what a query means in stored text and cuts snippets around it.

pub mod highlight;
pub(crate) mod long;
pub(crate) mod place;
pub(crate) mod scan;
pub mod snippet;
