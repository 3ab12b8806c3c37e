//! What a worker gives up before it reads a byte: files, connections, processes, and more memory and time than its task has.
//!
//! On Linux (x86-64 and aarch64) Landlock takes every file, port and signal away, and a seccomp filter every system call that
//! reading text does not need; a thread can be started, a process cannot. On every Unix no further file descriptor can be opened and no file grows. Elsewhere the
//! parent's clock is all there is.

use std::time::Duration;

/// Confines this process, which must not have started a thread yet. What a system does not have is left out.
pub(super) fn confine() {
    #[cfg(unix)]
    {
        use rlimit::Resource;
        // Standard input, output and error are open already; nothing else can be.
        for (resource, most) in [
            (Resource::FSIZE, 0),
            (Resource::CORE, 0),
            (Resource::NOFILE, 3),
        ] {
            let _ = resource.set(most, most);
        }
    }
    #[cfg(target_os = "linux")]
    linux::confine();
}

/// Sets the limits of a task. Time counts from now, memory is all that the process has.
pub(super) fn limit(memory_bytes: u64, processor: Duration) {
    #[cfg(unix)]
    {
        use rlimit::Resource;
        let until = processor_time() + processor;
        // Whole seconds, and never less than the task has.
        let seconds = until.as_secs() + 1;
        for (resource, most) in [(Resource::AS, memory_bytes), (Resource::CPU, seconds)] {
            let hard = resource.get_hard().unwrap_or(rlimit::INFINITY);
            let _ = resource.set(most.min(hard), hard);
        }
    }
    #[cfg(not(unix))]
    let _ = (memory_bytes, processor);
}

/// Processor time that this process has used.
#[cfg(unix)]
pub(super) fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// Time since the first call, where a system does not tell processor time.
#[cfg(not(unix))]
pub(super) fn processor_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// Tries what a worker must not be able to do. Each attempt comes with true if the system refused it.
pub(super) fn probe() -> Vec<(String, bool)> {
    // The limit on descriptors is lifted as far as it goes, so that it is not what refuses.
    #[cfg(unix)]
    let _ = rlimit::Resource::NOFILE.set(64, 64);
    let mut attempts = probe_files();
    attempts.extend(probe_network());
    attempts.extend(probe_programs());
    #[cfg(target_os = "linux")]
    attempts.extend(linux::probe());
    attempts
        .into_iter()
        .map(|(what, is_refused)| (what.to_owned(), is_refused))
        .collect()
}

fn own_program() -> std::ffi::OsString {
    std::env::args_os().next().unwrap_or_default()
}

fn probe_files() -> Vec<(&'static str, bool)> {
    use std::fs;
    let beside = std::env::temp_dir().join("polidex-probe");
    vec![
        ("read a file", fs::File::open("/etc/hostname").is_err()),
        (
            "read its own program",
            fs::File::open(own_program()).is_err(),
        ),
        ("list a folder", fs::read_dir("/").is_err()),
        ("write a file", fs::write(&beside, "x").is_err()),
        ("make a folder", fs::create_dir(&beside).is_err()),
        ("remove a file", fs::remove_file(&beside).is_err()),
    ]
}

fn probe_network() -> Vec<(&'static str, bool)> {
    use std::net::{TcpListener, TcpStream, UdpSocket};
    let connected = TcpStream::connect("127.0.0.1:9").map(drop);
    vec![
        ("connect", is_refused(connected)),
        ("listen", TcpListener::bind("127.0.0.1:0").is_err()),
        ("send a datagram", UdpSocket::bind("127.0.0.1:0").is_err()),
    ]
}

fn probe_programs() -> Vec<(&'static str, bool)> {
    use std::process::Command;
    let shell = Command::new("/bin/sh").args(["-c", ":"]).status();
    let itself = Command::new(own_program()).arg("--version").status();
    vec![
        ("start a program", shell.is_err()),
        ("start itself", itself.is_err()),
    ]
}

/// Returns true if there is no socket: an answer of the other side means that there was one.
fn is_refused(connected: std::io::Result<()>) -> bool {
    use std::io::ErrorKind;
    connected.is_err_and(|error| {
        !matches!(
            error.kind(),
            ErrorKind::ConnectionRefused | ErrorKind::TimedOut | ErrorKind::ConnectionReset
        )
    })
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;

    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    pub(super) fn confine() {
        // Both set `no_new_privs`. Landlock first: its own system calls are none that reading needs.
        let _ = take_files_away();
        // The one added last is asked first, and the strictest answer counts.
        for filter in [no_clone3(), filter()].into_iter().flatten() {
            let _ = apply_filter(&filter);
        }
    }

    /// Handles every right that Landlock knows and grants none.
    fn take_files_away() -> Result<(), landlock::RulesetError> {
        const NEWEST: ABI = ABI::V6;
        Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?
            .restrict_self()?;
        Ok(())
    }

    /// System calls that reading text needs: memory, the pipes that are open, the clock, its own limits, its end.
    const ALLOWED: &[i64] = &[
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_sysinfo,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        // A thread of its own, which is confined as it is: see `clone` below.
        libc::SYS_clone3,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// Calls that are allowed, some of them under a condition.
    fn rules() -> Option<BTreeMap<i64, Vec<SeccompRule>>> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
        // Memory that can be run is what a program made of data needs.
        let executable = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
        let not_executable = only_if(condition(2, executable, 0)?)?;
        // A thread, never a process.
        let thread = libc::CLONE_THREAD as u64;
        let is_thread = only_if(condition(0, SeccompCmpOp::MaskedEq(thread), thread)?)?;
        // Its own limits, and nobody else's.
        let is_own = only_if(condition(0, SeccompCmpOp::Eq, 0)?)?;
        rules.extend([
            (libc::SYS_mmap, not_executable.clone()),
            (libc::SYS_mprotect, not_executable),
            (libc::SYS_clone, is_thread),
            (libc::SYS_prlimit64, is_own),
        ]);
        Some(rules)
    }

    fn filter() -> Option<BpfProgram> {
        let filter = SeccompFilter::new(
            rules()?,
            SeccompAction::Errno(libc::EPERM as u32),
            SeccompAction::Allow,
            std::env::consts::ARCH.try_into().ok()?,
        );
        filter.ok()?.try_into().ok()
    }

    /// Rules that allow a call under one condition.
    fn only_if(condition: SeccompCondition) -> Option<Vec<SeccompRule>> {
        Some(vec![SeccompRule::new(vec![condition]).ok()?])
    }

    /// Answers `clone3`, whose flags a filter cannot see, as a kernel without it does; the C library then takes `clone`.
    fn no_clone3() -> Option<BpfProgram> {
        let filter = SeccompFilter::new(
            BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
            SeccompAction::Allow,
            SeccompAction::Errno(libc::ENOSYS as u32),
            std::env::consts::ARCH.try_into().ok()?,
        );
        filter.ok()?.try_into().ok()
    }

    fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Option<SeccompCondition> {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).ok()
    }

    /// Attempts that only this system has.
    pub(super) fn probe() -> Vec<(&'static str, bool)> {
        use std::os::unix::net::{UnixDatagram, UnixListener};
        let socket = std::env::temp_dir().join("polidex-probe-socket");
        vec![
            (
                "open a socket of the machine",
                UnixDatagram::unbound().is_err(),
            ),
            ("listen on the machine", UnixListener::bind(socket).is_err()),
            (
                "read the memory of its parent",
                std::fs::read("/proc/1/status").is_err(),
            ),
        ]
    }
}
