//! Identifies the client behind a request, by whose address requests and connections are limited.
//!
//! In: the peer of a connection and the headers of a request. Out: one address for each client. The client is the peer;
//! behind a proxy that the operator trusts it is the last address in `X-Forwarded-For` that is not such a proxy, read from
//! the right, since everything further left is what the client wrote. An IPv6 client is its /64, which is what one
//! household gets.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Maximum number of addresses read in `X-Forwarded-For`; no chain of proxies is longer.
const MAX_FORWARDED: usize = 16;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
}

/// Who a search is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    /// Port of the connection where an address speaks for many; else 0.
    pub(crate) port: u16,
    /// Number of the user, where there is a login; else 0. A user is one client, wherever the requests are from.
    pub(crate) user: u64,
    /// True if its processor time is rationed.
    pub(crate) is_rationed: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            address: Ipv6Addr::UNSPECIFIED.into(),
            port: 0,
            user: 0,
            is_rationed: false,
        }
    }
}

impl Client {
    /// The client that a user is.
    pub(crate) fn of_user(name: &str, is_rationed: bool) -> Self {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Self {
            user: hasher.finish().max(1),
            is_rationed,
            ..Self::default()
        }
    }
}

/// Proxies whose `X-Forwarded-For` is believed.
pub(crate) struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Returns true if `peer` is one of the proxies.
    pub(crate) fn contains(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&peer))
    }

    /// Returns the client behind a connection from `peer` whose request carries `headers`.
    pub(crate) fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
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
        while self.contains(client) {
            // An unreadable entry was not written by a trusted proxy: the proxy's own address has to do.
            let Some(next) = forwarded.next().and_then(parse_forwarded) else {
                break;
            };
            client = next;
        }
        network_of(client)
    }
}

/// Parses `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn parse_forwarded(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address: IpAddr = match entry.parse() {
        Ok(address) => address,
        Err(_) => entry.parse::<SocketAddr>().ok()?.ip(),
    };
    Some(address.to_canonical())
}

/// Returns the /64 of an IPv6 address, and an IPv4 or loopback address unchanged.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

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
        TrustedProxies::new(trusted)
            .client_of(peer.parse().expect("an address"), &headers)
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

    proptest! {
        #[test]
        fn no_header_stops_the_walk(lines in prop::collection::vec("[0-9a-f.:,\\[\\] x]{0,40}", 0..4)) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            client(&["0.0.0.0/0", "::/0"], "192.0.2.1", &lines);
        }
    }
}
