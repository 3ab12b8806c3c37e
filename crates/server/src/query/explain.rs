//! Says in plain words why a document stands where it stands, and what one that is missing lacks.
//!
//! In: the query that ran, and how it scores one document. Out: a reason for every part that adds to the score: what was
//! looked for, in which field, how many documents have it, what it adds. The additions make up the score. Read off the query
//! itself, so that nothing that counts can be left out; a part that cannot be named is stated as one.

use polidex_analysis::tokens::{phrase_terms, words};
use polidex_analysis::units::{UnitKind, cut_text};
use polidex_schema::fields::Fields;
use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query};
use tantivy::schema::Field;

use crate::answer::Expansion;
use crate::engine::operators::best_of::BestOf;
use crate::engine::operators::favoured::Favoured;
use crate::query::plan::{Part, Vocabulary};
use crate::reason::{Label, Place, Reason, ScorePart, TermUnit};

/// A part adding less than this is noise of summation.
const LEAST: f32 = 1e-6;
/// Most parts that are named; a prefix may stand for hundreds of words.
const MAX_NAMED: usize = 40;

/// One document, as queries see it.
pub(crate) trait Scored {
    /// What `query` gives the document; `None` when it does not match.
    fn score(&self, query: &dyn Query) -> Option<f32>;
}

/// Why `document` has its score: a reason for each addition, the greatest first.
pub(crate) fn explain_score(
    query: &dyn Query,
    q: &str,
    expansions: &[Expansion],
    fields: &Fields,
    vocabulary: &dyn Vocabulary,
    document: &dyn Scored,
) -> Vec<Reason> {
    let mut parts: Vec<(f32, ScorePart)> = Vec::new();
    let labels = Labels::of(q, expansions);
    each_part(query, document, &mut |leaf, score| {
        let part = score_part(leaf, &labels, fields, vocabulary);
        // A word that is looked for twice, as typed and as part of a compound, is said once.
        match parts.iter_mut().find(|(_, known)| *known == part) {
            Some((sum, _)) => *sum += score,
            None => parts.push((score, part)),
        }
    });
    let in_words = |part: &ScorePart| part.to_string();
    parts.sort_by(|(one, first), (other, second)| {
        other
            .total_cmp(one)
            .then_with(|| in_words(first).cmp(&in_words(second)))
    });
    if parts.len() > MAX_NAMED {
        let lesser = parts.split_off(MAX_NAMED);
        let sum = lesser.iter().map(|(score, _)| score).sum();
        parts.push((
            sum,
            ScorePart::Lesser {
                count: lesser.len(),
            },
        ));
    }
    parts
        .into_iter()
        .map(|(score, part)| Reason::Adds { part, score })
        .collect()
}

/// Which of the words and phrases of a query `document` does not hold.
pub(crate) fn explain_lack(
    parts: &[Part],
    expansions: &[Expansion],
    fields: &Fields,
    document: &dyn Scored,
) -> Vec<Reason> {
    let mut lacks: Vec<Reason> = Vec::new();
    for part in parts {
        let mut is_title_alone = true;
        part.query.query_terms(&mut |term: &Term, _| {
            is_title_alone &= [fields.title_words, fields.title_grams].contains(&term.field());
        });
        let lack = Reason::Lacks {
            label: part.label.clone(),
            // A word that no index term can stand for has no terms at all.
            in_title: is_title_alone && has_terms(part.query.as_ref()),
            // It may be there in another form.
            as_typed: expansions
                .iter()
                .any(|expansion| expansion.term.contains(&part.label)),
        };
        if document.score(part.query.as_ref()).is_none() && !lacks.contains(&lack) {
            lacks.push(lack);
        }
    }
    lacks
}

fn has_terms(query: &dyn Query) -> bool {
    let mut found = false;
    query.query_terms(&mut |_, _| found = true);
    found
}

/// Walks down to what scores by itself, through whatever matches the document.
fn each_part(query: &dyn Query, document: &dyn Scored, found: &mut dyn FnMut(&dyn Query, f32)) {
    if let Some(boxed) = query.downcast_ref::<Box<dyn Query>>() {
        return each_part(boxed.as_ref(), document, found);
    }
    let Some(score) = document.score(query) else {
        return;
    };
    if let Some(BestOf(queries)) = query.downcast_ref::<BestOf>() {
        let scored = queries
            .iter()
            .filter_map(|query| document.score(query.as_ref()).map(|score| (score, query)));
        if let Some((_, best)) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
            each_part(best.as_ref(), document, found);
        }
        return;
    }
    if let Some(favoured) = query.downcast_ref::<Favoured>() {
        favoured
            .parts()
            .for_each(|part| each_part(part, document, found));
        return;
    }
    match query.downcast_ref::<BooleanQuery>() {
        Some(all) => {
            for (occur, clause) in all.clauses() {
                if *occur != Occur::MustNot {
                    each_part(clause.as_ref(), document, found);
                }
            }
        }
        None if score.abs() >= LEAST => found(query, score),
        None => {}
    }
}

