//! Prints how texts are aligned with their translations, to be read.

use std::io::BufRead;

use anyhow::Context;
use polidex_analysis::alignment::align;
use serde_json::{Value, json};

/// Reads `{"first","second"}` a line and prints `{"beads":[[…, …], …]}` a line.
///
/// # Errors
/// When a line is no such object.
pub(super) fn run() -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| line[name].as_str().context("a line lacks a text");
        let (first, second) = (text("first")?, text("second")?);
        let beads = align(first, second).into_iter();
        let beads = beads.map(|bead| json!([&first[bead.first], &second[bead.second]]));
        println!("{}", json!({ "beads": beads.collect::<Vec<_>>() }));
    }
    Ok(())
}
