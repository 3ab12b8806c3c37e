//! Collects what one search needs in one pass: the best documents, the count, and every facet.
//!
//! In: the documents that match the query, filters not applied. Each filter is held against each of them: a document that
//! passes all is a hit and counts in every facet; one that fails a single filter counts in that filter's facet alone. So
//! each facet is counted with every other filter applied and its own left out, at the price of one pass.
//!
//! Duplicates that are hits become one entry of the list, in the place of the best of them; counts know nothing of it.
//!
//! Order is total: by score or date, then by id. Scores are compared with their last bits dropped, since sums of floats
//! depend on the order in which an index happens to hold its terms.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{Scorer, Weight};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TERMINATED};

use crate::engine::columns::{Columns, SegmentColumns};
use crate::engine::groups::{GroupCursor, Groups};
use crate::engine::labels::{Labels, SegmentLabels, name_of};
use crate::engine::operators::optional::OptionalClausesScorer;
use crate::question::{Facet, Filters, Sort, Window};

/// Most values listed of a facet.
pub const MAX_FACET_VALUES: usize = 100;
/// Facets with a column of texts whose values are counted, in the order of a segment's counters.
const COUNTED_BY_VALUE: [Facet; 3] = [Facet::Publisher, Facet::Language, Facet::Kind];
/// Documents between two looks at the clock.
const DOCS_BETWEEN_LOOKS: u32 = 4_096;

/// The beginning of a list.
#[derive(Clone, Copy, Debug)]
pub struct Top {
    /// Order of the list.
    pub sort: Sort,
    /// Number of documents kept.
    pub keep: usize,
    /// Whether duplicates are listed under the best of them only.
    pub group_duplicates: bool,
}

impl Top {
    /// A count without a list.
    pub const NONE: Self = Self {
        sort: Sort::Relevance,
        keep: 0,
        group_duplicates: false,
    };
}

impl From<&Window> for Top {
    /// The list up to the end of the page.
    fn from(window: &Window) -> Self {
        Self {
            sort: window.sort,
            keep: window.page.max(1) * window.per_page,
            group_duplicates: window.group_duplicates,
        }
    }
}

/// What is collected, and how.
#[derive(Clone)]
pub struct CollectAll<'a> {
    /// Limits to some documents.
    pub filters: &'a Filters,
    /// The order, and how much of the list is kept.
    pub top: Top,
    /// When to stop, come what may.
    pub deadline: Instant,
    /// What is known of duplicates.
    pub groups: Option<&'a Groups>,
    /// Whether facets are wanted.
    pub counts_facets: bool,
    /// Documents that were listed already and are passed over.
    pub without: Option<&'a Matched>,
    /// Whether to note the documents that match, for a search that is to pass them over.
    pub notes_matched: bool,
    /// What is read of each document.
    pub columns: &'a Columns,
    /// Names kept in memory.
    pub labels: &'a Labels,
}

/// Everything one search collected.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// The best documents, best first, at most as many as were to be kept.
    pub best: Vec<BestDocument>,
    /// Documents that pass every filter.
    pub count: u64,
    /// The hits of each group of duplicates.
    pub grouped: HashMap<u32, Vec<DocAddress>>,
    /// Counts by value, at the index of each [`Facet`]; none for sources.
    pub counts: [BTreeMap<String, u64>; Facet::ALL.len()],
    /// Source documents that pass every other filter: the best of them with their titles.
    pub sources: Vec<SourceValue>,
    /// How many there are in all.
    pub source_count: u64,
    /// Whether the deadline cut the search short.
    pub is_partial: bool,
    /// Every document that matched, filters aside, if it was to be noted.
    pub matched: Matched,
}

/// A set of documents: a bit for each, by segment.
#[derive(Clone, Debug, Default)]
pub struct Matched(HashMap<SegmentOrdinal, Arc<[u64]>>);

impl Matched {
    fn of(&self, segment: SegmentOrdinal) -> Option<Arc<[u64]>> {
        self.0.get(&segment).cloned()
    }
}

fn holds(bits: &[u64], doc: DocId) -> bool {
    bits.get(doc as usize / 64)
        .is_some_and(|word| word >> (doc % 64) & 1 == 1)
}

