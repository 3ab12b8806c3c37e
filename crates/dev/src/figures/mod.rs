//! Measures the figures that come from the seeds and the fixtures, and compares them with the
//! documentation.
//!
//! In: a program, and the Markdown of the README and docs/. Out: every figure, and one line for each
//! place that states another. A figure is stated in a table row whose first cell is its key in
//! backticks, or in running text as the number in front of `<!-- figure KEY -->`.

mod measured;
mod statements;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use measured::Figure;
use statements::Statement;

/// Command line of `figures`.
#[derive(Args)]
pub(crate) struct Options {
    /// The program to measure; the one beside this tool when absent
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The checkout, whose seeds/, README and docs/ are read
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))]
    top: PathBuf,
}

/// Prints the figures and exits 1 when the documentation states others.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let program = match &options.program {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("polidex"),
    };
    let figures = measured::figures(&program, &options.top)
        .with_context(|| format!("cannot measure {}; build it first", program.display()))?;
    for figure in &figures {
        println!("{:<40} {}", figure.key, figure.value);
    }
    let statements = statements::read(&options.top)?;
    let wrong = complaints(&figures, &statements);
    for line in &wrong {
        println!("{line}");
    }
    Ok(match wrong.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// A line on a statement that is wrong or of an unknown figure.
fn complaint(figures: &[Figure], stated: &Statement) -> Option<String> {
    let Statement {
        file,
        line,
        key,
        value,
    } = stated;
    match figures.iter().find(|figure| figure.key == *key) {
        None => Some(format!("{file}:{line}: there is no figure {key}")),
        Some(figure) if figure.value == *value => None,
        Some(Figure { value: right, .. }) => Some(format!(
            "{file}:{line}: {key} is {right}, the text says {value}"
        )),
    }
}

/// One line for each statement that is wrong or of an unknown figure, and for each figure that is
/// stated nowhere.
fn complaints(figures: &[Figure], statements: &[Statement]) -> Vec<String> {
    let stated = statements.iter();
    let mut lines: Vec<String> = stated.filter_map(|one| complaint(figures, one)).collect();
    let is_stated = |figure: &&Figure| statements.iter().any(|stated| stated.key == figure.key);
    let missing = figures.iter().filter(|figure| !is_stated(figure));
    lines.extend(missing.map(|figure| format!("docs/measurements.md: {} is missing", figure.key)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(key: &str, value: &str) -> Figure {
        Figure {
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn wrong_unknown_and_missing_figures_are_named_with_their_place() {
        let figures = [figure("a", "5"), figure("b", "1.25"), figure("c", "3")];
        let text = "| `a` | 6 |\n1.25 %<!-- figure b --> and 7<!-- figure d -->\n";
        assert_eq!(
            complaints(&figures, &statements::of("README.md", text)),
            [
                "README.md:1: a is 5, the text says 6",
                "README.md:2: there is no figure d",
                "docs/measurements.md: c is missing",
            ]
        );
    }
}
