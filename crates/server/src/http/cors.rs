//! Lets pages of other origins read the API, where the operator names them (CORS, Fetch Standard). Never with cookies.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::site::Site;

/// Any origin.
const ANY: &str = "*";
/// Paths that other origins may read: the API, and lists to take away.
const READABLE: [&str; 2] = ["/api/", "/search."];
/// Time for which a browser need not ask again, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// Returns true for `*` and for an origin as a browser writes it: scheme, host, port where it is not the usual one.
///
/// # Examples
/// ```
/// use polidex_server::http::is_origin;
///
/// assert!(is_origin("https://app.example.org") && is_origin("http://localhost:3000") && is_origin("*"));
/// assert!(!is_origin("app.example.org") && !is_origin("https://app.example.org/"));
/// ```
pub fn is_origin(text: &str) -> bool {
    let is_written_so = |uri: Uri| {
        let scheme = uri.scheme_str().unwrap_or_default();
        let host = uri.authority().map_or("", |authority| authority.as_str());
        ["http", "https"].contains(&scheme)
            && text == format!("{scheme}://{host}")
            && !host.contains('@')
    };
    text == ANY || text.parse::<Uri>().is_ok_and(is_written_so)
}

/// Adds to answers of the API what lets a page of another origin read them.
pub(crate) async fn allow_origins(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let is_readable = READABLE
        .iter()
        .any(|path| request.uri().path().starts_with(path));
    if site.settings.cors.is_empty() || !is_readable {
        return next.run(request).await;
    }
    let allowed = allowed_origin(&site.settings.cors, request.headers());
    let is_asked = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !site.settings.cors.iter().any(|origin| origin == ANY) {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = allowed {
        add(headers, origin, is_asked);
    }
    response
}

/// The value that allows the origin of a request, if it is allowed.
fn allowed_origin(allowed: &[String], headers: &HeaderMap) -> Option<HeaderValue> {
    if allowed.iter().any(|origin| origin == ANY) {
        return Some(HeaderValue::from_static(ANY));
    }
    let origin = headers.get(header::ORIGIN)?;
    let is_allowed = allowed
        .iter()
        .any(|allowed| allowed.as_bytes() == origin.as_bytes());
    is_allowed.then(|| origin.clone())
}

fn add(headers: &mut HeaderMap, origin: HeaderValue, is_asked: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("retry-after, content-disposition"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if is_asked {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, HEAD"),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization"),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
}
