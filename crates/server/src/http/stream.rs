//! Bodies that hold little while a slow reader takes them.
//!
//! In: a task that makes pieces, or a body that is there already. Out: a body. A piece is handed on slice by slice, and the
//! next is made when all of it has been taken, so that a reader who takes his time holds one of them and no thread. When the
//! reader has gone, the task ends at its next slice. A large body waits packed.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::http::pool::{current_client, run_for};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use polidex_schema::packed::{Packed, pack_bytes};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes that are handed on at once: about what the connection takes before it asks again.
const SLICE_BYTES: usize = 64 << 10;
/// Bodies of more bytes are packed while they wait. Pages shrink to a tenth in a few milliseconds.
const PACKED_FROM_BYTES: usize = 256 << 10;

/// Takes the pieces of a body.
pub(crate) struct Pieces(Sender<io::Result<Bytes>>);

/// The reader has gone, or the body has been broken off.
#[derive(Debug)]
pub(crate) struct Gone;

impl Pieces {
    /// Hands on a piece once the one before it has been taken.
    pub(crate) async fn send(&self, piece: impl Into<Bytes>) -> Result<(), Gone> {
        let mut piece = piece.into();
        while !piece.is_empty() {
            let slice = piece.split_to(piece.len().min(SLICE_BYTES));
            self.0.send(Ok(slice)).await.map_err(|_| Gone)?;
        }
        Ok(())
    }

    /// Hands on a piece that was packed by [`packed`], a part at a time.
    pub(crate) async fn send_packed(&self, piece: Vec<u8>) -> Result<(), Gone> {
        let count = Packed::open(&piece).ok_or(Gone)?.parts().len();
        for part in 0..count {
            self.send(unpacked(&piece, part).ok_or(Gone)?).await?;
        }
        Ok(())
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

/// Packs a piece that may be large, where it was made, on a search thread.
pub(crate) fn packed(piece: &[u8]) -> Vec<u8> {
    pack_bytes(piece, &[])
}

fn unpacked(piece: &[u8], part: usize) -> Option<Vec<u8>> {
    Packed::open(piece)?.unpack_parts(part..part + 1)
}

/// Returns a body that is there already. Packing a large one takes milliseconds: call it where the body was made, on a
/// search thread.
pub(crate) fn held(body: impl Into<Vec<u8>>) -> Body {
    let body = body.into();
    if body.len() <= PACKED_FROM_BYTES {
        return Body::from(body);
    }
    Body::new(Held {
        left: body.len() as u64,
        packed: packed(&body),
        part: 0,
    })
}

/// A body that is unpacked part by part.
struct Held {
    packed: Vec<u8>,
    /// Part that is next, and bytes from it on.
    part: usize,
    left: u64,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let bytes = unpacked(&self.packed, self.part);
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
            return Poll::Ready(Some(Err(io::Error::other("a body was not unpacked"))));
        };
        self.part += 1;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(bytes.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_waits_packed_and_comes_whole() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a thread").block_on(async {
            for len in [0, 1, PACKED_FROM_BYTES, PACKED_FROM_BYTES + 1, 3_000_000] {
                let text: Vec<u8> = (0..len).map(|at| b"a paragraph of it"[at % 17]).collect();
                let body = held(text.clone());
                assert_eq!(body.size_hint().exact(), Some(len as u64));
                let sent = axum::body::to_bytes(body, usize::MAX).await;
                assert!(sent.expect("whole") == text, "{len}");
            }
        });
        let page = "<p lang=\"en\">a page of many paragraphs</p>\n".repeat(60_000);
        let packed = pack_bytes(page.as_bytes(), &[]);
        assert!(packed.len() < page.len() / 10);
    }

    #[test]
    fn a_reader_who_takes_nothing_holds_one_piece() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a thread").block_on(async {
            let (sender, mut receiver) = channel(1);
            let pieces = Pieces(sender);
            let made = std::cell::Cell::new(0);
            let make = async {
                for _ in 0..10 {
                    made.set(made.get() + 1);
                    pieces.send(vec![0; 10 * SLICE_BYTES]).await.expect("a reader");
                }
            };
            let take = async {
                for slice in 0..30 {
                    assert!(made.get() <= slice / 10 + 1, "{slice}: {}", made.get());
                    receiver.recv().await;
                }
                drop(receiver);
            };
            tokio::select! {
                () = async { tokio::join!(async { tokio::task::yield_now().await; take.await }).0 } => {}
                () = make => {}
            }
        });
    }
}
