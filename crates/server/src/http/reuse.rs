//! Passages that stand in several documents, as JSON, as pages and as CSV.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::error::ServerError;
use crate::http::api::{fresh, written};
use crate::http::citations::{DOCUMENTS, answer, id_of};
use crate::http::pages::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page;
use crate::request::address::no_document;
use crate::request::params::{COPIES_API, COPIES_PAGE, LIST_API, LIST_PAGE, PLAIN_PAGE};
use crate::request::parse::{parse_document, parse_list};
use crate::request::problem::Problem;

/// Passages of the collection that stand in several documents.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let engine = site.engine()?;
    let answered = site
        .pool
        .run(move || written(&engine.reused_passages(asked.list_page())?));
    Ok(fresh(answered.await??))
}

/// Passages of a document that stand in others too.
pub(crate) async fn document_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let id = id_of(uri.path(), DOCUMENTS, "/reuse")?;
    answer(&site, id, move |engine, id| {
        engine.document_reuse(id, asked.list_page())
    })
    .await
}

/// The documents that a passage stands in.
pub(crate) async fn copies_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(COPIES_API, uri.query())?;
    let id = id_of(uri.path(), DOCUMENTS, "/copies")?;
    answer(&site, id, move |engine, id| {
        engine.copies(id, &asked.passage, asked.list_page())
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
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let reused = engine.reused_passages(asked.list_page())?;
        Ok(held(page::render_reused(&reused, &visit)))
    });
    Ok(html(drawn.await??, ui))
}

/// The page of those of one document.
pub(crate) async fn document_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/documents/", "/reuse")?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let unknown = no_document(&id);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let reused = engine.document_reuse(&id, asked.list_page())?;
        Ok(reused.map(|reused| held(page::render_document_reuse(&reused, &visit))))
    });
    Ok(html(drawn.await??.ok_or(unknown)?, ui))
}

/// The page of the copies of a passage.
pub(crate) async fn copies_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(COPIES_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/documents/", "/copies")?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let unknown = no_document(&id);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let copies = engine.copies(&id, &asked.passage, asked.list_page())?;
        Ok(copies.map(|copies| held(page::render_copies(&copies, &asked.passage, &visit))))
    });
    Ok(html(drawn.await??.ok_or(unknown)?, ui))
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
    let id = id_of(uri.path(), "/documents/", "/reuse.csv")?;
    rows(&site, Some(id)).await
}

async fn rows(site: &Site, id: Option<String>) -> Result<Response, Problem> {
    let engine = site.engine()?;
    let unknown = no_document(id.as_deref().unwrap_or_default());
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let rows = engine.reuse_rows(id.as_deref())?;
        Ok(rows.map(|rows| held(page::export::reuse_csv(&rows))))
    });
    let body = drawn.await??.ok_or(unknown)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"reuse.csv\"",
        ),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, body).into_response())
}
