//! A folder of everything that goes wrong: each gets its line, and none stops the rest.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use polidex_indexer::report::{FileReport, FileStatus, IndexReport};
use polidex_tests::made::{line, pdf, pdf_with, zip};
use polidex_tests::{Indexed, index};

/// A page that needs a password: the keys in its dictionary fit none.
fn encrypted_pdf() -> Vec<u8> {
    let key = "A".repeat(32);
    let encrypt = format!(
        "/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O({key})/U({key})>>/ID[(0123456789ABCDEF)(0123456789ABCDEF)]"
    );
    pdf_with(&[line(60, 700, "secret")], &encrypt)
}

/// A gigabyte of entities in a few lines.
fn xml_bomb() -> String {
    let mut entities = "<!ENTITY a0 'ha'>".to_owned();
    for level in 1..10 {
        entities.push_str(&format!(
            "<!ENTITY a{level} '{}'>",
            format!("&a{};", level - 1).repeat(10)
        ));
    }
    format!("<?xml version='1.0'?><!DOCTYPE r [{entities}]><r><p>laugh &a9;</p></r>")
}

/// Files by name and content. A few are good and stand between the others.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let page = pdf(&[line(60, 700, "a page")]);
    let zeros = vec![b' '; 80 << 20];
    let deep = |open: &str, inner: &str| open.repeat(100_000) + inner;
    vec![
        ("a-good.txt", b"a good document about housing".to_vec()),
        ("blank.txt", b" \n\n\t".to_vec()),
        ("bomb.docx", zip(&[("word/document.xml", &zeros)])),
        ("bomb.xml", xml_bomb().into_bytes()),
        ("cut.pdf", page[..page.len() / 8].to_vec()),
        ("cut.zip", zip(&[("a.txt", b"text")])[..20].to_vec()),
        (
            "deep.html",
            deep("<div>", "<p>at the bottom of divisions</p>").into_bytes(),
        ),
        ("deep.json", deep("[", "1").into_bytes()),
        (
            "deep.rtf",
            ("{\\rtf1 above ".to_owned() + &deep("{", "below")).into_bytes(),
        ),
        (
            "deep.xml",
            ("<?xml version='1.0'?><r><p>above</p>".to_owned() + &deep("<a>", "below"))
                .into_bytes(),
        ),
        ("empty.txt", Vec::new()),
        ("encrypted.pdf", encrypted_pdf()),
        ("image.txt", b"\x89PNG\r\n\x1A\n".to_vec()),
        (
            "line.txt",
            format!("{}needle", "a long line without an end ".repeat(80_000)).into_bytes(),
        ),
        ("noise.pdf", b"%PDF-1.7\n\xFF\xFE\x00\x01".to_vec()),
        (
            "z-good.txt",
            b"another good document about housing".to_vec(),
        ),
    ]
}

/// Makes the folder, with what is no regular file and what has a strange name. The socket lives as long as its listener.
fn make(folder: &Path) -> UnixListener {
    for (name, content) in files() {
        fs::write(folder.join(name), content).expect("a file");
    }
    fs::create_dir(folder.join("folder.pdf")).expect("a folder");
    fs::write(
        folder.join("folder.pdf/inside.txt"),
        "inside a folder that looks like a file",
    )
    .expect("a file");
    fs::write(folder.join("secret.txt"), "for nobody to read").expect("a file");
    fs::set_permissions(folder.join("secret.txt"), fs::Permissions::from_mode(0o000))
        .expect("a mode");
    symlink(folder, folder.join("loop")).expect("a link");
    symlink("turn", folder.join("turn")).expect("a link to itself");
    fs::write(
        folder.join(OsStr::from_bytes(b"broken-\xFF\xFE.txt")),
        "a name that is no text",
    )
    .expect("a file");
    fs::write(folder.join("two\nlines.txt"), "a name of two lines").expect("a file");
    let status = Command::new("mkfifo")
        .arg(folder.join("pipe.txt"))
        .status()
        .expect("mkfifo");
    assert!(status.success());
    UnixListener::bind(folder.join("socket.txt")).expect("a socket")
}

fn by_path(report: &IndexReport) -> BTreeMap<&str, &FileReport> {
    report
        .files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect()
}

fn indexed(folder: &Path) -> Indexed {
    index(&[folder.to_owned()], 2)
}

