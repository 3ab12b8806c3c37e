//! State that all requests share: the engine in place, the search threads, the limits, the names of the server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use tokio::sync::{Semaphore, watch};

use crate::http::backend::Answers;
use crate::http::base_url::BaseUrl;
use crate::http::client::TrustedProxies;
use crate::http::hosts::KnownHosts;
use crate::http::metrics::Metrics;
use crate::http::outgoing::Outgoing;
use crate::http::pool::SearchPool;
use crate::http::rate_limit::{Rate, RateLimiter};
use crate::login::Doors;
use crate::request::limits::{DRAFTS_AT_ONCE, Limits};
use crate::request::problem::{Problem, ProblemKind};

/// Settings of an operator.
///
/// # Examples
/// ```
/// use polidex_server::http::{Rate, Settings};
///
/// let settings = Settings {
///     base_url: Some("https://search.example.org".parse()?),
///     rate: Rate::PerSecond(10),
///     trusted_proxies: vec!["10.0.0.0/8".parse()?],
///     ..Settings::default()
/// };
/// # assert_eq!(settings.trusted_proxies.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Host names the server answers to, besides the loopback's and the bound address: without port, `search.example.org`.
    pub hosts: Vec<String>,
    /// Address of the server as seen from outside, for absolute links: `https://search.example.org`, or below a path,
    /// `https://office.example/polidex`. Its host is answered to. Without it, links take the host of the request.
    pub base_url: Option<BaseUrl>,
    /// Limits of the HTTP layer.
    pub limits: Limits,
    /// Maximum number of requests a client may make.
    pub rate: Rate,
    /// Proxies whose `X-Forwarded-For` is believed, each given by the network it is in. Without them the client is the
    /// peer.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may read the API, as [`is_origin`](crate::http::is_origin) wants them.
    pub cors: Vec<String>,
    /// True if assistants are answered at `/mcp`.
    pub mcp: bool,
    /// Ways in, where a login is asked for. Without them everyone may read everything.
    pub doors: Option<Doors>,
}

/// A server's shared state. The engine can be put in place, and replaced, while requests run: each request keeps the one
/// it began with.
///
/// # Examples
/// ```
/// use polidex_server::http::{Answers, Settings, Site};
/// use std::sync::Arc;
///
/// /// Serves from the first index on, and from every later one.
/// fn put(site: &Site, engine: Arc<dyn Answers>) {
///     println!("generation {}", engine.index_info().generation);
///     site.put_engine(engine);
/// }
///
/// // Until then it answers 503.
/// let site = Site::new(Settings::default());
/// ```
pub struct Site {
    engine: RwLock<Option<Arc<dyn Answers>>>,
    passed_over: RwLock<Option<String>>,
    /// True while the first engine is opened and requests wait for it.
    opening: watch::Sender<bool>,
    built: RwLock<Option<SystemTime>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) settings: Settings,
    pub(crate) pool: SearchPool,
    pub(crate) hosts: KnownHosts,
    pub(crate) proxies: TrustedProxies,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) login_limiter: RateLimiter,
    pub(crate) outgoing: Arc<Outgoing>,
    references: AtomicU64,
    drafts: OnceLock<Arc<dyn ReadDraft>>,
    originals: OnceLock<Arc<dyn ShowOriginal>>,
    /// Drafts that may lie in memory at once.
    pub(crate) draft_room: Semaphore,
}

/// Reads the file of a draft: the bytes of any format in, its text or a reason for people out. Called on a search thread.
pub trait ReadDraft: Send + Sync + 'static {
    /// Returns the text of the file `name`.
    ///
    /// # Errors
    /// The reason why it has none.
    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<String, String>;
}

/// Draws pages of the files that documents were read from, as long as the files are what they were. Called on a search thread.
pub trait ShowOriginal: Send + Sync + 'static {
    /// Returns true if pages of the file at `path` can be drawn: it is there, and its bytes have `hash`.
    fn has(&self, path: &str, hash: &str) -> bool;

    /// Draws a page.
    ///
    /// # Errors
    /// [`NotShown`].
    fn page(&self, path: &str, hash: &str, wanted: &WantedOriginal) -> Result<Original, NotShown>;
}

/// Reason why a page of a file is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShown {
    /// The file has fewer pages.
    NoSuchPage,
    /// A font of the page is neither in the file nor among those that the operator gives.
    LacksFont,
    /// The file is damaged, or costs too much.
    Failed,
}

/// What is wanted of a page of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedOriginal {
    /// Number of the page, from 1.
    pub number: u32,
    /// Words to be found on it.
    pub words: Vec<String>,
    /// Text of a passage to be found on it.
    pub passage: String,
}

/// A page of a file as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Picture as PNG.
    pub png: Vec<u8>,
    /// Height where the width is a thousand.
    pub height: u32,
    /// Number of pages of the file.
    pub page_count: u32,
    /// Places of the words: x, y, width and height in thousandths of the width.
    pub marks: Vec<[u32; 4]>,
    /// Places of the passage, likewise.
    pub passage: Vec<[u32; 4]>,
}

