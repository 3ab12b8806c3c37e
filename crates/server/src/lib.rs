//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.

pub mod answer;
pub mod engine;
pub mod error;
pub mod http;
mod page;
pub mod question;
