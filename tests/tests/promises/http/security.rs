//! What the server must not do: SAFETY S1–S4, S17–S20.

use super::backend::HOSTILE;
use super::client::{Reply, Server};

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Names of the elements and attributes of a page, by a scanner that knows nothing of the templates.
fn elements_and_attributes(html: &str) -> (Vec<String>, Vec<String>) {
    let (mut elements, mut attributes) = (Vec::new(), Vec::new());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "!/-".contains(*c))
            .collect();
        elements.push(name.trim_start_matches('/').to_lowercase());
        let mut inside = &rest[name.len()..];
        loop {
            inside = inside.trim_start();
            if inside.starts_with('>') || inside.starts_with("/>") || inside.is_empty() {
                break;
            }
            let name: String = inside
                .chars()
                .take_while(|c| !c.is_whitespace() && !"=>/".contains(*c))
                .collect();
            inside = &inside[name.len()..];
            attributes.push(name.to_lowercase());
            if let Some(value) = inside.strip_prefix("=\"") {
                inside = &value[value.find('"').expect("a closed attribute") + 1..];
            } else if inside.starts_with('/') {
                inside = &inside[1..];
            }
        }
        rest = inside;
    }
    (elements, attributes)
}

const ELEMENTS: &[&str] = &[
    "!doctype", "html", "head", "meta", "title", "link", "script", "body", "a", "header", "span",
    "div", "nav", "ul", "ol", "li", "search", "p", "form", "label", "input", "button", "main",
    "aside", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "footer", "code", "bdi",
    "time", "abbr", "mark", "details", "summary", "dl", "dt", "dd", "del", "ins", "strong",
    "table", "tr", "th", "td", "pre", "svg", "rect", "kbd", "tbody", "thead", "small", "q", "path",
    "menu", "cite", "figure", "output",
];

fn assert_clean(reply: &Reply, what: &str) {
    let html = &reply.body;
    let (elements, attributes) = elements_and_attributes(html);
    for element in &elements {
        assert!(ELEMENTS.contains(&element.as_str()), "{what}: <{element}>");
    }
    let modules = html
        .matches("<script type=\"module\" src=\"/static/")
        .count();
    assert!((1..=2).contains(&modules), "{what}: {modules} modules");
    assert_eq!(
        elements.iter().filter(|name| *name == "script").count(),
        2 * modules,
        "{what}: the modules' tags and their ends alone"
    );
    for attribute in &attributes {
        assert!(
            !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
            "{what}: {attribute}"
        );
    }
    assert!(!html.contains("href=\"javascript:"), "{what}");
    for tag in html.split("<mark").skip(1) {
        assert!(tag.starts_with('>'), "{what}: a mark with attributes");
    }
    for tag in html
        .split("<a ")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
    {
        let is_foreign = tag.contains("href=\"http") || tag.contains("href=\"//");
        assert!(
            !is_foreign || tag.contains("rel=\"noopener noreferrer\""),
            "{what}: {tag}"
        );
    }
}

#[test]
fn hostile_documents_and_questions_show_as_text() {
    let server = Server::start();
    let q = encoded(HOSTILE);
    let targets = [
        "/".to_owned(),
        format!("/search?q={q}"),
        format!(
            "/search?q={q}&source=hostile&publisher={q}&kind={}&match=any",
            encoded("\"><script>")
        ),
        format!("/search?q={q}&page=2&from=2024&to=2024"),
        format!("/search?q=zzzz&publisher={}", encoded("<script>")),
        format!("/documents/hostile?q={q}"),
        format!("/documents/hostile?q={q}&view=published"),
        "/help?ui=zh-Hant".to_owned(),
        format!(
            "/sources?q={q}&filter={}&kind={}",
            encoded("<script>"),
            encoded("\"><script>")
        ),
        format!("/sources?q={q}"),
        format!(
            "/search?q=housing&without={}&without={q}&page=3",
            encoded("\"><script>")
        ),
        "/search?q=translated".to_owned(),
        format!("/search?q={q}&explain=true&ui=zh-Hans"),
        format!(
            "/filters/publisher?q={q}&publisher={q}&filter={}",
            encoded("機構")
        ),
    ];
    for target in &targets {
        let reply = server.get(target);
        assert!(
            reply.status == 200 || reply.body.contains("control"),
            "{target}: {}",
            reply.status
        );
        assert_clean(&reply, target);
    }
    assert!(
        server.get(&targets[5]).body.contains("&lt;script&gt;"),
        "the text itself is shown"
    );
}

#[test]
fn hostile_requests_that_fail_show_as_text() {
    let server = Server::start();
    let q = encoded(HOSTILE);
    let targets = [
        format!("/search?q={q}&page=x"),
        format!("/search?{q}=1&q={q}"),
        format!("/search?q={q}&source={}", encoded("<script>")),
        format!("/search?q={q}&from={}", encoded("\"><script>")),
        format!("/documents/{}?q={q}", encoded("<script>")),
        format!("/{}", encoded("<script>")),
        format!("/search?q={}", "%3Cscript%3E".repeat(1400)),
    ];
    for target in &targets {
        let reply = server.get(target);
        assert!(
            (400..500).contains(&reply.status),
            "{target}: {}",
            reply.status
        );
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_clean(&reply, target);
    }
}

