//! The login page, and the two forms that begin and end a session.

use std::sync::Arc;
use std::time::Instant;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::address::with_pairs;
use crate::http::client::Peer;
use crate::http::drawn::html;
use crate::http::entry::{LOGIN, SESSION, check_origin, current_user};
use crate::http::rate_limit::too_many_requests;
use crate::http::site::Site;
use crate::http::stream::held;
use crate::login::Doors;
use crate::page::{self, LoginView};
use crate::request::language::Ui;
use crate::request::limits::MAX_FORM_BYTES;
use crate::request::parse::parse_pairs;
use crate::request::problem::{Problem, ProblemKind};

/// Cost of a try to log in, where a second pays 1 and ten are a burst: five at once, then one in two seconds.
const TRY_COST: u32 = 2;

type Pairs = Vec<(String, String)>;

/// The form, or the name of who is logged in with the way out.
pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let doors = doors_of(&site)?;
    let pairs = parse_pairs(uri.query())?;
    let chosen = Ui::from_code(value_of(&pairs, "ui"));
    let view = LoginView {
        ui: Ui::pick(chosen, &headers),
        chosen,
        next: own_address(value_of(&pairs, "next")).to_owned(),
        has_failed: !value_of(&pairs, "failed").is_empty(),
        has_passwords: doors.have_passwords(),
        user: current_user().map(|user| user.to_string()),
    };
    Ok(html(held(page::render_login(&view)), chosen))
}

/// Begins a session.
pub(crate) async fn enter(
    State(site): State<Arc<Site>>,
    request: Request,
) -> Result<Response, Problem> {
    let doors = doors_of(&site)?.clone();
    check_origin(&site, request.headers())?;
    charge(&site, &request)?;
    let pairs = form_of(request).await?;
    let next = own_address(value_of(&pairs, "next")).to_owned();
    let (name, password) = (value_of(&pairs, "name"), value_of(&pairs, "password"));
    let (name, password) = (name.trim().to_owned(), password.to_owned());
    let entered = site.pool.run(move || doors.enter(&name, &password)).await?;
    let Some((cookie, seconds)) = entered else {
        let kept = [("next", next), ("failed", "1".to_owned())];
        return Ok(Redirect::to(&with_pairs(LOGIN, &kept)).into_response());
    };
    let mut response = Redirect::to(&next).into_response();
    set_cookie(&site, &mut response, &cookie, seconds)?;
    Ok(response)
}

/// Ends the session of a browser.
pub(crate) async fn leave(
    State(site): State<Arc<Site>>,
    request: Request,
) -> Result<Response, Problem> {
    doors_of(&site)?;
    check_origin(&site, request.headers())?;
    let mut response = Redirect::to(LOGIN).into_response();
    set_cookie(&site, &mut response, "", 0)?;
    Ok(response)
}

fn doors_of(site: &Site) -> Result<&Doors, Problem> {
    let open = || {
        let detail = "this server needs no login; /help lists what there is";
        Problem::new(ProblemKind::UnknownAddress, detail)
    };
    site.settings.doors.as_ref().ok_or_else(open)
}

/// Refuses a client that tries too often.
fn charge(site: &Site, request: &Request) -> Result<(), Problem> {
    let Some(peer) = request.extensions().get::<Peer>() else {
        return Ok(());
    };
    let client = site.proxies.client_of(peer.address, request.headers());
    let charged = site.login_limiter.charge(client, TRY_COST, Instant::now());
    charged.map_err(too_many_requests)
}

async fn form_of(request: Request) -> Result<Pairs, Problem> {
    let body = to_bytes(request.into_body(), MAX_FORM_BYTES).await;
    let body = body.map_err(|_| {
        let detail = format!("a form has at most {MAX_FORM_BYTES} bytes");
        Problem::new(ProblemKind::BodyTooLarge, detail)
    })?;
    let text = std::str::from_utf8(&body).map_err(|_| {
        let detail = "a form is sent as application/x-www-form-urlencoded";
        Problem::new(ProblemKind::MalformedRequest, detail)
    })?;
    parse_pairs(Some(text))
}

fn value_of<'a>(pairs: &'a [(String, String)], wanted: &str) -> &'a str {
    let mut pairs = pairs.iter();
    pairs
        .find(|(name, _)| name == wanted)
        .map_or("", |(_, value)| value)
}

/// The address to go on to, if it is one of this site; else the start page. Browsers take `//host` and `/\host` for other
/// sites.
fn own_address(next: &str) -> &str {
    let is_own = next.starts_with('/') && !next.starts_with("//");
    let is_plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_own && is_plain { next } else { "/" }
}

fn set_cookie(
    site: &Site,
    response: &mut Response,
    value: &str,
    seconds: u64,
) -> Result<(), Problem> {
    let is_secure = site
        .settings
        .base_url
        .as_ref()
        .is_some_and(|base| base.is_secure());
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION}={value}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| {
        Problem::new(
            ProblemKind::Internal,
            "the session could not be written; try again",
        )
    })?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for own in ["/", "/search?q=a%20b", "/documents/x?q=//y"] {
            assert_eq!(own_address(own), own);
        }
        for other in [
            "",
            "//evil",
            "/\\evil",
            "https://evil",
            "search",
            "/a\r\nb",
            "/政",
        ] {
            assert_eq!(own_address(other), "/", "{other:?}");
        }
    }
}
