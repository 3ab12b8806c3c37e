//! An index lives with its folder: it notices what changed, answers as if it had been built from nothing, keeps the
//! generation before, and tells when a byte of it is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use polidex_indexer::error::IndexError;
use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::report::{FileStatus, IndexReport};
use polidex_indexer::store::doctor::examine_index;
use polidex_indexer::store::generations::{restore_snapshot, roll_back, take_snapshot};
use polidex_server::question::{Query, Question, Sort};
use polidex_server::searcher::Searcher;
use polidex_tests::Random;
use proptest::prelude::*;
use tempfile::TempDir;

/// A folder of documents and a place for its index.
struct House {
    _folder: TempDir,
    documents: PathBuf,
    index: PathBuf,
}

impl House {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let (documents, index) = (folder.path().join("documents"), folder.path().join("index"));
        fs::create_dir(&documents).expect("a folder");
        Self {
            _folder: folder,
            documents,
            index,
        }
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.documents.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    fn build(&self) -> IndexReport {
        self.build_in(&self.index)
    }

    fn build_in(&self, index: &Path) -> IndexReport {
        let options = BuildOptions {
            threads: 2,
            // A test's folder changes at random; the guard of removals has tests of its own.
            allow_removals: true,
            ..BuildOptions::default()
        };
        build_index(
            std::slice::from_ref(&self.documents),
            index,
            &options,
            &|_| {},
        )
        .expect("an index")
    }

    fn total(&self, q: &str) -> u64 {
        Searcher::open(&self.index)
            .expect("an index")
            .search(&Question::about(q))
            .expect("an answer")
            .total
            .value
    }
}

fn statuses(report: &IndexReport) -> BTreeMap<&str, FileStatus> {
    report
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.status))
        .collect()
}

#[test]
fn only_what_changed_is_read_again() {
    let house = House::new();
    house.write("a.txt", "a paper on housing");
    house.write("b.txt", "a paper on transport");
    house.write(
        "lines.jsonl",
        "{\"id\":\"x\",\"text\":\"one tree\"}\n{\"id\":\"y\",\"text\":\"two trees\"}\n{\n",
    );
    let first = house.build();
    assert_eq!((first.indexed, first.unchanged, first.removed), (4, 0, 0));
    let again = house.build();
    assert_eq!(
        (
            again.indexed,
            again.unchanged,
            again.files_read,
            again.changed
        ),
        (0, 4, 0, false)
    );
    assert_eq!(again.generation, first.generation);
    assert_eq!(
        (again.documents, again.skipped().count()),
        (4, 1),
        "what was skipped is still said"
    );

    house.write("b.txt", "a paper on railways");
    house.write("c/new.txt", "a paper on forests");
    house.write("lines.jsonl", "{\"id\":\"x\",\"text\":\"one tree\"}\n{\"id\":\"y\",\"text\":\"three trees\"}\n{\"id\":\"z\",\"text\":\"no tree\"}\n");
    fs::rename(
        house.documents.join("a.txt"),
        house.documents.join("renamed.txt"),
    )
    .expect("a rename");
    let report = house.build();
    assert_eq!(
        (report.indexed, report.unchanged, report.removed),
        (5, 1, 1)
    );
    let statuses = statuses(&report);
    assert_eq!(
        (statuses["lines.jsonl:1"], statuses["lines.jsonl:2"]),
        (FileStatus::Unchanged, FileStatus::Indexed)
    );
    assert_eq!(
        (
            house.total("transport"),
            house.total("railways"),
            house.total("housing"),
            house.total("two")
        ),
        (0, 1, 1, 0)
    );

    // Touched, but the same: content decides.
    house.write("b.txt", "a paper on railways");
    let touched = house.build();
    assert_eq!((touched.changed, touched.unchanged), (false, 6));
    // The same size and a time of before, but another content: only what nothing sets back can tell.
    let place = house.documents.join("b.txt");
    let time = fs::metadata(&place)
        .and_then(|metadata| metadata.modified())
        .expect("a time");
    house.write("b.txt", "a paper on highways");
    fs::File::options()
        .write(true)
        .open(&place)
        .and_then(|file| file.set_modified(time))
        .expect("a time");
    house.build();
    assert_eq!((house.total("railways"), house.total("highways")), (0, 1));

    fs::remove_file(house.documents.join("b.txt")).expect("a file");
    let report = house.build();
    assert_eq!(
        (report.indexed, report.removed, report.documents),
        (0, 1, 5)
    );
    assert_eq!(house.total("paper"), 2);
}

