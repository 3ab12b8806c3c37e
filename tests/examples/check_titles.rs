//! Asks an index for its laws by their titles: `check_titles INDEX [SHARE]`.
//!
//! First in the other script: the law has to come first. Then in the other language: the twin of a law of Taiwan
//! (`tw/zh/X`, `tw/en/X`) has to be among the first ten. Twins are those left out of learning when one pair in SHARE was
//! (8 unless said), asked of the whole index and of the other language alone. What was missed is listed.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program that prints figures and stops where it cannot"
)]

use std::collections::HashMap;
use std::path::Path;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use polidex_indexer::learn::was_left_out;
use polidex_schema::fields::title_key;
use polidex_server::answer::{Answer, DocumentSummary};
use polidex_server::engine::Engine;
use polidex_server::question::{Facet, Question};

/// Titles asked in the other script.
const TITLES: usize = 1_000;
/// Misses that are listed.
const MOST_LISTED: usize = 60;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (dir, share) = match args.as_slice() {
        [dir] => (dir, 8),
        [dir, share] => (dir, share.parse().expect("a number")),
        _ => return println!("usage: check_titles INDEX [SHARE]"),
    };
    let engine = Engine::open(Path::new(dir)).expect("an index");
    let documents = engine.sources().expect("readable");
    check_scripts(&engine, &documents);
    for (from, to, lang) in [("tw/en/", "tw/zh/", "zh-Hant"), ("tw/zh/", "tw/en/", "en")] {
        check_twins(&engine, &documents, share, from, to, None);
        check_twins(&engine, &documents, share, from, to, Some(lang));
    }
}

fn check_scripts(engine: &Engine, documents: &[DocumentSummary]) {
    let [simplify, complicate] = [BuiltinConfig::T2s, BuiltinConfig::S2t]
        .map(|config| OpenCC::from_config(config).expect("built in"));
    let laws: Vec<&DocumentSummary> = documents
        .iter()
        .filter(|law| law.id.starts_with("tw/zh/") || law.id.starts_with("prc/"))
        .collect();
    let (mut first, mut same_title, mut misses) = (0, 0, Vec::new());
    for law in laws
        .iter()
        .step_by((laws.len() / TITLES).max(1))
        .take(TITLES)
    {
        let converter = if law.id.starts_with("tw/") {
            &simplify
        } else {
            &complicate
        };
        let typed = converter.convert(&law.title);
        let answer = ask(engine, &typed, None);
        let best = answer.hits.first();
        if best.is_some_and(|hit| {
            hit.id == law.id || hit.duplicates.iter().any(|link| link.id == law.id)
        }) {
            first += 1;
        } else if best.is_some_and(|hit| title_key(&hit.title) == title_key(&law.title)) {
            // Versions of one law under one title: which is first is no matter of script.
            same_title += 1;
        } else {
            misses.push(format!(
                "{typed}: {} before {}",
                best.map_or("nothing", |hit| &hit.title),
                law.title
            ));
        }
    }
    println!(
        "titles in the other script: {first} first, {same_title} behind their own title, {} missed",
        misses.len()
    );
    list(&misses);
}

fn check_twins(
    engine: &Engine,
    documents: &[DocumentSummary],
    share: u64,
    from: &str,
    to: &str,
    lang: Option<&str>,
) {
    let titles: HashMap<&str, &str> = documents
        .iter()
        .map(|law| (law.id.as_str(), law.title.as_str()))
        .collect();
    let (mut asked, mut found, mut linked, mut misses) = (0, 0, 0, Vec::new());
    for law in documents
        .iter()
        .filter(|law| law.id.starts_with(from) && was_left_out(&law.id, share))
    {
        let twin = law.id.replace(from, to);
        let Some(twin_title) = titles.get(twin.as_str()) else {
            continue;
        };
        asked += 1;
        let answer = ask(engine, &law.title, lang);
        let is_listed = answer
            .hits
            .iter()
            .any(|hit| hit.id == twin || hit.duplicates.iter().any(|link| link.id == twin));
        found += u32::from(is_listed);
        linked += u32::from(
            answer
                .hits
                .iter()
                .any(|hit| hit.counterparts.iter().any(|link| link.id == twin)),
        );
        if !is_listed {
            misses.push(format!(
                "{} = {twin_title} ({} literal, {} by translation)",
                law.title, answer.total.value, answer.expanded_total
            ));
        }
    }
    let percent = 100.0 * f64::from(found) / f64::from(asked.max(1));
    let among = lang.unwrap_or("all");
    println!(
        "{from} finds {to} among {among}: {found} of {asked} ({percent:.1} %); {linked} linked from a hit"
    );
    list(&misses);
}

fn ask(engine: &Engine, q: &str, lang: Option<&str>) -> Answer {
    engine
        .search(
            &Question::about(q)
                .per_page(10)
                .passages(0)
                .filter(Facet::Language, lang),
        )
        .expect("an answer")
}

fn list(misses: &[String]) {
    misses
        .iter()
        .take(MOST_LISTED)
        .for_each(|miss| println!("    {miss}"));
}
