//! PDF files made to hurt their reader: each ends with a text or a reason, within the limits of its own process.

use std::fs;
use std::io::Write;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tempfile::TempDir;

/// What the parent waits for at most, and some time to start.
const MOST: Duration = Duration::from_secs(150);

/// A file of these objects, numbered from 1; the first is the catalog.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(
        format!(
            "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
        )
        .into_bytes(),
    );
    bytes.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
    bytes
}

pub(crate) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<<{dictionary}/Length {}>>\nstream\n", content.len()).into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream");
    bytes
}

const CATALOG: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";
const TEXT: &[u8] = b"BT /F1 10 Tf 60 700 Td (a line of text) Tj ET";

/// One page with these resources; `more` are the objects from 5 on, and 4 is its content.
pub(crate) fn page(resources: &str, content: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<{resources}>>/Contents 4 0 R>>"
    );
    let pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>".to_vec();
    let mut objects = vec![CATALOG.to_vec(), pages, page.into_bytes(), content];
    objects.extend_from_slice(more);
    pdf(&objects)
}

pub(crate) const FONT: &str =
    "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>";

fn bomb(len_bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..len_bytes >> 20 {
        encoder.write_all(&blanks).expect("bytes");
    }
    encoder.finish().expect("a stream")
}

/// Files by name, and what has to come out of them: a part of the text or of the reason.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let cycle = [
        CATALOG.to_vec(),
        b"<</Type/Pages/Count 2/Kids[3 0 R 2 0 R]>>".to_vec(),
        b"<</Type/Pages/Count 2/Parent 2 0 R/Kids[2 0 R 3 0 R]>>".to_vec(),
    ];
    let form = stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>",
        b"/X Do /X Do",
    );
    let many = format!(
        "<</Type/Pages/Count 100000/Kids[{}]>>",
        "3 0 R ".repeat(100_000)
    );
    let leaf =
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>".to_vec();
    let wide = stream(
        "/Type/XRef/Size 3/Root 1 0 R/W[1 2000000000 2000000000]/Index[0 2000000000]",
        b"0123456789",
    );
    let mut wide_file = b"%PDF-1.7\n".to_vec();
    wide_file.extend(b"1 0 obj\n");
    wide_file.extend(wide);
    wide_file.extend(b"\nendobj\nstartxref\n9\n%%EOF\n");
    let usecmap = stream(
        "/Type/CMap/CMapName/C/UseCMap 6 0 R",
        b"/C usecmap 1 begincodespacerange <00> <FF> endcodespacerange",
    );
    let font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 6 0 R/ToUnicode 6 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>".to_vec();
    vec![
        ("cycle.pdf", pdf(&cycle), "PDF"),
        (
            "form.pdf",
            page(
                &format!("{FONT}/XObject<</X 5 0 R>>"),
                stream("", &[TEXT, b" /X Do"].concat()),
                &[form],
            ),
            "a line of text",
        ),
        (
            "pages.pdf",
            pdf(&[
                CATALOG.to_vec(),
                many.into_bytes(),
                leaf,
                stream("", b"0 0 m"),
            ]),
            "PDF",
        ),
        ("wide.pdf", wide_file, "PDF is damaged"),
        (
            "deep.pdf",
            page(
                FONT,
                stream(
                    "",
                    &[TEXT, b" ", "[".repeat(200_000).as_bytes(), b" TJ"].concat(),
                ),
                &[],
            ),
            "a line of text",
        ),
        (
            "deep-object.pdf",
            page(FONT, stream("", TEXT), &["[".repeat(200_000).into_bytes()]),
            "a line of text",
        ),
        (
            "bomb.pdf",
            page(FONT, stream("/Filter/FlateDecode", &bomb(512 << 20)), &[]),
            "PDF",
        ),
        (
            "usecmap.pdf",
            page("/Font<</F1 5 0 R>>", stream("", TEXT), &[font, usecmap]),
            "PDF",
        ),
    ]
}

fn extract(folder: &TempDir, name: &str, bytes: &[u8]) -> Output {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    Command::new(env!("CARGO_BIN_EXE_polidex"))
        .arg("extract")
        .arg(path)
        .output()
        .expect("the command runs")
}

#[test]
fn every_hostile_pdf_ends_with_a_text_or_a_reason() {
    let folder = TempDir::new().expect("a folder");
    for (name, bytes, expected) in files() {
        let started = Instant::now();
        let output = extract(&folder, name, &bytes);
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{name}: {:?} {said}",
            output.status
        );
        assert!(said.contains(expected), "{name}: {said}");
        assert!(
            started.elapsed() < MOST,
            "{name} took {:?}",
            started.elapsed()
        );
    }
}
