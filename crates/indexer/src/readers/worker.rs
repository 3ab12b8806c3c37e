//! The work of the process: limits itself, then takes tasks from standard input and answers on standard output.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Stdin, Stdout, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::extract::limits::Limits;
use crate::extract::{Extracted, RawDocument, extract_from};
use crate::pipeline::prepare_document;
use crate::readers::budget::Spent;
use crate::readers::sandbox;
use crate::readers::wire::{Piece, Reply, Request, read_frame, write_frame};
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
    };
    while !pipes.from.fill_buf()?.is_empty() {
        let (task, len_bytes) = read_frame::<Request>(&mut pipes.from, u64::MAX)?;
        let started = sandbox::processor_time();
        let taken = pipes.work(task)?;
        let done = Reply::Done {
            spent: Spent {
                processor: sandbox::processor_time().saturating_sub(started),
                output_bytes: taken.output_bytes,
            },
            is_fit: !taken.is_cut && len_bytes.max(taken.output_bytes) < FIT_BYTES,
        };
        write_frame(&mut pipes.to, &done)?;
        pipes.to.flush()?;
        if taken.is_cut {
            return Ok(());
        }
    }
    Ok(())
}

struct Pipes {
    from: BufReader<Stdin>,
    to: BufWriter<Stdout>,
}

/// What a task has come to.
#[derive(Default)]
struct Taken {
    output_bytes: u64,
    /// True if it was cut off: whatever still runs is in no state to go on.
    is_cut: bool,
}

impl Pipes {
    fn work(&mut self, task: Request) -> io::Result<Taken> {
        match task {
            Request::Extract {
                path,
                packed_bytes,
                head,
                is_whole,
                limits,
            } => {
                limit(&limits);
                self.extract(&path, packed_bytes, head, is_whole, &limits)
            }
            Request::Prepare {
                id,
                raw,
                repair,
                limits,
            } => {
                limit(&limits);
                let path = raw.path.clone();
                let read = catch_unwind(AssertUnwindSafe(|| prepare_document(id, raw, &repair)));
                let prepared = read.unwrap_or(Err(Skipped {
                    path,
                    reason: SkipReason::ReaderPanicked,
                }));
                let output_bytes = write_frame(&mut self.to, &Reply::Prepared(Box::new(prepared)))?;
                Ok(Taken {
                    output_bytes,
                    is_cut: false,
                })
            }
            Request::Probe => {
                write_frame(&mut self.to, &Reply::Probed(sandbox::probe()))?;
                Ok(Taken {
                    output_bytes: 0,
                    is_cut: true,
                })
            }
        }
    }

    fn extract(
        &mut self,
        path: &str,
        packed_bytes: u64,
        head: Vec<u8>,
        is_whole: bool,
        limits: &Limits,
    ) -> io::Result<Taken> {
        let Self { from, to } = self;
        // The reader of the file asks on the same pipe that documents go out by.
        let to = std::cell::RefCell::new(to);
        let mut pulled = Pulled {
            from,
            to: &to,
            piece: head,
            at: 0,
            is_whole,
        };
        let mut taken = Taken::default();
        let mut failure = None;
        let mut send = |extracted: Extracted| {
            let content_bytes = extracted.as_ref().map_or(0, RawDocument::len_bytes);
            taken.output_bytes += content_bytes;
            let is_over = taken.output_bytes > limits.output_bytes;
            let item = if is_over {
                Err(Skipped {
                    path: path.to_owned(),
                    reason: SkipReason::GrowsBeyond {
                        limit_mib: limits.output_bytes >> 20,
                    },
                })
            } else {
                extracted
            };
            if let Err(error) = write_frame(&mut **to.borrow_mut(), &Reply::Item(item)) {
                failure.get_or_insert(error);
            }
            if is_over || failure.is_some() {
                // Readers hand on what they find and cannot be told to stop; unwinding stops them all alike.
                std::panic::resume_unwind(Box::new(Cut));
            }
        };
        let read = catch_unwind(AssertUnwindSafe(|| {
            extract_from(&mut pulled, packed_bytes, path, &mut send)
        }));
        let reason = match read {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some(reason),
            Err(payload) if payload.is::<Cut>() => None,
            Err(_) => Some(SkipReason::ReaderPanicked),
        };
        if let Some(error) = failure {
            return Err(error);
        }
        if let Some(reason) = reason {
            let item = Reply::Item(Err(Skipped {
                path: path.to_owned(),
                reason,
            }));
            write_frame(&mut **to.borrow_mut(), &item)?;
        }
        taken.is_cut = taken.output_bytes > limits.output_bytes;
        Ok(taken)
    }
}

/// Payload of an unwinding that no bug has begun.
struct Cut;

fn limit(limits: &Limits) {
    sandbox::limit(
        limits.memory_bytes,
        limits.processor.max(Duration::from_secs(1)),
    );
}

/// A file that is asked for piece by piece.
struct Pulled<'a> {
    from: &'a mut BufReader<Stdin>,
    to: &'a std::cell::RefCell<&'a mut BufWriter<Stdout>>,
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
