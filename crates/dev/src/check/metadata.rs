//! Scores what is read of documents against verdicts of people who read them.
//!
//! The verdicts are facts, a line a document in `data/metadata.jsonl`: its name in `../shared`, its title, date, publisher and
//! number, null where the text says nothing. A field that a line leaves out was not judged. `polidex extract` reads each
//! document without what its folder declares; rows of the corpus lose their declarations and the line `修正日期` too, so that
//! their own first page and history are what is read.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use flate2::read::GzDecoder;
use serde_json::{Value, json};

const VERDICTS: &str = include_str!("../../data/metadata.jsonl");
const FIELDS: [&str; 4] = ["title", "date", "publisher", "number"];
const LOOSE: &str = "corpus/loose-files.tar.gz";

/// Reads all judged documents with `program` and prints a table by format and field, and what is wrong.
pub(crate) fn run(program: &Path) -> anyhow::Result<()> {
    let Some(shared) = polidex_tests::shared("") else {
        return Ok(());
    };
    let verdicts = VERDICTS.lines().map(serde_json::from_str::<Value>);
    let verdicts = verdicts.collect::<Result<Vec<_>, _>>()?;
    let read = Reader { program, shared }.read_all(&verdicts)?;
    let mut table: BTreeMap<(&str, String), Score> = BTreeMap::new();
    for verdict in &verdicts {
        let name = text(&verdict["name"]);
        for field in FIELDS
            .into_iter()
            .filter(|field| !verdict[*field].is_null() || verdict.get(field).is_some())
        {
            let score = table.entry((field, format_of(name))).or_default();
            score.note(field, name, text(&verdict[field]), read.get(name));
        }
    }
    print_table(&table);
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Format of a document, or the collection it is of.
fn format_of(name: &str) -> String {
    let ending = |name: &str| {
        name.rsplit_once('.')
            .map_or("", |(_, ending)| ending)
            .to_owned()
    };
    match name.split('/').next() {
        Some("corpus") => name
            .split(['/', '#', '.'])
            .nth(1)
            .unwrap_or_default()
            .to_owned(),
        Some("loose") => format!("loose {}", ending(name)),
        _ => ending(name),
    }
}

/// Reads documents with the program under test.
struct Reader<'a> {
    program: &'a Path,
    shared: PathBuf,
}

impl Reader<'_> {
    fn read_all(&self, verdicts: &[Value]) -> anyhow::Result<HashMap<String, Value>> {
        let mut read = HashMap::new();
        let names = verdicts.iter().map(|verdict| text(&verdict["name"]));
        for name in names
            .clone()
            .filter(|name| !name.starts_with("corpus/") && !name.starts_with("loose/"))
        {
            if let Some(first) = self.extract(&self.shared.join(name))?.into_iter().next() {
                read.insert(name.to_owned(), first);
            }
        }
        for document in self.extract(&self.shared.join(LOOSE))? {
            let path = text(&document["path"]);
            let name = path
                .split_once("/loose/")
                .map(|(_, name)| format!("loose/{name}"));
            read.extend(name.map(|name| (name, document)));
        }
        for (file, rows) in rows_by_file(names) {
            for document in self.extract_rows(&file, &rows)? {
                read.insert(format!("corpus/{file}#{}", text(&document["id"])), document);
            }
        }
        Ok(read)
    }

    /// The documents of a file; none where it cannot be read.
    fn extract(&self, path: &Path) -> anyhow::Result<Vec<Value>> {
        let output = Command::new(self.program)
            .args(["extract", "--json"])
            .arg(path)
            .output()
            .with_context(|| format!("running {}", self.program.display()))?;
        let lines = output.stdout.lines();
        lines
            .map(|line| Ok(serde_json::from_str(&line?)?))
            .collect()
    }

    /// The rows of a collection by id, read without their declarations.
    fn extract_rows(&self, file: &str, ids: &[&str]) -> anyhow::Result<Vec<Value>> {
        let source = std::fs::File::open(self.shared.join("corpus").join(file))?;
        let mut bare = tempfile::Builder::new().suffix(".jsonl").tempfile()?;
        for line in BufReader::new(GzDecoder::new(source)).lines() {
            let row: Value = serde_json::from_str(&line?)?;
            if ids.contains(&text(&row["id"])) {
                let kept = text(&row["text"]).lines().filter(|line| {
                    !line.starts_with("修正日期：") && !line.starts_with("Amended Date:")
                });
                let kept = kept.collect::<Vec<_>>().join("\n");
                writeln!(bare, "{}", json!({ "id": row["id"], "text": kept }))?;
            }
        }
        bare.flush()?;
        self.extract(bare.path())
    }
}

/// Ids of the judged rows by their file.
fn rows_by_file<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, Vec<&'a str>> {
    let mut files: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        if let Some((file, id)) = name
            .strip_prefix("corpus/")
            .and_then(|name| name.split_once('#'))
        {
            files.entry(file.to_owned()).or_default().push(id);
        }
    }
    files
}

/// Judged values of one field and format.
#[derive(Default)]
struct Score {
    judged: usize,
    said: usize,
    right: usize,
    wrong: Vec<String>,
    missed: Vec<String>,
    unread: usize,
}

impl Score {
    fn note(&mut self, field: &str, name: &str, verdict: &str, read: Option<&Value>) {
        let Some(read) = read else {
            self.unread += 1;
            return;
        };
        let value = text(&read[field]);
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|character| character.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        self.judged += 1;
        self.said += usize::from(!verdict.is_empty());
        match (verdict.is_empty(), value.is_empty()) {
            _ if plain(verdict) == plain(value) => self.right += usize::from(!verdict.is_empty()),
            (_, true) => self.missed.push(format!("{name}: {verdict}")),
            // Where nothing is a title, its first line is as good as any.
            (true, _) if field == "title" => {}
            _ => self.wrong.push(format!("{name}: {value}, not {verdict:?}")),
        }
    }
}

fn print_table(table: &BTreeMap<(&str, String), Score>) {
    println!("field      format                       judged  said  right  wrong  missed  unread");
    let row = |field: &str, format: &str, scores: &[&Score]| {
        let sum = |of: fn(&Score) -> usize| scores.iter().map(|score| of(score)).sum::<usize>();
        println!(
            "{field:10} {format:28} {:6} {:5} {:6} {:6} {:7} {:7}",
            sum(|score| score.judged),
            sum(|score| score.said),
            sum(|score| score.right),
            sum(|score| score.wrong.len()),
            sum(|score| score.missed.len()),
            sum(|score| score.unread),
        );
    };
    for field in FIELDS {
        let of_field: Vec<_> = table.iter().filter(|((of, _), _)| *of == field).collect();
        for ((_, format), score) in &of_field {
            row(field, format, &[score]);
        }
        let (laws, others): (Vec<_>, Vec<_>) = of_field
            .iter()
            .partition(|((_, format), _)| format.starts_with("zh-") || format.starts_with("en-"));
        for (name, group) in [("documents", others), ("rows of the corpus", laws)] {
            if !group.is_empty() {
                let scores: Vec<&Score> = group.iter().map(|(_, score)| *score).collect();
                row(field, &format!("= {name}"), &scores);
            }
        }
    }
    for ((field, _), score) in table {
        let listed = score.wrong.iter().map(|line| ("wrong", line));
        let missed = score.missed.iter().map(|line| ("missed", line));
        for (what, line) in listed.chain(missed) {
            println!("{field} {what}: {line}");
        }
    }
}
