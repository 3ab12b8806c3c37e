//! Turns cut text into tokens: grams for phrases, words for ranking, single characters.
//!
//! In: a [`Cut`]. Out: tokens, each a term with its position and its bytes in the source. Nothing here knows tantivy, so the
//! same tokens can be sent to any engine.
//!
//! Grams make phrase search complete whatever a dictionary would have cut. Ideographs and marks that follow one another are
//! a run: every two adjacent ones are a token, and so are its first and its last alone. Words and numbers stand for
//! themselves. There is one token a position and no gap but at the end of a paragraph, so any engine whose analyzer cuts at
//! white space holds the same stream; a phrase of two units or more is a sequence of tokens that stands exactly where a scan
//! of the text would find it. A phrase of one ideograph or mark is the business of the characters' own field: inside a run no
//! gram is it alone.

use std::ops::Range;

use crate::fold::{Class, class_of};
use crate::han::cut_words;
use crate::latin::stem;
use crate::units::{Cut, Joined, PARAGRAPH_GAP, Pieces, Unit, UnitKind};

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term.
    pub term: &'a str,
    /// Position among the tokens of its kind.
    pub position: u32,
}

/// A word of a text: what ranking counts and what an unquoted query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The term: a stem, a number without its thousands' marks, a Han word, a compound such as `i&t`.
    pub term: String,
    /// The units it covers.
    pub units: Range<usize>,
}

/// A run of units that are all ideographs (or none is), with no mark and no paragraph's end inside.
fn runs(units: &[Unit]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = units.get(start)?;
        let mut end = start + 1;
        while first.kind == UnitKind::Ideograph
            && units.get(end).is_some_and(|unit| {
                unit.kind == UnitKind::Ideograph && !is_parted(&units[end - 1], unit)
            })
        {
            end += 1;
        }
        let run = start..end;
        start = end;
        Some(run)
    })
}

/// Returns true for a unit that makes pairs with those beside it.
fn is_paired(unit: &Unit) -> bool {
    matches!(unit.kind, UnitKind::Ideograph | UnitKind::Mark)
}

/// Returns true if a paragraph ends between two units.
fn is_parted(before: &Unit, unit: &Unit) -> bool {
    unit.position > before.position + 1
}

/// Makes the gram tokens of a text from its units, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Grams {
    /// Position of the next token.
    position: u32,
    before: Option<Before>,
    /// The ideograph or mark before, where there is one; for a moment a pair.
    gram: String,
}

/// The unit before.
#[derive(Clone, Copy, Debug)]
struct Before {
    unit: Unit,
    /// True if it has stood alone as a token: at a run's start, or as a word.
    is_said: bool,
}

impl Grams {
    /// Passes the tokens that the units of `cut` complete to `sink`, in the order of positions.
    pub fn push(&mut self, cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
        for unit in cut.units() {
            self.push_unit(unit, cut.text(unit), &mut sink);
        }
    }

