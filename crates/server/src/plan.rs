//! Turns a parsed query into what the engine runs and what the highlighter looks for.
//!
//! In: clauses, and a [`Vocabulary`] that knows the index's terms. Out: [`Plan`]. Phrases go to the grams, which are exact;
//! words are found as phrases of grams too, so that no segmentation loses them, and ranked as words; a word of one
//! ideograph goes to the characters. A compound with a one-letter part (`Chang'E-8`, `第23條`) is wanted in one piece.

use std::ops::Range;

use polidex_analysis::fields::Fields;
use polidex_analysis::tokens::{Word, is_single_ideograph, phrase_terms, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::error::ServerError;
use crate::highlight::{Matcher, Pattern};
use crate::query::{Clause, MAX_PHRASE_UNITS, Place};

/// Most words a prefix may stand for.
pub const MAX_PREFIX_TERMS: usize = 256;

/// A word in the title counts this much more than one in the body.
const TITLE_WEIGHT: f32 = 2.0;
/// A Han word found as grams, beside its weight as a word of the dictionary.
const GRAM_WEIGHT: f32 = 0.5;
/// The words of a query standing together as typed, beside their weight apart.
const CLOSENESS_WEIGHT: f32 = 1.0;

/// What an index knows of its terms.
pub trait Vocabulary {
    /// Documents that hold `term`.
    fn doc_freq(&self, term: &Term) -> u64;
    /// Documents in all.
    fn documents(&self) -> u64;
    /// Terms of `field` that begin with `prefix`, at most `limit`.
    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String>;
    /// All publishers.
    fn publishers(&self) -> Vec<String>;
}

/// What to run and what to look for.
pub struct Plan {
    /// Documents that match, scored.
    pub query: Box<dyn Query>,
    /// The same with plain words as alternatives; `None` when that is no different.
    pub relaxed: Option<Box<dyn Query>>,
    /// What to mark in bodies and titles.
    pub body: Matcher,
    /// What to mark in titles: the same and what was asked of titles only.
    pub title: Matcher,
    /// How much each pattern of `body` tells: the rarer the more.
    pub weights: Vec<f32>,
    /// Each word and phrase by itself, as typed, for counting.
    pub parts: Vec<Part>,
}

/// One word or phrase of a query.
pub struct Part {
    /// As typed.
    pub label: String,
    /// Documents that hold it.
    pub query: Box<dyn Query>,
}

/// Plans a query; no clause means all documents.
///
/// # Errors
/// [`ServerError::LimitPassed`] for a phrase of more than [`MAX_PHRASE_UNITS`] or a prefix of more than [`MAX_PREFIX_TERMS`].
pub fn plan_query(root: Option<&Clause>, fields: &Fields, vocabulary: &dyn Vocabulary) -> Result<Plan, ServerError> {
    let mut planner = Planner { fields, vocabulary, marks: Vec::new(), parts: Vec::new(), is_negated: false };
    let (query, relaxed): (Box<dyn Query>, _) = match root {
        None => (Box::new(AllQuery), None),
        Some(root) => {
            let planned = planner.clause(root, Scope::Anywhere)?;
            (planned.strict, planned.relaxed)
        }
    };
    let weights = planner.marks.iter().filter(|mark| mark.in_body).map(|mark| mark.weight).collect();
    let body = planner.marks.iter().filter(|mark| mark.in_body).map(|mark| mark.pattern.clone()).collect();
    let title = planner.marks.iter().map(|mark| mark.pattern.clone()).collect();
    Ok(Plan { query, relaxed, body: Matcher::new(body), title: Matcher::new(title), weights, parts: planner.parts })
}

/// Where a clause is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Anywhere,
    Title,
}

struct PlannedMark {
    pattern: Pattern,
    in_body: bool,
    weight: f32,
}

struct Planned {
    strict: Box<dyn Query>,
    relaxed: Option<Box<dyn Query>>,
}

impl Planned {
    fn strict(query: Box<dyn Query>) -> Self {
        Self { strict: query, relaxed: None }
    }

    fn relaxed_or_strict(&self) -> Box<dyn Query> {
        self.relaxed.as_ref().map_or_else(|| self.strict.box_clone(), |relaxed| relaxed.box_clone())
    }
}

struct Planner<'a> {
    fields: &'a Fields,
    vocabulary: &'a dyn Vocabulary,
    marks: Vec<PlannedMark>,
    parts: Vec<Part>,
    is_negated: bool,
}

