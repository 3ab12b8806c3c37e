//! Characters that the query syntax gives a meaning, with their full-width twins.

pub(super) fn is_opening_bracket(character: char) -> bool {
    matches!(character, '(' | '（')
}

pub(super) fn is_closing_bracket(character: char) -> bool {
    matches!(character, ')' | '）')
}

pub(super) fn is_bracket(character: char) -> bool {
    is_opening_bracket(character) || is_closing_bracket(character)
}

pub(super) fn is_minus(character: char) -> bool {
    matches!(character, '-' | '－' | '−' | '–')
}

pub(super) fn is_colon(character: char) -> bool {
    matches!(character, ':' | '：')
}

pub(super) fn is_tilde(character: char) -> bool {
    matches!(character, '~' | '～')
}

pub(super) fn opens_quote(character: char) -> bool {
    closing_quotes(character).is_some()
}

/// Returns the marks that may close a quotation opened by `open`, best first; `None` if it opens none.
pub(super) fn closing_quotes(open: char) -> Option<[char; 3]> {
    match open {
        '"' | '＂' => Some(['"', '＂', '”']),
        '“' | '”' | '„' => Some(['”', '"', '＂']),
        '「' => Some(['」', '」', '」']),
        '『' => Some(['』', '』', '』']),
        _ => None,
    }
}

/// Returns whether `character` starts something that a minus can exclude.
pub(super) fn begins_operand(character: char) -> bool {
    character.is_alphanumeric() || is_opening_bracket(character) || opens_quote(character)
}

/// Returns whether a word may start behind `character`.
pub(super) fn separates_words(character: char) -> bool {
    character.is_whitespace()
        || is_bracket(character)
        || opens_quote(character)
        || matches!(character, '」' | '』' | '”')
}

/// Returns true for a word of two or more capitals and nothing else.
pub(super) fn is_in_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.clone().count() > 1 && letters.all(char::is_uppercase)
}