#[test]
fn short_names_that_a_text_gives_go_with_it_and_come_as_in_a_full_build() {
    let house = House::new();
    house.write(
        "gives.txt",
        "由全国低空交通管理委员会（以下简称“低管会”）审批。",
    );
    house.write("says.txt", "全国低空交通管理委员会公布了名单。");
    house.write(
        "both.txt",
        "The Low Altitude Transport Authority (LATA) met the board.",
    );
    house.write(
        "long.txt",
        "A meeting of the Low Altitude Transport Authority.",
    );
    house.build();
    let stands_for = || {
        let engine = Searcher::open(&house.index).expect("an index");
        ["低管會", "LATA", "lata"].map(|q| {
            let answer = engine.search(&Question::about(q)).expect("an answer");
            let forms = answer.query.expansions.into_iter();
            forms
                .flat_map(|expansion| expansion.forms)
                .collect::<Vec<_>>()
                .join("; ")
        })
    };
    let (committee, authority) = ("低空交通管理委员会", "Low Altitude Transport Authority");
    assert_eq!(stands_for(), [committee, authority, ""]);
    assert_eq!((house.total("低管会"), house.total("LATA")), (2, 2));
    // What the last document that gives it takes with it, and what an update brings.
    fs::remove_file(house.documents.join("gives.txt")).expect("a file");
    house.write("both.txt", "The board met.");
    house.build();
    assert_eq!(stands_for(), ["", "", ""]);
    house.write("new.txt", "全国低空交通管理委员会（下称「低管会」）");
    house.build();
    let updated = stands_for();
    assert_eq!(updated, [committee, "", ""]);
    fs::remove_dir_all(&house.index).expect("an index");
    house.build();
    assert_eq!(stands_for(), updated);
}

#[test]
fn what_the_folder_says_and_which_ids_are_free_counts_as_change() {
    let house = House::new();
    house.write("a.jsonl", "{\"id\":\"x\",\"text\":\"from the first\"}\n");
    house.write("b.jsonl", "{\"id\":\"x\",\"text\":\"from the second\"}\n");
    house.write("p.txt", "a paper");
    assert_eq!(house.build().documents, 2);
    house.write("sources.toml", "[\"p.txt\"]\ntitle = \"Declared\"\n");
    assert_eq!(house.build().indexed, 1);
    assert_eq!(house.total("title:declared"), 1);
    fs::remove_file(house.documents.join("a.jsonl")).expect("a file");
    house.build();
    assert_eq!((house.total("first"), house.total("second")), (0, 1));
    house.write("p.md", "another paper");
    let report = house.build();
    assert_eq!(report.documents, 3, "p is p.txt now, beside p.md");
    let engine = Searcher::open(&house.index).expect("an index");
    assert!(
        engine
            .document("p", &Query::default())
            .expect("readable")
            .is_none()
    );
    assert!(
        engine
            .document("p.txt", &Query::default())
            .expect("readable")
            .is_some()
    );
}

const NAMES: [&str; 8] = [
    "a.txt",
    "a.md",
    "b.txt",
    "c/d.txt",
    "c/e.txt",
    "l.jsonl",
    "m.jsonl",
    "sources.toml",
];
const WORDS: [&str; 12] = [
    "housing",
    "policy",
    "transport",
    "發展",
    "新質生產力",
    "香港",
    "教育",
    "的",
    "2024年3月5日",
    "budget",
    "forest",
    "law",
];

/// Writes, rewrites, renames or removes one file of the folder.
fn change(house: &House, random: &mut Random) {
    let name = NAMES[random.below(NAMES.len())];
    let path = house.documents.join(name);
    let sentence = |random: &mut Random| {
        let count = 1 + random.below(9);
        (0..count)
            .map(|_| WORDS[random.below(WORDS.len())])
            .collect::<Vec<_>>()
            .join(" ")
    };
    match random.below(10) {
        0 | 1 => drop(fs::remove_file(path)),
        2 => drop(fs::rename(
            path,
            house.documents.join(NAMES[random.below(5)]),
        )),
        _ if name == "sources.toml" => {
            let title = sentence(random);
            house.write(
                name,
                &format!(
                    "[\"a.txt\"]\ntitle = \"{title}\"\nkind = \"k{}\"\n",
                    random.below(2)
                ),
            );
        }
        _ if name.ends_with(".jsonl") => {
            let count = random.below(5);
            let line = |random: &mut Random| {
                let id = random.below(6);
                serde_json::json!({ "id": format!("x{id}"), "text": sentence(random), "publisher": format!("p{}", id % 2) })
            };
            let lines: Vec<String> = (0..count).map(|_| line(random).to_string()).collect();
            house.write(name, &lines.join("\n"));
        }
        _ => {
            let text = sentence(random);
            house.write(name, &text);
        }
    }
}

/// Everything that `index` answers, but for its generation and the time it took.
fn answers(index: &Path) -> Vec<String> {
    let engine = Searcher::open(index).expect("an index");
    let sorts = [Sort::Relevance, Sort::Newest];
    let queries = [
        "",
        "housing",
        "policy 發展",
        "\"新質生產力\"",
        "的",
        "title:law",
        "the",
        "housing OR budget",
        "tran*",
    ];
    let questions = queries
        .iter()
        .flat_map(|q| sorts.map(|sort| Question::about(*q).sort(sort).passages(10)));
    let answer = |question: Question| {
        let mut answer = engine.search(&question).expect("an answer");
        answer.took_ms = 0.0;
        // A document may have come in earlier than in a build from nothing.
        answer.index.newest = None;
        answer.hits.iter_mut().for_each(|hit| hit.added = None);
        answer.index.generation.clear();
        serde_json::to_string(&answer).expect("plain data")
    };
    questions.map(answer).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_sequence_of_changes_answers_as_a_build_from_nothing(seed in any::<u64>()) {
        let house = House::new();
        let mut random = Random(seed);
        for step in 0..4 {
            for _ in 0..=random.below(5) {
                change(&house, &mut random);
            }
            let report = house.build();
            let fresh = TempDir::new().expect("a folder");
            let whole = house.build_in(fresh.path());
            prop_assert_eq!(answers(&house.index), answers(fresh.path()), "step {}", step);
            let told = |report: &IndexReport| {
                let skipped: Vec<_> = report.skipped().cloned().collect();
                (report.documents, report.passages, report.characters.clone(), report.repairs.clone(), skipped)
            };
            prop_assert_eq!(told(&report), told(&whole));
            let diagnosis = examine_index(&house.index);
            prop_assert!(diagnosis.damages.is_empty() && diagnosis.changes.is_empty(), "{:?}", diagnosis);
        }
    }
}

