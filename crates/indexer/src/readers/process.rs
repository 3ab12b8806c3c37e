//! A worker as its parent sees it: a child process, its pipes, and a watch that ends it when it keeps the parent waiting.

use std::io::{self, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::extract::limits::Limits;
use crate::readers::WORKER_COMMAND;
use crate::readers::budget::Spent;
use crate::readers::wire::{Piece, Reply, Request, read_frame, write_frame};
use crate::skip::SkipReason;

/// Time between two looks of the watch.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Time that a page of a scan may take on a busy machine, and that is not its file's.
const PAGE_PATIENCE: Duration = Duration::from_secs(120);

/// A worker. Dropped, it ends.
pub(super) struct Worker {
    watched: Arc<Watched>,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// End of a task.
pub(super) enum Outcome {
    /// The worker has answered.
    Done { spent: Spent, is_fit: bool },
    /// Its parent wants no more of the answer.
    Stopped { spent: Spent },
    /// The worker has died, or says what makes no sense.
    Dead {
        status: Option<ExitStatus>,
        error: io::Error,
        spent: Spent,
    },
    /// The worker was killed: it took too long.
    TooSlow { spent: Spent },
}

impl Outcome {
    pub(super) fn spent(&self) -> Spent {
        match self {
            Self::Done { spent, .. }
            | Self::Stopped { spent }
            | Self::Dead { spent, .. }
            | Self::TooSlow { spent } => *spent,
        }
    }

    /// Returns the reason why a task under `limits` has no result.
    pub(super) fn reason(self, limits: &Limits) -> SkipReason {
        match self {
            Self::TooSlow { .. } => SkipReason::TooSlow {
                limit_seconds: limits.wall.as_secs(),
            },
            Self::Dead {
                status: Some(status),
                ..
            } if ran_out_of_time(status) => SkipReason::TooCostly {
                limit_seconds: limits.processor.as_secs(),
            },
            Self::Dead {
                status: Some(status),
                ..
            } if !status.success() => SkipReason::ReaderFailed {
                limit_mib: limits.memory_bytes >> 20,
                limit_seconds: limits.processor.as_secs(),
                status: status.to_string(),
            },
            // It was still there: what it said made no sense, and it was ended for that.
            Self::Dead { error, .. } => SkipReason::ReaderSilent(error.to_string()),
            Self::Done { .. } | Self::Stopped { .. } => SkipReason::Unfinished,
        }
    }
}

#[cfg(unix)]
fn ran_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    /// SIGXCPU on every Unix that we know.
    const OUT_OF_TIME: i32 = 24;
    status.signal() == Some(OUT_OF_TIME)
}

#[cfg(not(unix))]
fn ran_out_of_time(_: ExitStatus) -> bool {
    false
}

/// The parent's side of a task that asks for more.
pub(super) struct Answer<'a>(&'a mut ChildStdin, &'a mut Option<io::Error>);

impl Answer<'_> {
    /// Gives the worker a piece of its file, or says why there is none.
    pub(super) fn give(&mut self, piece: io::Result<Vec<u8>>) -> bool {
        let piece = piece.map_or_else(|error| Piece::Broken(error.to_string()), Piece::Bytes);
        let written = write_frame(self.0, &piece).and_then(|_| self.0.flush());
        match written {
            Ok(()) => true,
            Err(error) => {
                *self.1 = Some(error);
                false
            }
        }
    }
}

impl Worker {
    /// Starts a worker.
    pub(super) fn start(program: &Path) -> Result<Self, SkipReason> {
        let mut command = Command::new(program);
        command.arg(WORKER_COMMAND).env_clear();
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self, SkipReason> {
        let not_started = |error: io::Error| SkipReason::ReaderNotStarted(error.to_string());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(not_started)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(not_started(io::Error::other("it has no pipes")));
        };
        let worker = Self {
            watched: Watched::watch(child).map_err(not_started)?,
            stdin,
            stdout: BufReader::with_capacity(1 << 16, stdout),
        };
        Ok(worker)
    }

