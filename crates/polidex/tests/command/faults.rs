//! Faults of the disk at every single operation: killed in its midst, without power behind it, without room, without an answer.
//!
//! `faults.c` stands between the program and the C library and counts what `polidex index` does to its index; nothing in the
//! program knows of it. A few dozen operations are tried of the four hundred that an update takes; `POLIDEX_FAULTS=1000` tries
//! so many of each sort, one after another (`.ci/long`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use polidex_indexer::store::doctor::examine_index;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use tempfile::TempDir;

use crate::program::{polidex, run, text};

/// Operations that are tried of each sort, where not all are.
const TRIED: usize = 8;
const KILLED: i32 = 9;
const PAPERS: u64 = 3;

/// The shim, compiled once; `None` where there is no compiler for it.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let compile = || {
        let folder = TempDir::new().ok()?;
        let shim = folder.path().join("faults.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/faults.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&shim);
        let compiled = compiler.arg(&source).arg("-ldl").status().ok()?;
        compiled.success().then_some((folder, shim))
    };
    let shim = SHIM.get_or_init(compile).as_ref();
    if shim.is_none() {
        // Written past the test harness, which shows nothing that a passing test prints.
        let _ = writeln!(std::io::stderr(), "left out: no C compiler makes the shim");
    }
    shim.map(|(_, shim)| shim.as_path())
}

/// Papers, an index of their first version, and their second version in the folder.
struct House {
    folder: TempDir,
    shim: &'static Path,
    /// Files of the index of the first version.
    base: Vec<(PathBuf, Vec<u8>)>,
}

