//! `polidex serve`: the search page, the reading page and the API, from one index.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use clap::Args;
use polidex_analysis::hash::Fnv;
use polidex_indexer::extract::pdf::{Place, WantedPage};
use polidex_indexer::extract::stand_in::NotShown as NotDrawn;
use polidex_indexer::index::{BuildOptions, IndexOwner, folder_state, index_owner};
use polidex_indexer::readers::{Fonts, Originals, Readers};
use polidex_indexer::store::generations::{complete_generations, read_manifest};
use polidex_opensearch::address::Address;
use polidex_schema::manifest::{CURRENT, GENERATIONS, MANIFEST};
use polidex_server::error::ServerError;
use polidex_server::http::{
    Answers, BaseUrl, IpNet, Limits, NotShown, Original, Rate, ReadDraft, Settings, ShowOriginal,
    Site, WantedOriginal, is_origin, serve, serve_metrics,
};
use polidex_server::login::{Doors, SessionKey};
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use tokio::net::TcpListener;
use tokio::task::JoinError;

use crate::Found;
use crate::indexing::{DEFAULT_INDEX, DEFAULT_SOURCES, Verbosity, build, say_held};
use crate::ocr::{OcrMode, say_unread, scans};
use crate::opening::{generation_at, open};
use crate::output::say;
use crate::report::write_report;
use crate::tables::Tables;
use crate::watch::watch;

/// Time between two polls for a new generation of the index.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Searches that run at once on a cluster for each processor here: they wait there for most of their time.
const SEARCHES_OF_CLUSTER: usize = 4;

/// Serve the search page
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Folders, files or JSON Lines to index and serve [default: the existing index, or seeds/ indexed first]
    paths: Vec<PathBuf>,
    /// Folder of the index
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Serve an index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["paths", "index", "watch", "verify"])]
    engine: Option<Address>,
    /// Address to listen on; port 0 picks a free port
    #[arg(long, value_name = "ADDRESS", default_value_t = default_address())]
    listen: SocketAddr,
    #[command(flatten)]
    tables: Tables,
    /// Additional host name the server answers to; repeatable
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Number of searches that run at once [default: one for each processor; with --engine four]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    searches: Option<u16>,
    /// Requests per second allowed for each client; 0 means no limit [default: 50; none for this machine]
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// Proxy whose X-Forwarded-For header is trusted: 10.0.0.1 or 10.0.0.0/8; repeatable
    #[arg(long, value_name = "ADDRESS", value_parser = proxy_network)]
    trusted_proxy: Vec<IpNet>,
    /// Public address of the server behind a proxy, with the path it is published under: https://office.example/polidex
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Origin whose pages may read the API: https://app.example.org, or * for all; repeatable
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    cors: Vec<String>,
    /// Address to serve /metrics on, in the format of Prometheus
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Log every answered request: method, route, status and time, without addresses and queries
    #[arg(long)]
    pub(crate) access_log: bool,
    /// Answer assistants at /mcp (Model Context Protocol)
    #[arg(long)]
    mcp: bool,
    /// File of users, who have to log in: `polidex user add NAME --users FILE`
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Header in which a trusted proxy names the user who has logged in there
    #[arg(long, value_name = "NAME", requires = "trusted_proxy")]
    user_header: Option<String>,
    /// File to count the commonest questions without results in; nothing tells who asked
    #[arg(long, value_name = "FILE")]
    zero_results: Option<PathBuf>,
    /// Folder of fonts to draw pages of PDFs with whose own fonts are not in the file
    #[arg(long, value_name = "DIR")]
    fonts: Option<PathBuf>,
    /// Update the index when something below PATH changes
    #[arg(long, requires = "paths")]
    watch: bool,
    /// Asks for nothing more: every file of an index is checked against its checksum whenever it is opened
    #[arg(long)]
    verify: bool,
}

/// Reads a network, or one address.
fn proxy_network(text: &str) -> anyhow::Result<IpNet> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or(address)
        .ok()
        .context("write an address or a network: 10.0.0.1 or 10.0.0.0/8")
}

/// Reads an origin as a browser writes it.
fn origin(text: &str) -> anyhow::Result<String> {
    if is_origin(text) {
        return Ok(text.to_owned());
    }
    bail!("write scheme and host and nothing else: https://app.example.org, or *")
}

fn default_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 7878))
}

