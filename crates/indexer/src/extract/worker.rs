//! Reads PDF in a process of its own, which limits itself: one bad file costs one line in the report.
//!
//! The process is our own binary, started with a hidden subcommand that calls [`run_worker`]: bytes on its standard input,
//! JSON on its standard output. Before it reads it gives up what it does not need: memory beyond 2 GiB, processor time
//! beyond a minute, and every new file descriptor, so that it can open neither files nor connections. The parent kills it
//! when it takes too long and reads a bounded answer.
//!
//! A program that uses this library without such a binary reads PDF within itself, where a panic is caught; a stack that
//! overflows or memory that runs out is not. [`set_worker_program`] names the binary.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::declared::Declared;
use crate::extract::pdf::{PdfText, read_pdf};
use crate::skip::{SkipReason, recorded};
use crate::structure::StructuredText;

/// The hidden subcommand.
pub const WORKER_COMMAND: &str = "read-pdf";
/// Memory of the process.
const MAX_MEMORY_BYTES: u64 = 2 << 30;
/// Processor time of the process.
const MAX_CPU_SECONDS: u64 = 60;
/// Time until the process is killed.
const MAX_WALL: Duration = Duration::from_secs(120);
/// Most bytes of its answer.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that reads PDF when it is started with [`WORKER_COMMAND`]; the first call counts.
pub fn set_worker_program(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

#[derive(Serialize, Deserialize)]
struct Answer {
    text: StructuredText,
    declared: Declared,
    notes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Refusal(#[serde(with = "recorded")] SkipReason);

/// Reads a PDF apart; `Err` says why not.
pub(crate) fn read_pdf_apart(bytes: Vec<u8>) -> Result<PdfText, SkipReason> {
    match PROGRAM.get() {
        Some(program) => {
            let mut command = Command::new(program);
            command.arg(WORKER_COMMAND).env_clear();
            ask(command, &bytes, MAX_WALL)
        }
        None => {
            std::panic::catch_unwind(|| read_pdf(bytes)).unwrap_or(Err(SkipReason::PdfEngineFailed))
        }
    }
}

fn ask(mut command: Command, bytes: &[u8], wall: Duration) -> Result<PdfText, SkipReason> {
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = spawned.map_err(|error| SkipReason::PdfReaderNotStarted(error.to_string()))?;
    let answer = talk(&mut child, bytes, wall);
    // Whatever happened, no process stays behind.
    let _ = child.kill();
    let status = child.wait();
    let answer = answer?;
    if let Ok(answer) = serde_json::from_slice::<Result<Answer, Refusal>>(&answer) {
        return answer
            .map(|answer| (answer.text, answer.declared, answer.notes))
            .map_err(|refusal| refusal.0);
    }
    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    Err(SkipReason::PdfReaderFailed {
        limit_mib: MAX_MEMORY_BYTES >> 20,
        limit_seconds: MAX_CPU_SECONDS,
        status,
    })
}

fn talk(child: &mut Child, bytes: &[u8], wall: Duration) -> Result<Vec<u8>, SkipReason> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(SkipReason::PdfReaderWithoutPipes);
    };
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        // It may end before it has read everything; its answer tells why.
        scope.spawn(move || stdin.write_all(bytes));
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.take(MAX_ANSWER_BYTES).read_to_end(&mut answer);
            let _ = sender.send(read.map(|_| answer));
        });
        match receiver.recv_timeout(wall) {
            Ok(answer) => answer.map_err(|error| SkipReason::PdfReaderSilent(error.to_string())),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                // Its death closes the pipes, and so ends both threads.
                let _ = child.kill();
                Err(SkipReason::PdfTooSlow {
                    limit_seconds: wall.as_secs(),
                })
            }
        }
    })
}

/// The work of the process: limits itself, reads a PDF from standard input, answers on standard output.
///
/// # Errors
/// When the pipes are closed.
pub fn run_worker() -> std::io::Result<()> {
    limit_self();
    // What goes wrong is in the answer or in the exit code.
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let read =
        std::panic::catch_unwind(|| read_pdf(bytes)).unwrap_or(Err(SkipReason::PdfEngineFailed));
    let answer = read.map_err(Refusal).map(|(text, declared, notes)| Answer {
        text,
        declared,
        notes,
    });
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answer)?;
    out.flush()
}

/// Best effort: a system without these limits still has the parent's clock.
#[cfg(unix)]
fn limit_self() {
    use rlimit::Resource;
    let limits = [
        (Resource::AS, MAX_MEMORY_BYTES),
        (Resource::CPU, MAX_CPU_SECONDS),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
        // Standard input, output and error are open already; nothing else can be.
        (Resource::NOFILE, 3),
    ];
    for (resource, most) in limits {
        let _ = resource.set(most, most);
    }
}

#[cfg(not(unix))]
fn limit_self() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_reader_that_hangs_or_babbles_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let error = ask(command, b"%PDF", Duration::from_millis(200))
            .expect_err("too slow")
            .to_string();
        assert!(error.contains("takes more than"), "{error}");
        let error = ask(Command::new("false"), b"%PDF", MAX_WALL)
            .expect_err("no answer")
            .to_string();
        assert!(error.contains("exit status"), "{error}");
        let error = ask(Command::new("cat"), b"%PDF", MAX_WALL)
            .expect_err("no answer")
            .to_string();
        assert!(error.contains("makes its reader fail"), "{error}");
    }
}
