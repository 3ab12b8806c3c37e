//! Lists that one query may give: all of its words, most of them, any of them, their translations.

use crate::query::plan::node::{Boolean, Field, Node};
use crate::query::weights;
use crate::titles::TitleMatch;

/// Minimum score of a title most of which is named, beside that of a title that is the query. The scores are squares.
const MOST_OF_TITLE: f32 = 0.5;

/// Lists that a query may give, each as a tree.
#[derive(Clone, Debug)]
pub struct Lists {
    /// Documents that hold all that carries the query.
    pub strict: Node,
    /// Documents that hold either side of an `or` in small letters; counts as `strict` where no document holds both.
    pub either: Option<Node>,
    /// Documents that hold most of the plain words, by what they tell; `None` when that is no different or not wanted.
    pub most: Option<Node>,
    /// Set for a sentence: a document that holds most of it may stand before one that holds all.
    pub is_sentence: bool,
    /// Set if the query names most of a title.
    pub names_title: bool,
    /// Documents that hold any of the plain words; `None` when that is no different.
    pub partial: Option<Node>,
    /// Everything that says anything for a document, pairs of ideographs included: what the bare ranking judges.
    pub evidence: Option<Node>,
    /// Documents that hold the query with translations, those that match `strict` too included. `None` without any.
    pub translated: Option<Node>,
    /// Documents that hold a translation of any word.
    pub translated_any: Option<Node>,
    /// Documents that hold each quoted phrase in their text or in what repairs replaced there, those that match `strict` too
    /// included. `None` without a phrase.
    pub original: Option<Node>,
}

impl Lists {
    /// A query that is either met or not.
    pub(super) fn strict(strict: Node) -> Self {
        Self {
            strict,
            either: None,
            most: None,
            is_sentence: false,
            names_title: false,
            partial: None,
            evidence: None,
            translated: None,
            translated_any: None,
            original: None,
        }
    }

    /// Leaves documents out of every list, by their ids.
    pub(crate) fn leave_out(&mut self, ids: &[String]) {
        let term = |id: &String| Node::Term {
            field: Field::Id,
            term: id.clone(),
        };
        let must_not: Vec<Node> = ids.iter().map(term).collect();
        if must_not.is_empty() {
            return;
        }
        let lists = [
            &mut self.either,
            &mut self.most,
            &mut self.partial,
            &mut self.evidence,
            &mut self.translated,
            &mut self.translated_any,
            &mut self.original,
        ];
        let lists = lists.into_iter().filter_map(Option::as_mut);
        for list in lists.chain([&mut self.strict]) {
            let all = std::mem::replace(list, Node::Nothing);
            *list = Node::Boolean(Boolean {
                must: Vec::from([all]),
                must_not: must_not.clone(),
                ..Boolean::default()
            });
        }
    }

    pub(super) fn partial_or_strict(&self) -> Node {
        self.partial.as_ref().unwrap_or(&self.strict).clone()
    }

    pub(super) fn translated_or_strict(&self) -> Node {
        self.translated.as_ref().unwrap_or(&self.strict).clone()
    }

    pub(super) fn original_or_strict(&self) -> Node {
        self.original.as_ref().unwrap_or(&self.strict).clone()
    }

    /// Lists of documents that hold words as typed.
    fn as_typed(&mut self) -> impl Iterator<Item = &mut Node> {
        let lists = [
            Some(&mut self.strict),
            self.either.as_mut(),
            self.most.as_mut(),
            self.partial.as_mut(),
        ];
        lists.into_iter().flatten()
    }

    /// Puts documents whose title is named by the query before others, the better the title is covered.
    pub(super) fn prefer_titles(&mut self, named: &[(String, f32)]) {
        let is_most = |(_, score): &(String, f32)| *score >= weights::NAMED_TITLE * MOST_OF_TITLE;
        self.names_title = named.iter().any(is_most);
        self.as_typed().for_each(|list| prefer(list, named));
    }

    /// Puts documents whose title is named by a translation of the query before others.
    pub(super) fn prefer_translated_titles(&mut self, named: &[(String, f32)]) {
        let lists = [self.translated.as_mut(), self.translated_any.as_mut()];
        lists
            .into_iter()
            .flatten()
            .for_each(|list| prefer(list, named));
    }

    /// Lets the terms of `words`, each with its share, add to the score of what the lists hold, `weight` in all.
    pub(crate) fn prefer_words(&mut self, words: &[(String, f32)], weight: f32) {
        let word =
            |(term, share): &(String, f32)| Node::term(Field::Words, term).weighted(share * weight);
        for list in self.as_typed() {
            let required = std::mem::replace(list, Node::Nothing);
            *list = Node::optional(required, words.iter().map(word).collect());
        }
    }

    /// Lists the documents of `ids` whatever they hold, before all others.
    pub(super) fn prefer_ids(&mut self, ids: &[String], score: f32) {
        if ids.is_empty() {
            return;
        }
        let named = || ids.iter().map(|id| Node::term(Field::Id, id));
        let clauses: Vec<Node> = named().map(|id| id.constant(score)).collect();
        let (required, inner) = std::mem::replace(&mut self.strict, Node::Nothing).split_optional();
        let listed = std::iter::once(required).chain(named().map(|id| id.constant(0.0)));
        let required = Node::dis_max(listed.collect());
        self.strict = Node::optional(
            Node::optional(required, inner),
            vec![Node::dis_max(clauses)],
        );
    }
}

/// Scores of titles named, by their keys. Squared: a title that is covered in part decides between equals and no more.
pub(super) fn scored(matches: Vec<TitleMatch>, weight: f32) -> Vec<(String, f32)> {
    let scored = |found: TitleMatch| (found.key, found.score * found.score * weight);
    matches.into_iter().map(scored).collect()
}

fn prefer(list: &mut Node, named: &[(String, f32)]) {
    if named.is_empty() {
        return;
    }
    let clauses = named
        .iter()
        .map(|(key, score)| Node::term(Field::TitleKey, key).constant(*score));
    let clause = Node::dis_max(clauses.collect());
    let required = std::mem::replace(list, Node::Nothing);
    *list = Node::optional(required, vec![clause]);
}
