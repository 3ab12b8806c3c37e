//! Tools for assistants: search, read, list.
//!
//! In: a tool's name and its arguments. Out: JSON whose quotations can be verified: each is a piece of the stored text with
//! the code points that it takes up in its passage, the place as the document writes it, and the address where a reader
//! sees it. Nothing here waits or knows the protocol.

use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{document_address, passage_address, with_pairs};
use crate::answer::{Document, DocumentPassage, DocumentSummary, Hit, PassageHit, Piece};
use crate::http::backend::Answers;
use crate::question::Query;
use crate::request::address::no_document;
use crate::request::params::SEARCH_API;
use crate::request::parse::parse_search;
use crate::request::problem::{Problem, ProblemKind};

/// Documents that a search lists when nothing is said, and most of them.
const DOCUMENTS: (usize, usize) = (5, 20);
/// Code points of a document that are read at once when nothing is said, and most of them.
const READ_CHARS: (usize, usize) = (4_000, 20_000);
/// Sources that are listed at once.
const SOURCES: usize = 50;

/// A tool: its name, its description and the schema of its arguments.
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) schema: Map<String, Value>,
}

/// Every tool.
pub(super) fn tools() -> [Tool; 3] {
    [
        Tool {
            name: "search",
            title: "Search the documents",
            about: "Searches policy documents in Chinese and English. Traditional and Simplified characters find each \
                    other, and known terms their translations. Put a phrase in quotes to find it word for word. Each \
                    quote is exact text of the document: `start` and `end` are its code points within its passage. Cite \
                    with title, place and address, and read the passage before relying on it.",
            schema: schema_of::<SearchArguments>(),
        },
        Tool {
            name: "read",
            title: "Read a document",
            about: "Reads exact text of a document: one passage by its id (`p12`), a place such as 第二十三條 or Section 5A, \
                    or a stretch from a code point on. `next` continues a stretch.",
            schema: schema_of::<ReadArguments>(),
        },
        Tool {
            name: "list_sources",
            title: "List the documents",
            about: "Lists the documents of the index by id, fifty at a time. `after` continues behind an id.",
            schema: schema_of::<ListArguments>(),
        },
    ]
}

fn schema_of<T: JsonSchema>() -> Map<String, Value> {
    match schema_for!(T).to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Arguments of `search`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchArguments {
    /// Words, or a "quoted phrase", in Chinese or English.
    query: String,
    /// Number of documents, 1 to 20; 5 when left out.
    limit: Option<usize>,
    /// Ids of documents to search in.
    #[serde(default)]
    source: Vec<String>,
    /// Publishers, as the index writes them.
    #[serde(default)]
    publisher: Vec<String>,
    /// Languages: `en`, `zh-Hant`, `zh-Hans`.
    #[serde(default)]
    lang: Vec<String>,
    /// Kinds of document, as the index writes them.
    #[serde(default)]
    kind: Vec<String>,
    /// First day: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    from: Option<String>,
    /// Last day, likewise.
    to: Option<String>,
    /// `relevance`, `-date` (newest first) or `date`.
    sort: Option<String>,
}

/// Arguments of `read`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReadArguments {
    /// Id of the document.
    document: String,
    /// Id of a passage: `p12`.
    passage: Option<String>,
    /// Chapter or article as the document writes it: 第二十三條, `Section 5A`.
    place: Option<String>,
    /// First code point of a stretch; 0 when left out.
    start: Option<usize>,
    /// Code points of a stretch, up to 20,000; 4,000 when left out.
    length: Option<usize>,
}

/// Arguments of `list_sources`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListArguments {
    /// Id behind which the list goes on.
    after: Option<String>,
    /// Text that the title or the id must hold.
    contains: Option<String>,
}

/// Documents found.
#[derive(Serialize)]
struct Found {
    /// Number of documents that answer.
    total: u64,
    documents: Vec<FoundDocument>,
}

#[derive(Serialize)]
struct FoundDocument {
    #[serde(flatten)]
    source: Source,
    quotes: Vec<Quote>,
}

#[derive(Serialize)]
struct Source {
    document: String,
    title: String,
    publisher: String,
    date: String,
    kind: String,
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
}

/// A piece of stored text, and where it stands.
#[derive(Serialize)]
struct Quote {
    quote: String,
    passage: String,
    /// First code point of the quote in its passage, and the one behind its last.
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    lang: String,
    address: String,
}

