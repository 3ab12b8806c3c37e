//! Answers questions from one index, read-only. No HTTP in here: a library, the command line and the server use it alike.
//!
//! question → parse → plan → collect → fetch the page's documents → passages and snippets. Everything shown or marked comes
//! from the stored text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use polidex_analysis::fields::{Fields, fingerprint, schema};
use polidex_analysis::language::Language;
use polidex_analysis::latin::stem;
use polidex_analysis::manifest::{CURRENT, GENERATIONS, MANIFEST, Manifest, parse_current};
use polidex_analysis::record::{DocumentRecord, PassageRecord, Role};
use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::{
    AllQuery, Bm25StatisticsProvider, BooleanQuery, EnableScoring, FuzzyTermQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, Searcher, Term};

use crate::answer::{
    Absent, Answer, Correction, Document, DocumentLink, DocumentPassage, DocumentSummary, Facet, FacetValue, Hit,
    IndexInfo, Lines, MatchedBy, PageInfo, PageLinks, PassageHit, QueryEcho, Repair, Suggestions, TermCount, Total,
    Warning,
};
use crate::collect::{CollectAll, Collected, FACET_FIELDS, MAX_FACET_VALUES};
use crate::correct::{Lexicon, candidates};
use crate::counterparts::Counterparts;
use crate::error::ServerError;
use crate::expand::expander::Expander;
use crate::expand::tables::GLOSSARY;
use crate::explain::{Scored, explain_lack, explain_score};
use crate::groups::Groups;
use crate::highlight::{Mark, Matcher};
use crate::labels::Labels;
use crate::long::parts_to_unpack;
use crate::place::{place_of, places_of};
use crate::plan::{Part, Plan, Vocabulary, Widening, excluded, plan_query};
use crate::query::{Clause, parse_query};
use crate::question::{Expand, MAX_PER_PAGE, Matching, Question, Sort};
use crate::snippet::{SNIPPET_COLUMNS, cut_snippet, mark_text};
use crate::statistics::TokenCounts;
use crate::stored::{Stored, StoredValues, Text};
use crate::suggest::{Collection, Suggester, romanized_terms};

/// Time after which a search answers with what it has.
const DEADLINE: Duration = Duration::from_secs(2);
/// Blocks of the document store kept decompressed, a few hundred kilobytes in all.
const STORE_CACHE_BLOCKS: usize = 50;
/// A query that finds no more documents than this may be misspelt.
const LITTLE: u64 = 2;
/// Most corrections offered.
const MAX_CORRECTIONS: usize = 3;
/// Most words looked at for one that is misspelt.
const MAX_WORDS_NEAR: usize = 2_000;
/// Most duplicates listed under one hit.
const MAX_DUPLICATES: usize = 100;

/// An open index that answers questions. Cheap to share behind an `Arc`; every method takes `&self` and may be called
/// from many threads at once.
pub struct Engine {
    reader: IndexReader,
    /// The user's tables; the program's own when absent, prepared when they are first needed.
    expander: Option<Arc<Expander>>,
    fields: Fields,
    manifest: Manifest,
    groups: Groups,
    suggester: OnceLock<Suggester>,
    tokens: TokenCounts,
    /// Every document without its text: read once, when first asked for.
    summaries: OnceLock<Arc<[DocumentSummary]>>,
    labels: OnceLock<Labels>,
}

impl Engine {
    /// Opens the current generation of the index at `dir` read-only.
    ///
    /// # Errors
    /// [`ServerError::NoIndex`], [`ServerError::AnalyzerDiffers`] or [`ServerError::Unreadable`], each naming what to run.
    pub fn open(dir: &Path) -> Result<Self, ServerError> {
        let current = || current_generation(dir).ok_or_else(|| ServerError::NoIndex { path: dir.to_owned() });
        let generation = current()?;
        let opened = Self::open_generation(dir, &generation);
        // Between two looks a writer may have put two more in place and removed this one.
        if opened.is_err() && current()? != generation { Self::open_generation(dir, &current()?) } else { opened }
    }

