//! Hours of a server in small: readers search, read and take lists away while a generation a minute is put in place.
//!
//! The index is made by a process of its own, as an operator's timer does, and the server follows it. A row a generation tells
//! what readers had and what the server held. At the end the last quarter is held against the second, the first being the time
//! in which caches fill: no error, memory within 5 %, no more descriptors, no longer answers.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::client::{Reply, encoded, get};
use super::server::Server;
use super::{PATIENCE, questions};

/// Readers, each of whom thinks between two requests.
const READERS: usize = 8;
const THINKING: Duration = Duration::from_millis(100);
/// Time between two looks at what the server holds.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Documents whose pages are read.
const READ_DOCUMENTS: usize = 100;
/// Most that memory may differ between the second and the last quarter.
const MEMORY_SHARE: f64 = 0.05;
/// Most that the 99th percentile may grow in the same time.
const SLOWER: f64 = 1.5;
/// Descriptors of connections that may be open at one look and not at another.
const SPARE_DESCRIPTORS: usize = 2 * READERS;

/// Serves the documents of `folder` and one that changes, for `minutes`, with a generation every `period`. Returns false where
/// something grew.
///
/// # Errors
/// When the program does not index or serve.
pub(crate) fn run(
    program: &Path,
    folder: &Path,
    minutes: u64,
    period: Duration,
) -> anyhow::Result<bool> {
    let work = tempfile::TempDir::new()?;
    let site = Site {
        program,
        folder,
        work: work.path(),
    };
    site.index(0)?;
    let server = Server::start(program, &site.index_folder())?;
    let targets = targets(&server)?;
    println!("{}", Row::HEAD);
    let periods = (minutes * 60).div_ceil(period.as_secs().max(1)).max(4);
    let mut rows = Vec::new();
    for number in 1..=periods {
        let row = Row::of(&site, &server, &targets, number, period)?;
        println!("{row}");
        rows.push(row);
    }
    Ok(is_flat(&rows))
}

/// What is indexed, and where.
struct Site<'a> {
    program: &'a Path,
    folder: &'a Path,
    work: &'a Path,
}

impl Site<'_> {
    fn index_folder(&self) -> std::path::PathBuf {
        self.work.join("index")
    }

    /// Changes a document and puts a generation with it in place.
    fn index(&self, number: u64) -> anyhow::Result<()> {
        let news = self.work.join("news");
        fs::create_dir_all(&news)?;
        let text = format!("Notice {number} on housing policy. 第{number}號公告：新質生產力。\n");
        fs::write(news.join("notice.txt"), text.repeat(50))?;
        let mut command = Command::new(self.program);
        command.arg("index").arg(self.folder).arg(&news);
        command
            .arg("--index")
            .arg(self.index_folder())
            .arg("--quiet");
        let status = command.status().context("running the indexer")?;
        ensure!(status.success(), "the indexer ended with {status}");
        Ok(())
    }
}

/// Addresses that are asked for by turns: pages, answers for programs, documents and lists to take away.
fn targets(server: &Server) -> anyhow::Result<Vec<String>> {
    let address = server.address().to_string();
    let sources =
        crate::compare::client::head_and_body(&address, "/api/v1/sources?limit=100", "en")?;
    let sources: serde_json::Value = serde_json::from_slice(&sources.1)?;
    let sources = sources["sources"].as_array().context("a list of sources")?;
    let ids = sources.iter().filter_map(|source| source["id"].as_str());
    let ids: Vec<String> = ids.take(READ_DOCUMENTS).map(encoded).collect();
    ensure!(!ids.is_empty(), "the index holds no document");
    let mut targets = Vec::new();
    for (number, question) in questions().iter().enumerate() {
        let (q, id) = (encoded(question), &ids[number % ids.len()]);
        targets.push(format!("/search?q={q}"));
        targets.push(format!("/api/v1/search?q={q}"));
        targets.push(match number % 8 {
            0 => format!("/search.csv?q={q}"),
            1 => format!("/search.ris?q={q}"),
            2 => format!("/search.json?q={q}"),
            3 => format!("/concordance?q={q}"),
            4 => format!("/api/v1/timeline?q={q}"),
            5 => format!("/api/v1/documents/{id}?q={q}"),
            _ => format!("/documents/{id}?q={q}"),
        });
    }
    Ok(targets)
}

/// What readers had, and what the server held, while one generation was made and put in place.
struct Row {
    number: u64,
    times_ms: Vec<f64>,
    busy: usize,
    errors: Vec<(u16, String)>,
    memory_mib: f64,
    descriptors: usize,
}

impl Row {
    const HEAD: &'static str =
        "generation answers   median ms      p99 ms   busy errors   MiB descriptors";

