//! Accepts connections and serves them: an accept loop of our own, because `axum::serve` has no header timeout.
//!
//! HTTP/1.1 only: without TLS no browser speaks HTTP/2, a proxy in front speaks HTTP/1.1 to us, and what is not spoken
//! cannot be reset rapidly or continued endlessly.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::http::activity::{Activity, OpenConnections};
use crate::http::client::Peer;
use crate::http::connection_limit::{ConnectionLimit, ConnectionPermit};
use crate::http::router::router;
use crate::http::site::Site;
use crate::http::write_timeout::WriteTimeout;
use crate::request::limits::{CONNECTIONS_PER_CLIENT, DRAIN, Limits, MAX_HEAD_BYTES, MAX_HEADERS};

/// Serves `site` on `listener` until `shutdown` is ready, then lets the requests that run finish, for ten seconds at
/// most.
///
/// # Examples
/// ```
/// use polidex_server::http::{Settings, Site, serve};
/// use tokio::net::TcpListener;
/// use tokio::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().enable_all().build()?;
/// runtime.block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let site = Site::new(Settings::default());
///     // A signal to stop would stand here; this one has come already.
///     let shutdown = std::future::ready(());
///     serve(listener, site, shutdown).await
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
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
    warn_of_unknown_names(&site, bound);
    let connections = Connections::new(site);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = connections.accept(&listener) => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok(accepted) => connections.start(accepted),
            Err(error) => {
                // Out of file descriptors, most likely: accepting again at once would spin.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.drain().await;
    Ok(())
}

fn warn_of_unknown_names(site: &Site, bound: SocketAddr) {
    let has_names = !site.settings.hosts.is_empty() || site.settings.base_url.is_some();
    if bound.ip().is_unspecified() && !has_names {
        tracing::warn!(address = %bound, "listening on all interfaces, but only addresses and localhost are known hosts");
    }
}

/// Pause behind a connection that could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Time to wait for a place before one is made.
const ROOM_EVERY: Duration = Duration::from_millis(100);

/// The open connections of one server, and what a new one needs.
struct Connections {
    site: Arc<Site>,
    limits: Limits,
    service: TowerToHyperService<Router>,
    http: http1::Builder,
    total: Arc<Semaphore>,
    per_client: Arc<ConnectionLimit>,
    /// Open connections, to find one that can make room.
    open: Arc<OpenConnections>,
    graceful: GracefulShutdown,
}

/// A new connection, counted among all.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
}

/// Permits that a connection holds until it ends.
struct Permits {
    _total: OwnedSemaphorePermit,
    _client: Option<ConnectionPermit>,
}

impl Connections {
    fn new(site: Arc<Site>) -> Self {
        let limits = site.settings.limits;
        let per_client = limits
            .connections_per_client
            .unwrap_or(CONNECTIONS_PER_CLIENT);
        Self {
            limits,
            service: TowerToHyperService::new(router(Arc::clone(&site))),
            http: http(&limits),
            total: Arc::new(Semaphore::new(limits.max_connections.max(1))),
            per_client: ConnectionLimit::new(per_client),
            open: Arc::default(),
            graceful: GracefulShutdown::new(),
            site,
        }
    }

    /// Accepts a connection once there may be one more; further ones wait in the system's accept queue. When there may be
    /// none, the address that holds most gives up one that has been idle, or slow to send its request.
    async fn accept(&self, listener: &TcpListener) -> io::Result<Accepted> {
        let (stream, peer) = listener.accept().await?;
        let permit = loop {
            let free = Arc::clone(&self.total).acquire_owned();
            match timeout(ROOM_EVERY, free).await {
                Ok(permit) => break permit.expect("the semaphore is never closed"),
                Err(_) => self.open.close_one(),
            }
        };
        // Answers are written whole; waiting for more to send with them only delays them.
        stream.set_nodelay(true)?;
        Ok(Accepted {
            stream,
            peer,
            permit,
        })
    }

    /// Serves a connection on a task of its own, or refuses it when its client holds too many.
    fn start(&self, accepted: Accepted) {
        let Accepted {
            stream,
            peer,
            permit,
        } = accepted;
        let client = if self.is_limited(peer.ip()) {
            let Some(permit) = self.per_client.acquire(peer.ip()) else {
                // As much as fits without waiting: such a client may want us to wait.
                let _ = stream.try_write(TOO_MANY_CONNECTIONS);
                tracing::debug!("a connection was refused: its client holds too many");
                return;
            };
            Some(permit)
        } else {
            None
        };
        let permits = Permits {
            _total: permit,
            _client: client,
        };
        self.spawn(stream, peer, permits);
    }

    fn spawn(&self, stream: TcpStream, peer: SocketAddr, permits: Permits) {
        let activity = Activity::new();
        let stream = WriteTimeout::new(stream, self.limits.write_timeout, Arc::clone(&activity));
        let service = WithPeer {
            service: self.service.clone(),
            peer: Peer {
                address: peer.ip(),
                port: peer.port(),
            },
            activity: Arc::clone(&activity),
        };
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let open = self.open.add(peer.ip(), activity);
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                }
                () = open.asked_to_close() => {
                    tracing::debug!("an idle connection made room for another");
                }
            }
            drop((permits, open));
        });
    }

    /// Returns true if connections from `peer` are counted. Without a limit of the operator's those of this machine and of
    /// trusted proxies are not: they speak for many clients.
    fn is_limited(&self, peer: IpAddr) -> bool {
        let speaks_for_many = peer.to_canonical().is_loopback() || self.site.proxies.contains(peer);
        self.limits.connections_per_client.is_some() || !speaks_for_many
    }

    /// Waits for the requests that run, and cuts those that take too long.
    async fn drain(self) {
        if timeout(DRAIN, self.graceful.shutdown()).await.is_err() {
            tracing::warn!(
                "some requests were still running after {} s and were cut",
                DRAIN.as_secs()
            );
        }
    }
}

fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .keep_alive(true);
    http
}

/// The response to a client with too many connections, written without hyper.
const TOO_MANY_CONNECTIONS: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\n\
    X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'\r\nRetry-After: 10\r\n\
    Connection: close\r\nContent-Length: 71\r\n\r\n\
    too many connections are open from this address; close some, try again\n";

/// A service that adds the peer to every request.
struct WithPeer<S> {
    service: S,
    peer: Peer,
    activity: Arc<Activity>,
}

impl<S> Service<Request<Incoming>> for WithPeer<S>
where
    S: Service<Request<Incoming>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        let answering = self.activity.begin();
        let answer = self.service.call(request);
        Box::pin(async move {
            let answer = answer.await;
            drop(answering);
            answer
        })
    }
}
