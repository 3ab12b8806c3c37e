//! Aligns the words of segments: IBM model 1 in both directions over associated pairs.
//!
//! In: segments as word numbers. Out: for each segment the words that translate each other. Candidates are the pairs whose
//! log-likelihood ratio is high; expectation maximisation divides the occurrences of each word among its candidates.

use std::collections::{HashMap, HashSet};

use crate::learn::segment::SegmentWord;

/// Minimum number of segments a word occurs in to be learned.
const MIN_SEGMENTS: u32 = 3;
/// Minimum number of segments two words occur in together.
const MIN_COUNT: u32 = 3;
/// Minimum log-likelihood ratio of a candidate: one in ten thousand by chance.
const MIN_ASSOCIATION: f64 = 15.0;
/// Rounds of expectation maximisation.
const ROUNDS: usize = 6;
/// Share of the occurrences of each word that goes to the empty word.
const NULL_SHARE: f64 = 0.02;
/// Subtracted from the score of two words at opposite ends of their texts.
const DISTANCE_SHARE: f64 = 0.5;
/// Probability above which a second link of one word is accepted.
const SURE_PROBABILITY: f64 = 0.3;

/// Words of one language, numbered.
#[derive(Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<String, u32>,
    /// Number of segments each word occurs in.
    segments: Vec<u32>,
}

