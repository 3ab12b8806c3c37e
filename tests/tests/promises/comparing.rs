//! Two documents stand beside each other: what differs is told by words, and two languages go article by article.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use polidex_server::answer::MarkOffsets;
use polidex_server::comparison::{
    AlignedBy, ComparedPassage, ComparedRow, Comparison, ComparisonQuestion,
};
use polidex_server::question::Query;
use polidex_server::searcher::ListPage;
use polidex_tests::{Indexed, index_texts, shared};
use serde_json::Value;

fn compare(indexed: &Indexed, question: &ComparisonQuestion) -> Comparison {
    let page = ListPage {
        number: 1,
        per_page: 100,
    };
    let found = indexed.engine.compare(question, page).expect("an answer");
    found.expect("both are there")
}

fn question(a: &str, b: &str) -> ComparisonQuestion {
    ComparisonQuestion {
        a: a.to_owned(),
        b: b.to_owned(),
        ..ComparisonQuestion::default()
    }
}

/// Words of a text that stand in `spans`.
fn cut(text: &str, spans: &[MarkOffsets]) -> String {
    let words = spans.iter().map(|span| {
        let chars = text.chars().skip(span.start).take(span.end - span.start);
        chars.collect::<String>()
    });
    words.collect::<Vec<_>>().join("|")
}

/// What differs on each side of a row; `=` for a row that says the same.
fn differing(row: &ComparedRow) -> (String, String) {
    if row.same {
        return ("=".to_owned(), "=".to_owned());
    }
    let side = |passages: &[ComparedPassage]| -> String {
        passages
            .iter()
            .map(|one| cut(&one.text, &one.differences))
            .collect()
    };
    (side(&row.a), side(&row.b))
}

const OLD: &str = "# 道路條例\n\n第一條 本條例自公布日施行。\n\n第二條 車輛不得超速，違者罰款五百元。\n\n\
                   第三條 主管機關為交通部。\n";
const NEW: &str = "# 道路条例\n\n第一条 本条例自公布日施行！\n\n第二条 车辆不得超速，违者罚款九百元。\n\n\
                   第二条之一 行人优先。\n\n第三条 主管机关为交通部。\n";

#[test]
fn versions_are_compared_by_words_whatever_their_script() {
    let indexed = index_texts(&[("old.md", OLD.as_bytes()), ("new.md", NEW.as_bytes())]);
    let found = compare(&indexed, &question("old", "new"));
    assert_eq!(found.by, AlignedBy::Words);
    assert!(found.complete);
    let told: Vec<_> = found.rows.iter().map(differing).collect();
    let same = || ("=".to_owned(), "=".to_owned());
    assert_eq!(
        told,
        [
            same(),
            same(),
            ("五".to_owned(), "九".to_owned()),
            (String::new(), String::new()),
            same(),
        ],
        "{:#?}",
        found.rows
    );
    assert!(found.rows[3].a.is_empty() && found.rows[3].b[0].text.contains("行人"));
    assert_eq!(found.changed, 2);
    let changes = ComparisonQuestion {
        only_changes: true,
        query: Query::about("罰款"),
        ..question("old", "new")
    };
    let changes = compare(&indexed, &changes);
    assert_eq!((changes.rows.len(), changes.page.listed), (2, 2));
    let marked = &changes.rows[0];
    assert_eq!(cut(&marked.a[0].text, &marked.a[0].offsets), "罰款");
    assert_eq!(cut(&marked.b[0].text, &marked.b[0].offsets), "罚款");
    let same = compare(&indexed, &question("old", "old"));
    assert_eq!(
        (same.changed, same.rows.iter().all(|row| row.same)),
        (0, true)
    );
    let none = indexed.engine.compare(
        &question("old", "none"),
        ListPage {
            number: 1,
            per_page: 1,
        },
    );
    assert!(none.expect("an answer").is_none());
}

const CHINESE: &str = "# 道路法\n\n第一條 為維護道路交通安全，特制定本法。\n\n本法所稱主管機關，在中央為交通部。\n\n\
                       第二條 車輛應靠右行駛。\n\n第三條 本法自公布日施行。\n";
const ENGLISH: &str = "# Road Act\n\nArticle 1\n\nThis Act is enacted to maintain the safety of road traffic.\n\nThe term \
                       competent authority in this Act means the Ministry of Transportation at the central level.\n\nArticle 2\n\n\
                       Vehicles shall keep to the right.\n\nArticle 3\n\nThis Act shall take effect on the day of promulgation.\n";