    /// Passes what is left at the end of the text to `sink`.
    pub fn finish(&mut self, mut sink: impl FnMut(Token<'_>)) {
        self.end_run(&mut sink);
        self.before = None;
    }

    /// Position of the first token that begins with a unit which was just pushed.
    fn position_of(&self, unit: &Unit) -> u32 {
        let is_inside = is_paired(unit) && self.before.is_some_and(|before| !before.is_said);
        if is_inside {
            self.position
        } else {
            self.position - 1
        }
    }

    #[inline]
    fn push_unit(&mut self, unit: &Unit, text: &str, sink: &mut impl FnMut(Token<'_>)) {
        if self
            .before
            .is_some_and(|before| is_parted(&before.unit, unit))
        {
            self.finish(&mut *sink);
            self.position += PARAGRAPH_GAP;
        }
        let follows_paired = self.before.is_some_and(|before| is_paired(&before.unit));
        let is_pair = is_paired(unit) && follows_paired;
        if is_pair {
            let before_len = self.gram.len();
            self.gram.push_str(text);
            self.emit(sink);
            self.gram.drain(..before_len);
        } else {
            self.end_run(sink);
            self.gram.clear();
            self.gram.push_str(text);
            self.emit(sink);
        }
        self.before = Some(Before {
            unit: *unit,
            is_said: !is_pair,
        });
    }

    fn emit(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        sink(Token {
            term: &self.gram,
            position: self.position,
        });
        self.position += 1;
    }

    /// Emits the last unit of a run alone.
    fn end_run(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        if self.before.is_some_and(|before| !before.is_said) {
            self.emit(sink);
        }
    }
}

/// Passes every gram token to `sink`, in the order of positions.
pub fn gram_tokens(cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
    let mut grams = Grams::default();
    grams.push(cut, &mut sink);
    grams.finish(&mut sink);
}

/// Returns for each of `starts`, bytes of `source` in order, the position of the first gram token that begins there or
/// behind; `u32::MAX` behind the last.
pub fn gram_positions_at(source: &str, starts: &[usize]) -> Vec<u32> {
    let mut positions = vec![u32::MAX; starts.len()];
    let mut grams = Grams::default();
    let mut next = 0;
    for (base, cut) in Pieces::of(source) {
        for unit in cut.units() {
            grams.push_unit(unit, cut.text(unit), &mut |_| {});
            while next < starts.len() && base + unit.source().start >= starts[next] {
                positions[next] = grams.position_of(unit);
                next += 1;
            }
        }
    }
    positions
}

/// Terms of a phrase, as the stream of grams holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// The fewest terms that cover it, each with its distance from the first in positions.
    pub terms: Vec<(u32, String)>,
    /// Distance of its last unit from its first term: where a match of the phrase ends.
    pub last: u32,
}

/// Returns the fewest gram terms that cover `cut` as a phrase.
///
/// Empty for an empty text. A single ideograph or mark gives one term of one character, to be looked up in the field of characters,
/// not in that of grams: see [`is_single_character`]. What stands before and behind the phrase is unknown, so its first and
/// last unit give no term alone where a pair holds them. The sign of a compound (`I&T`) is no part of the stream: the words
/// hold the compound.
pub fn phrase_terms(cut: &Cut) -> Phrase {
    let units: Vec<PhraseUnit<'_>> = cut
        .units()
        .iter()
        .map(|unit| (cut.text(unit), unit.position, is_paired(unit)))
        .collect();
    phrase_of(&units)
}

/// Like [`phrase_terms`], for units of one paragraph that are known by their folded texts.
pub fn phrase_of_units(units: &[String]) -> Phrase {
    let units: Vec<PhraseUnit<'_>> = (0..)
        .zip(units)
        .map(|(position, text)| (text.as_str(), position, !is_word(text)))
        .collect();
    phrase_of(&units)
}

/// Returns true for the folded text of a word or a number, false for that of an ideograph or a mark.
pub fn is_word(unit: &str) -> bool {
    unit.starts_with(|first| matches!(class_of(first), Class::Letter | Class::Digit))
}

/// Text and position of a unit, and true if it makes pairs.
type PhraseUnit<'a> = (&'a str, u32, bool);

