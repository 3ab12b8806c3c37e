//! The limits of the HTTP layer, each with its reason. Those of a question live in [`crate::question`].

use std::time::Duration;

/// Longest request target in bytes; beyond it 414. A query of 1,000 Han characters is 9 KB percent-encoded.
pub(crate) const MAX_TARGET_BYTES: usize = 16 * 1024;
/// Bytes of all header fields together; beyond it 431.
pub(crate) const MAX_HEADER_BYTES: usize = 16 * 1024;
/// Header fields of one request; beyond it 431.
pub(crate) const MAX_HEADERS: usize = 100;
/// Read buffer of a connection. Wider than target and headers together, so that a target of up to 64 KB is answered by
/// 414 and not by the parser's 431.
pub(crate) const MAX_HEAD_BYTES: usize = 128 * 1024;
/// Bytes of a request body; no route needs one.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;
/// Values of one filter in one question.
pub(crate) const MAX_FILTER_VALUES: usize = 100;
/// Bytes of one filter value; ids of documents have the same bound.
pub(crate) const MAX_VALUE_BYTES: usize = 512;
/// Suggestions of one answer: as many as fit a screen, and what a program may ask for.
pub(crate) const DEFAULT_SUGGESTIONS: usize = 8;
pub(crate) const MAX_SUGGESTIONS: usize = 20;
/// How long a stopping server waits for the requests that run.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);
/// What a client is told to wait when the queue is full.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 1;

/// Connections of one client when nothing else is set: a browser opens six, an office of twenty behind one address as many
/// as this, and eight such clients are needed to take all places.
pub(crate) const CONNECTIONS_PER_CLIENT: usize = 128;

/// The limits an operator may want to set.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A connection whose request head is not complete by then is closed; an idle kept-alive connection too.
    pub head_timeout: Duration,
    /// A connection that takes none of the answer for so long is closed.
    pub write_timeout: Duration,
    /// Connections open at once; further ones wait in the system's accept queue.
    pub max_connections: usize,
    /// Connections open at once for one client, this machine included; without it 128 for each but this
    /// machine and trusted proxies.
    pub connections_per_client: Option<usize>,
    /// Searches that run at once, on threads of their own.
    pub search_threads: usize,
    /// Searches that may wait for a thread; beyond it 503.
    pub search_queue: usize,
}

impl Default for Limits {
    /// One search thread per processor and 64 waiting for each: at 5 ms a search the last waits a third of a second.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            head_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            max_connections: 1024,
            connections_per_client: None,
            search_threads: processors,
            search_queue: processors * 64,
        }
    }
}
