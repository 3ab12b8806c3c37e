//! Limits the answers that wait to be taken, so that slow readers cannot fill the memory.
//!
//! In: a client and an answer. Out: the answer, which counts until it has been taken or its reader has gone, or a refusal
//! when the client, or all together, have too much waiting. What an answer holds is bounded (`stream`), so its count is.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use crate::http::client::Client;
use crate::request::problem::{Problem, ProblemKind};

/// Answers of at most so many bytes are not counted: the system takes them at once.
const FREE_BYTES: u64 = 64 << 10;
/// Most that one answer counts; a longer one is packed, or made while it is sent.
const MOST_BYTES: u64 = 1 << 20;
/// Bytes that may wait for one client, and for all.
const CLIENT_BYTES: u64 = 32 << 20;
const ALL_BYTES: u64 = 256 << 20;

/// Answers on their way out.
#[derive(Default)]
pub(crate) struct Outgoing(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    of: HashMap<Client, u64>,
    all: u64,
}

impl Outgoing {
    /// Counts `answer` until it has been taken.
    ///
    /// # Errors
    /// [`ProblemKind::Busy`] when too much waits to be taken.
    pub(crate) fn admit(
        self: &Arc<Self>,
        client: Client,
        answer: Response,
    ) -> Result<Response, Problem> {
        let bytes = counted_bytes(&answer);
        if bytes == 0 {
            return Ok(answer);
        }
        let permit = self.permit(client, bytes).ok_or_else(too_much_waits)?;
        Ok(answer.map(|body| {
            Body::new(Counted {
                body,
                _permit: permit,
            })
        }))
    }

    fn permit(self: &Arc<Self>, client: Client, bytes: u64) -> Option<Permit> {
        let mut waiting = self.waiting();
        let own = waiting.of.get(&client).copied().unwrap_or(0);
        if own + bytes > CLIENT_BYTES || waiting.all + bytes > ALL_BYTES {
            return None;
        }
        waiting.of.insert(client, own + bytes);
        waiting.all += bytes;
        Some(Permit {
            outgoing: Arc::clone(self),
            client,
            bytes,
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counted_bytes(answer: &Response) -> u64 {
    match answer.body().size_hint().exact() {
        Some(bytes) if bytes <= FREE_BYTES => 0,
        Some(bytes) => bytes.min(MOST_BYTES),
        None => MOST_BYTES,
    }
}

fn too_much_waits() -> Problem {
    let detail = "too many answers wait to be taken; try again in a moment";
    Problem::new(ProblemKind::Busy, detail)
}

/// Count of one answer; given back when dropped.
struct Permit {
    outgoing: Arc<Outgoing>,
    client: Client,
    bytes: u64,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut waiting = self.outgoing.waiting();
        waiting.all -= self.bytes;
        if let Some(own) = waiting.of.get_mut(&self.client) {
            *own -= self.bytes;
            if *own == 0 {
                waiting.of.remove(&self.client);
            }
        }
    }
}

/// A body that counts until it is dropped.
struct Counted {
    body: Body,
    _permit: Permit,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> Client {
        Client {
            address: std::net::Ipv4Addr::new(192, 0, 2, number).into(),
            ..Client::default()
        }
    }

    fn answer(bytes: usize) -> Response {
        Response::new(Body::from(vec![0; bytes]))
    }

    #[test]
    fn what_waits_is_bounded_for_one_and_for_all() {
        let outgoing = Arc::new(Outgoing::default());
        let large = || answer(3 << 20);
        let admitted = |number| outgoing.admit(client(number), large()).ok();
        let mut held: Vec<Response> = (0..100).filter_map(|_| admitted(1)).collect();
        assert_eq!(held.len() as u64, CLIENT_BYTES / MOST_BYTES);
        assert!(outgoing.admit(client(1), answer(9_000)).is_ok(), "small");
        held.pop();
        held.extend(admitted(1));
        assert!(admitted(1).is_none(), "one was given back, and taken");
        for number in 2..20 {
            held.extend((0..40).filter_map(|_| admitted(number)));
        }
        assert_eq!(held.len() as u64, ALL_BYTES / MOST_BYTES);
        drop(held);
        let waiting = outgoing.waiting();
        assert_eq!((waiting.all, waiting.of.len()), (0, 0));
    }
}
