//! The description of the API against the API: whatever the server answers must be described, whatever is described must
//! be accepted.

use std::sync::Arc;

use polidex_server::http::{ReadDraft, Settings};
use serde_json::{Value, json};

use super::client::Server;

/// Holds `value` against `schema`, strictly: a property that the schema does not name is a drift too.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{at}: {reference}"));
        return check(value, target, root, at);
    }
    if let Some(options) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let fits =
            |option: &Value| std::panic::catch_unwind(|| check(value, option, root, at)).is_ok();
        assert!(
            options.iter().any(fits),
            "{at}: none of the options fits {value}"
        );
        return;
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{at}");
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value}");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = types.iter().any(|name| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{at}: type {other}"),
    });
    assert!(fits || types.is_empty(), "{at}: {value} is not {types:?}");
    if let Some(object) = value.as_object() {
        let properties = schema["properties"].as_object();
        // A map has any names, and values of one kind.
        let others = Some(&schema["additionalProperties"]).filter(|others| others.is_object());
        for (name, value) in object {
            let schema = properties
                .and_then(|properties| properties.get(name))
                .or(others)
                .unwrap_or_else(|| panic!("{at}.{name} is not described"));
            check(value, schema, root, &format!("{at}.{name}"));
        }
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            assert!(
                object.contains_key(name),
                "{at}.{name} is required and absent"
            );
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(item, &schema["items"], root, &format!("{at}[{index}]"));
    }
}

fn reply_schema(root: &Value, path: &str, status: &str) -> Value {
    let operations = root["paths"][path].as_object().unwrap();
    let operation = operations.values().next().unwrap();
    let content = &operation["responses"][status]["content"];
    let media = content
        .as_object()
        .unwrap_or_else(|| panic!("{path} {status}"))
        .values()
        .next()
        .unwrap();
    media["schema"].clone()
}

#[test]
fn every_reply_is_as_described() {
    let server = Server::start();
    let root = server.get("/api/v1/openapi.json").json();
    assert_eq!(root["openapi"], "3.1.0");
    let cases = [
        ("/api/v1/search", "/api/v1/search?q=a&source=002", "200"),
        ("/api/v1/search", "/api/v1/search?q=zzzz", "200"),
        ("/api/v1/search", "/api/v1/search?x=1", "400"),
        ("/api/v1/search", "/api/v1/search?per_page=101", "422"),
        ("/api/v1/search", "/api/v1/search?q=panic", "500"),
        (
            "/api/v1/search",
            "/api/v1/search?q=a&source=002&explain=true",
            "200",
        ),
        ("/api/v1/suggest", "/api/v1/suggest?q=a&limit=2", "200"),
        ("/api/v1/suggest", "/api/v1/suggest?limit=0", "400"),
        ("/api/v1/suggest", "/api/v1/suggest?limit=21", "422"),
        ("/api/v1/suggest", "/api/v1/suggest?q=panic", "500"),
        ("/api/v1/documents/{id}", "/api/v1/documents/002?q=a", "200"),
        ("/api/v1/documents/{id}", "/api/v1/documents/x", "404"),
        (
            "/api/v1/documents/{id}/citations",
            "/api/v1/documents/x/citations",
            "404",
        ),
        (
            "/api/v1/documents/{id}/cited-by",
            "/api/v1/documents/x/cited-by?place=art:3",
            "404",
        ),
        (
            "/api/v1/documents/{id}/place",
            "/api/v1/documents/x/place",
            "404",
        ),
        (
            "/api/v1/documents/{id}/reuse",
            "/api/v1/documents/x/reuse",
            "404",
        ),
        (
            "/api/v1/documents/{id}/copies",
            "/api/v1/documents/x/copies?passage=p1",
            "404",
        ),
        (
            "/api/v1/documents/{id}/versions",
            "/api/v1/documents/x/versions?as_of=2015-01-01",
            "404",
        ),
        ("/api/v1/reuse", "/api/v1/reuse", "200"),
        ("/api/v1/reuse", "/api/v1/reuse?passage=p1", "400"),
        ("/api/v1/not-held", "/api/v1/not-held", "200"),
        ("/api/v1/not-held", "/api/v1/not-held?page=0", "400"),
        ("/api/v1/concordance", "/api/v1/concordance?q=a", "200"),
        ("/api/v1/renderings", "/api/v1/renderings?q=a", "200"),
        ("/api/v1/renderings", "/api/v1/renderings?by=left", "400"),
        (
            "/api/v1/compare",
            "/api/v1/compare?a=002&b=hostile&q=a&show=changes",
            "200",
        ),
        ("/api/v1/compare", "/api/v1/compare?a=002", "400"),
        ("/api/v1/compare", "/api/v1/compare?a=002&b=x", "404"),
        ("/api/v1/suggest", "/api/v1/suggest?q=a&script=en", "400"),
        ("/api/v1/sources", "/api/v1/sources", "200"),
        ("/api/v1/filters/{field}", "/api/v1/filters/kind?q=a", "200"),
        ("/api/v1/filters/{field}", "/api/v1/filters/colour", "404"),
        ("/api/v1/timeline", "/api/v1/timeline?q=a&q=b", "200"),
        ("/api/v1/timeline", "/api/v1/timeline?unit=week", "400"),
        ("/api/v1/coverage", "/api/v1/coverage", "200"),
        ("/api/v1/coverage", "/api/v1/coverage?x=1", "400"),
        ("/healthz", "/healthz", "200"),
        ("/readyz", "/readyz", "200"),
    ];
    for (path, target, status) in cases {
        let reply = server.get(target);
        assert_eq!(reply.status.to_string(), status, "{target}");
        check(
            &reply.json(),
            &reply_schema(&root, path, status),
            &root,
            target,
        );
    }
    let described: Vec<&String> = root["paths"].as_object().unwrap().keys().collect();
    let mut tried: Vec<&str> = cases.iter().map(|(path, _, _)| *path).collect();
    tried.push("/api/v1/check");
    tried.sort_unstable();
    tried.dedup();
    assert_eq!(described, tried, "every described path is tried here");
}