fn phrase_of(units: &[PhraseUnit<'_>]) -> Phrase {
    let mut phrase = Phrase::default();
    let (mut at, mut position) = (0, 0);
    while at < units.len() {
        let is_parted = at > 0 && units[at].1 > units[at - 1].1 + 1;
        position += if is_parted { PARAGRAPH_GAP } else { 0 };
        let len = 1 + units[at..]
            .windows(2)
            .take_while(|pair| pair[0].2 && pair[1].2 && pair[0].1 + 1 == pair[1].1)
            .count();
        let run = &units[at..at + len];
        if len == 1 {
            phrase.terms.push((position, run[0].0.to_owned()));
        } else {
            let pairs = covering_pairs(len).map(|first| {
                let term = [run[first].0, run[first + 1].0].concat();
                (position + 1 + first as u32, term)
            });
            phrase.terms.extend(pairs);
            // Its first unit stood alone before the pairs.
            position += len as u32;
        }
        phrase.last = position;
        position += 1;
        at += len;
    }
    let first = phrase.terms.first().map_or(0, |(position, _)| *position);
    phrase.terms.iter_mut().for_each(|(at, _)| *at -= first);
    phrase.last -= first;
    phrase
}

/// First units of the fewest pairs that cover a run of `len` units, two or more.
fn covering_pairs(len: usize) -> impl Iterator<Item = usize> {
    let last = (len % 2 == 1).then(|| len - 2);
    (0..len - 1).step_by(2).chain(last)
}

/// Returns true if the text is one ideograph or one mark and nothing else.
pub fn is_single_character(cut: &Cut) -> bool {
    matches!(cut.units(), [unit] if is_paired(unit))
}

/// Returns the words of a text, in order.
pub fn words(cut: &Cut) -> Vec<Word> {
    let units = cut.units();
    let mut words = Vec::with_capacity(units.len() / 2);
    let mut joined = cut.joined().iter().peekable();
    let mut compound_end = 0;
    let mut han = String::new();
    for run in runs(units) {
        let unit = &units[run.start];
        match unit.kind {
            UnitKind::Mark => {}
            UnitKind::Ideograph => {
                cut.ideographs(run.clone(), &mut han);
                push_han_words(&han, run.start, &mut words);
            }
            UnitKind::Word | UnitKind::Number => {
                if let Some(compound) = joined.next_if(|compound| compound.first_unit == run.start)
                {
                    words.push(compound_word(cut, compound));
                    compound_end = run.start + compound.unit_count;
                }
                // `i&t` hides its letters; `1+` is a 1 as well.
                let is_hidden = run.start < compound_end && compound_end - run.start > 1;
                let is_tail = run.start < compound_end
                    && words.last().is_some_and(|word| word.units.len() > 1);
                let is_possessive = unit.after_apostrophe && cut.text(unit) == "s";
                if !is_hidden && !is_tail && !is_possessive {
                    words.push(Word {
                        term: word_term(cut, unit),
                        units: run,
                    });
                }
            }
        }
    }
    words
}

/// Pushes the words of a run of ideographs whose first unit is `start`.
fn push_han_words(run: &str, mut start: usize, words: &mut Vec<Word>) {
    for word in cut_words(run) {
        let end = start + word.chars().count();
        words.push(Word {
            term: word.to_owned(),
            units: start..end,
        });
        start = end;
    }
}

fn compound_word(cut: &Cut, compound: &Joined) -> Word {
    let units = compound.first_unit..compound.first_unit + compound.unit_count;
    Word {
        term: cut.joined_text(compound).to_owned(),
        units,
    }
}

fn word_term(cut: &Cut, unit: &Unit) -> String {
    let text = cut.text(unit);
    if unit.kind == UnitKind::Number {
        text.replace(',', "")
    } else {
        stem(text)
    }
}

/// Passes every word to `sink` as a token.
pub fn word_tokens(cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
    let units = cut.units();
    for word in words(cut) {
        sink(token(&word.term, units[word.units.start].position));
    }
}

/// Passes every single ideograph and mark to `sink` as a token.
pub fn character_tokens(cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
    for unit in cut.units().iter().filter(|unit| is_paired(unit)) {
        sink(token(cut.text(unit), unit.position));
    }
}

fn token(term: &str, position: u32) -> Token<'_> {
    Token { term, position }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::units::cut_text;

    const TEXT: &str = "[新质条,。;AB1'&% \n]{0,40}";

    /// Returns true if the gram tokens of `text` hold those of `query` as a sequence.
    fn grams_hold(text: &str, query: &Cut) -> bool {
        let mut stream = HashMap::new();
        gram_tokens(&cut_text(text), |token| {
            let same_place = stream.insert(token.position, token.term.to_owned());
            assert_eq!(same_place, None, "one token a position");
        });
        let phrase = phrase_terms(query);
        stream.keys().any(|at| {
            let mut terms = phrase.terms.iter();
            terms.all(|(offset, term)| stream.get(&(at + offset)) == Some(term))
        })
    }

    /// Returns true if the units of `query` stand in `text` one after the other.
    fn units_hold(text: &str, query: &Cut) -> bool {
        let cut = cut_text(text);
        let first = query.units()[0].position;
        cut.units().windows(query.units().len()).any(|there| {
            let mut pairs = there.iter().zip(query.units());
            pairs.all(|(unit, wanted)| {
                unit.position - there[0].position == wanted.position - first
                    && cut.text(unit) == query.text(wanted)
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn a_phrase_stands_in_the_stream_where_its_units_stand(text in TEXT, other in TEXT, from in 0_usize..40, len in 1_usize..12) {
            let taken: String = text.chars().skip(from).take(len).collect();
            let made: String = other.chars().take(len).collect();
            for query in [taken, made].iter().map(|query| cut_text(query)) {
                if query.units().is_empty() || is_single_character(&query) {
                    continue;
                }
                prop_assert_eq!(grams_hold(&text, &query), units_hold(&text, &query), "{:?} in {:?}", query, text);
            }
        }
    }

    fn grams(source: &str) -> String {
        let mut shown = Vec::new();
        gram_tokens(&cut_text(source), |token| {
            shown.push(format!("{}@{}", token.term, token.position))
        });
        shown.join(" ")
    }

    fn phrase(source: &str) -> String {
        let phrase = phrase_terms(&cut_text(source));
        let terms = phrase.terms.iter();
        let mut shown: Vec<String> = terms.map(|(at, term)| format!("{term}@{at}")).collect();
        shown.push(format!("{}", phrase.last));
        shown.join(" ")
    }

    fn word_terms(source: &str) -> String {
        words(&cut_text(source))
            .into_iter()
            .map(|word| word.term)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn grams_of_documents() {
        let cases = [
            ("立法會", "立@0 立法@1 法会@2 会@3"),
            ("第23條", "第@0 23@1 条@2"),
            (
                "根據第23條例",
                "根@0 根据@1 据第@2 第@3 23@4 条@5 条例@6 例@7",
            ),
            ("税", "税@0"),
            ("教育，衛生", "教@0 教育@1 育,@2 ,卫@3 卫生@4 生@5"),
            ("I&T fund.", "i@0 t@1 fund@2 .@3"),
            ("達5%以上", "达@0 5@1 以@2 以上@3 上@4"),
            ("一\n\n二三", "一@0 二@65 二三@66 三@67"),
        ];
        for (source, expected) in cases {
            assert_eq!(grams(source), expected, "{source}");
        }
    }

    #[test]
    fn phrases_ask_for_few_grams() {
        let cases = [
            ("立法", "立法@0 1"),
            ("立法會", "立法@0 法会@1 2"),
            ("新質生產", "新质@0 生产@2 3"),
            ("新質生產力", "新质@0 生产@2 产力@3 4"),
            ("第23條", "第@0 23@1 条@2 2"),
            ("據第23條例", "据第@0 23@2 条例@4 5"),
            ("AI技術", "ai@0 技术@2 3"),
            ("技術AI", "技术@0 ai@2 2"),
            ("I&T fund", "i@0 t@1 fund@2 2"),
            ("1+ mechanism", "1@0 mechanism@1 1"),
            ("高端化、智能化", "高端@0 化、@2 智能@4 能化@5 6"),
            ("稅", "税@0 0"),
            ("一\n\n二三", "一@0 二三@66 67"),
            ("", "0"),
        ];
        for (source, expected) in cases {
            assert_eq!(phrase(source), expected, "{source}");
        }
    }

    #[test]
    fn words_for_ranking() {
        let cases = [
            ("this year's I&T policies", "this year i&t polici"),
            ("the \"1+\" mechanism", "the 1+ 1 mechan"),
            ("1,200 industrial", "1200 industri"),
            ("R&D、新質生產力", "r&d 新质生产力"),
            ("Chang'E-8", "chang e 8"),
        ];
        for (source, expected) in cases {
            assert_eq!(word_terms(source), expected, "{source}");
        }
    }
}
