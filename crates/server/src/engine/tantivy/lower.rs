//! Turns the nodes of a plan into queries of tantivy.

use polidex_schema::fields::Fields;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur,
    PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field as Handle, IndexRecordOption};

use crate::engine::tantivy::operators::any::{AnyQuery, Combined, MAX_CLAUSES};
use crate::engine::tantivy::operators::must_not::MustNot;
use crate::engine::tantivy::operators::optional::{Bound, OptionalClause, OptionalQuery};
use crate::engine::tantivy::operators::share::ShareQuery;
use crate::query::plan::{Boolean, Field, Node};

/// Handle of a field of a plan.
pub(super) fn handle(fields: &Fields, field: Field) -> Handle {
    match field {
        Field::Words => fields.words,
        Field::Grams => fields.grams,
        Field::OriginalGrams => fields.original_grams,
        Field::Characters => fields.characters,
        Field::TitleWords => fields.title_words,
        Field::TitleGrams => fields.title_grams,
        Field::TitleKey => fields.title_key,
        Field::Publisher => fields.publisher,
        Field::Number => fields.number,
        Field::Id => fields.id,
        Field::Language => fields.lang,
        Field::Cites => fields.cites,
    }
}

/// Term of a field of a plan.
pub(super) fn term_of(fields: &Fields, field: Field, term: &str) -> Term {
    Term::from_field_text(handle(fields, field), term)
}

/// Query that matches and scores as `node`.
pub(super) fn lower(fields: &Fields, node: &Node) -> Box<dyn Query> {
    match node {
        Node::Everything => Box::new(AllQuery),
        Node::Nothing => Box::new(EmptyQuery),
        Node::Term { field, term } => Box::new(TermQuery::new(
            term_of(fields, *field, term),
            IndexRecordOption::WithFreqs,
        )),
        Node::Phrase { field, terms, slop } => {
            let terms = terms
                .iter()
                .map(|(offset, term)| (*offset, term_of(fields, *field, term)));
            Box::new(PhraseQuery::new_with_offset_and_slop(
                terms.collect(),
                *slop,
            ))
        }
        Node::Boolean(clauses) if is_any(clauses) => any(fields, &clauses.should, Combined::Sum),
        Node::Boolean(clauses) => Box::new(boolean(fields, clauses)),
        Node::DisMax(nodes) => any(fields, nodes, Combined::Max),
        Node::Share { clauses, least } => {
            let clauses = clauses
                .iter()
                .map(|(node, weight)| (lower(fields, node), *weight));
            Box::new(ShareQuery::new(clauses.collect(), *least))
        }
        Node::Optional { required, clauses } => {
            let required = lower(fields, required);
            let clauses = clauses.iter().map(|clause| optional_clause(fields, clause));
            Box::new(OptionalQuery::new(required, clauses.collect()))
        }
        Node::Weighted(node, weight) => Box::new(BoostQuery::new(lower(fields, node), *weight)),
        Node::Constant(node, score) => Box::new(ConstScoreQuery::new(lower(fields, node), *score)),
    }
}

/// Returns `true` if nothing but any of the clauses is wanted.
fn is_any(clauses: &Boolean) -> bool {
    clauses.must.is_empty() && clauses.must_not.is_empty() && clauses.minimum <= 1
}

/// What any of `nodes` matches.
fn any(fields: &Fields, nodes: &[Node], combined: Combined) -> Box<dyn Query> {
    let mut clauses: Vec<Box<dyn Query>> = nodes.iter().map(|node| lower(fields, node)).collect();
    match (clauses.len(), combined) {
        (0, _) => Box::new(EmptyQuery),
        (1, _) => clauses.remove(0),
        (..=MAX_CLAUSES, _) => Box::new(AnyQuery::new(clauses, combined)),
        (_, Combined::Max) => Box::new(DisjunctionMaxQuery::new(clauses)),
        (_, Combined::Sum) => Box::new(BooleanQuery::union(clauses)),
    }
}

fn boolean(fields: &Fields, clauses: &Boolean) -> BooleanQuery {
    let of = |occur, nodes: &[Node]| {
        let lowered = nodes.iter().map(|node| (occur, lower(fields, node)));
        lowered.collect::<Vec<_>>()
    };
    let mut all = of(Occur::Must, &clauses.must);
    all.extend(of(Occur::Should, &clauses.should));
    let excluded = clauses.must_not.iter();
    all.extend(excluded.map(|node| (Occur::MustNot, must_not(fields, node))));
    BooleanQuery::with_minimum_required_clauses(all, clauses.minimum)
}

fn must_not(fields: &Fields, node: &Node) -> Box<dyn Query> {
    let unscored = ConstScoreQuery::new(lower(fields, node), 0.0);
    Box::new(MustNot(Box::new(unscored)))
}

fn optional_clause(fields: &Fields, clause: &Node) -> OptionalClause {
    OptionalClause::new(lower(fields, clause), bound_of(clause))
}

/// Maximum that an optional clause may add.
fn bound_of(clause: &Node) -> Bound {
    match clause {
        Node::Weighted(_, weight) => Bound::OfTerms(*weight),
        Node::Constant(_, score) => Bound::Constant(*score),
        Node::DisMax(nodes) => {
            let constants = nodes.iter().map(|node| match node {
                Node::Constant(_, score) => Some(*score),
                _ => None,
            });
            match constants.collect::<Option<Vec<f32>>>() {
                Some(scores) => Bound::Constant(scores.into_iter().fold(0.0, f32::max)),
                None => Bound::OfTerms(1.0),
            }
        }
        _ => Bound::OfTerms(1.0),
    }
}
