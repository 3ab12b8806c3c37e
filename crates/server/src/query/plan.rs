//! Turns a parsed query into what the engine runs and what the highlighter looks for.
//!
//! In: clauses, and a [`Vocabulary`] that knows the index's terms. Out: [`Plan`]. Phrases go to the grams, which are exact;
//! words are found as phrases of grams too, so that no segmentation loses them, and ranked as words; a word of one
//! ideograph goes to the characters. Parts that say too little alone (`Chang'E-8`, `第23條`) are wanted in one piece.

use std::collections::HashSet;
use std::ops::Range;

use polidex_analysis::fold::fold_text;
use polidex_analysis::function_words::is_function_word;
use polidex_analysis::latin::stem;
use polidex_analysis::tokens::{Word, is_single_ideograph, phrase_terms, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};
use polidex_schema::fields::{Fields, title_key};
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::answer::{Expansion, ExpansionKind};
use crate::engine::operators::best_of::BestOf;
use crate::engine::operators::favoured::{Favour, Favoured};
use crate::engine::operators::unwanted::Unwanted;
use crate::error::ServerError;
use crate::mark::highlight::Matcher;
use crate::mark::pattern::Pattern;
use crate::query::expand::expander::{Expander, Match};

use crate::query::parse::{Clause, MAX_PHRASE_UNITS, SearchField};
use crate::question::Expand;

/// Most words a prefix may stand for.
pub const MAX_PREFIX_TERMS: usize = 256;

// Weights beside a word's own BM25 of 1. Measured on 2026-11-25 on ../shared/ir, nDCG@10: STARD 0.522 (bigrams alone 0.499,
// jieba 0.470), DRCD 0.973 (0.969, 0.956), TIME 0.719 (Porter 0.707). Function words left out of sentences: TIME's MAP rises
// from 0.645 to 0.650, STARD from 0.519 to 0.520.

/// A word in the title, beside its weight as a word of title and text together. Scored apart at full weight, short titles
/// outweigh what documents are about: TIME falls to 0.65, STARD to 0.48.
const TITLE_WEIGHT: f32 = 0.15;
/// A pair of adjacent ideographs. 0.7 to 1.5 differ by less than 0.005.
const GRAM_WEIGHT: f32 = 1.2;
/// A single ideograph. Without it STARD falls to 0.501; 1.0 gives 0.520 (DRCD 0.9715), 1.3 0.522 (0.9721), 1.6 0.522 (0.9730),
/// 2.0 no more.
const CHARACTER_WEIGHT: f32 = 1.6;
/// An ideograph in more documents than this share tells nothing. 0.1 gives 0.515, 0.5 gives 0.517.
const RARE_CHARACTER_SHARE: f32 = 0.3;
/// The words of a query standing together in a text as typed. The judged questions are sentences and do not tell; people
/// who type two or three words do mean them together.
const CLOSENESS_WEIGHT: f32 = 0.5;
/// The same in a title: who types a title wants that document.
const TITLE_CLOSENESS_WEIGHT: f32 = 2.0;
/// A question of more words than this stands nowhere as typed.
const MAX_CLOSE_WORDS: usize = 8;
/// A title that is the query: beyond any sum of the others, since who types a title wants that document, and not the rules
/// that enforce it.
const EXACT_TITLE_WEIGHT: f32 = 1_000.0;
/// A title that is the query in another region's words.
const VARIANT_TITLE_WEIGHT: f32 = 500.0;
/// Most titles that a query is held to mean.
const MAX_TITLES: usize = 16;
/// Another form of the same language, beside the words as typed.
const VARIANT_WEIGHT: f32 = 0.5;
/// A translation in a text, and in a title. Ranked among translations only.
const TRANSLATION_WEIGHT: f32 = 1.0;
const TITLE_TRANSLATION_WEIGHT: f32 = 2.0;
/// Of a query of three words or more, the share whose translation a document has to hold: a longer question never has them
/// all in a table.
const TRANSLATED_SHARE: f32 = 0.6;
/// What is marked by a form tells less of a passage than the words as typed.
const FORM_MARK_WEIGHT: f32 = 0.5;
/// Most forms of one query (SAFETY S10).
pub const MAX_FORMS: usize = 64;
/// A question ends with a question mark and has this many words, or it is a run of the other many: ranked by any of them.
const QUESTION_WORDS: usize = 4;
const SENTENCE_WORDS: usize = 16;
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
    /// The numbers of documents that hold `key` in one piece: units as in [`title_key`].
    fn numbers_with(&self, key: &str) -> Vec<String>;
}

