//! The engine of an index on this machine: tantivy, opened read-only.

mod abbreviations;
mod added;
mod best_parts;
mod cited;
mod collect;
mod columns;
mod counterparts;
mod directory;
mod entry;
mod groups;
mod labels;
mod lower;
mod occurrences;
mod operators;
mod profiles;
mod records;
mod soundness;
mod statistics;
mod terms;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime};

use polidex_schema::added::ADDED;
use polidex_schema::cited::CITED;
use polidex_schema::coverage::{COVERAGE, Coverage};
use polidex_schema::fields::{Fields, fingerprint, schema};
use polidex_schema::manifest::{
    CURRENT, GENERATIONS, MANIFEST, Manifest, ManifestError, REUSE, SUGGESTIONS, parse_current,
};
use polidex_schema::packed::Part;
use tantivy::collector::{Count, DocSetCollector};
use tantivy::columnar::StrColumn;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};
use tantivy::query::{EnableScoring, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::store::StoreReader;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, Searcher, TantivyError, Term};

use self::added::AddedTimes;
use self::best_parts::best_parts;
use self::cited::CitedCounts;
use self::collect::{CollectAll, Collected, Matched, address_of, doc_ref};
use self::columns::Columns;
use self::counterparts::{Counterparts, KnownCounterparts};
use self::directory::FinishedDirectory;
use self::entry::read_entry;
use self::groups::Groups;
use self::labels::{Labels, Names};
use self::lower::{lower, term_of};
use self::occurrences::occurrences;
use self::profiles::Profiles;
use self::records::Records;
use self::soundness::{damaged, not_given};
use self::statistics::TokenCounts;
use crate::answer::IndexInfo;
use crate::engine::list::{List, ListRequest, Top};
use crate::engine::names::NumberTable;
use crate::engine::stored::Stored;
use crate::engine::{DocRef, Engine, Labelled, info_of};
use crate::error::ServerError;
use crate::mark::pattern::Pattern;
use crate::query::expand::expander::Expander;
use crate::query::plan::{Field, Node};
use crate::question::{Facet, Filters, Sort};
use crate::titles::TitleTable;

/// Blocks of the document store kept decompressed, a few hundred kilobytes in all.
const STORE_CACHE_BLOCKS: usize = 50;

/// An index on this machine.
pub struct TantivyEngine {
    searcher: Searcher,
    fields: Fields,
    manifest: Manifest,
    /// Folder of the generation.
    folder: PathBuf,
    /// What it holds of its folders, and when it was made.
    coverage: Option<(Coverage, SystemTime)>,
    /// When each document came in.
    added: AddedTimes,
    /// By how many others each document is cited.
    cited: CitedCounts,
    groups: Groups,
    columns: Columns,
    /// What the facets count of each document.
    profiles: Vec<Arc<Profiles>>,
    /// The stored documents of each segment.
    stores: Vec<StoreReader>,
    /// Records of giants.
    records: Records,
    /// Counterparts that were looked up.
    known_counterparts: KnownCounterparts,
    tokens: TokenCounts,
    labels: OnceLock<Labels>,
    /// Titles weighed by what tells in them, read when they are first asked for.
    titles: OnceLock<TitleTable>,
    /// Every number by its key, read when it is first asked for.
    numbers: OnceLock<NumberTable>,
    /// Short names that the documents give, read when they are first asked for.
    abbreviations: OnceLock<Expander>,
}

impl TantivyEngine {
    /// Opens the current generation of the index at `dir` read-only.
    ///
    /// # Errors
    /// [`ServerError::NoIndex`], [`ServerError::AnalyzerDiffers`], [`ServerError::Damaged`], [`ServerError::Io`] or
    /// [`ServerError::Unreadable`], each naming what to run.
    pub fn open(dir: &Path) -> Result<Self, ServerError> {
        let current = || current_at(dir);
        let generation = current()?;
        let opened = Self::open_generation(dir, &generation);
        // Meanwhile a writer may have put two more in place and removed this one.
        if opened.is_err() && current()? != generation {
            Self::open_generation(dir, &current()?)
        } else {
            opened
        }
    }

    /// Reads a file that the closing step made; `None` where the generation is without.
    fn closing_file(&self, name: &str) -> Option<Vec<u8>> {
        let is_part = self.manifest.files.contains_key(name);
        fs::read(self.folder.join(name)).ok().filter(|_| is_part)
    }

