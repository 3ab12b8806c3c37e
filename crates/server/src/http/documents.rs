//! Documents: as a page, as JSON, as plain text; long ones part by part.
//!
//! Nothing of a document is drawn or serialized on an asynchronous thread.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use crate::address::{document_address, with_pairs};
use crate::answer::{Document, DocumentPart, Piece};
use crate::citation_answer::CitationLinks;
use crate::error::ServerError;
use crate::http::api::fresh;
use crate::http::backend::Answers;
use crate::http::drawn::{html, visit};
use crate::http::site::{ShowOriginal, Site};
use crate::http::stream::{Gone, Pieces, body_of, held, packed};
use crate::page::{self, Beside, Visit};
use crate::question::{PartialDate, Query};
use crate::request::address;
use crate::request::language::Ui;
use crate::request::params::{DOCUMENT_API, DOCUMENT_PAGE};
use crate::request::parse::{DocumentRequest, parse_document};
use crate::request::problem::{Problem, ProblemKind};

/// Repairs in a piece of a body.
const REPAIRS_A_PIECE: usize = 6_000;

/// The reading page.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(DOCUMENT_PAGE, uri.query())?;
    let source = Source::of(&site, uri.path(), "/documents/", &asked.query)?;
    if asked.is_plain {
        return source.plain_text().await;
    }
    let (visit, ui) = (visit(&site, &headers, asked.ui), asked.ui);
    let (engine, id) = (Arc::clone(&source.engine), source.id.clone());
    if let Some(day) = asked.as_of {
        return source.on_day(day, asked.place, ui).await;
    }
    let originals = site.originals();
    if let Some(place) = asked.place.clone() {
        return source.at_place(place, ui).await;
    }
    let drawn = site
        .pool
        .run(move || drawn_page(engine.as_ref(), originals.as_deref(), &id, &asked, &visit));
    let drawn = drawn.await??;
    let page = drawn.ok_or_else(|| address::no_document(&source.id))?;
    Ok(html(page, ui))
}

/// Draws what is asked for of the document `id`; `None` when there is no such document.
fn drawn_page(
    engine: &dyn Answers,
    originals: Option<&dyn ShowOriginal>,
    id: &str,
    asked: &DocumentRequest,
    visit: &Visit,
) -> Result<Option<Body>, ServerError> {
    let document = match &asked.speaker {
        Some(speaker) => engine.spoken_by(id, &asked.query, speaker)?,
        None => engine.document_piece(id, &asked.query, asked.piece())?,
    };
    let Some(document) = document else {
        return Ok(None);
    };
    let passages = &document.passages;
    // All of a document is read for its speakers, so only where there are some.
    let is_spoken = passages.iter().any(|passage| passage.speaker.is_some());
    let speakers = match is_spoken || asked.speaker.is_some() {
        true => engine.speakers(id)?,
        false => Vec::new(),
    };
    let links = match asked.as_published {
        true => CitationLinks::default(),
        false => engine.citation_links(&document)?,
    };
    let is_paged = passages.iter().any(|passage| passage.page.is_some());
    let has_original = is_paged
        && originals.is_some_and(|originals| originals.has(&document.path, &document.content_hash));
    let beside = Beside {
        links: &links,
        speakers: &speakers,
        has_original,
    };
    let drawn = page::render_document(&document, &beside, asked, visit);
    Ok(Some(held(drawn)))
}

/// A document as JSON: whole, or the window that is asked for.
pub(crate) async fn json(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_document(DOCUMENT_API, uri.query())?;
    let source = Source::of(&site, uri.path(), "/api/v1/documents/", &asked.query)?;
    let is_window = asked.is_window();
    let first = source
        .read(asked.piece(), move |document| {
            First::of(document, is_window)
        })
        .await?;
    let first = first.ok_or_else(|| address::no_document(&source.id))?;
    let body = match first.map_err(|_| not_serialized())? {
        First::Whole(body) => body,
        First::Head(head, part) => body_of(move |pieces| async move {
            if source.send_json(&pieces, head, &part).await.is_err() {
                pieces.break_off().await;
            }
        }),
    };
    Ok(fresh(([(header::CONTENT_TYPE, "application/json")], body)))
}

