//! Keeps an index up to date with its folders.
//!
//! Polls names, sizes and times instead of asking the system for events: that works on network folders too, has no limit on
//! the number of files, and needs no further crate (`notify` was weighed). A change is indexed once two polls in a row saw
//! the same state, so a file that is still being written waits.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use polidex_indexer::error::IndexError;
use polidex_indexer::index::{BuildOptions, IndexOwner, folder_state, index_owner};

use crate::indexing::{Verbosity, build, say_held};
use crate::output::say;

/// Shortest time between two polls.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// Polling takes at most one part in this many of the time.
const POLL_SHARE: u32 = 20;

/// Watches `paths` and never returns. `indexed` is their state when the index was built.
pub(crate) fn watch(
    paths: &[PathBuf],
    index: &Path,
    options: &BuildOptions,
    indexed: Option<u64>,
) -> ! {
    let mut indexed = indexed;
    let mut before = None;
    let mut waits = Waits::default();
    loop {
        let started = Instant::now();
        match folder_state(paths, index) {
            Ok(state) if Some(state) != indexed && before == Some(state) => {
                if waits.is_over() {
                    match update(paths, index, options) {
                        Ok(()) => (indexed, waits) = (Some(state), Waits::default()),
                        Err(error) => waits.note(&error),
                    }
                }
            }
            Ok(state) => before = Some(state),
            // A folder that is not there now, on a share perhaps, may come back.
            Err(_) => before = None,
        }
        std::thread::sleep(POLL_EVERY.max(started.elapsed() * POLL_SHARE));
    }
}

/// Time until an update that failed is tried again; one that met a held lock is tried at the next poll.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// Failures of the update that is due.
#[derive(Default)]
struct Waits {
    until: Option<Instant>,
    /// What was said of the last one: the same is not said again.
    said: String,
}

impl Waits {
    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }

    fn note(&mut self, error: &anyhow::Error) {
        let is_locked = error
            .downcast_ref()
            .is_some_and(|error| matches!(error, IndexError::Locked { .. }));
        self.until = (!is_locked).then(|| Instant::now() + RETRY_AFTER);
        let message = format!("the index was not brought up to date: {error:#}");
        if self.said != message {
            say(&format!("{message}; it will be tried again"));
            self.said = message;
        }
    }
}

fn update(paths: &[PathBuf], index: &Path, options: &BuildOptions) -> anyhow::Result<()> {
    if index_owner(paths, index) == IndexOwner::OtherPaths {
        say("the index belongs to other folders now; it is left alone");
        return Ok(());
    }
    let report = build(paths, index, options, Verbosity::Quiet)?;
    if report.changed {
        say_held(&report, index.display());
        say(&format!(
            "{}: {} documents indexed, {} removed, {} unchanged, {} skipped",
            report.generation,
            report.indexed,
            report.removed,
            report.unchanged,
            report.skipped().count()
        ));
    }
    Ok(())
}
