//! The limits of the HTTP layer, each with its reason. Those of a question live in [`crate::question`].

use std::time::Duration;

/// Maximum length of a request target in bytes; beyond it 414. A query of some 1,700 Han characters is as long percent-encoded.
pub(crate) const MAX_TARGET_BYTES: usize = 16 * 1024;
/// Maximum size of all header fields together in bytes; beyond it 431.
pub(crate) const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Maximum number of header fields; beyond it 431.
pub(crate) const MAX_HEADERS: usize = 100;
/// Read buffer of a connection. Wider than target and headers together, so that a target of up to 64 KB is answered by
/// 414 and not by the parser's 431.
pub(crate) const MAX_HEAD_BYTES: usize = 128 * 1024;
/// Maximum size of a form in bytes: a name, a password and an address.
pub(crate) const MAX_FORM_BYTES: usize = 4 * 1024;
/// Maximum size of a message of an assistant in bytes.
pub(crate) const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Paths that take a body, each with the most bytes of one; beyond them 413.
pub(crate) const BODIES: [(&str, usize); 3] = [
    ("/login", MAX_FORM_BYTES),
    ("/logout", MAX_FORM_BYTES),
    ("/mcp", MAX_MESSAGE_BYTES),
];
/// Paths that take a draft.
pub(crate) const DRAFT_PATHS: [&str; 2] = ["/check", "/api/v1/check"];
/// Maximum size of a draft in bytes, a text or a file of any format.
pub(crate) const MAX_DRAFT_BYTES: usize = 2 << 20;
/// Maximum size of the body that carries a draft: the draft, percent-encoded at worst, and the parts around it.
pub(crate) const MAX_DRAFT_BODY_BYTES: usize = 3 * MAX_DRAFT_BYTES + (64 << 10);
/// Maximum number of drafts in memory at once; further ones are told to wait.
pub(crate) const DRAFTS_AT_ONCE: usize = 8;
/// Time after which what is left of a draft stays unchecked.
pub(crate) const DRAFT_TIME: Duration = Duration::from_secs(8);
/// Maximum size of a request body in bytes, where no path has a limit of its own.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;
/// Maximum number of values of one filter.
pub(crate) const MAX_FILTER_VALUES: usize = 100;
/// Maximum length of a filter value in bytes; document ids have the same limit.
pub(crate) const MAX_VALUE_BYTES: usize = 512;
/// Number of suggestions in an answer: as many as fit a screen.
pub(crate) const DEFAULT_SUGGESTIONS: usize = 8;
/// Maximum number of sources in an answer.
pub(crate) const MOST_SOURCES: usize = 1_000;
/// Maximum number of suggestions a program may ask for.
pub(crate) const MAX_SUGGESTIONS: usize = 20;
/// Time a stopping server waits for the requests that run.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);
/// Seconds a client is told to wait when the queue is full.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 1;

/// Maximum number of connections of one client when nothing else is set: a browser opens six, an office of twenty behind
/// one address about this many, and it takes eight such clients to use up all connections.
pub(crate) const CONNECTIONS_PER_CLIENT: usize = 128;

/// The limits an operator may want to set.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for a request head to arrive; a connection that takes longer, or is idle for so long, is closed.
    pub head_timeout: Duration,
    /// Time in which a connection must take 64 KiB of an answer, or all that is ready; one that takes less is closed.
    pub write_timeout: Duration,
    /// Time in which an answer must begin.
    pub request_timeout: Duration,
    /// Maximum number of open connections; further ones wait in the system's accept queue.
    pub max_connections: usize,
    /// Maximum number of open connections of one client, this machine included; without it 128 for each but this
    /// machine and trusted proxies.
    pub connections_per_client: Option<usize>,
    /// Maximum number of searches that run at once, on threads of their own.
    pub search_threads: usize,
    /// Maximum number of searches that wait for a thread; beyond it 503.
    pub search_queue: usize,
}

impl Default for Limits {
    /// One search thread per processor and 128 waiting for each: at 5 ms a search the last waits two thirds of a second.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            head_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(30),
            max_connections: 1024,
            connections_per_client: None,
            search_threads: processors,
            search_queue: processors * 128,
        }
    }
}
