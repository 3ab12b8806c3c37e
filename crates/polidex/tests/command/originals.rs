//! Pages of original files are drawn in the confined worker, with what is found marked, as long as the file is what was indexed.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use tempfile::TempDir;

use crate::hostile_pdf::{FONT, page, stream};
use crate::program::{Server, run, text};

const WORDS: &[u8] = b"BT /F1 14 Tf 60 700 Td (The harbour fund pays for every pier of the city and its ferries) Tj \
    0 -40 Td (A second line speaks of ferries alone and of nothing else at all) Tj ET";

fn served() -> (TempDir, Server) {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    fs::write(papers.join("fund.pdf"), page(FONT, stream("", WORDS), &[])).expect("a file");
    fs::write(papers.join("note.txt"), "A note on ferries.").expect("a file");
    let server = Server::start(folder.path(), &["papers", "--index", "index"]);
    (folder, server)
}

/// The bytes of an answer that is no text.
fn bytes_of(server: &Server, target: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(&server.address).expect("it listens");
    let host = &server.address;
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_page_is_drawn_with_its_marks_while_its_file_is_what_was_indexed() {
    let (folder, server) = served();
    let document = server.get("/documents/fund?q=ferries&ui=en");
    let is_offered = document.contains("/documents/fund/page?");
    if cfg!(not(feature = "ocr")) {
        return assert!(!is_offered, "no engine of pictures: {document}");
    }
    assert!(is_offered, "{document}");
    assert!(
        !server
            .get("/documents/note?q=ferries")
            .contains("/documents/note/page?")
    );
    let page = server.get("/documents/fund/page?q=ferries&n=1&passage=p1&ui=en");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(
        page.contains("Page 1 of 1") && page.contains("<mark>ferries</mark>"),
        "{page}"
    );
    assert_eq!(page.matches("<rect class=\"found\"").count(), 2, "{page}");
    assert!(page.contains("<rect class=\"here\""), "{page}");
    assert!(
        page.contains("<image href=\"/documents/fund/picture?n=1\""),
        "{page}"
    );
    let picture = bytes_of(&server, "/documents/fund/picture?n=1");
    let start = picture
        .windows(8)
        .position(|bytes| bytes == b"\x89PNG\r\n\x1a\n");
    assert!(
        start.is_some() && picture.len() > 4_000,
        "{}",
        picture.len()
    );
    let beyond = server.get("/documents/fund/page?n=2&ui=en");
    assert!(beyond.contains("There is no such page"), "{beyond}");
    for target in ["/documents/note/picture?n=1", "/documents/none/page?n=1"] {
        assert!(server.get(target).starts_with("HTTP/1.1 404"), "{target}");
    }
    // Another file in its place is not shown as what was indexed.
    let other = page_of_other_words();
    fs::write(folder.path().join("papers/fund.pdf"), other).expect("a file");
    assert!(
        !server
            .get("/documents/fund?q=ferries")
            .contains("/documents/fund/page?")
    );
    assert!(
        server
            .get("/documents/fund/page?n=1")
            .starts_with("HTTP/1.1 404")
    );
}

fn page_of_other_words() -> Vec<u8> {
    let words = b"BT /F1 14 Tf 60 700 Td (Quite another paper, of another day) Tj ET";
    page(FONT, stream("", words), &[])
}

#[test]
fn an_index_without_its_folder_offers_no_originals() {
    let (folder, server) = served();
    drop(server);
    assert_eq!(
        run(folder.path(), &["search", "ferries", "--index", "index"])
            .status
            .code(),
        Some(0)
    );
    let server = Server::start(folder.path(), &["--index", "index"]);
    assert!(
        !server
            .get("/documents/fund?q=ferries")
            .contains("/documents/fund/page?")
    );
    assert!(
        server
            .get("/documents/fund/page?n=1")
            .starts_with("HTTP/1.1 404")
    );
}

/// Files of the folder of originals of an index.
fn copies(index: &Path) -> Vec<String> {
    let entries = fs::read_dir(index.join("originals"));
    let entries = entries.into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Runs a command that succeeds, and returns what it prints.
fn done(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(
        output.status.success(),
        "{args:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

fn is_shown(folder: &Path, index: &str, id: &str) -> bool {
    let server = Server::start(folder, &["--index", index]);
    let page = server.get(&format!("/documents/{id}/page?n=1&ui=en"));
    page.starts_with("HTTP/1.1 200")
}

#[test]
fn copies_of_originals_go_where_the_index_goes_and_end_with_their_documents() {
    let folder = TempDir::new().expect("a folder");
    let (top, index) = (folder.path(), folder.path().join("index"));
    let papers = top.join("papers");
    fs::create_dir(&papers).expect("a folder");
    let fund = page(FONT, stream("", WORDS), &[]);
    fs::write(papers.join("fund.pdf"), &fund).expect("a file");
    fs::write(papers.join("pier.pdf"), page_of_other_words()).expect("a file");
    fs::write(papers.join("note.txt"), "A note on ferries.").expect("a file");
    done(top, &["index", "papers"]);
    assert!(copies(&index).is_empty(), "nobody asked for copies");
    let report = done(top, &["index", "papers", "--keep-originals"]);
    assert_eq!(
        copies(&index).len(),
        2,
        "two PDFs, although nothing has changed"
    );
    assert!(
        report.contains("originals kept         2 files, 0.0 MB"),
        "{report}"
    );
    // Later runs keep to it, and what is the same is there once.
    fs::write(papers.join("again.pdf"), &fund).expect("a file");
    fs::write(
        papers.join("third.pdf"),
        page(
            FONT,
            stream(
                "",
                b"BT /F1 9 Tf 60 700 Td (A third paper of the harbour office) Tj ET",
            ),
            &[],
        ),
    )
    .expect("a file");
    let report: serde_json::Value =
        serde_json::from_str(&done(top, &["index", "papers", "--json"])).expect("JSON");
    assert_eq!(report["originals"], 3, "{report}");
    assert!(report["original_bytes"].as_u64() > Some(1_000), "{report}");

    done(top, &["snapshot", "copy"]);
    assert_eq!(copies(&top.join("copy")), copies(&index));
    fs::rename(&papers, top.join("away")).expect("a folder");
    if cfg!(feature = "ocr") {
        assert!(is_shown(top, "index", "fund") && is_shown(top, "copy", "fund"));
    }
    // The same file under another name is another document.
    done(top, &["forget", "pier", "again"]);
    assert_eq!(copies(&index).len(), 2);
    done(top, &["forget", "fund"]);
    assert_eq!(
        copies(&index).len(),
        1,
        "the last document of that file has gone"
    );
    done(top, &["restore", "copy", "--index", "other"]);
    assert_eq!(copies(&top.join("other")), copies(&top.join("copy")));

    let damaged = index.join("originals").join(&copies(&index)[0]);
    fs::write(&damaged, b"%PDF-1.4 something else").expect("a file");
    assert!(!is_shown(top, "index", "third"));
    let doctor = run(top, &["doctor"]);
    assert_eq!(doctor.status.code(), Some(2));
    assert!(
        text(&doctor.stdout).contains("originals/"),
        "{}",
        text(&doctor.stdout)
    );
    fs::remove_file(&damaged).expect("a file");
    fs::rename(top.join("away"), &papers).expect("a folder");
    done(top, &["index", "papers"]);
    assert_eq!(
        copies(&index).len(),
        1,
        "fund, again and pier stay forgotten"
    );
}

/// A page of `codes` in a font of simplified ideographs that it does not hold.
fn page_without_its_font(codes: &str) -> Vec<u8> {
    let font = "/Font<</F1<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H\
        /DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000\
        /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>>>";
    let words = format!("BT /F1 24 Tf 60 700 Td <{codes}> Tj ET");
    page(font, stream("", words.as_bytes()), &[])
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn fonts_that_are_not_in_a_file_come_from_a_folder_or_the_page_says_so() {
    let fonts = "/usr/share/fonts/opentype/noto";
    let is_there = Path::new(fonts).join("NotoSansCJK-Regular.ttc").exists();
    if cfg!(not(feature = "ocr")) || !is_there {
        return eprintln!(
            "left out: fonts of a folder (no engine of pictures, or no Noto Sans CJK)"
        );
    }
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    let rules = page_without_its_font("6D776E2F7BA1740667614F8B7B2C4E006761");
    fs::write(papers.join("rules.pdf"), rules).expect("a file");
    fs::write(
        papers.join("one.pdf"),
        page_without_its_font("4E004E8C4E09"),
    )
    .expect("a file");
    let served = ["papers", "--index", "index"];
    let server = Server::start(folder.path(), &served);
    for (ui, reason) in [
        ("en", "the file does not hold a font"),
        ("zh-Hant", "檔案沒有內嵌此頁所用的字型"),
        ("zh-Hans", "文件没有内嵌此页所用的字体"),
    ] {
        let page = server.get(&format!("/documents/rules/page?n=1&ui={ui}"));
        assert!(page.contains(reason) && page.contains("管理条例"), "{page}");
    }
    let picture = server.get("/documents/rules/picture?n=1");
    assert!(picture.starts_with("HTTP/1.1 404"), "{picture}");
    drop(server);
    let server = Server::start(folder.path(), &[&served[..], &["--fonts", fonts]].concat());
    // 管理
    let page = server.get("/documents/rules/page?q=%E7%AE%A1%E7%90%86&n=1&ui=en");
    assert!(
        page.contains("class=\"found\"") && page.contains("<image"),
        "{page}"
    );
    let size_of = |id: &str| bytes_of(&server, &format!("/documents/{id}/picture?n=1")).len();
    let (nine, one) = (size_of("rules"), size_of("one"));
    assert!(nine > one + 600, "ideographs are drawn: {nine}, {one}");
    let wrong = [
        &served[..],
        &["--listen", "127.0.0.1:0", "--fonts", "nowhere"],
    ]
    .concat();
    let none = run(folder.path(), &[&["serve"], &wrong[..]].concat());
    assert_eq!(none.status.code(), Some(2));
    let said = text(&none.stderr);
    assert!(said.contains("fonts in nowhere"), "{said}");
}
