//! Bodies that are made while they are sent: a piece is made when the one before has been taken.
//!
//! In: a task that makes pieces. Out: a body. One piece waits and one is being sent, so that a reader who takes his time
//! holds two of them and no thread. When the reader has gone, the task ends at its next piece.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::http::pool::{current_client, run_for};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Takes the pieces of a body.
pub(crate) struct Pieces(Sender<io::Result<Bytes>>);

/// The reader has gone, or the body has been broken off.
#[derive(Debug)]
pub(crate) struct Gone;

impl Pieces {
    /// Hands on a piece once the one before it has been taken.
    pub(crate) async fn send(&self, piece: impl Into<Bytes>) -> Result<(), Gone> {
        let piece = piece.into();
        if piece.is_empty() {
            return Ok(());
        }
        self.0.send(Ok(piece)).await.map_err(|_| Gone)
    }

    /// Breaks the body off, so that no reader takes what he has for the whole.
    pub(crate) async fn break_off(&self) {
        let _ = self.0.send(Err(io::Error::other("broken off"))).await;
    }
}

/// Returns a body of the pieces that `make` sends.
pub(crate) fn body_of<F>(make: impl FnOnce(Pieces) -> F) -> Body
where
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = channel(1);
    tokio::spawn(run_for(current_client(), make(Pieces(sender))));
    Body::new(Received(receiver))
}

struct Received(Receiver<io::Result<Bytes>>);

impl HttpBody for Received {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let received = self.0.poll_recv(context);
        received.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
