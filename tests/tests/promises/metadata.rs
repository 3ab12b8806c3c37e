//! What a text says of its document is read from the places that say it, and is right or empty.
//!
//! Precision is measured against values that somebody declared: rows of the shared corpus without their declarations, and
//! numbers judged by hand. A wrong value costs more than a missing one, so precision has a floor and recall is printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use polidex_indexer::declared::Declared;
use polidex_indexer::extract::{Content, RawDocument};
use polidex_indexer::layout::lay_out;
use polidex_indexer::metadata::{Read, read_text};
use polidex_indexer::pipeline::prepare_document;
use polidex_indexer::repair::Options;
use polidex_schema::record::DocumentRecord;
use polidex_server::question::Query;
use polidex_tests::{index_texts, shared};

/// The record of a file of this name and content.
fn record(name: &str, text: &str) -> DocumentRecord {
    let raw = RawDocument {
        path: name.to_owned(),
        content: Content::Bytes(text.as_bytes().to_vec()),
        ..RawDocument::default()
    };
    prepare_document(name.to_owned(), raw, &Options::default())
        .expect("a document")
        .record
}

/// Title, publisher, date, number, kind.
fn shown(record: &DocumentRecord) -> [&str; 5] {
    [
        &record.title,
        &record.publisher,
        &record.date,
        &record.number,
        &record.kind,
    ]
    .map(String::as_str)
}

const PRESS_RELEASE: &str = "Press Release\n\nBureau opens new centre for innovation\n\nThe Bureau said today that the centre is open.\n\n\
    Ends/Wednesday, March 27, 2024\nIssued at HKT 15:00\n";
const NOTICE: &str = "国务院办公厅文件\n\n国办发〔2023〕15号\n\n国务院办公厅关于印发低空经济发展规划\n的通知\n\n各省、自治区、直辖市人民政府：\n\n\
    现将规划印发给你们，请认真贯彻执行。根据国发〔2022〕3号文件办理。\n\n国务院办公厅\n二〇二三年十二月一日\n";
const LETTER: &str = "臺中市政府 函\n\n發文日期：中華民國113年3月5日\n發文字號：府授教字第1130012345號\n\n主旨：檢送會議紀錄一份，請查照。\n";
const LAW: &str = "中华人民共和国低空经济法\n\n（1995年2月28日第八届全国人民代表大会常务委员会第十二次会议通过　根据2012年10月26日第十一届\
    全国人民代表大会常务委员会第二十九次会议《关于修改〈中华人民共和国低空经济法〉的决定》修正）\n\n第一章 总则\n\n第一条 为了规范低空经济，制定本法。\n";
const ORDINANCE: &str = "Construction Workers Registration Ordinance (Cap. 583)\n\nPart 1\n\n1. Short title\n\nThis Ordinance may be cited as it is.\n";
const PAPER: &str = "LC Paper No. CB(2)123/2023-24(01)\n\nLegislative Council Panel on Housing\n\n5 March 2024\n\n\
    This paper briefs Members on the progress of public housing.\n";
const PLAIN: &str = "The Government announced on 5 March 2024 that the Education Bureau would go on with the plan.\n\n\
    Under Cap. 279 it may do so. The next report is due in June 2025.\n";

#[test]
fn documents_say_what_they_are() {
    for (name, text, expected) in [
        (
            "release.txt",
            PRESS_RELEASE,
            [
                "Bureau opens new centre for innovation",
                "",
                "2024-03-27",
                "",
                "press release",
            ],
        ),
        (
            "notice.txt",
            NOTICE,
            [
                "国务院办公厅关于印发低空经济发展规划的通知",
                "国务院办公厅",
                "2023-12-01",
                "国办发〔2023〕15号",
                "notice",
            ],
        ),
        (
            "letter.txt",
            LETTER,
            [
                "檢送會議紀錄一份，請查照。",
                "臺中市政府",
                "2024-03-05",
                "府授教字第1130012345號",
                "",
            ],
        ),
        (
            "law.txt",
            LAW,
            [
                "中华人民共和国低空经济法",
                "全国人民代表大会常务委员会",
                "2012-10-26",
                "",
                "law",
            ],
        ),
        (
            "ordinance.txt",
            ORDINANCE,
            [
                "Construction Workers Registration Ordinance (Cap. 583)",
                "",
                "",
                "Cap. 583",
                "law",
            ],
        ),
        (
            "paper.txt",
            PAPER,
            [
                "Legislative Council Panel on Housing",
                "",
                "2024-03-05",
                "LC Paper No. CB(2)123/2023-24(01)",
                "",
            ],
        ),
    ] {
        assert_eq!(shown(&record(name, text)), expected, "{name}");
    }
    let plain = record("plain.txt", PLAIN);
    assert_eq!(
        &shown(&plain)[1..],
        ["", "", "", ""],
        "a text that only speaks of such things"
    );
}

