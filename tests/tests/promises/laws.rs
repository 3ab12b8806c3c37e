//! What holds of every search, whatever is asked: sets add up, pages make the whole, marks say what was asked.

use std::collections::BTreeSet;

use polidex_server::answer::{Answer, Hit};
use polidex_server::question::{Expand, Facet, Matching, Query, Question};
use polidex_tests::oracle::{Plain, plain};
use polidex_tests::{Indexed, SEEDS, index, index_texts, shared, top};
use proptest::prelude::*;

/// Words and phrases of the seeds, common and rare, and some that are nowhere.
const ASKED: [&str; 16] = [
    "新質生產力",
    "创新",
    "香港",
    "\"新质生产力\"",
    "「低空經濟」",
    "力",
    "innovation",
    "developing",
    "hydrogen",
    "\"new quality productive forces\"",
    "I&T",
    "2024",
    "title:HKPC",
    "stableco*",
    "龘",
    "nowhere",
];

fn asked() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ASKED.to_vec())
}

/// A question without expansions: what a translation finds stands behind the list and is counted apart.
fn about(q: impl Into<String>) -> Question {
    Question::about(q).expand(Expand::None)
}

fn answer(q: &str) -> Answer {
    SEEDS.ask(&about(q).matching(Matching::All).per_page(100))
}

