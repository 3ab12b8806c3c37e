//! The promise: what a text cites is named, and found where the collection holds it; a draft is told from its sources.

use std::path::Path;

use polidex_indexer::index::{BuildOptions, Closing, build_index};
use polidex_schema::cited::CITED;
use polidex_server::checking::{Verdict, What};
use polidex_server::question::{Facet, Filters, Question, Sort};
use polidex_server::searcher::{ListPage, Searcher};
use polidex_tests::{Indexed, index_texts};
use serde_json::Value;

const FIRST: ListPage = ListPage {
    number: 1,
    per_page: 20,
};

static ALL: std::sync::LazyLock<Filters> = std::sync::LazyLock::new(Filters::default);

const HARBOUR: &str = "海港管理法\n\n第一章 總則\n\n第 1 條\n海港由主管機關管理，並應公告其範圍；公告後三十日內得提出異議。\n第 2 條\n船舶進港，應繳納港務費。\n前項費用，由主管機關定之。\n第 3 條\n違反前條規定者，處新臺幣一萬元以上五萬元以下罰鍰。\n";
const RULES: &str = "海港收費辦法\n\n第 1 條\n本辦法依海港管理法（以下簡稱本法）第二條第二項規定訂定之。\n第 2 條\n依本法第三條處罰者，準用航路法第九條。\n";
const FERRY: &str = "Ferry Safety Act\n\n1 This Act may be cited as the Ferry Safety Act.\n\n2 (1)\nThe Minister may make regulations respecting the inspection of ferries and the certificates of their masters.\n(2) Every owner of a ferry shall keep a copy of the certificate on board.\n\n3 A person who contravenes subsection 2(2) is guilty of an offence.\n";

fn collection() -> Indexed {
    index_texts(&[
        ("laws/harbour.txt", HARBOUR.as_bytes()),
        ("laws/rules.txt", RULES.as_bytes()),
        ("laws/ferry.txt", FERRY.as_bytes()),
    ])
}

