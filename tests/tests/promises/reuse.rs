//! The promise: a passage that stands nearly verbatim in several documents is told in each of them, in either script, with
//! what differs; an update tells what a full build tells; hostile texts stay bounded.

use std::path::Path;
use std::time::Instant;

use polidex_indexer::index::{BuildOptions, Closing, build_index};
use polidex_indexer::store::generations::{current_generation, generation_folder};
use polidex_schema::manifest::REUSE;
use polidex_server::searcher::{ListPage, Searcher};
use polidex_tests::{Indexed, Random, index_texts};
use proptest::prelude::*;

const FIRST: ListPage = ListPage {
    number: 1,
    per_page: 100,
};
/// A paragraph of a blueprint, the same in the other script, and as a city took it over.
const BLUEPRINT: &str = "加強知識產權保護，完善侵權懲罰性賠償制度，健全快速協同保護機制，推動建設區域性知識產權交易中心，鼓勵金融機構開展知識產權質押融資。";
const SIMPLIFIED: &str = "加强知识产权保护，完善侵权惩罚性赔偿制度，健全快速协同保护机制，推动建设区域性知识产权交易中心，鼓励金融机构开展知识产权质押融资。";
const CITY: &str = "加强知识产权保护，完善侵权惩罚性赔偿制度，健全快速协同保护机制，推动建设全国性知识产权交易中心，鼓励金融机构开展知识产权质押融资。";
const OTHER: &str = "推進港口與航運服務業發展，完善集疏運體系，提高口岸通關效率，支持航運企業購置新能源船舶，並逐步淘汰高排放的老舊船舶。";

fn dated(title: &str, date: &str, paragraphs: &[&str]) -> String {
    format!(
        "---\ntitle: {title}\ndate: {date}\n---\n{}\n",
        paragraphs.join("\n\n")
    )
}

fn collection() -> Indexed {
    let quoted = format!("該綱要指出：「{BLUEPRINT}」");
    let documents = [
        ("a/city.md", dated("市規劃", "2022-05-01", &[OTHER, CITY])),
        ("a/blueprint.md", dated("綱要", "2019-02-18", &[BLUEPRINT])),
        ("a/speech.md", dated("發言", "2021-03-02", &[&quoted])),
        (
            "a/plan.md",
            dated("省规划", "2020-01-01", &[SIMPLIFIED, SIMPLIFIED]),
        ),
        (
            "a/alone.md",
            dated(
                "另一份",
                "2018-01-01",
                &["港口由主管機關管理，並應公告其範圍；公告後三十日內得提出異議，逾期不予受理。"],
            ),
        ),
    ];
    let files = documents
        .each_ref()
        .map(|(name, text)| (*name, text.as_bytes()));
    index_texts(&files)
}

