//! Aligns the sentences of a text with those of its translation.
//!
//! In: two texts, one of ideographs and one of words, or two of either. Out: [`Bead`]s in order: one, two or three sentences of
//! one text that say what so many of the other say, or sentences without a partner. Articles of equal number are aligned with
//! each other where both texts have them; within an article the cheapest sequence of beads is chosen, by the lengths of the
//! sentences (Gale and Church, *A program for aligning sentences in bilingual corpora*, 1993), by the ordinals that they begin
//! with and by the numbers in them. Linear in the texts: sentences are compared within a band beside the diagonal.

use std::collections::HashMap;
use std::ops::Range;

use crate::citations::articles;
use crate::numerals::{chinese_number, english_number};
use crate::scripts::is_han;

/// Sentences beside the diagonal that may be partners.
const BAND: usize = 40;
/// Sentences of a section that are aligned; of more, the first.
const MAX_SENTENCES: usize = 20_000;
/// Bytes of the longest ordinal.
const LONGEST_ORDINAL: usize = 12;
/// Numbers of a sentence that are compared.
const MAX_NUMBERS: usize = 12;
/// Costs of a bead by the sentences in it; from Gale and Church's frequencies, in nats.
const MOVES: [(usize, usize, f32); 9] = [
    (1, 1, 0.0),
    (1, 2, 2.3),
    (2, 1, 2.3),
    (1, 3, 4.0),
    (3, 1, 4.0),
    (2, 2, 4.4),
    (1, 0, 4.6),
    (0, 1, 4.6),
    (1, 4, 5.5),
];
/// Variance of the length of a translation for each character of the text.
const VARIANCE: f32 = 4.0;
/// Greatest cost of lengths that differ.
const MAX_LENGTH_COST: f32 = 12.0;
/// Cost of ordinals that differ at the beginning of two sentences, and gain of equal ones.
const ORDINAL: f32 = 5.0;
/// Gain of a number that both sentences hold; cost of one that only one holds.
const NUMBER: f32 = 1.0;

/// Sentences of two texts that say the same, in bytes; one of both ranges may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bead {
    /// Bytes of the first text.
    pub first: Range<usize>,
    /// Bytes of the second.
    pub second: Range<usize>,
}

/// A sentence with what it is compared by.
struct Sentence {
    range: Range<usize>,
    /// Characters; an ideograph counts one here too.
    len_chars: f32,
    ordinal: Option<u64>,
    numbers: Vec<u64>,
}

/// Aligns two texts.
///
/// # Examples
/// ```
/// use polidex_analysis::alignment::align;
///
/// let (zh, en) = ("雇主應給付工資。勞工得請求之。", "The employer shall pay wages. A worker may claim them.");
/// let beads = align(zh, en);
/// assert_eq!(beads.len(), 2);
/// assert_eq!(&zh[beads[1].first.clone()], "勞工得請求之。");
/// assert_eq!(&en[beads[1].second.clone()], "A worker may claim them.");
/// ```
pub fn align(first: &str, second: &str) -> Vec<Bead> {
    let mut beads = Vec::new();
    for (one, other) in sections(first, second) {
        let (one, other) = (sentences(first, one), sentences(second, other));
        beads.extend(align_sentences(&one, &other));
    }
    beads
}

/// Ranges of two texts to be aligned with each other: articles of equal number, in order, else both texts.
fn sections(first: &str, second: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let (one, other) = (articles(first), articles(second));
    let by_number: HashMap<&str, Range<usize>> = other
        .iter()
        .rev()
        .map(|article| (article.number.as_str(), article.range.clone()))
        .collect();
    let mut sections = Vec::new();
    let mut last = 0;
    for article in &one {
        let Some(range) = by_number.get(article.number.as_str()) else {
            continue;
        };
        // A number that comes again in an annex belongs to another article.
        if range.start >= last && range.end <= second.len() {
            last = range.end;
            sections.push((article.range.clone(), range.clone()));
        }
    }
    let is_numbered = 2 * sections.len() > one.len().min(other.len());
    if is_numbered && sections.len() > 1 {
        return sections;
    }
    Vec::from([(0..first.len(), 0..second.len())])
}

