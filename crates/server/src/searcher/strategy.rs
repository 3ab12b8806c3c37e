//! Decides which lists of a plan answer a search: all words and translations together, then most of the words.
//!
//! Documents that hold all that carries the query and those that hold it in translation make one list, by score. Where fewer
//! than ten hold all, those that hold most of it follow, by what the words tell; for a sentence they stand among the others, by
//! score. Whether they are so few is told without filters. By date there are no degrees: all words and translations, nothing else.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use polidex_schema::fields::title_key;

use crate::answer::{MatchedBy, Tier, Warning};
use crate::engine::{DocRef, Engine, FacetTotals, Labelled, List, ListRequest, Listed, Top};
use crate::error::ServerError;
use crate::query::plan::{Boolean, Field, Node, Plan};
use crate::query::weights;
use crate::question::{Expand, Facet, Filters, Matching, Query, Search, Sort};

/// The list of one search.
#[derive(Default)]
pub(super) struct Listing {
    /// Its beginning, best first.
    pub(super) entries: Vec<Entry>,
    /// Documents that hold all words as typed.
    pub(super) all: u64,
    /// Documents that hold most of the words, if they are listed.
    pub(super) most: u64,
    /// Documents found by translation alone.
    pub(super) translated: u64,
    /// Documents found in the text as published alone.
    pub(super) original: u64,
    /// Entries on all pages.
    pub(super) listed: u64,
    /// Factor of the scores of hits by translation.
    pub(super) factor: f32,
    /// Counts for the filters.
    pub(super) facets: FacetTotals,
    pub(super) matching: MatchedBy,
    pub(super) notes: Vec<Warning>,
    /// Versions in other languages of the hits for which they were looked up.
    pub(super) versions: HashMap<DocRef, Vec<Labelled>>,
}

/// A listed document and the list it is of.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) listed: Listed,
    pub(super) tier: Tier,
}

/// Options of a listing.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) top: Top,
    /// Counts facets, with so many source documents.
    pub(super) facets: Option<usize>,
    pub(super) duplicates: bool,
    /// Lists what is found in the text as published alone, behind all others.
    pub(super) originals: bool,
}

/// A plan and what it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Strategy<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) plan: &'a Plan,
    pub(super) search: &'a Search,
    pub(super) deadline: Instant,
}

/// Lists as the engine gives them, one for each tier.
#[derive(Default)]
struct Tiers {
    all: List,
    translated: List,
    most: List,
}

/// What a query finds without filters. It decides what is listed under each: so the count beside a choice is what the choice
/// lists.
struct Whole {
    /// The first hits as typed.
    first: Vec<DocRef>,
    /// Documents that hold all words as typed.
    all: u64,
}

/// Versions in other languages of the first hits.
#[derive(Default)]
struct Twins {
    /// The first hits as listed, each with its versions.
    of_hits: Vec<(DocRef, Vec<Labelled>)>,
    /// Ids of the versions that are listed though no list holds them: those of the first hits without filters.
    listed: BTreeSet<String>,
}

/// The node that lists the hits of a tier, if any does.
pub(super) fn tier_node<'a>(plan: &'a Plan, query: &Query, tier: Tier) -> Option<&'a Node> {
    let lists = &plan.lists;
    match (tier, query.matching) {
        (Tier::Translation, Matching::Any) => lists.translated_any.as_ref(),
        (Tier::Translation, _) => lists.translated.as_ref(),
        (Tier::Original, _) => lists.original.as_ref(),
        (_, Matching::Any) => Some(lists.partial.as_ref().unwrap_or(&lists.strict)),
        (Tier::Most, _) => lists.most.as_ref(),
        (Tier::All, _) => Some(&lists.strict),
    }
}

/// A hit with its versions in other languages behind it, and what it says of what a question asks.
struct Answering {
    /// Set where it holds but most of the words.
    is_behind: bool,
    score: f32,
    entries: Vec<Entry>,
}

