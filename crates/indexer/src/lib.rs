//! Turns files into an index: walk → extract → decode → repair → layout → metadata → passages → tantivy writer.
//!
//! The only crate that writes an index. [`pipeline`] is the whole way, one stage a line.

pub mod error;
pub mod report;
pub mod text;

pub mod decode;
pub mod repair;

pub mod structure;

pub mod extract;
pub mod layout;
pub mod metadata;

pub mod passages;
pub mod places;

pub mod pipeline;

pub mod build;
pub mod store;

pub mod learn;
