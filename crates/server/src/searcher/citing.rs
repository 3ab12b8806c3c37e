//! Citations of the documents of a collection, both ways.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polidex_analysis::citations::{Citation, Work};
use polidex_analysis::date::PartialDate;
use polidex_analysis::language::Language;
use polidex_analysis::scripts::is_han;
use polidex_schema::citations::plain_place;
use polidex_schema::cited::CitedBy as CitedAccount;
use polidex_schema::record::DocumentRecord;

use crate::address::{document_address, with_pairs};
use crate::answer::{Document, DocumentSummary, FacetValue, PageInfo};
use crate::checking::{Change, said_of};
use crate::citation_answer::{
    CitationLinks, Citations, CitedBy, CitedDocument, CitingPassage, DocumentCitation, NotHeld,
    NotHeldWork, PlaceText,
};
use crate::citing::{
    Cited, Citing, Link, Source, Table, TableBuilder, Works, cited, name_of, resolved,
};
use crate::engine::{Stored, TantivyEngine, Text};
use crate::error::ServerError;
use crate::question::{Facet, Filters, ListPage, Query, Question};
use crate::searcher::Searcher;
use crate::searcher::hits::{citing_passage, summary};
use crate::searcher::parts::passage_at;
use crate::searcher::provisions::{article_of, provisions};
use crate::searcher::reuse::MAX_CLOSED;

/// Number of documents up to which a reading page waits for the table of citations; beyond, it is drawn without them as long
/// as the table is being made. 20,000 laws take a second.
const WAITED_FOR: usize = 50_000;
/// Number of documents that are asked what they say of a work they cite.
const MAX_ASKED: usize = 24;
/// Characters of a place that a card shows.
const CARD_CHARS: usize = 400;

impl ListPage {
    pub(super) fn of<T>(self, entries: &[T]) -> &[T] {
        let from = (self.number - 1)
            .saturating_mul(self.per_page)
            .min(entries.len());
        &entries[from..entries.len().min(from + self.per_page)]
    }

    pub(super) fn info(self, listed: usize) -> PageInfo {
        PageInfo {
            number: self.number,
            per_page: self.per_page,
            listed: listed as u64,
        }
    }
}

