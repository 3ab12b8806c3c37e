//! Draws answers as pages: complete HTML without JavaScript, in the reader's language.
//!
//! In: a question, its answer or a problem. Out: one string of HTML. The templates escape everything; what they are told
//! not to escape comes from [`marks`], which lets nothing but `<mark>` through.

mod i18n;
mod kinds;
mod marks;
mod steps;

pub(crate) mod assets;
mod frame;
mod paging;
mod sentence;

mod collation;
mod counts;
mod expansions;
mod explanation;
mod filters;
mod histogram;
mod hits;
mod holdings;
mod results;
mod search;
mod timeline;
mod zero_results;

mod picker;
mod sources;
mod values;

mod blocks;
mod citation;
mod document;
pub(crate) mod export;
mod genre;
mod original;
mod outline;
mod quotation;
mod references;
mod repairs;

mod api;
mod check;
mod cited;
mod compare;
mod concordance;
mod coverage;
mod help;
mod login;
mod problem;
mod reading_list;
mod renderings;
mod reuse;
mod versions;

pub(crate) use api::{Row, render_api};
pub(crate) use check::{Draft, render_check};
pub(crate) use cited::{render_cited_by, render_not_held};
pub(crate) use compare::{render_choice, render_comparison};
pub(crate) use concordance::render_concordance;
pub(crate) use coverage::render_coverage;
pub(crate) use document::{Beside, render_document};
pub(crate) use frame::Visit;
pub(crate) use help::render_help;
pub(crate) use login::{LoginView, render_login};
pub(crate) use original::{OriginalView, Shown, render_original};
pub(crate) use problem::render_problem;
pub(crate) use reading_list::render_reading_list;
pub(crate) use renderings::render_renderings;
pub(crate) use reuse::{render_copies, render_document_reuse, render_reused};
pub(crate) use search::render_search;
pub(crate) use sources::render_sources;
pub(crate) use timeline::render_timeline;
pub(crate) use values::render_values;
pub(crate) use versions::render_versions;
