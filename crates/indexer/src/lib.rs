//! Turns files into an index: decode, extract, repair, layout, metadata, passages, writer.

pub mod decode;
pub mod repair;
