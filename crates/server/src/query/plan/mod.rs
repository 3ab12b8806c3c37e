//! Turns a parsed query into a plan: what matches, how it scores, what is marked.
//!
//! In: clauses, and a [`Vocabulary`] that knows the index's terms. Out: [`Plan`], trees of [`Node`]s that know no engine.
//! Phrases go to the grams, which are exact; words are found as phrases of grams too, so that no segmentation loses them, and
//! ranked as words; a word of one ideograph goes to the characters. Parts that say too little alone (`Chang'E-8`, `第23條`)
//! are wanted in one piece.

pub mod node;
pub mod vocabulary;

mod asked;

mod lists;

mod values;

mod titles;

mod pieces;

mod spellings;

mod planner;

mod leaves;

mod expanded;
mod known_terms;

mod typed;

mod words;

pub use lists::Lists;
pub(crate) use node::placed_terms;
pub use node::{Boolean, Field, Node};
pub use vocabulary::Vocabulary;

use crate::error::ServerError;
use crate::expansion::Expansion;
use crate::mark::pattern::Pattern;
use crate::query::expand::expander::Expander;
use crate::query::parse::Clause;
use crate::query::weights;
use crate::question::Expand;

/// A query, ready for an engine.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Lists that the query may give.
    pub lists: Lists,
    /// Patterns to mark.
    pub patterns: Vec<PlannedPattern>,
    /// Patterns of words that are typed one behind the other.
    pub neighbours: Vec<Neighbours>,
    /// Every form that is looked for beside the words as typed.
    pub expansions: Vec<Expansion>,
    /// Each word and phrase by itself, for counting.
    pub parts: Vec<Part>,
    /// What is wanted of each word and phrase, to tell what a document lacks.
    pub wanted: Vec<WantedPart>,
    /// What the frame of a question asks of its topic, a row for each word that does: a penalty, a fee.
    pub asked: Vec<Asked>,
    /// Number of the article of a law that the query names.
    pub article: Option<String>,
    /// Set if words beyond the limit were left out.
    pub is_cut: bool,
    /// Set for a plain run of words, without quotes, operators and fields.
    pub is_plain: bool,
}

/// A pattern to mark.
#[derive(Clone, Debug)]
pub struct PlannedPattern {
    /// Pattern that is looked for.
    pub pattern: Pattern,
    /// Set if it is marked in texts; in titles it always is.
    pub in_text: bool,
    /// Weight of a mark: the rarer the pattern, the more it tells.
    pub weight: f32,
}

/// Two words that are typed one behind the other, but for words that only join them: *minimum wage*, *right of abode*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// Index of the pattern of the first, in [`Plan::patterns`].
    pub first: usize,
    /// Index of the pattern of the second.
    pub second: usize,
    /// Bytes between them as typed.
    pub gap_bytes: usize,
}

/// What a question asks of its topic. No document is required to hold it; one that does answers better.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Scores documents that hold it in any of its words.
    pub node: Node,
    /// Its words, each with the weight of a mark.
    pub patterns: Vec<(Pattern, f32)>,
}

/// One word or phrase of a query.
#[derive(Clone, Debug)]
pub struct Part {
    /// As typed.
    pub label: String,
    /// Documents that hold it.
    pub node: Node,
}

/// One word or phrase that a document should hold.
#[derive(Clone, Debug)]
pub struct WantedPart {
    /// As typed.
    pub label: String,
    /// Documents that hold it in a form of its language.
    pub node: Node,
    /// Documents that hold it in any form, translations included.
    pub in_any_language: Node,
}

/// Forms that may stand for a query's words.
#[derive(Clone, Copy)]
pub struct Expansions<'a> {
    /// The tables.
    pub expander: &'a Expander,
    /// Kinds that are allowed.
    pub expand: Expand,
    /// Forms that are not wanted.
    pub without: &'a [String],
}

impl Expansions<'_> {
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
/// # Examples
/// ```
/// use polidex_server::query::parse::parse_query;
/// use polidex_server::query::plan::{Expansions, Field, Node, Vocabulary, plan_query};
///
/// /// An index without documents.
/// struct Empty;
///
/// impl Vocabulary for Empty {
///     fn doc_freq(&self, _: Field, _: &str) -> u64 {
///         0
///     }
///     fn documents(&self) -> u64 {
///         0
///     }
///     fn terms_with_prefix(&self, _: Field, _: &str, _: usize) -> Vec<String> {
///         Vec::new()
///     }
///     fn numbers_with(&self, _: &str) -> Vec<String> {
///         Vec::new()
///     }
/// }
///
/// # fn main() -> Result<(), polidex_server::error::ServerError> {
/// let parsed = parse_query("policies OR 政策")?;
/// let plan = plan_query(parsed.root.as_ref(), &Empty, Expansions::none())?;
/// let terms = plan.lists.strict.terms();
/// assert!(terms.contains(&(Field::Words, "polici")));
/// assert!(terms.contains(&(Field::Grams, "政策")));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ServerError::LimitPassed`] for a phrase of too many units or a prefix of too many terms.
pub fn plan_query(
    root: Option<&Clause>,
    vocabulary: &dyn Vocabulary,
    expansions: Expansions<'_>,
) -> Result<Plan, ServerError> {
    let mut planner = planner::Planner::new(vocabulary, expansions);
    let mut lists = match root {
        None => Lists::strict(Node::Everything),
        Some(root) => planner.clause(root, planner::Scope::Anywhere)?,
    };
    if let Some(text) = root.and_then(titles::plain_text) {
        titles::prefer_named(&mut lists, &planner, &text);
        let ids = vocabulary.ids_named(text.trim());
        lists.prefer_ids(&ids, weights::OWN_ID);
    }
    Ok(Plan {
        is_plain: matches!(root, Some(Clause::Words(_))),
        ..planner.finish(lists)
    })
}
