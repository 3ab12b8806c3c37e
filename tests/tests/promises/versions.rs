//! The promise: versions of one work stand together, the one in force on top; what is said of their force is said by a text; a
//! search of a day finds the versions of that day.

use polidex_server::question::{PartialDate, Question};
use polidex_server::searcher::ListPage;
use polidex_server::version_answer::{Force, VersionsOfWork};
use polidex_tests::{Indexed, index_texts};

const FIRST: ListPage = ListPage {
    number: 1,
    per_page: 20,
};

fn law(title: &str, date: &str, articles: &[&str]) -> String {
    format!(
        "---\ntitle: {title}\ndate: {date}\n---\n{}\n",
        articles.join("\n\n")
    )
}

fn collection() -> Indexed {
    let old = law(
        "港口收费办法",
        "2003-06-28",
        &[
            "第一条　港口可以收取停泊费。",
            "第二条　停泊费每日一百元。",
            "第三条　本办法自2004年1月1日起施行。",
        ],
    );
    let new = law(
        "港口收费办法",
        "2018-12-29",
        &[
            "第一条　港口可以收取停泊费。",
            "第二条　停泊费每日二百元。",
            "第四条　本办法自公布之日起施行。",
        ],
    );
    let repealed = law(
        "航道规定",
        "2001-01-01",
        &[
            "第一条　航道由主管机关管理。",
            "第二条　本规定自公布之日起施行。",
        ],
    );
    let repealing = law(
        "航道管理办法",
        "2012-05-06",
        &[
            "第一条　航道分级管理。",
            "第二条　本办法自公布之日起施行，《航道规定》同时废止。",
        ],
    );
    let head = "檔案組織條例\n\n修正日期：20150520\n廢止註記：廢\n\n第 1 條　本條例依法制定之。\n";
    let silent = law(
        "港口意见",
        "2015-02-03",
        &["第一条　完善港口。", "第二条　加强港口。"],
    );
    index_texts(&[
        ("a/old.md", old.as_bytes()),
        ("a/new.md", new.as_bytes()),
        ("a/fairway-1.md", repealed.as_bytes()),
        ("a/fairway-2.md", repealing.as_bytes()),
        ("a/archives.txt", head.as_bytes()),
        ("a/silent.md", silent.as_bytes()),
    ])
}

fn day(text: &str) -> Option<PartialDate> {
    PartialDate::parse(text)
}

fn versions(indexed: &Indexed, id: &str, place: &str, on: &str) -> VersionsOfWork {
    let found = indexed.engine.versions(id, place, day(on), FIRST);
    found.expect("readable").expect("held")
}

#[test]
fn versions_are_one_work_and_each_says_what_it_changed() {
    let indexed = collection();
    let found = versions(&indexed, "a/old", "", "2020-01-01");
    let ids: Vec<&str> = found
        .versions
        .iter()
        .map(|of| of.document.id.as_str())
        .collect();
    assert_eq!(ids, ["a/new", "a/old"], "the newest first");
    assert_eq!(found.in_force.as_deref(), Some("a/new"));
    let newest = &found.versions[0];
    assert_eq!(
        (&newest.changed[..], &newest.added[..], &newest.removed[..]),
        (
            &["2".to_owned()][..],
            &["4".to_owned()][..],
            &["3".to_owned()][..]
        )
    );
    assert_eq!(found.versions[1].force.force, Force::Amended);
    let on = |date: &str| versions(&indexed, "a/new", "", date).in_force;
    assert_eq!(on("2010-05-01").as_deref(), Some("a/old"));
    assert_eq!(on("2003-12-31"), None, "passed and not yet in force");
    let history = versions(&indexed, "a/new", "art:2", "2020-01-01");
    let article = history.versions[0].article.as_ref().expect("article 2");
    let cut = article.differs[0];
    let words: String = article
        .text
        .chars()
        .skip(cut.start)
        .take(cut.end - cut.start)
        .collect();
    assert_eq!(
        (words.as_str(), &article.lacks[..]),
        ("二", &["一".to_owned()][..])
    );
    let alone = versions(&indexed, "a/silent", "", "2020-01-01");
    assert_eq!(alone.versions.len(), 1);
    assert!(
        indexed
            .engine
            .versions("none", "", None, FIRST)
            .expect("readable")
            .is_none()
    );
}

#[test]
fn force_is_said_by_a_text_or_unknown() {
    let indexed = collection();
    let force = |id: &str, on: &str| {
        let said = versions(&indexed, id, "", on).versions;
        let said = said.into_iter().find(|version| version.document.id == id);
        let said = said.expect("itself").force;
        (said.force, said.words, said.document)
    };
    let (state, words, by) = force("a/fairway-1", "2020-01-01");
    assert_eq!((state, by.as_str()), (Force::Repealed, "a/fairway-2"));
    assert!(words.contains("同时废止"), "{words}");
    let (state, words, _) = force("a/archives", "2020-01-01");
    assert_eq!((state, words.as_str()), (Force::Repealed, "廢止註記：廢"));
    let (state, words, _) = force("a/new", "2020-01-01");
    assert_eq!(
        (state, words.as_str()),
        (Force::InForce, "第四条 本办法自公布之日起施行。")
    );
    assert_eq!(force("a/new", "2010-01-01").0, Force::NotYetInForce);
    assert_eq!(force("a/old", "2010-01-01").0, Force::InForce, "then");
    assert_eq!(force("a/silent", "2020-01-01").0, Force::Unknown);
}

#[test]
fn a_search_of_a_day_finds_the_versions_of_that_day() {
    let indexed = collection();
    let ids = |on: &str| {
        let found = indexed.ask(&Question::about("停泊费").as_of(day(on)));
        let ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
        assert_eq!(found.total.value as usize, ids.len(), "{on}");
        ids
    };
    assert_eq!(ids("2010-01-01"), ["a/old"]);
    assert_eq!(ids("2020-01-01"), ["a/new"]);
    assert!(ids("2000").is_empty());
    let found = indexed.ask(&Question::about("港口").as_of(day("2016")));
    let mut listed: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
    listed.sort();
    assert_eq!(listed, ["a/old", "a/silent"]);
}

#[test]
fn versions_stand_together_the_one_in_force_on_top() {
    let indexed = collection();
    let found = indexed.ask(&Question::about("港口"));
    let places: Vec<(String, Option<bool>)> = found
        .hits
        .iter()
        .map(|hit| (hit.id.clone(), hit.version.as_ref().map(|of| of.in_force)))
        .collect();
    let new = places
        .iter()
        .position(|(id, _)| id == "a/new")
        .expect("found");
    assert_eq!(places[new], ("a/new".to_owned(), Some(true)));
    assert_eq!(places[new + 1], ("a/old".to_owned(), Some(false)));
    assert_eq!(
        indexed
            .engine
            .version_on("a/new", day("2010").expect("a year"))
            .expect("readable"),
        "a/old"
    );
}

#[test]
fn hostile_titles_stay_bounded() {
    let many: Vec<(String, String)> = (0..400)
        .map(|at| {
            (
                format!("a/{at}.md"),
                law(
                    "港口收费办法",
                    &format!("{}-01-01", 1_600 + at),
                    &["第一条　停泊费。"],
                ),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let indexed = index_texts(&files);
    let started = std::time::Instant::now();
    assert_eq!(
        versions(&indexed, "a/7", "", "2020").versions.len(),
        1,
        "a series"
    );
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
