//! Answers questions from one index, read-only. No HTTP in here: a library, the command line and the server use it alike.
//!
//! question → parse → plan → collect → fetch the page's documents → passages and snippets. Everything shown or marked comes
//! from the stored text.

mod best_parts;
pub mod collect;
pub mod columns;
mod counterparts;
mod facets;
pub mod groups;
mod hits;
pub mod labels;
mod lexicon;
mod listing;
mod lower;
mod marker;
pub(crate) mod operators;
mod reasons;
mod snapshot;
pub mod statistics;
mod stored;

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use polidex_schema::fields::{Fields, fingerprint, schema};
use polidex_schema::manifest::{CURRENT, GENERATIONS, MANIFEST, Manifest, parse_current};
use tantivy::collector::DocSetCollector;
use tantivy::query::AllQuery;
use tantivy::store::StoreReader;
use tantivy::{Index, IndexReader, ReloadPolicy};

use crate::address::document_address;
use crate::answer::{
    Answer, Correction, Document, DocumentSummary, FacetValue, IndexInfo, MatchedBy, PageInfo,
    PageLinks, QueryEcho, Suggestions, Total, Warning,
};
use crate::engine::collect::{CollectAll, Top};
use crate::engine::columns::Columns;
use crate::engine::facets::{facet_values, sort_values};
use crate::engine::groups::Groups;
use crate::engine::hits::{hit, summary, whole_document};
use crate::engine::labels::Labels;
use crate::engine::lexicon::EngineLexicon;
use crate::engine::listing::{Listing, entries};
use crate::engine::lower::lower;
use crate::engine::marker::Marker;
use crate::engine::snapshot::Snapshot;
use crate::engine::statistics::TokenCounts;
use crate::error::ServerError;
use crate::query::expand::expander::Expander;
use crate::query::expand::tables::GLOSSARY;
use crate::query::parse::{Clause, parse_query};
use crate::query::plan::{Expansions, plan_query};
use crate::question::{Facet, Filters, Matching, Query, Question, Search, Sort};
use crate::suggest::Suggester;
use crate::suggest::correct::candidates;

/// Time after which a search answers with what it has.
const DEADLINE: Duration = Duration::from_secs(2);
/// Blocks of the document store kept decompressed, a few hundred kilobytes in all.
const STORE_CACHE_BLOCKS: usize = 50;
/// A query that finds no more documents than this may be misspelt.
const LITTLE: u64 = 2;
/// Most corrections offered.
const MAX_CORRECTIONS: usize = 3;

/// An open index that answers questions. Cheap to share behind an `Arc`; every method takes `&self` and may be called
/// from many threads at once.
pub struct Engine {
    reader: IndexReader,
    /// The user's tables; the program's own when absent, prepared when they are first needed.
    expander: Option<Arc<Expander>>,
    fields: Fields,
    manifest: Manifest,
    groups: Groups,
    columns: Columns,
    /// The stored documents of each segment.
    stores: Vec<StoreReader>,
    suggester: OnceLock<Suggester>,
    tokens: TokenCounts,
    /// Every document without its text: read once, when first asked for.
    summaries: OnceLock<Arc<[DocumentSummary]>>,
    labels: OnceLock<Labels>,
    numbers: OnceLock<Vec<(String, String)>>,
}

impl Engine {
    /// Opens the current generation of the index at `dir` read-only.
    ///
    /// # Errors
    /// [`ServerError::NoIndex`], [`ServerError::AnalyzerDiffers`] or [`ServerError::Unreadable`], each naming what to run.
    pub fn open(dir: &Path) -> Result<Self, ServerError> {
        let current = || {
            current_generation(dir).ok_or_else(|| ServerError::NoIndex {
                path: dir.to_owned(),
            })
        };
        let generation = current()?;
        let opened = Self::open_generation(dir, &generation);
        // Between two looks a writer may have put two more in place and removed this one.
        if opened.is_err() && current()? != generation {
            Self::open_generation(dir, &current()?)
        } else {
            opened
        }
    }

