//! A login: who is let in, by what, and what the others get.

use std::path::PathBuf;
use std::time::Duration;

use polidex_server::http::{Rate, Settings};
use polidex_server::login::{Doors, SessionKey, Users};
use tempfile::TempDir;

use super::backend::Rote;
use super::client::{Reply, Server};

const PASSWORD: &str = "correct horse";

/// An office: a file with two users, and servers that read it.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        let office = Self {
            folder: TempDir::new().unwrap(),
        };
        let mut users = Users::nobody().unwrap();
        users.set_password("陳大文", PASSWORD).unwrap();
        users.set_password("alice", "another horse").unwrap();
        office.write(&users);
        office
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("users")
    }

    fn users(&self) -> Users {
        Users::parse(&std::fs::read_to_string(self.path()).unwrap()).unwrap()
    }

    fn write(&self, users: &Users) {
        std::fs::write(self.path(), users.to_text()).unwrap();
    }

    fn settings(&self) -> Settings {
        Settings {
            doors: Some(Doors::open(Some(&self.path()), None, None).unwrap()),
            ..Settings::default()
        }
    }

    fn server(&self) -> Server {
        serve(self.settings())
    }
}

fn serve(settings: Settings) -> Server {
    let engine = Rote {
        generation: "one",
        total: 45,
    };
    Server::with(settings, Some(engine))
}

/// Sends the form of the login as a browser does.
fn log_in(server: &Server, name: &str, password: &str, next: &str) -> Reply {
    let encode = |text: &str| {
        text.bytes()
            .map(|b| format!("%{b:02X}"))
            .collect::<String>()
    };
    let (name, password, next) = (encode(name), encode(password), encode(next));
    post(
        server,
        "/login",
        "Sec-Fetch-Site: same-origin\r\n",
        &format!("name={name}&password={password}&next={next}"),
    )
}

fn post(server: &Server, path: &str, headers: &str, body: &str) -> Reply {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    server.send(format!("{head}{body}").as_bytes())
}

/// The cookie that a reply sets, as a browser sends it back.
fn cookie_of(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie").expect("a cookie");
    cookie.split(';').next().unwrap().to_owned()
}

fn with_cookie(server: &Server, target: &str, cookie: &str) -> Reply {
    server.get_with(target, &[("Cookie", cookie)])
}

#[test]
fn who_is_not_logged_in_sees_no_document() {
    let office = Office::new();
    let server = office.server();
    for page in [
        "/",
        "/search?q=a",
        "/documents/002",
        "/sources",
        "/help",
        "/coverage",
        "/none",
    ] {
        let reply = server.get(page);
        assert_eq!(reply.status, 303, "{page}");
        assert!(
            reply
                .header("location")
                .unwrap()
                .starts_with("/login?next=%2F"),
            "{page}"
        );
        assert!(reply.body.is_empty(), "{page}");
    }
    for program in [
        "/api/v1/search?q=a",
        "/api/v1/sources",
        "/search.csv?q=a",
        "/search.atom?q=a",
        "/api/v1/openapi.json",
    ] {
        let reply = server.get_with(program, &[("Accept", "*/*")]);
        assert_eq!(reply.status, 401, "{program}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert!(!reply.body.contains("002"), "{program}: {}", reply.body);
    }
    for open in ["/healthz", "/readyz", "/robots.txt", "/login"] {
        assert_eq!(server.get(open).status, 200, "{open}");
    }
    let page = server.get("/login").body;
    assert!(
        page.contains("type=\"password\"") && !page.contains("documents"),
        "{page}"
    );
}

#[test]
fn a_password_begins_a_session_and_the_way_out_ends_it() {
    let office = Office::new();
    let server = office.server();
    let entered = log_in(&server, "陳大文", PASSWORD, "/search?q=a");
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/search?q=a"))
    );
    let cookie = entered.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Max-Age=604800", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain HTTP");
    let cookie = cookie_of(&entered);
    let page = with_cookie(&server, "/search?q=a", &cookie);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("陳大文"), "the name is on the page");
    assert_eq!(page.header("cache-control"), Some("private, no-cache"));
    assert_eq!(
        with_cookie(&server, "/api/v1/search?q=a", &cookie).status,
        200
    );
    let other = office.server();
    assert_eq!(
        with_cookie(&other, "/search", &cookie).status,
        200,
        "any process"
    );
    let left = post(&server, "/logout", "Sec-Fetch-Site: same-origin\r\n", "");
    assert_eq!(left.status, 303);
    assert!(
        left.header("set-cookie")
            .unwrap()
            .contains("polidex_session=; Path=/; Max-Age=0")
    );
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let office = Office::new();
    let server = office.server();
    let [unknown, wrong] = [("nobody", PASSWORD), ("alice", PASSWORD)].map(|(name, password)| {
        let reply = log_in(&server, name, password, "/");
        assert!(reply.header("set-cookie").is_none());
        (reply.status, reply.header("location").map(str::to_owned))
    });
    assert_eq!(unknown, wrong);
    assert_eq!(unknown.1.as_deref(), Some("/login?next=%2F&failed=1"));
}

