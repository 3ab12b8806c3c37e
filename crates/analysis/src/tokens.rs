//! Turns cut text into tokens: grams for phrases, words for ranking, single characters.
//!
//! In: a [`Cut`]. Out: tokens, each a term with its position and its bytes in the source. Nothing here knows tantivy, so the
//! same tokens can be sent to any engine.
//!
//! Grams make phrase search complete whatever a dictionary would have cut: every two adjacent ideographs are a token, each
//! run of them also gives its first and its last character, words, numbers and clause marks stand for themselves. So a
//! phrase of two units or more is found exactly where a scan of the text would find it. A phrase of one ideograph is the
//! business of the characters' own field: inside a run it starts no gram of its own.

use std::ops::Range;

use crate::han::cut_words;
use crate::latin::stem;
use crate::units::{Cut, Joined, Unit, UnitKind};

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The term.
    pub term: &'a str,
    /// Position: the place of its first unit.
    pub position: u32,
    /// First byte in the source.
    pub from_byte: usize,
    /// One past its last byte in the source.
    pub to_byte: usize,
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
                unit.kind == UnitKind::Ideograph && unit.position == units[end - 1].position + 1
            })
        {
            end += 1;
        }
        let run = start..end;
        start = end;
        Some(run)
    })
}

/// Passes every gram token to `sink`, in the order of positions.
pub fn gram_tokens(cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
    let units = cut.units();
    let mut joined = cut.joined().iter().peekable();
    let mut gram = String::new();
    for run in runs(units) {
        let unit = &units[run.start];
        if unit.kind == UnitKind::Ideograph {
            grams_of_run(cut, run, &mut gram, &mut sink);
            continue;
        }
        if let Some(compound) = joined.next_if(|compound| compound.first_unit == run.start) {
            let text = cut.joined_text(compound);
            sink(token(text, unit.position, compound.source()));
        }
        sink(unit_token(cut, unit));
    }
}

fn unit_token<'a>(cut: &'a Cut, unit: &Unit) -> Token<'a> {
    token(cut.text(unit), unit.position, unit.source())
}

/// Passes every two adjacent ideographs of a run to `sink`, and its first and last one.
fn grams_of_run(cut: &Cut, run: Range<usize>, gram: &mut String, sink: &mut impl FnMut(Token<'_>)) {
    let units = cut.units();
    for index in run.clone() {
        let unit = &units[index];
        let is_edge = index == run.start || index + 1 == run.end;
        if is_edge {
            sink(unit_token(cut, unit));
        }
        if index + 1 < run.end {
            let next = &units[index + 1];
            gram.clear();
            gram.push_str(cut.text(unit));
            gram.push_str(cut.text(next));
            let source = unit.source().start..next.source().end;
            sink(token(gram, unit.position, source));
        }
    }
}

/// Returns the fewest gram terms that cover `cut` as a phrase, each with its offset from the first unit.
///
/// Empty for an empty text. A single ideograph gives one term of one character, to be looked up in the field of characters,
/// not in that of grams: see [`is_single_ideograph`].
pub fn phrase_terms(cut: &Cut) -> Vec<(u32, String)> {
    let units = cut.units();
    let Some(first) = units.first() else {
        return Vec::new();
    };
    let offset = |index: usize| units[index].position - first.position;
    let mut terms = Vec::new();
    let mut joined = cut.joined().iter().peekable();
    let mut covered_until = 0;
    for run in runs(units) {
        let at = run.start;
        if units[at].kind == UnitKind::Ideograph {
            let covering = covering_terms(cut, run).into_iter();
            terms.extend(covering.map(|(index, term)| (offset(index), term)));
            continue;
        }
        if let Some(compound) = joined.next_if(|compound| compound.first_unit == at) {
            terms.push((offset(at), cut.joined_text(compound).to_owned()));
            covered_until = at + compound.unit_count;
        }
        if at >= covered_until {
            terms.push((offset(at), cut.text(&units[at]).to_owned()));
        }
    }
    terms
}

/// The fewest bigrams that cover a run of ideographs, or the one there is, each with its first unit.
fn covering_terms(cut: &Cut, run: Range<usize>) -> Vec<(usize, String)> {
    let text = |index: usize| cut.text(&cut.units()[index]);
    if run.len() == 1 {
        return vec![(run.start, text(run.start).to_owned())];
    }
    let last = (run.len() % 2 == 1).then(|| run.end - 2);
    let pairs = (run.start..run.end - 1).step_by(2).chain(last);
    pairs
        .map(|index| (index, [text(index), text(index + 1)].concat()))
        .collect()
}

/// Returns true if the text is one ideograph and nothing else.
pub fn is_single_ideograph(cut: &Cut) -> bool {
    matches!(cut.units(), [unit] if unit.kind == UnitKind::Ideograph)
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
        let source = units[word.units.start].source().start..units[word.units.end - 1].source().end;
        sink(token(&word.term, units[word.units.start].position, source));
    }
}

/// Passes every single ideograph to `sink` as a token.
pub fn character_tokens(cut: &Cut, mut sink: impl FnMut(Token<'_>)) {
    for unit in cut
        .units()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Ideograph)
    {
        sink(token(cut.text(unit), unit.position, unit.source()));
    }
}

fn token(term: &str, position: u32, source: Range<usize>) -> Token<'_> {
    Token {
        term,
        position,
        from_byte: source.start,
        to_byte: source.end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::cut_text;

    fn grams(source: &str) -> String {
        let mut shown = Vec::new();
        gram_tokens(&cut_text(source), |token| {
            shown.push(format!("{}@{}", token.term, token.position))
        });
        shown.join(" ")
    }

    fn phrase(source: &str) -> String {
        let terms = phrase_terms(&cut_text(source));
        terms
            .iter()
            .map(|(offset, term)| format!("{term}@{offset}"))
            .collect::<Vec<_>>()
            .join(" ")
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
            ("立法會", "立@0 立法@0 法会@1 会@2"),
            ("第23條", "第@0 23@1 条@2"),
            ("税", "税@0"),
            ("教育，衛生", "教@0 教育@0 育@1 ,@2 卫@3 卫生@3 生@4"),
            ("I&T fund", "i&t@0 i@0 t@1 fund@2"),
            ("一\n\n二", "一@0 二@65"),
        ];
        for (source, expected) in cases {
            assert_eq!(grams(source), expected, "{source}");
        }
    }

    #[test]
    fn phrases_ask_for_few_grams() {
        let cases = [
            ("立法", "立法@0"),
            ("立法會", "立法@0 法会@1"),
            ("新質生產", "新质@0 生产@2"),
            ("新質生產力", "新质@0 生产@2 产力@3"),
            ("第23條", "第@0 23@1 条@2"),
            ("AI技術", "ai@0 技术@1"),
            ("I&T fund", "i&t@0 fund@2"),
            ("I&T", "i&t@0"),
            ("1+ mechanism", "1+@0 mechanism@1"),
            ("高端化、智能化", "高端@0 端化@1 、@3 智能@4 能化@5"),
            ("稅", "税@0"),
            ("", ""),
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
