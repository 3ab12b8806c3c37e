//! Compares a pattern with the text at one byte, without tokenizing.
//!
//! In: a text, a byte where a match may start, and the folded characters wanted. Out: a [`Verdict`]. Folding goes character
//! by character; where it cannot tell (one character folds to several), the verdict is [`Verdict::Unknown`].

use polidex_analysis::fold::{CharFold, Class, fold_char};
use polidex_analysis::latin::has_stem;

/// Maximum length of the part of an acronym before a dot.
const MAX_ACRONYM_PART: usize = 4;

/// Result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A match, which ends at this byte.
    Matches(usize),
    /// No match.
    Differs,
    /// Only tokenizing can tell.
    Unknown,
}

/// Compares the ideographs at `at` with `wanted`. Spaces and punctuation that take no position may stand between them, and
/// one line break.
pub(crate) fn compare_ideographs(text: &str, at: usize, wanted: &[char]) -> Verdict {
    let mut matched = 0;
    let mut breaks = 0;
    let mut has_sign = false;
    for (offset, character) in text[at..].char_indices() {
        match fold_char(character) {
            CharFold::One(folded, Class::Ideograph) => {
                if wanted[matched] == folded && breaks > 1 && has_sign {
                    // A sign alone on its line ends no paragraph.
                    return Verdict::Unknown;
                }
                if wanted[matched] != folded || breaks > 1 {
                    return Verdict::Differs;
                }
                matched += 1;
                breaks = 0;
                if matched == wanted.len() {
                    return Verdict::Matches(at + offset + character.len_utf8());
                }
            }
            // A dot, `&` or `+` may belong to a name or to nothing.
            CharFold::One('.', _) | CharFold::One(_, Class::Mark) => return Verdict::Unknown,
            CharFold::One(_, Class::Letter | Class::Digit) => {
                return Verdict::Differs;
            }
            CharFold::One(_, Class::Break) => breaks += 1,
            CharFold::One(_, Class::Space) | CharFold::Nothing => {}
            CharFold::One(..) => has_sign = true,
            CharFold::Many(_) => return Verdict::Unknown,
        }
    }
    Verdict::Differs
}

/// Compares the word that starts at `at` with a stem.
pub(crate) fn compare_stem(text: &str, at: usize, wanted: &str) -> Verdict {
    compare_word(text, at, |word| has_stem(word, wanted))
}

/// Compares the first letters of the word that starts at `at`.
pub(crate) fn compare_prefix(text: &str, at: usize, wanted: &str) -> Verdict {
    compare_word(text, at, |word| word.starts_with(wanted))
}

fn compare_word(text: &str, at: usize, is_match: impl Fn(&str) -> bool) -> Verdict {
    let mut word = String::with_capacity(24);
    let mut end = at;
    for (offset, character) in text[at..].char_indices() {
        match fold_char(character) {
            CharFold::One(folded, Class::Letter | Class::Digit) => {
                word.push(folded);
                end = at + offset + character.len_utf8();
            }
            CharFold::Nothing => {}
            // The letters of an acronym may be a word without their dots.
            CharFold::One('.', _) if word.len() <= MAX_ACRONYM_PART => return Verdict::Unknown,
            CharFold::One(..) => break,
            CharFold::Many(_) => return Verdict::Unknown,
        }
    }
    if is_match(&word) {
        Verdict::Matches(end)
    } else {
        Verdict::Differs
    }
}

/// Compares the characters at `at` with several tokens. Never certain of a match: token boundaries are for the tokenizer.
pub(crate) fn compare_tokens(text: &str, at: usize, tokens: &[String], is_number: bool) -> Verdict {
    // Characters of all tokens, each with a flag for the first of a later token: space may stand before it.
    let mut wanted = tokens
        .iter()
        .enumerate()
        .flat_map(|(index, token)| {
            let is_later = index > 0;
            token
                .char_indices()
                .map(move |(offset, character)| (character, is_later && offset == 0))
        })
        .peekable();
    for character in text[at..].chars() {
        let Some(&(next, may_follow_space)) = wanted.peek() else {
            return Verdict::Unknown;
        };
        match fold_char(character) {
            CharFold::One(folded, _) if folded == next => {
                wanted.next();
            }
            // Thousands separators do not count, nor do the marks of abbreviations.
            CharFold::One(',', _) if is_number || may_follow_space => {}
            CharFold::One('.', _) => {}
            CharFold::One(_, Class::Space | Class::Separator | Class::Break)
                if may_follow_space => {}
            CharFold::One(_, Class::Ignorable) | CharFold::Nothing => {}
            CharFold::One(..) => return Verdict::Differs,
            CharFold::Many(_) => return Verdict::Unknown,
        }
    }
    if wanted.peek().is_none() {
        Verdict::Unknown
    } else {
        Verdict::Differs
    }
}
