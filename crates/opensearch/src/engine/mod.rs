//! The engine of an index on a cluster: plans lowered to the query DSL, documents read from the index of texts.

mod cited;
mod counterparts;
mod filters;
mod known;
mod lists;
mod lower;
mod names;
mod occurrences;
mod reader;
mod stored;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use polidex_schema::cited::CITED;
use polidex_schema::coverage::Coverage;
use polidex_schema::manifest::{Manifest, REUSE, SUGGESTIONS};
use polidex_server::answer::IndexInfo;
use polidex_server::engine::names::ids_ending_with;
use polidex_server::engine::{DocRef, Engine, Labelled, List, ListRequest, Stored, info_of};
use polidex_server::error::ServerError;
use polidex_server::query::expand::expander::Expander;
use polidex_server::query::plan::{Field, Node, Vocabulary};
use polidex_server::question::{Facet, Filters, Sort};
use polidex_server::titles::{TitleMatch, TitleQuery};
use serde_json::json;

use self::cited::Cited;
use self::known::{Known, name_of, number_of};
use self::lower::{Lowering, field_name, sent};
use self::names::Names;
use self::reader::Reader;
pub(crate) use self::stored::{STORED_FIELDS, document_name, stored_of};
use crate::address::Address;
use crate::blobs;
use crate::client::Client;
use crate::error::ClusterError;
use crate::generations::{Generation, Generations};
use crate::mapping::version;
use crate::terms::{ANALYZED, TermCounts};

/// Ids of what is kept of a generation among its texts.
pub(crate) const MANIFEST: &str = "manifest";
/// Id of the numbers of documents by term.
pub(crate) const TERMS: &str = "terms";
/// Id of what it holds of its folders.
pub(crate) const COVERAGE: &str = "coverage";

/// Factor of BM25 where the cluster leaves `k1 + 1` out.
const K1_PLUS_1: f32 = 2.2;
/// Maximum number of terms looked at for one that is misspelt.
const MAX_TERMS_NEAR: usize = 2_000;
/// First of the terms of ideographs: a misspelt word is none of them.
const BEYOND_LETTERS: &str = "\u{2E80}";
/// Maximum number of numbers of documents that are remembered; then they are asked for anew.
const MAX_REMEMBERED: usize = 100_000;

