//! Renderings of a term, as a page and as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::http::drawn::{answered, drawn};
use crate::http::site::Site;
use crate::page;
use crate::request::params::{RENDERINGS_API, RENDERINGS_PAGE};
use crate::request::parse::parse_concordance;
use crate::request::problem::Problem;

/// The page.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_concordance(RENDERINGS_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let found = engine.renderings(&asked.search)?;
        Ok(page::render_renderings(&found, &asked.search, visit))
    })
    .await
}

/// The renderings as JSON.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(RENDERINGS_API, uri.query())?;
    answered(&site, move |engine| Ok(engine.renderings(&asked.search)?)).await
}