    /// Opens one generation of the index at `dir`, current or not.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open_generation(dir: &Path, generation: &str) -> Result<Self, ServerError> {
        let unreadable = |reason: String| ServerError::Unreadable { path: dir.to_owned(), reason };
        let folder = dir.join(GENERATIONS).join(generation);
        let manifest = fs::read_to_string(folder.join(MANIFEST)).map_err(|error| unreadable(error.to_string()))?;
        let manifest = Manifest::from_text(&manifest).map_err(unreadable)?;
        let expected = fingerprint();
        if manifest.analyzer != expected {
            return Err(ServerError::AnalyzerDiffers { path: dir.to_owned(), found: manifest.analyzer, expected });
        }
        let index = Index::open_in_dir(&folder).map_err(|error| unreadable(error.to_string()))?;
        let (expected_schema, fields) = schema();
        if index.schema() != expected_schema {
            return Err(unreadable("its fields are not this program's".to_owned()));
        }
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(STORE_CACHE_BLOCKS);
        let reader: IndexReader =
            reader.try_into().map_err(|error: tantivy::TantivyError| unreadable(error.to_string()))?;
        let groups =
            Groups::read(reader.searcher().segment_readers()).map_err(|error| unreadable(error.to_string()))?;
        let tokens =
            TokenCounts::read(reader.searcher().segment_readers()).map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            reader,
            fields,
            manifest,
            groups,
            tokens,
            suggester: OnceLock::new(),
            summaries: OnceLock::new(),
            expander: None,
            labels: OnceLock::new(),
        })
    }

    /// The same engine with other tables of words that stand for each other.
    pub fn with_expander(self, expander: Arc<Expander>) -> Self {
        Self { expander: Some(expander), ..self }
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
        let labels = self.labels.get_or_init(|| Labels::read(searcher.segment_readers()));
        Snapshot { searcher, fields: &self.fields, labels, tokens: &self.tokens }
    }

    /// Answers one search. Total over any query text.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`], [`ServerError::UnknownSource`] or [`ServerError::Engine`].
    pub fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        let started = Instant::now();
        let deadline = started + DEADLINE;
        let parsed = parse_query(&question.q)?;
        let snapshot = self.snapshot();
        snapshot.check_sources(&question.source)?;
        let plan = plan_query(parsed.root.as_ref(), &self.fields, &snapshot, self.widening(question))?;
        let mut question = question.clone();
        if parsed.root.is_none() && question.sort == Sort::Relevance {
            question.sort = Sort::Newest;
        }
        let mut warnings = parsed.warnings.clone();
        let Listing { literal: collected, matching, translated } =
            snapshot.list(&plan, &question, Some(&self.groups), deadline, &mut warnings)?;
        let needs_counts = collected.count == 0 || (matching == MatchedBy::Any && question.matching == Matching::All);
        let terms = if needs_counts { snapshot.count_parts(&plan.parts)? } else { Vec::new() };
        let finds_little = matching == MatchedBy::Any || collected.count <= LITTLE;
        let corrections = match &parsed.root {
            Some(root) if finds_little && question.page == 1 && question.matching == Matching::All => {
                let found = if matching == MatchedBy::Any { 0 } else { collected.count };
                self.corrections(&snapshot, root, &question, found, deadline)?
            }
            _ => Vec::new(),
        };
        let skip = (question.page.max(1) - 1) * question.per_page;
        let listed_total = entries(&collected, &question) + entries(&translated, &question);
        let mut hits = Vec::new();
        let counterparts = Counterparts::open(snapshot.searcher.segment_readers(), &self.fields)?;
        let mut is_unmarked = false;
        let literal = collected.best.iter().map(|best| (best, false));
        let listed = literal.chain(translated.best.iter().map(|best| (best, true)));
        for (best, by_translation) in listed.skip(skip).take(question.per_page) {
            let stored = snapshot.fetch(best.address)?;
            let score = if question.sort == Sort::Relevance { best.score } else { 0.0 };
            let text = stored.text()?;
            let marks = if Instant::now() < deadline {
                snapshot.marks(best.address, &text, &plan)?
            } else {
                is_unmarked = true;
                Vec::new()
            };
            let mut hit = hit(&stored.record, &text, &plan, &question, score, &marks)?;
            hit.by_translation = by_translation;
            let grouped = if by_translation { &translated.grouped } else { &collected.grouped };
            let duplicates = best.group.and_then(|group| grouped.get(&group)).map_or(&[][..], Vec::as_slice);
            hit.duplicate_count = duplicates.len().saturating_sub(1);
            if question.explain && Instant::now() < deadline {
                hit.explanation = snapshot.explain(best.address, &plan, &question, matching, by_translation);
            }
            hit.duplicates = snapshot.links(duplicates, &hit.id, &question)?;
            hit.counterparts = counterparts.of(best.address, |id| document_url(id, &question))?;
            hits.push(hit);
        }
        if is_unmarked {
            warnings.push(Warning {
                code: "deadline",
                message: "the search took too long; not every document shows its passages or explanation".to_owned(),
            });
        }
        let absent =
            if question.explain { snapshot.absent(&plan, &question, matching, &hits, deadline)? } else { Vec::new() };
        Ok(Answer {
            query: QueryEcho {
                q: question.q.clone(),
                parsed: parsed.canonical(),
                warnings,
                matching,
                terms,
                expansions: plan.expansions,
            },
            total: Total { value: collected.count, relation: "eq" },
            expanded_total: translated.count,
            corrections,
            absent,
            page: PageInfo { number: question.page, per_page: question.per_page, listed: listed_total },
            hits,
            facets: snapshot.facets(&collected, &question)?,
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
        question: &Question,
        found: u64,
        deadline: Instant,
    ) -> Result<Vec<Correction>, ServerError> {
        let mut corrections = Vec::new();
        for candidate in candidates(root, &EngineLexicon { snapshot, suggester: self.suggester.get() }) {
            if corrections.len() == MAX_CORRECTIONS || Instant::now() >= deadline {
                break;
            }
            let parsed = parse_query(&candidate.q)?;
            let plan = plan_query(parsed.root.as_ref(), snapshot.fields, snapshot, self.widening(question))?;
            let question = Question { q: candidate.q.clone(), per_page: 1, ..question.clone() };
            let Listing { literal: collected, matching, .. } =
                snapshot.list(&plan, &question, None, deadline, &mut Vec::new())?;
            let is_better = collected.count > found || candidate.is_whole_again && collected.count > 0;
            if matching == MatchedBy::All && is_better {
                corrections.push(Correction { q: candidate.q, documents: collected.count });
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
        let suggestions = self.suggester.get().map_or_else(Vec::new, |suggester| suggester.suggest(typed, limit));
        Suggestions { q: typed.to_owned(), suggestions, index: self.index_info() }
    }

    /// Reads from the index what can be suggested, once; takes seconds on a large one.
    pub fn read_suggestions(&self) {
        let snapshot = self.snapshot();
        self.suggester.get_or_init(|| Suggester::read(&snapshot, &GLOSSARY));
    }

    /// Ids of at most `limit` documents for a question in plain text, best first: no operators, no limits, every document
    /// that matches anything. What `polidex eval` judges.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn rank(&self, text: &str, limit: usize) -> Result<Vec<String>, ServerError> {
        let snapshot = self.snapshot();
        // What is judged is the ranking of what was asked, not of what stands for it.
        let widening = Widening::none();
        let plan = plan_query(Some(&Clause::Words(text.to_owned())), &self.fields, &snapshot, widening)?;
        let query = plan.evidence.as_ref().unwrap_or(&plan.query);
        let question = Question { per_page: limit, matching: Matching::Any, ..Question::default() };
        // Judged runs are to be the same on every machine: no deadline cuts them short.
        let deadline = Instant::now() + Duration::from_secs(3_600);
        let collect = CollectAll { question: &question, keep: limit, deadline, groups: None, labels: snapshot.labels };
        let collected = snapshot.searcher.search_with_statistics_provider(query.as_ref(), &collect, &snapshot)?;
        Ok(collected.best.into_iter().map(|best| best.id).collect())
    }

    /// The whole document `id` with everything marked that the question's query finds (nothing when it is empty), by the
    /// expansions it allows; its other parts make no difference. `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::LimitPassed`] or [`ServerError::Engine`].
    pub fn document(&self, id: &str, asked: &Question) -> Result<Option<Document>, ServerError> {
        let parsed = parse_query(&asked.q)?;
        let snapshot = self.snapshot();
        let plan = plan_query(parsed.root.as_ref(), &self.fields, &snapshot, self.widening(asked))?;
        let Some(address) = snapshot.find(id)? else { return Ok(None) };
        let mut document = whole_document(&snapshot.fetch(address)?, &plan.body)?;
        document.counterparts = Counterparts::open(snapshot.searcher.segment_readers(), &self.fields)?
            .of(address, |id| document_url(id, asked))?;
        Ok(Some(document))
    }

    fn widening<'a>(&'a self, question: &'a Question) -> Widening<'a> {
        let expander = self.expander.as_deref().unwrap_or_else(|| Expander::own());
        Widening { expander, expand: question.expand, without: &question.without }
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

    /// Ids of all documents that answer `question`, best first, whatever documents, page and passages it is limited to.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn ids(&self, question: &Question) -> Result<Vec<String>, ServerError> {
        let parsed = parse_query(&question.q)?;
        let snapshot = self.snapshot();
        let plan = plan_query(parsed.root.as_ref(), &self.fields, &snapshot, self.widening(question))?;
        let is_list = parsed.root.is_none() && question.sort == Sort::Relevance;
        let question = Question {
            source: Vec::new(),
            page: 1,
            per_page: self.manifest.documents as usize,
            sort: if is_list { Sort::Newest } else { question.sort },
            group_duplicates: false,
            ..question.clone()
        };
        // As the facets, which count literal hits.
        let listing = snapshot.list(&plan, &question, None, Instant::now() + DEADLINE, &mut Vec::new())?;
        Ok(listing.literal.best.into_iter().map(|best| best.id).collect())
    }
}

fn current_generation(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join(CURRENT)).ok()?;
    parse_current(&text).map(str::to_owned)
}

