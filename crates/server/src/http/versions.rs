//! Versions of a work, as JSON and as a page.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::http::drawn::{answered, drawn, id_of};
use crate::http::site::Site;
use crate::page;
use crate::request::address::no_document;
use crate::request::params::{VERSIONS_API, VERSIONS_PAGE};
use crate::request::parse::parse_list;
use crate::request::problem::Problem;

/// Versions of the work that a document is one of.
pub(crate) async fn json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(VERSIONS_API, uri.query())?;
    let id = id_of(uri.path(), "/versions")?;
    answered(&site, move |engine| {
        let found = engine.versions(&id, &asked.place, asked.as_of, asked.list)?;
        found.ok_or_else(|| no_document(&id))
    })
    .await
}

/// Their page.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(VERSIONS_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/versions")?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let found = engine.versions(&id, &asked.place, asked.as_of, asked.list)?;
        let found = found.ok_or_else(|| no_document(&id))?;
        Ok(page::render_versions(&found, visit))
    })
    .await
}