#[derive(Serialize)]
struct ReadText {
    #[serde(flatten)]
    source: Source,
    quotes: Vec<Quote>,
    /// `start` of what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

#[derive(Serialize)]
struct Listed {
    total: usize,
    sources: Vec<Source>,
    /// `after` of what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A call of a tool of one server.
pub(super) struct Call<'a> {
    pub(super) engine: &'a dyn Answers,
    /// Beginning of addresses: that of the server, or nothing.
    pub(super) origin: &'a str,
}

impl Call<'_> {
    /// Runs the tool `name`.
    ///
    /// # Errors
    /// A [`Problem`] whose detail says what to change.
    pub(super) fn run(&self, name: &str, arguments: Map<String, Value>) -> Result<Value, Problem> {
        match name {
            "search" => self.search(&read_arguments(arguments)?),
            "read" => self.read(&read_arguments(arguments)?),
            "list_sources" => self.list(&read_arguments(arguments)?),
            _ => Err(malformed(format!("there is no tool `{name}`"))),
        }
    }

    fn search(&self, asked: &SearchArguments) -> Result<Value, Problem> {
        let (usual, most) = DOCUMENTS;
        let limit = asked.limit.unwrap_or(usual).clamp(1, most);
        let mut pairs = vec![("q", asked.query.clone()), ("per_page", limit.to_string())];
        let lists = [
            ("source", &asked.source),
            ("publisher", &asked.publisher),
            ("lang", &asked.lang),
            ("kind", &asked.kind),
        ];
        for (name, values) in lists {
            pairs.extend(values.iter().map(|value| (name, value.clone())));
        }
        let texts = [
            ("from", &asked.from),
            ("to", &asked.to),
            ("sort", &asked.sort),
        ];
        for (name, value) in texts {
            pairs.extend(value.iter().map(|value| (name, value.clone())));
        }
        // One parser checks what programs and assistants ask.
        let target = with_pairs("", &pairs);
        let (question, _) = parse_search(SEARCH_API, target.strip_prefix('?'))?;
        let answer = self.engine.search(&question.sources(0))?;
        let documents = answer.hits.iter().map(|hit| self.found(hit));
        written(&Found {
            total: answer.total.value,
            documents: documents.collect::<Result<_, _>>()?,
        })
    }

    fn found(&self, hit: &Hit) -> Result<FoundDocument, Problem> {
        let mut quotes = Vec::new();
        for passage in &hit.passages {
            quotes.extend(self.quote_of_hit(&hit.id, passage)?);
        }
        let source = Source {
            document: hit.id.clone(),
            title: hit.title.clone(),
            publisher: hit.publisher.clone(),
            date: hit.date.clone(),
            kind: hit.kind.clone(),
            address: self.address(&document_address(&hit.id, &Query::default())),
            original: hit.original_url.clone(),
        };
        Ok(FoundDocument { source, quotes })
    }

    /// The snippet of a hit as a piece of its passage; the whole passage where the snippet is put together of pieces.
    fn quote_of_hit(&self, id: &str, hit: &PassageHit) -> Result<Option<Quote>, Problem> {
        let number = hit
            .id
            .strip_prefix('p')
            .and_then(|number| number.parse().ok());
        let piece = Piece::Around(number.unwrap_or(1));
        let document = self.engine.document_piece(id, &Query::default(), piece)?;
        let Some(document) = document else {
            return Ok(None);
        };
        let passage = document
            .passages
            .iter()
            .find(|passage| passage.id == hit.id);
        Ok(passage.map(|passage| {
            let mut quote = self.whole(&document, passage);
            let snippet = hit.text.trim_matches('…').trim();
            if let Some(byte) = passage.text.find(snippet).filter(|_| !snippet.is_empty()) {
                quote.start = passage.text[..byte].chars().count();
                quote.end = quote.start + snippet.chars().count();
                quote.quote = snippet.to_owned();
            }
            quote
        }))
    }

    /// A whole passage as a quote.
    fn whole(&self, document: &Document, passage: &DocumentPassage) -> Quote {
        let id = &document.summary.id;
        let address = document_address(id, &Query::default());
        // A page finds the part of a long document by the passage that is cited.
        let address = with_pairs(&address, &[("cite", passage.id.clone())]);
        Quote {
            quote: passage.text.clone(),
            passage: passage.id.clone(),
            start: 0,
            end: passage.text.chars().count(),
            place: passage.place.clone(),
            page: passage.page,
            lang: passage.lang.clone(),
            address: self.address(&passage_address(&address, None, &passage.id)),
        }
    }