/// What to run and what to look for.
pub struct Plan {
    /// Documents that match, scored.
    pub query: Box<dyn Query>,
    /// The same with plain words as alternatives; `None` when that is no different.
    pub relaxed: Option<Box<dyn Query>>,
    /// Everything that says anything for a document, its pairs of ideographs included: what judged questions are ranked by.
    pub evidence: Option<Box<dyn Query>>,
    /// Documents that hold the query with translations; those that match `query` too are not taken out. `None` without any.
    pub translated: Option<Box<dyn Query>>,
    /// Documents that hold a translation of any word.
    pub translated_any: Option<Box<dyn Query>>,
    /// For a plain run of words: each of them as typed, and each that has one by translation, to tell which way a query is
    /// better met.
    pub literal_words: Vec<Box<dyn Query>>,
    /// See `literal_words`.
    pub translated_words: Vec<Box<dyn Query>>,
    /// Whether the query is a question in a sentence: no document is wanted to have all its words.
    pub is_sentence: bool,
    /// Every form that is looked for beside the words as typed.
    pub expansions: Vec<Expansion>,
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

/// Which forms may stand for a query's words.
#[derive(Clone, Copy)]
pub struct Widening<'a> {
    /// The tables.
    pub expander: &'a Expander,
    /// Which kinds.
    pub expand: Expand,
    /// Forms that are not wanted.
    pub without: &'a [String],
}

impl Widening<'_> {
    /// The query as typed and nothing else.
    pub fn none() -> Self {
        Self {
            expander: Expander::empty(),
            expand: Expand::None,
            without: &[],
        }
    }
}

/// Plans a query; no clause means all documents.
///
/// # Errors
/// [`ServerError::LimitPassed`] for a phrase of more than [`MAX_PHRASE_UNITS`] or a prefix of more than [`MAX_PREFIX_TERMS`].
pub fn plan_query(
    root: Option<&Clause>,
    fields: &Fields,
    vocabulary: &dyn Vocabulary,
    widening: Widening<'_>,
) -> Result<Plan, ServerError> {
    let mut planner = Planner {
        fields,
        vocabulary,
        widening,
        without: widening
            .without
            .iter()
            .map(|form| fold_text(form).text)
            .collect(),
        marks: Vec::new(),
        parts: Vec::new(),
        expansions: Vec::new(),
        forms_left: MAX_FORMS,
        is_negated: false,
    };
    let mut planned = match root {
        None => Planned::strict(Box::new(AllQuery)),
        Some(root) => planner.clause(root, Scope::Anywhere)?,
    };
    if let Some(text) = root.and_then(plain_text) {
        planned.favour_titles(fields, &titles_meant(&text, &planner.expansions));
    }
    let weights = planner
        .marks
        .iter()
        .filter(|mark| mark.in_body)
        .map(|mark| mark.weight)
        .collect();
    let body = planner
        .marks
        .iter()
        .filter(|mark| mark.in_body)
        .map(|mark| mark.pattern.clone())
        .collect();
    let title = planner
        .marks
        .iter()
        .map(|mark| mark.pattern.clone())
        .collect();
    Ok(Plan {
        query: planned.strict,
        relaxed: planned.relaxed,
        evidence: planned.evidence,
        translated: planned.translated,
        translated_any: planned.translated_any,
        literal_words: planned.literal_words,
        translated_words: planned.translated_words,
        is_sentence: planned.is_sentence,
        expansions: planner.expansions,
        body: Matcher::new(body),
        title: Matcher::new(title),
        weights,
        parts: planner.parts,
    })
}

/// A query that may be a title: words and phrases with nothing asked of them.
fn plain_text(clause: &Clause) -> Option<String> {
    match clause {
        Clause::Words(text) | Clause::Phrase(text, 0) => Some(text.clone()),
        Clause::And(clauses, false) => Some(
            clauses
                .iter()
                .map(plain_text)
                .collect::<Option<Vec<_>>>()?
                .join(" "),
        ),
        _ => None,
    }
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
    evidence: Option<Box<dyn Query>>,
    translated: Option<Box<dyn Query>>,
    translated_any: Option<Box<dyn Query>>,
    literal_words: Vec<Box<dyn Query>>,
    translated_words: Vec<Box<dyn Query>>,
    is_sentence: bool,
}

impl Planned {
    fn strict(query: Box<dyn Query>) -> Self {
        Self {
            strict: query,
            relaxed: None,
            evidence: None,
            translated: None,
            translated_any: None,
            literal_words: Vec::new(),
            translated_words: Vec::new(),
            is_sentence: false,
        }
    }

    fn relaxed_or_strict(&self) -> Box<dyn Query> {
        self.relaxed
            .as_ref()
            .map_or_else(|| self.strict.box_clone(), |relaxed| relaxed.box_clone())
    }

    fn translated_or_strict(&self) -> Box<dyn Query> {
        self.translated.as_ref().map_or_else(
            || self.strict.box_clone(),
            |translated| translated.box_clone(),
        )
    }

    /// Puts documents whose whole title is one of `keys` before all others, those of the first before those of the rest.
    fn favour_titles(&mut self, fields: &Fields, keys: &[String]) {
        let weights =
            std::iter::once(EXACT_TITLE_WEIGHT).chain(std::iter::repeat(VARIANT_TITLE_WEIGHT));
        let favour = |(key, weight): (&String, f32)| {
            let title = term_query(Term::from_field_text(fields.title_key, key));
            Favour::constant(Box::new(ConstScoreQuery::new(title, weight)), weight)
        };
        let favours: Vec<Favour> = keys.iter().zip(weights).map(favour).collect();
        self.strict = favoured(self.strict.box_clone(), favours.clone());
        self.relaxed = self
            .relaxed
            .as_ref()
            .map(|relaxed| favoured(relaxed.box_clone(), favours.clone()));
    }
}

