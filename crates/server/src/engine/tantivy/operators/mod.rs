//! Queries that tantivy does not have.

pub(crate) mod any;
mod clause;
pub(crate) mod must_not;
pub(crate) mod optional;
pub(crate) mod share;
