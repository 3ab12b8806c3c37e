//! Plans a plain run of words: all of them wanted, everything that stands as typed adding to the score.

use std::collections::HashSet;
use std::ops::Range;

use polidex_analysis::fold::fold_text;
use polidex_analysis::function_words::is_function_word;
use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::error::ServerError;
use crate::expansion::{Expansion, ExpansionKind};
use crate::mark::pattern::Pattern;
use crate::query::expand::expander::Match;
use crate::query::parse::MAX_PHRASE_UNITS;
use crate::query::plan::expanded::{ExpandedWord, any_translation, any_word, translated};
use crate::query::plan::leaves::Wanted;
use crate::query::plan::lists::Lists;
use crate::query::plan::node::{Field, Node};
use crate::query::plan::pieces::{Piece, pieces};
use crate::query::plan::planner::{Planner, Scope};
use crate::query::weights;
use crate::question::Expand;

/// A word of a run and the bytes it stands in.
struct TypedWord {
    source: Range<usize>,
    wanted: Wanted,
    is_function: bool,
}

impl Planner<'_> {
    pub(super) fn words(&mut self, text: &str, scope: Scope) -> Result<Lists, ServerError> {
        let typed = self.typed_words(text, scope)?;
        if typed.is_empty() {
            return Ok(Lists::strict(Node::Nothing));
        }
        let optional = self.optional_clauses(text, typed.len(), scope);
        let is_sentence = is_sentence(text, typed.len());
        let evidence = evidence(&typed, &optional);
        let words = self.expanded_words(text, typed, scope);
        let content = words.iter().filter(|word| !word.is_function);
        let with_translation = words.iter().filter(|word| !word.translations.is_empty());
        Ok(Lists {
            evidence,
            is_sentence,
            translated: translated(&words),
            translated_any: any_translation(&words),
            literal_words: content.map(|word| word.wanted().required).collect(),
            translated_words: with_translation.map(ExpandedWord::in_translation).collect(),
            partial: (words.len() > 1).then(|| any_word(&words, &optional)),
            ..Lists::strict(all_words(&words, optional))
        })
    }

    /// The words of `text`, each with the bytes it stands in.
    fn typed_words(&mut self, text: &str, scope: Scope) -> Result<Vec<TypedWord>, ServerError> {
        let mut typed_words = Vec::new();
        for chunk in text.split_whitespace() {
            // Slices of one text: the distance of their addresses is the chunk's place in it.
            let chunk_at = chunk.as_ptr() as usize - text.as_ptr() as usize;
            let cut = cut_text(chunk);
            for piece in pieces(&cut) {
                let source = source_of(&cut, piece.units());
                let typed = &chunk[source.clone()];
                let wanted = match &piece {
                    Piece::Word(word) => self.word(&cut, word, scope),
                    Piece::Compound(_) => self.phrase(&cut_text(typed), 0, scope)?,
                };
                self.part(typed, &wanted.required);
                typed_words.push(TypedWord {
                    source: chunk_at + source.start..chunk_at + source.end,
                    wanted,
                    is_function: is_function_word(typed),
                });
            }
        }
        Ok(typed_words)
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
                word.literal.push(part.wanted);
                continue;
            }
            let begins =
                |found: &Match| cut.units()[found.units.start].source().start == part.source.start;
            let mut word = ExpandedWord::literal(part.wanted, part.is_function);
            if let Some(found) = matches.next_if(begins) {
                match_end = source_of(&cut, found.units.clone()).end;
                self.expand_word(&mut word, text, &cut, found, scope);
            }
            words.push(word);
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
        word.is_function = false;
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
        self.allowed.expander.find(text, cut, is_border)
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
            Some(term) => self.inflected_form(term, scope),
            None => self.phrase_form(&cut, scope)?,
        };
        let (weight, title_weight) = form_weights(kind);
        let title = title.weighted(title_weight);
        Some(match scope {
            Scope::Title => title,
            Scope::Anywhere => Node::optional(text.weighted(weight), vec![title]),
        })
    }

    /// One Latin word in any inflection, in text and title.
    fn inflected_form(&mut self, term: String, scope: Scope) -> (Node, Node) {
        let pattern = Pattern::Term(term.clone());
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
        for gram in distinct(grams) {
            let title = Node::term(Field::TitleGrams, &gram);
            clauses.push(title.weighted(weights::GRAM * weights::TITLE));
            if scope == Scope::Anywhere {
                clauses.push(Node::term(Field::Grams, gram).weighted(weights::GRAM));
            }
        }
        for character in distinct(ideographs(&cut)) {
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

    fn is_common_ideograph(&self, character: &str) -> bool {
        let doc_freq = self.vocabulary.doc_freq(Field::Characters, character);
        let documents = self.vocabulary.documents();
        doc_freq as f32 > documents as f32 * weights::RARE_CHARACTER_SHARE
    }
}

fn all_words(words: &[ExpandedWord], mut optional: Vec<Node>) -> Node {
    let mut required = Vec::with_capacity(words.len());
    for word in words {
        let wanted = word.wanted();
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

/// Returns `true` for a sentence, all of whose words no document has.
fn is_sentence(text: &str, words: usize) -> bool {
    let asks = text.trim_end().ends_with(['?', '？']);
    let least = if asks {
        weights::QUESTION_WORDS
    } else {
        weights::SENTENCE_WORDS
    };
    words >= least
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

/// The first of the terms in their order, each once.
fn distinct(mut terms: Vec<String>) -> Vec<String> {
    terms.sort();
    terms.dedup();
    terms.truncate(weights::MAX_OPTIONAL_TERMS);
    terms
}

/// Bytes that `units` of `cut` stand in.
fn source_of(cut: &Cut, units: Range<usize>) -> Range<usize> {
    let units = &cut.units()[units];
    units[0].source().start..units[units.len() - 1].source().end
}
