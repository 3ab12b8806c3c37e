//! Marks in a stored text exactly what a query asked for.
//!
//! In: patterns, and a text. Out: [`Mark`]s, bytes of that text, sorted and disjoint. The text is folded and tokenized as the
//! index was, so a pattern matches where the index says it matches: a phrase as a whole or not at all, a Simplified query in
//! Traditional text, a word in all its forms. Reads nothing from the index.

use std::collections::HashMap;
use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, Unit, UnitKind, cut_text};

use crate::mark::pattern::Pattern;
use crate::mark::scan::{Scanned, Scanner};

/// A span of a text that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Indexes of the patterns that match here; in a merged mark, of all that do.
    pub patterns: Vec<usize>,
}

impl Mark {
    /// Returns the mark in a text with `bytes` more before it.
    pub(crate) fn moved_by(mut self, bytes: usize) -> Self {
        self.range = self.range.start + bytes..self.range.end + bytes;
        self
    }
}

/// A span that matches and the index of its pattern.
type Span = (Range<usize>, usize);

/// Patterns prepared for marking many texts.
///
/// # Examples
/// A Simplified phrase marks Traditional text:
/// ```
/// use polidex_analysis::units::cut_text;
/// use polidex_server::mark::highlight::Matcher;
/// use polidex_server::mark::pattern::Pattern;
///
/// let phrase = Pattern::of_phrase(&cut_text("新质生产力"));
/// let text = "發展「新質生產力」";
/// let marks = Matcher::new(vec![phrase]).marks(text);
/// assert_eq!(&text[marks[0].range.clone()], "新質生產力");
/// ```
pub struct Matcher {
    patterns: Vec<Pattern>,
    by_text: PatternIndex,
    scanner: Scanner,
}

impl Matcher {
    /// Prepares `patterns`; marks name them by their index.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        Self {
            by_text: PatternIndex::of(&patterns),
            scanner: Scanner::new(&patterns),
            patterns,
        }
    }

    /// Patterns in the order given.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Returns everything in `text` that matches: sorted and disjoint; overlapping and touching matches are one mark.
    ///
    /// Gives what [`Matcher::marks_by_cutting`] gives at a fraction of the cost: tokenizes only what a scan leaves open.
    pub fn marks(&self, text: &str) -> Vec<Mark> {
        let Scanned { mut spans, windows } = self.scanner.scan(text);
        spans.retain(|span| self.is_written_so(text, span));
        for window in windows {
            let start = window.start;
            let in_window = self.spans_of(&text[window]);
            spans.extend(
                in_window
                    .into_iter()
                    .map(|(span, pattern)| (span.start + start..span.end + start, pattern)),
            );
        }
        merge(spans)
    }

    /// Returns everything in `text` that matches, by tokenizing all of it as the indexer does: the definition of
    /// [`Matcher::marks`].
    pub fn marks_by_cutting(&self, text: &str) -> Vec<Mark> {
        merge(self.spans_of(text))
    }

    fn is_written_so(&self, text: &str, (range, pattern): &Span) -> bool {
        self.patterns[*pattern].is_written_so(&text[range.clone()])
    }

    fn spans_of(&self, text: &str) -> Vec<Span> {
        let cut = &cut_text(text);
        let mut found = Vec::new();
        for (index, unit) in cut.units().iter().enumerate() {
            self.add_sequences_at(cut, index, &mut found);
            let single = self.by_text.terms_of(cut, unit);
            let prefixes = self.by_text.prefixes_of(cut, unit);
            found.extend(
                single
                    .chain(prefixes)
                    .map(|pattern| (unit.source(), pattern)),
            );
        }
        found.extend(self.by_text.compounds_in(cut));
        found.retain(|span| self.is_written_so(text, span));
        found
    }

    fn add_sequences_at(&self, cut: &Cut, index: usize, found: &mut Vec<Span>) {
        let units = cut.units();
        let patterns = self.by_text.sequences.get(cut.text(&units[index]));
        for &pattern in patterns.into_iter().flatten() {
            if let Some(end) = sequence_end(cut, index, &self.patterns[pattern]) {
                let span = units[index].source().start..units[end - 1].source().end;
                found.push((span, pattern));
            }
        }
    }
}

/// Indexes of patterns by a text that they need.
#[derive(Default)]
struct PatternIndex {
    /// By the first token.
    sequences: HashMap<String, Vec<usize>>,
    terms: HashMap<String, Vec<usize>>,
    joined: HashMap<String, usize>,
    prefixes: Vec<(String, usize)>,
}

impl PatternIndex {
    fn of(patterns: &[Pattern]) -> Self {
        let mut by_text = Self::default();
        for (index, pattern) in patterns.iter().enumerate() {
            by_text.add(index, pattern);
        }
        by_text
    }

