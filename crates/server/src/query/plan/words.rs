//! Plans a plain run of words: all of them wanted, everything that stands as typed adding to the score.

use std::collections::HashSet;

use polidex_analysis::fold::fold_text;
use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::error::ServerError;
use crate::expansion::{Expansion, ExpansionKind};
use crate::mark::pattern::Pattern;
use crate::query::citation::citation;
use crate::query::expand::expander::Match;
use crate::query::frames::framed;
use crate::query::parse::MAX_PHRASE_UNITS;
use crate::query::plan::expanded::{
    ExpandedWord, any_translation, any_word, most_words, translated,
};
use crate::query::plan::lists::Lists;
use crate::query::plan::node::{Field, Node};
use crate::query::plan::planner::{Planner, Scope};
use crate::query::plan::spellings::merge;
use crate::query::plan::typed::{TypedWord, source_of};
use crate::query::weights;
use crate::question::Expand;
use crate::titles::TitleQuery;

impl Planner<'_> {
    pub(super) fn words(&mut self, text: &str, scope: Scope) -> Result<Lists, ServerError> {
        let whole = text;
        let carrying = self.carrying(whole, scope);
        let text = carrying.as_str();
        let typed = self.typed_words(text, scope)?;
        if typed.is_empty() {
            return Ok(Lists::strict(Node::Nothing));
        }
        self.mark_pairs(&lone_pairs(text, &typed), scope);
        self.note_neighbours(&typed);
        let content = typed.iter().filter(|word| !word.is_function).count();
        let is_sentence = content >= weights::SENTENCE;
        let ranked = match (is_sentence, &self.citation) {
            (true, None) => whole,
            _ => text,
        };
        let mut optional = self.optional_clauses(ranked, typed.len(), scope);
        let evidence = evidence(&typed, &optional);
        let mut words = self.expanded_words(text, typed, scope);
        self.keep_telling(&mut words);
        self.note_words(&words);
        optional.extend(hints(&words));
        Ok(Lists {
            either: either(&words),
            evidence,
            translated: translated(&words),
            translated_any: any_translation(&words),
            most: most_words(&words, &optional),
            is_sentence,
            partial: (words.len() > 1).then(|| any_word(&words, &optional)),
            ..Lists::strict(all_words(&words, optional))
        })
    }

    /// What carries a run of words: the frame of a question left out, and the article of a law whose name some title has.
    fn carrying(&mut self, text: &str, scope: Scope) -> String {
        if scope == Scope::Title || self.is_negated {
            return text.to_owned();
        }
        let framed = framed(text);
        self.note_asked(&framed.asked);
        let carried = framed.carrying;
        let Some(cited) = citation(&carried) else {
            return carried;
        };
        let law = TitleQuery {
            texts: vec![cited.law.clone()],
            words: vec![vec![cited.law.trim().to_owned()]],
            typed: Some(text.to_owned()),
        };
        if self.vocabulary.titles(&law).is_empty() {
            return carried;
        }
        let law = cited.law.clone();
        self.citation = Some(cited);
        law
    }

    /// Weighs the words, and leaves out all but the most telling of very many.
    fn keep_telling(&mut self, words: &mut [ExpandedWord]) {
        for word in words.iter_mut() {
            let literal = word.wanted();
            let rarity = self.rarity(&word.literal_node());
            word.is_absent = !self.may_stand(&literal.required);
            word.weight = rarity;
        }
        let mut weights: Vec<f32> = words
            .iter()
            .filter(|word| !word.is_function)
            .map(|word| word.weight)
            .collect();
        if weights.len() > weights::MAX_WORDS {
            self.is_cut = true;
            weights.sort_by(|one, other| other.total_cmp(one));
            let least = weights[weights::MAX_WORDS - 1];
            let mut left = weights::MAX_WORDS;
            for word in words.iter_mut().filter(|word| !word.is_function) {
                let is_kept = word.weight >= least && left > 0;
                left -= usize::from(is_kept);
                word.is_function = !is_kept;
            }
        }
    }

    /// Rarity of the rarest term of a node, as BM25 weighs it.
    fn rarity(&self, node: &Node) -> f32 {
        let terms = node.terms();
        let rarest = terms
            .iter()
            .map(|(field, term)| self.vocabulary.doc_freq(*field, term))
            .min();
        let (doc_freq, documents) = (
            rarest.unwrap_or(0) as f32,
            self.vocabulary.documents() as f32,
        );
        (1.0 + (documents - doc_freq + 0.5).max(0.0) / (doc_freq + 0.5)).ln()
    }

    /// Returns `false` if no document can match: each way to do so needs a term that stands nowhere.
    pub(super) fn may_stand(&self, node: &Node) -> bool {
        let stands = |(field, term): &(Field, &str)| self.vocabulary.doc_freq(*field, term) > 0;
        match node {
            Node::DisMax(nodes) => nodes.iter().any(|node| self.may_stand(node)),
            Node::Optional { required, .. } => self.may_stand(required),
            Node::Weighted(node, _) | Node::Constant(node, _) => self.may_stand(node),
            node => node.terms().iter().all(stands),
        }
    }

    /// Notes the words for titles and for what hits lack.
    fn note_words(&mut self, words: &[ExpandedWord]) {
        let is_all_function = words.iter().all(|word| word.is_function);
        for word in words {
            if word.is_hint || !word.is_function || is_all_function {
                self.named.push(word.label.clone());
            }
            if word.together.is_some() {
                self.want(
                    &word.label,
                    word.wanted_together().node(),
                    word.in_any_form(),
                );
            } else if !word.is_function {
                for (label, node) in word.held_parts() {
                    let any = Node::any(vec![node.clone(), word.in_any_form()]);
                    self.want(label, node, any);
                }
            }
        }
    }

    /// The words of `text` with what stands for them: a run of words that has other forms becomes one.
    fn expanded_words(
        &mut self,
        text: &str,
        typed: Vec<TypedWord>,
        scope: Scope,
    ) -> Vec<ExpandedWord> {
        let cut = cut_text(text);
        let mut matches = self.matches(text, &cut, &typed).into_iter().peekable();
        let mut words: Vec<ExpandedWord> = Vec::new();
        // End of the match that the last word is the beginning of.
        let mut match_end = 0;
        for part in typed {
            if part.source.start < match_end
                && let Some(word) = words.last_mut()
            {
                if !part.is_function {
                    word.labels.push(text[part.source.clone()].to_owned());
                    word.literal.push(part.wanted);
                    word.apart.clear();
                }
                continue;
            }
            let begins =
                |found: &Match| cut.units()[found.units.start].source().start == part.source.start;
            let is_joining = part.is_function || part.is_hint;
            let mut word =
                ExpandedWord::literal(&text[part.source.clone()], part.wanted, is_joining);
            word.is_hint = part.is_hint;
            word.apart = part.apart;
            if let Some(found) = matches.next_if(begins) {
                let source = source_of(&cut, found.units.clone());
                match_end = source.end;
                text[source].clone_into(&mut word.label);
                self.expand_word(&mut word, text, &cut, found, scope);
            }
            words.push(word);
        }
        if scope == Scope::Anywhere {
            for word in &mut words {
                word.together = self.together(word);
            }
        }
        words
    }

    fn expand_word(
        &mut self,
        word: &mut ExpandedWord,
        text: &str,
        cut: &Cut,
        found: Match,
        scope: Scope,
    ) {
        let typed = &text[source_of(cut, found.units)];
        word.is_function = word.is_hint;
        word.variants = self.forms(typed, ExpansionKind::Variant, found.variants, scope);
        let translation = ExpansionKind::Translation;
        word.translations = self.forms(typed, translation, found.translations, scope);
        for part in found.parts {
            let typed = &text[source_of(cut, part.units)];
            let forms = self.forms(typed, translation, part.translations, scope);
            word.parts.extend((!forms.is_empty()).then_some(forms));
        }
    }

    /// Finds the parts of the text that have other forms; a match begins and ends with a word, and function words alone have none.
    fn matches(&self, text: &str, cut: &Cut, typed: &[TypedWord]) -> Vec<Match> {
        if self.allowed.expand == Expand::None {
            return Vec::new();
        }
        let units = cut.units();
        let starts: HashSet<usize> = typed.iter().map(|word| word.source.start).collect();
        let ends: HashSet<usize> = typed.iter().map(|word| word.source.end).collect();
        let is_border = |unit: usize| {
            let begins = |at: usize| starts.contains(&units[at].source().start);
            let ended = |at: usize| ends.contains(&units[at].source().end);
            unit >= units.len() || begins(unit) || unit > 0 && ended(unit - 1)
        };
        let mut found = self.allowed.expander.find(text, cut, is_border);
        let abbreviations = self.vocabulary.abbreviations();
        merge(&mut found, abbreviations.find(text, cut, is_border));
        let words: Vec<std::ops::Range<usize>> =
            typed.iter().map(|word| word.source.clone()).collect();
        self.with_spellings(text, cut, &words, found)
    }

    /// One node for each form that is wanted; notes and marks them.
    fn forms(
        &mut self,
        typed: &str,
        kind: ExpansionKind,
        forms: Vec<String>,
        scope: Scope,
    ) -> Vec<Node> {
        if kind == ExpansionKind::Translation && self.allowed.expand != Expand::All {
            return Vec::new();
        }
        let is_wanted = |form: &String| !self.without.contains(&fold_text(form).text);
        let wanted: Vec<String> = forms
            .into_iter()
            .filter(is_wanted)
            .take(self.forms_left)
            .collect();
        let (mut kept, mut nodes) = (Vec::new(), Vec::new());
        for form in wanted {
            if let Some(node) = self.form(&form, kind, scope) {
                nodes.push(node);
                kept.push(form);
            }
        }
        self.note(typed, kind, kept);
        nodes
    }

    fn note(&mut self, typed: &str, kind: ExpansionKind, forms: Vec<String>) {
        self.forms_left -= forms.len();
        let is_same = |noted: &Expansion| noted.term == typed && noted.kind == kind;
        if !forms.is_empty() && !self.noted.iter().any(is_same) {
            self.noted.push(Expansion {
                term: typed.to_owned(),
                kind,
                forms,
            });
        }
    }

    /// A form in the text, better for standing in the title. `None` for a form that cannot be looked for.
    fn form(&mut self, form: &str, kind: ExpansionKind, scope: Scope) -> Option<Node> {
        let cut = cut_text(form);
        if cut.units().is_empty() || cut.units().len() > MAX_PHRASE_UNITS {
            return None;
        }
        let (text, title) = match inflected(&cut) {
            Some(term) => self.inflected_form(form, term, scope),
            None => self.phrase_form(&cut, scope)?,
        };
        let (weight, title_weight) = form_weights(kind);
        let title = title.weighted(title_weight);
        Some(match scope {
            Scope::Title => title,
            Scope::Anywhere => Node::optional(text.weighted(weight), vec![title]),
        })
    }

    /// One Latin word in any inflection, in text and title. Two letters are a name where they are written as the form is.
    fn inflected_form(&mut self, form: &str, term: String, scope: Scope) -> (Node, Node) {
        let is_name = form.len() == 2 && form.bytes().all(|byte| byte.is_ascii_uppercase());
        let pattern = if is_name {
            Pattern::Capitals(term.clone())
        } else {
            Pattern::Term(term.clone())
        };
        self.mark(pattern, scope, (Field::Words, &term), weights::FORM_MARK);
        let title = Node::term(Field::TitleWords, &term);
        (Node::term(Field::Words, term), title)
    }

    /// A phrase in text and title.
    fn phrase_form(&mut self, cut: &Cut, scope: Scope) -> Option<(Node, Node)> {
        let rarest = self.rarest_gram(cut)?;
        let rarest = (Field::Grams, rarest.as_str());
        self.mark(Pattern::of_phrase(cut), scope, rarest, weights::FORM_MARK);
        let title = self.phrase_in(Field::TitleGrams, cut, 0)?;
        Some((self.phrase_in(Field::Grams, cut, 0)?, title))
    }

    /// Optional clauses of a run: the words together as typed, each pair of adjacent ideographs, each rare ideograph. Pairs
    /// carry what a dictionary cuts apart or does not know.
    fn optional_clauses(&self, text: &str, word_count: usize, scope: Scope) -> Vec<Node> {
        let cut = cut_text(text);
        let mut clauses = self.closeness(&cut, word_count, scope);
        let grams = adjacent_pairs(&cut);
        // A pair that is the whole query is already looked for.
        if word_count == 1 && grams.len() == 1 {
            return clauses;
        }
        for gram in self.rarest(Field::Grams, grams) {
            let title = Node::term(Field::TitleGrams, &gram);
            clauses.push(title.weighted(weights::GRAM * weights::TITLE));
            if scope == Scope::Anywhere {
                clauses.push(Node::term(Field::Grams, gram).weighted(weights::GRAM));
            }
        }
        for character in self.rarest(Field::Characters, ideographs(&cut)) {
            if scope == Scope::Anywhere && !self.is_common_ideograph(&character) {
                let character = Node::term(Field::Characters, character);
                clauses.push(character.weighted(weights::CHARACTER));
            }
        }
        clauses
    }

    fn closeness(&self, cut: &Cut, word_count: usize, scope: Scope) -> Vec<Node> {
        let is_close = (2..=weights::MAX_CLOSE_WORDS).contains(&word_count)
            && cut.units().len() <= MAX_PHRASE_UNITS;
        if !is_close {
            return Vec::new();
        }
        let in_field = |field, weight| Some(self.phrase_in(field, cut, 0)?.weighted(weight));
        let title = in_field(Field::TitleGrams, weights::TITLE_CLOSENESS);
        let text = match scope {
            Scope::Title => None,
            Scope::Anywhere => in_field(Field::Grams, weights::CLOSENESS),
        };
        title.into_iter().chain(text).collect()
    }

    /// The rarest of the terms, each once, in the order of the alphabet.
    fn rarest(&self, field: Field, mut terms: Vec<String>) -> Vec<String> {
        terms.sort();
        terms.dedup();
        if terms.len() > weights::MAX_OPTIONAL_TERMS {
            terms.sort_by_cached_key(|term| self.vocabulary.doc_freq(field, term));
            terms.truncate(weights::MAX_OPTIONAL_TERMS);
            terms.sort();
        }
        terms
    }

    fn is_common_ideograph(&self, character: &str) -> bool {
        let doc_freq = self.vocabulary.doc_freq(Field::Characters, character);
        let documents = self.vocabulary.documents();
        doc_freq as f32 > documents as f32 * weights::RARE_CHARACTER_SHARE
    }
}

