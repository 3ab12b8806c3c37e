//! Queries that the engine does not have.

pub(crate) mod best_of;
pub(crate) mod favoured;
pub(crate) mod unwanted;
