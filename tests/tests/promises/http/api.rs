//! The JSON API.

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use polidex_server::http::Settings;

use super::backend::{ODD_ID, Rote};
use super::client::{Reply, Server};

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn a_search_is_answered_with_its_neighbours() {
    let server = Server::start();
    let reply = server.get("/api/v1/search?q=%E6%96%B0+a&page=2&source=002&match=any");
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("application/json"))
    );
    let answer = reply.json();
    assert_eq!(answer["query"]["q"], "新 a");
    assert_eq!(
        answer["page"],
        serde_json::json!({ "number": 2, "per_page": 20, "listed": 45 })
    );
    assert_eq!(answer["hits"].as_array().unwrap().len(), 20);
    assert_eq!(
        answer["links"]["next"],
        "/api/v1/search?q=%E6%96%B0%20a&source=002&page=3&match=any"
    );
    assert_eq!(
        answer["links"]["prev"],
        "/api/v1/search?q=%E6%96%B0%20a&source=002&match=any"
    );
    let next = server.get(answer["links"]["next"].as_str().unwrap()).json();
    assert_eq!(
        (
            next["hits"].as_array().unwrap().len(),
            &next["links"]["next"]
        ),
        (5, &serde_json::Value::Null)
    );
}

#[test]
fn documents_are_found_by_any_id() {
    let server = Server::start();
    let reply = server.get(&format!("/api/v1/documents/{}?q=a", encoded(ODD_ID)));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.json()["id"], ODD_ID);
    assert_eq!(reply.json()["mark_count"], 5);
    for unknown in ["nothing", "%00", "a%0Ab", &"a".repeat(600)] {
        let reply = server.get(&format!("/api/v1/documents/{unknown}"));
        assert_eq!(reply.status, 404, "{unknown}");
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(reply.json()["status"], 404);
    }
    assert_eq!(server.get("/api/v1/documents/%FF").status, 400);
}

#[test]
fn sources_are_listed_a_thousand_at_a_time() {
    let server = Server::start();
    let mut ids: Vec<String> = Vec::new();
    let mut next = Some("/api/v1/sources".to_owned());
    let mut pages = 0;
    while let Some(target) = next {
        let reply = server.get(&target).json();
        let sources = reply["sources"].as_array().unwrap();
        assert!(sources.len() <= 1_000);
        ids.extend(
            sources
                .iter()
                .map(|source| source["id"].as_str().unwrap().to_owned()),
        );
        assert_eq!(reply["total"], 3 + super::backend::MANY);
        assert_eq!(reply["index"]["generation"], "one");
        next = reply["next"].as_str().map(str::to_owned);
        pages += 1;
    }
    assert_eq!((ids.len(), pages), (3 + super::backend::MANY, 7));
    assert!(ids.is_sorted());
    ids.dedup();
    assert_eq!(ids.len(), 3 + super::backend::MANY, "each once");
    let few = server.get("/api/v1/sources?limit=2&after=002").json();
    assert_eq!(few["sources"][0]["id"], "hostile");
    assert_eq!(few["next"], "/api/v1/sources?after=many0000&limit=2");
    assert_eq!(server.get("/api/v1/sources?limit=0").status, 400);
    assert_eq!(server.get("/api/v1/sources?page=2").status, 400);
}