#[test]
fn every_bad_input_has_its_line() {
    use FileStatus::{Indexed, Skipped};
    let folder = tempfile::TempDir::new().expect("a folder");
    let socket = make(folder.path());
    let can_read_all = fs::read(folder.path().join("secret.txt")).is_ok();
    let secret = if can_read_all {
        (Indexed, "")
    } else {
        (Skipped, "cannot be opened")
    };
    let made = indexed(folder.path());
    drop(socket);
    let files = by_path(&made.report);
    let expected = [
        ("a-good.txt", (Indexed, "")),
        ("blank.txt", (Skipped, "no text")),
        ("bomb.docx", (Skipped, "more than")),
        ("bomb.xml", (Indexed, "")),
        ("broken-\u{FFFD}\u{FFFD}.txt", (Indexed, "")),
        ("cut.pdf", (Skipped, "PDF ")),
        ("cut.zip", (Skipped, "damaged ZIP file")),
        ("deep.html", (Indexed, "")),
        ("deep.json", (Indexed, "no valid JSON, read as text")),
        ("deep.rtf", (Indexed, "RTF is cut off")),
        ("deep.xml", (Indexed, "nested more than")),
        ("empty.txt", (Skipped, "empty file")),
        (
            "encrypted.pdf",
            (Skipped, "PDF is encrypted: a password is needed"),
        ),
        ("folder.pdf/inside.txt", (Indexed, "")),
        ("image.txt", (Skipped, "PNG image: this format is not read")),
        ("line.txt", (Indexed, "")),
        ("loop", (Skipped, "symbolic link, not followed")),
        ("noise.pdf", (Skipped, "PDF is damaged or cut off")),
        ("pipe.txt", (Skipped, "not a regular file")),
        ("secret.txt", secret),
        ("socket.txt", (Skipped, "not a regular file")),
        ("turn", (Skipped, "symbolic link, not followed")),
        ("two\nlines.txt", (Indexed, "")),
        ("z-good.txt", (Indexed, "")),
    ];
    for (path, (status, reason)) in expected {
        let file = files
            .get(path)
            .unwrap_or_else(|| panic!("{path} is missing from {:?}", files.keys()));
        assert!(
            file.status == status && file.reason.contains(reason),
            "{path}: {file:?}"
        );
        assert_eq!(
            reason.is_empty(),
            file.reason.is_empty(),
            "{path}: {file:?}"
        );
        assert!(!file.reason.contains('\n'), "{path}: one line, {file:?}");
    }
    assert_eq!(files.len(), expected.len(), "{:?}", files.keys());
    assert_eq!(made.ids("\"good document about housing\"").len(), 2);
    assert_eq!(made.ids("\"bottom of divisions\""), ["deep.html"]);
    assert_eq!(made.ids("\"without an end needle\""), ["line"]);
    assert!(made.ids("haha").is_empty(), "entities are not unfolded");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_again() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("log.txt");
    fs::write(&path, "one more line of a log\n".repeat(200_000)).expect("a file");
    let is_done = AtomicBool::new(false);
    let place = tempfile::TempDir::new().expect("a folder");
    let options = polidex_indexer::index::BuildOptions {
        threads: 1,
        ..Default::default()
    };
    let build = || {
        polidex_indexer::index::build_index(
            &[folder.path().to_owned()],
            place.path(),
            &options,
            &|_| {},
        )
        .expect("an index")
    };
    let first = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = OpenOptions::new()
                .append(true)
                .open(&path)
                .expect("the file");
            while !is_done.load(Ordering::Relaxed) {
                file.write_all(b"and one\n").expect("a line");
                std::thread::yield_now();
            }
        });
        let first = build();
        is_done.store(true, Ordering::Relaxed);
        first
    });
    assert!(
        first.files[0].reason.contains("changed while it was read"),
        "{:?}",
        first.files
    );
    fs::write(&path, "the end of the log").expect("a file");
    let second = build();
    assert_eq!((second.indexed, second.files[0].reason.as_str()), (1, ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_the_disk_does_not_give_has_a_reason() {
    // Nothing is mapped at the beginning of a process's memory: reading there fails as a bad disk does.
    let place = Path::new("/proc/self/mem");
    let found = polidex_indexer::build::walk::find_files(&[place.to_owned()]).expect("a file");
    let mut reasons = Vec::new();
    for file in &found.files {
        polidex_indexer::extract::extract_documents(&file.path, &file.relative, &mut |extracted| {
            reasons.extend(extracted.err().map(|skipped| skipped.reason.to_string()));
        });
    }
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].starts_with("cannot be read: "), "{reasons:?}");
}
