//! Limits the open connections of each client, so that none can take them all (SAFETY S15).
//!
//! In: the peer of a new connection. Out: a permit, given back when it is dropped, or nothing when the client holds as
//! many as it may. The rate limit counts requests, so a client that opens connections and sends nothing is noticed here
//! alone. The table has no more entries than there are connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::client::network_of;

/// Counts the open connections of every client.
pub(crate) struct ConnectionLimit {
    per_client: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// Permission for one connection of a client.
pub(crate) struct ConnectionPermit {
    limit: Arc<ConnectionLimit>,
    client: IpAddr,
}

impl ConnectionLimit {
    pub(crate) fn new(per_client: usize) -> Arc<Self> {
        Arc::new(Self {
            per_client: per_client.max(1),
            open: Mutex::default(),
        })
    }

    /// Returns a permit for one more connection from `peer`, or `None` at the limit.
    pub(crate) fn acquire(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionPermit> {
        let client = network_of(peer.to_canonical());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(client).or_default();
        if *count >= self.per_client {
            return None;
        }
        *count += 1;
        Some(ConnectionPermit {
            limit: Arc::clone(self),
            client,
        })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self
            .limit
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_so_many_connections_and_each_back() {
        let limit = ConnectionLimit::new(2);
        let acquire = |address: &str| limit.acquire(address.parse().expect("an address"));
        let first = acquire("192.0.2.1").expect("free");
        let second = acquire("::ffff:192.0.2.1").expect("free");
        assert!(
            acquire("192.0.2.1").is_none(),
            "both written forms are one client"
        );
        assert!(acquire("192.0.2.2").is_some(), "others are not concerned");
        drop(first);
        let third = acquire("192.0.2.1").expect("given back");
        assert!(acquire("192.0.2.1").is_none());
        drop((second, third));
        let household = [
            acquire("2001:db8:1:2::1"),
            acquire("2001:db8:1:2::2"),
            acquire("2001:db8:1:2::3"),
        ];
        assert_eq!(household.iter().flatten().count(), 2);
        drop(household);
        assert!(
            limit.open.lock().expect("not poisoned").is_empty(),
            "who has left is forgotten"
        );
    }
}