/// One of the best documents.
#[derive(Clone, Debug, PartialEq)]
pub struct BestDocument {
    /// Where it is.
    pub address: DocAddress,
    /// Its score.
    pub score: Score,
    /// Its id.
    pub id: String,
    /// The group it stands for, if it has duplicates.
    pub group: Option<u32>,
    rank: u64,
}

impl Collected {
    /// How many hits have a duplicate among the hits before them.
    pub fn hidden(&self) -> u64 {
        self.grouped
            .values()
            .map(|members| members.len() as u64 - 1)
            .sum()
    }
}

/// A source document for its facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceValue {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    rank: u64,
}

impl Collector for CollectAll<'_> {
    type Fruit = Collected;
    type Child = SegmentAll;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentAll> {
        SegmentAll::new(self, segment, reader)
    }

    /// Scores order the best documents and the source documents of the facet, and nothing else.
    fn requires_scoring(&self) -> bool {
        self.top.sort == Sort::Relevance && (self.top.keep > 0 || self.counts_facets)
    }

    /// tantivy's own loop cannot be left before its end; this one looks at the clock.
    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: u32,
        reader: &SegmentReader,
    ) -> tantivy::Result<Collected> {
        let collected = self.for_segment(segment, reader)?;
        let alive = reader.alive_bitset();
        match weight
            .scorer(reader, 1.0)?
            .downcast::<OptionalClausesScorer>()
        {
            Ok(scorer) => Ok(collected.run(
                *scorer,
                alive,
                self.deadline,
                OptionalClausesScorer::score_if_above,
            )),
            Err(scorer) => Ok(collected.run(scorer, alive, self.deadline, |scorer, _| {
                Some(scorer.score())
            })),
        }
    }

    fn merge_fruits(&self, fruits: Vec<Collected>) -> tantivy::Result<Collected> {
        let mut merged = Collected::default();
        for fruit in fruits {
            merged.count += fruit.count;
            merged.source_count += fruit.source_count;
            merged.is_partial |= fruit.is_partial;
            merged.matched.0.extend(fruit.matched.0);
            merged.best.extend(fruit.best);
            merged.sources.extend(fruit.sources);
            for (group, members) in fruit.grouped {
                merged.grouped.entry(group).or_default().extend(members);
            }
            for (into, from) in merged.counts.iter_mut().zip(fruit.counts) {
                for (value, count) in from {
                    *into.entry(value).or_default() += count;
                }
            }
        }
        merged.best.sort_by(|one, other| {
            other
                .rank
                .cmp(&one.rank)
                .then_with(|| one.id.cmp(&other.id))
        });
        if self.top.group_duplicates {
            // Each segment gave its own best of a group; the first of them stands for all.
            let mut seen = HashSet::new();
            merged
                .best
                .retain(|best| best.group.is_none_or(|group| seen.insert(group)));
        }
        merged.best.truncate(self.top.keep);
        merged.sources.sort_by(|one, other| {
            other
                .rank
                .cmp(&one.rank)
                .then_with(|| one.id.cmp(&other.id))
        });
        merged.sources.truncate(MAX_FACET_VALUES);
        Ok(merged)
    }
}

/// Collects one segment.
pub struct SegmentAll {
    labels: Arc<SegmentLabels>,
    segment: SegmentOrdinal,
    sort: Sort,
    filters: Vec<Filter>,
    ids: StrColumn,
    titles: Option<StrColumn>,
    values: [Option<StrColumn>; 3],
    first_day: Column<u64>,
    counts: [Vec<u64>; 3],
    years: BTreeMap<u64, u64>,
    best: Best,
    group_duplicates: bool,
    groups: GroupCursor,
    grouped: HashMap<u32, GroupHits>,
    counts_facets: bool,
    sources: Best,
    count: u64,
    source_count: u64,
    is_partial: bool,
    without: Option<Arc<[u64]>>,
    /// A bit for each document that matched; empty when nothing is noted.
    matched: Vec<u64>,
}

/// One filter in the terms of one segment, and the bit of its facet.
enum Filter {
    Values {
        facet: Facet,
        column: Option<StrColumn>,
        wanted: Vec<u64>,
    },
    Days {
        first: Column<u64>,
        last: Column<u64>,
        from: u64,
        to: u64,
    },
}

