//! Which address is answered by what.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::http::site::Site;
use crate::http::{api, export, guard, pages, ration, suggest};
use crate::request::limits::MAX_BODY_BYTES;
use crate::request::problem::{Problem, ProblemKind};

/// All routes of `site`, guarded.
pub fn router(site: Arc<Site>) -> Router {
    let routes = Router::new()
        .route("/", get(pages::home))
        .route("/search", get(pages::search))
        .route("/documents/{id}", get(pages::document))
        .route("/sources", get(pages::sources))
        .route("/filters/{field}", get(pages::values))
        .route("/help", get(pages::help))
        .route("/search.csv", get(export::csv))
        .route("/search.json", get(export::json))
        .route("/search.ris", get(export::ris))
        .route("/search.bib", get(export::bibtex))
        .route("/search.atom", get(export::atom))
        .route("/opensearch.xml", get(export::description))
        .route("/static/{name}", get(pages::asset))
        .route("/favicon.ico", get(pages::favicon))
        .route("/robots.txt", get(pages::robots))
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/suggest", get(suggest::suggest))
        .route("/api/v1/documents/{id}", get(api::document))
        .route("/api/v1/sources", get(api::sources))
        .route("/api/v1/filters/{field}", get(api::values))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
        .fallback(unknown_address)
        .with_state(Arc::clone(&site));
    guarded(routes, site)
}

/// Puts the guards around `routes`; the last one listed meets a request first.
pub(crate) fn guarded(routes: Router, site: Arc<Site>) -> Router {
    routes
        .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(Arc::clone(&site), ration::ration))
        .layer(from_fn_with_state(Arc::clone(&site), guard::refuse))
        .layer(from_fn_with_state(site, guard::draw_problems))
        .layer(CompressionLayer::new())
        .layer(from_fn(guard::secure))
}

async fn unknown_address() -> Problem {
    Problem::new(
        ProblemKind::UnknownAddress,
        "there is nothing at this address; /help lists what there is",
    )
}
