//! Attacks on a server, each within what one address may send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;

use super::client::{encoded, get, open};
use super::server::Server;

/// Longest that an attacker waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Address of the attacker.
const ATTACKER: &str = "203.0.113.7";
/// Words that most documents hold.
const COMMON: [&str; 32] = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "or",
    "for",
    "by",
    "be",
    "any",
    "is",
    "that",
    "under",
    "with",
    "as",
    "的",
    "之",
    "或",
    "及",
    "於",
    "為",
    "应当",
    "規定",
    "依法",
    "機關",
    "中華民國",
    "国家",
    "第一條",
    "一",
    "二",
    "三",
];

/// Statuses of the answers that an attack has had; 0 for none.
pub(super) type Had = Mutex<Vec<u16>>;

/// An attack: its name, how many hands it has, and what each does until it is told to stop.
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) hands: usize,
    pub(super) run: fn(&Site, usize, &AtomicBool, &Had),
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "exports of 32 common words",
        hands: 16,
        run: |site, number, stop, had| {
            let format = ["csv", "json", "ris", "bib"][number % 4];
            let target = format!("/search.{format}?q={}", encoded(&COMMON.join(" OR ")));
            repeat(site, &target, stop, had);
        },
    },
    Attack {
        name: "searches of 32 common words",
        hands: 16,
        run: |site, _, stop, had| {
            let target = format!("/search?q={}", encoded(&COMMON.join(" OR ")));
            repeat(site, &target, stop, had);
        },
    },
    Attack {
        name: "的 a thousand times",
        hands: 16,
        run: |site, _, stop, had| {
            let target = format!("/search?q={}", encoded(&"的".repeat(1_000)));
            repeat(site, &target, stop, had);
        },
    },
    Attack {
        name: "all sources",
        hands: 16,
        run: |site, _, stop, had| repeat(site, "/api/v1/sources", stop, had),
    },
    Attack {
        name: "the largest document",
        hands: 16,
        run: |site, number, stop, had| {
            let (id, view) = (
                &site.largest,
                ["", "?view=published", "?view=plain"][number % 3],
            );
            repeat(site, &format!("/documents/{id}{view}"), stop, had);
        },
    },
    Attack {
        name: "heads that trickle in",
        hands: 400,
        run: trickle,
    },
    Attack {
        name: "forty slow readers",
        hands: 40,
        run: |site, _, stop, had| {
            take_slowly(
                site,
                &format!("/api/v1/documents/{}", site.largest),
                stop,
                had,
            );
        },
    },
    Attack {
        name: "forty slow readers of pages",
        hands: 40,
        run: |site, _, stop, had| {
            take_slowly(site, &format!("/documents/{}", site.largest), stop, had);
        },
    },
    Attack {
        name: "clients gone after a second",
        hands: 2,
        run: |site, number, stop, had| {
            let view = ["", "?view=published"][number % 2];
            leave(
                site,
                &format!("/documents/{}{view}", site.largest),
                stop,
                had,
            );
        },
    },
];

/// The server as an attacker sees it.
pub(super) struct Site {
    address: SocketAddr,
    outer: Option<SocketAddr>,
    /// The document with most passages, as a part of an address.
    largest: String,
}

impl Site {
    pub(super) fn look(server: &Server) -> anyhow::Result<Self> {
        let sources = crate::compare::client::head_and_body(
            &server.address().to_string(),
            "/api/v1/sources",
            "en",
        )?;
        let sources: Value = serde_json::from_slice(&sources.1)?;
        let sources = sources["sources"].as_array().context("a list of sources")?;
        let largest = sources
            .iter()
            .max_by_key(|source| source["passage_count"].as_u64());
        let largest = largest.and_then(|source| source["id"].as_str());
        Ok(Self {
            address: server.address(),
            outer: server.outer_address(),
            largest: encoded(largest.context("a document")?),
        })
    }
}

fn note(had: &Had, status: u16) {
    had.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(status);
}

/// Asks for `target` again and again.
fn repeat(site: &Site, target: &str, stop: &AtomicBool, had: &Had) {
    while !stop.load(Ordering::Relaxed) {
        let reply = get(site.address, target, ATTACKER, PATIENCE);
        note(had, reply.status);
        if reply.status == 429 {
            // Sixteen hands that are refused ask more than enough.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Opens connections and sends a byte a second on each of four.
fn trickle(site: &Site, _: usize, stop: &AtomicBool, had: &Had) {
    let address = site.outer.unwrap_or(site.address);
    let connect = || TcpStream::connect_timeout(&address, Duration::from_secs(5)).ok();
    let mut streams: Vec<Option<TcpStream>> = (0..4).map(|_| None).collect();
    let request = b"GET /search?q=policy HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let mut sent = 0_usize;
    while !stop.load(Ordering::Relaxed) {
        for stream in &mut streams {
            if stream.is_none() {
                *stream = connect();
            }
            let byte = [*request.get(sent).unwrap_or(&b'a')];
            if stream
                .as_mut()
                .is_none_or(|stream| stream.write_all(&byte).is_err())
            {
                *stream = None;
                note(had, 0);
            }
        }
        sent += 1;
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Takes four kilobytes of an answer a second.
fn take_slowly(site: &Site, target: &str, stop: &AtomicBool, had: &Had) {
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut stream) = open(site.address, target, ATTACKER, PATIENCE) else {
            note(had, 0);
            continue;
        };
        let mut some = [0; 4_096];
        let mut status = 0;
        while let Ok(count @ 1..) = stream.read(&mut some) {
            if status == 0 {
                let head = String::from_utf8_lossy(&some[..count]);
                status = head
                    .split(' ')
                    .nth(1)
                    .and_then(|status| status.parse().ok())
                    .unwrap_or(0);
                note(had, status);
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

/// Asks, and leaves after a second.
fn leave(site: &Site, target: &str, stop: &AtomicBool, had: &Had) {
    while !stop.load(Ordering::Relaxed) {
        let gone = Instant::now() + Duration::from_secs(1);
        match open(site.address, target, ATTACKER, PATIENCE) {
            Ok(stream) => {
                std::thread::sleep(gone.saturating_duration_since(Instant::now()));
                drop(stream);
                note(had, 0);
            }
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}
