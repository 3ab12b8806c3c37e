//! Turns files into an index.
//!
//! walk → extract → decode → repair → layout → metadata → places → passages → sink
//!
//! The only crate that writes an index. [`index::build_index`] is the way in. [`pipeline`] prepares one document, one stage a
//! line; [`build`] finds documents and hands those that changed to a [`build::sink::Sink`]; [`store`] is the sink that
//! writes an index to disk.

pub mod error;
pub mod skip;
pub mod text;

pub mod decode;
pub mod repair;

pub mod declared;
pub mod structure;

pub mod extract;
pub mod layout;
pub mod metadata;

pub mod places;

pub mod passages;

pub mod pipeline;
pub mod version;

pub mod report;

pub mod build;
pub mod store;

pub mod index;

pub mod learn;
