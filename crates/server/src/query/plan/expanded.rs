//! Words of a run with the forms that stand for them.

use polidex_analysis::language::Language;

use crate::query::plan::leaves::Wanted;
use crate::query::plan::node::{Boolean, Field, Node};
use crate::query::weights;

/// A word, or a run of words that other forms stand for.
pub(super) struct ExpandedWord {
    /// As typed.
    pub(super) label: String,
    pub(super) literal: Vec<Wanted>,
    /// The run in one piece, if it is a known term: documents that hold its words apart do not hold it.
    pub(super) together: Option<Node>,
    /// The words that a compound is made of which stands nowhere in one piece.
    pub(super) apart: Vec<Wanted>,
    /// Each of them as typed.
    pub(super) labels: Vec<String>,
    pub(super) variants: Vec<Node>,
    pub(super) translations: Vec<Node>,
    /// Translations of the words it is made of.
    pub(super) parts: Vec<Vec<Node>>,
    /// Nothing is wanted of it: a word that only joins others, or a date beside other words.
    pub(super) is_function: bool,
    /// A date beside other words.
    pub(super) is_hint: bool,
    /// What the word tells: the rarity of its rarest term.
    pub(super) weight: f32,
    /// Set if no document holds it in any form.
    pub(super) is_absent: bool,
}

impl ExpandedWord {
    pub(super) fn literal(label: &str, wanted: Wanted, is_function: bool) -> Self {
        Self {
            label: label.to_owned(),
            weight: 0.0,
            is_hint: false,
            is_absent: false,
            literal: vec![wanted],
            together: None,
            apart: Vec::new(),
            labels: vec![label.to_owned()],
            variants: Vec::new(),
            translations: Vec::new(),
            parts: Vec::new(),
            is_function,
        }
    }

    /// Each part with its share of the weight: a document may hold one part of a run, or the run in another form.
    fn weighed_parts(&self) -> Vec<(Node, f32)> {
        if let Some(apart) = self.held_apart() {
            return vec![(
                Node::dis_max(vec![self.wanted().required, apart]),
                self.weight,
            )];
        }
        let share = self.weight / self.literal.len() as f32;
        let parts = self.held_parts().into_iter();
        parts.map(|(_, node)| (node, share)).collect()
    }

    /// Documents that hold the words of a compound that stands nowhere in one piece.
    fn held_apart(&self) -> Option<Node> {
        let parts = self.apart.iter().map(|wanted| wanted.required.clone());
        (!self.apart.is_empty()).then(|| Node::all(parts.collect()))
    }

    /// Each part as typed, and the documents that hold it or the whole in another form of its language.
    pub(super) fn held_parts(&self) -> Vec<(&str, Node)> {
        let part = |wanted: &Wanted| {
            let forms = self.variants.iter().cloned();
            let nodes = std::iter::once(wanted.required.clone()).chain(forms);
            Node::dis_max(nodes.collect())
        };
        let parts = self.labels.iter().zip(&self.literal);
        parts
            .map(|(label, wanted)| (label.as_str(), part(wanted)))
            .collect()
    }

    /// The words as typed, all wanted.
    pub(super) fn literal_node(&self) -> Node {
        self.as_typed().required
    }

    fn as_typed(&self) -> Wanted {
        let required = self.literal.iter().map(|wanted| wanted.required.clone());
        let optional = self
            .literal
            .iter()
            .flat_map(|wanted| wanted.optional.clone());
        Wanted {
            required: Node::all(required.collect()),
            optional: optional.collect(),
        }
    }

    /// The words as typed or another form of them; what is typed scores as if there were no others.
    pub(super) fn wanted(&self) -> Wanted {
        if self.variants.is_empty() {
            return self.as_typed();
        }
        let typed = std::iter::once(self.as_typed().node());
        Wanted {
            required: Node::dis_max(typed.chain(self.variants.iter().cloned()).collect()),
            optional: Vec::new(),
        }
    }

