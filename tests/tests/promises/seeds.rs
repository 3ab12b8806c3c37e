//! What the seeds must answer.

use polidex_server::answer::Answer;
use polidex_server::question::{Facet, Query, Question};
use polidex_tests::SEEDS;

const BLOG: &str = "000_9ac07af73a5acd48";
const QUESTION: &str = "001_139a885daddb3b1d";
const ARTICLE: &str = "002_e23275e6c80ec80e";
const PRESS: &str = "003_ffee91429a66c156";
const ADDRESS: &str = "004_f70c433b98ebec33";

fn ask(q: &str) -> Answer {
    SEEDS.ask(&Question::about(q))
}

fn sorted_ids(q: &str) -> Vec<String> {
    let mut ids = SEEDS.ids(q);
    ids.sort();
    ids
}

/// Documents that hold the query itself and not only its translation.
fn literal_ids(q: &str) -> Vec<String> {
    let hits = ask(q).hits.into_iter().filter(|hit| !hit.by_translation);
    let mut ids: Vec<String> = hits.map(|hit| hit.id).collect();
    ids.sort();
    ids
}

/// What is marked in all passages of the first hit.
fn first_marks(q: &str) -> Vec<String> {
    let answer = ask(q);
    let first = answer
        .hits
        .first()
        .unwrap_or_else(|| panic!("{q} finds nothing"));
    let mut marks = Vec::new();
    for passage in &first.passages {
        let characters: Vec<char> = passage.text.chars().collect();
        marks.extend(
            passage
                .offsets
                .iter()
                .map(|mark| characters[mark.start..mark.end].iter().collect::<String>()),
        );
    }
    marks
}

#[test]
fn both_scripts_find_the_article_and_mark_it_as_published() {
    for q in [
        "新質生產力",
        "新质生产力",
        "「新質生產力」",
        "\"新质生产力\"",
    ] {
        assert_eq!(ask(q).hits[0].id, ARTICLE, "{q}");
        let marks = first_marks(q);
        assert!(
            !marks.is_empty() && marks.iter().all(|mark| mark == "新質生產力"),
            "{q}: {marks:?}"
        );
    }
}

#[test]
fn phrases_across_the_lines_of_a_column_are_one_mark() {
    let cases = [
        ("\"抓緊機遇\"", "抓緊機遇"),
        ("\"達致「新質生產力」\"", "達致「新質生產力"),
        ("\"高端化、智能化、綠色化\"", "高端化、智能化、綠色化"),
        ("\"基本法第23條\"", "基本法第23條"),
        (
            "\"One of the key highlights of this year's Two Sessions\"",
            "One of the key highlights of this year's Two Sessions",
        ),
    ];
    for (q, mark) in cases {
        assert_eq!(SEEDS.ids(q), [ARTICLE], "{q}");
        assert!(
            first_marks(q).contains(&mark.to_owned()),
            "{q}: {:?}",
            first_marks(q)
        );
    }
}

#[test]
fn garbled_lines_are_found_by_what_they_say() {
    for q in [
        "吳永嘉",
        "\"太平紳士\"",
        "歡迎掃描",
        "\"QR code\"",
        "\"閱讀此內容\"",
        "BBS",
    ] {
        assert_eq!(SEEDS.ids(q), [ARTICLE], "{q}");
    }
}

#[test]
fn text_lost_in_the_source_is_a_break() {
    assert!(SEEDS.ids("\"筆者認經濟增長\"").is_empty());
}

#[test]
fn english_is_found_where_it_stands_and_nowhere_else() {
    assert_eq!(SEEDS.ids("\"low-altitude economy\""), [ADDRESS]);
    assert_eq!(SEEDS.ids("low-altitude economy"), [ADDRESS]);
    assert_eq!(literal_ids("I&T"), [BLOG, QUESTION, PRESS, ADDRESS]);
    assert_eq!(literal_ids("R&D"), [BLOG, QUESTION, ADDRESS]);
    assert_eq!(literal_ids("Ｒ＆Ｄ"), [BLOG, QUESTION, ADDRESS]);
    assert_eq!(SEEDS.ids("Chang'E-8"), [ADDRESS]);
    assert_eq!(SEEDS.ids("\"1+\""), [ADDRESS]);
    assert_eq!(SEEDS.ids("14th"), [ADDRESS]);
    for q in ["modernize", "modernise", "\"one country, two systems\""] {
        assert_eq!(sorted_ids(q), [BLOG, QUESTION, PRESS], "{q}");
    }
    assert!(
        sorted_ids("modern").contains(&ARTICLE.to_owned()),
        "modern is a word of its own"
    );
}

