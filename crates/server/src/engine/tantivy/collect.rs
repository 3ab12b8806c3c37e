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

use polidex_schema::cited::{CITED_RANGES, cited_range};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{Scorer, Weight};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TERMINATED};

use crate::engine::DocRef;
use crate::engine::list::{
    FacetTotals, List, Listed, MAX_FACET_VALUES, SourceValue, Top, cited_rank, is_scored,
    least_among_cited, rank_of_score,
};
use crate::engine::tantivy::added::AddedTimes;
use crate::engine::tantivy::cited::CitedCounts;
use crate::engine::tantivy::columns::{Columns, SegmentColumns};
use crate::engine::tantivy::groups::{GroupCursor, Groups};
use crate::engine::tantivy::labels::{Labels, SegmentLabels, name_of};
use crate::engine::tantivy::operators::optional::OptionalClausesScorer;
use crate::engine::tantivy::profiles::{FacetCounted, FacetCounter, Profiles};
use crate::question::{Facet, Filters, Sort};

/// Check the deadline every so many documents.
const DOCS_BETWEEN_CHECKS: u32 = 4_096;

/// Collector of one search.
#[derive(Clone)]
pub(super) struct CollectAll<'a> {
    /// Limits to some documents.
    pub(super) filters: &'a Filters,
    /// The order, and how much of the list is kept.
    pub(super) top: Top,
    /// When to stop, come what may.
    pub(super) deadline: Instant,
    /// Duplicates of the index, if they are looked for.
    pub(super) groups: Option<&'a Groups>,
    /// Counts facets and lists so many source documents, if facets are wanted.
    pub(super) facets: Option<usize>,
    /// Documents that were listed already and are passed over.
    pub(super) without: Option<&'a Matched>,
    /// Notes the documents that match, for a list that passes them over.
    pub(super) notes_matched: bool,
    /// Columns that are read of each document.
    pub(super) columns: &'a Columns,
    /// What the facets count of each document, by segment.
    pub(super) profiles: &'a [Arc<Profiles>],
    /// When documents came in, where the search asks for it.
    pub(super) added: Option<&'a AddedTimes>,
    /// By how many documents each is cited.
    pub(super) cited: &'a CitedCounts,
    /// Names kept in memory.
    pub(super) labels: &'a Labels,
}

/// Everything one search collected.
#[derive(Clone, Debug, Default)]
pub(super) struct Collected {
    /// The best documents, best first, at most as many as were to be kept.
    pub(super) best: Vec<BestDocument>,
    /// Documents that pass every filter.
    pub(super) count: u64,
    /// The hits of each group of duplicates.
    pub(super) grouped: HashMap<u32, Vec<DocAddress>>,
    /// Counts by value, at the index of each [`Facet`]; none for sources.
    pub(super) counts: [BTreeMap<String, u64>; Facet::ALL.len()],
    /// Counts by month.
    pub(super) months: BTreeMap<String, u64>,
    /// Documents without a date.
    pub(super) undated: u64,
    /// Source documents that pass every other filter: the best of them with their titles.
    pub(super) sources: Vec<RankedSource>,
    /// Number of source documents in all.
    pub(super) source_count: u64,
    /// Set if the deadline cut the search short.
    pub(super) is_partial: bool,
    /// Every document that matched, filters aside, if it was to be noted.
    pub(super) matched: Matched,
}

/// A set of documents: a bit for each, by segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Matched(HashMap<SegmentOrdinal, Arc<[u64]>>);

impl Matched {
    fn of(&self, segment: SegmentOrdinal) -> Option<Arc<[u64]>> {
        self.0.get(&segment).cloned()
    }

    /// Adds the documents of another set.
    pub(super) fn extend(&mut self, other: Self) {
        for (segment, bits) in other.0 {
            let both = match self.0.get(&segment) {
                Some(known) => known
                    .iter()
                    .zip(&*bits)
                    .map(|(one, other)| one | other)
                    .collect(),
                None => bits,
            };
            self.0.insert(segment, both);
        }
    }
}

fn holds(bits: &[u64], doc: DocId) -> bool {
    bits.get(doc as usize / 64)
        .is_some_and(|word| word >> (doc % 64) & 1 == 1)
}

/// One of the best documents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BestDocument {
    /// Address in the index.
    pub(super) address: DocAddress,
    /// Score by the query.
    pub(super) score: Score,
    /// Document id.
    pub(super) id: String,
    /// Last day that its date may mean; 0 when unknown.
    pub(super) day: u64,
    /// The group it stands for, if it has duplicates.
    pub(super) group: Option<u32>,
    rank: u64,
}

