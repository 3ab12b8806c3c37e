//! Known terms of several words: a table has them as one, so a document that holds their words apart does not hold them.
//!
//! Only plain words are treated so: the documents that hold the words apart follow in the list of most of the words.

use polidex_analysis::latin::{has_stem, stem};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::query::plan::expanded::ExpandedWord;
use crate::query::plan::node::{Field, Node, placed_terms};
use crate::query::plan::planner::Planner;
use crate::query::weights;

/// Terms of a phrase with their offsets.
type Terms = Vec<(usize, String)>;

impl Planner<'_> {
    /// Documents that hold `word` in one piece if it is a known term of several words; `None` if it is none. A term of Latin
    /// words that stands nowhere, but in translation does, is wanted all the same.
    pub(super) fn together(&self, word: &ExpandedWord) -> Option<Node> {
        if word.literal.len() < 2 || word.translations.is_empty() {
            return None;
        }
        let cut = cut_text(&word.label);
        let is_latin = all_units(&cut, &[UnitKind::Word]);
        let is_chinese = all_units(&cut, &[UnitKind::Ideograph, UnitKind::Number])
            && !word.label.contains(char::is_whitespace);
        let terms = placed_terms(&cut);
        if terms.len() < 2 {
            return None;
        }
        let phrases = match () {
            () if is_latin => self.phrases(self.inflected(terms)),
            () if is_chinese => self.phrases(vec![terms]),
            () => return None,
        };
        let stands = !phrases.is_empty();
        let is_translated = || word.translations.iter().any(|form| self.may_stand(form));
        (stands || is_latin && is_translated()).then(|| Node::any(phrases).constant(0.0))
    }

    /// Phrases that stand somewhere, in text or title.
    fn phrases(&self, forms: Vec<Terms>) -> Vec<Node> {
        let mut phrases = Vec::new();
        for terms in forms {
            for field in [Field::Grams, Field::TitleGrams] {
                if self.vocabulary.has_phrase(field, &terms) {
                    let terms = terms.clone();
                    let slop = 0;
                    phrases.push(Node::Phrase { field, terms, slop });
                }
            }
        }
        phrases
    }

    /// A term with its last word in every inflection of the index.
    fn inflected(&self, mut terms: Terms) -> Vec<Terms> {
        let Some((offset, last)) = terms.pop() else {
            return Vec::new();
        };
        let with = |form: String| terms.iter().cloned().chain([(offset, form)]).collect();
        self.inflections(&last).into_iter().map(with).collect()
    }

    /// Words of the index with the stem of `word`, itself first.
    fn inflections(&self, word: &str) -> Vec<String> {
        let wanted = stem(word);
        // A stem may end otherwise than its words: `polici`, policy.
        let prefix = match wanted.len() {
            len @ 5.. if wanted.is_ascii() => &wanted[..len - 1],
            _ => wanted.as_str(),
        };
        let mut forms =
            self.vocabulary
                .terms_with_prefix(Field::Grams, prefix, weights::MAX_PREFIX_TERMS);
        forms.retain(|form| form != word && has_stem(form, &wanted));
        forms.insert(0, word.to_owned());
        forms
    }
}

fn all_units(cut: &Cut, kinds: &[UnitKind]) -> bool {
    cut.units().iter().all(|unit| kinds.contains(&unit.kind))
}
