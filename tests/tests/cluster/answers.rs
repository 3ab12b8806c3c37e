//! Questions of every kind, asked of both engines: the same documents in the same degrees, counts, facets, corrections, marks,
//! and the same first hit.

use std::collections::BTreeMap;

use polidex_server::answer::{Answer, Hit};
use polidex_server::question::{
    Expand, Facet, Filters, Matching, PartialDate, Query, Question, Search, Sort, Tier, TimeUnit,
    TimelineQuestion,
};
use polidex_server::searcher::{ListPage, Searcher};
use serde::Serialize;
use serde_json::{Value, json};

use crate::pair::Pair;

const NOTICE: &str = "# Notice of meeting\n\nThe Housing Committee will meet on DATE at noon in the Council Chamber to \
    consider applications under section 16 of the Ordinance. Members of the public may attend. Papers can be read at the \
    office of the Committee during office hours, and written comments on any of the applications should reach the office \
    three days before the meeting. Those who wish to speak should tell the office by telephone beforehand.";
const REPAIRED: &str = "# Systems of learning\n\nThe Council noted in full that generative Al systems are widely used in \
    many countries, and that AI policies follow them. It asked for a paper on models and on the machines they need.";
const LAW: &str = "# 創新科技促進條例\n\n第一條 本條例旨在促進創新科技，推動氫能與低空經濟。\n\n第二條 本條例所稱創新科技，\
    以下簡稱“創科”，指研究與開發。\n\n第二十三條 違反本條例者，處罰款 1,200 元。\n\n第三百二十三條 本條例自公布日施行。";
const LAW_EN: &str = "# Innovation and Technology Promotion Act\n\nArticle 1. This Act promotes innovation and technology, \
    hydrogen energy and the low-altitude economy.\n\nArticle 2. Innovation and technology means research and development \
    (R&D).\n\nArticle 23. Whoever violates this Act is fined 1,200 dollars.\n\nArticle 323. This Act comes into force on \
    the day it is promulgated.";
const CITING: &str = "# 氫能報告\n\n根據《創新科技促進條例》第二十三條，氫能企業須於 2024 年 5 月申報。研發經費增加 12.5%，\
    共 323 宗申請。";

/// Many small documents with every mixture of publisher, language, kind and date.
fn papers() -> String {
    let mut lines = String::new();
    for number in 0..60 {
        let date = ["2022-05-01", "2023-07", "2024", ""][number % 4];
        let lang = ["en", "zh-Hant", "zh-Hans"][number % 3];
        let kind = ["blog", "law"][number / 3 % 2];
        let text = match lang {
            "en" => format!("housing policy and land supply, paper {number} of the bureau"),
            "zh-Hant" => format!("房屋政策與土地供應，第 {number} 號文件，創新科技"),
            _ => format!("房屋政策与土地供应，第 {number} 号文件，创新发展"),
        };
        let document = json!({
            "id": format!("doc/{number:02}"), "title": format!("Paper {number}"), "text": text,
            "publisher": format!("Bureau {}", number % 5), "kind": kind, "date": date, "lang": lang,
        });
        lines.push_str(&format!("{document}\n"));
    }
    lines
}

fn pair() -> Option<Pair> {
    let dated = |date: &str| NOTICE.replace("DATE", date);
    let speech = "The Government will build more public housing in the years to come.";
    Pair::of(
        "answers",
        &[
            ("papers.jsonl", papers().as_bytes()),
            ("a/notice.txt", dated("5 March 2024").as_bytes()),
            ("b/copy.txt", dated("5 March 2024").as_bytes()),
            ("c/later.txt", dated("12 November 2024").as_bytes()),
            ("repaired.txt", REPAIRED.as_bytes()),
            ("act_tc.txt", LAW.as_bytes()),
            ("act_e.txt", LAW_EN.as_bytes()),
            ("report.txt", CITING.as_bytes()),
            ("speech_e.txt", speech.as_bytes()),
            (
                "speech_tc.txt",
                "政府會在未來數年興建更多公共房屋，並縮短輪候時間。".as_bytes(),
            ),
        ],
    )
}

