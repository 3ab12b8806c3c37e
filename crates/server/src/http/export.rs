//! Result lists to take away: the same question as the page's, answered in full (up to a cap) as a file or a feed.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::address::encode;
use crate::answer::{Hit, IndexInfo};
use crate::error::ServerError;
use crate::http::backend::Answers;
use crate::http::site::Site;
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
    let list = whole_list(&site, question, MAX_DEPTH_HITS).await?;
    let today = today();
    let body = (format.write)(&list.export(&site.origin(&headers), &today));
    let mut response = ([(header::CONTENT_TYPE, format.media_type)], body).into_response();
    let disposition = disposition(&list.question.search.query.q, &today, format.extension);
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, disposition);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

pub(crate) async fn atom(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (question, ui) = parse_search(SEARCH_PAGE, uri.query())?;
    let own = search_href("/search.atom", &question, ui);
    let list = whole_list(&site, question.sort(Sort::Newest), FEED_ENTRIES).await?;
    let feed = list.export(&site.origin(&headers), "").atom(&own);
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

struct WholeList {
    question: Question,
    page: String,
    found: AllHits,
}

/// Every hit of a question, from one index.
struct AllHits {
    hits: Vec<Hit>,
    total: u64,
    expanded_total: u64,
    index: IndexInfo,
}

impl WholeList {
    fn export<'a>(&'a self, origin: &'a str, today: &'a str) -> Export<'a> {
        Export {
            q: &self.question.search.query.q,
            total: self.found.total,
            expanded_total: self.found.expanded_total,
            hits: &self.found.hits,
            index: &self.found.index,
            origin,
            page: &self.page,
            retrieved: today,
        }
    }
}

/// All hits of `question`, page after page on one search thread, `cap` at most.
async fn whole_list(site: &Site, question: Question, cap: usize) -> Result<WholeList, Problem> {
    let engine = site.engine()?;
    // A list to take away names every document.
    let question = question
        .page(1)
        .per_page(MAX_PER_PAGE.min(cap))
        .group_duplicates(false);
    let asked = question.clone();
    let found = site
        .pool
        .run(move || all_hits(&*engine, asked, cap))
        .await??;
    let page = search_href(
        "/search",
        &question.clone().per_page(Window::default().per_page),
        None,
    );
    Ok(WholeList {
        page,
        question,
        found,
    })
}

fn all_hits(
    engine: &dyn Answers,
    mut question: Question,
    cap: usize,
) -> Result<AllHits, ServerError> {
    let mut hits: Vec<Hit> = Vec::new();
    loop {
        let answer = engine.search(&question)?;
        let got = answer.hits.len();
        hits.extend(answer.hits);
        if got < question.window.per_page || hits.len() >= cap {
            hits.truncate(cap);
            let (total, expanded_total) = (answer.total.value, answer.expanded_total);
            return Ok(AllHits {
                hits,
                total,
                expanded_total,
                index: answer.index,
            });
        }
        question.window.page += 1;
    }
}

/// A file name with the query in it (RFC 6266): in full for those who read UTF-8, in ASCII for the others.
fn disposition(q: &str, today: &str, extension: &str) -> HeaderValue {
    let is_safe = |c: &char| c.is_alphanumeric() || *c == '-';
    let words: String = q
        .chars()
        .map(|c| if is_safe(&c) { c } else { ' ' })
        .collect();
    let name = words.split_whitespace().collect::<Vec<_>>().join("-");
    let name: String = name.chars().take(40).collect();
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

/// Today in UTC, `YYYY-MM-DD`.
pub(crate) fn today() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    civil_date(seconds / 86_400)
}

/// The proleptic Gregorian date of a day counted from 1970-01-01: years that begin in March, so that the leap day comes
/// last, in cycles of 400.
fn civil_date(days: u64) -> String {
    let shifted = days + 719_468;
    let (cycle, day_of_cycle) = (shifted / 146_097, shifted % 146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = cycle * 400 + year_of_cycle + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        let cases = [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (20_819, "2027-01-01"),
        ];
        for (days, date) in cases {
            assert_eq!(civil_date(days), date);
        }
    }

    #[test]
    fn a_file_name_holds_no_surprise() {
        let value = disposition("新質\r\n\"; x=../../etc/passwd", "2024-05-01", "csv");
        let text = value.to_str().expect("ASCII");
        let expected = "attachment; filename=\"polidex-2024-05-01.csv\"; \
                        filename*=UTF-8''polidex-%E6%96%B0%E8%B3%AA-x-etc-passwd-2024-05-01.csv";
        assert_eq!(text, expected);
    }
}
