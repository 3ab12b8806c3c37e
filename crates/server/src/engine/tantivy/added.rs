//! Times at which the documents of an index came into it, by document.

use std::sync::{Arc, OnceLock};

use polidex_schema::added::Added;
use tantivy::{SegmentOrdinal, SegmentReader};

use crate::engine::tantivy::columns::Columns;

/// The account of a generation, and the same by segment and document, made when a search first asks for it.
#[derive(Default)]
pub(super) struct AddedTimes {
    account: Added,
    /// The latest time of all; 0 where none is known.
    newest_ms: u64,
    segments: OnceLock<Vec<Arc<[u64]>>>,
}

impl AddedTimes {
    /// Reads the account of a generation; an older one has none.
    pub(super) fn read(account: &[u8]) -> Self {
        let account = Added::from_bytes(account).unwrap_or_default();
        Self {
            newest_ms: account.newest_ms(),
            account,
            segments: OnceLock::new(),
        }
    }

    /// The latest time of all, where times are known.
    pub(super) fn newest_ms(&self) -> Option<u64> {
        Some(self.newest_ms).filter(|newest| *newest > 0)
    }

    /// The time of the document `id`.
    pub(super) fn of_id(&self, id: &str) -> Option<u64> {
        self.account.documents.get(id).map(|seen| seen.at_ms)
    }

    /// Puts the times in the order of the documents, once.
    pub(super) fn by_document(&self, readers: &[SegmentReader], columns: &Columns) -> &Self {
        self.segments.get_or_init(|| {
            let segments = (0..).zip(readers);
            segments
                .map(|(segment, reader)| self.of_segment(segment, reader, columns))
                .collect()
        });
        self
    }

    fn of_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        columns: &Columns,
    ) -> Arc<[u64]> {
        let ids = &columns.of(segment).id;
        let mut id = String::new();
        let mut time = |doc| {
            id.clear();
            let ord = ids.ords().first(doc)?;
            let is_known = ids.ord_to_str(ord, &mut id).unwrap_or(false);
            is_known.then(|| self.of_id(&id)).flatten()
        };
        (0..reader.max_doc())
            .map(|doc| time(doc).unwrap_or(0))
            .collect()
    }

    /// Times of the documents of a segment, 0 where unknown; after [`AddedTimes::by_document`].
    pub(super) fn of(&self, segment: SegmentOrdinal) -> Arc<[u64]> {
        let segments = self.segments.get();
        let times = segments.and_then(|segments| segments.get(segment as usize));
        times.cloned().unwrap_or_default()
    }
}