/// The index as it is for the length of one question.
struct Snapshot<'a> {
    searcher: Searcher,
    fields: &'a Fields,
    labels: &'a Labels,
    tokens: &'a TokenCounts,
}

impl Bm25StatisticsProvider for Snapshot<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Ok(self.tokens.of(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}

/// What one question lists: literal hits, then those found by translation alone.
struct Listing {
    literal: Collected,
    matching: MatchedBy,
    translated: Collected,
}

/// What lists the literal hits.
fn listing_query(plan: &Plan, matching: MatchedBy) -> &dyn Query {
    match (&plan.relaxed, matching) {
        (Some(relaxed), MatchedBy::Any) => relaxed.as_ref(),
        _ => plan.query.as_ref(),
    }
}

/// What lists the hits by translation.
fn wanted_translation<'a>(plan: &'a Plan, question: &Question) -> Option<&'a dyn Query> {
    let is_any = question.matching == Matching::Any;
    if is_any { plan.translated_any.as_deref() } else { plan.translated.as_deref() }
}

/// Entries on the list: documents, those that are listed under another left out.
fn entries(collected: &Collected, question: &Question) -> u64 {
    collected.count - if question.group_duplicates { collected.hidden() } else { 0 }
}

impl Vocabulary for Snapshot<'_> {
    fn doc_freq(&self, term: &Term) -> u64 {
        // A term that cannot be read weighs as one that is not there; the search itself reports the failure.
        self.searcher.doc_freq(term).unwrap_or(0)
    }

    fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        for reader in self.searcher.segment_readers() {
            let Ok(inverted) = reader.inverted_index(field) else { continue };
            let Ok(mut stream) = inverted.terms().range().ge(prefix.as_bytes()).into_stream() else { continue };
            while stream.advance() && stream.key().starts_with(prefix.as_bytes()) && terms.len() < limit {
                terms.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        terms.sort();
        terms.dedup();
        terms
    }

    fn publishers(&self) -> Vec<String> {
        self.terms_with_prefix(self.fields.publisher, "", usize::MAX)
    }
}

