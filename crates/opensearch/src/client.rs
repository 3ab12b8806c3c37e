//! Requests to a cluster: blocking HTTP, several hosts in turn, patience with a host that is busy.
//!
//! Credentials and the certificate of an authority come from files or the environment, and are in no message.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polidex_server::engine::remote::{is_abandoned, note_rejected, wait_for};
use serde_json::Value;
use ureq::http::{Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Agent, AsSendBody, Body};

use crate::error::ClusterError;
use crate::interruption::{connector, interruptible};

/// Variable that holds `user:password`, or `ApiKey` and the key.
const CREDENTIALS: &str = "POLIDEX_ENGINE_CREDENTIALS";
/// Variable that names a file of credentials.
const CREDENTIALS_FILE: &str = "POLIDEX_ENGINE_CREDENTIALS_FILE";
/// Variable that names a file of certificates, in PEM.
const CA_FILE: &str = "POLIDEX_ENGINE_CA";

/// Time to connect to a host.
const CONNECT: Duration = Duration::from_secs(5);
/// Time that a host may be silent: a merge answers at its end.
const ANSWER: Duration = Duration::from_secs(3_600);
/// Number of times that a request is sent.
const MAX_TRIES: u32 = 8;
/// Number of times that a search is sent to a cluster that is busy.
const MAX_TRIES_OF_SEARCH: u32 = 2;
/// First pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Maximum number of bytes of an answer.
const MAX_ANSWER_BYTES: u64 = 1 << 30;
/// Maximum number of bytes of a reason that is shown.
const MAX_REASON_CHARS: usize = 500;

/// Sends requests to the hosts of a cluster. Cheap to share and to clone; every method may be called from many threads at once.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    hosts: Vec<String>,
    /// Host that answered last.
    current: Arc<AtomicUsize>,
    authorization: Option<String>,
}

/// Body of a request.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// None.
    Nothing,
    /// One value.
    Json(&'a Value),
    /// Values by line.
    Lines(&'a [u8]),
}

/// A request to a host.
#[derive(Clone, Copy)]
struct Sent<'a> {
    method: &'a str,
    path: &'a str,
    content: Content<'a>,
    /// Time that it may take in all.
    within: Option<Duration>,
}

/// Why a request may be sent once more.
enum Failure {
    /// The host did not answer.
    Silent(String),
    /// The host is busy.
    Busy(u16, String),
    /// The cluster will not do it.
    Final(ClusterError),
}

impl Client {
    /// A client of `hosts`, with what the environment says of credentials and certificates.
    ///
    /// # Errors
    /// [`ClusterError::Credentials`].
    pub fn from_environment(hosts: &[String]) -> Result<Self, ClusterError> {
        let tls = TlsConfig::builder();
        let tls = match read_named(CA_FILE)? {
            Some((path, pem)) => tls.root_certs(certificates(&path, pem.as_bytes())?),
            None => tls,
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(ANSWER))
            .max_redirects(0)
            .max_idle_connections_per_host(32)
            .tls_config(tls.build());
        Ok(Self {
            agent: Agent::with_parts(config.build(), connector(), DefaultResolver::default()),
            hosts: hosts.to_vec(),
            current: Arc::new(AtomicUsize::new(0)),
            authorization: credentials()?.map(|text| authorization(&text)),
        })
    }

