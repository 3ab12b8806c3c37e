//! What an operator sees and allows: metrics, the access log, other origins.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::program::{Server, polidex, run, text};

fn folder_with_seeds() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    std::fs::write(folder.path().join("seeds/a.txt"), "A policy on tides.").expect("a file");
    folder
}

fn server(folder: &Path, args: &[&str]) -> Server {
    let mut command = polidex(folder);
    Server::spawn(command.arg("serve").args(args).stderr(Stdio::piped()))
}

/// An address that was free a moment ago.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

fn fetch(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("{request}\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn metrics_are_counted_on_an_address_of_their_own() {
    let folder = folder_with_seeds();
    let address = free_address();
    let server = server(folder.path(), &["--metrics", &address]);
    server.get("/search?q=policy");
    server.get("/api/v1/search?q=secretquery");
    server.get("/none");
    let metrics = fetch(&address, "GET /metrics HTTP/1.1");
    for line in [
        "polidex_requests_total{route=\"search\",status=\"2xx\"} 1",
        "polidex_requests_total{route=\"api_search\",status=\"2xx\"} 1",
        "polidex_requests_total{route=\"other\",status=\"4xx\"} 1",
        "polidex_request_duration_seconds_count 3",
        "polidex_searches_total 2",
        "polidex_zero_results_total 1",
        "polidex_index_documents 1",
    ] {
        let is_there = metrics.lines().any(|written| written == line);
        assert!(is_there, "{line}: {metrics}");
    }
    assert!(metrics.contains("polidex_index_age_seconds "), "{metrics}");
    assert!(!metrics.contains("secretquery"), "{metrics}");
    assert!(
        server.get("/metrics").starts_with("HTTP/1.1 404"),
        "readers do not see them"
    );
}

#[test]
fn the_access_log_names_routes_and_nobody() {
    let folder = folder_with_seeds();
    let server = server(folder.path(), &["--access-log"]);
    server.get_with("/search?q=secretquery", "User-Agent: SecretAgent\r\n");
    server.get("/documents/a?q=secretquery");
    let said = text(&server.stop().stderr);
    let logged: Vec<serde_json::Value> = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|event: &serde_json::Value| event["target"] == "access")
        .collect();
    let routes: Vec<_> = logged
        .iter()
        .map(|event| &event["fields"]["route"])
        .collect();
    assert_eq!(routes, ["search", "document"], "{said}");
    assert_eq!(logged[0]["fields"]["status"], 200);
    assert!(
        logged[0]["fields"]["ms"]
            .as_f64()
            .is_some_and(|ms| ms > 0.0)
    );
    for secret in ["secretquery", "SecretAgent", "127.0.0.1:"] {
        let mut events = logged.iter();
        assert!(
            !events.any(|event| event.to_string().contains(secret)),
            "{secret}: {said}"
        );
    }
}

