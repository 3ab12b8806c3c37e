//! Measures search in process, one thread: `bench_search INDEX [KIND]` for each kind of query, or for the one whose name holds
//! KIND; `bench_search --growth CORPUS` for how time grows from a sixteenth of a folder of JSON Lines to the whole.
//!
//! Queries are drawn from the index's own documents, the same in every run. Beside each kind stands what tantivy alone takes
//! for the same tokens: its ten best and the count, with no facet, no text fetched and nothing marked.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program that prints figures and stops where it cannot"
)]

use std::path::Path;
use std::time::Instant;

use polidex_analysis::tokens::{phrase_terms, words};
use polidex_analysis::units::{UnitKind, cut_text};
use polidex_schema::fields::{Fields, schema};
use polidex_server::engine::Engine;
use polidex_server::question::{self, Facet, Question};
use polidex_tests::{Random, index, open_bare, sample_lines};
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

/// Queries of each kind.
const QUERIES: usize = 300;
/// Parts of the corpus that are indexed to see how time grows: every sixteenth document, and so on.
const STEPS: [usize; 4] = [16, 8, 4, 1];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["--growth", corpus] => growth(Path::new(corpus)),
        [index] => measure_all(Path::new(index), ""),
        [index, kind] => measure_all(Path::new(index), kind),
        _ => println!("usage: bench_search INDEX [KIND] | bench_search --growth CORPUS"),
    }
}

/// One kind of query: its name and the questions.
struct Kind {
    name: &'static str,
    questions: Vec<Question>,
}

fn measure_all(dir: &Path, wanted: &str) {
    let engine = Engine::open(dir).expect("an index");
    let bare = Bare::open(dir);
    println!(
        "{:<24} {:>8} {:>8} {:>8} {:>9} {:>8}",
        "ms", "p50", "p99", "mean", "tantivy", "ratio"
    );
    for kind in kinds(&engine)
        .into_iter()
        .filter(|kind| kind.name.contains(wanted))
    {
        let ours = times(&kind.questions, |question| {
            engine.search(question).expect("an answer");
        });
        let theirs = times(&kind.questions, |question| {
            bare.search(&question.search.query.q)
        });
        let (mean, bare_mean) = (mean(&ours), mean(&theirs));
        println!(
            "{:<24} {:>8.2} {:>8.2} {:>8.2} {:>9.3} {:>8.1}",
            kind.name,
            at(&ours, 50),
            at(&ours, 99),
            mean,
            bare_mean,
            mean / bare_mean
        );
    }
}

fn growth(corpus: &Path) {
    println!("{:<24} {:>10} {:>8} {:>8}", "ms", "documents", "p50", "p99");
    for step in STEPS {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        sample_lines(corpus, folder.path(), step);
        let indexed = index(&[folder.path().to_owned()], 2);
        let documents = indexed.engine.index_info().documents;
        for kind in kinds(&indexed.engine) {
            let times = times(&kind.questions, |question| {
                indexed.ask(question);
            });
            println!(
                "{:<24} {documents:>10} {:>8.2} {:>8.2}",
                kind.name,
                at(&times, 50),
                at(&times, 99)
            );
        }
    }
}

