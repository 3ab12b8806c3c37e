//! What pages and replies of one shape share: the engine is asked on a search thread, and what it says is drawn there.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::calendar::today;
use crate::http::api::written;
use crate::http::backend::Answers;
use crate::http::entry::current_user;
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page::Visit;
use crate::request::address::id_of_path;
use crate::request::language::Ui;
use crate::request::problem::Problem;

/// Beginning of the addresses of documents' pages.
const PAGES: &str = "/documents/";
/// Beginning of the addresses of documents in the API.
const API: &str = "/api/v1/documents/";

/// The id of the document whose page or reply `path` is, below the document's own address as `end` says.
pub(crate) fn id_of(path: &str, end: &str) -> Result<String, Problem> {
    let path = path.strip_suffix(end).unwrap_or(path);
    let prefix = if path.starts_with(API) { API } else { PAGES };
    id_of_path(path, prefix)
}

/// The reader of a request, and the day.
pub(crate) fn visit(site: &Site, headers: &HeaderMap, chosen: Option<Ui>) -> Visit {
    Visit {
        origin: site.origin(headers),
        today: today(),
        ui: Ui::pick(chosen, headers),
        chosen,
        account: current_user().map(|user| user.to_string()),
    }
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

/// A page that `draw` makes.
pub(crate) async fn drawn(
    site: &Site,
    headers: &HeaderMap,
    ui: Option<Ui>,
    draw: impl FnOnce(&dyn Answers, &Visit) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let (visit, engine) = (visit(site, headers, ui), site.engine()?);
    let drawn = site
        .pool
        .run(move || draw(engine.as_ref(), &visit).map(held));
    Ok(html(drawn.await??, ui))
}

/// What `ask` returns, as JSON.
pub(crate) async fn answered<T: Serialize>(
    site: &Site,
    ask: impl FnOnce(&dyn Answers) -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let engine = site.engine()?;
    let answered = site.pool.run(move || written(&ask(engine.as_ref())?));
    answered.await?
}

/// A table that `write` makes, as CSV to be kept under `attachment`: `attachment; filename="reuse.csv"`.
pub(crate) async fn table(
    site: &Site,
    attachment: &'static str,
    write: impl FnOnce(&dyn Answers) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let engine = site.engine()?;
    let written = site.pool.run(move || write(engine.as_ref()).map(held));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, attachment),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, written.await??).into_response())
}