    /// Gives the worker a task and hands what it says to `hear`, which returns false to end it there.
    pub(super) fn ask(
        &mut self,
        task: &Request,
        limits: &Limits,
        hear: &mut dyn FnMut(Reply, &mut Answer<'_>) -> bool,
    ) -> Outcome {
        let mut patience = limits.wall;
        let mut output_bytes = 0;
        match self.converse(task, limits, hear, &mut patience, &mut output_bytes) {
            Ok(outcome) => outcome,
            Err(error) => self.dead(error, limits, patience, output_bytes),
        }
    }

    /// As [`Worker::ask`], but for the death of the worker. Takes off `patience` what was waited, and adds to `output_bytes` what
    /// was said.
    fn converse(
        &mut self,
        task: &Request,
        limits: &Limits,
        hear: &mut dyn FnMut(Reply, &mut Answer<'_>) -> bool,
        patience: &mut Duration,
        output_bytes: &mut u64,
    ) -> io::Result<Outcome> {
        self.wait(patience, |worker| {
            write_frame(&mut worker.stdin, task)?;
            worker.stdin.flush()
        })?;
        loop {
            let most = limits.output_bytes.saturating_mul(4);
            let most = most.saturating_sub(*output_bytes);
            let (reply, len_bytes) = self.wait(patience, |worker| {
                read_frame::<Reply>(&mut worker.stdout, most)
            })?;
            if let Reply::Done { mut spent, is_fit } = reply {
                spent.output_bytes = *output_bytes;
                return Ok(Outcome::Done { spent, is_fit });
            }
            *output_bytes += len_bytes;
            if matches!(reply, Reply::AskNetworks | Reply::AskPage(_)) {
                *patience += PAGE_PATIENCE;
            }
            let mut failure = None;
            let goes_on = hear(reply, &mut Answer(&mut self.stdin, &mut failure));
            if let Some(error) = failure {
                return Err(error);
            }
            if !goes_on {
                let spent = Spent {
                    output_bytes: *output_bytes,
                    processor: Duration::ZERO,
                };
                return Ok(Outcome::Stopped { spent });
            }
        }
    }

    /// Runs `wait`, which waits for the worker, and takes the time from `patience`.
    fn wait<T>(
        &mut self,
        patience: &mut Duration,
        wait: impl FnOnce(&mut Self) -> io::Result<T>,
    ) -> io::Result<T> {
        let started = Instant::now();
        self.watched.until(Some(started + *patience));
        let result = wait(self);
        self.watched.until(None);
        *patience = patience.saturating_sub(started.elapsed());
        result
    }

    /// Notes the death of the worker. It has not said what it used, which is no more than the time it was waited for.
    fn dead(
        &mut self,
        error: io::Error,
        limits: &Limits,
        patience: Duration,
        output_bytes: u64,
    ) -> Outcome {
        let waited = limits.wall.saturating_sub(patience);
        let spent = Spent {
            processor: waited.min(limits.processor),
            output_bytes,
        };
        let (status, was_killed) = self.watched.end();
        if was_killed {
            return Outcome::TooSlow { spent };
        }
        Outcome::Dead {
            status,
            error,
            spent,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.watched.kill();
    }
}

/// A child that a thread looks after.
struct Watched {
    state: Mutex<State>,
    ended: Condvar,
}

struct State {
    child: Child,
    /// When it is killed; `None` while nobody waits for it.
    deadline: Option<Instant>,
    was_killed: bool,
    has_ended: bool,
}

impl Watched {
    fn watch(child: Child) -> io::Result<Arc<Self>> {
        let watched = Arc::new(Self {
            state: Mutex::new(State {
                child,
                deadline: None,
                was_killed: false,
                has_ended: false,
            }),
            ended: Condvar::new(),
        });
        let own = Arc::clone(&watched);
        let started = std::thread::Builder::new()
            .name("watch".to_owned())
            .stack_size(1 << 16)
            .spawn(move || own.look_after());
        if let Err(error) = started {
            watched.end();
            return Err(error);
        }
        Ok(watched)
    }

    fn look_after(&self) {
        let mut state = self.state();
        while !state.has_ended {
            if state
                .deadline
                .is_some_and(|deadline| deadline < Instant::now())
                && !state.was_killed
            {
                // Its death closes the pipes, and so ends whoever waits for it.
                state.was_killed = true;
                let _ = state.child.kill();
            }
            state = self
                .ended
                .wait_timeout(state, LOOK_EVERY)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn until(&self, deadline: Option<Instant>) {
        self.state().deadline = deadline;
    }

    /// Ends the child. Returns its status if it has ended by itself, and true if it was killed for taking too long.
    fn end(&self) -> (Option<ExitStatus>, bool) {
        let mut state = self.state();
        // It may be dying of a limit: its pipes are closed a moment before its status is there.
        let died = (0..20).find_map(|look| {
            std::thread::sleep(Duration::from_millis(if look == 0 || state.has_ended {
                0
            } else {
                5
            }));
            state.child.try_wait().ok().flatten()
        });
        if died.is_none() {
            let _ = state.child.kill();
            let _ = state.child.wait();
        }
        state.has_ended = true;
        self.ended.notify_all();
        (died, state.was_killed)
    }

    /// Ends the child without waiting for it to end by itself.
    fn kill(&self) {
        let mut state = self.state();
        if !state.has_ended {
            let _ = state.child.kill();
            let _ = state.child.wait();
            state.has_ended = true;
            self.ended.notify_all();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::limits::file_limits;

    #[test]
    #[cfg(unix)]
    fn a_reader_that_hangs_or_babbles_is_ended() {
        let asked = |program: &str, arguments: &[&str], wall| {
            let mut command = Command::new(program);
            command.args(arguments);
            let mut worker = Worker::spawn(command).expect("it starts");
            let limits = Limits {
                wall,
                ..file_limits(0)
            };
            worker
                .ask(&Request::Probe, &limits, &mut |_, _| true)
                .reason(&limits)
                .to_string()
        };
        let minute = Duration::from_secs(60);
        let slow = asked("sleep", &["60"], Duration::from_millis(200));
        assert!(slow.contains("takes more than"), "{slow}");
        let dead = asked("false", &[], minute);
        assert!(dead.contains("exit status"), "{dead}");
        let babble = asked("yes", &[], minute);
        assert!(babble.contains("breaks off"), "{babble}");
        let silent = asked("true", &[], minute);
        assert!(silent.contains("breaks off"), "{silent}");
    }
}