    /// Opens one generation of the index at `dir`, current or not.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open_generation(dir: &Path, generation: &str) -> Result<Self, ServerError> {
        let unreadable = |reason: String| ServerError::Unreadable {
            path: dir.to_owned(),
            reason,
        };
        let folder = dir.join(GENERATIONS).join(generation);
        let manifest = fs::read_to_string(folder.join(MANIFEST))
            .map_err(|error| unreadable(error.to_string()))?;
        let manifest =
            Manifest::from_text(&manifest).map_err(|error| unreadable(error.to_string()))?;
        let expected = fingerprint();
        if manifest.analyzer != expected {
            return Err(ServerError::AnalyzerDiffers {
                path: dir.to_owned(),
                found: manifest.analyzer,
                expected,
            });
        }
        let index = Index::open_in_dir(&folder).map_err(|error| unreadable(error.to_string()))?;
        let (expected_schema, fields) = schema();
        if index.schema() != expected_schema {
            return Err(unreadable("its fields are not this program's".to_owned()));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader: IndexReader = reader
            .try_into()
            .map_err(|error: tantivy::TantivyError| unreadable(error.to_string()))?;
        let searcher = reader.searcher();
        let stores = searcher
            .segment_readers()
            .iter()
            .map(|reader| reader.get_store_reader(STORE_CACHE_BLOCKS));
        let stores = stores
            .collect::<Result<_, _>>()
            .map_err(|error| unreadable(error.to_string()))?;
        let groups = Groups::read(reader.searcher().segment_readers())
            .map_err(|error| unreadable(error.to_string()))?;
        let columns = Columns::open(reader.searcher().segment_readers())
            .map_err(|error| unreadable(error.to_string()))?;
        let tokens = TokenCounts::read(reader.searcher().segment_readers())
            .map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            reader,
            fields,
            manifest,
            groups,
            columns,
            stores,
            tokens,
            suggester: OnceLock::new(),
            summaries: OnceLock::new(),
            expander: None,
            labels: OnceLock::new(),
            numbers: OnceLock::new(),
        })
    }

    /// The same engine with other tables of words that stand for each other.
    pub fn with_expander(self, expander: Arc<Expander>) -> Self {
        Self {
            expander: Some(expander),
            ..self
        }
    }

    /// Name of the generation that is current at `dir` now; differs from [`Engine::index_info`]'s after a rebuild.
    pub fn generation_at(dir: &Path) -> Option<String> {
        current_generation(dir)
    }

    /// What is known of the index: generation and counts.
    pub fn index_info(&self) -> IndexInfo {
        IndexInfo {
            generation: self.manifest.generation.clone(),
            documents: self.manifest.documents,
            passages: self.manifest.passages,
        }
    }

    fn snapshot(&self) -> Snapshot<'_> {
        let searcher = self.reader.searcher();
        let labels = self
            .labels
            .get_or_init(|| Labels::read(searcher.segment_readers()));
        Snapshot {
            searcher,
            fields: &self.fields,
            columns: &self.columns,
            stores: &self.stores,
            labels,
            numbers: &self.numbers,
            tokens: &self.tokens,
        }
    }

    /// Answers one search. Total over any query text.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`], [`ServerError::UnknownSource`] or [`ServerError::Engine`].
    pub fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        let started = Instant::now();
        let deadline = started + DEADLINE;
        let parsed = parse_query(&question.search.query.q)?;
        let snapshot = self.snapshot();
        snapshot.check_sources(&question.search.filters.source)?;
        let plan = plan_query(
            parsed.root.as_ref(),
            &snapshot,
            self.expansions(&question.search.query),
        )?;
        let mut question = question.clone();
        if parsed.root.is_none() && question.window.sort == Sort::Relevance {
            question.window.sort = Sort::Newest;
        }
        let top = Top::from(&question.window);
        let mut warnings = parsed.warnings.clone();
        let Listing {
            literal: collected,
            matching,
            translated,
        } = snapshot.list(
            &plan,
            &question.search,
            top,
            Some(&self.groups),
            deadline,
            &mut warnings,
        )?;
        let needs_counts = collected.count == 0
            || (matching == MatchedBy::Any && question.search.query.matching == Matching::All);
        let terms = if needs_counts {
            snapshot.count_parts(&plan.parts)?
        } else {
            Vec::new()
        };
        let finds_little = matching == MatchedBy::Any || collected.count <= LITTLE;
        let corrections = match &parsed.root {
            Some(root)
                if finds_little
                    && question.window.page == 1
                    && question.search.query.matching == Matching::All =>
            {
                let found = if matching == MatchedBy::Any {
                    0
                } else {
                    collected.count
                };
                self.corrections(&snapshot, root, &question.search, found, deadline)?
            }
            _ => Vec::new(),
        };
        let skip = (question.window.page.max(1) - 1) * question.window.per_page;
        let listed_total = entries(&collected, top) + entries(&translated, top);
        let mut hits = Vec::new();
        let counterparts = snapshot.counterparts();
        let marker = Marker::of(&plan);
        let mut is_unmarked = false;
        let literal = collected.best.iter().map(|best| (best, false));
        let listed = literal.chain(translated.best.iter().map(|best| (best, true)));
        for (best, by_translation) in listed.skip(skip).take(question.window.per_page) {
            let stored = snapshot.fetch(best.address)?;
            let score = if question.window.sort == Sort::Relevance {
                best.score
            } else {
                0.0
            };
            let text = stored.text()?;
            let marks = if Instant::now() < deadline {
                snapshot.marks(best.address, &text, &marker)?
            } else {
                is_unmarked = true;
                Vec::new()
            };
            let mut hit = hit(&stored.record, &text, &marker, &question, score, &marks)?;
            hit.by_translation = by_translation;
            let grouped = if by_translation {
                &translated.grouped
            } else {
                &collected.grouped
            };
            let duplicates = best
                .group
                .and_then(|group| grouped.get(&group))
                .map_or(&[][..], Vec::as_slice);
            hit.duplicate_count = duplicates.len().saturating_sub(1);
            if question.show.explain && Instant::now() < deadline {
                hit.explanation =
                    snapshot.explain(best.address, &plan, &question, matching, by_translation);
            }
            hit.duplicates = snapshot.links(duplicates, &hit.id, &question.search.query)?;
            hit.counterparts = counterparts.of(best.address, |id| {
                document_address(id, &question.search.query)
            })?;
            hits.push(hit);
        }
        if is_unmarked {
            warnings.push(Warning {
                code: "deadline",
                message:
                    "the search took too long; not every document shows its passages or explanation"
                        .to_owned(),
            });
        }
        let absent = if question.show.explain {
            snapshot.absent(&plan, &question, matching, &hits, deadline)?
        } else {
            Vec::new()
        };
        Ok(Answer {
            query: QueryEcho {
                q: question.search.query.q.clone(),
                parsed: parsed.canonical(),
                warnings,
                matching,
                terms,
                expansions: plan.expansions,
            },
            total: Total {
                value: collected.count,
                relation: "eq",
            },
            expanded_total: translated.count,
            corrections,
            absent,
            page: PageInfo {
                number: question.window.page,
                per_page: question.window.per_page,
                listed: listed_total,
            },
            hits,
            facets: snapshot.facets(&collected, &question.search.filters)?,
            index: self.index_info(),
            took_ms: started.elapsed().as_secs_f64() * 1_000.0,
            links: PageLinks::default(),
        })
    }

    /// Other spellings that find more than `found` documents, or in one piece what stood nowhere.
    fn corrections(
        &self,
        snapshot: &Snapshot<'_>,
        root: &Clause,
        search: &Search,
        found: u64,
        deadline: Instant,
    ) -> Result<Vec<Correction>, ServerError> {
        let mut corrections = Vec::new();
        for candidate in candidates(
            root,
            &EngineLexicon {
                snapshot,
                suggester: self.suggester.get(),
            },
        ) {
            if corrections.len() == MAX_CORRECTIONS || Instant::now() >= deadline {
                break;
            }
            let parsed = parse_query(&candidate.q)?;
            let plan = plan_query(
                parsed.root.as_ref(),
                snapshot,
                self.expansions(&search.query),
            )?;
            let Listing {
                literal: collected,
                matching,
                ..
            } = snapshot.list(&plan, search, Top::NONE, None, deadline, &mut Vec::new())?;
            let is_better =
                collected.count > found || candidate.is_whole_again && collected.count > 0;
            if matching == MatchedBy::All && is_better {
                corrections.push(Correction {
                    q: candidate.q,
                    documents: collected.count,
                });
            }
        }
        Ok(corrections)
    }

    /// At most `limit` ways to go on from what is typed. Total over any text. Waits for [`Engine::read_suggestions`].
    pub fn suggest(&self, typed: &str, limit: usize) -> Suggestions {
        self.read_suggestions();
        self.suggest_at_once(typed, limit)
    }

    /// The same without waiting: nothing as long as the suggestions have not been read.
    pub fn suggest_at_once(&self, typed: &str, limit: usize) -> Suggestions {
        let suggestions = self
            .suggester
            .get()
            .map_or_else(Vec::new, |suggester| suggester.suggest(typed, limit));
        Suggestions {
            q: typed.to_owned(),
            suggestions,
            index: self.index_info(),
        }
    }

    /// Reads from the index what can be suggested, once; takes seconds on a large one.
    pub fn read_suggestions(&self) {
        let snapshot = self.snapshot();
        self.suggester
            .get_or_init(|| Suggester::read(&snapshot, &GLOSSARY));
    }

    /// Ids of at most `limit` documents for a question in plain text, best first: no operators, no limits, every document
    /// that matches anything. What `polidex eval` judges.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn rank(&self, text: &str, limit: usize) -> Result<Vec<String>, ServerError> {
        let snapshot = self.snapshot();
        // What is judged is the ranking of what was asked, not of what stands for it.
        let words = Clause::Words(text.to_owned());
        let lists = plan_query(Some(&words), &snapshot, Expansions::none())?.lists;
        let query = lower(
            &self.fields,
            lists.evidence.as_ref().unwrap_or(&lists.strict),
        );
        // Judged runs are to be the same on every machine: no deadline cuts them short.
        let deadline = Instant::now() + Duration::from_secs(3_600);
        let collect = CollectAll {
            filters: &Filters::default(),
            top: Top {
                sort: Sort::Relevance,
                keep: limit,
                group_duplicates: true,
            },
            deadline,
            groups: None,
            counts_facets: false,
            without: None,
            notes_matched: false,
            columns: snapshot.columns,
            labels: snapshot.labels,
        };
        let collected = snapshot.searcher.search_with_statistics_provider(
            query.as_ref(),
            &collect,
            &snapshot,
        )?;
        Ok(collected.best.into_iter().map(|best| best.id).collect())
    }

    /// The whole document `id` with everything marked that `query` finds (nothing when it is empty), by the
    /// expansions it allows. `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError> {
        let parsed = parse_query(&query.q)?;
        let snapshot = self.snapshot();
        let plan = plan_query(parsed.root.as_ref(), &snapshot, self.expansions(query))?;
        let Some(address) = snapshot.find(id)? else {
            return Ok(None);
        };
        let mut document = whole_document(&snapshot.fetch(address)?, &Marker::of(&plan).body)?;
        document.counterparts = snapshot
            .counterparts()
            .of(address, |id| document_address(id, query))?;
        Ok(Some(document))
    }

    fn expansions<'a>(&'a self, query: &'a Query) -> Expansions<'a> {
        let expander = self.expander.as_deref().unwrap_or_else(|| Expander::own());
        Expansions {
            expander,
            expand: query.expand,
            without: &query.without,
        }
    }

    /// All documents, by id. The first call reads every stored record, further ones none.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError> {
        if let Some(known) = self.summaries.get() {
            return Ok(Arc::clone(known));
        }
        let snapshot = self.snapshot();
        let mut summaries = Vec::new();
        for address in snapshot.searcher.search(&AllQuery, &DocSetCollector)? {
            summaries.push(summary(&snapshot.fetch(address)?.record));
        }
        summaries.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Arc::clone(self.summaries.get_or_init(|| summaries.into())))
    }

    /// Ids of all documents that answer `search`, in the order of `sort`, whatever documents it is limited to.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError> {
        let parsed = parse_query(&search.query.q)?;
        let snapshot = self.snapshot();
        let plan = plan_query(
            parsed.root.as_ref(),
            &snapshot,
            self.expansions(&search.query),
        )?;
        let is_list = parsed.root.is_none() && sort == Sort::Relevance;
        let mut everywhere = search.clone();
        everywhere.filters.source.clear();
        let all = Top {
            sort: if is_list { Sort::Newest } else { sort },
            keep: self.manifest.documents as usize,
            group_duplicates: false,
        };
        // As the facets, which count literal hits.
        let listing = snapshot.list(
            &plan,
            &everywhere,
            all,
            None,
            Instant::now() + DEADLINE,
            &mut Vec::new(),
        )?;
        Ok(listing
            .literal
            .best
            .into_iter()
            .map(|best| best.id)
            .collect())
    }

    /// Every value of `facet`, in the order and with the counts of an answer's facet, which lists the first of them. Empty for
    /// [`Facet::Source`], whose values are all documents.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError> {
        if facet == Facet::Source {
            return Ok(Vec::new());
        }
        let parsed = parse_query(&search.query.q)?;
        let snapshot = self.snapshot();
        snapshot.check_sources(&search.filters.source)?;
        let plan = plan_query(
            parsed.root.as_ref(),
            &snapshot,
            self.expansions(&search.query),
        )?;
        let listing = snapshot.list(
            &plan,
            search,
            Top::NONE,
            None,
            Instant::now() + DEADLINE,
            &mut Vec::new(),
        )?;
        let mut values = facet_values(facet, &listing.literal, &search.filters);
        sort_values(facet, &mut values);
        Ok(values)
    }
}

fn current_generation(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join(CURRENT)).ok()?;
    parse_current(&text).map(str::to_owned)
}
