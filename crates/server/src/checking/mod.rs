//! Checks a draft against the collection: its citations and its quotations.
//!
//! In: a draft and the documents of a collection, asked for through [`Library`]. Out: a verdict on every citation (is the work
//! held, has it that article) and on every quotation (verbatim, changed, shortened, from elsewhere). A quotation is held
//! against the article cited beside it, then the document, then any document that has its words. What cannot be checked is
//! said to be unchecked, never to be right.

mod compare;
mod quotations;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use self::compare::{Match, Reading};
use self::quotations::{Quotation, quotations};
use crate::citing::{Cited, Source, Works, cited};
use crate::error::ServerError;

/// Characters between a citation and the quotation that belongs to it.
const NEAR: usize = 80;
/// Characters between a citation and the quotation that it introduces.
const TOUCHING: usize = 12;
/// Maximum number of documents that a quotation without a citation is held against.
const MAX_DOCUMENTS: usize = 3;

/// Kinds of what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A citation.
    Citation,
    /// A quotation.
    Quotation,
}

/// Verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The work is held and has the place cited.
    Found,
    /// The work is held and has no such article.
    NoSuchArticle,
    /// The collection does not hold the work.
    NoSuchWork,
    /// The work is held; whether it has the place cannot be told.
    Unchecked,
    /// The words stand in the place cited.
    Verbatim,
    /// The words stand there but for script, case, white space and punctuation.
    Variant,
    /// The words stand there but for an omission that is marked.
    Abridged,
    /// Words differ.
    Altered,
    /// Words are left out, and nothing marks it.
    Omission,
    /// The words stand in another place than the one cited.
    Elsewhere,
    /// The words stand nowhere in the collection.
    NotFound,
}

impl Verdict {
    /// Returns true if an author has to look at it.
    pub fn is_wrong(self) -> bool {
        !matches!(
            self,
            Self::Found | Self::Verbatim | Self::Variant | Self::Abridged
        )
    }
}

/// A citation or a quotation of a draft, with a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Kind.
    pub what: What,
    /// First character, in code points of the draft.
    pub start: usize,
    /// Words of the draft.
    pub quote: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Document that it was held against, if one was found.
    pub document: Option<String>,
    /// Place in it where the words stand.
    pub place: String,
    /// Words of the document where they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Documents as a check asks for them.
pub trait Library {
    /// The text of a document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn text(&self, id: &str) -> Result<Option<String>, ServerError>;

    /// Ids of documents that have the words of a quotation, the best first: as a phrase, else most of them.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn with_words(&self, quotation: &str, limit: usize) -> Result<Vec<String>, ServerError>;
}

/// Checks `draft`.
///
/// # Errors
/// [`ServerError`] of the library.
pub fn check(
    draft: &str,
    works: &Works,
    library: &dyn Library,
) -> Result<Vec<Checked>, ServerError> {
    let cites = cited(draft, Source::default(), works);
    let cites: Vec<Cited> = cites
        .into_iter()
        .filter(|cite| cite.kind != "self")
        .collect();
    let cites = without_quoted(cites);
    let mut checking = Checking {
        library,
        read: HashMap::new(),
    };
    let mut found = Vec::new();
    for cite in &cites {
        found.push(checking.citation(cite)?);
    }
    for quotation in quotations(draft) {
        let is_title = cites.iter().any(|cite| holds(cite, &quotation));
        if !is_title {
            found.push(checking.quotation(&quotation, &cites)?);
        }
    }
    found.sort_by_key(|checked| checked.start);
    Ok(found)
}

/// Leaves out what is no title but a quotation: it follows a citation, and no document has that title.
fn without_quoted(cites: Vec<Cited>) -> Vec<Cited> {
    let is_quoted = |at: usize| {
        let cite = &cites[at];
        let is_marked = cite.quote.starts_with(['“', '「', '『']) && cite.target.is_none();
        let before = at.checked_sub(1).map(|at| span(&cites[at]).end);
        is_marked && before.is_some_and(|end| cite.start >= end && cite.start - end <= TOUCHING)
    };
    let kept: Vec<bool> = (0..cites.len()).map(|at| !is_quoted(at)).collect();
    cites
        .into_iter()
        .zip(kept)
        .filter_map(|(cite, is_kept)| is_kept.then_some(cite))
        .collect()
}

fn span(cite: &Cited) -> Range<usize> {
    cite.start..cite.start + cite.quote.chars().count()
}

/// Returns true if a citation holds the quotation marks: they are a title's.
fn holds(cite: &Cited, quotation: &Quotation) -> bool {
    let span = span(cite);
    span.start < quotation.start && quotation.start + quotation.chars <= span.end
        || span.start + 1 >= quotation.start
            && span.end + 1 >= quotation.start + quotation.chars
            && span.start <= quotation.start
}

/// Number of the article in a place.
fn article_of(place: &str) -> Option<&str> {
    let first = place.split('/').find_map(|level| {
        level
            .strip_prefix("art:")
            .or_else(|| level.strip_prefix("s:"))
    });
    first.filter(|number| !number.is_empty())
}

