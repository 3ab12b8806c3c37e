//! A site below a path: every address that it writes is below the path, and is answered with the prefix and without it.

use std::collections::{BTreeSet, VecDeque};

use polidex_server::http::Settings;

use super::backend::Rote;
use super::client::{Reply, Server};

const PREFIX: &str = "/polidex";

fn server() -> Server {
    let settings = Settings {
        base_url: Some("https://office.example/polidex/".parse().unwrap()),
        ..Settings::default()
    };
    let total = 45;
    let engine = Rote {
        generation: "one",
        total,
    };
    Server::with(settings, Some(engine))
}

/// Values of everything in a page that a browser would follow.
fn addresses_of(page: &str) -> Vec<String> {
    let attributes = ["href", "src", "action", "formaction", "data-cite-href"];
    let mut found = Vec::new();
    for attribute in attributes {
        for rest in page.split(&format!(" {attribute}=\"")).skip(1) {
            let value = rest.split('"').next().unwrap();
            // The script completes such an address with the id of a passage.
            let end = if attribute == "data-cite-href" {
                "p1"
            } else {
                ""
            };
            found.push(value.replace("&#38;", "&").replace("&amp;", "&") + end);
        }
    }
    found
}

/// Addresses in JSON, wherever they stand.
fn addresses_in(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Array(list) => list.iter().for_each(|value| addresses_in(value, found)),
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                let is_address = ["url", "next", "prev"].contains(&name.as_str());
                match value.as_str().filter(|_| is_address) {
                    Some(address) => found.push(address.to_owned()),
                    None => addresses_in(value, found),
                }
            }
        }
        _ => {}
    }
}

fn addresses_of_reply(reply: &Reply) -> Vec<String> {
    let media_type = reply.header("content-type").unwrap_or_default();
    if media_type.starts_with("text/html") {
        return addresses_of(&reply.body);
    }
    let mut found = Vec::new();
    if media_type == "application/json" {
        addresses_in(&serde_json::from_str(&reply.body).unwrap(), &mut found);
    }
    found
}

#[test]
fn every_link_of_every_page_stays_below_the_prefix_and_is_answered() {
    let server = server();
    let starts = [
        "",
        "/",
        "/search?q=a&source=002&sort=date&page=2&ui=zh-Hans",
        "/search?q=a&explain=true",
        "/search?q=zzzz",
        "/documents/002?q=a",
        "/sources?q=a",
        "/filters/publisher?q=a",
        "/help",
        "/api",
        "/coverage",
        "/compare?a=002&b=hostile",
        "/none",
        "/api/v1/search?q=a",
        "/api/v1/documents/002?q=a",
        "/api/v1/sources",
    ];
    let mut waiting: VecDeque<String> = starts.map(|path| format!("{PREFIX}{path}")).into();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut kinds = BTreeSet::new();
    // Filters multiply without end: as many as meet every kind of page and link.
    for _ in 0..400 {
        let Some(target) = waiting.pop_front() else {
            break;
        };
        let reply = server.get(&target);
        // The hand-made list of sources names documents that are not there.
        let is_refused = target.ends_with("/none") || target.contains("many0");
        let is_fine = reply.status == 200 || is_refused;
        assert!(is_fine, "{target}: {}", reply.status);
        kinds.insert(reply.header("content-type").unwrap().to_owned());
        for address in addresses_of_reply(&reply) {
            if !address.starts_with('/') {
                // Hand-made answers leave some of them empty.
                let is_known = address.is_empty()
                    || address.starts_with('#')
                    || address.starts_with("http")
                    || address.starts_with('?');
                assert!(is_known, "{target} → {address}");
                continue;
            }
            let is_below = address == PREFIX || address.starts_with("/polidex/");
            assert!(is_below, "{target} → {address}");
            assert!(!address[1..].starts_with("polidex/polidex"), "{address}");
            let address = address.split('#').next().unwrap().to_owned();
            if seen.insert(address.clone()) {
                waiting.push_back(address);
            }
        }
    }
    assert!(
        seen.len() > 400 && kinds.len() > 5,
        "{} {kinds:?}",
        seen.len()
    );
}

#[test]
fn a_proxy_may_take_the_prefix_off_or_leave_it() {
    let server = server();
    for target in [
        "/search?q=a",
        "/documents/002",
        "/documents/002?view=plain",
        "/api/v1/documents/002",
        "/search.csv?q=a",
        "/search.atom?q=a",
        "/opensearch.xml",
        "/robots.txt",
        "/healthz",
    ] {
        let (bare, below) = (server.get(target), server.get(&format!("{PREFIX}{target}")));
        assert_eq!((bare.status, below.status), (200, 200), "{target}");
        assert_eq!(bare.body, below.body, "{target}");
    }
    assert_eq!(server.get("/polidexx").status, 404);
    assert_eq!(server.get("/polidex/polidex/search").status, 404);
}

#[test]
fn redirects_cookies_feeds_and_problems_know_the_prefix() {
    let server = server();
    let icon = server.get("/polidex/favicon.ico");
    assert!(
        icon.header("location")
            .unwrap()
            .starts_with("/polidex/static/favicon.")
    );
    let page = server.get("/search?ui=zh-Hans");
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.contains("; Path=/polidex/;"), "{cookie}");
    let feed = server.get("/search.atom?q=a").body;
    assert!(
        feed.contains("href=\"https://office.example/polidex/search.atom?q=a\""),
        "{feed}"
    );
    assert!(!feed.contains("example/polidex/polidex") && !feed.contains("example/search"));
    let description = server.get("/opensearch.xml").body;
    let template = "template=\"https://office.example/polidex/search?q={searchTerms}\"";
    assert!(description.contains(template), "{description}");
    let problem = server.get("/api/v1/search?qq=1");
    assert!(
        problem
            .body
            .contains("\"type\":\"/polidex/help#unknown-parameter\""),
        "{}",
        problem.body
    );
    let openapi = server.get("/api/v1/openapi.json").body;
    assert!(
        openapi.contains("\"servers\":[{\"url\":\"https://office.example/polidex\"}]"),
        "{openapi}"
    );
    let length = server.ask("HEAD", "/search?q=a", &[]);
    assert!(
        length.header("content-length").is_none(),
        "it would be wrong"
    );
}

#[test]
fn a_text_that_looks_like_a_link_is_not_changed() {
    let server = server();
    let reply = server.get("/polidex/search?q=%20href%3D%22%2Fevil%22");
    assert!(
        !reply.body.contains(" href=\"/polidex/evil"),
        "{}",
        reply.body
    );
    let json = server.get("/polidex/api/v1/search?q=%22url%22%3A%22%2Fevil%22");
    assert!(!json.body.contains("/polidex/evil"), "{}", json.body);
}