    fn add(&mut self, index: usize, pattern: &Pattern) {
        match pattern {
            Pattern::Sequence { units, .. } => {
                if let Some(first) = units.first() {
                    self.sequences.entry(first.clone()).or_default().push(index);
                }
            }
            Pattern::Term(term) | Pattern::Capitals(term) => {
                self.terms.entry(term.clone()).or_default().push(index);
            }
            Pattern::Joined(text) => {
                self.joined.insert(text.clone(), index);
            }
            Pattern::Prefix(prefix) => self.prefixes.push((prefix.clone(), index)),
        }
    }

    /// Returns the patterns of the term that `unit` is indexed under.
    fn terms_of(&self, cut: &Cut, unit: &Unit) -> impl Iterator<Item = usize> {
        let text = cut.text(unit);
        let term = match unit.kind {
            UnitKind::Word if !self.terms.is_empty() => self.terms.get(&stem(text)),
            UnitKind::Number if !self.terms.is_empty() => self.terms.get(&text.replace(',', "")),
            _ => None,
        };
        term.into_iter().flatten().copied()
    }

    /// Returns the compounds of a text that are patterns.
    fn compounds_in(&self, cut: &Cut) -> impl Iterator<Item = Span> {
        let compounds = if self.joined.is_empty() {
            &[]
        } else {
            cut.joined()
        };
        compounds.iter().filter_map(|compound| {
            let pattern = self.joined.get(cut.joined_text(compound))?;
            Some((compound.source(), *pattern))
        })
    }

    /// Returns the patterns that `unit` starts with.
    fn prefixes_of(&self, cut: &Cut, unit: &Unit) -> impl Iterator<Item = usize> {
        let text = cut.text(unit);
        let may_match = unit.kind != UnitKind::Ideograph;
        self.prefixes
            .iter()
            .filter(move |(prefix, _)| may_match && text.starts_with(prefix.as_str()))
            .map(|(_, pattern)| *pattern)
    }
}

/// Returns the unit behind the sequence `pattern` if it stands at unit `start`.
fn sequence_end(cut: &Cut, start: usize, pattern: &Pattern) -> Option<usize> {
    let Pattern::Sequence { units, joined } = pattern else {
        return None;
    };
    let end = start + units.len();
    let there = cut.units().get(start..end)?;
    let positions = there.first()?.position..;
    let mut wanted = positions.zip(there.iter().zip(units));
    let is_there =
        wanted.all(|(position, (unit, text))| unit.position == position && cut.text(unit) == text);
    let mut joined = joined.iter();
    (is_there && joined.all(|(at, text)| has_compound(cut, start + at, text))).then_some(end)
}

/// Returns whether the compound `text` starts at the unit `first_unit`.
fn has_compound(cut: &Cut, first_unit: usize, text: &str) -> bool {
    let index = cut
        .joined()
        .binary_search_by_key(&first_unit, |joined| joined.first_unit);
    index.is_ok_and(|index| cut.joined_text(&cut.joined()[index]) == text)
}

/// Sorts marks and merges those that overlap or touch.
pub(crate) fn merge_marks(marks: Vec<Mark>) -> Vec<Mark> {
    let spans = marks.into_iter().flat_map(|Mark { range, patterns }| {
        let span = move |pattern| (range.clone(), pattern);
        patterns.into_iter().map(span)
    });
    merge(spans.collect())
}

