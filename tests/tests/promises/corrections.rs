//! A misspelt query is offered its right spelling, never answered as if it had been typed so.

use polidex_server::answer::{Answer, MatchedBy};
use polidex_server::question::{Facet, Question};
use polidex_tests::{SEEDS, index_texts};
use proptest::prelude::*;

fn offered(answer: &Answer) -> Vec<&str> {
    answer
        .corrections
        .iter()
        .map(|correction| correction.q.as_str())
        .collect()
}

#[test]
fn misspellings_are_offered_their_right_spelling() {
    let cases = [
        ("inovation", "innovation"),
        ("Govenment", "Government"),
        ("techonlogy", "technology"),
        ("lowaltitude", "low altitude"),
        ("productve forces", "productive forces"),
        ("\"productve forces\"", "\"productive forces\""),
        ("新質生產利", "新質生產力"),
        ("「新質生產利」", "\"新質生產力\""),
        ("新质生产利", "新质生产力"),
        ("xinzhi shengchanli", "新質生產力"),
        ("xinzhishengchanli", "新質生產力"),
    ];
    for (typed, right) in cases {
        let answer = SEEDS.ask(&Question::about(typed));
        assert!(
            offered(&answer).contains(&right),
            "{typed}: {:?}",
            answer.corrections
        );
        assert_eq!(answer.query.q, typed, "what was typed is what was searched");
    }
}

#[test]
fn a_character_is_offered_as_the_documents_write_it() {
    let indexed = index_texts(&[
        ("a.txt", "立法會財務委員會審議撥款。".as_bytes()),
        ("b.txt", "立法會的工作，剪頭髮的店。".as_bytes()),
    ]);
    for (typed, right) in [
        ("「立發會」", "\"立法會\""),
        ("「頭法」", "\"頭髮\""),
        ("「撥款審義」", ""),
    ] {
        let answer = indexed.ask(&Question::about(typed));
        assert_eq!(
            offered(&answer).first().copied().unwrap_or_default(),
            right,
            "{typed}"
        );
    }
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong_or_nothing_can_be_better() {
    for typed in [
        "innovation",
        "新質生產力",
        "香港 創新",
        "",
        "qqqqzzzzxxxx",
        "-inovation",
        "publisher:Govenment",
    ] {
        let answer = SEEDS.ask(&Question::about(typed));
        assert!(
            answer.corrections.is_empty(),
            "{typed}: {:?}",
            answer.corrections
        );
    }
    let other_page = Question::about("inovation").page(2);
    assert!(SEEDS.ask(&other_page).corrections.is_empty());
}

#[test]
fn counts_of_corrections_keep_the_filters() {
    let question = Question::about("inovation").filter(Facet::Language, ["zh-Hant"]);
    for correction in SEEDS.ask(&question).corrections {
        let mut right = question.clone();
        right.search.query.q.clone_from(&correction.q);
        assert_eq!(
            SEEDS.ask(&right).total.value,
            correction.documents,
            "{}",
            correction.q
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_correction_finds_more(typed in "[新質生產利立法惠产]{2,6}|[a-z]{4,9}( [a-z]{4,9})?|(inovation|polcy|housnig)( \"[a-z]{5,8}\")?") {
        let answer = SEEDS.ask(&Question::about(typed.clone()));
        let found = if answer.query.matching == MatchedBy::Any { 0 } else { answer.total.value };
        for correction in &answer.corrections {
            let right = SEEDS.ask(&Question::about(correction.q.clone()));
            prop_assert_eq!(right.query.matching, MatchedBy::All);
            prop_assert_eq!(right.total.value, correction.documents);
            // Or it stands in one piece now, which what was typed does nowhere.
            let quoted = SEEDS.ask(&Question::about(format!("\"{}\"", typed.replace('"', "")))).total.value;
            prop_assert!(correction.documents > found || quoted == 0 && correction.documents > 0, "{typed}: {}", correction.q);
        }
    }
}
