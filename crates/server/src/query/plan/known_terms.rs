//! Known terms of several words: a table has them as one, so a document that holds their words apart does not hold them.
//!
//! Only plain words are treated so: the documents that hold the words apart follow in the list of most of the words.

use std::cmp::Reverse;

use polidex_analysis::latin::{has_stem, spellings_of, stem};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::query::plan::expanded::ExpandedWord;
use crate::query::plan::node::{Field, Node, placed_terms};
use crate::query::plan::planner::Planner;
use crate::query::weights;

/// Maximum number of forms of a word of a term that is not its last: itself, its possessive, its other spelling.
const MAX_INNER_FORMS: usize = 3;

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

    /// A term with each of its words in its forms, the term as typed first.
    fn inflected(&self, terms: Terms) -> Vec<Terms> {
        let last = terms.len() - 1;
        let mut all: Vec<Terms> = vec![Vec::new()];
        let mut end = 0;
        for (at, (offset, word)) in terms.iter().enumerate() {
            let mut forms = self.forms_of(word);
            if at < last {
                forms.truncate(MAX_INNER_FORMS);
            }
            let gap = offset - end;
            end = offset + 1;
            let longer = all.iter().flat_map(|before| {
                let with = |form: &Vec<String>| with_form(before, gap, form);
                forms.iter().map(with).collect::<Vec<Terms>>()
            });
            all = longer.collect();
        }
        all
    }

    /// The forms of a word that the index knows, itself first; a word in several parts is one with a possessive s.
    fn forms_of(&self, word: &str) -> Vec<Vec<String>> {
        let mut inflections = self.inflections(word);
        // The forms that most documents hold come first behind the word as typed.
        inflections[1..].sort_by_key(|form| Reverse(self.vocabulary.doc_freq(Field::Grams, form)));
        let owner = word.strip_suffix('s').filter(|owner| owner.len() > 2);
        let owner = owner.filter(|owner| self.vocabulary.doc_freq(Field::Grams, owner) > 0);
        let possessive = owner.map(|owner| vec![owner.to_owned(), "s".to_owned()]);
        let mut forms: Vec<Vec<String>> = inflections.into_iter().map(|form| vec![form]).collect();
        // Behind the word as typed: *womens rights* is *women's rights* mostly.
        forms.splice(1..1, possessive);
        forms
    }

    /// Words of the index with the stem of `word`, itself first.
    pub(super) fn inflections(&self, word: &str) -> Vec<String> {
        let wanted = stem(word);
        // A stem may end otherwise than its words: `polici`, policy.
        let prefix = match wanted.len() {
            len @ 5.. if wanted.is_ascii() => &wanted[..len - 1],
            _ => wanted.as_str(),
        };
        let mut forms =
            self.vocabulary
                .terms_with_prefix(Field::Grams, prefix, weights::MAX_PREFIX_TERMS);
        // *Ageing* begins otherwise than *aging*, and *centre* otherwise than *center*.
        let bases = std::iter::once(word).chain(word.strip_suffix('s'));
        let respelt = bases.flat_map(|base| {
            let spellings = spellings_of(base).into_iter().chain([base.to_owned()]);
            spellings
                .flat_map(|form| endings(&form))
                .collect::<Vec<_>>()
        });
        forms.extend(respelt.filter(|form| self.vocabulary.doc_freq(Field::Grams, form) > 0));
        forms.retain(|form| form != word && has_stem(form, &wanted));
        forms.sort();
        forms.dedup();
        forms.insert(0, word.to_owned());
        forms
    }
}

/// A term with one form more, `gap` positions behind it.
fn with_form(before: &Terms, gap: usize, form: &[String]) -> Terms {
    let mut terms = before.clone();
    let start = terms.last().map_or(0, |(offset, _)| offset + 1) + gap;
    let placed = form.iter().cloned().enumerate();
    terms.extend(placed.map(|(at, part)| (start + at, part)));
    terms
}

/// A word with the endings of a noun and a verb.
fn endings(word: &str) -> Vec<String> {
    let root = word.strip_suffix('e').unwrap_or(word);
    let with = |ending: &&str| format!("{word}{ending}");
    let mut forms: Vec<String> = ["", "s", "d", "ed", "ing"].iter().map(with).collect();
    forms.extend(["ed", "ing"].map(|ending| format!("{root}{ending}")));
    forms
}

fn all_units(cut: &Cut, kinds: &[UnitKind]) -> bool {
    cut.units().iter().all(|unit| kinds.contains(&unit.kind))
}
