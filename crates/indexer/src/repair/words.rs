//! Parts words that have run together.
//!
//! In: text. Out: edits that put the lost spaces back: `takeeffectasoftheday` is `take effect as of the day`. Only
//! lower-case runs that no list knows are looked at, and they must fall into three or more frequent words, one of them
//! a word that English cannot do without; two words in one are more often a slip of the author or a name.

use std::ops::Range;

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::text::model::Model;

/// Shorter runs are words the list does not know.
const MIN_LEN: usize = 10;
/// Longer ones are no words at all.
const MAX_LEN: usize = 120;
/// The longest word of the list that is tried.
const MAX_WORD_LEN: usize = 18;
const MIN_WORDS: usize = 3;
/// Every word adds this, so that few long words win over many short ones.
const WORD_NATS: f32 = -3.0;
/// Words of two letters that are not abbreviations.
const SHORT_WORDS: [&str; 19] = [
    "of", "to", "in", "is", "on", "by", "it", "or", "be", "at", "as", "an", "we", "us", "if", "my",
    "do", "no", "he",
];
/// Words that hold a phrase together; a run of nouns alone is a name. Shorter ones also end words (`-ation`).
const FUNCTION_WORDS: [&str; 49] = [
    "the", "of", "to", "and", "for", "with", "from", "that", "this", "are", "was", "were", "shall",
    "may", "will", "not", "which", "any", "such", "its", "their", "have", "has", "been", "other",
    "under", "upon", "who", "when", "where", "but", "they", "you", "can", "must", "should",
    "within", "without", "between", "before", "after", "into", "only", "more", "than", "each",
    "every", "also", "them",
];
/// Parts of words that the list holds because texts write them with a hyphen.
const PREFIXES: [&str; 10] = [
    "sub", "non", "pre", "anti", "multi", "semi", "inter", "intra", "super", "mis",
];
/// Beginnings of pronominal adverbs ...
const ADVERB_STARTS: [&str; 9] = [
    "here", "there", "where", "who", "whom", "what", "how", "when", "which",
];
/// ... and end with.
const ADVERB_ENDS: [&str; 10] = [
    "ever", "before", "after", "under", "upon", "with", "by", "in", "of", "to",
];
/// Cost of the article, the only word of one letter.
const ARTICLE_NATS: f32 = -4.0;
/// Longest word that must be frequent to part a run.
const MAX_SHORT_LEN: usize = 5;
/// Confidence in words that every list knows.
const CONFIDENCE: f32 = 0.85;
/// A word this rare does not part a run unless it is long: `ion` and `str` are in the list as well.
const RARE_SHORT_WORD_NATS: f32 = -10.5;

/// Words that have run together.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::MissingSpace),
    suspects: None,
    find,
};

/// Finds the words of `text` that have run together.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let bytes = text.as_bytes();
    for Range { start, end } in lower_case_runs(bytes) {
        if !(MIN_LEN..=MAX_LEN).contains(&(end - start)) || !stands_in_prose(bytes, start, end) {
            continue;
        }
        let run = &text[start..end];
        let american = run.replace("is", "iz");
        if context.model.word(run).is_some() || context.model.word(&american).is_some() {
            continue;
        }
        if let Some(words) = part(run, context.model) {
            edits.replace(
                start..end,
                words.join(" "),
                RepairKind::MissingSpace,
                CONFIDENCE,
            );
        }
    }
    edits
}

/// The runs of small letters that are [`MIN_LEN`] long at least: one byte in so many is looked at, and what surrounds
/// it where it is such a letter.
fn lower_case_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = MIN_LEN - 1;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let is_lower = |byte: &&u8| byte.is_ascii_lowercase();
            let before = bytes[..at].iter().rev().take_while(is_lower).count();
            let after = bytes[at..].iter().take_while(is_lower).count();
            let run = at - before..at + after;
            at += after.max(1) + MIN_LEN - 1;
            if after > 0 && run.len() >= MIN_LEN {
                return Some(run);
            }
        }
        None
    })
}

/// Returns true when the run is bounded as a word of a sentence is: not by what addresses, paths and identifiers are
/// made of.
fn stands_in_prose(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map_or(b' ', |at| bytes[at]);
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let is_open = matches!(before, b' ' | b'\n' | b'(' | b'"' | b'\'');
    let ends = matches!(
        after,
        b' ' | b'\n' | b'\r' | b',' | b';' | b')' | b'"' | b'.' | b':'
    );
    let is_address = after == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric)
        || after == b':' && bytes.get(end + 1) == Some(&b'/')
        || after == b'(';
    is_open && ends && !is_address
}

/// Returns the likeliest words of `run`; `None` unless they are three or more, one of them a function word.
fn part<'a>(run: &'a str, model: &Model) -> Option<Vec<&'a str>> {
    let words = likeliest_words(run, model)?;
    let (first, last) = (words.first()?, words.last()?);
    // The law's own adverbs: `wheresoever`, `hereinbefore`.
    if ADVERB_STARTS.contains(first) && ADVERB_ENDS.contains(last) {
        return None;
    }
    let has_function_word = words.iter().any(|word| FUNCTION_WORDS.contains(word));
    // Two words and a letter between them are one foreign word.
    let long = words.iter().filter(|word| word.len() > 2).count();
    (words.len() >= MIN_WORDS && long >= 2 && has_function_word).then_some(words)
}

/// Cuts `run` into the words that are likeliest together; `None` where some of it is no word.
fn likeliest_words<'a>(run: &'a str, model: &Model) -> Option<Vec<&'a str>> {
    // best[end]: the score of the best parting of what ends there, and where its last word starts.
    let mut best: Vec<Option<(f32, usize)>> = vec![None; run.len() + 1];
    best[0] = Some((0.0, 0));
    for end in 1..=run.len() {
        for start in end.saturating_sub(MAX_WORD_LEN)..end {
            let Some((before, _)) = best[start] else {
                continue;
            };
            let Some(nats) = word_nats(&run[start..end], model) else {
                continue;
            };
            let score = before + nats + WORD_NATS;
            if best[end].is_none_or(|(known, _)| score > known) {
                best[end] = Some((score, start));
            }
        }
    }
    let mut words = Vec::new();
    let mut end = run.len();
    while end > 0 {
        let (_, start) = best[end]?;
        words.push(&run[start..end]);
        end = start;
    }
    words.reverse();
    Some(words)
}

fn word_nats(word: &str, model: &Model) -> Option<f32> {
    match word.len() {
        1 => (word == "a").then_some(ARTICLE_NATS),
        2 if !SHORT_WORDS.contains(&word) => None,
        2 => model.word(word),
        _ if PREFIXES.contains(&word) => None,
        len => {
            let is_frequent = |nats: &f32| len > MAX_SHORT_LEN || *nats > RARE_SHORT_WORD_NATS;
            model.word(word).filter(is_frequent)
        }
    }
}
