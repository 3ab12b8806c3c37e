//! The HTTP layer through a real socket: what it answers, what it refuses, what it survives. The questions are answered by
//! hand-made answers, so that every shape and every hostile byte can be had at will.
#![allow(clippy::unwrap_used)] // tests

mod backend;
mod client;

mod api;
mod exports;
mod limits;
mod login;
mod mcp;
mod openapi;
mod pages;
mod parts;
mod prefix;
mod security;
