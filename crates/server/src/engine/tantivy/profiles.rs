//! What the facets count of each document: its publisher, languages, kind, date and how often it is cited together, as one
//! number.
//!
//! Many documents share these, so a collection has few of them: a search counts one number for each document that it finds
//! and turns them into the values of every facet at its end. To read five columns of each document took a tenth of a search.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use polidex_schema::cited::{CITED_RANGES, cited_range};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

use crate::engine::tantivy::cited::CitedCounts;
use crate::engine::tantivy::columns::{Columns, SegmentColumns};
use crate::engine::tantivy::labels::name_of;
use crate::question::Facet;

/// Profiles of the documents of one segment.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// Place of each document's profile.
    of_doc: Vec<u32>,
    profiles: Vec<Profile>,
    /// True if the generation knows how often documents are cited.
    knows_cited: bool,
}

/// What documents have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Profile {
    /// Ordinals of the values, for each facet of [`VALUED`].
    values: [Vec<u64>; VALUED.len()],
    date: Option<Dated>,
    /// Place of the range of the number of documents that cite it.
    cited: usize,
}

/// A date as the facet of years counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Dated {
    year: u64,
    /// Year and month, `YYYYMM`, where the date lies within one month.
    month: Option<u64>,
}

/// Facets whose values stand in a column of texts.
const VALUED: [Facet; 3] = [Facet::Publisher, Facet::Language, Facet::Kind];

fn column_of(facet: Facet, columns: &SegmentColumns) -> Option<&StrColumn> {
    match facet {
        Facet::Publisher => columns.publisher.as_ref(),
        Facet::Language => columns.lang.as_ref(),
        Facet::Kind => columns.kind.as_ref(),
        Facet::Source | Facet::Year | Facet::Cited => None,
    }
}

impl Profiles {
    /// Reads the profiles of every segment.
    pub(super) fn of_segments(
        readers: &[SegmentReader],
        columns: &Columns,
        cited: &CitedCounts,
    ) -> Vec<Arc<Self>> {
        let read = |(segment, reader): (u32, &SegmentReader)| {
            let counts = cited.of(segment);
            Arc::new(Self::read(columns.of(segment), &counts, reader.max_doc()))
        };
        (0..).zip(readers).map(read).collect()
    }

    /// `cited` is empty where the generation does not know.
    fn read(columns: &SegmentColumns, cited: &[u32], max_doc: DocId) -> Self {
        let mut places: HashMap<Profile, u32> = HashMap::new();
        let mut read = Self {
            knows_cited: !cited.is_empty(),
            ..Self::default()
        };
        for doc in 0..max_doc {
            let count = cited.get(doc as usize).copied().unwrap_or(0);
            let profile = Profile::read(columns, count, doc);
            let place = *places.entry(profile).or_insert_with_key(|profile| {
                read.profiles.push(profile.clone());
                read.profiles.len() as u32 - 1
            });
            read.of_doc.push(place);
        }
        read
    }
}

impl Profile {
    fn read(columns: &SegmentColumns, cited: u32, doc: DocId) -> Self {
        let values = VALUED.map(|facet| match column_of(facet, columns) {
            Some(column) => column.ords().values_for_doc(doc).collect(),
            None => Vec::new(),
        });
        let date = columns.first_day.first(doc).map(|first| {
            let last = columns.last_day.first(doc).unwrap_or(first);
            Dated {
                year: first / 10_000,
                month: (first / 100 == last / 100).then_some(first / 100),
            }
        });
        Self {
            values,
            date,
            cited: cited_range(cited),
        }
    }
}

/// Counts the documents of one segment for every facet.
pub(super) struct FacetCounter {
    profiles: Arc<Profiles>,
    /// Documents that pass every filter, by profile; empty where nothing is counted.
    passed: Vec<u64>,
    /// Documents that fail the filter of one facet alone and count there.
    failed: Vec<(Facet, Vec<u64>)>,
}

/// Counts of one search.
#[derive(Debug, Default)]
pub(super) struct FacetCounted {
    /// Counts by value, at the index of each [`Facet`]; none for sources.
    pub(super) counts: [BTreeMap<String, u64>; Facet::ALL.len()],
    /// Counts by month, `YYYY-MM`.
    pub(super) months: BTreeMap<String, u64>,
    /// Documents without a date.
    pub(super) undated: u64,
}

