//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.

pub mod answer;
pub mod error;
pub mod question;
pub mod reason;

mod address;

pub mod query;

pub mod mark;

mod suggest;

pub mod engine;

mod request;

mod page;

pub mod http;