impl Twins {
    /// Number of the first entries whose versions are all among them: a hit that stands last of them stays before its own.
    fn first_with_versions(&self, entries: &[Entry]) -> usize {
        let first = entries.len().min(weights::HITS_WITH_TWINS);
        let Some(next) = entries.get(first) else {
            return first;
        };
        let mut hits = entries[..first].iter();
        let hit = hits.rposition(|hit| self.are_versions(hit, next));
        hit.unwrap_or(first)
    }

    /// Returns `true` if `other` is a version in another language of the hit `entry`.
    fn are_versions(&self, entry: &Entry, other: &Entry) -> bool {
        let of_hit = self.of_hits.iter();
        let mut versions = of_hit
            .filter(|(document, _)| *document == entry.listed.document)
            .flat_map(|(_, versions)| versions);
        versions.any(|version| version.id == other.listed.id)
    }
}

impl<'a> Strategy<'a> {
    /// Lists what the plan finds.
    pub(super) fn list(&self, wanted: Wanted) -> Result<Listing, ServerError> {
        let mut listing = if wanted.top.sort == Sort::Relevance {
            self.list_by_relevance(wanted)?
        } else {
            self.list_by_date(wanted)?
        };
        if wanted.originals {
            self.add_originals(&mut listing, wanted)?;
        }
        Ok(listing)
    }

    fn list_by_relevance(&self, wanted: Wanted) -> Result<Listing, ServerError> {
        let mut wide = wanted;
        // The first hits have their versions in other languages beside them, on whatever page they are seen.
        if wanted.top.keep > 0 {
            wide.top.keep = wanted.top.keep.max(weights::HITS_WITH_TWINS);
        }
        let whole = self.whole(wide)?;
        let mut tiers = self.tiers(wide, whole.as_ref())?;
        let twins = self.twins(&tiers, whole.as_ref())?;
        self.list_twins(&mut tiers, &twins, wide)?;
        if whole.is_some() {
            self.list_most_if_empty(&mut tiers, wide)?;
        }
        let lists = self.lists(&tiers);
        let mut listing = self.listing(tiers, wanted);
        self.newest_version_first(&mut listing)?;
        self.place_twins(&mut listing, &twins, &lists)?;
        self.answering_first(&mut listing, &twins)?;
        listing.versions = twins.of_hits.into_iter().collect();
        listing.entries.truncate(wanted.top.keep);
        Ok(listing)
    }

