//! Names the server answers to.
//!
//! In: the `Host` header of a request. Out: true if it is one of ours. Names are what DNS rebinding forges, so a server on
//! all interfaces accepts any literal address, but no unknown name.

use std::net::{IpAddr, SocketAddr};
use std::sync::{PoisonError, RwLock};

/// The configured host names and the bound address.
pub(crate) struct KnownHosts {
    names: Vec<String>,
    bound: RwLock<Option<SocketAddr>>,
}

impl KnownHosts {
    /// Takes the configured `names`, without port, and the host of `base_url`.
    pub(crate) fn new(names: &[String], base_url: Option<&str>) -> Self {
        let base_host = base_url.and_then(host_of_url).map(ToOwned::to_owned);
        Self {
            names: names.iter().cloned().chain(base_host).collect(),
            bound: RwLock::new(None),
        }
    }

    /// Adds the address that the server listens on.
    pub(crate) fn set_bound(&self, address: SocketAddr) {
        *self.bound.write().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// Returns true if `authority`, a name or address with or without port, is one of ours; the loopback always is.
    pub(crate) fn contains(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else {
            return false;
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return address.is_loopback() || self.is_bound_to(address) || self.is_configured(&host);
        }
        host == "localhost" || host.ends_with(".localhost") || self.is_configured(&host)
    }

    fn is_bound_to(&self, address: IpAddr) -> bool {
        let bound = *self.bound.read().unwrap_or_else(PoisonError::into_inner);
        bound.is_some_and(|bound| bound.ip().is_unspecified() || bound.ip() == address)
    }

    fn is_configured(&self, host: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(host))
    }
}

/// Returns the host of an absolute URL: `https://[::1]:80/x` → `[::1]`.
fn host_of_url(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    host_of(rest.split('/').next().unwrap_or(rest))
}

/// Returns the host of an authority, `example.org:80` → `example.org`, `[::1]:80` → `[::1]`; `None` when it cannot be one.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rfind(']') {
        Some(end) => authority.split_at(end + 1),
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
        let names = ["search.example.org".to_owned()];
        let hosts = KnownHosts::new(&names, Some("https://policy.example/x"));
        hosts.set_bound("10.1.2.3:7878".parse().expect("an address"));
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
            assert!(hosts.contains(host), "{host}");
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
            assert!(!hosts.contains(host), "{host}");
        }
    }

    #[test]
    fn a_site_on_all_interfaces_takes_addresses_but_no_names() {
        let hosts = KnownHosts::new(&[], None);
        hosts.set_bound("0.0.0.0:80".parse().expect("an address"));
        assert!(hosts.contains("192.0.2.7"));
        assert!(!hosts.contains("rebind.example"));
    }
}
