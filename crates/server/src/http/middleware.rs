//! Middleware around every handler: refusals that need no handler, the rate limit, the bodies of problems, and the headers
//! that every response carries.

use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tokio::time::timeout;

use crate::http::client::{Client, Peer};
use crate::http::entry::{check_origin, current_user, wants_page};
use crate::http::pool::run_for;
use crate::http::rate_limit::{Rate, cost_of, too_many_requests, too_much_time};
use crate::http::site::Site;
use crate::page;
use crate::question::MAX_QUERY_CHARS;
use crate::request::language::Ui;
use crate::request::limits::{BODIES, DRAFT_PATHS, MAX_HEADER_BYTES, MAX_TARGET_BYTES};
use crate::request::parse::parse_pairs;
use crate::request::problem::{Problem, ProblemKind};

/// Address of assistants.
const MCP: &str = "/mcp";
const ALLOWED_METHODS: &str = "GET, HEAD, OPTIONS";
const METHODS_OF_DRAFTS: &str = "GET, HEAD, POST, OPTIONS";

/// Carried by every response (SAFETY S4). No inline script or style exists, so none is allowed.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// The security headers as they stand in the head of an answer, each with the end of its line.
pub(crate) fn security_head() -> String {
    let line = |(name, value): (HeaderName, HeaderValue)| {
        let value = value.to_str().expect("written in ASCII");
        format!("{name}: {value}\r\n")
    };
    SECURITY_HEADERS.into_iter().map(line).collect()
}

/// Adds the security headers.
pub(crate) async fn add_security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        // A site with a login has a policy of its own.
        if name != header::REFERRER_POLICY || !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Refuses what no handler should see: other hosts, other methods, heads and targets that are too long, and bodies of
/// unknown length, which no route needs and which are how requests are smuggled.
pub(crate) async fn refuse(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let methods = methods_at(request.uri().path());
    if let Err(problem) = check(&site, &request) {
        let must_close = request.headers().contains_key(header::TRANSFER_ENCODING);
        let mut response = problem.into_response();
        if must_close {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        return with_allow(response, methods);
    }
    if request.method() == Method::OPTIONS {
        return with_allow(StatusCode::NO_CONTENT.into_response(), methods);
    }
    next.run(request).await
}

fn check(site: &Site, request: &Request) -> Result<(), Problem> {
    check_target(request.uri())?;
    check_headers(request.headers())?;
    check_host(site, request)?;
    check_body(site, request)
}

/// Methods that an address takes; a login's form apart, only drafts are sent here.
fn methods_at(path: &str) -> &'static str {
    if DRAFT_PATHS.contains(&path) {
        METHODS_OF_DRAFTS
    } else {
        ALLOWED_METHODS
    }
}

fn check_target(uri: &Uri) -> Result<(), Problem> {
    let bytes = uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if bytes <= MAX_TARGET_BYTES {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::AddressTooLong,
        format!("the address has {bytes} bytes, at most {MAX_TARGET_BYTES} are read; shorten it"),
    ))
}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > MAX_HEADER_BYTES {
        let detail = format!("the headers have {bytes} bytes, at most {MAX_HEADER_BYTES} are read");
        return Err(Problem::new(ProblemKind::HeadersTooLarge, detail));
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Problem::new(
            ProblemKind::MalformedRequest,
            "a request here has no body, and needs no transfer encoding",
        ));
    }
    Ok(())
}

fn check_host(site: &Site, request: &Request) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Problem::new(
            ProblemKind::MalformedRequest,
            "a request needs one Host header",
        ));
    };
    let host = host.to_str().unwrap_or_default();
    let target_host = request.uri().authority();
    if site.hosts.contains(host)
        && target_host.is_none_or(|target| site.hosts.contains(target.as_str()))
    {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::UnknownHost,
        "this server does not answer to that host name; its operator can add it to the known hosts",
    ))
}

/// Refuses methods that change something, but where a form or a draft is taken, and forms that are too large.
fn check_body(site: &Site, request: &Request) -> Result<(), Problem> {
    let allowed = methods_at(request.uri().path());
    if allowed
        .split(", ")
        .any(|name| name == request.method().as_str())
    {
        return Ok(());
    }
    let path = request.uri().path();
    let taken = BODIES.iter().find(|(taking, _)| *taking == path);
    let is_on = match path {
        MCP => site.settings.mcp,
        _ => site.settings.doors.is_some(),
    };
    if let Some((_, most)) = taken.filter(|_| is_on)
        && request.method() == Method::POST
    {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.unwrap_or(0) <= *most {
            return check_sender(site, request);
        }
        let detail = format!("at most {most} bytes are read here");
        return Err(Problem::new(ProblemKind::BodyTooLarge, detail));
    }
    Err(Problem::new(
        ProblemKind::MethodNotAllowed,
        format!("only {allowed} are allowed here"),
    ))
}

