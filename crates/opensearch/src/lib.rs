//! Keeps an index on an OpenSearch cluster: the same documents, terms and plans as on this machine's disk.
//!
//! [`sink::ClusterSink`] takes prepared documents and publishes generations by switching an alias; [`engine::ClusterEngine`]
//! lowers plans to the query DSL and answers for the layer above. Terms are made by our own analysis and sent joined by
//! blanks; the cluster needs no plugin, no script and no setting of its own.

pub mod address;
mod interruption;

pub mod client;
pub mod error;

mod terms;

mod blobs;
mod forgotten;
mod generations;
mod mapping;

pub mod doctor;
pub mod engine;
pub mod sink;
pub mod snapshots;