impl Searcher {
    /// The works of the collection by their names. The first call reads every stored record, further ones none.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn works(&self) -> Result<Arc<Works>, ServerError> {
        if let Some(known) = self.works.get() {
            return Ok(Arc::clone(known));
        }
        let works = Arc::new(Works::of(&self.sources()?));
        Ok(Arc::clone(self.works.get_or_init(|| works)))
    }

    /// Returns what `text` cites, a passage of the document `id` or a text of its own where there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn citations(&self, id: &str, text: &str) -> Result<Vec<Cited>, ServerError> {
        let works = self.works()?;
        let Some(document) = self.engine.find(id)? else {
            return Ok(cited(text, Source::default(), &works));
        };
        let stored = self.engine.document(document)?;
        let read = stored.text()?;
        let whole = read.whole()?;
        let source = Source {
            id,
            title: &stored.record.title,
            date: &stored.record.date,
            text: &whole,
        };
        Ok(cited(text, source, &works))
    }

    /// Table of who cites whom. The first call reads what is stored of every document's citations, further ones nothing.
    fn citation_table(&self) -> Result<Arc<Table>, ServerError> {
        if let Some(known) = self.citations.get() {
            return Ok(Arc::clone(known));
        }
        let (sources, works) = (self.sources()?, self.works()?);
        let numbers = sources.iter().zip(0..);
        let numbers: HashMap<&str, u32> = numbers
            .map(|(source, number)| (source.id.as_str(), number))
            .collect();
        let mut builder = TableBuilder::default();
        let mut failure = None;
        self.engine.visit(1, &mut |stored| {
            match stored {
                Ok(stored) => {
                    if let Some(citing) = numbers.get(stored.record.id.as_str()) {
                        add_citations(&mut builder, &stored, *citing, &works);
                    }
                }
                Err(error) => failure = Some(error),
            }
            failure.is_none()
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let table = Arc::new(builder.finish(|number| sources[number as usize].date.as_str()));
        Ok(Arc::clone(self.citations.get_or_init(|| table)))
    }

    /// Reads what is needed to follow citations, once; takes seconds on a large index.
    pub fn read_citations(&self) {
        // A failure shows where the citations are asked for.
        let _ = self.citation_table();
    }

    /// Makes the account of how often each document is cited, of a generation of the index at `dir` that was written a moment
    /// ago.
    ///
    /// # Errors
    /// As [`Searcher::open_generation`].
    pub fn make_cited(dir: &Path, generation: &str) -> Result<Vec<u8>, ServerError> {
        let searcher = TantivyEngine::open_written(dir, generation).map(Self::over)?;
        searcher.count_cited()
    }

    /// As [`Searcher::make_cited`], of the index that is open; nothing where it has more documents than are read for it.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn cited_file(&self) -> Result<Option<Vec<u8>>, ServerError> {
        let is_small = self.engine.info().documents <= MAX_CLOSED;
        is_small.then(|| self.count_cited()).transpose()
    }

    fn count_cited(&self) -> Result<Vec<u8>, ServerError> {
        let (table, sources) = (self.citation_table()?, self.sources()?);
        let named = table
            .cited()
            .map(|(target, count)| (sources[target as usize].id.clone(), count));
        let account = CitedAccount {
            documents: named.collect(),
        };
        Ok(account.to_bytes())
    }

    /// Citations that the document `id` makes; `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn document_citations(
        &self,
        id: &str,
        page: ListPage,
    ) -> Result<Option<Citations>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let (works, sources) = (self.works()?, self.sources()?);
        let found = stored.citations();
        let text = stored.text()?;
        let mut citations = Vec::new();
        for (citation, target) in resolve_all(&stored, page.of(&found), &works) {
            citations.extend(described(
                &stored.record,
                &text,
                citation,
                target,
                &sources,
            )?);
        }
        Ok(Some(Citations {
            id: id.to_owned(),
            page: page.info(found.len()),
            citations,
            index: self.index_info(),
        }))
    }

    /// The passages that cite the document `id`, or `place` in it, of the documents that pass `filters`; `None` when there is no
    /// such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn cited_by(
        &self,
        id: &str,
        place: &str,
        filters: &Filters,
        page: ListPage,
    ) -> Result<Option<CitedBy>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let (table, sources, works) = (self.citation_table()?, self.sources()?, self.works()?);
        let target = number_of(&sources, id);
        let mut links = target.map_or_else(Vec::new, |target| table.citing(target, place));
        links.retain(|link| passes(&sources[link.citing as usize], filters));
        let mut citing = Vec::new();
        for link in page.of(&links) {
            citing.extend(self.citing_passage(*link, &sources, &works)?);
        }
        let places = target.map_or_else(BTreeMap::new, |target| {
            let counts = table.counts(target).1.into_iter();
            counts
                .map(|(place, count)| (place.to_owned(), count))
                .collect()
        });
        let text = stored.text()?;
        Ok(Some(CitedBy {
            label: label_of(&stored.record, &text, place)?.map_or_else(String::new, |(_, of)| of),
            document: summary(&stored.record),
            place: place.to_owned(),
            page: page.info(links.len()),
            places,
            facets: facets_of(&links, &sources, filters),
            citing,
            index: self.index_info(),
        }))
    }

    fn citing_passage(
        &self,
        link: Link,
        sources: &[DocumentSummary],
        works: &Works,
    ) -> Result<Option<CitingPassage>, ServerError> {
        let Some(document) = self.engine.find(&sources[link.citing as usize].id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let found = stored.citations();
        let citation = found.get(link.at as usize..=link.at as usize);
        let Some((citation, _)) = resolve_all(&stored, citation.unwrap_or_default(), works).pop()
        else {
            return Ok(None);
        };
        let record = &stored.record;
        let Some(index) = passage_at(record, citation.range.start) else {
            return Ok(None);
        };
        let passage = citing_passage(record, &stored.text()?, index, citation.range)?;
        Ok(Some(CitingPassage {
            document: summary(record),
            cited_place: citation.place,
            passage,
        }))
    }

    /// Change of the force of `id`, as the newest documents say that cite it as a whole and are younger than it.
    pub(super) fn change_of(&self, id: &str) -> Result<Option<Change>, ServerError> {
        let (table, sources) = (self.citation_table()?, self.sources()?);
        let Some(target) = number_of(&sources, id) else {
            return Ok(None);
        };
        let date = &sources[target as usize].date;
        let is_later = |link: &&Link| {
            let citing = &sources[link.citing as usize].date;
            !date.is_empty() && citing > date
        };
        let links = table.citing_whole(target);
        for link in links.iter().filter(is_later).take(MAX_ASKED) {
            if let Some(change) = self.said_by(*link, &sources)? {
                return Ok(Some(change));
            }
        }
        Ok(None)
    }

    /// Change that a text says of the work it cites by `link`.
    fn said_by(
        &self,
        link: Link,
        sources: &[DocumentSummary],
    ) -> Result<Option<Change>, ServerError> {
        let source = &sources[link.citing as usize];
        let Some(document) = self.engine.find(&source.id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let citations = stored.citations();
        let Some(citation) = citations.get(link.at as usize) else {
            return Ok(None);
        };
        let Some(index) = passage_at(&stored.record, citation.range.start) else {
            return Ok(None);
        };
        let passage = &stored.record.passages[index];
        let from = passage.from_byte as usize;
        let text = stored.text()?;
        let piece = text.piece(from..passage.to_byte as usize)?;
        let (start, end) = (citation.range.start - from, citation.range.end - from);
        let (Some(before), Some(after)) = (piece.get(..start), piece.get(end..)) else {
            return Ok(None);
        };
        let verdict = said_of(&source.title, before, after);
        Ok(verdict.map(|verdict| Change {
            verdict,
            document: source.id.clone(),
            words: sentence_around(&piece, start..end),
        }))
    }

    /// Works that documents cite and the collection does not hold.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn not_held(&self, page: ListPage) -> Result<NotHeld, ServerError> {
        let table = self.citation_table()?;
        let works = page.of(table.not_held()).iter();
        let works = works.map(|work| NotHeldWork {
            work: work.name.clone(),
            documents: work.documents,
            citations: work.citations,
            url: cites_address(&work.name),
        });
        Ok(NotHeld {
            page: page.info(table.not_held().len()),
            works: works.collect(),
            index: self.index_info(),
        })
    }

    /// The first words of `place` in the document `id`, or of the document where it has no such place; `None` when there is
    /// no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn place_text(&self, id: &str, place: &str) -> Result<Option<PlaceText>, ServerError> {
        let Some(document) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(document)?;
        let (record, text) = (&stored.record, stored.text()?);
        let found = label_of(record, &text, place)?;
        let is_place = found.is_some();
        let (index, label) = found.unwrap_or_default();
        let from = record.passages.get(index);
        let from = from.map_or(0, |passage| passage.from_byte as usize);
        let words = first_words(&text, from)?;
        let part = crate::searcher::parts::part_of(record, index);
        let url = document_address(id, &Query::default());
        Ok(Some(PlaceText {
            id: id.to_owned(),
            title: record.title.clone(),
            date: record.date.clone(),
            lang: record
                .passages
                .get(index)
                .map_or_else(String::new, |passage| passage.lang.tag().to_owned()),
            url: if is_place {
                crate::address::passage_address(&url, part, &format!("p{}", index + 1))
            } else {
                url
            },
            label,
            text: words,
        }))
    }

    /// Citations that the passages of `document` make, how often they are cited and where else they stand, for its reading page.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn citation_links(&self, document: &Document) -> Result<CitationLinks, ServerError> {
        let id = &document.summary.id;
        let mut links = CitationLinks::default();
        let Some(found) = self.engine.find(id)? else {
            return Ok(links);
        };
        let stored = self.engine.document(found)?;
        let shown = shown_passages(document, &stored.record);
        let (reused, reused_count) = self.reused_on_page(id, shown.clone())?;
        (links.reused, links.reused_count) = (reused.into_iter().collect(), reused_count);
        let is_small = self.engine.info().documents as usize <= WAITED_FOR;
        if !is_small && self.citations.get().is_none() {
            return Ok(links);
        }
        self.add_cited(&mut links, &stored, shown.clone())?;
        self.add_force(&mut links, &stored)?;
        self.add_targets(&mut links, &stored, shown)?;
        Ok(links)
    }

    /// Adds what the passages `shown` cite of what is held.
    fn add_targets(
        &self,
        links: &mut CitationLinks,
        stored: &Stored,
        shown: Range<usize>,
    ) -> Result<(), ServerError> {
        let (works, sources) = (self.works()?, self.sources()?);
        let text = stored.text()?;
        let bytes = bytes_of(&stored.record, shown);
        let citations = stored.citations();
        let from = citations.partition_point(|citation| citation.range.start < bytes.start);
        let to = citations.partition_point(|citation| citation.range.start < bytes.end);
        for (citation, target) in resolve_all(stored, &citations[from..to.max(from)], &works) {
            let found = described(&stored.record, &text, citation, target, &sources)?;
            for found in found.into_iter().filter(|found| found.target.is_some()) {
                let passage = links.of_passage.entry(found.passage.clone());
                passage.or_default().push(found);
            }
        }
        Ok(())
    }

    /// Adds the force of the document, and how many versions of its work there are.
    fn add_force(&self, links: &mut CitationLinks, stored: &Stored) -> Result<(), ServerError> {
        let Some((force, versions)) = self.force_today(stored)? else {
            return Ok(());
        };
        (links.force, links.versions) = (force, versions);
        Ok(())
    }

    /// Adds how often the document and the articles that begin in the passages `shown` are cited.
    fn add_cited(
        &self,
        links: &mut CitationLinks,
        stored: &Stored,
        shown: Range<usize>,
    ) -> Result<(), ServerError> {
        let (table, sources) = (self.citation_table()?, self.sources()?);
        let Some(target) = number_of(&sources, &stored.record.id) else {
            return Ok(());
        };
        let (count, counts) = table.counts(target);
        links.count = count;
        if counts.is_empty() {
            return Ok(());
        }
        for (number, passage) in provisions(&stored.record, &stored.text()?, shown)? {
            let place = format!("art:{number}");
            if let Some(count) = counts.get(place.as_str()) {
                let entry = links.cited.entry(format!("p{}", passage + 1));
                entry.or_insert((place, *count));
            }
        }
        Ok(())
    }
}

