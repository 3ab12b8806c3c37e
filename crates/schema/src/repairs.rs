//! Repairs of a document as they are stored: in sections that are read one by one.
//!
//! In: repairs in the order of the text. Out: packed bytes, and from them the repairs of some lines, or some of the list,
//! without the others. A wrapped document has thousands, a damaged giant millions, and a page shows those of one part.
//! Behind [`MARK`] and the length of the table stands a table of the sections, then the sections end to end.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::packed::{Packed, pack_bytes};
use crate::record::RepairRecord;

/// Repairs of a section: some tens of kilobytes, a fraction of a millisecond to read.
const SECTION_REPAIRS: usize = 512;
/// First bytes of the stored form. One list without sections begins with its length, which is never so large.
const MARK: [u8; 8] = [0xFF; 8];
/// Bytes of the mark and of the length of the table.
const HEADER_BYTES: usize = MARK.len() + 4;

/// A section in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Section {
    count: u32,
    len_bytes: u32,
    /// First line that one of its repairs touches, and the last.
    first_line: u32,
    last_line: u32,
}

/// Packs repairs.
///
/// # Examples
///
/// ```
/// use polidex_schema::record::RepairRecord;
/// use polidex_schema::repair_kind::RepairKind;
/// use polidex_schema::repairs::{StoredRepairs, pack_repairs};
///
/// let repair = |line| RepairRecord {
///     kind: RepairKind::StrayGlyph.into(),
///     first_line: line,
///     last_line: line,
///     before: "\u{F0B7}".into(),
///     after: "•".into(),
///     confidence: 1.0,
/// };
/// let repairs: Vec<RepairRecord> = (1..=5_000).map(repair).collect();
/// let packed = pack_repairs(&repairs);
/// let stored = StoredRepairs::open(&packed).expect("just packed");
/// assert_eq!(stored.len(), 5_000);
/// assert_eq!(stored.touching(70, 72).as_deref(), Some(&repairs[69..72]));
/// ```
pub fn pack_repairs(repairs: &[RepairRecord]) -> Vec<u8> {
    let mut sections = Vec::new();
    let mut content = Vec::new();
    for of_section in repairs.chunks(SECTION_REPAIRS) {
        let bytes = RepairRecord::all_to_bytes(of_section);
        let lines = of_section.iter();
        sections.push(Section {
            count: of_section.len() as u32,
            len_bytes: bytes.len() as u32,
            first_line: lines
                .clone()
                .map(|repair| repair.first_line)
                .min()
                .unwrap_or(0),
            last_line: lines.map(|repair| repair.last_line).max().unwrap_or(0),
        });
        content.extend(bytes);
    }
    let table = postcard::to_allocvec(&sections).expect("plain data always serialises");
    let mut flat = Vec::with_capacity(HEADER_BYTES + table.len() + content.len());
    flat.extend(MARK);
    flat.extend((table.len() as u32).to_le_bytes());
    flat.extend(table);
    flat.extend(content);
    pack_bytes(&flat, &[])
}

/// Packed repairs, opened for reading.
pub struct StoredRepairs<'a> {
    packed: Packed<'a>,
    sections: Vec<Placed>,
}

/// A section and its bytes in the unpacked whole.
#[derive(Clone)]
struct Placed {
    section: Section,
    bytes: Range<usize>,
}

impl<'a> StoredRepairs<'a> {
    /// Opens packed repairs; `None` when they are none.
    pub fn open(packed: &'a [u8]) -> Option<Self> {
        let packed = Packed::open(packed)?;
        let header = packed.unpack_range(0..HEADER_BYTES.min(packed.len_bytes()))?;
        if !header.starts_with(&MARK) {
            return Self::open_whole(packed);
        }
        let len = header.get(MARK.len()..)?.try_into().ok()?;
        let table_end = HEADER_BYTES.checked_add(u32::from_le_bytes(len) as usize)?;
        let table = packed.unpack_range(HEADER_BYTES..table_end)?;
        let table: Vec<Section> = postcard::from_bytes(&table).ok()?;
        let mut sections = Vec::with_capacity(table.len());
        let mut start = table_end;
        for section in table {
            let end = start.checked_add(section.len_bytes as usize)?;
            sections.push(Placed {
                section,
                bytes: start..end,
            });
            start = end;
        }
        (start == packed.len_bytes()).then_some(Self { packed, sections })
    }

    /// Opens a list without sections, as it was stored once: it is one section.
    fn open_whole(packed: Packed<'a>) -> Option<Self> {
        let bytes = 0..packed.len_bytes();
        let (count, _) = postcard::take_from_bytes::<u32>(&packed.unpack()?).ok()?;
        let section = Section {
            count,
            len_bytes: u32::try_from(bytes.end).ok()?,
            first_line: 0,
            last_line: u32::MAX,
        };
        let sections = vec![Placed { section, bytes }];
        Some(Self { packed, sections })
    }

    /// Number of all repairs.
    pub fn len(&self) -> usize {
        self.sections
            .iter()
            .map(|placed| placed.section.count as usize)
            .sum()
    }

    /// Returns `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All repairs; `None` when they are damaged.
    pub fn all(&self) -> Option<Vec<RepairRecord>> {
        self.read(|_| true)
    }