#[test]
fn other_origins_read_the_api_where_they_are_named() {
    let folder = folder_with_seeds();
    let server = server(folder.path(), &["--cors", "https://app.example"]);
    let allow = "access-control-allow-origin: https://app.example";
    let named = server.get_with("/api/v1/search?q=policy", "Origin: https://app.example\r\n");
    assert!(named.contains(allow), "{named}");
    assert!(
        named.contains("cross-origin-resource-policy: cross-origin"),
        "{named}"
    );
    assert!(!named.contains("allow-credentials"), "{named}");
    let other = server.get_with(
        "/api/v1/search?q=policy",
        "Origin: https://evil.example\r\n",
    );
    assert!(!other.contains("access-control"), "{other}");
    assert!(
        other.contains("vary: origin"),
        "caches keep them apart: {other}"
    );
    let page = server.get_with("/search?q=policy", "Origin: https://app.example\r\n");
    assert!(
        !page.contains("access-control"),
        "pages are for readers: {page}"
    );
    let asked = "OPTIONS /api/v1/search HTTP/1.1\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: GET";
    let asked = fetch(&server.address, asked);
    assert!(
        asked.starts_with("HTTP/1.1 204") && asked.contains(allow),
        "{asked}"
    );
    assert!(
        asked.contains("access-control-allow-methods: GET, HEAD"),
        "{asked}"
    );
    let refused = run(folder.path(), &["serve", "--cors", "app.example"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_wrong_base_url_is_refused_at_start() {
    let folder = folder_with_seeds();
    for (url, said) in [
        ("office.example/polidex", "write scheme, host and path"),
        (
            "https://office.example/polidex?x=1",
            "write scheme, host and path",
        ),
        ("https://office.example/a//b", "write a path of letters"),
        (
            "https://office.example/search",
            "must not begin as an address of the site",
        ),
    ] {
        let refused = run(folder.path(), &["serve", "--base-url", url]);
        assert_eq!(refused.status.code(), Some(2), "{url}");
        assert!(
            text(&refused.stderr).contains(said),
            "{url}: {}",
            text(&refused.stderr)
        );
    }
    let server = server(
        folder.path(),
        &["--base-url", "https://office.example/polidex"],
    );
    let page = server.get("/polidex/search?q=policy");
    assert!(
        page.contains("href=\"/polidex/documents/a?q=policy"),
        "{page}"
    );
}

#[test]
fn questions_without_results_are_counted_where_it_is_asked_for() {
    let folder = folder_with_seeds();
    let report = folder.path().join("unanswered.tsv");
    for _ in 0..2 {
        let server = server(folder.path(), &["--zero-results", "unanswered.tsv"]);
        server.get("/search?q=lighthouses");
        server.get("/api/v1/search?q=lighthouses");
        server.get("/search?q=policy");
        server.get("/search?q=beacons");
        server.stop();
    }
    let lines = std::fs::read_to_string(&report).expect("a report");
    assert_eq!(lines, "4\tlighthouses\n2\tbeacons\n");
    std::fs::remove_file(&report).expect("it is there");
    let server = server(folder.path(), &[]);
    server.get("/search?q=lighthouses");
    server.stop();
    assert!(!report.exists(), "off by default");
}

#[test]
fn users_are_added_and_removed_while_a_server_runs() {
    let folder = folder_with_seeds();
    let user = |args: &[&str], password: &str| {
        let mut command = polidex(folder.path());
        command.arg("user").args(args).args(["--users", "users"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command runs");
        let mut input = child.stdin.take().expect("piped");
        let _ = input.write_all(password.as_bytes());
        drop(input);
        child.wait_with_output().expect("it ends")
    };
    assert_eq!(
        user(&["token", "alice"], "").status.code(),
        Some(2),
        "no file yet"
    );
    assert_eq!(user(&["add", "alice"], "short\n").status.code(), Some(2));
    assert_eq!(
        user(&["add", "alice"], "correct horse\n").status.code(),
        Some(0)
    );
    let token = text(&user(&["token", "alice"], "").stdout)
        .trim()
        .to_owned();
    let stored = std::fs::read_to_string(folder.path().join("users")).expect("a file");
    assert!(stored.contains("$argon2id$") && !stored.contains("horse") && !stored.contains(&token));
    let server = server(folder.path(), &["--users", "users"]);
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let ask = || server.get_with("/api/v1/search?q=policy", &bearer);
    assert!(ask().starts_with("HTTP/1.1 200"));
    assert!(
        server
            .get("/api/v1/search?q=policy")
            .starts_with("HTTP/1.1 401")
    );
    let form = "name=alice&password=correct+horse";
    let login = format!(
        "POST /login HTTP/1.1\r\nOrigin: http://{}\r\nContent-Length: {}",
        server.address,
        form.len()
    );
    let mut stream = TcpStream::connect(&server.address).expect("it listens");
    let request = format!(
        "{login}\r\nHost: {}\r\nConnection: close\r\n\r\n{form}",
        server.address
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut entered = String::new();
    stream.read_to_string(&mut entered).expect("an answer");
    assert!(
        entered.starts_with("HTTP/1.1 303") && entered.contains("polidex_session="),
        "{entered}"
    );
    assert_eq!(user(&["remove", "alice"], "").status.code(), Some(0));
    assert_eq!(user(&["remove", "alice"], "").status.code(), Some(2));
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    assert!(ask().starts_with("HTTP/1.1 401"));
    let missing = run(folder.path(), &["serve", "--users", "nobody"]);
    assert_eq!(missing.status.code(), Some(2));
    let header_alone = run(folder.path(), &["serve", "--user-header", "X-User"]);
    assert_eq!(
        header_alone.status.code(),
        Some(2),
        "a proxy has to be trusted"
    );
}
