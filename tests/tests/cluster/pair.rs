//! Indexes of the same documents on both engines.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polidex_indexer::index::{BuildOptions, Closing, build_index};
use polidex_indexer::report::IndexReport;
use polidex_opensearch::address::Address;
use polidex_opensearch::client::{Client, Content};
use polidex_opensearch::engine::ClusterEngine;
use polidex_opensearch::sink::build_cluster;
use polidex_schema::cited::CITED;
use polidex_server::answer::Answer;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use polidex_tests::{left_out, top};
use serde_json::Value;
use tempfile::TempDir;

/// Variable that names the hosts of a cluster.
const HOSTS: &str = "POLIDEX_OPENSEARCH";
/// Number of times that an engine may run out of time: the machine may be busy.
const PATIENCE: usize = 5;

/// An index on the cluster under test, removed when it is dropped.
pub(crate) struct Cluster {
    pub(crate) address: Address,
    pub(crate) client: Client,
}

impl Cluster {
    /// An index with a name of this process and test; `None` where there is no cluster.
    pub(crate) fn named(test: &str) -> Option<Self> {
        let Ok(hosts) = std::env::var(HOSTS) else {
            left_out(&format!("{HOSTS} names no OpenSearch cluster"));
            return None;
        };
        let name = format!("{hosts}/test-{}-{test}", std::process::id());
        Some(Self::at(&name.parse().expect("an address")))
    }

    /// The index at an address.
    pub(crate) fn at(address: &Address) -> Self {
        Self {
            address: address.clone(),
            client: Client::from_environment(&address.hosts).expect("a client"),
        }
    }

    /// Indexes `paths`, with two shards, so that the parts of an answer have to be put together.
    pub(crate) fn build(&self, paths: &[PathBuf], options: &BuildOptions) -> IndexReport {
        build_cluster(paths, &self.address, 2, options, &|_| {}).expect("an index on the cluster")
    }

    /// The current generation.
    pub(crate) fn open(&self) -> Searcher {
        Searcher::over(ClusterEngine::open(&self.address).expect("an index on the cluster"))
    }

    /// Sends a request of the test's own.
    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let content = body.map_or(Content::Nothing, Content::Json);
        let answer = self.client.send(method, path, content);
        answer.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Names of the indexes that are there.
    pub(crate) fn indexes(&self) -> Vec<String> {
        let path = format!("/_cat/indices/{}-g*?format=json&h=index", self.address.name);
        let listed = self.send("GET", &path, None);
        let rows = listed.as_array().into_iter().flatten();
        let mut names: Vec<String> = rows
            .filter_map(|row| Some(row["index"].as_str()?.to_owned()))
            .collect();
        names.sort();
        names
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let forgotten = format!("{}-forgotten", self.address.name);
        for index in self.indexes().into_iter().chain([forgotten]) {
            let path = format!("/{index}");
            let _ = self.client.send("DELETE", &path, Content::Nothing);
        }
    }
}

/// The same folder, indexed by both engines.
pub(crate) struct Pair {
    pub(crate) sources: TempDir,
    folder: TempDir,
    pub(crate) cluster: Cluster,
    pub(crate) local: Searcher,
    pub(crate) remote: Searcher,
}

impl Pair {
    /// Indexes the seeds and `files`; `None` where there is no cluster.
    pub(crate) fn of(test: &str, files: &[(&str, &[u8])]) -> Option<Self> {
        let cluster = Cluster::named(test)?;
        let sources = TempDir::new().expect("a temporary folder");
        copy_seeds(&sources.path().join("seeds"));
        for (name, content) in files {
            write(sources.path(), name, content);
        }
        let folder = TempDir::new().expect("a temporary folder");
        let paths = [sources.path().to_owned()];
        build_index(&paths, folder.path(), &options(), &|_| {}).expect("an index");
        cluster.build(&paths, &options());
        Some(Self {
            local: Searcher::open(folder.path()).expect("the index just built"),
            remote: cluster.open(),
            sources,
            folder,
            cluster,
        })
    }

    /// Brings both up to date with the folder, and opens them.
    pub(crate) fn update(&mut self) -> [IndexReport; 2] {
        let paths = [self.sources.path().to_owned()];
        let local = build_index(&paths, self.folder.path(), &options(), &|_| {}).expect("an index");
        let remote = self.cluster.build(&paths, &options());
        self.reopen();
        [local, remote]
    }

    /// Opens the current generations.
    pub(crate) fn reopen(&mut self) {
        self.local = Searcher::open(self.folder.path()).expect("an index");
        self.remote = self.cluster.open();
    }

    /// The folder of the index on this machine's disk.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Answers of both to a question, the cluster's last. One that ran out of time, as it says, is asked for again.
    pub(crate) fn ask(&self, question: &Question) -> [Answer; 2] {
        let ask = |engine: &Searcher| {
            let answer = engine.search(question);
            answer.unwrap_or_else(|error| panic!("{}: {error}", question.search.query.q))
        };
        [&self.local, &self.remote].map(|engine| {
            let mut answers = (0..PATIENCE).map(|_| ask(engine));
            let whole = answers.find(|answer| !answer.partial);
            whole.unwrap_or_else(|| ask(engine))
        })
    }
}

/// Options of a build: removals are meant.
pub(crate) fn options() -> BuildOptions {
    BuildOptions {
        threads: 2,
        allow_removals: true,
        closing: Closing::default().with(CITED, |index, generation| {
            Searcher::make_cited(index, generation).ok()
        }),
        ..BuildOptions::default()
    }
}

/// Writes a file below a folder.
pub(crate) fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
    fs::write(path, content).expect("a file");
}

/// Copies the seeds to a new folder.
pub(crate) fn copy_seeds(to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(top().join("seeds")).expect("the seeds") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

/// Waits until `is_so`, at most half a minute.
pub(crate) fn await_that(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..300 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came to pass that {what}");
}
