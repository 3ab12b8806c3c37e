//! What is being typed is completed: in either script, in English, by the sound of the characters, from the documents.

use std::collections::HashSet;

use polidex_server::answer::{Suggestion, SuggestionKind};
use polidex_server::question::Question;
use polidex_tests::oracle::plain;
use polidex_tests::{SEEDS, index_texts};
use proptest::prelude::*;

fn suggested(typed: &str) -> Vec<Suggestion> {
    SEEDS.engine.suggest(typed, 10).suggestions
}

fn first(typed: &str) -> String {
    suggested(typed)
        .first()
        .map(|suggestion| suggestion.text.clone())
        .unwrap_or_default()
}

#[test]
fn new_quality_productive_forces_are_found_however_they_are_typed() {
    for typed in [
        "新質",
        "xinzhi",
        "xin zhi",
        "xinzhishengchan",
        "xin zhi sheng chan li",
        "xzscl",
        "san zat",
        "XINZHI",
    ] {
        assert_eq!(first(typed), "新質生產力", "{typed}");
    }
    assert_eq!(first("新质"), "新质生产力");
    assert!(
        suggested("new qual")
            .iter()
            .any(|one| one.text == "new quality productive forces")
    );
}

#[test]
fn titles_and_headings_are_offered_with_their_language() {
    let policy = suggested("accelerating");
    let title = policy.iter().find(|one| one.kind == SuggestionKind::Title);
    assert!(title.is_some_and(|title| title.lang == "en"), "{policy:?}");
    let headed = index_texts(&[("a.md", "# 房屋政策\n\n## 公營房屋供應\n\n內文。".as_bytes())]);
    let found = headed.engine.suggest("公營", 5).suggestions;
    let heading = found
        .iter()
        .find(|one| one.kind == SuggestionKind::Heading)
        .expect("a heading");
    assert_eq!(
        (heading.text.as_str(), heading.documents),
        ("公營房屋供應", Some(1))
    );
    let found = headed.engine.suggest("fangwu", 5).suggestions;
    assert!(found.iter().any(|one| one.text == "房屋政策"), "{found:?}");
}

#[test]
fn every_suggestion_that_is_chosen_finds_something() {
    for typed in [
        "新",
        "創",
        "政",
        "in",
        "tech",
        "pol",
        "xin",
        "zheng",
        "gb",
        "香港 創",
    ] {
        for suggestion in suggested(typed) {
            let answer = SEEDS.ask(&Question::about(suggestion.text.clone()));
            assert!(answer.total.value > 0, "{typed}: {suggestion:?}");
        }
    }
}

#[test]
fn an_empty_index_suggests_nothing() {
    let empty = index_texts(&[]);
    assert!(empty.engine.suggest("新質", 10).suggestions.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_typed_is_completed_without_repeats(typed in "[新質生产創xinzhsclg \"「a-z\\PC]{0,12}", limit in 1_usize..20) {
        let found = SEEDS.engine.suggest(&typed, limit).suggestions;
        prop_assert!(found.len() <= limit);
        let folded: HashSet<String> = found.iter().map(|one| plain(&one.text).units().concat()).collect();
        prop_assert_eq!(folded.len(), found.len());
    }
}
