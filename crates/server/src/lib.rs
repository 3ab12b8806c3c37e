//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.
//!
//! [`searcher::Searcher`] opens an index and answers; [`http::serve`] puts the page and the API before it. Reads indexes and never
//! writes one.
//!
//! # Examples
//!
//! ```no_run
//! use std::path::Path;
//!
//! use polidex_server::searcher::Searcher;
//! use polidex_server::question::Question;
//!
//! let searcher = Searcher::open(Path::new("index"))?;
//! let answer = searcher.search(&Question::about("\"new quality\" 新質生產力"))?;
//! for hit in &answer.hits {
//!     println!("{}: {}", hit.id, hit.title);
//! }
//! # Ok::<(), polidex_server::error::ServerError>(())
//! ```

pub mod error;

pub mod tier;

pub mod question;

pub mod expansion;

pub mod reason;

pub mod answer;

pub mod concordance;

pub mod comparison;

mod comparing;

pub mod reuse_answer;

pub mod version_answer;

pub mod rendering_answer;

mod renderings;

mod address;

pub mod calendar;

pub mod titles;

pub mod query;

pub mod mark;

mod suggest;

pub mod engine;

mod reuse;

mod versions;

pub mod citing;

pub mod checking;

pub mod citation_answer;

pub mod searcher;

mod request;

pub mod login;
mod page;

pub use page::export::Export;

pub mod http;
