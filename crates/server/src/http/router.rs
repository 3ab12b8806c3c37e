//! Routes: the handler of every address, and the middleware around all of them.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::http::base_url::BaseUrl;
use crate::http::site::Site;
use crate::http::{
    api, checks, citations, compare, concordance, cors, documents, entry, export, login, mcp,
    middleware, monitor, openapi, originals, pages, prefix, renderings, reuse, suggest, timeline,
    versions,
};
use crate::request::limits::{MAX_BODY_BYTES, MAX_DRAFT_BODY_BYTES};
use crate::request::problem::{Problem, ProblemKind};

/// Returns the routes of `site`, with every guard in place.
///
/// # Examples
/// The router as a part of one's own program. It stands at the root, or below the path of its base URL, whose prefix it
/// takes off itself.
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use polidex_server::http::{Settings, Site, router};
///
/// let site = Site::new(Settings::default());
/// let app: Router = Router::new()
///     .route("/about", get(|| async { "Policy papers since 1997." }))
///     .merge(router(site));
/// ```
pub fn router(site: Arc<Site>) -> Router {
    let routes = Router::new()
        .merge(pages())
        .merge(exports())
        .merge(files())
        .merge(api())
        .merge(assistants(&site))
        .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .merge(drafts())
        .fallback(unknown_address)
        .with_state(Arc::clone(&site));
    let prefix = site.settings.base_url.as_ref().map_or("", BaseUrl::path);
    let prefix: Arc<str> = prefix.into();
    let site_at_root = guarded(routes, site, &prefix);
    if prefix.is_empty() {
        return site_at_root;
    }
    // Around the routes: a path that has lost its prefix must still find its own.
    Router::new()
        .fallback_service(site_at_root)
        .layer(from_fn_with_state(prefix, prefix::take_off))
}

fn pages() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(pages::home))
        .route("/search", get(pages::search))
        .route("/documents/{id}", get(documents::page))
        .route("/documents/{id}/cited-by", get(citations::cited_by_page))
        .route("/documents/{id}/reuse", get(reuse::document_page))
        .route("/documents/{id}/reuse.csv", get(reuse::document_csv))
        .route("/documents/{id}/copies", get(reuse::copies_page))
        .route("/documents/{id}/versions", get(versions::page))
        .route("/documents/{id}/page", get(originals::page))
        .route("/documents/{id}/picture", get(originals::picture))
        .route("/not-held", get(citations::not_held_page))
        .route("/reuse", get(reuse::page))
        .route("/reuse.csv", get(reuse::csv))
        .route("/concordance", get(concordance::page))
        .route("/compare", get(compare::page))
        .route("/concordance.csv", get(concordance::csv))
        .route("/renderings", get(renderings::page))
        .route("/sources", get(pages::sources))
        .route("/filters/{field}", get(pages::values))
        .route("/coverage", get(pages::coverage))
        .route("/timeline", get(timeline::page))
        .route("/list", get(pages::reading_list))
        .route("/help", get(pages::help))
        .route("/api", get(pages::api))
        .route("/login", get(login::page).post(login::enter))
        .route("/logout", post(login::leave))
}

/// Routes that take the text of a draft.
fn drafts() -> Router<Arc<Site>> {
    Router::new()
        .route("/check", get(checks::form).post(checks::page))
        .route("/api/v1/check", post(checks::json))
        .layer(RequestBodyLimitLayer::new(MAX_DRAFT_BODY_BYTES))
}

fn exports() -> Router<Arc<Site>> {
    Router::new()
        .route("/search.csv", get(export::csv))
        .route("/search.json", get(export::json))
        .route("/search.ris", get(export::ris))
        .route("/search.bib", get(export::bibtex))
        .route("/search.atom", get(export::atom))
}

fn files() -> Router<Arc<Site>> {
    Router::new()
        .route("/opensearch.xml", get(export::description))
        .route("/static/{name}", get(pages::asset))
        .route("/favicon.ico", get(pages::favicon))
        .route("/robots.txt", get(pages::robots))
}

fn api() -> Router<Arc<Site>> {
    Router::new()
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/suggest", get(suggest::suggest))
        .route("/api/v1/documents/{id}", get(documents::json))
        .route("/api/v1/documents/{id}/citations", get(citations::json))
        .route(
            "/api/v1/documents/{id}/cited-by",
            get(citations::cited_by_json),
        )
        .route("/api/v1/documents/{id}/place", get(citations::place))
        .route("/api/v1/documents/{id}/reuse", get(reuse::document_json))
        .route("/api/v1/documents/{id}/copies", get(reuse::copies_json))
        .route("/api/v1/documents/{id}/versions", get(versions::json))
        .route("/api/v1/reuse", get(reuse::json))
        .route("/api/v1/not-held", get(citations::not_held_json))
        .route("/api/v1/compare", get(compare::json))
        .route("/api/v1/concordance", get(concordance::json))
        .route("/api/v1/renderings", get(renderings::json))
        .route("/api/v1/sources", get(api::sources))
        .route("/api/v1/filters/{field}", get(api::values))
        .route("/api/v1/coverage", get(api::coverage))
        .route("/api/v1/timeline", get(timeline::api))
        .route("/api/v1/openapi.json", get(openapi::openapi))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
}

/// The address of assistants, where the operator wants them.
fn assistants(site: &Arc<Site>) -> Router<Arc<Site>> {
    match site.settings.mcp {
        true => Router::new().route_service("/mcp", mcp::service(site)),
        false => Router::new(),
    }
}

/// Puts the middleware around `routes`; the last one listed meets a request first.
fn guarded(routes: Router, site: Arc<Site>, prefix: &Arc<str>) -> Router {
    routes
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn_with_state(
            Arc::clone(&site),
            middleware::limit_rate,
        ))
        .layer(from_fn_with_state(Arc::clone(&site), entry::admit))
        .layer(from_fn_with_state(Arc::clone(&site), middleware::refuse))
        .layer(from_fn_with_state(
            Arc::clone(&site),
            middleware::render_problems,
        ))
        .layer(from_fn_with_state(Arc::clone(prefix), prefix::put_before))
        .layer(CompressionLayer::new())
        .layer(from_fn(middleware::add_security_headers))
        .layer(from_fn_with_state(Arc::clone(&site), cors::allow_origins))
        .layer(from_fn_with_state(site, monitor::observe))
}

async fn unknown_address() -> Problem {
    Problem::new(
        ProblemKind::UnknownAddress,
        "there is nothing at this address; /help lists what there is",
    )
}
