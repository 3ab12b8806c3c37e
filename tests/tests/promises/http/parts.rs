//! Long documents come in parts, and the parts are the whole.

use std::sync::Arc;

use polidex_server::answer::Document;
use polidex_server::http::Settings;
use polidex_server::question::{Query, Question};
use polidex_tests::{Indexed, index_texts};
use serde_json::Value;

use super::client::Server;

const PARAGRAPHS: usize = 6_000;

/// Chinese and English by turns, every third paragraph damaged.
fn long_text() -> String {
    (0..PARAGRAPHS)
        .map(|number| match number % 3 {
            0 => format!("第{number}段：公共房屋政策的說明，供居民查閱及提出意見，並請各部門按時回覆。\n\n"),
            1 => format!("Paragraph {number} of the policy on public housing, for residents to read &amp; comment on.\n\n"),
            _ => format!("Item {number}: the &ldquo;scheme&rdquo; runs for three years &amp; is reviewed after two of them.\n\n"),
        })
        .collect()
}

struct Long {
    indexed: Indexed,
    server: Server,
}

impl Long {
    fn start() -> Self {
        let indexed = index_texts(&[
            ("papers/long.txt", long_text().as_bytes()),
            (
                "papers/short.txt",
                "Public housing &amp; 公共房屋".as_bytes(),
            ),
        ]);
        let server = Server::with(Settings::default(), None);
        let engine = polidex_server::searcher::Searcher::open(indexed.folder.path());
        server.site.put_engine(Arc::new(engine.expect("an index")));
        Self { indexed, server }
    }

    fn whole(&self, id: &str) -> Document {
        let found = self.indexed.engine.document(id, &asked());
        found.expect("an answer").expect("a document")
    }

    fn json(&self, target: &str) -> Value {
        let reply = self.server.get(target);
        assert_eq!(reply.status, 200, "{target}: {}", reply.head);
        reply.json()
    }
}

fn asked() -> Query {
    Question::about("housing").search.query
}

/// The document as a client reads it: a number of 32 bits has fewer digits in JSON than one of 64.
fn written(document: &Document) -> Value {
    let text = serde_json::to_string(document).expect("JSON");
    serde_json::from_str(&text).expect("JSON")
}

fn list<'a>(document: &'a Value, field: &str) -> &'a [Value] {
    document[field].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn a_document_that_is_streamed_is_the_whole_document() {
    let long = Long::start();
    for id in ["papers/long", "papers/short"] {
        let encoded = id.replace('/', "%2F");
        let streamed = long.json(&format!("/api/v1/documents/{encoded}?q=housing"));
        let whole = written(&long.whole(id));
        let fields = |value: &Value| value.as_object().expect("an object").len();
        assert_eq!(fields(&streamed), fields(&whole), "{id}");
        for (name, value) in whole.as_object().expect("an object") {
            assert!(streamed[name] == *value, "{id}: {name}");
        }
    }
    assert!(
        long.whole("papers/long").repairs.len() > 4_000,
        "in more than one piece"
    );
}

#[test]
fn windows_follow_each_other_to_the_end() {
    let long = Long::start();
    let whole = written(&long.whole("papers/long"));
    let (mut passages, mut repairs) = (Vec::new(), Vec::new());
    let mut next = Some(0);
    let mut windows = 0;
    while let Some(start) = next {
        let target =
            format!("/api/v1/documents/papers%2Flong?q=housing&start={start}&length=100000");
        let window = long.json(&target);
        assert_eq!(window["window"]["start"], start);
        passages.extend_from_slice(list(&window, "passages"));
        repairs.extend_from_slice(list(&window, "repairs"));
        next = window["window"]["next"].as_u64();
        windows += 1;
    }
    assert!(windows > 3, "{windows}");
    assert!(passages == list(&whole, "passages"));
    assert!(repairs == list(&whole, "repairs"));
    let inside = long.json("/api/v1/documents/papers%2Flong?start=7&length=1");
    assert_eq!(list(&inside, "passages").len(), 0, "none begins there");
    for wrong in ["start=-1", "start=12345678901", "length=0", "length=200001"] {
        let reply = long
            .server
            .get(&format!("/api/v1/documents/papers%2Flong?{wrong}"));
        assert!(matches!(reply.status, 400 | 422), "{wrong}");
    }
}

#[test]
fn a_page_draws_one_part_and_links_to_the_others() {
    let long = Long::start();
    let whole = long.whole("papers/long");
    let (mut drawn, mut lines) = (0, 0);
    let first = long.server.get("/documents/papers%2Flong?ui=en").body;
    let count = (1..)
        .find(|part| first.contains(&format!("Part 1 of {part}<")))
        .expect("parts");
    for part in 1..=count {
        let page = long
            .server
            .get(&format!(
                "/documents/papers%2Flong?q=housing&ui=en&part={part}"
            ))
            .body;
        assert!(page.len() < 4 << 20, "part {part} has {} bytes", page.len());
        assert!(page.contains(&format!("Part {part} of {count}<")));
        drawn += whole
            .passages
            .iter()
            .filter(|passage| page.contains(&format!(" id=\"{}\"", passage.id)))
            .count();
        let published = long
            .server
            .get(&format!(
                "/documents/papers%2Flong?view=published&part={part}"
            ))
            .body;
        lines += published.matches("<tr id=\"line-").count();
    }
    assert_eq!(drawn, whole.passages.len(), "every passage on one page");
    assert_eq!(lines, long_text().lines().count(), "every line on one page");
    // A passage is found on the page that its link leads to, and so is one that is cited.
    let answer = long.indexed.ask(&Question::about("\"Paragraph 5998\""));
    let url = answer.hits[0].passages[0].url.clone();
    let (page, anchor) = url.split_once('#').expect("a passage");
    assert!(page.contains("part="), "{url}");
    for page in [page, &format!("/documents/papers%2Flong?cite={anchor}")] {
        assert!(
            long.server
                .get(page)
                .body
                .contains(&format!(" id=\"{anchor}\"")),
            "{page}"
        );
    }
    assert!(
        !long
            .server
            .get("/documents/papers%2Fshort?ui=en")
            .body
            .contains("Part 1 of")
    );
    let plain = long.server.get("/documents/papers%2Flong?view=plain");
    assert_eq!(
        plain.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    for passage in &whole.passages {
        assert!(plain.body.contains(&passage.text), "{}", passage.id);
    }
}
