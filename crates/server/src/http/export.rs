//! Result lists to take away: the same question as the page's, answered in full (up to a cap) as a file or a feed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::address::encode;
use crate::calendar::today;
use crate::error::ServerError;
use crate::http::backend::Answers;
use crate::http::site::Site;
use crate::http::stream::{Pieces, body_of};
use crate::page::assets;
use crate::page::export::{Export, open_search};
use crate::question::{MAX_DEPTH_HITS, MAX_PER_PAGE, Question, Sort, Window};
use crate::request::address::search_href;
use crate::request::language::Ui;
use crate::request::params::{NOTHING, SEARCH_PAGE};
use crate::request::parse::{parse_document, parse_search};
use crate::request::problem::Problem;

/// Entries of a feed: readers ask often and want the news.
const FEED_ENTRIES: usize = 50;
/// Time that the searches of one list may take together; a list that takes longer is cut and says so.
const EXPORT_DEADLINE: Duration = Duration::from_secs(10);

struct Format {
    extension: &'static str,
    media_type: &'static str,
    write: fn(&Export<'_>) -> String,
}

const CSV: Format = Format {
    extension: "csv",
    media_type: "text/csv; charset=utf-8",
    write: |export| export.csv(),
};
const JSON: Format = Format {
    extension: "json",
    media_type: "application/json",
    write: |export| export.json(),
};
const RIS: Format = Format {
    extension: "ris",
    media_type: "application/x-research-info-systems",
    write: |export| export.ris(),
};
const BIBTEX: Format = Format {
    extension: "bib",
    media_type: "application/x-bibtex; charset=utf-8",
    write: |export| export.bibtex(),
};

pub(crate) async fn csv(
    state: State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(state, uri, headers, CSV).await
}

pub(crate) async fn json(
    state: State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(state, uri, headers, JSON).await
}

pub(crate) async fn ris(
    state: State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(state, uri, headers, RIS).await
}

pub(crate) async fn bibtex(
    state: State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(state, uri, headers, BIBTEX).await
}

async fn file(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
    format: Format,
) -> Result<Response, Problem> {
    let (question, _) = parse_search(SEARCH_PAGE, uri.query())?;
    let today = today();
    let disposition = disposition(&question.search.query.q, &today, format.extension);
    let mut list = List::of(&site, question, site.origin(&headers), today, format.write)?;
    let first = list.next_page().await?;
    let body = body_of(move |pieces| async move { list.send(first, &pieces).await });
    let mut response = ([(header::CONTENT_TYPE, format.media_type)], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A list that is written a page at a time, each on a search thread for itself: other clients come in between.
struct List {
    site: Arc<Site>,
    engine: Arc<dyn Answers>,
    question: Question,
    origin: String,
    today: String,
    page: String,
    write: fn(&Export<'_>) -> String,
    /// Hits written so far.
    written: usize,
    /// Time that the pages have taken.
    spent: Duration,
    is_done: bool,
}

impl List {
    fn of(
        site: &Arc<Site>,
        question: Question,
        origin: String,
        today: String,
        write: fn(&Export<'_>) -> String,
    ) -> Result<Self, Problem> {
        // A list to take away names every document.
        let question = question
            .sources(0)
            .page(1)
            .per_page(MAX_PER_PAGE)
            .group_duplicates(false);
        Ok(Self {
            engine: site.engine()?,
            site: Arc::clone(site),
            page: page_of(&question),
            question,
            origin,
            today,
            write,
            written: 0,
            spent: Duration::ZERO,
            is_done: false,
        })
    }

    /// Sends the page `first` and all behind it; breaks off where one fails.
    async fn send(mut self, first: String, pieces: &Pieces) {
        let mut page = Some(first);
        while let Some(text) = page {
            if pieces.send(text).await.is_err() || self.is_done {
                return;
            }
            page = self.next_page().await.ok();
        }
        pieces.break_off().await;
    }

    async fn next_page(&mut self) -> Result<String, Problem> {
        let started = Instant::now();
        let (engine, question) = (Arc::clone(&self.engine), self.question.clone());
        let answer = self
            .site
            .pool
            .run(move || engine.search(&question))
            .await??;
        self.spent += started.elapsed();
        let hits = &answer.hits[..answer.hits.len().min(MAX_DEPTH_HITS - self.written)];
        let is_end = hits.len() < MAX_PER_PAGE || self.written + hits.len() >= MAX_DEPTH_HITS;
        let is_cut = answer.partial || !is_end && self.spent > EXPORT_DEADLINE;
        self.is_done = is_end || is_cut;
        let export = Export {
            q: &self.question.search.query.q,
            total: answer.total.value,
            expanded_total: answer.expanded_total,
            hits,
            before: self.written,
            is_last: self.is_done,
            is_cut,
            index: &answer.index,
            origin: &self.origin,
            page: &self.page,
            retrieved: &self.today,
        };
        let text = (self.write)(&export);
        self.written += hits.len();
        self.question.window.page += 1;
        Ok(text)
    }
}

/// Address of a list as a page.
fn page_of(question: &Question) -> String {
    let question = question.clone().per_page(Window::default().per_page);
    search_href("/search", &question, None)
}

pub(crate) async fn atom(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (question, ui) = parse_search(SEARCH_PAGE, uri.query())?;
    let own = search_href("/search.atom", &question, ui);
    let question = question
        .sort(Sort::Added)
        .page(1)
        .per_page(FEED_ENTRIES)
        .sources(0)
        .group_duplicates(false);
    let (engine, origin, page) = (site.engine()?, site.origin(&headers), page_of(&question));
    let written = site.pool.run(move || -> Result<String, ServerError> {
        let answer = engine.search(&question)?;
        let export = Export {
            q: &question.search.query.q,
            total: answer.total.value,
            expanded_total: answer.expanded_total,
            hits: &answer.hits,
            before: 0,
            is_last: true,
            is_cut: false,
            index: &answer.index,
            origin: &origin,
            page: &page,
            retrieved: "",
        };
        Ok(export.atom(&own))
    });
    let feed = written.await??;
    Ok((
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        feed,
    )
        .into_response())
}

pub(crate) async fn description(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parse_document(NOTHING, uri.query())?;
    let tagline = Ui::pick(None, &headers).text().tagline;
    let body = open_search(
        &site.origin(&headers),
        &assets::href("favicon.svg"),
        tagline,
    );
    Ok((
        [(
            header::CONTENT_TYPE,
            "application/opensearchdescription+xml; charset=utf-8",
        )],
        body,
    )
        .into_response())
}

/// A file name with the query in it (RFC 6266): in full for those who read UTF-8, in ASCII for the others.
fn disposition(q: &str, today: &str, extension: &str) -> HeaderValue {
    let name = name_of(q);
    let stem = if name.is_empty() {
        format!("polidex-{today}")
    } else {
        format!("polidex-{name}-{today}")
    };
    let full = encode(&format!("{stem}.{extension}"));
    let value =
        format!("attachment; filename=\"polidex-{today}.{extension}\"; filename*=UTF-8''{full}");
    HeaderValue::from_str(&value).expect("percent-encoded ASCII")
}

/// The words of a query as the part of a file name.
fn name_of(q: &str) -> String {
    let words = q.split(|c: char| !c.is_alphanumeric() && c != '-');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_holds_no_surprise() {
        let value = disposition("新質\r\n\"; x=../../etc/passwd", "2024-05-01", "csv");
        let text = value.to_str().expect("ASCII");
        let expected = "attachment; filename=\"polidex-2024-05-01.csv\"; \
                        filename*=UTF-8''polidex-%E6%96%B0%E8%B3%AA-x-etc-passwd-2024-05-01.csv";
        assert_eq!(text, expected);
    }
}
