//! Extracts phrase pairs from aligned segments.
//!
//! A run of Chinese words and a run of English words are a pair if no link leads out of either. Runs that are crumbs of the
//! tokenizer, or frame a sentence, are left out.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::learn::entry::Entry;
use crate::learn::segment::{Segment, SegmentWord};

/// Maximum length of a Chinese phrase.
const MAX_CHINESE_WORDS: usize = 6;
/// Maximum length of an English phrase.
const MAX_ENGLISH_WORDS: usize = 9;
/// Minimum number of times a pair was seen.
const MIN_COUNT: u32 = 3;
/// Minimum share among the translations of a phrase, in the better direction.
const MIN_SHARE: f64 = 0.2;
/// Minimum share in the other direction.
const MIN_BOTH_SHARES: f64 = 0.08;

/// Folded characters that join words: a phrase of one word is none of them.
const JOINING: &str = "及或与和之的等于应得者其该并而由为以依后前但均各如且未已有无不再需将因自至对经从被把使所在时内并同";
/// Folded characters that make a noun of the words before them.
const MAKING_NOUNS: &str = "法业费权证署局部会院者员人师区站场所库金率物品书表罪税款券额量案制型机船车线网室队群处府校厂店";
/// Folded words that frame a list or a condition.
const FRAMING: [&str; 11] = [
    "下列", "以下", "以上", "以内", "不得", "其他", "其中", "依照", "符合", "前项", "违反",
];
/// Folded characters of which the numbers of articles are made.
const NUMERALS: &str = "第一二三四五六七八九十百千零〇条项款章节目";

/// Phrase pairs with their counts, by terms.
#[derive(Default)]
pub(super) struct Phrases {
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

impl PhraseCount {
    /// Counts the pair once more, in `document` and in the spelling of `surfaces`.
    fn add(&mut self, document: usize, surfaces: (String, String)) {
        self.count += 1;
        self.documents += u32::from(self.last_document.replace(document) != Some(document));
        *self.surfaces.entry(surfaces).or_default() += 1;
    }
}

impl Phrases {
    /// Counts every run of words whose links lead into one run of the other language and back.
    pub(super) fn extract(&mut self, segment: &Segment, links: &[(usize, usize)]) {
        for start in 0..segment.chinese.len() {
            for len in 1..=MAX_CHINESE_WORDS.min(segment.chinese.len() - start) {
                let run = start..start + len;
                if !is_contiguous(&segment.chinese[run.clone()]) {
                    break;
                }
                let Some(partner) = closed_partner(&run, links) else {
                    continue;
                };
                let (chinese, english) = (&segment.chinese[run], &segment.english[partner]);
                if is_contiguous(english) && is_chinese_phrase(chinese) {
                    self.count(segment.document, chinese, english);
                }
            }
        }
    }

    fn count(&mut self, document: usize, chinese: &[SegmentWord], english: &[SegmentWord]) {
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
        pair.add(document, surfaces);
    }

    /// Returns the pairs that are common and mostly translate so, surest first.
    pub(super) fn entries(self, min_documents: u32) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .pairs
            .iter()
            .filter(|(_, pair)| pair.count >= MIN_COUNT && pair.documents >= min_documents)
            .filter_map(|(terms, pair)| self.entry(terms, pair))
            .collect();
        entries.sort_by(|one, other| {
            other
                .weight
                .total_cmp(&one.weight)
                .then_with(|| one.chinese.cmp(&other.chinese))
                .then_with(|| one.english.cmp(&other.english))
        });
        entries
    }

    /// The entry of one pair; `None` if it mostly translates otherwise, or is no phrase.
    fn entry(&self, (chinese, english): &(String, String), pair: &PhraseCount) -> Option<Entry> {
        let count = f64::from(pair.count);
        let to_english = count / f64::from(self.chinese[chinese]);
        let to_chinese = count / f64::from(self.english[english]);
        let is_sure = to_english.max(to_chinese) >= MIN_SHARE
            && to_english.min(to_chinese) >= MIN_BOTH_SHARES;
        if !is_sure || chinese.chars().count() < 2 || !is_phrase(english) {
            return None;
        }
        let (chinese, english) = pair.commonest_surface()?;
        Some(Entry {
            chinese: chinese.clone(),
            english: english.clone(),
            weight: count.sqrt() * to_english * to_chinese,
        })
    }
}

impl PhraseCount {
    /// The commonest spelling; of equally common ones the first in order, so that two runs agree.
    fn commonest_surface(&self) -> Option<&(String, String)> {
        self.surfaces
            .iter()
            .max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)))
            .map(|(surface, _)| surface)
    }
}

/// The run of the other language that the links of `run` lead into, if all of its links lead back and both ends of `run`
/// are linked. A run that begins or ends with an unlinked word has no reason to be as long as it is.
fn closed_partner(run: &Range<usize>, links: &[(usize, usize)]) -> Option<Range<usize>> {
    let partners = links
        .iter()
        .filter(|link| run.contains(&link.0))
        .map(|link| link.1);
    let partner = partners.clone().min()?..partners.max()? + 1;
    let is_linked = |word: usize| links.iter().any(|link| link.0 == word);
    let is_tight = is_linked(run.start) && is_linked(run.end - 1);
    (is_tight && partner.len() <= MAX_ENGLISH_WORDS && lead_back(links, run, &partner))
        .then_some(partner)
}

/// Returns true if the links of two runs are links of each other.
fn lead_back(links: &[(usize, usize)], run: &Range<usize>, partner: &Range<usize>) -> bool {
    let mut links = links.iter();
    links.all(|(one, other)| partner.contains(other) == run.contains(one))
}

fn join(words: &[SegmentWord], part: fn(&SegmentWord) -> &str, separator: &str) -> String {
    let parts: Vec<&str> = words.iter().map(part).collect();
    parts.join(separator)
}

fn is_contiguous(words: &[SegmentWord]) -> bool {
    words
        .windows(2)
        .all(|pair| pair[0].positions.end == pair[1].positions.start)
}

/// Returns whether a Chinese run is a phrase of its own. Tokenizing leaves crumbs, words of one character that belong to what was cut off
/// (`法|施行細則`, `鍰|最低`): a run of several words begins with none and ends with one only where it makes a noun (教師法).
/// Numerals are no business of a lexicon (第六十一條).
fn is_chinese_phrase(words: &[SegmentWord]) -> bool {
    match words {
        [] => false,
        [word] => !is_one_of(word, JOINING) && !is_numeral(word),
        [first, .., last] => {
            let is_framed = [first, last]
                .iter()
                .any(|word| FRAMING.contains(&word.term.as_str()));
            !is_framed
                && is_long(first)
                && (is_long(last) || is_one_of(last, MAKING_NOUNS))
                && !words.iter().any(is_numeral)
        }
    }
}

/// Returns whether a word is one of the characters of `list`.
fn is_one_of(word: &SegmentWord, list: &str) -> bool {
    !is_long(word) && list.contains(word.term.as_str())
}

fn is_long(word: &SegmentWord) -> bool {
    word.term.chars().count() > 1
}

fn is_numeral(word: &SegmentWord) -> bool {
    word.term.chars().all(|c| NUMERALS.contains(c))
}

/// Returns whether an English run is a phrase of its own: it neither begins nor ends with a word that only joins others.
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
