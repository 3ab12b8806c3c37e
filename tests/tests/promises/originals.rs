//! What a repair replaced stays findable: a quoted phrase reaches the text as published, behind all other hits and counted
//! apart, and nothing else does.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::Range;

use flate2::read::GzDecoder;
use polidex_analysis::scripts::is_han;
use polidex_indexer::repair::{Options, repair_text};
use polidex_server::answer::{Answer, Tier};
use polidex_server::question::{Facet, Matching, Question, Sort};
use polidex_tests::{Indexed, index, index_texts, open_bare, top};
use tempfile::TempDir;

/// Space that the field of originals may take in an index.
const MAX_SHARE: f64 = 0.02;

const REPAIRED: &str = "# Systems of learning\n\nThe Council noted in full that generative Al systems are widely used in \
    many countries, and that AI policies follow them. It asked for a paper on models and on the machines they need.";
const TYPED: &str = "# A paper on spelling\n\nSome write of generative AI systems; a few wrote generative ai systems before that.";

fn folder() -> Indexed {
    index_texts(&[
        ("repaired.txt", REPAIRED.as_bytes()),
        ("typed.txt", TYPED.as_bytes()),
        (
            "left.txt",
            format!("{REPAIRED}\n\nLeft as it is.").as_bytes(),
        ),
        ("double.txt", "Le Conseil dâ€™Ã‰tat a dÃ©cidÃ©.".as_bytes()),
        (
            "sources.toml",
            b"[\"left.txt\"]\nwithout = [\"al-for-ai\"]\n",
        ),
    ])
}

fn seen(answer: &Answer) -> Vec<(&str, bool, bool)> {
    let hits = answer.hits.iter();
    hits.map(|hit| (hit.id.as_str(), hit.original, hit.tier == Tier::Original))
        .collect()
}

#[test]
fn a_quoted_phrase_finds_what_a_repair_replaced_and_says_so() {
    let indexed = folder();
    let answer = indexed.ask(&Question::about("\"generative Al systems\""));
    assert_eq!(
        seen(&answer),
        [("left", false, false), ("repaired", true, true)]
    );
    assert_eq!((answer.total.value, answer.original_total), (1, 1));
    assert_eq!(answer.page.listed, 2);
    let hit = &answer.hits[1];
    assert!(hit.url.ends_with("&view=published"), "{}", hit.url);
    assert!(hit.missing.is_empty() && hit.passages.is_empty() && hit.score == 0.0);
    // Six units on each side, and no more.
    let beside = "\"Council noted in full that generative Al systems are widely used in many\"";
    assert_eq!(indexed.ask(&Question::about(beside)).original_total, 1);
    let beyond = "\"generative Al systems are widely used in many countries, and that\"";
    assert_eq!(indexed.ask(&Question::about(beyond)).original_total, 0);
    for q in ["\"dâ€™Ã‰tat\"", "\"dÃ©cidÃ©\""] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(seen(&answer), [("double", true, true)], "{q}");
    }
}

#[test]
fn text_as_indexed_is_no_original() {
    let indexed = folder();
    let answer = indexed.ask(&Question::about("\"generative AI systems\""));
    assert_eq!(answer.original_total, 0);
    assert!(answer.hits.iter().all(|hit| !hit.original));
    // What stands beside a replaced word is in the text as well.
    let answer = indexed.ask(&Question::about("\"noted in full\""));
    assert_eq!((answer.total.value, answer.original_total), (2, 0));
}

#[test]
fn only_phrases_reach_originals() {
    let indexed = folder();
    for q in [
        "dâ€™Ã‰tat",
        "dÃ©cidÃ©",
        "title:\"generative Al systems\"",
        "council -\"generative Al systems\"",
        "\"Al generative\"~3",
    ] {
        let answer = indexed.ask(&Question::about(q));
        assert!(answer.hits.iter().all(|hit| !hit.original), "{q}");
        assert_eq!(answer.original_total, 0, "{q}");
    }
    assert_eq!(
        indexed.ids("council -\"generative Al systems\""),
        ["repaired"]
    );
    assert!(
        indexed
            .ids("council \"generative Al systems\"")
            .contains(&"repaired".to_owned())
    );
    assert!(
        !indexed
            .ids("spelling \"generative Al systems\"")
            .contains(&"repaired".to_owned())
    );
    let either = indexed.ask(&Question::about("spelling OR \"generative Al systems\""));
    assert_eq!(
        seen(&either).last(),
        Some(&("repaired", true, true)),
        "behind all others"
    );
    let suggested = indexed.engine.suggest("generative al", 10).suggestions;
    assert!(suggested.iter().all(|one| !one.text.contains("Al ")));
    assert!(indexed.engine.suggest("dÃ", 10).suggestions.is_empty());
}

