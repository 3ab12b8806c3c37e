//! The work of the process: limits itself, then takes tasks from standard input and answers on standard output.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Stdin, Stdout, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::extract::limits::Limits;
use crate::extract::pdf::show_page;
use crate::extract::scan::{Recognizer, ScanMode};
use crate::extract::stand_in::NotShown;
use crate::extract::{Extracted, RawDocument, extract_from, without_pictures};
use crate::pipeline::prepare_document_with;
use crate::readers::budget::Spent;
use crate::readers::recognizing::Recognizing;
use crate::readers::sandbox;
use crate::readers::wire::{Piece, Reply, Request, read_frame, write_frame};
use crate::repair::Options;
use crate::skip::{SkipReason, Skipped};

/// A worker that has read more than this is replaced: its memory is as large as its largest document.
const FIT_BYTES: u64 = 64 << 20;

/// Takes tasks until standard input ends.
///
/// # Errors
/// The pipes are closed.
pub fn run_worker() -> io::Result<()> {
    // What goes wrong is in the answer or in the exit code.
    std::panic::set_hook(Box::new(|_| {}));
    sandbox::confine();
    let mut pipes = Pipes {
        from: BufReader::with_capacity(1 << 16, io::stdin()),
        to: BufWriter::with_capacity(1 << 16, io::stdout()),
        recognizer: None,
    };
    while !pipes.from.fill_buf()?.is_empty() {
        let is_cut = pipes.take_task()?;
        if is_cut {
            return Ok(());
        }
    }
    Ok(())
}

struct Pipes {
    from: BufReader<Stdin>,
    to: BufWriter<Stdout>,
    /// Stays for the next task: to load it takes a moment.
    recognizer: Option<Recognizer>,
}

/// What a task has come to.
#[derive(Default)]
struct Taken {
    output_bytes: u64,
    /// Processor time for pages of scans, which have a limit of their own.
    scans: Duration,
    /// True if it was cut off: whatever still runs is in no state to go on.
    is_cut: bool,
}

impl Pipes {
    /// Takes a task and answers it; true if it was cut off.
    fn take_task(&mut self) -> io::Result<bool> {
        let (task, len_bytes) = read_frame::<Request>(&mut self.from, u64::MAX)?;
        let started = sandbox::processor_time();
        let taken = self.work(task)?;
        let done = Reply::Done {
            spent: Spent {
                processor: sandbox::processor_time()
                    .saturating_sub(started)
                    .saturating_sub(taken.scans),
                output_bytes: taken.output_bytes,
            },
            is_fit: !taken.is_cut && len_bytes.max(taken.output_bytes) < FIT_BYTES,
        };
        write_frame(&mut self.to, &done)?;
        self.to.flush()?;
        Ok(taken.is_cut)
    }

    fn work(&mut self, task: Request) -> io::Result<Taken> {
        match task {
            Request::Extract {
                path,
                packed_bytes,
                head,
                is_whole,
                with_pictures,
                limits,
            } => {
                limit(&limits);
                let file = Head {
                    packed_bytes,
                    head,
                    is_whole,
                    with_pictures,
                };
                self.extract(&path, file, &limits)
            }
            Request::Prepare {
                id,
                raw,
                repair,
                scans,
                limits,
            } => {
                limit(&limits);
                self.prepare(id, raw, &repair, scans, &limits)
            }
            Request::Show {
                file,
                wanted,
                fonts,
                limits,
            } => {
                limit(&limits);
                let shown = catch_unwind(AssertUnwindSafe(|| show_page(file, &wanted, fonts)));
                let shown =
                    shown.unwrap_or_else(|_| Err(NotShown::failed("the page cannot be drawn")));
                Ok(Taken {
                    output_bytes: write_frame(&mut self.to, &Reply::Shown(shown))?,
                    ..Taken::default()
                })
            }
            Request::Probe => {
                write_frame(&mut self.to, &Reply::Probed(sandbox::probe()))?;
                Ok(Taken {
                    is_cut: true,
                    ..Taken::default()
                })
            }
        }
    }

    fn prepare(
        &mut self,
        id: String,
        raw: RawDocument,
        repair: &Options,
        mode: ScanMode,
        limits: &Limits,
    ) -> io::Result<Taken> {
        let path = raw.path.clone();
        let Self {
            from,
            to,
            recognizer,
        } = self;
        let mut scans = Recognizing::new(mode, (from, to), recognizer, limits);
        let read = catch_unwind(AssertUnwindSafe(|| {
            prepare_document_with(id, raw, repair, &mut scans)
        }));
        let scans = scans.spent;
        let prepared = read.unwrap_or(Err(Skipped {
            path,
            reason: SkipReason::ReaderPanicked,
        }));
        let output_bytes = write_frame(&mut self.to, &Reply::Prepared(Box::new(prepared)))?;
        Ok(Taken {
            output_bytes,
            scans,
            is_cut: false,
        })
    }