#[test]
fn a_forged_or_changed_cookie_is_none() {
    let office = Office::new();
    let server = office.server();
    let cookie = cookie_of(&log_in(&server, "alice", "another horse", "/"));
    let other = Office::new();
    let foreign = cookie_of(&log_in(&other.server(), "alice", "another horse", "/"));
    for wrong in [
        cookie.replace("alice", "%E9%99%B3"),
        cookie.replace("=", "=0"),
        foreign,
        "polidex_session=".to_owned(),
    ] {
        assert_eq!(
            with_cookie(&server, "/search", &wrong).status,
            303,
            "{wrong}"
        );
    }
}

#[test]
fn a_removed_user_and_a_changed_password_end_sessions() {
    let office = Office::new();
    let server = office.server();
    let alice = cookie_of(&log_in(&server, "alice", "another horse", "/"));
    let chen = cookie_of(&log_in(&server, "陳大文", PASSWORD, "/"));
    let mut users = office.users();
    users.remove("alice");
    users.set_password("陳大文", "a third horse").unwrap();
    office.write(&users);
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(with_cookie(&server, "/search", &alice).status, 303);
    assert_eq!(with_cookie(&server, "/search", &chen).status, 303);
    assert!(
        log_in(&server, "陳大文", "a third horse", "/")
            .header("set-cookie")
            .is_some()
    );
    users.set_password("alice", "another horse").unwrap();
    office.write(&users);
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(
        with_cookie(&server, "/search", &alice).status,
        303,
        "another alice"
    );
}

#[test]
fn programs_enter_by_a_token() {
    let office = Office::new();
    let mut users = office.users();
    let token = users.add_token("alice").unwrap();
    office.write(&users);
    let server = office.server();
    let bearer = format!("Bearer {token}");
    for target in [
        "/api/v1/search?q=a",
        "/search.atom?q=a",
        "/search.csv?q=a",
        "/documents/002",
    ] {
        let reply = server.get_with(target, &[("Authorization", &bearer)]);
        assert_eq!(reply.status, 200, "{target}");
    }
    let cookie = cookie_of(&log_in(&server, "alice", "another horse", "/"));
    let wrong = [
        ("Authorization", "Bearer polidex_0"),
        ("Cookie", cookie.as_str()),
    ];
    assert_eq!(
        server.get_with("/api/v1/search?q=a", &wrong).status,
        401,
        "what is sent is meant"
    );
    let basic = [("Authorization", "Basic YWxpY2U6YQ==")];
    assert_eq!(server.get_with("/api/v1/search?q=a", &basic).status, 401);
}

#[test]
fn every_page_names_the_reader_who_has_logged_in() {
    let office = Office::new();
    let server = office.server();
    let cookie = cookie_of(&log_in(&server, "alice", "another horse", "/"));
    for page in [
        "/",
        "/search?q=a",
        "/documents/002",
        "/sources",
        "/timeline",
        "/concordance",
        "/not-held",
        "/reuse",
        "/check",
        "/coverage",
        "/list",
        "/help",
        "/api",
    ] {
        let reply = with_cookie(&server, page, &cookie);
        assert_eq!(reply.status, 200, "{page}");
        assert!(reply.body.contains(">alice</a>"), "{page}: {}", reply.body);
    }
}

#[test]
fn a_draft_is_checked_for_those_who_may_enter() {
    let office = Office::new();
    let mut users = office.users();
    let token = users.add_token("alice").unwrap();
    office.write(&users);
    let server = office.server();
    let draft = "Content-Type: text/plain\r\n";
    for path in ["/check", "/api/v1/check"] {
        let refused = post(&server, path, draft, "第1條");
        assert_eq!(refused.status, 401, "{path}");
        assert!(!refused.body.contains("第1條"), "{}", refused.body);
        // No byte of a draft is waited for.
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{draft}Content-Length: 1900000\r\n\r\n"
        );
        assert_eq!(server.send(head.as_bytes()).status, 401, "{path}");
    }
    assert_eq!(server.get("/check").status, 303);
    let bearer = format!("{draft}Authorization: Bearer {token}\r\n");
    assert_eq!(post(&server, "/api/v1/check", &bearer, "第1條").status, 200);
    let wrong = format!("{draft}Authorization: Bearer polidex_0\r\n");
    assert_eq!(post(&server, "/api/v1/check", &wrong, "第1條").status, 401);
    let cookie = cookie_of(&log_in(&server, "alice", "another horse", "/check"));
    let session = format!("{draft}Cookie: {cookie}\r\n");
    for path in ["/check", "/api/v1/check"] {
        let checked = post(&server, path, &session, "第1條");
        assert_eq!(checked.status, 200, "{path}");
        let kept = checked.header("cache-control").unwrap_or_default();
        assert!(kept.starts_with("private"), "{path}: {kept}");
        let large = "字".repeat(800_000);
        assert_eq!(post(&server, path, &session, &large).status, 413, "{path}");
    }
}