impl Collected {
    /// Adds what was collected of another segment; its best come behind those of before.
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.source_count += other.source_count;
        self.undated += other.undated;
        self.is_partial |= other.is_partial;
        self.matched.0.extend(other.matched.0);
        self.best.extend(other.best);
        self.sources.extend(other.sources);
        for (group, members) in other.grouped {
            self.grouped.entry(group).or_default().extend(members);
        }
        let months = std::iter::once((&mut self.months, other.months));
        for (into, from) in self.counts.iter_mut().zip(other.counts).chain(months) {
            for (value, count) in from {
                *into.entry(value).or_default() += count;
            }
        }
    }

    /// Keeps the best of all segments, and so many source documents.
    fn keep_best(&mut self, top: Top, sources: usize) {
        self.best.sort_by(|one, other| {
            let by_rank = other.rank.cmp(&one.rank);
            by_rank.then_with(|| one.id.cmp(&other.id))
        });
        if top.group_duplicates {
            // Each segment gave its own best of a group; the first of them stands for all.
            let mut seen = HashSet::new();
            self.best
                .retain(|best| best.group.is_none_or(|group| seen.insert(group)));
        }
        self.best.truncate(top.keep);
        self.sources.sort_by(|one, other| {
            let by_rank = other.rank.cmp(&one.rank);
            by_rank.then_with(|| one.source.id.cmp(&other.source.id))
        });
        self.sources.truncate(sources);
    }

    /// The list as it is given to the layer above, and the documents it matched.
    pub(super) fn into_list(self) -> (List, Matched) {
        let group_of = |best: &BestDocument| {
            let members = best.group.and_then(|group| self.grouped.get(&group));
            members.map_or_else(Vec::new, |members| {
                members.iter().copied().map(doc_ref).collect()
            })
        };
        let hits = self.best.iter().map(|best| Listed {
            document: doc_ref(best.address),
            id: best.id.clone(),
            score: best.score,
            day: best.day,
            group: group_of(best),
        });
        let hits = hits.collect();
        let members = self
            .grouped
            .values()
            .map(|members| members.len() as u64 - 1);
        let sources = self.sources.into_iter().map(|ranked| ranked.source);
        let list = List {
            hits,
            count: self.count,
            hidden: members.sum(),
            facets: FacetTotals {
                counts: self.counts,
                months: self.months,
                undated: self.undated,
                sources: sources.collect(),
                source_count: self.source_count,
            },
            is_partial: self.is_partial,
            // All of it is on this machine, or none could be opened.
            lacks_parts: false,
        };
        (list, self.matched)
    }
}

/// Reference to the document at an address.
pub(super) fn doc_ref(address: DocAddress) -> DocRef {
    DocRef(u64::from(address.segment_ord) << 32 | u64::from(address.doc_id))
}

/// Address of a document that is referred to.
pub(super) fn address_of(DocRef(reference): DocRef) -> DocAddress {
    DocAddress::new((reference >> 32) as u32, reference as u32)
}

/// A source document by its rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RankedSource {
    source: SourceValue,
    rank: u64,
}

impl CollectAll<'_> {
    /// Number of source documents that are listed.
    fn sources(&self) -> usize {
        self.facets.unwrap_or(0).min(MAX_FACET_VALUES)
    }
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
        is_scored(self.top.sort) && (self.top.keep > 0 || self.sources() > 0)
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
            merged.add(fruit);
        }
        merged.keep_best(self.top, self.sources());
        Ok(merged)
    }
}

/// Collects one segment.
pub(super) struct SegmentAll {
    segment: SegmentOrdinal,
    top: Top,
    columns: SegmentColumns,
    labels: Arc<SegmentLabels>,
    /// When each document came in; empty where nothing asks for it.
    added: Arc<[u64]>,
    added_after: Option<u64>,
    /// By how many documents each is cited; empty where that is not known.
    cited: Arc<[u32]>,
    filters: Vec<Filter>,
    best: Best,
    groups: GroupCursor,
    grouped: HashMap<u32, GroupHits>,
    facets: FacetCounter,
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
        range: Option<(u64, u64)>,
        undated: bool,
    },
    Cited {
        counts: Arc<[u32]>,
        /// Ranges that pass, by their places.
        wanted: [bool; CITED_RANGES.len()],
    },
}