    /// Opens one generation of the index at `dir`, current or not.
    ///
    /// # Errors
    /// As [`TantivyEngine::open`].
    pub fn open_generation(dir: &Path, generation: &str) -> Result<Self, ServerError> {
        let folder = dir.join(GENERATIONS).join(generation);
        let manifest = read_manifest(dir, &folder)?;
        soundness::check(&folder, &manifest)?;
        Self::open_checked(dir, folder, manifest)
    }

    /// Opens a generation that was written a moment ago and is not current yet: its files were summed while they were.
    ///
    /// # Errors
    /// As [`TantivyEngine::open`].
    pub fn open_written(dir: &Path, generation: &str) -> Result<Self, ServerError> {
        let folder = dir.join(GENERATIONS).join(generation);
        let manifest = read_manifest(dir, &folder)?;
        Self::open_checked(dir, folder, manifest)
    }

    fn open_checked(dir: &Path, folder: PathBuf, manifest: Manifest) -> Result<Self, ServerError> {
        let added = read_part(&folder, &manifest, ADDED)?;
        let cited = read_part(&folder, &manifest, CITED)?;
        let coverage = read_coverage(&folder, &manifest)?;
        // A sum can be met by chance or on purpose: what the engine trips over then is an error of the index.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            Self::open_sound(&folder, manifest, cited.as_deref())
        }));
        let opened = opened.unwrap_or_else(|_| {
            let tripped = "the engine stumbled over it".to_owned();
            Err(TantivyError::InternalError(tripped))
        });
        let opened = opened.map_err(|error| unopened(dir, &folder, error))?;
        Ok(Self {
            coverage,
            added: AddedTimes::read(&added.unwrap_or_default()),
            folder,
            ..opened
        })
    }

    /// Opens the generation in `folder`, whose files are as they were written.
    fn open_sound(
        folder: &Path,
        manifest: Manifest,
        cited: Option<&[u8]>,
    ) -> tantivy::Result<Self> {
        let index = Index::open(FinishedDirectory::open(folder)?)?;
        let (expected, fields) = schema();
        if index.schema() != expected {
            let reason = "its fields are not this program's".to_owned();
            return Err(TantivyError::SchemaError(reason));
        }
        Self::read(&index, fields, manifest, cited)
    }

    fn read(
        index: &Index,
        fields: Fields,
        manifest: Manifest,
        cited: Option<&[u8]>,
    ) -> tantivy::Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader: IndexReader = reader.try_into()?;
        let searcher = reader.searcher();
        let segments = searcher.segment_readers();
        let stores = segments
            .iter()
            .map(|segment| segment.get_store_reader(STORE_CACHE_BLOCKS));
        let columns = Columns::open(segments)?;
        let cited = CitedCounts::read(cited, segments, &columns)?;
        Ok(Self {
            stores: stores.collect::<Result<_, _>>()?,
            records: Records::default(),
            known_counterparts: KnownCounterparts::default(),
            added: AddedTimes::default(),
            groups: Groups::read(segments)?,
            profiles: Profiles::of_segments(segments, &columns, &cited),
            columns,
            cited,
            tokens: TokenCounts::read(segments)?,
            labels: OnceLock::new(),
            numbers: OnceLock::new(),
            titles: OnceLock::new(),
            abbreviations: OnceLock::new(),
            fields,
            manifest,
            folder: PathBuf::new(),
            coverage: None,
            searcher,
        })
    }

    /// Name of the generation that is current at `dir`.
    pub fn generation_at(dir: &Path) -> Option<String> {
        let text = fs::read_to_string(dir.join(CURRENT)).ok()?;
        parse_current(&text).map(str::to_owned)
    }

    fn label_names(&self) -> &Labels {
        self.labels
            .get_or_init(|| Labels::read(self.searcher.segment_readers()))
    }

    fn title_table(&self) -> &TitleTable {
        self.titles
            .get_or_init(|| TitleTable::of(self.label_names().titles()))
    }

    fn collect(&self, node: &Node, collector: &CollectAll<'_>) -> tantivy::Result<Collected> {
        let query = lower(&self.fields, node);
        self.searcher
            .search_with_statistics_provider(query.as_ref(), collector, self)
    }

    fn collector<'a>(
        &'a self,
        filters: &'a Filters,
        top: Top,
        deadline: Instant,
    ) -> CollectAll<'a> {
        CollectAll {
            filters,
            top,
            deadline,
            groups: None,
            facets: None,
            without: None,
            notes_matched: false,
            columns: &self.columns,
            profiles: &self.profiles,
            added: self.added_by_document(filters, top.sort),
            cited: &self.cited,
            labels: self.label_names(),
        }
    }

    /// When each document came in, where a search asks for it.
    fn added_by_document(&self, filters: &Filters, sort: Sort) -> Option<&AddedTimes> {
        let is_asked = filters.added_after.is_some() || sort == Sort::Added;
        is_asked.then(|| {
            self.added
                .by_document(self.searcher.segment_readers(), &self.columns)
        })
    }

    fn id(&self, address: DocAddress) -> Result<String, ServerError> {
        let names = self.label_names().of(address.segment_ord);
        let column = &self.columns.of(address.segment_ord).id;
        first_value(names.ids.as_ref(), Some(column), address)
    }

    /// Scores of the documents at `addresses`, which are in order, each with its place in the answer.
    fn scores_by(
        &self,
        node: &Node,
        addresses: &[(DocAddress, usize)],
    ) -> tantivy::Result<Vec<(usize, f32)>> {
        // As the search itself weighs it.
        let scoring = EnableScoring::enabled_from_statistics_provider(self, &self.searcher);
        let weight = lower(&self.fields, node).weight(scoring)?;
        let mut scores = Vec::new();
        for of_segment in addresses.chunk_by(|one, other| one.0.segment_ord == other.0.segment_ord)
        {
            let segment = self.searcher.segment_reader(of_segment[0].0.segment_ord);
            let mut scorer = weight.scorer(segment, 1.0)?;
            for (DocAddress { doc_id, .. }, place) in of_segment {
                if scorer.doc() < *doc_id {
                    scorer.seek(*doc_id);
                }
                if scorer.doc() == *doc_id {
                    scores.push((*place, scorer.score()));
                }
            }
        }
        Ok(scores)
    }
}

