//! The description of the API against the API: whatever the server answers must be described, whatever is described must
//! be accepted.

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
    let content = &root["paths"][path]["get"]["responses"][status]["content"];
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
    tried.dedup();
    tried.sort_unstable();
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
        "from",
        "to",
        "undated",
        "added_after",
        "sort",
        "page",
        "per_page",
        "passages",
        "match",
        "expand",
        "without",
        "tier",
        "explain",
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
            (.., "added_after") => vec!["2024-03-11".to_owned(), "2024-03-11T08:05:00Z".to_owned()],
            (.., "from" | "to") => vec![
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