/// The keys of the titles that `text` may be: its own, and those with another region's word for one of its words or for all
/// of them (`都市计划法` is 都市計畫法 in Taiwan).
fn titles_meant(text: &str, expansions: &[Expansion]) -> Vec<String> {
    let variants = expansions
        .iter()
        .filter(|expansion| expansion.kind == ExpansionKind::Variant);
    let mut all = text.to_owned();
    let mut texts = vec![text.to_owned()];
    for expansion in variants {
        texts.extend(
            expansion
                .forms
                .iter()
                .map(|form| text.replace(&expansion.term, form)),
        );
        if let Some(form) = expansion.forms.first() {
            all = all.replace(&expansion.term, form);
        }
    }
    texts.push(all);
    let mut keys: Vec<String> = Vec::new();
    for key in texts
        .iter()
        .map(|text| title_key(text))
        .filter(|key| !key.is_empty())
    {
        if keys.len() < MAX_TITLES && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

struct Planner<'a> {
    fields: &'a Fields,
    vocabulary: &'a dyn Vocabulary,
    widening: Widening<'a>,
    without: HashSet<String>,
    marks: Vec<PlannedMark>,
    parts: Vec<Part>,
    expansions: Vec<Expansion>,
    forms_left: usize,
    is_negated: bool,
}

impl Planner<'_> {
    fn clause(&mut self, clause: &Clause, scope: Scope) -> Result<Planned, ServerError> {
        match clause {
            Clause::Words(text) => self.words(text, scope),
            Clause::Phrase(text, slop) => {
                let cut = cut_text(text);
                let phrase = self.phrase(&cut, *slop, scope)?;
                self.part(text, phrase.required.as_ref());
                Ok(Planned::strict(phrase.query()))
            }
            Clause::Prefix(prefix) => self.prefix(prefix, scope).map(Planned::strict),
            Clause::In(SearchField::Title, inner) => self.clause(inner, Scope::Title),
            Clause::In(SearchField::Publisher, inner) => Ok(Planned::strict(self.publisher(inner))),
            Clause::In(SearchField::Number, inner) => Ok(Planned::strict(self.number(inner))),
            Clause::And(clauses, typed) => self.all_of(clauses, *typed, scope),
            Clause::Or(clauses) => {
                let planned = clauses
                    .iter()
                    .map(|clause| self.clause(clause, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                let translated = planned
                    .iter()
                    .any(|planned| planned.translated.is_some())
                    .then(|| any_of(planned.iter().map(Planned::translated_or_strict).collect()));
                let strict = any_of(planned.into_iter().map(|planned| planned.strict).collect());
                Ok(Planned {
                    translated,
                    ..Planned::strict(strict)
                })
            }
            Clause::Not(inner) => {
                let unwanted = self.unwanted(inner, scope)?.strict;
                let all: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0));
                let clauses = vec![(Occur::Must, all), excluded(unwanted)];
                Ok(Planned::strict(Box::new(BooleanQuery::new(clauses))))
            }
        }
    }

    /// What must not match: planned without marks and without a count of its own.
    fn unwanted(&mut self, clause: &Clause, scope: Scope) -> Result<Planned, ServerError> {
        let was_negated = std::mem::replace(&mut self.is_negated, true);
        let planned = self.clause(clause, scope);
        self.is_negated = was_negated;
        planned
    }

    fn all_of(
        &mut self,
        clauses: &[Clause],
        typed: bool,
        scope: Scope,
    ) -> Result<Planned, ServerError> {
        let mut strict = Vec::new();
        let mut favours = Vec::new();
        let mut wanted = Vec::new();
        let mut loose = Vec::new();
        let mut translated = Vec::new();
        let mut is_translated = false;
        for clause in clauses {
            if let Clause::Not(inner) = clause {
                let unwanted = self.unwanted(inner, scope)?;
                // What is unwanted in one language is unwanted in the other.
                translated.push(excluded(unwanted.translated_or_strict()));
                wanted.push(excluded(unwanted.strict.box_clone()));
                strict.push(excluded(unwanted.strict));
                continue;
            }
            let planned = self.clause(clause, scope)?;
            is_translated |= planned.translated.is_some();
            translated.push((Occur::Must, planned.translated_or_strict()));
            // What was quoted, bracketed or typed with AND stays wanted; only plain words give way.
            match clause {
                Clause::Words(_) if !typed => loose.push(planned.relaxed_or_strict()),
                _ => wanted.push((Occur::Must, planned.relaxed_or_strict())),
            }
            let (required, favours_of_clause) = Favoured::split(planned.strict);
            strict.push((Occur::Must, required));
            favours.extend(favours_of_clause);
        }
        if strict.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            strict.push((Occur::Must, Box::new(AllQuery)));
        }
        let strict = favoured(Box::new(BooleanQuery::new(strict)), favours);
        let translated: Option<Box<dyn Query>> = if is_translated {
            Some(Box::new(BooleanQuery::new(translated)))
        } else {
            None
        };
        if loose.is_empty() {
            return Ok(Planned {
                translated,
                ..Planned::strict(strict)
            });
        }
        let has_wanted = wanted.iter().any(|(occur, _)| *occur == Occur::Must);
        wanted.push((
            if has_wanted {
                Occur::Should
            } else {
                Occur::Must
            },
            any_of(loose),
        ));
        Ok(Planned {
            translated,
            relaxed: Some(Box::new(BooleanQuery::new(wanted))),
            ..Planned::strict(strict)
        })
    }

    /// A plain run of words: all of them wanted, everything that stands as typed counting in a document's favour.
    fn words(&mut self, text: &str, scope: Scope) -> Result<Planned, ServerError> {
        let parts = self.word_parts(text, scope)?;
        if parts.is_empty() {
            return Ok(Planned::strict(Box::new(EmptyQuery)));
        }
        let favours = self.favours(text, parts.len(), scope);
        let is_sentence = is_sentence(text, parts.len());
        let has_content = parts.iter().any(|part| !part.is_function);
        let telling = parts
            .iter()
            .filter(|part| !(has_content && part.is_function));
        let evidence = telling.map(|part| part.wanted.query());
        let evidence: Vec<_> = evidence
            .chain(favours.iter().map(|favour| favour.query().box_clone()))
            .collect();
        let has_evidence = evidence.len() > 1;
        let words = self.widened(text, parts, scope);
        let (translated, translated_any) = (translated_query(&words), any_translation(&words));
        let literal_words = words.iter().filter(|word| !word.is_function);
        let literal_words = literal_words.map(|word| word.wanted().required).collect();
        let has_translation = |word: &&Widened| !word.translations.is_empty();
        let translated_words = words
            .iter()
            .filter(has_translation)
            .map(Widened::in_translation)
            .collect();
        let relaxed = (words.len() > 1).then(|| listed_by_words(&words, &favours));
        let mut required = Vec::with_capacity(words.len());
        let mut all_favours = favours;
        for word in &words {
            let wanted = word.wanted();
            required.push(wanted.required);
            all_favours.extend(wanted.favours);
        }
        let strict = favoured(all_wanted(required), all_favours);
        Ok(Planned {
            strict,
            relaxed,
            evidence: has_evidence.then(|| any_of(evidence)),
            translated,
            translated_any,
            literal_words,
            translated_words,
            is_sentence,
        })
    }

    /// The words of `text`, each with the bytes it stands in.
    fn word_parts(&mut self, text: &str, scope: Scope) -> Result<Vec<WordPart>, ServerError> {
        let mut parts = Vec::new();
        for chunk in text.split_whitespace() {
            // Slices of one text: the distance of their addresses is the chunk's place in it.
            let chunk_at = chunk.as_ptr() as usize - text.as_ptr() as usize;
            let cut = cut_text(chunk);
            for piece in pieces(&cut) {
                let units = &cut.units()[piece.units()];
                let source = units[0].source().start..units[units.len() - 1].source().end;
                let typed = &chunk[source.clone()];
                let wanted = match &piece {
                    Piece::Word(word) => self.word(&cut, word, scope),
                    Piece::Compound(_) => self.phrase(&cut_text(typed), 0, scope)?,
                };
                self.part(typed, wanted.required.as_ref());
                let source = chunk_at + source.start..chunk_at + source.end;
                parts.push(WordPart {
                    source,
                    wanted,
                    is_function: is_function_word(typed),
                });
            }
        }
        Ok(parts)
    }

    /// The words of `text` with what stands for them: a run of words that has other forms becomes one.
    fn widened(&mut self, text: &str, parts: Vec<WordPart>, scope: Scope) -> Vec<Widened> {
        let cut = cut_text(text);
        let matches = if self.widening.expand == Expand::None {
            Vec::new()
        } else {
            self.matches(text, &cut, &parts)
        };
        let mut matches = matches.into_iter().peekable();
        let mut words: Vec<Widened> = Vec::new();
        let mut open: Option<(usize, Widened)> = None;
        for part in parts {
            if let Some((end, word)) = &mut open
                && part.source.start < *end
            {
                word.literal.push(part.wanted);
                continue;
            }
            words.extend(open.take().map(|(_, word)| word));
            let mut word = Widened::literal(part.wanted, part.is_function);
            let units = cut.units();
            match matches
                .next_if(|found| units[found.units.start].source().start == part.source.start)
            {
                Some(found) => {
                    let end = units[found.units.end - 1].source().end;
                    let typed = &text[part.source.start..end];
                    word.is_function = false;
                    word.variants =
                        self.forms(typed, ExpansionKind::Variant, found.variants, scope);
                    word.translations =
                        self.forms(typed, ExpansionKind::Translation, found.translations, scope);
                    for part in found.parts {
                        let part_of = units[part.units.start].source().start
                            ..units[part.units.end - 1].source().end;
                        let typed = &text[part_of];
                        let forms =
                            self.forms(typed, ExpansionKind::Translation, part.translations, scope);
                        word.parts.extend((!forms.is_empty()).then_some(forms));
                    }
                    open = Some((end, word));
                }
                None => words.push(word),
            }
        }
        words.extend(open.map(|(_, word)| word));
        words
    }

    /// What of the text has other forms; a match begins and ends with a word, and function words alone have none.
    fn matches(&self, text: &str, cut: &Cut, parts: &[WordPart]) -> Vec<Match> {
        let units = cut.units();
        let starts: HashSet<usize> = parts.iter().map(|part| part.source.start).collect();
        let ends: HashSet<usize> = parts.iter().map(|part| part.source.end).collect();
        let is_border = |unit: usize| {
            units
                .get(unit)
                .is_none_or(|unit| starts.contains(&unit.source().start))
                || unit > 0 && ends.contains(&units[unit - 1].source().end)
        };
        self.widening.expander.find(text, cut, is_border)
    }

    /// One query for each form that is wanted; notes and marks them.
    fn forms(
        &mut self,
        typed: &str,
        kind: ExpansionKind,
        forms: Vec<String>,
        scope: Scope,
    ) -> Vec<Box<dyn Query>> {
        if kind == ExpansionKind::Translation && self.widening.expand != Expand::All {
            return Vec::new();
        }
        let wanted = |form: &String| !self.without.contains(&fold_text(form).text);
        let forms: Vec<String> = forms
            .into_iter()
            .filter(wanted)
            .take(self.forms_left)
            .collect();
        let mut kept = Vec::new();
        let mut queries = Vec::new();
        for form in forms {
            if let Some(query) = self.form(&form, kind, scope) {
                queries.push(query);
                kept.push(form);
            }
        }
        self.forms_left -= kept.len();
        let is_noted = self
            .expansions
            .iter()
            .any(|noted| noted.term == typed && noted.kind == kind);
        if !kept.is_empty() && !is_noted {
            self.expansions.push(Expansion {
                term: typed.to_owned(),
                kind,
                forms: kept,
            });
        }
        queries
    }

    /// A form as a phrase; one Latin word in any inflection. `None` for a form that cannot be looked for.
    fn form(&mut self, form: &str, kind: ExpansionKind, scope: Scope) -> Option<Box<dyn Query>> {
        let fields = self.fields;
        let cut = cut_text(form);
        let units = cut.units();
        if units.is_empty() || units.len() > MAX_PHRASE_UNITS {
            return None;
        }
        let (weight, title_weight) = match kind {
            ExpansionKind::Variant => (VARIANT_WEIGHT, VARIANT_WEIGHT * TITLE_WEIGHT),
            ExpansionKind::Translation => (TRANSLATION_WEIGHT, TITLE_TRANSLATION_WEIGHT),
        };
        let word = match units {
            [unit] if unit.kind == UnitKind::Word && cut.joined().is_empty() => {
                Some(stem(cut.text(unit)))
            }
            _ => None,
        };
        let rarest = match word {
            Some(word) => {
                let body = Term::from_field_text(fields.words, &word);
                self.mark_form(Pattern::Term(word.clone()), scope, &body);
                let title = term_query(Term::from_field_text(fields.title_words, &word));
                if scope == Scope::Title {
                    return Some(boost(title, title_weight));
                }
                return Some(favoured(
                    boost(term_query(body), weight),
                    vec![Favour::weighted(title, title_weight)],
                ));
            }
            None => phrase_terms(&cut)
                .into_iter()
                .map(|(_, term)| Term::from_field_text(fields.grams, &term)),
        };
        let rarest = rarest.min_by_key(|term| self.vocabulary.doc_freq(term))?;
        self.mark_form(Pattern::of_phrase(&cut), scope, &rarest);
        let title = self.phrase_in(fields.title_grams, &cut, 0)?;
        if scope == Scope::Title {
            return Some(boost(title, title_weight));
        }
        let body = boost(self.phrase_in(fields.grams, &cut, 0)?, weight);
        Some(favoured(body, vec![Favour::weighted(title, title_weight)]))
    }

    /// What no document has to have, but is the better for: the words together as typed, each pair of adjacent ideographs,
    /// each rare ideograph. Pairs carry what a dictionary cuts apart or does not know.
    fn favours(&self, text: &str, part_count: usize, scope: Scope) -> Vec<Favour> {
        let cut = cut_text(text);
        let fields = self.fields;
        let mut favours = Vec::new();
        if (2..=MAX_CLOSE_WORDS).contains(&part_count) && cut.units().len() <= MAX_PHRASE_UNITS {
            let title = self.phrase_in(fields.title_grams, &cut, 0);
            favours.extend(title.map(|query| Favour::weighted(query, TITLE_CLOSENESS_WEIGHT)));
            if scope == Scope::Anywhere {
                let body = self.phrase_in(fields.grams, &cut, 0);
                favours.extend(body.map(|query| Favour::weighted(query, CLOSENESS_WEIGHT)));
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
        for unit in cut
            .units()
            .iter()
            .filter(|unit| unit.kind == UnitKind::Ideograph)
        {
            characters.push(cut.text(unit).to_owned());
        }
        // A pair that is the whole question is already what was asked.
        if part_count == 1 && grams.len() == 1 {
            return favours;
        }
        for (list, field, weight) in [
            (grams, fields.grams, GRAM_WEIGHT),
            (characters, fields.characters, CHARACTER_WEIGHT),
        ] {
            let mut terms = list;
            terms.sort();
            terms.dedup();
            for term in terms.iter().take(MAX_FAVOURS) {
                let body = Term::from_field_text(field, term);
                if field == fields.grams {
                    let title = Term::from_field_text(fields.title_grams, term);
                    favours.push(Favour::weighted(
                        term_query(title),
                        GRAM_WEIGHT * TITLE_WEIGHT,
                    ));
                }
                let is_common = self.vocabulary.doc_freq(&body) as f32
                    > self.vocabulary.documents() as f32 * RARE_CHARACTER_SHARE;
                if scope == Scope::Anywhere && !(field == fields.characters && is_common) {
                    favours.push(Favour::weighted(term_query(body), weight));
                }
            }
        }
        favours
    }

    /// A word, found in the text, which holds the title as well.
    fn word(&mut self, cut: &Cut, word: &Word, scope: Scope) -> Wanted {
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
            if is_han && units.len() == 1 {
                fields.characters
            } else {
                fields.words
            },
            &word.term,
        );
        self.mark(pattern, scope, &body_term);
        let title = Favour::weighted(
            term_query(Term::from_field_text(fields.title_words, &word.term)),
            TITLE_WEIGHT,
        );
        if !is_han {
            return match scope {
                Scope::Title => Wanted {
                    required: title.query().box_clone(),
                    favours: Vec::new(),
                },
                Scope::Anywhere => Wanted {
                    required: term_query(body_term),
                    favours: vec![title],
                },
            };
        }
        // Found whatever the segmentation of the document; ranked by the word and, among the favours, by its pairs. A single
        // ideograph is ranked there alone, if it is rare.
        let field = if scope == Scope::Title {
            fields.title_grams
        } else {
            fields.grams
        };
        let found = self
            .phrase_in(field, &cut_text(&word.term), 0)
            .unwrap_or_else(|| Box::new(EmptyQuery));
        let mut favours = vec![title];
        if scope == Scope::Anywhere && units.len() > 1 {
            favours.push(Favour::weighted(term_query(body_term), 1.0));
        }
        Wanted {
            required: unscored(found),
            favours,
        }
    }

    fn phrase(&mut self, cut: &Cut, slop: u32, scope: Scope) -> Result<Wanted, ServerError> {
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
            return Ok(Wanted {
                required: Box::new(EmptyQuery),
                favours: Vec::new(),
            });
        }
        let rarest = phrase_terms(cut)
            .into_iter()
            .map(|(_, term)| Term::from_field_text(self.fields.grams, &term));
        let rarest = rarest.min_by_key(|term| self.vocabulary.doc_freq(term));
        if let Some(rarest) = rarest {
            if slop == 0 {
                self.mark(Pattern::of_phrase(cut), scope, &rarest);
            } else {
                for word in words(cut) {
                    let text: String = cut.units()[word.units.clone()]
                        .iter()
                        .map(|unit| cut.text(unit))
                        .collect();
                    self.mark(Pattern::of_phrase(&cut_text(&text)), scope, &rarest);
                }
            }
        }
        let in_field = |field| {
            self.phrase_in(field, cut, slop)
                .unwrap_or_else(|| Box::new(EmptyQuery))
        };
        let title = Favour::weighted(in_field(self.fields.title_grams), TITLE_WEIGHT);
        Ok(match scope {
            Scope::Title => Wanted {
                required: title.query().box_clone(),
                favours: Vec::new(),
            },
            Scope::Anywhere => Wanted {
                required: in_field(self.fields.grams),
                favours: vec![title],
            },
        })
    }

    /// The phrase in one field of grams; `None` when nothing can be asked for.
    fn phrase_in(&self, field: Field, cut: &Cut, slop: u32) -> Option<Box<dyn Query>> {
        if is_single_ideograph(cut) {
            let character = cut.text(&cut.units()[0]);
            if field == self.fields.grams {
                return Some(term_query(Term::from_field_text(
                    self.fields.characters,
                    character,
                )));
            }
            // In a title a single character is any gram that begins with it; a run's last stands alone.
            let grams = self
                .vocabulary
                .terms_with_prefix(field, character, MAX_PREFIX_TERMS);
            return Some(any_of(
                grams
                    .iter()
                    .map(|gram| term_query(Term::from_field_text(field, gram)))
                    .collect(),
            ));
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
            let terms = self
                .vocabulary
                .terms_with_prefix(field, &folded, MAX_PREFIX_TERMS + 1);
            if terms.len() > MAX_PREFIX_TERMS {
                return Err(ServerError::LimitPassed {
                    limit: "prefix-expansion",
                    allowed: MAX_PREFIX_TERMS,
                    unit: "words that begin so",
                    found: terms.len(),
                });
            }
            let terms = terms
                .iter()
                .map(|term| term_query(Term::from_field_text(field, term)));
            let is_title = field == self.fields.title_grams;
            queries.extend(terms.map(|query| {
                if is_title {
                    boost(query, TITLE_WEIGHT)
                } else {
                    query
                }
            }));
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
        let matching = publishers
            .iter()
            .filter(|publisher| holds(clause, publisher));
        let terms = matching
            .map(|publisher| term_query(Term::from_field_text(self.fields.publisher, publisher)));
        Box::new(ConstScoreQuery::new(any_of(terms.collect()), 1.0))
    }

    /// Documents by their number: each text of the clause in one piece, whatever its brackets and its script.
    fn number(&self, clause: &Clause) -> Box<dyn Query> {
        let each = |clauses: &[Clause]| clauses.iter().map(|clause| self.number(clause)).collect();
        match clause {
            Clause::Words(text) | Clause::Phrase(text, _) | Clause::Prefix(text) => {
                let numbers = self.vocabulary.numbers_with(&title_key(text));
                let terms = numbers
                    .iter()
                    .map(|number| Term::from_field_text(self.fields.number, number));
                Box::new(ConstScoreQuery::new(
                    any_of(terms.map(term_query).collect()),
                    1.0,
                ))
            }
            Clause::In(_, inner) => self.number(inner),
            Clause::And(clauses, _) => all_wanted(each(clauses)),
            Clause::Or(clauses) => any_of(each(clauses)),
            Clause::Not(inner) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(AllQuery)),
                excluded(self.number(inner)),
            ])),
        }
    }

    fn mark(&mut self, pattern: Pattern, scope: Scope, term: &Term) {
        self.mark_weighted(pattern, scope, term, 1.0);
    }

    fn mark_form(&mut self, pattern: Pattern, scope: Scope, term: &Term) {
        self.mark_weighted(pattern, scope, term, FORM_MARK_WEIGHT);
    }

    fn mark_weighted(&mut self, pattern: Pattern, scope: Scope, term: &Term, share: f32) {
        if self.is_negated || self.marks.iter().any(|mark| mark.pattern == pattern) {
            return;
        }
        let doc_freq = self.vocabulary.doc_freq(term) as f32;
        let documents = self.vocabulary.documents() as f32;
        // The weight of BM25's idf; never zero, so that a word of every document still chooses a passage.
        let weight = (1.0 + (documents - doc_freq + 0.5).max(0.0) / (doc_freq + 0.5))
            .ln()
            .max(0.05);
        self.marks.push(PlannedMark {
            pattern,
            in_body: scope == Scope::Anywhere,
            weight: weight * share,
        });
    }

    fn part(&mut self, label: &str, query: &dyn Query) {
        if !self.is_negated {
            self.parts.push(Part {
                label: label.to_owned(),
                query: query.box_clone(),
            });
        }
    }
}

