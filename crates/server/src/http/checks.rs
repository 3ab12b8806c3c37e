//! Drafts sent to be checked: as a page and as JSON.
//!
//! A draft lies in memory as long as its answer is made; nothing of it is written or logged. Few lie there at once, each of a
//! bounded size, and files are read where the reader given to the site reads them.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use tokio::sync::SemaphorePermit;

use crate::citation_answer::CheckReply;
use crate::error::ServerError;
use crate::http::api::written;
use crate::http::drawn::{html, visit};
use crate::http::site::Site;
use crate::http::stream::held;
use crate::page::{self, Draft};
use crate::request::form::{FormField, form_fields};
use crate::request::limits::{DRAFT_TIME, MAX_DRAFT_BODY_BYTES, MAX_DRAFT_BYTES};
use crate::request::params::{NOTHING, PLAIN_PAGE};
use crate::request::parse::parse_document;
use crate::request::problem::{Problem, ProblemKind};

/// The page with nothing to check.
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, uri.query())?;
    let visit = visit(&site, &headers, asked.ui);
    let takes_files = site.draft_reader().is_some();
    let drawn = page::render_check(&Draft::None, &visit, takes_files);
    Ok(html(held(drawn), asked.ui))
}

/// The page of a draft.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    request: Request,
) -> Result<Response, Problem> {
    let asked = parse_document(PLAIN_PAGE, request.uri().query())?;
    let visit = visit(&site, request.headers(), asked.ui);
    let engine = site.engine()?;
    let _room = room_for_a_draft(&site)?;
    let sent = Sent::receive(request).await?;
    let reader = site.draft_reader();
    let takes_files = reader.is_some();
    let drawn = site.pool.run(move || -> Result<_, ServerError> {
        let until = Instant::now() + DRAFT_TIME;
        let draft = match sent.text(|name, bytes| match &reader {
            Some(reader) => reader.read(name, bytes),
            None => Err(NO_FILES.to_owned()),
        }) {
            Err(reason) => Draft::Unread(reason),
            Ok(text) if text.trim().is_empty() => Draft::None,
            Ok(text) => {
                let items = engine.check(&text, until)?;
                Draft::Checked(text, items)
            }
        };
        Ok(held(page::render_check(&draft, &visit, takes_files)))
    });
    Ok(html(drawn.await??, asked.ui))
}

const NO_FILES: &str = "this server reads no files; paste the text";

/// Verdicts as JSON.
pub(crate) async fn json(
    State(site): State<Arc<Site>>,
    request: Request,
) -> Result<Response, Problem> {
    parse_document(NOTHING, request.uri().query())?;
    let engine = site.engine()?;
    let _room = room_for_a_draft(&site)?;
    let sent = Sent::receive(request).await?;
    let reader = site.draft_reader();
    let answered = site.pool.run(move || {
        let until = Instant::now() + DRAFT_TIME;
        let text = sent.text(|name, bytes| match &reader {
            Some(reader) => reader.read(name, bytes),
            None => Err(NO_FILES.to_owned()),
        });
        let text = text.map_err(|reason| Problem::new(ProblemKind::MalformedRequest, reason))?;
        let (items, index) = (engine.check(&text, until)?, engine.index_info());
        written(&CheckReply { items, index })
    });
    answered.await?
}

/// Room for one draft, from its first byte until it is answered: what waits to be checked lies in memory too.
fn room_for_a_draft(site: &Site) -> Result<SemaphorePermit<'_>, Problem> {
    site.draft_room.try_acquire().map_err(|_| {
        let detail = "too many drafts are being checked at once; try again in a moment";
        Problem::new(ProblemKind::Busy, detail)
    })
}

/// A draft as it was sent.
enum Sent {
    Text(String),
    File(String, Vec<u8>),
}

impl Sent {
    /// Receives a draft: a form with `text` or `file`, plain text, or `{"text": …}`.
    async fn receive(request: Request) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let body: Body = body;
        let bytes = to_bytes(body, MAX_DRAFT_BODY_BYTES).await;
        let bytes = bytes.map_err(|_| too_large())?;
        let sent = Self::of(kind, &bytes).ok_or_else(|| {
            let detail = "the body must be a form with `text` or `file`, text/plain in UTF-8, or JSON with `text`";
            Problem::new(ProblemKind::MalformedRequest, detail)
        })?;
        match sent.len_bytes() > MAX_DRAFT_BYTES {
            true => Err(too_large()),
            false => Ok(sent),
        }
    }

    fn of(kind: &str, body: &[u8]) -> Option<Self> {
        let plain = kind.split(';').next().unwrap_or_default().trim();
        match plain {
            "text/plain" => Some(Self::Text(String::from_utf8(body.to_vec()).ok()?)),
            "application/json" => {
                let value: serde_json::Value = serde_json::from_slice(body).ok()?;
                Some(Self::Text(value.get("text")?.as_str()?.to_owned()))
            }
            _ => Self::of_form(form_fields(kind, body)?),
        }
    }

    /// The file of a form, or its text where no file was chosen.
    fn of_form(fields: Vec<FormField>) -> Option<Self> {
        let mut text = None;
        for field in fields {
            match (field.name.as_str(), field.file_name) {
                ("file", Some(name)) if !field.value.is_empty() => {
                    return Some(Self::File(name, field.value));
                }
                ("text", _) => text = String::from_utf8(field.value).ok(),
                _ => {}
            }
        }
        text.map(Self::Text)
    }

    fn len_bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::File(_, bytes) => bytes.len(),
        }
    }

    fn text(
        self,
        read: impl FnOnce(&str, Vec<u8>) -> Result<String, String>,
    ) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text.replace("\r\n", "\n")),
            Self::File(name, bytes) => read(&name, bytes),
        }
    }
}

fn too_large() -> Problem {
    let detail = format!("a draft may have {MAX_DRAFT_BYTES} bytes; check it in parts");
    Problem::new(ProblemKind::BodyTooLarge, detail)
}
