//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.

pub mod answer;
pub mod collect;
mod counterparts;
pub mod engine;
pub mod error;
pub mod expand;
pub mod groups;
pub mod highlight;
pub mod http;
mod page;
mod phrases;
mod place;
pub mod plan;
pub mod query;
pub mod question;
mod scan;
pub mod snippet;
pub mod statistics;
mod suggest;
