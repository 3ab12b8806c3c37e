//! The JSON API: the engine's answers as they are.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::address::with_pairs;
use crate::answer::{DocumentSummary, FacetValue, IndexInfo};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::question::Facet;
use crate::request::address::neighbours;
use crate::request::limits::MOST_SOURCES;
use crate::request::params::{NOTHING, SEARCH_ANSWER_API, SEARCH_API};
use crate::request::parse::{parse_document, parse_listing, parse_search};
use crate::request::problem::{Problem, ProblemKind};
use crate::request::returned::Returned;

/// The reply of `/api/v1/sources`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Sources<'a> {
    /// Documents, by id.
    pub(crate) sources: &'a [DocumentSummary],
    /// Number of all documents.
    pub(crate) total: usize,
    /// Address of those that follow, if there are any.
    pub(crate) next: Option<String>,
    /// The index that answered.
    pub(crate) index: IndexInfo,
}

/// The reply of `/api/v1/filters/{field}`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Values {
    /// `publisher`, `lang`, `kind`, `year` or `cited`.
    pub(crate) field: &'static str,
    /// Every value, in the order and with the counts of an answer's facet.
    pub(crate) values: Vec<FacetValue>,
    /// The index that answered.
    pub(crate) index: IndexInfo,
}

/// The reply of `/healthz` and `/readyz`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// `ok`.
    pub(crate) status: &'static str,
    /// The index that answers; absent in `/healthz`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<IndexInfo>,
    /// The newest generation, when it was passed over: it is damaged or cannot be read, and `index`, an older one, answers in
    /// its place. `polidex doctor` says more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passed_over: Option<String>,
}

pub(crate) async fn search(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let (question, _) = parse_search(SEARCH_ANSWER_API, uri.query())?;
    let returned = Returned::parse(uri.query())?;
    let engine = site.engine()?;
    let asked = question.clone().sources(returned.sources());
    let metrics = Arc::clone(&site.metrics);
    let answered = site.pool.run(move || {
        let mut answer = engine.search(&asked)?;
        metrics.note_search(&answer);
        answer.links = neighbours("/api/v1/search", &question, None, answer.page.listed);
        returned.cut(&mut answer);
        match returned.chosen(&answer) {
            Some(chosen) => written(&chosen.map_err(|_| not_written())?),
            None => written(&answer),
        }
    });
    answered.await?
}

pub(crate) async fn sources(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let (after, limit) = parse_listing(uri.query())?;
    let engine = site.engine()?;
    let index = engine.index_info();
    let answered = site.pool.run(move || {
        let all = engine.sources()?;
        let first = all.partition_point(|source| source.id.as_str() <= after.as_str());
        let end = all.len().min(first + limit);
        let last = all[first..end].last().filter(|_| end < all.len());
        written(&Sources {
            sources: &all[first..end],
            total: all.len(),
            next: last.map(|last| next_sources(&last.id, limit)),
            index,
        })
    });
    answered.await?
}

/// Address of the sources behind `id`.
fn next_sources(id: &str, limit: usize) -> String {
    let mut pairs = vec![("after", id.to_owned())];
    if limit != MOST_SOURCES {
        pairs.push(("limit", limit.to_string()));
    }
    with_pairs("/api/v1/sources", &pairs)
}

pub(crate) async fn values(
    State(site): State<Arc<Site>>,
    Path(field): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let facet = find_facet(&field)?;
    let (question, _) = parse_search(SEARCH_API, uri.query())?;
    let engine = site.engine()?;
    let index = engine.index_info();
    let answered = site.pool.run(move || {
        written(&Values {
            field: facet.name(),
            values: engine.values(&question.search, facet)?,
            index,
        })
    });
    answered.await?
}

/// What the index holds of its folders, and what it does not.
pub(crate) async fn coverage(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    parse_document(NOTHING, uri.query())?;
    let engine = site.engine()?;
    site.pool.run(move || written(&engine.coverage())).await?
}

/// The facet of this name, if its values are listed in full.
pub(crate) fn find_facet(name: &str) -> Result<Facet, Problem> {
    let unknown = || {
        Problem::new(
            ProblemKind::UnknownAddress,
            "there is no such filter; there are publisher, lang, kind, year, cited",
        )
    };
    Facet::LISTED
        .into_iter()
        .find(|facet| facet.name() == name)
        .ok_or_else(unknown)
}

/// The process lives.
pub(crate) async fn healthz() -> Response {
    fresh(Json(Health {
        status: "ok",
        index: None,
        passed_over: None,
    }))
}

/// An index answers.
pub(crate) async fn readyz(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let index = site.engine()?.index_info();
    Ok(fresh(Json(Health {
        status: "ok",
        index: Some(index),
        passed_over: site.passed_over(),
    })))
}

/// Serializes a reply, on the thread that has found it.
pub(crate) fn written(reply: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(reply).map_err(|_| not_written())?;
    let body = held(body);
    Ok(fresh(([(header::CONTENT_TYPE, "application/json")], body)))
}

fn not_written() -> Problem {
    Problem::new(
        ProblemKind::Internal,
        "the answer could not be written; try again",
    )
}

pub(crate) fn fresh(body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
