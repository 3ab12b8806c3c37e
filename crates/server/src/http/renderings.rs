//! Renderings of a term, as a page and as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::error::ServerError;
use crate::http::api::written;
use crate::http::pages::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
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
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let found = engine.renderings(&asked.search)?;
        Ok(held(page::render_renderings(&found, &asked.search, &visit)))
    });
    Ok(html(drawn.await??, ui))
}

/// The renderings as JSON.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_concordance(RENDERINGS_API, uri.query())?;
    let engine = site.engine()?;
    let answered = site
        .pool
        .run(move || written(&engine.renderings(&asked.search)?));
    answered.await?
}