/// Name of the generation that is current at `dir`.
fn current_at(dir: &Path) -> Result<String, ServerError> {
    let path = dir.join(CURRENT);
    let bytes = fs::read(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ServerError::NoIndex {
            path: dir.to_owned(),
        },
        _ => not_given(&path, source),
    })?;
    let name = std::str::from_utf8(&bytes).ok().and_then(parse_current);
    let name = name.map(str::to_owned);
    name.ok_or_else(|| damaged(&path, "it names no generation".to_owned()))
}

/// Reads the manifest of the generation in `folder` of the index at `dir`, which this program's analyzer must have made.
fn read_manifest(dir: &Path, folder: &Path) -> Result<Manifest, ServerError> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|error| not_given(&path, error))?;
    let text = String::from_utf8(bytes).map_err(|_| damaged(&path, "it is not text".to_owned()))?;
    let of_text = |error: ManifestError| damaged(&path, error.to_string());
    let manifest = Manifest::from_text(&text).map_err(of_text)?;
    let expected = fingerprint();
    if manifest.analyzer != expected {
        return Err(ServerError::AnalyzerDiffers {
            path: dir.to_owned(),
            found: manifest.analyzer,
            expected,
        });
    }
    let manifest = Manifest::verified(&text).map_err(of_text)?;
    if manifest.files.is_empty() {
        return Err(damaged(&path, "it lists no files".to_owned()));
    }
    Ok(manifest)
}

/// Error of a generation that the engine does not open.
fn unopened(dir: &Path, folder: &Path, error: TantivyError) -> ServerError {
    let of_system = match &error {
        TantivyError::IoError(error) => error.raw_os_error(),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => {
            io_error.raw_os_error()
        }
        _ => None,
    };
    match of_system {
        Some(code) => not_given(folder, std::io::Error::from_raw_os_error(code)),
        None => ServerError::Unreadable {
            path: dir.to_owned(),
            reason: error.to_string(),
        },
    }
}

/// Reads what the generation in `folder` holds of its folders; the manifest was written last.
fn read_coverage(
    folder: &Path,
    manifest: &Manifest,
) -> Result<Option<(Coverage, SystemTime)>, ServerError> {
    let Some(bytes) = read_part(folder, manifest, COVERAGE)? else {
        return Ok(None);
    };
    let path = folder.join(MANIFEST);
    let made = path.metadata().and_then(|manifest| manifest.modified());
    let made = made.map_err(|source| not_given(&path, source))?;
    Ok(Coverage::from_bytes(&bytes).map(|coverage| (coverage, made)))
}

