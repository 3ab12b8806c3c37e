//! Slow, greedy and malformed clients.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use polidex_server::http::{Limits, Rate, Settings};

use super::backend::Rote;
use super::client::{Reply, Server};

fn with_limits(limits: Limits) -> Server {
    Server::with(
        Settings {
            limits,
            ..Settings::default()
        },
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    )
}

#[test]
fn the_default_head_timeout_is_ten_seconds_at_most() {
    assert!(Limits::default().head_timeout <= Duration::from_secs(10));
}

#[test]
fn a_head_that_trickles_in_is_cut_off() {
    let server = with_limits(Limits {
        head_timeout: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut stream = server.connect();
    let started = Instant::now();
    for byte in
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        if started.elapsed() > Duration::from_millis(900) {
            break;
        }
    }
    let reply = Reply::read(&mut stream);
    assert!(reply.status == 0 || reply.status == 408, "{reply:?}");
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn an_idle_connection_is_closed() {
    let server = with_limits(Limits {
        head_timeout: Duration::from_millis(200),
        ..Limits::default()
    });
    let mut stream = server.connect();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let started = Instant::now();
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    assert!(reply.starts_with(b"HTTP/1.1 200"));
    assert!(started.elapsed() < Duration::from_secs(3));
    let mut silent = server.connect();
    let _ = silent.read_to_end(&mut reply);
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "a connection that never spoke"
    );
}

#[test]
fn a_client_that_takes_nothing_is_cut_off() {
    let server = with_limits(Limits {
        write_timeout: Duration::from_millis(300),
        ..Limits::default()
    });
    let whole = server.get("/api/v1/sources").body.len();
    // More than the system takes for a client that does not.
    let count = 1 + (60 << 20) / whole;
    let mut stream = server.connect();
    let request = "GET /api/v1/sources HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(count);
    stream.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let mut taken = Vec::new();
    let _ = stream.read_to_end(&mut taken);
    assert!(taken.len() < whole * count, "{} of {whole}", taken.len());
}

#[test]
fn long_addresses_and_headers_are_refused() {
    let server = Server::start();
    assert_eq!(
        server
            .get(&format!("/search?q={}", "a".repeat(17 * 1024)))
            .status,
        414
    );
    assert_eq!(
        server
            .get(&format!("/api/v1/search?q={}", "a".repeat(60 * 1024)))
            .status,
        414
    );
    assert_eq!(
        server
            .get_with("/", &[("X-Long", &"a".repeat(17 * 1024))])
            .status,
        431
    );
    let many: Vec<(String, String)> = (0..120)
        .map(|n| (format!("X-{n}"), "a".to_owned()))
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(server.get_with("/", &many).status, 431);
}

#[test]
fn the_page_of_an_address_that_is_too_long_does_not_repeat_it() {
    let server = Server::start();
    let page = [("Accept", "text/html")];
    let usual = server.get_with("/search?q=a&page=0", &page).body.len();
    for (q, status) in [("%E7%9A%84".repeat(5_000), 414), ("a".repeat(16_000), 422)] {
        let reply = server.get_with(&format!("/search?ui=en&source=002&q={q}"), &page);
        assert_eq!(reply.status, status);
        let len_bytes = reply.body.len();
        assert!(
            len_bytes < usual + 2 * 16_384,
            "{status}: {len_bytes} bytes, {usual} usually"
        );
        assert!(
            reply.body.contains("<html lang=\"en\""),
            "{status}: in the reader's language"
        );
    }
}

#[test]
fn bodies_are_limited_and_never_of_unknown_length() {
    let server = Server::start();
    let reply = server.get_with("/healthz", &[("Content-Length", "70000")]);
    assert_eq!(reply.status, 413);
    let smuggled = [
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n8\r\nSMUGGLED\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];
    for request in smuggled {
        let reply = server.send(
            request
                .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert_eq!(reply.status, 400, "{request:?}");
    }
}

#[test]
fn a_full_queue_is_said_and_not_waited_for() {
    let server = with_limits(Limits {
        search_threads: 1,
        search_queue: 1,
        ..Limits::default()
    });
    let statuses: Vec<Reply> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| server.get("/api/v1/search?q=slow")))
            .collect();
        asking
            .into_iter()
            .map(|asking| asking.join().unwrap())
            .collect()
    });
    let count = |status| {
        statuses
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!(count(200) + count(503), 6);
    assert!(count(200) >= 2 && count(503) >= 1, "{statuses:?}");
    let busy = statuses.iter().find(|reply| reply.status == 503).unwrap();
    assert_eq!(busy.header("retry-after"), Some("1"));
    assert_eq!(server.get("/api/v1/search?q=a").status, 200);
}

