//! Other people's documents and questions: nothing but `<mark>` gets out, nothing hangs, nothing is skipped in silence.

use polidex_server::error::ServerError;
use polidex_server::question::{Query, Question};
use polidex_tests::hostile::{PAYLOADS, write_hostile};
use polidex_tests::{SEEDS, index, index_texts};
use proptest::prelude::*;

/// The HTML without its `<mark>`s holds no character that could open an element or an attribute.
fn is_escaped(html: &str) -> bool {
    !html
        .replace("<mark>", "")
        .replace("</mark>", "")
        .contains(['<', '>', '"', '\''])
}

#[test]
fn hostile_documents_show_as_text() {
    let folder = tempfile::TempDir::new().expect("a folder");
    write_hostile(folder.path());
    let indexed = index(&[folder.path().to_owned()], 1);
    let question = Question::about("findme")
        .passages(10)
        .per_page(100)
        .group_duplicates(false);
    let answer = indexed.ask(&question);
    assert_eq!(
        answer.total.value, indexed.report.documents as u64,
        "each holds the word"
    );
    assert!(answer.total.value >= PAYLOADS.len() as u64 + 10);
    for hit in &answer.hits {
        assert!(is_escaped(&hit.title_html), "{}", hit.title_html);
        assert!(hit.original_url.is_none());
        for passage in &hit.passages {
            assert!(is_escaped(&passage.html), "{}", passage.html);
        }
        let document = indexed
            .engine
            .document(&hit.id, &Query::about("findme"))
            .expect("readable")
            .expect("there");
        assert!(
            document
                .passages
                .iter()
                .all(|passage| is_escaped(&passage.html))
        );
    }
}

#[test]
fn hostile_questions_are_answered_or_refused() {
    let long = "字".repeat(4_001);
    let refused = ["(((((((((", long.as_str()];
    for q in refused {
        let error = SEEDS
            .engine
            .search(&Question::about(q))
            .expect_err("over a limit");
        assert!(matches!(error, ServerError::LimitPassed { .. }), "{error}");
    }
    for q in [
        "<script>alert(1)</script>",
        "\"",
        "((((",
        "a:(^",
        "*",
        "\"\"",
        "-",
        "title:",
        "\"a\"~3",
        "\u{0}\u{202E}",
        "🀄️",
    ] {
        let answer = SEEDS.ask(&Question::about(q));
        assert!(
            answer
                .hits
                .iter()
                .flat_map(|hit| &hit.passages)
                .all(|passage| is_escaped(&passage.html)),
            "{q}"
        );
    }
    let the = "的 ".repeat(330);
    assert_eq!(SEEDS.ask(&Question::about(the.trim())).total.value, 1);
}

#[test]
fn every_bad_file_gets_its_line_and_stops_nothing() {
    let indexed = index_texts(&[
        ("good.txt", "a good document about housing".as_bytes()),
        ("empty.txt", b""),
        ("blank.txt", b" \n\n\t "),
        ("scan.pdf", b"%PDF-1.7\n..."),
        ("sub/.hidden", b"secret"),
        (
            "lines.jsonl",
            b"{\"id\":\"x\",\"text\":\"one\"}\n{broken\n{\"id\":\"x\",\"text\":\"same id\"}\n",
        ),
        ("bad.gz", b"\x1F\x8B\x08\x00garbage"),
    ]);
    let skipped: Vec<_> = indexed
        .report
        .skipped()
        .map(|file| format!("{}: {}", file.path, file.reason))
        .collect();
    insta::assert_snapshot!(skipped.join("\n"));
    assert_eq!(indexed.report.documents, 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_question_panics_and_every_mark_is_inside_its_snippet(q in "[\"「」“”()（）~:*\\-新質生產力香港a-z&+'0-9 \\PC]{0,40}") {
        if let Ok(answer) = SEEDS.engine.search(&Question::about(q)) {
            for hit in &answer.hits {
                for passage in &hit.passages {
                    let len = passage.text.chars().count();
                    let mut end = 0;
                    for mark in &passage.offsets {
                        prop_assert!(mark.start >= end && mark.start < mark.end && mark.end <= len);
                        end = mark.end;
                    }
                    prop_assert!(!passage.offsets.is_empty(), "a snippet holds what it was cut for");
                    prop_assert!(is_escaped(&passage.html));
                }
            }
        }
    }
}
