//! `polidex search`: answers one question on the terminal.

mod alert;
mod args;
mod lists;
mod messages;
mod text;

use std::io::{BufWriter, Write};

use anyhow::Context;
use polidex_server::answer::Answer;
use polidex_server::question::{MAX_PER_PAGE, Question};
use polidex_server::searcher::Searcher;

pub(crate) use self::alert::{AlertArgs, run as run_alert};
pub(crate) use self::args::SearchArgs;
use self::args::{DEFAULT_LIMIT, Format};
use self::lists::write_list;
use self::text::Terminal;
use crate::Found;
use crate::opening::open;

/// Runs the command.
pub(crate) fn run(args: &SearchArgs) -> anyhow::Result<Found> {
    let searcher = args
        .tables
        .put_in(open(&args.index, args.engine.as_ref())?)?;
    answer(args, &searcher, args.question())
}

/// Answers `question` in the form that is asked for.
fn answer(args: &SearchArgs, searcher: &Searcher, question: Question) -> anyhow::Result<Found> {
    if args.ids || args.count {
        return list_ids(args, searcher, &question);
    }
    let answer = answer_in_pages(searcher, question.clone(), args.limit_or(DEFAULT_LIMIT))?;
    print(args, &question, &answer).context("printing the answer")?;
    Ok(if answer.hits.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    })
}

/// Prints the ids of all documents that answer, or how many there are.
fn list_ids(args: &SearchArgs, searcher: &Searcher, question: &Question) -> anyhow::Result<Found> {
    let mut ids = searcher.ids(&question.search, question.window.sort)?;
    let chosen = &question.search.filters.source;
    ids.retain(|id| chosen.is_empty() || chosen.contains(id));
    let found = if ids.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.count {
        writeln!(out, "{}", ids.len()).context("printing the count")?;
    } else {
        ids.truncate(args.limit_or(usize::MAX));
        for id in ids {
            writeln!(out, "{}", crate::output::safe(&id)).context("printing the ids")?;
        }
    }
    out.flush().context("printing the ids")?;
    Ok(found)
}

/// An answer with the first `limit` hits behind the page asked for: an engine gives a page at a time.
fn answer_in_pages(
    searcher: &Searcher,
    question: Question,
    limit: usize,
) -> anyhow::Result<Answer> {
    let per_page = limit.min(MAX_PER_PAGE);
    let mut question = question.per_page(per_page);
    let mut answer = searcher.search(&question)?;
    let mut is_full = answer.hits.len() == per_page;
    while is_full && answer.hits.len() < limit {
        question.window.page += 1;
        let next = searcher.search(&question)?;
        is_full = next.hits.len() == per_page;
        answer.hits.extend(next.hits);
    }
    answer.hits.truncate(limit);
    Ok(answer)
}

fn print(args: &SearchArgs, question: &Question, answer: &Answer) -> std::io::Result<()> {
    let stdout = std::io::stdout();
    let terminal = Terminal::of(&stdout, args.base_url.as_deref());
    let mut out = BufWriter::new(stdout.lock());
    match args.format() {
        Format::Text => terminal.write_answer(&mut out, answer)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, answer)?;
            writeln!(out)?;
        }
        format => write_list(&mut out, format, question, answer, args.base_url.as_deref())?,
    }
    out.flush()
}