#[test]
fn the_check_itself_sees_drift() {
    let root = json!({ "s": { "type": "object", "properties": { "a": { "type": "integer" } }, "required": ["a"] } });
    let fails = |value: Value| {
        std::panic::catch_unwind(|| check(&value, &json!({ "$ref": "#/s" }), &root, "")).is_err()
    };
    assert!(!fails(json!({ "a": 1 })));
    assert!(fails(json!({ "a": "1" })));
    assert!(fails(json!({})));
    assert!(fails(json!({ "a": 1, "b": 2 })));
}

#[test]
fn every_described_parameter_is_accepted_as_described() {
    let server = Server::start();
    let root = server.get("/api/v1/openapi.json").json();
    let parameters = root["paths"]["/api/v1/search"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<&str> = parameters
        .iter()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let expected = [
        "q",
        "source",
        "publisher",
        "lang",
        "kind",
        "cited",
        "from",
        "to",
        "undated",
        "added_after",
        "as_of",
        "sort",
        "page",
        "per_page",
        "passages",
        "match",
        "expand",
        "without",
        "tier",
        "explain",
        "facets",
        "fields",
    ];
    assert_eq!(names, expected);
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap();
        let schema = &parameter["schema"];
        let is_repeatable = schema["type"] == "array";
        let one = if is_repeatable {
            &schema["items"]
        } else {
            schema
        };
        let good: Vec<String> = match (&one["enum"], one["type"].as_str().unwrap(), name) {
            (Value::Array(words), ..) => words
                .iter()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect(),
            (_, "integer", _) => vec![one["minimum"].to_string(), one["default"].to_string()],
            (.., "source") => vec!["002".to_owned()],
            (.., "facets") => vec!["source:20,year".to_owned(), "none".to_owned()],
            (.., "fields") => vec!["id,title,url".to_owned()],
            (.., "added_after") => vec!["2024-03-11".to_owned(), "2024-03-11T08:05:00Z".to_owned()],
            (.., "from" | "to" | "as_of") => vec![
                "2024".to_owned(),
                "2024-03".to_owned(),
                "2024-03-11".to_owned(),
                "2014%E5%B9%B43%E6%9C%88".to_owned(),
                "March+2014".to_owned(),
            ],
            _ => vec!["en".to_owned()],
        };
        for value in &good {
            assert_eq!(
                server.get(&format!("/api/v1/search?{name}={value}")).status,
                200,
                "{name}={value}"
            );
        }
        let twice = server
            .get(&format!("/api/v1/search?{name}={0}&{name}={0}", good[0]))
            .status;
        assert_eq!(twice, if is_repeatable { 200 } else { 400 }, "{name} twice");
        if let Some(max) = one["maximum"].as_u64() {
            assert_eq!(
                server
                    .get(&format!("/api/v1/search?{name}={}", max + 1))
                    .status,
                422,
                "{name} beyond its maximum"
            );
        }
        if one["enum"].is_array() {
            assert_eq!(
                server
                    .get(&format!("/api/v1/search?{name}=nonsense"))
                    .status,
                400,
                "{name}=nonsense"
            );
        }
    }
}

