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
    print_table(&score_all(&verdicts, &read));
    Ok(())
}

/// Scores by field and format.
type Table = BTreeMap<(&'static str, String), Score>;

fn score_all(verdicts: &[Value], read: &HashMap<String, Value>) -> Table {
    let mut table = Table::new();
    for verdict in verdicts {
        let name = text(&verdict["name"]);
        for field in FIELDS {
            if let Some(value) = verdict.get(field) {
                let score = table.entry((field, format_of(name))).or_default();
                score.note(field, name, text(value), read.get(name));
            }
        }
    }
    table
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
        let names: Vec<&str> = verdicts
            .iter()
            .map(|verdict| text(&verdict["name"]))
            .collect();
        let mut read = self.read_files(&names)?;
        read.extend(self.read_loose()?);
        read.extend(self.read_rows(&names)?);
        Ok(read)
    }

    /// The first document of each file that is named.
    fn read_files(&self, names: &[&str]) -> anyhow::Result<HashMap<String, Value>> {
        let mut read = HashMap::new();
        let is_file = |name: &&&str| !name.starts_with("corpus/") && !name.starts_with("loose/");
        for name in names.iter().filter(is_file) {
            if let Some(first) = self.extract(&self.shared.join(name))?.into_iter().next() {
                read.insert((*name).to_owned(), first);
            }
        }
        Ok(read)
    }

    /// The documents of the archive of loose files.
    fn read_loose(&self) -> anyhow::Result<HashMap<String, Value>> {
        let mut read = HashMap::new();
        for document in self.extract(&self.shared.join(LOOSE))? {
            let name = text(&document["path"]).split_once("/loose/");
            let name = name.map(|(_, name)| format!("loose/{name}"));
            read.extend(name.map(|name| (name, document)));
        }
        Ok(read)
    }

    /// The rows of the corpus that are named.
    fn read_rows(&self, names: &[&str]) -> anyhow::Result<HashMap<String, Value>> {
        let mut read = HashMap::new();
        for (file, rows) in rows_by_file(names.iter().copied()) {
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
        // A file whose name begins with a full stop is hidden, and so is not read.
        let mut bare = tempfile::Builder::new()
            .prefix("rows")
            .suffix(".jsonl")
            .tempfile()?;
        for line in BufReader::new(GzDecoder::new(source)).lines() {
            let row: Value = serde_json::from_str(&line?)?;
            if ids.contains(&text(&row["id"])) {
                let text = without_history(text(&row["text"]));
                writeln!(bare, "{}", json!({ "id": row["id"], "text": text }))?;
            }
        }
        bare.flush()?;
        self.extract(bare.path())
    }
}

/// A law without the line that its collection declares its last day in.
fn without_history(text: &str) -> String {
    let declares =
        |line: &&str| line.starts_with("修正日期：") || line.starts_with("Amended Date:");
    let kept = text.lines().filter(|line| !declares(line));
    kept.collect::<Vec<_>>().join("\n")
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

/// Letters and digits of a text, small.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
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
        self.judged += 1;
        self.said += usize::from(!verdict.is_empty());
        if letters(verdict) == letters(value) {
            self.right += usize::from(!verdict.is_empty());
        } else if value.is_empty() {
            self.missed.push(format!("{name}: {verdict}"));
        } else if field != "title" || !verdict.is_empty() {
            // Where nothing is a title, its first line is as good as any.
            self.wrong.push(format!("{name}: {value}, not {verdict:?}"));
        }
    }
}

/// Prints a row for each format, and one for the documents and the rows of the corpus in all.
fn print_field(table: &Table, field: &str) {
    let of_field: Vec<_> = table.iter().filter(|((of, _), _)| *of == field).collect();
    for ((_, format), score) in &of_field {
        print_row(field, format, &[score]);
    }
    let is_law = |format: &str| format.starts_with("zh-") || format.starts_with("en-");
    for (name, are_laws) in [("documents", false), ("rows of the corpus", true)] {
        let group = of_field
            .iter()
            .filter(|((_, format), _)| is_law(format) == are_laws);
        let scores: Vec<&Score> = group.map(|(_, score)| *score).collect();
        if !scores.is_empty() {
            print_row(field, &format!("= {name}"), &scores);
        }
    }
}

fn print_table(table: &Table) {
    println!("field      format                       judged  said  right  wrong  missed  unread");
    for field in FIELDS {
        print_field(table, field);
    }
    for ((field, _), score) in table {
        for (what, lines) in [("wrong", &score.wrong), ("missed", &score.missed)] {
            for line in lines {
                println!("{field} {what}: {line}");
            }
        }
    }
}

/// Prints the sums of `scores`.
fn print_row(field: &str, format: &str, scores: &[&Score]) {
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
}
