//! Answers questions over an [`Engine`]. No HTTP in here: a library, the command line and the server use it alike.
//!
//! question → parse → plan → lists → the page's documents → passages and snippets. Everything shown or marked comes from the
//! stored text. Nothing here knows which engine it is.

mod answering;
mod checking;
mod citing;
mod comparing;
mod concordance;
mod coverage;
mod examples;
mod facets;
mod feedback;
mod hits;
mod lexicon;
mod marker;
mod parts;
mod provisions;
mod reading;
mod reasons;
mod renderings;
mod reuse;
mod speaking;
mod strategy;
mod timeline;
mod versions;

pub use self::reuse::MAX_REUSE_ROWS;
pub use crate::question::ListPage;

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use polidex_analysis::language::Language;

use self::answering::Answering;
use self::comparing::Alignments;
use self::coverage::coverage_of;
use self::facets::{facet_values, sort_values};
use self::feedback::with_feedback;
use self::hits::summary;
use self::lexicon::EngineCollection;
use self::marker::Marker;
use self::reading::{read_piece, read_spoken, whole_document};
use self::speaking::speakers_of;
use self::strategy::{Strategy, Wanted};
use self::timeline::{Collection, Counting, read_collection};
use crate::address::document_address;
use crate::answer::{
    Answer, Coverage, Document, DocumentLink, DocumentSummary, FacetValue, IndexInfo, Piece,
    Speaker, Suggestions, Timeline,
};
use crate::calendar::stamp;
use crate::citing::{Table, Works};
use crate::engine::{Engine, Labelled, ListRequest, Stored, TantivyEngine, Top};
use crate::error::ServerError;
use crate::mark::highlight::Matcher;
use crate::query::expand::expander::Expander;
use crate::query::expand::tables::GLOSSARY;
use crate::query::parse::{Clause, parse_query};
use crate::query::plan::{Expansions, Field, Plan, plan_query};
use crate::question::{Facet, Filters, Query, Question, Search, Sort, TimelineQuestion};
use crate::reuse::Reuse;
use crate::suggest::Suggester;
use crate::versions::Versions;

/// Time after which a search answers with what it has.
const DEADLINE: Duration = Duration::from_secs(2);
/// Time for a judged ranking: it must be the same on every machine, so no deadline cuts it short.
const TIME_TO_RANK: Duration = Duration::from_secs(3_600);

/// Answers questions from one index. Cheap to share behind an `Arc`; every method takes `&self` and may be called from many
/// threads at once.
///
/// # Examples
/// ```no_run
/// use std::path::Path;
///
/// use polidex_server::question::Question;
/// use polidex_server::searcher::Searcher;
///
/// # fn main() -> Result<(), polidex_server::error::ServerError> {
/// let searcher = Searcher::open(Path::new("index"))?;
/// let answer = searcher.search(&Question::about("low-altitude economy"))?;
/// for hit in &answer.hits {
///     println!("{} {}", hit.score, hit.title);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Searcher {
    engine: Box<dyn Engine>,
    /// The user's tables; the program's own when absent, prepared when they are first needed.
    expander: Option<Arc<Expander>>,
    suggester: OnceLock<Suggester>,
    /// Examples of queries by the language of the reader.
    examples: OnceLock<[(Language, Vec<String>); 3]>,
    /// Every document without its text: read once, when first asked for.
    summaries: OnceLock<Arc<[DocumentSummary]>>,
    /// Documents by what texts call them: made when first needed.
    works: OnceLock<Arc<Works>>,
    /// Who cites whom: made when first needed.
    citations: OnceLock<Arc<Table>>,
    /// Passages that stand in several documents: read when first needed.
    reuse: OnceLock<Arc<Reuse>>,
    /// Held while the passages of all documents are read, so that one thread does it.
    making: Mutex<()>,
    /// Versions of works: made when first needed.
    versions: OnceLock<Arc<Versions>>,
    /// Dates and lengths of all documents: read when a timeline is first asked for.
    collection: OnceLock<Collection>,
    /// Rows of the documents compared last.
    alignments: Alignments,
}

impl Searcher {
    /// Opens the current generation of the index at `dir` read-only.
    ///
    /// # Errors
    /// [`ServerError::NoIndex`], [`ServerError::AnalyzerDiffers`] or [`ServerError::Unreadable`], each naming what to run.
    pub fn open(dir: &Path) -> Result<Self, ServerError> {
        TantivyEngine::open(dir).map(Self::over)
    }

    /// Opens one generation of the index at `dir`, current or not.
    ///
    /// # Errors
    /// As [`Searcher::open`].
    pub fn open_generation(dir: &Path, generation: &str) -> Result<Self, ServerError> {
        TantivyEngine::open_generation(dir, generation).map(Self::over)
    }

