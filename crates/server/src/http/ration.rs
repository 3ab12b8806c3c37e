//! Rations requests: so many a second for each client, a burst at once, and 429 beyond (SAFETY S16).
//!
//! In: who asks and what it costs. Out: yes, or how long to wait. The client is the socket's peer; behind a proxy that the
//! operator trusts it is the last address in `X-Forwarded-For` that is not such a proxy, read from the right, since all
//! further left is what the client wrote. An IPv6 client is its /64, which is what one household gets. The table is
//! bounded: clients not seen for a while are forgotten, which gives them their burst again.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use crate::http::site::Site;
use crate::request::problem::{Problem, ProblemKind};

/// Requests a second for one client over the network when nothing else is set. Typing makes five, a script that asks one
/// after another about this many; a page with its neighbours opened at once is a burst.
const REQUESTS_PER_SECOND: u32 = 50;
/// Seconds of requests that may come at once.
const BURST_SECONDS: u32 = 5;
/// A result list of a thousand documents takes the time of about as many pages.
const EXPORT_COST: u32 = 10;
/// Clients remembered; an entry is under a hundred bytes.
const MAX_CLIENTS: usize = 50_000;
/// Addresses read in `X-Forwarded-For`: no chain of proxies is longer.
const MAX_FORWARDED: usize = 16;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// How many requests each client may make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rate {
    /// A rate no reader meets, and none for this machine itself: its scripts and its proxies are the operator's.
    #[default]
    Usual,
    /// As many a second as one wants.
    Unlimited,
    /// So many a second for everyone, this machine included.
    PerSecond(u32),
}

/// Who asked how much lately.
pub(crate) struct Rations {
    rate: Rate,
    trusted: Vec<IpNet>,
    clients: Mutex<Clients>,
}

/// For every client the moment at which all it asked for will have been paid off (GCRA). Two tables: when the newer one
/// is half of what may be remembered it becomes the older one, and what nobody asked for since then is dropped with it.
#[derive(Default)]
struct Clients {
    newer: HashMap<IpAddr, Instant>,
    older: HashMap<IpAddr, Instant>,
}

impl Rations {
    pub(crate) fn new(rate: Rate, trusted: Vec<IpNet>) -> Self {
        Self {
            rate,
            trusted,
            clients: Mutex::default(),
        }
    }

    /// Takes `cost` from the ration of `client`, or says how long it has to wait.
    fn take(&self, client: IpAddr, cost: u32, now: Instant) -> Result<(), Duration> {
        let per_second = match self.rate {
            Rate::Unlimited => return Ok(()),
            Rate::Usual if client.is_loopback() => return Ok(()),
            Rate::Usual => REQUESTS_PER_SECOND,
            Rate::PerSecond(n) => n.max(1),
        };
        let each = Duration::from_secs(1) / per_second;
        // What costs more than a small burst could never be had.
        let burst = each * (per_second * BURST_SECONDS).max(EXPORT_COST);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let before = clients.paid_off(client).unwrap_or(now).max(now);
        let ahead = before + each * cost - now;
        if ahead > burst {
            // Remembered all the same: who goes on asking must not be forgotten among many others.
            clients.remember(client, before);
            return Err(ahead - burst);
        }
        clients.remember(client, before + each * cost);
        Ok(())
    }

    /// Whether `peer` is a proxy that speaks for many.
    pub(crate) fn is_trusted(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted.iter().any(|net| net.contains(&peer))
    }

