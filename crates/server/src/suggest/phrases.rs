//! Finds the phrases that documents share: what is said often enough to be suggested.
//!
//! In: the beginnings of documents. Out: phrases as they are written there, most shared first. A phrase is two to four words
//! that stand side by side, or one word long enough to say something; none begins or ends with a word that only joins. One
//! that nearly always stands inside a longer one gives way to it. Memory is bounded: past a million different phrases those
//! seen once are forgotten.

use std::collections::{HashMap, HashSet};

use polidex_analysis::tokens::words;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

/// Most words of a phrase.
const MAX_WORDS: usize = 4;
/// Shortest Latin word that is a phrase by itself, in letters, and shortest Han one, in characters.
const MIN_LETTERS_ALONE: usize = 5;
const MIN_HAN_ALONE: usize = 2;
/// Longest phrase in characters.
const MAX_CHARS: usize = 48;
/// Fewest documents that share a phrase.
const MIN_DOCUMENTS: u32 = 2;
/// A shorter phrase is dropped when this share of its documents has the longer one.
const INSIDE_SHARE: f32 = 0.8;
/// Different phrases remembered at once.
const MAX_REMEMBERED: usize = 1_000_000;

/// English words that join and say nothing at a phrase's end.
const JOINING_WORDS: &str = "a about above after against all also an and any are as at be because been before being between both \
    but by can could did do does done during each either every few for from had has have having he her here him his how i if in \
    into is it its itself made make many may me might more most much must my no nor not of on only onto or other our out over own \
    per said same shall she should so some such than that the their them then there thereby therefore thereof these they this \
    those through to too under until up upon us very was we were what when where whether which while who whom whose why will \
    with within without would you your mr mrs ms";
/// Han characters that do the same, folded.
const JOINING_HAN: &str = "的了和在是及与或等之并对为将以于由其该各这有不可而但也就都把被向从到后前中上下内外所者如若则因此又还更最已";

/// Counts phrases over documents.
#[derive(Debug, Default)]
pub(crate) struct PhraseCounter {
    seen: HashMap<u64, Seen>,
    written: HashMap<u64, Written>,
    document: u32,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    documents: u32,
    last: u32,
}

#[derive(Debug)]
struct Written {
    text: String,
    /// The same without its first word, and without its last.
    inner: Option<(u64, u64)>,
}

/// A word of the text being counted.
struct Piece<'a> {
    text: &'a str,
    is_han: bool,
    joins: bool,
    /// Positions of its first unit and of the one behind it.
    positions: (u32, u32),
    source: (usize, usize),
    hash: u64,
}

impl PhraseCounter {
    /// Counts the phrases of one document.
    pub(crate) fn count(&mut self, text: &str) {
        self.document += 1;
        let cut = cut_text(text);
        let words = words(&cut);
        let pieces = pieces(&cut, &words);
        for run in pieces
            .chunk_by(|one, next| one.positions.1 == next.positions.0 && one.is_han == next.is_han)
        {
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

    fn count_phrase(&mut self, text: &str, phrase: &[Piece<'_>]) {
        let (first, last) = (&phrase[0], &phrase[phrase.len() - 1]);
        let alone = if first.is_han {
            MIN_HAN_ALONE
        } else {
            MIN_LETTERS_ALONE
        };
        let is_short = phrase.len() == 1 && first.text.chars().count() < alone;
        if first.joins || last.joins || is_short {
            return;
        }
        let hash = hash_of(phrase);
        let document = self.document;
        let seen = self.seen.entry(hash).or_insert(Seen {
            documents: 0,
            last: 0,
        });
        if seen.last == document {
            return;
        }
        (seen.documents, seen.last) = (seen.documents + 1, document);
        if seen.documents >= MIN_DOCUMENTS
            && !self.written.contains_key(&hash)
            && let Some(text) = written(&text[first.source.0..last.source.1], first.is_han)
        {
            let inner = (phrase.len() > 1)
                .then(|| (hash_of(&phrase[1..]), hash_of(&phrase[..phrase.len() - 1])));
            self.written.insert(hash, Written { text, inner });
        }
    }

    /// At most `limit` phrases, those of the most documents first.
    pub(crate) fn frequent(&self, limit: usize) -> Vec<String> {
        // Chance repeats what is said twice among ten thousand documents.
        let least = MIN_DOCUMENTS.max(self.document / 2_000);
        let documents = |hash: &u64| self.seen.get(hash).map_or(0, |seen| seen.documents);
        let mut inside: HashSet<u64> = HashSet::new();
        for (hash, written) in &self.written {
            for inner in written.inner.iter().flat_map(|(one, other)| [*one, *other]) {
                if documents(hash) as f32 >= INSIDE_SHARE * documents(&inner) as f32 {
                    inside.insert(inner);
                }
            }
        }
        let mut phrases: Vec<(u32, &str)> = self
            .written
            .iter()
            .filter(|(hash, _)| documents(hash) >= least && !inside.contains(hash))
            .map(|(hash, written)| (documents(hash), written.text.as_str()))
            .collect();
        phrases.sort_by(|(few, one), (many, other)| many.cmp(few).then_with(|| one.cmp(other)));
        phrases
            .into_iter()
            .take(limit)
            .map(|(_, text)| text.to_owned())
            .collect()
    }
}

fn pieces<'a>(cut: &'a Cut, words: &'a [polidex_analysis::tokens::Word]) -> Vec<Piece<'a>> {
    let units = cut.units();
    let mut pieces = Vec::with_capacity(words.len());
    for word in words {
        let (first, last) = (&units[word.units.start], &units[word.units.end - 1]);
        let is_han = first.kind == UnitKind::Ideograph;
        // Numbers and names such as I&T end a phrase: they make one of every year and amount.
        if !is_han && (first.kind != UnitKind::Word || word.units.len() > 1) {
            continue;
        }
        let text = if is_han {
            word.term.as_str()
        } else {
            cut.text(first)
        };
        let joins = if is_han {
            text.chars()
                .all(|character| JOINING_HAN.contains(character))
        } else {
            text.len() < 2
                || JOINING_WORDS
                    .split_whitespace()
                    .any(|joining| joining == text)
        };
        pieces.push(Piece {
            text,
            is_han,
            joins,
            positions: (first.position, last.position + 1),
            source: (first.source().start, last.source().end),
            hash: text.bytes().fold(0xcbf2_9ce4_8422_2325, mix),
        });
    }
    pieces
}

fn hash_of(phrase: &[Piece<'_>]) -> u64 {
    phrase
        .iter()
        .flat_map(|piece| piece.hash.to_le_bytes())
        .fold(0x9e37_79b9_7f4a_7c15, mix)
}

/// A step of FNV-1a.
fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// A phrase as it may be shown; `None` when something stands inside it that belongs to the place and not to the phrase.
fn written(source: &str, is_han: bool) -> Option<String> {
    let text = if is_han {
        source.split_whitespace().collect::<String>()
    } else {
        source.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let belongs = |character: char| {
        character.is_alphanumeric() || !is_han && matches!(character, ' ' | '-' | '\'' | '’')
    };
    (text.chars().count() <= MAX_CHARS && text.chars().all(belongs)).then_some(text)
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