#[test]
fn two_languages_stand_article_by_article() {
    let indexed = index_texts(&[("zh.md", CHINESE.as_bytes()), ("en.md", ENGLISH.as_bytes())]);
    let found = compare(&indexed, &question("zh", "en"));
    assert_eq!(found.by, AlignedBy::Articles);
    let beside = |chinese: &str, english: &str| {
        let row = found
            .rows
            .iter()
            .position(|row| row.a.iter().any(|one| one.text.contains(chinese)));
        let other = found
            .rows
            .iter()
            .position(|row| row.b.iter().any(|one| one.text.contains(english)));
        let (row, other) = (row.expect("a row"), other.expect("a row"));
        // The label of an article may have a row of its own.
        assert!(row.abs_diff(other) <= 1, "{chinese}: {:#?}", found.rows);
    };
    beside("靠右行駛", "keep to the right");
    beside("自公布日施行", "day of promulgation");
    beside("主管機關", "competent authority");
    assert!(found.rows.iter().all(|row| {
        row.a
            .iter()
            .chain(&row.b)
            .all(|one| one.differences.is_empty())
    }));
}

#[test]
fn a_long_document_is_compared_in_time_that_its_length_deserves() {
    // Two texts that share nothing but what repeats, a worst case, and their like at twice the length.
    let text = |lines: usize, word: &str| {
        let lines =
            (0..lines).map(|line| format!("{word} 同一句話同一句話同一句話 {}\n\n", line % 7));
        lines.collect::<String>()
    };
    let took = |lines: usize| {
        let (one, other) = (text(lines, "甲"), text(lines, "乙"));
        let indexed = index_texts(&[("a.txt", one.as_bytes()), ("b.txt", other.as_bytes())]);
        let started = std::time::Instant::now();
        let found = compare(&indexed, &question("a", "b"));
        assert!(
            found.page.listed as usize >= lines / 20,
            "{}",
            found.page.listed
        );
        started.elapsed()
    };
    let (short, long) = (took(4_000), took(16_000));
    let floor = std::time::Duration::from_millis(150);
    assert!(long <= short.max(floor) * 10, "{short:?} {long:?}");
}

#[test]
fn laws_of_taiwan_stand_beside_their_translations() {
    let Some(corpus) = shared("corpus") else {
        return;
    };
    let pairs = parallel_laws(&corpus, 6);
    let mut files: Vec<(String, String)> = Vec::new();
    for (number, (chinese, english)) in pairs.iter().enumerate() {
        files.push((format!("zh{number}.txt"), chinese.clone()));
        files.push((format!("en{number}.txt"), english.clone()));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let indexed = index_texts(&files);
    let (mut right, mut all) = (0, 0);
    for number in 0..pairs.len() {
        let found = compare(
            &indexed,
            &question(&format!("zh{number}"), &format!("en{number}")),
        );
        for row in &found.rows {
            let articles =
                [&row.a, &row.b].map(|side| side.iter().find_map(|one| article(&one.text)));
            if let [Some(one), Some(other)] = articles {
                all += 1;
                right += usize::from(one == other);
            }
        }
    }
    assert!(all > 30 && right * 100 >= all * 95, "{right} of {all}");
}

/// The first `count` laws of a corpus in Chinese and in English.
fn parallel_laws(corpus: &Path, count: usize) -> Vec<(String, String)> {
    let read = |name: &str| -> HashMap<String, String> {
        let file = File::open(corpus.join(name)).expect("readable");
        let lines = BufReader::new(GzDecoder::new(file)).lines();
        let laws = lines.map(|line| {
            let law: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
            let field = |name: &str| law[name].as_str().unwrap_or_default().to_owned();
            let code = field("id")
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            (code, field("text"))
        });
        laws.collect()
    };
    let chinese = read("zh-hant-taiwan-laws.jsonl.gz");
    let english = read("en-taiwan-laws-parallel.jsonl.gz");
    let mut codes: Vec<&String> = english
        .keys()
        .filter(|code| chinese.contains_key(*code))
        .collect();
    codes.sort();
    let pairs = codes
        .into_iter()
        .map(|code| (chinese[code].clone(), english[code].clone()));
    pairs
        .filter(|(one, _)| one.len() > 4_000)
        .take(count)
        .collect()
}

/// Number of the article that a passage begins.
fn article(text: &str) -> Option<u64> {
    let rest = text.trim_start();
    if let Some(rest) = rest.strip_prefix("Article ") {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        return digits.parse().ok();
    }
    let digits = rest.strip_prefix('第')?.trim_start();
    let (digits, _) = digits.split_once('條')?;
    let digits = digits.trim();
    digits
        .parse()
        .ok()
        .or_else(|| polidex_analysis::numerals::chinese_number(digits))
}
