//! Takes members out of RAR archives, by the crate `rars`, within the limits of any archive.

use std::cell::RefCell;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use rars::{Archive, ArchiveReadOptions, ArchiveReader};

use crate::decode::decode_bytes;
use crate::extract::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES, MAX_RATIO, SMALL_BYTES};
use crate::skip::SkipReason;

/// First bytes of an archive.
pub(crate) const SIGNATURE: &[u8] = b"Rar!\x1A\x07";
/// Largest dictionary that a member may ask for.
const MAX_DICTIONARY_BYTES: u64 = 256 << 20;

/// A member as it comes out: its name, and its bytes so far.
type Member = (String, Rc<RefCell<Vec<u8>>>);

/// Hands each member to `each`, by name; a reason without a name is that of the archive.
pub(crate) fn read_members(
    bytes: &[u8],
    each: &mut dyn FnMut(String, Result<Vec<u8>, SkipReason>),
) {
    let members: Rc<RefCell<Vec<Member>>> = Rc::default();
    let opened = Rc::clone(&members);
    let read = catch_unwind(AssertUnwindSafe(|| unpack(bytes, &opened)));
    let read = read.unwrap_or_else(|_| Err("its reader gave up".to_owned()));
    let mut members = members.take();
    // What breaks off is the last member.
    if read.is_err() {
        members.pop();
    }
    for (name, content) in members {
        each(name, Ok(content.take()));
    }
    if let Err(reason) = read {
        each(String::new(), Err(SkipReason::DamagedArchive(reason)));
    }
}

fn unpack(bytes: &[u8], members: &Rc<RefCell<Vec<Member>>>) -> Result<(), String> {
    let archive = ArchiveReader::read(bytes).map_err(|error| error.to_string())?;
    let names = archive.members().count();
    if names > MAX_ENTRIES {
        return Err(format!("{names} members, {MAX_ENTRIES} are the limit"));
    }
    extract(&archive, bytes.len() as u64, members).map_err(|error| error.to_string())
}

fn extract(
    archive: &Archive,
    packed_bytes: u64,
    members: &Rc<RefCell<Vec<Member>>>,
) -> rars::Result<()> {
    let most = packed_bytes.saturating_mul(MAX_RATIO).max(SMALL_BYTES);
    let mut options = ArchiveReadOptions::default();
    options.max_member_output_bytes = Some(MAX_MEMBER_BYTES);
    options.max_total_output_bytes = Some(most);
    options.rar50_dictionary_size_limit = Some(MAX_DICTIONARY_BYTES);
    archive.extract_to_with_options(options, |entry| {
        let content: Rc<RefCell<Vec<u8>>> = Rc::default();
        if !entry.is_directory {
            let name = match std::str::from_utf8(&entry.name) {
                Ok(name) => name.to_owned(),
                Err(_) => decode_bytes(&entry.name, None).text,
            };
            let member = (name.replace('\\', "/"), Rc::clone(&content));
            members.borrow_mut().push(member);
        }
        Ok(Box::new(Shared(content)))
    })
}

/// Bytes that are written here and read elsewhere.
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
