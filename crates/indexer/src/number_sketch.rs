//! Sketches the numbers of a text, which are the same in every language.
//!
//! In: a text as stored. Out: a few hashes. A law and its translation hold the same numbers in the same articles, two laws
//! hardly ever do. A feature is a number with its article, or in front of all articles with the number before it; small numbers
//! (*one*, 三), those that count on and those of lists are left out, for languages do not agree on them. A sketch holds the
//! least hashes of all features (Broder, *On the resemblance and containment of documents*, 1997), so the share of hashes
//! that two sketches have in common estimates the share of features that the texts have in common.

use std::collections::BTreeSet;

use polidex_analysis::hash::Fnv;
use polidex_analysis::numerals::{chinese_number, english_number};
use polidex_schema::work::SKETCH_SIZE;

/// Greatest number that says nothing: languages write these as articles and pronouns.
const GREATEST_SMALL: u64 = 3;
/// Minimum number of features of a text that has a sketch.
const FEWEST: usize = 6;
/// Returns the sketch of a text, in order; empty for a text with few numbers.
pub(crate) fn number_sketch(text: &str) -> Vec<u64> {
    let mut features = BTreeSet::new();
    let mut place = Place::default();
    for number in numbers(text) {
        let before = line_before(text, number.from);
        if is_article(before, &text[number.to..]) {
            place = Place {
                article: number.value,
                before: 0,
            };
        } else if number.value > GREATEST_SMALL
            && number.value != place.article
            && !matches!(before, "" | "(" | "（")
        {
            features.extend(place.feature(number.value));
            place.before = number.value;
        }
    }
    let count = if features.len() < FEWEST {
        0
    } else {
        SKETCH_SIZE
    };
    features.into_iter().take(count).collect()
}

/// Article that the text is in, or 0, and the number before in it.
#[derive(Default)]
struct Place {
    article: u64,
    before: u64,
}

impl Place {
    /// Returns the hash of a number in its place.
    fn feature(&self, value: u64) -> Option<u64> {
        let counts_on = self.before == 0 || value == self.before + 1;
        if self.article == 0 && counts_on {
            return None;
        }
        let (kind, beside) = match self.article {
            0 => (0, self.before),
            article => (1, article),
        };
        let mut hash = Fnv::default();
        for part in [kind, beside, value] {
            hash.add(&part.to_le_bytes());
        }
        Some(mixed(hash.value()))
    }
}

/// Spreads a hash of few bytes over all bits: the least hashes are chosen by the high ones. The finalizer of SplitMix64.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A number in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    from: usize,
    to: usize,
    value: u64,
}

/// Returns what stands before a place in its line.
fn line_before(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..at].trim()
}

/// Returns true for a number between `before` in its line and `behind` that names the article: 第 12 條, *Article 12*.
fn is_article(before: &str, behind: &str) -> bool {
    match before {
        "第" => {
            let is_of_number = |c: char| c == '-' || c.is_ascii_digit() || c.is_whitespace();
            behind
                .trim_start_matches(is_of_number)
                .starts_with(['條', '条'])
        }
        _ => ["Article", "Section", "ARTICLE", "SECTION"].contains(&before),
    }
}

/// Returns the whole numbers of a text, in digits, ideographs or English words.
fn numbers(text: &str) -> impl Iterator<Item = Number> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(first) = text[at..].chars().next() {
            let from = at;
            let (value, len) = number_at(&text[from..], first);
            at += len;
            if let Some(value) = value {
                return Some(Number {
                    from,
                    to: at,
                    value,
                });
            }
        }
        None
    })
}

/// Returns the number at the start of a text that begins with `first`, if there is one, and the bytes that were read.
fn number_at(text: &str, first: char) -> (Option<u64>, usize) {
    let run = |is_of_run: &dyn Fn(char) -> bool| {
        let end = text.find(|c| !is_of_run(c)).unwrap_or(text.len());
        &text[..end]
    };
    if first.is_ascii_digit() {
        let digits = run(&|c| c.is_ascii_digit() || c == ',');
        let digits = digits.trim_end_matches(',');
        (digits.replace(',', "").parse().ok(), digits.len())
    } else if is_han_numeral(first) {
        let numeral = run(&is_han_numeral);
        (chinese_number(numeral), numeral.len())
    } else if first.is_ascii_alphabetic() {
        number_in_words(text)
    } else {
        (None, first.len_utf8())
    }
}

