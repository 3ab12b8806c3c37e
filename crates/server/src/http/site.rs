//! What all requests share: the engine of the moment, the search threads, the names the server answers to.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

use crate::http::backend::Answers;
use crate::http::pool::SearchPool;
use crate::http::ration::{Rate, Rations};
use crate::request::limits::Limits;
use crate::request::problem::{Problem, ProblemKind};

/// What an operator may set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Host names the server answers to, besides the loopback's and the bound address: without port, `search.example.org`.
    pub hosts: Vec<String>,
    /// Where the outside world finds the server, for absolute links: `https://search.example.org`. Its host is answered
    /// to. Without it, links take the host of the request.
    pub base_url: Option<String>,
    /// Limits of the HTTP layer.
    pub limits: Limits,
    /// How many requests each client may make.
    pub rate: Rate,
    /// Proxies whose `X-Forwarded-For` is believed: each the network it is in. Without them the client is the peer.
    pub trusted_proxies: Vec<IpNet>,
}

/// A server's shared state. The engine can be put in place, and replaced, while requests run: each request keeps the one
/// it began with.
pub struct Site {
    engine: RwLock<Option<Arc<dyn Answers>>>,
    passed_over: RwLock<Option<String>>,
    pub(crate) settings: Settings,
    pub(crate) pool: SearchPool,
    pub(crate) rations: Rations,
    bound: RwLock<Option<SocketAddr>>,
    references: AtomicU64,
}

impl Site {
    /// A site without an index: it answers 503 and `/readyz` says so, until [`Site::put_engine`].
    pub fn new(settings: Settings) -> Arc<Self> {
        // The reference ids of two runs should not meet in a log: start anywhere.
        let start = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0_u8);
        Arc::new(Self {
            engine: RwLock::new(None),
            passed_over: RwLock::new(None),
            pool: SearchPool::new(&settings.limits),
            rations: Rations::new(settings.rate, settings.trusted_proxies.clone()),
            settings,
            bound: RwLock::new(None),
            references: AtomicU64::new(start),
        })
    }

    /// Puts an engine in place; requests that began with the old one finish with it. Its suggestions are read from the index
    /// on a thread of their own, so that nobody waits for them.
    pub fn put_engine(&self, engine: Arc<dyn Answers>) {
        let reader = Arc::clone(&engine);
        std::thread::spawn(move || reader.read_suggestions());
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Some(engine);
        *self
            .passed_over
            .write()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that `generation`, the newest, cannot be served, and the engine in place goes on: `/readyz` says so until
    /// another engine is put in place.
    pub fn pass_over(&self, generation: &str) {
        *self
            .passed_over
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(generation.to_owned());
    }

    /// The generation that was passed over.
    pub(crate) fn passed_over(&self) -> Option<String> {
        self.passed_over
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The engine of the moment.
    pub(crate) fn engine(&self) -> Result<Arc<dyn Answers>, Problem> {
        let engine = self
            .engine
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        engine.ok_or_else(|| {
            Problem::new(
                ProblemKind::NotReady,
                "the index is being built; try again in a moment",
            )
        })
    }

    pub(crate) fn set_bound(&self, address: SocketAddr) {
        *self.bound.write().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// Where links from outside should lead, without a slash at the end: the configured address, or the host of the
    /// request, which is one of ours by now.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        if let Some(base) = &self.settings.base_url {
            return base.trim_end_matches('/').to_owned();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        format!("http://{host}")
    }

    /// A short id under which one failure is logged.
    pub(crate) fn next_reference(&self) -> String {
        // An odd multiplier is a bijection: ids never repeat, and neighbours do not look alike.
        let count = self
            .references
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{:010x}", count >> 24)
    }

    /// Whether `authority` (the `Host` header: a name or address, with or without port) is one of ours. Names are what
    /// DNS rebinding forges, so a server on all interfaces accepts any literal address, but no unknown name.
    pub(crate) fn answers_to(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else {
            return false;
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
        {
            return address.is_loopback() || self.is_bound_to(address) || self.is_configured(&host);
        }
        host == "localhost" || host.ends_with(".localhost") || self.is_configured(&host)
    }

    fn is_bound_to(&self, address: IpAddr) -> bool {
        let bound = *self.bound.read().unwrap_or_else(PoisonError::into_inner);
        bound.is_some_and(|bound| bound.ip().is_unspecified() || bound.ip() == address)
    }

    fn is_configured(&self, host: &str) -> bool {
        let base = self
            .settings
            .base_url
            .as_deref()
            .and_then(|url| url.split_once("://"))
            .map(|(_, rest)| rest);
        let base_host = base
            .map(|rest| rest.split('/').next().unwrap_or(rest))
            .and_then(host_of);
        self.settings
            .hosts
            .iter()
            .map(String::as_str)
            .chain(base_host)
            .any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// `example.org:80` → `example.org`, `[::1]:80` → `[::1]`; `None` when it cannot be a host.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rfind(']') {
        Some(end) => (&authority[..=end], &authority[end + 1..]),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    let is_host = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    (is_port && is_host).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_answers_to_its_own_names_only() {
        let settings = Settings {
            hosts: vec!["search.example.org".to_owned()],
            base_url: Some("https://policy.example/x".to_owned()),
            ..Settings::default()
        };
        let site = Site::new(settings);
        site.set_bound("10.1.2.3:7878".parse().expect("an address"));
        let ours = [
            "localhost",
            "localhost:7878",
            "LOCALHOST.",
            "127.0.0.1:1",
            "[::1]:80",
            "10.1.2.3:7878",
            "search.example.org",
            "policy.example:443",
        ];
        for host in ours {
            assert!(site.answers_to(host), "{host}");
        }
        let others = [
            "",
            "evil.example",
            "10.1.2.4",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:80:80",
            "localhost/",
            "local host",
            "127.0.0.1@evil.example",
            "example.org",
        ];
        for host in others {
            assert!(!site.answers_to(host), "{host}");
        }
    }

    #[test]
    fn a_site_on_all_interfaces_takes_addresses_but_no_names() {
        let site = Site::new(Settings::default());
        site.set_bound("0.0.0.0:80".parse().expect("an address"));
        assert!(site.answers_to("192.0.2.7"));
        assert!(!site.answers_to("rebind.example"));
    }
}
