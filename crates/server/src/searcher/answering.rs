//! Answers one search: its lists, the hits of the page, what may be said besides.

use std::collections::HashMap;
use std::time::Instant;

use polidex_analysis::units::{UnitKind, cut_text};

use crate::address::published_address;
use crate::answer::{
    Answer, Correction, Hit, MatchedBy, PageInfo, PageLinks, QueryEcho, TermCount, Tier,
    TierTotals, Total, Warning,
};
use crate::calendar::stamp_ms;
use crate::engine::{DocRef, Engine, Labelled, Listed, Top};
use crate::error::ServerError;
use crate::query::parse::{Clause, ParsedQuery, parse_query};
use crate::query::plan::{Boolean, Field, Node, Plan, placed_terms};
use crate::query::weights;
use crate::question::{Filters, Matching, Question, Sort};
use crate::searcher::facets::{count_dates, facets};
use crate::searcher::hits::hit;
use crate::searcher::lexicon::EngineLexicon;
use crate::searcher::marker::Marker;
use crate::searcher::reasons::Explanations;
use crate::searcher::strategy::{Entry, Listing, Strategy, Wanted, tier_node};
use crate::searcher::{Searcher, links};
use crate::suggest::correct::candidates;

/// A query that finds no more documents than this may be misspelt.
const FEW: u64 = 2;
/// Maximum length of a run of ideographs that is taken for a name.
const MAX_RUN: usize = 8;
/// Maximum number of corrections offered.
const MAX_CORRECTIONS: usize = 3;
/// Maximum number of duplicates listed under one hit.
const MAX_DUPLICATES: usize = 100;

/// One search being answered.
pub(super) struct Answering<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) engine: &'a dyn Engine,
    pub(super) question: &'a Question,
    pub(super) parsed: &'a ParsedQuery,
    pub(super) plan: &'a Plan,
    pub(super) marker: Marker,
    pub(super) started: Instant,
    pub(super) deadline: Instant,
}

/// The hits of a page.
struct PageHits {
    hits: Vec<Hit>,
    /// Time was up before all were marked.
    is_unmarked: bool,
}

