//! Builds a generation from folders: finds files, tells what changed, prepares each and writes it.

pub mod catalog;
pub mod ids;
pub(crate) mod seen;
pub mod sources;
pub(crate) mod update;
pub mod walk;