#[test]
fn what_is_declared_always_wins() {
    let text = format!(
        "---\ntitle: 另一個標題\npublisher: 另一個機構\ndate: 2020-01-02\nnumber: 甲1號\nkind: article\n---\n\n{NOTICE}"
    );
    let declared = record("notice.md", &text);
    assert_eq!(
        &shown(&declared)[..3],
        ["另一個標題", "另一個機構", "2020-01-02"]
    );
    let row = serde_json::json!({ "id": "a", "title": "T", "publisher": "P", "date": "2020", "number": "N", "kind": "K", "text": NOTICE });
    let indexed = index_texts(&[("rows.jsonl", format!("{row}\n").as_bytes())]);
    let document = indexed
        .engine
        .document("a", &Query::about(""))
        .expect("readable")
        .expect("there");
    let summary = &document.summary;
    let shown = [
        &summary.title,
        &summary.publisher,
        &summary.date,
        &summary.number,
        &summary.kind,
    ]
    .map(String::as_str);
    assert_eq!(shown, ["T", "P", "2020", "N", "K"]);
}

#[test]
fn a_number_finds_its_document_however_it_is_typed() {
    let declared = serde_json::json!({ "id": "declared", "number": "国发〔2021〕7号", "text": "一份只在声明里有文号的文件" });
    let indexed = index_texts(&[
        ("notice.txt", NOTICE.as_bytes()),
        ("letter.txt", LETTER.as_bytes()),
        ("paper.txt", PAPER.as_bytes()),
        ("ordinance.txt", ORDINANCE.as_bytes()),
        ("rows.jsonl", format!("{declared}\n").as_bytes()),
    ]);
    for (question, id) in [
        ("国办发〔2023〕15号", "notice"),
        ("国办发[2023]15号", "notice"),
        ("国办发(2023)15号", "notice"),
        ("國辦發（2023）15號", "notice"),
        ("\"国办发〔2023〕15号\"", "notice"),
        ("国发[2021]7号", "declared"),
        ("府授教字第1130012345號", "letter"),
        ("LC Paper No. CB(2)123/2023-24(01)", "paper"),
        ("CB(2)123/2023-24(01)", "paper"),
        ("\"Cap. 583\"", "ordinance"),
    ] {
        assert_eq!(
            indexed.ids(question).first().map(String::as_str),
            Some(id),
            "{question}"
        );
    }
}

#[test]
fn the_number_ties_a_document_to_its_counterpart() {
    let chinese =
        "《建造業工人註冊條例》（第583章）\n\n第 1 部\n\n本條例可引稱為《建造業工人註冊條例》。\n";
    let indexed = index_texts(&[
        ("laws/one.txt", ORDINANCE.as_bytes()),
        ("laws/another.txt", chinese.as_bytes()),
    ]);
    let document = indexed
        .engine
        .document("laws/one", &Query::about(""))
        .expect("readable")
        .expect("there");
    let counterparts: Vec<&str> = document
        .counterparts
        .iter()
        .map(|other| other.id.as_str())
        .collect();
    assert_eq!(counterparts, ["laws/another"]);
}

/// One row of the corpus.
struct Row {
    id: String,
    title: String,
    publisher: String,
    date: String,
    text: String,
}

/// Every `step`th row of each collection, its declarations taken out of the text.
fn rows(folder: &Path, step: usize) -> Vec<Row> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
    paths.sort();
    let mut rows = Vec::new();
    for path in paths {
        let file = std::fs::File::open(&path).expect("a collection");
        for line in BufReader::new(GzDecoder::new(file)).lines().step_by(step) {
            let row: serde_json::Value =
                serde_json::from_str(&line.expect("a line")).expect("a row");
            let value = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let text = without_declarations(&value("text"));
            rows.push(Row {
                id: value("id"),
                title: value("title"),
                publisher: value("publisher"),
                date: value("date"),
                text,
            });
        }
    }
    rows
}

/// The text without front matter and without the lines that the collections' makers put there.
fn without_declarations(text: &str) -> String {
    let body = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"))
        .map_or(text, |(_, body)| body);
    let is_declaration =
        |line: &&str| line.starts_with("修正日期：") || line.starts_with("Amended Date:");
    body.lines()
        .filter(|line| !is_declaration(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// How often a field was read, and rightly.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: Vec<String>,
    asked: usize,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong.len()).max(1) as f64
    }
}