/// Beginning of a document as JSON.
enum First {
    /// All of it.
    Whole(Body),
    /// Of a long document its description, to which the text is added piece by piece.
    Head(Vec<u8>, DocumentPart),
}

impl First {
    fn of(mut document: Document, is_window: bool) -> serde_json::Result<Self> {
        match document.part.clone().filter(|_| !is_window) {
            Some(part) => Ok(Self::Head(Head::of(&mut document)?, part)),
            None => Ok(Self::Whole(held(serde_json::to_vec(&document)?))),
        }
    }
}

fn not_serialized() -> Problem {
    Problem::new(
        ProblemKind::Internal,
        "the document could not be written; try again",
    )
}

/// Beginning of a long document's JSON: everything that is not text.
struct Head;

impl Head {
    fn of(document: &mut Document) -> serde_json::Result<Vec<u8>> {
        document.passages.clear();
        document.repairs.clear();
        document.as_published = None;
        let mut head = serde_json::to_value(&*document)?;
        if let Some(fields) = head.as_object_mut() {
            for later in ["passages", "repairs", "as_published", "mark_count"] {
                fields.remove(later);
            }
        }
        let mut head = serde_json::to_vec(&head)?;
        head.pop();
        head.extend(br#","passages":["#);
        Ok(head)
    }
}

/// A document to be read piece by piece.
struct Source {
    site: Arc<Site>,
    engine: Arc<dyn Answers>,
    id: String,
    query: Query,
}

impl Source {
    fn of(site: &Arc<Site>, path: &str, prefix: &str, query: &Query) -> Result<Self, Problem> {
        Ok(Self {
            id: address::id_of_path(path, prefix)?,
            engine: site.engine()?,
            site: Arc::clone(site),
            query: query.clone(),
        })
    }

    /// Sends the reader on to the version that was in force on a day.
    async fn on_day(
        self,
        day: PartialDate,
        place: Option<String>,
        ui: Option<Ui>,
    ) -> Result<Response, Problem> {
        let (engine, id) = (Arc::clone(&self.engine), self.id.clone());
        let found = self.site.pool.run(move || engine.version_on(&id, day));
        let found = found.await??;
        let address = document_address(&found, &self.query);
        let place = place.map(|place| ("place", place));
        let ui = ui.map(|ui| ("ui", ui.code().to_owned()));
        let pairs: Vec<(&str, String)> = place.into_iter().chain(ui).collect();
        Ok(Redirect::to(&with_pairs(&address, &pairs)).into_response())
    }

    /// Sends the reader on to the passage that a place begins with.
    async fn at_place(self, place: String, ui: Option<Ui>) -> Result<Response, Problem> {
        let (engine, id) = (Arc::clone(&self.engine), self.id.clone());
        let found = self.site.pool.run(move || engine.place_text(&id, &place));
        let found = found
            .await??
            .ok_or_else(|| address::no_document(&self.id))?;
        let (address, anchor) = found.url.split_once('#').unwrap_or((&found.url, ""));
        let ui = ui.map(|ui| ("ui", ui.code().to_owned()));
        let mut address = with_pairs(address, ui.as_slice());
        if !anchor.is_empty() {
            address.push('#');
            address.push_str(anchor);
        }
        Ok(Redirect::to(&address).into_response())
    }

    /// Reads a piece and makes something of it, on a search thread.
    async fn read<T: Send + 'static>(
        &self,
        piece: Piece,
        make: impl FnOnce(Document) -> T + Send + 'static,
    ) -> Result<Option<T>, Problem> {
        let (engine, id, query) = (
            Arc::clone(&self.engine),
            self.id.clone(),
            self.query.clone(),
        );
        let read =
            move || Ok::<_, ServerError>(engine.document_piece(&id, &query, piece)?.map(make));
        Ok(self.site.pool.run(read).await??)
    }

    /// The whole text without marks, a blank line between passages.
    async fn plain_text(self) -> Result<Response, Problem> {
        let first = self
            .read(Piece::Part(1), |document| {
                let count = document.part.as_ref().map_or(1, |part| part.count);
                (plain(&document), count)
            })
            .await?;
        let (first, count) = first.ok_or_else(|| address::no_document(&self.id))?;
        let body = body_of(move |pieces| async move {
            if self.send_plain(&pieces, first, count).await.is_err() {
                pieces.break_off().await;
            }
        });
        let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        let mut response = (headers, body).into_response();
        let cache = HeaderValue::from_static("private, no-cache");
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
        Ok(response)
    }

