//! Closes connections whose client takes an answer too slowly.
//!
//! hyper limits how long a request may take to arrive, but not how long an answer may take to leave.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::http::activity::Activity;

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
}

impl WriteTimeout {
    pub(crate) fn new(stream: TcpStream, timeout: Duration, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            timeout,
            deadline: None,
            taken_bytes: 0,
            activity,
        }
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
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
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
