//! Reads requests: limits, problems, the reader's language, parameters and their values, addresses.

pub(crate) mod limits;
pub(crate) mod problem;

pub(crate) mod language;
pub(crate) mod style;

pub(crate) mod params;
pub(crate) mod parse;
pub(crate) mod returned;

pub(crate) mod form;

pub(crate) mod address;