/// What of a text has to match, and what counts in its favour.
struct Wanted {
    required: Box<dyn Query>,
    favours: Vec<Favour>,
}

impl Wanted {
    fn query(&self) -> Box<dyn Query> {
        favoured(self.required.box_clone(), self.favours.clone())
    }
}

/// A word of a run and the bytes it stands in.
struct WordPart {
    source: Range<usize>,
    wanted: Wanted,
    is_function: bool,
}

/// A word, or a run of words that other forms stand for.
struct Widened {
    literal: Vec<Wanted>,
    variants: Vec<Box<dyn Query>>,
    translations: Vec<Box<dyn Query>>,
    /// The translations of the words it is made of.
    parts: Vec<Vec<Box<dyn Query>>>,
    is_function: bool,
}

impl Widened {
    fn literal(wanted: Wanted, is_function: bool) -> Self {
        Self {
            literal: vec![wanted],
            variants: Vec::new(),
            translations: Vec::new(),
            parts: Vec::new(),
            is_function,
        }
    }

    fn as_typed(&self) -> Wanted {
        Wanted {
            required: all_wanted(
                self.literal
                    .iter()
                    .map(|wanted| wanted.required.box_clone())
                    .collect(),
            ),
            favours: self
                .literal
                .iter()
                .flat_map(|wanted| wanted.favours.iter().cloned())
                .collect(),
        }
    }

