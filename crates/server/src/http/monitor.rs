//! Watches the requests of a site, and shows its counters on a listener of their own, which the operator chooses: they are not
//! for readers.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::http::metrics::{name_of, route_of};
use crate::http::site::Site;

/// Counts each request and, where the operator wants it, logs it: its route, never its address, its query or its client.
pub(crate) async fn observe(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let (method, route) = (request.method().clone(), route_of(request.uri().path()));
    let response = next.run(request).await;
    let time = started.elapsed();
    site.metrics.note(route, response.status(), time);
    tracing::info!(
        target: "access",
        %method,
        route = name_of(route),
        status = response.status().as_u16(),
        ms = time.as_secs_f64() * 1_000.0,
    );
    response
}

/// Serves `/metrics` of `site` on a listener of its own until the process ends.
///
/// # Errors
/// When the listener fails.
pub async fn serve_metrics(listener: TcpListener, site: Arc<Site>) -> io::Result<()> {
    let routes = Router::new().route("/metrics", get(page)).with_state(site);
    axum::serve(listener, routes).await
}

async fn page(State(site): State<Arc<Site>>) -> Response {
    let index = site.engine().ok().map(|engine| engine.index_info());
    let text = site.metrics.text(index.as_ref(), site.built());
    let media_type = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}