impl Filter {
    fn facet(&self) -> Facet {
        match self {
            Self::Values { facet, .. } => *facet,
            Self::Days { .. } => Facet::Year,
        }
    }

    fn passes(&self, doc: DocId) -> bool {
        match self {
            Self::Values { column: None, .. } => false,
            Self::Values {
                column: Some(column),
                wanted,
                ..
            } => column
                .ords()
                .values_for_doc(doc)
                .any(|ord| wanted.binary_search(&ord).is_ok()),
            Self::Days {
                first,
                last,
                from,
                to,
            } => match (first.first(doc), last.first(doc)) {
                (Some(first), Some(last)) => first <= *to && last >= *from,
                _ => false,
            },
        }
    }
}

impl SegmentAll {
    fn new(
        all: &CollectAll<'_>,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let SegmentColumns {
            id: ids,
            title: titles,
            publisher,
            lang,
            kind,
            first_day,
            last_day,
            ..
        } = all.columns.of(segment).clone();
        let values = [publisher, lang, kind];
        let mut filters = Vec::new();
        let wanted = [
            (Facet::Source, &all.filters.source, Some(&ids)),
            (Facet::Publisher, &all.filters.publisher, values[0].as_ref()),
            (Facet::Language, &all.filters.lang, values[1].as_ref()),
            (Facet::Kind, &all.filters.kind, values[2].as_ref()),
        ];
        for (facet, wanted, column) in wanted {
            if !wanted.is_empty() {
                let column = column.cloned();
                let wanted = column
                    .as_ref()
                    .map_or_else(|| Ok(Vec::new()), |column| ordinals(column, wanted))?;
                filters.push(Filter::Values {
                    facet,
                    column,
                    wanted,
                });
            }
        }
        if all.filters.from.is_some() || all.filters.to.is_some() {
            filters.push(Filter::Days {
                first: first_day.clone(),
                last: last_day,
                from: all.filters.from.map_or(0, |date| date.first_day()),
                to: all.filters.to.map_or(u64::MAX, |date| date.last_day()),
            });
        }
        let counts = [0, 1, 2].map(|index: usize| {
            vec![
                0;
                values[index]
                    .as_ref()
                    .map_or(0, |column| column.num_terms())
            ]
        });
        Ok(Self {
            labels: all.labels.of(segment),
            segment,
            sort: all.top.sort,
            filters,
            ids,
            titles,
            values,
            first_day,
            counts,
            years: BTreeMap::new(),
            best: Best::new(all.top.keep),
            group_duplicates: all.top.group_duplicates,
            groups: all
                .groups
                .map_or_else(GroupCursor::default, |groups| groups.cursor(segment)),
            grouped: HashMap::new(),
            counts_facets: all.counts_facets,
            sources: Best::new(if all.counts_facets {
                MAX_FACET_VALUES
            } else {
                0
            }),
            count: 0,
            source_count: 0,
            is_partial: false,
            without: all.without.and_then(|without| without.of(segment)),
            matched: if all.notes_matched {
                vec![0; reader.max_doc() as usize / 64 + 1]
            } else {
                Vec::new()
            },
        })
    }

    /// Collects all that `scorer` matches. `score_if_above` may leave out a score that is less than it is given.
    fn run<S: Scorer>(
        mut self,
        mut scorer: S,
        alive: Option<&AliveBitSet>,
        deadline: Instant,
        score_if_above: impl Fn(&mut S, Score) -> Option<Score>,
    ) -> Collected {
        let mut doc = scorer.doc();
        let mut until_look = DOCS_BETWEEN_LOOKS;
        while doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                self.collect_if_above(doc, &mut |least| score_if_above(&mut scorer, least));
            }
            until_look -= 1;
            if until_look == 0 {
                until_look = DOCS_BETWEEN_LOOKS;
                if Instant::now() >= deadline {
                    self.is_partial = true;
                    break;
                }
            }
            doc = scorer.advance();
        }
        self.harvest()
    }

    /// Counts a document, and ranks it unless it is sure to be beyond what is kept. The score is asked for only where it
    /// matters.
    fn collect_if_above(
        &mut self,
        doc: DocId,
        score_if_above: &mut dyn FnMut(Score) -> Option<Score>,
    ) {
        if self
            .without
            .as_ref()
            .is_some_and(|without| holds(without, doc))
        {
            return;
        }
        if let Some(word) = self.matched.get_mut(doc as usize / 64) {
            *word |= 1 << (doc % 64);
        }
        let mut failed = None;
        for filter in &self.filters {
            if !filter.passes(doc) {
                if failed.is_some() {
                    return;
                }
                failed = Some(filter.facet());
            }
        }
        match failed {
            Some(Facet::Source) => {
                self.source_count += 1;
                let ranked = self.ranked(doc, self.sources.least_rank(), score_if_above);
                ranked
                    .into_iter()
                    .for_each(|ranked| self.sources.offer(ranked));
            }
            Some(facet) => self.count_facet(facet, doc),
            None => {
                self.count += 1;
                self.source_count += 1;
                if self.counts_facets {
                    Facet::LISTED
                        .into_iter()
                        .for_each(|facet| self.count_facet(facet, doc));
                }
                let group = self.groups.group_of(doc);
                // The best of a group stands for it, so each of its documents is ranked.
                let least = match group {
                    Some(_) => 0,
                    None => self.sources.least_rank().min(self.best.least_rank()),
                };
                let Some(ranked) = self.ranked(doc, least, score_if_above) else {
                    return;
                };
                self.sources.offer(ranked);
                if let Some(group) = group {
                    GroupHits::add(&mut self.grouped, group, ranked);
                }
                if group.is_none() || !self.group_duplicates {
                    self.best.offer(ranked);
                }
            }
        }
    }

    /// The document by its rank; `None` when that is sure to be less than `least`.
    fn ranked(
        &self,
        doc: DocId,
        least: u64,
        score_if_above: &mut dyn FnMut(Score) -> Option<Score>,
    ) -> Option<Ranked> {
        if least == u64::MAX {
            return None;
        }
        let (rank, score) = match self.sort {
            Sort::Relevance => {
                let score = score_if_above(least_score_of_rank(least))?;
                (rank_of_score(score), score)
            }
            // Undated documents come last either way.
            Sort::Newest => (self.first_day.first(doc).map_or(0, |day| day + 1), 0.0),
            Sort::Oldest => (
                self.first_day.first(doc).map_or(0, |day| u64::MAX - day),
                0.0,
            ),
        };
        if rank < least {
            return None;
        }
        let id_ord = self.ids.ords().first(doc)?;
        Some(Ranked {
            rank,
            id_ord,
            doc,
            score_bits: score.to_bits(),
        })
    }

    fn count_facet(&mut self, facet: Facet, doc: DocId) {
        let counted = COUNTED_BY_VALUE.iter().position(|known| *known == facet);
        let Some(counted) = counted else {
            if let Some(day) = self.first_day.first(doc) {
                *self.years.entry(day / 10_000).or_default() += 1;
            }
            return;
        };
        if let Some(column) = &self.values[counted] {
            for ord in column.ords().values_for_doc(doc) {
                self.counts[counted][ord as usize] += 1;
            }
        }
    }
}

