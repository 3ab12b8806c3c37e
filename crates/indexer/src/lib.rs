//! Turns files into an index: walk → extract → decode → repair → layout → metadata → passages → tantivy writer.
//!
//! The only crate that writes an index. [`pipeline`] is the whole way, one stage a line.

pub mod catalog;
pub mod decode;
pub mod doctor;
pub mod error;
pub mod extract;
pub mod generations;
pub mod ids;
pub mod layout;
pub mod learn;
pub mod metadata;
pub mod passages;
pub mod pipeline;
pub mod places;
pub mod prepare;
pub mod repair;
pub mod report;
mod seen;
pub mod sources;
mod update;
pub mod walk;
pub mod writer;
mod written_date;
