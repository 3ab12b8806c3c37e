//! Accepts connections and serves them: an accept loop of our own, because `axum::serve` has no header timeout.
//!
//! HTTP/1.1 only: without TLS no browser speaks HTTP/2, a proxy in front speaks HTTP/1.1 to us, and what is not spoken
//! cannot be reset rapidly or continued endlessly.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};

use crate::http::crowd::Crowd;
use crate::http::ration::Peer;
use crate::http::router::router;
use crate::http::site::Site;
use crate::request::limits::{CONNECTIONS_PER_CLIENT, DRAIN, MAX_HEAD_BYTES, MAX_HEADERS};

/// Serves `site` on `listener` until `shutdown` is ready, then lets the requests that run finish, for ten seconds at
/// most.
///
/// # Errors
/// When the listener has no local address. Errors of single connections are logged and end that connection alone.
pub async fn serve(
    listener: TcpListener,
    site: Arc<Site>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let bound = listener.local_addr()?;
    site.set_bound(bound);
    if bound.ip().is_unspecified()
        && site.settings.hosts.is_empty()
        && site.settings.base_url.is_none()
    {
        tracing::warn!(address = %bound, "listening on all interfaces, but only addresses and localhost are known hosts");
    }
    let limits = site.settings.limits;
    let crowd = Crowd::new(
        limits
            .connections_per_client
            .unwrap_or(CONNECTIONS_PER_CLIENT),
    );
    let service = TowerToHyperService::new(router(Arc::clone(&site)));
    let connections = Arc::new(Semaphore::new(limits.max_connections.max(1)));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .keep_alive(true);

    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: accepting again at once would spin.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let is_counted =
            limits.connections_per_client.is_some() || !speaks_for_many(&site, peer.ip());
        let counted = is_counted.then(|| crowd.enter(peer.ip()));
        if matches!(counted, Some(None)) {
            // As much as fits without waiting: to wait is what such a client wants.
            let _ = stream.try_write(CROWDED);
            tracing::debug!("a connection was refused: its client holds too many");
            continue;
        }
        let stream = WriteTimeout::new(stream, limits.write_timeout);
        let connection = graceful.watch(http.serve_connection(
            TokioIo::new(stream),
            FromPeer {
                service: service.clone(),
                peer: Peer(peer.ip()),
            },
        ));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, counted));
        });
    }
    drop(listener);
    if timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            "some requests were still running after {} s and were cut",
            DRAIN.as_secs()
        );
    }
    Ok(())
}

/// What a client reads whose connections are too many.
const CROWDED: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\n\
    X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'\r\nRetry-After: 10\r\n\
    Connection: close\r\nContent-Length: 71\r\n\r\n\
    too many connections are open from this address; close some, try again\n";

/// Whether connections from `peer` are not those of one reader: this machine's proxies and scripts are the operator's.
fn speaks_for_many(site: &Site, peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback() || site.rations.is_trusted(peer)
}

/// A service that is told of every request where it comes from.
struct FromPeer<S> {
    service: S,
    peer: Peer,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for FromPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(connections)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    let (stream, peer) = listener.accept().await?;
    // Answers are written whole; waiting for more to send with them only delays them.
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

/// A stream whose writes fail when the other side takes nothing for a while: hyper limits how long a request may take to
/// arrive, but not how long an answer may take to leave.
struct WriteTimeout {
    stream: TcpStream,
    patience: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl WriteTimeout {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            deadline: None,
        }
    }

    fn watch<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.deadline = None;
            return polled;
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep(self.patience)));
        deadline
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for WriteTimeout {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for WriteTimeout {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(polled, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
