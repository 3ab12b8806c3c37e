//! The pages in a real browser, where there is one: `tests/browser` holds the walks, this starts the server for them.
//!
//! Without Chromium, Node or their packages it says so in one line and passes; `POLIDEX_BROWSER=required`, as CI sets it,
//! makes that a failure and walks every combination. `POLIDEX_BINARY` names a built program to serve with; without it the
//! server runs in this process, so that a stale binary is never what is tested.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use polidex_server::engine::Engine;
use polidex_server::http::{Settings, Site, serve};
use polidex_tests::{index, top};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

#[test]
#[allow(clippy::print_stderr, reason = "a test that is left out says so")]
fn the_pages_work_in_a_browser() {
    let folder = top().join("tests/browser");
    if let Err(missing) = browser_is_ready(&folder) {
        assert!(std::env::var_os("POLIDEX_BROWSER").is_none(), "the browser tests are required: {missing}");
        eprintln!("left out: the walks in a browser ({missing})");
        return;
    }
    let mut walks = Command::new("node");
    walks.current_dir(&folder).args(["--test", "--test-concurrency=1"]);
    let indexed = index(&[top().join("seeds")], 2);
    let runtime = Runtime::new().expect("threads for the server");
    if std::env::var_os("POLIDEX_BINARY").is_none() {
        let engine = Engine::open(indexed.folder.path()).expect("an index of the seeds");
        walks.env("POLIDEX_URL", format!("http://{}", start_server(&runtime, engine)));
    }
    let done = walks.output().expect("node runs");
    let report = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{report}\n{}", String::from_utf8_lossy(&done.stderr));
}

fn start_server(runtime: &Runtime, engine: Engine) -> SocketAddr {
    let site = Site::new(Settings::default());
    site.put_engine(Arc::new(engine));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    runtime.spawn(serve(listener, site, std::future::pending()));
    address
}

/// Chromium, Node and the test packages, which are installed when they are not there yet; else what is missing.
fn browser_is_ready(folder: &Path) -> Result<(), String> {
    let named = std::env::var_os("POLIDEX_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
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
    command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