    /// Sends `GET`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn get(&self, path: &str) -> Result<Value, ClusterError> {
        self.send("GET", path, Content::Nothing)
    }

    /// Sends `POST` with a value.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, ClusterError> {
        self.send("POST", path, Content::Json(body))
    }

    /// Sends a request and returns the answer. A host that does not answer is left for the next; one that is busy is asked
    /// again after a pause.
    ///
    /// # Errors
    /// [`ClusterError::Unreachable`], [`ClusterError::Refused`], [`ClusterError::Answer`].
    pub fn send(
        &self,
        method: &str,
        path: &str,
        content: Content<'_>,
    ) -> Result<Value, ClusterError> {
        self.send_until(method, path, content, None)
    }

    /// As [`Client::send`], but gives up at `until`, and as soon as nobody waits for the search of this thread any more: the
    /// connection is closed, by which the cluster knows.
    ///
    /// # Errors
    /// As [`Client::send`], and [`ClusterError::Abandoned`].
    pub fn send_until(
        &self,
        method: &str,
        path: &str,
        content: Content<'_>,
        until: Option<Instant>,
    ) -> Result<Value, ClusterError> {
        wait_for(|| match until {
            Some(_) => interruptible(|| self.sent_until(method, path, content, until)),
            None => self.sent_until(method, path, content, until),
        })
    }

    fn sent_until(
        &self,
        method: &str,
        path: &str,
        content: Content<'_>,
        until: Option<Instant>,
    ) -> Result<Value, ClusterError> {
        let left = || until.map(|until| until.saturating_duration_since(Instant::now()));
        // A host that is silent leaves time for another.
        let of_left = |left: Duration| if self.hosts.len() > 1 { left / 2 } else { left };
        let mut pause = FIRST_PAUSE;
        let mut tried = 0;
        loop {
            let host = self.current.load(Ordering::Relaxed) % self.hosts.len();
            let request = Sent {
                method,
                path,
                content,
                within: left().map(of_left),
            };
            let failure = match self.send_once(&self.hosts[host], request) {
                Ok(answer) => return Ok(answer),
                Err(Failure::Final(error)) => return Err(error),
                Err(failure) => failure,
            };
            if matches!(failure, Failure::Busy(429, _)) {
                note_rejected();
            }
            if until.is_some() && is_abandoned() {
                return Err(ClusterError::Abandoned);
            }
            tried += 1;
            // Whoever fails first moves all on; the others find the host changed.
            let next = (host + 1) % self.hosts.len();
            let _ = self
                .current
                .compare_exchange(host, next, Ordering::Relaxed, Ordering::Relaxed);
            if tried >= max_tries(until, &failure) || left().is_some_and(|left| left < pause) {
                return Err(self.given_up(method, path, failure));
            }
            if (tried as usize).is_multiple_of(self.hosts.len())
                || matches!(failure, Failure::Busy(..))
            {
                std::thread::sleep(pause);
                pause *= 2;
            }
        }
    }

    fn given_up(&self, method: &str, path: &str, failure: Failure) -> ClusterError {
        match failure {
            Failure::Silent(reason) => ClusterError::Unreachable {
                hosts: self.hosts.join(", "),
                reason,
            },
            Failure::Busy(status, reason) => ClusterError::Refused {
                action: format!("{method} {path}"),
                status,
                reason,
            },
            Failure::Final(error) => error,
        }
    }

    fn send_once(&self, host: &str, sent: Sent<'_>) -> Result<Value, Failure> {
        let silent = |error: ureq::Error| Failure::Silent(error.to_string());
        let broken =
            |error: ureq::http::Error| Failure::Final(ClusterError::Answer(error.to_string()));
        let request = |content_type: &str| {
            let mut request = Request::builder()
                .method(sent.method)
                .uri(format!("{host}{}", sent.path));
            if !content_type.is_empty() {
                request = request.header("Content-Type", content_type);
            }
            match &self.authorization {
                Some(authorization) => request.header("Authorization", authorization),
                None => request,
            }
        };
        let mut response = match sent.content {
            Content::Nothing => self.run(request("").body(()).map_err(broken)?, sent.within),
            Content::Json(value) => {
                let request = request("application/json").body(value.to_string());
                self.run(request.map_err(broken)?, sent.within)
            }
            Content::Lines(lines) => {
                let request = request("application/x-ndjson").body(lines);
                self.run(request.map_err(broken)?, sent.within)
            }
        }
        .map_err(silent)?;
        let status = response.status().as_u16();
        let text = read_all(response.body_mut()).map_err(silent)?;
        answer_of(status, &text, || format!("{} {}", sent.method, sent.path))
    }

    /// Runs a request that has to be answered `within` a time.
    fn run(
        &self,
        request: Request<impl AsSendBody>,
        within: Option<Duration>,
    ) -> Result<Response<Body>, ureq::Error> {
        let Some(within) = within else {
            return self.agent.run(request);
        };
        let limited = self.agent.configure_request(request);
        self.agent.run(limited.timeout_global(Some(within)).build())
    }
}

fn max_tries(until: Option<Instant>, failure: &Failure) -> u32 {
    match (until, failure) {
        // Who asks a busy cluster again and again keeps it busy.
        (Some(_), Failure::Busy(..)) => MAX_TRIES_OF_SEARCH,
        _ => MAX_TRIES,
    }
}

fn read_all(body: &mut Body) -> Result<Vec<u8>, ureq::Error> {
    body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec()
}

