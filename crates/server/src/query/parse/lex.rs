//! Splits a query into lexemes: words, quotations, brackets, operators, field names. Nothing is nested yet.

use std::ops::Range;

use crate::query::parse::characters::{
    begins_operand, closing_quotes, is_bracket, is_closing_bracket, is_colon, is_in_capitals,
    is_minus, is_opening_bracket, is_tilde, opens_quote, separates_words,
};
use crate::query::parse::clause::SearchField;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    Word(String),
    Quoted {
        text: String,
        slop: u32,
        is_closed: bool,
    },
    Open,
    Close,
    Minus,
    Field(SearchField),
    And,
    Or,
    Not,
    /// An operator by its name, which may be a word of a heading. No query that was split has one.
    Spelled(Spelled),
}

/// An operator by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelled {
    And,
    Or,
    Not,
}

impl Lexeme {
    /// Returns whether a word, a phrase, a field or a bracket starts here.
    pub(super) fn starts_operand(&self) -> bool {
        matches!(
            self,
            Self::Word(_) | Self::Quoted { .. } | Self::Field(_) | Self::Open
        )
    }
}

/// Splits `typed`. Control characters count as spaces.
pub(super) fn lex(typed: &str) -> Vec<Lexeme> {
    let characters = typed
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut lexer = Lexer {
        characters,
        at: 0,
        lexemes: Vec::new(),
    };
    while let Some(character) = lexer.get(lexer.at) {
        lexer.read(character);
    }
    words_in_capitals(lexer.lexemes)
}

/// Returns true for a word of two or more capitals and nothing else.
fn is_capital(lexeme: Option<&Lexeme>) -> bool {
    matches!(lexeme, Some(Lexeme::Word(word)) if is_in_capitals(word))
}

/// Reads `AND`, `OR` and `NOT` among words that are all in capitals as words: a heading is pasted, nothing is excluded. What is
/// no word of a heading, such as `|`, stays an operator.
fn words_in_capitals(lexemes: Vec<Lexeme>) -> Vec<Lexeme> {
    let read = |(at, lexeme): (usize, &Lexeme)| {
        let Lexeme::Spelled(operator) = lexeme else {
            return lexeme.clone();
        };
        let before = at.checked_sub(1).and_then(|before| lexemes.get(before));
        // What a field is asked for is no heading.
        let is_value = at > 1 && matches!(lexemes.get(at - 2), Some(Lexeme::Field(_)));
        let is_word = is_capital(before) && is_capital(lexemes.get(at + 1)) && !is_value;
        match (operator, is_word) {
            (Spelled::And, true) => Lexeme::Word("AND".to_owned()),
            (Spelled::And, false) => Lexeme::And,
            (Spelled::Or, true) => Lexeme::Word("OR".to_owned()),
            (Spelled::Or, false) => Lexeme::Or,
            (Spelled::Not, true) => Lexeme::Word("NOT".to_owned()),
            (Spelled::Not, false) => Lexeme::Not,
        }
    };
    lexemes.iter().enumerate().map(read).collect()
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
    lexemes: Vec<Lexeme>,
}

impl Lexer {
    fn get(&self, at: usize) -> Option<char> {
        self.characters.get(at).copied()
    }

    fn text(&self, range: Range<usize>) -> String {
        self.characters[range].iter().collect()
    }

    /// Reads one lexeme, which starts with `character`, or skips it.
    fn read(&mut self, character: char) {
        let starts_word = self.starts_word();
        if character.is_whitespace() {
            self.at += 1;
        } else if let Some(closers) = closing_quotes(character) {
            self.read_quoted(character, closers);
        } else if is_opening_bracket(character) {
            self.push(Lexeme::Open);
        } else if is_closing_bracket(character) {
            self.push(Lexeme::Close);
        } else if starts_word && self.is_exclusion(character) {
            self.push(Lexeme::Minus);
        } else {
            self.read_word(starts_word);
        }
    }

    /// Adds a lexeme of one character.
    fn push(&mut self, lexeme: Lexeme) {
        self.lexemes.push(lexeme);
        self.at += 1;
    }

