//! Says why a document stands where it stands, and what one that is missing lacks.
//!
//! In: the tree that was listed by, and the scores of its nodes for one document. Out: a reason for every part that adds to the
//! score: what was looked for, in which field, how many documents have it, what it adds. The additions make up the score. Read
//! off the tree itself, so that nothing that counts can be left out; a part that cannot be named is stated as one.

use crate::expansion::Expansion;
use crate::query::labels::Labels;
use crate::query::plan::{Field, Node, Part, Vocabulary};
use crate::reason::{Place, Reason, ScorePart, TermUnit};

/// A part adding less than this is noise of summation.
const LEAST: f32 = 1e-6;
/// Maximum number of parts that are named; a prefix may stand for hundreds of words.
const MAX_NAMED: usize = 40;

/// One document and the scores it gets.
pub(crate) trait Scored {
    /// Score that `node` gives the document; `None` when it does not match.
    fn score(&self, node: &Node) -> Option<f32>;
}

/// A query, as its explanations name its parts.
#[derive(Clone, Copy)]
pub(crate) struct Explainer<'a> {
    /// The query as typed.
    pub(crate) q: &'a str,
    /// Forms that were looked for beside it.
    pub(crate) expansions: &'a [Expansion],
    /// Terms of the index.
    pub(crate) vocabulary: &'a dyn Vocabulary,
}

impl Explainer<'_> {
    /// Explains the score that `list` gives `document`: a reason for each addition, the greatest first.
    pub(crate) fn score(&self, list: &Node, document: &dyn Scored) -> Vec<Reason> {
        let mut parts: Vec<(f32, ScorePart)> = Vec::new();
        let labels = Labels::of(self.q, self.expansions);
        each_part(list, document, &mut |leaf, score| {
            let part = self.score_part(leaf, &labels);
            // A word that is looked for twice, as typed and as part of a compound, is said once.
            match parts.iter_mut().find(|(_, known)| *known == part) {
                Some((sum, _)) => *sum += score,
                None => parts.push((score, part)),
            }
        });
        named(parts)
    }

    /// Words and phrases of the query that `document` does not hold.
    pub(crate) fn lack(&self, parts: &[Part], document: &dyn Scored) -> Vec<Reason> {
        let mut lacks: Vec<Reason> = Vec::new();
        for part in parts {
            let terms = part.node.terms();
            let is_title_alone = terms.iter().all(|(field, _)| field.is_title());
            let lack = Reason::Lacks {
                label: part.label.clone(),
                // A word that no index term can stand for has no terms at all.
                in_title: is_title_alone && !terms.is_empty(),
                // It may be there in another form.
                as_typed: self
                    .expansions
                    .iter()
                    .any(|expansion| expansion.term.contains(&part.label)),
            };
            if document.score(&part.node).is_none() && !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        lacks
    }

    /// A node that scores by itself, in words.
    fn score_part(&self, leaf: &Node, labels: &Labels) -> ScorePart {
        let terms = leaf.terms();
        let Some(&(field, first)) = terms.first() else {
            return ScorePart::Matching;
        };
        match field {
            Field::Publisher => return ScorePart::Publisher,
            Field::TitleKey => return ScorePart::WholeTitle,
            _ => {}
        }
        let place = if field.is_title() {
            Place::Title
        } else {
            Place::Text
        };
        let texts: Vec<&str> = terms.iter().map(|(_, text)| *text).collect();
        let label = labels.label(&texts);
        if texts.len() > 1 {
            return ScorePart::Phrase { label, place };
        }
        ScorePart::Term {
            label,
            unit: unit_of(field, first),
            place,
            documents: self.vocabulary.doc_freq(field, first),
            of: self.vocabulary.documents(),
        }
    }
}

/// The parts as reasons, the greatest first; those beyond [`MAX_NAMED`] are one.
fn named(mut parts: Vec<(f32, ScorePart)>) -> Vec<Reason> {
    parts.sort_by(|(one, first), (other, second)| {
        let in_words = || first.to_string().cmp(&second.to_string());
        other.total_cmp(one).then_with(in_words)
    });
    if parts.len() > MAX_NAMED {
        let lesser = parts.split_off(MAX_NAMED);
        let count = lesser.len();
        let sum = lesser.iter().map(|(score, _)| score).sum();
        parts.push((sum, ScorePart::Lesser { count }));
    }
    let reason = |(score, part)| Reason::Adds { part, score };
    parts.into_iter().map(reason).collect()
}

fn unit_of(field: Field, term: &str) -> TermUnit {
    let is_pair = term.chars().count() == 2 && !term.is_ascii();
    match field {
        Field::Characters => TermUnit::Character,
        Field::Words | Field::TitleWords => TermUnit::Word,
        _ if is_pair => TermUnit::Pair,
        _ => TermUnit::Spelling,
    }
}

/// Walks down to what scores by itself, through whatever matches the document.
fn each_part<'n>(node: &'n Node, document: &dyn Scored, found: &mut dyn FnMut(&'n Node, f32)) {
    let Some(score) = document.score(node) else {
        return;
    };
    let below = node.scored();
    if let Node::DisMax(_) = node {
        if let Some(best) = best_of(below, document) {
            each_part(best, document, found);
        }
    } else if below.is_empty() {
        if score.abs() >= LEAST {
            found(node, score);
        }
    } else {
        for part in below {
            each_part(part, document, found);
        }
    }
}

/// The node that scores most.
fn best_of<'n>(nodes: Vec<&'n Node>, document: &dyn Scored) -> Option<&'n Node> {
    let scored = nodes
        .into_iter()
        .filter_map(|node| Some((document.score(node)?, node)));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, node)| node)
}