/// Values of a filter that are listed.
const MAX_VALUES: usize = 20;

/// Returns true if a document passes filters by publisher, language, kind and date. Of a joint document each body counts.
fn passes(document: &DocumentSummary, filters: &Filters) -> bool {
    let has = |wanted: &[String], has: &dyn Fn(&String) -> bool| {
        wanted.is_empty() || wanted.iter().any(has)
    };
    let is_publisher = |wanted: &String| bodies(&document.publisher).any(|body| body == wanted);
    has(&filters.publisher, &is_publisher)
        && has(&filters.lang, &|wanted| document.lang.contains(wanted))
        && has(&filters.kind, &|wanted| document.kind == *wanted)
        && is_dated(&document.date, filters)
}

fn is_dated(date: &str, filters: &Filters) -> bool {
    let Some(date) = PartialDate::parse(date) else {
        return filters.undated || !filters.limits_dates();
    };
    let is_after = filters
        .from
        .is_none_or(|from| date.last_day() >= from.first_day());
    let is_before = filters
        .to
        .is_none_or(|to| date.first_day() <= to.last_day());
    let dates = filters.from.is_some() || filters.to.is_some();
    is_after && is_before && (dates || !filters.undated)
}

/// Bodies that a publisher names, itself first.
fn bodies(publisher: &str) -> impl Iterator<Item = &str> {
    let parts = publisher.split(['、', ';', '；']).map(str::trim);
    let parts = parts.filter(move |part| *part != publisher);
    std::iter::once(publisher)
        .chain(parts)
        .filter(|body| !body.is_empty())
}

