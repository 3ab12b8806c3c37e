//! Reads tar archives: the files in them, with their names.
//!
//! In: the bytes of an archive (POSIX ustar and pax, and GNU's long names). Out: its regular files, one by one, and a
//! reason for everything else that has a name. Nothing is unpacked to disk and no link is followed; a header whose checksum
//! is wrong ends the reading, since nothing behind it can be trusted.

use super::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES};
use crate::decode::decode_bytes;

/// Size of a header and of the blocks that content is filled up to.
const BLOCK: usize = 512;

/// Hands every member's name and its bytes, or the reason why there are none, to `sink`. What breaks off the archive comes
/// last and with an empty name.
pub(super) fn read_members<'a>(bytes: &'a [u8], sink: &mut dyn FnMut(String, Result<&'a [u8], String>)) {
    let mut at = 0;
    let mut next = Extended::default();
    for entries in 0.. {
        let Some(header) = bytes.get(at..at + BLOCK) else {
            return sink(String::new(), Err("tar archive is cut off".to_owned()));
        };
        if header.iter().all(|byte| *byte == 0) {
            return;
        }
        if entries == MAX_ENTRIES {
            return sink(String::new(), Err(format!("tar archive with more than {MAX_ENTRIES} members")));
        }
        let Some(own_size) = is_sound(header).then(|| number(&header[124..136])).flatten() else {
            return sink(String::new(), Err("damaged tar archive".to_owned()));
        };
        let kind = header[156];
        let is_extension = matches!(kind, b'L' | b'K' | b'x' | b'g');
        let size = if is_extension { own_size } else { next.size.unwrap_or(own_size) };
        let start = at + BLOCK;
        let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
        let Some(content) = end.and_then(|end| bytes.get(start..end)) else {
            return sink(String::new(), Err("tar archive is cut off".to_owned()));
        };
        at = start + content.len().next_multiple_of(BLOCK);
        if is_extension {
            next.take(kind, content);
            continue;
        }
        let said = std::mem::take(&mut next);
        let name = said.name.unwrap_or_else(|| name_in(header));
        match kind {
            b'0' | b'\0' | b'7' if size > MAX_MEMBER_BYTES => {
                sink(name, Err(format!("larger than {} MiB", MAX_MEMBER_BYTES >> 20)));
            }
            // A name with a slash behind it is a folder in the oldest archives.
            b'0' | b'\0' | b'7' if name.ends_with('/') => {}
            b'0' | b'\0' | b'7' => sink(name, Ok(content)),
            b'5' => {}
            _ => sink(name, Err("not a regular file".to_owned())),
        }
    }
}

/// What headers of their own say of the member behind them.
#[derive(Debug, Default)]
struct Extended {
    name: Option<String>,
    size: Option<u64>,
}

impl Extended {
    fn take(&mut self, kind: u8, content: &[u8]) {
        match kind {
            b'L' => self.name = Some(text(until_zero(content))),
            b'x' => self.take_pax(content),
            // Targets of links, and what is said of all members, which is no name.
            _ => {}
        }
    }

    /// Records such as `21 path=folder/name\n`; the number counts the whole record.
    fn take_pax(&mut self, mut content: &[u8]) {
        while let Some(space) = content.iter().position(|byte| *byte == b' ') {
            let len = std::str::from_utf8(&content[..space]).ok().and_then(|len| len.parse::<usize>().ok());
            let Some(record) = len.and_then(|len| content.get(space + 1..len)) else { return };
            content = &content[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(path) = record.strip_prefix(b"path=") {
                self.name = Some(text(path));
            }
            if let Some(size) = record.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
            }
        }
    }
}

/// Whether a header's bytes add up to its checksum, the checksum itself counted as blanks.
fn is_sound(header: &[u8]) -> bool {
    let sum: u64 =
        header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
    number(&header[148..156]) == Some(sum)
}

/// A number in octal digits, or in binary where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let digits = field.iter().enumerate().map(|(at, byte)| if at == 0 { byte & 0x7F } else { *byte });
        return digits.into_iter().try_fold(0_u64, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(byte)));
    }
    let digits = std::str::from_utf8(until_zero(field)).ok()?.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// The name, with the part that POSIX keeps in front of it.
fn name_in(header: &[u8]) -> String {
    let name = text(until_zero(&header[..100]));
    let prefix = until_zero(&header[345..500]);
    let has_prefix = header[257..263] == *b"ustar\0" && !prefix.is_empty();
    if has_prefix { format!("{}/{name}", text(prefix)) } else { name }
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
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
        header[257..263].copy_from_slice(b"ustar\0");
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
            member(b"././@LongLink", format!("{path}gnu.txt\0").as_bytes(), b'L'),
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
        let whole = [member(b"a.txt", b"one", b'0'), member(b"b.txt", b"two", b'0')].concat();
        assert_eq!(shown(&whole), ["a.txt=one", "b.txt=two", ": tar archive is cut off"]);
        assert_eq!(shown(&whole[..1_100]), ["a.txt=one", ": tar archive is cut off"]);
        let mut damaged = whole.clone();
        damaged[1_024] ^= 1;
        assert_eq!(shown(&damaged), ["a.txt=one", ": damaged tar archive"]);
        let huge = header(b"h", 0o77_777_777_777, b'0');
        assert_eq!(shown(&huge), [": tar archive is cut off"]);
    }
}
