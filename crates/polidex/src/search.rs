//! `polidex search`: answers one question on the terminal.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_server::answer::{Answer, Hit, PassageHit};
use polidex_server::engine::Engine;
use polidex_server::question::{Expand, Facet, MAX_PER_PAGE, Question};

use crate::Found;
use crate::indexing::DEFAULT_INDEX;
use crate::output::{safe, say};
use crate::tables::Tables;

/// Search the index: words, "phrases" or 「短語」
#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// What to search for; several arguments are one query. One that begins with `-` comes after `--`
    #[arg(required = true)]
    query: Vec<String>,
    /// Only in this document; may be given more than once
    #[arg(long, value_name = "ID")]
    source: Vec<String>,
    /// Most documents to print
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=MAX_PER_PAGE as i64))]
    limit: u16,
    /// What may stand for the words as typed: translations too, words of the same language, or nothing
    #[arg(long, value_name = "KINDS", default_value = "all", value_parser = ["all", "variants", "none"])]
    expand: String,
    #[command(flatten)]
    tables: Tables,
    /// Say why each document stands where it stands
    #[arg(long)]
    explain: bool,
    /// Say why this document is not found, or where its score comes from
    #[arg(long, value_name = "ID", conflicts_with = "source")]
    why: Option<String>,
    /// Print the answer as JSON, as the API gives it
    #[arg(long)]
    json: bool,
    /// The folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &SearchArgs) -> anyhow::Result<Found> {
    let engine = args.tables.put_in(Engine::open(&args.index)?)?;
    let question = Question::about(args.query.join(" "))
        .filter(Facet::Source, args.why.iter().chain(&args.source))
        .explain(args.explain || args.why.is_some())
        .per_page(usize::from(args.limit))
        .expand(match args.expand.as_str() {
            "variants" => Expand::Variants,
            "none" => Expand::None,
            _ => Expand::All,
        });
    let answer = engine.search(&question)?;
    let stdout = std::io::stdout();
    let colour = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = std::io::BufWriter::new(stdout.lock());
    if args.json {
        serde_json::to_writer_pretty(&mut out, &answer)
            .map_err(std::io::Error::from)
            .context("printing the answer")?;
        writeln!(out).context("printing the answer")?;
    } else {
        write_answer(&mut out, &answer, colour).context("printing the answer")?;
    }
    out.flush().context("printing the answer")?;
    Ok(if answer.hits.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    })
}

fn write_answer(out: &mut impl Write, answer: &Answer, colour: bool) -> std::io::Result<()> {
    for warning in &answer.query.warnings {
        say(&format!("note: {}", warning.message));
    }
    for expansion in &answer.query.expansions {
        say(&format!(
            "also searched: {} = {}",
            expansion.term,
            expansion.forms.join(", ")
        ));
    }
    let first_translated = answer.hits.iter().position(|hit| hit.by_translation);
    for (index, hit) in answer.hits.iter().enumerate() {
        if first_translated == Some(index) {
            writeln!(
                out,
                "-- found by translation: {} documents\n",
                answer.expanded_total
            )?;
        }
        write_hit(out, hit, colour)?;
    }
    for absent in &answer.absent {
        let reasons: Vec<String> = absent.explanation.iter().map(ToString::to_string).collect();
        say(&format!(
            "{} is not listed: {}",
            absent.id,
            reasons.join("; ")
        ));
    }
    for correction in &answer.corrections {
        say(&format!(
            "did you mean: {} ({} documents)",
            correction.q, correction.documents
        ));
    }
    if answer.hits.is_empty() {
        say("nothing found");
        for term in &answer.query.terms {
            say(&format!("  {}: {} documents", term.term, term.documents));
        }
    } else {
        let translated = match answer.expanded_total {
            0 => String::new(),
            more => format!(" and {more} found by translation"),
        };
        say(&format!(
            "{} listed of {} documents{translated}",
            answer.hits.len(),
            answer.total.value
        ));
    }
    Ok(())
}

fn write_hit(out: &mut impl Write, hit: &Hit, colour: bool) -> std::io::Result<()> {
    let (bold, plain) = if colour {
        ("\u{1B}[1m", "\u{1B}[0m")
    } else {
        ("", "")
    };
    writeln!(out, "{bold}{}{plain}", safe(&hit.title))?;
    let about = [
        hit.id.as_str(),
        &hit.publisher,
        &hit.date,
        &hit.kind,
        &hit.number,
    ];
    let about: Vec<String> = about
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(safe)
        .collect();
    writeln!(out, "  {}", about.join(" · "))?;
    for passage in &hit.passages {
        // The page is what a reader of a PDF can turn to; other files have lines.
        let at = passage.page.map_or_else(
            || passage.lines.first.to_string(),
            |page| format!("p. {page}"),
        );
        let place = passage
            .place
            .as_ref()
            .map_or_else(|| at.clone(), |place| format!("{} · {at}", safe(place)));
        writeln!(out, "  {place:>5}: {}", marked(passage, colour))?;
    }
    if hit.duplicate_count > 0 {
        let ids: Vec<String> = hit
            .duplicates
            .iter()
            .map(|duplicate| safe(&duplicate.id))
            .collect();
        writeln!(
            out,
            "  also in {} more: {}",
            hit.duplicate_count,
            ids.join(", ")
        )?;
    }
    for reason in &hit.explanation {
        writeln!(out, "      · {}", safe(&reason.to_string()))?;
    }
    if !hit.explanation.is_empty() {
        writeln!(out, "      = {:.4}", hit.score)?;
    }
    writeln!(out)
}

/// The snippet on one line, its marks in colour, or in brackets where there is none.
fn marked(passage: &PassageHit, colour: bool) -> String {
    let (open, close) = if colour {
        ("\u{1B}[1;33m", "\u{1B}[0m")
    } else {
        ("[", "]")
    };
    let mut shown = String::new();
    for (index, character) in passage.text.chars().enumerate() {
        if passage.offsets.iter().any(|mark| mark.start == index) {
            shown.push_str(open);
        }
        if character.is_control() {
            shown.push(' ')
        } else {
            shown.push_str(&safe(&character.to_string()))
        }
        if passage.offsets.iter().any(|mark| mark.end == index + 1) {
            shown.push_str(close);
        }
    }
    shown
}
