//! Limits how many requests a client may make: a rate, a burst, and 429 beyond them (SAFETY S16).
//!
//! In: the client and the cost of a request. Out: permission, or the time to wait. The table is bounded: clients not seen
//! for a while are forgotten, which gives them their burst again.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::request::problem::{Problem, ProblemKind};

/// Requests a second for one client over the network when nothing else is set. Typing makes five, a script that sends one
/// request after another about this many; a page with its neighbours opened at once is a burst.
const REQUESTS_PER_SECOND: u32 = 50;
/// Size of a burst, in seconds at the full rate.
const BURST_SECONDS: u32 = 5;
/// Cost of an export: a list of a thousand documents takes the time of about ten pages.
const EXPORT_COST: u32 = 10;
/// Maximum number of clients remembered; an entry is under a hundred bytes.
const MAX_CLIENTS: usize = 50_000;

/// Maximum number of requests a client may make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rate {
    /// Fifty a second over the network, which no reader reaches; no limit for this machine itself, whose scripts and
    /// proxies are the operator's.
    #[default]
    Usual,
    /// No limit.
    Unlimited,
    /// A number of requests a second for every client, this machine included.
    PerSecond(u32),
}

/// Limits the requests of every client to a [`Rate`].
pub(crate) struct RateLimiter {
    rate: Rate,
    clients: Mutex<Clients>,
}

/// The theoretical arrival time of every client (GCRA): the moment at which all its requests so far are paid off.
///
/// Two tables: when the newer one holds half of [`MAX_CLIENTS`] it becomes the older one, and clients that have sent
/// nothing since the last such change are dropped.
#[derive(Default)]
struct Clients {
    newer: HashMap<IpAddr, Instant>,
    older: HashMap<IpAddr, Instant>,
}

impl RateLimiter {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            clients: Mutex::default(),
        }
    }

    /// Returns true if the requests of `client` are limited.
    pub(crate) fn limits(&self, client: IpAddr) -> bool {
        self.rate.for_client(client).is_some()
    }

    /// Charges `cost` to `client`; fails with the time to wait when the client has used up its burst.
    pub(crate) fn charge(&self, client: IpAddr, cost: u32, now: Instant) -> Result<(), Duration> {
        let Some(per_second) = self.rate.for_client(client) else {
            return Ok(());
        };
        let interval = Duration::from_secs(1) / per_second;
        // A request that costs more than a small burst must still be possible.
        let burst = interval * (per_second * BURST_SECONDS).max(EXPORT_COST);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let paid_off = clients.paid_off(client).unwrap_or(now).max(now);
        let ahead = paid_off + interval * cost - now;
        if ahead > burst {
            // Remembered all the same: a client that goes on asking must not be forgotten among many others.
            clients.remember(client, paid_off);
            return Err(ahead - burst);
        }
        clients.remember(client, paid_off + interval * cost);
        Ok(())
    }
}

impl Rate {
    /// Returns the requests a second allowed to `client`, or `None` without a limit.
    fn for_client(self, client: IpAddr) -> Option<u32> {
        match self {
            Self::Unlimited => None,
            Self::Usual if client.is_loopback() => None,
            Self::Usual => Some(REQUESTS_PER_SECOND),
            Self::PerSecond(n) => Some(n.max(1)),
        }
    }
}

impl Clients {
    fn paid_off(&self, client: IpAddr) -> Option<Instant> {
        self.newer
            .get(&client)
            .or_else(|| self.older.get(&client))
            .copied()
    }

    fn remember(&mut self, client: IpAddr, paid_off: Instant) {
        self.newer.insert(client, paid_off);
        if self.newer.len() >= MAX_CLIENTS / 2 {
            self.older = std::mem::take(&mut self.newer);
        }
    }
}

/// Returns the cost of a request for `path`: nothing for files in memory, more for exports.
pub(crate) fn cost_of(path: &str) -> u32 {
    match path {
        "/healthz" | "/readyz" | "/robots.txt" | "/favicon.ico" => 0,
        "/search.csv" | "/search.json" | "/search.ris" | "/search.bib" => EXPORT_COST,
        "/check" | "/api/v1/check" | "/concordance.csv" => EXPORT_COST,
        path if path.starts_with("/static/") => 0,
        _ => 1,
    }
}

/// The problem of a client that has to wait.
pub(crate) fn too_many_requests(wait: Duration) -> Problem {
    let seconds = (wait.as_secs_f64().ceil() as u32).max(1);
    let detail = format!("too many requests came from this address; try again in {seconds} s");
    Problem::new(ProblemKind::TooManyRequests, detail).retry_after(seconds)
}

/// The problem of a client whose requests have used too much processor time.
pub(crate) fn too_much_time(wait: Duration) -> Problem {
    let seconds = (wait.as_secs_f64().ceil() as u32).max(1);
    let detail = format!(
        "the requests of this address took too much processor time; try again in {seconds} s"
    );
    Problem::new(ProblemKind::TooManyRequests, detail).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_burst_is_had_at_once_and_the_rate_after_it() {
        let limiter = RateLimiter::new(Rate::PerSecond(10));
        let (who, start) = (address("192.0.2.1"), Instant::now());
        let had = (0..1000)
            .filter(|_| limiter.charge(who, 1, start).is_ok())
            .count();
        assert_eq!(had, 50);
        let wait = limiter.charge(who, 1, start).expect_err("used up");
        assert_eq!(wait, Duration::from_millis(100));
        assert!(
            limiter.charge(who, 1, start + wait).is_ok(),
            "what is said to be enough is enough"
        );
        assert!(limiter.charge(who, 1, start + wait).is_err());
        assert!(
            limiter.charge(address("192.0.2.2"), 1, start).is_ok(),
            "others are not concerned"
        );
    }

    #[test]
    fn this_machine_is_limited_only_when_asked_for() {
        let (who, now) = (address("127.0.0.1"), Instant::now());
        let had = |rate| {
            let limiter = RateLimiter::new(rate);
            (0..5_000)
                .filter(|_| limiter.charge(who, 1, now).is_ok())
                .count()
        };
        assert_eq!(
            [
                had(Rate::Usual),
                had(Rate::Unlimited),
                had(Rate::PerSecond(20))
            ],
            [5_000, 5_000, 100]
        );
    }

    #[test]
    fn an_export_can_be_had_at_the_lowest_rate() {
        let limiter = RateLimiter::new(Rate::PerSecond(1));
        assert!(
            limiter
                .charge(address("192.0.2.1"), EXPORT_COST, Instant::now())
                .is_ok()
        );
    }

    #[test]
    fn the_table_is_bounded_and_keeps_who_goes_on_asking() {
        let limiter = RateLimiter::new(Rate::PerSecond(1));
        let (busy, now) = (address("192.0.2.1"), Instant::now());
        let mut had = 0;
        for n in 0..200_000_u32 {
            let _ = limiter.charge(std::net::Ipv4Addr::from(0x0a00_0000 + n).into(), 1, now);
            if n % 10_000 == 0 {
                had += u32::from(limiter.charge(busy, 1, now).is_ok());
            }
        }
        assert_eq!(had, EXPORT_COST, "the burst alone");
        let clients = limiter.clients.lock().expect("not poisoned");
        assert!(clients.newer.len() + clients.older.len() <= MAX_CLIENTS);
    }
}
