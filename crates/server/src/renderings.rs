//! Finds how sentences in another language render a term.
//!
//! In: sentences of the other language whose partners hold the term, and others of the same documents whose partners do not.
//! Out: [`Rendering`]s, the most frequent first, each with the sentences that have it. A rendering is the run of words that
//! stands in most of the first and in few of the others, by Dice's coefficient; the sentences that have it are taken away, and
//! the next is sought in the rest. A translation that is known is preferred to one that is told by counts. Linear in the
//! sentences: each has a bounded number of runs.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::latin::stem;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{Unit, UnitKind, cut_text};

/// Words of a run, and ideographs.
const MAX_WORDS: usize = 6;
const MAX_IDEOGRAPHS: usize = 8;
/// Words of a sentence that are looked at.
const MAX_WORDS_LOOKED_AT: usize = 200;
/// Renderings of a term.
const MAX_RENDERINGS: usize = 10;
/// Least coefficient of a run that counts tell, and least number of sentences that have it.
const LEAST_DICE: f32 = 0.3;
const LEAST_COUNT: u32 = 2;
/// Least number of the sentences that have a rendering behind the first, and its longest in words, where it is not known.
const LEAST_LATER: u32 = 3;
const MAX_LATER_WORDS: usize = 3;
/// Added to the coefficient of a translation that is known.
const KNOWN: f32 = 1.0;
/// A longer run is preferred to one within it that is in no more than so many times as many sentences.
const LONGER: f32 = 1.1;

/// How a term is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendering {
    /// Words, as they are written most often.
    pub(crate) text: String,
    /// Numbers of the sentences that have it, in order, each with the bytes of the words.
    pub(crate) sentences: Vec<(usize, Range<usize>)>,
}

/// A run of words of a sentence.
struct Run {
    key: String,
    range: Range<usize>,
}

/// Finds the renderings in `with`, sentences whose partners hold the term, in the order of their `documents`; `without` are
/// others; `known` are translations.
pub(crate) fn renderings(
    with: &[&str],
    documents: &[usize],
    without: &[&str],
    known: &[String],
) -> Vec<Rendering> {
    let known: HashSet<String> = known.iter().filter_map(|text| whole_key(text)).collect();
    let runs: Vec<Vec<Run>> = with.iter().map(|sentence| runs(sentence)).collect();
    let wanted: HashSet<&str> = runs.iter().flatten().map(|run| run.key.as_str()).collect();
    let background = background(without, &wanted);
    let mut left: Vec<usize> = (0..with.len()).collect();
    let mut found = Vec::new();
    while found.len() < MAX_RENDERINGS && !left.is_empty() {
        let judging = Judging {
            left: left.len() as f32,
            background: &background,
            known: &known,
            is_first: found.is_empty(),
        };
        let Some(best) = best_run(&tallies(&runs, &left, documents), &judging) else {
            break;
        };
        let sentences = take_with(&best, &runs, &mut left);
        found.push(Rendering {
            text: most_written(with, &sentences),
            sentences,
        });
    }
    found.sort_by_key(|rendering| std::cmp::Reverse(rendering.sentences.len()));
    found
}

/// Takes the sentences that have the run `key` out of `left`; each with the bytes of the run.
fn take_with(key: &str, runs: &[Vec<Run>], left: &mut Vec<usize>) -> Vec<(usize, Range<usize>)> {
    let has = |at: &usize| runs[*at].iter().find(|run| run.key == key);
    let taken = left
        .iter()
        .filter_map(|at| Some((*at, has(at)?.range.clone())));
    let taken = taken.collect();
    left.retain(|at| has(at).is_none());
    taken
}

/// Number of the sentences `without` that have each of the `wanted` runs.
fn background(without: &[&str], wanted: &HashSet<&str>) -> HashMap<String, u32> {
    let mut background: HashMap<String, u32> = HashMap::new();
    for sentence in without {
        for key in distinct(&runs(sentence)) {
            if wanted.contains(key) {
                *background.entry(key.to_owned()).or_default() += 1;
            }
        }
    }
    background
}

fn distinct(runs: &[Run]) -> HashSet<&str> {
    runs.iter().map(|run| run.key.as_str()).collect()
}

/// Sentences and documents that have a run.
#[derive(Clone, Copy, Default)]
struct Tally {
    sentences: u32,
    documents: u32,
    /// Document of the last of them, counted from 1.
    last: usize,
}

