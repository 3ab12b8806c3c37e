//! Turns files into an index.
//!
//! walk → extract → decode → repair → layout → metadata → places → passages → sink
//!
//! The only crate that writes an index. [`index::build_index`] is the way in. [`pipeline`] prepares one document, one stage a
//! line; [`readers`] runs it in processes of their own; [`build`] finds documents and hands those that changed to a [`build::sink::Sink`]; [`store`] is the sink that
//! writes an index to disk.
//!
//! # Examples
//!
//! ```
//! use polidex_indexer::index::{BuildOptions, build_index};
//!
//! let folder = tempfile::TempDir::new()?;
//! let papers = folder.path().join("papers");
//! std::fs::create_dir(&papers)?;
//! std::fs::write(papers.join("housing.txt"), "Public housing in Hong Kong.")?;
//! let index = folder.path().join("index");
//! let report = build_index(&[papers], &index, &BuildOptions::default(), &|_| {})?;
//! assert_eq!((report.documents, report.generation.as_str()), (1, "g000001"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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

mod number_sketch;
mod replaced;

pub mod pipeline;
pub mod version;

pub mod models;
pub mod readers;

pub mod report;

pub mod build;
pub mod store;

pub mod index;

pub mod learn;
