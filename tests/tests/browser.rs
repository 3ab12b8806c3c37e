//! The pages in a real browser, where there is one: `tests/browser` holds the walks, this starts the server for them.
//!
//! Without Chromium, Node or their packages it says so in one line and passes; `POLIDEX_BROWSER=required`, as CI sets it,
//! makes that a failure and walks every combination. `POLIDEX_BINARY` names a built program that serves the seeds; without it
//! the server runs in this process, so that a stale binary is never what is tested. Servers of hostile documents, of no
//! index and of no patience run in this process in any case. One server of each kind serves all walks.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use polidex_server::http::{Rate, Settings, Site, serve};
use polidex_server::login::{Doors, Users};
use polidex_server::searcher::Searcher;
use polidex_tests::hostile::write_hostile;
use polidex_tests::made;
use polidex_tests::{Indexed, index, left_out, top};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

#[test]
fn the_pages_work_in_a_browser() {
    let folder = top().join("tests/browser");
    if let Err(missing) = browser_is_ready(&folder) {
        assert!(
            std::env::var_os("POLIDEX_BROWSER").is_none(),
            "the browser tests are required: {missing}"
        );
        return left_out(&format!("the walks in a browser ({missing})"));
    }
    let runtime = Runtime::new().expect("threads for the servers");
    let mut walks = Command::new("node");
    walks
        .current_dir(&folder)
        .args(["--test", "--test-concurrency=2"]);
    // One file while it is being written: POLIDEX_WALKS=hostile.test.js
    walks.args(std::env::var_os("POLIDEX_WALKS"));
    let seeds = index(&[top().join("seeds")], 2);
    let program = std::env::var_os("POLIDEX_BINARY");
    let papers = program.as_ref().map(|program| {
        let papers = TempDir::new().expect("a folder");
        write_papers(papers.path());
        (Program::serve(program, papers.path()), papers)
    });
    // Pages are drawn in a process of their own, so by a program alone.
    if let Some((program, _)) = &papers {
        walks.env("POLIDEX_ORIGINALS_URL", &program.url);
    }
    let program = program.map(|program| Program::serve(&program, &top().join("seeds")));
    let seeds_url = match &program {
        Some(program) => program.url.clone(),
        None => start_server(&runtime, Settings::default(), Some(&seeds)),
    };
    walks.env("POLIDEX_URL", seeds_url);
    let documents = TempDir::new().expect("a folder");
    write_hostile(documents.path());
    let hostile = index(&[documents.path().to_owned()], 2);
    walks.env(
        "POLIDEX_HOSTILE_URL",
        start_server(&runtime, Settings::default(), Some(&hostile)),
    );
    let tired = Settings {
        rate: Rate::PerSecond(1),
        ..Settings::default()
    };
    walks.env(
        "POLIDEX_TIRED_URL",
        start_server(&runtime, tired, Some(&seeds)),
    );
    walks.env(
        "POLIDEX_UNREADY_URL",
        start_server(&runtime, Settings::default(), None),
    );
    let users = documents.path().join("users");
    write_users(&users);
    let login = Settings {
        doors: Some(Doors::open(Some(&users), None, None).expect("a file of users")),
        ..Settings::default()
    };
    walks.env(
        "POLIDEX_LOGIN_URL",
        start_server(&runtime, login, Some(&seeds)),
    );
    let below = Settings {
        base_url: Some("http://127.0.0.1/polidex".parse().expect("an address")),
        ..Settings::default()
    };
    let below = start_server(&runtime, below, Some(&seeds));
    walks.env("POLIDEX_BELOW_URL", format!("{below}/polidex"));
    let done = walks.output().expect("node runs");
    let report = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "{report}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Writes a file with the one user of `office.test.js`.
fn write_users(path: &Path) {
    let mut users = Users::nobody().expect("random numbers");
    let set = users.set_password("reader", "correct horse");
    set.expect("a good password");
    std::fs::write(path, users.to_text()).expect("a file");
}

/// Writes PDFs: one whose page can be drawn, and one that names a font of ideographs that it does not hold.
fn write_papers(folder: &Path) {
    let words = "BT /F1 14 Tf 60 700 Td (The harbour fund pays for every pier of the city and its ferries) Tj ET";
    let chinese = "BT /F3 14 Tf 60 700 Td <6D77 6E2F 7BA1 7406 689D 4F8B> Tj ET";
    for (name, content) in [("fund", words), ("mandarin", chinese)] {
        let file = made::pdf(&[content.to_owned()]);
        std::fs::write(folder.join(format!("{name}.pdf")), file).expect("a file");
    }
}

/// A program that serves a folder; killed when dropped.
struct Program {
    child: Child,
    url: String,
    /// Holds its index.
    _folder: TempDir,
}

impl Program {
    fn serve(program: &OsStr, documents: &Path) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut child = Command::new(program)
            .arg("serve")
            .arg(documents)
            .arg("--index")
            .arg(folder.path().join("index"))
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("POLIDEX_BINARY names a program");
        let lines = BufReader::new(child.stdout.as_mut().expect("piped")).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the program says where it listens");
        Self {
            child,
            url,
            _folder: folder,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of a server of `indexed`, or of one that has no index yet.
fn start_server(runtime: &Runtime, settings: Settings, indexed: Option<&Indexed>) -> String {
    let site = Site::new(settings);
    if let Some(indexed) = indexed {
        let engine = Searcher::open(indexed.folder.path()).expect("the index that was just built");
        site.put_engine(Arc::new(engine));
    }
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");
    runtime.spawn(serve(listener, site, std::future::pending()));
    format!("http://{address}")
}

/// Chromium, Node and the test packages, which are installed when they are not there yet; else what is missing.
fn browser_is_ready(folder: &Path) -> Result<(), String> {
    let named = std::env::var_os("POLIDEX_CHROMIUM").map(PathBuf::from);
    let usual = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    .map(PathBuf::from);
    if !named.into_iter().chain(usual).any(|path| path.exists()) {
        return Err("no Chromium".to_owned());
    }
    if !runs("node", &["--version"], folder) {
        return Err("no Node".to_owned());
    }
    let is_installed = folder.join("node_modules/playwright-core").exists();
    if is_installed || runs("npm", &["ci", "--no-audit", "--no-fund"], folder) {
        return Ok(());
    }
    Err("`npm ci` in tests/browser failed".to_owned())
}

fn runs(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