impl Filter {
    fn facet(&self) -> Facet {
        match self {
            Self::Values { facet, .. } => *facet,
            Self::Days { .. } => Facet::Year,
            Self::Cited { .. } => Facet::Cited,
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
                range,
                undated,
            } => match (first.first(doc), last.first(doc)) {
                (Some(first), Some(last)) => {
                    range.is_some_and(|(from, to)| first <= to && last >= from)
                }
                _ => *undated,
            },
            Self::Cited { counts, wanted } => {
                let count = counts.get(doc as usize);
                count.is_some_and(|count| wanted[cited_range(*count)])
            }
        }
    }
}

impl Filter {
    /// The filters that are set.
    fn of(
        filters: &Filters,
        columns: &SegmentColumns,
        cited: &Arc<[u32]>,
    ) -> tantivy::Result<Vec<Self>> {
        let by_value = [
            (Facet::Source, &filters.source, Some(&columns.id)),
            (
                Facet::Publisher,
                &filters.publisher,
                columns.publisher.as_ref(),
            ),
            (Facet::Language, &filters.lang, columns.lang.as_ref()),
            (Facet::Kind, &filters.kind, columns.kind.as_ref()),
        ];
        let mut set = Vec::new();
        for (facet, wanted, column) in by_value {
            if !wanted.is_empty() {
                let ordinals = column.map(|column| ordinals(column, wanted)).transpose()?;
                set.push(Self::Values {
                    facet,
                    column: column.cloned(),
                    wanted: ordinals.unwrap_or_default(),
                });
            }
        }
        if filters.limits_dates() {
            let from = filters.from.map_or(0, |date| date.first_day());
            let to = filters.to.map_or(u64::MAX, |date| date.last_day());
            let has_range = filters.from.is_some() || filters.to.is_some();
            set.push(Self::Days {
                first: columns.first_day.clone(),
                last: columns.last_day.clone(),
                range: has_range.then_some((from, to)),
                undated: filters.undated,
            });
        }
        if !filters.cited.is_empty() {
            set.push(Self::Cited {
                counts: Arc::clone(cited),
                wanted: CITED_RANGES.map(|range| filters.cited.iter().any(|value| value == range)),
            });
        }
        Ok(set)
    }
}

