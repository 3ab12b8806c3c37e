//! The command day after day: killed, out of space, watching, and in a folder full of what should not be there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{Server, polidex, run, text};

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

/// Documents that hold `word`, or the error.
fn total(folder: &Path, word: &str) -> u64 {
    let output = run(folder, &["search", word, "--json"]);
    json(&output)["total"]["value"].as_u64().expect("a number")
}

fn write_version(papers: &Path, version: usize) {
    for number in 0..40 {
        let text = format!("common paper {number} of version v{version}\n\n").repeat(50);
        fs::write(papers.join(format!("{number}.txt")), text).expect("a file");
    }
}

/// A folder with a folder `papers`, which holds one paper, and the path of that.
fn folder_with(paper: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    fs::write(papers.join("a.txt"), paper).expect("a file");
    (folder, papers)
}

/// Indexes the papers of a folder.
fn index_quietly(folder: &Path) {
    let indexed = run(folder, &["index", "papers", "--quiet"]);
    assert_eq!(indexed.status.code(), Some(0));
}

#[test]
fn killed_at_any_moment_the_index_is_the_one_before_or_the_one_after() {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    write_version(&papers, 0);
    let started = Instant::now();
    index_quietly(folder.path());
    let whole_ms = started.elapsed().as_millis() as u64;
    let mut published = 0;
    for round in 1..=12 {
        write_version(&papers, round);
        let mut child = polidex(folder.path())
            .args(["index", "papers", "--quiet"])
            .spawn()
            .expect("the command runs");
        // Spread over the whole run, the moments of publishing included.
        std::thread::sleep(Duration::from_millis(whole_ms * round as u64 / 11));
        child.kill().expect("a child");
        child.wait().expect("a child");
        let old = total(folder.path(), &format!("v{published}"));
        let new = total(folder.path(), &format!("v{round}"));
        assert!(
            (old, new) == (40, 0) || (old, new) == (0, 40),
            "round {round}: {old} old, {new} new"
        );
        assert_eq!(total(folder.path(), "common"), 40);
        if new == 40 {
            published = round;
        }
    }
    // The dead left no lock, and nothing that stays.
    index_quietly(folder.path());
    assert_eq!(total(folder.path(), "v12"), 40);
    assert_eq!(run(folder.path(), &["doctor"]).status.code(), Some(0));
    let generations = fs::read_dir(folder.path().join("index/generations"))
        .expect("a folder")
        .count();
    assert!(generations <= 3, "{generations}");
}

#[test]
#[cfg(unix)]
fn without_room_to_write_the_old_index_stays_and_the_error_says_so() {
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    write_version(&papers, 0);
    index_quietly(folder.path());
    write_version(&papers, 1);
    // A limit on the size of files is met as a full disk is: a write fails. Blocks of 512 bytes or 1 KiB.
    let command = format!(
        "trap '' XFSZ; ulimit -f 4; exec '{}' index papers",
        env!("CARGO_BIN_EXE_polidex")
    );
    let full = Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", &command])
        .output()
        .expect("a shell");
    assert_eq!(full.status.code(), Some(2), "{}", text(&full.stderr));
    assert!(
        text(&full.stderr).contains("polidex: "),
        "{}",
        text(&full.stderr)
    );
    assert_eq!(
        (total(folder.path(), "v0"), total(folder.path(), "v1")),
        (40, 0)
    );
    index_quietly(folder.path());
    assert_eq!(
        (total(folder.path(), "v0"), total(folder.path(), "v1")),
        (0, 40)
    );
}

/// Runs the command as somebody who may not write where root may; `None` where nobody can be had.
#[cfg(unix)]
fn run_as_nobody(folder: &Path, args: &[&str]) -> Option<Output> {
    use std::os::unix::fs::MetadataExt;
    let is_root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    if !is_root {
        return Some(run(folder, args));
    }
    let mut command = Command::new("setpriv");
    command
        .current_dir(folder)
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    let output = command
        .arg(env!("CARGO_BIN_EXE_polidex"))
        .args(args)
        .output()
        .ok()?;
    // What setpriv itself says: the binary lies where nobody may look.
    (!text(&output.stderr).starts_with("setpriv")).then_some(output)
}

#[test]
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn where_nothing_may_be_written_the_old_index_stays_and_the_error_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    write_version(&papers, 0);
    index_quietly(folder.path());
    write_version(&papers, 1);
    fs::set_permissions(
        folder.path().join("index"),
        fs::Permissions::from_mode(0o555),
    )
    .expect("a mode");
    let output = run_as_nobody(folder.path(), &["index", "papers", "--quiet"]);
    fs::set_permissions(
        folder.path().join("index"),
        fs::Permissions::from_mode(0o755),
    )
    .expect("a mode");
    let Some(output) = output else {
        return eprintln!("left out: there is nobody who may not write");
    };
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(
        said.contains("ermission denied") && said.contains("check the folder's permissions"),
        "{said}"
    );
    assert_eq!(
        (total(folder.path(), "v0"), total(folder.path(), "v1")),
        (40, 0)
    );
}