    /// Who is behind a connection from `peer` that carries `headers`.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        let mut forwarded = lines
            .iter()
            .rev()
            .flat_map(|line| line.rsplit(','))
            .take(MAX_FORWARDED);
        while self.is_trusted(client) {
            // What cannot be read was not written by a proxy that can be trusted: its own address has to do.
            let Some(next) = forwarded.next().and_then(parse_forwarded) else {
                break;
            };
            client = next;
        }
        network_of(client)
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

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn parse_forwarded(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.parse().ok();
    let address: Option<IpAddr> = bare.or_else(|| {
        entry
            .parse()
            .ok()
            .map(|socket: std::net::SocketAddr| socket.ip())
    });
    address.map(|address| address.to_canonical())
}

/// The address itself, or the /64 it is in.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// What a request costs: nothing for what lies ready in memory, more for whole lists.
fn cost_of(path: &str) -> u32 {
    match path {
        "/healthz" | "/readyz" | "/robots.txt" | "/favicon.ico" => 0,
        "/search.csv" | "/search.json" | "/search.ris" | "/search.bib" => EXPORT_COST,
        path if path.starts_with("/static/") => 0,
        _ => 1,
    }
}

/// Lets a request through if its client has not asked for too much.
pub(crate) async fn ration(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let cost = cost_of(request.uri().path());
    // A request without a peer does not come from a socket but from our own tests.
    if let (Some(Peer(peer)), true) = (request.extensions().get::<Peer>().copied(), cost > 0) {
        let client = site.rations.client(peer, request.headers());
        if let Err(wait) = site.rations.take(client, cost, Instant::now()) {
            return too_many(wait).into_response();
        }
    }
    next.run(request).await
}

fn too_many(wait: Duration) -> Problem {
    let seconds = (wait.as_secs_f64().ceil() as u32).max(1);
    let detail = format!("too many requests came from this address; try again in {seconds} s");
    Problem::new(ProblemKind::TooManyRequests, detail).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let trusted = trusted
            .iter()
            .map(|net| net.parse().expect("a network"))
            .collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(
                "x-forwarded-for",
                HeaderValue::from_str(line).expect("ascii"),
            );
        }
        Rations::new(Rate::Usual, trusted)
            .client(address(peer), &headers)
            .to_string()
    }

    #[test]
    fn what_a_client_writes_itself_does_not_count() {
        let proxy = ["10.0.0.0/8", "127.0.0.1/32"];
        assert_eq!(
            client(&[], "192.0.2.1", &["198.51.100.7"]),
            "192.0.2.1",
            "nobody is trusted unless named"
        );
        assert_eq!(
            client(&proxy, "192.0.2.1", &["198.51.100.7"]),
            "192.0.2.1",
            "not from the proxy"
        );
        assert_eq!(
            client(&proxy, "127.0.0.1", &["1.2.3.4, 198.51.100.7"]),
            "198.51.100.7",
            "forged on the left"
        );
        assert_eq!(
            client(&proxy, "127.0.0.1", &["1.2.3.4, 198.51.100.7, 10.1.1.1"]),
            "198.51.100.7",
            "two proxies"
        );
        assert_eq!(
            client(&proxy, "127.0.0.1", &["1.2.3.4", "198.51.100.7"]),
            "198.51.100.7",
            "two lines"
        );
        assert_eq!(
            client(&proxy, "127.0.0.1", &["198.51.100.7, nonsense"]),
            "127.0.0.1",
            "unreadable"
        );
        assert_eq!(client(&proxy, "127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(
            client(&proxy, "10.1.1.1", &["198.51.100.7:4711"]),
            "198.51.100.7"
        );
        assert_eq!(
            client(&proxy, "::ffff:10.1.1.1", &["[2001:db8:1:2:3:4:5:6]:80"]),
            "2001:db8:1:2::"
        );
        assert_eq!(
            client(&proxy, "127.0.0.1", &[&["10.0.0.1"; 100].join(",")]),
            "10.0.0.1",
            "an end to the walk"
        );
    }

    #[test]
    fn a_household_is_one_client() {
        assert_eq!(
            client(&[], "2001:db8:1:2:3:4:5:6", &[]),
            client(&[], "2001:db8:1:2:ffff::1", &[])
        );
        assert_ne!(
            client(&[], "2001:db8:1:2::1", &[]),
            client(&[], "2001:db8:1:3::1", &[])
        );
        assert_eq!(client(&[], "::1", &[]), "::1");
        assert_eq!(client(&[], "::ffff:192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn a_burst_is_had_at_once_and_the_rate_after_it() {
        let rations = Rations::new(Rate::PerSecond(10), Vec::new());
        let (who, start) = (address("192.0.2.1"), Instant::now());
        let had = (0..1000)
            .filter(|_| rations.take(who, 1, start).is_ok())
            .count();
        assert_eq!(had, 50);
        let wait = rations.take(who, 1, start).expect_err("used up");
        assert_eq!(wait, Duration::from_millis(100));
        assert!(
            rations.take(who, 1, start + wait).is_ok(),
            "what is said to be enough is enough"
        );
        assert!(rations.take(who, 1, start + wait).is_err());
        assert!(
            rations.take(address("192.0.2.2"), 1, start).is_ok(),
            "others are not concerned"
        );
    }

    #[test]
    fn this_machine_is_rationed_only_when_asked_for() {
        let (who, now) = (address("127.0.0.1"), Instant::now());
        let had = |rate| {
            let rations = Rations::new(rate, Vec::new());
            (0..5_000)
                .filter(|_| rations.take(who, 1, now).is_ok())
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
        let rations = Rations::new(Rate::PerSecond(1), Vec::new());
        assert!(
            rations
                .take(address("192.0.2.1"), EXPORT_COST, Instant::now())
                .is_ok()
        );
    }

    #[test]
    fn the_table_is_bounded_and_keeps_who_goes_on_asking() {
        let rations = Rations::new(Rate::PerSecond(1), Vec::new());
        let (busy, now) = (address("192.0.2.1"), Instant::now());
        let mut had = 0;
        for n in 0..200_000_u32 {
            let _ = rations.take(std::net::Ipv4Addr::from(0x0a00_0000 + n).into(), 1, now);
            if n % 10_000 == 0 {
                had += u32::from(rations.take(busy, 1, now).is_ok());
            }
        }
        assert_eq!(had, EXPORT_COST, "the burst alone");
        let clients = rations.clients.lock().expect("not poisoned");
        assert!(clients.newer.len() + clients.older.len() <= MAX_CLIENTS);
    }

    proptest! {
        #[test]
        fn no_header_stops_the_walk(lines in prop::collection::vec("[0-9a-f.:,\\[\\] x]{0,40}", 0..4)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            client(&["0.0.0.0/0", "::/0"], "192.0.2.1", &lines);
        }
    }
}