#[derive(Default)]
struct Scores(BTreeMap<&'static str, Score>);

impl Scores {
    /// Notes what was read of a field whose right value is known; `judge` tells whether it is right.
    fn note(
        &mut self,
        field: &'static str,
        id: &str,
        read: Option<&str>,
        judge: impl Fn(&str) -> bool,
    ) {
        let score = self.0.entry(field).or_default();
        score.asked += 1;
        match read {
            Some(read) if judge(read) => score.right += 1,
            Some(read) => score.wrong.push(format!("{id}: {read}")),
            None => {}
        }
    }
}

/// Letters and digits, small.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A title is right when it is the declared one, but for marks, or a part of it that is a title by itself.
fn is_title(read: &str, declared: &str) -> bool {
    let (read, declared) = (plain(read), plain(declared));
    read == declared
        || declared.contains(&read) && read.chars().count() >= 6
        || read.contains(&declared)
}

/// A publisher is right when it is the declared one or one of the class that is declared: `北京市人民代表大会（地方性法规）` stands for
/// the laws of all congresses there, `全国人民代表大会及其常务委员会` for either of the two.
/// Of a joint notice one of its bodies is declared; `国家` before a body of the state is left out.
fn is_publisher(read: &str, declared: &str) -> bool {
    let is_named = |one: &str| {
        read.split('、')
            .any(|body| body == one || body.strip_prefix("国家") == Some(one))
    };
    declared.split('/').any(is_named)
        || declared.ends_with("（地方性法规）") && read.contains("人民代表大会")
        || declared
            .strip_suffix("及其常务委员会")
            .is_some_and(|congress| read.starts_with(congress))
}

/// Collections give a law to the body that is in charge of it today, or to the class of its kind; the law itself prints the one
/// that issued it behind the day: `1991年9月5日财政部发布`.
fn is_printed_maker(read: &str, row: &Row) -> bool {
    let first = read.split('、').next().unwrap_or(read);
    let is_law = row.id.starts_with("tw/") || row.id.starts_with("prc/行政法规/");
    let plain: String = row.text.split_whitespace().collect();
    is_law && plain.contains(&format!("日{first}"))
}

fn value_of(read: &Option<Read<String>>) -> Option<&str> {
    read.as_ref().map(|read| read.value.as_str())
}

/// The latest day at the start of a line over the first article of a law of the People's Republic, lines of its coming into
/// force aside; `None` in any other text.
fn latest_named(text: &str) -> Option<String> {
    let head = text.split("第一条").next()?;
    let day = |line: &str| {
        let numbers: Vec<&str> = line
            .trim_start_matches(['（', '('])
            .splitn(4, ['年', '月', '日'])
            .collect();
        let [year, month, day, said] = numbers.as_slice() else {
            return None;
        };
        let is_force =
            said.trim_start().starts_with("施行") || said.trim_start().starts_with("起施行");
        let is_year = year.len() == 4 && !is_force;
        is_year.then(|| format!("{year}-{:0>2}-{:0>2}", month.trim(), day.trim()))
    };
    head.lines().filter_map(day).max()
}

/// The kinds that the documents of a collection may have: what it was collected as.
fn kinds_of(id: &str) -> &'static [&'static str] {
    let is_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| id.starts_with(prefix));
    match id {
        // Interpretations and orders among the laws are notices where their titles say so.
        _ if is_of(&["prc/"]) => &["law", "notice"],
        _ if is_of(&["tw/zh/", "tw/en/", "ca/", "cfpb/"]) => &["law"],
        _ if is_of(&["hk/hansard/"]) => &["record of proceedings"],
        _ if is_of(&["hk/floor/"]) => &["speech"],
        _ if is_of(&["tw/ly-gazette/"]) => &["minutes", "record of proceedings"],
        _ => &[],
    }
}

#[test]
#[allow(clippy::print_stderr, reason = "recall is a figure to read")]
fn what_is_read_from_the_corpus_is_what_was_declared() {
    let Some(folder) = shared("corpus") else {
        return;
    };
    let mut scores = Scores::default();
    for row in rows(&folder, 5) {
        let laid_out = lay_out(&row.text, "row.txt", 0);
        let read = read_text(None, &Declared::default(), &laid_out);
        let date = read.date.map(|read| read.value.to_string());
        if !row.date.is_empty() {
            // A month is right for a day of it.
            scores.note("date", &row.id, date.as_deref(), |date| {
                // Collections date a law by its publication; a law says when it was passed and amended.
                row.date.starts_with(date)
                    || latest_named(&row.text).is_some_and(|named| named == date)
            });
        }
        scores.note("title", &row.id, value_of(&read.title), |title| {
            is_title(title, &row.title)
        });
        scores.note("publisher", &row.id, value_of(&read.publisher), |name| {
            is_publisher(name, &row.publisher) || is_printed_maker(name, &row)
        });
        let kind = read_text(Some(row.title.clone()), &Declared::default(), &laid_out).kind;
        scores.note("kind", &row.id, value_of(&kind), |kind| {
            kinds_of(&row.id).contains(&kind)
        });
    }
    for (field, score) in &scores.0 {
        let recall = score.right as f64 / score.asked.max(1) as f64;
        eprintln!(
            "{field}: precision {:.3}, recall {recall:.3} of {}",
            score.precision(),
            score.asked
        );
        assert!(score.right >= 200, "{field}: {} right", score.right);
        assert!(
            score.precision() >= 0.95,
            "{field}: {:.3}, as {:?}",
            score.precision(),
            &score.wrong[..score.wrong.len().min(8)]
        );
    }
}