struct Checking<'a> {
    library: &'a dyn Library,
    read: HashMap<String, Option<Arc<Reading>>>,
}

impl Checking<'_> {
    fn reading(&mut self, id: &str) -> Result<Option<Arc<Reading>>, ServerError> {
        if let Some(known) = self.read.get(id) {
            return Ok(known.clone());
        }
        let reading = self
            .library
            .text(id)?
            .map(|text| Arc::new(Reading::of(text)));
        self.read.insert(id.to_owned(), reading.clone());
        Ok(reading)
    }

    fn citation(&mut self, cite: &Cited) -> Result<Checked, ServerError> {
        let reading = match &cite.target {
            Some(id) => self.reading(id)?,
            None => None,
        };
        let verdict = verdict_on(&cite.place, reading.as_deref());
        let is_found = verdict == Verdict::Found;
        Ok(Checked {
            what: What::Citation,
            start: cite.start,
            quote: cite.quote.clone(),
            verdict,
            document: cite.target.clone(),
            place: if is_found {
                cite.place.clone()
            } else {
                String::new()
            },
            source: None,
        })
    }

    fn quotation(
        &mut self,
        quotation: &Quotation,
        cites: &[Cited],
    ) -> Result<Checked, ServerError> {
        let near = beside(quotation, cites);
        let mut checked = Checked::not_found(quotation);
        if let Some((id, cite)) = near.and_then(|cite| Some((cite.target.clone()?, cite)))
            && let Some(reading) = self.reading(&id)?
            && let Some(found) = reading.find(&quotation.text, article_of(&cite.place))
        {
            checked.fill(id, &reading, found, article_of(&cite.place));
            return Ok(checked);
        }
        let is_cited = near.is_some_and(|cite| cite.target.is_some());
        self.seek(quotation, is_cited, &mut checked)?;
        Ok(checked)
    }

    /// Seeks a quotation in the documents that have its words, when it does not stand where a citation says.
    fn seek(
        &mut self,
        quotation: &Quotation,
        is_cited: bool,
        checked: &mut Checked,
    ) -> Result<(), ServerError> {
        for id in self.library.with_words(&quotation.text, MAX_DOCUMENTS)? {
            let Some(reading) = self.reading(&id)? else {
                continue;
            };
            if let Some(found) = reading.find(&quotation.text, None) {
                checked.fill(id, &reading, found, None);
                if is_cited && !checked.verdict.is_wrong() {
                    checked.verdict = Verdict::Elsewhere;
                }
                break;
            }
        }
        Ok(())
    }
}

impl Checked {
    fn fill(&mut self, id: String, reading: &Reading, found: Match, cited: Option<&str>) {
        let article = reading.article_at(found.range.start);
        let is_there = match (cited, article) {
            (Some(cited), Some(article)) => compare::same_number(cited, article),
            _ => true,
        };
        self.verdict = match found.verdict {
            Verdict::Verbatim | Verdict::Variant if !is_there => Verdict::Elsewhere,
            verdict => verdict,
        };
        self.place = article.map_or_else(String::new, |article| reading.place(article));
        self.document = Some(id);
        let differs = matches!(
            self.verdict,
            Verdict::Altered | Verdict::Omission | Verdict::Abridged
        );
        self.source = differs.then(|| reading.words(found.range));
    }

    /// A quotation whose words have been found nowhere yet.
    fn not_found(quotation: &Quotation) -> Self {
        Self {
            what: What::Quotation,
            start: quotation.start,
            quote: quotation.text.clone(),
            verdict: Verdict::NotFound,
            document: None,
            place: String::new(),
            source: None,
        }
    }
}

/// Verdict on a citation of `place` in a work, which is `reading` where it is held.
fn verdict_on(place: &str, reading: Option<&Reading>) -> Verdict {
    match (reading, article_of(place)) {
        (None, _) => Verdict::NoSuchWork,
        (Some(_), None) if place.is_empty() => Verdict::Found,
        (Some(_), None) => Verdict::Unchecked,
        (Some(reading), Some(_)) if !reading.has_articles() => Verdict::Unchecked,
        (Some(reading), Some(number)) if reading.article(number).is_some() => Verdict::Found,
        _ => Verdict::NoSuchArticle,
    }
}
/// The citation that a quotation belongs to: the last before it, or the first directly behind it.
fn beside<'a>(quotation: &Quotation, cites: &'a [Cited]) -> Option<&'a Cited> {
    let end = quotation.start + quotation.chars;
    let before = cites
        .iter()
        .filter(|cite| span(cite).end <= quotation.start);
    let before = before
        .filter(|cite| quotation.start - span(cite).end <= NEAR)
        .max_by_key(|cite| span(cite).end);
    let behind = cites
        .iter()
        .find(|cite| cite.start >= end && cite.start - end <= 4);
    let is_touching = before.is_some_and(|cite| quotation.start - span(cite).end <= TOUCHING);
    if is_touching {
        before
    } else {
        behind.or(before)
    }
}
