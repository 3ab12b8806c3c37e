//! Two documents beside each other: as a page, as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::http::drawn::{answered, drawn};
use crate::http::site::Site;
use crate::page;
use crate::request::address::no_document;
use crate::request::params::{COMPARE_API, COMPARE_PAGE};
use crate::request::parse::parse_compare;
use crate::request::problem::{Problem, ProblemKind};

/// The page; without the second document a list to choose it from, without the first a list for that.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_compare(COMPARE_PAGE, uri.query())?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        if !asked.is_whole() {
            let known = engine.sources()?;
            return Ok(page::render_choice(&asked, &known, visit));
        }
        let found = engine.compare(&asked.question, asked.list)?;
        let found = found.ok_or_else(|| no_document(&asked.question.a))?;
        Ok(page::render_comparison(&found, &asked, visit))
    })
    .await
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
    answered(&site, move |engine| {
        let found = engine.compare(&asked.question, asked.list)?;
        found.ok_or_else(|| no_document(&asked.question.a))
    })
    .await
}
