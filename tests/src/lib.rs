//! Shared by the promises under `tests/tests`: an index of the seeds, folders of made documents, and the oracle.

pub mod anything;
pub mod damage;
pub mod hostile;
pub mod made;
pub mod oracle;
pub mod runs;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use flate2::read::GzDecoder;
use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::report::IndexReport;
use polidex_indexer::store::generations::{current_generation, generation_folder};
use polidex_server::answer::Answer;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use tantivy::Index;
use tempfile::TempDir;

/// The repository's top folder.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder of the shared material beside the checkout, or `None` with one printed line when it is not there.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = top().join("../shared").join(folder);
    if path.exists() {
        return Some(path);
    }
    left_out(&format!("../shared/{folder} is not beside this checkout"));
    None
}

/// Says in one line, once for a process, that tests are left out because of `reason`.
///
/// Written past the test harness, which shows nothing that a passing test prints.
pub fn left_out(reason: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(reason.to_owned()) {
        // A closed standard error is no reason to fail.
        let _ = writeln!(std::io::stderr(), "left out: {reason}");
    }
}

/// An index in a folder of its own, and the engine that reads it.
pub struct Indexed {
    /// Holds the index for as long as it is asked.
    pub folder: TempDir,
    /// The engine.
    pub engine: Searcher,
    /// What became of every file.
    pub report: IndexReport,
}

impl Indexed {
    /// Answers one question.
    pub fn ask(&self, question: &Question) -> Answer {
        self.engine
            .search(question)
            .unwrap_or_else(|error| panic!("{}: {error}", question.search.query.q))
    }

    /// Ids of the documents that answer `q`, best first.
    pub fn ids(&self, q: &str) -> Vec<String> {
        self.ask(&Question::about(q))
            .hits
            .into_iter()
            .map(|hit| hit.id)
            .collect()
    }
}

/// Indexes `paths` with `threads` threads.
pub fn index(paths: &[PathBuf], threads: usize) -> Indexed {
    let folder = TempDir::new().expect("a temporary folder");
    let options = BuildOptions {
        threads,
        ..BuildOptions::default()
    };
    let report = build_index(paths, folder.path(), &options, &|_| {}).expect("an index");
    let engine = Searcher::open(folder.path()).expect("the index that was just built");
    Indexed {
        folder,
        engine,
        report,
    }
}

/// Indexes made documents: file name and content.
pub fn index_texts(files: &[(&str, &[u8])]) -> Indexed {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    index(&[folder.path().to_owned()], 1)
}

/// The current generation of the index in `dir`, opened by the engine alone.
pub fn open_bare(dir: &Path) -> Index {
    let generation = current_generation(dir).expect("an index");
    Index::open_in_dir(generation_folder(dir, &generation)).expect("an index")
}

/// Writes every `step`-th line of each collection of a folder of packed JSON Lines.
pub fn sample_lines(corpus: &Path, to: &Path, step: usize) {
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
    paths.sort();
    for path in paths {
        let name = path.file_stem().expect("has a name");
        let mut sample = File::create(to.join(name)).expect("a file");
        let lines = BufReader::new(GzDecoder::new(File::open(&path).expect("readable"))).lines();
        for line in lines.step_by(step) {
            writeln!(sample, "{}", line.expect("UTF-8")).expect("room on the disk");
        }
    }
}

/// Writes each collection of a folder of packed JSON Lines `copies` times, every copy but the first varied: other ids, other
/// digits, and every twentieth piece of a text from the document before it.
pub fn copied_lines(corpus: &Path, to: &Path, copies: usize) {
    sample_lines(corpus, to, 1);
    let mut paths: Vec<PathBuf> = fs::read_dir(to)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for (path, copy) in paths
        .iter()
        .flat_map(|path| (1..copies).map(move |copy| (path, copy)))
    {
        let name = path.file_name().expect("a name").to_string_lossy();
        let mut varied = File::create(to.join(format!("{copy}-{name}"))).expect("a file");
        let mut before = String::new();
        for line in BufReader::new(File::open(path).expect("readable")).lines() {
            let line = line.expect("UTF-8");
            let mut document: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            let text = document["text"].as_str().unwrap_or_default().to_owned();
            let id = document["id"].as_str().unwrap_or_default();
            document["id"] = format!("{id}/copy-{copy}").into();
            document["text"] = varied_text(&text, &before, copy).into();
            writeln!(varied, "{document}").expect("room on the disk");
            before = text;
        }
    }
}

/// `text` with other digits and every twentieth piece of `other`.
fn varied_text(text: &str, other: &str, copy: usize) -> String {
    const PIECE_BYTES: usize = 12;
    let piece = |text: &str, at: usize| {
        let from = text.ceil_char_boundary((at * PIECE_BYTES).min(text.len()));
        let to = text.ceil_char_boundary(((at + 1) * PIECE_BYTES).min(text.len()));
        text[from..to].to_owned()
    };
    let mut varied = String::with_capacity(text.len());
    for at in 0..text.len().div_ceil(PIECE_BYTES) {
        let is_other = at % 20 == copy && !other.is_empty();
        varied += &match is_other {
            true => piece(other, at % other.len().div_ceil(PIECE_BYTES)),
            false => piece(text, at),
        };
    }
    let digit = |c: char| c.to_digit(10).map(|digit| (digit + copy as u32) % 10);
    let turned = |c: char| digit(c).and_then(|digit| char::from_digit(digit, 10));
    varied.chars().map(|c| turned(c).unwrap_or(c)).collect()
}

/// The seeds, indexed once for all tests of a process.
pub static SEEDS: LazyLock<Indexed> = LazyLock::new(|| index(&[top().join("seeds")], 2));

/// A small generator of numbers for random runs: the same in every run, so that a failure can be seen again.
pub struct Random(pub u64);

impl Random {
    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // Constants of Knuth's MMIX generator; its upper bits are good enough for picking places.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
