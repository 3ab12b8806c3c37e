//! The report of a build as a table for people.

use std::io::Write;

use polidex_indexer::report::{FileReport, IndexReport};

use crate::output::safe;

/// Writes the whole report.
pub(crate) fn write_report(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    write_counts(out, report)?;
    write_skipped(out, report)?;
    for file in report.stale_files() {
        write_reason(out, file)?;
    }
    write_partly_read(out, report)?;
    write_read_of_pictures(out, report)
}

fn write_row(
    out: &mut impl Write,
    name: &str,
    value: impl std::fmt::Display,
) -> std::io::Result<()> {
    writeln!(out, "{name:<22} {value}")
}

fn write_counts(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    let counts = [
        ("files read", report.files_read),
        ("documents", report.documents),
        ("  indexed", report.indexed),
        ("  unchanged", report.unchanged),
        ("  repaired", report.documents_repaired),
        ("removed", report.removed),
        ("kept, not removed", report.held),
        ("kept, not readable now", report.stale),
        ("passages", report.passages),
    ];
    for (name, count) in counts {
        write_row(out, name, count)?;
    }
    for (language, count) in &report.characters {
        write_row(out, &format!("characters {language}"), count)?;
    }
    write_repairs(out, report)?;
    if report.originals > 0 {
        let megabytes = report.original_bytes as f64 / 1e6;
        let kept = format!("{} files, {megabytes:.1} MB", report.originals);
        write_row(out, "originals kept", kept)?;
    }
    write_row(out, "read", speed(report))
}

fn write_repairs(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    write_row(out, "repairs", report.repairs.values().sum::<u64>())?;
    for (kind, count) in &report.repairs {
        write_row(out, &format!("  {kind}"), count)?;
    }
    let lossy = format!("{} documents", report.documents_with_losses);
    write_row(out, "beyond repair", lossy)
}

fn speed(report: &IndexReport) -> String {
    let megabytes = report.bytes as f64 / 1e6;
    let per_second = megabytes / report.seconds.max(1e-9);
    format!(
        "{megabytes:.1} MB in {:.1} s, {per_second:.1} MB/s",
        report.seconds
    )
}

fn write_skipped(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    write_row(out, "skipped", report.skipped().count())?;
    for (reason, count) in report.skipped_by_reason() {
        write_row(out, &format!("  {}", safe(&reason)), count)?;
    }
    for file in report.skipped() {
        write_reason(out, file)?;
    }
    Ok(())
}

fn write_partly_read(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    let count = report.partly_read().count();
    if count > 0 {
        write_row(out, "read in part", count)?;
    }
    for file in report.partly_read() {
        write_reason(out, file)?;
    }
    Ok(())
}

fn write_read_of_pictures(out: &mut impl Write, report: &IndexReport) -> std::io::Result<()> {
    let count = report.read_of_pictures().count();
    if count > 0 {
        write_row(out, "read of pictures", count)?;
    }
    for file in report.read_of_pictures() {
        write_file(out, file, &file.scanned)?;
    }
    Ok(())
}

fn write_reason(out: &mut impl Write, file: &FileReport) -> std::io::Result<()> {
    write_file(out, file, &file.reason)
}

fn write_file(out: &mut impl Write, file: &FileReport, what: &str) -> std::io::Result<()> {
    let path = safe(&file.path).replace('\n', "\u{FFFD}");
    writeln!(out, "  {path}: {}", safe(what))
}
