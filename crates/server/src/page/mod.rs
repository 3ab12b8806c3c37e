//! Draws answers as pages: complete HTML without JavaScript, in the reader's language.
//!
//! In: a question, its answer or a problem. Out: one string of HTML. The templates escape everything; what they are told
//! not to escape comes from [`marks`], which lets nothing but `<mark>` through.

pub(crate) mod assets;
mod choose;
mod citation;
mod collation;
mod document;
mod expansions;
mod explanation;
pub(crate) mod export;
mod filters;
mod frame;
mod help;
mod hits;
mod i18n;
mod marks;
mod nothing;
mod paging;
mod pieces;
mod problem;
mod search;
mod sources;
mod values;

pub(crate) use document::render_document;
pub(crate) use frame::Visit;
pub(crate) use help::render_help;
pub(crate) use problem::render_problem;
pub(crate) use search::render_search;
pub(crate) use sources::render_sources;
pub(crate) use values::render_values;
