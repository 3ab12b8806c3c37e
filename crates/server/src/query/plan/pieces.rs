//! Cuts a chunk typed without spaces into words, and into parts that are wanted in one piece.

use std::ops::Range;

use polidex_analysis::tokens::{Word, words};
use polidex_analysis::units::{Cut, Unit, UnitKind};

use crate::query::parse::MAX_PHRASE_UNITS;

/// A word of a query, or words that are wanted in one piece.
pub(super) enum Piece {
    Word(Word),
    /// Units.
    Compound(Range<usize>),
}

impl Piece {
    pub(super) fn units(&self) -> Range<usize> {
        match self {
            Self::Word(word) => word.units.clone(),
            Self::Compound(units) => units.clone(),
        }
    }
}

/// The words of a chunk typed without spaces. Parts that say too little alone stay together: a compound with a one-letter
/// part (`Chang'E-8`), a number with the 第 before it and the one ideograph behind it (`第23條`, `3月`).
pub(super) fn pieces(cut: &Cut) -> Vec<Piece> {
    let chunk = Chunk {
        units: cut.units(),
        words: words(cut),
    };
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < chunk.words.len() {
        let end = chunk
            .end_of_number(at)
            .or_else(|| chunk.end_of_compound(at))
            .unwrap_or(at + 1);
        let (first, last) = (&chunk.words[at], &chunk.words[end - 1]);
        pieces.push(if end - at > 1 {
            Piece::Compound(first.units.start..last.units.end)
        } else {
            Piece::Word(first.clone())
        });
        at = end;
    }
    pieces
}

struct Chunk<'a> {
    units: &'a [Unit],
    words: Vec<Word>,
}

impl Chunk<'_> {
    fn kind(&self, word: &Word) -> UnitKind {
        self.units[word.units.start].kind
    }

    fn is_han(&self, word: &Word) -> bool {
        self.kind(word) == UnitKind::Ideograph
    }

    /// Returns `true` if the word at `at` stands right behind the word before it.
    fn follows(&self, at: usize) -> bool {
        let (before, after) = (&self.words[at - 1], &self.words[at]);
        let end = before.units.end;
        self.units[end - 1].position + 1 == self.units[after.units.start].position
            // A possessive s is no word, but no gap either.
            || end < after.units.start && self.units[end].after_apostrophe
    }

    /// End of the number that begins at the word `at`, with its 第 and its counter; `None` for a number alone.
    fn end_of_number(&self, at: usize) -> Option<usize> {
        let is_number = |at: usize| {
            let word = self.words.get(at);
            word.is_some_and(|word| self.kind(word) == UnitKind::Number)
        };
        let is_ordinal = self.is_han(&self.words[at])
            && self.words[at].term == "第"
            && is_number(at + 1)
            && self.follows(at + 1);
        let number = if is_ordinal { at + 1 } else { at };
        if !is_number(number) {
            return None;
        }
        let is_counter = |word: &Word| self.is_han(word) && word.units.len() == 1;
        let next = number + 1;
        let is_counted = self.words.get(next).is_some_and(is_counter) && self.follows(next);
        let end = next + usize::from(is_counted);
        (end - at > 1).then_some(end)
    }

    /// End of the compound of letters and digits that begins at the word `at`, if one of its parts is a single letter.
    fn end_of_compound(&self, at: usize) -> Option<usize> {
        if self.is_han(&self.words[at]) {
            return None;
        }
        let mut end = at + 1;
        while self.words.get(end).is_some_and(|next| !self.is_han(next)) && self.follows(end) {
            end += 1;
        }
        let is_one_letter = |word: &Word| word.units.len() == 1 && word.term.chars().count() == 1;
        let has_one_letter = self.words[at..end].iter().any(is_one_letter);
        (has_one_letter && end - at <= MAX_PHRASE_UNITS / 2).then_some(end)
    }
}
