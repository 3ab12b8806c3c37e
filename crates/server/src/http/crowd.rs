//! Counts the open connections of each client, so that none can take all places (SAFETY S15).
//!
//! In: the peer of a new connection. Out: a place, given back when it is dropped, or nothing when the client holds as many
//! as it may. Rations see requests; a client that opens connections and sends nothing is seen here alone. The table has no
//! more entries than there are connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::ration::network_of;

/// Who holds how many connections.
pub(crate) struct Crowd {
    most: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of a client.
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    client: IpAddr,
}

impl Crowd {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            open: Mutex::default(),
        })
    }

    /// A place for one more connection from `peer`.
    pub(crate) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let client = network_of(peer.to_canonical());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(client).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place {
            crowd: Arc::clone(self),
            client,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .crowd
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
    fn a_client_gets_so_many_places_and_each_back() {
        let crowd = Crowd::new(2);
        let enter = |address: &str| crowd.enter(address.parse().expect("an address"));
        let first = enter("192.0.2.1").expect("free");
        let second = enter("::ffff:192.0.2.1").expect("free");
        assert!(
            enter("192.0.2.1").is_none(),
            "both written forms are one client"
        );
        assert!(enter("192.0.2.2").is_some(), "others are not concerned");
        drop(first);
        let third = enter("192.0.2.1").expect("given back");
        assert!(enter("192.0.2.1").is_none());
        drop((second, third));
        let household = [
            enter("2001:db8:1:2::1"),
            enter("2001:db8:1:2::2"),
            enter("2001:db8:1:2::3"),
        ];
        assert_eq!(household.iter().flatten().count(), 2);
        drop(household);
        assert!(
            crowd.open.lock().expect("not poisoned").is_empty(),
            "who has left is forgotten"
        );
    }
}