/// Values of each filter among the documents of `links`.
fn facets_of(
    links: &[Link],
    sources: &[DocumentSummary],
    filters: &Filters,
) -> BTreeMap<String, Vec<FacetValue>> {
    let mut counts: BTreeMap<Facet, BTreeMap<&str, u64>> = BTreeMap::new();
    for link in links {
        let document = &sources[link.citing as usize];
        let lang = document.lang.first().map_or("", String::as_str);
        let year = document.date.get(..4).unwrap_or_default();
        let values = [
            (Facet::Publisher, document.publisher.as_str()),
            (Facet::Language, lang),
            (Facet::Kind, document.kind.as_str()),
            (Facet::Year, year),
        ];
        for (facet, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
            *counts.entry(facet).or_default().entry(value).or_default() += 1;
        }
    }
    let facets = counts.into_iter();
    facets
        .map(|(facet, counts)| {
            (
                facet.name().to_owned(),
                facet_values(facet, counts, filters),
            )
        })
        .collect()
}

fn facet_values(facet: Facet, counts: BTreeMap<&str, u64>, filters: &Filters) -> Vec<FacetValue> {
    let chosen = filters.chosen(facet);
    let values = counts.into_iter().map(|(value, count)| FacetValue {
        value: value.to_owned(),
        label: value.to_owned(),
        count,
        selected: chosen.iter().any(|chosen| chosen == value),
    });
    let mut values: Vec<FacetValue> = values.collect();
    values.sort_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then(one.value.cmp(&other.value))
    });
    values.truncate(MAX_VALUES);
    values
}