/// Reads a small file of a generation; `None` where the generation is without. One that is there and is not given is an error:
/// without it answers would be others.
fn read_part(
    folder: &Path,
    manifest: &Manifest,
    name: &str,
) -> Result<Option<Vec<u8>>, ServerError> {
    if !manifest.files.contains_key(name) {
        return Ok(None);
    }
    let path = folder.join(name);
    let read = fs::read(&path).map_err(|source| not_given(&path, source));
    read.map(Some)
}

impl Engine for TantivyEngine {
    fn info(&self) -> IndexInfo {
        let coverage = self.coverage.as_ref().map(|(of, _)| of);
        info_of(&self.manifest, coverage, self.added.newest_ms())
    }

    fn coverage(&self) -> Option<(&Coverage, SystemTime)> {
        self.coverage.as_ref().map(|(of, made)| (of, *made))
    }

    fn suggestions(&self) -> Option<Vec<u8>> {
        self.closing_file(SUGGESTIONS)
    }

    fn reuse(&self) -> Option<Vec<u8>> {
        self.closing_file(REUSE)
    }

    fn added_ms(&self, document: DocRef) -> Option<u64> {
        let id = self.id(address_of(document)).ok()?;
        self.added.of_id(&id)
    }

    fn cited_by(&self, id: &str) -> Option<u32> {
        self.cited.of_id(id)
    }

    fn is_stale(&self, id: &str) -> bool {
        self.manifest.stale.iter().any(|stale| stale == id)
    }

    fn list(&self, request: &ListRequest<'_>) -> Result<Vec<List>, ServerError> {
        let mut lists: Vec<List> = Vec::new();
        let mut seen = Matched::default();
        for (index, node) in request.nodes.iter().enumerate() {
            let is_last = index > 0 && index + 1 == request.nodes.len();
            if is_last
                && request
                    .last_if_fewer
                    .is_some_and(|few| lists[0].count >= few)
            {
                lists.push(List::default());
                break;
            }
            let collector = CollectAll {
                groups: request.duplicates.then_some(&self.groups),
                facets: request.facets,
                without: (index > 0).then_some(&seen),
                notes_matched: index + 1 < request.nodes.len(),
                ..self.collector(request.filters, request.top, request.deadline)
            };
            let (list, matched) = self.collect(node, &collector)?.into_list();
            seen.extend(matched);
            lists.push(list);
        }
        Ok(lists)
    }

    fn ids(
        &self,
        node: &Node,
        filters: &Filters,
        sort: Sort,
        deadline: Instant,
    ) -> Result<Vec<String>, ServerError> {
        let all = Top {
            sort,
            keep: self.manifest.documents as usize,
            group_duplicates: false,
        };
        let collected = self.collect(node, &self.collector(filters, all, deadline))?;
        Ok(collected.best.into_iter().map(|best| best.id).collect())
    }

    fn values(
        &self,
        node: &Node,
        filters: &Filters,
        facet: Facet,
        deadline: Instant,
    ) -> Result<BTreeMap<String, u64>, ServerError> {
        let collector = CollectAll {
            facets: Some(0),
            ..self.collector(filters, Top::NONE, deadline)
        };
        let mut counts = self.collect(node, &collector)?.counts;
        Ok(std::mem::take(&mut counts[facet.index()]))
    }

    fn occurrences(
        &self,
        field: Field,
        terms: &[(usize, String)],
        deadline: Instant,
    ) -> Result<Vec<(String, u64)>, ServerError> {
        let terms = terms
            .iter()
            .map(|(offset, term)| (*offset as u32, term_of(&self.fields, field, term)));
        let terms: Vec<(u32, Term)> = terms.collect();
        let counts = occurrences(&self.searcher, &terms, deadline)?;
        let named = counts
            .into_iter()
            .map(|(address, count)| Ok((self.id(address)?, count)));
        named.collect()
    }

    fn count(
        &self,
        node: &Node,
        filters: &Filters,
        deadline: Option<Instant>,
    ) -> Result<u64, ServerError> {
        let query = lower(&self.fields, node);
        match deadline {
            None if filters.is_empty() => Ok(self.searcher.search(query.as_ref(), &Count)? as u64),
            _ => {
                let deadline = deadline.unwrap_or_else(far_future);
                let collector = self.collector(filters, Top::NONE, deadline);
                Ok(self.searcher.search(query.as_ref(), &collector)?.count)
            }
        }
    }