/// Merges spans that overlap or touch.
fn merge(mut found: Vec<Span>) -> Vec<Mark> {
    found.sort_by_key(|(range, pattern)| (range.start, range.end, *pattern));
    let mut marks: Vec<Mark> = Vec::new();
    for (range, pattern) in found {
        match marks.last_mut() {
            Some(last) if range.start <= last.range.end => {
                last.range.end = last.range.end.max(range.end);
                if !last.patterns.contains(&pattern) {
                    last.patterns.push(pattern);
                }
            }
            _ => marks.push(Mark {
                range,
                patterns: vec![pattern],
            }),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str, patterns: Vec<Pattern>) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for mark in Matcher::new(patterns).marks(text) {
            shown.push_str(&text[at..mark.range.start]);
            shown.push('[');
            shown.push_str(&text[mark.range.clone()]);
            shown.push(']');
            at = mark.range.end;
        }
        shown + &text[at..]
    }

    fn phrase(text: &str) -> Vec<Pattern> {
        vec![Pattern::of_phrase(&cut_text(text))]
    }

    #[test]
    fn phrases_are_marked_whole_or_not_at_all() {
        let cases = [
            (
                "新质生产力",
                "達致「新質\n生產力」，新質",
                "達致「[新質\n生產力]」，新質",
            ),
            ("教育衛生", "教育，衛生", "教育，衛生"),
            ("第23條", "基本法第23條立法", "基本法[第23條]立法"),
            (
                "one country, two systems",
                "the ‘One Country, Two Systems’",
                "the ‘[One Country, Two Systems]’",
            ),
            (
                "one country two systems",
                "one country, two systems",
                "[one country, two systems]",
            ),
            ("I&T", "I&T, i t and I & T", "[I&T], i t and I & T"),
            (
                "low altitude",
                "Low‑altitude economy",
                "[Low‑altitude] economy",
            ),
            ("year", "this year's", "this [year]'s"),
            ("aa", "aa aa", "[aa] [aa]"),
        ];
        for (query, text, expected) in cases {
            assert_eq!(marked(text, phrase(query)), expected, "{query} in {text}");
        }
    }

    #[test]
    fn words_are_marked_in_all_forms() {
        let term = |word: &str| vec![Pattern::Term(stem(word))];
        assert_eq!(
            marked("Modernised, modern, MODERNIZATION", term("modernize")),
            "[Modernised], modern, [MODERNIZATION]"
        );
        assert_eq!(
            marked("1,200 and 1200", vec![Pattern::Term("1200".to_owned())]),
            "[1,200] and [1200]"
        );
        assert_eq!(
            marked("develop redevelop", vec![Pattern::Prefix("dev".to_owned())]),
            "[develop] redevelop"
        );
        assert_eq!(
            marked(
                "The US told us; us, US-led",
                vec![Pattern::Capitals("us".to_owned())]
            ),
            "The [US] told us; us, [US]-led"
        );
        assert_eq!(
            marked("\"1+\" and 1", vec![Pattern::Joined("1+".to_owned())]),
            "\"[1+]\" and 1"
        );
    }

    /// The scan passes over words by their second letter.
    #[test]
    fn stems_keep_their_second_letter_but_for_y() {
        let text = include_str!("../../../../seeds/004_f70c433b98ebec33.txt").to_owned()
            + "dying lying tying dies lies ties skis skies sky idly gently ugly early only singly eyed eying owing using uses \
               is as us its gas was has ads ids bees trees agrees ended ace aces axes able ably ivy ivies try tries";
        for word in text
            .split(|character: char| !character.is_ascii_lowercase())
            .filter(|word| word.len() > 1)
        {
            let stem = stem(word);
            let second = word.as_bytes()[1];
            assert!(
                second == b'y' || stem.len() < 2 || stem.as_bytes()[1] == second,
                "{word} {stem}"
            );
            let marks = |text: &str| Matcher::new(vec![Pattern::Term(stem.clone())]).marks(text);
            assert_eq!(marks(word).len(), 1, "{word}");
        }
    }

    #[test]
    fn touching_marks_are_one() {
        let patterns = ["新质", "生产力"]
            .map(|word| Pattern::of_phrase(&cut_text(word)))
            .to_vec();
        let marks = Matcher::new(patterns).marks("新質生產力");
        assert_eq!(
            marks,
            [Mark {
                range: 0..15,
                patterns: vec![0, 1]
            }]
        );
    }

    /// Characters that meet in every way that matters: scripts, widths, letters that fold to several or to nothing, marks
    /// inside and outside numbers, compounds, breaks.
    const TEXT: &str = "[新质質生產産力第條㍿衞卫ａＡabdeistRDＲＤé\u{301}\u{AD}ﬁ0-3①½&+',，。 \u{3000}\n\n\u{2029}「」…\u{2F800}😀-]{0,60}";
    const QUERY: &str = "[新质質生產力条①㍿卫abdeistRDＲ0-3&+',， \n]{1,8}";

    fn pattern_of(query: &str, kind: usize) -> Option<Pattern> {
        let cut = cut_text(query);
        let first = cut.units().first()?;
        Some(match kind {
            0 => Pattern::of_phrase(&cut),
            1 if first.kind == UnitKind::Word => Pattern::Term(stem(cut.text(first))),
            1 if first.kind == UnitKind::Number => Pattern::Term(cut.text(first).replace(',', "")),
            4 if first.kind == UnitKind::Word => Pattern::Capitals(stem(cut.text(first))),
            2 => Pattern::Joined(cut.joined_text(cut.joined().first()?).to_owned()),
            3 if first.kind != UnitKind::Ideograph => {
                Pattern::Prefix(cut.text(first).chars().take(2).collect())
            }
            _ => return None,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn marks_are_those_of_cutting_the_whole_text(text in TEXT, queries in prop::collection::vec((QUERY, 0_usize..5), 1..4)) {
            let mut patterns: Vec<Pattern> = Vec::new();
            for pattern in queries.iter().filter_map(|(query, kind)| pattern_of(query, *kind)) {
                if !patterns.contains(&pattern) {
                    patterns.push(pattern);
                }
            }
            let matcher = Matcher::new(patterns.clone());
            prop_assert_eq!(matcher.marks(&text), matcher.marks_by_cutting(&text), "{:?} in {:?}", patterns, text);
        }

        /// Patterns taken from the text itself, so that there is something to find.
        #[test]
        fn marks_of_what_is_there_are_those_of_cutting(text in TEXT, from in 0_usize..60, len in 1_usize..9, kind in 0_usize..5) {
            let query: String = text.chars().skip(from).take(len).collect();
            if let Some(pattern) = pattern_of(&query, kind) {
                let matcher = Matcher::new(vec![pattern.clone()]);
                prop_assert_eq!(matcher.marks(&text), matcher.marks_by_cutting(&text), "{:?} in {:?}", pattern, text);
            }
        }
    }
}
