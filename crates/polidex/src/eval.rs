//! `polidex eval`: how well the product ranks a collection whose right answers are known.
//!
//! In: a folder with `docs.jsonl.gz`, `queries.jsonl` and `qrels.tsv` (TREC's form, tab-separated). The documents go through
//! the product's own pipeline into a temporary index, each question goes the way of one typed into the page. Out:
//! nDCG@10, MAP, MRR@10 and recall@100, averaged over the questions that have a relevant document.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use polidex_indexer::index::BuildOptions;
use polidex_opensearch::address::Address;
use polidex_opensearch::sink::{check_absent, remove_index};
use polidex_server::searcher::Searcher;
use serde::{Deserialize, Serialize};

use crate::Found;
use crate::indexing::{Verbosity, build, build_on_cluster};
use crate::opening::open;
use crate::output::say;

/// Number of ranks judged; MAP and recall see no further.
const DEPTH: usize = 1_000;

/// Judge the ranking on a folder of judged queries
#[derive(Args, Debug)]
pub(crate) struct EvalArgs {
    /// Folder with docs.jsonl.gz, queries.jsonl and qrels.tsv
    dir: PathBuf,
    /// Index the documents on an OpenSearch cluster, under a name that is not there yet, and remove them again:
    /// http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS")]
    engine: Option<Address>,
    /// Judge the bare ranking: every document that holds any word, without the lists, forms and translations of a search
    #[arg(long)]
    bare: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct JudgedQuery {
    id: String,
    text: String,
}

/// Relevant documents and how relevant they are, by question.
type Judgements = HashMap<String, HashMap<String, f64>>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Figures {
    #[serde(rename = "ndcg@10")]
    ndcg_10: f64,
    map: f64,
    #[serde(rename = "mrr@10")]
    mrr_10: f64,
    #[serde(rename = "recall@100")]
    recall_100: f64,
    queries: usize,
}

/// Runs the command.
pub(crate) fn run(args: &EvalArgs) -> anyhow::Result<Found> {
    let queries = read_queries(&args.dir.join("queries.jsonl"))?;
    let judgements = read_judgements(&args.dir.join("qrels.tsv"))?;
    let index = tempfile::TempDir::new().context("making a temporary folder")?;
    let _removed_at_the_end = match &args.engine {
        Some(engine) => Some(Temporary::at(engine)?),
        None => None,
    };
    let engine = index_documents(&args.dir, index.path(), args.engine.as_ref())?;
    let rank = |query: &str| match args.bare {
        true => engine.rank_bare(query, DEPTH),
        false => engine.rank(query, DEPTH),
    };
    let mut sum = Figures::default();
    for query in &queries {
        if let Some(relevant) = judgements.get(&query.id) {
            sum.add(judge(&rank(&query.text)?, relevant));
        }
    }
    print_figures(&sum.mean(), args.json).context("printing the figures")?;
    Ok(Found::Something)
}

/// An index on a cluster that is removed when it is dropped.
struct Temporary<'a>(&'a Address);

impl<'a> Temporary<'a> {
    /// Fails if there is an index at the address: it is somebody's.
    fn at(address: &'a Address) -> anyhow::Result<Self> {
        check_absent(address)?;
        Ok(Self(address))
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove_index(self.0) {
            say(&format!(
                "warning: the index {} was not removed: {error}",
                self.0.name
            ));
        }
    }
}

/// Indexes the documents of a collection and opens the index.
fn index_documents(
    collection: &Path,
    index: &Path,
    engine: Option<&Address>,
) -> anyhow::Result<Searcher> {
    let options = BuildOptions {
        rebuild: true,
        ..BuildOptions::default()
    };
    let documents = [collection.join("docs.jsonl.gz")];
    match engine {
        Some(engine) => build_on_cluster(&documents, engine, 1, &options, Verbosity::Normal)?,
        None => build(&documents, index, &options, Verbosity::Normal)?,
    };
    open(index, engine)
}

fn print_figures(figures: &Figures, as_json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if as_json {
        serde_json::to_writer(&mut out, figures)?;
        writeln!(out)
    } else {
        write_figures(&mut out, figures)
    }
}