impl ServeArgs {
    fn settings(&self) -> anyhow::Result<Settings> {
        Ok(Settings {
            hosts: self.host.clone(),
            base_url: self.base_url.clone(),
            rate: match self.rate_limit {
                None => Rate::Usual,
                Some(0) => Rate::Unlimited,
                Some(per_second) => Rate::PerSecond(per_second),
            },
            trusted_proxies: self.trusted_proxy.clone(),
            cors: self.cors.clone(),
            mcp: self.mcp,
            doors: self.doors()?,
            limits: self.limits(),
        })
    }

    fn limits(&self) -> Limits {
        let usual = Limits::default();
        let for_each = if self.engine.is_some() {
            SEARCHES_OF_CLUSTER
        } else {
            1
        };
        let usual_searches = usual.search_threads * for_each;
        Limits {
            search_threads: self.searches.map_or(usual_searches, usize::from),
            ..usual
        }
    }

    /// The ways in, where a login is asked for.
    fn doors(&self) -> anyhow::Result<Option<Doors>> {
        if self.users.is_none() && self.user_header.is_none() {
            return Ok(None);
        }
        let secret = std::env::var("POLIDEX_SECRET").ok();
        let key = secret
            .map(|secret| SessionKey::of_secret(&secret))
            .transpose();
        let key = key.context("reading POLIDEX_SECRET")?;
        let doors = Doors::open(self.users.as_deref(), key, self.user_header.clone());
        let path = self.users.as_deref().unwrap_or(Path::new("")).display();
        Ok(Some(doors.with_context(|| format!("reading {path}"))?))
    }

    /// The fonts for pages whose own are not in their files.
    fn fonts(&self) -> anyhow::Result<Fonts> {
        let Some(folder) = &self.fonts else {
            return Ok(Fonts::default());
        };
        let fonts = Fonts::of_folder(folder);
        let fonts = fonts.with_context(|| format!("reading the fonts in {}", folder.display()))?;
        if fonts.is_empty() {
            let folder = folder.display();
            say(&format!("warning: no font in {folder} has ideographs"));
        }
        Ok(fonts)
    }

    /// Returns the state of the folders to watch; `None` when it cannot be read.
    fn state(&self) -> Option<u64> {
        let index = self.index.as_deref().unwrap_or(Path::new(""));
        folder_state(&self.paths, index).ok()
    }
}

/// Runs the command until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Found> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the server")?;
    let served = runtime.block_on(serve_until_stopped(args));
    // Whoever waits for a cluster that does not answer is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(2));
    served.map(|()| Found::Something)
}