/// How folded terms were typed.
struct Labels {
    /// Terms of a word, a pair or a phrase, and how to say them.
    known: Vec<(Vec<String>, Label)>,
}

impl Labels {
    fn of(q: &str, expansions: &[Expansion]) -> Self {
        let mut known = Vec::new();
        let cut = cut_text(q);
        let units = cut.units();
        for word in words(&cut) {
            let source =
                units[word.units.start].source().start..units[word.units.end - 1].source().end;
            known.push((vec![word.term.clone()], q[source.clone()].to_owned()));
            known.push((grams(&q[source.clone()]), q[source].to_owned()));
        }
        for pair in units
            .windows(2)
            .filter(|pair| pair.iter().all(|unit| unit.kind == UnitKind::Ideograph))
        {
            let term = format!("{}{}", cut.text(&pair[0]), cut.text(&pair[1]));
            known.push((
                vec![term],
                q[pair[0].source().start..pair[1].source().end].to_owned(),
            ));
        }
        for unit in units {
            known.push((vec![cut.text(unit).to_owned()], q[unit.source()].to_owned()));
        }
        for text in q
            .split(['"', '“', '”', '「', '」', '『', '』', '＂', '(', ')'])
            .chain([q])
        {
            let terms = grams(text);
            if terms.len() > 1 {
                known.push((terms, text.trim().to_owned()));
            }
        }
        let typed = |text: String| Label {
            text,
            stands_for: None,
        };
        let mut known: Vec<_> = known
            .into_iter()
            .map(|(terms, text)| (terms, typed(text)))
            .collect();
        for expansion in expansions {
            for form in &expansion.forms {
                let stands_for = Some((expansion.kind, expansion.term.clone()));
                let said = Label {
                    text: form.clone(),
                    stands_for,
                };
                if let [word] = words(&cut_text(form)).as_slice() {
                    known.push((vec![word.term.clone()], said.clone()));
                }
                known.push((grams(form), said));
            }
        }
        Self { known }
    }

    fn label(&self, terms: &[String]) -> Label {
        if let Some((_, said)) = self.known.iter().find(|(known, _)| known == terms) {
            return said.clone();
        }
        // A single character in a title is looked for as every pair that begins with it.
        let first = |term: &String| term.chars().next();
        let text = match terms.first().and_then(first) {
            Some(character)
                if terms.iter().all(|term| first(term) == Some(character)) && terms.len() > 1 =>
            {
                character.to_string()
            }
            _ => terms.join(" "),
        };
        Label {
            text,
            stands_for: None,
        }
    }
}

/// Terms of a text as a phrase.
fn grams(text: &str) -> Vec<String> {
    phrase_terms(&cut_text(text))
        .into_iter()
        .map(|(_, term)| term)
        .collect()
}

fn score_part(
    leaf: &dyn Query,
    labels: &Labels,
    fields: &Fields,
    vocabulary: &dyn Vocabulary,
) -> ScorePart {
    let mut terms: Vec<(Field, String)> = Vec::new();
    leaf.query_terms(&mut |term: &Term, _| {
        terms.push((
            term.field(),
            term.value().as_str().unwrap_or_default().to_owned(),
        ));
    });
    let Some(&(field, _)) = terms.first() else {
        return ScorePart::Matching;
    };
    if field == fields.publisher {
        return ScorePart::Publisher;
    }
    if field == fields.title_key {
        return ScorePart::WholeTitle;
    }
    let is_title = [fields.title_words, fields.title_grams].contains(&field);
    let place = if is_title { Place::Title } else { Place::Text };
    let texts: Vec<String> = terms.into_iter().map(|(_, text)| text).collect();
    let label = labels.label(&texts);
    if texts.len() > 1 {
        return ScorePart::Phrase { label, place };
    }
    let is_pair = texts[0].chars().count() == 2 && !texts[0].is_ascii();
    let unit = match field {
        field if field == fields.characters => TermUnit::Character,
        field if field == fields.words || field == fields.title_words => TermUnit::Word,
        _ if is_pair => TermUnit::Pair,
        _ => TermUnit::Spelling,
    };
    let documents = vocabulary.doc_freq(&Term::from_field_text(field, &texts[0]));
    ScorePart::Term {
        label,
        unit,
        place,
        documents,
        of: vocabulary.documents(),
    }
}