    fn of(
        site: &Site<'_>,
        server: &Server,
        targets: &[String],
        number: u64,
        period: Duration,
    ) -> anyhow::Result<Self> {
        let (stop, next) = (
            AtomicBool::new(false),
            AtomicUsize::new(number as usize * 1_009),
        );
        let had = Mutex::new(Vec::new());
        let until = Instant::now() + period;
        let (indexed, held) = std::thread::scope(|scope| {
            for _ in 0..READERS {
                scope.spawn(|| read(server, targets, &next, &stop, &had));
            }
            let indexing = scope.spawn(|| site.index(number));
            let mut held = Vec::new();
            while Instant::now() < until || !indexing.is_finished() {
                held.push((server.memory_mib(), server.descriptors()));
                std::thread::sleep(LOOK_EVERY);
            }
            let indexed = indexing.join();
            stop.store(true, Ordering::Relaxed);
            (indexed.expect("the indexer's thread does not panic"), held)
        });
        indexed?;
        Ok(Self::told(
            number,
            had.into_inner().unwrap_or_default(),
            &held,
        ))
    }

    fn told(number: u64, had: Vec<(Reply, String)>, held: &[(f64, usize)]) -> Self {
        let mut times_ms: Vec<f64> = had
            .iter()
            .map(|(reply, _)| reply.took.as_secs_f64() * 1_000.0)
            .collect();
        times_ms.sort_by(f64::total_cmp);
        let busy = had.iter().filter(|(reply, _)| reply.is_busy()).count();
        let errors = had.into_iter().filter(|(reply, _)| reply.is_error());
        Self {
            number,
            times_ms,
            busy,
            errors: errors
                .map(|(reply, target)| (reply.status, target))
                .collect(),
            memory_mib: held.iter().map(|(mib, _)| mib).sum::<f64>() / held.len().max(1) as f64,
            descriptors: held.iter().map(|(_, count)| *count).max().unwrap_or(0),
        }
    }

    fn at(&self, share: f64) -> f64 {
        let place = (self.times_ms.len() as f64 * share) as usize;
        let place = place.min(self.times_ms.len().saturating_sub(1));
        self.times_ms.get(place).copied().unwrap_or(f64::NAN)
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (answers, errors) = (self.times_ms.len(), self.errors.len());
        let (median, p99) = (self.at(0.5), self.at(0.99));
        write!(
            out,
            "{:>10} {answers:>7} {median:>11.1} {p99:>11.1} {:>6} {errors:>6} {:>5.0} {:>11}",
            self.number, self.busy, self.memory_mib, self.descriptors
        )?;
        for (status, target) in self.errors.iter().take(3) {
            write!(out, "\n           {status}: {target}")?;
        }
        Ok(())
    }
}

/// Asks for one target after another until it is told to stop, each time from another address.
fn read(
    server: &Server,
    targets: &[String],
    next: &AtomicUsize,
    stop: &AtomicBool,
    had: &Mutex<Vec<(Reply, String)>>,
) {
    while !stop.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let target = &targets[number * 37 % targets.len()];
        let from = format!("198.51.{}.{}", number / 250 % 250, number % 250 + 1);
        let reply = get(server.address(), target, &from, PATIENCE);
        let mut had = had.lock().unwrap_or_else(|held| held.into_inner());
        had.push((reply, target.clone()));
        drop(had);
        std::thread::sleep(THINKING);
    }
}

/// Holds the last quarter against the second and prints what it finds.
fn is_flat(rows: &[Row]) -> bool {
    let quarter = (rows.len() / 4).max(1);
    let (second, last) = (&rows[quarter..2 * quarter], &rows[rows.len() - quarter..]);
    let mean =
        |rows: &[Row], of: fn(&Row) -> f64| rows.iter().map(of).sum::<f64>() / rows.len() as f64;
    let most = |rows: &[Row]| rows.iter().map(|row| row.descriptors).max().unwrap_or(0);
    let memory = mean(last, |row| row.memory_mib) / mean(second, |row| row.memory_mib) - 1.0;
    let p99 = mean(last, |row| row.at(0.99)) / mean(second, |row| row.at(0.99));
    let (descriptors, descriptors_before) = (most(last), most(second));
    let errors: usize = rows.iter().map(|row| row.errors.len()).sum();
    println!(
        "the last quarter beside the second: memory {:+.1} %, p99 times {p99:.2}, descriptors {descriptors} of {descriptors_before}; {errors} errors in all",
        memory * 100.0
    );
    errors == 0
        && memory.abs() <= MEMORY_SHARE
        && p99 <= SLOWER
        && descriptors <= descriptors_before + SPARE_DESCRIPTORS
}
