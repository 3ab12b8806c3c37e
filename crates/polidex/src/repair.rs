//! `polidex repair`: mends a file, or says what it would mend.
//!
//! In: a file, or standard input. Out: the repaired text on standard output, to the character but on a terminal; with `--report`, an account of every
//! repair for people; with `--jsonl`, the batch protocol of `polidex_indexer::repair::batch`, a document a line.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use polidex_indexer::decode::{Decoded, decode_bytes};
use polidex_indexer::extract::format::{Format, detect_format};
use polidex_indexer::repair::{
    self, Damage, Family, Level, Options, RepairStep, Repaired, batch, repair_text,
};

use crate::Found;
use crate::output::visible;

/// Mend damaged text: wrong encodings, PDF glyph ids, broken lines.
#[derive(Args, Debug)]
pub(crate) struct RepairArgs {
    /// The file to mend; standard input when absent
    file: Option<PathBuf>,
    /// Print what was mended, where and why, instead of the text
    #[arg(long)]
    report: bool,
    /// Extent of repair: safe leaves layout and traces of OCR alone
    #[arg(long, value_enum, default_value_t = RepairLevel::Full)]
    level: RepairLevel,
    /// Family or kind of damage to leave alone, as the report names it; repeatable
    #[arg(long, value_name = "DAMAGE", value_parser = parse_damage)]
    without: Vec<Damage>,
    /// Read one JSON document a line until the end and answer each with one line
    #[arg(long, conflicts_with_all = ["report", "file"])]
    jsonl: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RepairLevel {
    Safe,
    Full,
}

/// Runs the command.
pub(crate) fn run(args: &RepairArgs) -> anyhow::Result<Found> {
    let options = args.options();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.jsonl {
        answer_lines(&mut out, &options)?;
    } else {
        let decoded = args.read_text()?;
        let repaired = repair_text(&decoded.text, &options);
        if args.report {
            write_report(&mut out, &decoded, &repaired)?;
        } else {
            write_text(&mut out, &repaired.text, std::io::stdout().is_terminal())?;
        }
    }
    out.flush().context("writing to standard output")?;
    Ok(Found::Something)
}

/// Writes the text as it is into a file or to a program; what a terminal would obey is written out for one.
fn write_text(out: &mut impl Write, text: &str, is_terminal: bool) -> anyhow::Result<()> {
    let written = if is_terminal {
        out.write_all(visible(text).as_bytes())
    } else {
        out.write_all(text.as_bytes())
    };
    written.context("writing the repaired text")
}

/// Answers every document on standard input.
fn answer_lines(out: &mut impl Write, options: &Options) -> anyhow::Result<()> {
    let mut documents = String::new();
    std::io::stdin()
        .read_to_string(&mut documents)
        .context("reading documents from standard input")?;
    let lines = documents.lines().enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let answer =
            batch::answer_line(line, options).with_context(|| format!("line {}", index + 1))?;
        writeln!(out, "{answer}").context("writing answers")?;
    }
    Ok(())
}

impl RepairArgs {
    fn options(&self) -> Options {
        let level = match self.level {
            RepairLevel::Safe => Level::Safe,
            RepairLevel::Full => Level::Full,
        };
        Options {
            level,
            without: self.without.clone(),
        }
    }

    /// Only the text is kept: a file may be large.
    fn read_text(&self) -> anyhow::Result<Decoded> {
        let bytes = self.read()?;
        let name = self
            .file
            .as_ref()
            .map_or("standard input".to_owned(), |path| {
                path.display().to_string()
            });
        refuse_what_is_no_text(&bytes, &name)?;
        Ok(decode_bytes(&bytes, None))
    }

