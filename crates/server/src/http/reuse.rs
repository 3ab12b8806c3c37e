//! Passages that stand in several documents, as JSON, as pages and as CSV.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::http::drawn::{answered, drawn, id_of, table};
use crate::http::site::Site;
use crate::page;
use crate::request::address::no_document;
use crate::request::params::{COPIES_API, COPIES_PAGE, LIST_API, LIST_PAGE, PLAIN_PAGE};
use crate::request::parse::{parse_document, parse_list};
use crate::request::problem::Problem;

/// Passages of the collection that stand in several documents.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    answered(&site, move |engine| Ok(engine.reused_passages(asked.list)?)).await
}

/// Passages of a document that stand in others too.
pub(crate) async fn document_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let id = id_of(uri.path(), "/reuse")?;
    answered(&site, move |engine| {
        let reused = engine.document_reuse(&id, asked.list)?;
        reused.ok_or_else(|| no_document(&id))
    })
    .await
}

/// The documents that a passage stands in.
pub(crate) async fn copies_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(COPIES_API, uri.query())?;
    let id = id_of(uri.path(), "/copies")?;
    answered(&site, move |engine| {
        let copies = engine.copies(&id, &asked.passage, asked.list)?;
        copies.ok_or_else(|| no_document(&id))
    })
    .await
}

/// The page of passages that stand in several documents.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let reused = engine.reused_passages(asked.list)?;
        Ok(page::render_reused(&reused, visit))
    })
    .await
}

/// The page of those of one document.
pub(crate) async fn document_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/reuse")?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let reused = engine.document_reuse(&id, asked.list)?;
        let reused = reused.ok_or_else(|| no_document(&id))?;
        Ok(page::render_document_reuse(&reused, visit))
    })
    .await
}

/// The page of the copies of a passage.
pub(crate) async fn copies_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(COPIES_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/copies")?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let copies = engine.copies(&id, &asked.passage, asked.list)?;
        let copies = copies.ok_or_else(|| no_document(&id))?;
        Ok(page::render_copies(&copies, &asked.passage, visit))
    })
    .await
}

/// All copies as CSV.
pub(crate) async fn csv(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    parse_document(PLAIN_PAGE, uri.query())?;
    rows(&site, None).await
}

/// Copies of the passages of a document as CSV.
pub(crate) async fn document_csv(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    parse_document(PLAIN_PAGE, uri.query())?;
    rows(&site, Some(id_of(uri.path(), "/reuse.csv")?)).await
}

async fn rows(site: &Site, id: Option<String>) -> Result<Response, Problem> {
    table(site, "attachment; filename=\"reuse.csv\"", move |engine| {
        let rows = engine.reuse_rows(id.as_deref())?;
        let rows = rows.ok_or_else(|| no_document(id.as_deref().unwrap_or_default()))?;
        Ok(page::export::reuse_csv(&rows))
    })
    .await
}
