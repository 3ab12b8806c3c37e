//! Developers' tools: one program, a subcommand each. Nothing here is shipped.
//!
//! `cargo dev SUBCOMMAND` runs it (an alias in `.cargo/config.toml`).

#![allow(clippy::print_stdout, reason = "tools print their findings")]

mod check;
mod compare;
mod damage;
mod figures;
mod generate;
mod measure;
mod sbom;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// As in the program, so that what is measured here is what it does there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "polidex-dev", about = "Developers' tools of polidex")]
struct Cli {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Ask two programs the same and print what differs; exits 1 when something does
    Compare(compare::Options),
    /// Measure the figures of the documentation again; exits 1 where it states others
    Figures(figures::Options),
    /// Damage texts and score what repair makes of them
    #[command(subcommand)]
    Damage(damage::Tool),
    /// Check a whole index
    #[command(subcommand)]
    Check(check::Tool),
    /// Measure speed; build with --release
    #[command(subcommand)]
    Bench(measure::Tool),
    /// Generate tables
    #[command(subcommand)]
    Generate(generate::Tool),
    /// Print the bill of materials of the program: CycloneDX 1.5, JSON
    Sbom,
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().tool {
        Tool::Compare(options) => return compare::run(&options),
        Tool::Figures(options) => return figures::run(&options),
        Tool::Damage(tool) => damage::run(tool)?,
        Tool::Check(tool) => check::run(&tool)?,
        Tool::Bench(tool) => measure::run(&tool)?,
        Tool::Generate(tool) => generate::run(&tool)?,
        Tool::Sbom => sbom::run()?,
    }
    Ok(ExitCode::SUCCESS)
}