impl House {
    fn new(shim: &'static Path) -> Self {
        let folder = TempDir::new().expect("a folder");
        fs::create_dir(folder.path().join("papers")).expect("a folder");
        let mut house = Self {
            folder,
            shim,
            base: Vec::new(),
        };
        house.write_version(0);
        house.index_soundly();
        let index = house.index();
        house.base = files_below(&index)
            .into_iter()
            .map(|path| (path.clone(), fs::read(&path).expect("a file")))
            .collect();
        house.write_version(1);
        house
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn write_version(&self, version: usize) {
        let papers = self.folder.path().join("papers");
        // One is another paper in each version: one goes, one comes.
        let _ = fs::remove_file(papers.join("0.txt"));
        for (number, name) in [version * 10, 1, 2].into_iter().enumerate() {
            let text = format!("common paper {number} of version v{version} 房屋政策\n");
            fs::write(papers.join(format!("{name}.txt")), text.repeat(20)).expect("a file");
        }
    }

    /// Runs the indexer with nothing in its way.
    fn index_soundly(&self) {
        let indexed = run(self.folder.path(), &["index", "papers", "--quiet"]);
        assert_eq!(indexed.status.code(), Some(0), "{}", text(&indexed.stderr));
    }

    /// Puts the index of the first version back.
    fn restore(&self) {
        let index = self.index();
        fs::remove_dir_all(&index).expect("a folder");
        for (path, bytes) in &self.base {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        let _ = fs::remove_file(self.log());
    }

    /// Runs `polidex` with `args` and a fault.
    fn run_with(&self, args: &[&str], fault: &Fault) -> Output {
        let mut command = polidex(self.folder.path());
        command.args(args).env("LD_PRELOAD", self.shim);
        command.env("FAULT_BELOW", self.index());
        command
            .env("FAULT_LOG", self.log())
            .env("FAULT_ON", fault.on);
        command.env("FAULT_AT", fault.at.to_string());
        command.env("FAULT_DOES", fault.does);
        if fault.lasts {
            command.env("FAULT_LASTS", "1");
        }
        command.output().expect("the command runs")
    }

    fn update_with(&self, fault: &Fault) -> Output {
        self.restore();
        let index = self.index();
        let index = index.to_str().expect("a path of text");
        self.run_with(&["index", "papers", "--quiet", "--index", index], fault)
    }

    /// Operations of a sort that an update takes.
    fn count(&self, on: &'static str) -> usize {
        let counted = self.update_with(&Fault { on, ..Fault::NONE });
        assert_eq!(counted.status.code(), Some(0), "{}", text(&counted.stderr));
        fs::read_to_string(self.log())
            .expect("a log")
            .lines()
            .count()
    }

    /// Documents of the first and of the second version that the index holds; it opens, and nothing in it is damaged.
    fn versions(&self, what: &str) -> [u64; 2] {
        let engine =
            Searcher::open(&self.index()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let total = |q: &str| {
            let answer = engine.search(&Question::about(q)).expect("an answer");
            answer.total.value
        };
        assert_eq!(total("common"), PAPERS, "{what}");
        let damages = examine_index(&self.index()).damages;
        assert!(damages.is_empty(), "{what}: {damages:?}");
        [total("\"version v0\""), total("\"version v1\"")]
    }

    /// Whether the index holds the second version; it holds one of the two, whole.
    fn is_new(&self, what: &str) -> bool {
        let versions = self.versions(what);
        assert!(
            [[PAPERS, 0], [0, PAPERS]].contains(&versions),
            "{what}: {versions:?}"
        );
        versions[1] == PAPERS
    }
}

/// A fault of the disk.
#[derive(Clone, Copy, Debug)]
struct Fault {
    /// Letters of the operations that count.
    on: &'static str,
    at: usize,
    does: &'static str,
    /// All that follows fails as well.
    lasts: bool,
}

impl Fault {
    const NONE: Self = Self {
        on: "cwsn",
        at: 0,
        does: "kill",
        lasts: false,
    };
}

/// Numbers to try of `count` operations: those wanted, every one as often as another, or some that are spread over them and
/// the last, which publish.
fn tried(count: usize) -> Vec<usize> {
    let wanted = std::env::var("POLIDEX_FAULTS").ok();
    if let Some(wanted) = wanted.and_then(|wanted| wanted.parse::<usize>().ok()) {
        return (0..wanted).map(|number| 1 + number % count).collect();
    }
    let spread = (0..TRIED).map(|step| 1 + step * count / TRIED);
    let last = count.saturating_sub(TRIED)..=count;
    let tried: BTreeSet<usize> = spread.chain(last).filter(|at| *at > 0).collect();
    tried.into_iter().collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

/// What a disk has been told, by the log.
#[derive(Default)]
struct Told {
    /// Bytes of each file, by its number, when it was last synced.
    synced: HashMap<u64, u64>,
    /// Names that were made since their folder was synced.
    unsynced: HashSet<PathBuf>,
}

impl Told {
    fn read(log: &Path) -> Self {
        let mut told = Self::default();
        for line in fs::read_to_string(log).unwrap_or_default().lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let path = Path::new(fields[1]);
            let number = |field: usize| fields[field].parse().expect("a number");
            match fields[0] {
                "s" if path.is_dir() => told.unsynced.retain(|name| name.parent() != Some(path)),
                "s" => {
                    told.synced.insert(number(3), number(4));
                }
                "c" | "n" => {
                    let names = [fields[1], fields[2]].map(PathBuf::from);
                    told.unsynced.extend(names);
                }
                _ => {}
            }
        }
        told
    }
}

/// Leaves of the index what a disk may have kept that loses power now: of each new file no less than was synced, a name that
/// was made since its folder was synced or not, by the bits of `luck`.
fn cut_power(house: &House, known: &HashSet<u64>, luck: &mut u64) {
    let told = Told::read(&house.log());
    let mut draw = |below: u64| {
        *luck = luck
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*luck >> 33) % below
    };
    for path in files_below(&house.index()) {
        let state = path.metadata().expect("a file");
        if known.contains(&state.ino()) {
            continue;
        }
        let is_named = !told.unsynced.contains(&path);
        let synced = told.synced.get(&state.ino()).copied().unwrap_or(0);
        if !is_named && draw(2) == 0 {
            lose_name(house, &path);
        } else if synced < state.len() {
            let kept = synced + draw(state.len() - synced + 1);
            let file = fs::File::options().write(true).open(&path).expect("a file");
            file.set_len(kept).expect("a file");
        }
    }
}

/// Takes away the name of a new file; what had the name before has it again.
fn lose_name(house: &House, path: &Path) {
    match house.base.iter().find(|(known, _)| known == path) {
        Some((_, bytes)) => fs::write(path, bytes).expect("a file"),
        None => fs::remove_file(path).expect("a file"),
    }
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "the number of operations is a figure to read"
)]
fn killed_at_any_change_of_the_disk_the_index_is_the_one_before_or_the_one_after() {
    let Some(shim) = shim() else { return };
    let house = House::new(shim);
    let count = house.count("cwsn");
    assert!(count > 100, "{count}");
    let (mut old, mut new, mut luck) = (0, 0, 25);
    for at in tried(count) {
        house.restore();
        let known: HashSet<u64> = files_below(&house.index())
            .iter()
            .map(|path| path.metadata().expect("a file").ino())
            .collect();
        let index = house.index();
        let args = [
            "index",
            "papers",
            "--quiet",
            "--index",
            index.to_str().expect("text"),
        ];
        let killed = house.run_with(&args, &Fault { at, ..Fault::NONE });
        // Threads take turns, and one run may have an operation less.
        let ended = killed.status.signal() == Some(KILLED) || at + 20 > count;
        assert!(ended, "{at}: {}", text(&killed.stderr));
        let what = format!("killed at {at} of {count}");
        if house.is_new(&what) {
            new += 1
        } else {
            old += 1
        }
        cut_power(&house, &known, &mut luck);
        house.is_new(&format!("{what}, then without power"));
        if at % 7 == 0 {
            house.index_soundly();
            assert!(house.is_new(&format!("{what}, then run again")));
        }
    }
    assert!(old > TRIED && new > 0, "{old} old, {new} new");
    eprintln!("{count} operations: {old} kills left the old index, {new} the new one");
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "the number of operations is a figure to read"
)]
fn whatever_the_disk_refuses_the_old_index_stays_and_the_error_says_so() {
    let Some(shim) = shim() else { return };
    let house = House::new(shim);
    let faults = [
        ("cwn", "28", true, "No space left on device"),
        ("cwsn", "5", false, "Input/output error"),
        ("or", "5", false, "Input/output error"),
        ("oc", "24", true, "Too many open files"),
        ("c", "30", true, "Read-only file system"),
    ];
    for (on, does, lasts, message) in faults {
        let count = house.count(on);
        let mut refused = 0;
        for at in tried(count).into_iter().step_by(2) {
            let fault = Fault {
                on,
                at,
                does,
                lasts,
            };
            let ended = house.update_with(&fault);
            let said = text(&ended.stderr);
            let what = format!("{message} at {at} of {count} ({on}): {said}");
            assert!(!said.contains("panicked"), "{what}");
            match ended.status.code() {
                // What is left out then can be done without: old generations stay, times are asked again.
                Some(0) => assert!(house.is_new(&what), "{what}"),
                Some(2) => {
                    assert!(said.contains(message), "{what}");
                    house.is_new(&what);
                    refused += 1;
                }
                code => panic!("{what}: ended with {code:?}"),
            }
            if at % 5 == 0 {
                house.index_soundly();
                assert!(house.is_new(&what), "{what}");
            }
        }
        eprintln!("{message} ({on}): refused {refused} times, {count} operations");
        assert!(refused > 0, "{message}");
    }
}

