//! Reads files in processes of their own: one bad file costs one line in the report.
//!
//! Everything that touches the bytes of a file runs there: unpacking, the readers of formats, decoding, repair, layout. The
//! process is our own binary, started with a hidden subcommand that calls [`run_worker`]. It limits and locks itself before
//! it reads a byte (`sandbox`), is given the bytes it asks for and nothing else, and answers in frames of a binary protocol
//! (`wire`). It stays for the next task, so that starting one costs a build a few milliseconds. What a file may cost is a
//! [`Budget`]; a worker that overdraws it or dies is a reason in the report, and the next task gets a new one.
//!
//! A program that uses this library without such a binary reads within itself, where a panic is caught; a stack that
//! overflows or memory that runs out is not. [`set_worker_program`] names the binary.

mod budget;
mod fonts;
mod originals;
mod pages;
mod process;
mod recognizing;
mod sandbox;
mod wire;
mod worker;

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

pub use budget::Budget;
pub use fonts::Fonts;
pub(crate) use originals::begins_as_pdf;
pub use originals::{KEPT_ORIGINALS, Originals};
pub use pages::Scans;
pub use worker::run_worker;

use crate::extract::limits::Limits;
use crate::extract::pdf::{ShownPage, WantedPage};
use crate::extract::scan::ScanMode;
use crate::extract::stand_in::{NotShown, StandIn};
use crate::extract::{Extracted, RawDocument, extract_from, without_pictures};
use crate::pipeline::{PreparedDocument, prepare_document};
use crate::readers::budget::Spent;
use crate::readers::process::{Answer, Outcome, Worker};
use crate::readers::wire::{Reply, Request};
use crate::repair::Options;
use crate::skip::{SkipReason, Skipped};