#[test]
fn a_form_of_another_site_is_refused() {
    let office = Office::new();
    let server = office.server();
    let body = "name=alice&password=another+horse";
    for (headers, expected) in [
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        (
            "Sec-Fetch-Site: same-site\r\nOrigin: http://localhost\r\n",
            403,
        ),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("", 403),
        ("Origin: http://localhost\r\n", 303),
    ] {
        let reply = post(&server, "/login", headers, body);
        assert_eq!(reply.status, expected, "{headers}");
        assert_eq!(
            reply.header("set-cookie").is_some(),
            expected == 303,
            "{headers}"
        );
    }
    assert_eq!(
        post(&server, "/logout", "Origin: http://evil.example\r\n", "").status,
        403
    );
}

#[test]
fn forms_are_small_and_tries_are_few() {
    let office = Office::new();
    let server = office.server();
    let own = "Sec-Fetch-Site: same-origin\r\n";
    assert_eq!(post(&server, "/login", own, &"a".repeat(5_000)).status, 413);
    for path in ["/search", "/documents/002", "/api/v1/search", "/"] {
        assert_eq!(post(&server, path, own, "q=a").status, 405, "{path}");
    }
    let chunked = "POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    assert_eq!(server.send(chunked.as_bytes()).status, 400);
    let tries: Vec<u16> = (0..12)
        .map(|_| log_in(&server, "alice", "guess guess", "/").status)
        .collect();
    assert_eq!(tries[0], 303);
    assert_eq!(tries.last(), Some(&429), "{tries:?}");
    let open = serve(Settings::default());
    assert_eq!(
        post(&open, "/login", own, "name=a").status,
        405,
        "no login, no form"
    );
    assert_eq!(open.get("/login").status, 404);
}

#[test]
fn under_tls_the_cookie_is_secure_and_below_the_prefix() {
    let office = Office::new();
    let settings = Settings {
        base_url: Some("https://office.example/polidex".parse().unwrap()),
        ..office.settings()
    };
    let server = serve(settings);
    assert_eq!(
        server.get("/polidex/search?q=a").header("location"),
        Some("/polidex/login?next=%2Fsearch%3Fq%3Da")
    );
    let body = "name=alice&password=another+horse&next=%2Fsearch%3Fq%3Da";
    let entered = post(
        &server,
        "/polidex/login",
        "Origin: https://office.example\r\n",
        body,
    );
    assert_eq!(entered.header("location"), Some("/polidex/search?q=a"));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(
        cookie.contains("Path=/polidex/;") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
}

#[test]
fn a_proxy_may_name_the_user_and_nobody_else() {
    let doors = Doors::open(None, None, Some("X-Remote-User".to_owned())).unwrap();
    let settings = |proxies: &[&str]| Settings {
        doors: Some(doors.clone()),
        trusted_proxies: proxies.iter().map(|net| net.parse().unwrap()).collect(),
        ..Settings::default()
    };
    let named = [("X-Remote-User", "陳大文")];
    let trusting = serve(settings(&["127.0.0.1/32"]));
    let page = trusting.get_with("/search?q=a", &named);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("陳大文"));
    assert_eq!(
        trusting.get("/search?q=a").status,
        401,
        "there is no form to fill in"
    );
    assert_eq!(
        trusting
            .get_with("/search", &[("X-Remote-User", " ")])
            .status,
        401
    );
    let other = serve(settings(&["10.0.0.1/32"]));
    assert_eq!(
        other.get_with("/search?q=a", &named).status,
        401,
        "not from the proxy"
    );
}

#[test]
fn one_key_for_all_processes_may_come_from_outside() {
    let office = Office::new();
    let key = SessionKey::of_secret(&"0123456789abcdef".repeat(2)).unwrap();
    let doors = |key| Some(Doors::open(Some(&office.path()), key, None).unwrap());
    let with_key = || {
        serve(Settings {
            doors: doors(Some(key.clone())),
            ..Settings::default()
        })
    };
    let cookie = cookie_of(&log_in(&with_key(), "alice", "another horse", "/"));
    assert_eq!(with_cookie(&with_key(), "/search", &cookie).status, 200);
    assert_eq!(
        with_cookie(&office.server(), "/search", &cookie).status,
        303,
        "the file's key"
    );
}

#[test]
fn a_user_is_one_client_wherever_the_requests_are_from() {
    let office = Office::new();
    let mut users = office.users();
    let tokens =
        ["alice", "陳大文"].map(|name| format!("Bearer {}", users.add_token(name).unwrap()));
    office.write(&users);
    let settings = Settings {
        rate: Rate::PerSecond(2),
        trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
        ..office.settings()
    };
    let server = serve(settings);
    // The rate is each address's; a user from many addresses still answers.
    let ask = |token: &str, from: &str| {
        server
            .get_with(
                "/search?q=a",
                &[("Authorization", token), ("X-Forwarded-For", from)],
            )
            .status
    };
    let statuses: Vec<u16> = (1..30)
        .map(|n| ask(&tokens[0], &format!("192.0.2.{n}")))
        .collect();
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    let same: Vec<u16> = (1..30).map(|_| ask(&tokens[1], "198.51.100.1")).collect();
    assert!(same.contains(&429), "{same:?}");
}