    /// The words as typed or another form of them; what is typed scores as if there were no others.
    fn wanted(&self) -> Wanted {
        if self.variants.is_empty() {
            return self.as_typed();
        }
        let forms = self.variants.iter().map(|query| query.box_clone());
        Wanted {
            required: best_of(
                std::iter::once(self.as_typed().query())
                    .chain(forms)
                    .collect(),
            ),
            favours: Vec::new(),
        }
    }

    fn in_any_form(&self) -> Box<dyn Query> {
        let literal = self.wanted().query();
        if self.translations.is_empty() {
            literal
        } else {
            best_of(vec![literal, self.in_translation()])
        }
    }

    /// A translation of the whole, or of all its parts.
    fn in_translation(&self) -> Box<dyn Query> {
        let mut forms = clones(&self.translations);
        if self.parts.len() > 1 {
            forms.push(all_wanted(
                self.parts
                    .iter()
                    .map(|forms| best_of(clones(forms)))
                    .collect(),
            ));
        }
        best_of(forms)
    }

    /// The translations, one query for each part that has some: its own or, for its share, that of the whole. A word without
    /// any stands for itself, as names do; a function word for nothing.
    fn translated(&self) -> Vec<Box<dyn Query>> {
        match (self.translations.is_empty(), self.is_function) {
            (true, true) => Vec::new(),
            (true, false) => vec![self.as_typed().query()],
            (false, _) if self.parts.is_empty() => vec![best_of(clones(&self.translations))],
            (false, _) => {
                let share = 1.0 / self.parts.len() as f32;
                let whole = || {
                    self.translations
                        .iter()
                        .map(|query| boost(query.box_clone(), share))
                };
                self.parts
                    .iter()
                    .map(|forms| best_of(clones(forms).into_iter().chain(whole()).collect()))
                    .collect()
            }
        }
    }
}

