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

/// Reasons that may be gone tomorrow: the machine was busy.
const TOO_SLOW: &str = "PDF takes more than";
const NOT_STARTED: &str = "PDF cannot be read: its reader does not start";

/// Whether a reason is one of the day and not of the file: the next run tries again.
pub(crate) fn is_passing(reason: &str) -> bool {
    reason.starts_with(TOO_SLOW) || reason.starts_with(NOT_STARTED)
}

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

/// Reads a PDF apart; `Err` says why not.
pub(crate) fn read_pdf_apart(bytes: Vec<u8>) -> Result<PdfText, String> {
    match PROGRAM.get() {
        Some(program) => {
            let mut command = Command::new(program);
            command.arg(WORKER_COMMAND).env_clear();
            ask(command, &bytes, MAX_WALL)
        }
        None => std::panic::catch_unwind(|| read_pdf(bytes))
            .unwrap_or_else(|_| Err("PDF is damaged: the engine gave up".to_owned())),
    }
}

fn ask(mut command: Command, bytes: &[u8], wall: Duration) -> Result<PdfText, String> {
    let spawned = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = spawned.map_err(|error| format!("{NOT_STARTED}: {error}"))?;
    let answer = talk(&mut child, bytes, wall);
    // Whatever happened, no process stays behind.
    let _ = child.kill();
    let status = child.wait();
    let answer = answer?;
    if let Ok(answer) = serde_json::from_slice::<Result<Answer, String>>(&answer) {
        return answer.map(|answer| (answer.text, answer.declared, answer.notes));
    }
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    Err(format!(
        "PDF cannot be read: it makes its reader fail or need more than {} MiB or {MAX_CPU_SECONDS} s ({how})",
        MAX_MEMORY_BYTES >> 20
    ))
}

fn talk(child: &mut Child, bytes: &[u8], wall: Duration) -> Result<Vec<u8>, String> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("PDF cannot be read: its reader has no pipes".to_owned());
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
            Ok(answer) => answer.map_err(|error| format!("PDF cannot be read: {error}")),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                // Its death closes the pipes, and so ends both threads.
                let _ = child.kill();
                Err(format!("{TOO_SLOW} {} s to read", wall.as_secs()))
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
    let read = std::panic::catch_unwind(|| read_pdf(bytes))
        .unwrap_or_else(|_| Err("PDF is damaged: the engine gave up".to_owned()));
    let answer = read.map(|(text, declared, notes)| Answer {
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
        let error = ask(command, b"%PDF", Duration::from_millis(200)).expect_err("too slow");
        assert!(error.contains("takes more than"), "{error}");
        let error = ask(Command::new("false"), b"%PDF", MAX_WALL).expect_err("no answer");
        assert!(error.contains("exit status"), "{error}");
        let error = ask(Command::new("cat"), b"%PDF", MAX_WALL).expect_err("no answer");
        assert!(error.contains("makes its reader fail"), "{error}");
    }
}