/// Refuses what a page of another site sends to `/mcp`; forms are checked where they are read. Assistants are programs, and say
/// nothing of an origin.
fn check_sender(site: &Site, request: &Request) -> Result<(), Problem> {
    let is_of_page = ["origin", "sec-fetch-site"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    if request.uri().path() == MCP && is_of_page {
        check_origin(site, request.headers())?;
    }
    Ok(())
}

/// Adds the `Allow` header to responses that are about methods.
fn with_allow(mut response: Response, methods: &'static str) -> Response {
    let is_about_methods = matches!(
        response.status(),
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NO_CONTENT
    );
    if is_about_methods {
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(methods));
    }
    response
}

/// The client that a connection is of. An address without a limit speaks for many: each of its connections is a client.
fn client_at(address: IpAddr, port: u16, is_rationed: bool) -> Client {
    Client {
        address,
        port: if is_rationed { 0 } else { port },
        is_rationed,
        ..Client::default()
    }
}

/// Refuses a request whose client has sent too many, used too much processor time or leaves too many answers untaken, and ends
/// one that takes too long.
pub(crate) async fn limit_rate(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Response {
    let cost = cost_of(request.uri().path());
    // A request without a peer does not come from a socket but from our own tests.
    let peer = request.extensions().get::<Peer>().copied();
    let Some(peer) = peer.filter(|_| cost > 0) else {
        return next.run(request).await;
    };
    let address = site.proxies.client_of(peer.address, request.headers());
    if let Err(wait) = site.rate_limiter.charge(address, cost, Instant::now()) {
        return too_many_requests(wait).into_response();
    }
    let client = match current_user() {
        Some(user) => Client::of_user(&user, site.settings.rate != Rate::Unlimited),
        None => client_at(address, peer.port, site.rate_limiter.limits(address)),
    };
    // A service that answers on tasks of its own needs to know as well.
    request.extensions_mut().insert(client);
    if let Some(wait) = site.pool.overdrawn(client) {
        return too_much_time(wait).into_response();
    }
    let answered = async {
        site.wait_until_opened().await;
        next.run(request).await
    };
    let answered = timeout(site.settings.limits.request_timeout, answered);
    let answered = run_for(client, answered).await;
    let Ok(answer) = answered else {
        return took_too_long().into_response();
    };
    let admitted = site.outgoing.admit(client, answer);
    admitted.unwrap_or_else(IntoResponse::into_response)
}

fn took_too_long() -> Problem {
    let detail = "the answer took too long; try a simpler query";
    Problem::new(ProblemKind::Busy, detail)
}

/// Turns a handler's panic into a problem; the payload stays in the log.
pub(crate) fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(
        ProblemKind::Internal,
        "the request could not be answered; try again in a moment",
    )
    .into_response()
}

/// Writes the body of a response that carries a problem: a page for people, problem details for programs.
pub(crate) async fn render_problems(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = take_problem(&mut response);
    let reference = site.next_reference();
    tracing::info!(%reference, status = status.as_u16(), kind = problem.kind.slug(), "not answered");

    let (media_type, body) = if wants_page(uri.path(), &headers) {
        let page = problem_page(&site, &uri, &headers, &problem, &reference);
        ("text/html; charset=utf-8", page)
    } else {
        let details = problem.to_details(&reference);
        let json = serde_json::to_string(&details).expect("plain strings and numbers");
        ("application/problem+json", json)
    };
    replace_body(&mut response, media_type, body);
    response
}

/// Takes the problem out of `response`; a bare status of a library's layer becomes one.
fn take_problem(response: &mut Response) -> Problem {
    let status = response.status();
    response
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| {
            Problem::new(
                ProblemKind::of_status(status),
                status.canonical_reason().unwrap_or("error").to_lowercase(),
            )
        })
}

fn problem_page(
    site: &Site,
    uri: &Uri,
    headers: &HeaderMap,
    problem: &Problem,
    reference: &str,
) -> String {
    let mut pairs = parse_pairs(uri.query()).unwrap_or_default();
    let ui = Ui::of_request(&pairs, headers);
    // A form that repeats an address which is too long would only send it again; a query of its usual length is kept.
    if problem.kind == ProblemKind::AddressTooLong {
        let is_query =
            |name: &str, value: &str| name == "q" && value.chars().nth(MAX_QUERY_CHARS).is_none();
        pairs.retain(|(name, value)| name == "ui" || is_query(name, value));
        pairs.dedup_by(|one, other| one.0 == other.0);
    }
    let documents = site
        .engine()
        .ok()
        .map(|engine| engine.index_info().documents);
    page::render_problem(problem, reference, uri.path(), &pairs, ui, documents)
}

fn replace_body(response: &mut Response, media_type: &'static str, body: String) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}