#[test]
fn a_client_that_asks_too_much_is_told_to_wait_in_its_language() {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let settings = Settings {
        rate: Rate::PerSecond(2),
        trusted_proxies,
        ..Settings::default()
    };
    let server = Server::with(
        settings,
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    );
    let ask = |target: &str, forwarded: &str| {
        let headers = [("X-Forwarded-For", forwarded), ("Accept-Language", "zh-HK")];
        server.get_with(target, &headers)
    };
    let replies: Vec<Reply> = (0..14)
        .map(|_| ask("/search?q=%E6%96%B0", "6.6.6.6, 192.0.2.1"))
        .collect();
    let refused: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert!(
        replies[..10].iter().all(|reply| reply.status == 200) && !refused.is_empty(),
        "{replies:?}"
    );
    assert_eq!(refused[0].header("retry-after"), Some("1"));
    for part in ["請求過多", "value=\"新\"", "參考編號"] {
        assert!(
            refused[0].body.contains(part),
            "{part}\n{}",
            refused[0].body
        );
    }
    assert_eq!(
        ask("/search?q=a", "7.7.7.7, 192.0.2.1").status,
        429,
        "what the client writes changes nothing"
    );
    assert_eq!(
        ask("/search?q=a", "192.0.2.2").status,
        200,
        "another client"
    );
    assert_eq!(
        ask("/healthz", "192.0.2.1").status,
        200,
        "who only looks whether we live is let in"
    );
    let problem = ask("/api/v1/search?q=a", "192.0.2.1");
    assert_eq!(
        (problem.status, problem.json()["type"].as_str()),
        (429, Some("/help#too-many-requests"))
    );
    assert_eq!(ask("/search.csv?q=a", "192.0.2.3").status, 200);
    assert_eq!(
        ask("/search.csv?q=a", "192.0.2.3").status,
        429,
        "a whole list costs more"
    );
}

#[test]
fn a_local_script_is_never_told_to_wait() {
    let server = Server::start();
    let mut stream = server.connect();
    let mut answered = 0;
    for _ in 0..1_500 {
        stream.write_all(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/v1/documents/002 HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    }
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut replies = Vec::new();
    let _ = stream.read_to_end(&mut replies);
    for line in String::from_utf8_lossy(&replies).split("HTTP/1.1 ").skip(1) {
        assert!(line.starts_with("200"), "{}", &line[..40.min(line.len())]);
        answered += 1;
    }
    assert_eq!(answered, 3_001);
}

#[test]
fn connections_beyond_the_most_wait_their_turn() {
    let server = with_limits(Limits {
        max_connections: 1,
        head_timeout: Duration::from_millis(400),
        ..Limits::default()
    });
    let _idle = server.connect();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(
        server.get("/healthz").status,
        200,
        "served once the idle one is cut off"
    );
}

#[test]
fn one_client_cannot_take_all_connections() {
    let server = with_limits(Limits {
        connections_per_client: Some(2),
        ..Limits::default()
    });
    let held = [server.connect(), server.connect()];
    std::thread::sleep(Duration::from_millis(100));
    let refused = Reply::read(&mut server.connect());
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("10")),
        "{refused:?}"
    );
    assert!(
        refused.body.ends_with("close some, try again\n"),
        "the length it says is the length it has"
    );
    drop(held);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(server.get("/healthz").status, 200, "places are given back");
}

#[test]
fn this_machine_may_hold_as_many_connections_as_it_likes() {
    let server = Server::start();
    let _held: Vec<_> = (0..200).map(|_| server.connect()).collect();
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_stopping_server_finishes_what_it_began() {
    let server = Server::start();
    let mut stream = server.connect();
    stream
        .write_all(b"GET /api/v1/search?q=slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    std::thread::sleep(Duration::from_millis(150));
    let address = server.address;
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(Reply::read(&mut stream).status, 200);
    assert!(
        std::net::TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn an_address_that_sends_heads_slowly_keeps_nobody_out() {
    let server = with_limits(Limits {
        max_connections: 8,
        head_timeout: Duration::from_secs(60),
        ..Limits::default()
    });
    let slow: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET / HTTP/1.1\r\nX-Slow: a").unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(700));
    for _ in 0..3 {
        let started = Instant::now();
        assert_eq!(server.get("/healthz").status, 200);
        assert!(
            started.elapsed() < Duration::from_secs(8),
            "{:?}",
            started.elapsed()
        );
    }
    drop(slow);
}

#[test]
fn a_greedy_client_does_not_slow_a_modest_one() {
    let settings = Settings {
        limits: Limits {
            search_threads: 2,
            ..Limits::default()
        },
        rate: Rate::PerSecond(1_000),
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Settings::default()
    };
    let engine = Rote {
        generation: "one",
        total: 3,
    };
    let server = Server::with(settings, Some(engine));
    let ask = |q: &str, client: &str| {
        let headers = [("X-Forwarded-For", client)];
        server.get_with(&format!("/api/v1/search?q={q}"), &headers)
    };
    let mut slowest = Duration::ZERO;
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| ask("slow", "192.0.2.1"));
        }
        std::thread::sleep(Duration::from_millis(100));
        for _ in 0..10 {
            let started = Instant::now();
            assert_eq!(ask("a", "192.0.2.2").status, 200);
            slowest = slowest.max(started.elapsed());
        }
    });
    // A slow search takes 0.4 s: twelve of them on two threads take more than two.
    assert!(slowest < Duration::from_millis(400), "{slowest:?}");
}