async fn serve_until_stopped(args: &ServeArgs) -> anyhow::Result<()> {
    // Bound before the index is built: a taken port is reported at once and not after minutes.
    let listener = listen(args.listen).await?;
    let address = listener.local_addr().context("reading the address")?;
    let metrics = match args.metrics {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let settings = args.settings()?;
    let state = args.state();
    let opener = tokio::task::block_in_place(|| Opener::ready(args))?;
    if settings.doors.is_none() {
        warn_if_exposed(address);
    }
    let site = Site::new(settings);
    site.read_drafts_with(Arc::new(DraftReader::default()));
    if args.engine.is_none() {
        let originals = Originals::new(&args.paths).kept_in(&opener.index);
        let originals = originals.with_fonts(args.fonts()?);
        site.show_originals_with(Arc::new(FolderOriginals(originals)));
    }
    site.begin_opening();
    let mut opening = tokio::task::spawn_blocking(move || opener.open());
    // Most indexes are open by then, and an error is said before anybody is let in.
    let early = tokio::time::timeout(QUICK_OPENING, &mut opening).await;
    let early = early.ok().map(taken).transpose()?;
    announce(address)?;
    announce_metrics(metrics, &site)?;
    let following = async {
        let opened = match early {
            Some(opened) => opened,
            None => taken(opening.await)?,
        };
        follow(opened, args, state, &site).await
    };
    tokio::select! {
        served = serve_with_report(args.zero_results.as_deref(), listener, &site) => served,
        failed = following => failed,
    }
}

/// Time that an index has to be opened before the address is announced without it.
const QUICK_OPENING: Duration = Duration::from_secs(1);

/// Returns what a task has opened.
fn taken(joined: Result<anyhow::Result<Opened>, JoinError>) -> anyhow::Result<Opened> {
    joined.context("opening the index")?
}

/// Puts an index in place that is open, and every generation that follows it; ends with an error alone.
async fn follow(
    opened: Opened,
    args: &ServeArgs,
    state: Option<u64>,
    site: &Arc<Site>,
) -> anyhow::Result<()> {
    opened.put_in(site);
    let engine = Arc::clone(&opened.engine);
    // The first Chinese word loads the dictionary: no reader should have to wait for it.
    tokio::task::spawn_blocking(move || engine.search(&Question::about("政府")).map(|_| ()));
    let follower = Follower::new(&opened, args);
    if args.watch {
        let paths = args.paths.clone();
        let options = with_scans()?;
        std::thread::spawn(move || watch(&paths, &opened.index, &options, state));
    }
    follower.run(Arc::clone(site)).await;
    Ok(())
}

/// Serves until it is told to stop; the report of questions without results is written until then, where it is wanted.
async fn serve_with_report(
    report: Option<&Path>,
    listener: TcpListener,
    site: &Arc<Site>,
) -> anyhow::Result<()> {
    if let Some(path) = report {
        site.count_unanswered_questions(&std::fs::read_to_string(path).unwrap_or_default());
        tokio::spawn(report_unanswered(path.to_owned(), Arc::clone(site)));
    }
    let served = serve(listener, Arc::clone(site), shutdown()).await;
    if let Some(path) = report {
        write_unanswered(path, site)?;
    }
    served.context("serving")
}

/// Serves the counters on a listener of their own, where one is wanted.
fn announce_metrics(listener: Option<TcpListener>, site: &Arc<Site>) -> anyhow::Result<()> {
    let Some(listener) = listener else {
        return Ok(());
    };
    let address = listener.local_addr().context("reading the address")?;
    say(&format!("metrics on http://{address}/metrics"));
    tokio::spawn(serve_metrics(listener, Arc::clone(site)));
    Ok(())
}

/// Reads the files of drafts as those of the index are read, in workers.
#[derive(Default)]
struct DraftReader(Readers);

impl ReadDraft for DraftReader {
    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<String, String> {
        let (texts, skipped) = self.0.texts(bytes, name);
        if texts.is_empty() {
            let reason = skipped.first().map(ToString::to_string);
            return Err(reason.unwrap_or_else(|| "it holds no text".to_owned()));
        }
        Ok(texts.join("\n\n"))
    }
}

/// Draws pages of the files below the folders that are served.
struct FolderOriginals(Originals);

impl ShowOriginal for FolderOriginals {
    fn has(&self, path: &str, hash: &str) -> bool {
        self.0.has(path, hash)
    }

    fn page(&self, path: &str, hash: &str, wanted: &WantedOriginal) -> Result<Original, NotShown> {
        let wanted = WantedPage {
            number: wanted.number,
            words: wanted.words.clone(),
            passage: wanted.passage.clone(),
        };
        let page = self.0.page(path, hash, &wanted);
        let page = page.map_err(|reason| match reason {
            NotDrawn::NoSuchPage => NotShown::NoSuchPage,
            NotDrawn::LacksFonts(_) => NotShown::LacksFont,
            NotDrawn::Failed(_) => NotShown::Failed,
        })?;
        let places = |places: &[Place]| -> Vec<[u32; 4]> {
            let places = places.iter();
            places
                .map(|place| [place.x, place.y, place.width, place.height])
                .collect()
        };
        Ok(Original {
            png: page.png.clone(),
            height: page.height,
            page_count: page.page_count,
            marks: places(&page.marks),
            passage: places(&page.passage),
        })
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another with --listen"))
}

fn warn_if_exposed(address: SocketAddr) {
    if !address.ip().is_loopback() {
        say(
            "warning: everyone who reaches this machine can read the index; put a proxy with TLS in front and name it with --base-url",
        );
    }
}

/// The one line on standard output: scripts read the address from it.
fn announce(address: SocketAddr) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")
        .and_then(|()| out.flush())
        .context("printing the address")
}

/// Time between two writings of the questions without results.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// Writes the questions without results once a minute.
async fn report_unanswered(path: PathBuf, site: Arc<Site>) {
    loop {
        tokio::time::sleep(REPORT_EVERY).await;
        let written = tokio::task::block_in_place(|| write_unanswered(&path, &site));
        if let Err(error) = written {
            say(&format!("warning: {error:#}"));
        }
    }
}

/// Writes the questions without results, for the owner of the file alone.
fn write_unanswered(path: &Path, site: &Site) -> anyhow::Result<()> {
    use std::io::Write;
    let text = site.unanswered_questions().unwrap_or_default();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("writing {}", path.display()))
}

/// An index that is there and can be opened.
struct Opener {
    index: PathBuf,
    /// Index on a cluster in place of the folder.
    cluster: Option<Address>,
    tables: Tables,
}