/// Cuts a range of a text into sentences, trimmed, none empty.
fn sentences(text: &str, range: Range<usize>) -> Vec<Sentence> {
    let Some(piece) = text.get(range.clone()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut start = 0;
    let ends = piece
        .char_indices()
        .filter(|(at, character)| ends_sentence(piece, *at, *character));
    let ends: Vec<usize> = ends
        .map(|(at, character)| at + character.len_utf8())
        .collect();
    for end in ends.into_iter().chain([piece.len()]) {
        let end = end + closing_len(&piece[end..]);
        if end > start {
            found.extend(sentence(piece, start..end, range.start));
        }
        start = end.max(start);
        if found.len() == MAX_SENTENCES {
            break;
        }
    }
    found
}

/// Bytes of the brackets and quotation marks at the start of a text that close what is before them.
fn closing_len(rest: &str) -> usize {
    let after = rest.trim_start_matches(['」', '』', '”', '’', '）', '"', ')']);
    rest.len() - after.len()
}

fn sentence(piece: &str, range: Range<usize>, from: usize) -> Option<Sentence> {
    let words = &piece[range.clone()];
    let start = range.start + words.len() - words.trim_start().len();
    let words = words.trim();
    if !words.chars().any(char::is_alphanumeric) {
        return None;
    }
    let (ordinal, rest) = ordinal(words);
    Some(Sentence {
        range: from + start..from + start + words.len(),
        len_chars: words.chars().filter(|c| !c.is_whitespace()).count() as f32,
        ordinal,
        numbers: numbers(rest),
    })
}

/// Returns true if a sentence ends with the character at a byte of a text.
fn ends_sentence(text: &str, at: usize, character: char) -> bool {
    let behind = &text[at + character.len_utf8()..];
    match character {
        '。' | '！' | '？' => true,
        '.' | '!' | '?' => ends_english(&text[..at], behind),
        '\n' => ends_line(&text[..at], behind),
        _ => false,
    }
}

/// A full stop behind a word or a bracket, before a capital letter, and not that of an abbreviation.
fn ends_english(before: &str, behind: &str) -> bool {
    let mut next = behind
        .trim_start_matches(['"', '”', '’', ')', ' ', '\n'])
        .chars();
    let begins_anew = next
        .next()
        .is_none_or(|next| next.is_uppercase() || "“\"(".contains(next) || is_han(next));
    let last = before.chars().next_back();
    let closes = last
        .is_some_and(|last| last.is_lowercase() || last.is_ascii_digit() || ")”\"%".contains(last));
    let word = before
        .rsplit(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    const ABBREVIATIONS: [&str; 14] = [
        "no", "nos", "art", "arts", "para", "paras", "sec", "mr", "mrs", "dr", "co", "ltd", "inc",
        "cf",
    ];
    let is_ordinal = word.is_empty() && is_number_alone(before);
    begins_anew && closes && !is_ordinal && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// Returns true if a line ends with `before` that consists of a short number: *12* of *12. Fees*.
fn is_number_alone(before: &str) -> bool {
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST_ORDINAL))..];
    let line = near.rsplit('\n').next().unwrap_or_default();
    let is_whole = line.len() < near.len() || near.len() == before.len();
    is_whole && line.trim().chars().all(|c| c.is_ascii_digit())
}

/// A line's end where the line ends a clause, or the next begins with an ordinal or behind a blank line.
fn ends_line(before: &str, behind: &str) -> bool {
    let before = before.trim_end_matches([' ', '\u{3000}']);
    let closes = before.ends_with(['。', '：', '；', '，', '.', ':', ';', ',', '\n', '）', ')']);
    let next = behind.trim_start_matches([' ', '\u{3000}']);
    closes || next.starts_with('\n') || ordinal(next).0.is_some()
}

/// The ordinal that a sentence begins with, 一、（二）3. (4), and the rest of it.
fn ordinal(text: &str) -> (Option<u64>, &str) {
    let body = text.trim_start_matches(['(', '（', ' ']);
    let is_bracketed = body.len() < text.len();
    let end = body
        .find(|c: char| !(c.is_ascii_digit() || is_numeral(c)))
        .unwrap_or(body.len());
    let (digits, rest) = body.split_at(end);
    let marks: &[char] = if is_bracketed {
        &[')', '）']
    } else {
        &['.', '、', '．', ')']
    };
    let is_ordinal = (1..=LONGEST_ORDINAL).contains(&digits.len()) && rest.starts_with(marks);
    let value = digits.parse().ok().or_else(|| chinese_number(digits));
    match value.filter(|_| is_ordinal) {
        Some(value) => (
            Some(value),
            &rest[rest.chars().next().map_or(0, char::len_utf8)..],
        ),
        None => (None, text),
    }
}

fn is_numeral(character: char) -> bool {
    "〇零一二三四五六七八九十百千萬万億亿兩两".contains(character)
}

