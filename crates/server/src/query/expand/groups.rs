//! Groups of forms that stand for each other.

use std::collections::HashSet;

use polidex_analysis::fold::fold_text;
use polidex_analysis::units::{UnitKind, cut_text};

use crate::query::expand::keys::{NUMBER, key_tokens, push_token};
use crate::query::expand::notations::notations;

/// Maximum number of forms of one kind for one run of words: a date has sixteen notations.
pub const MAX_FORMS_PER_TERM: usize = 16;
/// Maximum number of key tokens of a form that is looked for in queries.
pub(super) const MAX_FORM_TOKENS: usize = 24;
/// Names of the numbers in a pattern (`Cap. {n}`).
const NUMBER_NAMES: [&str; 2] = ["{n}", "{m}"];
/// Number that replaces the names in a pattern to tokenize it.
const SAMPLE_NUMBER: &str = "7777";

/// Abbreviations of two letters that name one thing wherever they stand. Others do not: *FS*, *CE* and *AO* are offices here
/// and something else there.
const NAMES: [&str; 6] = ["ai", "eu", "ev", "uk", "un", "vr"];

/// Forms that all stand for each other.
pub(super) struct Group {
    pub(super) forms: Vec<Form>,
    /// Learned by counting: words match in any inflection.
    pub(super) is_learned: bool,
}

/// One way to write what a group means.
pub(super) struct Form {
    pub(super) text: String,
    pub(super) folded: String,
    pub(super) is_han: bool,
    /// Number of key tokens.
    pub(super) tokens: usize,
    /// An abbreviation of two letters: too many things are called so to look for it, or to take it for one when typed in
    /// small letters.
    pub(super) is_short: bool,
    /// *The US*: in a text the article tells it from the pronoun, in a query its capitals do.
    pub(super) is_for_texts: bool,
    /// Letters and digits alone: *US* and *U.S.* are one.
    letters: String,
}

/// A form and the key that it is found by.
pub(super) struct KeyedForm {
    pub(super) form: Form,
    pub(super) key: String,
    /// First token of the key.
    pub(super) first_token: String,
    /// The form holds numbers.
    pub(super) is_pattern: bool,
}

impl KeyedForm {
    /// Returns `None` for a form without words or with too many.
    pub(super) fn of(text: &str) -> Option<Self> {
        let sample = NUMBER_NAMES.iter().fold(text.to_owned(), |text, name| {
            text.replace(name, SAMPLE_NUMBER)
        });
        let is_pattern = NUMBER_NAMES.iter().any(|name| text.contains(name));
        let cut = cut_text(&sample);
        let tokens = key_tokens(&cut);
        if tokens.is_empty() || tokens.len() > MAX_FORM_TOKENS {
            return None;
        }
        let token_text = |text: &str| {
            let is_number = is_pattern && text == SAMPLE_NUMBER;
            if is_number { NUMBER } else { text }.to_owned()
        };
        let mut key = String::new();
        for token in &tokens {
            push_token(&mut key, &token_text(&token.text));
        }
        let mut kinds = cut.units().iter().map(|unit| unit.kind);
        let is_han = kinds.any(|kind| kind == UnitKind::Ideograph);
        Some(Self {
            form: Form::new(text, is_han, tokens.len()),
            key,
            first_token: token_text(&tokens[0].text),
            is_pattern,
        })
    }
}

impl Form {
    fn new(text: &str, is_han: bool, tokens: usize) -> Self {
        let folded = fold_text(text).text;
        let letters = letters_of(&folded);
        let is_one = tokens == 1 && letters.chars().count() <= 2 && !folded.contains('&');
        let is_short = !is_han && is_one && !NAMES.contains(&letters.as_str());
        let named = folded.strip_prefix("the ").map(letters_of);
        Self {
            is_for_texts: named.is_some_and(|name| name.len() <= 2),
            letters,
            text: text.to_owned(),
            folded,
            is_han,
            tokens,
            is_short,
        }
    }

    /// Returns whether `typed`, which has the key of the form, means it: one Latin word is meant as it is written, but for its
    /// plural; an abbreviation of two letters in capitals. A learned word is meant by its other inflections too, but not by a
    /// word that only shares its stem: *housing* is no *house*.
    pub(super) fn is_meant_by(&self, typed: &str, is_learned: bool) -> bool {
        if self.is_han || self.tokens > 1 {
            return true;
        }
        if self.is_short {
            return typed.replace('.', "") == self.text;
        }
        let folded = fold_text(typed).text;
        let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
        let is_same = if is_learned { is_inflected } else { is_plural };
        folded == self.folded || is_same(&folded, &self.folded) || is_same(&self.folded, &folded)
    }

    /// Returns whether a query for this form is also looked for as `other`.
    pub(super) fn expands_to(&self, other: &Self) -> bool {
        // A user who types `I&T` means that name; its long form is found by one who asks for it.
        let is_spelt_out = self.folded.contains('&') && !other.is_han;
        // One that is written with dots is looked for without them as well.
        let is_dotted = self.letters == other.letters;
        !is_spelt_out && (!other.is_short || is_dotted)
    }

    /// Returns the form with its numbers filled in, in every notation of its language; the numbers are in the order of
    /// `matched`, the form that was typed.
    pub(super) fn filled(&self, matched: &Self, numbers: &[u64]) -> Vec<String> {
        let mut texts = vec![self.text.clone()];
        if numbers.is_empty() {
            return texts;
        }
        for (name, number) in matched.number_names().into_iter().zip(numbers) {
            let notations = if self.is_han {
                notations(*number)
            } else {
                vec![number.to_string()]
            };
            texts = texts
                .iter()
                .flat_map(|text| notations.iter().map(|number| text.replace(name, number)))
                .collect();
        }
        texts
    }

    /// Returns the names of the numbers in the order in which they stand.
    fn number_names(&self) -> Vec<&'static str> {
        let mut names: Vec<(usize, &str)> = NUMBER_NAMES
            .into_iter()
            .filter_map(|name| Some((self.text.find(name)?, name)))
            .collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

fn letters_of(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns whether `form` is `word` with the ending of a plural, a third person or a past.
fn is_inflected(word: &str, form: &str) -> bool {
    let root = word.strip_suffix('y').unwrap_or(word);
    ["s", "es", "d", "ed"]
        .iter()
        .any(|ending| form.strip_suffix(ending) == Some(word))
        || root.len() < word.len()
            && ["ies", "ied"]
                .iter()
                .any(|ending| form.strip_suffix(ending) == Some(root))
}

/// Adds forms that are not there yet, in whatever script, and are not the text typed.
pub(super) fn add_forms(into: &mut Vec<String>, forms: Vec<String>, typed_folded: &str) {
    let mut seen: HashSet<String> = into.iter().map(|form| fold_text(form).text).collect();
    for form in forms {
        let folded = fold_text(&form).text;
        if into.len() < MAX_FORMS_PER_TERM && folded != typed_folded && seen.insert(folded) {
            into.push(form);
        }
    }
}
