//! Keeps an index up to date with its folders.
//!
//! Looks at names, sizes and times instead of asking the system to tell: that works on network folders too, has no limit on
//! the number of files, and needs no further crate (`notify` was weighed). A folder is indexed when two looks in a row saw
//! the same: a file that is still being written waits.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use polidex_indexer::index::{IndexOwner, folder_state, index_owner};

use crate::index::{Quiet, build};
use crate::output::say;

/// Time between two looks, at least.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looking may take one part in so many of the time.
const LOOK_SHARE: u32 = 20;

/// Watches `paths` and never returns. `indexed` is their state when the index was made.
pub(crate) fn watch(
    paths: &[PathBuf],
    index: &Path,
    threads: Option<u16>,
    indexed: Option<u64>,
) -> ! {
    let mut indexed = indexed;
    let mut before = None;
    loop {
        let started = Instant::now();
        match folder_state(paths, index) {
            Ok(state) if Some(state) != indexed && before == Some(state) => {
                update(paths, index, threads);
                // Also after a failure, or it would be said every second.
                indexed = Some(state);
            }
            Ok(state) => before = Some(state),
            // A folder that is not there now, on a share perhaps, may come back.
            Err(_) => before = None,
        }
        std::thread::sleep(LOOK_EVERY.max(started.elapsed() * LOOK_SHARE));
    }
}

fn update(paths: &[PathBuf], index: &Path, threads: Option<u16>) {
    if index_owner(paths, index) == IndexOwner::OtherPaths {
        return say("the index belongs to other folders now; it is left alone");
    }
    match build(paths, index, threads, false, Quiet::Yes) {
        Ok(report) if report.changed => say(&format!(
            "{}: {} documents indexed, {} removed, {} unchanged, {} skipped",
            report.generation,
            report.indexed,
            report.removed,
            report.unchanged,
            report.skipped().count()
        )),
        Ok(_) => {}
        Err(error) => say(&format!("the index was not brought up to date: {error:#}")),
    }
}