fn clones(queries: &[Box<dyn Query>]) -> Vec<Box<dyn Query>> {
    queries.iter().map(|query| query.box_clone()).collect()
}

/// What a plain run of words means with translations: every word in any of its forms, or most of its words translated.
fn translated_query(words: &[Widened]) -> Option<Box<dyn Query>> {
    if words.iter().all(|word| word.translations.is_empty()) {
        return None;
    }
    let mixed = words
        .iter()
        .filter(|word| !word.is_function)
        .map(Widened::in_any_form)
        .collect();
    let translated: Vec<Box<dyn Query>> = words.iter().flat_map(Widened::translated).collect();
    let wanted = match translated.len() {
        few @ 0..=2 => few,
        many => (many as f32 * TRANSLATED_SHARE).ceil() as usize,
    };
    let most: Box<dyn Query> = if wanted < 2 {
        any_of(translated)
    } else {
        Box::new(BooleanQuery::union_with_minimum_required_clauses(
            translated, wanted,
        ))
    };
    Some(best_of(vec![all_wanted(mixed), most]))
}

/// Documents that hold a translation of any of the words.
fn any_translation(words: &[Widened]) -> Option<Box<dyn Query>> {
    let any: Vec<Box<dyn Query>> = words
        .iter()
        .flat_map(|word| word.translations.iter().chain(word.parts.iter().flatten()))
        .map(|query| query.box_clone())
        .collect();
    if any.is_empty() {
        None
    } else {
        Some(any_of(any))
    }
}