/// The sentence of `text` that holds `range`, cut short where it is long.
fn sentence_around(text: &str, range: Range<usize>) -> String {
    const MARKS: [char; 3] = ['。', '\n', ';'];
    let before = text[..range.start].rfind(MARKS);
    let from = before.map_or(0, |at| text.ceil_char_boundary(at + 1));
    let behind = text[range.end..].find(MARKS);
    let to = behind.map_or(text.len(), |at| text.ceil_char_boundary(range.end + at + 1));
    let sentence = text[from..to].trim();
    let mut cut: String = sentence.chars().take(CARD_CHARS).collect();
    if cut.len() < sentence.len() {
        cut.push('…');
    }
    cut
}

/// Address of the search for documents that cite a work.
fn cites_address(work: &str) -> String {
    let q = format!("cites:\"{}\"", work.replace(['"', '“', '”'], " "));
    with_pairs(
        "/search",
        &crate::address::question_pairs(&Question::about(q)),
    )
}

fn number_of(sources: &[DocumentSummary], id: &str) -> Option<u32> {
    let number = sources.binary_search_by(|source| source.id.as_str().cmp(id));
    number.ok().map(|number| number as u32)
}

/// Adds what a document cites to the table.
fn add_citations(builder: &mut TableBuilder, stored: &Stored, citing: u32, works: &Works) {
    let found = stored.citations();
    for (at, (citation, target)) in (0..).zip(resolve_all(stored, &found, works)) {
        builder.add(citing, at, &citation, target);
    }
}

/// Citations of a document with the numbers of the documents that they mean.
fn resolve_all(
    stored: &Stored,
    citations: &[Citation],
    works: &Works,
) -> Vec<(Citation, Option<usize>)> {
    let record = &stored.record;
    let cell = OnceCell::new();
    let whole = || {
        let text = stored
            .text()
            .and_then(|text| Ok(text.whole()?.into_owned()));
        text.unwrap_or_default()
    };
    let read = || cell.get_or_init(whole).as_str();
    let source = Source {
        id: &record.id,
        title: &record.title,
        date: &record.date,
        text: "",
    };
    let is_chinese = |language: &&Language| **language != Language::English;
    let chinese = record.lang.iter().find(is_chinese).copied();
    let chinese = chinese.unwrap_or(Language::TraditionalChinese).tag();
    let main = record.lang.first().map_or("en", |language| language.tag());
    let citing = ["en", chinese, main].map(|lang| Citing::in_language(source, &read, lang));
    let of = |citation: &Citation| match &citation.work {
        Work::Named(name) if name.chars().any(is_han) => &citing[1],
        Work::Named(_) => &citing[0],
        _ => &citing[2],
    };
    let citations = citations.iter().cloned();
    citations
        .map(|citation| {
            let citing = of(&citation);
            resolved(citation, works, citing)
        })
        .collect()
}

