//! `polidex search`: answers one question on the terminal.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_server::answer::{Answer, Hit, PassageHit, Tier};
use polidex_server::question::{Expand, Facet, MAX_PER_PAGE, Question};
use polidex_server::searcher::Searcher;

use crate::Found;
use crate::indexing::DEFAULT_INDEX;
use crate::output::{safe, say};
use crate::tables::Tables;

/// Search the index: words, "phrases" or 「短語」
#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// Query; several arguments are joined to one. Put a query that begins with `-` after `--`
    #[arg(required = true)]
    query: Vec<String>,
    /// Search this document only; repeatable
    #[arg(long, value_name = "ID")]
    source: Vec<String>,
    /// Maximum number of documents to print
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=MAX_PER_PAGE as i64))]
    limit: u16,
    /// Expansion of the query: with translations too, with words of the same language only, or none
    #[arg(long, value_name = "KINDS", default_value = "all", value_parser = ["all", "variants", "none"])]
    expand: String,
    #[command(flatten)]
    tables: Tables,
    /// Explain the score of each document
    #[arg(long)]
    explain: bool,
    /// Explain why this document is missing, or how its score is made
    #[arg(long, value_name = "ID", conflicts_with = "source")]
    why: Option<String>,
    /// Print the answer as JSON, in the form of the API
    #[arg(long)]
    json: bool,
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &SearchArgs) -> anyhow::Result<Found> {
    let engine = args.tables.put_in(Searcher::open(&args.index)?)?;
    let answer = engine.search(&question_of(args))?;
    print(&answer, args.json).context("printing the answer")?;
    Ok(if answer.hits.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    })
}

fn question_of(args: &SearchArgs) -> Question {
    Question::about(args.query.join(" "))
        .filter(Facet::Source, args.why.iter().chain(&args.source))
        .explain(args.explain || args.why.is_some())
        .per_page(usize::from(args.limit))
        .expand(match args.expand.as_str() {
            "variants" => Expand::Variants,
            "none" => Expand::None,
            _ => Expand::All,
        })
}

fn print(answer: &Answer, as_json: bool) -> std::io::Result<()> {
    let stdout = std::io::stdout();
    let colour = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = std::io::BufWriter::new(stdout.lock());
    if as_json {
        serde_json::to_writer_pretty(&mut out, answer)?;
        writeln!(out)?;
    } else {
        write_answer(&mut out, answer, colour)?;
    }
    out.flush()
}

fn write_answer(out: &mut impl Write, answer: &Answer, colour: bool) -> std::io::Result<()> {
    say_notes(answer);
    write_hits(out, answer, colour)?;
    say_absent(answer);
    for correction in &answer.corrections {
        say(&format!(
            "did you mean: {} ({} documents)",
            correction.q, correction.documents
        ));
    }
    say_total(answer);
    Ok(())
}

/// Says what the query became.
fn say_notes(answer: &Answer) {
    for warning in &answer.query.warnings {
        say(&format!("note: {}", warning.message));
    }
    for expansion in &answer.query.expansions {
        let forms = expansion.forms.join(", ");
        say(&format!("also searched: {} = {forms}", expansion.term));
    }
}

/// Says why the documents asked for are missing.
fn say_absent(answer: &Answer) {
    for absent in &answer.absent {
        let reasons: Vec<String> = absent.explanation.iter().map(ToString::to_string).collect();
        say(&format!(
            "{} is not listed: {}",
            absent.id,
            reasons.join("; ")
        ));
    }
}

fn say_total(answer: &Answer) {
    if answer.hits.is_empty() {
        say("nothing found");
        for term in &answer.query.terms {
            say(&format!("  {}: {} documents", term.term, term.documents));
        }
        return;
    }
    let translated = match answer.expanded_total {
        0 => String::new(),
        more => format!(" and {more} found by translation"),
    };
    let original = match answer.original_total {
        0 => String::new(),
        more => format!(" and {more} found only in the text as published"),
    };
    say(&format!(
        "{} listed of {} documents{translated}{original}",
        answer.hits.len(),
        answer.total.value
    ));
}

fn write_hits(out: &mut impl Write, answer: &Answer, colour: bool) -> std::io::Result<()> {
    let first_of_most = answer.hits.iter().position(|hit| hit.tier == Tier::Most);
    for (index, hit) in answer.hits.iter().enumerate() {
        if first_of_most == Some(index) {
            let total = answer.total.tiers.most;
            writeln!(out, "-- with most of the words: {total} documents\n")?;
        }
        write_hit(out, hit, colour)?;
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
    writeln!(out, "  {}", about(hit))?;
    write_reservations(out, hit)?;
    for passage in &hit.passages {
        writeln!(
            out,
            "  {:>5}: {}",
            place_of(passage),
            marked(passage, colour)
        )?;
    }
    if hit.duplicate_count > 0 {
        let ids = hit.duplicates.iter().map(|duplicate| safe(&duplicate.id));
        let ids: Vec<String> = ids.collect();
        let count = hit.duplicate_count;
        writeln!(out, "  also in {count} more: {}", ids.join(", "))?;
    }
    write_explanation(out, hit)?;
    writeln!(out)
}

/// Writes in what a hit differs from one that holds all words as they were typed.
fn write_reservations(out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
    if hit.by_translation {
        writeln!(out, "  found by translation")?;
    }
    if hit.original {
        writeln!(
            out,
            "  found only in the text as published: a repair changed these words"
        )?;
    }
    if !hit.missing.is_empty() {
        writeln!(out, "  without {}", safe(&hit.missing.join(", ")))?;
    }
    Ok(())
}

/// Writes the reasons of a score and the score itself, where they were asked for.
fn write_explanation(out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
    for reason in &hit.explanation {
        writeln!(out, "      · {}", safe(&reason.to_string()))?;
    }
    if !hit.explanation.is_empty() {
        writeln!(out, "      = {:.4}", hit.score)?;
    }
    Ok(())
}

/// Id and metadata of a document, those that are known.
fn about(hit: &Hit) -> String {
    let about = [
        hit.id.as_str(),
        &hit.publisher,
        &hit.date,
        &hit.kind,
        &hit.number,
    ];
    let known = about.into_iter().filter(|part| !part.is_empty());
    known.map(safe).collect::<Vec<_>>().join(" · ")
}

/// The division a passage belongs to, and its page or line.
fn place_of(passage: &PassageHit) -> String {
    // The page is what a reader of a PDF can turn to; other files have lines.
    let at = passage.page.map_or_else(
        || passage.lines.first.to_string(),
        |page| format!("p. {page}"),
    );
    match &passage.place {
        Some(place) => format!("{} · {at}", safe(place)),
        None => at,
    }
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