/// Numbers of rows of the corpus, judged by reading their heads.
const NUMBERS: [(&str, &str); 24] = [
    (
        "prc/司法解释/最高人民法院关于成渝金融法院案件管辖的规定(2022-12-20)",
        "法释〔2022〕20号",
    ),
    (
        "prc/司法解释/最高人民法院关于审理破坏森林资源刑事案件适用法律若干问题的解释(2023-08-13)",
        "法释〔2023〕8号",
    ),
    (
        "prc/司法解释/最高人民法院关于办理人身安全保护令案件适用法律若干问题的规定(2022-07-14)",
        "法释〔2022〕17号",
    ),
    (
        "prc/行政法规/中央储备粮管理条例(2016-02-06)",
        "中华人民共和国国务院令第388号",
    ),
    (
        "prc/行政法规/气象灾害防御条例(2017-10-07)",
        "中华人民共和国国务院令第570号",
    ),
    (
        "prc/行政法规/幼儿园管理条例(1989-09-11)",
        "中华人民共和国国家教育委员会令第4号",
    ),
    (
        "prc/行政法规/报废机动车回收管理办法(2019-04-22)",
        "中华人民共和国国务院令第715号",
    ),
    (
        "prc/行政法规/饲料和饲料添加剂管理条例(2017-03-01)",
        "中华人民共和国国务院令第266号",
    ),
    (
        "prc/行政法规/殡葬管理条例(2012-11-09)",
        "中华人民共和国国务院令第225号",
    ),
    (
        "prc/行政法规/河道管理条例(2018-03-19)",
        "中华人民共和国国务院令第3号",
    ),
    (
        "prc/行政法规/规划环境影响评价条例(2009-08-17)",
        "中华人民共和国国务院令第559号",
    ),
    (
        "prc/行政法规/法规规章备案条例(2001-12-14)",
        "中华人民共和国国务院令第337号",
    ),
    (
        "prc/行政法规/废旧金属收购业治安管理办法(2023-07-20)",
        "公安部令第16号",
    ),
    (
        "prc/行政法规/中国公民收养子女登记办法(2019-03-02)",
        "民政部令第14号",
    ),
    (
        "prc/行政法规/外国人入境出境管理条例(2013-07-21)",
        "中华人民共和国国务院令第637号",
    ),
    (
        "prc/行政法规/国防计量监督管理条例(1990-04-05)",
        "中华人民共和国国务院、中华人民共和国中央军事委员会令第54号",
    ),
    (
        "prc/行政法规/渔业资源增殖保护费征收使用办法(2011-01-08)",
        "农业部、财政部、国家物价局令第1号",
    ),
    (
        "prc/部门规章/市场监督管理总局/市场主体登记管理条例实施细则(2022-03-01)",
        "国家市场监督管理总局令第52号",
    ),
    (
        "prc/行政法规/国务院关于特大安全事故行政责任追究的规定(2001-04-21)",
        "中华人民共和国国务院令第302号",
    ),
    ("prc/行政法/人民警察法(2012-10-26)", ""),
    ("prc/行政法规/海洋倾废管理条例(2017-03-01)", ""),
    (
        "prc/DLC/北京地方法规/地方性法规/北京/北京市优化营商环境条例(2020-03-27)",
        "",
    ),
    ("tw/zh/H0020024", ""),
    ("ca/act/C-45.7", ""),
];

#[test]
#[allow(clippy::print_stderr, reason = "recall is a figure to read")]
fn numbers_are_those_a_reader_finds() {
    let Some(folder) = shared("corpus") else {
        return;
    };
    let judged: BTreeMap<&str, &str> = NUMBERS.into_iter().collect();
    let mut scores = Scores::default();
    for row in rows(&folder, 1) {
        let Some(number) = judged.get(row.id.as_str()) else {
            continue;
        };
        let read = read_text(
            Some(row.title.clone()),
            &Declared::default(),
            &lay_out(&row.text, "row.txt", 0),
        )
        .number;
        scores.note("number", &row.id, value_of(&read), |read| read == *number);
    }
    let score = &scores.0["number"];
    eprintln!(
        "number: precision {:.3}, {} right of {}",
        score.precision(),
        score.right,
        score.asked
    );
    assert_eq!(score.asked, NUMBERS.len(), "every judged row is there");
    assert!(score.precision() >= 0.95, "{:?}", score.wrong);
}
