//! A server on a port of its own, and a client that sends exactly the bytes it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use polidex_server::http::{Answers, Settings, Site, serve};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::backend::Rote;

/// A running server; stops when dropped.
pub(crate) struct Server {
    pub(crate) site: Arc<Site>,
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: Option<tokio::task::JoinHandle<std::io::Result<()>>>,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(
            Settings::default(),
            Some(Rote {
                generation: "one",
                total: 45,
            }),
        )
    }

    pub(crate) fn with(settings: Settings, engine: Option<Rote>) -> Self {
        let engine = engine.map(|engine| Arc::new(engine) as Arc<dyn Answers>);
        Self::over(settings, engine)
    }

    pub(crate) fn over(settings: Settings, engine: Option<Arc<dyn Answers>>) -> Self {
        let runtime = Runtime::new().unwrap();
        let site = Site::new(settings);
        if let Some(engine) = engine {
            site.put_engine(engine);
        }
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let running = runtime.spawn(serve(listener, Arc::clone(&site), shutdown));
        Self {
            site,
            address,
            stop: Some(stop),
            running: Some(running),
            runtime: Some(runtime),
        }
    }

    /// Asks the server to stop and waits until it has.
    pub(crate) fn stop(mut self) {
        drop(self.stop.take());
        let running = self.running.take().unwrap();
        self.runtime
            .as_ref()
            .unwrap()
            .block_on(running)
            .unwrap()
            .unwrap();
    }

    pub(crate) fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.ask("GET", target, headers)
    }

    pub(crate) fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str("Host: localhost\r\n");
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        self.send(request.as_bytes())
    }

    /// Sends `bytes` as they are and reads until the server closes.
    pub(crate) fn send(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        // A server that refuses early may close before all is sent: its answer is what counts.
        let _ = stream.write_all(bytes);
        Reply::read(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(100));
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let body = bytes.get(end + 4..).unwrap_or_default().to_vec();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        let mut reply = Self {
            status,
            head,
            body: String::new(),
        };
        let is_chunked = reply.header("transfer-encoding").is_some();
        reply.body = String::from_utf8_lossy(&if is_chunked { join_chunks(&body) } else { body })
            .into_owned();
        reply
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        let start = end + 2;
        body.extend_from_slice(&rest[start..(start + size).min(rest.len())]);
        rest = rest.get(start + size + 2..).unwrap_or_default();
    }
    body
}
