//! Attacks a server and asks it what other readers ask meanwhile; then lets many readers in at once.
//!
//! The server is a process of its own with its usual limits. Readers come from addresses of their own, which the server takes
//! from a proxy that it trusts: this machine. Attackers of connections come from the machine's own network address, since
//! connections of a proxy are not counted. Every row tells what a reader had meanwhile: answers, median, p99, errors.

mod attacks;
mod client;
mod server;
pub(super) mod soak;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use self::attacks::{ATTACKS, Attack, Site};
use self::client::{Reply, get};
use self::server::Server;

/// Pause of a reader between two requests.
const THINKING: Duration = Duration::from_millis(100);
/// Time that an attack has before the reader comes.
const HEAD_START: Duration = Duration::from_secs(2);
/// Answers that take a reader longer are errors: he has gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// Questions asked before a row begins.
const WARM_UP: usize = 20;
/// Readers of the rows without an attack; each asks once a second.
const CROWDS: [usize; 3] = [8, 64, 256];
/// Questions asked where there is no file of them.
const QUESTIONS: [&str; 6] = [
    "新質生產力",
    "innovation",
    "\"low-altitude economy\"",
    "housing policy",
    "第23條",
    "公司條例",
];

/// Runs every attack whose name holds `wanted`, each for `seconds`, then the crowds, unless `wanted` leaves them out.
///
/// # Errors
/// When the program does not serve the index.
pub(crate) fn run(program: &Path, index: &Path, wanted: &str, seconds: u64) -> anyhow::Result<()> {
    let time = Duration::from_secs(seconds);
    let questions = questions();
    println!("{}", Row::head());
    let is_wanted = |name: &str| name.contains(wanted);
    if is_wanted("nobody") {
        let server = started(program, index, &questions)?;
        row("nobody", &server, || reader(&server, &questions, time));
    }
    for attack in ATTACKS.iter().filter(|attack| is_wanted(attack.name)) {
        let server = started(program, index, &questions)?;
        let outcome = under(attack, &server, &questions, time)?;
        println!("{:>12}{outcome}", "");
    }
    for crowd in CROWDS {
        let name = format!("{crowd} readers");
        if is_wanted(&name) {
            let server = started(program, index, &questions)?;
            row(&name, &server, || readers(&server, &questions, crowd, time));
        }
    }
    Ok(())
}

fn questions() -> Vec<String> {
    let asked = polidex_tests::shared("questions/questions.jsonl");
    let lines = asked.and_then(|path| std::fs::read_to_string(path).ok());
    let read: Vec<String> = lines
        .iter()
        .flat_map(|lines| lines.lines())
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|question| Some(question["q"].as_str()?.to_owned()))
        .collect();
    if read.is_empty() {
        QUESTIONS.map(str::to_owned).into()
    } else {
        read
    }
}

/// Asks as a reader while `attack` goes on, and prints what he had. Returns what the attack had.
fn under(
    attack: &Attack,
    server: &Server,
    questions: &[String],
    time: Duration,
) -> anyhow::Result<String> {
    let site = Site::look(server)?;
    let stop = AtomicBool::new(false);
    let had = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..attack.hands {
            let (site, stop, had) = (&site, &stop, &had);
            scope.spawn(move || (attack.run)(site, number, stop, had));
        }
        std::thread::sleep(HEAD_START);
        row(attack.name, server, || reader(server, questions, time));
        stop.store(true, Ordering::Relaxed);
    });
    let had = had.into_inner().unwrap_or_default();
    let mut counts = std::collections::BTreeMap::new();
    for status in had {
        *counts.entry(status).or_insert(0_u64) += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(status, count)| match status {
            0 => format!("no answer: {count}"),
            status => format!("{status}: {count}"),
        })
        .collect();
    Ok(format!("the attack had {}", counts.join(", ")))
}

/// Answers of one reader who thinks between two requests.
fn reader(server: &Server, questions: &[String], time: Duration) -> Vec<Reply> {
    let until = Instant::now() + time;
    let mut replies = Vec::new();
    while Instant::now() < until {
        let target = target(
            &questions[replies.len() * 37 % questions.len()],
            replies.len(),
        );
        replies.push(get(server.address(), &target, "198.51.100.1", PATIENCE));
        std::thread::sleep(THINKING);
    }
    replies
}

/// Answers of `crowd` readers, each of whom asks once a second.
fn readers(server: &Server, questions: &[String], crowd: usize, time: Duration) -> Vec<Reply> {
    let until = Instant::now() + time;
    let replies = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..crowd {
            let replies = &replies;
            scope.spawn(move || {
                std::thread::sleep(Duration::from_secs(1) * number as u32 / crowd as u32);
                let address = format!("198.51.{}.{}", 100 + number / 200, number % 200 + 1);
                let mut asked = number * 11;
                while Instant::now() < until {
                    let next = Instant::now() + Duration::from_secs(1);
                    let target = target(&questions[asked * 37 % questions.len()], asked);
                    let reply = get(server.address(), &target, &address, PATIENCE);
                    replies
                        .lock()
                        .unwrap_or_else(|held| held.into_inner())
                        .push(reply);
                    asked += 1;
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
    });
    replies.into_inner().unwrap_or_default()
}

/// Address of a question: pages and answers for programs by turns.
fn target(question: &str, number: usize) -> String {
    let path = ["/search", "/api/v1/search"][number % 2];
    format!("{path}?q={}", client::encoded(question))
}

/// Starts a server and has it read what it reads once.
fn started(program: &Path, index: &Path, questions: &[String]) -> anyhow::Result<Server> {
    let server = Server::start(program, index)?;
    for number in 0..WARM_UP {
        let target = target(&questions[number * 37 % questions.len()], number);
        get(server.address(), &target, "198.51.100.1", PATIENCE);
    }
    Ok(server)
}

/// Prints a row of what `ask` had.
fn row(name: &str, server: &Server, ask: impl FnOnce() -> Vec<Reply>) {
    let (used, started) = (server.processor_time(), Instant::now());
    let watch = server.watch_memory();
    let replies = ask();
    let used = server.processor_time().saturating_sub(used);
    let row = Row {
        name,
        replies,
        processors: used.as_secs_f64() / started.elapsed().as_secs_f64(),
        memory_mib: watch.most_mib(),
    };
    println!("{row}");
}

/// What readers had while something went on.
struct Row<'a> {
    name: &'a str,
    replies: Vec<Reply>,
    /// Processors that the server used on average.
    processors: f64,
    memory_mib: u64,
}

impl Row<'_> {
    fn head() -> String {
        format!(
            "{:<34} {:>7} {:>9} {:>9} {:>9} {:>6} {:>6} {:>6} {:>7}",
            "ms", "answers", "median", "p99", "most", "busy", "errors", "procs", "MiB"
        )
    }
}

impl std::fmt::Display for Row<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut times: Vec<f64> = self
            .replies
            .iter()
            .map(|reply| reply.took.as_secs_f64() * 1_000.0)
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times.get(place).copied().unwrap_or(f64::NAN)
        };
        // A server that is at its capacity says so, and when to come again. Anything else is an error.
        let busy = self.replies.iter().filter(|reply| reply.is_busy()).count();
        let errors = self.replies.iter().filter(|reply| reply.is_error()).count();
        write!(
            out,
            "{:<34} {:>7} {:>9.1} {:>9.1} {:>9.1} {:>6} {:>6} {:>6.2} {:>7}",
            self.name,
            times.len(),
            at(0.5),
            at(0.99),
            at(1.0),
            busy,
            errors,
            self.processors,
            self.memory_mib
        )
    }
}