/// What the documents of a small collection say to one another, as a server has it.
#[test]
fn replies_on_citations_are_as_described() {
    let indexed = polidex_tests::index_texts(&[
        (
            "laws/harbour.txt",
            "海港管理法\n\n第 1 條\n海港由主管機關管理，並應公告其範圍。\n第 2 條\n（刪除）\n第 3 條\n違反本法者，處罰鍰。\n".as_bytes(),
        ),
        (
            "laws/rules.txt",
            "海港收費辦法\n\n第 1 條\n本辦法依海港管理法第三條及航路法第九條訂定之。\n".as_bytes(),
        ),
    ]);
    let server = Server::over(Settings::default(), Some(Arc::new(indexed.engine)));
    let root = server.get("/api/v1/openapi.json").json();
    let harbour = "/api/v1/documents/laws%2Fharbour";
    for (path, target) in [
        (
            "/api/v1/documents/{id}/citations",
            "/api/v1/documents/laws%2Frules/citations".to_owned(),
        ),
        (
            "/api/v1/documents/{id}/cited-by",
            format!("{harbour}/cited-by?place=art:3"),
        ),
        (
            "/api/v1/documents/{id}/place",
            format!("{harbour}/place?place=art:3"),
        ),
        ("/api/v1/not-held", "/api/v1/not-held".to_owned()),
        (
            "/api/v1/concordance",
            "/api/v1/concordance?q=%E6%B5%B7%E6%B8%AF&by=right".to_owned(),
        ),
    ] {
        let reply = server.get(&target);
        assert_eq!(reply.status, 200, "{target}: {}", reply.body);
        check(
            &reply.json(),
            &reply_schema(&root, path, "200"),
            &root,
            &target,
        );
    }
    let page = server.get("/documents/laws%2Frules");
    let link = "<a class=\"cites\" href=\"/documents/laws%2Fharbour?place=art%3A3\" title=\"海港管理法\">海港管理法第三條</a>";
    assert!(page.body.contains(link), "{}", page.body);
    let page = server.get("/documents/laws%2Fharbour?ui=zh-Hant");
    assert!(
        page.body
            .contains("cited-by?place=art%3A3&#38;ui=zh-Hant\">被引用 1 次</a>"),
        "{}",
        page.body
    );
    let moved = server.get("/documents/laws%2Fharbour?place=art:3&ui=en");
    assert_eq!(moved.status, 303);
    let location = moved.header("location").unwrap();
    assert!(
        location.starts_with("/documents/laws%2Fharbour?ui=en#p"),
        "{location}"
    );
    for ui in ["en", "zh-Hant", "zh-Hans"] {
        let cited = server.get(&format!(
            "/documents/laws%2Fharbour/cited-by?place=art:3&ui={ui}"
        ));
        assert_eq!(cited.status, 200);
        assert!(
            cited.body.contains("<mark>海港管理法第三條</mark>"),
            "{}",
            cited.body
        );
        let missing = server.get(&format!("/not-held?ui={ui}"));
        assert!(missing.body.contains("航路法"), "{}", missing.body);
        let lines = server.get(&format!("/concordance?q=%E6%B5%B7%E6%B8%AF&ui={ui}"));
        assert!(lines.body.contains("<mark>海港</mark>"), "{}", lines.body);
    }
    let csv = server.get("/concordance.csv?q=%E6%B5%B7%E6%B8%AF");
    assert_eq!(csv.body.lines().count(), 1 + 4, "{}", csv.body);
}

/// Passages that stand in several documents, as a server has them.
#[test]
fn replies_on_reuse_are_as_described() {
    let paragraph = "海港由主管機關管理，並應公告其範圍；公告後三十日內得提出異議，逾期不予受理，主管機關應於六十日內處理之。";
    let changed = paragraph.replace("三十日", "二十日");
    let indexed = polidex_tests::index_texts(&[
        ("laws/harbour.txt", paragraph.as_bytes()),
        ("laws/port <b>.txt", changed.as_bytes()),
    ]);
    let server = Server::over(Settings::default(), Some(Arc::new(indexed.engine)));
    let root = server.get("/api/v1/openapi.json").json();
    let harbour = "/api/v1/documents/laws%2Fharbour";
    for (path, target) in [
        ("/api/v1/reuse", "/api/v1/reuse".to_owned()),
        ("/api/v1/documents/{id}/reuse", format!("{harbour}/reuse")),
        (
            "/api/v1/documents/{id}/copies",
            format!("{harbour}/copies?passage=p1"),
        ),
    ] {
        let reply = server.get(&target);
        assert_eq!(reply.status, 200, "{target}: {}", reply.body);
        check(
            &reply.json(),
            &reply_schema(&root, path, "200"),
            &root,
            &target,
        );
    }
    let versions = server.get(&format!("{harbour}/versions?place=art:1&as_of=2015"));
    assert_eq!(versions.status, 200, "{}", versions.body);
    check(
        &versions.json(),
        &reply_schema(&root, "/api/v1/documents/{id}/versions", "200"),
        &root,
        "versions",
    );
    for (ui, label) in [
        ("en", "also in 1"),
        ("zh-Hant", "另見 1 份文件"),
        ("zh-Hans", "另见 1 份文件"),
    ] {
        let page = server.get(&format!("/documents/laws%2Fharbour?ui={ui}"));
        assert!(page.body.contains(label), "{}", page.body);
        let page = server.get(&format!(
            "/documents/laws%2Fharbour/copies?passage=p1&ui={ui}"
        ));
        assert!(
            page.body.contains("<mark>二</mark>") && page.body.contains(">三</del>"),
            "{}",
            page.body
        );
        for address in ["/reuse", "/documents/laws%2Fharbour/reuse"] {
            let page = server.get(&format!("{address}?ui={ui}"));
            assert!(page.body.contains("海港由主管機關管理"), "{}", page.body);
            assert!(!page.body.contains("<b>"), "{}", page.body);
        }
    }
    let csv = server.get("/reuse.csv");
    assert_eq!(csv.body.lines().count(), 1 + 2, "{}", csv.body);
    let csv = server.get("/documents/laws%2Fharbour/reuse.csv");
    assert_eq!(csv.body.lines().count(), 1 + 2, "{}", csv.body);
    assert_eq!(server.get("/documents/none/reuse.csv").status, 404);
}

