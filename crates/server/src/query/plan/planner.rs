//! Plans clauses: what must match, what may match in part, what must not.

use std::collections::HashSet;

use polidex_analysis::fold::fold_text;
use polidex_analysis::units::cut_text;
use polidex_schema::citations::named_terms;
use polidex_schema::fields::title_key;

use crate::error::ServerError;
use crate::expansion::Expansion;
use crate::mark::pattern::Pattern;
use crate::query::citation::Citation;
use crate::query::parse::{Clause, SearchField};
use crate::query::plan::lists::Lists;
use crate::query::plan::node::{Boolean, Field, Node};
use crate::query::plan::values::holds;
use crate::query::plan::vocabulary::Vocabulary;
use crate::query::plan::{Asked, Expansions, Neighbours, Part, Plan, PlannedPattern, WantedPart};
use crate::query::weights;

/// Part of a document that a clause is looked for in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Anywhere,
    Title,
}

pub(super) struct Planner<'a> {
    pub(super) vocabulary: &'a dyn Vocabulary,
    pub(super) allowed: Expansions<'a>,
    /// Forms that are not wanted, folded.
    pub(super) without: HashSet<String>,
    /// Forms that are looked for.
    pub(super) noted: Vec<Expansion>,
    pub(super) forms_left: usize,
    patterns: Vec<PlannedPattern>,
    pub(super) neighbours: Vec<Neighbours>,
    parts: Vec<Part>,
    /// What is wanted of each plain word and phrase, in any form of its language, and in any language.
    pub(super) wanted: Vec<WantedPart>,
    /// What the frame of a question asks.
    pub(super) asked: Vec<Asked>,
    /// Words that may name a title, as typed.
    pub(super) named: Vec<String>,
    /// Text of the law and number of an article that the query names.
    pub(super) citation: Option<Citation>,
    /// Words beyond the limit were left out.
    pub(super) is_cut: bool,
    pub(super) is_negated: bool,
}

/// Clauses of `a b -c` as they are collected.
#[derive(Default)]
struct Collected {
    strict: Boolean,
    optional: Vec<Node>,
    /// Phrases and most of the plain words.
    most: Boolean,
    partial: Boolean,
    /// Plain words, which give way in a partial match.
    loose: Vec<Node>,
    translated: Boolean,
    is_translated: bool,
    original: Boolean,
    has_original: bool,
}

impl<'a> Planner<'a> {
    pub(super) fn new(vocabulary: &'a dyn Vocabulary, allowed: Expansions<'a>) -> Self {
        let fold = |form: &String| fold_text(form).text;
        Self {
            vocabulary,
            allowed,
            without: allowed.without.iter().map(fold).collect(),
            noted: Vec::new(),
            forms_left: weights::MAX_FORMS,
            patterns: Vec::new(),
            neighbours: Vec::new(),
            parts: Vec::new(),
            wanted: Vec::new(),
            asked: Vec::new(),
            named: Vec::new(),
            citation: None,
            is_cut: false,
            is_negated: false,
        }
    }

    pub(super) fn finish(self, lists: Lists) -> Plan {
        Plan {
            lists,
            patterns: self.patterns,
            neighbours: self.neighbours,
            expansions: self.noted,
            parts: self.parts,
            wanted: self.wanted,
            asked: self.asked,
            article: self.citation.map(|cited| cited.number),
            is_cut: self.is_cut,
            is_plain: false,
        }
    }

    pub(super) fn clause(&mut self, clause: &Clause, scope: Scope) -> Result<Lists, ServerError> {
        match clause {
            Clause::Words(text) => self.words(text, scope),
            Clause::Phrase(text, slop) => self.quoted(text, *slop, scope),
            Clause::Prefix(prefix) => self.prefix(prefix, scope).map(Lists::strict),
            Clause::In(SearchField::Title, inner) => Ok(Lists {
                either: None,
                most: None,
                original: None,
                ..self.clause(inner, Scope::Title)?
            }),
            Clause::In(SearchField::Publisher, inner) => Ok(Lists::strict(self.publisher(inner))),
            Clause::In(SearchField::Number, inner) => Ok(Lists::strict(self.number(inner))),
            Clause::In(SearchField::Cites, inner) => Ok(Lists::strict(cites(inner))),
            Clause::And(clauses, typed) => self.all_of(clauses, *typed, scope),
            Clause::Or(clauses) => self.any_of(clauses, scope),
            Clause::Not(inner) => {
                let excluded = self.excluded(inner, scope)?.strict;
                Ok(Lists::strict(Node::Boolean(Boolean {
                    must: vec![Node::Everything.constant(0.0)],
                    must_not: vec![excluded],
                    ..Boolean::default()
                })))
            }
        }
    }