    async fn send_plain(&self, pieces: &Pieces, first: String, count: usize) -> Result<(), Gone> {
        pieces.send(first).await?;
        for part in 2..=count {
            let text = self
                .read(Piece::Part(part), |document| plain(&document))
                .await;
            pieces.send(text.ok().flatten().ok_or(Gone)?).await?;
        }
        Ok(())
    }

    async fn send_json(
        &self,
        pieces: &Pieces,
        head: Vec<u8>,
        part: &DocumentPart,
    ) -> Result<(), Gone> {
        pieces.send(head).await?;
        let mark_count = self.send_passages(pieces, part.count).await?;
        let between = format!(r#"],"mark_count":{mark_count},"repairs":["#);
        pieces.send(between).await?;
        self.send_repairs(pieces, part.repair_count).await?;
        pieces.send(r#"],"as_published":"#).await?;
        self.send_published(pieces, part.published_count).await?;
        pieces.send("}").await
    }

    /// The repairs as the inside of a JSON list.
    async fn send_repairs(&self, pieces: &Pieces, count: usize) -> Result<(), Gone> {
        for first in (0..count).step_by(REPAIRS_A_PIECE) {
            let piece = Piece::Repairs {
                first,
                count: REPAIRS_A_PIECE,
            };
            let list = self.read(piece, |document| listed(&document.repairs)).await;
            pieces.send(if first > 0 { "," } else { "" }).await?;
            let list = list.ok().flatten().flatten().ok_or(Gone)?;
            pieces.send_packed(list).await?;
        }
        Ok(())
    }

    /// Sends the passages of all parts, and returns the number of their marks.
    async fn send_passages(&self, pieces: &Pieces, count: usize) -> Result<usize, Gone> {
        let mut mark_count = 0;
        for number in 1..=count {
            let passages = self.read(Piece::Part(number), |document| {
                let passages = &document.passages;
                (listed(passages), document.mark_count, passages.is_empty())
            });
            let (list, marks, is_empty) = passages.await.ok().flatten().ok_or(Gone)?;
            mark_count += marks;
            let comma = if number > 1 && !is_empty { "," } else { "" };
            pieces.send(comma).await?;
            pieces.send_packed(list.ok_or(Gone)?).await?;
        }
        Ok(mark_count)
    }

    /// The text as published as a JSON string; `null` where it is the stored text.
    async fn send_published(&self, pieces: &Pieces, count: usize) -> Result<(), Gone> {
        if count == 0 {
            return pieces.send("null").await;
        }
        pieces.send("\"").await?;
        let mut rest = Vec::new();
        for piece in 0..count {
            let (engine, id) = (Arc::clone(&self.engine), self.id.clone());
            let read = self.site.pool.run(move || {
                let bytes = engine.published_piece(&id, piece).ok()??;
                rest.extend(bytes);
                let quoted = serde_json::to_string(&take_valid_utf8(&mut rest)).ok()?;
                Some((quoted[1..quoted.len() - 1].to_owned(), rest))
            });
            let (quoted, left) = read.await.ok().flatten().ok_or(Gone)?;
            rest = left;
            pieces.send(quoted).await?;
        }
        pieces.send("\"").await
    }
}

fn plain(document: &Document) -> String {
    let mut text = String::new();
    for passage in &document.passages {
        text.push_str(&passage.text);
        text.push_str("\n\n");
    }
    text
}

/// Entries of a JSON array without its brackets, packed.
fn listed<T: Serialize>(entries: &[T]) -> Option<Vec<u8>> {
    let list = serde_json::to_vec(entries).ok()?;
    Some(packed(list.get(1..list.len() - 1)?))
}

/// Takes the text off the start of `bytes`, which may end within a character.
fn take_valid_utf8(bytes: &mut Vec<u8>) -> String {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(error) => error.valid_up_to(),
    };
    let text = String::from_utf8_lossy(&bytes[..valid]).into_owned();
    bytes.drain(..valid);
    text
}