/// The index's own words, and the suggestions if they are read: no search waits for them.
struct EngineLexicon<'a> {
    snapshot: &'a Snapshot<'a>,
    suggester: Option<&'a Suggester>,
}

impl Lexicon for EngineLexicon<'_> {
    fn documents_with(&self, gram: &str) -> u64 {
        Vocabulary::doc_freq(self.snapshot, &Term::from_field_text(self.snapshot.fields.grams, gram))
    }

    fn documents_with_form_of(&self, word: &str) -> u64 {
        let fields = self.snapshot.fields;
        let stem = stem(word);
        let of = |field: Field| Vocabulary::doc_freq(self.snapshot, &Term::from_field_text(field, &stem));
        of(fields.words).max(of(fields.title_words))
    }

    fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)> {
        let field = self.snapshot.fields.grams;
        let query = FuzzyTermQuery::new(Term::from_field_text(field, word), edits, true);
        let mut near: HashMap<String, u64> = HashMap::new();
        for reader in self.snapshot.searcher.segment_readers() {
            let (Ok(automaton), Ok(inverted)) = (query.automaton(), reader.inverted_index(field)) else { continue };
            let Ok(mut stream) = inverted.terms().search(automaton).into_stream() else { continue };
            while stream.advance() && near.len() < MAX_WORDS_NEAR {
                let term = String::from_utf8_lossy(stream.key()).into_owned();
                *near.entry(term).or_default() += u64::from(stream.value().doc_freq);
            }
        }
        near.into_iter().collect()
    }

    fn documents_with_phrase(&self, phrase: &str) -> u64 {
        self.snapshot.phrase_documents(phrase)
    }

    fn as_written(&self, phrase: &str, script: Option<Language>) -> Option<String> {
        let clause = Clause::Phrase(phrase.to_owned(), 0);
        let plan = plan_query(Some(&clause), self.snapshot.fields, self.snapshot, Widening::none()).ok()?;
        let lang = script.map(|script| vec![script.tag().to_owned()]).unwrap_or_default();
        let question = Question { lang, per_page: 1, ..Question::default() };
        let deadline = Instant::now() + Duration::from_millis(100);
        let listing = self.snapshot.list(&plan, &question, None, deadline, &mut Vec::new()).ok()?;
        let stored = self.snapshot.fetch(listing.literal.best.first()?.address).ok()?;
        let text = stored.text().ok()?;
        let whole = text.whole().ok()?;
        let mark = plan.body.marks(&whole).into_iter().next()?;
        whole.get(mark.range).map(str::to_owned)
    }

    fn romanized(&self, letters: &str) -> Vec<String> {
        match self.suggester {
            Some(suggester) => suggester.romanized(letters, 3),
            None => romanized_terms(letters, &GLOSSARY, self.snapshot),
        }
    }
}

impl Collection for Snapshot<'_> {
    fn documents(&self) -> usize {
        self.searcher.num_docs() as usize
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool) {
        let segments = self.searcher.segment_readers().iter().enumerate();
        let addresses = segments
            .flat_map(|(segment, reader)| reader.doc_ids_alive().map(move |doc| DocAddress::new(segment as u32, doc)));
        for address in addresses.step_by(step) {
            // A document that cannot be read is reported by the search that finds it.
            let Ok(stored) = self.fetch(address) else { continue };
            let Ok(text) = stored.text() else { continue };
            if text.whole().is_ok_and(|text| !visit(&stored.record, &text)) {
                return;
            }
        }
    }

    fn phrase_documents(&self, phrase: &str) -> u64 {
        let phrase = Clause::Phrase(phrase.to_owned(), 0);
        let count = plan_query(Some(&phrase), self.fields, self, Widening::none())
            .map(|plan| self.searcher.search(&plan.query, &Count));
        count.ok().and_then(Result::ok).unwrap_or(0) as u64
    }

    fn language_documents(&self, language: Language) -> u64 {
        Vocabulary::doc_freq(self, &Term::from_field_text(self.fields.lang, language.tag()))
    }
}

/// One document of a snapshot.
struct SeenDocument<'a> {
    snapshot: &'a Snapshot<'a>,
    address: DocAddress,
}

impl Scored for SeenDocument<'_> {
    fn score(&self, query: &dyn Query) -> Option<f32> {
        // As the search itself weighs it.
        let searcher = &self.snapshot.searcher;
        let weight = query.weight(EnableScoring::enabled_from_statistics_provider(self.snapshot, searcher)).ok()?;
        let mut scorer = weight.scorer(searcher.segment_reader(self.address.segment_ord), 1.0).ok()?;
        let doc = self.address.doc_id;
        let at = if scorer.doc() < doc { scorer.seek(doc) } else { scorer.doc() };
        (at == doc).then(|| scorer.score())
    }
}