    /// Plans a quoted phrase; where its words must be adjacent, also in what repairs replaced.
    fn quoted(&mut self, text: &str, slop: u32, scope: Scope) -> Result<Lists, ServerError> {
        let phrase = match slop {
            0 => self.phrase(&cut_text(text), 0, scope)?,
            slop => self.near(text, slop, scope)?,
        };
        self.part(text, &phrase.required);
        self.want(text, phrase.required.clone(), phrase.required.clone());
        let is_exact = slop == 0 && scope == Scope::Anywhere;
        Ok(Lists {
            original: if is_exact {
                self.with_originals(text, &phrase)
            } else {
                None
            },
            ..Lists::strict(phrase.node())
        })
    }

    /// Plans what must not match: without marks and without a count of its own.
    fn excluded(&mut self, clause: &Clause, scope: Scope) -> Result<Lists, ServerError> {
        let was_negated = std::mem::replace(&mut self.is_negated, true);
        let planned = self.clause(clause, scope);
        self.is_negated = was_negated;
        planned
    }

    fn any_of(&mut self, clauses: &[Clause], scope: Scope) -> Result<Lists, ServerError> {
        let planned = clauses
            .iter()
            .map(|clause| self.clause(clause, scope))
            .collect::<Result<Vec<Lists>, _>>()?;
        let is_translated = planned.iter().any(|lists| lists.translated.is_some());
        let translated = planned.iter().map(Lists::translated_or_strict).collect();
        let has_original = planned.iter().any(|lists| lists.original.is_some());
        let original = planned.iter().map(Lists::original_or_strict).collect();
        let strict = planned.iter().map(|lists| lists.strict.clone()).collect();
        Ok(Lists {
            translated: is_translated.then(|| Node::any(translated)),
            original: has_original.then(|| Node::any(original)),
            ..Lists::strict(Node::any(strict))
        })
    }

    fn all_of(
        &mut self,
        clauses: &[Clause],
        typed: bool,
        scope: Scope,
    ) -> Result<Lists, ServerError> {
        let mut collected = Collected::default();
        let is_plain = |clause: &Clause| matches!(clause, Clause::Words(_) | Clause::Phrase(..));
        let may_lack = !typed && clauses.iter().all(is_plain);
        for clause in clauses {
            if let Clause::Not(inner) = clause {
                collected.exclude(self.excluded(inner, scope)?);
            } else {
                // What was quoted, bracketed or typed with AND stays wanted; only plain words give way.
                let is_loose = matches!(clause, Clause::Words(_)) && !typed;
                collected.require(self.clause(clause, scope)?, is_loose);
            }
        }
        let lists = collected.finish();
        Ok(Lists {
            most: lists.most.filter(|_| may_lack),
            ..lists
        })
    }

    /// Publishers are few: the clause is matched against each of them.
    fn publisher(&self, clause: &Clause) -> Node {
        let publishers = self
            .vocabulary
            .terms_with_prefix(Field::Publisher, "", usize::MAX);
        let matching = publishers
            .into_iter()
            .filter(|publisher| holds(clause, publisher))
            .map(|publisher| Node::term(Field::Publisher, publisher));
        Node::any(matching.collect()).constant(1.0)
    }

    /// Documents by their number: each text of the clause in one piece, whatever its brackets and its script.
    fn number(&self, clause: &Clause) -> Node {
        let each = |clauses: &[Clause]| clauses.iter().map(|clause| self.number(clause)).collect();
        match clause {
            Clause::Words(text) | Clause::Phrase(text, _) | Clause::Prefix(text) => {
                let numbers = self.vocabulary.numbers_with(&title_key(text));
                let numbers = numbers
                    .into_iter()
                    .map(|number| Node::term(Field::Number, number));
                Node::any(numbers.collect()).constant(1.0)
            }
            Clause::In(_, inner) => self.number(inner),
            Clause::And(clauses, _) => Node::all(each(clauses)),
            Clause::Or(clauses) => Node::any(each(clauses)),
            Clause::Not(inner) => Node::Boolean(Boolean {
                must: vec![Node::Everything],
                must_not: vec![self.number(inner)],
                ..Boolean::default()
            }),
        }
    }

