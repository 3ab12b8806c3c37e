//! Opens workbooks of before 2007 (XLS) that a password protects ([MS-XLS] section 2.2.10, [MS-OFFCRYPTO] sections 2.3.5, 2.3.6).
//!
//! In: a compound file and a password. Out: a compound file that holds the workbook in the clear, and nothing else. Both ciphers
//! of Excel 97 and later are read (RC4 with MD5, and with SHA-1 by CryptoAPI); the one of Excel 95 (XOR) is not.

use std::io::Cursor;

use md5::Md5;
use office_oxide::cfb::CfbReader;
use sha1::{Digest, Sha1};

use crate::skip::SkipReason;

/// Record that says how a workbook is encrypted, and one that readers pass over, to stand in its place.
const FILE_PASS: u16 = 0x2F;
const SHEET_IDS: u16 = 0x13D;
/// Record of a sheet, whose place in the stream is in the clear.
const SHEET: u16 = 0x85;
/// Records that are in the clear: what begins a stream, this record itself, locks, revisions.
const IN_THE_CLEAR: [u16; 7] = [0x809, FILE_PASS, 0x194, 0x195, 0xE1, 0x196, 0x138];
/// Bytes after which the key changes.
const BLOCK_BYTES: usize = 1024;
/// Bytes of a salt and of what proves a password.
const SALT_BYTES: usize = 16;

/// Returns true for a compound file with a workbook.
pub(crate) fn holds_workbook(bytes: &[u8]) -> bool {
    CfbReader::new(Cursor::new(bytes)).is_ok_and(|reader| reader.has_root_entry("Workbook"))
}

/// Opens the workbook in `bytes` with `password`.
pub(crate) fn decrypt_workbook(bytes: &[u8], password: &str) -> Result<Vec<u8>, SkipReason> {
    let damaged = |error: &dyn ToString| SkipReason::DamagedOffice(error.to_string());
    let mut reader = CfbReader::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut stream = reader
        .open_stream("Workbook")
        .map_err(|error| damaged(&error))?;
    let cipher = Cipher::read(&stream, password)?;
    decrypt_records(&mut stream, &cipher);
    Ok(compound_file(stream))
}

/// Keys of a workbook.
#[derive(Debug, PartialEq)]
enum Cipher {
    /// The first five bytes of a hash of salt and password.
    Md5([u8; 5]),
    /// Hash of salt and password, and the bytes of a key.
    Sha1 { hash: [u8; 20], key_bytes: usize },
}

impl Cipher {
    /// Reads how `stream` is encrypted and proves `password`.
    fn read(stream: &[u8], password: &str) -> Result<Self, SkipReason> {
        let unknown = || SkipReason::DamagedOffice("its encryption is not known".to_owned());
        let mut records = Records { stream, at: 0 };
        let (_, range) = records
            .find(|(number, _)| *number == FILE_PASS)
            .ok_or_else(unknown)?;
        let fields = Fields(&stream[range]);
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_rc4 = fields.u16(0) == Some(1);
        let (cipher, is_proven) = match (is_rc4, fields.u16(2), fields.u16(4)) {
            (true, Some(1), Some(1)) => Self::with_md5(fields, &password),
            (true, Some(2..=4), Some(2)) => Self::with_sha1(fields, &password),
            _ => None,
        }
        .ok_or_else(unknown)?;
        is_proven.then_some(cipher).ok_or(SkipReason::WrongPassword)
    }

    fn with_md5(fields: Fields<'_>, password: &[u8]) -> Option<(Self, bool)> {
        let salt = fields.bytes(6, SALT_BYTES)?;
        let hash = Md5::digest(password);
        let mut all = Md5::new();
        for _ in 0..16 {
            all.update(&hash[..5]);
            all.update(salt);
        }
        let start = all.finalize().first_chunk().copied()?;
        let cipher = Self::Md5(start);
        let mut proof = fields.bytes(22, SALT_BYTES + 16)?.to_vec();
        cipher.key(0).apply(&mut proof);
        let is_proven = Md5::digest(&proof[..SALT_BYTES])[..] == proof[SALT_BYTES..];
        Some((cipher, is_proven))
    }