impl Opener {
    /// Builds the index if need be.
    fn ready(args: &ServeArgs) -> anyhow::Result<Self> {
        let index = match args.engine {
            Some(_) => PathBuf::new(),
            None => ready_index(args)?,
        };
        Ok(Self {
            index,
            cluster: args.engine.clone(),
            tables: args.tables.clone(),
        })
    }

    /// Checks the index and opens it: a second a gigabyte, or as long as the disk takes to give it.
    fn open(self) -> anyhow::Result<Opened> {
        let (engine, passed_over) = match &self.cluster {
            Some(_) => (open(Path::new(""), self.cluster.as_ref())?, None),
            None => open_or_mend(&self.index)?,
        };
        Ok(Opened {
            engine: Arc::new(self.tables.put_in(engine)?),
            index: self.index,
            passed_over,
        })
    }
}

/// The index to serve.
struct Opened {
    index: PathBuf,
    engine: Arc<Searcher>,
    /// Name of the current generation, when it is damaged and the engine serves one before it.
    passed_over: Option<String>,
}

impl Opened {
    fn put_in(&self, site: &Site) {
        site.put_engine(Arc::clone(&self.engine) as Arc<dyn Answers>);
        note_built(site, &self.index, &self.engine.index_info().generation);
        if let Some(damaged) = &self.passed_over {
            site.pass_over(damaged);
        }
    }
}

/// Notes when a generation was built: its manifest is written last.
fn note_built(site: &Site, index: &Path, generation: &str) {
    let manifest = index.join(GENERATIONS).join(generation).join(MANIFEST);
    if let Ok(built) = manifest.metadata().and_then(|file| file.modified()) {
        site.note_built(built);
    }
}

/// Opens the current generation or one before it. Where all are damaged, the index is made anew from its sources if they are
/// there: generations share files, so one damaged file can be in all of them.
fn open_or_mend(index: &Path) -> anyhow::Result<(Searcher, Option<String>)> {
    let damaged = match open_sound(index) {
        Ok(opened) => return Ok(opened),
        Err(error @ ServerError::Damaged { .. }) => error,
        Err(error) => return Err(error.into()),
    };
    let sources = read_manifest(index).map(|manifest| manifest.built_from);
    let sources = sources.unwrap_or_default().into_iter();
    let sources: Vec<PathBuf> = sources.map(PathBuf::from).collect();
    if sources.is_empty() || !sources.iter().all(|source| source.exists()) {
        return Err(damaged.into());
    }
    say(&format!(
        "warning: {damaged}; it is made anew from its sources now"
    ));
    rebuild(&sources, index)?;
    Ok((Searcher::open(index)?, None))
}

/// Opens the current generation. A damaged one is passed over for one before it: that is reported, and the name of the
/// damaged one is returned with the engine.
fn open_sound(index: &Path) -> Result<(Searcher, Option<String>), ServerError> {
    let damaged = match Searcher::open(index) {
        Ok(engine) => return Ok((engine, None)),
        Err(error) => error,
    };
    let current = Searcher::generation_at(index);
    let names = complete_generations(index).into_iter().rev();
    for name in names.filter(|name| Some(name) != current.as_ref()) {
        if let Ok(engine) = Searcher::open_generation(index, &name) {
            say(&format!(
                "warning: {damaged}; {name} is served in its place"
            ));
            return Ok((engine, Some(current.unwrap_or_else(|| CURRENT.to_owned()))));
        }
    }
    Err(damaged)
}

/// Returns the folder of an index that is ready to serve, built first if need be.
fn ready_index(args: &ServeArgs) -> anyhow::Result<PathBuf> {
    if args.paths.is_empty() {
        return ready_default_index(args.index.as_deref());
    }
    let index = match &args.index {
        Some(index) => index.clone(),
        None => cache_folder(&args.paths)?,
    };
    rebuild(&args.paths, &index)?;
    Ok(index)
}

/// Returns the index that is there, built from the seeds where it is theirs or there is none.
fn ready_default_index(index: Option<&Path>) -> anyhow::Result<PathBuf> {
    let index = index.unwrap_or(Path::new(DEFAULT_INDEX)).to_owned();
    let seeds = [PathBuf::from(DEFAULT_SOURCES)];
    if !seeds[0].exists() {
        if Searcher::generation_at(&index).is_none() {
            bail!(
                "no index in {} and no {DEFAULT_SOURCES}/ to build it from; name a folder: polidex serve PATH",
                index.display()
            );
        }
        return Ok(index);
    }
    // An index of other documents is somebody's work: it is served, never replaced.
    if index_owner(&seeds, &index) != IndexOwner::OtherPaths {
        rebuild(&seeds, &index)?;
    }
    Ok(index)
}