impl FacetCounter {
    /// Counts nothing unless facets are wanted.
    pub(super) fn new(profiles: &Arc<Profiles>, is_wanted: bool) -> Self {
        Self {
            profiles: Arc::clone(profiles),
            passed: match is_wanted {
                true => vec![0; profiles.profiles.len()],
                false => Vec::new(),
            },
            failed: Vec::new(),
        }
    }

    /// Counts a document that passes every filter.
    #[inline]
    pub(super) fn count(&mut self, doc: DocId) {
        let place = self.profiles.of_doc[doc as usize] as usize;
        if let Some(count) = self.passed.get_mut(place) {
            *count += 1;
        }
    }

    /// Counts a document that fails the filter of `facet` alone.
    pub(super) fn count_failed(&mut self, facet: Facet, doc: DocId) {
        if self.passed.is_empty() {
            return;
        }
        let known = self.failed.iter().position(|(of, _)| *of == facet);
        let at = known.unwrap_or_else(|| {
            self.failed.push((facet, vec![0; self.passed.len()]));
            self.failed.len() - 1
        });
        self.failed[at].1[self.profiles.of_doc[doc as usize] as usize] += 1;
    }

    /// The counts of every facet.
    pub(super) fn counted(&self, columns: &SegmentColumns) -> FacetCounted {
        let mut counted = FacetCounted::default();
        if self.passed.is_empty() {
            return counted;
        }
        for (at, facet) in VALUED.into_iter().enumerate() {
            if let Some(column) = column_of(facet, columns) {
                counted.counts[facet.index()] = self.values(facet, at, column);
            }
        }
        self.add_dates(&mut counted);
        if self.profiles.knows_cited {
            counted.counts[Facet::Cited.index()] = self.cited();
        }
        counted
    }

    /// Every profile that documents of a facet have, with their number.
    fn of_facet(&self, facet: Facet) -> impl Iterator<Item = (&Profile, u64)> {
        let failed = self.failed.iter().find(|(of, _)| *of == facet);
        let failed = failed.map(|(_, counts)| counts);
        let profiles = self.profiles.profiles.iter().zip(&self.passed).enumerate();
        profiles
            .map(move |(at, (profile, passed))| {
                (profile, passed + failed.map_or(0, |counts| counts[at]))
            })
            .filter(|(_, count)| *count > 0)
    }

    /// Counts by value of a facet that stands in `column`.
    fn values(&self, facet: Facet, at: usize, column: &StrColumn) -> BTreeMap<String, u64> {
        let mut by_ord = vec![0; column.num_terms()];
        for (profile, count) in self.of_facet(facet) {
            for ord in &profile.values[at] {
                by_ord[*ord as usize] += count;
            }
        }
        let counted = (0..).zip(by_ord).filter(|(_, count)| *count > 0);
        let named = counted.map(|(ord, count)| (name_of(None, column, ord), count));
        named.filter(|(value, _)| !value.is_empty()).collect()
    }

    /// Counts by range of the number of citing documents.
    fn cited(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (profile, count) in self.of_facet(Facet::Cited) {
            let range = CITED_RANGES[profile.cited].to_owned();
            *counts.entry(range).or_default() += count;
        }
        counts
    }

    fn add_dates(&self, counted: &mut FacetCounted) {
        let mut years: BTreeMap<u64, u64> = BTreeMap::new();
        let mut months: BTreeMap<u64, u64> = BTreeMap::new();
        for (profile, count) in self.of_facet(Facet::Year) {
            let Some(date) = profile.date else {
                counted.undated += count;
                continue;
            };
            *years.entry(date.year).or_default() += count;
            if let Some(month) = date.month {
                *months.entry(month).or_default() += count;
            }
        }
        let of_year = |(year, count)| (format!("{year:04}"), count);
        let of_month = |(month, count)| (format!("{:04}-{:02}", month / 100, month % 100), count);
        counted.counts[Facet::Year.index()] = years.into_iter().map(of_year).collect();
        counted.months = months.into_iter().map(of_month).collect();
    }
}
