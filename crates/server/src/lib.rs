//! Turns questions into answers: question → parse → plan → engine → snippet → JSON API | web page.

pub mod error;

pub mod question;

pub mod expansion;

pub mod reason;

pub mod answer;

mod address;

pub mod query;

pub mod mark;

mod suggest;

pub mod engine;

mod request;

mod page;

pub mod http;