impl Site {
    /// Creates a site without an index: it answers 503 and `/readyz` says so, until [`Site::put_engine`].
    pub fn new(settings: Settings) -> Arc<Self> {
        // The reference ids of two runs should not meet in a log: start anywhere.
        let start = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0_u8);
        Arc::new(Self {
            engine: RwLock::new(None),
            passed_over: RwLock::new(None),
            opening: watch::Sender::new(false),
            built: RwLock::new(None),
            metrics: Arc::default(),
            pool: SearchPool::new(&settings.limits),
            hosts: KnownHosts::new(
                &settings.hosts,
                settings.base_url.as_ref().map(BaseUrl::as_str),
            ),
            proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
            rate_limiter: RateLimiter::new(settings.rate),
            login_limiter: RateLimiter::new(Rate::PerSecond(1)),
            outgoing: Arc::default(),
            settings,
            references: AtomicU64::new(start),
            drafts: OnceLock::new(),
            originals: OnceLock::new(),
            draft_room: Semaphore::new(DRAFTS_AT_ONCE),
        })
    }

    /// Notes that the first index is opened, and its files checked: until [`Site::put_engine`] requests wait for it, no longer
    /// than an answer may take, and `/readyz` says why.
    pub fn begin_opening(&self) {
        self.opening.send_replace(true);
    }

    /// Waits for the engine that is being opened, if one is.
    pub(crate) async fn wait_until_opened(&self) {
        // The sender is part of the site and lives as long.
        let _ = self
            .opening
            .subscribe()
            .wait_for(|is_opening| !is_opening)
            .await;
    }

    /// Puts an engine in place; requests that began with the old one finish with it. Its suggestions are read from the index
    /// on a thread of their own, so that nobody waits for them.
    pub fn put_engine(&self, engine: Arc<dyn Answers>) {
        let reader = Arc::clone(&engine);
        std::thread::spawn(move || reader.read_suggestions());
        replace(&self.engine, Some(engine));
        replace(&self.passed_over, None);
        self.opening.send_replace(false);
    }

    /// Notes that `generation`, the newest, cannot be served, and the engine in place goes on: `/readyz` says so until
    /// another engine is put in place.
    pub fn pass_over(&self, generation: &str) {
        replace(&self.passed_over, Some(generation.to_owned()));
    }

    /// Has files of drafts read by `reader`; without one, only text can be checked. The first call counts.
    pub fn read_drafts_with(&self, reader: Arc<dyn ReadDraft>) {
        let _ = self.drafts.set(reader);
    }

    /// Has pages of original files drawn by `originals`; without it, none is offered. The first call counts.
    pub fn show_originals_with(&self, originals: Arc<dyn ShowOriginal>) {
        let _ = self.originals.set(originals);
    }

    pub(crate) fn originals(&self) -> Option<Arc<dyn ShowOriginal>> {
        self.originals.get().map(Arc::clone)
    }

    pub(crate) fn draft_reader(&self) -> Option<Arc<dyn ReadDraft>> {
        self.drafts.get().map(Arc::clone)
    }

    /// Notes when the index in place was built.
    pub fn note_built(&self, at: SystemTime) {
        replace(&self.built, Some(at));
    }

    /// Counts questions without results from now on, on top of an earlier [report](Site::unanswered_questions).
    pub fn count_unanswered_questions(&self, earlier: &str) {
        self.metrics.count_unanswered(earlier);
    }

    /// The commonest questions without results, a line each, `count TAB question`; `None` unless they are counted.
    pub fn unanswered_questions(&self) -> Option<String> {
        self.metrics.unanswered()
    }

    pub(crate) fn built(&self) -> Option<SystemTime> {
        copy(&self.built)
    }

    /// The generation that was passed over.
    pub(crate) fn passed_over(&self) -> Option<String> {
        copy(&self.passed_over)
    }

    /// Returns the engine in place; fails before the first one.
    pub(crate) fn engine(&self) -> Result<Arc<dyn Answers>, Problem> {
        copy(&self.engine).ok_or_else(|| {
            let detail = if *self.opening.borrow() {
                "the index is being checked before it answers; try again in a moment"
            } else {
                "the index is being built; try again in a moment"
            };
            Problem::new(ProblemKind::NotReady, detail)
        })
    }

    pub(crate) fn set_bound(&self, address: SocketAddr) {
        self.hosts.set_bound(address);
    }

    /// Returns the beginning of absolute links, without a slash at the end: the configured address, or the host of the
    /// request, which has been checked by now.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        if let Some(base) = &self.settings.base_url {
            return base.as_str().to_owned();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        format!("http://{host}")
    }

    /// Returns a short id under which one failure is logged.
    pub(crate) fn next_reference(&self) -> String {
        // An odd multiplier is a bijection: ids never repeat, and neighbours do not look alike.
        let count = self
            .references
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{:010x}", count >> 24)
    }
}

fn copy<T: Clone>(slot: &RwLock<T>) -> T {
    slot.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn replace<T>(slot: &RwLock<T>, value: T) {
    *slot.write().unwrap_or_else(PoisonError::into_inner) = value;
}
