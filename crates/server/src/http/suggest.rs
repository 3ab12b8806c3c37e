//! `/api/v1/suggest`: ways to go on from what is being typed.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::http::api::fresh;
use crate::http::site::Site;
use crate::request::params::SUGGEST_API;
use crate::request::parse::parse_suggest;
use crate::request::problem::Problem;

pub(crate) async fn suggest(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let asked = parse_suggest(SUGGEST_API, uri.query())?;
    let engine = site.engine()?;
    let suggestions = site
        .pool
        .run(move || engine.suggest(&asked.q, asked.limit, asked.script))
        .await?;
    Ok(fresh(Json(suggestions)))
}
