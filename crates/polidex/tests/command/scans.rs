//! Scans are read where models are installed, once, and hostile pictures cost a line each.
//!
//! `POLIDEX_OCR_MODELS` names the wheel or the folder that holds the models; without it only what needs none is tested.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{run, text};

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// A PNG of one colour whose header says how large it is; without its pixels.
fn header_of_png(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut sum = flate2::Crc::new();
    sum.update(&header);
    let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0D".to_vec();
    bytes.extend(&header);
    bytes.extend(sum.sum().to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xAF\x06\x1E");
    bytes
}

/// A TIFF of `pages` pages of one white pixel, 200 bytes each.
fn tiff_of(pages: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, value: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(4_u16.to_le_bytes());
        entry.extend(1_u32.to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    for page in 0..pages {
        let at = bytes.len() as u32;
        let fields = [
            (256, 1),
            (257, 1),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 4),
            (277, 1),
            (278, 1),
            (279, 1),
        ];
        bytes.extend((fields.len() as u16).to_le_bytes());
        bytes.extend(fields.iter().flat_map(|(tag, value)| entry(*tag, *value)));
        let next = at + 2 + 12 * fields.len() as u32 + 4;
        bytes.extend(if page + 1 < pages { next } else { 0 }.to_le_bytes());
    }
    bytes
}

#[test]
fn without_models_a_scan_says_how_to_get_them() {
    let folder = folder();
    fs::write(folder.path().join("a.png"), header_of_png(4, 4)).expect("writable");
    let asked = run(folder.path(), &["extract", "--ocr", "all", "a.png"]);
    assert_eq!(asked.status.code(), Some(2));
    let said = text(&asked.stderr);
    assert!(
        said.contains("polidex ocr install") || said.contains("--features ocr"),
        "{said}"
    );
    let read = run(folder.path(), &["extract", "a.png"]);
    let said = text(&read.stderr);
    assert!(
        said.contains("PNG image: this format is not read"),
        "{said}"
    );
}

#[test]
fn a_folder_with_scans_says_once_what_reads_them() {
    let folder = folder();
    fs::create_dir(folder.path().join("papers")).expect("writable");
    fs::write(folder.path().join("papers/a.png"), header_of_png(4, 4)).expect("writable");
    fs::write(
        folder.path().join("papers/a.txt"),
        "A notice of some length.",
    )
    .expect("writable");
    let said_by = |args: &[&str]| text(&run(folder.path(), args).stderr);
    let said = said_by(&["index", "papers"]);
    assert!(said.contains("1 files are or hold scans: "), "{said}");
    for more in ["--quiet", "--ocr=off", "--json"] {
        let said = said_by(&["index", "papers", "--rebuild", more]);
        assert!(!said.contains("scans"), "{more}: {said}");
    }
}

#[test]
fn models_of_another_release_are_refused() {
    let folder = folder();
    for name in ["PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"] {
        fs::write(folder.path().join(name), "x").expect("writable");
    }
    let refused = run(folder.path(), &["ocr", "install", "."]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("--trust"),
        "{}",
        text(&refused.stderr)
    );
    let missing = run(folder.path(), &["ocr", "install", "nowhere"]);
    assert!(
        text(&missing.stderr).contains("nowhere"),
        "{}",
        text(&missing.stderr)
    );
}

/// Installs the models for the programs that run in `folder`; false, and a line, where there are none.
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn is_ready(folder: &Path) -> bool {
    let Some(models) = std::env::var_os("POLIDEX_OCR_MODELS").filter(|_| cfg!(feature = "ocr"))
    else {
        eprintln!("left out: POLIDEX_OCR_MODELS names no models, or the feature `ocr` is off");
        return false;
    };
    let installed = run(folder, &["ocr", "install", &models.to_string_lossy()]);
    assert!(installed.status.success(), "{}", text(&installed.stderr));
    true
}

#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn field_file(name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/field/files");
    let file = shared.join(name);
    if !file.exists() {
        eprintln!("left out: ../shared/field/files is not beside this checkout");
    }
    file.exists().then_some(file)
}

#[test]
fn a_scan_is_read_once_and_found() {
    let folder = folder();
    let Some(page) = field_file("ocr-zh-hans-page1.png").filter(|_| is_ready(folder.path())) else {
        return;
    };
    fs::create_dir(folder.path().join("papers")).expect("writable");
    fs::copy(page, folder.path().join("papers/page.png")).expect("writable");
    let first = run(folder.path(), &["index", "papers"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let report = text(&first.stdout) + &text(&first.stderr);
    let row = report.split_once("read of pictures").map(|(_, row)| row);
    let row = row.expect("a row of the report");
    assert!(
        row.contains("page.png: 1 page read of pictures"),
        "{report}"
    );
    assert!(
        !report.contains("read in part"),
        "nothing is missing: {report}"
    );
    let found = run(
        folder.path(),
        &["search", "-c", "\"物的有用性使物成为使用价值\""],
    );
    assert_eq!(text(&found.stdout).trim(), "1", "{}", text(&first.stdout));
    let begun = std::time::Instant::now();
    let again = run(folder.path(), &["index", "papers", "--rebuild"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(begun.elapsed().as_secs() < 60);
    let kept = fs::read_dir(folder.path().join("index/scanned-pages")).expect("a folder");
    assert_eq!(kept.count(), 1);
    let off = run(folder.path(), &["index", "papers", "--ocr", "off"]);
    assert!(
        text(&off.stdout).contains("PNG image"),
        "{}",
        text(&off.stdout)
    );
}

#[test]
fn a_stamp_does_not_stand_for_its_page() {
    let folder = folder();
    let Some(form) =
        field_file("hk-scan-with-stamped-text.pdf").filter(|_| is_ready(folder.path()))
    else {
        return;
    };
    let read = run(folder.path(), &["extract", &form.to_string_lossy()]);
    let read = text(&read.stdout);
    for words in ["國籍", "Wife's Maiden Name", "前的姓名"] {
        assert!(read.contains(words), "{words} is missing in {read}");
    }
}

#[test]
fn hostile_pictures_end_with_a_reason() {
    let folder = folder();
    if !is_ready(folder.path()) {
        return;
    }
    let said_of = |name: &str, bytes: Vec<u8>| {
        fs::write(folder.path().join(name), bytes).expect("writable");
        let read = run(folder.path(), &["extract", "--ocr", "all", name]);
        assert_eq!(read.status.code(), Some(1), "{name}");
        text(&read.stderr)
    };
    let huge = said_of("huge.png", header_of_png(60_000, 60_000));
    assert!(huge.contains("60000 × 60000"), "{huge}");
    let cut = said_of("cut.png", header_of_png(100, 100));
    assert!(cut.contains("scan not read"), "{cut}");
    let many = said_of("many.tif", tiff_of(1_000_000));
    assert!(many.contains("picture without text"), "{many}");
}
