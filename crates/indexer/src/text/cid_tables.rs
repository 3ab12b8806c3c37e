//! From the character ids of Adobe's four Chinese, Japanese and Korean collections to Unicode.
//!
//! In: a collection and a CID. Out: the text of that glyph, as Adobe's `Adobe-*-UCS2` resources give it (BSD-3, the
//! licence lies beside the tables in `data/cid`), or nothing for glyphs without a text of their own. The tables are
//! written by `cargo dev generate cid-tables`, take 84 KB together and are inflated on first use, each by itself.
//! Vertical and half-width variants are given as Adobe gives them: the half-width space is U+2002.

use std::io::Read;
use std::sync::LazyLock;

pub use polidex_schema::repair_kind::Collection;

/// The text of a glyph; `None` when the collection has no such CID or the glyph no text.
///
/// ```
/// use polidex_indexer::text::cid_tables::{Collection, cid_to_text};
/// assert_eq!(cid_to_text(Collection::Cns1, 34), Some("A"));
/// assert_eq!(cid_to_text(Collection::Cns1, 0), None);
/// ```
pub fn cid_to_text(collection: Collection, cid: u16) -> Option<&'static str> {
    let table: &'static Table = &TABLES[collection as usize];
    let start = *table.starts.get(usize::from(cid))? as usize;
    let end = *table.starts.get(usize::from(cid) + 1)? as usize;
    (start < end).then(|| &table.text[start..end])
}

/// The texts of a collection, end to end, and where each CID's starts.
struct Table {
    text: String,
    starts: Vec<u32>,
}

static TABLES: [LazyLock<Table>; 4] = [
    LazyLock::new(|| Table::unpack(include_bytes!("../../data/cid/cns1.bin"))),
    LazyLock::new(|| Table::unpack(include_bytes!("../../data/cid/gb1.bin"))),
    LazyLock::new(|| Table::unpack(include_bytes!("../../data/cid/japan1.bin"))),
    LazyLock::new(|| Table::unpack(include_bytes!("../../data/cid/korea1.bin"))),
];

impl Table {
    /// Reads the format described in `crates/dev/src/generate/cid_tables.rs`.
    fn unpack(deflated: &[u8]) -> Self {
        let mut bytes = Vec::new();
        flate2::read::DeflateDecoder::new(deflated)
            .read_to_end(&mut bytes)
            .expect("tables are well-formed");
        let mut varints = Varints {
            bytes: bytes.into_iter(),
        };
        let count = varints.next();
        let mut text_of_cid = vec![String::new(); count as usize];
        let mut previous: i64 = 0;
        for text in &mut text_of_cid {
            let value = varints.next();
            if value == 0 {
                continue;
            }
            let zigzag = i64::from(value - 1);
            previous += (zigzag >> 1) ^ -(zigzag & 1);
            text.push(code_point(u32::try_from(previous).ok()));
        }
        let mut cid = 0;
        for _ in 0..varints.next() {
            cid += varints.next() as usize;
            for _ in 0..varints.next() {
                text_of_cid[cid].push(code_point(Some(varints.next())));
            }
        }
        Self::pack(&text_of_cid)
    }

    fn pack(text_of_cid: &[String]) -> Self {
        let mut table = Self {
            text: String::new(),
            starts: vec![0],
        };
        for text in text_of_cid {
            table.text.push_str(text);
            table
                .starts
                .push(u32::try_from(table.text.len()).expect("a table is small"));
        }
        table
    }
}

struct Varints {
    bytes: std::vec::IntoIter<u8>,
}

impl Varints {
    fn next(&mut self) -> u32 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.bytes.next().expect("tables are well-formed");
            value |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }
}

fn code_point(value: Option<u32>) -> char {
    value
        .and_then(char::from_u32)
        .expect("tables hold code points")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(collection: Collection, cids: &[u16]) -> String {
        cids.iter()
            .filter_map(|&cid| cid_to_text(collection, cid))
            .collect()
    }

    #[test]
    fn reads_each_collection() {
        // CIDs of the same word in each, looked up in Adobe's own files by hand.
        assert_eq!(text_of(Collection::Cns1, &[595, 596]), "一乙");
        assert_eq!(text_of(Collection::Gb1, &[940, 34]), "啊A");
        assert_eq!(text_of(Collection::Japan1, &[842, 1125]), "ぁ亜");
        assert_eq!(text_of(Collection::Korea1, &[1086, 1087]), "가각");
    }

    #[test]
    fn glyphs_without_text_give_nothing() {
        for collection in Collection::ALL {
            assert_eq!(cid_to_text(collection, 0), None);
            assert_eq!(cid_to_text(collection, u16::MAX), None);
        }
    }
}
