//! Measures what it costs to read files in confined processes, against reading them within the indexer.
//!
//! Both ways by turns, each in a process of its own, on some lines of a folder of JSON Lines or on a folder as it is. What
//! counts is processor time, that of the readers included: it holds on a busy machine too.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::readers::set_worker_program;
use polidex_tests::sample_lines;

use super::indexing::cpu_seconds_with_children;

/// Runs of each way.
const RUNS: usize = 5;
const THREADS: usize = 2;

/// Prints what indexing `folder` takes both ways; of JSON Lines every `step`-th line, or all files as they are if it is 0.
///
/// # Errors
/// When a run fails.
pub(crate) fn run(folder: &Path, program: &Path, step: usize) -> anyhow::Result<()> {
    let sample = tempfile::TempDir::new()?;
    let folder = if step == 0 {
        folder
    } else {
        sample_lines(folder, sample.path(), step);
        sample.path()
    };
    let (mut within, mut apart) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        within.push(one_of(folder, None)?);
        apart.push(one_of(folder, Some(program))?);
    }
    let (within, apart) = (least(&within), least(&apart));
    println!("{:<24} {:>8} {:>8}", "least of both", "wall s", "cpu s");
    println!(
        "{:<24} {:>8.2} {:>8.2}",
        "within the indexer", within.0, within.1
    );
    println!(
        "{:<24} {:>8.2} {:>8.2}",
        "in confined processes", apart.0, apart.1
    );
    println!(
        "confinement costs {:.1} % of processor time",
        (apart.1 / within.1 - 1.0) * 100.0
    );
    Ok(())
}

/// Wall and processor seconds of one run in a process of its own.
fn one_of(folder: &Path, program: Option<&Path>) -> anyhow::Result<(f64, f64)> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["bench", "confinement-run"])
        .arg(folder)
        .args(program);
    let output = command.output()?;
    ensure!(output.status.success(), "a run failed: {}", output.status);
    let said = String::from_utf8(output.stdout)?;
    let (wall, cpu) = said.trim().split_once(' ').context("two numbers")?;
    Ok((wall.parse()?, cpu.parse()?))
}

/// Indexes `folder` once and prints its wall and processor seconds.
///
/// # Errors
/// When indexing fails.
pub(crate) fn run_once(folder: &Path, program: Option<PathBuf>) -> anyhow::Result<()> {
    if let Some(program) = program {
        set_worker_program(program.canonicalize()?);
    }
    let at = tempfile::TempDir::new()?;
    let options = BuildOptions {
        threads: THREADS,
        ..BuildOptions::default()
    };
    let started = Instant::now();
    build_index(&[folder.to_owned()], at.path(), &options, &|_| {})?;
    let wall_s = started.elapsed().as_secs_f64();
    println!("{wall_s:.3} {:.3}", cpu_seconds_with_children());
    Ok(())
}

/// The least of each number: what else runs on the machine only adds.
fn least(runs: &[(f64, f64)]) -> (f64, f64) {
    let of = |number: fn(&(f64, f64)) -> f64| runs.iter().map(number).fold(f64::INFINITY, f64::min);
    (of(|run| run.0), of(|run| run.1))
}
