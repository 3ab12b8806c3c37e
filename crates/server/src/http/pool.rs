//! Runs searches on a bounded number of blocking threads, so that no search ever stands on an async one.
//!
//! In: a closure. Out: its value, or [`Problem`] 503 when as many wait as may wait, or 500 when it panicked. A search
//! whose client has gone keeps its place until it ends: the thread is busy all the same.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::request::limits::Limits;
use crate::request::problem::{Problem, ProblemKind};

#[derive(Clone)]
pub(crate) struct SearchPool {
    /// A place in the queue or on a thread.
    places: Arc<Semaphore>,
    /// A thread.
    threads: Arc<Semaphore>,
}

impl SearchPool {
    pub(crate) fn new(limits: &Limits) -> Self {
        let threads = limits.search_threads.max(1);
        Self {
            places: Arc::new(Semaphore::new(threads + limits.search_queue)),
            threads: Arc::new(Semaphore::new(threads)),
        }
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
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
            let _held = (place, thread);
            search()
        });
        running.await.map_err(|_| {
            Problem::new(
                ProblemKind::Internal,
                "the search failed; try another query",
            )
        })
    }
}
