//! Reads tar archives: the files in them, with their names.
//!
//! In: the bytes of an archive, of any kind the `tar` crate reads (ustar, pax, GNU). Out: its regular files, one by one, and a
//! reason for everything else that has a name. Nothing is unpacked to disk and no link is followed; what is damaged ends the
//! reading, since nothing behind it can be trusted.

use std::ops::Range;

use tar::{Archive, Entry, EntryType};

use super::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES, too_large};
use crate::decode::decode_bytes;
use crate::skip::SkipReason;

/// Size of a header and of the blocks that content is filled up to.
const BLOCK: usize = 512;

/// A member's bytes, or the reason why there are none.
pub(super) type Member<'a> = Result<&'a [u8], SkipReason>;

/// Hands every member's name and content to `sink`. The reason why an archive breaks off comes last and with an empty name.
pub(super) fn read_members<'a>(bytes: &'a [u8], sink: &mut dyn FnMut(String, Member<'a>)) {
    if let Err(reason) = read_all(bytes, sink) {
        sink(String::new(), Err(reason));
    }
}

fn read_all<'a>(
    bytes: &'a [u8],
    sink: &mut dyn FnMut(String, Member<'a>),
) -> Result<(), SkipReason> {
    let mut archive = Archive::new(bytes);
    let entries = archive.entries().map_err(|_| SkipReason::DamagedTar)?;
    let mut at = 0;
    for (count, entry) in entries.enumerate() {
        if count == MAX_ENTRIES {
            return Err(SkipReason::TooManyTarMembers { limit: MAX_ENTRIES });
        }
        let entry = entry.map_err(|_| match ends_at(bytes, at) {
            true => SkipReason::CutTar,
            false => SkipReason::DamagedTar,
        })?;
        let range = content_range(&entry).ok_or(SkipReason::CutTar)?;
        let content = bytes.get(range.clone()).ok_or(SkipReason::CutTar)?;
        at = range.end.next_multiple_of(BLOCK).min(bytes.len());
        let name = text(&entry.path_bytes());
        if let Some(member) = member(entry.header().entry_type(), &name, content) {
            sink(name, member);
        }
    }
    // A whole archive ends with blocks of zeros.
    if ends_at(bytes, at) {
        return Err(SkipReason::CutTar);
    }
    Ok(())
}

/// Returns true if no block is left at `at`.
fn ends_at(bytes: &[u8], at: usize) -> bool {
    bytes.len() - at < BLOCK
}

fn content_range(entry: &Entry<'_, &[u8]>) -> Option<Range<usize>> {
    let start = usize::try_from(entry.raw_file_position()).ok()?;
    let size = usize::try_from(entry.size()).ok()?;
    Some(start..start.checked_add(size)?)
}

/// The content of a member; `None` for a folder, which is no member.
fn member<'a>(kind: EntryType, name: &str, content: &'a [u8]) -> Option<Member<'a>> {
    match kind {
        EntryType::Directory | EntryType::XGlobalHeader => None,
        // A name with a slash behind it is a folder in the oldest archives.
        EntryType::Regular | EntryType::Continuous if name.ends_with('/') => None,
        EntryType::Regular | EntryType::Continuous if content.len() as u64 > MAX_MEMBER_BYTES => {
            Some(Err(too_large(MAX_MEMBER_BYTES)))
        }
        EntryType::Regular | EntryType::Continuous => Some(Ok(content)),
        _ => Some(Err(SkipReason::NotRegular)),
    }
}

/// A name as text: those in legacy encodings are decoded as any text is.
fn text(name: &[u8]) -> String {
    std::str::from_utf8(name).map_or_else(|_| decode_bytes(name, None).text, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &[u8], size: usize, kind: u8) -> Vec<u8> {
        let mut header = vec![0; BLOCK];
        header[..name.len()].copy_from_slice(name);
        header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
        header[156] = kind;
        // GNU's way to say what it is, and POSIX's.
        header[257..265].copy_from_slice(if kind == b'L' {
            b"ustar  \0"
        } else {
            b"ustar\x0000"
        });
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    fn member(name: &[u8], content: &[u8], kind: u8) -> Vec<u8> {
        let mut bytes = header(name, content.len(), kind);
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    fn shown(bytes: &[u8]) -> Vec<String> {
        let mut shown = Vec::new();
        read_members(bytes, &mut |name, content| {
            shown.push(match content {
                Ok(content) => format!("{name}={}", String::from_utf8_lossy(content)),
                Err(reason) => format!("{name}: {reason}"),
            });
        });
        shown
    }

    #[test]
    fn files_come_out_with_their_names() {
        let path = "long/".repeat(30);
        let record = format!(" path={path}pax.txt\n");
        let record = format!("{}{record}", record.len() + 3);
        let bytes = [
            member(b"a.txt", b"one", b'0'),
            member(b"folder/", b"", b'5'),
            member(b"link", b"", b'2'),
            member(
                b"././@LongLink",
                format!("{path}gnu.txt\0").as_bytes(),
                b'L',
            ),
            member(b"short", b"two", b'0'),
            member(b"PaxHeaders/x", record.as_bytes(), b'x'),
            member(b"short", b"three", b'0'),
            member("名.txt".as_bytes(), b"", b'\0'),
            vec![0; 2 * BLOCK],
        ]
        .concat();
        let expected = [
            "a.txt=one",
            "link: not a regular file",
            &format!("{path}gnu.txt=two"),
            &format!("{path}pax.txt=three"),
            "名.txt=",
        ];
        assert_eq!(shown(&bytes), expected);
    }

    #[test]
    fn what_is_cut_or_damaged_ends_with_a_reason() {
        let whole = [
            member(b"a.txt", b"one", b'0'),
            member(b"b.txt", b"two", b'0'),
        ]
        .concat();
        assert_eq!(
            shown(&whole),
            ["a.txt=one", "b.txt=two", ": tar archive is cut off"]
        );
        assert_eq!(
            shown(&whole[..1_100]),
            ["a.txt=one", ": tar archive is cut off"]
        );
        let mut damaged = whole.clone();
        damaged[1_024] ^= 1;
        assert_eq!(shown(&damaged), ["a.txt=one", ": damaged tar archive"]);
        let huge = header(b"h", 0o77_777_777_777, b'0');
        assert_eq!(shown(&huge), [": tar archive is cut off"]);
    }
}
