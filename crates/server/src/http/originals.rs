//! Pages of original files: the picture, and the page that marks what is found on it.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::answer::{Document, Piece};
use crate::error::ServerError;
use crate::http::backend::Answers;
use crate::http::drawn::{drawn, id_of};
use crate::http::site::{NotShown, Original, Site, WantedOriginal};
use crate::page::{self, OriginalView, Shown};
use crate::question::Query;
use crate::request::address::no_document;
use crate::request::params::{ORIGINAL_PAGE, ORIGINAL_PICTURE};
use crate::request::parse::{DocumentRequest, parse_document};
use crate::request::problem::{Problem, ProblemKind};

/// Parts of a long document that are looked through for the passages of a page.
const MAX_PARTS: usize = 64;
/// Words that are marked on a page.
const MAX_WORDS: usize = 64;

/// The page with its marks, beside its text.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = parse_document(ORIGINAL_PAGE, uri.query())?;
    let id = id_of(uri.path(), "/page")?;
    let originals = site.originals().ok_or_else(not_offered)?;
    drawn(&site, &headers, asked.ui, move |engine, visit| {
        let number = asked.leaf.unwrap_or(1);
        let document = with_page(engine, &id, &asked, number)?;
        let document = document.ok_or_else(|| no_document(&id))?;
        let wanted = wanted_of(&document, &asked, number);
        if !originals.has(&document.path, &document.content_hash) {
            return Err(not_offered());
        }
        let shown = originals.page(&document.path, &document.content_hash, &wanted);
        let shown = shown.map(|page| Shown {
            height: page.height,
            page_count: page.page_count,
            marks: page.marks,
            passage: page.passage,
        });
        let text = visit.ui.text();
        let shown = shown.map_err(|reason| match reason {
            NotShown::NoSuchPage => text.original_no_such_page,
            NotShown::LacksFont => text.original_lacks_font,
            NotShown::Failed => text.original_not_drawn,
        });
        let view = OriginalView { number, shown };
        Ok(page::render_original(&document, view, &asked, visit))
    })
    .await
}

/// The picture alone.
pub(crate) async fn picture(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let asked = parse_document(ORIGINAL_PICTURE, uri.query())?;
    let id = id_of(uri.path(), "/picture")?;
    let originals = site.originals().ok_or_else(not_offered)?;
    let engine = site.engine()?;
    let drawn = site.pool.run(move || -> Result<Original, Problem> {
        let piece = Piece::Repairs { first: 0, count: 0 };
        let document = engine.document_piece(&id, &Query::default(), piece)?;
        let document = document.ok_or_else(|| no_document(&id))?;
        let wanted = WantedOriginal {
            number: asked.leaf.unwrap_or(1),
            ..WantedOriginal::default()
        };
        let shown = originals.page(&document.path, &document.content_hash, &wanted);
        shown.map_err(|_| not_offered())
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=600"),
        ),
    ];
    Ok((headers, drawn.await??.png).into_response())
}

fn not_offered() -> Problem {
    Problem::new(
        ProblemKind::UnknownAddress,
        "the original of this document is not at hand, or has changed since it was indexed",
    )
}

/// The document with the passages of page `number` alone; of a long one, the parts are looked through for it.
fn with_page(
    engine: &dyn Answers,
    id: &str,
    asked: &DocumentRequest,
    number: u32,
) -> Result<Option<Document>, ServerError> {
    let mut found: Option<Document> = None;
    for part in 1..=MAX_PARTS {
        let piece = engine.document_piece(id, &asked.query, Piece::Part(part))?;
        let Some(mut document) = piece else {
            return Ok(None);
        };
        let count = document.part.as_ref().map_or(1, |part| part.count);
        let pages = document.passages.iter().filter_map(|passage| passage.page);
        let is_behind = pages.min().is_some_and(|first| first > number);
        document
            .passages
            .retain(|passage| passage.page == Some(number));
        match &mut found {
            Some(found) => found.passages.append(&mut document.passages),
            None => found = Some(document),
        }
        if is_behind || part >= count {
            break;
        }
    }
    Ok(found)
}

/// What is to be found on a page: the words that are marked in its passages, and the passage that is asked for.
fn wanted_of(document: &Document, asked: &DocumentRequest, number: u32) -> WantedOriginal {
    let mut words: Vec<String> = Vec::new();
    for passage in &document.passages {
        for mark in &passage.offsets {
            let chars = passage.text.chars().skip(mark.start);
            let word: String = chars.take(mark.end.saturating_sub(mark.start)).collect();
            if words.len() < MAX_WORDS && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    let is_asked = |id: &str| asked.passage.as_deref() == Some(id);
    let mut passages = document.passages.iter();
    let passage = passages.find(|passage| is_asked(&passage.id));
    WantedOriginal {
        number,
        words,
        passage: passage.map_or_else(String::new, |passage| passage.text.clone()),
    }
}