impl Snapshot<'_> {
    /// Why a hit has its score, and what of the query it lacks.
    fn explain(
        &self,
        address: DocAddress,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        by_translation: bool,
    ) -> Vec<String> {
        let document = SeenDocument { snapshot: self, address };
        let query =
            if by_translation { wanted_translation(plan, question) } else { Some(listing_query(plan, matching)) };
        let mut sentences = Vec::new();
        if let Some(query) = query.filter(|_| question.sort == Sort::Relevance) {
            sentences = explain_score(query, &question.q, &plan.expansions, self.fields, self, &document);
        }
        sentences.extend(explain_lack(&plan.parts, &plan.expansions, self.fields, &document));
        sentences
    }

    /// The sources asked for that are not among `hits`, and why; at most a page of them, and none past the deadline.
    fn absent(
        &self,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        hits: &[Hit],
        deadline: Instant,
    ) -> Result<Vec<Absent>, ServerError> {
        let mut absent: Vec<Absent> = Vec::new();
        for id in &question.source {
            let is_known = hits.iter().any(|hit| hit.id == *id) || absent.iter().any(|absent| absent.id == *id);
            if is_known || absent.len() == MAX_PER_PAGE || Instant::now() >= deadline {
                continue;
            }
            let Some(address) = self.find(id)? else { continue };
            let listed_under = hits.iter().find(|hit| hit.duplicates.iter().any(|link| link.id == *id));
            let explanation = match listed_under {
                Some(hit) => vec![format!("it is listed under {}, which has the same text", hit.id)],
                None => self.why_absent(id, address, plan, question, matching, deadline)?,
            };
            absent.push(Absent { id: id.clone(), title: self.value("title", address)?, explanation });
        }
        Ok(absent)
    }

    fn why_absent(
        &self,
        id: &str,
        address: DocAddress,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        deadline: Instant,
    ) -> Result<Vec<String>, ServerError> {
        let document = SeenDocument { snapshot: self, address };
        let translation = wanted_translation(plan, question);
        let mut listing = std::iter::once(listing_query(plan, matching)).chain(translation);
        if listing.any(|query| document.score(query).is_some()) {
            let alone = Question { source: vec![id.to_owned()], page: 1, per_page: 1, ..question.clone() };
            let found = self.list(plan, &alone, None, deadline, &mut Vec::new())?;
            let reason = match found.literal.count + found.translated.count {
                0 => "it holds what is asked, but a filter leaves it out",
                _ => "it holds what is asked and stands on another page",
            };
            return Ok(vec![reason.to_owned()]);
        }
        let mut explanation = explain_lack(&plan.parts, &plan.expansions, self.fields, &document);
        if explanation.is_empty() {
            explanation
                .push("it holds every word, but also what is excluded, or not as the query combines them".to_owned());
        }
        Ok(explanation)
    }

    fn check_sources(&self, sources: &[String]) -> Result<(), ServerError> {
        let is_known = |id: &&String| Vocabulary::doc_freq(self, &Term::from_field_text(self.fields.id, id)) > 0;
        match sources.iter().find(|id| !is_known(id)) {
            Some(id) => Err(ServerError::UnknownSource { id: id.clone() }),
            None => Ok(()),
        }
    }

    /// Runs the plan. Documents that hold all the words come first, then those that hold them in translation; when there
    /// are none, those that hold some of them, unless the translation of the query is better met.
    fn list(
        &self,
        plan: &Plan,
        question: &Question,
        groups: Option<&Groups>,
        deadline: Instant,
        warnings: &mut Vec<Warning>,
    ) -> Result<Listing, ServerError> {
        let keep = question.page.max(1) * question.per_page;
        let run = |query: &dyn Query, keep| {
            let collector = CollectAll { question, keep, deadline, groups, labels: self.labels };
            self.searcher.search_with_statistics_provider(query, &collector, self)
        };
        let is_any = question.matching == Matching::Any;
        let mut asked = plan.query.as_ref();
        let mut matching = MatchedBy::All;
        if let Some(relaxed) = plan.relaxed.as_deref().filter(|_| is_any || plan.is_sentence) {
            (asked, matching) = (relaxed, MatchedBy::Any);
        }
        let mut literal = run(asked, keep)?;
        if literal.count == 0
            && matching == MatchedBy::All
            && let Some(relaxed) = plan.relaxed.as_deref()
            && !self.is_better_translated(plan, question, deadline)?
        {
            let partial = run(relaxed, keep)?;
            if partial.count > 0 {
                (literal, asked, matching) = (partial, relaxed, MatchedBy::Any);
                warnings.push(Warning {
                    code: "no-document-has-all-words",
                    message: "no document has all the words; these have some of them".to_owned(),
                });
            }
        }
        let mut translated = Collected::default();
        if let Some(wanted) = wanted_translation(plan, question) {
            let clauses = vec![(Occur::Must, wanted.box_clone()), excluded(asked.box_clone())];
            translated = run(&BooleanQuery::new(clauses), keep.saturating_sub(entries(&literal, question) as usize))?;
        }
        if literal.is_partial || translated.is_partial {
            warnings.push(Warning {
                code: "deadline",
                message: "the search took too long and was cut short; counts are of what was seen".to_owned(),
            });
        }
        Ok(Listing { literal, matching, translated })
    }

    /// Whether some document holds more of the query in translation than any holds as typed.
    fn is_better_translated(&self, plan: &Plan, question: &Question, deadline: Instant) -> Result<bool, ServerError> {
        if plan.translated.is_none() {
            return Ok(false);
        }
        if plan.literal_words.is_empty() {
            // Not a plain run of words: what was wanted of it is found in translation, or nothing is.
            return Ok(true);
        }
        let literal = self.most_words(&plan.literal_words, question, deadline)?;
        Ok(self.most_words(&plan.translated_words, question, deadline)? > literal)
    }

    /// The most of `words` that any one document holds, filters applied.
    fn most_words(
        &self,
        words: &[Box<dyn Query>],
        question: &Question,
        deadline: Instant,
    ) -> Result<usize, ServerError> {
        let (mut least, mut most) = (0, words.len());
        while least < most {
            let middle = (least + most).div_ceil(2);
            let words = words.iter().map(|query| query.box_clone()).collect();
            let query = BooleanQuery::union_with_minimum_required_clauses(words, middle);
            let collect = CollectAll { question, keep: 0, deadline, groups: None, labels: self.labels };
            if self.searcher.search(&query, &collect)?.count > 0 {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        Ok(least)
    }

    fn count_parts(&self, parts: &[Part]) -> Result<Vec<TermCount>, ServerError> {
        let mut counts: Vec<TermCount> = Vec::new();
        for part in parts {
            if counts.iter().all(|count| count.term != part.label) {
                let documents = self.searcher.search(part.query.as_ref(), &Count)? as u64;
                counts.push(TermCount { term: part.label.clone(), documents });
            }
        }
        Ok(counts)
    }

    /// Links to the documents at `addresses` but `listed_under`, by id, at most [`MAX_DUPLICATES`].
    fn links(
        &self,
        addresses: &[DocAddress],
        listed_under: &str,
        asked: &Question,
    ) -> Result<Vec<DocumentLink>, ServerError> {
        let mut found = Vec::with_capacity(addresses.len());
        for address in addresses {
            let id = self.value("id", *address)?;
            if id != listed_under {
                found.push((id, *address));
            }
        }
        found.sort_unstable();
        found.truncate(MAX_DUPLICATES);
        let link = |(id, address): (String, DocAddress)| {
            let (title, lang) = (self.value("title", address)?, self.value("lang", address)?);
            Ok(DocumentLink { url: document_url(&id, asked), id, title, lang })
        };
        found.into_iter().map(link).collect()
    }

    /// The first value of a columnar text field, or nothing.
    fn value(&self, field: &str, address: DocAddress) -> Result<String, ServerError> {
        let mut value = String::new();
        let column = self.searcher.segment_reader(address.segment_ord).fast_fields().str(field)?;
        if let Some(column) = column
            && let Some(ord) = column.ords().first(address.doc_id)
        {
            column.ord_to_str(ord, &mut value).map_err(tantivy::TantivyError::from)?;
        }
        Ok(value)
    }

    fn find(&self, id: &str) -> Result<Option<DocAddress>, ServerError> {
        let query = TermQuery::new(Term::from_field_text(self.fields.id, id), IndexRecordOption::Basic);
        Ok(self.searcher.search(&query, &DocSetCollector)?.into_iter().next())
    }

    fn fetch(&self, address: DocAddress) -> Result<Stored, ServerError> {
        let values: StoredValues = self.searcher.doc(address)?;
        Ok(Stored::of(values, self.fields)?)
    }

    /// What of a document's text the plan marks; in a long one, what stands in the parts that say most.
    fn marks(&self, address: DocAddress, text: &Text<'_>, plan: &Plan) -> Result<Vec<Mark>, ServerError> {
        if !text.is_long() {
            return Ok(plan.body.marks(&text.whole()?));
        }
        let reader = self.searcher.segment_reader(address.segment_ord);
        let patterns = plan.body.patterns().iter().cloned().zip(plan.weights.iter().copied());
        let patterns: Vec<_> = patterns.collect();
        let mut marks = Vec::new();
        for run in parts_to_unpack(reader, address.doc_id, self.fields.grams, &patterns, text.parts())? {
            let bytes = text.parts()[run.start].bytes.start..text.parts()[run.end - 1].bytes.end;
            let from = bytes.start;
            marks.extend(plan.body.marks(&text.piece(bytes)?).into_iter().map(|mark| mark.moved_by(from)));
        }
        Ok(marks)
    }

    fn facets(&self, collected: &Collected, question: &Question) -> Result<Vec<Facet>, ServerError> {
        let mut facets = vec![self.source_facet(collected, question)?];
        let year = match (question.from, question.to) {
            (Some(from), Some(to)) if from == to => vec![from.to_string()],
            _ => Vec::new(),
        };
        let selected = [&question.publisher, &question.lang, &question.kind, &year];
        for (index, selected) in selected.into_iter().enumerate() {
            let field = FACET_FIELDS[index + 1];
            let mut counts = collected.counts[index + 1].clone();
            // A chosen value stays listed even when nothing is left of it.
            for value in selected.iter().filter(|value| field != "year" || value.len() == 4) {
                counts.entry(value.clone()).or_default();
            }
            let values = counts.into_iter().map(|(value, count)| FacetValue {
                selected: selected.contains(&value),
                label: value.clone(),
                value,
                count,
            });
            facets.push(listed(field, values.collect(), 0));
        }
        Ok(facets)
    }

    fn source_facet(&self, collected: &Collected, question: &Question) -> Result<Facet, ServerError> {
        let mut values: Vec<FacetValue> = collected
            .sources
            .iter()
            .map(|source| FacetValue {
                value: source.id.clone(),
                label: source.title.clone(),
                count: 1,
                selected: question.source.contains(&source.id),
            })
            .collect();
        let beyond = collected.source_count.saturating_sub(values.len() as u64) as usize;
        for id in &question.source {
            if values.iter().any(|value| value.value == *id) {
                continue;
            }
            let Some(address) = self.find(id)? else { continue };
            let label = self.fetch(address)?.record.title;
            values.push(FacetValue { value: id.clone(), label, count: 0, selected: true });
        }
        Ok(listed("source", values, beyond))
    }
}

/// Values in the order people look for them: the chosen, then the most, then by name.
fn listed(field: &'static str, mut values: Vec<FacetValue>, beyond: usize) -> Facet {
    let by_year = field == "year";
    values.sort_by(|one, other| {
        let by_count = if by_year { other.label.cmp(&one.label) } else { other.count.cmp(&one.count) };
        other.selected.cmp(&one.selected).then(by_count).then_with(|| one.label.cmp(&other.label))
    });
    let more = beyond + values.len().saturating_sub(MAX_FACET_VALUES);
    values.truncate(MAX_FACET_VALUES);
    Facet { field, values, more }
}

/// What a URL's path segment and query keep as they are.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The reading page of a document, with the query and what it may be widened by.
fn document_url(id: &str, asked: &Question) -> String {
    let mut url = format!("/documents/{}", utf8_percent_encode(id, KEPT));
    if asked.q.is_empty() {
        return url;
    }
    url.push_str(&format!("?q={}", utf8_percent_encode(&asked.q, KEPT)));
    match asked.expand {
        Expand::All => {}
        Expand::Variants => url.push_str("&expand=variants"),
        Expand::None => url.push_str("&expand=none"),
    }
    for form in &asked.without {
        url.push_str(&format!("&without={}", utf8_percent_encode(form, KEPT)));
    }
    url
}

fn summary(record: &DocumentRecord) -> DocumentSummary {
    DocumentSummary {
        id: record.id.clone(),
        title: record.title.clone(),
        publisher: record.publisher.clone(),
        date: record.date.clone(),
        lang: record.lang.iter().map(|language| language.tag().to_owned()).collect(),
        kind: record.kind.clone(),
        number: record.number.clone(),
        url: document_url(&record.id, &Question::default()),
        original_url: record.original_url.clone(),
        passage_count: record.passages.len(),
    }
}

fn hit(
    record: &DocumentRecord,
    text: &Text<'_>,
    plan: &Plan,
    question: &Question,
    score: f32,
    marks: &[Mark],
) -> Result<Hit, ServerError> {
    let url = document_url(&record.id, question);
    let matching = matching_passages(&record.passages, marks);
    let passage_count = matching.len();
    let best = best_passages(matching, marks, plan, question.passages);
    let title_marks: Vec<_> = plan.title.marks(&record.title).into_iter().map(|mark| mark.range).collect();
    let passages = best.into_iter().map(|found| passage_hit(record, text, plan, &found, marks, &url));
    let passages = passages.collect::<Result<Vec<_>, ServerError>>()?;
    let DocumentSummary { id, title, publisher, date, lang, kind, number, original_url, .. } = summary(record);
    Ok(Hit {
        title_html: mark_text(&title, &title_marks).html,
        id,
        title,
        publisher,
        date,
        lang,
        kind,
        number,
        score,
        by_translation: false,
        counterparts: Vec::new(),
        duplicates: Vec::new(),
        duplicate_count: 0,
        explanation: Vec::new(),
        url,
        original_url,
        passage_count,
        passages,
    })
}

/// A passage that holds something of the query, and which of the document's marks stand in it.
struct FoundPassage {
    index: usize,
    bytes: Range<usize>,
    marks: Range<usize>,
}

impl FoundPassage {
    /// Its marks in bytes of the passage.
    fn marks_within(&self, marks: &[Mark]) -> Vec<Mark> {
        let within = |mark: &Mark| {
            let from = mark.range.start.max(self.bytes.start) - self.bytes.start;
            let to = mark.range.end.min(self.bytes.end) - self.bytes.start;
            Mark { range: from..to, patterns: mark.patterns.clone() }
        };
        marks[self.marks.clone()].iter().map(within).collect()
    }
}

/// Deals marks out to the passages they stand in; a mark across a border counts on both sides.
fn matching_passages(passages: &[PassageRecord], marks: &[Mark]) -> Vec<FoundPassage> {
    let mut found: Vec<FoundPassage> = Vec::new();
    let mut first = 0;
    for (index, passage) in passages.iter().enumerate() {
        let bytes = passage.from_byte as usize..passage.to_byte as usize;
        while marks.get(first).is_some_and(|mark| mark.range.end <= bytes.start) {
            first += 1;
        }
        let inside = marks[first..].iter().take_while(|mark| mark.range.start < bytes.end).count();
        if inside > 0 {
            found.push(FoundPassage { index, bytes, marks: first..first + inside });
        }
    }
    found
}

/// The passages that say most about the query, best first: rare words weigh more, each counts most the first time.
fn best_passages(found: Vec<FoundPassage>, marks: &[Mark], plan: &Plan, keep: usize) -> Vec<FoundPassage> {
    let mut scored: Vec<(f32, FoundPassage)> =
        found.into_iter().map(|passage| (passage_score(&marks[passage.marks.clone()], plan), passage)).collect();
    scored.sort_by(|(one, first), (other, second)| other.total_cmp(one).then(first.index.cmp(&second.index)));
    scored.truncate(keep);
    scored.into_iter().map(|(_, passage)| passage).collect()
}

fn passage_score(marks: &[Mark], plan: &Plan) -> f32 {
    let mut counts = vec![0.0; plan.weights.len()];
    for pattern in marks.iter().flat_map(|mark| &mark.patterns) {
        counts[*pattern] += 1.0;
    }
    let scores = counts.iter().zip(&plan.weights).filter(|(count, _)| **count > 0.0);
    let score: f32 = scores.map(|(count, weight)| weight * (1.0 + count / (count + 2.0))).sum();
    // Words merged into one mark stand together as they were asked for.
    let closeness = marks.iter().map(|mark| mark.patterns.len().saturating_sub(1)).max().unwrap_or(0) as f32;
    score + 0.5 * closeness
}

fn passage_hit(
    record: &DocumentRecord,
    text: &Text<'_>,
    plan: &Plan,
    found: &FoundPassage,
    marks: &[Mark],
    url: &str,
) -> Result<PassageHit, ServerError> {
    let passage = &record.passages[found.index];
    let weight_of = |pattern: usize| plan.weights.get(pattern).copied().unwrap_or_default();
    let passage_text = text.piece(found.bytes.clone())?;
    let snippet = cut_snippet(&passage_text, &found.marks_within(marks), SNIPPET_COLUMNS, weight_of);
    let id = passage_id(found.index);
    let heading =
        heading_of(record, found.index).map(|heading| text.piece(heading).map(Cow::into_owned)).transpose()?;
    Ok(PassageHit {
        url: format!("{url}#{id}"),
        id,
        lines: Lines { first: passage.first_line, last: passage.last_line },
        page: passage.page,
        place: place_of(|label| text.piece(label).ok(), &record.passages, found.index),
        heading,
        lang: passage.lang.tag().to_owned(),
        text: snippet.text,
        html: snippet.html,
        offsets: snippet.offsets,
    })
}

fn passage_id(index: usize) -> String {
    format!("p{}", index + 1)
}

fn passage_text<'a>(text: &'a str, passage: &PassageRecord) -> &'a str {
    text.get(passage.from_byte as usize..passage.to_byte as usize).unwrap_or_default()
}

