//! Counts the steps of drawing, so that a test can tell how they grow; costs nothing outside of tests.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes a step: a passage, a repair or a line that is looked at.
pub(super) fn step() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// Returns the steps that `draw` takes.
#[cfg(test)]
pub(super) fn steps_of(draw: impl FnOnce()) -> u64 {
    let before = STEPS.get();
    draw();
    STEPS.get() - before
}