/// Numbers above three of a sentence, in digits, ideographs or English words, sorted.
fn numbers(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is_of_run: &dyn Fn(char) -> bool| {
            let end = rest.find(|c| !is_of_run(c)).unwrap_or(rest.len());
            &rest[..end]
        };
        let (value, len) = if first.is_ascii_digit() {
            let digits = run(&|c| c.is_ascii_digit() || c == ',');
            (digits.replace(',', "").parse().ok(), digits.len())
        } else if is_numeral(first) {
            let numeral = run(&is_numeral);
            (chinese_number(numeral), numeral.len())
        } else if first.is_ascii_alphabetic() {
            let word = run(&|c| c.is_ascii_alphabetic());
            (english_number(&word.to_ascii_lowercase()), word.len())
        } else {
            (None, first.len_utf8())
        };
        found.extend(value.filter(|value| *value > 3));
        rest = &rest[len..];
        if found.len() == MAX_NUMBERS {
            break;
        }
    }
    found.sort_unstable();
    found
}

/// A step of the cheapest way to a pair of places: the sentences that it takes of both texts.
#[derive(Clone, Copy, Default)]
struct Step {
    cost: f32,
    first: u8,
    second: u8,
}

/// The cheapest beads over the sentences of two texts.
fn align_sentences(first: &[Sentence], second: &[Sentence]) -> Vec<Bead> {
    let total = |sentences: &[Sentence]| sentences.iter().map(|of| of.len_chars).sum::<f32>();
    let ratio = (total(second) / total(first).max(1.0)).clamp(0.1, 10.0);
    let width = 2 * BAND + 1;
    let unreached = Step {
        cost: f32::INFINITY,
        ..Step::default()
    };
    let mut steps = vec![unreached; (first.len() + 1) * width];
    let band = Band {
        first: first.len(),
        second: second.len(),
    };
    for at in 0..=first.len() {
        for to in band.columns(at) {
            let best = match (at, to) {
                (0, 0) => Step::default(),
                _ => best_step(first, second, (at, to), ratio, |at, to| {
                    band.cell(at, to)
                        .map_or(f32::INFINITY, |cell| steps[cell].cost)
                }),
            };
            if let Some(cell) = band.cell(at, to) {
                steps[cell] = best;
            }
        }
    }
    beads_of(first, second, &band, &steps)
}

/// Cells beside the diagonal of a table.
struct Band {
    first: usize,
    second: usize,
}

impl Band {
    /// Column of the diagonal in row `at`.
    fn middle(&self, at: usize) -> usize {
        at * self.second / self.first.max(1)
    }

    fn columns(&self, at: usize) -> Range<usize> {
        let middle = self.middle(at);
        middle.saturating_sub(BAND)..(middle + BAND + 1).min(self.second + 1)
    }

    fn cell(&self, at: usize, to: usize) -> Option<usize> {
        let column = (to + BAND).checked_sub(self.middle(at))?;
        (column <= 2 * BAND && to <= self.second).then(|| at * (2 * BAND + 1) + column)
    }
}

/// The cheapest step that ends at a pair of places.
fn best_step(
    first: &[Sentence],
    second: &[Sentence],
    (at, to): (usize, usize),
    ratio: f32,
    cost_at: impl Fn(usize, usize) -> f32,
) -> Step {
    let mut best = Step {
        cost: f32::INFINITY,
        ..Step::default()
    };
    for (one, other, cost) in MOVES {
        let (Some(from), Some(from_second)) = (at.checked_sub(one), to.checked_sub(other)) else {
            continue;
        };
        let before = cost_at(from, from_second);
        if !before.is_finite() {
            continue;
        }
        let cost = before + cost + cost_of(&first[from..at], &second[from_second..to], ratio);
        if cost < best.cost {
            best = Step {
                cost,
                first: one as u8,
                second: other as u8,
            };
        }
    }
    best
}

/// Cost of a bead by its lengths, ordinals and numbers; 0 for sentences without a partner.
fn cost_of(first: &[Sentence], second: &[Sentence], ratio: f32) -> f32 {
    let (Some(one), Some(other)) = (first.first(), second.first()) else {
        return 0.0;
    };
    let total = |sentences: &[Sentence]| sentences.iter().map(|of| of.len_chars).sum::<f32>();
    let expected = total(first) * ratio;
    let difference = total(second) - expected;
    let lengths = difference * difference / (2.0 * VARIANCE * ratio * (expected + 4.0));
    let ordinals = match (one.ordinal, other.ordinal) {
        (Some(one), Some(other)) if one == other => -ORDINAL,
        (Some(_), Some(_)) => ORDINAL,
        (None, None) => 0.0,
        _ => ORDINAL / 4.0,
    };
    lengths.min(MAX_LENGTH_COST) + ordinals + numbers_cost(first, second)
}

