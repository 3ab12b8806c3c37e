//! Checks a draft against the collection: its citations and its quotations.
//!
//! In: a draft and the documents of a collection, asked for through [`Library`]. Out: a verdict on every citation (is the work
//! held, has it that article) and on every quotation (verbatim, changed, shortened, from elsewhere). A quotation is held
//! against the article cited beside it, then the document, then any document that has its words. What cannot be checked is
//! said to be unchecked, never to be right.

mod changes;
mod compare;
mod quotations;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use schemars::JsonSchema;
use serde::Serialize;

use self::changes::is_repealed;
pub use self::changes::said_of;
use self::compare::{Match, Reading};
use self::quotations::{Quotation, quotations};
use crate::citing::{Cited, Source, Works, cited};
use crate::error::ServerError;

/// Characters between a citation and the quotation that belongs to it.
const NEAR: usize = 80;
/// Characters between a citation and the quotation that it introduces.
const TOUCHING: usize = 12;
/// Characters before a quotation in which the citation begins that belongs to it.
const LONGEST_REACH: usize = 1_000;
/// Number of documents that are kept ready for comparison.
const MAX_READINGS: usize = 48;
/// Maximum number of documents that a quotation without a citation is held against.
const MAX_DOCUMENTS: usize = 3;

/// Kinds of what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A citation.
    Citation,
    /// A quotation.
    Quotation,
}

/// Verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// A later document of the collection says that it amends the work.
    Amended,
    /// The text says that the article is repealed, or a later document that the work is.
    Repealed,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// Words of the document where they differ; of what is amended or repealed, the words that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Document that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Change of a work's force, as a later document says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// [`Verdict::Amended`] or [`Verdict::Repealed`].
    pub verdict: Verdict,
    /// Document that says so.
    pub document: String,
    /// Words of it.
    pub words: String,
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

    /// Change of a document's force, as later documents say it; nothing where it is not known.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    fn change(&self, _id: &str) -> Result<Option<Change>, ServerError> {
        Ok(None)
    }
}

/// Checks `draft`; what is left at `until` stays unchecked.
///
/// # Errors
/// [`ServerError`] of the library.
pub fn check(
    draft: &str,
    works: &Works,
    library: &dyn Library,
    until: Option<Instant>,
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
        changes: HashMap::new(),
    };
    let mut found = Vec::new();
    let is_late = || until.is_some_and(|until| Instant::now() >= until);
    for cite in &cites {
        found.push(if is_late() {
            Checked::late_citation(cite)
        } else {
            checking.citation(cite)?
        });
    }
    for quotation in quotations(draft) {
        // Citations are in the order of the text: those that touch the quotation stand around one place.
        let near = near(&cites, &quotation);
        if near.iter().any(|cite| holds(cite, &quotation)) {
            continue;
        }
        found.push(if is_late() {
            Checked {
                verdict: Verdict::Unchecked,
                ..Checked::not_found(&quotation)
            }
        } else {
            checking.quotation(&quotation, near)?
        });
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

/// Citations that begin at most [`LONGEST_REACH`] characters before a quotation, or directly behind it.
fn near<'a>(cites: &'a [Cited], quotation: &Quotation) -> &'a [Cited] {
    let end = quotation.start + quotation.chars + NEAR;
    let from = cites.partition_point(|cite| cite.start + LONGEST_REACH < quotation.start);
    let to = cites.partition_point(|cite| cite.start < end);
    &cites[from..to.max(from)]
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
    changes: HashMap<String, Option<Change>>,
}

impl Checking<'_> {
    fn reading(&mut self, id: &str) -> Result<Option<Arc<Reading>>, ServerError> {
        if let Some(known) = self.read.get(id) {
            return Ok(known.clone());
        }
        if self.read.len() >= MAX_READINGS {
            self.read.clear();
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
        if is_found && let Some(changed) = self.changed(cite, reading.as_deref())? {
            return Ok(changed);
        }
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
            by: None,
        })
    }

    /// The verdict on a place that its own text says to be repealed, or on a work that a later one repeals or amends.
    fn changed(
        &mut self,
        cite: &Cited,
        reading: Option<&Reading>,
    ) -> Result<Option<Checked>, ServerError> {
        let (Some(id), Some(reading)) = (&cite.target, reading) else {
            return Ok(None);
        };
        let article = article_of(&cite.place).and_then(|number| reading.article(number));
        let own = article.map(|article| reading.words(article.range.clone()));
        let change = match own.filter(|words| is_repealed(words)) {
            Some(words) => Some(Change {
                verdict: Verdict::Repealed,
                document: id.clone(),
                words,
            }),
            None => self.change(id)?,
        };
        Ok(change.map(|change| Checked {
            what: What::Citation,
            start: cite.start,
            quote: cite.quote.clone(),
            verdict: change.verdict,
            document: Some(id.clone()),
            place: cite.place.clone(),
            source: Some(change.words),
            by: Some(change.document),
        }))
    }

    fn change(&mut self, id: &str) -> Result<Option<Change>, ServerError> {
        if let Some(known) = self.changes.get(id) {
            return Ok(known.clone());
        }
        let change = self.library.change(id)?;
        self.changes.insert(id.to_owned(), change.clone());
        Ok(change)
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
            Verdict::Verbatim | Verdict::Variant | Verdict::Abridged if !is_there => {
                Verdict::Elsewhere
            }
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

    /// A citation that there was no time for.
    fn late_citation(cite: &Cited) -> Self {
        Self {
            what: What::Citation,
            start: cite.start,
            quote: cite.quote.clone(),
            verdict: Verdict::Unchecked,
            document: cite.target.clone(),
            place: String::new(),
            source: None,
            by: None,
        }
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
            by: None,
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
