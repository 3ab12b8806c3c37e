//! Nothing is lost in silence: what an index does not hold is counted and named, by the page, the API and `doctor` alike.

use std::fs;

use polidex_indexer::store::doctor::examine_index;
use polidex_server::question::Question;
use polidex_tests::{Indexed, index, top};
use tempfile::TempDir;

/// Signature of a PNG image, and some bytes.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01";

/// An index of a folder with these files, which is gone when it is asked.
fn indexed(files: &[(&str, &[u8])]) -> Indexed {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    index(&[folder.path().to_owned()], 1)
}

fn encrypted(name: &str) -> Vec<u8> {
    let path = top().join("tests/fixtures/encrypted").join(name);
    fs::read(path).expect("a fixture")
}

#[test]
fn what_is_not_in_the_index_is_counted_and_named() {
    let indexed = indexed(&[
        (
            "good.txt",
            "A paper on housing &mdash; in clear text.".as_bytes(),
        ),
        ("picture.png", PICTURE),
        (".hidden.txt", b"left out by rule"),
        ("empty.txt", b""),
    ]);
    let coverage = indexed.engine.coverage();
    assert_eq!(coverage.index.documents, 1);
    assert_eq!(coverage.skipped.count, 3);
    assert_eq!(coverage.skipped.classes["foreign-format"], 1);
    assert_eq!(coverage.skipped.classes["left-out"], 1);
    assert_eq!(
        coverage.index.unread, 2,
        "what is left out by rule was not lost"
    );
    assert_eq!(coverage.repaired, 1);
    let picture = &coverage.skipped.files[2];
    assert_eq!(picture.path, "picture.png");
    assert_eq!(picture.reason, "PNG image: this format is not read");
    assert!(coverage.built.is_some_and(|built| built.ends_with('Z')));

    let diagnosis = examine_index(indexed.folder.path());
    assert_eq!(diagnosis.coverage.documents, coverage.index.documents);
    assert_eq!(diagnosis.coverage.repairs, coverage.repairs);
    let named: Vec<&str> = diagnosis
        .coverage
        .skipped
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    let listed: Vec<&str> = coverage
        .skipped
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(named, listed);
    assert!(diagnosis.damages.is_empty(), "{:?}", diagnosis.damages);
}

#[test]
fn a_password_of_the_folder_opens_what_asks_for_one() {
    let names = ["plan.pdf", "letter.docx", "budget.xls"];
    let contents = names.map(encrypted);
    let closed: Vec<(&str, &[u8])> = names
        .into_iter()
        .zip(contents.iter().map(Vec::as_slice))
        .collect();
    let section = |name: &str| format!("[\"{name}\"]\npassword_file = \"secret.txt\"\n\n");
    let sources: String = names.into_iter().map(section).collect();
    let with = |secret: &'static [u8]| {
        let described = [("sources.toml", sources.as_bytes()), ("secret.txt", secret)];
        indexed(&[&closed[..], &described].concat())
    };
    let opened = with(b"open sesame\n");
    assert_eq!(opened.ids("\"secret housing plan\""), ["plan"]);
    assert_eq!(opened.ids("「公共房屋的供應」"), ["letter"]);
    assert_eq!(opened.ids("「街市擴建工程」"), ["budget"]);
    let sesame = opened.ask(&Question::about("sesame"));
    assert_eq!(sesame.total.value, 0, "the password is no document");

    for (closed, reason) in [
        (indexed(&closed), "name its `password_file`"),
        (with(b"wrong"), "does not open it"),
    ] {
        let coverage = closed.engine.coverage();
        assert_eq!(coverage.skipped.classes["encrypted"], 3, "{coverage:?}");
        let named = coverage.skipped.files.iter();
        let about = named.filter(|file| file.reason.contains(reason));
        assert_eq!(about.count(), 3, "{coverage:?}");
    }
}
