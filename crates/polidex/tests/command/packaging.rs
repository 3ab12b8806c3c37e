//! What is installed fits the program: the image's command and health check, the package's files, the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::program::{Server, polidex, run, text};

/// Worst exposure that `systemd-analyze security` may see, in tenths.
const MOST_EXPOSED: u32 = 25;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn packaging(name: &str) -> String {
    fs::read_to_string(top().join("packaging").join(name)).expect("a file of packaging/")
}

/// The words of an instruction that is written as JSON; `mark` stands before them.
fn words_of(dockerfile: &str, mark: &str) -> Vec<String> {
    let lines = dockerfile.lines().map(str::trim);
    let mut found = lines.filter_map(|line| line.strip_prefix(mark));
    let words = found.next().unwrap_or_else(|| panic!("no {mark}"));
    serde_json::from_str(words.trim()).expect("words as JSON")
}

/// True if the image's health check calls the server at `port` healthy.
fn is_healthy(dockerfile: &str, port: &str) -> bool {
    let words = words_of(dockerfile, "CMD");
    let words: Vec<String> = words
        .iter()
        .map(|word| word.replace("/7878", &format!("/{port}")))
        .collect();
    let status = Command::new(&words[0]).args(&words[1..]).status();
    status.expect("bash runs").success()
}

#[test]
#[cfg(unix)]
fn the_command_of_the_image_serves_and_its_health_check_sees_it() {
    let dockerfile = packaging("Dockerfile");
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("papers")).expect("a folder");
    fs::write(folder.path().join("papers/a.txt"), "A paper.").expect("a file");
    let mut command = polidex(folder.path());
    let words = words_of(&dockerfile, "ENTRYPOINT");
    assert_eq!(words[0], "/usr/bin/polidex");
    let listen = words.iter().position(|word| word == "--listen");
    let own = words[1..listen.expect("it listens")].iter();
    command.args(own.map(|word| match word.as_str() {
        "/papers" => "papers".to_owned(),
        word => word.replace("/var/lib/polidex", &folder.path().to_string_lossy()),
    }));
    let server = Server::spawn(&mut command);
    let port = server
        .address
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    assert!(is_healthy(&dockerfile, &port));
    assert!(folder.path().join("index").is_dir());
    drop(server);
    assert!(!is_healthy(&dockerfile, &port), "nobody answers");
    // What it is built of is there, and nothing of it runs as root.
    for line in dockerfile
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
    {
        let sources = line.split(' ').filter(|word| !word.starts_with('/'));
        for source in sources.filter(|word| !word.starts_with("target/")) {
            assert!(top().join(source).exists(), "{source}");
        }
    }
    assert!(dockerfile.contains("\nUSER 7878:7878\n"));
}

#[test]
fn the_files_of_the_package_are_there() {
    let manifest = fs::read_to_string(top().join("crates/polidex/Cargo.toml")).expect("a file");
    let manifest: toml::Value = toml::from_str(&manifest).expect("TOML");
    let package = &manifest["package"]["metadata"]["deb"];
    let assets = package["assets"].as_array().expect("a list");
    assert!(assets.len() >= 8);
    for asset in assets {
        let source = asset[0].as_str().expect("a path");
        // The program, its manual page and its completions are made by the release script.
        let is_made = source.contains("target/");
        let place = top().join("crates/polidex").join(source);
        assert!(is_made || place.exists(), "{source}");
    }
    let release = packaging("release");
    assert!(
        release.contains("--features polidex/ocr"),
        "what is released reads scans and draws pages"
    );
    for script in ["postinst", "postrm"] {
        let path = top().join("packaging").join(script);
        let checked = Command::new("sh").arg("-n").arg(path).status();
        assert!(checked.is_ok_and(|status| status.success()), "{script}");
    }
}

#[test]
fn the_options_of_the_service_are_those_of_the_program() {
    let folder = TempDir::new().expect("a folder");
    let options = packaging("polidex.toml");
    // Those that stand there as comments fit as well.
    let all: String = options
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(option) if option.contains(" = ") => format!("{option}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    for (name, options) in [("as.toml", &options), ("all.toml", &all)] {
        fs::write(folder.path().join(name), options).expect("a file");
        let printed = run(folder.path(), &["config", "serve", "--config", name]);
        assert!(printed.status.success(), "{}", text(&printed.stderr));
        let printed = text(&printed.stdout);
        assert!(printed.contains("/srv/papers"), "{printed}");
        assert_eq!(printed.contains("127.0.0.1:9797"), name == "all.toml");
    }
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn the_service_is_confined() {
    let analyzed = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager"])
        .arg(format!("--threshold={MOST_EXPOSED}"))
        .arg(top().join("packaging/polidex.service"))
        .env("SYSTEMD_COLORS", "0")
        .output();
    let Ok(analyzed) = analyzed else {
        return eprintln!("left out: the service (no systemd-analyze)");
    };
    let said = text(&analyzed.stdout);
    if !said.contains("Overall exposure level") {
        return eprintln!("left out: the service (systemd-analyze is too old)");
    }
    assert!(analyzed.status.success(), "{said}");
}