    /// Marks `pattern`, weighted by the rarity of `term`; `share` is less than 1 for a form of what was typed.
    pub(super) fn mark(
        &mut self,
        pattern: Pattern,
        scope: Scope,
        (field, term): (Field, &str),
        share: f32,
    ) {
        if self.is_negated || self.patterns.iter().any(|known| known.pattern == pattern) {
            return;
        }
        self.patterns.push(PlannedPattern {
            pattern,
            in_text: scope == Scope::Anywhere,
            weight: self.mark_weight(field, term) * share,
        });
    }

    /// Weight of a mark by the rarity of its term: BM25's idf.
    pub(super) fn mark_weight(&self, field: Field, term: &str) -> f32 {
        let doc_freq = self.vocabulary.doc_freq(field, term) as f32;
        let documents = self.vocabulary.documents() as f32;
        (1.0 + (documents - doc_freq + 0.5).max(0.0) / (doc_freq + 0.5))
            .ln()
            .max(weights::LEAST_MARK)
    }

    /// Index of a pattern that is marked.
    pub(super) fn marked(&self, pattern: &Pattern) -> Option<usize> {
        let mut known = self.patterns.iter();
        known.position(|known| known.pattern == *pattern)
    }

    /// Notes what is wanted of a word or phrase, to tell which hits lack it.
    pub(super) fn want(&mut self, label: &str, node: Node, in_any_language: Node) {
        if !self.is_negated && self.wanted.iter().all(|known| known.label != label) {
            self.wanted.push(WantedPart {
                label: label.to_owned(),
                node,
                in_any_language,
            });
        }
    }

    pub(super) fn part(&mut self, label: &str, node: &Node) {
        if !self.is_negated {
            self.parts.push(Part {
                label: label.to_owned(),
                node: node.clone(),
            });
        }
    }
}

impl Collected {
    fn exclude(&mut self, excluded: Lists) {
        // What is unwanted in one language is unwanted in the other.
        let translated = excluded.translated_or_strict();
        self.translated.must_not.push(translated);
        self.original.must_not.push(excluded.strict.clone());
        self.partial.must_not.push(excluded.strict.clone());
        self.strict.must_not.push(excluded.strict);
    }

    fn require(&mut self, lists: Lists, is_loose: bool) {
        self.is_translated |= lists.translated.is_some();
        self.translated.must.push(lists.translated_or_strict());
        self.has_original |= lists.original.is_some();
        self.original.must.push(lists.original_or_strict());
        let partial = lists.partial_or_strict();
        if is_loose {
            self.most.should.push(partial.clone());
            self.loose.push(partial);
        } else {
            self.most.must.push(lists.strict.clone());
            self.partial.must.push(partial);
        }
        let (required, optional) = lists.strict.split_optional();
        self.strict.must.push(required);
        self.optional.extend(optional);
    }

    fn finish(mut self) -> Lists {
        if self.strict.must.is_empty() {
            self.strict.must.push(Node::Everything);
        }
        let strict = Node::optional(Node::Boolean(self.strict), self.optional);
        let translated = self.is_translated.then_some(Node::Boolean(self.translated));
        let original = self.has_original.then_some(Node::Boolean(self.original));
        let partial = (!self.loose.is_empty()).then(|| {
            let loose = Node::any(self.loose);
            if self.partial.must.is_empty() {
                self.partial.must.push(loose);
            } else {
                self.partial.should.push(loose);
            }
            Node::Boolean(self.partial)
        });
        let most = (!self.most.should.is_empty()).then(|| {
            let Boolean { must, should, .. } = self.most;
            Node::Boolean(Boolean {
                minimum: usize::from(must.is_empty()),
                must,
                should,
                ..Boolean::default()
            })
        });
        Lists {
            most,
            partial,
            translated,
            original,
            ..Lists::strict(strict)
        }
    }
}

/// Documents that cite what each text of the clause names.
fn cites(clause: &Clause) -> Node {
    let each = |clauses: &[Clause]| clauses.iter().map(cites).collect();
    match clause {
        Clause::Words(text) | Clause::Phrase(text, _) | Clause::Prefix(text) => {
            let terms = named_terms(text).into_iter();
            let nodes = terms.map(|term| Node::term(Field::Cites, term));
            Node::all(nodes.collect()).constant(1.0)
        }
        Clause::In(_, inner) => cites(inner),
        Clause::And(clauses, _) => Node::all(each(clauses)),
        Clause::Or(clauses) => Node::any(each(clauses)),
        Clause::Not(inner) => Node::Boolean(Boolean {
            must: vec![Node::Everything],
            must_not: vec![cites(inner)],
            ..Boolean::default()
        }),
    }
}
