//! By how many documents the documents of an index are cited, by document.

use std::sync::Arc;

use polidex_schema::cited::CitedBy;
use tantivy::{SegmentOrdinal, SegmentReader};

use crate::engine::tantivy::columns::Columns;

/// The account of a generation, put in the order of its documents. A generation may be without.
#[derive(Default)]
pub(super) struct CitedCounts {
    account: Option<CitedBy>,
    segments: Vec<Arc<[u32]>>,
}

impl CitedCounts {
    /// Reads the account of a generation whose segments are `readers`.
    ///
    /// # Errors
    /// When the ids of a segment cannot be read.
    pub(super) fn read(
        account: Option<&[u8]>,
        readers: &[SegmentReader],
        columns: &Columns,
    ) -> tantivy::Result<Self> {
        let Some(account) = account.and_then(CitedBy::from_bytes) else {
            return Ok(Self::default());
        };
        let segments = (0..).zip(readers);
        let segments =
            segments.map(|(segment, reader)| of_segment(&account, segment, reader, columns));
        Ok(Self {
            segments: segments.collect::<tantivy::Result<_>>()?,
            account: Some(account),
        })
    }

    /// Number of documents that cite `id`; `None` where the generation does not know.
    pub(super) fn of_id(&self, id: &str) -> Option<u32> {
        self.account.as_ref().map(|account| account.of(id))
    }

    /// Numbers of the documents of a segment; empty where the generation does not know.
    pub(super) fn of(&self, segment: SegmentOrdinal) -> Arc<[u32]> {
        let counts = self.segments.get(segment as usize);
        counts.cloned().unwrap_or_default()
    }
}

/// Looks up the cited documents alone: most are cited by none.
fn of_segment(
    account: &CitedBy,
    segment: SegmentOrdinal,
    reader: &SegmentReader,
    columns: &Columns,
) -> tantivy::Result<Arc<[u32]>> {
    let ids = &columns.of(segment).id;
    let mut by_ord = vec![0; ids.num_terms()];
    for (id, count) in &account.documents {
        if let Some(ord) = ids.dictionary().term_ord(id.as_bytes())? {
            by_ord[ord as usize] = *count;
        }
    }
    let of_doc = |doc| {
        let ord = ids.ords().first(doc);
        ord.map_or(0, |ord| by_ord[ord as usize])
    };
    Ok((0..reader.max_doc()).map(of_doc).collect())
}
