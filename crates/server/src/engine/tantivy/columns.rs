//! The columns of an index, opened once.
//!
//! Opening a column of texts reads the index of its dictionary; done for every search it cost more than the search.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{SegmentOrdinal, SegmentReader};

/// The columns of every segment.
pub(super) struct Columns {
    segments: Vec<SegmentColumns>,
}

/// The columns of one segment; one that no document has a value in is absent. Cheap to clone.
#[derive(Clone)]
pub(super) struct SegmentColumns {
    /// Ids; every document has one.
    pub(super) id: StrColumn,
    /// Titles.
    pub(super) title: Option<StrColumn>,
    /// Publishers.
    pub(super) publisher: Option<StrColumn>,
    /// Languages, several values.
    pub(super) lang: Option<StrColumn>,
    /// Kinds.
    pub(super) kind: Option<StrColumn>,
    /// The first of the languages.
    pub(super) main_lang: Option<StrColumn>,
    /// Terms that counterparts share, several values.
    pub(super) work: Option<StrColumn>,
    /// Hashes of numbers that counterparts share, several values.
    pub(super) number_sketch: Column<u64>,
    /// First day a date may mean.
    pub(super) first_day: Column<u64>,
    /// Last day it may mean.
    pub(super) last_day: Column<u64>,
}

impl Columns {
    /// Opens the columns of an index whose segments are `readers`.
    ///
    /// # Errors
    /// When a segment has no ids or a column cannot be read.
    pub(super) fn open(readers: &[SegmentReader]) -> tantivy::Result<Self> {
        Ok(Self {
            segments: readers
                .iter()
                .map(SegmentColumns::open)
                .collect::<tantivy::Result<_>>()?,
        })
    }

    /// The columns of one segment.
    pub(super) fn of(&self, segment: SegmentOrdinal) -> &SegmentColumns {
        &self.segments[segment as usize]
    }
}

impl SegmentColumns {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let without_ids = || tantivy::TantivyError::InternalError("a segment without ids".into());
        let numbers = |name: &str| {
            let column = fast.column_opt::<u64>(name)?;
            Ok::<_, tantivy::TantivyError>(
                column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())),
            )
        };
        Ok(Self {
            id: fast.str("id")?.ok_or_else(without_ids)?,
            title: fast.str("title")?,
            publisher: fast.str("publisher")?,
            lang: fast.str("lang")?,
            kind: fast.str("kind")?,
            main_lang: fast.str("main_lang")?,
            work: fast.str("work")?,
            number_sketch: numbers("number_sketch")?,
            first_day: numbers("first_day")?,
            last_day: numbers("last_day")?,
        })
    }
}