    /// Nodes of the lists that are shown; all words first.
    fn lists(&self, tiers: &Tiers) -> Vec<&'a Node> {
        let most = self.node(Tier::Most).filter(|_| tiers.most.count > 0);
        let others = self.node(Tier::Translation).into_iter().chain(most);
        std::iter::once(self.all()).chain(others).collect()
    }

    /// Adds documents that hold a phrase in the text as published alone behind all others. No other number counts them.
    fn add_originals(&self, listing: &mut Listing, wanted: Wanted) -> Result<(), ServerError> {
        let Some(original) = self
            .node(Tier::Original)
            .filter(|_| self.wants(Tier::Original))
        else {
            return Ok(());
        };
        let of_text = [Tier::All, Tier::Translation, Tier::Most].map(|tier| self.node(tier));
        let is_listed: Vec<Node> = of_text.into_iter().flatten().cloned().collect();
        let alone = Node::Boolean(Boolean {
            must: vec![original.clone()],
            must_not: is_listed,
            ..Boolean::default()
        });
        let mut list = self.one_list(&alone, wanted)?;
        add_facets(&mut listing.facets, std::mem::take(&mut list.facets));
        let tier = Tier::Original;
        let entries = list.hits.iter().cloned();
        listing
            .entries
            .extend(entries.map(|listed| Entry { listed, tier }));
        listing.entries.truncate(wanted.top.keep);
        listing.original = list.count;
        listing.listed += list.entries(wanted.top);
        Ok(())
    }

    /// Number of documents that hold all words as typed.
    pub(super) fn count_all(&self) -> Result<u64, ServerError> {
        let node = &self.plan.lists.strict;
        self.engine
            .count(node, &self.search.filters, Some(self.deadline))
    }

    fn node(&self, tier: Tier) -> Option<&'a Node> {
        tier_node(self.plan, &self.search.query, tier)
    }

    /// Returns true if hits of this degree are to be listed.
    fn wants(&self, tier: Tier) -> bool {
        self.search.tier.is_none_or(|wanted| wanted == tier)
    }

    /// The lists of the degree that is asked for.
    fn wanted_tiers(&self, tiers: Tiers) -> Tiers {
        let of = |tier, list| match self.wants(tier) {
            true => list,
            false => List::default(),
        };
        Tiers {
            all: of(Tier::All, tiers.all),
            translated: of(Tier::Translation, tiers.translated),
            most: of(Tier::Most, tiers.most),
        }
    }

    fn is_any(&self) -> bool {
        self.search.query.matching == Matching::Any && self.plan.lists.partial.is_some()
    }

    /// What the query finds without filters, duplicates under the best of them; `None` where the listing tells that itself.
    fn whole(&self, wanted: Wanted) -> Result<Option<Whole>, ServerError> {
        let is_grouped = wanted.duplicates && wanted.top.group_duplicates;
        let is_told = self.search.filters.is_empty() && wanted.top.keep > 0 && is_grouped;
        if is_told || !self.has_twins() && self.most().is_none() {
            return Ok(None);
        }
        let lists = self.engine.list(&ListRequest {
            nodes: &[self.all()],
            last_if_fewer: None,
            filters: &Filters::default(),
            top: Top {
                sort: Sort::Relevance,
                keep: match self.has_twins() {
                    true => weights::HITS_WITH_TWINS,
                    false => 0,
                },
                group_duplicates: true,
            },
            facets: None,
            duplicates: true,
            deadline: self.deadline,
        })?;
        Ok(lists.into_iter().next().map(|list| Whole {
            first: first_of(&list.hits),
            all: list.count,
        }))
    }

    /// The node of most of the words, if such documents may be listed.
    fn most(&self) -> Option<&'a Node> {
        let is_best = self.search.query.matching == Matching::Best;
        self.node(Tier::Most).filter(|_| is_best)
    }

    /// Lists all words, translations, and most of the words where few documents have all, filters or not.
    fn tiers(&self, wanted: Wanted, whole: Option<&Whole>) -> Result<Tiers, ServerError> {
        let translated = self.node(Tier::Translation);
        let are_few = whole.is_none_or(|whole| whole.all < weights::FEW_WITH_ALL);
        let most = self.most().filter(|_| are_few);
        let nodes: Vec<&Node> = [Some(self.all()), translated, most]
            .into_iter()
            .flatten()
            .collect();
        let lists = self.engine.list(&ListRequest {
            last_if_fewer: most.map(|_| weights::FEW_WITH_ALL),
            ..self.request(&nodes, wanted)
        })?;
        let mut lists = lists.into_iter();
        let mut next = |is_there: bool| match is_there {
            true => lists.next().unwrap_or_default(),
            false => List::default(),
        };
        Ok(Tiers {
            all: next(true),
            translated: next(translated.is_some()),
            most: next(most.is_some()),
        })
    }

    /// The best `keep` documents that hold all or most of the words as typed.
    pub(super) fn best_as_typed(&self, keep: usize) -> Result<Vec<Listed>, ServerError> {
        let most = self.node(Tier::Most);
        let nodes: Vec<&Node> = std::iter::once(self.all()).chain(most).collect();
        let lists = self.engine.list(&ListRequest {
            nodes: &nodes,
            last_if_fewer: most.map(|_| weights::FEW_WITH_ALL),
            filters: &self.search.filters,
            top: Top {
                sort: Sort::Relevance,
                keep,
                group_duplicates: true,
            },
            facets: None,
            duplicates: true,
            deadline: self.deadline,
        })?;
        let mut best: Vec<Listed> = lists.into_iter().flat_map(|list| list.hits).collect();
        best.sort_by(|one, other| other.score.total_cmp(&one.score));
        best.truncate(keep);
        Ok(best)
    }

    fn all(&self) -> &'a Node {
        self.node(Tier::All).unwrap_or(&self.plan.lists.strict)
    }

    /// One list.
    fn one_list(&self, node: &Node, wanted: Wanted) -> Result<List, ServerError> {
        let mut lists = self.engine.list(&self.request(&[node], wanted))?;
        Ok(lists.pop().unwrap_or_default())
    }

    fn request<'r>(&'r self, nodes: &'r [&'r Node], wanted: Wanted) -> ListRequest<'r> {
        ListRequest {
            nodes,
            last_if_fewer: None,
            filters: &self.search.filters,
            top: wanted.top,
            facets: wanted.facets,
            duplicates: wanted.duplicates,
            deadline: self.deadline,
        }
    }

    fn listing(&self, tiers: Tiers, wanted: Wanted) -> Listing {
        let lists = [&tiers.all, &tiers.translated, &tiers.most];
        let is_partial = lists.iter().any(|list| list.is_partial);
        let lacks_parts = lists.iter().any(|list| list.lacks_parts);
        let [all, translated, most] = lists.map(|list| list.count);
        let factor = translation_factor(&tiers);
        let is_any = self.is_any() || all == 0 && translated == 0 && most > 0;
        let mut notes = Vec::new();
        notes.extend((all == 0 && most > 0).then(partial_match));
        notes.extend(is_partial.then(cut_short));
        notes.extend(lacks_parts.then(part_missing));
        let tiers = self.wanted_tiers(tiers);
        let lists = [&tiers.all, &tiers.translated, &tiers.most];
        let listed = lists.map(|list| list.entries(wanted.top)).iter().sum();
        let [all, translated, most] = lists.map(|list| list.count);
        let (entries, facets) = self.entries(tiers, factor, wanted.top.sort);
        Listing {
            entries,
            all,
            most,
            translated,
            original: 0,
            listed,
            facets,
            factor,
            versions: HashMap::new(),
            matching: if is_any {
                MatchedBy::Any
            } else {
                MatchedBy::All
            },
            notes,
        }
    }

    /// The entries of all lists as one list, and the facets of all.
    fn entries(&self, tiers: Tiers, factor: f32, sort: Sort) -> (Vec<Entry>, FacetTotals) {
        let Tiers {
            all,
            translated,
            most,
        } = tiers;
        let mut facets = all.facets;
        add_facets(&mut facets, translated.facets);
        add_facets(&mut facets, most.facets);
        let tier_of = |tier| move |listed| Entry { listed, tier };
        let by_translation = translated.hits.into_iter().map(|mut listed| {
            listed.score *= factor;
            listed
        });
        let mut entries: Vec<Entry> = all.hits.into_iter().map(tier_of(Tier::All)).collect();
        entries.extend(by_translation.map(tier_of(Tier::Translation)));
        let by_most = most.hits.into_iter().map(tier_of(Tier::Most));
        let (among, behind): (Vec<Entry>, Vec<Entry>) =
            by_most.partition(|_| self.plan.lists.is_sentence);
        entries.extend(among);
        if sort == Sort::Relevance {
            // Stable: of equals those as typed come first.
            entries.sort_by(|one, other| other.listed.score.total_cmp(&one.listed.score));
        }
        entries.extend(behind);
        (entries, facets)
    }

    /// Puts those of the first hits that hold what a question asks (a penalty, a fee) before the others, as if it were a word of
    /// the query; versions in other languages go with their hit. Which hits are the first is told by the topic alone: what is
    /// asked is said in many words.
    fn answering_first(&self, listing: &mut Listing, twins: &Twins) -> Result<(), ServerError> {
        let asked: Vec<&Node> = self.plan.asked.iter().map(|asked| &asked.node).collect();
        let first = twins.first_with_versions(&listing.entries);
        if asked.is_empty() || first < 2 {
            return Ok(());
        }
        let entries: Vec<Entry> = listing.entries.drain(..first).collect();
        let documents: Vec<DocRef> = entries.iter().map(|entry| entry.listed.document).collect();
        let scores = self.engine.scores(&documents, &asked)?;
        let added = scores.iter().map(|of| of.iter().flatten().sum());
        let mut groups = self.answering(entries.into_iter().zip(added), twins);
        groups.sort_by(|one, other| {
            let behind = one.is_behind.cmp(&other.is_behind);
            behind.then(other.score.total_cmp(&one.score))
        });
        let entries = groups.into_iter().flat_map(|group| group.entries);
        listing.entries.splice(..0, entries);
        self.newest_version_first(listing)
    }

    /// Groups entries, each with what it says of what is asked: a hit and its versions right behind it.
    fn answering(
        &self,
        entries: impl Iterator<Item = (Entry, f32)>,
        twins: &Twins,
    ) -> Vec<Answering> {
        let mut groups: Vec<Answering> = Vec::new();
        for (entry, added) in entries {
            let score = entry.listed.score + added;
            match groups.last_mut() {
                Some(group) if twins.are_versions(&group.entries[0], &entry) => {
                    group.score = group.score.max(score);
                    group.entries.push(entry);
                }
                _ => groups.push(Answering {
                    is_behind: entry.tier == Tier::Most && !self.plan.lists.is_sentence,
                    score,
                    entries: Vec::from([entry]),
                }),
            }
        }
        groups
    }

    /// Puts the newest of the first hits of one title before the older ones.
    fn newest_version_first(&self, listing: &mut Listing) -> Result<(), ServerError> {
        let mut titles: Vec<String> = Vec::new();
        let first = listing.entries.len().min(weights::HITS_WITH_TWINS);
        for entry in &listing.entries[..first] {
            let label = self.engine.labels(&[entry.listed.document], "", 1)?;
            let title = label
                .into_iter()
                .next()
                .map(|label| title_key(&label.title));
            titles.push(title.unwrap_or_default());
        }
        for at in 0..first {
            let is_version = |other: &usize| {
                titles[*other] == titles[at]
                    && listing.entries[*other].tier == listing.entries[at].tier
            };
            let newest = (at..first)
                .filter(is_version)
                .max_by_key(|other| (listing.entries[*other].listed.day, usize::MAX - other));
            if let Some(newest) = newest.filter(|newest| *newest > at) {
                listing.entries.swap(at, newest);
            }
        }
        Ok(())
    }

    /// The hits of one degree by date.
    fn list_tier_by_date(&self, tier: Tier, wanted: Wanted) -> Result<Listing, ServerError> {
        let mut tiers = Tiers::default();
        match (tier, self.node(Tier::Translation)) {
            (Tier::All, _) => tiers.all = self.one_list(self.all(), wanted)?,
            (Tier::Translation, Some(translated)) => {
                let alone = Node::Boolean(Boolean {
                    must: vec![translated.clone()],
                    must_not: vec![self.all().clone()],
                    ..Boolean::default()
                });
                tiers.translated = self.one_list(&alone, wanted)?;
            }
            _ => {}
        }
        Ok(self.listing(tiers, wanted))
    }

    /// By date: all words and translations in one list.
    fn list_by_date(&self, wanted: Wanted) -> Result<Listing, ServerError> {
        if let Some(tier) = self.search.tier {
            return self.list_tier_by_date(tier, wanted);
        }
        let all = self.all();
        let Some(translated) = self.node(Tier::Translation) else {
            let tiers = Tiers {
                all: self.one_list(all, wanted)?,
                ..Tiers::default()
            };
            return Ok(self.listing(tiers, wanted));
        };
        let both = Node::any(vec![all.clone(), translated.clone()]);
        let list = self.one_list(&both, wanted)?;
        let of_all = self
            .engine
            .count(all, &self.search.filters, Some(self.deadline))?;
        let by_translation = list.count - of_all.min(list.count);
        let mut listing = self.listing(
            Tiers {
                all: list,
                ..Tiers::default()
            },
            wanted,
        );
        (listing.all, listing.translated) = (of_all, by_translation);
        let documents = listing.entries.iter().map(|entry| entry.listed.document);
        let documents: Vec<DocRef> = documents.collect();
        let held = self.held(&documents, &[all])?;
        for (entry, is_held) in listing.entries.iter_mut().zip(held) {
            if !is_held {
                entry.tier = Tier::Translation;
            }
        }
        Ok(listing)
    }

    /// Lists most of the words where the filters leave nothing else: no count was beside such a choice.
    fn list_most_if_empty(&self, tiers: &mut Tiers, wanted: Wanted) -> Result<(), ServerError> {
        let is_empty = tiers.all.count + tiers.translated.count + tiers.most.count == 0;
        if let Some(most) = self.most().filter(|_| is_empty) {
            tiers.most = self.one_list(most, wanted)?;
        }
        Ok(())
    }

    /// Returns true if versions in other languages stand beside the first hits. A phrase and an operator mean what they say.
    fn has_twins(&self) -> bool {
        self.search.query.expand == Expand::All && self.plan.is_plain
    }

    /// Versions in other languages of the best hits as typed.
    fn twins(&self, tiers: &Tiers, whole: Option<&Whole>) -> Result<Twins, ServerError> {
        let mut twins = Twins::default();
        if !self.has_twins() {
            return Ok(twins);
        }
        let of_hits = first_of(&tiers.all.hits);
        let unfiltered = whole.map_or_else(|| of_hits.clone(), |whole| whole.first.clone());
        let mut documents = of_hits.clone();
        documents.extend(unfiltered.iter().filter(|hit| !of_hits.contains(hit)));
        self.engine.prepare_counterparts(&documents);
        for document in documents {
            let versions = self.engine.counterparts(document)?;
            if unfiltered.contains(&document) {
                twins
                    .listed
                    .extend(versions.iter().map(|twin| twin.id.clone()));
            }
            if of_hits.contains(&document) {
                twins.of_hits.push((document, versions));
            }
        }
        Ok(twins)
    }

    /// Lists those of the versions that no list holds as translations.
    fn list_twins(
        &self,
        tiers: &mut Tiers,
        twins: &Twins,
        wanted: Wanted,
    ) -> Result<(), ServerError> {
        let mut versions: Vec<(DocRef, &String)> = Vec::new();
        for id in &twins.listed {
            let found = self.engine.find(id)?;
            versions.extend(found.map(|document| (document, id)));
        }
        let documents: Vec<DocRef> = versions.iter().map(|(document, _)| *document).collect();
        let held = self.held(&documents, &self.lists(tiers))?;
        let unlisted = versions.iter().zip(held).filter(|(_, is_held)| !is_held);
        let ids: Vec<Node> = unlisted
            .map(|((_, id), _)| Node::term(Field::Id, *id).constant(0.0))
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let list = self.one_list(&Node::dis_max(ids), wanted)?;
        let translated = &mut tiers.translated;
        translated.count += list.count;
        translated.hidden += list.hidden;
        add_facets(&mut translated.facets, list.facets);
        translated.hits.extend(list.hits);
        Ok(())
    }

    /// Tells which of `documents` match any of `nodes`.
    fn held(&self, documents: &[DocRef], nodes: &[&Node]) -> Result<Vec<bool>, ServerError> {
        let scores = self.engine.scores(documents, nodes)?;
        let held = scores.iter().map(|of| of.iter().any(Option::is_some));
        Ok(held.collect())
    }

    /// Puts versions in other languages right behind the hit they are versions of, those that stand before it excepted.
    fn place_twins(
        &self,
        listing: &mut Listing,
        twins: &Twins,
        lists: &[&Node],
    ) -> Result<(), ServerError> {
        for (document, versions) in &twins.of_hits {
            let place = |entries: &[Entry]| {
                entries
                    .iter()
                    .position(|entry| entry.listed.document == *document)
            };
            for Labelled { id, .. } in versions {
                let known = listing
                    .entries
                    .iter()
                    .position(|entry| entry.listed.id == *id);
                let Some(at) = place(&listing.entries) else {
                    continue;
                };
                let entry = match known {
                    Some(known) if known <= at + versions.len() => continue,
                    Some(known) => Some(listing.entries.remove(known)),
                    None => self
                        .entry(id, twins, lists)?
                        .filter(|entry| self.wants(entry.tier)),
                };
                if let Some(entry) = entry {
                    listing.entries.insert(at + 1, entry);
                }
            }
        }
        Ok(())
    }

    /// A document by its id as an entry, if it passes the filters and is in a list or listed as a version.
    fn entry(
        &self,
        id: &str,
        twins: &Twins,
        lists: &[&Node],
    ) -> Result<Option<Entry>, ServerError> {
        let node = Node::term(Field::Id, id).constant(0.0);
        let wanted = Wanted {
            top: Top {
                sort: Sort::Relevance,
                keep: 1,
                group_duplicates: false,
            },
            facets: None,
            duplicates: false,
            originals: false,
        };
        let hits = self.one_list(&node, wanted)?.hits;
        let Some(listed) = hits.into_iter().next() else {
            return Ok(None);
        };
        let scores = self.engine.scores(&[listed.document], lists)?.concat();
        let tier = if scores.first().is_some_and(Option::is_some) {
            Tier::All
        } else if twins.listed.contains(id) || scores.iter().any(Option::is_some) {
            Tier::Translation
        } else {
            return Ok(None);
        };
        Ok(Some(Entry { listed, tier }))
    }
}