/// The hidden subcommand.
pub const WORKER_COMMAND: &str = "read-files";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that reads files when it is started with [`WORKER_COMMAND`]; the first call counts.
pub fn set_worker_program(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

/// Attempts to break out of a worker, each with true if the system refused it.
pub type Attempts = Vec<(String, bool)>;

/// Starts a worker and has it try to open files, connections and processes.
///
/// # Errors
/// The worker does not start, or ends before it has tried everything.
pub fn probe_confinement() -> Result<Attempts, SkipReason> {
    let Some(program) = PROGRAM.get() else {
        return Err(SkipReason::ReaderNotStarted("no program is named".into()));
    };
    let mut worker = Worker::start(program)?;
    let mut attempts = Vec::new();
    let limits = Budget::new(0).remaining();
    let outcome = worker.ask(&Request::Probe, &limits, &mut |reply, _| {
        if let Reply::Probed(tried) = reply {
            attempts = tried;
        }
        true
    });
    match outcome {
        Outcome::Done { .. } => Ok(attempts),
        outcome => Err(outcome.reason(&limits)),
    }
}

/// Readers of files: a pool of warm workers, one for each task that runs at once.
#[derive(Default)]
pub struct Readers {
    idle: Mutex<Vec<Worker>>,
    scans: Scans,
}

/// Bytes sent with a task; a file that is larger is asked for piece by piece.
const PIECE_BYTES: usize = 1 << 18;

impl Readers {
    /// Returns readers that read scans too.
    pub fn with_scans(scans: Scans) -> Self {
        Self {
            scans,
            ..Self::default()
        }
    }

    /// Takes the documents out of the file at `place` and hands each, or the reason why not, to `sink`. `path` is the file's
    /// path below its folder, as reports show it. Ends early once `budget` is used up.
    pub fn extract(
        &self,
        place: &Path,
        path: &str,
        budget: &Budget,
        sink: &mut dyn FnMut(Extracted),
    ) {
        if let Err(reason) = self.try_extract(place, path, budget, sink) {
            let path = path.to_owned();
            sink(Err(Skipped { path, reason }));
        }
    }

    /// Returns the texts of the documents in the `bytes` of a file named `name`, as they would be indexed, and the reasons
    /// for what could not be read. Nothing is written anywhere.
    pub fn texts(&self, bytes: Vec<u8>, name: &str) -> (Vec<String>, Vec<SkipReason>) {
        let len_bytes = bytes.len() as u64;
        let budget = Budget::new(len_bytes);
        let (mut texts, mut skipped) = (Vec::new(), Vec::new());
        let mut take = |extracted: Extracted| {
            let prepared = extracted.and_then(|raw| {
                self.prepare("draft".to_owned(), raw, &Options::default(), &budget)
            });
            match prepared {
                Ok(prepared) => texts.push(prepared.text),
                Err(reason) => skipped.push(reason.reason),
            }
        };
        let source = Source(Box::new(Cursor::new(bytes)));
        if let Err(reason) = self.extract_source(source, len_bytes, name, &budget, &mut take) {
            skipped.push(reason);
        }
        (texts, skipped)
    }

    /// Draws a page of the PDF `file` in a worker, within the budget of its size, with `fonts` in the place of those that it
    /// does not hold. Without a worker's program no page is drawn: an engine of pictures is not for this process.
    ///
    /// # Errors
    /// [`NotShown`].
    pub fn show(
        &self,
        file: Vec<u8>,
        wanted: &WantedPage,
        fonts: Vec<StandIn>,
    ) -> Result<ShownPage, NotShown> {
        let Some(program) = PROGRAM.get() else {
            return Err(NotShown::failed("no program is named that draws pages"));
        };
        let limits = Budget::new(file.len() as u64).remaining();
        let task = Request::Show {
            file,
            wanted: wanted.clone(),
            fonts,
            limits,
        };
        let worker = self.worker(program);
        let mut worker = worker.map_err(|reason| NotShown::Failed(reason.to_string()))?;
        let mut shown = None;
        let outcome = worker.ask(&task, &limits, &mut |reply, _| {
            if let Reply::Shown(page) = reply {
                shown = Some(page);
            }
            true
        });
        self.keep(worker, &outcome);
        match (outcome, shown) {
            (Outcome::Done { .. }, Some(page)) => page,
            (outcome, _) => Err(NotShown::Failed(outcome.reason(&limits).to_string())),
        }
    }

    fn try_extract(
        &self,
        place: &Path,
        path: &str,
        budget: &Budget,
        sink: &mut dyn FnMut(Extracted),
    ) -> Result<(), SkipReason> {
        let file = File::open(place).map_err(|error| SkipReason::CannotOpen(error.to_string()))?;
        let packed_bytes = len_of(&file);
        self.extract_source(Source(Box::new(file)), packed_bytes, path, budget, sink)
    }

    fn extract_source(
        &self,
        source: Source,
        packed_bytes: u64,
        path: &str,
        budget: &Budget,
        sink: &mut dyn FnMut(Extracted),
    ) -> Result<(), SkipReason> {
        match PROGRAM.get() {
            Some(program) => self.extract_apart(program, source, packed_bytes, path, budget, sink),
            None => {
                let mut reader = BufReader::with_capacity(1 << 16, source.0);
                let sink = &mut |extracted| sink(without_pictures(extracted));
                guarded(|| extract_from(&mut reader, packed_bytes, path, sink))?
            }
        }
    }

    /// Takes the documents out of a file in a worker.
    fn extract_apart(
        &self,
        program: &Path,
        mut source: Source,
        packed_bytes: u64,
        path: &str,
        budget: &Budget,
        sink: &mut dyn FnMut(Extracted),
    ) -> Result<(), SkipReason> {
        let (head, is_whole) = source.first();
        let limits = budget.remaining();
        let task = Request::Extract {
            path: path.to_owned(),
            packed_bytes,
            head,
            is_whole,
            with_pictures: self.scans.mode() != ScanMode::Off,
            limits,
        };
        let mut worker = self.worker(program)?;
        let outcome = worker.ask(&task, &limits, &mut |reply, answer| match reply {
            Reply::Pull => answer.give(source.next()),
            Reply::Item(extracted) => {
                sink(extracted);
                budget.is_left()
            }
            _ => false,
        });
        budget.charge(outcome.spent());
        self.keep(worker, &outcome);
        match outcome {
            Outcome::Done { .. } => Ok(()),
            outcome => Err(budget
                .overdrawn()
                .unwrap_or_else(|| outcome.reason(&limits))),
        }
    }

    /// Reads a document's format and runs it through every stage of the pipeline.
    ///
    /// # Errors
    /// The reason why the document cannot be read.
    pub fn prepare(
        &self,
        id: String,
        raw: RawDocument,
        repair: &Options,
        budget: &Budget,
    ) -> Result<PreparedDocument, Skipped> {
        let path = raw.path.clone();
        let prepared = match PROGRAM.get() {
            Some(program) => self.prepare_apart(program, id, raw, repair, budget),
            None => guarded(|| prepare_document(id, raw, repair)),
        };
        prepared.unwrap_or_else(|reason| Err(Skipped { path, reason }))
    }

    /// Prepares a document in a worker; `Err` says why that gave no answer.
    fn prepare_apart(
        &self,
        program: &Path,
        id: String,
        raw: RawDocument,
        repair: &Options,
        budget: &Budget,
    ) -> Result<Result<PreparedDocument, Skipped>, SkipReason> {
        if let Some(reason) = budget.overdrawn() {
            return Err(reason);
        }
        let len_bytes = raw.len_bytes();
        let limits = budget.limits_for(len_bytes, None);
        let mut worker = self.worker(program)?;
        let task = Request::Prepare {
            id,
            raw,
            repair: repair.clone(),
            scans: self.scans.mode(),
            limits,
        };
        let mut prepared = None;
        let mut asked = None;
        let outcome = worker.ask(&task, &limits, &mut |reply, answer| match reply {
            Reply::Prepared(result) => {
                prepared = Some(*result);
                true
            }
            Reply::AskNetworks => give_networks(&self.scans, answer),
            Reply::AskPage(picture) => {
                asked = Some(picture);
                answer.give(Ok(self.scans.known(&picture)))
            }
            Reply::PageRead(page) => {
                if let Some(picture) = asked.take() {
                    self.scans.keep(&picture, &page);
                }
                true
            }
            _ => false,
        });
        // Only what is taken out of a file counts against its output: a document's own is bounded by its limits.
        budget.charge(Spent {
            processor: outcome.spent().processor,
            output_bytes: 0,
        });
        self.keep(worker, &outcome);
        sound_answer(outcome, prepared, &limits)
    }

    fn worker(&self, program: &Path) -> Result<Worker, SkipReason> {
        let idle = self.idle().pop();
        idle.map_or_else(|| Worker::start(program), Ok)
    }

    /// Keeps a worker for the next task if it is fit.
    fn keep(&self, worker: Worker, outcome: &Outcome) {
        if matches!(outcome, Outcome::Done { is_fit: true, .. }) {
            self.idle().push(worker);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a worker both networks, or says once why there are none.
fn give_networks(scans: &Scans, answer: &mut Answer<'_>) -> bool {
    match scans.networks() {
        Some(networks) => {
            answer.give(Ok(networks.finds.clone())) && answer.give(Ok(networks.reads.clone()))
        }
        None => answer.give(Err(std::io::Error::other("no models are installed"))),
    }
}

fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, SkipReason> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| SkipReason::ReaderPanicked)
}

/// The answer of a worker that was to prepare a document; `Err` says why there is none.
fn sound_answer(
    outcome: Outcome,
    prepared: Option<Result<PreparedDocument, Skipped>>,
    limits: &Limits,
) -> Result<Result<PreparedDocument, Skipped>, SkipReason> {
    match (outcome, prepared) {
        (Outcome::Done { .. }, Some(Ok(prepared))) if !prepared.is_sound() => {
            Err(SkipReason::ReaderSilent("its answer makes no sense".into()))
        }
        (Outcome::Done { .. }, Some(result)) => Ok(result),
        (outcome, _) => Err(outcome.reason(limits)),
    }
}

/// A file that is handed on piece by piece.
struct Source(Box<dyn Read>);

impl Source {
    /// The first piece, and true if there is no other. What cannot be read is said when the next piece is asked for.
    fn first(&mut self) -> (Vec<u8>, bool) {
        match self.next() {
            Ok(piece) => {
                let is_whole = piece.len() < PIECE_BYTES;
                (piece, is_whole)
            }
            Err(_) => (Vec::new(), false),
        }
    }

    /// The next piece; shorter than [`PIECE_BYTES`] at the end of the file only.
    fn next(&mut self) -> std::io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        (&mut self.0)
            .take(PIECE_BYTES as u64)
            .read_to_end(&mut piece)?;
        Ok(piece)
    }
}
fn len_of(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.len())
}
