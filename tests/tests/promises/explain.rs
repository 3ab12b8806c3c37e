//! An answer says why each document stands where it stands, and what a missing one lacks.

use polidex_server::question::{Facet, Matching, Question};
use polidex_server::reason::Reason;
use polidex_tests::SEEDS;
use proptest::prelude::*;

/// The reasons as the API and the command line say them.
fn said(explanation: &[Reason]) -> Vec<String> {
    explanation.iter().map(ToString::to_string).collect()
}

/// The numbers that the sentences add up.
fn sum(explanation: &[Reason]) -> f32 {
    let sentences = said(explanation);
    let numbers = sentences
        .iter()
        .filter_map(|sentence| sentence.rsplit_once(": adds "));
    numbers
        .map(|(_, number)| number.parse::<f32>().expect("a number"))
        .sum()
}

fn explained(q: &str, matching: Matching) -> Question {
    Question::about(q).explain(true).matching(matching)
}

#[test]
fn the_parts_are_said_in_words_and_make_up_the_score() {
    for q in [
        "新質生產力",
        "\"新質生產力\" innovation",
        "low-altitude economy",
        "title:productivity OR 創新",
        "innov*",
        "innovation -zzzz",
        "第23條 policy",
        "innovation technology zzzz",
    ] {
        let answer = SEEDS.ask(&explained(q, Matching::All));
        assert!(!answer.hits.is_empty(), "{q}");
        for hit in &answer.hits {
            let difference = (sum(&hit.explanation) - hit.score).abs();
            assert!(
                difference <= 0.001 * hit.score.max(1.0),
                "{q}: {} is not {:?}",
                hit.score,
                hit.explanation
            );
        }
    }
    let best = &SEEDS.ask(&explained("innovation", Matching::All)).hits[0];
    let is_named = |said: &String| said.starts_with("the word “innovation” in the text, which ");
    let said = said(&best.explanation)
        .into_iter()
        .find(is_named)
        .expect("the word itself");
    assert!(
        said.contains(&format!(
            " of {} documents have: adds ",
            SEEDS.engine.index_info().documents
        )),
        "{said}"
    );
    assert!(
        SEEDS.ask(&Question::about("innovation")).hits[0]
            .explanation
            .is_empty(),
        "only when asked for"
    );
}

#[test]
fn a_partial_match_and_a_missing_document_say_what_they_lack() {
    let answer = SEEDS.ask(&explained("innovation zzzz", Matching::Best));
    assert!(
        said(&answer.hits[0].explanation).contains(&"it lacks “zzzz”".to_owned()),
        "{:?}",
        answer.hits[0].explanation
    );
    let missing = explained("zzzz 新質生產力", Matching::Best)
        .filter(Facet::Source, ["003_ffee91429a66c156"]);
    let answer = SEEDS.ask(&missing);
    let absent = &answer.absent[0];
    assert_eq!(absent.id, "003_ffee91429a66c156");
    assert!(
        said(&absent.explanation).contains(&"it lacks “zzzz”".to_owned()),
        "{absent:?}"
    );
}

#[test]
fn what_is_found_by_translation_says_so_and_adds_up() {
    let answer = SEEDS.ask(&explained("新質生產力", Matching::All));
    let hit = answer
        .hits
        .iter()
        .find(|hit| hit.by_translation)
        .expect("an English seed");
    assert!(
        said(&hit.explanation)
            .iter()
            .any(|said| said.contains("(a translation of “新質生產力”)")),
        "{hit:?}"
    );
    assert!(
        (sum(&hit.explanation) - hit.score).abs() <= 0.001 * hit.score.max(1.0),
        "{hit:?}"
    );
}

#[test]
fn a_missing_document_names_the_filter_that_leaves_it_out() {
    let question = explained("新質生產力", Matching::All)
        .filter(Facet::Source, ["002_e23275e6c80ec80e"])
        .filter(Facet::Kind, ["nothing"]);
    let absent = SEEDS.ask(&question).absent;
    assert_eq!(
        said(&absent[0].explanation),
        ["it holds what is asked, but a filter leaves it out"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_sum_of_the_parts_is_the_score(q in "((innovation|新質|生產力|policy|\"productive forces\"|AI|香港|tech*|title:policy)( OR | |  -|)){1,4}") {
        for matching in [Matching::All, Matching::Any] {
            for hit in SEEDS.ask(&explained(&q, matching)).hits {
                let difference = (sum(&hit.explanation) - hit.score).abs();
                prop_assert!(difference <= 0.001 * hit.score.max(1.0), "{q}: {} is not {:?}", hit.score, hit.explanation);
            }
        }
    }
}