#[test]
fn generations_are_rolled_back_copied_and_restored() {
    let house = House::new();
    assert!(matches!(
        roll_back(&house.index),
        Err(IndexError::NoGeneration { .. })
    ));
    assert!(!house.index.exists(), "looking for an index makes none");
    house.write("a.txt", "housing");
    let first = house.build().generation;
    assert!(matches!(
        roll_back(&house.index),
        Err(IndexError::NoGeneration { .. })
    ));
    let copy = house.index.with_file_name("copy");
    assert_eq!(take_snapshot(&house.index, &copy).expect("a copy"), first);
    assert!(matches!(
        take_snapshot(&house.index, &copy),
        Err(IndexError::Exists { .. })
    ));
    house.write("a.txt", "transport");
    let second = house.build().generation;
    assert_eq!((house.total("housing"), house.total("transport")), (0, 1));
    assert_eq!(roll_back(&house.index).expect("one before"), first);
    assert_eq!((house.total("housing"), house.total("transport")), (1, 0));
    assert_ne!(
        house.build().generation,
        second,
        "a name is never used twice"
    );
    assert_eq!(house.total("transport"), 1);
    restore_snapshot(&copy, &house.index).expect("a restored index");
    assert_eq!((house.total("housing"), house.total("transport")), (1, 0));
    assert_eq!(
        roll_back(&house.index)
            .map(|_| house.total("transport"))
            .expect("one before"),
        1
    );
    let diagnosis = examine_index(&copy);
    assert!(diagnosis.damages.is_empty(), "{diagnosis:?}");
}

#[test]
fn one_flipped_byte_in_any_file_is_found() {
    let house = House::new();
    house.write("a.txt", "a paper on housing");
    house.write("b.txt", "");
    house.build();
    house.write("c.txt", "a paper on transport");
    let generation = house.build().generation;
    let sound = examine_index(&house.index);
    assert!(
        sound.damages.is_empty() && sound.changes.is_empty(),
        "{sound:?}"
    );
    assert_eq!(
        (sound.documents, sound.skipped, sound.earlier.len()),
        (2, 1, 1)
    );
    let folder = house.index.join("generations").join(generation);
    let files = fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    let mut examined = 0;
    for file in files.chain([house.index.join("CURRENT")]) {
        let bytes = fs::read(&file).expect("a file");
        for at in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            if bytes.is_empty() {
                continue;
            }
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            fs::write(&file, flipped).expect("a file");
            assert!(
                !examine_index(&house.index).damages.is_empty(),
                "byte {at} of {}",
                file.display()
            );
            examined += 1;
        }
        fs::write(&file, bytes).expect("a file");
    }
    assert!(examined > 30, "{examined}");
    fs::remove_file(folder.join("catalog.bin")).expect("a file");
    assert_eq!(examine_index(&house.index).damages.len(), 1);
    // What is damaged is not gone on from: the next run builds anew.
    assert_eq!(house.build().indexed, 2);
    assert!(examine_index(&house.index).damages.is_empty());
}

#[test]
fn the_doctor_tells_what_changed_on_disk_since() {
    let house = House::new();
    house.write("a.txt", "one");
    house.write("b.txt", "two");
    house.build();
    house.write("a.txt", "another");
    house.write("c.txt", "three");
    fs::remove_file(house.documents.join("b.txt")).expect("a file");
    let changes: Vec<_> = examine_index(&house.index)
        .changes
        .into_iter()
        .map(|change| format!("{} {}", change.path, change.what))
        .collect();
    assert_eq!(changes, ["a.txt changed", "b.txt removed", "c.txt added"]);
}

#[test]
fn an_index_inside_its_own_folder_is_no_source() {
    let house = House::new();
    house.write("a.txt", "one");
    let inside = house.documents.join("index");
    house.build_in(&inside);
    let report = house.build_in(&inside);
    assert_eq!(
        (report.documents, report.changed),
        (1, true),
        "the index is there now, and left out with a reason"
    );
    let report = house.build_in(&inside);
    assert_eq!((report.documents, report.changed), (1, false));
    assert_eq!(
        report
            .skipped()
            .map(|file| file.reason.as_str())
            .collect::<Vec<_>>(),
        ["the index itself"]
    );
}