    fn read(&self) -> anyhow::Result<Vec<u8>> {
        if let Some(path) = &self.file {
            anyhow::ensure!(
                !path.is_dir(),
                "{} is a folder; repair mends one file at a time",
                path.display()
            );
            return std::fs::read(path).with_context(|| format!("reading {}", path.display()));
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("reading standard input")?;
        Ok(bytes)
    }
}

/// Read as text, the bytes of a document or a picture are noise from end to end, and a long account of it.
fn refuse_what_is_no_text(bytes: &[u8], name: &str) -> anyhow::Result<()> {
    match detect_format(bytes, name) {
        Format::Pdf
        | Format::Zip
        | Format::Tar
        | Format::Rtf
        | Format::Compound
        | Format::SevenZip
        | Format::Rar => {
            anyhow::bail!(
                "{name} is a document or an archive, not plain text; see its mended text with polidex extract"
            )
        }
        Format::Foreign(format) | Format::Picture(format) => {
            anyhow::bail!("{name} is no text but a file of another format: {format}")
        }
        _ => Ok(()),
    }
}

/// Parses a family or a kind by its slug.
fn parse_damage(slug: &str) -> Result<Damage, String> {
    let families = || Family::ALL.map(Family::slug).join(", ");
    Damage::from_slug(slug).ok_or_else(|| {
        format!(
            "no family or kind of repair; families are {}, kinds are those --report names",
            families()
        )
    })
}

/// Characters of a change that a report shows.
const SHOWN_CHARS: usize = 60;

fn write_report(
    out: &mut impl Write,
    decoded: &Decoded,
    repaired: &Repaired,
) -> anyhow::Result<()> {
    write_summary(out, decoded, repaired)?;
    let lines = LineNumbers::of(&decoded.text);
    // In the order of the text, as it is read; of several layers the outermost first.
    let mut steps: Vec<&RepairStep> = repaired.steps.iter().collect();
    steps.sort_by_key(|step| lines.at(step.source.start));
    for step in steps {
        write_step(out, step, lines.at(step.source.start))?;
    }
    write_lost(out, repaired, &lines)
}

fn write_lost(
    out: &mut impl Write,
    repaired: &Repaired,
    lines: &LineNumbers,
) -> anyhow::Result<()> {
    for span in &repaired.lost {
        let source = repaired.map.source_of(span.clone());
        let (line, text) = (lines.at(source.start), shown(&repaired.text[span.clone()]));
        writeln!(
            out,
            "\nline {line}: beyond repair, kept as it is\n    {text}"
        )?;
    }
    Ok(())
}

fn write_summary(
    out: &mut impl Write,
    decoded: &Decoded,
    repaired: &Repaired,
) -> std::io::Result<()> {
    writeln!(out, "encoding: {}", decoded.encoding)?;
    if decoded.replaced > 0 {
        writeln!(out, "bytes that are no character: {}", decoded.replaced)?;
    }
    if repaired.steps.is_empty() {
        writeln!(out, "nothing to mend")?;
    }
    for (kind, count) in repair::count_by_kind(&repaired.steps) {
        writeln!(out, "{count:>6}  {kind}")?;
    }
    Ok(())
}

fn write_step(out: &mut impl Write, step: &RepairStep, line: usize) -> std::io::Result<()> {
    let percent = step.confidence * 100.0;
    let after = if step.after.is_empty() {
        "(nothing)".to_owned()
    } else {
        shown(&step.after)
    };
    writeln!(out, "\nline {line}: {} ({percent:.0} %)", step.kind)?;
    writeln!(out, "  - {}", shown(&step.before))?;
    writeln!(out, "  + {after}")
}

/// The beginning of `text` on one line, with controls made visible.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN_CHARS)
        .flat_map(visible_character)
        .collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

fn visible_character(c: char) -> Box<dyn Iterator<Item = char>> {
    let is_invisible = c.is_control()
        || matches!(c as u32, 0xAD | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF);
    if is_invisible {
        Box::new(c.escape_default())
    } else {
        Box::new(std::iter::once(c))
    }
}

/// Ends of the lines of a text, to tell the line of a repair.
struct LineNumbers {
    ends: Vec<usize>,
}

impl LineNumbers {
    fn of(text: &str) -> Self {
        Self {
            ends: text.match_indices('\n').map(|(at, _)| at).collect(),
        }
    }

    /// The line of `byte`, counted from 1.
    fn at(&self, byte: usize) -> usize {
        self.ends.partition_point(|end| *end < byte) + 1
    }
}
