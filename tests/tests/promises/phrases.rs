//! A quoted phrase is found exactly where a scan of the text finds it.

use std::io::{BufRead, BufReader};

use flate2::read::GzDecoder;
use polidex_server::question::Question;
use polidex_tests::oracle::plain;
use polidex_tests::runs::{Scanned, random_run, scan};
use polidex_tests::{Indexed, Random, SEEDS, index, shared};

/// A document as its source has it, before any stage of ours; what Markdown comments say is not for readers.
fn scan_line(line: &str) -> Scanned {
    let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let field = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    let text = part_broken_numbers(&field("text").replace("<!-- INFO END -->", ""));
    Scanned::new(field("id"), &format!("{}\n\n{text}", field("title")))
}

/// A number that a line's end breaks in two is mended by the indexer, so that its halves are no words any more: a wall
/// between them keeps runs away.
fn part_broken_numbers(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        parted.push_str(line);
        let ends = line.trim_end().ends_with(|last: char| last.is_numeric());
        let begins = lines.peek().is_some_and(|next| {
            next.trim_start()
                .starts_with(|first: char| first.is_numeric())
        });
        parted.push_str(if ends && begins { "\n\n" } else { "\n" });
    }
    parted
}

/// Entities are mended by the indexer: what a scan of the source would find in them is nothing a reader sees.
fn has_entity(line: &str) -> bool {
    line.split('&').skip(1).any(|rest| {
        let name = rest.trim_start_matches(|character: char| {
            character.is_ascii_alphanumeric() || character == '#'
        });
        name.len() < rest.len() && name.starts_with(';')
    })
}

/// Ids that the engine finds for a phrase, all pages.
fn found(indexed: &Indexed, phrase: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for page in 1..=10 {
        let question = Question::about(format!("\"{phrase}\""))
            .page(page)
            .per_page(100)
            .passages(0);
        let answer = indexed.ask(&question);
        assert!(answer.total.value <= 1_000, "{phrase}: choose rarer runs");
        let is_last = answer.hits.len() < 100;
        ids.extend(answer.hits.into_iter().map(|hit| hit.id));
        if is_last {
            break;
        }
    }
    ids.sort();
    ids
}

fn check(indexed: &Indexed, scanned: &[Scanned], phrase: &str) {
    let asked = plain(phrase);
    let mut expected: Vec<String> = scanned
        .iter()
        .filter(|document| document.text.contains(&asked))
        .map(|document| document.id.clone())
        .collect();
    expected.sort();
    let found = found(indexed, phrase);
    let missed: Vec<_> = expected.iter().filter(|id| !found.contains(id)).collect();
    let wrong: Vec<_> = found.iter().filter(|id| !expected.contains(id)).collect();
    assert!(
        missed.is_empty() && wrong.is_empty(),
        "the phrase \"{phrase}\" misses {missed:?} and claims {wrong:?}"
    );
}

#[test]
fn random_runs_of_the_seeds_are_found_where_a_scan_finds_them() {
    let scanned = scan(&SEEDS.engine);
    let mut random = Random(20_241_122);
    for document in &scanned {
        for _ in 0..200 {
            if let Some(run) = random_run(document, &mut random, 12) {
                check(&SEEDS, &scanned, &run);
            }
        }
    }
}

#[test]
fn runs_that_no_text_holds_are_not_found() {
    let scanned = scan(&SEEDS.engine);
    let mut random = Random(7);
    let mut absent = 0;
    while absent < 200 {
        let one = random_run(&scanned[random.below(scanned.len())], &mut random, 4);
        let other = random_run(&scanned[random.below(scanned.len())], &mut random, 4);
        let (Some(one), Some(other)) = (one, other) else {
            continue;
        };
        let run = format!("{one} {other}");
        if scanned
            .iter()
            .all(|document| !document.text.contains(&plain(&run)))
        {
            assert!(found(&SEEDS, &run).is_empty(), "{run}");
            absent += 1;
        }
    }
}

/// A sample of real policy text in three languages; the whole of it is scanned by the release check of the search issue.
#[test]
fn random_runs_of_real_policy_text_are_found_where_a_scan_finds_them() {
    let Some(corpus) = shared("corpus") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let names = [
        "zh-hans-prc-laws",
        "zh-hant-taiwan-laws",
        "hk-legco-speeches",
        "en-taiwan-laws-parallel",
        "en-digitalgov",
    ];
    let mut sample = String::new();
    let mut scanned = Vec::new();
    for name in names {
        let file = std::fs::File::open(corpus.join(format!("{name}.jsonl.gz")))
            .expect("listed in its README");
        let lines = BufReader::new(GzDecoder::new(file))
            .lines()
            .map(|line| line.expect("UTF-8"));
        for line in lines
            .step_by(7)
            .filter(|line| line.len() < 60_000 && !has_entity(line))
            .take(50)
        {
            scanned.push(scan_line(&line));
            sample.push_str(&line);
            sample.push('\n');
        }
    }
    std::fs::write(folder.path().join("sample.jsonl"), sample).expect("a file");
    let indexed = index(&[folder.path().to_owned()], 2);
    assert_eq!(scanned.len(), 250);
    let mut random = Random(42);
    for document in &scanned {
        for _ in 0..4 {
            if let Some(run) = random_run(document, &mut random, 12) {
                check(&indexed, &scanned, &run);
            }
        }
    }
}

#[test]
fn the_oracle_finds_what_readers_find() {
    let cases = [
        ("達致「新質\n生產力」，都需要", "达致新质生产力", true),
        ("教育，衛生", "教育卫生", false),
        ("教育，衛生", "教育，卫生", true),
        ("一\n\n二", "一二", false),
        ("the development of", "develop", false),
        ("over 1,200 projects", "200 projects", false),
        ("over 1,200 projects", "over 1,200", true),
        ("in‑depth", "in depth", true),
        ("Clean air, water and soil", "air water and soil", true),
        ("under 18 U.S.C. § 242", "18 USC 242", true),
        ("Dr. Chan of No. 5", "Dr Chan of No 5", true),
        ("the end. Chan said", "end Chan", false),
        ("基本法第 23 條", "第23条", true),
        ("路上 6.3 公里", "路上6.3公里", true),
        ("升幅，48.6%微升", "8.6", false),
        (
            "the examination.\n22.29 An applicant",
            "examination.22.29 an",
            true,
        ),
        ("│分(一) │\n├──┼──┤\n│公司 │", "一公司", true),
    ];
    for (text, phrase, expected) in cases {
        assert_eq!(
            plain(text).contains(&plain(phrase)),
            expected,
            "{phrase} in {text}"
        );
    }
}