fn ids(answer: &Answer) -> BTreeSet<String> {
    answer.hits.iter().map(|hit| hit.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sets_add_up(one in asked(), other in asked()) {
        let (all, first) = (ids(&answer("")), ids(&answer(one)));
        let both = ids(&answer(&format!("{one} AND {other}")));
        prop_assert!(both.is_subset(&first), "{one} AND {other}");
        let without = ids(&answer(&format!("{one} -{other}")));
        prop_assert!(both.is_disjoint(&without));
        prop_assert_eq!(&both | &without, first.clone());
        let either = ids(&answer(&format!("{one} OR {other}")));
        prop_assert_eq!(&either, &ids(&answer(&format!("{other} OR {one}"))));
        prop_assert_eq!(&either, &(&first | &ids(&answer(other))));
        prop_assert_eq!(ids(&answer(&format!("NOT {one}"))), &all - &first);
    }

    #[test]
    fn counts_are_those_of_the_list(one in asked(), other in asked()) {
        for matching in [Matching::All, Matching::Any] {
            let question = about(format!("{one} {other}")).matching(matching).per_page(100);
            let answer = SEEDS.ask(&question);
            prop_assert_eq!(answer.total.value as usize, answer.hits.len());
            for facet in answer.facets.iter().filter(|facet| matches!(facet.field, Facet::Source | Facet::Publisher | Facet::Year)) {
                let sum: u64 = facet.values.iter().map(|value| value.count).sum();
                prop_assert_eq!(sum, answer.total.value, "{}", facet.field);
            }
        }
    }

    #[test]
    fn pages_are_disjoint_and_make_the_whole(q in asked(), per_page in 1_usize..4) {
        let whole: Vec<String> = answer(q).hits.into_iter().map(|hit| hit.id).collect();
        let mut paged = Vec::new();
        for page in 1..=whole.len().div_ceil(per_page) + 1 {
            let question = about(q).page(page).per_page(per_page);
            paged.extend(SEEDS.ask(&question).hits.into_iter().map(|hit| hit.id));
        }
        prop_assert_eq!(paged, whole);
    }
}

/// Takes `<mark>` and the five escapes away.
fn stripped(html: &str) -> String {
    let text = html.replace("<mark>", "").replace("</mark>", "");
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    text.replace("&amp;", "&")
}

/// What is marked in a hit's snippets.
fn marked(hit: &Hit) -> Vec<String> {
    let mut marked = Vec::new();
    for passage in &hit.passages {
        let characters: Vec<char> = passage.text.chars().collect();
        for offsets in &passage.offsets {
            marked.push(characters[offsets.start..offsets.end].iter().collect());
        }
    }
    marked
}

fn check_snippets(hit: &Hit) {
    assert_eq!(stripped(&hit.title_html), hit.title);
    for passage in &hit.passages {
        assert_eq!(stripped(&passage.html), passage.text);
        assert!(
            !passage.offsets.is_empty(),
            "a snippet without a mark: {}",
            passage.text
        );
        let mut before = 0;
        for offsets in &passage.offsets {
            assert!(
                offsets.start < offsets.end && offsets.start >= before,
                "{:?}",
                passage.offsets
            );
            before = offsets.end;
        }
    }
}

/// Every mark of a quoted phrase is the phrase, once or several times on end.
fn check_marks_of_phrase(indexed: &Indexed, phrase: &str) -> usize {
    let asked = plain(phrase);
    let is_asked = |mark: &str| {
        let found = plain(mark);
        found == asked || (2..=4).any(|times| found == repeated(phrase, times))
    };
    let question = about(format!("\"{phrase}\"")).per_page(100).passages(10);
    let mut count = 0;
    for hit in indexed.ask(&question).hits {
        check_snippets(&hit);
        for mark in marked(&hit) {
            // A phrase across the end of a passage is marked on both sides of it.
            assert!(
                is_asked(&mark) || is_part(&asked, &mark),
                "{mark} is marked for {phrase} in {}",
                hit.id
            );
            count += 1;
        }
    }
    count
}

fn repeated(phrase: &str, times: usize) -> Plain {
    plain(&phrase.repeat(times))
}

fn is_part(asked: &Plain, mark: &str) -> bool {
    asked.contains(&plain(mark))
}

#[test]
fn marks_are_what_was_asked() {
    let phrases = [
        "新质生产力",
        "新質",
        "力",
        "創新科技",
        "low-altitude economy",
        "Hong Kong",
        "new quality productive forces",
        "I&T",
        "of the",
        "2024",
    ];
    for phrase in phrases {
        assert!(
            check_marks_of_phrase(&SEEDS, phrase) > 0,
            "{phrase} is marked nowhere"
        );
    }
}

#[test]
fn marks_of_words_begin_as_the_words_do() {
    for q in [
        "developing industries",
        "創新 科技",
        "香港 innovation",
        "numbers 2024",
    ] {
        let wanted: Vec<String> = q
            .split(' ')
            .map(|word| word.chars().take(2).collect())
            .collect();
        let wanted: Vec<Plain> = wanted.iter().map(|start| plain(start)).collect();
        let question = about(q).per_page(100);
        for hit in SEEDS.ask(&question).hits {
            check_snippets(&hit);
            for mark in marked(&hit) {
                let start = plain(&mark.chars().take(2).collect::<String>());
                assert!(wanted.contains(&start), "{mark} is marked for {q}");
            }
        }
    }
}

#[test]
fn threads_do_not_show() {
    let mut paths = vec![top().join("seeds")];
    paths.extend(shared("corpus").map(|corpus| corpus.join("en-nist-sp800-63-3.jsonl.gz")));
    let (alone, together) = (index(&paths, 1), index(&paths, 8));
    for q in [
        "innovation",
        "香港 科技",
        "identity proofing",
        "\"digital identity\"",
        "policy OR 政策",
        "",
    ] {
        let ask = |indexed: &Indexed| {
            let mut answer = indexed.ask(&about(q).per_page(100));
            (answer.took_ms, answer.index.generation) = (0.0, String::new());
            answer.index.newest = None;
            answer.hits.iter_mut().for_each(|hit| hit.added = None);
            serde_json::to_string(&answer).expect("plain data")
        };
        assert_eq!(ask(&alone), ask(&together), "{q}");
    }
}

/// Six megabytes in one document: what stands at its end is found, shown and marked as in a short one, and so is what
/// stands where two stored parts meet.
#[test]
fn a_giant_is_marked_like_any_other() {
    let mut text = String::new();
    for line in 0..30_000 {
        text.push_str(&format!(
            "第{line}段：政府會繼續發展創新科技，並加強與內地合作。Section {line} of the annual report.\n"
        ));
        text.push_str(if line % 10 == 9 { "\n" } else { "" });
    }
    text.push_str("最後一段提及新質生產力與麒麟閣。\n");
    assert!(text.len() > 3 << 20);
    let made = index_texts(&[
        ("giant.txt", text.as_bytes()),
        ("small.txt", "創新科技與政府。".as_bytes()),
    ]);
    for (phrase, least) in [
        ("麒麟閣", 1),
        ("新质生产力", 1),
        ("閣", 1),
        ("第29999段", 1),
        ("Section 17000 of", 1),
        ("创新科技", 10),
    ] {
        assert!(check_marks_of_phrase(&made, phrase) >= least, "{phrase}");
    }
    let answer = made.ask(&about("麒麟閣"));
    let lines = answer.hits[0]
        .passages
        .iter()
        .map(|passage| passage.lines.last)
        .max();
    assert!(lines.is_some_and(|last| last > 30_000), "{lines:?}");
    let whole = made
        .engine
        .document(&answer.hits[0].id, &about("麒麟閣").search.query)
        .expect("readable")
        .expect("there");
    assert_eq!(whole.mark_count, 1);
}

/// Texts of several kilobytes are stored packed, the text as published beside the text as shown.
#[test]
fn the_text_as_published_comes_back_byte_for_byte() {
    let mut text = String::from("關於新質生產力的報告\n\n");
    for line in 0..2_000 {
        text.push_str(&format!(
            "第{line}行：香港會繼續推動⾼新科技發展，\u{200B}並加強與內地合作及人材交流，落實各項措施。\n"
        ));
    }
    let made = index_texts(&[("report.txt", text.as_bytes())]);
    let id = made.ids("新質生產力").remove(0);
    let document = made
        .engine
        .document(&id, &Query::default())
        .expect("readable")
        .expect("there");
    assert_eq!(document.as_published.as_deref(), Some(text.as_str()));
    assert!(
        document
            .passages
            .iter()
            .all(|passage| !passage.text.contains('\u{200B}'))
    );
}