    fn with_sha1(fields: Fields<'_>, password: &[u8]) -> Option<(Self, bool)> {
        let header_bytes = fields.u32(10)? as usize;
        let key_bits = fields.u32(14 + 16)? as usize;
        let verifier = 14_usize.checked_add(header_bytes)?;
        let salt = fields.bytes(verifier + 4, SALT_BYTES)?;
        let mut hash = Sha1::new();
        hash.update(salt);
        hash.update(password);
        let cipher = Self::Sha1 {
            hash: hash.finalize().into(),
            // No size stands for the least.
            key_bytes: (key_bits / 8).clamp(5, 16),
        };
        let mut proof = fields.bytes(verifier + 20, SALT_BYTES)?.to_vec();
        proof.extend(fields.bytes(verifier + 40, 20)?);
        cipher.key(0).apply(&mut proof);
        let is_proven = Sha1::digest(&proof[..SALT_BYTES])[..] == proof[SALT_BYTES..];
        Some((cipher, is_proven))
    }

    /// The key of a block.
    fn key(&self, block: u32) -> Rc4 {
        match self {
            Self::Md5(start) => {
                let hash = Md5::new()
                    .chain_update(start)
                    .chain_update(block.to_le_bytes());
                Rc4::new(&hash.finalize())
            }
            Self::Sha1 { hash, key_bytes } => {
                let hash = Sha1::new()
                    .chain_update(hash)
                    .chain_update(block.to_le_bytes());
                let mut key = hash.finalize()[..16].to_vec();
                // A key of 40 bits is one of 128 with zeros behind them.
                key[*key_bytes..].fill(0);
                Rc4::new(if *key_bytes == 5 {
                    &key
                } else {
                    &key[..*key_bytes]
                })
            }
        }
    }
}

/// The stream cipher RC4.
struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// `key` is not empty.
    fn new(key: &[u8]) -> Self {
        let mut state = [0; 256];
        for (value, place) in (0..=255).zip(&mut state) {
            *place = value;
        }
        let mut j = 0_u8;
        for i in 0..256 {
            j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
            state.swap(i, usize::from(j));
        }
        Self { state, i: 0, j: 0 }
    }

    fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.i = self.i.wrapping_add(1);
            let one = self.state[usize::from(self.i)];
            self.j = self.j.wrapping_add(one);
            let other = self.state[usize::from(self.j)];
            self.state.swap(usize::from(self.i), usize::from(self.j));
            *byte ^= self.state[usize::from(one.wrapping_add(other))];
        }
    }
}

/// Bytes of a record.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(self, at: usize, len: usize) -> Option<&'a [u8]> {
        self.0.get(at..at.checked_add(len)?)
    }

    fn u16(self, at: usize) -> Option<u16> {
        let bytes = self.bytes(at, 2)?.first_chunk()?;
        Some(u16::from_le_bytes(*bytes))
    }

    fn u32(self, at: usize) -> Option<u32> {
        let bytes = self.bytes(at, 4)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    }
}

/// Records of a stream: a number and the range of their bytes.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl Iterator for Records<'_> {
    type Item = (u16, std::ops::Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let head = Fields(self.stream);
        let number = head.u16(self.at)?;
        let start = self.at + 4;
        let end = start + usize::from(head.u16(self.at + 2)?);
        self.at = end;
        (end <= self.stream.len()).then_some((number, start..end))
    }
}

/// Decrypts all records of `stream`. The key runs on over what is in the clear, and changes with each block.
fn decrypt_records(stream: &mut [u8], cipher: &Cipher) {
    let mut opened = stream.to_vec();
    for (block, bytes) in (0..).zip(opened.chunks_mut(BLOCK_BYTES)) {
        cipher.key(block).apply(bytes);
    }
    let records: Vec<_> = Records { stream, at: 0 }.collect();
    for (number, range) in records {
        if number == FILE_PASS {
            stream[range.start - 4..range.start - 2].copy_from_slice(&SHEET_IDS.to_le_bytes());
        }
        if IN_THE_CLEAR.contains(&number) {
            continue;
        }
        let clear = if number == SHEET {
            4.min(range.len())
        } else {
            0
        };
        let range = range.start + clear..range.end;
        stream[range.clone()].copy_from_slice(&opened[range]);
    }
}