/// A draft posted to a page or to the API.
fn post(server: &Server, target: &str, kind: &str, body: &str) -> super::client::Reply {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    server.send([head.as_bytes(), body.as_bytes()].concat().as_slice())
}

struct Upper;

impl ReadDraft for Upper {
    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<String, String> {
        match name {
            "bad.bin" => Err("it is damaged <b>".to_owned()),
            _ => String::from_utf8(bytes).map_err(|error| error.to_string()),
        }
    }
}

#[test]
fn a_draft_is_checked_and_not_kept() {
    let law = "海港管理法\n\n第 1 條\n海港由主管機關管理，並應公告其範圍。\n第 2 條\n（刪除）\n第 3 條\n違反本法者，處罰鍰。\n";
    let indexed = polidex_tests::index_texts(&[("laws/harbour.txt", law.as_bytes())]);
    let server = Server::over(Settings::default(), Some(Arc::new(indexed.engine)));
    let root = server.get("/api/v1/openapi.json").json();
    let draft = "依海港管理法第1條規定：「海港由上級機關管理，並應公告其範圍」，第2條、第9條亦同；依海港管理法第2條。";
    for (kind, body) in [
        ("text/plain; charset=utf-8", draft.to_owned()),
        ("application/json", json!({ "text": draft }).to_string()),
    ] {
        let reply = post(&server, "/api/v1/check", kind, &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let schema = reply_schema(&root, "/api/v1/check", "200");
        check(&reply.json(), &schema, &root, "check");
        let reply = reply.json();
        let verdicts: Vec<&str> = reply["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["verdict"].as_str().unwrap())
            .collect();
        assert!(
            verdicts.contains(&"altered") && verdicts.contains(&"repealed"),
            "{verdicts:?}"
        );
        assert!(verdicts.contains(&"no_such_article"), "{verdicts:?}");
    }
    let form = |field: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; {field}\r\n\r\n{value}\r\n--x--\r\n")
    };
    let kind = "multipart/form-data; boundary=x";
    for ui in ["en", "zh-Hant", "zh-Hans"] {
        let page = post(
            &server,
            &format!("/check?ui={ui}"),
            kind,
            &form("name=\"text\"", draft),
        );
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("海港由<mark>上級</mark>機關"),
            "{}",
            page.body
        );
        assert!(page.body.contains("主管</mark>機關管理"), "{}", page.body);
    }
    assert!(
        !server.get("/check").body.contains("type=\"file\""),
        "nobody reads files here"
    );
    server.site.read_drafts_with(Arc::new(Upper));
    assert!(server.get("/check").body.contains("type=\"file\""));
    let file = |name: &str| form(&format!("name=\"file\"; filename=\"{name}\""), draft);
    assert!(
        post(&server, "/check", kind, &file("a.txt"))
            .body
            .contains("verdict wrong")
    );
    let bad = post(&server, "/check", kind, &file("bad.bin")).body;
    assert!(bad.contains("it is damaged &#60;b&#62;"), "{bad}");
    for (target, kind, body, status) in [
        ("/check", "image/png", "x".to_owned(), 400),
        ("/api/v1/check", "application/json", "{}".to_owned(), 400),
        ("/api/v1/check", "text/plain", "字".repeat(800_000), 413),
        ("/api/v1/check", "text/plain", "字".repeat(4_000_000), 413),
        ("/search", "text/plain", "x".to_owned(), 405),
    ] {
        assert_eq!(
            post(&server, target, kind, &body).status,
            status,
            "{target} {}",
            body.len()
        );
    }
}
