//! What is being typed is completed: in either script, in English, by the sound of the characters, from the documents.

use std::collections::HashSet;

use polidex_analysis::language::Language;
use polidex_indexer::index::{BuildOptions, Closing, build_index, forget_documents};
use polidex_indexer::store::generations::{
    current_generation, generation_folder, verify_generation,
};
use polidex_schema::manifest::SUGGESTIONS;
use polidex_server::answer::{Suggestion, SuggestionKind};
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
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
fn chinese_is_in_the_script_of_what_is_typed_and_else_of_the_reader() {
    let (hant, hans) = (Language::TraditionalChinese, Language::SimplifiedChinese);
    let first = |typed: &str, script| {
        let found = SEEDS
            .engine
            .suggest_at_once(typed, 10, Some(script))
            .suggestions;
        found
            .first()
            .map(|one| one.text.clone())
            .unwrap_or_default()
    };
    SEEDS.engine.read_suggestions();
    for (script, term) in [(hant, "新質生產力"), (hans, "新质生产力")] {
        assert_eq!(first("xinzhi", script), term);
    }
    let found = SEEDS
        .engine
        .suggest_at_once("新", 10, Some(hans))
        .suggestions;
    let is_hans = |text: &str| !text.contains(['質', '產', '業', '發', '術']);
    assert!(found.iter().all(|one| is_hans(&one.text)), "{found:?}");
    assert_eq!(first("新质", hant), "新质生产力");
    let law = "勞動合同法";
    let file = format!("# {law}\n\n第一條 為保護勞動者的合法權益，制定本法。\n");
    let indexed = index_texts(&[("a.md", file.as_bytes())]);
    indexed.engine.read_suggestions();
    let found = indexed
        .engine
        .suggest_at_once("劳动", 5, Some(hans))
        .suggestions;
    assert!(
        found
            .iter()
            .any(|one| one.text == "劳动合同法" && one.lang == "zh-Hans"),
        "{found:?}"
    );
    assert!(
        found.iter().all(|one| !one.text.contains(['勞', '動'])),
        "{found:?}"
    );
}

#[test]
fn examples_are_of_the_collection_and_each_finds_something() {
    SEEDS.engine.read_examples();
    let languages = [
        Language::English,
        Language::TraditionalChinese,
        Language::SimplifiedChinese,
    ];
    for lang in languages {
        let examples = SEEDS.engine.examples(lang);
        assert!((2..=4).contains(&examples.len()), "{lang}: {examples:?}");
        for q in examples {
            let answer = SEEDS.ask(&Question::about(q.clone()));
            assert!(answer.total.tiers.all > 0, "{q}");
            assert!(answer.index.documents > 0);
        }
    }
    let simplified = SEEDS.engine.examples(Language::SimplifiedChinese).join("");
    assert!(
        !simplified.contains(['質', '產', '國', '發']),
        "{simplified}"
    );
    let empty = index_texts(&[]);
    empty.engine.read_examples();
    assert!(empty.engine.examples(Language::English).is_empty());
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

/// Ids and texts of two documents that share no heading.
const TAXES: &str = r#"{"id": "a", "title": "差餉條例", "text": "差餉物業估價署負責評估應課差餉租值。"}
{"id": "b", "title": "印花稅條例", "text": "印花稅署負責徵收印花稅。"}
"#;

#[test]
fn suggestions_made_with_the_index_are_those_that_are_read_from_its_documents() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (sources, index) = (folder.path().join("sources"), folder.path().join("index"));
    std::fs::create_dir(&sources).expect("a folder");
    std::fs::write(sources.join("taxes.jsonl"), TAXES).expect("a file");
    let closing = Closing::default().with(SUGGESTIONS, |index, generation| {
        Searcher::make_suggestions(index, generation).ok()
    });
    let options = BuildOptions {
        closing: closing.clone(),
        ..BuildOptions::default()
    };
    build_index(std::slice::from_ref(&sources), &index, &options, &|_| {}).expect("an index");
    let plain = folder.path().join("plain");
    build_index(&[sources], &plain, &BuildOptions::default(), &|_| {}).expect("an index");
    let all_of = |engine: &Searcher| {
        ["差", "印花", "yinhua", "條例"].map(|typed| engine.suggest(typed, 10).suggestions)
    };
    let stored_file = |generation: &str| generation_folder(&index, generation).join(SUGGESTIONS);
    let generation = current_generation(&index).expect("an index");
    assert!(verify_generation(&index, &generation).is_empty());
    let stored = all_of(&Searcher::open(&index).expect("the index"));
    assert!(stored.iter().all(|found| !found.is_empty()), "{stored:?}");
    // Without the file they are read from the documents.
    assert_eq!(all_of(&Searcher::open(&plain).expect("the index")), stored);
    // What is forgotten is suggested no more.
    let forgot = forget_documents(&["b".to_owned()], &index, closing).expect("removed");
    assert!(stored_file(&forgot.generation).exists());
    let found = all_of(&Searcher::open(&index).expect("the index"));
    assert!(found[1].is_empty() && !found[0].is_empty(), "{found:?}");
}