#[test]
fn facets_and_fields_are_chosen() {
    let server = Server::start();
    let facets = |target: &str| -> Vec<(String, usize, u64)> {
        let reply = server.get(target).json();
        let facets = reply["facets"].as_array().unwrap().iter();
        let told = facets.map(|facet| {
            let values = facet["values"].as_array().unwrap().len();
            (
                facet["field"].as_str().unwrap().to_owned(),
                values,
                facet["more"].as_u64().unwrap(),
            )
        });
        told.collect()
    };
    let all = facets("/api/v1/search?q=a");
    assert!(
        all.len() > 3 && all[0] == ("source".to_owned(), 3, 7),
        "{all:?}"
    );
    assert_eq!(
        facets("/api/v1/search?q=a&facets=source:2"),
        [("source".to_owned(), 2, 8)]
    );
    assert_eq!(facets("/api/v1/search?q=a&facets=lang,source:1").len(), 2);
    assert_eq!(facets("/api/v1/search?q=a&facets=none"), []);
    let chosen = server.get("/api/v1/search?q=a&facets=source:1&source=002&source=hostile");
    assert_eq!(
        chosen.json()["facets"][0]["values"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "what is chosen stays"
    );
    let reply = server
        .get("/api/v1/search?q=a&fields=id,title&fields=url&facets=none")
        .json();
    let hit = reply["hits"][0].as_object().unwrap();
    assert_eq!(hit.keys().collect::<Vec<_>>(), ["id", "title", "url"]);
    let next = reply["links"]["next"].as_str().unwrap();
    assert!(next.contains("fields=id%2Ctitle&fields=url"), "{next}");
    assert_eq!(
        server.get(next).json()["hits"][0]
            .as_object()
            .unwrap()
            .len(),
        3
    );
    for wrong in [
        "facets=colour",
        "facets=source:101",
        "fields=colour",
        "fields=",
    ] {
        let problem = server.get(&format!("/api/v1/search?q=a&{wrong}"));
        assert_eq!(problem.status, 400, "{wrong}");
        assert_eq!(problem.json()["code"], "malformed-parameter", "{wrong}");
    }
}

#[test]
fn a_problem_has_a_code_that_the_description_lists() {
    let server = Server::start();
    let description = server.get("/api/v1/openapi.json").json();
    let codes =
        &description["components"]["schemas"]["ProblemDetails"]["properties"]["code"]["enum"];
    let codes: Vec<&str> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    for (target, code) in [
        ("/api/v1/search?x=1", "unknown-parameter"),
        ("/api/v1/documents/none", "unknown-document"),
        ("/api/v1/none", "unknown-address"),
    ] {
        let problem = server.get(target).json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["type"], format!("/help#{code}"));
        assert!(codes.contains(&code), "{codes:?}");
    }
    let kinds = &description["components"]["schemas"]["ExpansionKind"]["enum"];
    assert_eq!(*kinds, serde_json::json!(["variant", "translation"]));
}

#[test]
fn suggestions_are_given_for_anything_typed() {
    let server = Server::start();
    let long = "a".repeat(4_000);
    for q in [
        "",
        "a",
        "%E6%96%B0",
        "%22%3Cscript%3E",
        "%00",
        "+",
        "a%0A%0Db",
        long.as_str(),
    ] {
        let reply = server.get(&format!("/api/v1/suggest?q={q}&limit=2"));
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some("application/json")),
            "{q}"
        );
        assert_eq!(
            reply.json()["suggestions"].as_array().unwrap().len(),
            2,
            "{q}"
        );
    }
    assert_eq!(server.get("/api/v1/suggest").status, 200);
    assert_eq!(
        server
            .get(&format!("/api/v1/suggest?q={long}%E7%9A%84"))
            .status,
        422
    );
    assert_eq!(server.get("/api/v1/suggest?q=a&source=002").status, 400);
    assert_eq!(server.get("/api/v1/suggest?q=panic").status, 500);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn what_is_wrong_is_said_as_a_problem() {
    let server = Server::start();
    let long = format!("q={}", encoded(&"a".repeat(4_001)));
    let cases = [
        ("foo=1", 400, "unknown-parameter", "foo"),
        ("q=a&q=b", 400, "repeated-parameter", "q"),
        ("page=0", 400, "malformed-parameter", "page"),
        ("page=-1", 400, "malformed-parameter", "page"),
        ("page=1e9", 400, "malformed-parameter", "page"),
        (
            "page=18446744073709551616",
            400,
            "malformed-parameter",
            "page",
        ),
        ("page=%D9%A1%D9%A2", 400, "malformed-parameter", "page"),
        ("q=%ED%A0%80", 400, "malformed-request", "q"),
        ("source=nothing", 400, "unknown-source", "source"),
        ("per_page=101", 422, "limit-passed", "per_page"),
        ("page=51", 422, "limit-passed", "page"),
        ("passages=11", 422, "limit-passed", "passages"),
        ("q=clauses", 422, "limit-passed", "q"),
        (&long, 422, "limit-passed", "q"),
    ];
    for (query, status, slug, parameter) in cases {
        let reply = server.get(&format!("/api/v1/search?{query}"));
        assert_eq!(reply.status, status, "{query}");
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json"),
            "{query}"
        );
        let problem = reply.json();
        assert_eq!(problem["type"], format!("/help#{slug}"), "{query}");
        assert_eq!(problem["parameter"], parameter, "{query}");
        assert_eq!(problem["status"], status, "{query}");
        assert!(
            problem["instance"]
                .as_str()
                .unwrap()
                .starts_with("urn:polidex:problem:"),
            "{query}"
        );
    }
}

