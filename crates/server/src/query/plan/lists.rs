//! Lists that one query may give: all of its words, some of them, their translations.

use crate::query::plan::node::{Field, Node};
use crate::query::weights;

/// Lists that a query may give, each as a tree.
#[derive(Clone, Debug)]
pub struct Lists {
    /// Documents that match as typed.
    pub strict: Node,
    /// Documents that hold some of the plain words; `None` when that is no different.
    pub partial: Option<Node>,
    /// Everything that says anything for a document, pairs of ideographs included: judged questions are ranked by it.
    pub evidence: Option<Node>,
    /// Documents that hold the query with translations, those that match `strict` too included. `None` without any.
    pub translated: Option<Node>,
    /// Documents that hold a translation of any word.
    pub translated_any: Option<Node>,
    /// For a plain run of words: each of them as typed.
    pub literal_words: Vec<Node>,
    /// For a plain run of words: each that has a translation, translated.
    pub translated_words: Vec<Node>,
    /// Set for a sentence: no document is wanted to have all its words.
    pub is_sentence: bool,
}

impl Lists {
    /// A query that is either met or not.
    pub(super) fn strict(strict: Node) -> Self {
        Self {
            strict,
            partial: None,
            evidence: None,
            translated: None,
            translated_any: None,
            literal_words: Vec::new(),
            translated_words: Vec::new(),
            is_sentence: false,
        }
    }

    pub(super) fn partial_or_strict(&self) -> Node {
        self.partial.as_ref().unwrap_or(&self.strict).clone()
    }

    pub(super) fn translated_or_strict(&self) -> Node {
        self.translated.as_ref().unwrap_or(&self.strict).clone()
    }

    /// Puts documents whose whole title is one of `keys` before all others, those of the first before those of the rest.
    pub(super) fn prefer_titles(&mut self, keys: &[String]) {
        let scores =
            std::iter::once(weights::EXACT_TITLE).chain(std::iter::repeat(weights::VARIANT_TITLE));
        let clauses: Vec<Node> = keys
            .iter()
            .zip(scores)
            .map(|(key, score)| Node::term(Field::TitleKey, key).constant(score))
            .collect();
        for list in std::iter::once(&mut self.strict).chain(&mut self.partial) {
            let required = std::mem::replace(list, Node::Nothing);
            *list = Node::optional(required, clauses.clone());
        }
    }
}
