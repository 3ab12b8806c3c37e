//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.

pub mod answer;
mod best_of;
pub mod collect;
mod correct;
mod counterparts;
pub mod engine;
pub mod error;
pub mod expand;
mod explain;
pub mod groups;
pub mod highlight;
pub mod http;
pub mod labels;
mod long;
mod page;
mod phrases;
mod place;
pub mod plan;
pub mod query;
pub mod question;
mod scan;
pub mod snippet;
pub mod statistics;
mod stored;
mod suggest;
mod unwanted;
