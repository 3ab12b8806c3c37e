//! A document's counterpart in another language is linked, and nothing else is.

use std::collections::BTreeMap;

use polidex_server::question::{Facet, Query, Question};
use polidex_tests::{Indexed, index, index_texts, shared};

const EN: &str = "The Government will build more public housing in the years to come.";
const HANT: &str = "政府會在未來數年興建更多公共房屋，並縮短輪候時間。";
const HANS: &str = "政府会在未来数年兴建更多公共房屋，并缩短轮候时间。";

/// The ids of each document's counterparts. Documents are asked for by id: equal texts are listed under one hit.
fn counterparts(indexed: &Indexed) -> BTreeMap<String, Vec<String>> {
    let of = |summary: &polidex_server::answer::DocumentSummary| {
        let document = indexed
            .engine
            .document(&summary.id, &Query::default())
            .expect("readable")
            .expect("indexed");
        (
            summary.id.clone(),
            document
                .counterparts
                .into_iter()
                .map(|link| link.id)
                .collect(),
        )
    };
    indexed
        .engine
        .sources()
        .expect("readable")
        .iter()
        .map(of)
        .collect()
}

#[test]
fn paths_that_differ_by_language_belong_together() {
    let indexed = index_texts(&[
        ("speech_e.txt", EN.as_bytes()),
        ("speech_tc.txt", HANT.as_bytes()),
        ("speech_sc.txt", HANS.as_bytes()),
        ("2024/en/budget.txt", EN.as_bytes()),
        ("2024/tc/budget.txt", HANT.as_bytes()),
        ("plan.txt", EN.as_bytes()),
        ("plan_c.txt", HANT.as_bytes()),
        ("alone_e.txt", EN.as_bytes()),
    ]);
    let counterparts = counterparts(&indexed);
    assert_eq!(counterparts["speech_e"], ["speech_sc", "speech_tc"]);
    assert_eq!(counterparts["speech_tc"], ["speech_e", "speech_sc"]);
    assert_eq!(counterparts["2024/en/budget"], ["2024/tc/budget"]);
    assert_eq!(counterparts["plan"], ["plan_c"]);
    assert_eq!(counterparts["plan_c"], ["plan"]);
    assert!(counterparts["alone_e"].is_empty());
    let only = Question::about("公共房屋 縮短").filter(Facet::Source, ["plan_c"]);
    let answer = indexed.ask(&only);
    let link = answer.hits.first().and_then(|hit| hit.counterparts.first());
    let link = link.expect("plan has a counterpart");
    assert_eq!((link.lang.as_str(), link.title.as_str()), ("en", EN));
    assert!(link.url.starts_with("/documents/plan?q="), "{}", link.url);
}

#[test]
fn nothing_is_a_counterpart_that_may_not_be_one() {
    let indexed = index_texts(&[
        // Two of one language.
        ("a_e.txt", EN.as_bytes()),
        ("a_en.txt", EN.as_bytes()),
        ("a_c.txt", HANT.as_bytes()),
        // The mark is a word of the name.
        ("annex-c.txt", EN.as_bytes()),
        ("annex.txt", HANT.as_bytes()),
        // Neither says its language.
        ("same.txt", EN.as_bytes()),
        ("same.md", HANT.as_bytes()),
        // The same language twice.
        ("b_tc.txt", HANT.as_bytes()),
        ("b_c.txt", HANT.as_bytes()),
        // Other folders.
        ("x/en/c.txt", EN.as_bytes()),
        ("y/tc/c.txt", HANT.as_bytes()),
    ]);
    for (id, found) in counterparts(&indexed) {
        assert!(found.is_empty(), "{id}: {found:?}");
    }
}

