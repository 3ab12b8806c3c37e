//! Runs searches on a bounded number of blocking threads, so that no search ever blocks an async one.
//!
//! In: a closure. Out: its value, or [`Problem`] 503 when the queue is full, or 500 when the closure panicked. A search
//! whose client has gone keeps its thread until it ends: the thread is busy all the same.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::request::limits::Limits;
use crate::request::problem::{Problem, ProblemKind};

/// A queue of bounded length before a bounded number of threads.
#[derive(Clone)]
pub(crate) struct SearchPool {
    /// One permit for each search that waits or runs.
    admitted: Arc<Semaphore>,
    /// One permit for each search that runs.
    threads: Arc<Semaphore>,
}

impl SearchPool {
    pub(crate) fn new(limits: &Limits) -> Self {
        let threads = limits.search_threads.max(1);
        Self {
            admitted: Arc::new(Semaphore::new(threads + limits.search_queue)),
            threads: Arc::new(Semaphore::new(threads)),
        }
    }

    /// Runs a piece of an answer that has begun: it waits where another would be refused.
    pub(crate) async fn run_patiently<T: Send + 'static>(
        &self,
        piece: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let thread = Arc::clone(&self.threads)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let running = tokio::task::spawn_blocking(move || {
            let _held = thread;
            piece()
        });
        running.await.map_err(|_| failed())
    }

    /// Runs `search` once a thread is free.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(admitted) = Arc::clone(&self.admitted).try_acquire_owned() else {
            return Err(Problem::new(
                ProblemKind::Busy,
                "too many searches are waiting; try again in a moment",
            ));
        };
        let thread = Arc::clone(&self.threads)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let running = tokio::task::spawn_blocking(move || {
            // Moved in, so that both are held until the search ends and not only until its client leaves.
            let _held = (admitted, thread);
            search()
        });
        running.await.map_err(|_| failed())
    }
}

fn failed() -> Problem {
    Problem::new(
        ProblemKind::Internal,
        "the search failed; try another query",
    )
}