/// A citation as replies show it; `None` where it stands in no passage.
fn described(
    record: &DocumentRecord,
    text: &Text<'_>,
    citation: Citation,
    target: Option<usize>,
    sources: &[DocumentSummary],
) -> Result<Option<DocumentCitation>, ServerError> {
    let Some(index) = passage_at(record, citation.range.start) else {
        return Ok(None);
    };
    let passage = &record.passages[index];
    let from = passage.from_byte as usize;
    let piece = text.piece(from..passage.to_byte as usize)?;
    let bytes = citation.range.start - from..(citation.range.end - from).min(piece.len());
    let (Some(before), Some(quote)) = (piece.get(..bytes.start), piece.get(bytes)) else {
        return Ok(None);
    };
    let start = before.chars().count();
    let target = cited_document(record, &citation, target, sources);
    Ok(Some(DocumentCitation {
        passage: format!("p{}", index + 1),
        start,
        end: start + quote.chars().count(),
        quote: quote.to_owned(),
        kind: citation.kind.name(),
        work: name_of(citation.work, &record.title),
        place: citation.place,
        target,
    }))
}

/// The document that a citation means: number `target` of `sources`, or `record` itself.
fn cited_document(
    record: &DocumentRecord,
    citation: &Citation,
    target: Option<usize>,
    sources: &[DocumentSummary],
) -> Option<CitedDocument> {
    let (id, title, date) = match target {
        Some(number) => {
            let source = sources.get(number)?;
            (&source.id, &source.title, &source.date)
        }
        None if citation.work == Work::This => (&record.id, &record.title, &record.date),
        None => return None,
    };
    Some(CitedDocument {
        id: id.clone(),
        title: title.clone(),
        date: date.clone(),
        url: place_address(id, &citation.place),
    })
}

/// Address of a place of a document: its reading page finds the passage.
fn place_address(id: &str, place: &str) -> String {
    let address = document_address(id, &Query::default());
    if place.is_empty() {
        return address;
    }
    with_pairs(&address, &[("place", place.to_owned())])
}

/// Indexes of the passages that a piece of a document shows.
fn shown_passages(document: &Document, record: &DocumentRecord) -> Range<usize> {
    let number = |id: &str| id.strip_prefix('p')?.parse::<usize>().ok();
    let first = document.passages.first();
    let first = first.and_then(|passage| number(&passage.id)).unwrap_or(1);
    let from = first.saturating_sub(1).min(record.passages.len());
    from..(from + document.passages.len()).min(record.passages.len())
}

fn bytes_of(record: &DocumentRecord, passages: Range<usize>) -> Range<usize> {
    let passages = &record.passages[passages];
    let from = passages.first().map_or(0, |first| first.from_byte);
    let to = passages.last().map_or(0, |last| last.to_byte);
    from as usize..to as usize
}

/// Passage that the article of `place` begins with, and its label.
fn label_of(
    record: &DocumentRecord,
    text: &Text<'_>,
    place: &str,
) -> Result<Option<(usize, String)>, ServerError> {
    let place = plain_place(place);
    let Some(number) = article_of(&place) else {
        return Ok(None);
    };
    let all = provisions(record, text, 0..record.passages.len())?;
    let found = all.into_iter().find(|(of, _)| of == number);
    let Some((_, index)) = found else {
        return Ok(None);
    };
    let passage = &record.passages[index];
    let from = passage.from_byte as usize;
    let len = passage
        .label
        .map_or(0, |label| usize::from(label.len_bytes));
    let label = text.piece(from..from + len)?;
    let label: String = if label.is_empty() {
        number.to_owned()
    } else {
        label.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Ok(Some((index, label)))
}

/// Words of a text from the byte `from` on, cut behind a word.
fn first_words(text: &Text<'_>, from: usize) -> Result<String, ServerError> {
    let to = (from + 4 * CARD_CHARS).min(text.len_bytes());
    // The end may lie within a character: a piece ends between two.
    let piece = (to.saturating_sub(3)..=to)
        .rev()
        .find_map(|to| text.piece(from..to.max(from)).ok());
    let piece = piece.ok_or_else(|| crate::engine::damaged("text"))?;
    let words: Vec<&str> = piece.split_whitespace().collect();
    let words = words.join(" ");
    let mut cut: String = words.chars().take(CARD_CHARS).collect();
    if cut.len() < words.len() || to < text.len_bytes() {
        cut.push('…');
    }
    Ok(cut)
}