fn numbers_cost(first: &[Sentence], second: &[Sentence]) -> f32 {
    let mut both = first.iter().chain(second);
    if both.all(|sentence| sentence.numbers.is_empty()) {
        return 0.0;
    }
    let all = |sentences: &[Sentence]| -> Vec<u64> {
        let mut numbers: Vec<u64> = sentences
            .iter()
            .flat_map(|of| of.numbers.iter().copied())
            .collect();
        numbers.sort_unstable();
        numbers
    };
    let (one, other) = (all(first), all(second));
    let (mut at, mut to, mut shared) = (0, 0, 0);
    while at < one.len() && to < other.len() {
        match one[at].cmp(&other[to]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => to += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                (at, to) = (at + 1, to + 1);
            }
        }
    }
    let apart = one.len() + other.len() - 2 * shared;
    NUMBER * (apart as f32 / 2.0 - shared as f32).clamp(-3.0, 3.0)
}

/// Goes back over the cheapest way.
fn beads_of(first: &[Sentence], second: &[Sentence], band: &Band, steps: &[Step]) -> Vec<Bead> {
    let (mut at, mut to) = (first.len(), second.len());
    let mut beads = Vec::new();
    while at + to > 0 {
        let step = band.cell(at, to).map(|cell| steps[cell]);
        let Some(step) = step.filter(|step| step.first + step.second > 0) else {
            break;
        };
        let from = (at - usize::from(step.first), to - usize::from(step.second));
        beads.push(Bead {
            first: span(&first[from.0..at]),
            second: span(&second[from.1..to]),
        });
        (at, to) = from;
    }
    beads.reverse();
    beads
}

fn span(sentences: &[Sentence]) -> Range<usize> {
    let start = sentences.first().map_or(0, |first| first.range.start);
    let end = sentences.last().map_or(start, |last| last.range.end);
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn aligned(first: &str, second: &str) -> Vec<(String, String)> {
        let beads = align(first, second).into_iter();
        beads
            .map(|bead| (first[bead.first].to_owned(), second[bead.second].to_owned()))
            .collect()
    }

    #[test]
    fn articles_lists_and_sentences_find_their_partners() {
        let zh = "第 1 條\n本會掌理下列事項：\n一、年度計畫之審議。\n二、法規疑義之研議。\n第 2 條\n委員會置主任委員一人；由部長兼任之。任期三年，期滿得續派之。\n";
        let en = "Article 1\nThe Committee is in charge of the following matters:\n1. Review of plans for the year.\n2. Opinions on questions of law.\nArticle 2\nThe Committee shall have a Chairperson.The post shall be held by the Minister. The term of office is 3 years, and may be renewed.\n";
        let beads = aligned(zh, en);
        assert!(
            beads.contains(&(
                "二、法規疑義之研議。".to_owned(),
                "2. Opinions on questions of law.".to_owned()
            )),
            "{beads:#?}"
        );
        let last = beads.last().expect("beads");
        assert!(
            last.0.starts_with("任期三年") && last.1.starts_with("The term"),
            "{beads:#?}"
        );
    }

    #[test]
    fn texts_of_different_length_are_aligned_from_both_ends() {
        let zh = "港口由主管機關管理。船舶進港應繳納費用，費率由主管機關定之。違反者處罰鍰。";
        let en = "Ports are managed by the competent authority. A person who contravenes this is liable to a fine.";
        let beads = aligned(zh, en);
        assert_eq!(beads[0].0, "港口由主管機關管理。");
        assert_eq!(beads[0].1, "Ports are managed by the competent authority.");
        assert!(beads.last().expect("beads").0.ends_with("違反者處罰鍰。"));
    }

    #[test]
    fn long_texts_are_aligned_beside_the_diagonal() {
        let zh = "港口由主管機關管理。".repeat(20_000);
        let en = "Ports are managed by the authority. ".repeat(20_000);
        assert_eq!(align(&zh, &en).len(), 20_000);
    }

    proptest! {
        #[test]
        fn beads_are_in_order_and_between_characters(one in "[一二三。；\n第條1、\\PC]{0,80}", other in "[a-cA-C.;\n(1)Article \\PC]{0,80}") {
            let (mut at, mut to) = (0, 0);
            for bead in align(&one, &other) {
                prop_assert!(one.get(bead.first.clone()).is_some() && other.get(bead.second.clone()).is_some());
                if !bead.first.is_empty() {
                    prop_assert!(bead.first.start >= at);
                    at = bead.first.end;
                }
                if !bead.second.is_empty() {
                    prop_assert!(bead.second.start >= to);
                    to = bead.second.end;
                }
            }
        }
    }
}
