//! Passages that stand nearly verbatim in several documents.
//!
//! In: the passages of all documents. Out: [`Reuse`]: groups of passages that say nearly the same, with the documents they
//! stand in. A passage is known by a [`Sketch`] of its shingles, in which script, case, width, punctuation and line breaks do
//! not show; [`groups`] joins those that are alike. The closing step of a generation makes the table and the generation keeps
//! it in a file. It depends on the documents alone, so an update gives what a full build gives.
//!
//! Measured on 2026-11-29 on the whole corpus: see `docs/measurements.md`.

mod groups;
mod sketch;
mod table;

pub(crate) use self::sketch::{Sketch, sketch_of, sketch_passages};
pub(crate) use self::table::{Copy, Reuse, ReuseBuilder};