    fn starts_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.get(before));
        // Behind a quotation's slop as behind its mark.
        let ends_lexeme = matches!(
            self.lexemes.last(),
            Some(Lexeme::Field(_) | Lexeme::Quoted { .. })
        );
        before.is_none_or(separates_words) || ends_lexeme
    }

    fn is_exclusion(&self, character: char) -> bool {
        is_minus(character) && self.get(self.at + 1).is_some_and(begins_operand)
    }

    /// Reads a word, an operator or a field name.
    fn read_word(&mut self, starts_word: bool) {
        let end = self.word_end();
        let has_colon = self.get(end).is_some_and(is_colon);
        // `-title:a` excludes a title, not the word `title`.
        let may_be_field = starts_word || matches!(self.lexemes.last(), Some(Lexeme::Minus));
        if has_colon
            && may_be_field
            && let Some(field) = SearchField::named(&self.text(self.at..end))
        {
            self.read_field(field, end + 1);
            return;
        }
        let end = end + usize::from(has_colon);
        let word = self.text(self.at..end);
        self.at = end;
        match (operator(&word), self.lexemes.last_mut()) {
            // An operator stands alone.
            (Some(operator), _) if starts_word && !has_colon => self.lexemes.push(operator),
            // Pieces of one chunk (`a:b`) are joined again.
            (_, Some(Lexeme::Word(before))) if !starts_word => before.push_str(&word),
            _ => self.lexemes.push(Lexeme::Word(word)),
        }
    }

    fn word_end(&self) -> usize {
        let ends_word = |character: char| {
            character.is_whitespace()
                || opens_quote(character)
                || is_bracket(character)
                || is_colon(character)
        };
        let start = self.at + 1;
        let end = self.characters[start..]
            .iter()
            .position(|character| ends_word(*character))
            .map_or(self.characters.len(), |len| start + len);
        self.end_of_number(end).unwrap_or(end)
    }

    /// End of a document number whose year stands in round brackets at `open`: `国发(2023)15号`.
    fn end_of_number(&self, open: usize) -> Option<usize> {
        let digits = |from: usize| {
            let rest = self.characters.get(from..).unwrap_or_default();
            rest.iter().take_while(|c| c.is_numeric()).count()
        };
        let is_open = self.get(open).is_some_and(is_opening_bracket);
        let close = open + 1 + digits(open + 1);
        let is_year = close == open + 5 && self.get(close).is_some_and(is_closing_bracket);
        let last = close + 1 + digits(close + 1);
        let is_number = last > close + 1 && matches!(self.get(last), Some('号' | '號'));
        (is_open && is_year && is_number).then_some(last + 1)
    }

    /// Adds a field name whose value starts at `value`, and the value if it is a document number.
    fn read_field(&mut self, field: SearchField, value: usize) {
        // A second name is skipped, and what follows it is a value of the first.
        let is_first = !matches!(self.lexemes.last(), Some(Lexeme::Field(_)));
        self.lexemes.push(Lexeme::Field(field));
        self.at = value;
        if field == SearchField::Number && is_first {
            self.read_number();
        }
    }

    /// Reads a document number, if one stands here. Brackets are part of it as far as they are closed: `国发(2023)15号`.
    fn read_number(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(character) = self.get(self.at) {
            match character {
                '(' | '（' if self.at > start => depth += 1,
                ')' | '）' if depth > 0 => depth -= 1,
                _ if is_bracket(character) || opens_quote(character) => break,
                _ if character.is_whitespace() => break,
                _ => {}
            }
            self.at += 1;
        }
        if self.at > start {
            self.lexemes.push(Lexeme::Word(self.text(start..self.at)));
        }
    }

    /// Reads a quotation from its opening mark on. An unclosed one reaches to the end.
    fn read_quoted(&mut self, open: char, closers: [char; 3]) {
        let close_at = closers
            .iter()
            .find_map(|close| self.find_close(open, *close));
        let end = close_at.unwrap_or(self.characters.len());
        let text = self.text(self.at + 1..end);
        self.at = (end + 1).min(self.characters.len());
        let is_closed = close_at.is_some();
        let slop = if is_closed { self.read_slop() } else { 0 };
        self.lexemes.push(Lexeme::Quoted {
            text,
            slop,
            is_closed,
        });
    }

    /// Returns the index of the closing mark. Corner brackets nest; a straight quote closes at the next straight one, so that
    /// other quotation marks may stand inside.
    fn find_close(&self, open: char, close: char) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, &character) in self.characters.iter().enumerate().skip(self.at + 1) {
            if character == close {
                if depth == 0 {
                    return Some(at);
                }
                depth -= 1;
            } else if character == open {
                depth += 1;
            }
        }
        None
    }

    /// Reads `~5` behind a quotation; 0 if there is none.
    fn read_slop(&mut self) -> u32 {
        if !self.get(self.at).is_some_and(is_tilde) {
            return 0;
        }
        let digits: String = self.characters[self.at + 1..]
            .iter()
            .take_while(|digit| digit.is_ascii_digit())
            .take(4)
            .collect();
        let Ok(slop) = digits.parse() else {
            return 0;
        };
        self.at += 1 + digits.len();
        slop
    }
}

fn operator(word: &str) -> Option<Lexeme> {
    match word {
        "AND" | "ＡＮＤ" => Some(Lexeme::Spelled(Spelled::And)),
        "且" | "與" | "与" | "&&" => Some(Lexeme::And),
        "OR" | "ＯＲ" => Some(Lexeme::Spelled(Spelled::Or)),
        "或" | "||" | "|" => Some(Lexeme::Or),
        "NOT" | "ＮＯＴ" => Some(Lexeme::Spelled(Spelled::Not)),
        "非" => Some(Lexeme::Not),
        _ => None,
    }
}
