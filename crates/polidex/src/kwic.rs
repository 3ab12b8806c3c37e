//! `polidex kwic`: every occurrence of a query on a line, with what stands beside it.

use std::io::Write;

use clap::Args;
use polidex_server::Export;
use polidex_server::concordance::{Concordance, MAX_LINES, Order};
use polidex_server::question::{Query, Search};
use polidex_server::searcher::{ListPage, Searcher};

use crate::Found;
use crate::opening::Place;
use crate::output::{safe, say};

/// Show every occurrence of a query on a line, with the words beside it
#[derive(Args, Debug)]
pub(crate) struct KwicArgs {
    /// Query; several arguments are joined to one
    #[arg(required = true)]
    query: Vec<String>,
    /// Order of the lines
    #[arg(long, value_name = "ORDER", default_value = "newest", value_parser = Order::NAMES)]
    by: String,
    /// Page of the lines, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    page: u32,
    /// Maximum number of lines to print
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    limit: u32,
    /// Print the neighbours on each side with their counts and their association, in place of the lines
    #[arg(long)]
    neighbours: bool,
    /// Print how documents that have a counterpart render it in the other language, in place of the lines
    #[arg(long, conflicts_with = "neighbours")]
    renderings: bool,
    /// Form of the answer
    #[arg(long, value_name = "FORM", default_value = "text", value_parser = ["text", "json", "csv"])]
    format: String,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(args: &KwicArgs) -> anyhow::Result<Found> {
    let searcher = args.place.open()?;
    let search = Search::from(Query::about(args.query.join(" ")));
    if args.renderings {
        return run_renderings(args, &searcher, &search);
    }
    let page = match args.format.as_str() {
        "csv" => ListPage {
            number: 1,
            per_page: MAX_LINES,
        },
        _ => ListPage {
            number: args.page as usize,
            per_page: args.limit as usize,
        },
    };
    let found = searcher.concordance(&search, Order::of_name(&args.by), page)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.format.as_str() {
        "json" => {
            serde_json::to_writer_pretty(&mut out, &found)?;
            writeln!(out)?;
        }
        "csv" => out.write_all(Export::concordance(&found).as_bytes())?,
        _ if args.neighbours => write_neighbours(&mut out, &found)?,
        _ => write_lines(&mut out, &found)?,
    }
    out.flush()?;
    say(&format!(
        "{} lines in {} documents{}",
        found.page.listed,
        found.documents,
        if found.complete {
            ""
        } else {
            "; there are more"
        }
    ));
    Ok(if found.page.listed > 0 {
        Found::Something
    } else {
        Found::Nothing
    })
}

/// Prints how a term is rendered, a rendering a line, with the first of its sentences below.
fn run_renderings(args: &KwicArgs, searcher: &Searcher, search: &Search) -> anyhow::Result<Found> {
    let found = searcher.renderings(search)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.format == "json" {
        serde_json::to_writer_pretty(&mut out, &found)?;
        writeln!(out)?;
    } else {
        for rendering in &found.renderings {
            let (text, count) = (safe(&rendering.text), rendering.count);
            writeln!(out, "{text}\t{count}\t{}", rendering.documents)?;
        }
    }
    out.flush()?;
    say(&format!(
        "{} sentences in {} documents with a counterpart, {} without a rendering{}",
        found.sentences,
        found.documents,
        found.untold,
        if found.complete {
            ""
        } else {
            "; there are more"
        }
    ));
    Ok(if found.renderings.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    })
}

fn write_lines(out: &mut impl Write, found: &Concordance) -> std::io::Result<()> {
    for line in &found.lines {
        let (left, hit, right) = (safe(&line.left), safe(&line.hit), safe(&line.right));
        writeln!(out, "{}\t{left}\t[{hit}]\t{right}", safe(&line.id))?;
    }
    Ok(())
}

fn write_neighbours(out: &mut impl Write, found: &Concordance) -> std::io::Result<()> {
    for (side, neighbours) in [("left", &found.left), ("right", &found.right)] {
        for neighbour in neighbours {
            writeln!(
                out,
                "{side}\t{}\t{}\t{}\t{:.2}",
                safe(&neighbour.text),
                neighbour.count,
                neighbour.documents,
                neighbour.association
            )?;
        }
    }
    Ok(())
}
