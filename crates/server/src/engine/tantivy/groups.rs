//! Knows which documents of an index are duplicates of each other.
//!
//! In: the duplicate keys of a generation, read once when it is opened. Out: for each segment the documents that have a
//! duplicate somewhere, with the number of their group. All others cost nothing, neither memory nor time.

use std::sync::Arc;

use tantivy::{DocId, SegmentOrdinal, SegmentReader};

/// The duplicates of an index.
#[derive(Debug, Default)]
pub(super) struct Groups {
    segments: Vec<Arc<[(DocId, u32)]>>,
}

impl Groups {
    /// Reads the groups of an index whose segments are `readers`.
    ///
    /// # Errors
    /// When a segment has no duplicate keys or they cannot be read.
    pub(super) fn read(readers: &[SegmentReader]) -> tantivy::Result<Self> {
        let mut keyed: Vec<(u64, SegmentOrdinal, DocId)> = Vec::new();
        for (segment, reader) in (0..).zip(readers) {
            let keys = reader.fast_fields().u64("duplicate_key")?;
            keyed.extend(
                reader
                    .doc_ids_alive()
                    .filter_map(|doc| Some((keys.first(doc)?, segment, doc))),
            );
        }
        keyed.sort_unstable();
        let mut segments = vec![Vec::new(); readers.len()];
        let groups = keyed
            .chunk_by(|one, other| one.0 == other.0)
            .filter(|group| group.len() > 1);
        for (group, members) in (0..).zip(groups) {
            for (_, segment, doc) in members {
                segments[*segment as usize].push((*doc, group));
            }
        }
        segments
            .iter_mut()
            .for_each(|documents| documents.sort_unstable());
        Ok(Self {
            segments: segments.into_iter().map(Arc::from).collect(),
        })
    }

    /// A walk through the grouped documents of one segment.
    pub(super) fn cursor(&self, segment: SegmentOrdinal) -> GroupCursor {
        GroupCursor {
            grouped: self.segments.get(segment as usize).cloned(),
            next: 0,
        }
    }
}

/// Walks through a segment's grouped documents beside a search, whose documents come in rising order.
#[derive(Debug, Default)]
pub(super) struct GroupCursor {
    grouped: Option<Arc<[(DocId, u32)]>>,
    next: usize,
}

impl GroupCursor {
    /// The group of `doc`; the documents asked for have to rise.
    pub(super) fn group_of(&mut self, doc: DocId) -> Option<u32> {
        let grouped = self.grouped.as_deref()?;
        while let Some((first, group)) = grouped.get(self.next) {
            if *first >= doc {
                return (*first == doc).then_some(*group);
            }
            self.next += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_finds_every_grouped_document_on_its_way() {
        let mut cursor = GroupCursor {
            grouped: Some(Arc::from([(2, 7), (3, 9), (8, 7)])),
            next: 0,
        };
        let found: Vec<_> = [0, 2, 3, 5, 8, 9]
            .into_iter()
            .map(|doc| cursor.group_of(doc))
            .collect();
        assert_eq!(found, [None, Some(7), Some(9), None, Some(7), None]);
    }
}