/// Queries asked as they are typed.
const TYPED: [&str; 72] = [
    "",
    "新質生產力",
    "新质生产力",
    "新質生產力 innovation",
    "创新 科技",
    "創新科技",
    "創科",
    "氫能",
    "氢能 企业",
    "氫能 申報 創新",
    "房屋政策",
    "住房政策",
    "土地供應",
    "公共房屋",
    "香港",
    "香",
    "香港 房屋 土地 創新 科技 氫能",
    "innovation",
    "innovation and technology",
    "housing policy",
    "public housing land supply",
    "hydrogen",
    "research and development",
    "R&D",
    "I&T",
    "low-altitude economy",
    "artificial intelligence",
    "the of and",
    "inovation",
    "houssing policy",
    "inovation techology",
    "zzzz",
    "zzzz innovation",
    "創新 zzzz",
    "\"新質生產力\"",
    "\"达致新质生产力\"",
    "\"low-altitude economy\"",
    "\"創新科技\"",
    "\"土地供应\"",
    "\"generative Al systems\"",
    "\"generative AI systems\"",
    "\"housing committee\" notice",
    "\"housing committee\"~3",
    "\"committee housing\"~5",
    "\"hydrogen zzzz\"",
    "innovation -hydrogen",
    "NOT innovation",
    "hydrogen OR 氫能",
    "(housing OR 房屋) AND policy",
    "title:HKPC",
    "title:\"Paper 12\"",
    "title:創新科技",
    "stableco*",
    "innov*",
    "創新*",
    "publisher:\"Productivity Council\"",
    "cites:創新科技促進條例",
    "323",
    "1,200",
    "12.5%",
    "第23條",
    "第二十三条",
    "創新科技促進條例第二十三條",
    "Innovation and Technology Promotion Act article 23",
    "Paper 12",
    "How does Hong Kong develop new quality productive forces?",
    "創新科技怎麼申請",
    "what is the purpose of housing policy?",
    "人工智能",
    "US innovation",
    "housing policies and land supplies",
    "創新土地",
];

/// Questions with filters, orders and other options.
fn narrowed() -> Vec<Question> {
    let about = |q: &str| Question::about(q);
    let date = PartialDate::parse;
    let mut undated = about("房屋");
    undated.search.filters.undated = true;
    let mut dated_or_not = about("housing").dated(date("2023"), None);
    dated_or_not.search.filters.undated = true;
    vec![
        about("房屋").filter(Facet::Language, ["en"]),
        about("房屋").filter(Facet::Language, ["zh-Hant", "zh-Hans"]),
        about("housing").filter(Facet::Publisher, ["Bureau 1", "Bureau 2"]),
        about("housing").filter(Facet::Kind, ["law"]),
        about("").filter(Facet::Kind, ["blog"]),
        about("創新").filter(Facet::Source, ["act_tc", "doc/01"]),
        about("房屋政策")
            .filter(Facet::Kind, ["law"])
            .filter(Facet::Language, ["zh-Hans"]),
        about("innovation").dated(date("2024-03-11"), None),
        about("housing").dated(date("2022"), date("2023-07")),
        about("housing").dated(None, date("2022-05-01")),
        undated,
        dated_or_not,
        about("housing policy zzzz").matching(Matching::Any),
        about("innovation hydrogen").matching(Matching::Any),
        about("香港 房屋 科技").matching(Matching::Any),
        about("housing zzzz").matching(Matching::All),
        about("創新科技").matching(Matching::All),
        about("創新").expand(Expand::None).explain(true),
        about("創新科技").expand(Expand::Variants),
        about("氫能").without(["hydrogen"]),
        about("innovation zzzz").explain(true),
        about("創新科技").tier(Some(Tier::Translation)),
        about("housing land").tier(Some(Tier::All)),
        about("housing supply 氫能").tier(Some(Tier::Most)),
        about("housing").sort(Sort::Newest),
        about("房屋政策").sort(Sort::Oldest),
        about("創新科技").sort(Sort::Newest),
        about("housing committee").matching(Matching::All),
        about("housing committee").group_duplicates(false),
        about("notice of meeting").sort(Sort::Newest),
        about("housing").per_page(7).page(2),
        about("housing").per_page(7).page(3).sort(Sort::Oldest),
        about("創新").sort(Sort::Cited),
        about("").sort(Sort::Cited),
        about("housing").per_page(7).page(2).sort(Sort::Cited),
        about("氫能").filter(Facet::Cited, ["0"]),
        about("創新科技").filter(Facet::Cited, ["1-9", "10-99"]),
    ]
}

/// A hit without its score and the time it came in.
fn shown(hit: &Hit) -> Value {
    let mut hit = plain(hit);
    for name in ["score", "added", "explanation"] {
        forget(&mut hit, name);
    }
    hit
}

/// An answer, part by part, without what may differ: scores, times, names of generations.
fn parts(answer: &Answer) -> BTreeMap<String, Value> {
    let mut parts = BTreeMap::from([
        ("total".to_owned(), plain(&answer.total)),
        ("by translation".to_owned(), plain(&answer.expanded_total)),
        ("as published".to_owned(), plain(&answer.original_total)),
        ("query".to_owned(), plain(&answer.query)),
        ("corrections".to_owned(), plain(&answer.corrections)),
        ("page".to_owned(), plain(&answer.page)),
        ("documents".to_owned(), plain(&answer.index.documents)),
        (
            "first hit".to_owned(),
            plain(&answer.hits.first().map(|hit| &hit.id)),
        ),
    ]);
    for facet in &answer.facets {
        parts.insert(format!("facet {}", facet.field), plain(facet));
    }
    for hit in &answer.hits {
        parts.insert(format!("hit {}", hit.id), shown(hit));
    }
    parts
}

