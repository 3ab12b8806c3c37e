//! Learns word and phrase pairs from segments that say the same in two languages.
//!
//! In: [`Segment`]s. Out: [`Entry`]s, the surest first. Words that stand in the same segments more often than chance would
//! have it (log-likelihood ratio) are candidates; expectation maximisation of IBM model 1 in both directions divides each
//! word's occurrences among them; words that choose each other are linked, and runs whose links stay inside each other are
//! phrase pairs. Kept is what was seen three times or more, in two documents or more, and mostly translates so. The same input gives the same output.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{UnitKind, cut_text};

/// Longest segment in words: beyond that nothing can be told apart.
const MAX_SEGMENT_WORDS: usize = 150;
/// Rarer words are not learned.
const MIN_SEGMENTS: u32 = 3;
/// Least log-likelihood ratio of a candidate: one in ten thousand by chance.
const MIN_ASSOCIATION: f64 = 15.0;
/// Rounds of expectation maximisation.
const ROUNDS: usize = 6;
/// What the empty word takes of each word's occurrences.
const NULL_SHARE: f64 = 0.02;
/// Longest phrases.
const MAX_CHINESE_WORDS: usize = 6;
const MAX_ENGLISH_WORDS: usize = 9;
/// Fewest times a pair was seen.
const MIN_COUNT: u32 = 3;
/// Fewest documents it was seen in, where there are as many: what one law calls a thing is its own.
const MIN_DOCUMENTS: u32 = 2;
/// Of a phrase's translations, the least share one has to have, in one direction and in the other.
const MIN_SHARE: f64 = 0.2;
const MIN_BOTH_SHARES: f64 = 0.08;
/// Most translations of one phrase.
const MAX_TRANSLATIONS: usize = 3;

/// A phrase and its translation.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// As it is mostly written.
    pub chinese: String,
    /// In small letters, as it is mostly written.
    pub english: String,
    /// How sure it is: occurrences times both shares.
    pub weight: f64,
}

/// Two texts that say the same, in words.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// The document it is of, by number.
    document: usize,
    chinese: Vec<SegmentWord>,
    english: Vec<SegmentWord>,
}

#[derive(Clone, Debug)]
struct SegmentWord {
    /// What it is counted under: a folded Han word, a stem.
    term: String,
    /// As written.
    surface: String,
    /// Its first position and the one behind its last.
    positions: Range<u32>,
}

impl Segment {
    /// Cuts both texts; one that is too long to learn from is empty.
    pub fn new(chinese: &str, english: &str) -> Self {
        let (chinese, english) = (han_words(chinese), latin_words(english));
        if chinese.len() > MAX_SEGMENT_WORDS || english.len() > MAX_SEGMENT_WORDS {
            return Self::default();
        }
        Self {
            document: 0,
            chinese,
            english,
        }
    }

    /// The same as a part of the document of this number.
    pub fn of_document(self, document: usize) -> Self {
        Self { document, ..self }
    }
}

fn han_words(text: &str) -> Vec<SegmentWord> {
    let cut = cut_text(text);
    let units = cut.units();
    let is_han = |range: &Range<usize>| units[range.start].kind == UnitKind::Ideograph;
    let mut found = Vec::new();
    for word in words(&cut).into_iter().filter(|word| is_han(&word.units)) {
        let (first, last) = (&units[word.units.start], &units[word.units.end - 1]);
        let surface: String = text[first.source().start..last.source().end]
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        found.push(SegmentWord {
            term: word.term,
            surface,
            positions: first.position..last.position + 1,
        });
    }
    found
}

fn latin_words(text: &str) -> Vec<SegmentWord> {
    let cut = cut_text(text);
    let words = cut
        .units()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Word && !unit.after_apostrophe);
    words
        .map(|unit| {
            let surface = cut.text(unit).to_owned();
            SegmentWord {
                term: stem(&surface),
                surface,
                positions: unit.position..unit.position + 1,
            }
        })
        .collect()
}