impl Vocabulary {
    /// Returns the numbers of `words`, and counts the segment for each of them.
    pub(super) fn number(&mut self, words: &[SegmentWord]) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            let next = self.numbers.len() as u32;
            let number = *self.numbers.entry(word.term.clone()).or_insert(next);
            if number as usize == self.segments.len() {
                self.segments.push(0);
            }
            numbers.push(number);
        }
        for number in numbers.iter().collect::<HashSet<_>>() {
            self.segments[*number as usize] += 1;
        }
        numbers
    }

    pub(super) fn len(&self) -> usize {
        self.segments.len()
    }

    /// The distinct words of `words` that are not rare, in order.
    fn distinct(&self, words: &[u32]) -> Vec<u32> {
        let is_common = |word: &u32| self.segments[*word as usize] >= MIN_SEGMENTS;
        let mut words: Vec<u32> = words.iter().copied().filter(is_common).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Pairs of words that occur together more often than by chance, numbered.
pub(super) type Candidates = HashMap<(u32, u32), u32>;

/// Collects the candidates of all segments, given as word numbers of both languages.
pub(super) fn candidates(
    segments: &[(Vec<u32>, Vec<u32>)],
    chinese: &Vocabulary,
    english: &Vocabulary,
) -> Candidates {
    let total = segments.len() as f64;
    let is_associated = |(one, other): (u32, u32), both: u32| {
        let one = f64::from(chinese.segments[one as usize]);
        let other = f64::from(english.segments[other as usize]);
        association(f64::from(both), one, other, total) >= MIN_ASSOCIATION
    };
    let together = cooccurrences(segments, chinese, english);
    let mut pairs: Vec<(u32, u32)> = together
        .into_iter()
        .filter(|(pair, both)| *both >= MIN_COUNT && is_associated(*pair, *both))
        .map(|(pair, _)| pair)
        .collect();
    pairs.sort_unstable();
    pairs.into_iter().zip(0..).collect()
}

/// Counts the segments in which two words that are not rare occur together.
fn cooccurrences(
    segments: &[(Vec<u32>, Vec<u32>)],
    chinese: &Vocabulary,
    english: &Vocabulary,
) -> HashMap<(u32, u32), u32> {
    let mut together: HashMap<(u32, u32), u32> = HashMap::new();
    for (one, other) in segments {
        let other = english.distinct(other);
        for one in chinese.distinct(one) {
            for other in &other {
                *together.entry((one, *other)).or_default() += 1;
            }
        }
    }
    together
}

/// Dunning's log-likelihood ratio of two words; 0 if they occur together less often than by chance.
fn association(both: f64, one: f64, other: f64, total: f64) -> f64 {
    if both * total <= one * other {
        return 0.0;
    }
    let term = |seen: f64, row: f64, column: f64| {
        if seen > 0.0 {
            seen * (seen * total / (row * column)).ln()
        } else {
            0.0
        }
    };
    2.0 * (term(both, one, other)
        + term(one - both, one, total - other)
        + term(other - both, total - one, other)
        + term(total - one - other + both, total - one, total - other))
}

/// A candidate in one segment.
#[derive(Clone, Copy)]
struct Occurrence {
    /// Index of the Chinese word in the segment.
    chinese: u32,
    /// Index of the English word in the segment.
    english: u32,
    /// Number of the candidate.
    candidate: u32,
}

/// Words of each candidate, in the order of their numbers.
fn words_by_number(candidates: &Candidates) -> Vec<(u32, u32)> {
    let mut words = vec![(0, 0); candidates.len()];
    for (pair, number) in candidates {
        words[*number as usize] = *pair;
    }
    words
}

/// Probability of each candidate, in both directions.
pub(super) struct Tables {
    candidates: Candidates,
    to_english: Vec<f64>,
    to_chinese: Vec<f64>,
}

impl Tables {
    /// Estimates both tables in [`ROUNDS`] rounds of expectation maximisation.
    pub(super) fn learn(
        segments: &[(Vec<u32>, Vec<u32>)],
        candidates: Candidates,
        chinese: usize,
        english: usize,
    ) -> Self {
        // Looked up once for all rounds.
        let occurrences: Vec<Vec<Occurrence>> = segments
            .iter()
            .map(|(one, other)| occurrences_in(one, other, &candidates))
            .collect();
        let words = words_by_number(&candidates);
        let mut tables = Self {
            to_english: vec![1.0; candidates.len()],
            to_chinese: vec![1.0; candidates.len()],
            candidates,
        };
        for _ in 0..ROUNDS {
            let by_chinese = expected(&occurrences, &tables.to_english, |met| met.english);
            tables.to_english = normalised(&by_chinese, |number| words[number].0, chinese);
            let by_english = expected(&occurrences, &tables.to_chinese, |met| met.chinese);
            tables.to_chinese = normalised(&by_english, |number| words[number].1, english);
        }
        tables
    }

    /// Links the words of a segment that choose each other, by their indexes. Of two equal words the nearer one in relative
    /// place is chosen.
    pub(super) fn links(&self, chinese: &[u32], english: &[u32]) -> Vec<(usize, usize)> {
        let occurrences = occurrences_in(chinese, english, &self.candidates);
        let mut best_of_chinese = Choices::default();
        let mut best_of_english = Choices::default();
        for met in &occurrences {
            let score = self.score(met, chinese.len(), english.len());
            best_of_chinese.offer(met.chinese, met.english, score);
            best_of_english.offer(met.english, met.chinese, score);
        }
        let is_linked = |met: &Occurrence| {
            let chosen = best_of_chinese.is_choice(met.chinese, met.english);
            let choosing = best_of_english.is_choice(met.english, met.chinese);
            // A word of one language is often two of the other: a second one that is sure belongs to it too.
            chosen && choosing || (chosen || choosing) && self.is_sure(met)
        };
        occurrences
            .iter()
            .filter(|met| is_linked(met))
            .map(|met| (met.chinese as usize, met.english as usize))
            .collect()
    }

    /// Both probabilities of a candidate, less where its words are far apart in relative place.
    fn score(&self, met: &Occurrence, chinese_len: usize, english_len: usize) -> f64 {
        let chinese_place = f64::from(met.chinese) / chinese_len as f64;
        let english_place = f64::from(met.english) / english_len as f64;
        let distance = (chinese_place - english_place).abs();
        let number = met.candidate as usize;
        self.to_english[number] * self.to_chinese[number] * (1.0 - DISTANCE_SHARE * distance)
    }

    fn is_sure(&self, met: &Occurrence) -> bool {
        let number = met.candidate as usize;
        self.to_english[number].max(self.to_chinese[number]) > SURE_PROBABILITY
    }
}

/// The best partner of each word of a segment.
#[derive(Default)]
struct Choices {
    best: HashMap<u32, (f64, u32)>,
}

impl Choices {
    fn offer(&mut self, word: u32, partner: u32, score: f64) {
        let best = self.best.entry(word).or_insert((0.0, u32::MAX));
        if score > best.0 {
            *best = (score, partner);
        }
    }

    fn is_choice(&self, word: u32, partner: u32) -> bool {
        self.best
            .get(&word)
            .is_some_and(|(_, best)| *best == partner)
    }
}

/// Finds the candidates in one segment.
fn occurrences_in(chinese: &[u32], english: &[u32], candidates: &Candidates) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for (chinese_at, one) in (0..).zip(chinese) {
        for (english_at, other) in (0..).zip(english) {
            if let Some(candidate) = candidates.get(&(*one, *other)) {
                found.push(Occurrence {
                    chinese: chinese_at,
                    english: english_at,
                    candidate: *candidate,
                });
            }
        }
    }
    found
}

/// Expected number of times each candidate is a translation: each word, by its index, is divided among its candidates.
fn expected(
    segments: &[Vec<Occurrence>],
    table: &[f64],
    divided: impl Fn(&Occurrence) -> u32,
) -> Vec<f64> {
    let mut counts = vec![0.0; table.len()];
    let mut sums: HashMap<u32, f64> = HashMap::new();
    for segment in segments {
        sums.clear();
        for met in segment {
            *sums.entry(divided(met)).or_insert(NULL_SHARE) += table[met.candidate as usize];
        }
        for met in segment {
            let share = table[met.candidate as usize] / sums[&divided(met)];
            counts[met.candidate as usize] += share;
        }
    }
    counts
}

/// Divides each count by the sum over its word.
fn normalised(counts: &[f64], word_of: impl Fn(usize) -> u32, words: usize) -> Vec<f64> {
    let mut sums = vec![0.0; words];
    for (number, count) in counts.iter().enumerate() {
        sums[word_of(number) as usize] += count;
    }
    counts
        .iter()
        .enumerate()
        .map(|(number, count)| count / f64::max(sums[word_of(number) as usize], 1e-12))
        .collect()
}
