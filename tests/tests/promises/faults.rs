//! Faults of disks and of power: nothing that is damaged answers, nothing that is complete is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::report::IndexReport;
use polidex_indexer::store::doctor::examine_index;
use polidex_indexer::store::generations::take_snapshot;
use polidex_indexer::store::writer::GenerationWriter;
use polidex_server::error::ServerError;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use polidex_tests::{Random, top};
use tempfile::TempDir;

/// The seeds, and one more document that changes, with their index.
struct House {
    folder: TempDir,
    paths: [PathBuf; 2],
}

impl House {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let more = folder.path().join("more");
        fs::create_dir(&more).expect("a folder");
        let paths = [top().join("seeds"), more];
        Self { folder, paths }
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Builds with `text` as the document that changes.
    fn build(&self, text: &str, keep: usize) -> IndexReport {
        fs::write(self.paths[1].join("more.txt"), text).expect("a file");
        let options = BuildOptions {
            threads: 1,
            keep,
            ..BuildOptions::default()
        };
        build_index(&self.paths, &self.index(), &options, &|_| {}).expect("an index")
    }
}

/// Answers of an index, but for the time that they took.
fn answers(engine: &Searcher) -> Vec<String> {
    let questions = [
        "新質生產力",
        "innovation technology",
        "\"low-altitude\"",
        "paper",
        "",
    ];
    let answer = |q: &str| {
        let mut answer = engine.search(&Question::about(q)).expect("an answer");
        answer.took_ms = 0.0;
        serde_json::to_string(&answer).expect("plain data")
    };
    questions.into_iter().map(answer).collect()
}

