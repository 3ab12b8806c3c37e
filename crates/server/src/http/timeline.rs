//! Hits over time: as a page, as JSON, and as CSV for those who accept `text/csv`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::error::ServerError;
use crate::http::api::{fresh, written};
use crate::http::drawn::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page;
use crate::request::params::{TIMELINE_API, TIMELINE_PAGE};
use crate::request::parse::parse_timeline;
use crate::request::problem::Problem;

/// Answers `/timeline`.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (question, chosen) = parse_timeline(TIMELINE_PAGE, uri.query())?;
    let engine = site.engine()?;
    let visit = visit(&site, &headers, chosen);
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let timeline = engine.timeline(&question)?;
        Ok(held(page::render_timeline(&question, &timeline, &visit)))
    });
    Ok(html(drawn.await??, chosen))
}

/// Answers `/api/v1/timeline`.
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (question, _) = parse_timeline(TIMELINE_API, uri.query())?;
    let engine = site.engine()?;
    let wants_csv = wants_csv(&headers);
    let answered = site.pool.run(move || {
        let timeline = engine.timeline(&question)?;
        if wants_csv {
            let body = held(page::export::timeline_csv(&timeline));
            let media_type = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
            return Ok(fresh((media_type, body)));
        }
        written(&timeline)
    });
    let mut response: Response = answered.await??.into_response();
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// Returns true if CSV is asked for, and not only among all else.
fn wants_csv(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accept.filter_map(|accept| accept.to_str().ok());
    accepted.any(|accept| accept.to_ascii_lowercase().contains("text/csv"))
}
