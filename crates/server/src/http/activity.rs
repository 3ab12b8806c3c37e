//! Knows which open connections do nothing, so that one of them can make room for another.
//!
//! A connection is active while a request is answered and for a while after bytes have left. One that sends its request
//! slowly is not: its bytes come in, none go out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::http::client::network_of;

/// A connection that has been inactive for so long may be closed when room is needed.
const IDLE: Duration = Duration::from_millis(500);

/// What a connection does.
pub(crate) struct Activity {
    opened: Instant,
    /// Requests being answered.
    answering: AtomicUsize,
    /// Requests that were whole and came so far.
    begun: AtomicUsize,
    /// Milliseconds from its opening to its last sign of life.
    last_ms: AtomicU64,
}

impl Activity {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            opened: Instant::now(),
            answering: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            last_ms: AtomicU64::new(0),
        })
    }

    /// Notes that bytes have left.
    pub(crate) fn touch(&self) {
        let now = self.opened.elapsed().as_millis() as u64;
        self.last_ms.store(now, Ordering::Relaxed);
    }

    /// Notes that a request is answered until what is returned is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Answering {
        self.answering.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(self))
    }

    /// Returns true if a request has come that could be read as one.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed) > 0
    }

    fn is_idle(&self) -> bool {
        let last = Duration::from_millis(self.last_ms.load(Ordering::Relaxed));
        self.answering.load(Ordering::Relaxed) == 0 && self.opened.elapsed() > last + IDLE
    }
}

/// A request that is being answered.
pub(crate) struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.touch();
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Open connections by the network of their peer.
#[derive(Default)]
pub(crate) struct OpenConnections {
    next: AtomicU64,
    by_network: Mutex<HashMap<IpAddr, HashMap<u64, Entry>>>,
}

struct Entry {
    activity: Arc<Activity>,
    close: Arc<Notify>,
}

/// The place of a connection among the open ones, until it is dropped.
pub(crate) struct Open {
    all: Arc<OpenConnections>,
    network: IpAddr,
    number: u64,
    close: Arc<Notify>,
}

impl OpenConnections {
    pub(crate) fn add(self: &Arc<Self>, peer: IpAddr, activity: Arc<Activity>) -> Open {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let network = network_of(peer.to_canonical());
        let close = Arc::new(Notify::new());
        let entry = Entry {
            activity,
            close: Arc::clone(&close),
        };
        self.lock()
            .entry(network)
            .or_default()
            .insert(number, entry);
        Open {
            all: Arc::clone(self),
            network,
            number,
            close,
        }
    }

    /// Asks the oldest idle connection of the network that holds most to close, to make room for another.
    pub(crate) fn close_one(&self) {
        let mut networks = self.lock();
        let mut by_size: Vec<_> = networks.values_mut().collect();
        by_size.sort_by_key(|open| std::cmp::Reverse(open.len()));
        for open in by_size {
            let idle = open.iter().filter(|(_, entry)| entry.activity.is_idle());
            if let Some(oldest) = idle.map(|(number, _)| *number).min()
                && let Some(entry) = open.get(&oldest)
            {
                entry.close.notify_one();
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, HashMap<u64, Entry>>> {
        self.by_network
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Waits until the connection is asked to close.
    pub(crate) async fn asked_to_close(&self) {
        self.close.notified().await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut networks = self.all.lock();
        if let Some(open) = networks.get_mut(&self.network) {
            open.remove(&self.number);
            if open.is_empty() {
                networks.remove(&self.network);
            }
        }
    }
}