/// Opens the current generation, or one of `earlier` where that is refused; with its answers.
fn served(index: &Path, earlier: &[&str]) -> Option<(String, Vec<String>)> {
    let earlier = earlier
        .iter()
        .map(|name| Searcher::open_generation(index, name));
    let mut opened = std::iter::once(Searcher::open(index)).chain(earlier);
    let engine = opened.find_map(Result::ok)?;
    Some((engine.index_info().generation, answers(&engine)))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn of_three_hundred_flipped_bytes_none_gives_a_wrong_answer() {
    let house = House::new();
    let name = house.build("a paper", 1).generation;
    let index = house.index();
    let sound = answers(&Searcher::open(&index).expect("sound"));
    let mut files = files_below(&index.join("generations").join(name));
    files.push(index.join("CURRENT"));
    files.retain(|file| file.metadata().is_ok_and(|metadata| metadata.len() > 0));
    let (mut random, mut refused) = (Random(300), 0);
    for round in 0..300 {
        let file = &files[round % files.len()];
        let bytes = fs::read(file).expect("a file");
        let mut flipped = bytes.clone();
        let at = random.below(bytes.len());
        flipped[at] ^= 1 << random.below(8);
        fs::write(file, flipped).expect("a file");
        match Searcher::open(&index) {
            // Whoever looks at what it answers finds nothing wrong.
            Ok(engine) => assert_eq!(answers(&engine), sound, "byte {at} of {}", file.display()),
            Err(error) => {
                let said = error.to_string();
                assert!(said.contains("polidex index"), "{said}");
                refused += 1;
            }
        }
        fs::write(file, bytes).expect("a file");
    }
    assert_eq!(refused, 300, "every flipped byte is noticed");
    assert_eq!(answers(&Searcher::open(&index).expect("mended")), sound);
}

#[test]
fn a_file_that_two_generations_share_is_made_anew_when_it_is_damaged() {
    let house = House::new();
    let first = house.build("a paper", 1).generation;
    let index = house.index();
    fs::write(house.paths[1].join("ferries.txt"), "All about ferries.").expect("a file");
    let second = house.build("a paper", 1).generation;
    let folders = [&first, &second].map(|name| index.join("generations").join(name));
    let is_shared = |path: &&PathBuf| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        name.ends_with(".store") && folders[1].join(name).exists()
    };
    let files = files_below(&folders[0]);
    let shared = files.iter().find(is_shared).expect("a shared file");
    let mut bytes = fs::read(shared).expect("a file");
    bytes[100] ^= 1;
    fs::write(shared, bytes).expect("a file");
    for name in [&first, &second] {
        let error = Searcher::open_generation(&index, name)
            .err()
            .expect("refused");
        assert!(matches!(error, ServerError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(".store is damaged"), "{error}");
    }
    // Nothing has changed in the folder: the damage alone makes it read all again.
    let report = house.build("a paper", 1);
    assert!(
        report.changed && report.unchanged == 0,
        "{}",
        report.unchanged
    );
    assert!(examine_index(&index).damages.is_empty());
    let engine = Searcher::open(&index).expect("sound");
    let answer = engine
        .search(&Question::about("ferries"))
        .expect("an answer");
    assert!(
        answer.hits.iter().any(|hit| hit.id == "ferries"),
        "{:?}",
        answer.hits.len()
    );
}

/// Leaves a state of the generation in `folder` that a disk may have which lost power: each file whole, cut short, or not
/// there.
fn lose_some(folder: &Path, whole: &[(PathBuf, Vec<u8>)], random: &mut Random) {
    let _ = fs::remove_dir_all(folder);
    if random.below(20) == 0 {
        return;
    }
    fs::create_dir_all(folder).expect("a folder");
    let rate = 1 + random.below(whole.len());
    for (path, bytes) in whole {
        let kept = match random.below(rate * 3) {
            0 => continue,
            1 => &bytes[..random.below(bytes.len() + 1)],
            _ => bytes,
        };
        fs::write(path, kept).expect("a file");
    }
}

#[test]
fn a_thousand_states_after_a_power_cut_open_to_a_complete_generation() {
    let house = House::new();
    let index = house.index();
    let first = house.build("a paper", 1).generation;
    let before = served(&index, &[]).expect("sound");
    let current_before = fs::read(index.join("CURRENT")).expect("a file");
    let second = house.build("a paper on ferries", 1).generation;
    let after = served(&index, &[]).expect("sound");
    let current_after = fs::read(index.join("CURRENT")).expect("a file");
    let folder = index.join("generations").join(second);
    let files = files_below(&folder).into_iter();
    let files: Vec<(PathBuf, Vec<u8>)> = files
        .map(|path| (path.clone(), fs::read(path).expect("a file")))
        .collect();
    let mut random = Random(1_000);
    let (mut old, mut new) = (0, 0);
    for state in 0..1_000 {
        lose_some(&folder, &files, &mut random);
        // Also what a disk does that lies about its syncs: the pointer is there and what it names is not.
        let current = [&current_before, &current_after][random.below(2)];
        fs::write(index.join("CURRENT"), current).expect("a file");
        let found = served(&index, &[&first]).expect("a complete generation");
        assert!(found == before || found == after, "state {state}");
        if found == before { old += 1 } else { new += 1 }
    }
    assert!(old > 300 && new > 100, "{old} old, {new} new");
    // And the next run goes on from any of them.
    house.build("a paper on ferries", 1);
    assert!(examine_index(&index).damages.is_empty());
}

#[test]
fn a_snapshot_takes_no_lock_and_none_of_its_files_vanishes() {
    let house = House::new();
    house.build("a paper", 1);
    let index = house.index();
    let place = |number: usize| house.folder.path().join(format!("copy{number}"));
    {
        let _writing = GenerationWriter::begin(&index, 1).expect("a writer");
        take_snapshot(&index, &place(0)).expect("nobody is asked");
    }
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Each build removes every generation before its own.
            for version in 0..8 {
                house.build(&format!("a paper of v{version}"), 0);
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let mut taken = 0;
        while !is_over.load(Ordering::Relaxed) {
            taken += 1;
            take_snapshot(&index, &place(taken)).expect("a snapshot");
        }
        assert!(taken > 2, "{taken}");
        let damaged = (0..=taken).find(|number| !examine_index(&place(*number)).damages.is_empty());
        assert_eq!(damaged, None);
    });
}

#[test]
fn opening_an_index_writes_nothing_beside_it() {
    let house = House::new();
    let name = house.build("a paper", 1).generation;
    let folder = house.index().join("generations").join(name);
    for lock in files_below(&folder) {
        if lock.extension().is_some_and(|end| end == "lock") {
            fs::remove_file(lock).expect("a file");
        }
    }
    let state = || {
        let changed = folder.metadata().and_then(|metadata| metadata.modified());
        (files_below(&folder), changed.expect("a time"))
    };
    let before = state();
    answers(&Searcher::open(&house.index()).expect("sound"));
    assert_eq!(state(), before);
}

#[test]
fn a_pointer_that_is_damaged_is_named_as_what_it_is() {
    let house = House::new();
    house.build("a paper", 1);
    let pointer = house.index().join("CURRENT");
    fs::write(&pointer, "g00000\u{1}").expect("a file");
    let error = Searcher::open(&house.index()).err().expect("refused");
    assert!(error.to_string().contains("CURRENT is damaged"), "{error}");
    fs::remove_file(&pointer).expect("a file");
    fs::create_dir(&pointer).expect("a folder");
    let error = Searcher::open(&house.index()).err().expect("refused");
    assert!(matches!(error, ServerError::Io { .. }), "{error}");
}
