//! Two documents beside each other: as a page, as JSON.

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
use crate::request::address::no_document;
use crate::request::params::{COMPARE_API, COMPARE_PAGE};
use crate::request::parse::{CompareRequest, parse_compare};
use crate::request::problem::{Problem, ProblemKind};
use crate::searcher::ListPage;

fn list_page(asked: &CompareRequest) -> ListPage {
    ListPage {
        number: asked.page,
        per_page: asked.per_page,
    }
}

/// The page; without the second document a list to choose it from, without the first a list for that.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_compare(COMPARE_PAGE, uri.query())?;
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let engine = site.engine()?;
    let ids = asked.question.a.clone();
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        if !asked.is_whole() {
            let known = engine.sources()?;
            return Ok(Some(held(page::render_choice(&asked, &known, &visit))));
        }
        let found = engine.compare(&asked.question, list_page(&asked))?;
        Ok(found.map(|found| held(page::render_comparison(&found, &asked, &visit))))
    });
    let drawn = drawn.await??.ok_or_else(|| no_document(&ids))?;
    Ok(html(drawn, ui))
}

/// The rows as JSON.
pub(crate) async fn json(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_compare(COMPARE_API, uri.query())?;
    for (name, id) in [("a", &asked.question.a), ("b", &asked.question.b)] {
        if id.is_empty() {
            let detail = format!("`{name}` must be the id of a document");
            return Err(Problem::new(ProblemKind::MalformedParameter, detail).about(name));
        }
    }
    let engine = site.engine()?;
    let id = asked.question.a.clone();
    let answered = site.pool.run(move || {
        let found = engine.compare(&asked.question, list_page(&asked))?;
        written(&found.ok_or_else(|| no_document(&id))?)
    });
    answered.await?
}