/// The first of some hits: those whose versions in other languages are looked up.
fn first_of(hits: &[Listed]) -> Vec<DocRef> {
    let first = hits.iter().take(weights::HITS_WITH_TWINS);
    first.map(|hit| hit.document).collect()
}

/// Factor of the scores of hits by translation: the best of them stands below the best as typed.
fn translation_factor(tiers: &Tiers) -> f32 {
    let best = |list: &List| list.hits.first().map(|best| best.score);
    let calibrated = match (best(&tiers.all), best(&tiers.translated)) {
        (Some(all), Some(other)) if other > 0.0 => all * weights::BEST_TRANSLATION / other,
        _ => 1.0,
    };
    calibrated.min(weights::BY_TRANSLATION)
}

/// Adds the counts of another list, which has none of the documents of the first.
fn add_facets(into: &mut FacetTotals, from: FacetTotals) {
    for facet in Facet::LISTED {
        for (value, count) in &from.counts[facet.index()] {
            *into.counts[facet.index()].entry(value.clone()).or_default() += count;
        }
    }
    for (month, count) in from.months {
        *into.months.entry(month).or_default() += count;
    }
    into.undated += from.undated;
    into.sources.extend(from.sources);
    into.sources.truncate(crate::engine::list::MAX_FACET_VALUES);
    into.source_count += from.source_count;
}

fn partial_match() -> Warning {
    Warning {
        code: "no-document-has-all-words",
        message: "no document has all the words; these have most of them".to_owned(),
    }
}

fn part_missing() -> Warning {
    Warning {
        code: "part-missing",
        message: "a part of the index did not answer; counts are of what was seen".to_owned(),
    }
}

fn cut_short() -> Warning {
    Warning {
        code: "deadline",
        message: "the search took too long and was cut short; counts are of what was seen"
            .to_owned(),
    }
}
