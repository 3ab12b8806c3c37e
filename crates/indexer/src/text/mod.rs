//! Ground that decoding, repair and extraction stand on: character sets, the model of text, lines, maps between texts, notes, dates.

pub(crate) mod base64;
pub mod charset;
pub mod cid_tables;
pub(crate) mod euc_tw;
pub(crate) mod johab;

pub(crate) mod lines;

pub(crate) mod model;
pub mod plausibility;

pub mod source_map;

pub(crate) mod note_sign;

pub(crate) mod written_date;
