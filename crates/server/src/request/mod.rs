//! Reads requests: parameters, limits, addresses, problems.

pub(crate) mod address;
pub(crate) mod limits;
pub(crate) mod params;
pub(crate) mod problem;
