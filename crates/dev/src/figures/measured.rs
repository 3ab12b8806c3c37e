//! The figures, measured.

use std::path::Path;

use anyhow::Context;
use polidex_tests::damage::fixture::{self, Scores};
use serde_json::Value;

use crate::compare::program::{Program, Server, Workshop};

/// One figure.
pub(super) struct Figure {
    pub(super) key: String,
    pub(super) value: String,
}

impl Figure {
    fn new(key: impl Into<String>, value: impl ToString) -> Self {
        Self {
            key: key.into(),
            value: value.to_string(),
        }
    }
}

/// Measures `program` on the seeds, and repair on its fixture.
pub(super) fn figures(program: &Path, top: &Path) -> anyhow::Result<Vec<Figure>> {
    let program = Program::new("measured", program)?;
    let workshop = Workshop::new(None)?;
    let seeds = top.join("seeds").canonicalize()?;
    let built = program.index(&workshop, "seeds", &[seeds])?;
    let server = program.serve(&built.folder, &[])?;
    let mut figures = of_report(&built.report)?;
    figures.extend(of_first_page(&server)?);
    figures.extend(of_repair());
    Ok(figures)
}

fn of_report(report: &Value) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for key in ["documents", "passages", "documents_repaired"] {
        figures.push(Figure::new(format!("seeds.{key}"), &report[key]));
    }
    let repairs = report["repairs"]
        .as_object()
        .context("the report counts repairs")?;
    for (kind, count) in repairs {
        figures.push(Figure::new(format!("seeds.repairs.{kind}"), count));
    }
    Ok(figures)
}

/// Size of the first page with everything it loads from `/static/`, as sent without compression.
fn of_first_page(server: &Server) -> anyhow::Result<Vec<Figure>> {
    let page = server.body("/")?;
    let mut len_bytes = page.len();
    let text = String::from_utf8(page)?;
    let targets = text
        .split('"')
        .filter(|quoted| quoted.starts_with("/static/"));
    let targets: std::collections::BTreeSet<&str> = targets.collect();
    for target in &targets {
        len_bytes += server.body(target)?.len();
    }
    Ok(vec![
        Figure::new("first-page.files", 1 + targets.len()),
        Figure::new("first-page.kib", len_bytes.div_ceil(1024)),
    ])
}

fn of_repair() -> Vec<Figure> {
    let scores = Scores::of(&fixture::cases());
    let (damaged, clean) = (scores.sum(false), scores.sum(true));
    let percent = format!("{:.2}", damaged.percent());
    vec![
        Figure::new("repair.damaged", damaged.count),
        Figure::new("repair.exact-percent", percent),
        Figure::new("repair.clean", clean.count),
        Figure::new("repair.clean-changed", scores.clean_changed.len()),
    ]
}