impl SegmentAll {
    fn new(
        all: &CollectAll<'_>,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let columns = all.columns.of(segment).clone();
        let cited = all.cited.of(segment);
        let groups = all.groups.map(|groups| groups.cursor(segment));
        let matched_words = match all.notes_matched {
            true => reader.max_doc() as usize / 64 + 1,
            false => 0,
        };
        Ok(Self {
            segment,
            top: all.top,
            labels: all.labels.of(segment),
            added: all
                .added
                .map_or_else(Arc::default, |added| added.of(segment)),
            added_after: all.filters.added_after,
            filters: Filter::of(all.filters, &columns, &cited)?,
            cited,
            best: Best::new(all.top.keep),
            groups: groups.unwrap_or_default(),
            grouped: HashMap::new(),
            facets: FacetCounter::new(&all.profiles[segment as usize], all.facets.is_some()),
            sources: Best::new(all.sources()),
            count: 0,
            source_count: 0,
            is_partial: false,
            without: all.without.and_then(|without| without.of(segment)),
            matched: vec![0; matched_words],
            columns,
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
        let mut until_check = DOCS_BETWEEN_CHECKS;
        while doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                self.collect_if_above(doc, &mut |least| score_if_above(&mut scorer, least));
            }
            until_check -= 1;
            if until_check == 0 {
                until_check = DOCS_BETWEEN_CHECKS;
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
        if self
            .added_after
            .is_some_and(|after| self.added_at(doc) <= after)
        {
            return;
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
            Some(Facet::Source) => self.collect_source(doc, score_if_above),
            Some(facet) => self.facets.count_failed(facet, doc),
            None => self.collect_hit(doc, score_if_above),
        }
    }

    /// Counts a document that fails the filter of sources alone.
    fn collect_source(
        &mut self,
        doc: DocId,
        score_if_above: &mut dyn FnMut(Score) -> Option<Score>,
    ) {
        self.source_count += 1;
        if let Some(ranked) = self.ranked(doc, self.sources.least_rank(), score_if_above) {
            self.sources.offer(ranked);
        }
    }

    /// Counts a document that passes every filter, and ranks it.
    fn collect_hit(&mut self, doc: DocId, score_if_above: &mut dyn FnMut(Score) -> Option<Score>) {
        self.count += 1;
        self.source_count += 1;
        self.facets.count(doc);
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
        if group.is_none() || !self.top.group_duplicates {
            self.best.offer(ranked);
        }
    }

    #[inline]
    /// When a document came in; 0 if that is not known.
    fn added_at(&self, doc: DocId) -> u64 {
        self.added.get(doc as usize).copied().unwrap_or(0)
    }

    /// Number of documents that cite a document; 0 if that is not known.
    fn cited_by(&self, doc: DocId) -> u32 {
        self.cited.get(doc as usize).copied().unwrap_or(0)
    }

    fn rank_of(&self, doc: DocId, score: Score) -> u64 {
        let first_day = || self.columns.first_day.first(doc);
        match self.top.sort {
            Sort::Relevance => rank_of_score(score),
            // Undated documents come last either way.
            Sort::Newest => first_day().map_or(0, |day| day + 1),
            Sort::Oldest => first_day().map_or(0, |day| u64::MAX - day),
            Sort::Added => self.added_at(doc),
            Sort::Cited => cited_rank(self.cited_by(doc), rank_of_score(score)),
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
        let score = match self.top.sort {
            Sort::Relevance => score_if_above(least_score_of_rank(least))?,
            Sort::Cited => {
                let least = least_among_cited(least, self.cited_by(doc))?;
                score_if_above(least_score_of_rank(least))?
            }
            Sort::Newest | Sort::Oldest | Sort::Added => 0.0,
        };
        let rank = self.rank_of(doc, score);
        if rank < least {
            return None;
        }
        let id_ord = self.columns.id.ords().first(doc)?;
        Some(Ranked {
            rank,
            id_ord,
            doc,
            score_bits: score.to_bits(),
        })
    }

    /// The hits of each group of duplicates.
    fn grouped(&self) -> HashMap<u32, Vec<DocAddress>> {
        let address = |doc: &DocId| DocAddress::new(self.segment, *doc);
        let members = |hits: &GroupHits| hits.docs.iter().map(address).collect();
        let grouped = self.grouped.iter();
        grouped
            .map(|(group, hits)| (*group, members(hits)))
            .collect()
    }

    fn id_of(&self, ranked: Ranked) -> String {
        name_of(self.labels.ids.as_ref(), &self.columns.id, ranked.id_ord)
    }

    fn title_of(&self, doc: DocId) -> Option<String> {
        let column = self.columns.title.as_ref()?;
        let ord = column.ords().first(doc)?;
        Some(name_of(self.labels.titles.as_ref(), column, ord))
    }

    fn best_documents(&mut self) -> Vec<BestDocument> {
        let mut group_of = HashMap::new();
        for (group, hits) in &self.grouped {
            group_of.extend(hits.docs.iter().map(|doc| (*doc, *group)));
            // The best of a group over all segments is among the best here, or the group is not on the list at all.
            if self.top.group_duplicates {
                self.best.offer(hits.best);
            }
        }
        let best = |ranked: Ranked| BestDocument {
            address: DocAddress::new(self.segment, ranked.doc),
            score: Score::from_bits(ranked.score_bits),
            rank: ranked.rank,
            day: self.columns.last_day.first(ranked.doc).unwrap_or(0),
            id: self.id_of(ranked),
            group: group_of.get(&ranked.doc).copied(),
        };
        self.best.sorted().into_iter().map(best).collect()
    }

    fn best_sources(&self) -> Vec<RankedSource> {
        let source = |ranked: Ranked| RankedSource {
            source: SourceValue {
                id: self.id_of(ranked),
                title: self.title_of(ranked.doc).unwrap_or_default(),
            },
            rank: ranked.rank,
        };
        self.sources.sorted().into_iter().map(source).collect()
    }
}

impl SegmentCollector for SegmentAll {
    type Fruit = Collected;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.collect_if_above(doc, &mut |_| Some(score));
    }

    fn harvest(mut self) -> Collected {
        let FacetCounted {
            counts,
            months,
            undated,
        } = self.facets.counted(&self.columns);
        Collected {
            best: self.best_documents(),
            count: self.count,
            grouped: self.grouped(),
            counts,
            months,
            undated,
            sources: self.best_sources(),
            source_count: self.source_count,
            is_partial: self.is_partial,
            matched: Matched(match self.matched.is_empty() {
                true => HashMap::new(),
                false => HashMap::from([(self.segment, Arc::from(self.matched))]),
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

    /// Least rank that is kept.
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

    /// The best first.
    fn sorted(&self) -> Vec<Ranked> {
        self.heap.clone().into_sorted_vec()
    }
}