    /// Repairs that touch the lines from `first` to `last`; `None` when they are damaged.
    pub fn touching(&self, first: u32, last: u32) -> Option<Vec<RepairRecord>> {
        let touches = |from: u32, to: u32| from <= last && first <= to;
        let mut repairs = self.read(|section| touches(section.first_line, section.last_line))?;
        repairs.retain(|repair| touches(repair.first_line, repair.last_line));
        Some(repairs)
    }

    /// At most `count` repairs from the one at `first` on; `None` when they are damaged.
    pub fn slice(&self, first: usize, count: usize) -> Option<Vec<RepairRecord>> {
        let wanted = first..first.saturating_add(count);
        let (mut before, mut skipped) = (0, 0);
        let mut repairs = self.read(|section| {
            let own = before..before + section.count as usize;
            before = own.end;
            if own.end <= wanted.start {
                skipped = own.end;
            }
            own.start < wanted.end && wanted.start < own.end
        })?;
        repairs.drain(..(wanted.start - skipped).min(repairs.len()));
        repairs.truncate(count);
        Some(repairs)
    }

    /// Reads the sections that are wanted.
    fn read(&self, mut is_wanted: impl FnMut(&Section) -> bool) -> Option<Vec<RepairRecord>> {
        let mut repairs = Vec::new();
        for placed in &self.sections {
            if is_wanted(&placed.section) {
                let bytes = self.packed.unpack_range(placed.bytes.clone())?;
                repairs.extend(RepairRecord::all_from_bytes(&bytes)?);
            }
        }
        Some(repairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair_kind::RepairKind;

    fn repairs(count: u32) -> Vec<RepairRecord> {
        let repair = |number: u32| RepairRecord {
            kind: RepairKind::StrayGlyph.into(),
            first_line: number / 3,
            last_line: number / 3 + number % 2,
            before: format!("before {number}"),
            after: format!("after {number}"),
            confidence: 0.5,
        };
        (0..count).map(repair).collect()
    }

    #[test]
    fn any_part_of_a_list_is_that_part_of_the_whole() {
        for count in [0, 1, 511, 512, 513, 20_000] {
            let (all, packed) = (repairs(count), pack_repairs(&repairs(count)));
            let stored = StoredRepairs::open(&packed).expect("just packed");
            assert_eq!(stored.len(), all.len());
            assert_eq!(stored.all().as_deref(), Some(&all[..]));
            for first in [0, 1, 500, 512, 1_024, 19_999, 30_000] {
                for wanted in [0, 1, 600, 6_000] {
                    let expected: Vec<_> = all.iter().skip(first).take(wanted).cloned().collect();
                    assert_eq!(
                        stored.slice(first, wanted),
                        Some(expected),
                        "{first} {wanted}"
                    );
                }
            }
            for (first, last) in [
                (0, 0),
                (170, 171),
                (0, u32::MAX),
                (6_000, 6_700),
                (9_000, 1),
            ] {
                let touches =
                    |repair: &&RepairRecord| repair.first_line <= last && first <= repair.last_line;
                let expected: Vec<_> = all.iter().filter(touches).cloned().collect();
                assert_eq!(
                    stored.touching(first, last),
                    Some(expected),
                    "{first} {last}"
                );
            }
        }
    }

    #[test]
    fn a_list_without_sections_is_read() {
        let all = repairs(3_000);
        let packed = pack_bytes(&RepairRecord::all_to_bytes(&all), &[]);
        let stored = StoredRepairs::open(&packed).expect("a list");
        assert_eq!(stored.len(), 3_000);
        // A third begins in the line; two of the line before end in it.
        let beside = [27, 29, 30, 31, 32].map(|number: usize| all[number].clone());
        assert_eq!(stored.touching(10, 10).as_deref(), Some(&beside[..]));
        assert_eq!(stored.slice(2_999, 9).as_deref(), Some(&all[2_999..]));
    }

    #[test]
    fn a_few_lines_cost_the_same_whatever_the_document() {
        let read = |count| {
            let packed = pack_repairs(&repairs(count));
            let stored = StoredRepairs::open(&packed).expect("just packed");
            let mut sections = 0;
            let wanted = stored.read(|section| {
                let is_wanted = section.first_line <= 900 && 890 <= section.last_line;
                sections += usize::from(is_wanted);
                is_wanted
            });
            (sections, wanted.expect("sound").len())
        };
        let least = read(5_000);
        assert!(least.0 <= 2, "{least:?}");
        assert_eq!([read(20_000), read(80_000)], [least, least]);
    }

    #[test]
    fn what_is_damaged_is_refused_without_a_panic() {
        let packed = pack_repairs(&repairs(700));
        for at in (0..packed.len()).step_by(7) {
            for flipped in [0x01, 0x80, 0xFF] {
                let mut damaged = packed.clone();
                damaged[at] ^= flipped;
                if let Some(stored) = StoredRepairs::open(&damaged) {
                    let _ = (
                        stored.len(),
                        stored.all(),
                        stored.slice(600, 9),
                        stored.touching(3, 9),
                    );
                }
            }
        }
    }
}
