//! Lets in who may enter, where the operator asks for a login.
//!
//! In: a request. Out: the response to a user, who is the client of its searches; else the way to the login for people and
//! 401 for programs. A user is named by a header of a trusted proxy, by a bearer token or by the cookie of a session.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::address::with_pairs;
use crate::http::client::Peer;
use crate::http::site::Site;
use crate::login::Doors;
use crate::request::problem::{Problem, ProblemKind};

/// Name of the cookie of a session.
pub(crate) const SESSION: &str = "polidex_session";
/// Address of the login.
pub(crate) const LOGIN: &str = "/login";
/// Addresses without documents, which watchers of the service and the login itself need.
const OPEN: [&str; 6] = [
    LOGIN,
    "/logout",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/favicon.ico",
];

tokio::task_local! {
    static USER: Option<Arc<str>>;
}

/// Returns the user whom the current task runs for.
pub(crate) fn current_user() -> Option<Arc<str>> {
    USER.try_with(Clone::clone).ok().flatten()
}

/// Returns true if the request is answered by a page: pages are, unless the client asks for JSON and for no HTML.
pub(crate) fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let asks_json = accept.contains("json") && !accept.contains("html");
    let is_page = !path.starts_with("/api/") && path != "/healthz" && path != "/readyz";
    is_page && !asks_json
}

/// Lets a request pass if its user is known or its address is open to all.
pub(crate) async fn admit(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let Some(doors) = &site.settings.doors else {
        return next.run(request).await;
    };
    let user = user_of(&site, doors, &request);
    let mut response = if user.is_some() || is_open(request.uri().path()) {
        let user = user.map(Arc::from);
        USER.scope(user, next.run(request)).await
    } else {
        turn_away(doors, &request)
    };
    keep_private(response.headers_mut());
    response
}

fn is_open(path: &str) -> bool {
    OPEN.contains(&path) || path.starts_with("/static/")
}

fn user_of(site: &Site, doors: &Doors, request: &Request) -> Option<String> {
    let headers = request.headers();
    let peer = request.extensions().get::<Peer>();
    let is_trusted = peer.is_some_and(|peer| site.proxies.contains(peer.address));
    if let Some(name) = doors.header().filter(|_| is_trusted) {
        let named = headers.get(name).map(HeaderValue::as_bytes);
        let named = named.and_then(|name| std::str::from_utf8(name).ok());
        if let Some(name) = named.map(str::trim).filter(|name| !name.is_empty()) {
            return Some(name.to_owned());
        }
    }
    // A token that is sent is meant: a session does not stand in for a wrong one.
    match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            let is_bearer = scheme.eq_ignore_ascii_case("bearer");
            is_bearer.then(|| doors.user_of_token(token.trim()))?
        }
        None => doors.user_of_cookie(cookie_of(headers)?),
    }
}

fn cookie_of(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == SESSION)
        .map(|(_, value)| value)
}

/// The way to the login for a reader who opens a page; a problem for all others.
fn turn_away(doors: &Doors, request: &Request) -> Response {
    let path = request.uri().path();
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    // Lists to take away and feeds are asked for by programs as well, which follow no form.
    let is_page = wants_page(path, request.headers()) && !path.starts_with("/search.");
    if doors.have_passwords() && is_read && is_page {
        let target = request.uri().path_and_query();
        let target = target.map_or("/", |target| target.as_str());
        return Redirect::to(&with_pairs(LOGIN, &[("next", target.to_owned())])).into_response();
    }
    let detail = "this needs a login: send `Authorization: Bearer TOKEN`, or log in at /login";
    let mut refused = Problem::new(ProblemKind::LoginRequired, detail).into_response();
    let bearer = HeaderValue::from_static("Bearer");
    refused
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, bearer);
    refused
}

/// Keeps what a user sees out of shared caches, and lets browsers tell the forms of this site from those of others.
fn keep_private(headers: &mut HeaderMap) {
    let is_public = headers
        .get(header::CACHE_CONTROL)
        .is_some_and(|cache| cache.as_bytes().starts_with(b"public"));
    let is_stored = headers
        .get(header::CACHE_CONTROL)
        .is_none_or(|cache| cache.as_bytes() != b"no-store");
    if !is_public && is_stored {
        let private = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, private);
    }
    // With `no-referrer` a browser sends no origin with a form.
    let same_origin = HeaderValue::from_static("same-origin");
    headers.insert(header::REFERRER_POLICY, same_origin);
}

/// Refuses what a page of another site has sent. A browser says where a form is from; only programs say nothing, and those
/// have no session.
pub(crate) fn check_origin(site: &Site, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = text(header::ORIGIN);
    let is_own = match (fetched, origin) {
        (Some(from), _) => from == b"same-origin",
        (None, Some(origin)) => {
            let base = site.settings.base_url.as_ref().map(|base| base.origin());
            let host = origin.split_once("://").map(|(_, host)| host);
            base == Some(origin) || host.is_some() && host == text(header::HOST)
        }
        (None, None) => false,
    };
    if is_own {
        return Ok(());
    }
    let detail =
        "this came from a page of another site, or does not say where from; send it from here";
    Err(Problem::new(ProblemKind::OtherOrigin, detail))
}