impl SegmentCollector for SegmentAll {
    type Fruit = Collected;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.collect_if_above(doc, &mut |_| Some(score));
    }

    fn harvest(mut self) -> Collected {
        let mut counts: [BTreeMap<String, u64>; Facet::ALL.len()] = Default::default();
        for (counted, by_ord) in self.counts.iter().enumerate() {
            let Some(column) = &self.values[counted] else {
                continue;
            };
            let facet = COUNTED_BY_VALUE[counted];
            for (ord, count) in by_ord.iter().enumerate().filter(|(_, count)| **count > 0) {
                let value = name_of(None, column, ord as u64);
                if !value.is_empty() {
                    counts[facet.index()].insert(value, *count);
                }
            }
        }
        counts[Facet::Year.index()] = self
            .years
            .iter()
            .map(|(year, count)| (format!("{year:04}"), *count))
            .collect();
        let mut group_of = HashMap::new();
        for (group, hits) in &self.grouped {
            group_of.extend(hits.docs.iter().map(|doc| (*doc, *group)));
            // The best of a group over all segments is among the best here, or the group is not on the list at all.
            if self.group_duplicates {
                self.best.offer(hits.best);
            }
        }
        let segment = self.segment;
        let address = |doc: &DocId| DocAddress::new(segment, *doc);
        let grouped = self
            .grouped
            .iter()
            .map(|(group, hits)| (*group, hits.docs.iter().map(address).collect()));
        let grouped = grouped.collect();
        let (ids, titles) = (self.labels.ids.as_ref(), self.labels.titles.as_ref());
        let best = self
            .best
            .into_sorted()
            .into_iter()
            .map(|ranked| BestDocument {
                address: DocAddress::new(self.segment, ranked.doc),
                score: Score::from_bits(ranked.score_bits),
                rank: ranked.rank,
                id: name_of(ids, &self.ids, ranked.id_ord),
                group: group_of.get(&ranked.doc).copied(),
            });
        let title_of = |doc: DocId| {
            let column = self.titles.as_ref()?;
            Some(name_of(titles, column, column.ords().first(doc)?))
        };
        let sources = self
            .sources
            .into_sorted()
            .into_iter()
            .map(|ranked| SourceValue {
                id: name_of(ids, &self.ids, ranked.id_ord),
                title: title_of(ranked.doc).unwrap_or_default(),
                rank: ranked.rank,
            });
        Collected {
            best: best.collect(),
            count: self.count,
            grouped,
            counts,
            sources: sources.collect(),
            source_count: self.source_count,
            is_partial: self.is_partial,
            matched: Matched(match self.matched.is_empty() {
                true => HashMap::new(),
                false => HashMap::from([(segment, Arc::from(self.matched))]),
            }),
        }
    }
}

