//! Citations of documents, both ways, as JSON and as pages.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Serialize;

use crate::error::ServerError;
use crate::http::api::{fresh, written};
use crate::http::backend::Answers;
use crate::http::pages::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page;
use crate::request::address::{id_of_path, no_document};
use crate::request::params::{CITED_BY_API, CITED_BY_PAGE, LIST_API, LIST_PAGE, PLACE_API};
use crate::request::parse::{ListRequest, parse_document, parse_list};
use crate::request::problem::Problem;
use crate::searcher::ListPage;

/// Beginning of the addresses of documents in the API.
pub(crate) const DOCUMENTS: &str = "/api/v1/documents/";

impl ListRequest {
    pub(crate) fn list_page(&self) -> ListPage {
        ListPage {
            number: self.page,
            per_page: self.per_page,
        }
    }
}

/// The id of the document in `path`, which ends with `end`.
pub(crate) fn id_of(path: &str, prefix: &str, end: &str) -> Result<String, Problem> {
    id_of_path(path.strip_suffix(end).unwrap_or(path), prefix)
}

/// Citations that a document makes.
pub(crate) async fn json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let id = id_of(uri.path(), DOCUMENTS, "/citations")?;
    answer(&site, id, move |engine, id| {
        engine.citations(id, asked.list_page())
    })
    .await
}

/// Passages that cite a document.
pub(crate) async fn cited_by_json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_list(CITED_BY_API, uri.query())?;
    let id = id_of(uri.path(), DOCUMENTS, "/cited-by")?;
    answer(&site, id, move |engine, id| {
        engine.cited_by(id, &asked.place, &asked.filters, asked.list_page())
    })
    .await
}

/// The words of a place, for a card.
pub(crate) async fn place(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_document(PLACE_API, uri.query())?;
    let id = id_of(uri.path(), DOCUMENTS, "/place")?;
    let place = asked.place.unwrap_or_default();
    answer(&site, id, move |engine, id| engine.place_text(id, &place)).await
}

/// Works that are cited and not held.
pub(crate) async fn not_held_json(
    State(site): State<Arc<Site>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_API, uri.query())?;
    let engine = site.engine()?;
    let answered = site
        .pool
        .run(move || written(&engine.not_held(asked.list_page())?));
    Ok(fresh(answered.await??))
}

/// The page of who cites a document.
pub(crate) async fn cited_by_page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(CITED_BY_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/documents/", "/cited-by")?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let unknown = no_document(&id);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let cited = engine.cited_by(&id, &asked.place, &asked.filters, asked.list_page())?;
        Ok(cited.map(|cited| held(page::render_cited_by(&cited, &asked.filters, &visit))))
    });
    Ok(html(drawn.await??.ok_or(unknown)?, ui))
}

/// The page of works that are cited and not held.
pub(crate) async fn not_held_page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_list(LIST_PAGE, uri.query())?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let missing = engine.not_held(asked.list_page())?;
        Ok(held(page::render_not_held(&missing, &visit)))
    });
    Ok(html(drawn.await??, ui))
}

/// A reply about the document `id`.
pub(crate) async fn answer<T: Serialize>(
    site: &Site,
    id: String,
    ask: impl FnOnce(&dyn Answers, &str) -> Result<Option<T>, ServerError> + Send + 'static,
) -> Result<Response, Problem> {
    let engine = site.engine()?;
    let answered = site.pool.run(move || {
        let reply = ask(engine.as_ref(), &id)?;
        written(&reply.ok_or_else(|| no_document(&id))?)
    });
    answered.await?
}
