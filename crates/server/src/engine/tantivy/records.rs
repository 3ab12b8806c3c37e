//! Records of giants, kept once they are read.
//!
//! A record names every passage of its document: hundreds of thousands in a giant, tens of milliseconds to read. Whoever
//! pages through one, or takes it away part by part, reads it once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use polidex_schema::record::{DocumentRecord, PassageRecord};
use tantivy::DocAddress;

/// Stored records of fewer bytes are read in less than half a millisecond, and not kept.
const GIANT_BYTES: usize = 128 << 10;
/// Memory of all records that are kept.
const KEPT_BYTES: usize = 64 << 20;

/// Records of the giants that were read last.
#[derive(Default)]
pub(super) struct Records(Mutex<VecDeque<Kept>>);

struct Kept {
    address: DocAddress,
    record: Arc<DocumentRecord>,
    memory_bytes: usize,
}

impl Records {
    /// Reads the record `bytes` of the document at `address`; `None` when it is damaged.
    pub(super) fn read(&self, address: DocAddress, bytes: &[u8]) -> Option<Arc<DocumentRecord>> {
        if bytes.len() < GIANT_BYTES {
            return DocumentRecord::from_bytes(bytes).map(Arc::new);
        }
        if let Some(record) = self.find(address) {
            return Some(record);
        }
        let record = Arc::new(DocumentRecord::from_bytes(bytes)?);
        self.keep(address, &record, bytes.len());
        Some(record)
    }

    fn find(&self, address: DocAddress) -> Option<Arc<DocumentRecord>> {
        let mut kept = self.kept();
        let at = kept.iter().position(|kept| kept.address == address)?;
        let found = kept.remove(at)?;
        let record = Arc::clone(&found.record);
        kept.push_front(found);
        Some(record)
    }

    fn keep(&self, address: DocAddress, record: &Arc<DocumentRecord>, len_bytes: usize) {
        let passages = record.passages.capacity() * size_of::<PassageRecord>();
        let memory_bytes = passages + len_bytes;
        let mut kept = self.kept();
        if memory_bytes > KEPT_BYTES || kept.iter().any(|kept| kept.address == address) {
            return;
        }
        kept.push_front(Kept {
            address,
            record: Arc::clone(record),
            memory_bytes,
        });
        let mut sum: usize = kept.iter().map(|kept| kept.memory_bytes).sum();
        while sum > KEPT_BYTES {
            sum -= kept.pop_back().map_or(sum, |oldest| oldest.memory_bytes);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use polidex_analysis::language::Language;
    use polidex_schema::record::{Role, ScannedText};

    use super::*;

    fn giant(passages: u32) -> Vec<u8> {
        let passage = |number: u32| PassageRecord {
            from_byte: number * 90,
            to_byte: number * 90 + 88,
            first_line: number,
            last_line: number,
            page: None,
            role: Role::Paragraph,
            lang: Language::English,
            label: None,
        };
        let passages = (0..passages).map(passage).collect();
        DocumentRecord {
            passages,
            ..DocumentRecord::default()
        }
        .to_bytes_with(&ScannedText::default())
    }

    #[test]
    fn giants_are_read_once_and_their_memory_is_bounded() {
        let records = Records::default();
        let (giant, small) = (giant(100_000), giant(100));
        let read = |number, bytes: &[u8]| {
            let record = records.read(DocAddress::new(0, number), bytes);
            record.expect("a record")
        };
        assert!(Arc::ptr_eq(&read(1, &giant), &read(1, &giant)));
        assert!(!Arc::ptr_eq(&read(2, &small), &read(2, &small)));
        let first = read(1, &giant);
        for number in 10..60 {
            read(number, &giant);
        }
        let sum: usize = records.kept().iter().map(|kept| kept.memory_bytes).sum();
        assert!(sum <= KEPT_BYTES && sum > KEPT_BYTES / 2, "{sum}");
        assert!(!Arc::ptr_eq(&first, &read(1, &giant)), "it had to go");
        assert!(records.read(DocAddress::new(0, 1), &giant).is_some());
        assert!(
            records
                .read(DocAddress::new(0, 99), &giant[..200_000])
                .is_none()
        );
    }
}