impl Planner<'_> {
    fn clause(&mut self, clause: &Clause, scope: Scope) -> Result<Planned, ServerError> {
        match clause {
            Clause::Words(text) => self.words(text, scope),
            Clause::Phrase(text, slop) => {
                let cut = cut_text(text);
                let query = self.phrase(&cut, *slop, scope)?;
                self.part(text, query.as_ref());
                Ok(Planned::strict(query))
            }
            Clause::Prefix(prefix) => self.prefix(prefix, scope).map(Planned::strict),
            Clause::In(Place::Title, inner) => self.clause(inner, Scope::Title),
            Clause::In(Place::Publisher, inner) => Ok(Planned::strict(self.publisher(inner))),
            Clause::And(clauses, typed) => self.all_of(clauses, *typed, scope),
            Clause::Or(clauses) => {
                let planned = clauses.iter().map(|clause| self.clause(clause, scope)).collect::<Result<Vec<_>, _>>()?;
                Ok(Planned::strict(any_of(planned.into_iter().map(|planned| planned.strict).collect())))
            }
            Clause::Not(inner) => {
                let was_negated = std::mem::replace(&mut self.is_negated, true);
                let planned = self.clause(inner, scope);
                self.is_negated = was_negated;
                let all: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0));
                let clauses = vec![(Occur::Must, all), (Occur::MustNot, planned?.strict)];
                Ok(Planned::strict(Box::new(BooleanQuery::new(clauses))))
            }
        }
    }

    fn all_of(&mut self, clauses: &[Clause], typed: bool, scope: Scope) -> Result<Planned, ServerError> {
        let mut strict = Vec::new();
        let mut wanted = Vec::new();
        let mut loose = Vec::new();
        for clause in clauses {
            if let Clause::Not(inner) = clause {
                let was_negated = std::mem::replace(&mut self.is_negated, true);
                let planned = self.clause(inner, scope);
                self.is_negated = was_negated;
                let unwanted = planned?.strict;
                wanted.push((Occur::MustNot, unwanted.box_clone()));
                strict.push((Occur::MustNot, unwanted));
                continue;
            }
            let planned = self.clause(clause, scope)?;
            // What was quoted, bracketed or typed with AND stays wanted; only plain words give way.
            match clause {
                Clause::Words(_) if !typed => loose.push(planned.relaxed_or_strict()),
                _ => wanted.push((Occur::Must, planned.relaxed_or_strict())),
            }
            strict.push((Occur::Must, planned.strict));
        }
        if strict.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            strict.push((Occur::Must, Box::new(AllQuery)));
        }
        let strict: Box<dyn Query> = Box::new(BooleanQuery::new(strict));
        if loose.is_empty() {
            return Ok(Planned::strict(strict));
        }
        let has_wanted = wanted.iter().any(|(occur, _)| *occur == Occur::Must);
        wanted.push((if has_wanted { Occur::Should } else { Occur::Must }, any_of(loose)));
        Ok(Planned { strict, relaxed: Some(Box::new(BooleanQuery::new(wanted))) })
    }

    /// A plain run of words: all of them, closeness counting in their favour.
    fn words(&mut self, text: &str, scope: Scope) -> Result<Planned, ServerError> {
        let mut parts = Vec::new();
        for chunk in text.split_whitespace() {
            let cut = cut_text(chunk);
            if is_one_piece(&cut) {
                let query = self.phrase(&cut, 0, scope)?;
                self.part(chunk, query.as_ref());
                parts.push(query);
                continue;
            }
            for word in words(&cut) {
                let query = self.word(&cut, &word, scope);
                let units = &cut.units()[word.units.clone()];
                let source: Range<usize> = units[0].source().start..units[units.len() - 1].source().end;
                self.part(&chunk[source], query.as_ref());
                parts.push(query);
            }
        }
        match parts.len() {
            0 => return Ok(Planned::strict(Box::new(EmptyQuery))),
            1 => return Ok(Planned::strict(parts.remove(0))),
            _ => {}
        }
        let closeness = self.closeness(text, scope);
        let with_closeness = |mut clauses: Vec<(Occur, Box<dyn Query>)>| -> Box<dyn Query> {
            clauses.extend(closeness.as_ref().map(|query| (Occur::Should, query.box_clone())));
            Box::new(BooleanQuery::new(clauses))
        };
        let relaxed = any_of(parts.iter().map(|part| part.box_clone()).collect());
        let strict = with_closeness(parts.into_iter().map(|part| (Occur::Must, part)).collect());
        Ok(Planned { strict, relaxed: Some(with_closeness(vec![(Occur::Must, relaxed)])) })
    }

    /// The words as typed, standing together.
    fn closeness(&self, text: &str, scope: Scope) -> Option<Box<dyn Query>> {
        let cut = cut_text(text);
        if cut.units().len() > MAX_PHRASE_UNITS {
            return None;
        }
        let mut queries =
            vec![boost(self.phrase_in(self.fields.title_grams, &cut, 0)?, TITLE_WEIGHT * CLOSENESS_WEIGHT)];
        if scope == Scope::Anywhere {
            queries.push(boost(self.phrase_in(self.fields.grams, &cut, 0)?, CLOSENESS_WEIGHT));
        }
        Some(any_of(queries))
    }

    fn word(&mut self, cut: &Cut, word: &Word, scope: Scope) -> Box<dyn Query> {
        let fields = self.fields;
        let units = &cut.units()[word.units.clone()];
        let is_han = units[0].kind == UnitKind::Ideograph;
        let pattern = if is_han {
            Pattern::of_phrase(&cut_text(&word.term))
        } else if word.units.len() > 1
            || !word.term.chars().all(char::is_alphanumeric) && word.term.parse::<f64>().is_err()
        {
            Pattern::Joined(word.term.clone())
        } else {
            Pattern::Term(word.term.clone())
        };
        let body_term = Term::from_field_text(
            if is_han && units.len() == 1 { fields.characters } else { fields.words },
            &word.term,
        );
        self.mark(pattern, scope, &body_term);
        let mut queries = vec![boost(term_query(Term::from_field_text(fields.title_words, &word.term)), TITLE_WEIGHT)];
        if scope == Scope::Anywhere {
            queries.push(term_query(body_term));
        }
        if is_han {
            let grams = cut_text(&word.term);
            queries.extend(
                self.phrase_in(fields.title_grams, &grams, 0).map(|query| boost(query, GRAM_WEIGHT * TITLE_WEIGHT)),
            );
            if scope == Scope::Anywhere && units.len() > 1 {
                queries.extend(self.phrase_in(fields.grams, &grams, 0).map(|query| boost(query, GRAM_WEIGHT)));
            }
        }
        any_of(queries)
    }

    fn phrase(&mut self, cut: &Cut, slop: u32, scope: Scope) -> Result<Box<dyn Query>, ServerError> {
        let found = cut.units().len();
        if found > MAX_PHRASE_UNITS {
            return Err(ServerError::LimitPassed {
                limit: "phrase-length",
                allowed: MAX_PHRASE_UNITS,
                unit: "characters and words in a phrase",
                found,
            });
        }
        if found == 0 {
            return Ok(Box::new(EmptyQuery));
        }
        let rarest = phrase_terms(cut).into_iter().map(|(_, term)| Term::from_field_text(self.fields.grams, &term));
        let rarest = rarest.min_by_key(|term| self.vocabulary.doc_freq(term));
        if let Some(rarest) = rarest {
            if slop == 0 {
                self.mark(Pattern::of_phrase(cut), scope, &rarest);
            } else {
                for word in words(cut) {
                    let text: String = cut.units()[word.units.clone()].iter().map(|unit| cut.text(unit)).collect();
                    self.mark(Pattern::of_phrase(&cut_text(&text)), scope, &rarest);
                }
            }
        }
        let mut queries = Vec::new();
        queries.extend(self.phrase_in(self.fields.title_grams, cut, slop).map(|query| boost(query, TITLE_WEIGHT)));
        if scope == Scope::Anywhere {
            queries.extend(self.phrase_in(self.fields.grams, cut, slop));
        }
        Ok(any_of(queries))
    }

    /// The phrase in one field of grams; `None` when nothing can be asked for.
    fn phrase_in(&self, field: Field, cut: &Cut, slop: u32) -> Option<Box<dyn Query>> {
        if is_single_ideograph(cut) {
            let character = cut.text(&cut.units()[0]);
            if field == self.fields.grams {
                return Some(term_query(Term::from_field_text(self.fields.characters, character)));
            }
            // In a title a single character is any gram that begins with it; a run's last stands alone.
            let grams = self.vocabulary.terms_with_prefix(field, character, MAX_PREFIX_TERMS);
            return Some(any_of(grams.iter().map(|gram| term_query(Term::from_field_text(field, gram))).collect()));
        }
        let mut terms: Vec<(usize, Term)> = phrase_terms(cut)
            .into_iter()
            .map(|(offset, term)| (offset as usize, Term::from_field_text(field, &term)))
            .collect();
        match terms.len() {
            0 => None,
            1 => Some(term_query(terms.remove(0).1)),
            _ => Some(Box::new(PhraseQuery::new_with_offset_and_slop(terms, slop))),
        }
    }

    fn prefix(&mut self, prefix: &str, scope: Scope) -> Result<Box<dyn Query>, ServerError> {
        let folded = polidex_analysis::fold::fold_text(prefix).text;
        let fields: &[Field] = if scope == Scope::Title {
            &[self.fields.title_grams]
        } else {
            &[self.fields.title_grams, self.fields.grams]
        };
        let mut queries = Vec::new();
        for &field in fields {
            let terms = self.vocabulary.terms_with_prefix(field, &folded, MAX_PREFIX_TERMS + 1);
            if terms.len() > MAX_PREFIX_TERMS {
                return Err(ServerError::LimitPassed {
                    limit: "prefix-expansion",
                    allowed: MAX_PREFIX_TERMS,
                    unit: "words that begin so",
                    found: terms.len(),
                });
            }
            let terms = terms.iter().map(|term| term_query(Term::from_field_text(field, term)));
            let is_title = field == self.fields.title_grams;
            queries.extend(terms.map(|query| if is_title { boost(query, TITLE_WEIGHT) } else { query }));
        }
        let rarest = Term::from_field_text(self.fields.grams, &folded);
        self.mark(Pattern::Prefix(folded), scope, &rarest);
        let query = any_of(queries);
        self.part(&format!("{prefix}*"), query.as_ref());
        Ok(query)
    }

    /// Publishers are few: the clause is held against each of them.
    fn publisher(&self, clause: &Clause) -> Box<dyn Query> {
        let publishers = self.vocabulary.publishers();
        let matching = publishers.iter().filter(|publisher| holds(clause, publisher));
        let terms = matching.map(|publisher| term_query(Term::from_field_text(self.fields.publisher, publisher)));
        Box::new(ConstScoreQuery::new(any_of(terms.collect()), 1.0))
    }

    fn mark(&mut self, pattern: Pattern, scope: Scope, term: &Term) {
        if self.is_negated || self.marks.iter().any(|mark| mark.pattern == pattern) {
            return;
        }
        let doc_freq = self.vocabulary.doc_freq(term) as f32;
        let documents = self.vocabulary.documents() as f32;
        // The weight of BM25's idf; never zero, so that a word of every document still chooses a passage.
        let weight = (1.0 + (documents - doc_freq + 0.5).max(0.0) / (doc_freq + 0.5)).ln().max(0.05);
        self.marks.push(PlannedMark { pattern, in_body: scope == Scope::Anywhere, weight });
    }

    fn part(&mut self, label: &str, query: &dyn Query) {
        if !self.is_negated {
            self.parts.push(Part { label: label.to_owned(), query: query.box_clone() });
        }
    }
}

