//! The named analyzers as tantivy runs them: thin adapters over [`crate::tokens`].
//!
//! tantivy forgets tokenizers when an index is closed: [`register`] belongs to every opening for writing. It hands the text
//! of a document to each field's analyzer in turn, on one thread: the cut is made once and kept for the others.

use std::cell::RefCell;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use crate::tokens::{character_tokens, gram_tokens, word_tokens};
use crate::units::{Cut, cut_text};

/// Name of the phrase analyzer.
pub const GRAMS: &str = "polidex_grams";
/// Name of the ranking analyzer.
pub const WORDS: &str = "polidex_words";
/// Name of the single-character analyzer.
pub const CHARACTERS: &str = "polidex_characters";

/// Makes the analyzers known to an index.
pub fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(GRAMS, Analyzer::new(|cut, buffer| gram_tokens(cut, |token| buffer.push(token))));
    tokenizers.register(WORDS, Analyzer::new(|cut, buffer| word_tokens(cut, |token| buffer.push(token))));
    tokenizers.register(CHARACTERS, Analyzer::new(|cut, buffer| character_tokens(cut, |token| buffer.push(token))));
}

/// One analyzer: a way to fill a buffer with the tokens of a cut text.
#[derive(Clone)]
struct Analyzer {
    fill: fn(&Cut, &mut TokenBuffer),
    buffer: TokenBuffer,
}

impl Analyzer {
    fn new(fill: fn(&Cut, &mut TokenBuffer)) -> Self {
        Self { fill, buffer: TokenBuffer::default() }
    }
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = BufferedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BufferedTokens<'a> {
        self.buffer.clear();
        with_cut(text, |cut| (self.fill)(cut, &mut self.buffer));
        BufferedTokens { buffer: &self.buffer, next: 0, term_from: 0, token: Token::default() }
    }
}

/// Bytes of a text whose cut is kept: a shorter one is cut in no time, a longer one would hold memory for long.
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
    from_byte: usize,
    to_byte: usize,
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
            from_byte: token.from_byte,
            to_byte: token.to_byte,
        });
    }
}

struct BufferedTokens<'a> {
    buffer: &'a TokenBuffer,
    next: usize,
    term_from: usize,
    token: Token,
}

impl TokenStream for BufferedTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(entry) = self.buffer.tokens.get(self.next) else { return false };
        self.token.text.clear();
        self.token.text.push_str(&self.buffer.terms[self.term_from..entry.term_to]);
        self.token.position = entry.position as usize;
        self.token.offset_from = entry.from_byte;
        self.token.offset_to = entry.to_byte;
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