/// All words that carry the query; those that only join others where there is nothing else.
fn all_words(words: &[ExpandedWord], mut optional: Vec<Node>) -> Node {
    let mut required = Vec::with_capacity(words.len());
    let has_content = words.iter().any(|word| !word.is_function);
    for word in words
        .iter()
        .filter(|word| !(has_content && word.is_function))
    {
        let wanted = word.wanted_together();
        required.push(wanted.required);
        optional.extend(wanted.optional);
    }
    Node::optional(Node::all(required), optional)
}

/// Everything that says anything for a document; function words do not, unless there is nothing else.
fn evidence(typed: &[TypedWord], optional: &[Node]) -> Option<Node> {
    let has_content = typed.iter().any(|word| !word.is_function);
    let telling = typed
        .iter()
        .filter(|word| !(has_content && word.is_function))
        .map(|word| word.wanted.node());
    let evidence: Vec<Node> = telling.chain(optional.iter().cloned()).collect();
    (evidence.len() > 1).then(|| Node::any(evidence))
}

/// Term of a form that is one Latin word.
fn inflected(cut: &Cut) -> Option<String> {
    match cut.units() {
        [unit] if unit.kind == UnitKind::Word && cut.joined().is_empty() => {
            Some(stem(cut.text(unit)))
        }
        _ => None,
    }
}

