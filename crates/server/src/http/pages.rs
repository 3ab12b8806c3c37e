//! The pages: the same questions as the API's, drawn for people.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::ServerError;
use crate::http::api::find_facet;
use crate::http::drawn::{drawn, html, visit};
use crate::http::openapi::operations;
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page;
use crate::question::Question;
use crate::request::language::Ui;
use crate::request::params::{PLAIN_PAGE, SEARCH_PAGE};
use crate::request::parse::{parse_document, parse_search, parse_sources};
use crate::request::problem::{Problem, ProblemKind};

pub(crate) async fn home(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_page(&site, &uri, &headers, true).await
}

pub(crate) async fn search(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_page(&site, &uri, &headers, false).await
}

async fn answer_page(
    site: &Site,
    uri: &Uri,
    headers: &HeaderMap,
    is_home: bool,
) -> Result<Response, Problem> {
    let (question, chosen) = parse_search(SEARCH_PAGE, uri.query())?;
    // Documents are chosen in a box of their own.
    let question = question.sources(0);
    let engine = site.engine()?;
    let visit = visit(site, headers, chosen);
    let is_home = is_home && is_bare(uri, chosen);
    let metrics = Arc::clone(&site.metrics);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let answer = engine.search(&question)?;
        if !is_home {
            metrics.note_search(&answer);
        }
        let home = is_home.then(|| engine.examples(visit.ui.language()));
        Ok(held(page::render_search(
            &question,
            &answer,
            &visit,
            home.as_deref(),
        )))
    });
    Ok(html(drawn.await??, chosen))
}

/// Returns true if an address has no parameters but the language.
fn is_bare(uri: &Uri, chosen: Option<Ui>) -> bool {
    uri.query()
        .is_none_or(|query| chosen.is_some() && query.starts_with("ui=") && !query.contains('&'))
}

/// Every document that answers a question, to choose from: the filter of the search page has no room for them.
pub(crate) async fn sources(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_sources(uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let Question { search, window, .. } = &asked.question;
        let (ids, known) = (engine.ids(search, window.sort)?, engine.sources()?);
        Ok(page::render_sources(&asked, &ids, &known, visit))
    })
    .await
}

/// Every value of a filter, likewise.
pub(crate) async fn values(
    State(site): State<Arc<Site>>,
    Path(field): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let facet = find_facet(&field)?;
    let asked = parse_sources(uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let values = engine.values(&asked.question.search, facet)?;
        Ok(page::render_values(facet, &asked, &values, visit))
    })
    .await
}

/// What the index holds of its folders, and what it does not.
pub(crate) async fn coverage(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let coverage = engine.coverage();
        Ok(page::render_coverage(&coverage, visit))
    })
    .await
}

/// The reading list, which the reader's browser keeps.
pub(crate) async fn reading_list(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let list = page::render_reading_list(&visit(&site, &headers, asked.ui));
    Ok(html(held(list), asked.ui))
}

pub(crate) async fn help(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let help = page::render_help(&visit(&site, &headers, asked.ui));
    Ok(html(held(help), asked.ui))
}

/// The page of the API.
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let page = page::render_api(&visit(&site, &headers, asked.ui), operations());
    Ok(html(held(page), asked.ui))
}

pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = page::assets::find(&name).ok_or_else(|| {
        Problem::new(
            ProblemKind::UnknownAddress,
            "there is no such file; /help lists what there is",
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        // The name holds a hash of the content.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes.as_slice()).into_response())
}

pub(crate) async fn favicon() -> Redirect {
    Redirect::temporary(&page::assets::href("favicon.svg"))
}

/// Crawlers are welcome to the documents, not to the endless space of queries.
pub(crate) async fn robots() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        StatusCode::OK,
        headers,
        "User-agent: *\nDisallow: /search\nDisallow: /api/\nDisallow: /*?\n",
    )
        .into_response()
}
