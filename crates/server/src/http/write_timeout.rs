//! The stream of a connection as hyper writes to it: closed when its client takes an answer too slowly, and with the security
//! headers in what hyper answers by itself.
//!
//! hyper limits how long a request may take to arrive, but not how long an answer may take to leave. What it cannot read as a
//! request it answers without asking us, in a head of its own (400, 414 or 431) without a body.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::http::activity::Activity;
use crate::http::middleware::security_head;

/// Bytes that must be taken in the time given, unless fewer are ready.
const LEAST_BYTES: usize = 64 << 10;

/// A stream whose writes fail when the other side takes less than [`LEAST_BYTES`] in a while.
pub(crate) struct WriteTimeout {
    stream: TcpStream,
    timeout: Duration,
    /// Runs from the first write that had to wait; until it ends so much must have been taken.
    deadline: Option<Pin<Box<Sleep>>>,
    taken_bytes: usize,
    activity: Arc<Activity>,
    /// Bytes of a head that are written before anything else.
    first: Vec<u8>,
}

impl WriteTimeout {
    pub(crate) fn new(stream: TcpStream, timeout: Duration, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            timeout,
            deadline: None,
            taken_bytes: 0,
            activity,
            first: Vec::new(),
        }
    }

    /// Takes the first line of an answer that hyper gives by itself and puts the security headers behind it; returns the bytes
    /// taken. Only where no request has come that is one: all that is written then is hyper's, and cannot be a piece of a text.
    fn take_first_line(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.activity.has_begun() || !bytes.starts_with(b"HTTP/1.1 4") {
            return None;
        }
        let line = bytes.windows(2).position(|two| two == b"\r\n")? + 2;
        self.first.extend(&bytes[..line]);
        self.first.extend(security_head().as_bytes());
        Some(line)
    }

    /// Writes what comes before anything else.
    fn poll_first(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.first.is_empty() {
            let polled = Pin::new(&mut self.stream).poll_write(context, &self.first);
            let written = ready!(self.watch(polled, context))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.first.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the watch: all that was ready has been taken, or enough of it.
    fn rest(&mut self) {
        self.deadline = None;
        self.taken_bytes = 0;
    }

    fn watch(
        &mut self,
        polled: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = polled {
            self.activity.touch();
            self.taken_bytes += written.as_ref().map_or(0, |bytes| *bytes);
            if self.taken_bytes >= LEAST_BYTES {
                self.rest();
            }
            return Poll::Ready(written);
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep(self.timeout)));
        deadline
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for WriteTimeout {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for WriteTimeout {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(taken) = self.take_first_line(bytes) {
            return Poll::Ready(Ok(taken));
        }
        ready!(self.poll_first(context))?;
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let head = slices.first().map_or(&[][..], |slice| slice);
        if let Some(taken) = self.take_first_line(head) {
            return Poll::Ready(Ok(taken));
        }
        ready!(self.poll_first(context))?;
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Asked for when nothing more is ready.
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        if polled.is_ready() {
            self.rest();
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