fn plain<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).expect("plain data")
}

/// What differs between the answers, a line a part.
fn differences(question: &Question, [local, remote]: &[Answer; 2]) -> Vec<String> {
    let (local, remote) = (parts(local), parts(remote));
    let mut names: Vec<&String> = local.keys().chain(remote.keys()).collect();
    names.sort();
    names.dedup();
    let differing = names
        .into_iter()
        .filter(|name| local.get(*name) != remote.get(*name));
    let asked = format!(
        "{} {:?}",
        question.search.query.q, question.search.query.matching
    );
    differing
        .map(|name| {
            let of = |parts: &BTreeMap<String, Value>| {
                parts
                    .get(name)
                    .map_or("nothing".to_owned(), Value::to_string)
            };
            format!(
                "{asked}: {name}\n   disk    {:.600}\n   cluster {:.600}",
                of(&local),
                of(&remote)
            )
        })
        .collect()
}

#[test]
fn questions_of_every_kind_have_the_same_answer() {
    let Some(pair) = pair() else {
        return;
    };
    let typed = TYPED.into_iter().map(Question::about);
    let questions: Vec<Question> = typed
        .map(|one| one.per_page(100))
        .chain(narrowed())
        .collect();
    let mut found = Vec::new();
    for question in &questions {
        found.extend(differences(question, &pair.ask(question)));
    }
    assert!(
        found.is_empty(),
        "{} differences in {} questions:\n{}",
        found.len(),
        questions.len(),
        found.join("\n")
    );
    other_doors(&pair);
}

/// What is asked besides searches: exports, all values of a facet, hits over time, suggestions, documents, citations.
fn other_doors(pair: &Pair) {
    for q in [
        "",
        "housing",
        "房屋 政策",
        "\"創新科技\"",
        "zzzz innovation",
    ] {
        ids_and_values(pair, q);
    }
    for phrase in ["housing", "房屋政策", "創新科技"] {
        let question = TimelineQuestion {
            phrases: vec![phrase.to_owned()],
            filters: Filters::default(),
            unit: TimeUnit::Year,
        };
        same(pair, &format!("{phrase} over time"), |engine| {
            plain(&engine.timeline(&question).expect("counts"))
        });
    }
    for typed in ["新質", "innov", "xinzhi", "housing", "創新"] {
        same(pair, &format!("suggestions for {typed}"), |engine| {
            let mut suggestions = engine.suggest(typed, 10).suggestions;
            // A phrase is shown as the first of its documents writes it, and each engine reads them in an order of its own.
            for suggestion in &mut suggestions {
                suggestion.text = suggestion.text.to_lowercase();
            }
            plain(&suggestions)
        });
    }
    same(pair, "sources", |engine| {
        plain(&*engine.sources().expect("readable"))
    });
    for source in pair.local.sources().expect("readable").iter() {
        same(pair, &source.id, |engine| {
            let found = engine.document(&source.id, &Query::about("創新 housing"));
            plain(&found.expect("readable").expect("there"))
        });
        same(pair, &format!("citations of {}", source.id), |engine| {
            let page = ListPage {
                number: 1,
                per_page: 100,
            };
            let cited = engine.document_citations(&source.id, page);
            plain(&cited.expect("readable"))
        });
    }
}

fn ids_and_values(pair: &Pair, q: &str) {
    let search = Search::from(Query::about(q));
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest, Sort::Cited] {
        same(pair, &format!("ids of {q} by {sort:?}"), |engine| {
            plain(&engine.ids(&search, sort).expect("ids"))
        });
    }
    for facet in Facet::LISTED {
        same(pair, &format!("values of {facet} for {q}"), |engine| {
            plain(&engine.values(&search, facet).expect("values"))
        });
    }
}

/// Both engines answer alike, but for times and the account of the index.
fn same(pair: &Pair, what: &str, ask: impl Fn(&Searcher) -> Value) {
    let [local, remote] = [&pair.local, &pair.remote].map(|engine| {
        let mut answer = ask(engine);
        for name in ["added", "index"] {
            forget(&mut answer, name);
        }
        answer
    });
    assert_eq!(remote, local, "{what}");
}

/// Removes a field wherever it stands.
fn forget(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(name);
            fields.values_mut().for_each(|value| forget(value, name));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| forget(value, name)),
        _ => {}
    }
}