fn answer_of(status: u16, text: &[u8], action: impl Fn() -> String) -> Result<Value, Failure> {
    let value: Result<Value, _> = serde_json::from_slice(text);
    match (status, value) {
        (200..=299, Ok(value)) => Ok(value),
        (200..=299, Err(_)) if text.is_empty() => Ok(Value::Null),
        (200..=299, Err(error)) => Err(Failure::Final(ClusterError::Answer(error.to_string()))),
        (429 | 502 | 503 | 504, value) => {
            Err(Failure::Busy(status, reason(value.ok().as_ref(), text)))
        }
        (_, value) => Err(Failure::Final(ClusterError::Refused {
            action: action(),
            status,
            reason: reason(value.ok().as_ref(), text),
        })),
    }
}

/// The reason in an error of the cluster: the first root cause, and what to do about a full disk.
fn reason(value: Option<&Value>, text: &[u8]) -> String {
    let error = value.map(|value| &value["error"]);
    let told = error.and_then(|error| {
        let cause = &error["root_cause"][0];
        let kind = cause["type"].as_str().or(error["type"].as_str())?;
        let said = cause["reason"]
            .as_str()
            .or(error["reason"].as_str())
            .unwrap_or("");
        Some(format!("{kind}: {said}"))
    });
    let told = told.unwrap_or_else(|| String::from_utf8_lossy(text).into_owned());
    told.chars().take(MAX_REASON_CHARS).collect()
}

fn credentials() -> Result<Option<String>, ClusterError> {
    if let Some((_, text)) = read_named(CREDENTIALS_FILE)? {
        return Ok(Some(text));
    }
    Ok(std::env::var(CREDENTIALS).ok())
}

/// Reads the file that a variable names.
fn read_named(variable: &str) -> Result<Option<(String, String)>, ClusterError> {
    let Ok(path) = std::env::var(variable) else {
        return Ok(None);
    };
    let text = fs::read_to_string(&path).map_err(|error| ClusterError::Credentials {
        what: format!("{path} (named by {variable})"),
        reason: error.to_string(),
    })?;
    Ok(Some((path, text)))
}

fn authorization(credentials: &str) -> String {
    let credentials = credentials.trim();
    match credentials.strip_prefix("ApiKey ") {
        Some(key) => format!("ApiKey {}", key.trim()),
        None => format!("Basic {}", STANDARD.encode(credentials)),
    }
}

fn certificates(path: &str, pem: &[u8]) -> Result<RootCerts, ClusterError> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => {
                return Err(ClusterError::Credentials {
                    what: path.to_owned(),
                    reason: error.to_string(),
                });
            }
        }
    }
    if found.is_empty() {
        return Err(ClusterError::Credentials {
            what: path.to_owned(),
            reason: "it holds no certificate in PEM".to_owned(),
        });
    }
    Ok(RootCerts::new_with_certs(&found))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread;

    use polidex_server::engine::remote::{Abandoned, run_watched};

    use super::*;

    #[test]
    fn a_password_and_a_key_become_headers() {
        assert_eq!(authorization("user:word\n"), "Basic dXNlcjp3b3Jk");
        assert_eq!(authorization("ApiKey abc=\n"), "ApiKey abc=");
    }

    #[test]
    fn answers_are_told_apart() {
        let of = |status, text: &str| answer_of(status, text.as_bytes(), || "GET /".to_owned());
        assert!(matches!(of(200, "{\"a\":1}"), Ok(value) if value["a"] == 1));
        assert!(matches!(of(429, "{}"), Err(Failure::Busy(429, _))));
        let refused = "{\"error\":{\"root_cause\":[{\"type\":\"t\",\"reason\":\"r\"}]}}";
        let Err(Failure::Final(ClusterError::Refused { reason, .. })) = of(400, refused) else {
            panic!("refused");
        };
        assert_eq!(reason, "t: r");
    }

    #[test]
    fn an_abandoned_search_closes_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = format!("http://{}", listener.local_addr().expect("an address"));
        let abandoned = Abandoned::default();
        let flag = Abandoned::clone(&abandoned);
        let silent = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).expect("a request") > 0);
            flag.store(true, Ordering::Relaxed);
            // Until it is closed.
            while stream.read(&mut request).is_ok_and(|read| read > 0) {}
        });
        let client = Client::from_environment(&[host]).expect("a client");
        let until = Instant::now() + Duration::from_secs(60);
        let started = Instant::now();
        let (answer, remote) = run_watched(&abandoned, || {
            client.send_until("GET", "/", Content::Nothing, Some(until))
        });
        assert!(matches!(answer, Err(ClusterError::Abandoned)), "{answer:?}");
        assert!(started.elapsed() < Duration::from_secs(10) && remote.waited > Duration::ZERO);
        silent.join().expect("it was closed");
    }
}