#[test]
fn a_passage_is_told_where_else_it_stands() {
    let indexed = collection();
    let found = indexed.engine.document_reuse("a/city", FIRST);
    let found = found.expect("readable").expect("held");
    assert_eq!(found.page.listed, 1);
    let passage = &found.passages[0];
    assert_eq!(
        (passage.documents, passage.quoting, passage.copies),
        (3, 1, 5)
    );
    assert_eq!(passage.first.id, "a/blueprint", "the oldest");
    let alike: Vec<&str> = found
        .alike
        .iter()
        .map(|of| of.document.id.as_str())
        .collect();
    assert_eq!(alike, ["a/blueprint", "a/plan", "a/speech"]);
    let copies = indexed
        .engine
        .copies("a/city", &passage.passage.passage, FIRST);
    let copies = copies.expect("readable").expect("held");
    let said: Vec<(&str, bool, usize)> = copies
        .copies
        .iter()
        .map(|copy| {
            (
                copy.document.id.as_str(),
                copy.quotation,
                copy.differs.len(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("a/blueprint", false, 1),
            ("a/plan", false, 1),
            ("a/plan", false, 1),
            ("a/speech", true, 2)
        ],
        "the oldest first, quotations apart"
    );
    let own = copies.passage.expect("it stands elsewhere").text;
    let cut = |text: &str, span: polidex_server::answer::MarkOffsets| -> String {
        text.chars()
            .skip(span.start)
            .take(span.end - span.start)
            .collect()
    };
    let first = &copies.copies[0];
    assert_eq!(cut(&first.passage.text, first.differs[0]), "區域");
    assert_eq!(cut(&own, first.lacks[0]), "全国");
    let none = indexed.engine.document_reuse("a/alone", FIRST);
    assert_eq!(none.expect("readable").expect("held").page.listed, 0);
    assert!(
        indexed
            .engine
            .document_reuse("a/none", FIRST)
            .expect("readable")
            .is_none()
    );
}

#[test]
fn a_collection_lists_what_stands_in_most_documents() {
    let indexed = collection();
    let reused = indexed.engine.reused_passages(FIRST).expect("readable");
    assert_eq!(reused.page.listed, 1);
    let rows = indexed
        .engine
        .reuse_rows(None)
        .expect("readable")
        .expect("rows");
    assert_eq!(rows.len(), 5);
    assert_eq!(rows.iter().filter(|row| row.quotation).count(), 1);
    let of_one = indexed.engine.reuse_rows(Some("a/city"));
    assert_eq!(of_one.expect("readable").as_ref(), Some(&rows));
    assert!(
        indexed
            .engine
            .reuse_rows(Some("a/none"))
            .expect("readable")
            .is_none()
    );
}

/// A step that has servers read no text.
fn closing() -> Closing {
    Closing::default().with(REUSE, |index, generation| {
        Searcher::make_reuse(index, generation).ok()
    })
}

fn build(documents: &Path, index: &Path) -> Vec<u8> {
    let options = BuildOptions {
        threads: 2,
        allow_removals: true,
        closing: closing(),
        ..BuildOptions::default()
    };
    let paths = [documents.to_owned()];
    build_index(&paths, index, &options, &|_| {}).expect("an index");
    let generation = current_generation(index).expect("an index");
    std::fs::read(generation_folder(index, &generation).join(REUSE)).expect("a file")
}

#[test]
fn an_update_tells_what_a_full_build_tells() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let (documents, index) = (folder.path().join("plans"), folder.path().join("index"));
    std::fs::create_dir(&documents).expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(documents.join(name), text).expect("a file");
    };
    write("city.txt", CITY);
    write("plan.txt", &format!("{OTHER}\n\n{SIMPLIFIED}\n"));
    let before = build(&documents, &index);
    write("blueprint.txt", BLUEPRINT);
    write("ports.txt", OTHER);
    std::fs::remove_file(documents.join("city.txt")).expect("removed");
    let updated = build(&documents, &index);
    assert_ne!(before, updated);
    assert_eq!(updated, build(&documents, &folder.path().join("full")));
    // Without the file the passages are read from the documents.
    let plain = folder.path().join("plain");
    build_index(&[documents], &plain, &BuildOptions::default(), &|_| {}).expect("an index");
    let rows = [index, plain].map(|at| {
        let searcher = Searcher::open(&at).expect("an index");
        searcher.reuse_rows(None).expect("readable").expect("rows")
    });
    assert_eq!(rows[0], rows[1]);
    assert_eq!(rows[0].len(), 4);
}

#[test]
fn hostile_texts_stay_bounded() {
    // One paragraph ten thousand times, the same everywhere; and paragraphs that each differ in one word.
    let same = format!("{BLUEPRINT}\n\n").repeat(10_000);
    let differing: String = (0..10_000)
        .map(|at| {
            format!(
                "{}\n\n",
                BLUEPRINT.replacen("加強", &format!("加強{at}"), 1)
            )
        })
        .collect();
    let quotes = "「".repeat(50_000);
    let indexed = index_texts(&[
        ("same-1.txt", same.as_bytes()),
        ("same-2.txt", same.as_bytes()),
        ("differing.txt", differing.as_bytes()),
        ("quotes.txt", quotes.as_bytes()),
    ]);
    let started = Instant::now();
    let found = indexed.engine.document_reuse("differing", FIRST);
    let found = found.expect("readable").expect("held");
    assert_eq!(found.passages.len(), 100);
    let copies = indexed.engine.copies("differing", "p1", FIRST);
    assert_eq!(copies.expect("readable").expect("held").copies.len(), 100);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

/// Paragraphs of words drawn from a few, so that some say the same.
fn paragraphs(seed: u64, count: usize) -> Vec<String> {
    let mut random = Random(seed);
    let words = [
        "規劃", "harbour", "產業", "保護", "fees", "机关", "12", "公告", "annual", "發展",
    ];
    let mut paragraph = || -> String {
        let mut below = Random(random.below(6) as u64);
        (0..40)
            .map(|_| format!("{} ", words[below.below(words.len())]))
            .collect()
    };
    (0..count).map(|_| paragraph()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn likeness_is_told_both_ways(seed in 0_u64..1_000_000) {
        let texts: Vec<String> = (0..5).map(|of| paragraphs(seed + of, 4).join("\n\n")).collect();
        let names: Vec<String> = (0..5).map(|of| format!("d{of}.txt")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_bytes)).collect();
        let indexed = index_texts(&files);
        for of in 0..5 {
            let id = format!("d{of}");
            let found = indexed.engine.document_reuse(&id, FIRST).expect("readable").expect("held");
            for reused in &found.passages {
                let copies = indexed.engine.copies(&id, &reused.passage.passage, FIRST).expect("readable").expect("held");
                prop_assert!(!copies.copies.is_empty());
                for copy in copies.copies {
                    let back = indexed.engine.copies(&copy.document.id, &copy.passage.passage, FIRST);
                    let back = back.expect("readable").expect("held").copies;
                    prop_assert!(back.iter().any(|back| back.document.id == id && back.passage.passage == reused.passage.passage));
                }
            }
        }
    }
}
