//! The server that is attacked: a process of its own, and what it uses.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};

/// Time between two looks at the memory.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Ticks of the system's clock of processor time in a second, on every Linux.
const TICKS: f64 = 100.0;

/// A running `serve`, ended when dropped.
pub(super) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    pub(super) fn start(program: &Path, index: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args([
                "serve",
                "--listen",
                "0.0.0.0:0",
                "--trusted-proxy",
                "127.0.0.1",
            ])
            .arg("--index")
            .arg(index)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut server = Self { child, port: 0 };
        for line in BufReader::new(stdout).lines() {
            if let Some((_, address)) = line?.split_once("listening on http://") {
                let address = address.trim().trim_end_matches('/');
                server.port = address.parse::<SocketAddr>()?.port();
                return Ok(server);
            }
        }
        bail!("{} does not serve {}", program.display(), index.display())
    }

    /// Address by which the proxy comes.
    pub(super) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Address by which a stranger comes: the machine's own in its network. Nothing is sent to find it.
    pub(super) fn outer_address(&self) -> Option<SocketAddr> {
        let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
        socket.connect("203.0.113.1:9").ok()?;
        let own: IpAddr = socket.local_addr().ok()?.ip();
        (!own.is_loopback() && !own.is_unspecified()).then_some((own, self.port).into())
    }

    /// Processor time used so far.
    pub(super) fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        // The name in brackets may hold blanks.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        Duration::from_secs_f64(ticks / TICKS)
    }

    /// Memory that it holds now.
    pub(super) fn memory_mib(&self) -> f64 {
        resident_kib(self.child.id()) as f64 / 1_024.0
    }

    /// Descriptors that it has open now.
    pub(super) fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        open.map_or(0, |open| open.count())
    }

    /// Watches the memory until the watch is asked for the most of it.
    pub(super) fn watch_memory(&self) -> Watch {
        let state = Arc::new((AtomicU64::new(0), AtomicBool::new(false)));
        let (own, id) = (Arc::clone(&state), self.child.id());
        std::thread::spawn(move || {
            while !own.1.load(Ordering::Relaxed) {
                own.0.fetch_max(resident_kib(id) >> 10, Ordering::Relaxed);
                std::thread::sleep(LOOK_EVERY);
            }
        });
        Watch(state)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A thread that looks at the memory of a process.
pub(super) struct Watch(Arc<(AtomicU64, AtomicBool)>);

impl Watch {
    /// Most memory seen so far.
    pub(super) fn most_mib(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.1.store(true, Ordering::Relaxed);
    }
}

/// Memory of a process that is its own; files that it maps are the system's.
fn resident_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0)
}
