//! What decoding, repair and extraction share: character sets, the model of text, maps between texts, written dates.

pub mod charset;
pub mod cid_tables;
pub(crate) mod model;
pub mod source_map;
pub(crate) mod written_date;