impl Answering<'_> {
    pub(super) fn answer(&self) -> Result<Answer, ServerError> {
        let question = self.question;
        let listing = self.strategy(self.plan).list(Wanted {
            top: Top::from(&question.window),
            facets: Some(question.show.sources),
            duplicates: true,
            originals: true,
        })?;
        let terms = self.term_counts(&listing)?;
        let corrections = self.corrections(&listing)?;
        let PageHits { hits, is_unmarked } = self.hits(&listing)?;
        let absent = if question.show.explain {
            self.explanations().absent(&hits)?
        } else {
            Vec::new()
        };
        let total = total_of(&listing);
        let filters = &question.search.filters;
        let is_listed = |id: &str| self.is_listed(&listing, id);
        let mut facets = facets(self.engine, &listing.facets, filters, is_listed)?;
        count_dates(&mut facets, &listing.facets, filters);
        let query = self.echo(&listing, terms, is_unmarked);
        Ok(Answer {
            partial: query.warnings.iter().any(Warning::is_partial),
            total,
            expanded_total: listing.translated,
            original_total: listing.original,
            corrections,
            absent,
            page: PageInfo {
                number: question.window.page,
                per_page: question.window.per_page,
                listed: listing.listed,
            },
            hits,
            facets,
            query,
            index: self.engine.info(),
            took_ms: self.started.elapsed().as_secs_f64() * 1_000.0,
            links: PageLinks::default(),
        })
    }

    /// Returns `true` if the list holds the document `id`, on whatever page.
    fn is_listed(&self, listing: &Listing, id: &str) -> Result<bool, ServerError> {
        let search = &self.question.search;
        let of_tiers = [
            (Tier::All, listing.all),
            (Tier::Translation, listing.translated),
            (Tier::Most, listing.most),
            (Tier::Original, listing.original),
        ];
        let nodes = of_tiers
            .into_iter()
            .filter(|(_, listed)| *listed > 0)
            .filter_map(|(tier, _)| tier_node(self.plan, &search.query, tier));
        let any = Node::any(nodes.cloned().collect());
        let node = Node::Boolean(Boolean {
            must: vec![Node::term(Field::Id, id), any],
            ..Boolean::default()
        });
        let found = self
            .engine
            .count(&node, &search.filters, Some(self.deadline))?;
        Ok(found > 0)
    }

    /// The query as it was read, and what is to be known of how it was answered.
    fn echo(&self, listing: &Listing, terms: Vec<TermCount>, is_unmarked: bool) -> QueryEcho {
        let mut warnings = self.parsed.warnings.clone();
        warnings.extend(listing.notes.iter().cloned());
        warnings.extend(self.plan.is_cut.then(most_telling));
        warnings.extend(is_unmarked.then(unmarked));
        QueryEcho {
            q: self.question.search.query.q.clone(),
            parsed: self.parsed.canonical(),
            warnings,
            matching: listing.matching,
            terms,
            expansions: self.plan.expansions.clone(),
        }
    }

    fn strategy<'s>(&'s self, plan: &'s Plan) -> Strategy<'s> {
        Strategy {
            engine: self.engine,
            plan,
            search: &self.question.search,
            deadline: self.deadline,
        }
    }

    fn explanations(&self) -> Explanations<'_> {
        Explanations {
            engine: self.engine,
            plan: self.plan,
            question: self.question,
            deadline: self.deadline,
        }
    }

    fn wants_all(&self) -> bool {
        self.question.search.query.matching != Matching::Any
    }

    /// Documents of each word and phrase, filters aside; when nothing is found or hits are partial.
    fn term_counts(&self, listing: &Listing) -> Result<Vec<TermCount>, ServerError> {
        let is_partial = listing.matching == MatchedBy::Any && self.wants_all();
        let is_found = listing.all > 0 || self.question.search.tier.is_some();
        if is_found && !is_partial {
            return Ok(Vec::new());
        }
        let mut counts: Vec<TermCount> = Vec::new();
        for part in &self.plan.parts {
            if counts.iter().all(|count| count.term != part.label) {
                let everywhere = Filters::default();
                counts.push(TermCount {
                    term: part.label.clone(),
                    documents: self.engine.count(&part.node, &everywhere, None)?,
                });
            }
        }
        Ok(counts)
    }

    /// Other spellings, if the query finds little.
    fn corrections(&self, listing: &Listing) -> Result<Vec<Correction>, ServerError> {
        let found = match listing.matching {
            MatchedBy::Any => 0,
            MatchedBy::All => listing.all,
        };
        // A part of the list says nothing of the spelling.
        let is_first_page = self.question.window.page == 1 && self.question.search.tier.is_none();
        match &self.parsed.root {
            Some(root)
                if is_first_page && self.wants_all() && (found <= FEW || self.stands_nowhere()) =>
            {
                self.corrections_of(root, found)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Returns `true` if a short Chinese query stands nowhere in one piece: its words were found, and may be misspelt.
    fn stands_nowhere(&self) -> bool {
        let q = self.question.search.query.q.trim();
        let cut = cut_text(q);
        let units = cut.units();
        let is_run = (3..=MAX_RUN).contains(&units.len())
            && units.iter().all(|unit| unit.kind == UnitKind::Ideograph);
        is_run && !self.engine.has_phrase(Field::Grams, &placed_terms(&cut))
    }

    /// Other spellings that find more than `found` documents, or in one piece what stood nowhere.
    fn corrections_of(&self, root: &Clause, found: u64) -> Result<Vec<Correction>, ServerError> {
        let lexicon = EngineLexicon {
            engine: self.engine,
            suggester: self.searcher.suggester.get(),
        };
        let mut corrections = Vec::new();
        for candidate in candidates(root, &lexicon) {
            if corrections.len() == MAX_CORRECTIONS || Instant::now() >= self.deadline {
                break;
            }
            let parsed = parse_query(&candidate.q)?;
            let query = &self.question.search.query;
            let plan = self.searcher.plan(parsed.root.as_ref(), query)?;
            let documents = self.strategy(&plan).count_all()?;
            let is_better = documents > found || candidate.is_whole_again && documents > 0;
            if is_better {
                corrections.push(Correction {
                    q: candidate.q,
                    documents,
                });
            }
        }
        Ok(corrections)
    }

    /// Tells the engine which documents are shown next, and of which of them the counterparts are.
    fn prepare(&self, mut documents: Vec<DocRef>, listing: &Listing) {
        self.engine.prepare(&documents);
        documents.retain(|document| !listing.versions.contains_key(document));
        self.engine.prepare_counterparts(&documents);
    }

    fn hits(&self, listing: &Listing) -> Result<PageHits, ServerError> {
        let window = &self.question.window;
        let skipped = (window.page.max(1) - 1) * window.per_page;
        let page = listing.entries.iter().skip(skipped).take(window.per_page);
        let explanations = self.explanations();
        let page: Vec<&Entry> = page.collect();
        let documents: Vec<DocRef> = page.iter().map(|entry| entry.listed.document).collect();
        self.prepare(documents, listing);
        let degrees = self.degrees(&page)?;
        let mut hits = Vec::new();
        let mut is_unmarked = false;
        for (Entry { listed, tier }, degree) in page.into_iter().zip(degrees) {
            let (mut hit, is_marked) = self.hit(listed, &listing.versions)?;
            is_unmarked |= !is_marked;
            hit.by_translation = *tier == Tier::Translation;
            if *tier == Tier::Original {
                hit.original = true;
                hit.url = published_address(&hit.url);
            }
            (hit.tier, hit.missing) = degree;
            let factor = match tier {
                Tier::Translation => listing.factor,
                _ => 1.0,
            };
            if self.question.show.explain && Instant::now() < self.deadline {
                hit.explanation = explanations.hit(listed.document, *tier, factor)?;
            }
            hits.push(hit);
        }
        if window.sort == Sort::Relevance {
            hits = with_versions_together(hits);
        }
        Ok(PageHits { hits, is_unmarked })
    }

    /// The tier of each hit, and the words that it lacks. Where any word was asked for, a hit that has all of them is of that
    /// tier.
    fn degrees(&self, page: &[&Entry]) -> Result<Vec<(Tier, Vec<String>)>, ServerError> {
        let is_any = self.question.search.query.matching == Matching::Any;
        let mut degrees: Vec<(Tier, Vec<String>)> =
            page.iter().map(|entry| (entry.tier, Vec::new())).collect();
        let wanted = self.plan.wanted.iter();
        let typed: Vec<&Node> = wanted.clone().map(|part| &part.node).collect();
        let in_any_language: Vec<&Node> = wanted.map(|part| &part.in_any_language).collect();
        for (tier, nodes) in [
            (Tier::All, &typed),
            (Tier::Most, &typed),
            (Tier::Translation, &in_any_language),
        ] {
            if tier == Tier::All && !is_any {
                continue;
            }
            let of_tier = (0..page.len()).filter(|at| page[*at].tier == tier);
            for (at, missing) in self.missing(page, of_tier.collect(), nodes)? {
                if tier == Tier::All && !missing.is_empty() {
                    degrees[at].0 = Tier::Most;
                }
                degrees[at].1 = missing;
            }
        }
        Ok(degrees)
    }

    /// The words that the hits at `places` of the page lack, by the `nodes` of all words.
    fn missing(
        &self,
        page: &[&Entry],
        places: Vec<usize>,
        nodes: &[&Node],
    ) -> Result<Vec<(usize, Vec<String>)>, ServerError> {
        let documents: Vec<DocRef> = places.iter().map(|at| page[*at].listed.document).collect();
        let scores = self.engine.scores(&documents, nodes)?;
        let lacked = |scores: Vec<Option<f32>>| {
            let parts = self.plan.wanted.iter().zip(scores);
            let lacked = parts.filter(|(_, score)| score.is_none());
            lacked.map(|(part, _)| part.label.clone()).collect()
        };
        Ok(places
            .into_iter()
            .zip(scores.into_iter().map(lacked))
            .collect())
    }

    /// A listed document as a hit, and whether there was time to mark it.
    fn hit(
        &self,
        listed: &Listed,
        versions: &HashMap<DocRef, Vec<Labelled>>,
    ) -> Result<(Hit, bool), ServerError> {
        let query = &self.question.search.query;
        let stored = self.engine.document(listed.document)?;
        let text = stored.text()?;
        let is_marked = Instant::now() < self.deadline;
        let marks = if is_marked {
            self.marker.marks(self.engine, listed.document, &text)?
        } else {
            Vec::new()
        };
        let score = match self.question.window.sort {
            Sort::Relevance => listed.score,
            _ => 0.0,
        };
        let mut hit = hit(
            &stored.record,
            &text,
            &self.marker,
            self.question,
            score,
            &marks,
            self.plan.article.as_deref(),
        )?;
        hit.added = self.engine.added_ms(listed.document).map(stamp_ms);
        hit.cited_by = self.engine.cited_by(&hit.id);
        hit.duplicate_count = listed.group.len().saturating_sub(1);
        let duplicates = self.engine.labels(&listed.group, &hit.id, MAX_DUPLICATES)?;
        hit.duplicates = links(duplicates, query);
        let versions = match versions.get(&listed.document) {
            Some(known) => known.clone(),
            None => self.engine.counterparts(listed.document)?,
        };
        hit.counterparts = links(versions, query);
        hit.version = self.searcher.version_place(&hit.id)?;
        Ok((hit, is_marked))
    }
}

/// Puts the versions of a work under one another, the one in force on top, then the newest, where the first of them stood.
/// Degrees stay apart: what holds all words does not come behind what holds most.
fn with_versions_together(hits: Vec<Hit>) -> Vec<Hit> {
    let place = |hit: &Hit, at: usize| match &hit.version {
        Some(version) => (
            version.work.clone(),
            !version.in_force,
            usize::MAX - version.number,
        ),
        None => (format!("\0{at}"), false, 0),
    };
    let mut first: HashMap<(Tier, String), usize> = HashMap::new();
    let mut placed: Vec<((usize, bool, usize), Hit)> = Vec::with_capacity(hits.len());
    for (at, hit) in hits.into_iter().enumerate() {
        let (work, is_replaced, age) = place(&hit, at);
        let group = *first.entry((hit.tier, work)).or_insert(at);
        placed.push(((group, is_replaced, age), hit));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, hit)| hit).collect()
}

fn total_of(listing: &Listing) -> Total {
    Total {
        value: listing.all + listing.most,
        relation: "eq",
        tiers: TierTotals {
            all: listing.all,
            most: listing.most,
        },
    }
}

fn most_telling() -> Warning {
    Warning {
        code: "many-words",
        message: format!(
            "the query has very many words; the {} most telling were looked for",
            weights::MAX_WORDS
        ),
    }
}

fn unmarked() -> Warning {
    Warning {
        code: "deadline",
        message: "the search took too long; not every document shows its passages or explanation"
            .to_owned(),
    }
}
