//! Citations of documents, both ways, as JSON and as pages.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::http::drawn::{answered, drawn, id_of};
use crate::http::site::Site;
use crate::page;
use crate::request::address::no_document;
use crate::request::params::{CITED_BY_API, CITED_BY_PAGE, LIST_API, LIST_PAGE, PLACE_API};
use crate::request::parse::{parse_document, parse_list};
use crate::request::problem::Problem;

/// Citations that a document makes.
pub(crate) async fn json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let id = id_of(uri.path(), "/citations")?;
    answered(&site, move |engine| {
        let made = engine.citations(&id, asked.list)?;
        made.ok_or_else(|| no_document(&id))
    })
    .await
}

/// Passages that cite a document.
pub(crate) async fn cited_by_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(CITED_BY_API, uri.query())?;
    let id = id_of(uri.path(), "/cited-by")?;
    answered(&site, move |engine| {
        let cited = engine.cited_by(&id, &asked.place, &asked.filters, asked.list)?;
        cited.ok_or_else(|| no_document(&id))
    })
    .await
}

/// The words of a place, for a card.
pub(crate) async fn place(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_document(PLACE_API, uri.query())?;
    let id = id_of(uri.path(), "/place")?;
    let place = asked.place.unwrap_or_default();
    answered(&site, move |engine| {
        let text = engine.place_text(&id, &place)?;
        text.ok_or_else(|| no_document(&id))
    })
    .await
}

/// Works that are cited and not held.
pub(crate) async fn not_held_json(
    State(site): State<Arc<Site>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    answered(&site, move |engine| Ok(engine.not_held(asked.list)?)).await
}

/// The page of who cites a document.
pub(crate) async fn cited_by_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(CITED_BY_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/cited-by")?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let cited = engine.cited_by(&id, &asked.place, &asked.filters, asked.list)?;
        let cited = cited.ok_or_else(|| no_document(&id))?;
        Ok(page::render_cited_by(&cited, &asked.filters, visit))
    })
    .await
}

/// The page of works that are cited and not held.
pub(crate) async fn not_held_page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let missing = engine.not_held(asked.list)?;
        Ok(page::render_not_held(&missing, visit))
    })
    .await
}