#[test]
fn an_empty_query_lists_documents() {
    assert_eq!(
        Server::start().get("/api/v1/search").json()["total"]["value"],
        45
    );
}

#[test]
fn health_and_readiness_differ_until_there_is_an_index() {
    let server = Server::with(Default::default(), None);
    assert_eq!(server.get("/healthz").status, 200);
    for target in ["/readyz", "/api/v1/search?q=a", "/search?q=a"] {
        let reply = server.get(target);
        assert_eq!(reply.status, 503, "{target}");
        assert!(reply.header("retry-after").is_some(), "{target}");
    }
    server.site.put_engine(std::sync::Arc::new(Rote {
        generation: "two",
        total: 1,
    }));
    assert_eq!(server.get("/readyz").json()["index"]["generation"], "two");
    assert_eq!(server.get("/search?q=a").status, 200);
}

#[test]
fn a_new_index_is_put_in_place_without_a_failed_request() {
    let server = Server::start();
    std::thread::scope(|scope| {
        let ask = || {
            let targets = [
                "/api/v1/search?q=a",
                "/search?q=a",
                "/documents/002?q=a",
                "/search.csv?q=a",
            ];
            (0..60)
                .map(|n| server.get(targets[n % 4]))
                .collect::<Vec<_>>()
        };
        let asking: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        while asking.iter().any(|asking| !asking.is_finished()) {
            server.site.put_engine(std::sync::Arc::new(Rote {
                generation: "two",
                total: 3,
            }));
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        for asking in asking {
            let replies = asking.join().unwrap();
            assert!(
                replies.iter().all(|reply| reply.status == 200),
                "{replies:?}"
            );
        }
    });
    assert_eq!(
        server.get("/api/v1/search?q=a").json()["index"]["generation"],
        "two"
    );
}

#[test]
fn a_generation_that_was_passed_over_is_named_until_another_is_put_in_place() {
    let server = Server::start();
    assert_eq!(
        server.get("/readyz").json()["passed_over"],
        serde_json::Value::Null
    );
    server.site.pass_over("g000007");
    let ready = server.get("/readyz");
    assert_eq!(
        (ready.status, ready.json()["passed_over"].as_str()),
        (200, Some("g000007")),
        "it goes on"
    );
    assert_eq!(ready.json()["index"]["generation"], "one");
    server.site.put_engine(std::sync::Arc::new(Rote {
        generation: "two",
        total: 1,
    }));
    assert_eq!(
        server.get("/readyz").json()["passed_over"],
        serde_json::Value::Null
    );
}

#[test]
fn what_comes_while_the_index_is_checked_waits_and_is_answered() {
    let server = Server::with(Settings::default(), None);
    let not_ready = server.get("/api/v1/search?q=a");
    assert_eq!(
        not_ready.status, 503,
        "nothing is opened: nothing is waited for"
    );
    server.site.begin_opening();
    let mut waiting = server.connect();
    let request =
        b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    (&waiting).write_all(request).expect("a request");
    let ready = server.get("/readyz");
    assert_eq!(ready.status, 503);
    let said = &ready.json()["detail"];
    assert!(
        said.as_str()
            .is_some_and(|said| said.contains("is being checked")),
        "{said}"
    );
    assert_eq!(server.get("/healthz").status, 200);
    waiting.set_nonblocking(true).expect("a socket");
    let early = (&waiting).read(&mut [0; 1]).err().map(|error| error.kind());
    assert_eq!(early, Some(ErrorKind::WouldBlock), "it waits");
    waiting.set_nonblocking(false).expect("a socket");
    server.site.put_engine(Arc::new(Rote {
        generation: "one",
        total: 45,
    }));
    assert_eq!(Reply::read(&mut waiting).status, 200);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn what_waits_for_an_index_waits_no_longer_than_an_answer_may_take() {
    let mut settings = Settings::default();
    settings.limits.request_timeout = Duration::from_millis(200);
    let server = Server::with(settings, None);
    server.site.begin_opening();
    let reply = server.get("/api/v1/search?q=a");
    assert_eq!(reply.status, 503);
    assert!(reply.header("retry-after").is_some());
}

#[test]
fn answers_are_compressed_when_asked_for() {
    let server = Server::start();
    let reply = server.get_with("/api/v1/search?q=a", &[("Accept-Encoding", "gzip")]);
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
}
