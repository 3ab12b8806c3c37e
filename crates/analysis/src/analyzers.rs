//! The named analyzers as tantivy runs them: thin adapters over [`crate::tokens`].
//!
//! tantivy forgets tokenizers when an index is closed: [`register`] belongs to every opening for writing. It hands the text
//! of a document to each field's analyzer in turn, on one thread: the cut is made once and kept for the others.

use std::cell::RefCell;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use crate::fold::HAN_FOLDS;
use crate::han::POLICY_WORDS;
use crate::hash::Fnv;
use crate::tokens::{Grams, character_tokens, word_tokens};
use crate::units::{Cut, Pieces, cut_text};

/// Name of the phrase analyzer.
pub const GRAMS: &str = "polidex_grams";
/// Name of the ranking analyzer.
pub const WORDS: &str = "polidex_words";
/// Name of the single-character analyzer.
pub const CHARACTERS: &str = "polidex_characters";

/// Makes the analyzers known to an index.
pub fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(GRAMS, Analyzer::of(Kind::Grams));
    tokenizers.register(WORDS, Analyzer::of(Kind::Words));
    tokenizers.register(CHARACTERS, Analyzer::of(Kind::Characters));
}

/// Adds the tables that decide what the terms are to `hash`: part of what tells two analyzers apart.
pub fn add_tables(hash: &mut Fnv) {
    hash.add(HAN_FOLDS.as_bytes());
    hash.add(POLICY_WORDS.as_bytes());
}

/// Kind of the tokens that an analyzer makes.
#[derive(Clone, Copy)]
enum Kind {
    Grams,
    Words,
    Characters,
}

/// One analyzer, with a buffer that it uses again for each text.
#[derive(Clone)]
struct Analyzer {
    kind: Kind,
    buffer: TokenBuffer,
}

impl Analyzer {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            buffer: TokenBuffer::default(),
        }
    }
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = BufferedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BufferedTokens<'a> {
        let mut stream = BufferedTokens::new(self.kind, &mut self.buffer);
        if text.len() >= KEPT_BYTES.end {
            stream.rest = Some(Pieces::of(text));
        } else {
            with_cut(text, |cut| stream.fill(cut));
            stream.finish();
        }
        stream
    }
}

/// Bytes of a text whose cut is kept: a shorter one is cut in no time, a longer one would take memory for long and is cut
/// and handed over piece by piece.
const KEPT_BYTES: std::ops::Range<usize> = 512..4 << 20;

thread_local! {
    /// The text that was cut last on this thread, and its cut.
    static LAST_CUT: RefCell<(String, Cut)> = RefCell::default();
}

/// Hands the cut of `text` to `read`; the same text as the time before is not cut again.
fn with_cut(text: &str, read: impl FnOnce(&Cut)) {
    if !KEPT_BYTES.contains(&text.len()) {
        return read(&cut_text(text));
    }
    LAST_CUT.with_borrow_mut(|(cut_of, cut)| {
        if cut_of != text {
            *cut = cut_text(text);
            text.clone_into(cut_of);
        }
        read(cut);
    });
}

/// Tokens of one text, their terms end to end, so that a document costs a few allocations and not one a token.
#[derive(Clone, Default)]
struct TokenBuffer {
    terms: String,
    tokens: Vec<TokenEntry>,
}

#[derive(Clone, Copy)]
struct TokenEntry {
    term_to: usize,
    position: u32,
}

impl TokenBuffer {
    fn clear(&mut self) {
        self.terms.clear();
        self.tokens.clear();
    }

    fn push(&mut self, token: crate::tokens::Token<'_>) {
        self.terms.push_str(token.term);
        self.tokens.push(TokenEntry {
            term_to: self.terms.len(),
            position: token.position,
        });
    }
}

struct BufferedTokens<'a> {
    kind: Kind,
    buffer: &'a mut TokenBuffer,
    /// Rest of a long text, still to be tokenized.
    rest: Option<Pieces<'a>>,
    grams: Grams,
    next: usize,
    term_from: usize,
    token: Token,
}

impl<'a> BufferedTokens<'a> {
    fn new(kind: Kind, buffer: &'a mut TokenBuffer) -> Self {
        buffer.clear();
        Self {
            kind,
            buffer,
            rest: None,
            grams: Grams::default(),
            next: 0,
            term_from: 0,
            token: Token::default(),
        }
    }

    /// Adds the tokens that `cut` completes to the buffer.
    fn fill(&mut self, cut: &Cut) {
        let push = |token: crate::tokens::Token<'_>| self.buffer.push(token);
        match self.kind {
            Kind::Grams => self.grams.push(cut, push),
            Kind::Words => word_tokens(cut, push),
            Kind::Characters => character_tokens(cut, push),
        }
    }

    /// Adds what is left at the end of the text.
    fn finish(&mut self) {
        self.grams.finish(|token| self.buffer.push(token));
    }

    /// Tokenizes the next piece of a long text; false behind its end.
    fn refill(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return false;
        };
        self.buffer.clear();
        (self.next, self.term_from) = (0, 0);
        match rest.next() {
            Some((_, cut)) => self.fill(&cut),
            None => {
                self.rest = None;
                self.finish();
            }
        }
        true
    }
}

impl TokenStream for BufferedTokens<'_> {
    fn advance(&mut self) -> bool {
        while self.next == self.buffer.tokens.len() {
            if !self.refill() {
                return false;
            }
        }
        let entry = self.buffer.tokens[self.next];
        self.token.text.clear();
        self.token
            .text
            .push_str(&self.buffer.terms[self.term_from..entry.term_to]);
        self.token.position = entry.position as usize;
        self.term_from = entry.term_to;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(kind: Kind, text: &str, rest: Option<Pieces<'_>>) -> Vec<(String, usize)> {
        let mut buffer = TokenBuffer::default();
        let mut stream = BufferedTokens::new(kind, &mut buffer);
        match rest {
            Some(rest) => stream.rest = Some(rest),
            None => {
                stream.fill(&cut_text(text));
                stream.finish();
            }
        }
        let mut tokens = Vec::new();
        while stream.advance() {
            let token = stream.token();
            tokens.push((token.text.clone(), token.position));
        }
        tokens
    }

    #[test]
    fn a_text_in_pieces_has_the_tokens_of_the_whole() {
        let text =
            "第23條 立法會，討論「新質\n生產力」。 The I&T fund pays $1,000.50. It's paid!\n\n──\n教育；衛生。稅"
                .repeat(9);
        for kind in [Kind::Grams, Kind::Words, Kind::Characters] {
            let whole = tokens(kind, &text, None);
            assert!(whole.len() > 100);
            for piece_bytes in [0, 1, 30, 200, 100_000] {
                assert_eq!(
                    tokens(kind, &text, Some(Pieces::of_bytes(&text, piece_bytes))),
                    whole,
                    "{piece_bytes}"
                );
            }
        }
    }
}
