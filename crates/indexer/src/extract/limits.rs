//! What one file may cost. Declared sizes are never trusted: everything is counted as it is read.

use std::io::Read;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::skip::SkipReason;

/// Limits of the process that reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Memory of the process.
    pub memory_bytes: u64,
    /// Processor time.
    pub processor: Duration,
    /// Time until the process is killed, without the time it waits for its parent.
    pub wall: Duration,
    /// Bytes of all documents that come out.
    pub output_bytes: u64,
}

/// Memory of a process that reads a small file. Real ones need a tenth.
const MEMORY_BYTES: u64 = 2 << 30;
/// Memory for every byte of a file: its text, what it was before repair, and the maps between them.
const MEMORY_PER_BYTE: u64 = 16;
/// Processor time for a small file, in seconds.
const PROCESSOR_SECONDS: u64 = 60;
/// Processor time for every MiB of a file, in milliseconds: four times what the slowest real text takes.
const PROCESSOR_MS_PER_MIB: u64 = 4_000;
/// Bytes that may come out of a small file.
const OUTPUT_BYTES: u64 = 128 << 20;
/// Bytes that may come out for every byte of a file. Text in archives and gzip grows four to ten times.
const OUTPUT_PER_BYTE: u64 = 16;

/// Returns the budget of a file of `len_bytes` for everything that comes out of it.
pub(crate) fn file_limits(len_bytes: u64) -> Limits {
    let per_mib = len_bytes.saturating_mul(PROCESSOR_MS_PER_MIB) >> 20;
    let processor = Duration::from_secs(PROCESSOR_SECONDS) + Duration::from_millis(per_mib);
    Limits {
        memory_bytes: MEMORY_BYTES.saturating_add(len_bytes.saturating_mul(MEMORY_PER_BYTE)),
        processor,
        // Twice the processor time: a busy machine is no fault of a file's.
        wall: processor * 2,
        output_bytes: OUTPUT_BYTES.saturating_add(len_bytes.saturating_mul(OUTPUT_PER_BYTE)),
    }
}

/// Most bytes read of one file, and of one line of JSON Lines, after decompression.
pub const MAX_DOCUMENT_BYTES: u64 = 1 << 30;
/// Most bytes of one member of a ZIP file, after decompression.
pub const MAX_MEMBER_BYTES: u64 = 64 << 20;
/// Most bytes of all members together that are read of one Office document.
pub const MAX_PACKAGE_BYTES: u64 = 128 << 20;
/// Most members of a ZIP file.
pub const MAX_ENTRIES: usize = 10_000;
/// A member that grows to more than [`SMALL_BYTES`] and this many times its size is no document: real ones stay below 100.
pub const MAX_RATIO: u64 = 200;
/// Members below this size may have any ratio.
pub const SMALL_BYTES: u64 = 4 << 20;
/// Elements of XML within elements; deeper ones are an attack.
pub const MAX_XML_DEPTH: usize = 256;
/// Elements of HTML within elements; deeper ones are laid beside each other, as browsers do.
pub const MAX_HTML_DEPTH: usize = 512;
/// Groups of RTF within groups.
pub const MAX_RTF_DEPTH: usize = 512;

/// Reason for a file or a member that grows beyond [`MAX_RATIO`].
pub(crate) const GROWS_TOO_MUCH: SkipReason = SkipReason::GrowsTooMuch {
    limit_ratio: MAX_RATIO,
};

/// Returns the reason for a file or a member of more than `limit` bytes.
pub(crate) fn too_large(limit: u64) -> SkipReason {
    SkipReason::TooLarge {
        limit_mib: limit >> 20,
    }
}

/// Reads `reader` to its end, at most `limit` bytes; `packed` is its size before decompression. `Err` says why not.
pub(crate) fn read_capped(
    reader: impl Read,
    packed: u64,
    limit: u64,
) -> Result<Vec<u8>, SkipReason> {
    let most = limit.min(packed.saturating_mul(MAX_RATIO).max(SMALL_BYTES));
    let mut bytes = Vec::new();
    reader
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| SkipReason::CannotRead(error.to_string()))?;
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    if most == limit {
        return Err(too_large(limit));
    }
    Err(GROWS_TOO_MUCH)
}
