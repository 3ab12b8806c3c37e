//! What a search and whoever runs it tell each other while it waits for an engine on other machines: the engine says how long
//! was waited for it and whether it had too much to do, and is told when nobody waits for the search any more.
//!
//! Both belong to the thread that runs the search. A thread that runs none waits for everything and counts nothing.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

thread_local! {
    static ABANDONED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static REJECTED: Cell<bool> = const { Cell::new(false) };
}

/// Becomes true when nobody waits for the search any more.
pub type Abandoned = Arc<AtomicBool>;

/// What a search has had of an engine on other machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// Time that it was waited for.
    pub waited: Duration,
    /// True if it rejected something for want of room.
    pub rejected: bool,
}

/// Runs a search, and returns what it has had of an engine on other machines. `abandoned` may become true meanwhile.
pub fn run_watched<T>(abandoned: &Abandoned, search: impl FnOnce() -> T) -> (T, Remote) {
    ABANDONED.set(Some(Arc::clone(abandoned)));
    WAITED.set(Duration::ZERO);
    REJECTED.set(false);
    // Also after a panic: the thread goes on to run other searches.
    let _left = Leave;
    let found = search();
    let (waited, rejected) = (WAITED.get(), REJECTED.get());
    (found, Remote { waited, rejected })
}

/// Forgets the search of this thread.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        ABANDONED.set(None);
    }
}

/// Asks an engine on another machine, and counts the time.
pub fn wait_for<T>(ask: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let answer = ask();
    WAITED.set(WAITED.get() + started.elapsed());
    answer
}

/// Notes that an engine on another machine rejected something for want of room.
pub fn note_rejected() {
    REJECTED.set(true);
}

/// Returns true if nobody waits for the search of this thread any more.
pub fn is_abandoned() -> bool {
    let is_set = |abandoned: &Abandoned| abandoned.load(Ordering::Relaxed);
    ABANDONED.with_borrow(|abandoned| abandoned.as_ref().is_some_and(is_set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_abandonment_are_those_of_one_search() {
        let abandoned = Abandoned::default();
        let pause = Duration::from_millis(20);
        let (is_left, remote) = run_watched(&abandoned, || {
            wait_for(|| std::thread::sleep(pause));
            assert!(!is_abandoned());
            abandoned.store(true, Ordering::Relaxed);
            is_abandoned()
        });
        assert!(is_left && remote.waited >= pause && !remote.rejected);
        assert!(!is_abandoned(), "it has ended");
        let (_, remote) = run_watched(&Abandoned::default(), note_rejected);
        assert!(remote.rejected);
        let (_, remote) = run_watched(&Abandoned::default(), || ());
        assert_eq!(remote, Remote::default());
    }
}
