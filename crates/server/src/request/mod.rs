//! Reads requests: limits, problems, the reader's language, parameters, addresses.

pub(crate) mod limits;
pub(crate) mod problem;

pub(crate) mod language;
pub(crate) mod params;

pub(crate) mod address;
