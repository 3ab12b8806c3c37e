//! Asks an index on a cluster and the index of the same documents on this machine's disk the same questions.
//!
//! Counts, facets and the set of hits have to be equal; how far the orders agree is told. Then both are asked by several
//! clients at once, for their times.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use polidex_opensearch::engine::ClusterEngine;
use polidex_server::answer::Answer;
use polidex_server::error::ServerError;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use serde_json::Value;

/// Hits compared of each question.
const HITS: usize = 50;
/// Clients at once, for the times.
const CLIENTS: usize = 8;
/// Number of times that an engine may run out of time.
const PATIENCE: usize = 10;
/// Differences that are listed.
const MOST_LISTED: usize = 40;

/// Compares at most `limit` of the questions in a file, drawn evenly from it.
///
/// # Errors
/// When an index cannot be opened or the file cannot be read.
pub(crate) fn run(dir: &Path, address: &str, questions: &Path, limit: usize) -> anyhow::Result<()> {
    let disk = Searcher::open(dir)?;
    let cluster = open_cluster(address)?;
    let questions = read_questions(questions, limit)?;
    let mut tally = Tally::default();
    for question in &questions {
        let (disk, cluster) = (whole(&disk, question)?, whole(&cluster, question)?);
        tally.compare(&question.search.query.q, &disk, &cluster);
    }
    tally.print();
    for clients in [1, CLIENTS] {
        for (name, engine) in [("disk", &disk), ("cluster", &cluster)] {
            print_times(name, engine, &questions, clients);
        }
    }
    Ok(())
}

/// The answer to a question, asked for again while it says that it ran out of time.
fn whole(engine: &Searcher, question: &Question) -> Result<Answer, ServerError> {
    for _ in 0..PATIENCE {
        if let Ok(answer) = engine.search(question)
            && !answer.partial
        {
            return Ok(answer);
        }
    }
    engine.search(question)
}

/// The index at an address of a cluster.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open_cluster(address: &str) -> anyhow::Result<Searcher> {
    Ok(Searcher::over(ClusterEngine::open(&address.parse()?)?))
}

fn read_questions(path: &Path, limit: usize) -> anyhow::Result<Vec<Question>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let step = (lines.len() / limit.max(1)).max(1);
    let chosen = lines.into_iter().step_by(step).take(limit);
    chosen
        .map(|line| {
            let row: Value = serde_json::from_str(line)?;
            let q = row["q"].as_str().context("a question without q")?;
            Ok(Question::about(q).per_page(HITS))
        })
        .collect()
}

#[derive(Default)]
struct Tally {
    questions: usize,
    counts: usize,
    facets: usize,
    first: usize,
    ten: usize,
    listed: Vec<String>,
}

impl Tally {
    fn compare(&mut self, q: &str, disk: &Answer, cluster: &Answer) {
        self.questions += 1;
        let counts = |answer: &Answer| {
            let (total, page) = (answer.total, answer.page.listed);
            (total, answer.expanded_total, answer.original_total, page)
        };
        let has_counts = counts(disk) == counts(cluster);
        self.counts += usize::from(has_counts);
        if !has_counts {
            self.list(format!(
                "{q}: {:?} on the disk, {:?}",
                counts(disk),
                counts(cluster)
            ));
        }
        let facets = |answer: &Answer| serde_json::to_value(&answer.facets).unwrap_or_default();
        let has_facets = without_sources(facets(disk)) == without_sources(facets(cluster));
        self.facets += usize::from(has_facets);
        if has_counts && !has_facets {
            self.list(format!("{q}: other facets"));
        }
        self.compare_orders(q, &ids(disk), &ids(cluster));
    }

    fn compare_orders(&mut self, q: &str, disk: &[&str], cluster: &[&str]) {
        let is_first = disk.first() == cluster.first();
        self.first += usize::from(is_first);
        if !is_first {
            self.list(format!(
                "{q}: first {:?} on the disk, {:?}",
                disk.first(),
                cluster.first()
            ));
        }
        let ten = |ids: &[&str]| ids.iter().take(10).map(|id| (*id).to_owned()).collect();
        let (one, other): (BTreeSet<String>, BTreeSet<String>) = (ten(disk), ten(cluster));
        self.ten += usize::from(one.intersection(&other).count() + 1 >= one.len().max(other.len()));
    }

    fn list(&mut self, line: String) {
        if self.listed.len() < MOST_LISTED {
            self.listed.push(line);
        }
    }

    fn print(&self) {
        for line in &self.listed {
            println!("{line}");
        }
        println!(
            "{} questions: equal counts {}, equal facets {}, the same first hit {}, at least nine of ten the same {}",
            self.questions, self.counts, self.facets, self.first, self.ten
        );
    }
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// The facet of sources lists the best hits, whose order is compared by itself.
fn without_sources(mut facets: Value) -> Value {
    if let Value::Array(facets) = &mut facets {
        facets.retain(|facet| facet["field"] != "source");
    }
    facets
}

/// Asks all questions by several clients at once and prints their times.
fn print_times(name: &str, engine: &Searcher, questions: &[Question], clients: usize) {
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::new());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let question = question.clone().per_page(10);
                    let asked = Instant::now();
                    let is_answered = engine.search(&question).is_ok_and(|answer| !answer.partial);
                    let took = asked.elapsed().as_secs_f64() * 1_000.0;
                    times.lock().expect("no panic").push((took, is_answered));
                }
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let times = times.into_inner().expect("no panic");
    let failed = times.iter().filter(|(_, is_answered)| !is_answered).count();
    let mut times: Vec<f64> = times.into_iter().map(|(took, _)| took).collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        times
            .get(times.len() * percent / 100)
            .copied()
            .unwrap_or(0.0)
    };
    println!(
        "{name}, {clients} clients: {:.1} searches a second, ms p50 {:.1}, p95 {:.1}, p99 {:.1}; {failed} failed or partial",
        times.len() as f64 / seconds,
        at(50),
        at(95),
        at(99)
    );
}