/// What the runs of the sentences that are left are judged by.
struct Judging<'a> {
    left: f32,
    background: &'a HashMap<String, u32>,
    known: &'a HashSet<String>,
    is_first: bool,
}

impl Judging<'_> {
    fn score(&self, key: &str, tally: Tally) -> f32 {
        let elsewhere = self.background.get(key).copied().unwrap_or(0) as f32;
        let count = tally.sentences as f32;
        let dice = 2.0 * count / (self.left + count + elsewhere);
        dice + if self.known.contains(key) { KNOWN } else { 0.0 }
    }

    /// Returns true if a run may be a rendering. Counts tell the first; of those behind it, few sentences tell little.
    fn is_sure(&self, key: &str, tally: Tally) -> bool {
        let is_common = self.is_first
            || tally.sentences >= LEAST_LATER
                && tally.documents > 1
                && key.split(' ').count() <= MAX_LATER_WORDS;
        let is_told = tally.sentences >= LEAST_COUNT && self.score(key, tally) >= LEAST_DICE;
        self.known.contains(key) || is_common && is_told
    }
}

/// Counts the sentences `left` and the documents that have each run.
fn tallies<'a>(
    runs: &'a [Vec<Run>],
    left: &[usize],
    documents: &[usize],
) -> HashMap<&'a str, Tally> {
    let mut tallies: HashMap<&str, Tally> = HashMap::new();
    for at in left {
        let document = documents[*at] + 1;
        for key in distinct(&runs[*at]) {
            let tally = tallies.entry(key).or_default();
            tally.sentences += 1;
            tally.documents += u32::from(tally.last != document);
            tally.last = document;
        }
    }
    tallies
}

/// Key of the run that stands for the term in most of the sentences that are left.
fn best_run(tallies: &HashMap<&str, Tally>, judging: &Judging<'_>) -> Option<String> {
    let sure = tallies
        .iter()
        .filter(|(key, tally)| judging.is_sure(key, **tally));
    let scored = sure.map(|(key, tally)| (judging.score(key, *tally), *key, *tally));
    let (_, mut best, mut tally) = scored.max_by(|one, other| {
        let by_score = one.0.total_cmp(&other.0);
        let by_len = || one.1.len().cmp(&other.1.len());
        by_score.then_with(by_len).then_with(|| other.1.cmp(one.1))
    })?;
    // Words that stand beside it nearly always belong to it.
    while !judging.known.contains(best) {
        let longer = tallies.iter().filter(|(key, of)| {
            let is_as_common = of.sentences as f32 * LONGER >= tally.sentences as f32;
            key.len() > best.len() && is_as_common && holds(key, best)
        });
        let longest = longer.max_by(|one, other| {
            let by_count = one.1.sentences.cmp(&other.1.sentences);
            by_count.then_with(|| one.0.cmp(other.0))
        });
        let Some((key, of)) = longest else {
            break;
        };
        (best, tally) = (*key, *of);
    }
    Some(best.to_owned())
}

/// Returns true if a run holds another one, word by word.
fn holds(run: &str, part: &str) -> bool {
    match part.contains(' ') || part.is_ascii() {
        true => format!(" {run} ").contains(&format!(" {part} ")),
        false => run.contains(part),
    }
}

/// The words of a rendering as most of its sentences write them.
fn most_written(with: &[&str], sentences: &[(usize, Range<usize>)]) -> String {
    let mut written: HashMap<String, usize> = HashMap::new();
    for (at, range) in sentences {
        let words = with[*at].get(range.clone()).unwrap_or_default();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        *written.entry(words.to_lowercase()).or_default() += 1;
    }
    let most = written
        .into_iter()
        .max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(&one.0)));
    most.map_or_else(String::new, |(words, _)| words)
}

/// The key of a whole text as one run; `None` for none, or a text of both kinds.
fn whole_key(text: &str) -> Option<String> {
    let cut = cut_text(text);
    let units: Vec<Unit> = cut
        .units()
        .iter()
        .filter(|unit| unit.kind != UnitKind::Mark)
        .copied()
        .collect();
    let is_han = units.first()?.kind == UnitKind::Ideograph;
    let keys = units.iter().map(|unit| key_of(cut.text(unit), unit.kind));
    Some(keys.collect::<Vec<_>>().join(if is_han { "" } else { " " }))
}