/// Learns from `segments`.
pub fn learn_entries(segments: &[Segment]) -> Vec<Entry> {
    let mut chinese = Vocabulary::default();
    let mut english = Vocabulary::default();
    let numbered: Vec<(Vec<u32>, Vec<u32>)> = segments
        .iter()
        .map(|segment| {
            (
                chinese.number(&segment.chinese),
                english.number(&segment.english),
            )
        })
        .collect();
    let candidates = candidates(&numbered, &chinese, &english);
    let tables = Tables::learn(&numbered, candidates, chinese.len(), english.len());
    let mut phrases = Phrases::default();
    for (segment, (one, other)) in segments.iter().zip(&numbered) {
        let links = tables.links(one, other);
        phrases.extract(segment, &links);
    }
    let documents = segments
        .iter()
        .map(|segment| segment.document as u32 + 1)
        .max()
        .unwrap_or(0);
    phrases.entries(MIN_DOCUMENTS.min(documents))
}

#[derive(Default)]
struct Vocabulary {
    numbers: HashMap<String, u32>,
    /// Segments each word stands in.
    segments: Vec<u32>,
}

impl Vocabulary {
    fn number(&mut self, words: &[SegmentWord]) -> Vec<u32> {
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

    fn len(&self) -> usize {
        self.segments.len()
    }
}

/// Pairs of words that stand together more often than chance would have it, numbered.
type Candidates = HashMap<(u32, u32), u32>;

fn candidates(
    segments: &[(Vec<u32>, Vec<u32>)],
    chinese: &Vocabulary,
    english: &Vocabulary,
) -> Candidates {
    let mut together: HashMap<(u32, u32), u32> = HashMap::new();
    let distinct = |words: &[u32], vocabulary: &Vocabulary| {
        let mut words: Vec<u32> = words
            .iter()
            .copied()
            .filter(|word| vocabulary.segments[*word as usize] >= MIN_SEGMENTS)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    for (one, other) in segments {
        let other = distinct(other, english);
        for one in distinct(one, chinese) {
            for other in &other {
                *together.entry((one, *other)).or_default() += 1;
            }
        }
    }
    let total = segments.len() as f64;
    let mut pairs: Vec<(u32, u32)> = together
        .into_iter()
        .filter(|((one, other), both)| {
            let (one, other) = (
                chinese.segments[*one as usize],
                english.segments[*other as usize],
            );
            *both >= MIN_COUNT
                && association(f64::from(*both), f64::from(one), f64::from(other), total)
                    >= MIN_ASSOCIATION
        })
        .map(|(pair, _)| pair)
        .collect();
    pairs.sort_unstable();
    pairs.into_iter().zip(0..).collect()
}

/// Dunning's log-likelihood ratio of two words; 0 when they meet less often than chance would have it.
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

/// How likely each candidate is, in both directions.
struct Tables {
    candidates: Candidates,
    to_english: Vec<f64>,
    to_chinese: Vec<f64>,
}

impl Tables {
    fn learn(
        segments: &[(Vec<u32>, Vec<u32>)],
        candidates: Candidates,
        chinese: usize,
        english: usize,
    ) -> Self {
        // The candidates of each segment, as places and number, looked up once.
        let met: Vec<Vec<(u32, u32, u32)>> = segments
            .iter()
            .map(|(one, other)| candidates_in(one, other, &candidates))
            .collect();
        let mut tables = Self {
            to_english: vec![1.0; candidates.len()],
            to_chinese: vec![1.0; candidates.len()],
            candidates,
        };
        let mut ends = vec![(0, 0); tables.candidates.len()];
        for (pair, number) in &tables.candidates {
            ends[*number as usize] = *pair;
        }
        for _ in 0..ROUNDS {
            let by_chinese = expected(&met, &tables.to_english, |(_, place, _)| place);
            tables.to_english = normalised(&by_chinese, |number| ends[number].0, chinese);
            let by_english = expected(&met, &tables.to_chinese, |(place, _, _)| place);
            tables.to_chinese = normalised(&by_english, |number| ends[number].1, english);
        }
        tables
    }

    /// The words of a segment that choose each other, by their places; of the same word twice the one nearer in place.
    fn links(&self, chinese: &[u32], english: &[u32]) -> Vec<(usize, usize)> {
        let met = candidates_in(chinese, english, &self.candidates);
        let score = |(one, other, number): &(u32, u32, u32)| {
            let place =
                f64::from(*one) / chinese.len() as f64 - f64::from(*other) / english.len() as f64;
            self.to_english[*number as usize]
                * self.to_chinese[*number as usize]
                * (1.0 - 0.5 * place.abs())
        };
        let mut best_of_chinese: HashMap<u32, (f64, u32)> = HashMap::new();
        let mut best_of_english: HashMap<u32, (f64, u32)> = HashMap::new();
        for candidate in &met {
            let score = score(candidate);
            let better = |best: &mut (f64, u32), other: u32| {
                if score > best.0 {
                    *best = (score, other);
                }
            };
            better(
                best_of_chinese
                    .entry(candidate.0)
                    .or_insert((0.0, u32::MAX)),
                candidate.1,
            );
            better(
                best_of_english
                    .entry(candidate.1)
                    .or_insert((0.0, u32::MAX)),
                candidate.0,
            );
        }
        let mut links = Vec::new();
        for (one, other, number) in met {
            let chosen = best_of_chinese
                .get(&one)
                .is_some_and(|best| best.1 == other);
            let choosing = best_of_english
                .get(&other)
                .is_some_and(|best| best.1 == one);
            // A word of one language is often two of the other: a second one that is sure belongs to it too.
            let is_sure =
                self.to_english[number as usize].max(self.to_chinese[number as usize]) > 0.3;
            if chosen && choosing || (chosen || choosing) && is_sure {
                links.push((one as usize, other as usize));
            }
        }
        links
    }
}

fn candidates_in(
    chinese: &[u32],
    english: &[u32],
    candidates: &Candidates,
) -> Vec<(u32, u32, u32)> {
    let mut met = Vec::new();
    for (one_at, one) in chinese.iter().enumerate() {
        for (other_at, other) in english.iter().enumerate() {
            if let Some(number) = candidates.get(&(*one, *other)) {
                met.push((one_at as u32, other_at as u32, *number));
            }
        }
    }
    met
}

/// How often each candidate is to be expected: each word, by its place, is divided among its candidates.
fn expected(
    met: &[Vec<(u32, u32, u32)>],
    table: &[f64],
    place: impl Fn((u32, u32, u32)) -> u32,
) -> Vec<f64> {
    let mut counts = vec![0.0; table.len()];
    let mut sums: HashMap<u32, f64> = HashMap::new();
    for segment in met {
        sums.clear();
        for candidate in segment {
            *sums.entry(place(*candidate)).or_insert(NULL_SHARE) += table[candidate.2 as usize];
        }
        for candidate in segment {
            counts[candidate.2 as usize] += table[candidate.2 as usize] / sums[&place(*candidate)];
        }
    }
    counts
}

fn normalised(counts: &[f64], end: impl Fn(usize) -> u32, ends: usize) -> Vec<f64> {
    let mut sums = vec![0.0; ends];
    for (number, count) in counts.iter().enumerate() {
        sums[end(number) as usize] += count;
    }
    counts
        .iter()
        .enumerate()
        .map(|(number, count)| count / f64::max(sums[end(number) as usize], 1e-12))
        .collect()
}

/// Phrase pairs and how often each was seen, by their terms.
#[derive(Default)]
struct Phrases {
    pairs: HashMap<(String, String), PhraseCount>,
    chinese: HashMap<String, u32>,
    english: HashMap<String, u32>,
}

#[derive(Default)]
struct PhraseCount {
    count: u32,
    documents: u32,
    last_document: Option<usize>,
    surfaces: BTreeMap<(String, String), u32>,
}

impl Phrases {
    /// Counts every run of words whose links lead into one run of the other language and back.
    fn extract(&mut self, segment: &Segment, links: &[(usize, usize)]) {
        for start in 0..segment.chinese.len() {
            for len in 1..=MAX_CHINESE_WORDS.min(segment.chinese.len() - start) {
                let run = start..start + len;
                if !is_contiguous(&segment.chinese[run.clone()]) {
                    break;
                }
                let others = links
                    .iter()
                    .filter(|link| run.contains(&link.0))
                    .map(|link| link.1);
                let (Some(first), Some(last)) = (others.clone().min(), others.max()) else {
                    continue;
                };
                let other = first..last + 1;
                let is_closed = links
                    .iter()
                    .all(|link| other.contains(&link.1) == run.contains(&link.0));
                let english = &segment.english[other.clone()];
                // A run that begins or ends with an unlinked word has no reason to be as long as it is.
                let is_tight = [run.start, run.end - 1]
                    .iter()
                    .all(|edge| links.iter().any(|link| link.0 == *edge));
                let is_short = other.len() <= MAX_ENGLISH_WORDS;
                let chinese = &segment.chinese[run];
                if is_closed
                    && is_tight
                    && is_short
                    && is_contiguous(english)
                    && is_chinese_phrase(chinese)
                {
                    self.count(segment.document, chinese, english);
                }
            }
        }
    }

    fn count(&mut self, document: usize, chinese: &[SegmentWord], english: &[SegmentWord]) {
        let join = |words: &[SegmentWord], part: fn(&SegmentWord) -> &str, between: &str| {
            words.iter().map(part).collect::<Vec<_>>().join(between)
        };
        let terms = (
            join(chinese, |word| &word.term, ""),
            join(english, |word| &word.term, " "),
        );
        let surfaces = (
            join(chinese, |word| &word.surface, ""),
            join(english, |word| &word.surface, " "),
        );
        *self.chinese.entry(terms.0.clone()).or_default() += 1;
        *self.english.entry(terms.1.clone()).or_default() += 1;
        let pair = self.pairs.entry(terms).or_default();
        pair.count += 1;
        pair.documents += u32::from(pair.last_document.replace(document) != Some(document));
        *pair.surfaces.entry(surfaces).or_default() += 1;
    }

    fn entries(self, min_documents: u32) -> Vec<Entry> {
        let mut entries = Vec::new();
        for ((chinese, english), pair) in &self.pairs {
            let count = f64::from(pair.count);
            let to_english = count / f64::from(self.chinese[chinese]);
            let to_chinese = count / f64::from(self.english[english]);
            let is_sure = to_english.max(to_chinese) >= MIN_SHARE
                && to_english.min(to_chinese) >= MIN_BOTH_SHARES;
            let is_common = pair.count >= MIN_COUNT && pair.documents >= min_documents;
            if !is_common || !is_sure || chinese.chars().count() < 2 || !is_phrase(english) {
                continue;
            }
            // Of equally common spellings the first in order, so that the result does not change from run to run.
            let surfaces = pair
                .surfaces
                .iter()
                .max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
            let Some(((chinese, english), _)) = surfaces else {
                continue;
            };
            let weight = count.sqrt() * to_english * to_chinese;
            entries.push(Entry {
                chinese: chinese.clone(),
                english: english.clone(),
                weight,
            });
        }
        let by_weight = |one: &Entry, other: &Entry| {
            other
                .weight
                .total_cmp(&one.weight)
                .then_with(|| one.chinese.cmp(&other.chinese))
                .then_with(|| one.english.cmp(&other.english))
        };
        entries.sort_by(by_weight);
        keep_few(keep_whole(entries))
    }
}

/// Leaves out what is a piece of another translation of the same phrase: 外交部 is the ministry of foreign affairs, and no
/// *affairs*.
fn keep_whole(entries: Vec<Entry>) -> Vec<Entry> {
    let mut by_chinese: HashMap<String, Vec<String>> = HashMap::new();
    for entry in &entries {
        by_chinese
            .entry(entry.chinese.clone())
            .or_default()
            .push(format!(" {} ", entry.english));
    }
    let is_piece = |entry: &Entry| {
        let piece = format!(" {} ", entry.english);
        by_chinese[&entry.chinese]
            .iter()
            .any(|whole| whole.len() > piece.len() && whole.contains(&piece))
    };
    entries
        .into_iter()
        .filter(|entry| !is_piece(entry))
        .collect()
}

/// At most [`MAX_TRANSLATIONS`] of each phrase of either language, the surest.
fn keep_few(entries: Vec<Entry>) -> Vec<Entry> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut kept = Vec::new();
    for entry in entries {
        let of_chinese = seen.get(&entry.chinese).copied().unwrap_or(0);
        let of_english = seen.get(&entry.english).copied().unwrap_or(0);
        if of_chinese < MAX_TRANSLATIONS || of_english < MAX_TRANSLATIONS {
            *seen.entry(entry.chinese.clone()).or_default() += 1;
            *seen.entry(entry.english.clone()).or_default() += 1;
            kept.push(entry);
        }
    }
    kept
}

fn is_contiguous(words: &[SegmentWord]) -> bool {
    words
        .windows(2)
        .all(|pair| pair[0].positions.end == pair[1].positions.start)
}

/// Whether a Chinese run may stand by itself. Cutting leaves crumbs, words of one character that belong to what was cut off
/// (`法|施行細則`, `鍰|最低`): a run of several words begins with none and ends with one only where it makes a noun (教師法).
/// Numerals are no business of a lexicon (第六十一條).
fn is_chinese_phrase(words: &[SegmentWord]) -> bool {
    /// Folded.
    const JOINING: &str = "及或与和之的等于应得者其该并而由为以依后前但均各如且未已有无不再需将因自至对经从被把使所在时内并同";
    const MAKING_NOUNS: &str = "法业费权证署局部会院者员人师区站场所库金率物品书表罪税款券额量案制型机船车线网室队群处府校厂店";
    /// Words that frame a list or a condition.
    const FRAMING: [&str; 11] = [
        "下列", "以下", "以上", "以内", "不得", "其他", "其中", "依照", "符合", "前项", "违反",
    ];
    let one = |word: &SegmentWord, list: &str| {
        word.term.chars().count() == 1 && list.contains(word.term.as_str())
    };
    let is_long = |word: &SegmentWord| word.term.chars().count() > 1;
    let is_numeral = |word: &SegmentWord| {
        word.term
            .chars()
            .all(|c| "第一二三四五六七八九十百千零〇条项款章节目".contains(c))
    };
    match words {
        [] => false,
        [word] => !one(word, JOINING) && !is_numeral(word),
        [first, .., last] => {
            let frames = [first, last]
                .iter()
                .any(|word| FRAMING.contains(&word.term.as_str()));
            !frames
                && is_long(first)
                && (is_long(last) || one(last, MAKING_NOUNS))
                && !words.iter().any(is_numeral)
        }
    }
}

/// Whether an English run may stand by itself: it neither begins nor ends with a word that only joins others.
fn is_phrase(english: &str) -> bool {
    const JOINING: &str = "a after against all also an and any are as at be been before between by can does during each eight \
        five following for four from had has have he if in into is it its less may more must nine no not of \
        on one only or other per seven shall she should six so such ten than that the their them then there \
        these they this those three through to two under upon was were when where which who whose will with \
        within without";
    let is_joining =
        |word: &str| word.len() == 1 || JOINING.split(' ').any(|joining| joining == word);
    let words: Vec<&str> = english.split(' ').collect();
    !(is_joining(words[0]) || is_joining(words[words.len() - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_learned_from_what_stands_together() {
        let texts = [
            ("雇主應給付工資。", "The employer shall pay wages."),
            ("勞工得請求工資。", "A worker may claim wages."),
            (
                "雇主不得解僱勞工。",
                "The employer shall not dismiss the worker.",
            ),
            (
                "主管機關得檢查工廠。",
                "The competent authority may inspect the factory.",
            ),
            (
                "主管機關應公告。",
                "The competent authority shall announce it.",
            ),
            (
                "雇主應報告主管機關。",
                "The employer shall report to the competent authority.",
            ),
        ];
        let segments: Vec<Segment> = (0..8)
            .flat_map(|of| {
                texts
                    .iter()
                    .map(move |(one, other)| Segment::new(one, other).of_document(of))
            })
            .collect();
        let entries = learn_entries(&segments);
        let has = |chinese: &str, english: &str| {
            entries
                .iter()
                .any(|entry| entry.chinese == chinese && entry.english == english)
        };
        assert!(has("雇主", "employer"), "{entries:?}");
        assert!(has("工資", "wages"), "{entries:?}");
        assert!(has("主管機關", "competent authority"), "{entries:?}");
        assert_eq!(
            entries,
            learn_entries(&segments),
            "the same input gives the same output"
        );
        assert!(learn_entries(&[]).is_empty());
    }
}