fn kinds(engine: &Engine) -> Vec<Kind> {
    let ids: Vec<String> = engine
        .sources()
        .expect("readable")
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let mut random = Random(20_241_124);
    let mut chinese = Vec::new();
    let mut phrases = Vec::new();
    let mut english = Vec::new();
    let mut filtered = Vec::new();
    while chinese.len() < QUERIES || english.len() < QUERIES || phrases.len() < QUERIES {
        let id = &ids[random.below(ids.len())];
        let document = engine
            .document(id, &question::Query::default())
            .expect("readable")
            .expect("there");
        let Some(passage) = document
            .passages
            .get(random.below(document.passages.len().max(1)))
        else {
            continue;
        };
        let cut = cut_text(&passage.text);
        let is_chinese = document.summary.lang[0].starts_with("zh");
        let long = |word: &&polidex_analysis::tokens::Word| {
            let kind = cut.units()[word.units.start].kind;
            if is_chinese {
                kind == UnitKind::Ideograph && word.units.len() > 1
            } else {
                word.term.len() > 3 && kind == UnitKind::Word
            }
        };
        let words = words(&cut);
        let long: Vec<_> = words.iter().filter(long).collect();
        let wanted = if is_chinese { 2 + random.below(2) } else { 3 };
        if long.len() < wanted {
            continue;
        }
        let picked: Vec<&str> = (0..wanted)
            .map(|_| {
                let units = &cut.units()[long[random.below(long.len())].units.clone()];
                &passage.text[units[0].source().start..units[units.len() - 1].source().end]
            })
            .collect();
        let q = picked.join(" ");
        let list = if is_chinese {
            &mut chinese
        } else {
            &mut english
        };
        if list.len() < QUERIES {
            list.push(asked(q.clone()));
        }
        if filtered.len() < QUERIES {
            filtered.push(asked(q).filter(Facet::Source, [id.clone()]));
        }
        if is_chinese && phrases.len() < QUERIES {
            let first = random.below(cut.units().len());
            let units = &cut.units()[first..(first + 3 + random.below(6)).min(cut.units().len())];
            let phrase =
                &passage.text[units[0].source().start..units[units.len() - 1].source().end];
            if units.iter().all(|unit| unit.kind == UnitKind::Ideograph) && units.len() > 1 {
                phrases.push(asked(format!("\"{phrase}\"")));
            }
        }
    }
    vec![
        Kind {
            name: "2-3 Chinese words",
            questions: chinese,
        },
        Kind {
            name: "Chinese phrase",
            questions: phrases,
        },
        Kind {
            name: "3 English words",
            questions: english,
        },
        Kind {
            name: "with a source filter",
            questions: filtered,
        },
    ]
}

/// A page of ten hits, facets and three passages each.
fn asked(q: String) -> Question {
    Question::about(q).per_page(10)
}

/// tantivy alone on the same index.
struct Bare {
    searcher: tantivy::Searcher,
    fields: Fields,
}

impl Bare {
    fn open(dir: &Path) -> Self {
        let index = open_bare(dir);
        Self {
            searcher: index.reader().expect("an index").searcher(),
            fields: schema().1,
        }
    }

    fn search(&self, q: &str) {
        let cut = cut_text(q);
        let term = |field, text: &str| Term::from_field_text(field, text);
        let query: Box<dyn Query> = if q.starts_with('"') {
            let mut terms: Vec<(usize, Term)> = phrase_terms(&cut)
                .into_iter()
                .map(|(offset, text)| (offset as usize, term(self.fields.grams, &text)))
                .collect();
            match terms.len() {
                1 => Box::new(TermQuery::new(
                    terms.remove(0).1,
                    IndexRecordOption::WithFreqs,
                )),
                _ => Box::new(PhraseQuery::new_with_offset(terms)),
            }
        } else {
            let must = words(&cut).into_iter().map(|word| {
                let query = TermQuery::new(
                    term(self.fields.words, &word.term),
                    IndexRecordOption::WithFreqs,
                );
                (Occur::Must, Box::new(query) as Box<dyn Query>)
            });
            Box::new(BooleanQuery::new(must.collect()))
        };
        let top = TopDocs::with_limit(10).order_by_score();
        self.searcher
            .search(query.as_ref(), &(top, Count))
            .expect("an answer");
    }
}

/// Milliseconds of each question, sorted; each is asked once to warm the files and then timed.
fn times(questions: &[Question], ask: impl Fn(&Question)) -> Vec<f64> {
    questions.iter().for_each(&ask);
    let mut times: Vec<f64> = questions
        .iter()
        .map(|question| {
            let started = Instant::now();
            ask(question);
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}
