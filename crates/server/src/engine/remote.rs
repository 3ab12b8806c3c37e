//! What a search and whoever runs it tell each other while it waits for an engine on other machines: the engine says how long
//! was waited for it, and is told when nobody waits for the search any more.
//!
//! Both belong to the thread that runs the search. A thread that runs none waits for everything and counts nothing.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

thread_local! {
    static ABANDONED: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Becomes true when nobody waits for the search any more.
pub type Abandoned = Arc<AtomicBool>;

/// Runs a search, and returns how long it has waited for an engine on other machines. `abandoned` may become true meanwhile.
pub fn run_watched<T>(abandoned: &Abandoned, search: impl FnOnce() -> T) -> (T, Duration) {
    ABANDONED.set(Some(Arc::clone(abandoned)));
    WAITED.set(Duration::ZERO);
    // Also after a panic: the thread goes on to run other searches.
    let _left = Leave;
    let found = search();
    (found, WAITED.get())
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
        let (is_left, waited) = run_watched(&abandoned, || {
            wait_for(|| std::thread::sleep(pause));
            assert!(!is_abandoned());
            abandoned.store(true, Ordering::Relaxed);
            is_abandoned()
        });
        assert!(is_left && waited >= pause);
        assert!(!is_abandoned(), "it has ended");
        let (_, waited) = run_watched(&Abandoned::default(), || ());
        assert_eq!(waited, Duration::ZERO);
    }
}