    /// Answers over any engine.
    pub fn over(engine: impl Engine) -> Self {
        Self {
            engine: Box::new(engine),
            expander: None,
            suggester: OnceLock::new(),
            examples: OnceLock::new(),
            summaries: OnceLock::new(),
            works: OnceLock::new(),
            citations: OnceLock::new(),
            reuse: OnceLock::new(),
            making: Mutex::new(()),
            versions: OnceLock::new(),
            collection: OnceLock::new(),
            alignments: Alignments::default(),
        }
    }

    /// Replaces the tables of words that stand for each other.
    pub fn with_expander(self, expander: Arc<Expander>) -> Self {
        Self {
            expander: Some(expander),
            ..self
        }
    }

    /// Name of the generation that is current at `dir` now; differs from [`Searcher::index_info`]'s after a rebuild.
    pub fn generation_at(dir: &Path) -> Option<String> {
        TantivyEngine::generation_at(dir)
    }

    /// Generation and counts of the index.
    pub fn index_info(&self) -> IndexInfo {
        self.engine.info()
    }

    /// What the index holds of its folders.
    pub fn coverage(&self) -> Coverage {
        let index = self.index_info();
        match self.engine.coverage() {
            Some((of, made)) => coverage_of(of, index, stamp(made)),
            None => Coverage {
                index,
                ..Coverage::default()
            },
        }
    }

