//! Parts of a comparison: each builds its indexes, asks its requests and holds both outcomes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Comparison;
use super::json_lines;
use super::program::{Built, Server};
use super::requests::{self, Request};

/// Requests on their way at a time.
const WORKERS: usize = 2;
/// Documents of the corpus that are read through the API.
const CORPUS_DOCUMENTS: usize = 300;
/// Questions whose pages are compared besides the API's answers: one in so many.
const PAGE_STEP: usize = 20;

/// Characters shown of a request.
const SHOWN_CHARS: usize = 200;

/// Both programs' indexes of the same files.
struct Pair {
    old: Built,
    new: Built,
}

/// Both programs serving the same files.
struct Servers {
    old: Server,
    new: Server,
}

pub(super) fn seeds(comparison: &Comparison) -> anyhow::Result<()> {
    let seeds = comparison.top.join("seeds");
    let pair = Pair::index(comparison, "seeds", std::slice::from_ref(&seeds))?;
    let servers = pair.serve(comparison, &[])?;
    let requests = requests::of_seeds(&servers.ids()?);
    servers.ask(comparison, "seeds", requests)?;
    pair.commands(comparison, &seeds)
}

pub(super) fn repair(comparison: &Comparison) -> anyhow::Result<()> {
    for name in [
        "mojibake/cases.jsonl",
        "mojibake/clean_large.jsonl",
        "field/repair.jsonl",
    ] {
        let Some(path) = comparison.shared(name) else {
            continue;
        };
        let cases = comparison.sampled(json_lines(&path)?);
        for options in [&[][..], &["--level", "safe"]] {
            let set = format!("repair {name} {}", options.join(" "));
            repair_cases(comparison, set.trim_end(), &cases, options)?;
        }
    }
    Ok(())
}

/// Answers of the old program and of the new one, which run side by side.
fn repair_by_both(
    comparison: &Comparison,
    cases: &[Value],
    options: &[&str],
) -> anyhow::Result<(Vec<Value>, Vec<Value>)> {
    let (old, new) = std::thread::scope(|scope| {
        let old = scope.spawn(|| comparison.old.repair(cases, options));
        let new = comparison.new.repair(cases, options);
        (old.join(), new)
    });
    let old = old.map_err(|_| anyhow::anyhow!("the thread of the old program panicked"))?;
    Ok((old?, new?))
}

fn repair_cases(
    comparison: &Comparison,
    set: &str,
    cases: &[Value],
    options: &[&str],
) -> anyhow::Result<()> {
    let (old, new) = repair_by_both(comparison, cases, options)?;
    let (old, new) = (by_id(old), by_id(new));
    for case in cases {
        let id = text_of(case, "id");
        let answer = |answers: &HashMap<String, Value>| {
            answers.get(id).cloned().unwrap_or(json!("no answer"))
        };
        comparison
            .findings
            .hold(set, id, &answer(&old), &answer(&new));
    }
    Ok(())
}

