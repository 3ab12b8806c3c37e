//! `polidex serve`: the search page, the reading page and the API, from one index.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use polidex_analysis::hash::Fnv;
use polidex_indexer::index::{IndexOwner, folder_state, index_owner};
use polidex_indexer::store::generations::{complete_generations, verify_generation};
use polidex_server::engine::Engine;
use polidex_server::http::{IpNet, Rate, Settings, Site, serve};
use polidex_server::question::Question;

use crate::Found;
use crate::index::{DEFAULT_INDEX, DEFAULT_SOURCES, Quiet, build, write_table};
use crate::output::say;
use crate::tables::Tables;
use crate::watch::watch;

/// How often the server looks whether the index has a new generation.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Serve the search page
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// What to index and serve; without it the index that is there, built from seeds/ when it is missing or they changed
    paths: Vec<PathBuf>,
    /// The folder of the index
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value_t = default_address())]
    listen: SocketAddr,
    #[command(flatten)]
    tables: Tables,
    /// Another host name the server answers to; may be given more than once
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Requests a second that one client may make; 0 for no limit [default: 50, and none for this machine itself]
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// A proxy whose X-Forwarded-For is believed: 10.0.0.1 or 10.0.0.0/8; may be given more than once
    #[arg(long, value_name = "ADDRESS", value_parser = proxy_network)]
    trusted_proxy: Vec<IpNet>,
    /// Where the outside world finds the server, behind a proxy: https://search.example.org
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Bring the index up to date when something below PATH changes
    #[arg(long, requires = "paths")]
    watch: bool,
    /// Hold every file of the index against its checksum before it is served
    #[arg(long)]
    verify: bool,
}

impl Default for ServeArgs {
    fn default() -> Self {
        Self {
            tables: Tables::default(),
            paths: Vec::new(),
            index: None,
            listen: default_address(),
            host: Vec::new(),
            rate_limit: None,
            trusted_proxy: Vec::new(),
            base_url: None,
            watch: false,
            verify: false,
        }
    }
}

/// A network, or one address.
fn proxy_network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or(address)
        .map_err(|_| "write an address or a network: 10.0.0.1 or 10.0.0.0/8".to_owned())
}

fn default_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 7878))
}

/// Runs the command until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Found> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the server")?;
    runtime.block_on(async {
        // Bound before the index is built: a taken port is said at once and not after minutes.
        let listener = tokio::net::TcpListener::bind(args.listen).await;
        let listener = listener.with_context(|| format!("cannot listen on {}; choose another with --listen", args.listen))?;
        let address = listener.local_addr().context("reading the address")?;
        let state = folder_state(&args.paths, args.index.as_deref().unwrap_or(Path::new(""))).ok();
        let index = tokio::task::block_in_place(|| ready_index(args))?;
        let (engine, passed_over) = tokio::task::block_in_place(|| open(&index, args.verify))?;
        let engine = args.tables.put_in(engine)?;
        if !address.ip().is_loopback() {
            say("warning: everyone who reaches this machine can read the index; put a proxy with TLS in front and name it with --base-url");
        }
        let settings = Settings {
            hosts: args.host.clone(),
            base_url: args.base_url.clone(),
            rate: match args.rate_limit {
                None => Rate::Usual,
                Some(0) => Rate::Unlimited,
                Some(per_second) => Rate::PerSecond(per_second),
            },
            trusted_proxies: args.trusted_proxy.clone(),
            ..Settings::default()
        };
        let site = Site::new(settings);
        let generation = engine.index_info().generation;
        let engine = Arc::new(engine);
        site.put_engine(Arc::clone(&engine) as Arc<dyn polidex_server::http::Answers>);
        if let Some(damaged) = &passed_over {
            site.pass_over(damaged);
        }
        announce(address)?;
        // The first Chinese word loads the dictionary: nobody should have to wait for it.
        tokio::task::spawn_blocking(move || engine.search(&Question::about("政府")).map(|_| ()));
        let watcher = tokio::spawn(follow_generations(Arc::clone(&site), index.clone(), generation, args.verify, args.tables.clone()));
        if args.watch {
            let paths = args.paths.clone();
            std::thread::spawn(move || watch(&paths, &index, None, state));
        }
        let served = serve(listener, site, shutdown()).await;
        watcher.abort();
        served.context("serving")?;
        Ok(Found::Something)
    })
}