/// Whether a chunk typed without spaces is wanted in one piece: a part of one letter, digit or ideograph beside another kind
/// says too little alone.
fn is_one_piece(cut: &Cut) -> bool {
    let units = cut.units();
    if units.len() < 2 || cut.joined().iter().any(|joined| joined.unit_count == units.len()) {
        return false;
    }
    let words = words(cut);
    let is_latin = |word: &Word| units[word.units.start].kind != UnitKind::Ideograph;
    let has_latin = words.iter().any(is_latin);
    let is_short = |word: &Word| word.units.len() == 1 && cut.text(&units[word.units.start]).chars().count() == 1;
    has_latin && words.len() > 1 && words.iter().any(is_short)
}

/// Whether `text` satisfies `clause` by itself.
fn holds(clause: &Clause, text: &str) -> bool {
    let found = |pattern: Pattern| !Matcher::new(vec![pattern]).marks(text).is_empty();
    match clause {
        Clause::Words(typed) => {
            let cut = cut_text(typed);
            words(&cut).iter().all(|word| {
                let is_han = cut.units()[word.units.start].kind == UnitKind::Ideograph;
                found(if is_han { Pattern::of_phrase(&cut_text(&word.term)) } else { Pattern::Term(word.term.clone()) })
            })
        }
        Clause::Phrase(phrase, _) => found(Pattern::of_phrase(&cut_text(phrase))),
        Clause::Prefix(prefix) => found(Pattern::Prefix(polidex_analysis::fold::fold_text(prefix).text)),
        Clause::In(_, inner) => holds(inner, text),
        Clause::And(clauses, _) => clauses.iter().all(|clause| holds(clause, text)),
        Clause::Or(clauses) => clauses.iter().any(|clause| holds(clause, text)),
        Clause::Not(inner) => !holds(inner, text),
    }
}

fn term_query(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn boost(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
