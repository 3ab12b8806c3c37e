//! The promises polidex makes, a module each, through the crates' public doors.
//!
//! One program, so that tantivy is linked once and the seeds are indexed once. What needs the `polidex` program itself is
//! in `crates/polidex/tests`; the walks in a browser are in `browser.rs` beside this folder.

// The repository.
mod house;
mod readme;
mod statements;

// Bytes become the text that was meant.
mod cases;
mod damage_floors;
mod encodings;
mod glyphs_and_layout;
mod linear_time;
mod repair_benchmark;

// Files become documents.
mod anything;
mod bad_input;
mod formats;
mod metadata;
mod office;
mod places;

// Documents become an index, and stay one.
mod alerts;
mod coverage;
mod daily;
mod index;
mod pipeline_version;

// A query finds what it should.
mod citations;
mod comparing;
mod corrections;
mod counterparts;
mod duplicates;
mod engine;
mod expansion;
mod explain;
mod faults;
mod filters;
mod hostile;
mod laws;
mod originals;
mod phrases;
mod ranking;
mod records;
mod renderings;
mod reuse;
mod seeds;
mod suggest;
mod timeline;
mod titles;
mod versions;
mod vocabulary;

// Readers and programs are answered.
mod http;