/// Bytes of a sector of [`compound_file`], and what its table says of sectors that hold no chain.
const SECTOR_BYTES: usize = 4096;
const CHAIN_END: u32 = 0xFFFF_FFFE;
const TABLE: u32 = 0xFFFF_FFFD;
const FREE: u32 = 0xFFFF_FFFF;

/// A compound file of version 4 ([MS-CFB]) that holds `workbook` alone.
fn compound_file(mut workbook: Vec<u8>) -> Vec<u8> {
    // Shorter streams would stand in the small sectors that this file does not have.
    workbook.resize(
        workbook
            .len()
            .next_multiple_of(SECTOR_BYTES)
            .max(SECTOR_BYTES),
        0,
    );
    let data_sectors = workbook.len() / SECTOR_BYTES;
    let per_table = SECTOR_BYTES / 4;
    let tables = (data_sectors + 2).div_ceil(per_table - 1);
    let directory = tables as u32;
    let mut chain = vec![TABLE; tables];
    chain.push(CHAIN_END);
    let first = directory + 1;
    chain.extend((1..data_sectors as u32).map(|next| first + next));
    chain.push(CHAIN_END);
    chain.resize(tables * per_table, FREE);
    let mut file = header(tables as u32, directory);
    file.extend(chain.into_iter().flat_map(u32::to_le_bytes));
    let start = file.len();
    file.extend(entry("Root Entry", 5, 1, CHAIN_END, 0));
    file.extend(entry("Workbook", 2, FREE, first, workbook.len() as u64));
    file.resize(start + SECTOR_BYTES, 0);
    file.append(&mut workbook);
    file
}

/// Header of a compound file whose first sectors are `tables` and then its directory. It names 109 tables, which are enough for
/// 450 MB.
fn header(tables: u32, directory: u32) -> Vec<u8> {
    let mut header = crate::extract::compound::SIGNATURE.to_vec();
    header.resize(24, 0);
    for number in [0x3E_u16, 4, 0xFFFE, 12, 6, 0, 0, 0] {
        header.extend(number.to_le_bytes());
    }
    let fields = [1, tables, directory, 0, 4096, CHAIN_END, 0, CHAIN_END, 0];
    let places = (0..109).map(|table| if table < tables { table } else { FREE });
    header.extend(fields.into_iter().chain(places).flat_map(u32::to_le_bytes));
    header.resize(SECTOR_BYTES, 0);
    header
}

/// Entry of a directory.
fn entry(name: &str, kind: u8, child: u32, first: u32, len: u64) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_bytes = entry.len() as u16 + 2;
    entry.resize(64, 0);
    entry.extend(name_bytes.to_le_bytes());
    entry.extend([kind, 1]);
    entry.extend([FREE, FREE, child].into_iter().flat_map(u32::to_le_bytes));
    entry.resize(116, 0);
    entry.extend(first.to_le_bytes());
    entry.extend(len.to_le_bytes());
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_the_one_of_its_test_vectors() {
        let mut text = b"Plaintext".to_vec();
        Rc4::new(b"Key").apply(&mut text);
        assert_eq!(text, [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]);
    }

    #[test]
    fn a_compound_file_holds_what_was_put_into_it() {
        for len in [0, 5, 4096, 5_000_000] {
            let mut workbook = vec![7; len];
            let file = compound_file(workbook.clone());
            let mut reader = CfbReader::new(Cursor::new(file)).expect("a compound file");
            workbook.resize(len.next_multiple_of(SECTOR_BYTES).max(SECTOR_BYTES), 0);
            assert_eq!(reader.open_stream("Workbook").expect("a stream"), workbook);
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let stream = [0x2F, 0, 6, 0, 1, 0, 1, 0, 1, 0];
        assert!(Cipher::read(&stream, "a").is_err());
        assert!(Cipher::read(&stream[..6], "a").is_err());
        assert!(decrypt_workbook(b"no compound file", "a").is_err());
    }
}