fn is_han_numeral(c: char) -> bool {
    matches!(
        c,
        '〇' | '零'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
            | '萬'
            | '万'
            | '億'
            | '亿'
            | '兩'
            | '两'
            | '廿'
            | '卅'
    )
}

/// Reads the numeral that the words at the start of a text are, or skips the first of them.
fn number_in_words(text: &str) -> (Option<u64>, usize) {
    let word_len = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(text.len())
    };
    let first = word_len(text);
    let (mut total, mut section, mut end, mut at) = (0_u64, None, 0, 0);
    while let Some(rest) = text.get(at..) {
        let word = &rest[..word_len(rest)];
        let Some(read) = EnglishNumeral::of(word) else {
            break;
        };
        let (added, is_read) = read.add_to(section, total);
        if !is_read {
            break;
        }
        (section, total) = added;
        at += word.len();
        if !matches!(read, EnglishNumeral::And) {
            end = at;
        }
        at += usize::from(rest[word.len()..].starts_with([' ', '-', '\n']));
    }
    match section {
        Some(section) if end > 0 => (Some(total + section), end),
        _ => (None, first),
    }
}

/// A word of an English numeral.
#[derive(Clone, Copy)]
enum EnglishNumeral {
    Value(u64),
    Hundred,
    Scale(u64),
    And,
}

impl EnglishNumeral {
    fn of(word: &str) -> Option<Self> {
        if let Some(value) = english_number(word) {
            return Some(Self::Value(value));
        }
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        match word.len() {
            3 if is("and") => Some(Self::And),
            7 if is("hundred") => Some(Self::Hundred),
            7 if is("million") => Some(Self::Scale(1_000_000)),
            8 if is("thousand") => Some(Self::Scale(1_000)),
            _ => None,
        }
    }

    /// Returns the section and the total with the word, and whether it goes on with them.
    fn add_to(self, section: Option<u64>, total: u64) -> ((Option<u64>, u64), bool) {
        match (self, section) {
            (Self::Value(value), None) => ((Some(value), total), true),
            (Self::Value(value), Some(before)) if goes_on(before, value) => {
                ((Some(before + value), total), true)
            }
            (Self::Hundred, Some(before @ 1..=99)) => ((Some(before * 100), total), true),
            (Self::Scale(scale), Some(before @ 1..)) => ((Some(0), total + before * scale), true),
            (Self::And, Some(before)) => ((section, total), before.is_multiple_of(100)),
            _ => ((section, total), false),
        }
    }
}

/// *twenty five*, *one hundred twenty*, *one thousand five*.
fn goes_on(before: u64, value: u64) -> bool {
    before.is_multiple_of(100) || before % 100 >= 20 && before.is_multiple_of(10) && value < 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<u64> {
        numbers(text).map(|number| number.value).collect()
    }

    #[test]
    fn numbers_are_read_in_both_languages() {
        assert_eq!(
            values("罰鍰新臺幣三萬元以上十五萬元以下，1,200人"),
            [30_000, 150_000, 1_200]
        );
        assert_eq!(
            values("thirty days, one hundred and twenty, Twenty-five, two thousand, and one"),
            [30, 120, 25, 2_000, 1]
        );
        assert!(values("seventh attend and fortress").is_empty());
        assert_eq!(values("one hundred thousand and five"), [100_005]);
    }

    const ORIGINAL: &str = "第 1 條\n逾三十日不繳，處五千元。\n第 2 條\n十二人以上，任期四年，每六個月開會。\n第 三 條\n滿六十五歲，九十日內。";
    const TRANSLATION: &str = "Article 1\nA fine of 5,000 for a delay of thirty days.\nArticle 2\nTwelve members for four years meet every six months.\nArticle 3\nWithin ninety days of the age of sixty-five.";

    #[test]
    fn a_translation_has_the_sketch_of_its_original() {
        let sketch = number_sketch(ORIGINAL);
        assert_eq!(sketch.len(), 6, "a number that begins a line may count it");
        assert_eq!(sketch, number_sketch(TRANSLATION));
        assert_ne!(
            sketch,
            number_sketch(&TRANSLATION.replace("Article 2", "Article 4"))
        );
        assert!(number_sketch("無").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_a_sketch(text in "[0-9零十百千萬億第條one hundredthousandmillion,\n-]{0,200}") {
            let sketch = number_sketch(&text);
            prop_assert!(sketch.len() <= SKETCH_SIZE && sketch.is_sorted());
        }
    }
}
