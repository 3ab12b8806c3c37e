//! Texts as suggestions compare them: folded, on one line, in a known script.

use std::cmp::Ordering;

use polidex_analysis::fold::{Class, class_of, fold_text};
use polidex_analysis::language::{Language, ScriptCounts};

/// Minimum number of Latin letters that are completed; one Han character is enough.
pub(super) const MIN_LETTERS: usize = 2;

/// Folds `text` and drops its punctuation: one space between Latin words, none next to ideographs.
pub(super) fn normalized(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_after_gap = false;
    for character in fold_text(text).text.chars() {
        match class_of(character) {
            Class::Letter | Class::Digit | Class::Ideograph => {
                let is_word = |character: char| !is_ideograph(character);
                let follows_word = plain.chars().next_back().is_some_and(is_word);
                if is_after_gap && is_word(character) && follows_word {
                    plain.push(' ');
                }
                plain.push(character);
                is_after_gap = false;
            }
            Class::Ignorable => {}
            Class::Space | Class::Break | Class::Separator | Class::Mark => is_after_gap = true,
        }
    }
    plain
}

pub(super) fn is_ideograph(character: char) -> bool {
    class_of(character) == Class::Ideograph
}

/// Returns the letters of a normalized query without its spaces; `None` if it has other characters or too few letters.
pub(super) fn letters_of(needle: &str) -> Option<String> {
    let letters = needle.replace(' ', "");
    let are_letters = letters.bytes().all(|letter| letter.is_ascii_lowercase());
    (letters.len() >= MIN_LETTERS && are_letters).then_some(letters)
}

/// Returns the script that a text is written in; `None` if its characters do not tell.
pub(super) fn script_of(text: &str) -> Option<Language> {
    let counts = ScriptCounts::of(text);
    match counts.traditional.cmp(&counts.simplified) {
        Ordering::Greater => Some(Language::TraditionalChinese),
        Ordering::Less => Some(Language::SimplifiedChinese),
        Ordering::Equal => (counts.han == 0 && counts.letters > 0).then_some(Language::English),
    }
}

/// Joins the lines of a text, with one space between words.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the first bytes of a text, up to a character boundary.
pub(super) fn head_of(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
