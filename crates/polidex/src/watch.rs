//! Keeps an index up to date with its folders.
//!
//! Polls names, sizes and times instead of asking the system for events: that works on network folders too, has no limit on
//! the number of files, and needs no further crate (`notify` was weighed). A change is indexed once two polls in a row saw
//! the same state, so a file that is still being written waits.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
    loop {
        let started = Instant::now();
        match folder_state(paths, index) {
            Ok(state) if Some(state) != indexed && before == Some(state) => {
                update(paths, index, options);
                // Also after a failure, or it would be reported every second.
                indexed = Some(state);
            }
            Ok(state) => before = Some(state),
            // A folder that is not there now, on a share perhaps, may come back.
            Err(_) => before = None,
        }
        std::thread::sleep(POLL_EVERY.max(started.elapsed() * POLL_SHARE));
    }
}

fn update(paths: &[PathBuf], index: &Path, options: &BuildOptions) {
    if index_owner(paths, index) == IndexOwner::OtherPaths {
        return say("the index belongs to other folders now; it is left alone");
    }
    match build(paths, index, options, Verbosity::Quiet) {
        Ok(report) if report.changed => {
            say_held(&report, index);
            say(&format!(
                "{}: {} documents indexed, {} removed, {} unchanged, {} skipped",
                report.generation,
                report.indexed,
                report.removed,
                report.unchanged,
                report.skipped().count()
            ));
        }
        Ok(_) => {}
        Err(error) => say(&format!("the index was not brought up to date: {error:#}")),
    }
}
