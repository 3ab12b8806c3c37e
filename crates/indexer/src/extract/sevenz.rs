//! Takes members out of 7-Zip archives, by the crate `sevenz-rust2`, within the limits of any archive.

use std::io::{Cursor, Read};

use sevenz_rust2::{ArchiveEntry, ArchiveReader, Error, Password};

use crate::extract::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES, MAX_RATIO, SMALL_BYTES, too_large};
use crate::skip::SkipReason;

/// First bytes of an archive.
pub(crate) const SIGNATURE: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Hands each member to `each`, by name; a reason without a name is that of the archive.
pub(crate) fn read_members(
    bytes: &[u8],
    each: &mut dyn FnMut(String, Result<Vec<u8>, SkipReason>),
) {
    if let Err(reason) = try_read(bytes, each) {
        each(String::new(), Err(reason));
    }
}

fn try_read(
    bytes: &[u8],
    each: &mut dyn FnMut(String, Result<Vec<u8>, SkipReason>),
) -> Result<(), SkipReason> {
    let damaged = |error: Error| SkipReason::DamagedArchive(error.to_string());
    let source = Cursor::new(bytes);
    let mut reader = ArchiveReader::new(source, Password::empty()).map_err(damaged)?;
    reader.set_thread_count(1);
    if reader.archive().files.len() > MAX_ENTRIES {
        return Err(SkipReason::TooManyArchiveMembers { limit: MAX_ENTRIES });
    }
    let mut left = (bytes.len() as u64)
        .saturating_mul(MAX_RATIO)
        .max(SMALL_BYTES);
    let read =
        reader.for_each_entries(|entry, content| read_member(entry, content, &mut left, each));
    read.map_err(damaged)
}

/// Reads one member; false when nothing behind it is read.
fn read_member(
    entry: &ArchiveEntry,
    content: &mut dyn Read,
    left: &mut u64,
    each: &mut dyn FnMut(String, Result<Vec<u8>, SkipReason>),
) -> Result<bool, Error> {
    if entry.is_directory || entry.is_anti_item {
        return Ok(true);
    }
    let most = MAX_MEMBER_BYTES.min(*left);
    let mut bytes = Vec::new();
    content.take(most + 1).read_to_end(&mut bytes)?;
    // Members lie behind each other in one stream: what is behind a member that is not read to its end cannot be reached.
    let is_whole = bytes.len() as u64 <= most;
    *left -= most.min(bytes.len() as u64);
    let read = match is_whole {
        true => Ok(bytes),
        false => Err(too_large(most)),
    };
    each(entry.name.clone(), read);
    Ok(is_whole)
}
