//! `polidex check`: the citations and quotations of a draft, held against the index.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_server::checking::{Checked, Verdict, What};
use polidex_server::searcher::Searcher;
use serde::{Deserialize, Serialize};

use crate::Found;
use crate::extract::texts_of;
use crate::opening::Place;
use crate::output::{answer_lines, safe, say};

/// Largest draft in bytes.
const MAX_BYTES: u64 = 2 << 20;

/// Check the citations and quotations of a draft against the index
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The draft, a file of at most 2 MB of any format that is read
    #[arg(required_unless_present = "jsonl")]
    file: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_name = "FORM", default_value = "text", value_parser = ["text", "json"])]
    format: String,
    /// Read lines {"id","text"} from standard input; answer each with {"id","items":[…]}
    #[arg(long, conflicts_with_all = ["file", "format"])]
    jsonl: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    items: Vec<Checked>,
}

/// Runs the command: 0 when nothing is wrong, 1 when something is.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Found> {
    let searcher = args.place.open()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let is_right = match &args.file {
        Some(file) => check_file(&searcher, file, &args.format, &mut out)?,
        None => check_lines(&searcher, &mut out)?,
    };
    out.flush()?;
    Ok(if is_right {
        Found::Something
    } else {
        Found::Nothing
    })
}

fn is_right(items: &[Checked]) -> bool {
    !items.iter().any(|item| item.verdict.is_wrong())
}

fn check_file(
    searcher: &Searcher,
    file: &PathBuf,
    format: &str,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let name = safe(&file.display().to_string());
    let len = std::fs::metadata(file)
        .with_context(|| format!("reading {name}"))?
        .len();
    anyhow::ensure!(
        len <= MAX_BYTES,
        "{name} has more than 2 MB; check it in parts"
    );
    let draft = text_of(file).with_context(|| format!("reading {name}"))?;
    let items = searcher.check(&draft)?;
    let is_right = is_right(&items);
    if format == "json" {
        serde_json::to_writer_pretty(&mut *out, &Answer { id: "", items })?;
        writeln!(out)?;
    } else {
        for item in &items {
            write_item(out, &draft, item)?;
        }
        say_total(&items);
    }
    Ok(is_right)
}

/// Text of a draft: a plain text as it stands, so that places are those of the file; any other as it would be indexed.
fn text_of(file: &PathBuf) -> anyhow::Result<String> {
    let extension = file.extension().and_then(|extension| extension.to_str());
    let is_plain = extension.is_none_or(|extension| ["txt", "md"].contains(&extension));
    if is_plain && let Ok(text) = String::from_utf8(std::fs::read(file)?) {
        return Ok(text);
    }
    let texts = texts_of(file)?;
    anyhow::ensure!(!texts.is_empty(), "it holds no text");
    Ok(texts.join("\n\n"))
}

fn check_lines(searcher: &Searcher, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut all_right = true;
    let are_good = answer_lines(out, |out, line: Line| {
        let (id, items) = (line.id.as_str(), searcher.check(&line.text)?);
        all_right &= is_right(&items);
        serde_json::to_writer(&mut *out, &Answer { id, items })?;
        Ok(writeln!(out)?)
    })?;
    Ok(all_right && are_good)
}

/// Line of a draft that holds the character `start`.
fn line_of(draft: &str, start: usize) -> usize {
    1 + draft.chars().take(start).filter(|c| *c == '\n').count()
}

fn write_item(out: &mut impl Write, draft: &str, item: &Checked) -> std::io::Result<()> {
    let quote = safe(&item.quote.replace('\n', " "));
    writeln!(
        out,
        "{}: {}: {quote}",
        line_of(draft, item.start),
        said(item.verdict)
    )?;
    if let Some(document) = &item.document {
        let place = if item.place.is_empty() {
            String::new()
        } else {
            format!(" · {}", safe(&item.place))
        };
        writeln!(out, "    {}{place}", safe(document))?;
    }
    if let Some(source) = &item.source {
        let by = item
            .by
            .as_ref()
            .filter(|by| Some(*by) != item.document.as_ref());
        match by {
            Some(by) => writeln!(out, "    {} says: {}", safe(by), safe(source))?,
            None => writeln!(out, "    it says: {}", safe(source))?,
        }
    }
    Ok(())
}

fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "found",
        Verdict::NoSuchArticle => "no such article",
        Verdict::NoSuchWork => "work not held",
        Verdict::Unchecked => "place not checked",
        Verdict::Verbatim => "verbatim",
        Verdict::Variant => "same words, other script, case or marks",
        Verdict::Abridged => "abridged, and marked so",
        Verdict::Altered => "altered",
        Verdict::Omission => "words left out, not marked",
        Verdict::Elsewhere => "stands elsewhere",
        Verdict::NotFound => "not found",
        Verdict::Amended => "amended since",
        Verdict::Repealed => "repealed",
    }
}

fn say_total(items: &[Checked]) {
    let count = |what: What| items.iter().filter(|item| item.what == what).count();
    let wrong = items.iter().filter(|item| item.verdict.is_wrong()).count();
    let (citations, quotations) = (count(What::Citation), count(What::Quotation));
    say(&format!(
        "{citations} citations and {quotations} quotations checked; {wrong} to look at"
    ));
}