#[test]
fn a_disk_that_does_not_give_a_file_gives_no_wrong_answer() {
    let Some(shim) = shim() else { return };
    let house = House::new(shim);
    let index = house.index();
    let index = index.to_str().expect("a path of text");
    let args = ["search", "\"version v0\"", "--json", "--index", index];
    let sound = |on| house.run_with(&args, &Fault { on, ..Fault::NONE });
    for (does, message) in [("5", "Input/output error"), ("24", "Too many open files")] {
        let on = if does == "5" { "or" } else { "o" };
        let expected = answer(&in_time(|| {
            let _ = fs::remove_file(house.log());
            sound(on)
        }));
        let count = fs::read_to_string(house.log())
            .expect("a log")
            .lines()
            .count();
        for at in tried(count) {
            let fault = Fault {
                on,
                at,
                does,
                lasts: does == "24",
            };
            let ended = in_time(|| house.run_with(&args, &fault));
            let said = text(&ended.stderr);
            let what = format!("{message} at {at} of {count}: {said}");
            assert!(!said.contains("panicked"), "{what}");
            match ended.status.code() {
                Some(0) => assert_eq!(answer(&ended), expected, "{what}"),
                Some(2) => assert!(said.contains(message), "{what}"),
                code => panic!("{what}: ended with {code:?}"),
            }
        }
    }
}

/// Runs a search again that was cut short by its deadline, as a busy machine does, and says so.
fn in_time(search: impl Fn() -> Output) -> Output {
    let is_cut = |output: &Output| {
        let answer = serde_json::from_slice::<serde_json::Value>(&output.stdout);
        let warnings = answer.map(|answer| answer["query"]["warnings"].clone());
        warnings.is_ok_and(|warnings| warnings.as_array().is_some_and(|all| !all.is_empty()))
    };
    let mut output = search();
    for _ in 0..10 {
        if !is_cut(&output) {
            break;
        }
        output = search();
    }
    output
}

/// What a search found, but for the time that it took.
fn answer(output: &Output) -> serde_json::Value {
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an answer");
    serde_json::json!([answer["total"], answer["hits"]])
}

#[test]
fn with_little_memory_the_old_index_stays() {
    let Some(shim) = shim() else { return };
    let house = House::new(shim);
    let mut failed = 0;
    for limit_kib in [30_000, 60_000, 120_000, 240_000, 480_000] {
        house.restore();
        let command = format!(
            "ulimit -v {limit_kib}; exec '{}' index papers --quiet",
            env!("CARGO_BIN_EXE_polidex")
        );
        let mut shell = Command::new("sh");
        let ended = shell
            .current_dir(house.folder.path())
            .args(["-c", &command]);
        let ended = ended.output().expect("a shell");
        failed += usize::from(!ended.status.success());
        // A paper that could not be read for want of memory keeps its last text.
        house.versions(&format!("{limit_kib} KiB"));
    }
    assert!(failed > 0, "the least is too little");
    house.index_soundly();
    assert!(house.is_new("with all memory"));
}