/// An index on a cluster, of one generation.
pub struct ClusterEngine {
    reader: Reader,
    manifest: Manifest,
    coverage: Option<(Coverage, SystemTime)>,
    newest_ms: Option<u64>,
    terms: TermCounts,
    names: Names,
    /// Numbers of documents of terms that are not in `terms`, and of phrases.
    counted: Mutex<HashMap<(Counted, &'static str, String), u64>>,
    /// File of the passages that stand in several documents, if there is one.
    reuse: OnceLock<Option<Vec<u8>>>,
}

/// Time at which the newest document was added, in milliseconds since 1970.
fn newest_added(reader: &Reader) -> Result<Option<u64>, ClusterError> {
    let body = json!({"size": 0, "aggs": {"newest": {"max": {"field": "added"}}}});
    let newest = reader.search(body, None)?.aggregation("newest")["value"].as_f64();
    Ok(newest.map(|newest| newest as u64))
}

/// A client of the cluster at `address`.
///
/// # Errors
/// [`ClusterError::Version`] where its version is not supported, and what the cluster says.
pub(crate) fn connect(address: &Address) -> Result<Client, ClusterError> {
    let client = Client::from_environment(&address.hosts)?;
    check_version(&client)?;
    Ok(client)
}

/// Refuses a cluster of a version that is not supported. Returns the major version.
fn check_version(client: &Client) -> Result<u64, ClusterError> {
    let answer = client.get("/")?;
    let told = &answer["version"];
    let distribution = told["distribution"].as_str().unwrap_or("elasticsearch");
    let number = told["number"].as_str().unwrap_or_default();
    let mut parts = number
        .split('.')
        .map(|part| part.parse::<u64>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if distribution == "opensearch" && (major == 3 || major == 2 && minor >= 19) {
        return Ok(major);
    }
    Err(ClusterError::Version {
        found: format!("{distribution} {number}"),
    })
}

/// Version of mapping and analyzers of a generation.
pub(crate) fn version_of(client: &Client, generation: &Generation) -> Result<String, ClusterError> {
    let answer = client.get(&format!("/{}/_mapping", generation.searched))?;
    let meta = &answer[&generation.searched]["mappings"]["_meta"]["polidex"];
    Ok(meta["version"].as_str().unwrap_or("none").to_owned())
}

impl ClusterEngine {
    /// Opens the current generation of the index at `address`.
    ///
    /// # Errors
    /// [`ClusterError`] when there is none, it is of another version, or the cluster cannot be asked.
    pub fn open(address: &Address) -> Result<Self, ClusterError> {
        let client = Client::from_environment(&address.hosts)?;
        let generation = current(&client, &address.name)?;
        Self::open_generation(client, generation, &address.name)
    }

    /// Opens a generation of the index `name`, current or not, whose documents can all be searched.
    ///
    /// # Errors
    /// As [`ClusterEngine::open`].
    pub(crate) fn open_generation(
        client: Client,
        generation: Generation,
        name: &str,
    ) -> Result<Self, ClusterError> {
        let major = check_version(&client)?;
        let (found, expected) = (version_of(&client, &generation)?, version());
        if found != expected {
            return Err(ClusterError::AnalyzerDiffers {
                name: name.to_owned(),
                found,
                expected,
            });
        }
        let bm25 = if major >= 3 { K1_PLUS_1 } else { 1.0 };
        let reader = Reader {
            client,
            generation,
            lowering: Lowering { bm25 },
            known: Known::default(),
            cited: Cited::default(),
        };
        Self::read(reader, name)
    }

    /// Name of the generation that is current at `address` now.
    ///
    /// # Errors
    /// As [`ClusterEngine::open`].
    pub fn generation_at(address: &Address) -> Result<String, ClusterError> {
        let client = Client::from_environment(&address.hosts)?;
        Ok(current(&client, &address.name)?.name)
    }

    fn read(mut reader: Reader, name: &str) -> Result<Self, ClusterError> {
        let ids = [MANIFEST, TERMS, COVERAGE, CITED].map(str::to_owned);
        let mut kept = blobs::read(&reader.client, &reader.generation.texts, &ids)?;
        reader.cited = Cited::read(kept.remove(CITED).as_deref());
        let mut take = |id: &str| {
            kept.remove(id).ok_or_else(|| ClusterError::Incomplete {
                name: name.to_owned(),
                what: format!("it has no {id}"),
            })
        };
        let unreadable = |what: &str| ClusterError::Incomplete {
            name: name.to_owned(),
            what: format!("its {what} cannot be read"),
        };
        let manifest = String::from_utf8_lossy(&take(MANIFEST)?).into_owned();
        let manifest = Manifest::verified(&manifest).map_err(|_| unreadable(MANIFEST))?;
        // One that was restored has the name of the generation that the snapshot was taken of.
        let manifest = Manifest {
            generation: reader.generation.name.clone(),
            ..manifest
        };
        let terms = String::from_utf8_lossy(&take(TERMS)?).into_owned();
        let terms = TermCounts::from_text(&terms).ok_or_else(|| unreadable(TERMS))?;
        let coverage = Coverage::from_bytes(&take(COVERAGE)?);
        let newest_ms = newest_added(&reader)?;
        let made = UNIX_EPOCH + Duration::from_millis(newest_ms.unwrap_or(0));
        Ok(Self {
            reader,
            manifest,
            coverage: coverage.map(|coverage| (coverage, made)),
            newest_ms,
            terms,
            names: Names::default(),
            counted: Mutex::default(),
            reuse: OnceLock::new(),
        })
    }

    /// False where the numbers kept beside the index tell that no document holds a term.
    fn may_hold(&self, field: Field, term: &str) -> bool {
        !ANALYZED.contains(&field_name(field)) || self.doc_freq(field, term) > 0
    }

    /// False where the numbers kept beside the index tell that no document matches: nothing need be asked.
    fn may_match(&self, node: &Node) -> bool {
        match node {
            Node::Nothing => false,
            Node::Term { field, term } => self.may_hold(*field, term),
            Node::Phrase { field, terms, .. } => {
                terms.iter().all(|(_, term)| self.may_hold(*field, term))
            }
            Node::Boolean(boolean) => {
                let possible = boolean.should.iter().filter(|node| self.may_match(node));
                boolean.must.iter().all(|node| self.may_match(node))
                    && possible.count() >= boolean.minimum
            }
            Node::DisMax(nodes) => nodes.iter().any(|node| self.may_match(node)),
            Node::Optional { required, .. } => self.may_match(required),
            Node::Weighted(node, _) | Node::Constant(node, _) => self.may_match(node),
            Node::Everything | Node::Share { .. } => true,
        }
    }

    /// Reads what was made of all documents with the generation. Without it a server makes it for itself.
    fn read_kept(&self, id: &str) -> Option<Vec<u8>> {
        let ids = [id.to_owned()];
        let read = blobs::read(&self.reader.client, &self.reader.generation.texts, &ids);
        read.ok()?.remove(id)
    }

    /// Labels of documents, in the order of their ids.
    fn labels_of(&self, documents: &[DocRef]) -> Result<Vec<Labelled>, ClusterError> {
        let numbers: Vec<u64> = documents.iter().map(|DocRef(number)| *number).collect();
        let described = self.reader.described(&numbers)?;
        let mut labels: Vec<Labelled> = described.iter().map(|one| one.labelled()).collect();
        labels.sort_by(|one, other| one.id.cmp(&other.id));
        labels.dedup();
        Ok(labels)
    }

    /// Stored bytes of documents, by name; nothing for those that are not there.
    fn texts_of(&self, names: &[String]) -> Result<HashMap<String, Arc<[u8]>>, ClusterError> {
        let known = &self.reader.known;
        let mut texts = HashMap::new();
        let mut unknown = Vec::new();
        for name in names {
            match known.text(name) {
                Some(text) => {
                    texts.insert(name.clone(), text);
                }
                None => unknown.push(name.clone()),
            }
        }
        let index = &self.reader.generation.texts;
        for (name, text) in blobs::read(&self.reader.client, index, &unknown)? {
            let text = Arc::from(text);
            known.note_text(&name, &text);
            texts.insert(name, text);
        }
        Ok(texts)
    }

    fn read_stored(
        &self,
        names: &[String],
    ) -> Result<Vec<Result<Stored, ServerError>>, ClusterError> {
        let read = self.texts_of(names)?;
        let damaged = || {
            let message = "a stored document is not readable; run `polidex index --rebuild`";
            ServerError::Engine(message.into())
        };
        let stored = names.iter().map(|name| {
            let bytes = read.get(name);
            bytes.and_then(|bytes| stored_of(bytes)).ok_or_else(damaged)
        });
        Ok(stored.collect())
    }

    /// Number of documents with a term that is not kept beside the index.
    fn counted(&self, field: Field, term: &str) -> u64 {
        let node = Node::term(field, term);
        self.remembered(Counted::Documents, field, term, || self.count_of(&node))
    }

    /// Number of documents that match a node; nothing if it cannot be told now, which the search itself reports.
    fn count_of(&self, node: &Node) -> Option<u64> {
        lists::count(&self.reader, node, &Filters::default(), None).ok()
    }

    /// A number that is asked for once: a generation never changes.
    fn remembered(
        &self,
        what: Counted,
        field: Field,
        terms: &str,
        ask: impl FnOnce() -> Option<u64>,
    ) -> u64 {
        let key = (what, field_name(field), terms.to_owned());
        if let Some(known) = lock(&self.counted).get(&key) {
            return *known;
        }
        let Some(count) = ask() else {
            return 0;
        };
        let mut counted = lock(&self.counted);
        if counted.len() >= MAX_REMEMBERED {
            counted.clear();
        }
        counted.insert(key, count);
        count
    }
}

/// A number that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Counted {
    /// Documents that hold the terms.
    Documents,
    /// One if a document holds them, else none.
    AtLeastOne,
}

/// Terms of a phrase with their places, as one text.
fn phrase_key(terms: &[(usize, String)]) -> String {
    let terms = terms.iter().map(|(place, term)| format!("{place} {term}"));
    terms.collect::<Vec<_>>().join(" ")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The current generation of an index.
pub(crate) fn current(client: &Client, name: &str) -> Result<Generation, ClusterError> {
    let generations = Generations { client, name };
    generations.current()?.ok_or_else(|| ClusterError::NoIndex {
        name: name.to_owned(),
    })
}

impl Vocabulary for ClusterEngine {
    fn doc_freq(&self, field: Field, term: &str) -> u64 {
        if !ANALYZED.contains(&field_name(field)) {
            return self.counted(field, term);
        }
        let counts = self.terms.of(field_name(field));
        counts
            .and_then(|counts| counts.get(&sent(field, term)))
            .copied()
            .unwrap_or(0)
    }

    fn documents(&self) -> u64 {
        self.manifest.documents
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        if ANALYZED.contains(&field_name(field)) {
            let Some(counts) = self.terms.of(field_name(field)) else {
                return Vec::new();
            };
            let from = counts.range(prefix.to_owned()..).map(|(term, _)| term);
            return from
                .take_while(|term| term.starts_with(prefix))
                .take(limit)
                .cloned()
                .collect();
        }
        let mut values = self.names.values(&self.reader, field_name(field));
        values.retain(|value| value.starts_with(prefix));
        values.truncate(limit);
        values
    }

    fn has_phrase(&self, field: Field, terms: &[(usize, String)]) -> bool {
        if !terms.iter().all(|(_, term)| self.may_hold(field, term)) {
            return false;
        }
        let node = match terms {
            [] => return true,
            [(_, term)] => return self.doc_freq(field, term) > 0,
            terms => Node::phrase(field, terms),
        };
        let query = json!({"constant_score": {"filter": self.reader.lowering.lower(&node)}});
        let body =
            json!({"size": 0, "terminate_after": 1, "track_total_hits": true, "query": query});
        let ask = || {
            let found = self.reader.search(body, None).ok()?;
            let is_sure = found.count() > 0 || !found.is_partial();
            is_sure.then(|| u64::from(found.count() > 0))
        };
        self.remembered(Counted::AtLeastOne, field, &phrase_key(terms), ask) > 0
    }

    fn phrase_freq(&self, field: Field, terms: &[(usize, String)]) -> u64 {
        if let [(_, only)] = terms {
            return self.doc_freq(field, only);
        }
        let phrase = Node::phrase(field, terms);
        let ask = || self.count_of(&phrase);
        self.remembered(Counted::Documents, field, &phrase_key(terms), ask)
    }

    fn titles(&self, query: &TitleQuery) -> Vec<TitleMatch> {
        self.names.titles(&self.reader).matches(query)
    }

    fn abbreviations(&self) -> &Expander {
        self.names.abbreviations(&self.reader)
    }

    fn ids_named(&self, text: &str) -> Vec<String> {
        if self.doc_freq(Field::Id, text) > 0 {
            return vec![text.to_owned()];
        }
        let ids = self.names.ids(&self.reader).iter();
        ids_ending_with(text, ids.map(String::as_str))
    }

    fn numbers_with(&self, key: &str) -> Vec<String> {
        self.names.numbers(&self.reader).with(key)
    }
}

impl Engine for ClusterEngine {
    fn info(&self) -> IndexInfo {
        let coverage = self.coverage.as_ref().map(|(of, _)| of);
        info_of(&self.manifest, coverage, self.newest_ms)
    }

    fn list(&self, request: &ListRequest<'_>) -> Result<Vec<List>, ServerError> {
        Ok(lists::lists(&self.reader, request)?)
    }

    fn ids(
        &self,
        node: &Node,
        filters: &Filters,
        sort: Sort,
        deadline: Instant,
    ) -> Result<Vec<String>, ServerError> {
        Ok(lists::ids(&self.reader, node, filters, sort, deadline)?)
    }

    fn values(
        &self,
        node: &Node,
        filters: &Filters,
        facet: Facet,
        deadline: Instant,
    ) -> Result<BTreeMap<String, u64>, ServerError> {
        Ok(lists::values(&self.reader, node, filters, facet, deadline)?)
    }

    fn occurrences(
        &self,
        field: Field,
        terms: &[(usize, String)],
        deadline: Instant,
    ) -> Result<Vec<(String, u64)>, ServerError> {
        Ok(occurrences::occurrences(
            &self.reader,
            field,
            terms,
            deadline,
        )?)
    }

    fn count(
        &self,
        node: &Node,
        filters: &Filters,
        deadline: Option<Instant>,
    ) -> Result<u64, ServerError> {
        Ok(lists::count(&self.reader, node, filters, deadline)?)
    }

    fn scores(
        &self,
        documents: &[DocRef],
        nodes: &[&Node],
    ) -> Result<Vec<Vec<Option<f32>>>, ServerError> {
        Ok(lists::scores(&self.reader, documents, nodes)?)
    }

    fn counts(&self, nodes: &[&Node]) -> Result<Vec<u64>, ServerError> {
        let possible = nodes.iter().map(|node| self.may_match(node));
        let possible: Vec<bool> = possible.collect();
        let asked = nodes.iter().zip(&possible);
        let asked: Vec<&Node> = asked.filter_map(|(node, is)| is.then_some(*node)).collect();
        let mut counts = lists::counts(&self.reader, &asked)?.into_iter();
        let count = |is: bool| if is { counts.next().unwrap_or(0) } else { 0 };
        Ok(possible.into_iter().map(count).collect())
    }

    fn find(&self, id: &str) -> Result<Option<DocRef>, ServerError> {
        let name = document_name(id);
        let number = u64::from_str_radix(&name, 16).ok();
        if let Some(number) = number
            && self.reader.known.described(number).is_some()
        {
            return Ok(Some(DocRef(number)));
        }
        let found = blobs::parts_of(
            &self.reader.client,
            &self.reader.generation.texts,
            std::slice::from_ref(&name),
        )?;
        Ok(number.map(DocRef).filter(|_| !found.is_empty()))
    }

    fn coverage(&self) -> Option<(&Coverage, SystemTime)> {
        self.coverage.as_ref().map(|(of, made)| (of, *made))
    }

    fn suggestions(&self) -> Option<Vec<u8>> {
        self.read_kept(SUGGESTIONS)
    }

    fn reuse(&self) -> Option<Vec<u8>> {
        let read = || self.read_kept(REUSE);
        self.reuse.get_or_init(read).clone()
    }

    fn added_ms(&self, DocRef(number): DocRef) -> Option<u64> {
        self.reader.described(&[number]).ok()?.pop()?.added_ms
    }

    fn cited_by(&self, id: &str) -> Option<u32> {
        self.reader.cited.of_id(id)
    }

    fn is_stale(&self, id: &str) -> bool {
        self.manifest.stale.iter().any(|stale| stale == id)
    }

    fn prepare(&self, documents: &[DocRef]) {
        let names = documents.iter().map(|DocRef(number)| name_of(*number));
        // A failure shows where the documents are read.
        let _ = self.texts_of(&names.collect::<Vec<_>>());
    }

    fn prepare_counterparts(&self, documents: &[DocRef]) {
        let numbers: Vec<u64> = documents.iter().map(|DocRef(number)| *number).collect();
        // A failure shows where they are asked for.
        let _ = counterparts::prepare(&self.reader, &numbers);
    }

    fn document(&self, DocRef(number): DocRef) -> Result<Stored, ServerError> {
        let mut read = self.read_stored(&[name_of(number)])?;
        read.pop()
            .unwrap_or_else(|| Err(ServerError::Engine("no answer".into())))
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(Result<Stored, ServerError>) -> bool) {
        let mut names = Vec::new();
        let body = json!({"query": {"match_all": {}}, "_source": false});
        let walked = self.reader.each(body, None, &mut |hit| {
            names.extend(number_of(hit).map(name_of));
            true
        });
        if let Err(error) = walked {
            visit(Err(error.into()));
            return;
        }
        let wanted: Vec<String> = names.into_iter().step_by(step.max(1)).collect();
        for some in wanted.chunks(VISITED_AT_ONCE) {
            match self.read_stored(some) {
                Ok(read) => {
                    if !read.into_iter().all(&mut *visit) {
                        return;
                    }
                }
                Err(error) => {
                    visit(Err(error.into()));
                    return;
                }
            }
        }
    }

    fn labels(
        &self,
        documents: &[DocRef],
        except: &str,
        limit: usize,
    ) -> Result<Vec<Labelled>, ServerError> {
        let mut labels = self.labels_of(documents)?;
        labels.retain(|label| label.id != except);
        labels.truncate(limit);
        Ok(labels)
    }

    fn counterparts(&self, DocRef(number): DocRef) -> Result<Vec<Labelled>, ServerError> {
        Ok(counterparts::counterparts(&self.reader, number)?)
    }

    fn terms_near(&self, field: Field, word: &str, edits: u8) -> Vec<(String, u64)> {
        let Some(counts) = self.terms.of(field_name(field)) else {
            return Vec::new();
        };
        let (length, edits) = (word.chars().count(), usize::from(edits));
        let letters = counts.range(..BEYOND_LETTERS.to_owned());
        let near = letters.filter(|(term, _)| {
            term.chars().count().abs_diff(length) <= edits
                && strsim::osa_distance(term, word) <= edits
        });
        near.take(MAX_TERMS_NEAR)
            .map(|(term, count)| (term.clone(), *count))
            .collect()
    }
}

/// Documents read at once where all are read.
const VISITED_AT_ONCE: usize = 50;
