//! Finds the phrases that documents share, to suggest them.
//!
//! In: the beginnings of documents. Out: phrases as they are written there, most shared first. A phrase is two to four
//! consecutive words, or one word long enough to say something; none starts or ends with a function word. A phrase that nearly
//! always stands inside a longer one is left out. Memory is bounded: past a million different phrases those seen once are
//! forgotten.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use polidex_analysis::hash::Fnv;
use polidex_analysis::tokens::{Word, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

/// Maximum number of words of a phrase.
const MAX_WORDS: usize = 4;
/// Minimum length of a Latin word that is a phrase by itself, in letters.
const MIN_LETTERS_ALONE: usize = 5;
/// Minimum length of a Han word that is a phrase by itself, in characters.
const MIN_HAN_ALONE: usize = 2;
/// Maximum length of a phrase in characters.
const MAX_CHARS: usize = 48;
/// Minimum number of documents that share a phrase.
const MIN_DOCUMENTS: u32 = 2;
/// Share of a phrase's documents that must hold a longer phrase for the shorter one to be left out.
const INSIDE_SHARE: f32 = 0.8;
/// Maximum number of different phrases remembered.
const MAX_REMEMBERED: usize = 1_000_000;

/// English words that no suggested phrase starts or ends with. Longer than the lists of
/// [`function_words`](polidex_analysis::function_words): a query may be about `may` or `us`, a suggestion is not.
const JOINING_WORDS: &str = "a about above after against all also an and any are as at be because been before being between both \
    but by can could did do does done during each either every few for from had has have having he her here him his how i if in \
    into is it its itself made make many may me might more most much must my no nor not of on only onto or other our out over own \
    per said same shall she should so some such than that the their them then there thereby therefore thereof these they this \
    those through to too under until up upon us very was we were what when where whether which while who whom whose why will \
    with within without would you your mr mrs ms";
/// Han characters, folded, that no suggested phrase starts or ends with a word of.
const JOINING_HAN: &str = "的了和在是及与或等之并对为将以于由其该各这有不可而但也就都把被向从到后前中上下内外所者如若则因此又还更最已";

/// Counts phrases over documents.
#[derive(Debug, Default)]
pub(crate) struct PhraseCounter {
    /// Counts by the hash of a phrase.
    seen: HashMap<u64, Seen>,
    /// Phrases that enough documents share, by hash.
    written: HashMap<u64, Written>,
    /// Number of the current document.
    document: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    documents: u32,
    /// Number of the last document that holds the phrase.
    last: u32,
}

#[derive(Debug)]
struct Written {
    text: String,
    /// Hashes of the phrase without its first word, and without its last.
    inner: Vec<u64>,
}

/// A word of the text being counted.
struct PhraseWord<'a> {
    text: &'a str,
    is_han: bool,
    joins: bool,
    /// Positions of its tokens.
    positions: Range<u32>,
    source: Range<usize>,
    hash: u64,
}

impl PhraseCounter {
    /// Counts the phrases of one document.
    pub(crate) fn count(&mut self, text: &str) {
        self.document += 1;
        let cut = cut_text(text);
        let words = words(&cut);
        let words: Vec<PhraseWord<'_>> = words
            .iter()
            .filter_map(|word| PhraseWord::of(&cut, word))
            .collect();
        for run in words.chunk_by(PhraseWord::is_followed_by) {
            for start in 0..run.len() {
                for count in 1..=MAX_WORDS.min(run.len() - start) {
                    self.count_phrase(text, &run[start..start + count]);
                }
            }
        }
        if self.seen.len() > MAX_REMEMBERED {
            self.seen.retain(|_, seen| seen.documents > 1);
        }
    }