fn key_of(text: &str, kind: UnitKind) -> String {
    match kind {
        UnitKind::Word => stem(text),
        _ => text.to_owned(),
    }
}

/// A word of a sentence.
struct Word {
    key: String,
    range: Range<usize>,
    is_han: bool,
    ideographs: usize,
    /// True if no run begins or ends with it.
    is_function: bool,
    /// True if a clause ends before it.
    is_parted: bool,
}

/// Words of a sentence: those that the dictionary cuts of ideographs, and others.
fn words_of(sentence: &str) -> Vec<Word> {
    let cut = cut_text(sentence);
    let units = cut.units();
    let mut found = Vec::new();
    for word in words(&cut).into_iter().take(MAX_WORDS_LOOKED_AT) {
        let (first, last) = (&units[word.units.start], &units[word.units.end - 1]);
        let range = first.source().start..last.source().end;
        let before = word.units.start.checked_sub(1);
        let is_han = first.kind == UnitKind::Ideograph;
        let text: String = units[word.units.clone()]
            .iter()
            .map(|unit| cut.text(unit))
            .collect();
        found.push(Word {
            is_function: is_function_word(&text),
            key: if is_han {
                text
            } else {
                key_of(cut.text(first), first.kind)
            },
            range,
            is_han,
            ideographs: word.units.len(),
            is_parted: before.is_some_and(|before| units[before].kind == UnitKind::Mark),
        });
    }
    found
}

/// Runs of words of a sentence that may render something: none begins or ends with a function word, or has a clause mark in it.
fn runs(sentence: &str) -> Vec<Run> {
    let words = words_of(sentence);
    let mut runs = Vec::new();
    for (from, first) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| !word.is_function)
    {
        let (mut key, mut ideographs) = (String::new(), 0);
        for (at, word) in words.iter().enumerate().skip(from).take(MAX_WORDS) {
            ideographs += if word.is_han { word.ideographs } else { 0 };
            let is_apart = at > from && word.is_parted || word.is_han != first.is_han;
            if is_apart || ideographs > MAX_IDEOGRAPHS {
                break;
            }
            if !key.is_empty() && !word.is_han {
                key.push(' ');
            }
            key.push_str(&word.key);
            let is_whole = !word.is_han || ideographs > 1;
            if is_whole && !word.is_function {
                runs.push(Run {
                    key: key.clone(),
                    range: first.range.start..word.range.end,
                });
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(with: &[&str], without: &[&str], known: &[&str]) -> Vec<(String, usize)> {
        let known: Vec<String> = known.iter().map(|known| (*known).to_owned()).collect();
        let documents: Vec<usize> = (0..with.len()).collect();
        let found = renderings(with, &documents, without, &known).into_iter();
        found.map(|of| (of.text, of.sentences.len())).collect()
    }

    #[test]
    fn the_words_that_stand_where_the_term_does_render_it() {
        let with = [
            "The labor union shall report to the competent authority.",
            "Members of a labor union may vote.",
            "Labor unions shall keep a register.",
            "A labor union may be dissolved.",
        ];
        let without = [
            "The employer shall report to the competent authority.",
            "A worker may vote.",
            "The employer shall keep a register of members.",
            "It may be dissolved by the authority.",
        ];
        let said = found(&with, &without, &[]);
        assert_eq!(said[0], ("labor union".to_owned(), 4), "{said:?}");
        let said = found(&["It is a guild."], &without, &["guild"]);
        assert_eq!(said, [("guild".to_owned(), 1)], "known");
        assert!(found(&[], &without, &["x"]).is_empty());
    }

    #[test]
    fn ideographs_are_found_in_one_piece() {
        let with = [
            "工會應報主管機關備查。",
            "工會會員得投票。",
            "工會應備名冊。",
        ];
        let without = ["雇主應報主管機關備查。", "會員得投票。", "雇主應備名冊。"];
        let said = found(&with, &without, &[]);
        assert_eq!(said[0], ("工會".to_owned(), 3), "{said:?}");
        let with = [
            "a “one country, two systems” policy",
            "One country, two systems is kept",
        ];
        assert_eq!(
            found(&with, &[], &["one country, two systems"]),
            [("one country, two systems".to_owned(), 2)]
        );
    }
}