    /// Each of the words that a document holds, as typed, or another form of the whole: what says anything for a document that
    /// need not hold all.
    fn evidence(&self) -> Node {
        if !self.apart.is_empty() {
            let parts = self.apart.iter().map(Wanted::node);
            return Node::any(std::iter::once(self.wanted().node()).chain(parts).collect());
        }
        if self.literal.len() < 2 || !self.label.is_ascii() {
            return self.wanted().node();
        }
        let parts = self.literal.iter().map(|wanted| wanted.clone().node());
        let parts = std::iter::once(Node::any(parts.collect()));
        Node::dis_max(parts.chain(self.variants.iter().cloned()).collect())
    }

    /// As [`ExpandedWord::wanted`], a known term in one piece.
    pub(super) fn wanted_together(&self) -> Wanted {
        let Some(together) = &self.together else {
            return self.wanted();
        };
        let typed = self.as_typed();
        let as_term = Wanted {
            required: Node::all(vec![typed.required, together.clone()]),
            optional: typed.optional,
        };
        if self.variants.is_empty() {
            return as_term;
        }
        let typed = std::iter::once(as_term.node());
        Wanted {
            required: Node::dis_max(typed.chain(self.variants.iter().cloned()).collect()),
            optional: Vec::new(),
        }
    }

    pub(super) fn in_any_form(&self) -> Node {
        let literal = self.wanted_together().node();
        if self.translations.is_empty() {
            literal
        } else {
            Node::dis_max(vec![literal, self.in_translation()])
        }
    }

    /// A translation of the whole, or of all its parts.
    pub(super) fn in_translation(&self) -> Node {
        let mut forms = self.translations.clone();
        if self.parts.len() > 1 {
            let parts = self.parts.iter().map(|forms| Node::dis_max(forms.clone()));
            forms.push(Node::all(parts.collect()));
        }
        Node::dis_max(forms)
    }

    /// The translations, one node for each part that has some: its own or, for its share, that of the whole. A word without
    /// any stands for itself, as names do; a function word for nothing.
    fn translated(&self) -> Vec<Node> {
        match (self.translations.is_empty(), self.is_function) {
            (true, true) => Vec::new(),
            (true, false) => vec![self.as_typed().node()],
            (false, _) if self.parts.is_empty() => {
                vec![Node::dis_max(self.translations.clone())]
            }
            (false, _) => self
                .parts
                .iter()
                .map(|part| self.part_or_whole(part))
                .collect(),
        }
    }

    fn part_or_whole(&self, part: &[Node]) -> Node {
        let share = 1.0 / self.parts.len() as f32;
        let whole = self.translations.iter().cloned();
        let whole = whole.map(|form| form.weighted(share));
        Node::dis_max(part.iter().cloned().chain(whole).collect())
    }
}

/// Documents that hold any of the words; pairs of ideographs decide the order alone, and function words nothing, unless there
/// is nothing else.
pub(super) fn any_word(words: &[ExpandedWord], optional: &[Node]) -> Node {
    let has_content = words.iter().any(|word| !word.is_function);
    let listing = words
        .iter()
        .filter(|word| !(has_content && word.is_function))
        .map(|word| match word.apart.is_empty() {
            true => word.wanted().node(),
            false => word.evidence(),
        });
    Node::optional(Node::any(listing.collect()), optional.to_vec())
}

