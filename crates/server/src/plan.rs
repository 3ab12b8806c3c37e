//! Turns a parsed query into what the engine runs and what the highlighter looks for.
//!
//! In: clauses, and a [`Vocabulary`] that knows the index's terms. Out: [`Plan`]. Phrases go to the grams, which are exact;
//! words are found as phrases of grams too, so that no segmentation loses them, and ranked as words; a word of one
//! ideograph goes to the characters. Parts that say too little alone (`Chang'E-8`, `第23條`) are wanted in one piece.

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

// Weights beside a word's own BM25 of 1. Measured on 2026-11-22 on ../shared/ir, nDCG@10: STARD 0.518 (bigrams alone 0.499,
// jieba 0.470), DRCD 0.971 (0.969, 0.956), TIME 0.715 (Porter 0.707).

/// A word in the title, beside its weight as a word of title and text together. Scored apart at full weight, short titles
/// outweigh what documents are about: TIME falls to 0.65, STARD to 0.48.
const TITLE_WEIGHT: f32 = 0.15;
/// A pair of adjacent ideographs. 0.7 to 1.5 differ by less than 0.005.
const GRAM_WEIGHT: f32 = 1.2;
/// A single ideograph. Without it STARD falls to 0.501.
const CHARACTER_WEIGHT: f32 = 1.0;
/// An ideograph in more documents than this share tells nothing. 0.1 gives 0.515, 0.5 gives 0.517.
const RARE_CHARACTER_SHARE: f32 = 0.3;
/// The words of a query standing together in a text as typed. The judged questions are sentences and do not tell; people
/// who type two or three words do mean them together.
const CLOSENESS_WEIGHT: f32 = 0.5;
/// The same in a title: who types a title wants that document.
const TITLE_CLOSENESS_WEIGHT: f32 = 2.0;
/// A question of more words than this stands nowhere as typed.
const MAX_CLOSE_WORDS: usize = 8;
/// Most pairs, and most ideographs, of one run of words that are looked up in its favour.
const MAX_FAVOURS: usize = 64;

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
                let unwanted = self.unwanted(inner, scope)?;
                let all: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0));
                let clauses = vec![(Occur::Must, all), (Occur::MustNot, unwanted)];
                Ok(Planned::strict(Box::new(BooleanQuery::new(clauses))))
            }
        }
    }

    /// What must not match: planned without marks and without a count of its own.
    fn unwanted(&mut self, clause: &Clause, scope: Scope) -> Result<Box<dyn Query>, ServerError> {
        let was_negated = std::mem::replace(&mut self.is_negated, true);
        let planned = self.clause(clause, scope);
        self.is_negated = was_negated;
        Ok(planned?.strict)
    }

    fn all_of(&mut self, clauses: &[Clause], typed: bool, scope: Scope) -> Result<Planned, ServerError> {
        let mut strict = Vec::new();
        let mut wanted = Vec::new();
        let mut loose = Vec::new();
        for clause in clauses {
            if let Clause::Not(inner) = clause {
                let unwanted = self.unwanted(inner, scope)?;
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

    /// A plain run of words: all of them wanted, everything that stands as typed counting in a document's favour.
    fn words(&mut self, text: &str, scope: Scope) -> Result<Planned, ServerError> {
        let mut parts = Vec::new();
        for chunk in text.split_whitespace() {
            let cut = cut_text(chunk);
            for piece in pieces(&cut) {
                let units = &cut.units()[piece.units()];
                let source = units[0].source().start..units[units.len() - 1].source().end;
                let query = match &piece {
                    Piece::Word(word) => self.word(&cut, word, scope),
                    Piece::Compound(_) => self.phrase(&cut_text(&chunk[source.clone()]), 0, scope)?,
                };
                self.part(&chunk[source], query.as_ref());
                parts.push(query);
            }
        }
        let favours = self.favours(text, parts.len(), scope);
        match parts.len() {
            0 => return Ok(Planned::strict(Box::new(EmptyQuery))),
            1 if favours.is_empty() => return Ok(Planned::strict(parts.remove(0))),
            _ => {}
        }
        let has_alternatives = parts.len() > 1;
        let mut any: Vec<Box<dyn Query>> = parts.iter().map(|part| part.box_clone()).collect();
        any.extend(favours.iter().map(|query| query.box_clone()));
        let mut all: Vec<(Occur, Box<dyn Query>)> = parts.into_iter().map(|part| (Occur::Must, part)).collect();
        all.extend(favours.into_iter().map(|query| (Occur::Should, query)));
        let strict = Box::new(BooleanQuery::new(all));
        Ok(Planned { strict, relaxed: has_alternatives.then(|| any_of(any)) })
    }

    /// What no document has to have, but is the better for: the words together as typed, each pair of adjacent ideographs,
    /// each rare ideograph. Pairs carry what a dictionary cuts apart or does not know.
    fn favours(&self, text: &str, part_count: usize, scope: Scope) -> Vec<Box<dyn Query>> {
        let cut = cut_text(text);
        let fields = self.fields;
        let mut favours = Vec::new();
        if (2..=MAX_CLOSE_WORDS).contains(&part_count) && cut.units().len() <= MAX_PHRASE_UNITS {
            favours
                .extend(self.phrase_in(fields.title_grams, &cut, 0).map(|query| boost(query, TITLE_CLOSENESS_WEIGHT)));
            if scope == Scope::Anywhere {
                favours.extend(self.phrase_in(fields.grams, &cut, 0).map(|query| boost(query, CLOSENESS_WEIGHT)));
            }
        }
        let mut grams: Vec<String> = Vec::new();
        let mut characters: Vec<String> = Vec::new();
        for pair in cut.units().windows(2) {
            let are_adjacent = pair[0].position + 1 == pair[1].position;
            if are_adjacent && pair.iter().all(|unit| unit.kind == UnitKind::Ideograph) {
                grams.push(format!("{}{}", cut.text(&pair[0]), cut.text(&pair[1])));
            }
        }
        for unit in cut.units().iter().filter(|unit| unit.kind == UnitKind::Ideograph) {
            characters.push(cut.text(unit).to_owned());
        }
        // A pair that is the whole question is already what was asked.
        if part_count == 1 && grams.len() == 1 {
            return favours;
        }
        for (list, field, weight) in
            [(grams, fields.grams, GRAM_WEIGHT), (characters, fields.characters, CHARACTER_WEIGHT)]
        {
            let mut terms = list;
            terms.sort();
            terms.dedup();
            for term in terms.iter().take(MAX_FAVOURS) {
                let body = Term::from_field_text(field, term);
                if field == fields.grams {
                    let title = Term::from_field_text(fields.title_grams, term);
                    favours.push(boost(term_query(title), GRAM_WEIGHT * TITLE_WEIGHT));
                }
                let is_common =
                    self.vocabulary.doc_freq(&body) as f32 > self.vocabulary.documents() as f32 * RARE_CHARACTER_SHARE;
                if scope == Scope::Anywhere && !(field == fields.characters && is_common) {
                    favours.push(boost(term_query(body), weight));
                }
            }
        }
        favours
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
            // A single ideograph is ranked among the favours, if it is rare.
            let body = term_query(body_term);
            queries.push(if is_han && units.len() == 1 { unscored(body) } else { body });
        }
        if is_han {
            let grams = cut_text(&word.term);
            // Found whatever the segmentation of the document; ranked by the pairs, among the favours.
            queries.extend(self.phrase_in(fields.title_grams, &grams, 0).map(unscored));
            if scope == Scope::Anywhere && units.len() > 1 {
                queries.extend(self.phrase_in(fields.grams, &grams, 0).map(unscored));
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

/// A word of a query, or words that are wanted in one piece.
enum Piece {
    Word(Word),
    /// Units.
    Compound(Range<usize>),
}

impl Piece {
    fn units(&self) -> Range<usize> {
        match self {
            Self::Word(word) => word.units.clone(),
            Self::Compound(units) => units.clone(),
        }
    }
}

/// The words of a chunk typed without spaces. Parts that say too little alone stay together: a compound with a one-letter
/// part (`Chang'E-8`), a number with the 第 before it and the one ideograph behind it (`第23條`, `3月`).
fn pieces(cut: &Cut) -> Vec<Piece> {
    let units = cut.units();
    let words = words(cut);
    let is_han = |word: &Word| units[word.units.start].kind == UnitKind::Ideograph;
    let is_number = |word: &Word| units[word.units.start].kind == UnitKind::Number;
    let follows = |before: &Word, after: &Word| {
        units[before.units.end - 1].position + 1 == units[after.units.start].position
            // A possessive s is no word, but no gap either.
            || before.units.end < after.units.start && units[before.units.end].after_apostrophe
    };
    let is_one_letter = |word: &Word| word.units.len() == 1 && word.term.chars().count() == 1;
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut end = at + 1;
        let is_ordinal = is_han(&words[at])
            && words[at].term == "第"
            && words.get(end).is_some_and(|next| is_number(next) && follows(&words[at], next));
        let number = if is_ordinal { end } else { at };
        if is_number(&words[number]) {
            end = number + 1;
            let counts = words
                .get(end)
                .is_some_and(|next| is_han(next) && next.units.len() == 1 && follows(&words[number], next));
            end += usize::from(counts);
        }
        if end == at + 1 && !is_han(&words[at]) {
            while words.get(end).is_some_and(|next| !is_han(next) && follows(&words[end - 1], next)) {
                end += 1;
            }
            if !words[at..end].iter().any(is_one_letter) || end - at > MAX_PHRASE_UNITS / 2 {
                end = at + 1;
            }
        }
        if end - at > 1 {
            pieces.push(Piece::Compound(words[at].units.start..words[end - 1].units.end));
        } else {
            pieces.push(Piece::Word(words[at].clone()));
        }
        at = end;
    }
    pieces
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

fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
