//! Developers' tools: one program, a subcommand each. Nothing here is shipped.
//!
//! `cargo dev SUBCOMMAND` runs it (an alias in `.cargo/config.toml`).

#![allow(clippy::print_stdout, reason = "tools print their findings")]

mod compare;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "polidex-dev", about = "Developers' tools of polidex")]
struct Cli {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Ask two programs the same and print what differs; exits 0 when nothing does, 1 otherwise.
    Compare(compare::Options),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().tool {
        Tool::Compare(options) => compare::run(&options),
    }
}