/// Weights of a form in a text and in a title.
fn form_weights(kind: ExpansionKind) -> (f32, f32) {
    match kind {
        ExpansionKind::Variant => (weights::VARIANT, weights::VARIANT * weights::TITLE),
        ExpansionKind::Translation => (weights::TRANSLATION, weights::TITLE_TRANSLATION),
    }
}

/// Pairs of ideographs of which neither stands in one piece with anything.
fn lone_pairs(text: &str, typed: &[TypedWord]) -> Vec<String> {
    let is_single = |word: &TypedWord| text[word.source.clone()].chars().count() == 1;
    let pairs = typed.windows(2).filter(|pair| {
        pair.iter().all(|word| is_single(word) && !word.is_function)
            && pair[0].source.end == pair[1].source.start
    });
    let pairs = pairs.map(|pair| text[pair[0].source.start..pair[1].source.end].to_owned());
    pairs
        .flat_map(|pair| adjacent_pairs(&cut_text(&pair)))
        .collect()
}

/// Documents that hold all the words of either side of an `or`; `None` without one.
fn either(words: &[ExpandedWord]) -> Option<Node> {
    let is_or = |word: &ExpandedWord| word.is_function && word.label.eq_ignore_ascii_case("or");
    if !words.iter().any(is_or) {
        return None;
    }
    let sides = words.split(is_or).filter_map(|side| {
        let wanted = side.iter().filter(|word| !word.is_function);
        let nodes: Vec<Node> = wanted.map(|word| word.wanted().node()).collect();
        (!nodes.is_empty()).then(|| Node::all(nodes))
    });
    let sides: Vec<Node> = sides.collect();
    (sides.len() > 1).then(|| Node::any(sides))
}

/// What dates beside other words add.
fn hints(words: &[ExpandedWord]) -> Vec<Node> {
    let hints = words.iter().filter(|word| word.is_hint);
    hints.map(|word| word.wanted().required).collect()
}

fn adjacent_pairs(cut: &Cut) -> Vec<String> {
    let pairs = cut.units().windows(2).filter(|pair| {
        let are_adjacent = pair[0].position + 1 == pair[1].position;
        are_adjacent && pair.iter().all(|unit| unit.kind == UnitKind::Ideograph)
    });
    pairs
        .map(|pair| format!("{}{}", cut.text(&pair[0]), cut.text(&pair[1])))
        .collect()
}

fn ideographs(cut: &Cut) -> Vec<String> {
    let ideographs = cut
        .units()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Ideograph);
    ideographs.map(|unit| cut.text(unit).to_owned()).collect()
}