fn by_id(answers: Vec<Value>) -> HashMap<String, Value> {
    let keyed = answers.into_iter();
    keyed
        .map(|answer| (text_of(&answer, "id").to_owned(), answer))
        .collect()
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub(super) fn files(comparison: &Comparison) -> anyhow::Result<()> {
    for name in ["files", "field/files"] {
        let Some(folder) = comparison.shared(name) else {
            continue;
        };
        let pair = Pair::index(comparison, &name.replace('/', "-"), &[folder])?;
        let servers = pair.serve(comparison, &[])?;
        let documents = servers.documents(comparison, usize::MAX)?;
        servers.ask(comparison, name, documents)?;
    }
    Ok(())
}

pub(super) fn field(comparison: &Comparison) -> anyhow::Result<()> {
    let Some(path) = comparison.shared("field/search.jsonl") else {
        return Ok(());
    };
    let collections = cases_by_files(json_lines(&path)?);
    for (index, (files, cases)) in comparison.sampled(collections).into_iter().enumerate() {
        let folder = TempDir::new()?;
        write_files(folder.path(), &files)?;
        let name = format!("field-{index}");
        let paths = [folder.path().to_owned()];
        let pair = Pair::index(comparison, &name, &paths)?;
        let servers = pair.serve(comparison, &[])?;
        let mut asked: Vec<Request> = cases.iter().map(requests::of_field_case).collect();
        asked.extend(servers.documents(comparison, usize::MAX)?);
        servers.ask(comparison, "field", asked)?;
    }
    Ok(())
}

/// Cases that ask the same files, together.
fn cases_by_files(cases: Vec<Value>) -> Vec<(Value, Vec<Value>)> {
    let mut collections: Vec<(Value, Vec<Value>)> = Vec::new();
    for case in cases {
        let files = case["files"].clone();
        match collections.iter_mut().find(|(known, _)| *known == files) {
            Some((_, cases)) => cases.push(case),
            None => collections.push((files, vec![case])),
        }
    }
    collections
}

fn write_files(folder: &Path, files: &Value) -> anyhow::Result<()> {
    for (name, text) in files.as_object().context("files of a case are an object")? {
        let text = text.as_str().unwrap_or_default();
        std::fs::write(folder.join(name), format!("{text}\n"))?;
    }
    Ok(())
}

pub(super) fn corpus(comparison: &Comparison) -> anyhow::Result<()> {
    let corpus = comparison.shared("corpus");
    let questions = comparison.shared("questions/questions.jsonl");
    let (Some(corpus), Some(questions)) = (corpus, questions) else {
        return Ok(());
    };
    let pair = Pair::index(comparison, "corpus", &collections_in(&corpus)?)?;
    let servers = pair.serve(comparison, &[])?;
    let questions = comparison.sampled(json_lines(&questions)?);
    let asked = questions.iter().flat_map(requests::of_question).collect();
    servers.ask(comparison, "corpus questions", asked)?;
    let some = questions.iter().step_by(PAGE_STEP);
    let pages = some
        .filter_map(|question| question["q"].as_str())
        .flat_map(requests::pages_of);
    servers.ask(comparison, "corpus pages", pages.collect())?;
    let documents = servers.documents(comparison, CORPUS_DOCUMENTS)?;
    servers.ask(comparison, "corpus documents", documents)
}

/// Collections and archives of the corpus, in the order of their names.
fn collections_in(corpus: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(corpus)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "gz") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Words of a command with the folders that `INDEX` and `SEEDS` stand for.
fn filled_in(words: &[&str], index: &Path, seeds: &Path) -> Vec<String> {
    let [index, seeds] = [index, seeds].map(|folder| folder.display().to_string());
    let words = words.iter();
    words
        .map(|word| word.replace("INDEX", &index).replace("SEEDS", &seeds))
        .collect()
}

impl Pair {
    /// Indexes `paths` with both programs and compares the reports.
    fn index(comparison: &Comparison, name: &str, paths: &[PathBuf]) -> anyhow::Result<Self> {
        let old = comparison.old.index(&comparison.workshop, name, paths)?;
        let new = comparison.new.index(&comparison.workshop, name, paths)?;
        let set = format!("{name} report");
        comparison
            .findings
            .hold(&set, "index --json", &old.report, &new.report);
        Ok(Self { old, new })
    }

    fn serve(&self, comparison: &Comparison, options: &[&str]) -> anyhow::Result<Servers> {
        Ok(Servers {
            old: comparison.old.serve(&self.old.folder, options)?,
            new: comparison.new.serve(&self.new.folder, options)?,
        })
    }

    /// Runs every command that prints about the seeds.
    fn commands(&self, comparison: &Comparison, seeds: &Path) -> anyhow::Result<()> {
        for words in COMMANDS {
            let run = |program: &super::Program, built: &Built| {
                let args = filled_in(words, &built.folder, seeds);
                let args: Vec<&str> = args.iter().map(String::as_str).collect();
                program.outcome(&args, &built.folder)
            };
            let old = run(&comparison.old, &self.old)?;
            let new = run(&comparison.new, &self.new)?;
            let case = words.join(" ");
            comparison.findings.hold("commands", &case, &old, &new);
        }
        Ok(())
    }
}

/// Commands over the seeds; `INDEX` and `SEEDS` stand for folders.
const COMMANDS: &[&[&str]] = &[
    &["search", "新質生產力 香港", "--index", "INDEX"],
    &[
        "search",
        "low-altitude economy",
        "--index",
        "INDEX",
        "--explain",
    ],
    &[
        "search",
        "\"one country, two systems\"",
        "--index",
        "INDEX",
        "--json",
    ],
    &[
        "search",
        "innovation",
        "--index",
        "INDEX",
        "--limit",
        "1",
        "--source",
        "000_9ac07af73a5acd48",
    ],
    &[
        "search",
        "innovation",
        "--index",
        "INDEX",
        "--why",
        "000_9ac07af73a5acd48",
    ],
    &["search", "zzzz", "--index", "INDEX"],
    &["search", "a", "--index", "INDEX/none"],
    &["doctor", "--index", "INDEX"],
    &["extract", "SEEDS/004_f70c433b98ebec33.txt"],
    &["extract", "SEEDS/002_e23275e6c80ec80e.txt", "--json"],
    &["repair", "SEEDS/002_e23275e6c80ec80e.txt"],
    &["repair", "SEEDS/002_e23275e6c80ec80e.txt", "--report"],
    &["repair", "SEEDS/004_f70c433b98ebec33.txt", "--report"],
    &["repair", "SEEDS/none.txt"],
    &["--help"],
    &["index", "--help"],
    &["search", "--help"],
    &["serve", "--help"],
    &["extract", "--help"],
    &["repair", "--help"],
    &["doctor", "--help"],
];

impl Servers {
    /// Ids of all documents, as the old program lists them.
    fn ids(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.old.get("/api/v1/sources", "en")?;
        let sources = answer["body"]["sources"]
            .as_array()
            .context("/api/v1/sources lists sources")?;
        let ids = sources.iter().filter_map(|source| source["id"].as_str());
        Ok(ids.map(str::to_owned).collect())
    }

    /// Requests for the list of documents and for at most `count` of them, evenly spread.
    fn documents(&self, comparison: &Comparison, count: usize) -> anyhow::Result<Vec<Request>> {
        let ids = self.ids()?;
        let step = ids.len().div_ceil(count).max(1);
        let some: Vec<String> = ids.into_iter().step_by(step).collect();
        let mut requests = vec![requests::sources()];
        for id in comparison.sampled(some) {
            requests.push(requests::document(&id));
        }
        Ok(requests)
    }

    fn ask_one(&self, comparison: &Comparison, set: &str, request: &Request) -> anyhow::Result<()> {
        let old = self.old.get(&request.target, request.language)?;
        let new = self.new.get(&request.target, request.language)?;
        let case = format!("GET {} ({})", readable(&request.target), request.language);
        comparison.findings.hold(set, &case, &old, &new);
        Ok(())
    }

    /// Asks both programs every request and holds their answers, a few at a time.
    fn ask(
        &self,
        comparison: &Comparison,
        set: &str,
        requests: Vec<Request>,
    ) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let work = || -> anyhow::Result<()> {
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.ask_one(comparison, set, request)?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                worker
                    .join()
                    .map_err(|_| anyhow::anyhow!("a thread that asks panicked"))??;
            }
            Ok(())
        })
    }
}

/// `target` with its characters decoded and cut, for people.
fn readable(target: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
    decoded.chars().take(SHOWN_CHARS).collect()
}