#[test]
fn every_response_carries_the_security_headers() {
    let server = Server::start();
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
               form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for target in [
        "/",
        "/search?q=a",
        "/documents/002",
        "/api/v1/search",
        "/healthz",
        "/nothing",
        "/search?x=1",
        "/search?q=panic",
    ] {
        let reply = server.get(target);
        assert_eq!(
            reply.header("content-security-policy"),
            Some(csp),
            "{target}"
        );
        assert_eq!(
            reply.header("x-content-type-options"),
            Some("nosniff"),
            "{target}"
        );
        for name in [
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
        ] {
            assert!(reply.header(name).is_some(), "{target}: {name}");
        }
        assert_eq!(reply.header("server"), None);
    }
}

/// hyper answers these by itself, without asking a handler.
#[test]
fn what_is_no_request_is_refused_with_the_security_headers() {
    let server = Server::start();
    for sent in [
        "what is this\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\n folded: a\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!(
            "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "a".repeat(70_000)
        ),
        format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
            "A: b\r\n".repeat(300)
        ),
    ] {
        let start = sent.get(..12).unwrap_or(&sent);
        let reply = server.send(sent.as_bytes());
        assert!(
            [400, 414, 431].contains(&reply.status),
            "{start:?}: {}",
            reply.status
        );
        let csp = reply.header("content-security-policy").unwrap_or_default();
        assert!(csp.starts_with("default-src 'none'"), "{start:?}: {csp:?}");
        assert_eq!(
            reply.header("x-content-type-options"),
            Some("nosniff"),
            "{start:?}"
        );
    }
}

#[test]
fn only_known_hosts_are_answered() {
    let server = Server::start();
    let port = server.address.port();
    for host in [
        "localhost",
        "127.0.0.1",
        &format!("127.0.0.1:{port}"),
        "[::1]:9",
    ] {
        assert_eq!(
            server.get_with("/healthz", &[("Host", host)]).status,
            200,
            "{host}"
        );
    }
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "192.0.2.1",
    ] {
        assert_eq!(
            server.get_with("/healthz", &[("Host", host)]).status,
            421,
            "{host}"
        );
        assert_eq!(
            server.get_with("/search?q=a", &[("Host", host)]).status,
            421,
            "{host}"
        );
    }
    assert_eq!(
        server.get("http://evil.example/healthz").status,
        421,
        "the target names a host too"
    );
}

#[test]
fn only_reading_methods_are_allowed() {
    let server = Server::start();
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND",
    ] {
        let target = if method == "CONNECT" {
            "localhost:80"
        } else {
            "/search?q=a"
        };
        let reply = server.ask(method, target, &[]);
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD, OPTIONS")),
            "{method}"
        );
    }
    let options = server.ask("OPTIONS", "/search", &[]);
    assert_eq!(
        (options.status, options.header("allow")),
        (204, Some("GET, HEAD, OPTIONS"))
    );
    let head = server.ask("HEAD", "/search?q=a", &[]);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn no_request_reaches_a_file() {
    let server = Server::start();
    let paths = [
        "/documents/../../etc/passwd",
        "/documents/..%2F..%2Fetc%2Fpasswd",
        "/documents/%252e%252e%252fetc%252fpasswd",
        "/documents/..%5C..%5Cetc",
        "/documents/%00",
        "/static/../Cargo.toml",
        "/static/..%2FCargo.toml",
        "/static/polidex.css",
        "//etc/passwd",
    ];
    for path in paths {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_panic_is_a_500_and_the_server_lives() {
    let server = Server::start();
    for target in [
        "/api/v1/search?q=panic",
        "/search?q=panic",
        "/api/v1/search?q=broken",
        "/search?q=broken",
    ] {
        let reply = server.get(target);
        assert_eq!(reply.status, 500, "{target}");
        for secret in [
            "secret",
            "/var/lib",
            env!("CARGO_PKG_VERSION"),
            "panicked",
            ".rs",
        ] {
            assert!(!reply.body.contains(secret), "{target}: {secret}");
        }
    }
    assert_eq!(server.get("/search?q=a").status, 200);
}

#[test]
fn a_line_break_in_a_question_reaches_no_header() {
    let server = Server::start();
    let reply = server.get("/search?q=a%0D%0ASet-Cookie:%20x=1&ui=en");
    assert_eq!(
        reply
            .head
            .lines()
            .filter(|line| line.to_lowercase().starts_with("set-cookie"))
            .count(),
        1
    );
    assert!(
        reply
            .header("set-cookie")
            .unwrap()
            .starts_with("polidex_ui=en;")
    );
}