/// Each citation of a passage as `words → target place`.
fn cited(indexed: &Indexed, doc: &str, text: &str) -> Vec<String> {
    let found = indexed.engine.citations(doc, text).expect("readable");
    let said = found.into_iter().map(|cite| {
        let target = cite.target.unwrap_or_else(|| "-".to_owned());
        format!("{} → {target} {}", cite.quote, cite.place)
    });
    said.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn citations_mean_what_they_mean_in_their_document() {
    let indexed = collection();
    let rules = |text: &str| cited(&indexed, "laws/rules", text);
    assert_eq!(
        rules("本辦法依海港管理法（以下簡稱本法）第二條第二項規定訂定之。"),
        [
            "本辦法 → laws/rules",
            "海港管理法（以下簡稱本法）第二條第二項 → laws/harbour art:2/para:2"
        ]
    );
    assert_eq!(
        rules("依本法第三條處罰者，準用航路法第九條。"),
        ["本法第三條 → laws/harbour art:3", "航路法第九條 → - art:9"]
    );
    assert_eq!(
        cited(&indexed, "laws/harbour", "違反前條規定者"),
        ["前條 → laws/harbour art:2"]
    );
    assert_eq!(
        cited(&indexed, "", "under section 2(1) of the Ferry Safety Act"),
        ["section 2(1) of the Ferry Safety Act → laws/ferry s:2/ss:1"]
    );
}

/// Verdicts on a draft, citations and quotations.
fn verdicts(indexed: &Indexed, draft: &str) -> Vec<(What, Verdict)> {
    let found = indexed.engine.check(draft).expect("readable");
    found
        .into_iter()
        .map(|item| (item.what, item.verdict))
        .collect()
}

#[test]
fn a_draft_is_told_from_its_sources() {
    let indexed = collection();
    let quoted = |words: &str| {
        let draft = format!("依海港管理法第1條規定：「{words}」，爰提出意見。");
        let found = verdicts(&indexed, &draft);
        assert_eq!(found[0], (What::Citation, Verdict::Found), "{draft}");
        found.get(1).map(|(_, verdict)| *verdict)
    };
    let cases = [
        ("海港由主管機關管理，並應公告其範圍", Verdict::Verbatim),
        ("海港由主管机关管理，并应公告其范围", Verdict::Variant),
        (
            "海港由主管機關管理……公告後三十日內得提出異議",
            Verdict::Abridged,
        ),
        ("海港由上級機關管理，並應公告其範圍", Verdict::Altered),
        (
            "海港由主管機關管理；公告後三十日內得提出異議",
            Verdict::Omission,
        ),
        ("處新臺幣一萬元以上五萬元以下罰鍰", Verdict::Elsewhere),
        ("風箏持有人應於每年五月逐一造冊列管", Verdict::NotFound),
    ];
    for (words, verdict) in cases {
        assert_eq!(quoted(words), Some(verdict), "{words}");
    }
    let citation = |draft: &str| verdicts(&indexed, draft)[0];
    assert_eq!(
        citation("依海港管理法第90條規定"),
        (What::Citation, Verdict::NoSuchArticle)
    );
    assert_eq!(
        citation("依《航路法》第9條規定"),
        (What::Citation, Verdict::NoSuchWork)
    );
    assert_eq!(
        citation("as section 3 of the Ferry Safety Act says"),
        (What::Citation, Verdict::Found)
    );
    let changed = "Under section 2 of the Ferry Safety Act, “The Minister may make regulations respecting the annual of ferries”.";
    assert_eq!(verdicts(&indexed, changed)[1].1, Verdict::Altered);
}

/// All that is said of the citations of `ids`, whatever generation it is.
fn graph(searcher: &Searcher, ids: &[&str]) -> Value {
    let mut said = Vec::new();
    for id in ids {
        let cites = searcher.document_citations(id, FIRST).expect("readable");
        let cited = searcher.cited_by(id, "", &ALL, FIRST).expect("readable");
        let (cites, cited) = (cites.expect("held"), cited.expect("held"));
        said.push(serde_json::json!([
            cites.citations,
            cited.places,
            cited.citing
        ]));
    }
    let missing = searcher.not_held(FIRST).expect("readable");
    serde_json::json!([said, missing.works])
}

#[test]
fn what_is_stored_is_followed_both_ways() {
    let indexed = collection();
    let searcher = &indexed.engine;
    let found = searcher.document_citations("laws/rules", FIRST);
    let found = found.expect("readable").expect("held");
    let said: Vec<String> = found
        .citations
        .iter()
        .map(|cite| {
            let target = cite
                .target
                .as_ref()
                .map_or("-", |target| target.id.as_str());
            format!("{} → {target} {}", cite.quote, cite.place)
        })
        .collect();
    assert_eq!(
        said,
        [
            "本辦法 → laws/rules ",
            "海港管理法（以下簡稱本法）第二條第二項 → laws/harbour art:2/para:2",
            "本法第三條 → laws/harbour art:3",
            "航路法第九條 → - art:9",
        ]
    );
    let cited = |place: &str| {
        let cited = searcher.cited_by("laws/harbour", place, &ALL, FIRST);
        cited.expect("readable").expect("held")
    };
    let whole = cited("");
    assert_eq!(whole.page.listed, 2, "a law does not cite itself");
    assert_eq!((whole.places["art:2"], whole.places["art:3"]), (1, 1));
    let third = cited("art:3");
    assert_eq!(third.label, "第 3 條");
    let passage = &third.citing[0].passage;
    assert_eq!(third.citing[0].document.id, "laws/rules");
    assert!(
        passage.html.contains("<mark>本法第三條</mark>"),
        "{}",
        passage.html
    );
    assert_eq!(cited("art:9").citing.len(), 0);
    assert!(
        searcher
            .cited_by("none", "", &ALL, FIRST)
            .expect("readable")
            .is_none()
    );
    let missing = searcher.not_held(FIRST).expect("readable");
    let missing: Vec<(&str, u64)> = missing
        .works
        .iter()
        .map(|work| (work.work.as_str(), work.documents))
        .collect();
    assert_eq!(missing, [("航路法", 1)]);
    let card = searcher
        .place_text("laws/harbour", "art:3")
        .expect("readable");
    let card = card.expect("held");
    assert!(
        card.text.starts_with("第 3 條 違反前條規定者"),
        "{}",
        card.text
    );
    assert_eq!(card.url, "/documents/laws%2Fharbour#p5");
    let ferry = searcher.place_text("laws/ferry", "s:2").expect("readable");
    assert!(ferry.expect("held").text.starts_with("2 (1) The Minister"));
}

#[test]
fn a_search_finds_what_cites_a_place() {
    let indexed = collection();
    for (q, expected) in [
        ("cites:\"海港管理法第二條\"", &["laws/rules"][..]),
        ("cites:\"海港管理法第2條第2項\"", &["laws/rules"]),
        ("cites:海港管理法", &["laws/rules"]),
        ("引用：《海港管理法》", &["laws/rules"]),
        ("cites:\"航路法\"", &["laws/rules"]),
        ("cites:\"海港管理法第5條\"", &[]),
        ("海港 -cites:海港管理法", &["laws/harbour"]),
    ] {
        assert_eq!(indexed.ids(q), expected, "{q}");
    }
}

#[test]
fn an_update_yields_the_citations_of_a_full_build() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let (documents, index) = (folder.path().join("laws"), folder.path().join("index"));
    std::fs::create_dir(&documents).expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(documents.join(name), text).expect("a file");
    };
    let build = |index: &std::path::Path| {
        let options = polidex_indexer::index::BuildOptions {
            threads: 1,
            allow_removals: true,
            ..Default::default()
        };
        let paths = std::slice::from_ref(&documents);
        polidex_indexer::index::build_index(paths, index, &options, &|_| {}).expect("built");
    };
    write("harbour.txt", HARBOUR);
    write("rules.txt", RULES);
    build(&index);
    write(
        "routes.txt",
        "航路法\n\n第 9 條\n船舶依海港管理法第二條進港。\n",
    );
    write("rules.txt", &RULES.replace("第三條", "第一條"));
    build(&index);
    std::fs::remove_file(documents.join("harbour.txt")).expect("removed");
    write("harbour-2.txt", HARBOUR);
    build(&index);
    let full = folder.path().join("full");
    build(&full);
    let ids = ["harbour-2", "rules", "routes"];
    let [updated, built] = [&index, &full].map(|at| Searcher::open(at).expect("an index"));
    assert_eq!(graph(&updated, &ids), graph(&built, &ids));
    let cited = updated.cited_by("harbour-2", "art:2", &ALL, FIRST);
    assert_eq!(cited.expect("readable").expect("held").page.listed, 2);
}

