//! Decides which lists of a plan answer a search: all words, then some of them, then translations.

use std::time::Instant;

use crate::answer::{MatchedBy, Warning};
use crate::engine::{Engine, List, ListRequest, Top};
use crate::error::ServerError;
use crate::query::plan::{Node, Plan};
use crate::question::{Filters, Matching, Query, Search};

/// Lists of one search: literal hits, then those found by translation alone.
pub(super) struct Listing {
    pub(super) literal: List,
    pub(super) matching: MatchedBy,
    pub(super) translated: List,
    pub(super) notes: Vec<Warning>,
}

/// Options of a listing.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) top: Top,
    pub(super) facets: bool,
    pub(super) duplicates: bool,
}

/// The node that lists the literal hits, and how many there are.
pub(super) struct Literal<'a> {
    pub(super) node: &'a Node,
    pub(super) matching: MatchedBy,
    pub(super) count: u64,
}

/// A plan and what it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Strategy<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) plan: &'a Plan,
    pub(super) search: &'a Search,
    pub(super) deadline: Instant,
}

/// The node that lists literal hits matched so.
pub(super) fn literal_node(plan: &Plan, matching: MatchedBy) -> &Node {
    match (&plan.lists.partial, matching) {
        (Some(partial), MatchedBy::Any) => partial,
        _ => &plan.lists.strict,
    }
}

/// The node that lists hits by translation.
pub(super) fn translation_node<'a>(plan: &'a Plan, query: &Query) -> Option<&'a Node> {
    match query.matching {
        Matching::Any => plan.lists.translated_any.as_ref(),
        Matching::All => plan.lists.translated.as_ref(),
    }
}

impl<'a> Strategy<'a> {
    /// Lists what the plan finds. Documents that hold all the words come first, then those that hold them in translation;
    /// without any, those that hold some of them, unless the translation of the query is better met.
    pub(super) fn list(&self, wanted: Wanted) -> Result<Listing, ServerError> {
        let mut notes = Vec::new();
        let mut matching = self.first_matching();
        let first = literal_node(self.plan, matching);
        let (mut literal, mut translated) = self.run(first, wanted)?;
        if literal.count == 0
            && let Some(partial) = self.fallback(matching)?
        {
            let (found, rest) = self.run(partial, wanted)?;
            if found.count > 0 {
                (literal, translated, matching) = (found, rest, MatchedBy::Any);
                notes.push(partial_match());
            }
        }
        if literal.is_partial || translated.is_partial {
            notes.push(cut_short());
        }
        Ok(Listing {
            literal,
            matching,
            translated,
            notes,
        })
    }

    /// Finds the node that lists the literal hits, without listing them.
    pub(super) fn literal(&self) -> Result<Literal<'a>, ServerError> {
        let matching = self.first_matching();
        let node = literal_node(self.plan, matching);
        let count = self.count(node, &self.search.filters)?;
        if count == 0
            && let Some(partial) = self.fallback(matching)?
        {
            let count = self.count(partial, &self.search.filters)?;
            if count > 0 {
                return Ok(Literal {
                    node: partial,
                    matching: MatchedBy::Any,
                    count,
                });
            }
        }
        Ok(Literal {
            node,
            matching,
            count,
        })
    }

    /// A sentence goes straight to partial matches, as does a search for any word.
    fn first_matching(&self) -> MatchedBy {
        let lists = &self.plan.lists;
        let is_any = self.search.query.matching == Matching::Any || lists.is_sentence;
        if is_any && lists.partial.is_some() {
            MatchedBy::Any
        } else {
            MatchedBy::All
        }
    }

    /// The node of partial matches, if they are the next best.
    fn fallback(&self, matching: MatchedBy) -> Result<Option<&'a Node>, ServerError> {
        match &self.plan.lists.partial {
            Some(partial) if matching == MatchedBy::All && !self.is_better_translated()? => {
                Ok(Some(partial))
            }
            _ => Ok(None),
        }
    }

    fn run(&self, literal: &Node, wanted: Wanted) -> Result<(List, List), ServerError> {
        let translation = translation_node(self.plan, &self.search.query);
        let nodes: Vec<&Node> = std::iter::once(literal).chain(translation).collect();
        let mut lists = self
            .engine
            .list(&ListRequest {
                nodes: &nodes,
                filters: &self.search.filters,
                top: wanted.top,
                facets: wanted.facets,
                duplicates: wanted.duplicates,
                deadline: self.deadline,
            })?
            .into_iter();
        Ok((
            lists.next().unwrap_or_default(),
            lists.next().unwrap_or_default(),
        ))
    }

    /// Returns `true` if some document holds more of the query in translation than any holds as typed.
    fn is_better_translated(&self) -> Result<bool, ServerError> {
        let lists = &self.plan.lists;
        if lists.translated.is_none() {
            return Ok(false);
        }
        if lists.literal_words.is_empty() {
            // Not a plain run of words: what was wanted of it is found in translation, or nothing is.
            return Ok(true);
        }
        let literal = self.most_words(&lists.literal_words)?;
        Ok(self.most_words(&lists.translated_words)? > literal)
    }

    /// Maximum number of `words` that any one document holds, filters applied.
    fn most_words(&self, words: &[Node]) -> Result<usize, ServerError> {
        let (mut least, mut most) = (0, words.len());
        while least < most {
            let middle = (least + most).div_ceil(2);
            let node = Node::at_least(middle, words.to_vec());
            if self.count(&node, &self.search.filters)? > 0 {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        Ok(least)
    }

    fn count(&self, node: &Node, filters: &Filters) -> Result<u64, ServerError> {
        self.engine.count(node, filters, Some(self.deadline))
    }
}

fn partial_match() -> Warning {
    Warning {
        code: "no-document-has-all-words",
        message: "no document has all the words; these have some of them".to_owned(),
    }
}

fn cut_short() -> Warning {
    Warning {
        code: "deadline",
        message: "the search took too long and was cut short; counts are of what was seen"
            .to_owned(),
    }
}
