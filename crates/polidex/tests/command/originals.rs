//! Pages of original files are drawn in the confined worker, with what is found marked, as long as the file is what was indexed.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use tempfile::TempDir;

use crate::hostile_pdf::{FONT, page, stream};
use crate::program::{Server, run};

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
    assert!(beyond.contains("there is no such page"), "{beyond}");
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
