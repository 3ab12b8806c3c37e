//! Assistants over HTTP: `/mcp`, where the operator wants it.

use polidex_server::http::Settings;
use polidex_server::login::{Doors, Users};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::backend::Rote;
use super::client::{Reply, Server};

fn server(settings: Settings) -> Server {
    let engine = Rote {
        generation: "one",
        total: 45,
    };
    Server::with(settings, Some(engine))
}

fn with_mcp() -> Settings {
    Settings {
        mcp: true,
        ..Settings::default()
    }
}

fn post(server: &Server, headers: &str, body: &str) -> Reply {
    let host = match headers.contains("Host:") {
        true => "",
        false => "Host: localhost\r\n",
    };
    let head = format!(
        "POST /mcp HTTP/1.1\r\n{host}Connection: close\r\nAccept: application/json, text/event-stream\r\n\
         Content-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    server.send(format!("{head}{body}").as_bytes())
}

/// A message with the number 1.
fn message(method: &str, params: Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

fn initialize() -> String {
    let client = json!({ "name": "test", "version": "1" });
    message(
        "initialize",
        json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client }),
    )
}

fn search() -> String {
    message(
        "tools/call",
        json!({ "name": "search", "arguments": { "query": "a" } }),
    )
}

#[test]
fn an_assistant_searches_over_http() {
    let server = server(with_mcp());
    let hello = post(&server, "", &initialize());
    assert_eq!(hello.status, 200, "{}", hello.body);
    let hello: Value = serde_json::from_str(&hello.body).unwrap();
    assert_eq!(hello["result"]["serverInfo"]["name"], "polidex");
    let version = "MCP-Protocol-Version: 2025-06-18\r\n";
    let tools = post(&server, version, &message("tools/list", json!({})));
    let tools: Value = serde_json::from_str(&tools.body).unwrap();
    assert_eq!(tools["result"]["tools"].as_array().map(Vec::len), Some(3));
    let found = post(&server, version, &search());
    let found: Value = serde_json::from_str(&found.body).unwrap();
    let found = &found["result"]["structuredContent"];
    assert_eq!(
        found["documents"].as_array().map(Vec::len),
        Some(5),
        "{found}"
    );
}

#[test]
fn hosts_origins_sizes_and_methods_are_checked() {
    let server = server(with_mcp());
    assert_eq!(
        post(&server, "Host: evil.example\r\n", &initialize()).status,
        421
    );
    for foreign in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    ] {
        assert_eq!(
            post(&server, foreign, &initialize()).status,
            403,
            "{foreign}"
        );
    }
    assert_eq!(
        post(&server, "Origin: http://localhost\r\n", &initialize()).status,
        200
    );
    assert_eq!(post(&server, "", &" ".repeat(70_000)).status, 413);
    assert_eq!(server.ask("DELETE", "/mcp", &[]).status, 405);
    assert!(post(&server, "", "nonsense").status >= 400);
    let without = super::client::Server::start();
    assert_eq!(
        post(&without, "", &initialize()).status,
        405,
        "off by default"
    );
}

#[test]
fn behind_a_login_an_assistant_has_a_token() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("users");
    let mut users = Users::nobody().unwrap();
    users.set_password("alice", "another horse").unwrap();
    let token = users.add_token("alice").unwrap();
    std::fs::write(&path, users.to_text()).unwrap();
    let server = server(Settings {
        doors: Some(Doors::open(Some(&path), None, None).unwrap()),
        ..with_mcp()
    });
    assert_eq!(post(&server, "", &search()).status, 401);
    let wrong = "Authorization: Bearer polidex_00\r\n";
    assert_eq!(post(&server, wrong, &search()).status, 401);
    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(post(&server, &bearer, &search()).status, 200);
}
