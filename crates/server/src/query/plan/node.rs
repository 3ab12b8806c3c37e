//! The tree that a plan is made of: which documents match and how they score, in no engine's terms.
//!
//! A score is BM25 where a leaf matches, and the sum or the maximum of scores above. An engine turns a tree into a query of its
//! own (`engine::lower`); explanations walk it beside the scores of its nodes.

use polidex_analysis::tokens::phrase_terms;
use polidex_analysis::units::Cut;

/// Field that a leaf is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Words of title and text.
    Words,
    /// Grams of title and text, with positions.
    Grams,
    /// Grams of what repairs replaced in the text as published, with positions.
    OriginalGrams,
    /// Single ideographs of title and text.
    Characters,
    /// Words of the title.
    TitleWords,
    /// Grams of the title, with positions.
    TitleGrams,
    /// The whole title as one term.
    TitleKey,
    /// The publisher, exactly as stored.
    Publisher,
    /// The number its publisher gave a document, exactly as stored.
    Number,
    /// The document's id.
    Id,
    /// Languages that a document holds.
    Language,
    /// Works and places that the text cites, as terms of [`polidex_schema::citations`].
    Cites,
}

impl Field {
    /// Returns `true` for words and grams of the title alone.
    pub fn is_title(self) -> bool {
        matches!(self, Self::TitleWords | Self::TitleGrams)
    }
}

/// Node of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Matches every document; scores 1.
    Everything,
    /// Matches no document.
    Nothing,
    /// One term.
    Term {
        /// Field that it is looked for in.
        field: Field,
        /// The term, as indexed.
        term: String,
    },
    /// Terms in one piece.
    Phrase {
        /// Field with positions that they are looked for in.
        field: Field,
        /// Each term with its offset from the first.
        terms: Vec<(usize, String)>,
        /// Maximum number of positions that the terms may be moved by in all.
        slop: u32,
    },
    /// Clauses that must match, may match and must not match. The score is the sum over those that match.
    Boolean(Boolean),
    /// Matches what any of the nodes matches (dis-max): the greatest score counts.
    DisMax(Vec<Node>),
    /// Matches documents whose clauses weigh `least` or more together; scores 0.
    Share {
        /// Clauses, each with what it weighs.
        clauses: Vec<(Node, f32)>,
        /// Minimum weight of the clauses that match.
        least: f32,
    },
    /// Matches what `required` matches; `clauses` add to the score where they match too.
    Optional {
        /// Node that must match.
        required: Box<Node>,
        /// Optional clauses. Below [`Node::Weighted`] no weight is above 1 but its own, so that an engine can tell what each
        /// clause adds at most.
        clauses: Vec<Node>,
    },
    /// The node with its score times the weight.
    Weighted(Box<Node>, f32),
    /// The node with this score wherever it matches.
    Constant(Box<Node>, f32),
}

/// Clauses of a boolean node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boolean {
    /// All of these must match.
    pub must: Vec<Node>,
    /// At least `minimum` of these must match.
    pub should: Vec<Node>,
    /// Minimum number of `should` that must match.
    pub minimum: usize,
    /// None of these must match; they add no score.
    pub must_not: Vec<Node>,
}

/// Terms of a phrase with their offsets, as [`Node::Phrase`] takes them.
pub(crate) fn placed_terms(cut: &Cut) -> Vec<(usize, String)> {
    let terms = phrase_terms(cut).terms.into_iter();
    terms
        .map(|(offset, term)| (offset as usize, term))
        .collect()
}

impl Node {
    /// A leaf of one term.
    pub fn term(field: Field, term: impl Into<String>) -> Self {
        Self::Term {
            field,
            term: term.into(),
        }
    }

    /// Matches what all of `nodes` match.
    pub fn all(mut nodes: Vec<Node>) -> Self {
        match nodes.len() {
            1 => nodes.remove(0),
            _ => Self::Boolean(Boolean {
                must: nodes,
                ..Boolean::default()
            }),
        }
    }

