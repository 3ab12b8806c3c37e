//! Any bytes are taken: every parser is held against what the fuzzer kept (`tests/fuzz/corpora`) and against changed beginnings
//! of what it reads. `POLIDEX_FUZZ_SECONDS=60` gives each law so much longer; `tests/fuzz` runs the same laws guided by coverage.

use std::io::Read;
use std::path::Path;

use std::time::{Duration, Instant};

use polidex_tests::Random;
use polidex_tests::anything::{BEGINNINGS, LAWS};

/// Changed texts for each law: a few seconds without optimisation.
const RUNS: usize = 1_000;
/// Longest text made.
const MOST_BYTES: usize = 2_000;

/// A text to begin with, changed in up to eight places: a byte, a run taken out, said again, or brought from another text.
fn changed(random: &mut Random) -> Vec<u8> {
    let mut text = BEGINNINGS[random.below(BEGINNINGS.len())].clone();
    for _ in 0..random.below(8) {
        let at = random.below(text.len() + 1);
        let to = (at + random.below(12)).min(text.len());
        let run = text[at..to].to_vec();
        match random.below(5) {
            0 if at < text.len() => text[at] = random.below(256) as u8,
            1 => drop(text.drain(at..to)),
            2 => drop(text.splice(at..at, run.repeat(1 + random.below(20)))),
            3 => {
                let other = &BEGINNINGS[random.below(BEGINNINGS.len())];
                let from = random.below(other.len() + 1);
                drop(text.splice(at..at, other[from..].iter().copied()));
            }
            _ => drop(text.splice(at..at, random.below(256).to_le_bytes()[..1].iter().copied())),
        }
    }
    text.truncate(MOST_BYTES);
    text
}

/// Inputs of a law that the fuzzer kept, for what they reach.
fn kept(name: &str) -> Vec<Vec<u8>> {
    let path = format!("fuzz/corpora/{name}.zip");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let file = std::fs::File::open(&path).expect("the fuzzer kept some");
    let mut archive = zip::ZipArchive::new(file).expect("a ZIP file");
    let len = archive.len();
    let read = |number| {
        let mut member = archive.by_index(number).expect("a member");
        let mut input = Vec::new();
        member.read_to_end(&mut input).expect("its bytes");
        input
    };
    (0..len).map(read).collect()
}

/// Time that each law is given beyond its runs, by the variable `POLIDEX_FUZZ_SECONDS`; none where it is not set.
fn more_time() -> Duration {
    let seconds = std::env::var("POLIDEX_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "the number of runs is a figure to read"
)]
fn any_bytes_are_taken() {
    for (name, law) in LAWS {
        let mut random = Random(20_241_125);
        for input in BEGINNINGS.iter().chain(&kept(name)) {
            law(input);
        }
        let (until, mut run) = (Instant::now() + more_time(), 0);
        while run < RUNS || Instant::now() < until {
            let text = changed(&mut random);
            let held = std::panic::catch_unwind(|| law(&text));
            assert!(
                held.is_ok(),
                "{name} is broken by run {run}: {:?}",
                String::from_utf8_lossy(&text)
            );
            run += 1;
        }
        eprintln!("{name}: {run} runs");
    }
}
