//! `polidex extract`: prints a file's text as it would be indexed.
//!
//! In: a file of any format that is read. Out: the stored text of each of its documents on standard output, what a terminal
//! would obey written out as `\u{1b}`; or with `--json` one object a document and line, its text to the character: metadata,
//! passages with their places, repairs. What cannot be read is said on
//! standard error; nothing is written anywhere.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use polidex_indexer::build::walk::{FoundFile, find_files};
use polidex_indexer::extract::RawDocument;
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::readers::{Budget, Readers};
use polidex_indexer::repair::Options;
use polidex_indexer::skip::{SkipReason, Skipped};
use polidex_schema::record::{DocumentRecord, Origin};
use serde_json::{Value, json};

use crate::Found;
use crate::ocr::{OcrMode, scans};
use crate::output::{safe, say, visible};

/// Print the text of a file as it would be indexed, whatever its format
#[derive(Args, Debug)]
pub(crate) struct ExtractArgs {
    /// The file; an archive or a table prints all its documents
    file: PathBuf,
    /// Print passages with their places, metadata and repairs as JSON, a document a line
    #[arg(long)]
    json: bool,
    /// Scans to read
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    ocr: OcrMode,
}

/// Runs the command.
pub(crate) fn run(args: &ExtractArgs) -> anyhow::Result<Found> {
    anyhow::ensure!(
        !args.file.is_dir(),
        "{} is a folder; name one file",
        safe(&args.file.display().to_string())
    );
    let found = find_files(std::slice::from_ref(&args.file))?;
    for skipped in &found.skipped {
        report(skipped);
    }
    let readers = Readers::with_scans(scans(args.ocr)?);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut documents = 0_usize;
    for file in &found.files {
        write_documents(&mut out, &readers, file, args.json, &mut documents)
            .context("printing the text")?;
    }
    out.flush().context("printing the text")?;
    Ok(if documents > 0 {
        Found::Something
    } else {
        Found::Nothing
    })
}

/// Texts of the documents of a file of any format, as they would be indexed. What cannot be read is reported.
pub(crate) fn texts_of(path: &PathBuf) -> anyhow::Result<Vec<String>> {
    let found = find_files(std::slice::from_ref(path))?;
    found.skipped.iter().for_each(report);
    let mut texts = Vec::new();
    for file in &found.files {
        read_documents(&Readers::default(), file, &mut |prepared| {
            texts.push(prepared.text)
        });
    }
    Ok(texts)
}

/// Writes the documents of a file and counts them.
fn write_documents(
    out: &mut impl Write,
    readers: &Readers,
    file: &FoundFile,
    as_json: bool,
    documents: &mut usize,
) -> std::io::Result<()> {
    let mut written = Ok(());
    read_documents(readers, file, &mut |prepared| {
        if written.is_ok() {
            written = write_document(out, &prepared, *documents, as_json);
            *documents += 1;
        }
    });
    written
}

/// Hands each document of a file to `take`; what cannot be read is reported.
fn read_documents(readers: &Readers, file: &FoundFile, take: &mut dyn FnMut(PreparedDocument)) {
    let budget = Budget::new(file.stamp.len_bytes);
    readers.extract(&file.path, &file.relative, &budget, &mut |extracted| {
        let path = file.relative.as_str();
        match extracted.and_then(|raw| prepare(readers, path, raw, &budget)) {
            Ok(prepared) => take(prepared),
            Err(skipped) => report(&skipped),
        }
    });
}

/// The document under the id that its path gives it, as far as one file can tell.
fn prepare(
    readers: &Readers,
    path: &str,
    raw: RawDocument,
    budget: &Budget,
) -> Result<PreparedDocument, Skipped> {
    let stem = Path::new(path)
        .with_extension("")
        .to_string_lossy()
        .into_owned();
    let id = raw
        .id
        .clone()
        .unwrap_or_else(|| format!("{stem}{}", raw.path.strip_prefix(path).unwrap_or_default()));
    let skipped = Skipped {
        path: raw.path.clone(),
        reason: SkipReason::NoText(None),
    };
    let prepared = readers.prepare(id, raw, &Options::default(), budget)?;
    if prepared.record.passages.is_empty() {
        Err(skipped)
    } else {
        Ok(prepared)
    }
}

fn report(skipped: &Skipped) {
    say(&format!(
        "{}: {}",
        safe(&skipped.path),
        safe(&skipped.reason.to_string())
    ));
}

fn write_document(
    out: &mut impl Write,
    prepared: &PreparedDocument,
    before: usize,
    is_json: bool,
) -> std::io::Result<()> {
    for note in prepared.notes.iter().chain(&prepared.scan_note()) {
        say(&format!("{}: {}", safe(&prepared.record.path), safe(note)));
    }
    if is_json {
        return writeln!(out, "{}", to_json(prepared));
    }
    if before > 0 {
        writeln!(out)?;
    }
    out.write_all(visible(&prepared.text).as_bytes())?;
    if prepared.text.ends_with('\n') {
        Ok(())
    } else {
        writeln!(out)
    }
}

/// Origins of a record's values by field.
fn origins(record: &DocumentRecord) -> Value {
    let of = |origin: Origin| match origin {
        Origin::Declared => "declared".to_owned(),
        Origin::Properties => "file properties".to_owned(),
        Origin::FirstWords => "first words".to_owned(),
        Origin::Text { line, .. } => format!("text line {line}"),
    };
    let pairs = record.origins.iter();
    let pairs = pairs.map(|value| (value.field.name().to_owned(), Value::from(of(value.origin))));
    Value::Object(pairs.collect())
}

fn to_json(prepared: &PreparedDocument) -> Value {
    let record = &prepared.record;
    let languages = record.lang.iter().map(|language| language.tag());
    json!({
        "id": record.id,
        "path": record.path,
        "title": record.title,
        "publisher": record.publisher,
        "date": record.date,
        "lang": languages.collect::<Vec<_>>(),
        "first_date": record.first_date,
        "effective": record.effective,
        "file_date": record.file_date,
        "origins": origins(record),
        "kind": record.kind,
        "number": record.number,
        "original_url": record.original_url,
        "encoding": record.encoding,
        "notes": prepared.notes,
        "scans": scanned_pages(prepared),
        "doubtful": prepared.scanned.doubtful,
        "passages": passages(prepared),
        "repairs": prepared.repairs,
        "beyond_repair": record.lost,
    })
}

fn scanned_pages(prepared: &PreparedDocument) -> Vec<Value> {
    let pages = prepared.scanned.pages.iter();
    pages
        .map(|scan| json!({ "page": scan.page, "confidence": f64::from(scan.confidence) / 1000.0 }))
        .collect()
}

fn passages(prepared: &PreparedDocument) -> Vec<Value> {
    let passages = prepared.record.passages.iter().map(|passage| {
        json!({
            "role": passage.role,
            "page": passage.page,
            "lines": { "first": passage.first_line, "last": passage.last_line },
            "lang": passage.lang.tag(),
            "text": prepared.text[passage.from_byte as usize..passage.to_byte as usize],
        })
    });
    passages.collect()
}
