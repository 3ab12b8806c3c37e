//! Concordances: as a page, as JSON, as CSV.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::concordance::MAX_LINES;
use crate::http::drawn::{answered, drawn, table};
use crate::http::site::Site;
use crate::page;
use crate::question::ListPage;
use crate::request::params::{CONCORDANCE_API, CONCORDANCE_PAGE};
use crate::request::parse::parse_concordance;
use crate::request::problem::Problem;

/// The page.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let found = engine.concordance(&asked.search, asked.by, asked.list)?;
        Ok(page::render_concordance(&found, &asked.search, visit))
    })
    .await
}

/// The lines as JSON.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_API, uri.query())?;
    answered(&site, move |engine| {
        Ok(engine.concordance(&asked.search, asked.by, asked.list)?)
    })
    .await
}

/// All lines as CSV.
pub(crate) async fn csv(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(CONCORDANCE_PAGE, uri.query())?;
    let all = ListPage {
        number: 1,
        per_page: MAX_LINES,
    };
    let attachment = "attachment; filename=\"concordance.csv\"";
    table(&site, attachment, move |engine| {
        let found = engine.concordance(&asked.search, asked.by, all)?;
        Ok(page::export::concordance_csv(&found))
    })
    .await
}