/// Documents that hold any of the words; pairs of ideographs decide the order alone, and function words nothing, unless there
/// is nothing else.
fn listed_by_words(words: &[Widened], favours: &[Favour]) -> Box<dyn Query> {
    let has_content = words.iter().any(|word| !word.is_function);
    let lists = |word: &&Widened| !(has_content && word.is_function);
    let listing = any_of(
        words
            .iter()
            .filter(lists)
            .map(|word| word.wanted().query())
            .collect(),
    );
    favoured(listing, favours.to_vec())
}

/// Whether a run of words is a question in a sentence, for which no document has all the words.
fn is_sentence(text: &str, words: usize) -> bool {
    let asks = text.trim_end().ends_with(['?', '？']);
    words >= if asks { QUESTION_WORDS } else { SENTENCE_WORDS }
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
            && words
                .get(end)
                .is_some_and(|next| is_number(next) && follows(&words[at], next));
        let number = if is_ordinal { end } else { at };
        if is_number(&words[number]) {
            end = number + 1;
            let counts = words.get(end).is_some_and(|next| {
                is_han(next) && next.units.len() == 1 && follows(&words[number], next)
            });
            end += usize::from(counts);
        }
        if end == at + 1 && !is_han(&words[at]) {
            while words
                .get(end)
                .is_some_and(|next| !is_han(next) && follows(&words[end - 1], next))
            {
                end += 1;
            }
            if !words[at..end].iter().any(is_one_letter) || end - at > MAX_PHRASE_UNITS / 2 {
                end = at + 1;
            }
        }
        if end - at > 1 {
            pieces.push(Piece::Compound(
                words[at].units.start..words[end - 1].units.end,
            ));
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
                found(if is_han {
                    Pattern::of_phrase(&cut_text(&word.term))
                } else {
                    Pattern::Term(word.term.clone())
                })
            })
        }
        Clause::Phrase(phrase, _) => found(Pattern::of_phrase(&cut_text(phrase))),
        Clause::Prefix(prefix) => found(Pattern::Prefix(
            polidex_analysis::fold::fold_text(prefix).text,
        )),
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

/// The clause that keeps what `query` matches out.
pub(crate) fn excluded(query: Box<dyn Query>) -> (Occur, Box<dyn Query>) {
    (Occur::MustNot, Box::new(Unwanted(unscored(query))))
}

fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn favoured(required: Box<dyn Query>, favours: Vec<Favour>) -> Box<dyn Query> {
    if favours.is_empty() {
        required
    } else {
        Box::new(Favoured::new(required, favours))
    }
}

fn all_wanted(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::intersection(queries)),
    }
}

/// Matches what any of `queries` matches; the best of them is the score.
fn best_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BestOf(queries)),
    }
}

fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