#[test]
fn facets_orders_and_pages_hold_with_originals() {
    let indexed = folder();
    let question = Question::about("\"generative Al systems\"");
    let answer = indexed.ask(&question);
    let facet = |answer: &Answer, facet: Facet| -> u64 {
        let all = answer.facets.iter().filter(|counts| counts.field == facet);
        all.flat_map(|counts| &counts.values)
            .map(|value| value.count)
            .sum()
    };
    assert_eq!(facet(&answer, Facet::Language), 2, "of all that is listed");
    for sort in [Sort::Newest, Sort::Oldest] {
        let answer = indexed.ask(&question.clone().sort(sort));
        assert_eq!(
            seen(&answer),
            [("left", false, false), ("repaired", true, true)]
        );
    }
    let mut second = question.clone();
    (second.window.page, second.window.per_page) = (2, 1);
    let answer = indexed.ask(&second);
    assert_eq!(seen(&answer), [("repaired", true, true)]);
    assert_eq!(answer.page.listed, 2);
    let all = indexed.ask(&question.clone().matching(Matching::All));
    assert_eq!(all.original_total, 1);
    let ids = indexed.engine.ids(&question.search, Sort::Relevance);
    assert_eq!(ids.expect("an answer"), ["left"]);
}

/// Cases of the fixture that repair changes.
fn damaged_cases() -> BTreeMap<String, String> {
    let file = fs::File::open(top().join("tests/fixtures/repair/cases.jsonl.gz")).expect("cases");
    let mut cases = BTreeMap::new();
    for line in BufReader::new(GzDecoder::new(file)).lines() {
        let case: serde_json::Value =
            serde_json::from_str(&line.expect("UTF-8")).expect("an object");
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        if text("damaged") != text("wanted") {
            cases.insert(text("id"), text("damaged"));
        }
    }
    cases
}

#[test]
fn every_replaced_word_is_found_in_its_document() {
    let cases: Vec<(String, String)> = damaged_cases().into_iter().step_by(2).collect();
    let files: Vec<(String, String)> = cases
        .iter()
        .map(|(id, text)| (format!("{id}.txt"), text.clone()))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let indexed = index_texts(&files);
    let mut asked = 0;
    for (id, text) in &cases {
        // A file of controls is none of text.
        if indexed.ids(id).is_empty() {
            continue;
        }
        for step in repair_text(text, &Options::default()).steps {
            let before: String = text[step.source.clone()].chars().take(60).collect();
            let is_plain = before.len() > 3
                && before.starts_with(char::is_alphabetic)
                && before.ends_with(char::is_alphabetic)
                && !before.contains(|c: char| c.is_control() || QUOTES.contains(c));
            let end = step.source.start + before.len();
            if !step.kind.changes_letters()
                || !is_plain
                || cuts_a_word(text, step.source.start..end)
            {
                continue;
            }
            let mut question = Question::about(format!("\"{before}\""));
            question.window.per_page = 100;
            let answer = indexed.ask(&question);
            assert!(
                answer.hits.iter().any(|hit| hit.id == *id),
                "{id}: {before:?} of {text:?}"
            );
            asked += 1;
        }
    }
    assert!(asked > 80, "{asked} phrases are too few to tell");
}

/// Marks that end a phrase.
const QUOTES: &str = "\"＂“”„‟「」『』«»‘’'";

/// Returns true when a letter that needs no neighbour apart stands right before or behind a span: no phrase begins there.
fn cuts_a_word(text: &str, span: Range<usize>) -> bool {
    let is_joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    is_joined(text[..span.start].chars().next_back()) || is_joined(text[span.end..].chars().next())
}

#[test]
fn originals_take_little_of_an_index() {
    // A folder as folders are: one damaged line in a hundred clean ones.
    let folder = TempDir::new().expect("a temporary folder");
    let cases = damaged_cases();
    let mut damaged = cases.values().cycle();
    for path in fs::read_dir(top().join("seeds"))
        .expect("the seeds")
        .flatten()
    {
        if path.path().extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let text = fs::read_to_string(path.path()).expect("UTF-8");
        let mut mixed = String::new();
        for (index, line) in text.lines().filter(|line| line.len() > 40).enumerate() {
            if index % 100 == 0 {
                mixed.extend(damaged.next().map(String::as_str));
                mixed.push_str("\n\n");
            }
            mixed.push_str(line);
            mixed.push_str("\n\n");
        }
        fs::write(folder.path().join(path.file_name()), mixed).expect("a file");
    }
    let indexed = index(&[folder.path().to_owned()], 1);
    let share = share_of_originals(&indexed);
    assert!(share > 0.0 && share <= MAX_SHARE, "{:.2} %", share * 100.0);
}

/// Share of an index that the field of originals takes.
fn share_of_originals(indexed: &Indexed) -> f64 {
    let bare = open_bare(indexed.folder.path());
    let usage = bare.reader().expect("a reader").searcher().space_usage();
    let usage = usage.expect("readable");
    let of_field: u64 = usage
        .segments()
        .iter()
        .map(|segment| {
            let parts = [segment.termdict(), segment.postings(), segment.positions()];
            let of_part = parts.map(|part| {
                let fields = part.fields();
                fields
                    .filter(|usage| usage.field_name() == "original_grams")
                    .map(|usage| usage.total().get_bytes())
                    .sum::<u64>()
            });
            of_part.iter().sum::<u64>()
        })
        .sum();
    of_field as f64 / usage.total().get_bytes() as f64
}
