//! Turns a query as typed into a plan: parse, expand, plan. No engine is known here.

pub mod parse;

pub mod frames;

pub mod citation;

pub mod expand;

pub mod weights;

pub mod plan;

mod labels;

pub(crate) mod explain;