    /// Matches what any of `nodes` matches; nothing without any.
    pub fn any(mut nodes: Vec<Node>) -> Self {
        match nodes.len() {
            0 => Self::Nothing,
            1 => nodes.remove(0),
            _ => Self::at_least(1, nodes),
        }
    }

    /// Matches documents that hold `terms` of `field` in one piece, each given with its offset.
    pub fn phrase(field: Field, terms: &[(usize, String)]) -> Self {
        Self::Phrase {
            field,
            terms: terms.to_vec(),
            slop: 0,
        }
    }

    /// Matches what at least `minimum` of `nodes` match.
    pub fn at_least(minimum: usize, nodes: Vec<Node>) -> Self {
        Self::Boolean(Boolean {
            should: nodes,
            minimum,
            ..Boolean::default()
        })
    }

    /// Matches what any of `nodes` matches; the greatest score counts. Nothing without any.
    pub fn dis_max(mut nodes: Vec<Node>) -> Self {
        match nodes.len() {
            0 => Self::Nothing,
            1 => nodes.remove(0),
            _ => Self::DisMax(nodes),
        }
    }

    /// Adds optional clauses to `required`, before those it has.
    pub fn optional(required: Node, mut clauses: Vec<Node>) -> Self {
        if clauses.is_empty() {
            return required;
        }
        match required {
            Self::Optional {
                required,
                clauses: inner,
            } => {
                clauses.extend(inner);
                Self::Optional { required, clauses }
            }
            required => Self::Optional {
                required: Box::new(required),
                clauses,
            },
        }
    }

    /// Splits a node into what must match and its optional clauses.
    pub fn split_optional(self) -> (Node, Vec<Node>) {
        match self {
            Self::Optional { required, clauses } => (*required, clauses),
            node => (node, Vec::new()),
        }
    }

    /// The node with its score times `weight`.
    pub fn weighted(self, weight: f32) -> Self {
        Self::Weighted(Box::new(self), weight)
    }

    /// The node with the score `score` wherever it matches.
    pub fn constant(self, score: f32) -> Self {
        Self::Constant(Box::new(self), score)
    }

    /// Nodes whose scores make up the score of this one; a weighted or constant node is one thing to its reader.
    pub fn scored(&self) -> Vec<&Node> {
        match self {
            Self::Boolean(clauses) => clauses.must.iter().chain(&clauses.should).collect(),
            Self::DisMax(nodes) => nodes.iter().collect(),
            Self::Optional { required, clauses } => {
                std::iter::once(&**required).chain(clauses).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Calls `visit` with the node and with all below it that make up its score.
    pub fn visit<'n>(&'n self, visit: &mut dyn FnMut(&'n Node)) {
        visit(self);
        for node in self.scored() {
            node.visit(visit);
        }
    }

    /// Calls `visit` with the field and text of every term of the tree, in order.
    pub fn visit_terms<'n>(&'n self, visit: &mut dyn FnMut(Field, &'n str)) {
        match self {
            Self::Everything | Self::Nothing => {}
            Self::Term { field, term } => visit(*field, term),
            Self::Phrase { field, terms, .. } => {
                terms.iter().for_each(|(_, term)| visit(*field, term));
            }
            Self::Boolean(clauses) => {
                let all = clauses.must.iter().chain(&clauses.should);
                all.chain(&clauses.must_not)
                    .for_each(|node| node.visit_terms(visit));
            }
            Self::DisMax(nodes) => nodes.iter().for_each(|node| node.visit_terms(visit)),
            Self::Share { clauses, .. } => {
                clauses.iter().for_each(|(node, _)| node.visit_terms(visit));
            }
            Self::Optional { required, clauses } => {
                required.visit_terms(visit);
                clauses.iter().for_each(|node| node.visit_terms(visit));
            }
            Self::Weighted(node, _) | Self::Constant(node, _) => node.visit_terms(visit),
        }
    }

    /// Field and text of every term of the tree, in order.
    pub fn terms(&self) -> Vec<(Field, &str)> {
        let mut terms = Vec::new();
        self.visit_terms(&mut |field, term| terms.push((field, term)));
        terms
    }
}
