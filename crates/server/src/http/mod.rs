//! Speaks HTTP: takes the requests of browsers and programs to the engine and its answers back.
//!
//! In: a listening socket and a [`Site`]. Out: the pages, the JSON API, and for everything that cannot be answered a
//! problem (RFC 9457) or its page. Promises that no request stops the process, holds a connection open for longer than
//! the limits say, or learns a path or a version; that every response carries the security headers; and that an index
//! put into place while requests run fails none of them. The only module that awaits.

mod backend;

mod base_url;
mod prefix;

mod activity;
mod client;
mod connection_limit;
mod cors;
mod entry;
mod hosts;
mod metrics;
mod pool;
mod rate_limit;
mod site;

mod api;
mod assistant;
mod checks;
mod citations;
mod compare;
mod concordance;
mod documents;
mod drawn;
mod export;
mod login;
mod mcp;
mod openapi;
mod originals;
mod outgoing;
mod pages;
mod renderings;
mod reuse;
mod suggest;
mod timeline;
mod versions;

mod stream;

mod unanswered;

mod middleware;
mod monitor;
mod router;
mod serve;
mod write_timeout;

pub use crate::request::limits::Limits;
pub use backend::Answers;
pub use base_url::{BadBaseUrl, BaseUrl};
pub use cors::is_origin;
pub use ipnet::IpNet;
pub use mcp::serve_assistant;
pub use monitor::serve_metrics;
pub use rate_limit::Rate;
pub use router::router;
pub use serve::serve;
pub use site::{NotShown, Original, ReadDraft, Settings, ShowOriginal, Site, WantedOriginal};