fn write_figures(out: &mut impl Write, figures: &Figures) -> std::io::Result<()> {
    let rows = [
        ("nDCG@10", figures.ndcg_10),
        ("MAP", figures.map),
        ("MRR@10", figures.mrr_10),
        ("recall@100", figures.recall_100),
    ];
    for (name, value) in rows {
        writeln!(out, "{name:<12} {value:.4}")?;
    }
    writeln!(out, "{:<12} {}", "queries", figures.queries)
}

impl Figures {
    fn add(&mut self, one: Figures) {
        self.ndcg_10 += one.ndcg_10;
        self.map += one.map;
        self.mrr_10 += one.mrr_10;
        self.recall_100 += one.recall_100;
        self.queries += 1;
    }

    fn mean(self) -> Self {
        let count = self.queries.max(1) as f64;
        Self {
            ndcg_10: self.ndcg_10 / count,
            map: self.map / count,
            mrr_10: self.mrr_10 / count,
            recall_100: self.recall_100 / count,
            queries: self.queries,
        }
    }
}

/// Judges the ranking of one question. nDCG takes the relevance as its gain and log2 of the rank as its discount.
fn judge(ranked: &[String], relevant: &HashMap<String, f64>) -> Figures {
    let gain = |id: &String| relevant.get(id).copied().unwrap_or(0.0);
    let gains: Vec<f64> = ranked.iter().map(gain).collect();
    let mut ideal: Vec<f64> = relevant.values().copied().collect();
    ideal.sort_by(|one, other| other.total_cmp(one));
    let first = gains.iter().take(10).position(|gain| *gain > 0.0);
    let in_100 = gains.iter().take(100).filter(|gain| **gain > 0.0).count();
    let count = relevant.len() as f64;
    Figures {
        ndcg_10: discounted(&gains) / discounted(&ideal),
        map: sum_of_precisions(&gains) / count,
        mrr_10: first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
        recall_100: in_100 as f64 / count,
        queries: 1,
    }
}

/// Discounted cumulative gain of the first ten.
fn discounted(gains: &[f64]) -> f64 {
    let ranks = gains.iter().take(10).enumerate();
    ranks
        .map(|(rank, gain)| gain / (rank as f64 + 2.0).log2())
        .sum()
}

/// Sum of the precisions at the rank of every relevant document found.
fn sum_of_precisions(gains: &[f64]) -> f64 {
    let ranks = gains.iter().enumerate().filter(|(_, gain)| **gain > 0.0);
    ranks
        .zip(1..)
        .map(|((rank, _), found)| f64::from(found) / (rank as f64 + 1.0))
        .sum()
}

fn read_queries(path: &Path) -> anyhow::Result<Vec<JudgedQuery>> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", path.display(), index + 1))
        })
        .collect()
}

fn read_judgements(path: &Path) -> anyhow::Result<Judgements> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut judgements = Judgements::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let (query, document, relevance) = read_judgement(line).with_context(|| {
            let path = path.display();
            format!("{path}, line {number}: expected four columns separated by tabs")
        })?;
        if relevance > 0.0 {
            let relevant = judgements.entry(query.to_owned()).or_default();
            relevant.insert(document.to_owned(), relevance);
        }
    }
    Ok(judgements)
}

/// Query, document and relevance of a line.
fn read_judgement(line: &str) -> Option<(&str, &str, f64)> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [query, _, document, relevance] = columns.as_slice() else {
        return None;
    };
    Some((query, document, relevance.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_textbook() {
        let ranked: Vec<String> = ["x", "a", "y", "b"].map(str::to_owned).to_vec();
        let relevant = HashMap::from([
            ("a".to_owned(), 1.0),
            ("b".to_owned(), 1.0),
            ("c".to_owned(), 1.0),
        ]);
        let figures = judge(&ranked, &relevant);
        let discount = |rank: f64| 1.0 / (rank + 1.0).log2();
        let ideal = discount(1.0) + discount(2.0) + discount(3.0);
        assert!((figures.ndcg_10 - (discount(2.0) + discount(4.0)) / ideal).abs() < 1e-9);
        assert!((figures.map - (0.5 + 0.5) / 3.0).abs() < 1e-9);
        assert!((figures.mrr_10 - 0.5).abs() < 1e-9);
        assert!((figures.recall_100 - 2.0 / 3.0).abs() < 1e-9);
    }
}