    fn extract(&mut self, path: &str, file: Head, limits: &Limits) -> io::Result<Taken> {
        let Self { from, to, .. } = self;
        // The reader of the file asks on the same pipe that documents go out by.
        let to = RefCell::new(to);
        let mut pulled = Pulled {
            from,
            to: &to,
            piece: file.head,
            at: 0,
            is_whole: file.is_whole,
        };
        let mut sender = Sender {
            to: &to,
            path,
            limit_bytes: limits.output_bytes,
            sent_bytes: 0,
            failure: None,
        };
        let read = catch_unwind(AssertUnwindSafe(|| {
            extract_from(&mut pulled, file.packed_bytes, path, &mut |extracted| {
                sender.send(match file.with_pictures {
                    true => extracted,
                    false => without_pictures(extracted),
                });
            })
        }));
        sender.finish(reason_of(read))
    }
}

/// Beginning of a file, and how it is read.
struct Head {
    packed_bytes: u64,
    head: Vec<u8>,
    is_whole: bool,
    with_pictures: bool,
}

/// Sends the documents of a file, up to the limit of its output.
struct Sender<'a> {
    to: &'a RefCell<&'a mut BufWriter<Stdout>>,
    path: &'a str,
    limit_bytes: u64,
    sent_bytes: u64,
    /// Error of the pipe.
    failure: Option<io::Error>,
}

impl Sender<'_> {
    /// Sends a document, or in its place the reason why the file is cut off here. Readers hand on what they find and cannot be
    /// told to stop; unwinding with [`Cut`] stops them all alike.
    fn send(&mut self, extracted: Extracted) {
        self.sent_bytes += extracted.as_ref().map_or(0, RawDocument::len_bytes);
        let is_over = self.is_over();
        let limit_mib = self.limit_bytes >> 20;
        let item = if is_over {
            self.skipped(SkipReason::GrowsBeyond { limit_mib })
        } else {
            extracted
        };
        if let Err(error) = self.write(item) {
            self.failure.get_or_insert(error);
        }
        if is_over || self.failure.is_some() {
            std::panic::resume_unwind(Box::new(Cut));
        }
    }

    fn is_over(&self) -> bool {
        self.sent_bytes > self.limit_bytes
    }

    fn skipped(&self, reason: SkipReason) -> Extracted {
        Err(Skipped {
            path: self.path.to_owned(),
            reason,
        })
    }

    fn write(&self, item: Extracted) -> io::Result<()> {
        write_frame(&mut **self.to.borrow_mut(), &Reply::Item(item)).map(drop)
    }

    /// Ends the file, for `reason` if it was not read to its end.
    fn finish(self, reason: Option<SkipReason>) -> io::Result<Taken> {
        if let Some(reason) = reason
            && self.failure.is_none()
        {
            self.write(self.skipped(reason))?;
        }
        let is_cut = self.is_over();
        match self.failure {
            Some(error) => Err(error),
            None => Ok(Taken {
                output_bytes: self.sent_bytes,
                is_cut,
                ..Taken::default()
            }),
        }
    }
}

/// Payload of an unwinding that no bug has begun.
struct Cut;

/// Reason why a file was not read to its end; `None` if it was, or if its parent wants no more of it.
fn reason_of(read: std::thread::Result<Result<(), SkipReason>>) -> Option<SkipReason> {
    match read {
        Ok(read) => read.err(),
        Err(payload) if payload.is::<Cut>() => None,
        Err(_) => Some(SkipReason::ReaderPanicked),
    }
}

fn limit(limits: &Limits) {
    sandbox::limit(
        limits.memory_bytes,
        limits.processor.max(Duration::from_secs(1)),
    );
}

/// A file that is asked for piece by piece.
struct Pulled<'a> {
    from: &'a mut BufReader<Stdin>,
    to: &'a RefCell<&'a mut BufWriter<Stdout>>,
    piece: Vec<u8>,
    at: usize,
    is_whole: bool,
}

impl Pulled<'_> {
    fn pull(&mut self) -> io::Result<()> {
        let mut to = self.to.borrow_mut();
        write_frame(&mut **to, &Reply::Pull)?;
        to.flush()?;
        match read_frame::<Piece>(self.from, u64::MAX)?.0 {
            Piece::Bytes(piece) => {
                self.is_whole = piece.is_empty();
                (self.piece, self.at) = (piece, 0);
                Ok(())
            }
            Piece::Broken(error) => Err(io::Error::other(error)),
        }
    }
}

impl Read for Pulled<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() && !self.is_whole {
            self.pull()?;
        }
        let len = (&self.piece[self.at..]).read(buffer)?;
        self.at += len;
        Ok(len)
    }
}