#[test]
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn a_folder_that_is_shut_is_named_and_loses_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("a mode");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    write_version(&papers, 0);
    index_quietly(folder.path());
    fs::set_permissions(&papers, fs::Permissions::from_mode(0o700)).expect("a mode");
    let arguments = ["index", "papers", "--index", "other", "--quiet"];
    let Some(output) = run_as_nobody(folder.path(), &arguments) else {
        return eprintln!("left out: there is nobody who may not read");
    };
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("cannot read papers: Permission denied") && !said.contains("sources.toml"),
        "{said}"
    );
    assert_eq!(total(folder.path(), "v0"), 40);
}

#[test]
#[cfg(unix)]
fn a_folder_of_everything_that_should_not_be_there_is_indexed_with_a_line_for_each() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir_all(papers.join("folder.pdf")).expect("a folder");
    let write = |name: &std::ffi::OsStr, content: &[u8]| {
        fs::write(papers.join(name), content).expect("a file")
    };
    write("good.txt".as_ref(), b"a good paper");
    write("empty.txt".as_ref(), b"");
    write("blank.txt".as_ref(), b" \n\n");
    write("new\nline.txt".as_ref(), b"a paper with a line in its name");
    write(
        "bidi\u{202E}txt.exe".as_ref(),
        b"a paper with a turn in its name",
    );
    write(
        std::ffi::OsStr::from_bytes(b"broken\xFF.txt"),
        b"a paper with a broken name",
    );
    write(
        std::ffi::OsStr::from_bytes(b"broken\xFE.txt"),
        b"a paper with another broken name",
    );
    write("Case.txt".as_ref(), b"a paper with a capital");
    write("case.txt".as_ref(), b"a paper without");
    write("folder.pdf/inside.txt".as_ref(), b"a paper inside");
    write("closed.txt".as_ref(), b"a closed paper");
    fs::set_permissions(papers.join("closed.txt"), fs::Permissions::from_mode(0o0))
        .expect("a file");
    fs::write(folder.path().join("outside.txt"), "an outside paper").expect("a file");
    symlink("../outside.txt", papers.join("link.txt")).expect("a link");
    symlink(".", papers.join("loop")).expect("a link");
    let fifo = Command::new("mkfifo").arg(papers.join("fifo")).status();
    let _socket = std::os::unix::net::UnixListener::bind(papers.join("socket")).expect("a socket");

    let output = run(folder.path(), &["index", "papers", "--json", "--strict"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let report = json(&output);
    let files = report["files"].as_array().expect("a list").iter();
    let lines: Vec<(String, String, String)> = files
        .map(|file| {
            let value = |key: &str| file[key].as_str().expect("text").to_owned();
            (value("path"), value("status"), value("reason"))
        })
        .collect();
    let of = |path: &str| {
        let found: Vec<_> = lines.iter().filter(|line| line.0 == path).collect();
        assert_eq!(found.len(), 1, "{path}: {lines:?}");
        (found[0].1.as_str(), found[0].2.as_str())
    };
    assert_eq!(of("empty.txt"), ("skipped", "empty file"));
    assert_eq!(of("blank.txt"), ("skipped", "no text"));
    assert_eq!(of("link.txt"), ("skipped", "symbolic link, not followed"));
    assert_eq!(of("loop"), ("skipped", "symbolic link, not followed"));
    assert_eq!(of("socket"), ("skipped", "not a regular file"));
    if fifo.is_ok_and(|status| status.success()) {
        assert_eq!(of("fifo"), ("skipped", "not a regular file"));
    }
    for path in [
        "good.txt",
        "new\nline.txt",
        "bidi\u{202E}txt.exe",
        "Case.txt",
        "case.txt",
        "folder.pdf/inside.txt",
    ] {
        assert_eq!(of(path), ("indexed", ""), "{path}");
    }
    let broken: Vec<_> = lines
        .iter()
        .filter(|line| line.0 == "broken\u{FFFD}.txt")
        .collect();
    assert_eq!(broken.len(), 2, "each is there: {lines:?}");
    // Root may read everything; everybody else is told.
    if fs::read(papers.join("closed.txt")).is_err() {
        let (status, reason) = of("closed.txt");
        assert!(
            status == "skipped" && reason.contains("cannot be opened"),
            "{reason}"
        );
    }
    assert_eq!(total(folder.path(), "outside"), 0);
    let table = run(folder.path(), &["index", "papers", "--rebuild"]);
    let shown = text(&table.stdout);
    assert!(
        !shown.contains('\u{202E}') && shown.contains("\n  empty file"),
        "{shown}"
    );
    assert!(
        table.stderr.is_empty(),
        "a short run that is piped says nothing: {}",
        text(&table.stderr)
    );
    assert_eq!(
        run(folder.path(), &["index", "papers", "--quiet"])
            .stdout
            .len(),
        0
    );
    assert_eq!(run(folder.path(), &["doctor"]).status.code(), Some(0));
}

#[test]
fn doctor_and_verify_refuse_what_is_damaged() {
    let (folder, papers) = folder_with("a first paper");
    index_quietly(folder.path());
    fs::write(papers.join("a.txt"), "a second paper").expect("a file");
    assert_eq!(
        run(folder.path(), &["doctor"]).status.code(),
        Some(1),
        "out of date"
    );
    index_quietly(folder.path());
    let generation = folder.path().join("index/generations/g000002");
    let store = fs::read_dir(&generation)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    let store = store
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "store"))
        .expect("a store");
    let mut bytes = fs::read(&store).expect("a file");
    bytes[3] ^= 4;
    fs::write(&store, bytes).expect("a file");
    let doctor = run(folder.path(), &["doctor"]);
    assert_eq!(doctor.status.code(), Some(2));
    assert!(
        text(&doctor.stdout).contains(".store: its checksum is wrong"),
        "{}",
        text(&doctor.stdout)
    );
    let search = run(folder.path(), &["search", "paper"]);
    assert_eq!(search.status.code(), Some(2));
    assert!(
        text(&search.stderr).contains("its checksum is wrong; run `polidex index`"),
        "{}",
        text(&search.stderr)
    );
    let server = Server::start(folder.path(), &["--index", "index"]);
    assert_eq!(
        served(&server, "first"),
        1,
        "the generation before is served"
    );
    let ready = server.json("/readyz");
    assert_eq!(
        (
            ready["index"]["generation"].as_str(),
            ready["passed_over"].as_str()
        ),
        (Some("g000001"), Some("g000002"))
    );
    server.stop();
    assert_eq!(run(folder.path(), &["rollback"]).status.code(), Some(0));
    assert_eq!(
        (
            total(folder.path(), "first"),
            total(folder.path(), "second")
        ),
        (1, 0)
    );
}