#[test]
fn what_is_declared_goes_before_what_paths_say() {
    let sources = "[\"one.txt\"]\nwork = \"housing\"\n[\"eins.txt\"]\nwork = \"housing\"\n\
                   [\"sub/zwei.txt\"]\ncounterpart_of = \"sub/two_e.txt\"\n";
    let indexed = index_texts(&[
        ("sources.toml", sources.as_bytes()),
        ("one.txt", EN.as_bytes()),
        ("eins.txt", HANT.as_bytes()),
        ("sub/two_e.txt", EN.as_bytes()),
        ("sub/zwei.txt", HANS.as_bytes()),
        ("sub/two_c.txt", HANT.as_bytes()),
        (
            "lines.jsonl",
            format!(
                "{}\n{}\n",
                serde_json::json!({"id": "l/1", "text": EN, "counterpart_of": "l/2"}),
                serde_json::json!({"id": "l/2", "text": HANT}),
            )
            .as_bytes(),
        ),
    ]);
    let counterparts = counterparts(&indexed);
    assert_eq!(counterparts["one"], ["eins"]);
    assert_eq!(counterparts["eins"], ["one"]);
    assert_eq!(counterparts["sub/zwei"], ["sub/two_e"]);
    assert_eq!(
        counterparts["sub/two_e"],
        ["sub/zwei"],
        "declared, whatever the paths say"
    );
    assert_eq!(counterparts["l/1"], ["l/2"]);
    assert_eq!(counterparts["l/2"], ["l/1"]);
}

#[test]
fn a_translation_is_told_by_its_numbers_where_nothing_else_tells() {
    let law = |days: u64, fine: &str, pieces: [&str; 3]| {
        let [article, within, pay] = pieces;
        (1..=9)
            .map(|number| {
                let (number, close) = (number, if article == "第" { " 條" } else { "" });
                let days = days + 7 * number;
                format!("{article} {number}{close}\n{within} {days}{pay} {fine}。\n\n")
            })
            .collect::<String>()
    };
    let chinese = ["第", "應於接到通知之日起", "日內繳納罰鍰新臺幣"];
    let english = [
        "Article",
        "Within a period of",
        " days of the notice, pay a fine of NT$",
    ];
    let indexed = index_texts(&[
        ("a.txt", law(30, "30,000", chinese).as_bytes()),
        ("b.txt", law(30, "30,000", english).as_bytes()),
        ("c.txt", law(45, "60,000", chinese).as_bytes()),
        ("d.txt", law(61, "15,000", english).as_bytes()),
        // Two that are as good are none.
        ("e.txt", law(18, "90,000", chinese).as_bytes()),
        ("f.txt", law(18, "90,000", english).as_bytes()),
        (
            "g.txt",
            format!("{}Appendix", law(18, "90,000", english)).as_bytes(),
        ),
    ]);
    let counterparts = counterparts(&indexed);
    assert_eq!(counterparts["a"], ["b"]);
    assert_eq!(counterparts["b"], ["a"]);
    for id in ["c", "d", "e", "f", "g"] {
        assert!(counterparts[id].is_empty(), "{id}: {:?}", counterparts[id]);
    }
}

#[test]
fn laws_of_taiwan_find_their_translations() {
    let Some(corpus) = shared("corpus") else {
        return;
    };
    let take = |name: &str, wanted: &dyn Fn(&str) -> bool| -> String {
        let file = std::fs::File::open(corpus.join(name)).expect("the corpus");
        let lines = std::io::BufRead::lines(std::io::BufReader::new(
            flate2::read::MultiGzDecoder::new(file),
        ));
        let mut taken = String::new();
        for line in lines.map(|line| line.expect("readable")) {
            let id = line.split('"').nth(3).unwrap_or_default().to_owned();
            if wanted(&id) {
                taken.push_str(&line);
                taken.push('\n');
            }
        }
        taken
    };
    // A bounded sample: codes that end in 1.
    let english = take("en-taiwan-laws-parallel.jsonl.gz", &|id| id.ends_with('1'));
    let chinese = take("zh-hant-taiwan-laws.jsonl.gz", &|id| id.ends_with('1'));
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("en.jsonl"), &english).expect("a file");
    std::fs::write(folder.path().join("zh.jsonl"), &chinese).expect("a file");
    let indexed = index(&[folder.path().to_owned()], 2);
    let mut linked = 0;
    for line in english.lines() {
        let id = line.split('"').nth(3).expect("an id");
        let document = indexed
            .engine
            .document(id, &Query::default())
            .expect("readable")
            .expect("indexed");
        let ids: Vec<&str> = document
            .counterparts
            .iter()
            .map(|link| link.id.as_str())
            .collect();
        assert_eq!(ids, [id.replace("/en/", "/zh/")], "{id}");
        linked += 1;
    }
    assert!(linked > 40, "{linked}");
}
