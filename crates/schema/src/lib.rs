//! The border between indexer and server: what the one writes and the other reads.
//!
//! [`fields`] lists the fields of the index, [`facet`] what documents are filtered and counted by, [`record`] what is stored
//! of each document, [`packed`] the form of long texts, [`repairs`] that of repairs, [`work`] the terms that counterparts
//! share, [`citations`] what a text cites, [`repair_kind`] the kinds of damage that are mended, [`charset`] the names of character sets, [`manifest`] what a
//! generation says of itself, [`coverage`] what it holds of its folders and what it does not, [`added`] when each document
//! came into it, [`cited`] by how many others each is cited, [`advice`] what to do about an error of the system. Plain data: no files, no clock, no network.
//!
//! # Examples
//!
//! ```
//! use polidex_schema::fields::{schema, title_key};
//!
//! let (schema, fields) = schema();
//! assert_eq!(schema.get_field_name(fields.grams), "grams");
//! assert_eq!(title_key("《公司條例》"), title_key("公司条例"));
//! ```

pub mod added;
pub mod advice;
pub mod charset;
pub mod citations;
pub mod cited;
pub mod coverage;
pub mod facet;
pub mod fields;
pub mod manifest;
pub mod packed;
pub mod record;
pub mod repair_kind;
pub mod repairs;
pub mod work;