/// Documents that a server finds for `word`.
fn served(server: &Server, word: &str) -> u64 {
    server.json(&format!("/api/v1/search?q={word}"))["total"]["value"]
        .as_u64()
        .expect("a number")
}

#[test]
fn a_watching_server_follows_its_folder_without_a_failed_request() {
    let (folder, papers) = folder_with("a paper of v0");
    let server = Server::start(folder.path(), &["papers", "--index", "idx", "--watch"]);
    for version in 1..=3 {
        fs::write(papers.join("a.txt"), format!("a paper of v{version}")).expect("a file");
        let deadline = Instant::now() + Duration::from_secs(60);
        // Every request in between is answered, by the generation before or after.
        while served(&server, &format!("v{version}")) != 1 {
            assert!(Instant::now() < deadline, "v{version} was never seen");
            assert_eq!(served(&server, "paper"), 1, "there is always one paper");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    assert_eq!(
        server.json("/readyz")["passed_over"],
        serde_json::Value::Null
    );
    server.stop();
}

#[test]
fn an_update_that_meets_a_held_lock_is_tried_again() {
    let (folder, papers) = folder_with("a paper of v0");
    let server = Server::start(folder.path(), &["papers", "--index", "idx", "--watch"]);
    let lock = fs::File::open(folder.path().join("idx/LOCK")).expect("a lock");
    lock.lock().expect("nobody holds it");
    fs::write(papers.join("a.txt"), "a paper of v1").expect("a file");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(served(&server, "v1"), 0, "another writes");
    drop(lock);
    let deadline = Instant::now() + Duration::from_secs(20);
    while served(&server, "v1") != 1 {
        assert!(Instant::now() < deadline, "the change was missed");
        std::thread::sleep(Duration::from_millis(50));
    }
    server.stop();
}

#[test]
fn a_server_makes_an_index_anew_whose_every_generation_is_damaged() {
    let (folder, _) = folder_with("a first paper");
    index_quietly(folder.path());
    let files = fs::read_dir(folder.path().join("index/generations/g000001")).expect("a folder");
    for file in files.flatten().map(|entry| entry.path()) {
        if file
            .extension()
            .is_some_and(|end| end == "pos" || end == "store")
        {
            let mut bytes = fs::read(&file).expect("a file");
            bytes[1] ^= 4;
            fs::write(&file, bytes).expect("a file");
        }
    }
    let server = Server::start(folder.path(), &["--index", "index"]);
    assert_eq!(served(&server, "first"), 1);
    let ready = server.json("/readyz");
    assert_eq!(ready["index"]["generation"].as_str(), Some("g000002"));
    server.stop();
    assert_eq!(run(folder.path(), &["doctor"]).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn few_descriptors_are_never_taken_for_damage() {
    let (folder, _) = folder_with("a first paper");
    index_quietly(folder.path());
    let program = env!("CARGO_BIN_EXE_polidex");
    for limit in 3..12 {
        let script = format!("ulimit -n {limit}; exec \"{program}\" search paper");
        let mut command = std::process::Command::new("sh");
        let output = command
            .args(["-c", &script])
            .current_dir(folder.path())
            .output();
        let output = output.expect("a shell");
        let said = text(&output.stderr);
        assert!(
            !said.contains("panicked") && !said.contains("damaged"),
            "{limit}: {said}"
        );
        assert!(
            output.status.success()
                || said.contains("ulimit -n")
                || said.contains("shared libraries"),
            "{limit}: {said}"
        );
    }
}
