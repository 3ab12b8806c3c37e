//! By how many documents each document is cited: a file of each generation, made when all its documents are known.
//!
//! The server makes it of the table of citations and the engines order, filter and count by it. A document that is not
//! listed is cited by none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name of the file in a generation's folder.
pub const CITED: &str = "cited.account";

/// Ranges of numbers of citing documents, by which documents are filtered and counted.
pub const CITED_RANGES: [&str; 4] = ["0", "1-9", "10-99", "100-"];

/// First number of each range.
const RANGE_STARTS: [u32; CITED_RANGES.len()] = [0, 1, 10, 100];

/// Numbers of citing documents, by the id of the cited one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedBy {
    /// Every document that another cites; no number is 0.
    pub documents: BTreeMap<String, u32>,
}

/// Returns the place in [`CITED_RANGES`] of the range that holds `count`.
///
/// # Examples
/// ```
/// use polidex_schema::cited::{CITED_RANGES, cited_range};
///
/// assert_eq!([0, 9, 10, 1_000].map(|count| CITED_RANGES[cited_range(count)]), ["0", "1-9", "10-99", "100-"]);
/// ```
pub fn cited_range(count: u32) -> usize {
    RANGE_STARTS.partition_point(|start| *start <= count) - 1
}

impl CitedBy {
    /// Number of documents that cite the document `id`.
    pub fn of(&self, id: &str) -> u32 {
        self.documents.get(id).copied().unwrap_or(0)
    }

    /// Encodes the account for its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data always serialises")
    }

    /// Decodes the account; `None` when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_as_it_was_written() {
        let account = CitedBy {
            documents: BTreeMap::from([("a".to_owned(), 12)]),
        };
        assert_eq!(
            CitedBy::from_bytes(&account.to_bytes()),
            Some(account.clone())
        );
        assert_eq!(CitedBy::from_bytes(&[0xFF]), None);
        assert_eq!((account.of("a"), account.of("b")), (12, 0));
    }

    #[test]
    fn every_range_begins_where_it_says() {
        for (range, start) in CITED_RANGES.iter().zip(RANGE_STARTS) {
            let first = range.split('-').next().and_then(|first| first.parse().ok());
            assert_eq!(first, Some(start), "{range}");
            assert_eq!(CITED_RANGES[cited_range(start)], *range);
        }
    }
}
