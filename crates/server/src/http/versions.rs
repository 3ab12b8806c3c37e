//! Versions of a work, as JSON and as a page.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::error::ServerError;
use crate::http::citations::{DOCUMENTS, answer, id_of};
use crate::http::pages::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
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
    let id = id_of(uri.path(), DOCUMENTS, "/versions")?;
    answer(&site, id, move |engine, id| {
        engine.versions(id, &asked.place, asked.as_of, asked.list_page())
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
    let id = id_of(uri.path(), "/documents/", "/versions")?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let unknown = no_document(&id);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let found = engine.versions(&id, &asked.place, asked.as_of, asked.list_page())?;
        Ok(found.map(|found| held(page::render_versions(&found, &visit))))
    });
    Ok(html(drawn.await??.ok_or(unknown)?, ui))
}