/// Bytes of the nearest heading before a passage; a heading stands under none.
fn heading_of(record: &DocumentRecord, index: usize) -> Option<Range<usize>> {
    let is_heading = |passage: &&PassageRecord| matches!(passage.role, Role::Heading(_));
    if is_heading(&&record.passages[index]) {
        return None;
    }
    let heading = record.passages[..index].iter().rev().find(is_heading)?;
    Some(heading.from_byte as usize..heading.to_byte as usize)
}

fn whole_document(stored: &Stored, matcher: &Matcher) -> Result<Document, ServerError> {
    let text = stored.text()?;
    let text = text.whole()?;
    let marks = matcher.marks(&text);
    let mut found = matching_passages(&stored.record.passages, &marks).into_iter().peekable();
    let places = places_of(&text, &stored.record.passages);
    let passages = stored.record.passages.iter().zip(places).enumerate().map(|(index, (passage, place))| {
        let found = found.next_if(|found| found.index == index);
        let within = found.map_or_else(Vec::new, |found| found.marks_within(&marks));
        let ranges: Vec<_> = within.into_iter().map(|mark| mark.range).collect();
        let marked = mark_text(passage_text(&text, passage), &ranges);
        let (role, level) = match passage.role {
            Role::Heading(level) => ("heading", level),
            Role::Paragraph => ("paragraph", 0),
            Role::ListItem => ("list-item", 0),
        };
        DocumentPassage {
            id: passage_id(index),
            role,
            level,
            page: passage.page,
            place,
            lines: Lines { first: passage.first_line, last: passage.last_line },
            lang: passage.lang.tag().to_owned(),
            text: marked.text,
            html: marked.html,
            offsets: marked.offsets,
        }
    });
    let repairs = stored.repairs();
    let record = &stored.record;
    Ok(Document {
        passages: passages.collect(),
        summary: summary(record),
        path: record.path.clone(),
        provenance: record.provenance.clone(),
        encoding: record.encoding.clone(),
        counterparts: Vec::new(),
        mark_count: marks.len(),
        repairs: repairs
            .into_iter()
            .map(|repair| Repair {
                kind: repair.kind,
                lines: Lines { first: repair.first_line, last: repair.last_line },
                before: repair.before,
                after: repair.after,
                confidence: repair.confidence,
            })
            .collect(),
        as_published: stored.original(&text),
    })
}
