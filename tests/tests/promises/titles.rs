//! Titles: what is typed in full is found first, whatever else its words stand in, in the other script and, for laws that
//! the lexicon was not learned from, in the other language.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use flate2::read::GzDecoder;
use polidex_indexer::learn::was_left_out;
use polidex_schema::fields::title_key;
use polidex_server::question::{Facet, Question};
use polidex_tests::{Indexed, index, index_texts, shared};
use tempfile::TempDir;

/// One pair of documents in this many was kept from learning `data/lexicon.tsv`.
const LEFT_OUT: u64 = 8;
/// One of this many other laws is indexed beside them.
const OTHERS: usize = 24;

/// Laws of Taiwan that were not learned from, in both languages, among others; and laws of the Mainland.
static LAWS: LazyLock<Option<(Indexed, HashMap<String, String>)>> = LazyLock::new(|| {
    let corpus = shared("corpus")?;
    let folder = TempDir::new().expect("a folder");
    let mut titles = HashMap::new();
    for name in [
        "zh-hant-taiwan-laws",
        "en-taiwan-laws-parallel",
        "zh-hans-prc-laws",
    ] {
        titles.extend(write_some(
            &corpus.join(format!("{name}.jsonl.gz")),
            &folder.path().join(format!("{name}.jsonl")),
        ));
    }
    Some((index(&[folder.path().to_owned()], 2), titles))
});

/// Writes the laws that were left out of learning and some of the others; ids and titles of what was written.
fn write_some(from: &Path, to: &Path) -> HashMap<String, String> {
    let mut kept = File::create(to).expect("a file");
    let mut titles = HashMap::new();
    let lines = BufReader::new(GzDecoder::new(File::open(from).expect("a collection"))).lines();
    for (index, line) in lines.map(|line| line.expect("UTF-8")).enumerate() {
        let law: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let [id, title] =
            ["id", "title"].map(|name| law[name].as_str().expect("a text").to_owned());
        if index % OTHERS == 0 || was_left_out(&id, LEFT_OUT) {
            writeln!(kept, "{line}").expect("room on the disk");
            titles.insert(id, title);
        }
    }
    titles
}

fn found(indexed: &Indexed, title: &str, lang: Option<&str>) -> Vec<String> {
    let answer = indexed.ask(
        &Question::about(title)
            .per_page(10)
            .passages(0)
            .filter(Facet::Language, lang),
    );
    let ids = |hit: polidex_server::answer::Hit| {
        std::iter::once(hit.id).chain(hit.duplicates.into_iter().map(|link| link.id))
    };
    answer.hits.into_iter().flat_map(ids).collect()
}

#[test]
fn a_title_that_the_text_holds_only_within_other_words_is_found() {
    let lines = concat!(
        r#"{"id":"a","title":"Act","text":"Action was taken by the factory."}"#,
        "\n",
        r#"{"id":"b","title":"T fund","text":"The I&T fund pays."}"#,
        "\n",
        r#"{"id":"c","title":"稅","text":"稅務條例規定如下。"}"#
    );
    let indexed = index_texts(&[("rows.jsonl", lines.as_bytes())]);
    for (q, id) in [
        ("act", "a"),
        ("\"act\"", "a"),
        ("t", "b"),
        ("\"T fund\"", "b"),
        ("税", "c"),
        ("title:税", "c"),
    ] {
        let ids = found(&indexed, q, None);
        assert!(ids.iter().any(|found| found.ends_with(id)), "{q}: {ids:?}");
    }
}

#[test]
fn a_title_with_brackets_typed_in_full_comes_first() {
    let lines = concat!(
        r#"{"id":"a","title":"刑法修正案（七）","text":"本修正案自公布之日起施行。"}"#,
        "\n",
        r#"{"id":"b","title":"關於刑法修正案的說明","text":"刑法修正案（七）、刑法修正案（七）和刑法修正案（七）。"}"#
    );
    let indexed = index_texts(&[("rows.jsonl", lines.as_bytes())]);
    for q in [
        "刑法修正案（七）",
        "刑法修正案(七)",
        "刑法修正案 七",
        "刑法修正案「七」",
    ] {
        assert!(found(&indexed, q, None)[0].ends_with('a'), "{q}");
    }
}

#[test]
fn a_title_in_another_regions_words_comes_before_texts_that_name_it() {
    let lines = concat!(
        r#"{"id":"a","title":"都市計畫法","text":"為改善居民生活環境，特制定本法。"}"#,
        "\n",
        r#"{"id":"b","title":"工程受益費徵收條例","text":"依都市計畫法、都市計劃法、都市計畫法徵收。"}"#,
        "\n",
        r#"{"id":"c","title":"软件产业计划","text":"第一条　本计划自发布之日起施行。"}"#,
        "\n",
        r#"{"id":"d","title":"關於軟體產業計畫的說明","text":"軟體產業計畫、軟件產業計劃、软件产业计划。"}"#
    );
    let indexed = index_texts(&[("rows.jsonl", lines.as_bytes())]);
    for (q, id) in [
        ("都市计划法", 'a'),
        ("都市計劃法", 'a'),
        ("軟體產業計畫", 'c'),
        ("软体产业计画", 'c'),
    ] {
        let ids = found(&indexed, q, None);
        assert!(ids[0].ends_with(id), "{q}: {ids:?}");
    }
}

#[test]
fn a_title_in_the_other_script_finds_its_law_first() {
    let Some((indexed, titles)) = LAWS.as_ref() else {
        return;
    };
    let [simplify, complicate] = [BuiltinConfig::T2s, BuiltinConfig::S2t]
        .map(|config| OpenCC::from_config(config).expect("built in"));
    let mut laws: Vec<_> = titles
        .iter()
        .filter(|(id, _)| !id.starts_with("tw/en/"))
        .collect();
    laws.sort();
    let missed: Vec<&str> = laws
        .iter()
        .filter(|(id, title)| {
            let typed = if id.starts_with("tw/") {
                simplify.convert(title)
            } else {
                complicate.convert(title)
            };
            let found = found(indexed, &typed, None);
            let Some(first) = found.first() else {
                panic!("nothing is found for {typed}");
            };
            first != *id && title_key(&titles[first]) != title_key(title)
        })
        .map(|(_, title)| title.as_str())
        .collect();
    assert!(laws.len() > 200, "{}", laws.len());
    assert!(
        missed.len() * 100 <= laws.len(),
        "{} of {}: {missed:?}",
        missed.len(),
        laws.len()
    );
}

#[test]
fn a_title_in_the_other_language_finds_its_twin_among_the_first_ten() {
    let Some((indexed, titles)) = LAWS.as_ref() else {
        return;
    };
    for (from, to, lang, floor) in [
        ("tw/en/", "tw/zh/", "zh-Hant", 60),
        ("tw/zh/", "tw/en/", "en", 52),
    ] {
        let asked = titles
            .iter()
            .filter(|(id, _)| id.starts_with(from) && was_left_out(id, LEFT_OUT));
        let (mut count, mut right) = (0, 0);
        for (id, title) in asked {
            let twin = id.replace(from, to);
            if titles.contains_key(&twin) {
                count += 1;
                right += usize::from(found(indexed, title, Some(lang)).contains(&twin));
            }
        }
        assert!(count > 50, "{count}");
        assert!(
            right * 100 >= count * floor,
            "{from} finds {right} of {count}"
        );
    }
}
