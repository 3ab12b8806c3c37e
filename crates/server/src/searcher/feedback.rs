//! Learns from the first documents of an English sentence which other words its answers hold (pseudo-relevance feedback).
//!
//! In: a plan and the documents it ranks first. Out: the same plan, where words that stand often in those documents add to the
//! score. What matches stays the same. The weights follow the relevance model RM3 (Abdul-Jaleel and others, TREC 2004): a word
//! weighs what it takes of the texts it stands in, each text by its score.

use std::collections::{HashMap, HashSet};

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::tokens::words;
use polidex_analysis::units::cut_text;

use crate::engine::{Engine, Listed};
use crate::error::ServerError;
use crate::query::plan::{Field, Plan};
use crate::query::weights;
use crate::searcher::strategy::Strategy;

/// Shortest word that is learned: shorter ones are parts of names and of numbers.
const LEAST_LETTERS: usize = 3;

/// The plan of `strategy` with what its first documents tell; `None` where that is no English sentence, or they tell nothing.
///
/// # Errors
/// [`ServerError::Engine`].
pub(super) fn with_feedback(strategy: &Strategy<'_>) -> Result<Option<Plan>, ServerError> {
    let plan = strategy.plan;
    let is_sentence = plan.is_plain && plan.lists.is_sentence && is_english(plan);
    // Who types a title wants that document.
    if !is_sentence || plan.lists.names_title {
        return Ok(None);
    }
    let first = strategy.best_as_typed(weights::FEEDBACK_DOCUMENTS)?;
    let told = told_by(strategy.engine, &first)?;
    let known = known_terms(plan);
    let words = most_telling(strategy.engine, told, &known);
    if words.is_empty() {
        return Ok(None);
    }
    let mut widened = plan.clone();
    widened
        .lists
        .prefer_words(&words, plan.wanted.len() as f32 * weights::FEEDBACK);
    Ok(Some(widened))
}

fn is_english(plan: &Plan) -> bool {
    plan.wanted.iter().all(|word| word.label.is_ascii())
}

/// Terms that the plan looks for anyway.
fn known_terms(plan: &Plan) -> HashSet<String> {
    let terms = plan.lists.strict.terms().into_iter();
    let words = terms.filter(|(field, _)| *field == Field::Words);
    words.map(|(_, term)| term.to_owned()).collect()
}

/// Shares that terms take of the texts of `documents`, each text by its score. Long texts tell of too much.
fn told_by(engine: &dyn Engine, documents: &[Listed]) -> Result<HashMap<String, f32>, ServerError> {
    let mut told: HashMap<String, f32> = HashMap::new();
    for listed in documents {
        let stored = engine.document(listed.document)?;
        let text = stored.text()?;
        if text.len_bytes() > weights::FEEDBACK_BYTES {
            continue;
        }
        let text = text.piece(0..text.len_bytes())?;
        let counts = counts_of(&text);
        let all: f32 = counts.values().sum();
        for (term, count) in counts {
            *told.entry(term).or_default() += listed.score * count / all;
        }
    }
    Ok(told)
}

/// Number of times that each English word stands in `text`, by its term.
fn counts_of(text: &str) -> HashMap<String, f32> {
    let mut counts: HashMap<String, f32> = HashMap::new();
    let cut = cut_text(text);
    for word in words(&cut) {
        let [unit] = &cut.units()[word.units.clone()] else {
            continue;
        };
        let is_word = word.term.len() >= LEAST_LETTERS
            && word.term.bytes().all(|byte| byte.is_ascii_lowercase())
            && !is_function_word(&text[unit.source()]);
        if is_word {
            *counts.entry(word.term).or_default() += 1.0;
        }
    }
    counts
}

/// The terms that tell most, each with its share of what they tell together. Words of many documents tell nothing.
fn most_telling(
    engine: &dyn Engine,
    told: HashMap<String, f32>,
    known: &HashSet<String>,
) -> Vec<(String, f32)> {
    let most = engine.documents() as f32 * weights::FEEDBACK_SHARE;
    let mut told: Vec<(String, f32)> = told
        .into_iter()
        .filter(|(term, _)| !known.contains(term))
        .collect();
    told.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    told.retain(|(term, _)| engine.doc_freq(Field::Words, term) as f32 <= most);
    told.truncate(weights::FEEDBACK_TERMS);
    let all: f32 = told.iter().map(|(_, share)| share).sum();
    told.iter_mut().for_each(|(_, share)| *share /= all);
    told
}