/// The one line on standard output: scripts read the address from it.
fn announce(address: SocketAddr) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")
        .and_then(|()| out.flush())
        .context("printing the address")
}

/// Opens the current generation; a damaged one is passed over for the one before, said, and named beside the engine.
fn open(index: &Path, verify: bool) -> anyhow::Result<(Engine, Option<String>)> {
    let damaged = match open_current(index, verify) {
        Ok(engine) => return Ok((engine, None)),
        Err(error) if verify => error,
        Err(error) => return Err(error),
    };
    let current = Engine::generation_at(index);
    for name in complete_generations(index)
        .into_iter()
        .rev()
        .filter(|name| Some(name) != current.as_ref())
    {
        if verify_generation(index, &name).is_empty()
            && let Ok(engine) = Engine::open_generation(index, &name)
        {
            say(&format!(
                "warning: {damaged:#}; {name} is served in its place"
            ));
            return Ok((engine, current));
        }
    }
    Err(damaged)
}

fn open_current(index: &Path, verify: bool) -> anyhow::Result<Engine> {
    if verify && let Some(name) = Engine::generation_at(index) {
        let damages = verify_generation(index, &name);
        if let Some(damage) = damages.first() {
            bail!(
                "{} is damaged: {}; run `polidex doctor --index {}`",
                damage.file,
                damage.reason,
                index.display()
            );
        }
    }
    Ok(Engine::open(index)?)
}

/// Makes sure there is an index to serve, and says which.
fn ready_index(args: &ServeArgs) -> anyhow::Result<PathBuf> {
    if !args.paths.is_empty() {
        let index = match &args.index {
            Some(index) => index.clone(),
            None => cache_folder(&args.paths)?,
        };
        rebuild(&args.paths, &index)?;
        return Ok(index);
    }
    let index = args
        .index
        .clone()
        .unwrap_or_else(|| PathBuf::from(DEFAULT_INDEX));
    let seeds = [PathBuf::from(DEFAULT_SOURCES)];
    let has_index = Engine::generation_at(&index).is_some();
    if !seeds[0].exists() {
        if !has_index {
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

fn rebuild(paths: &[PathBuf], index: &Path) -> anyhow::Result<()> {
    let report = build(paths, index, None, false, Quiet::No)?;
    if !report.changed {
        return Ok(());
    }
    let mut table = Vec::new();
    write_table(&mut table, &report).context("writing the report")?;
    say(String::from_utf8_lossy(&table).trim_end());
    Ok(())
}

/// A folder of its own for an index of `paths`, below the user's cache folder.
fn cache_folder(paths: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or(home);
    let cache =
        cache.context("neither XDG_CACHE_HOME nor HOME is set; name a folder with --index")?;
    let mut name = String::new();
    for path in paths {
        let path = path
            .canonicalize()
            .with_context(|| format!("there is nothing at {}", path.display()))?;
        let path = path.to_string_lossy().into_owned();
        name.push_str(&path.replace(|character: char| !character.is_alphanumeric(), "-"));
    }
    let tail: String = name
        .chars()
        .rev()
        .take(80)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let hash = Fnv::of(name.as_bytes());
    Ok(cache
        .join("polidex")
        .join(format!("{}-{hash:016x}", tail.trim_matches('-'))))
}

/// Puts every new generation of the index in place. One that cannot be opened is said once; the one before goes on.
async fn follow_generations(
    site: Arc<Site>,
    index: PathBuf,
    mut current: String,
    verify: bool,
    tables: Tables,
) {
    let mut refused = None;
    let mut read = tables.state();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(there) = Engine::generation_at(&index) else {
            continue;
        };
        let state = tables.state();
        if state == read && (there == current || refused.as_ref() == Some(&there)) {
            continue;
        }
        read = state;
        let (folder, tables) = (index.clone(), tables.clone());
        match tokio::task::spawn_blocking(move || open_engine(&folder, verify, &tables)).await {
            Ok(Ok(engine)) => {
                site.put_engine(Arc::new(engine));
                current = there;
            }
            Ok(Err(error)) => {
                say(&format!("the new index is not used: {error:#}"));
                site.pass_over(&there);
                refused = Some(there);
            }
            Err(error) => say(&format!("looking at the new index failed: {error}")),
        }
    }
}

fn open_engine(folder: &Path, verify: bool, tables: &Tables) -> anyhow::Result<Engine> {
    tables.put_in(open_current(folder, verify)?)
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