/// The hits of one group in one segment.
struct GroupHits {
    best: Ranked,
    docs: Vec<DocId>,
}

impl GroupHits {
    fn add(grouped: &mut HashMap<u32, GroupHits>, group: u32, ranked: Ranked) {
        let hits = grouped.entry(group).or_insert_with(|| Self {
            best: ranked,
            docs: Vec::new(),
        });
        hits.best = hits.best.min(ranked);
        hits.docs.push(ranked.doc);
    }
}

fn ordinals(column: &StrColumn, wanted: &[String]) -> tantivy::Result<Vec<u64>> {
    let mut ordinals = Vec::with_capacity(wanted.len());
    for value in wanted {
        ordinals.extend(column.dictionary().term_ord(value.as_bytes())?);
    }
    ordinals.sort_unstable();
    Ok(ordinals)
}

/// Scores are positive, so their bits sort as they do; the last eight of 24 are noise of summation.
fn rank_of_score(score: Score) -> u64 {
    u64::from(score.max(0.0).to_bits() >> 8)
}

/// The least score that has `rank`.
fn least_score_of_rank(rank: u64) -> Score {
    Score::from_bits((rank << 8) as u32)
}

/// A document by its rank, ties by id: the greater, the better.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ranked {
    rank: u64,
    id_ord: u64,
    doc: DocId,
    score_bits: u32,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // Reversed, so that the heap's top is the worst.
        other
            .rank
            .cmp(&self.rank)
            .then(self.id_ord.cmp(&other.id_ord))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best `keep` of everything offered.
struct Best {
    keep: usize,
    heap: BinaryHeap<Ranked>,
}

impl Best {
    fn new(keep: usize) -> Self {
        Self {
            keep,
            heap: BinaryHeap::new(),
        }
    }

    /// What is ranked lower is not kept.
    fn least_rank(&self) -> u64 {
        match self.heap.peek() {
            _ if self.keep == 0 => u64::MAX,
            Some(worst) if self.heap.len() == self.keep => worst.rank,
            _ => 0,
        }
    }

    fn offer(&mut self, ranked: Ranked) {
        if self.heap.len() < self.keep {
            self.heap.push(ranked);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && ranked < *worst
        {
            *worst = ranked;
        }
    }

    fn into_sorted(self) -> Vec<Ranked> {
        self.heap.into_sorted_vec()
    }
}