/// Documents that hold most of what the words tell, ranked by all that says anything; `None` when all of it is wanted
/// anyway. A word that stands nowhere is no one's fault and does not count.
pub(super) fn most_words(words: &[ExpandedWord], optional: &[Node]) -> Option<Node> {
    let content: Vec<&ExpandedWord> = words.iter().filter(|word| !word.is_function).collect();
    let parts = |word: &&ExpandedWord| word.literal.len().max(word.apart.len());
    if content.iter().map(parts).sum::<usize>() < 2 {
        return None;
    }
    let may_hold = |word: &&&ExpandedWord| !word.is_absent || !word.apart.is_empty();
    let held = content.iter().filter(may_hold);
    let clauses: Vec<(Node, f32)> = held.flat_map(|word| word.weighed_parts()).collect();
    if clauses.is_empty() {
        return None;
    }
    let is_latin = content.iter().all(|word| word.label.is_ascii());
    let share = weights::most_share(clauses.len(), is_latin);
    let required = share_of(clauses, share);
    let mut evidence: Vec<Node> = content.iter().map(|word| word.evidence()).collect();
    evidence.extend(optional.iter().cloned());
    Some(Node::optional(required, evidence))
}

/// Documents that hold at least this share of what the clauses weigh together.
fn share_of(clauses: Vec<(Node, f32)>, share: f32) -> Node {
    let total: f32 = clauses.iter().map(|(_, weight)| weight).sum();
    Node::Share {
        clauses,
        least: total * share,
    }
}

/// A plain run of words with translations: every word in any of its forms, or most of its words translated.
pub(super) fn translated(words: &[ExpandedWord]) -> Option<Node> {
    if words.iter().all(|word| word.translations.is_empty()) {
        return None;
    }
    let content = words.iter().filter(|word| !word.is_function);
    let mixed = content.map(ExpandedWord::in_any_form).collect();
    // Words that stand for themselves are not enough: a document found by translation holds one.
    let any = any_translation(words)?.constant(0.0);
    let mut most = vec![most_translated(words), any];
    most.extend(telling(words));
    Some(Node::dis_max(vec![Node::all(mixed), Node::all(most)]))
}

/// Documents that hold most of the words in translation, by their number.
fn most_translated(words: &[ExpandedWord]) -> Node {
    let translated: Vec<Node> = words.iter().flat_map(ExpandedWord::translated).collect();
    match translated.len() {
        0 | 1 => Node::any(translated),
        2 => Node::at_least(2, translated),
        many => {
            let wanted = (many as f32 * weights::TRANSLATED_SHARE).ceil() as usize;
            Node::at_least(wanted, translated)
        }
    }
}

/// Documents in another language, and those in the query's that hold what tells most among words of which some have no
/// translation: not those that hold the translation of a common word and another common word.
fn telling(words: &[ExpandedWord]) -> Option<Node> {
    let content: Vec<&ExpandedWord> = words.iter().filter(|word| !word.is_function).collect();
    let has_untranslated = content.iter().any(|word| word.translations.is_empty());
    let held = content.iter().filter(|word| !word.is_absent);
    let clauses: Vec<(Node, f32)> = held.map(|word| (word.in_any_form(), word.weight)).collect();
    if !has_untranslated || clauses.len() < 3 {
        return None;
    }
    let is_latin = content.iter().all(|word| word.label.is_ascii());
    let own: &[Language] = if is_latin {
        &[Language::English]
    } else {
        &[Language::TraditionalChinese, Language::SimplifiedChinese]
    };
    let in_own = own
        .iter()
        .map(|language| Node::term(Field::Language, language.tag()));
    let in_another = Node::Boolean(Boolean {
        must: vec![Node::Everything],
        must_not: in_own.collect(),
        ..Boolean::default()
    });
    let either = vec![share_of(clauses, weights::TRANSLATED_TELLING), in_another];
    Some(Node::any(either).constant(0.0))
}

/// Documents that hold a translation of any of the words.
pub(super) fn any_translation(words: &[ExpandedWord]) -> Option<Node> {
    let forms = |word: &ExpandedWord| {
        let whole = word.translations.clone();
        whole
            .into_iter()
            .chain(word.parts.iter().flatten().cloned())
            .collect::<Vec<_>>()
    };
    let any: Vec<Node> = words.iter().flat_map(forms).collect();
    (!any.is_empty()).then(|| Node::any(any))
}
