//! Asks an index for its laws by their titles.
//!
//! First in the other script: the law has to come first. Then in the other language: the twin of a law of Taiwan
//! (`tw/zh/X`, `tw/en/X`) has to be among the first ten. Twins are those left out of learning when one pair in SHARE was
//! (8 unless said), asked of the whole index and of the other language alone. What was missed is listed.

use std::collections::HashMap;
use std::path::Path;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use polidex_indexer::learn::was_left_out;
use polidex_schema::fields::title_key;
use polidex_server::answer::{Answer, DocumentSummary, Hit};
use polidex_server::question::{Facet, Question};
use polidex_server::searcher::Searcher;

/// Titles asked in the other script.
const TITLES: usize = 1_000;
/// Misses that are listed.
const MOST_LISTED: usize = 60;

/// Asks the index in `dir`; `share` is the one that was left out of learning.
pub(crate) fn run(dir: &Path, share: u64) {
    let engine = Searcher::open(dir).expect("an index");
    let documents = engine.sources().expect("readable");
    check_scripts(&engine, &documents);
    for (from, to, lang) in [("tw/en/", "tw/zh/", "zh-Hant"), ("tw/zh/", "tw/en/", "en")] {
        for lang in [None, Some(lang)] {
            let twins = Twins {
                documents: &documents,
                share,
                from,
                to,
                lang,
            };
            twins.check(&engine);
        }
    }
}

fn check_scripts(engine: &Searcher, documents: &[DocumentSummary]) {
    let [simplify, complicate] = [BuiltinConfig::T2s, BuiltinConfig::S2t]
        .map(|config| OpenCC::from_config(config).expect("built in"));
    let laws: Vec<&DocumentSummary> = documents
        .iter()
        .filter(|law| law.id.starts_with("tw/zh/") || law.id.starts_with("prc/"))
        .collect();
    let mut found = ByTitle::default();
    let step = (laws.len() / TITLES).max(1);
    for law in laws.iter().step_by(step).take(TITLES) {
        let converter = match law.id.starts_with("tw/") {
            true => &simplify,
            false => &complicate,
        };
        found.add(engine, law, &converter.convert(&law.title));
    }
    found.print();
}

/// Laws found by a title, and those missed.
#[derive(Default)]
struct ByTitle {
    first: usize,
    /// Versions of one law under one title: which is first is no matter of script.
    same_title: usize,
    misses: Vec<String>,
}

impl ByTitle {
    fn add(&mut self, engine: &Searcher, law: &DocumentSummary, typed: &str) {
        let answer = ask(engine, typed, None);
        let best = answer.hits.first();
        let is_first = best.is_some_and(|hit| stands_for(hit, &law.id));
        if is_first {
            self.first += 1;
        } else if best.is_some_and(|hit| title_key(&hit.title) == title_key(&law.title)) {
            self.same_title += 1;
        } else {
            let before = best.map_or("nothing", |hit| &hit.title);
            self.misses
                .push(format!("{typed}: {before} before {}", law.title));
        }
    }
}

impl ByTitle {
    fn print(&self) {
        println!(
            "titles in the other script: {} first, {} behind their own title, {} missed",
            self.first,
            self.same_title,
            self.misses.len()
        );
        list(&self.misses);
    }
}

/// Returns true if a hit is the document `id`, or that document is listed under it.
fn stands_for(hit: &Hit, id: &str) -> bool {
    hit.id == id || hit.duplicates.iter().any(|link| link.id == id)
}

/// Laws asked for by the titles of their twins.
struct Twins<'a> {
    documents: &'a [DocumentSummary],
    share: u64,
    /// Beginning of the ids whose titles are asked.
    from: &'a str,
    /// Beginning of the ids that are to be found.
    to: &'a str,
    /// Language asked in alone.
    lang: Option<&'a str>,
}

impl Twins<'_> {
    fn check(&self, engine: &Searcher) {
        let titles = self.titles();
        let is_asked = |law: &&DocumentSummary| {
            law.id.starts_with(self.from) && was_left_out(&law.id, self.share)
        };
        let mut found = Found::default();
        for law in self.documents.iter().filter(is_asked) {
            let twin = law.id.replace(self.from, self.to);
            if let Some(twin_title) = titles.get(twin.as_str()) {
                let answer = ask(engine, &law.title, self.lang);
                found.add(&answer, law, &twin, twin_title);
            }
        }
        self.print(&found);
    }

    /// Titles of all documents by id.
    fn titles(&self) -> HashMap<&str, &str> {
        let titles = self.documents.iter();
        titles
            .map(|law| (law.id.as_str(), law.title.as_str()))
            .collect()
    }

    fn print(&self, found: &Found) {
        let percent = 100.0 * f64::from(found.listed) / f64::from(found.asked.max(1));
        let (from, to, among) = (self.from, self.to, self.lang.unwrap_or("all"));
        println!(
            "{from} finds {to} among {among}: {} of {} ({percent:.1} %); {} linked from a hit",
            found.listed, found.asked, found.linked
        );
        list(&found.misses);
    }
}

/// Twins found, and those missed.
#[derive(Default)]
struct Found {
    asked: u32,
    listed: u32,
    linked: u32,
    misses: Vec<String>,
}

impl Found {
    fn add(&mut self, answer: &Answer, law: &DocumentSummary, twin: &str, twin_title: &str) {
        let is_listed = answer.hits.iter().any(|hit| stands_for(hit, twin));
        let mut hits = answer.hits.iter();
        let is_linked = hits.any(|hit| hit.counterparts.iter().any(|link| link.id == twin));
        self.asked += 1;
        self.listed += u32::from(is_listed);
        self.linked += u32::from(is_linked);
        if !is_listed {
            self.misses.push(format!(
                "{} = {twin_title} ({} literal, {} by translation)",
                law.title, answer.total.value, answer.expanded_total
            ));
        }
    }
}

fn ask(engine: &Searcher, q: &str, lang: Option<&str>) -> Answer {
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
