//! Documents that say the same: each is indexed, counted and found by its own words; the list groups them under the best.

use polidex_server::question::{Facet, Matching, Question, Sort};
use polidex_tests::{Indexed, index_texts};

const NOTICE: &str = "# Notice of meeting\n\nThe Housing Committee will meet on DATE at noon in the Council Chamber to \
    consider applications under section 16 of the Ordinance. Members of the public may attend. Papers can be read at the \
    office of the Committee during office hours, and written comments on any of the applications should reach the office \
    three days before the meeting. Those who wish to speak should tell the office by telephone beforehand.";

fn folder() -> Indexed {
    let dated = |date: &str| NOTICE.replace("DATE", date);
    let amended = dated("5 March 2024").replace("section 16", "section 17");
    let wrapped = dated("5 March 2024").replace("Council Chamber", "Council\nChamber");
    index_texts(&[
        ("a/notice.txt", dated("5 March 2024").as_bytes()),
        ("b/copy.txt", wrapped.as_bytes()),
        ("c/later.txt", dated("12 November 2024").as_bytes()),
        ("d/amended.txt", amended.as_bytes()),
        ("e/other.txt", b"Another paper on housing."),
        ("f.jsonl", b"{\"id\":\"s5\",\"title\":\"Section 5\",\"text\":\"(Repealed by Ordinance)\"}\n{\"id\":\"s6\",\"title\":\"Section 6\",\"text\":\"(Repealed by Ordinance)\"}\n"),
    ])
}

fn listed(indexed: &Indexed, question: &Question) -> Vec<(String, Vec<String>)> {
    let hits = indexed.ask(question).hits.into_iter();
    hits.map(|hit| {
        assert_eq!(hit.duplicate_count, hit.duplicates.len());
        (
            hit.id,
            hit.duplicates.into_iter().map(|link| link.id).collect(),
        )
    })
    .collect()
}

#[test]
fn the_same_text_and_the_same_notice_with_another_date_are_one_entry() {
    let indexed = folder();
    let answer = indexed.ask(&Question::about("housing committee").matching(Matching::All));
    assert_eq!((answer.total.value, answer.page.listed), (4, 2));
    let first = answer
        .hits
        .iter()
        .find(|hit| hit.id == "a/notice")
        .expect("the first of equals by id");
    let links: Vec<_> = first
        .duplicates
        .iter()
        .map(|link| (link.url.as_str(), link.title.as_str(), link.lang.as_str()))
        .collect();
    let title = "Notice of meeting";
    assert_eq!(
        links,
        [
            ("/documents/b%2Fcopy?q=housing%20committee", title, "en"),
            ("/documents/c%2Flater?q=housing%20committee", title, "en")
        ]
    );
    let amended = answer
        .hits
        .iter()
        .find(|hit| hit.id == "d/amended")
        .expect("another version is another document");
    assert_eq!(amended.duplicate_count, 0);
}

#[test]
fn each_is_found_by_its_own_words_and_within_a_filter() {
    let indexed = folder();
    assert_eq!(
        listed(&indexed, &Question::about("november")),
        [("c/later".to_owned(), vec![])]
    );
    let source = vec!["c/later".to_owned(), "b/copy".to_owned()];
    let filtered = Question::about("housing").filter(Facet::Source, source);
    assert_eq!(
        listed(&indexed, &filtered),
        [("b/copy".to_owned(), vec!["c/later".to_owned()])]
    );
    assert_eq!(indexed.ask(&filtered).total.value, 2);
    let sources = &indexed.ask(&Question::about("committee")).facets[0];
    assert_eq!(sources.values.len(), 4, "each is a source to filter by");
}

#[test]
fn pages_go_over_entries_and_together_hold_every_document_once() {
    let indexed = folder();
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
        let mut seen = Vec::new();
        for page in 1..=5 {
            for (id, duplicates) in listed(
                &indexed,
                &Question::default().page(page).per_page(1).sort(sort),
            ) {
                seen.push(id);
                seen.extend(duplicates);
            }
        }
        seen.sort();
        assert_eq!(
            seen,
            [
                "a/notice",
                "b/copy",
                "c/later",
                "d/amended",
                "e/other",
                "s5",
                "s6"
            ]
        );
    }
}

#[test]
fn a_list_of_every_document_and_judged_runs_group_nothing() {
    let indexed = folder();
    let apart = Question::about("committee").group_duplicates(false);
    assert_eq!(indexed.ask(&apart).page.listed, 4);
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let mut every = listed(&indexed, &apart);
    every.sort();
    assert_eq!(
        every.len(),
        4,
        "each is an entry, and still names its duplicates"
    );
    assert_eq!(
        every[1],
        ("b/copy".to_owned(), ids(&["a/notice", "c/later"]))
    );
    assert_eq!(
        indexed
            .engine
            .rank_bare("housing committee", 10)
            .expect("an order")
            .len(),
        5
    );
}
