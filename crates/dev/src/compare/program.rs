//! A program under comparison: indexes, serves, repairs, and runs any of its commands.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client;

/// One of the two programs.
pub(crate) struct Program {
    /// `old` or `new`.
    pub(crate) name: &'static str,
    path: PathBuf,
    /// Tells builds apart: path, size and time of change.
    fingerprint: Value,
}

/// Folder for indexes: a temporary one, or one that is kept.
pub(crate) struct Workshop {
    folder: PathBuf,
    /// Deletes the folder when dropped.
    _temporary: Option<TempDir>,
}

/// An index that a program has built, and its report.
pub(crate) struct Built {
    pub(crate) folder: PathBuf,
    pub(crate) report: Value,
}

/// A running `serve`, ended when dropped.
pub(crate) struct Server {
    address: String,
    child: Child,
}

impl Workshop {
    pub(crate) fn new(keep: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(folder) = keep {
            std::fs::create_dir_all(folder)?;
            return Ok(Self {
                folder: folder.canonicalize()?,
                _temporary: None,
            });
        }
        let temporary = TempDir::new()?;
        Ok(Self {
            folder: temporary.path().to_owned(),
            _temporary: Some(temporary),
        })
    }

    fn folder_of(&self, program: &Program, name: &str) -> PathBuf {
        self.folder.join(format!("{}-{name}", program.name))
    }
}

impl Program {
    pub(crate) fn new(name: &'static str, path: &Path) -> anyhow::Result<Self> {
        let path = path
            .canonicalize()
            .with_context(|| format!("no program at {}", path.display()))?;
        let metadata = path.metadata()?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH)?;
        let fingerprint = json!([path, metadata.len(), changed.as_nanos().to_string()]);
        Ok(Self {
            name,
            path,
            fingerprint,
        })
    }

    /// Indexes `paths`, or returns the index of that `name` that this same program built before.
    pub(crate) fn index(
        &self,
        workshop: &Workshop,
        name: &str,
        paths: &[PathBuf],
    ) -> anyhow::Result<Built> {
        let folder = workshop.folder_of(self, name);
        let note = folder.with_extension("json");
        if let Some(report) = self.noted(&note, paths) {
            return Ok(Built { folder, report });
        }
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let report = self.build(&folder, name, paths)?;
        let noted = json!({"program": self.fingerprint, "paths": paths, "report": report});
        std::fs::write(&note, noted.to_string())?;
        Ok(Built { folder, report })
    }

    /// Report of a run that indexes `paths` into `folder`.
    fn build(&self, folder: &Path, name: &str, paths: &[PathBuf]) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.path);
        command.arg("index").args(paths).arg("--index").arg(folder);
        // One thread: how threads share the documents decides in which order scores are summed.
        let output = command
            .args(["--json", "--quiet", "--threads", "1"])
            .output()?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            format!("{} cannot index {name}: {said}", self.name)
        })
    }

    fn noted(&self, note: &Path, paths: &[PathBuf]) -> Option<Value> {
        let note: Value = serde_json::from_slice(&std::fs::read(note).ok()?).ok()?;
        let is_same = note["program"] == self.fingerprint && note["paths"] == json!(paths);
        is_same.then(|| note["report"].clone())
    }

    /// Starts `serve` on a free port.
    pub(crate) fn serve(&self, index: &Path, options: &[&str]) -> anyhow::Result<Server> {
        let mut child = Command::new(&self.path)
            .args(["serve", "--listen", "127.0.0.1:0", "--index"])
            .arg(index)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut server = Server {
            address: String::new(),
            child,
        };
        match address_said(stdout)? {
            Some(address) => server.address = address,
            None => bail!("{} does not serve {}", self.name, index.display()),
        }
        Ok(server)
    }

    /// Outcome of a command: `{"exit", "stdout", "stderr"}` in lines; `hidden` is a folder whose
    /// name is shown as `<index>`.
    pub(crate) fn outcome(&self, args: &[&str], hidden: &Path) -> anyhow::Result<Value> {
        // The help names the program as it was called.
        let output = Command::new(&self.path)
            .arg0("polidex")
            .args(args)
            .stdin(Stdio::null())
            .output()?;
        Ok(json!({
            "exit": output.status.code(),
            "stdout": json_or_lines(&output.stdout, hidden),
            "stderr": json_or_lines(&output.stderr, hidden),
        }))
    }

    /// Answers of `repair --jsonl` to `cases`, in any order.
    pub(crate) fn repair(&self, cases: &[Value], options: &[&str]) -> anyhow::Result<Vec<Value>> {
        let mut child = Command::new(&self.path)
            .args(["repair", "--jsonl"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("stdin is piped")?;
        let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
        let output = std::thread::scope(|scope| {
            // A program that ends early shows in its answers; the broken pipe says no more.
            scope.spawn(move || stdin.write_all(lines.as_bytes()).ok());
            child.wait_with_output()
        })?;
        let text = String::from_utf8(output.stdout)?;
        text.lines()
            .map(|line| Ok(serde_json::from_str(line)?))
            .collect()
    }
}

/// Output of a command: its JSON, or its lines with `<index>` for the folder `hidden`.
fn json_or_lines(output: &[u8], hidden: &Path) -> Value {
    if let Ok(value) = serde_json::from_slice(output) {
        return value;
    }
    let text = String::from_utf8_lossy(output).replace(&hidden.display().to_string(), "<index>");
    text.lines().map(Value::from).collect()
}

/// Reads what `serve` prints until it says the address it listens at; `None` where it ends before.
fn address_said(stdout: impl Read) -> std::io::Result<Option<String>> {
    for line in BufReader::new(stdout).lines() {
        if let Some((_, address)) = line?.split_once("listening on http://") {
            return Ok(Some(address.trim().trim_end_matches('/').to_owned()));
        }
    }
    Ok(None)
}

impl Server {
    /// Answer to a GET of `target`.
    pub(crate) fn get(&self, target: &str, language: &str) -> anyhow::Result<Value> {
        client::get(&self.address, target, language)
    }

    /// Body of the answer to a GET of `target`.
    pub(crate) fn body(&self, target: &str) -> anyhow::Result<Vec<u8>> {
        Ok(client::head_and_body(&self.address, target, "en")?.1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
