//! Brings an index up to what lies in its folders, touching only what differs from the catalog of before.
//!
//! In: the files found, the catalog of the generation before and a sink that begins with its documents. Out: the new catalog;
//! every document that differs went into the sink or out of it. One thread reads files, the others prepare documents. The
//! result is what a build from nothing would give.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};

use crate::build::account::{count_document, report_catalog};
use crate::build::catalog::{Catalog, Outcome};
use crate::build::forgotten::Forgotten;
use crate::build::scan::{Job, Scan, Scanned, Settled, Slot};
use crate::build::seen::SeenFiles;
use crate::build::sink::Sink;
use crate::build::walk::FoundFile;
use crate::build::{BuildOptions, Inputs, Progress};
use crate::error::IndexError;
use crate::pipeline::PreparedDocument;
use crate::readers::Readers;
use crate::report::IndexReport;
use crate::skip::SkipReason;

/// One run over the folders.
pub(crate) struct Update<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) options: &'a BuildOptions,
    /// Called after every file.
    pub(crate) progress: &'a (dyn Fn(Progress) + Sync),
    /// Documents that must not come back.
    pub(crate) forgotten: &'a Forgotten,
}

/// Result of an update. Nothing is published yet.
pub(crate) struct Updated {
    pub(crate) catalog: Catalog,
    pub(crate) report: IndexReport,
    /// True if a document was prepared or removed.
    pub(crate) has_changes: bool,
    /// Files that the next run need not hash.
    pub(crate) seen: SeenFiles,
}

impl Updated {
    /// Result of a scan whose documents have all gone their ways, `prepared` of them into the sink.
    fn of(scanned: Scanned, prepared: u64) -> Self {
        Self {
            has_changes: prepared > 0 || !scanned.gone.is_empty(),
            report: report_catalog(&scanned),
            catalog: scanned.catalog,
            seen: scanned.seen,
        }
    }
}

impl Update<'_> {
    /// Compares the folders with the catalog `before` and brings `sink` up to date.
    ///
    /// # Errors
    /// The first error of the sink.
    pub(crate) fn run<S: Sink>(
        &self,
        before: Option<&Catalog>,
        seen: SeenFiles,
        sink: &S,
    ) -> Result<Updated, IndexError> {
        let readers = Readers::with_scans(self.options.scans.clone());
        let workers = Workers::new(sink, &readers, self.options);
        let mut scan = Scan::new(self.inputs, &readers, self.forgotten, before, seen);
        let sent = self.read_and_prepare(&mut scan, &workers);
        let outcomes = workers.finish()?;
        let mut scanned = scan.finish(self.options.allow_removals);
        sink.remove_all(&scanned.gone)?;
        for (slot, settled) in outcomes {
            scanned.settle(slot, settled);
        }
        Ok(Updated::of(scanned, sent))
    }

    /// Reads all files while `workers` prepare their documents, and returns the number of these.
    fn read_and_prepare<S: Sink>(&self, scan: &mut Scan<'_>, workers: &Workers<'_, S>) -> u64 {
        let (sender, receiver) = sync_channel::<Job>(2 * self.options.threads);
        let receiver = Mutex::new(receiver);
        std::thread::scope(|scope| {
            for _ in 0..self.options.threads {
                scope.spawn(|| workers.work(&receiver));
            }
            let mut sent = 0_u64;
            self.read_files(scan, workers, &mut |job| {
                sent += 1;
                sender
                    .send(job)
                    .expect("receivers live as long as the scope");
            });
            drop(sender);
            sent
        })
    }

    /// Reads file after file until the end or the first failure.
    fn read_files<S: Sink>(
        &self,
        scan: &mut Scan<'_>,
        workers: &Workers<'_, S>,
        send: &mut dyn FnMut(Job),
    ) {
        let numbered = self.inputs.found.files.iter().enumerate();
        let part = self.options.part;
        // All files have their ids, so that each has the one that a build of all of them gives it.
        let is_own = |file: &FoundFile| part.is_none_or(|part| part.holds(&file.relative));
        let files: Vec<(usize, &FoundFile)> = numbered.filter(|(_, file)| is_own(file)).collect();
        let mut progress = Progress {
            files: files.len() as u64,
            bytes: files.iter().map(|(_, file)| file.stamp.len_bytes).sum(),
            ..Progress::default()
        };
        for (number, file) in files {
            if workers.have_failed() {
                break;
            }
            scan.read(number, send);
            progress.files_done += 1;
            progress.bytes_done += file.stamp.len_bytes;
            (self.progress)(progress);
        }
    }
}

/// State shared by the threads that prepare documents.
struct Workers<'a, S> {
    sink: &'a S,
    readers: &'a Readers,
    options: &'a BuildOptions,
    outcomes: Mutex<Vec<(Slot, Settled)>>,
    failure: Mutex<Option<IndexError>>,
}

impl<'a, S: Sink> Workers<'a, S> {
    fn new(sink: &'a S, readers: &'a Readers, options: &'a BuildOptions) -> Self {
        Self {
            sink,
            readers,
            options,
            outcomes: Mutex::new(Vec::new()),
            failure: Mutex::new(None),
        }
    }

    fn have_failed(&self) -> bool {
        self.failure.lock().expect("no holder panics").is_some()
    }

    fn work(&self, jobs: &Mutex<Receiver<Job>>) {
        while let Some(job) = next_job(jobs) {
            // After a failure jobs are drained, so that the reading thread never blocks.
            if self.have_failed() {
                continue;
            }
            let slot = job.slot;
            match self.index(job) {
                Ok(outcome) => self
                    .outcomes
                    .lock()
                    .expect("no holder panics")
                    .push((slot, outcome)),
                Err(error) => {
                    let mut failure = self.failure.lock().expect("no holder panics");
                    failure.get_or_insert(error);
                }
            }
        }
    }

    fn index(&self, job: Job) -> Result<Settled, IndexError> {
        let (id, repair) = (job.id.clone(), &self.options.repair);
        let prepared = self.readers.prepare(job.id, job.raw, repair, &job.budget);
        // A reason of the day takes nothing away.
        if let (Err(skipped), Some(before)) = (&prepared, &job.replaces)
            && skipped.reason.is_transient()
        {
            return Ok(Settled::Kept(before.clone()));
        }
        if job.replaces.is_some() {
            self.sink.remove(&id)?;
        }
        Ok(Settled::As(match prepared {
            Ok(prepared) => self.add(prepared)?,
            Err(skipped) => Outcome::Skipped(skipped.reason),
        }))
    }

    fn add(&self, prepared: PreparedDocument) -> Result<Outcome, IndexError> {
        if prepared.record.passages.is_empty() {
            return Ok(Outcome::Skipped(SkipReason::NoText(None)));
        }
        let counts = count_document(&prepared);
        self.sink.add(prepared)?;
        Ok(Outcome::Indexed(counts))
    }

    fn finish(self) -> Result<Vec<(Slot, Settled)>, IndexError> {
        match self.failure.into_inner().expect("no holder panics") {
            Some(error) => Err(error),
            None => Ok(self.outcomes.into_inner().expect("no holder panics")),
        }
    }
}

fn next_job(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().expect("no holder panics").recv().ok()
}