    fn scores(
        &self,
        documents: &[DocRef],
        nodes: &[&Node],
    ) -> Result<Vec<Vec<Option<f32>>>, ServerError> {
        // A weight of each node costs as much for no document as for many.
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let addresses = documents.iter().copied().map(address_of);
        let mut ordered: Vec<(DocAddress, usize)> = addresses.zip(0..).collect();
        ordered.sort_unstable();
        let mut scores = vec![vec![None; nodes.len()]; documents.len()];
        for (at, node) in nodes.iter().enumerate() {
            for (place, score) in self.scores_by(node, &ordered)? {
                scores[place][at] = Some(score);
            }
        }
        Ok(scores)
    }

    fn find(&self, id: &str) -> Result<Option<DocRef>, ServerError> {
        let term = term_of(&self.fields, Field::Id, id);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self.searcher.search(&query, &DocSetCollector)?;
        Ok(found.into_iter().next().map(doc_ref))
    }

    fn document(&self, document: DocRef) -> Result<Stored, ServerError> {
        let address = address_of(document);
        let store = &self.stores[address.segment_ord as usize];
        let bytes = store.get_document_bytes(address.doc_id)?;
        read_entry(&bytes, &self.fields, &self.records, address)
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(Result<Stored, ServerError>) -> bool) {
        let segments = (0..).zip(self.searcher.segment_readers());
        let addresses = segments.flat_map(|(segment, reader)| {
            let docs = reader.doc_ids_alive();
            docs.map(move |doc| DocAddress::new(segment, doc))
        });
        for address in addresses.step_by(step) {
            if !visit(self.document(doc_ref(address))) {
                return;
            }
        }
    }

    fn best_parts(
        &self,
        document: DocRef,
        patterns: &[(Pattern, f32)],
        parts: &[Part],
    ) -> Result<Vec<Range<usize>>, ServerError> {
        let address = address_of(document);
        let segment = self.searcher.segment_reader(address.segment_ord);
        let grams = self.fields.grams;
        Ok(best_parts(segment, address.doc_id, grams, patterns, parts)?)
    }

    fn labels(
        &self,
        documents: &[DocRef],
        except: &str,
        limit: usize,
    ) -> Result<Vec<Labelled>, ServerError> {
        let mut found = Vec::with_capacity(documents.len());
        for address in documents.iter().copied().map(address_of) {
            let id = self.id(address)?;
            if id != except {
                found.push((id, address));
            }
        }
        found.sort_unstable();
        found.truncate(limit);
        let label = |(id, address): (String, DocAddress)| {
            let columns = self.columns.of(address.segment_ord);
            let names = self.label_names().of(address.segment_ord);
            Ok(Labelled {
                id,
                title: first_value(names.titles.as_ref(), columns.title.as_ref(), address)?,
                lang: first_value(None, columns.lang.as_ref(), address)?,
            })
        };
        found.into_iter().map(label).collect()
    }

    fn counterparts(&self, document: DocRef) -> Result<Vec<Labelled>, ServerError> {
        let segments = self.searcher.segment_readers();
        let counterparts =
            Counterparts::new(segments, &self.fields, &self.columns, self.label_names());
        let address = address_of(document);
        Ok(self.known_counterparts.of(address, &counterparts)?)
    }

    fn terms_near(&self, field: Field, word: &str, edits: u8) -> Vec<(String, u64)> {
        terms::near(&self.searcher, &self.fields, field, word, edits)
    }
}

fn far_future() -> Instant {
    Instant::now() + std::time::Duration::from_secs(3_600)
}

/// The first value of a document in a column of texts, or nothing; from `names` where they are kept.
fn first_value(
    names: Option<&Names>,
    column: Option<&StrColumn>,
    address: DocAddress,
) -> Result<String, ServerError> {
    let mut value = String::new();
    if let Some(column) = column
        && let Some(ord) = column.ords().first(address.doc_id)
    {
        if let Some(name) = names.and_then(|names| names.get(ord)) {
            return Ok(name.to_owned());
        }
        column
            .ord_to_str(ord, &mut value)
            .map_err(tantivy::TantivyError::from)?;
    }
    Ok(value)
}
