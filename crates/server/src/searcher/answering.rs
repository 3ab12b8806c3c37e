//! Answers one search: its lists, the hits of the page, what may be said besides.

use std::time::Instant;

use crate::answer::{
    Answer, Correction, Hit, MatchedBy, PageInfo, PageLinks, QueryEcho, TermCount, Total, Warning,
};
use crate::engine::{Engine, Listed, Top};
use crate::error::ServerError;
use crate::query::parse::{Clause, ParsedQuery, parse_query};
use crate::query::plan::Plan;
use crate::question::{Filters, Matching, Question, Sort};
use crate::searcher::facets::facets;
use crate::searcher::hits::hit;
use crate::searcher::lexicon::EngineLexicon;
use crate::searcher::marker::Marker;
use crate::searcher::reasons::Explanations;
use crate::searcher::strategy::{Listing, Strategy, Wanted};
use crate::searcher::{Searcher, links};
use crate::suggest::correct::candidates;

/// A query that finds no more documents than this may be misspelt.
const FEW: u64 = 2;
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
        let top = Top::from(&question.window);
        let listing = self.strategy(self.plan).list(Wanted {
            top,
            facets: true,
            duplicates: true,
        })?;
        let terms = self.term_counts(&listing)?;
        let corrections = self.corrections(&listing)?;
        let PageHits { hits, is_unmarked } = self.hits(&listing)?;
        let absent = if question.show.explain {
            self.explanations(&listing).absent(&hits)?
        } else {
            Vec::new()
        };
        let mut warnings = self.parsed.warnings.clone();
        warnings.extend(listing.notes);
        warnings.extend(is_unmarked.then(unmarked));
        Ok(Answer {
            query: QueryEcho {
                q: question.search.query.q.clone(),
                parsed: self.parsed.canonical(),
                warnings,
                matching: listing.matching,
                terms,
                expansions: self.plan.expansions.clone(),
            },
            total: Total {
                value: listing.literal.count,
                relation: "eq",
            },
            expanded_total: listing.translated.count,
            corrections,
            absent,
            page: PageInfo {
                number: question.window.page,
                per_page: question.window.per_page,
                listed: listing.literal.entries(top) + listing.translated.entries(top),
            },
            hits,
            facets: facets(
                self.engine,
                &listing.literal.facets,
                &question.search.filters,
            )?,
            index: self.engine.info(),
            took_ms: self.started.elapsed().as_secs_f64() * 1_000.0,
            links: PageLinks::default(),
        })
    }

    fn strategy<'s>(&'s self, plan: &'s Plan) -> Strategy<'s> {
        Strategy {
            engine: self.engine,
            plan,
            search: &self.question.search,
            deadline: self.deadline,
        }
    }

    fn explanations(&self, listing: &Listing) -> Explanations<'_> {
        Explanations {
            engine: self.engine,
            plan: self.plan,
            question: self.question,
            matching: listing.matching,
            deadline: self.deadline,
        }
    }

    fn wants_all(&self) -> bool {
        self.question.search.query.matching == Matching::All
    }

    /// Documents of each word and phrase, filters aside; when nothing is found or hits are partial.
    fn term_counts(&self, listing: &Listing) -> Result<Vec<TermCount>, ServerError> {
        let is_partial = listing.matching == MatchedBy::Any && self.wants_all();
        if listing.literal.count > 0 && !is_partial {
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
            MatchedBy::All => listing.literal.count,
        };
        let is_first_page = self.question.window.page == 1;
        match &self.parsed.root {
            Some(root) if found <= FEW && is_first_page && self.wants_all() => {
                self.corrections_of(root, found)
            }
            _ => Ok(Vec::new()),
        }
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
            let literal = self.strategy(&plan).literal()?;
            let is_better = literal.count > found || candidate.is_whole_again && literal.count > 0;
            if literal.matching == MatchedBy::All && is_better {
                corrections.push(Correction {
                    q: candidate.q,
                    documents: literal.count,
                });
            }
        }
        Ok(corrections)
    }

    fn hits(&self, listing: &Listing) -> Result<PageHits, ServerError> {
        let window = &self.question.window;
        let literal = listing.literal.hits.iter().map(|listed| (listed, false));
        let translated = listing.translated.hits.iter().map(|listed| (listed, true));
        let skipped = (window.page.max(1) - 1) * window.per_page;
        let page = literal
            .chain(translated)
            .skip(skipped)
            .take(window.per_page);
        let explanations = self.explanations(listing);
        let mut hits = Vec::new();
        let mut is_unmarked = false;
        for (listed, by_translation) in page {
            let (mut hit, is_marked) = self.hit(listed)?;
            is_unmarked |= !is_marked;
            hit.by_translation = by_translation;
            if self.question.show.explain && Instant::now() < self.deadline {
                hit.explanation = explanations.hit(listed.document, by_translation)?;
            }
            hits.push(hit);
        }
        Ok(PageHits { hits, is_unmarked })
    }

    /// A listed document as a hit, and whether there was time to mark it.
    fn hit(&self, listed: &Listed) -> Result<(Hit, bool), ServerError> {
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
        )?;
        hit.duplicate_count = listed.group.len().saturating_sub(1);
        let duplicates = self.engine.labels(&listed.group, &hit.id, MAX_DUPLICATES)?;
        hit.duplicates = links(duplicates, query);
        hit.counterparts = links(self.engine.counterparts(listed.document)?, query);
        Ok((hit, is_marked))
    }
}

fn unmarked() -> Warning {
    Warning {
        code: "deadline",
        message: "the search took too long; not every document shows its passages or explanation"
            .to_owned(),
    }
}
