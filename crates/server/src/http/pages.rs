//! The pages: the same questions as the API's, drawn for people.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::calendar::today;
use crate::error::ServerError;
use crate::http::api::find_facet;
use crate::http::backend::Answers;
use crate::http::entry::current_user;
use crate::http::openapi::operations;
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page::{self, Visit};
use crate::question::Question;
use crate::request::language::Ui;
use crate::request::params::{PLAIN_PAGE, SEARCH_PAGE};
use crate::request::parse::{SearchRequest, parse_document, parse_search, parse_sources};
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

pub(crate) fn visit(site: &Site, headers: &HeaderMap, chosen: Option<Ui>) -> Visit {
    Visit {
        origin: site.origin(headers),
        today: today(),
        ui: Ui::pick(chosen, headers),
        chosen,
        account: current_user().map(|user| user.to_string()),
    }
}

/// Every document that answers a question, to choose from: the filter of the search page has no room for them.
pub(crate) async fn sources(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    list_page(&site, &uri, &headers, |engine, asked, visit| {
        let Question { search, window, .. } = &asked.question;
        let (ids, known) = (engine.ids(search, window.sort)?, engine.sources()?);
        Ok(page::render_sources(asked, &ids, &known, visit))
    })
    .await
}

/// A list to choose from, drawn on a search thread.
async fn list_page(
    site: &Site,
    uri: &Uri,
    headers: &HeaderMap,
    draw: impl FnOnce(&dyn Answers, &SearchRequest, &Visit) -> Result<String, ServerError>
    + Send
    + 'static,
) -> Result<Response, Problem> {
    let asked = parse_sources(uri.query())?;
    let engine = site.engine()?;
    let (visit, ui) = (visit(site, headers, asked.ui), asked.ui);
    let drawn = site
        .pool
        .run(move || draw(engine.as_ref(), &asked, &visit).map(held));
    Ok(html(drawn.await??, ui))
}

/// Every value of a filter, likewise.
pub(crate) async fn values(
    State(site): State<Arc<Site>>,
    Path(field): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let facet = find_facet(&field)?;
    list_page(&site, &uri, &headers, move |engine, asked, visit| {
        let values = engine.values(&asked.question.search, facet)?;
        Ok(page::render_values(facet, asked, &values, visit))
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
    let engine = site.engine()?;
    let (ui, chosen) = (Ui::pick(asked.ui, &headers), asked.ui);
    let drawn = site
        .pool
        .run(move || held(page::render_coverage(&engine.coverage(), ui, chosen)));
    Ok(html(drawn.await?, chosen))
}

/// The reading list, which the reader's browser keeps.
pub(crate) async fn reading_list(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let list = page::render_reading_list(Ui::pick(asked.ui, &headers), asked.ui);
    Ok(html(held(list), asked.ui))
}

pub(crate) async fn help(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let help = page::render_help(Ui::pick(asked.ui, &headers), asked.ui);
    Ok(html(held(help), asked.ui))
}

/// The page of the API.
pub(crate) async fn api(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let page = page::render_api(Ui::pick(asked.ui, &headers), asked.ui, operations());
    Ok(html(held(page), asked.ui))
}

/// A page; an interface language chosen in its address is remembered for a year.
pub(crate) fn html(body: Body, chosen: Option<Ui>) -> Response {
    let mut response = axum::response::Html(body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Cookie"),
    );
    if let Some(ui) = chosen {
        headers.insert(header::SET_COOKIE, HeaderValue::from_static(ui.cookie()));
    }
    response
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
