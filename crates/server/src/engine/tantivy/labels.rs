//! The ids, titles and works of an index, kept in memory by their ordinals.
//!
//! A facet lists a hundred documents by name, and each name costs the unpacking of a block of a dictionary: more than the
//! search itself. The names of an index of ordinary size are a few megabytes; they are read once, when first wanted. Of a
//! larger index none are kept, and its names are looked up one by one.

use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tantivy::{SegmentOrdinal, SegmentReader};

/// An index of more documents than this keeps no names: at a hundred bytes each they would take 20 MB.
const MOST_DOCUMENTS: u64 = 200_000;

/// Names by segment.
#[derive(Debug, Default)]
pub(super) struct Labels {
    segments: Vec<Arc<SegmentLabels>>,
}

/// Names of one segment.
#[derive(Debug, Default)]
pub(super) struct SegmentLabels {
    /// By the ordinals of the ids' column.
    pub(super) ids: Option<Names>,
    /// By the ordinals of the titles' column.
    pub(super) titles: Option<Names>,
    /// By the ordinals of the column of what counterparts share.
    pub(super) works: Option<Names>,
    /// By the ordinals of the column of main languages.
    pub(super) main_langs: Option<Names>,
}

/// Texts end to end, by ordinal.
#[derive(Debug)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Labels {
    /// Reads the names of an index; what is too large or cannot be read is left out.
    pub(super) fn read(segments: &[SegmentReader]) -> Self {
        if segments
            .iter()
            .map(|reader| u64::from(reader.num_docs()))
            .sum::<u64>()
            > MOST_DOCUMENTS
        {
            return Self::default();
        }
        let segments = segments.iter().map(|reader| {
            let names = |field: &str| Names::read(&reader.fast_fields().str(field).ok()??);
            Arc::new(SegmentLabels {
                ids: names("id"),
                titles: names("title"),
                works: names("work"),
                main_langs: names("main_lang"),
            })
        });
        Self {
            segments: segments.collect(),
        }
    }

    /// Every title; none where none are kept.
    pub(super) fn titles(&self) -> impl Iterator<Item = &str> {
        let segments = self.segments.iter();
        let titles = segments.filter_map(|segment| segment.titles.as_ref());
        titles.flat_map(Names::all)
    }

    /// Every id; none where none are kept.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let segments = self.segments.iter();
        let ids = segments.filter_map(|segment| segment.ids.as_ref());
        ids.flat_map(Names::all)
    }

    /// The names of one segment; none where none are kept.
    pub(super) fn of(&self, segment: SegmentOrdinal) -> Arc<SegmentLabels> {
        self.segments
            .get(segment as usize)
            .cloned()
            .unwrap_or_default()
    }
}

impl Names {
    fn read(column: &StrColumn) -> Option<Self> {
        let mut names = Self {
            text: String::new(),
            ends: Vec::with_capacity(column.num_terms()),
        };
        let mut stream = column.dictionary().stream().ok()?;
        while stream.advance() {
            names.text.push_str(std::str::from_utf8(stream.key()).ok()?);
            names.ends.push(u32::try_from(names.text.len()).ok()?);
        }
        Some(names)
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u64).filter_map(|ord| self.get(ord))
    }

    /// The text of `ord`.
    pub(super) fn get(&self, ord: u64) -> Option<&str> {
        let ord = usize::try_from(ord).ok()?;
        let start = if ord == 0 {
            0
        } else {
            *self.ends.get(ord - 1)?
        };
        self.text.get(start as usize..*self.ends.get(ord)? as usize)
    }
}

/// The text of `ord`: from `names` if they are kept, else from the column; empty when neither can be read, since a search
/// goes on without a label.
pub(super) fn name_of(names: Option<&Names>, column: &StrColumn, ord: u64) -> String {
    if let Some(name) = names.and_then(|names| names.get(ord)) {
        return name.to_owned();
    }
    let mut text = String::new();
    let _ = column.ord_to_str(ord, &mut text);
    text
}