    /// Answers one search. Total over any query text.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`], [`ServerError::UnknownSource`] or [`ServerError::Engine`].
    pub fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        let started = Instant::now();
        let parsed = parse_query(&question.search.query.q)?;
        self.check_sources(&question.search.filters)?;
        let mut plan = self.plan(parsed.root.as_ref(), &question.search.query)?;
        let mut question = question.clone();
        self.limit_to_day(&mut question.search.filters, &mut plan)?;
        question.window.sort = list_order(parsed.root.as_ref(), question.window.sort);
        let (sort, deadline) = (question.window.sort, started + DEADLINE);
        let plan = self.widened(plan, &question.search, sort, deadline)?;
        let answering = Answering {
            searcher: self,
            engine: self.engine.as_ref(),
            question: &question,
            parsed: &parsed,
            marker: Marker::of(&plan),
            plan: &plan,
            started,
            deadline,
        };
        answering.answer()
    }

    /// The whole document `id` with everything marked that `query` finds (nothing when it is empty), by the expansions it
    /// allows. `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError> {
        self.read_document(id, query, whole_document)
    }

    /// A piece of the document `id`, as [`Searcher::document`] shows it.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    pub fn document_piece(
        &self,
        id: &str,
        query: &Query,
        piece: Piece,
    ) -> Result<Option<Document>, ServerError> {
        self.read_document(id, query, |stored, matcher| {
            read_piece(stored, matcher, piece)
        })
    }

    /// The passages of the document `id` that `speaker` speaks, of a long one the first half megabyte of them. `None` when there
    /// is no such document.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    pub fn spoken_by(
        &self,
        id: &str,
        query: &Query,
        speaker: &str,
    ) -> Result<Option<Document>, ServerError> {
        self.read_document(id, query, |stored, matcher| {
            read_spoken(stored, matcher, speaker)
        })
    }

    /// What `read` makes of the document `id` and what `query` marks in it. `None` when there is no such document.
    fn read_document(
        &self,
        id: &str,
        query: &Query,
        read: impl FnOnce(&Stored, &Matcher) -> Result<Document, ServerError>,
    ) -> Result<Option<Document>, ServerError> {
        let parsed = parse_query(&query.q)?;
        let plan = self.plan(parsed.root.as_ref(), query)?;
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let mut read = read(&stored, &Marker::of(&plan).body)?;
        read.stale = self.engine.is_stale(id);
        read.counterparts = links(self.engine.counterparts(document)?, query);
        Ok(Some(read))
    }

    /// Who speaks in the document `id`, in the order in which they speak first; nobody where it is no record of proceedings.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn speakers(&self, id: &str) -> Result<Vec<Speaker>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(Vec::new());
        };
        let stored = self.engine.document(document)?;
        speakers_of(&stored.record, &stored.text()?)
    }

    /// A piece of the bytes of the text as published, from 0; `None` behind the last, and where the stored text is it.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn published_piece(&self, id: &str, piece: usize) -> Result<Option<Vec<u8>>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        Ok(if piece < stored.original_pieces() {
            stored.original_piece(piece)
        } else {
            None
        })
    }

    /// All documents, by id. The first call reads every stored record, further ones none.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError> {
        if let Some(known) = self.summaries.get() {
            return Ok(Arc::clone(known));
        }
        let mut summaries = Vec::new();
        let mut failure = None;
        self.engine.visit(1, &mut |stored| {
            match stored {
                Ok(stored) => summaries.push(summary(&stored.record)),
                Err(error) => failure = Some(error),
            }
            failure.is_none()
        });
        if let Some(error) = failure {
            return Err(error);
        }
        summaries.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Arc::clone(self.summaries.get_or_init(|| summaries.into())))
    }

    /// Ids of all documents that answer `search`, in the order of `sort`, whatever documents it is limited to.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError> {
        let parsed = parse_query(&search.query.q)?;
        let mut plan = self.plan(parsed.root.as_ref(), &search.query)?;
        let mut everywhere = search.clone();
        everywhere.filters.source.clear();
        self.limit_to_day(&mut everywhere.filters, &mut plan)?;
        let sort = list_order(parsed.root.as_ref(), sort);
        let deadline = Instant::now() + DEADLINE;
        let plan = self.widened(plan, &everywhere, sort, deadline)?;
        let strategy = Strategy {
            deadline,
            ..self.strategy(&plan, &everywhere)
        };
        let listing = strategy.list(Wanted {
            top: Top {
                sort,
                keep: self.engine.info().documents as usize,
                group_duplicates: false,
            },
            facets: None,
            duplicates: false,
            originals: false,
        })?;
        let ids = listing.entries.into_iter().map(|entry| entry.listed.id);
        Ok(ids.collect())
    }

    /// Counts how often phrases occur over time. The first call reads every stored text, which takes seconds on a large index.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`], [`ServerError::UnknownSource`] or [`ServerError::Engine`].
    pub fn timeline(&self, question: &TimelineQuestion) -> Result<Timeline, ServerError> {
        self.check_sources(&question.filters)?;
        let collection = match self.collection.get() {
            Some(known) => known,
            None => {
                let read = read_collection(self.engine.as_ref())?;
                self.collection.get_or_init(|| read)
            }
        };
        let counting = Counting {
            engine: self.engine.as_ref(),
            collection,
            unit: question.unit,
            deadline: Instant::now() + DEADLINE,
        };
        counting.timeline(question)
    }

    /// Every value of `facet`, in the order and with the counts of an answer's facet, which lists the first of them. Empty for
    /// [`Facet::Source`], whose values are all documents.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError> {
        if facet == Facet::Source {
            return Ok(Vec::new());
        }
        let parsed = parse_query(&search.query.q)?;
        self.check_sources(&search.filters)?;
        let mut plan = self.plan(parsed.root.as_ref(), &search.query)?;
        let mut search = search.clone();
        self.limit_to_day(&mut search.filters, &mut plan)?;
        let strategy = self.strategy(&plan, &search);
        let listing = strategy.list(Wanted {
            top: Top::NONE,
            facets: Some(0),
            duplicates: false,
            originals: true,
        })?;
        let counts = &listing.facets.counts[facet.index()];
        let mut values = facet_values(facet, counts, &search.filters);
        sort_values(facet, &mut values);
        Ok(values)
    }

    /// Ids of at most `limit` documents for a query, best first: the list that the page gives, on all its pages. What `polidex
    /// eval` judges.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn rank(&self, q: &str, limit: usize) -> Result<Vec<String>, ServerError> {
        let search = Search::from(Query::about(q));
        let parsed = parse_query(q)?;
        let plan = self.plan(parsed.root.as_ref(), &search.query)?;
        let deadline = Instant::now() + TIME_TO_RANK;
        let plan = self.widened(plan, &search, Sort::Relevance, deadline)?;
        let strategy = Strategy {
            deadline,
            ..self.strategy(&plan, &search)
        };
        let listing = strategy.list(Wanted {
            top: Top {
                sort: list_order(parsed.root.as_ref(), Sort::Relevance),
                keep: limit,
                group_duplicates: true,
            },
            facets: None,
            duplicates: true,
            originals: true,
        })?;
        let ids = listing.entries.into_iter().map(|entry| entry.listed.id);
        Ok(ids.collect())
    }

    /// Ids of at most `limit` documents for a question in plain text, best first: no operators, no limits, no other forms,
    /// every document that matches anything. The ranking alone, without the lists of [`Searcher::rank`].
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn rank_bare(&self, text: &str, limit: usize) -> Result<Vec<String>, ServerError> {
        // What is judged is the ranking of what was asked, not of what stands for it.
        let words = Clause::Words(text.to_owned());
        let lists = plan_query(Some(&words), self.engine.as_ref(), Expansions::none())?.lists;
        let ranked = self.engine.list(&ListRequest {
            nodes: &[lists.evidence.as_ref().unwrap_or(&lists.strict)],
            last_if_fewer: None,
            filters: &Filters::default(),
            top: Top {
                sort: Sort::Relevance,
                keep: limit,
                group_duplicates: true,
            },
            facets: None,
            duplicates: false,
            deadline: Instant::now() + TIME_TO_RANK,
        })?;
        let hits = ranked.into_iter().flat_map(|list| list.hits);
        Ok(hits.map(|hit| hit.id).collect())
    }

    /// At most `limit` ways to go on from what is typed. Total over any text. Waits for [`Searcher::read_suggestions`].
    pub fn suggest(&self, typed: &str, limit: usize) -> Suggestions {
        self.read_suggestions();
        self.suggest_at_once(typed, limit, None)
    }

    /// Like [`Searcher::suggest`], but returns at once: nothing as long as the suggestions have not been read. Chinese is in
    /// `script` where what is typed does not tell.
    pub fn suggest_at_once(
        &self,
        typed: &str,
        limit: usize,
        script: Option<Language>,
    ) -> Suggestions {
        let suggester = self.suggester.get();
        let suggestions = suggester.map_or_else(Vec::new, |suggester| {
            suggester.suggest(typed, limit, script)
        });
        Suggestions {
            q: typed.to_owned(),
            suggestions,
            index: self.index_info(),
        }
    }

    /// Reads what can be suggested, once: from the file made with the index, else from all documents, which takes seconds on a
    /// large one.
    pub fn read_suggestions(&self) {
        self.suggester.get_or_init(|| {
            let stored = self.engine.suggestions();
            let stored = stored.and_then(|bytes| Suggester::from_bytes(&bytes, &GLOSSARY));
            stored.unwrap_or_else(|| self.make_suggester())
        });
    }

    /// Makes the file of suggestions of a generation of the index at `dir` that was written a moment ago.
    ///
    /// # Errors
    /// As [`Searcher::open_generation`].
    pub fn make_suggestions(dir: &Path, generation: &str) -> Result<Vec<u8>, ServerError> {
        let searcher = TantivyEngine::open_written(dir, generation).map(Self::over)?;
        Ok(searcher.suggestions_file())
    }

    /// As [`Searcher::make_suggestions`], of the index that is open.
    pub fn suggestions_file(&self) -> Vec<u8> {
        self.make_suggester().to_bytes(&GLOSSARY)
    }

    fn make_suggester(&self) -> Suggester {
        Suggester::read(&EngineCollection(self.engine.as_ref()), &GLOSSARY)
    }

    fn plan(&self, root: Option<&Clause>, query: &Query) -> Result<Plan, ServerError> {
        let expansions = Expansions {
            expander: self.expander.as_deref().unwrap_or_else(|| Expander::own()),
            expand: query.expand,
            without: &query.without,
        };
        let mut plan = plan_query(root, self.engine.as_ref(), expansions)?;
        if let Some(either) = plan.lists.either.take()
            && self
                .engine
                .count(&plan.lists.strict, &Filters::default(), None)?
                == 0
        {
            plan.lists.strict = either;
        }
        Ok(plan)
    }

    /// The plan with what the first documents tell of an English sentence, by `deadline`.
    fn widened(
        &self,
        plan: Plan,
        search: &Search,
        sort: Sort,
        deadline: Instant,
    ) -> Result<Plan, ServerError> {
        if sort != Sort::Relevance {
            return Ok(plan);
        }
        let told = with_feedback(&Strategy {
            deadline,
            ..self.strategy(&plan, search)
        })?;
        Ok(told.unwrap_or(plan))
    }

    fn strategy<'a>(&'a self, plan: &'a Plan, search: &'a Search) -> Strategy<'a> {
        Strategy {
            engine: self.engine.as_ref(),
            plan,
            search,
            deadline: Instant::now() + DEADLINE,
        }
    }

    fn check_sources(&self, filters: &Filters) -> Result<(), ServerError> {
        let is_known = |id: &&String| self.engine.doc_freq(Field::Id, id) > 0;
        match filters.source.iter().find(|id| !is_known(id)) {
            Some(id) => Err(ServerError::UnknownSource { id: id.clone() }),
            None => Ok(()),
        }
    }
}

/// Order of a list; without a query nothing is more relevant than another, so the newest come first.
fn list_order(root: Option<&Clause>, sort: Sort) -> Sort {
    match (root, sort) {
        (None, Sort::Relevance) => Sort::Newest,
        _ => sort,
    }
}

fn links(documents: Vec<Labelled>, query: &Query) -> Vec<DocumentLink> {
    let link = |document: Labelled| DocumentLink {
        url: document_address(&document.id, query),
        id: document.id,
        title: document.title,
        lang: document.lang,
    };
    documents.into_iter().map(link).collect()
}
