//! Turns a query as typed into a plan: parse, expand, plan.

pub mod expand;
pub(crate) mod explain;
pub mod parse;
pub mod plan;