    fn count_phrase(&mut self, text: &str, phrase: &[PhraseWord<'_>]) {
        if !may_suggest(phrase) {
            return;
        }
        let hash = hash_of(phrase);
        let seen = self.seen.entry(hash).or_default();
        if seen.last == self.document {
            return;
        }
        seen.documents += 1;
        seen.last = self.document;
        if seen.documents >= MIN_DOCUMENTS && !self.written.contains_key(&hash) {
            self.written
                .extend(Written::of(text, phrase).map(|written| (hash, written)));
        }
    }

    /// Returns at most `limit` phrases, those of the most documents first.
    pub(crate) fn frequent(&self, limit: usize) -> Vec<String> {
        // Chance repeats a phrase twice among ten thousand documents.
        let least = MIN_DOCUMENTS.max(self.document / 2_000);
        let inside = self.inside_longer_ones();
        let mut phrases: Vec<(Reverse<u32>, &str)> = self
            .written
            .iter()
            .filter(|(hash, _)| self.documents(**hash) >= least && !inside.contains(hash))
            .map(|(hash, written)| (Reverse(self.documents(*hash)), written.text.as_str()))
            .collect();
        phrases.sort_unstable();
        let texts = phrases.into_iter().map(|(_, text)| text.to_owned());
        texts.take(limit).collect()
    }

    /// Returns the hashes of phrases that nearly always stand inside a longer one.
    fn inside_longer_ones(&self) -> HashSet<u64> {
        let mut inside = HashSet::new();
        for (hash, written) in &self.written {
            let documents = self.documents(*hash) as f32;
            let is_inside =
                |inner: &&u64| documents >= INSIDE_SHARE * self.documents(**inner) as f32;
            inside.extend(written.inner.iter().filter(is_inside));
        }
        inside
    }

    fn documents(&self, hash: u64) -> u32 {
        self.seen.get(&hash).map_or(0, |seen| seen.documents)
    }
}

/// Returns whether a phrase says something and neither starts nor ends with a word that joins.
fn may_suggest(phrase: &[PhraseWord<'_>]) -> bool {
    match phrase {
        [] => false,
        [word] => !word.joins && !word.is_short(),
        [first, .., last] => !first.joins && !last.joins,
    }
}

impl<'a> PhraseWord<'a> {
    /// Returns `None` for a number and for a name such as I&T: they end a phrase, since every year and amount would make one.
    fn of(cut: &'a Cut, word: &'a Word) -> Option<Self> {
        let units = &cut.units()[word.units.clone()];
        let (first, last) = (units.first()?, units.last()?);
        let is_han = first.kind == UnitKind::Ideograph;
        if !is_han && (first.kind != UnitKind::Word || units.len() > 1) {
            return None;
        }
        let text = if is_han {
            word.term.as_str()
        } else {
            cut.text(first)
        };
        Some(Self {
            text,
            is_han,
            joins: joins(text, is_han),
            positions: first.position..last.position + 1,
            source: first.source().start..last.source().end,
            hash: Fnv::of(text.as_bytes()),
        })
    }

    fn is_followed_by(&self, next: &Self) -> bool {
        self.positions.end == next.positions.start && self.is_han == next.is_han
    }

    /// Returns whether the word is too short to be a phrase by itself.
    fn is_short(&self) -> bool {
        let least = if self.is_han {
            MIN_HAN_ALONE
        } else {
            MIN_LETTERS_ALONE
        };
        self.text.chars().count() < least
    }
}

fn joins(text: &str, is_han: bool) -> bool {
    if is_han {
        return text
            .chars()
            .all(|character| JOINING_HAN.contains(character));
    }
    text.len() < 2
        || JOINING_WORDS
            .split_whitespace()
            .any(|joining| joining == text)
}

fn hash_of(phrase: &[PhraseWord<'_>]) -> u64 {
    let mut hash = Fnv::default();
    for word in phrase {
        hash.add(&word.hash.to_le_bytes());
    }
    hash.value()
}

/// Hashes of the phrases that lack the first or the last word of `phrase`; none for a single word.
fn hashes_within(phrase: &[PhraseWord<'_>]) -> Vec<u64> {
    match phrase {
        [_, rest @ ..] if !rest.is_empty() => {
            vec![hash_of(rest), hash_of(&phrase[..phrase.len() - 1])]
        }
        _ => Vec::new(),
    }
}

impl Written {
    /// Returns a phrase of `text` as it may be shown; `None` if it holds what belongs to the place and not to the phrase.
    fn of(text: &str, phrase: &[PhraseWord<'_>]) -> Option<Self> {
        let (first, last) = (phrase.first()?, phrase.last()?);
        let words = text[first.source.start..last.source.end].split_whitespace();
        let gap = if first.is_han { "" } else { " " };
        let text = words.collect::<Vec<_>>().join(gap);
        let belongs = |character: char| {
            character.is_alphanumeric() || !first.is_han && " -'’".contains(character)
        };
        if text.chars().count() > MAX_CHARS || !text.chars().all(belongs) {
            return None;
        }
        let inner = hashes_within(phrase);
        Some(Self { text, inner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(texts: &[&str]) -> Vec<String> {
        let mut counter = PhraseCounter::default();
        for text in texts {
            counter.count(text);
        }
        counter.frequent(10)
    }

    #[test]
    fn shared_phrases_are_whole_and_do_not_begin_with_joining_words() {
        assert_eq!(
            shared(&[
                "of the low-altitude economy in",
                "the low-altitude economy is new",
                "other"
            ]),
            ["low-altitude economy"]
        );
        assert_eq!(
            shared(&["發展的低空經濟試點", "落實「低空經濟試點」，", "低空"]),
            ["低空經濟試點"]
        );
        assert!(shared(&["one document alone says this"]).is_empty());
    }

    #[test]
    fn a_document_counts_once_and_marks_part_phrases() {
        assert!(shared(&["housing supply housing supply", "nothing here"]).is_empty());
        assert!(
            shared(&["housing, supply", "housing. Supply"])
                .iter()
                .all(|phrase| !phrase.contains("supply h"))
        );
    }
}
