//! Concordances: as a page, as JSON, as CSV.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::concordance::MAX_LINES;
use crate::error::ServerError;
use crate::http::api::written;
use crate::http::pages::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page;
use crate::request::params::{CONCORDANCE_API, CONCORDANCE_PAGE};
use crate::request::parse::{ConcordanceRequest, parse_concordance};
use crate::request::problem::Problem;
use crate::searcher::ListPage;

fn list_page(asked: &ConcordanceRequest) -> ListPage {
    ListPage {
        number: asked.page,
        per_page: asked.per_page,
    }
}

/// The page.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_PAGE, uri.query())?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let found = engine.concordance(&asked.search, asked.by, list_page(&asked))?;
        Ok(held(page::render_concordance(
            &found,
            &asked.search,
            &visit,
        )))
    });
    Ok(html(drawn.await??, ui))
}

/// The lines as JSON.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_API, uri.query())?;
    let engine = site.engine()?;
    let answered = site
        .pool
        .run(move || written(&engine.concordance(&asked.search, asked.by, list_page(&asked))?));
    answered.await?
}

/// All lines as CSV.
pub(crate) async fn csv(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_PAGE, uri.query())?;
    let engine = site.engine()?;
    let all = ListPage {
        number: 1,
        per_page: MAX_LINES,
    };
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let found = engine.concordance(&asked.search, asked.by, all)?;
        Ok(held(page::export::concordance_csv(&found)))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"concordance.csv\""),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
    ];
    Ok((headers, drawn.await??).into_response())
}