/// Options of a build as `polidex index` has them where nothing is said.
fn with_scans() -> anyhow::Result<BuildOptions> {
    Ok(BuildOptions {
        scans: scans(OcrMode::default())?,
        ..BuildOptions::default()
    })
}

fn rebuild(paths: &[PathBuf], index: &Path) -> anyhow::Result<()> {
    let report = build(paths, index, &with_scans()?, Verbosity::Normal)?;
    say_held(&report, index.display());
    if !report.changed {
        return Ok(());
    }
    let mut table = Vec::new();
    write_report(&mut table, &report).context("writing the report")?;
    say(String::from_utf8_lossy(&table).trim_end());
    say_unread(OcrMode::default(), &report);
    Ok(())
}

/// Characters of the paths that the name of a cache folder shows.
const CACHE_NAME_CHARS: usize = 80;

/// Returns a folder for an index of `paths` alone, below the user's cache folder.
fn cache_folder(paths: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or(home);
    let cache =
        cache.context("neither XDG_CACHE_HOME nor HOME is set; name a folder with --index")?;
    Ok(cache.join("polidex").join(cache_name(paths)?))
}

/// The end of the absolute paths, which a person recognises, and a hash of them all.
fn cache_name(paths: &[PathBuf]) -> anyhow::Result<String> {
    let mut name = String::new();
    for path in paths {
        let path = path
            .canonicalize()
            .with_context(|| format!("there is nothing at {}", path.display()))?;
        let path = path.to_string_lossy().into_owned();
        name.push_str(&path.replace(|character: char| !character.is_alphanumeric(), "-"));
    }
    let hash = Fnv::of(name.as_bytes());
    let skipped = name.chars().count().saturating_sub(CACHE_NAME_CHARS);
    let tail: String = name.chars().skip(skipped).collect();
    Ok(format!("{}-{hash:016x}", tail.trim_matches('-')))
}

/// Puts every new generation of the index in place. One that cannot be opened is reported once; the one before goes on.
struct Follower {
    index: PathBuf,
    /// Index on a cluster in place of the folder.
    cluster: Option<Address>,
    tables: Tables,
    /// Generation that is served.
    current: String,
    /// Generation that could not be opened.
    refused: Option<String>,
    /// State of the tables that the served engine has read.
    tables_read: [Option<SystemTime>; 2],
}

impl Follower {
    fn new(opened: &Opened, args: &ServeArgs) -> Self {
        Self {
            index: opened.index.clone(),
            cluster: args.engine.clone(),
            tables: args.tables.clone(),
            current: opened.engine.index_info().generation,
            refused: None,
            tables_read: args.tables.state(),
        }
    }

    async fn run(mut self, site: Arc<Site>) {
        loop {
            tokio::time::sleep(POLL_EVERY).await;
            let (index, cluster) = (self.index.clone(), self.cluster.clone());
            // A cluster that does not answer keeps a thread waiting, and nobody else.
            let there = move || generation_at(&index, cluster.as_ref());
            let there = tokio::task::spawn_blocking(there).await;
            if let Some(generation) = there.ok().flatten().and_then(|there| self.news(there)) {
                self.follow(&site, generation).await;
            }
        }
    }

    /// Returns the current generation if it is to be opened: it is new, or the tables have changed.
    fn news(&mut self, there: String) -> Option<String> {
        let state = self.tables.state();
        let is_known = there == self.current || self.refused.as_ref() == Some(&there);
        if is_known && state == self.tables_read {
            return None;
        }
        self.tables_read = state;
        Some(there)
    }

    async fn follow(&mut self, site: &Site, generation: String) {
        let (index, tables) = (self.index.clone(), self.tables.clone());
        let cluster = self.cluster.clone();
        let open = move || tables.put_in(open(&index, cluster.as_ref())?);
        match tokio::task::spawn_blocking(open).await {
            Ok(Ok(engine)) => {
                site.put_engine(Arc::new(engine));
                note_built(site, &self.index, &generation);
                self.current = generation;
            }
            Ok(Err(error)) => {
                say(&format!("the new index is not used: {error:#}"));
                site.pass_over(&generation);
                self.refused = Some(generation);
            }
            Err(error) => say(&format!("looking at the new index failed: {error}")),
        }
    }
}

/// Ends on Ctrl-C or SIGTERM.
async fn shutdown() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
