//! What stands before and after every handler: refusals that need no handler, the drawing of problems, and the headers
//! that every response carries.

use std::any::Any;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::site::Site;
use crate::page::{self, Ui};
use crate::request::limits::{MAX_HEADER_BYTES, MAX_TARGET_BYTES};
use crate::request::params::parse_pairs;
use crate::request::problem::{Problem, ProblemKind};

const ALLOWED_METHODS: &str = "GET, HEAD, OPTIONS";

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

/// Adds the security headers.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(name, value);
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
    if let Some(problem) = refusal(&site, &request) {
        let must_close = request.headers().contains_key(header::TRANSFER_ENCODING);
        let mut response = problem.into_response();
        if must_close {
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        return with_allow(response);
    }
    if request.method() == Method::OPTIONS {
        return with_allow(StatusCode::NO_CONTENT.into_response());
    }
    next.run(request).await
}

fn refusal(site: &Site, request: &Request) -> Option<Problem> {
    let target_bytes = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target_bytes > MAX_TARGET_BYTES {
        let detail = format!(
            "the address has {target_bytes} bytes, at most {MAX_TARGET_BYTES} are read; shorten it"
        );
        return Some(Problem::new(ProblemKind::AddressTooLong, detail));
    }
    let header_bytes: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if header_bytes > MAX_HEADER_BYTES {
        let detail =
            format!("the headers have {header_bytes} bytes, at most {MAX_HEADER_BYTES} are read");
        return Some(Problem::new(ProblemKind::HeadersTooLarge, detail));
    }
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Some(Problem::new(
            ProblemKind::MalformedRequest,
            "a request here has no body, and needs no transfer encoding",
        ));
    }
    if let Some(problem) = foreign_host(site, request) {
        return Some(problem);
    }
    if ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return Some(Problem::new(
            ProblemKind::MethodNotAllowed,
            format!("only {ALLOWED_METHODS} are allowed here"),
        ));
    }
    None
}

fn foreign_host(site: &Site, request: &Request) -> Option<Problem> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or_default(),
        _ => {
            return Some(Problem::new(
                ProblemKind::MalformedRequest,
                "a request needs one Host header",
            ));
        }
    };
    let target_host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    if site.answers_to(host) && target_host.is_none_or(|host| site.answers_to(host)) {
        return None;
    }
    Some(Problem::new(
        ProblemKind::UnknownHost,
        "this server does not answer to that host name; its operator can add it to the known hosts",
    ))
}

fn with_allow(mut response: Response) -> Response {
    let answers_for_methods = matches!(
        response.status(),
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NO_CONTENT
    );
    if answers_for_methods {
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(ALLOWED_METHODS));
    }
    response
}

/// Turns a handler's panic into a problem; the payload stays in the log.
pub(crate) fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(
        ProblemKind::Internal,
        "the request could not be answered; try again in a moment",
    )
    .into_response()
}

/// Draws the problem that a response carries, as a page for people and as problem details for programs.
pub(crate) async fn draw_problems(
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
    let problem = response
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| {
            Problem::new(
                ProblemKind::of_status(status),
                status.canonical_reason().unwrap_or("error").to_lowercase(),
            )
        });
    let reference = site.next_reference();
    tracing::info!(%reference, status = status.as_u16(), kind = problem.kind.slug(), "not answered");

    let body = if wants_page(uri.path(), &headers) {
        let pairs = parse_pairs(uri.query()).unwrap_or_default();
        let ui = Ui::of_request(&pairs, &headers);
        let documents = site
            .engine()
            .ok()
            .map(|engine| engine.index_info().documents);
        set_type(&mut response, "text/html; charset=utf-8");
        page::render_problem(&problem, &reference, uri.path(), &pairs, ui, documents)
    } else {
        set_type(&mut response, "application/problem+json");
        serde_json::to_string(&problem.to_details(&reference)).expect("plain strings and numbers")
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}

fn set_type(response: &mut Response, media_type: &'static str) {
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
}

/// Pages answer with pages, unless the client asks for JSON and for no HTML.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let asks_json = accept.contains("json") && !accept.contains("html");
    let is_page = !path.starts_with("/api/") && path != "/healthz" && path != "/readyz";
    is_page && !asks_json
}
