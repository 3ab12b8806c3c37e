//! Connections that stop waiting for an answer when nobody waits for the search any more.
//!
//! A search blocks in reading from a socket. The read is cut into short ones here, between which the search is looked after;
//! an abandoned one fails, its connection is closed, and the cluster cancels what it does for it.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use polidex_server::engine::remote::is_abandoned;
use ureq::Error;
use ureq::unversioned::transport::time::Duration as TransportDuration;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector,
    TcpConnector, Transport,
};

/// Time between two looks at whether somebody waits.
const LOOK_EVERY: Duration = Duration::from_millis(50);

thread_local! {
    static IS_INTERRUPTIBLE: Cell<bool> = const { Cell::new(false) };
}

/// Runs requests that end when nobody waits for the search of this thread any more. Others run to their end: what they read
/// may be kept for all searches.
pub(crate) fn interruptible<T>(run: impl FnOnce() -> T) -> T {
    IS_INTERRUPTIBLE.set(true);
    let answer = run();
    IS_INTERRUPTIBLE.set(false);
    answer
}

/// The client's usual connections, made interruptible below TLS, where reading a part of an answer loses nothing.
pub(crate) fn connector() -> impl Connector {
    ().chain(ConnectProxyConnector::default())
        .chain(TcpConnector::default())
        .chain(Interruption)
        .chain(RustlsConnector::default())
}

#[derive(Debug)]
struct Interruption;

impl<In: Transport> Connector<In> for Interruption {
    type Out = Interruptible<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Interruptible))
    }
}

/// A connection whose reads end when they are not wanted any more.
#[derive(Debug)]
struct Interruptible<T>(T);

impl<T: Transport> Transport for Interruptible<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if !IS_INTERRUPTIBLE.get() {
            return self.0.await_input(timeout);
        }
        let mut left = *timeout.after;
        loop {
            if is_abandoned() {
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into());
            }
            let slice = left.min(LOOK_EVERY);
            let wait = NextTimeout {
                after: TransportDuration::Exact(slice),
                ..timeout
            };
            match self.0.await_input(wait) {
                Err(Error::Timeout(_)) if left > slice => left -= slice,
                ended => return ended,
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