#[test]
fn hostile_texts_stay_bounded() {
    let many = format!(
        "港務辦法\n\n第 1 條\n{}。\n",
        "依海港管理法第二條、".repeat(10_000)
    );
    let circle = "circle\n\n依《甲方法》第一條，《甲方法》第一條。\n";
    let long = format!("{}法\n\n第 1 條\n依海港管理法。\n", "長".repeat(20_000));
    let indexed = index_texts(&[
        ("harbour.txt", HARBOUR.as_bytes()),
        ("many.txt", many.as_bytes()),
        ("甲方法.txt", circle.as_bytes()),
        ("long.txt", long.as_bytes()),
    ]);
    let started = std::time::Instant::now();
    let cited = indexed
        .engine
        .cited_by("harbour", "", &ALL, FIRST)
        .expect("readable");
    let cited = cited.expect("held");
    assert!(cited.page.listed >= 10_000, "{}", cited.page.listed);
    assert_eq!(cited.citing.len(), 20);
    let passages = &cited.citing;
    assert!(
        passages
            .iter()
            .all(|citing| citing.passage.text.len() < 2_000)
    );
    indexed.engine.not_held(FIRST).expect("readable");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn a_later_text_tells_what_it_repeals() {
    let old = "---\ntitle: 港口收费规定\ndate: 2001-03-02\n---\n第一条　港口可以收费。\n第二条　收费应当公布。\n";
    let new = "---\ntitle: 港口管理办法\ndate: 2019-05-06\n---\n第一条　港口由主管机关管理。\n第二条　本办法自公布之日起施行，《港口收费规定》同时废止。\n";
    let indexed = index_texts(&[("a/old.md", old.as_bytes()), ("a/new.md", new.as_bytes())]);
    let found = indexed
        .engine
        .check("依照《港口收费规定》第一条。")
        .expect("readable");
    assert_eq!(found[0].verdict, Verdict::Repealed);
    assert_eq!(found[0].by.as_deref(), Some("a/new"));
    let said = found[0].source.as_deref().expect("its words");
    assert!(said.ends_with("《港口收费规定》同时废止。"), "{said}");
    let found = indexed
        .engine
        .check("依照《港口管理办法》第一条。")
        .expect("readable");
    assert_eq!(found[0].verdict, Verdict::Found);
}

#[test]
fn a_concordance_lists_every_occurrence() {
    use polidex_server::concordance::Order;
    use polidex_server::question::{Query, Search};
    let indexed = collection();
    let search = Search::from(Query::about("\"主管機關\""));
    let lines = |by| {
        let found = indexed
            .engine
            .concordance(&search, by, FIRST)
            .expect("readable");
        assert!(found.complete);
        assert_eq!(
            found.page.listed as usize,
            HARBOUR.matches("主管機關").count()
        );
        found
    };
    let right: Vec<String> = lines(Order::Right)
        .lines
        .into_iter()
        .map(|line| line.right)
        .collect();
    assert!(right.windows(2).all(|pair| pair[0] <= pair[1]), "{right:?}");
    let found = lines(Order::Newest);
    assert_eq!(found.lines[0].hit, "主管機關");
    assert!(
        found.lines[0].left.ends_with("海港由"),
        "{:?}",
        found.lines[0]
    );
    assert_eq!(found.right[0].documents, 1);
    let simplified = Search::from(Query::about("\"主管机关\""));
    let same = indexed
        .engine
        .concordance(&simplified, Order::Newest, FIRST)
        .expect("readable");
    assert_eq!(same.lines, found.lines);
    let none = Search::from(Query::about(""));
    assert_eq!(
        indexed
            .engine
            .concordance(&none, Order::Left, FIRST)
            .expect("readable")
            .page
            .listed,
        0
    );
}

#[test]
fn citations_of_a_document_are_filtered_like_results() {
    let citing = |title: &str, date: &str, publisher: &str| {
        format!(
            "---\ntitle: {title}\ndate: {date}\npublisher: {publisher}\n---\n依海港管理法第一條辦理。\n"
        )
    };
    let (first, second) = (
        citing("甲", "2001-02-03", "港務局"),
        citing("乙", "2019-05-06", "航政局"),
    );
    let indexed = index_texts(&[
        ("laws/harbour.txt", HARBOUR.as_bytes()),
        ("laws/first.md", first.as_bytes()),
        ("laws/second.md", second.as_bytes()),
    ]);
    let cited = |filters: &Filters| {
        let cited = indexed.engine.cited_by("laws/harbour", "", filters, FIRST);
        cited.expect("readable").expect("held")
    };
    let ids = |filters: &Filters| -> Vec<String> {
        cited(filters)
            .citing
            .into_iter()
            .map(|citing| citing.document.id)
            .collect()
    };
    assert_eq!(ids(&ALL), ["laws/second", "laws/first"]);
    let values = &cited(&ALL).facets["publisher"];
    assert_eq!(values.len(), 2, "{values:?}");
    let mut filters = Filters::default();
    filters.add(Facet::Publisher, "港務局");
    assert_eq!(ids(&filters), ["laws/first"]);
    assert!(cited(&filters).facets["publisher"][0].selected);
    let mut filters = Filters::default();
    filters.add(Facet::Year, "2019");
    assert_eq!(ids(&filters), ["laws/second"]);
}

/// A step that counts by how many others each document is cited.
fn closing() -> Closing {
    Closing::default().with(CITED, |index, generation| {
        Searcher::make_cited(index, generation).ok()
    })
}

fn build_counted(documents: &Path, index: &Path) -> Searcher {
    let options = BuildOptions {
        threads: 2,
        allow_removals: true,
        closing: closing(),
        ..BuildOptions::default()
    };
    build_index(&[documents.to_owned()], index, &options, &|_| {}).expect("an index");
    Searcher::open(index).expect("an index")
}

/// Ids with the number of documents that cite each, in the order of a list.
fn counted(searcher: &Searcher, question: &Question) -> Vec<(String, Option<u32>)> {
    let answer = searcher.search(question).expect("an answer");
    let hits = answer.hits.into_iter();
    hits.map(|hit| (hit.id, hit.cited_by)).collect()
}

fn cited_values(searcher: &Searcher, question: &Question) -> Vec<(String, u64)> {
    let answer = searcher.search(question).expect("an answer");
    let facet = answer
        .facets
        .into_iter()
        .find(|facet| facet.field == Facet::Cited);
    let values = facet.expect("a facet").values.into_iter();
    values.map(|value| (value.value, value.count)).collect()
}

#[test]
fn documents_are_ordered_filtered_and_counted_by_who_cites_them() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let (documents, index) = (folder.path().join("laws"), folder.path().join("index"));
    std::fs::create_dir(&documents).expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(documents.join(name), text).expect("a file");
    };
    write("ferry.txt", FERRY);
    write("harbour.txt", HARBOUR);
    write("rules.txt", RULES);
    let about = |q: &str| Question::about(q).sort(Sort::Cited);
    let found = |searcher: &Searcher, q: &str| -> Vec<String> {
        let hits = counted(searcher, &about(q)).into_iter();
        let one = |(id, count): (String, Option<u32>)| format!("{id} {}", count.unwrap_or(99));
        hits.map(one).collect()
    };
    let searcher = build_counted(&documents, &index);
    assert_eq!(found(&searcher, ""), ["harbour 1", "ferry 0", "rules 0"]);
    // Twelve documents that come later cite the ferry, each of them twice, and one cites the harbour.
    for number in 0..12 {
        let text = format!(
            "Ferry Notice {number}\n\nUnder section 2(1) of the Ferry Safety Act and section 3 of the Ferry Safety Act, \
             owners of ferry number {number} shall keep a certificate.\n"
        );
        write(&format!("notice-{number:02}.txt"), &text);
    }
    let searcher = build_counted(&documents, &index);
    assert_eq!(found(&searcher, "")[..2], ["ferry 12", "harbour 1"]);
    assert_eq!(found(&searcher, "ferry")[0], "ferry 12");
    let ranges = |counts: [u64; 3]| -> Vec<(String, u64)> {
        let names = ["10-99", "1-9", "0"].map(str::to_owned);
        names.into_iter().zip(counts).collect()
    };
    assert_eq!(cited_values(&searcher, &about("")), ranges([1, 1, 13]));
    // Its own filter is left out of a facet, every other is applied.
    let often = about("").filter(Facet::Cited, ["10-99", "1-9"]);
    let ids = counted(&searcher, &often).into_iter().map(|(id, _)| id);
    assert_eq!(ids.collect::<Vec<_>>(), ["ferry", "harbour"]);
    let chosen: Vec<(String, u64)> = cited_values(&searcher, &often);
    assert_eq!(chosen, ranges([1, 1, 13]));
    let never = about("ferry").filter(Facet::Cited, ["0"]).per_page(100);
    assert_eq!(counted(&searcher, &never).len(), 12);
    let english = about("").filter(Facet::Language, ["zh-Hant"]);
    let values = cited_values(&searcher, &english);
    assert_eq!(values, ranges([0, 1, 1])[1..].to_vec());
    // What is removed cites no more, and an update tells what a full build tells.
    for number in 3..12 {
        std::fs::remove_file(documents.join(format!("notice-{number:02}.txt"))).expect("removed");
    }
    let updated = build_counted(&documents, &index);
    let full = build_counted(&documents, &folder.path().join("full"));
    assert_eq!(found(&updated, ""), found(&full, ""));
    assert_eq!(found(&updated, "")[..2], ["ferry 3", "harbour 1"]);
}

#[test]
fn an_index_that_does_not_know_who_cites_whom_says_nothing_of_it() {
    let indexed = collection();
    let question = Question::about("海港").sort(Sort::Cited);
    let answer = indexed.engine.search(&question).expect("an answer");
    assert!(answer.hits.iter().all(|hit| hit.cited_by.is_none()));
    let facet = answer
        .facets
        .iter()
        .find(|facet| facet.field == Facet::Cited);
    assert!(facet.is_some_and(|facet| facet.values.is_empty()));
}
