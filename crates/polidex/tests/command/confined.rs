//! Files made to hurt their reader cost a line in the report each, and a reader that is taken over finds no way out.

use std::fs;
use std::io::Write;
use std::path::Path;

use polidex_indexer::readers::{probe_confinement, set_worker_program};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{run, text};

fn package(members: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("memory");
        zip.write_all(content.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A workbook of one shared string that is used again and again.
fn shared_string(len_bytes: usize, uses: usize) -> Vec<u8> {
    let rows: String = (1..=uses)
        .map(|row| format!("<row r='{row}'><c r='A{row}' t='s'><v>0</v></c></row>"))
        .collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package_of = "http://schemas.openxmlformats.org/package/2006/relationships";
    package(&[
        (
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
                .to_owned(),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns='{main}' xmlns:r='{office}'><sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='{package_of}'><Relationship Id='r1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/>\
                 <Relationship Id='r2' Type='{office}/sharedStrings' Target='sharedStrings.xml'/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns='{main}'><sheetData>{rows}</sheetData></worksheet>"),
        ),
        (
            "xl/sharedStrings.xml",
            format!(
                "<sst xmlns='{main}'><si><t>{}</t></si></sst>",
                "text ".repeat(len_bytes / 5)
            ),
        ),
    ])
}

/// A document whose paragraphs are all numbered with a long label.
fn label(len_bytes: usize, paragraphs: usize) -> Vec<u8> {
    let paragraph =
        "<p><pPr><numPr><ilvl val='0'/><numId val='7'/></numPr></pPr><r><t>a</t></r></p>";
    let numbering = format!(
        "<numbering><abstractNum abstractNumId='0'><lvl ilvl='0'><start val='1'/><numFmt val='decimal'/><lvlText val='{}%1'/></lvl></abstractNum>\
         <num numId='7'><abstractNumId val='0'/></num></numbering>",
        "x".repeat(len_bytes)
    );
    package(&[
        (
            "word/document.xml",
            format!(
                "<document><body>{}</body></document>",
                paragraph.repeat(paragraphs)
            ),
        ),
        ("word/numbering.xml", numbering),
    ])
}

/// An archive whose members are all the same bytes of it.
fn overlapping(members: u16, len_bytes: usize) -> Vec<u8> {
    let content = "x".repeat(len_bytes);
    let whole = package(&[("00000", content)]);
    let directory = whole
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("a central directory");
    let end = whole
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .expect("an end");
    let mut made = whole[..directory].to_vec();
    for member in 0..members {
        let mut entry = whole[directory..end].to_vec();
        // The name follows a header of 46 bytes.
        entry[46..51].copy_from_slice(format!("{member:05}").as_bytes());
        made.extend(entry);
    }
    let size = (made.len() - directory) as u32;
    let mut tail = whole[end..].to_vec();
    tail[8..10].copy_from_slice(&members.to_le_bytes());
    tail[10..12].copy_from_slice(&members.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    made.extend(tail);
    made
}

fn report(folder: &Path) -> String {
    let output = run(folder, &["index", "papers", "--index", "index"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

#[test]
fn a_file_that_unfolds_costs_a_line_and_stops_nothing() {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    let put = |name: &str, bytes: &[u8]| fs::write(papers.join(name), bytes).expect("a file");
    put("shared.xlsx", &shared_string(1 << 20, 3_000));
    put("overlapping.zip", &overlapping(400, 2 << 20));
    put("label.docx", &label(1 << 20, 4_000));
    put("z.txt", b"Public housing in Hong Kong.");
    let said = report(folder.path());
    for name in ["shared.xlsx: ", "overlapping.zip: "] {
        assert!(said.contains(name), "{name} has no reason: {said}");
    }
    assert!(
        !said.contains("label.docx: "),
        "its labels are cut and it is read: {said}"
    );
    let found = run(
        folder.path(),
        &["search", "public housing", "--index", "index"],
    );
    assert!(text(&found.stdout).contains("z"), "{}", text(&found.stdout));
}

#[test]
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn a_reader_that_tries_finds_no_file_no_network_and_no_process() {
    set_worker_program(env!("CARGO_BIN_EXE_polidex").into());
    let attempts = probe_confinement().expect("a worker");
    assert!(attempts.len() >= 14, "{attempts:?}");
    for (attempt, is_refused) in attempts {
        assert!(is_refused, "a reader can {attempt}");
    }
}

#[test]
fn old_office_files_are_read_in_confinement() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/field/files");
    if !files.exists() {
        let _ = writeln!(
            std::io::stderr(),
            "left out: ../shared/field/files is not beside this checkout"
        );
        return;
    }
    for (name, phrase) in [
        ("prc-textbook-agreement.doc", "校企合作开发教材协议书"),
        ("prc-course-lab.ppt", "实验"),
        ("prc-school-calendar.xls", "校历"),
    ] {
        let output = run(&files, &["extract", name]);
        let said = text(&output.stdout);
        assert!(
            said.contains(phrase),
            "{name}: {said} {}",
            text(&output.stderr)
        );
    }
}