    fn read(&self, asked: &ReadArguments) -> Result<Value, Problem> {
        let none = Query::default();
        let document = match &asked.place {
            Some(_) => self.engine.document(&asked.document, &none)?,
            None => {
                let piece = piece_of(asked)?;
                self.engine.document_piece(&asked.document, &none, piece)?
            }
        };
        let document = document.ok_or_else(|| no_document(&asked.document))?;
        let quotes = self.quotes(&document, asked);
        if quotes.is_empty() && (asked.passage.is_some() || asked.place.is_some()) {
            let detail = "the document has no such passage or place; search in it, or read it from the start";
            return Err(Problem::new(ProblemKind::UnknownDocument, detail));
        }
        written(&ReadText {
            source: self.source(&document.summary),
            quotes,
            next: document.window.as_ref().and_then(|window| window.next),
        })
    }

    /// The passages that are asked for, until they have as many characters as are read at once.
    fn quotes(&self, document: &Document, asked: &ReadArguments) -> Vec<Quote> {
        let (_, most) = READ_CHARS;
        let is_wanted = |passage: &&DocumentPassage| match (&asked.passage, &asked.place) {
            (Some(id), _) => passage.id == *id,
            (None, Some(place)) => passage.place.as_deref().is_some_and(|at| is_at(at, place)),
            (None, None) => true,
        };
        let mut read = 0;
        let mut quotes = Vec::new();
        for passage in document.passages.iter().filter(is_wanted) {
            let quote = self.whole(document, passage);
            read += quote.end - quote.start;
            quotes.push(quote);
            if read >= most {
                break;
            }
        }
        quotes
    }

    fn list(&self, asked: &ListArguments) -> Result<Value, Problem> {
        let all = self.engine.sources()?;
        let contains = asked.contains.as_deref().unwrap_or_default();
        let after = asked.after.as_deref().unwrap_or_default();
        let has = |source: &&DocumentSummary| {
            source.title.contains(contains) || source.id.contains(contains)
        };
        let fitting: Vec<&DocumentSummary> = all.iter().filter(has).collect();
        let behind = fitting.iter().filter(|source| source.id.as_str() > after);
        let mut sources: Vec<Source> = behind
            .take(SOURCES + 1)
            .map(|source| self.source(source))
            .collect();
        let is_more = sources.len() > SOURCES;
        sources.truncate(SOURCES);
        let last = sources.last().map(|source| source.document.clone());
        written(&Listed {
            total: fitting.len(),
            sources,
            next: last.filter(|_| is_more),
        })
    }

    fn source(&self, summary: &DocumentSummary) -> Source {
        Source {
            document: summary.id.clone(),
            title: summary.title.clone(),
            publisher: summary.publisher.clone(),
            date: summary.date.clone(),
            kind: summary.kind.clone(),
            address: self.address(&document_address(&summary.id, &Query::default())),
            original: summary.original_url.clone(),
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// True if `place` names `at` or the end of it: 第二十三條 is at 第三章 第二十三條.
fn is_at(at: &str, place: &str) -> bool {
    let place = place.trim();
    let before = at.strip_suffix(place);
    !place.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

fn read_arguments<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Problem> {
    let read = serde_json::from_value(Value::Object(arguments));
    read.map_err(|error| malformed(format!("the arguments do not fit: {error}")))
}

fn malformed(detail: String) -> Problem {
    Problem::new(ProblemKind::MalformedRequest, detail)
}

fn written(reply: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(reply).map_err(|_| {
        Problem::new(
            ProblemKind::Internal,
            "the answer could not be written; try again",
        )
    })
}

/// The part of a document that is asked for.
fn piece_of(asked: &ReadArguments) -> Result<Piece, Problem> {
    let (usual, most) = READ_CHARS;
    let Some(passage) = &asked.passage else {
        return Ok(Piece::Window {
            start: asked.start.unwrap_or(0),
            length: asked.length.unwrap_or(usual).clamp(1, most),
        });
    };
    let number = passage
        .strip_prefix('p')
        .and_then(|number| number.parse().ok());
    let wrong = || malformed(format!("`{passage}` is no passage; write `p12`"));
    Ok(Piece::Around(number.ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_by_its_end() {
        assert!(is_at("第三章 第二十三條", "第二十三條"));
        assert!(is_at("Section 5A", "Section 5A") && is_at("Part 2 Section 5A", " Section 5A "));
        assert!(!is_at("第一百二十三條", "二十三條") && !is_at("Section 15", "5"));
        assert!(!is_at("Section 5A", ""));
    }
}
