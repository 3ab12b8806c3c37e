//! When each document first came into an index: a file of each generation, carried over from the one before.
//!
//! The indexer writes it beside the manifest, which has its checksum; the server dates the entries of feeds by it. A document keeps
//! its time as long as its file or its text stays the same, whatever program built the index.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name of the file in a generation's folder.
pub const ADDED: &str = "added.account";

/// Hash of a text or of a file.
pub type Hash = [u8; 16];

/// Times by document id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Every document of the generation.
    pub documents: BTreeMap<String, FirstSeen>,
}

/// When a document came in as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSeen {
    /// Milliseconds since 1970 in UTC.
    pub at_ms: u64,
    /// Hash of its stored text; absent where it is not known yet.
    pub text: Option<Hash>,
    /// Hash of its file; absent where that could not be read whole.
    pub file: Option<Hash>,
}

impl Added {
    /// The latest time of all; 0 for an empty index.
    pub fn newest_ms(&self) -> u64 {
        let times = self.documents.values().map(|seen| seen.at_ms);
        times.max().unwrap_or(0)
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
        let seen = FirstSeen {
            at_ms: 1_700_000_000_123,
            text: Some([1; 16]),
            file: None,
        };
        let added = Added {
            documents: BTreeMap::from([("a".to_owned(), seen)]),
        };
        assert_eq!(Added::from_bytes(&added.to_bytes()), Some(added.clone()));
        assert_eq!(Added::from_bytes(&[0xFF]), None);
        assert_eq!(
            (added.newest_ms(), Added::default().newest_ms()),
            (seen.at_ms, 0)
        );
    }
}