#[test]
fn damaged_english_is_found_by_what_it_says() {
    assert_eq!(SEEDS.ids("\"AI Subsidy Scheme to promote\""), [ADDRESS]);
    assert_eq!(SEEDS.ids("\"AI-assisted image search\""), [ADDRESS]);
    assert_eq!(SEEDS.ids("\"future-oriented industries\""), [QUESTION]);
}

#[test]
fn markdown_marks_are_not_shown_and_do_not_break_phrases() {
    assert!(
        SEEDS
            .ids("\"International Innovation and Technology Centre\"")
            .contains(&ADDRESS.to_owned())
    );
    let document = SEEDS
        .engine
        .document(ADDRESS, &Query::default())
        .expect("readable")
        .expect("there");
    assert!(
        document
            .passages
            .iter()
            .all(|passage| !passage.text.contains("**") && !passage.text.starts_with('#'))
    );
    let published = document
        .as_published
        .expect("it differs from what is shown");
    assert!(published.contains("## **International Innovation** and **Technology Centre**"));
}

#[test]
fn a_source_filter_keeps_the_other_sources_in_view() {
    let question = Question::about("innovation").filter(Facet::Source, [PRESS]);
    let answer = SEEDS.ask(&question);
    let ids: Vec<_> = answer.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!((ids, answer.total.value), (vec![PRESS], 1));
    let sources = answer
        .facets
        .iter()
        .find(|facet| facet.field == Facet::Source)
        .expect("a source facet");
    let mut listed: Vec<_> = sources
        .values
        .iter()
        .map(|value| (value.value.as_str(), value.count, value.selected))
        .collect();
    listed.sort();
    let expected = [BLOG, QUESTION, ARTICLE, PRESS, ADDRESS].map(|id| (id, 1, id == PRESS));
    assert_eq!(listed, expected);
}

#[test]
fn what_is_not_there_is_not_found() {
    for q in [
        "zzzz",
        "\"不存在的短語\"",
        "\"economy low-altitude\"",
        "\"Two Sessions One of\"",
    ] {
        let answer = ask(q);
        assert_eq!((answer.total.value, answer.hits.len()), (0, 0), "{q}");
        assert!(
            answer.query.terms.iter().all(|term| term.documents == 0),
            "{q}"
        );
    }
}

#[test]
fn partial_matches_come_when_nothing_has_all_words_and_say_so() {
    let answer = ask("hydrogen 新質生產力 zzzz");
    assert!(answer.total.value > 0);
    assert!(
        answer
            .query
            .warnings
            .iter()
            .any(|warning| warning.code == "no-document-has-all-words")
    );
    let counts: Vec<_> = answer
        .query
        .terms
        .iter()
        .map(|term| (term.term.as_str(), term.documents))
        .collect();
    assert_eq!(counts, [("hydrogen", 1), ("新質生產力", 1), ("zzzz", 0)]);
}

#[test]
fn clean_seeds_are_stored_byte_for_byte() {
    for id in [BLOG, PRESS] {
        let document = SEEDS
            .engine
            .document(id, &Query::default())
            .expect("readable")
            .expect("there");
        assert!(
            document.as_published.is_none() && document.repairs.is_empty(),
            "{id}"
        );
    }
}

#[test]
fn passages_name_their_lines_in_the_file() {
    let answer = ask("\"國務院總理李強在政府工作報告中\"");
    let lines = answer.hits[0].passages[0].lines;
    assert!(lines.first <= 13 && lines.last >= 14, "{lines:?}");
}
