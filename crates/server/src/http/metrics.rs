//! Counts what a server does, in the text format of Prometheus: requests, their time, searches without a hit, the index, memory.
//!
//! No text of a query, no address and no name is counted by.

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;

use crate::answer::{Answer, IndexInfo};
use crate::http::unanswered::Unanswered;

/// Routes that are counted apart, by how their paths begin; the first that fits.
const ROUTES: [(&str, &str); 14] = [
    ("/api/v1/search", "api_search"),
    ("/api/v1/suggest", "api_suggest"),
    ("/api/v1/documents/", "api_document"),
    ("/api/v1/sources", "api_sources"),
    ("/api/v1/filters/", "api_filters"),
    ("/api/", "api_other"),
    ("/search.", "export"),
    ("/search", "search"),
    ("/documents/", "document"),
    ("/sources", "sources"),
    ("/filters/", "filters"),
    ("/static/", "static"),
    ("/healthz", "healthz"),
    ("/readyz", "readyz"),
];
/// Name of what fits none; the home page is one of them.
const OTHER: &str = "other";
/// Classes of status: `1xx` to `5xx`.
const CLASSES: usize = 5;
/// Upper bounds of the times counted, in milliseconds.
const BOUNDS_MS: [u64; 11] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// Counters of one server.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: [[AtomicU64; CLASSES]; ROUTES.len() + 1],
    /// Requests by the first bound that their time is not above; the last holds the slower ones.
    times: [AtomicU64; BOUNDS_MS.len() + 1],
    time_us: AtomicU64,
    searches: AtomicU64,
    zero_results: AtomicU64,
    /// Questions without results, where the operator asks for them.
    unanswered: OnceLock<Unanswered>,
}

/// Number of the route that a path is of.
pub(crate) fn route_of(path: &str) -> usize {
    let fits = |(begins, _): &(&str, &str)| path.starts_with(begins);
    ROUTES.iter().position(fits).unwrap_or(ROUTES.len())
}

pub(crate) fn name_of(route: usize) -> &'static str {
    ROUTES.get(route).map_or(OTHER, |(_, name)| name)
}

impl Metrics {
    /// Counts a request that was answered.
    pub(crate) fn note(&self, route: usize, status: StatusCode, time: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES) - 1;
        add(&self.requests[route][class], 1);
        let ms = time.as_secs_f64() * 1_000.0;
        let bound = BOUNDS_MS.iter().position(|bound| ms <= *bound as f64);
        add(&self.times[bound.unwrap_or(BOUNDS_MS.len())], 1);
        add(&self.time_us, time.as_micros() as u64);
    }

    /// Counts a search, and whether it found nothing.
    pub(crate) fn note_search(&self, answer: &Answer) {
        add(&self.searches, 1);
        let is_zero = answer.page.listed == 0;
        add(&self.zero_results, u64::from(is_zero));
        if let Some(unanswered) = self.unanswered.get().filter(|_| is_zero) {
            unanswered.note(&answer.query.q);
        }
    }

    /// Counts questions without results from now on, on top of an earlier report.
    pub(crate) fn count_unanswered(&self, earlier: &str) {
        self.unanswered
            .get_or_init(Unanswered::default)
            .add(earlier);
    }

    /// The questions without results, if they are counted.
    pub(crate) fn unanswered(&self) -> Option<String> {
        self.unanswered.get().map(Unanswered::report)
    }

    /// All counters as Prometheus reads them (text format 0.0.4).
    pub(crate) fn text(&self, index: Option<&IndexInfo>, built: Option<SystemTime>) -> String {
        let mut text = String::new();
        self.write_requests(&mut text);
        self.write_times(&mut text);
        let searches = read(&self.searches);
        counter(
            &mut text,
            "polidex_searches_total",
            "Searches answered by the page and the API.",
            searches,
        );
        let without = read(&self.zero_results);
        counter(
            &mut text,
            "polidex_zero_results_total",
            "Searches that found nothing.",
            without,
        );
        if let Some(index) = index {
            gauge(
                &mut text,
                "polidex_index_documents",
                "Documents in the index.",
                index.documents,
            );
            gauge(
                &mut text,
                "polidex_index_passages",
                "Passages in the index.",
                index.passages,
            );
            gauge(
                &mut text,
                "polidex_index_stale_documents",
                "Documents whose files could not be read.",
                index.stale,
            );
        }
        if let Some(age) = built.and_then(|built| built.elapsed().ok()) {
            gauge(
                &mut text,
                "polidex_index_age_seconds",
                "Time since the index was built.",
                age.as_secs(),
            );
        }
        if let Some(bytes) = resident_bytes() {
            gauge(
                &mut text,
                "polidex_memory_bytes",
                "Resident memory of the process.",
                bytes,
            );
        }
        text
    }

    fn write_requests(&self, text: &mut String) {
        head(
            text,
            "polidex_requests_total",
            "counter",
            "Requests answered, by route and class of status.",
        );
        for (route, classes) in self.requests.iter().enumerate() {
            for (class, count) in classes.iter().enumerate() {
                let (name, class, count) = (name_of(route), class + 1, read(count));
                if count > 0 {
                    let _ = writeln!(
                        text,
                        "polidex_requests_total{{route=\"{name}\",status=\"{class}xx\"}} {count}"
                    );
                }
            }
        }
    }

    fn write_times(&self, text: &mut String) {
        let name = "polidex_request_duration_seconds";
        head(
            text,
            name,
            "histogram",
            "Time until an answer began to be sent.",
        );
        let mut count = 0;
        for (bound, times) in BOUNDS_MS.iter().zip(&self.times) {
            count += read(times);
            let seconds = *bound as f64 / 1_000.0;
            let _ = writeln!(text, "{name}_bucket{{le=\"{seconds}\"}} {count}");
        }
        count += read(&self.times[BOUNDS_MS.len()]);
        let sum = read(&self.time_us) as f64 / 1e6;
        let _ = writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "{name}_sum {sum}\n{name}_count {count}");
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn counter(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, "counter", help);
    let _ = writeln!(text, "{name} {value}");
}

fn gauge(text: &mut String, name: &str, help: &str, value: u64) {
    head(text, name, "gauge", help);
    let _ = writeln!(text, "{name} {value}");
}

/// Resident memory of this process, where Linux tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        for (path, status, ms) in [
            ("/search", 200, 3),
            ("/search?", 200, 30),
            ("/search.csv", 404, 6_000),
            ("/healthz", 200, 1),
            ("/readyz", 200, 1),
            ("/", 200, 1),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            metrics.note(route_of(path), status, Duration::from_millis(ms));
        }
        let text = metrics.text(None, None);
        for line in [
            "polidex_requests_total{route=\"search\",status=\"2xx\"} 2",
            "polidex_requests_total{route=\"export\",status=\"4xx\"} 1",
            "polidex_requests_total{route=\"other\",status=\"2xx\"} 1",
            "polidex_request_duration_seconds_bucket{le=\"0.001\"} 3",
            "polidex_request_duration_seconds_bucket{le=\"5\"} 5",
            "polidex_request_duration_seconds_bucket{le=\"+Inf\"} 6",
            "polidex_request_duration_seconds_count 6",
            "polidex_searches_total 0",
        ] {
            assert!(
                text.lines().any(|written| written == line),
                "{line}\n{text}"
            );
        }
    }
}
