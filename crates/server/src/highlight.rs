//! Finds in a stored text exactly what a query asked for.
//!
//! In: patterns, and a text. Out: [`Mark`]s, bytes of that text, sorted and disjoint. The text is folded and cut as the
//! index was, so a pattern matches where the index says it matches: a phrase as a whole or not at all, a Simplified query in
//! Traditional text, a word in all its forms. Nothing is re-read from the index.

use std::collections::HashMap;
use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

/// What to look for. All texts are folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Units one behind the other, and the compounds that must stand among them: index of the first unit, text.
    Sequence {
        /// Texts of the units.
        units: Vec<String>,
        /// Compounds typed as such: `i&t` at unit 0.
        joined: Vec<(usize, String)>,
    },
    /// A word in any form: the term it is ranked under.
    Term(String),
    /// A compound by itself.
    Joined(String),
    /// The beginning of a word.
    Prefix(String),
}

impl Pattern {
    /// The pattern of a quoted phrase: its units as typed.
    pub fn of_phrase(cut: &Cut) -> Self {
        let units = cut.units().iter().map(|unit| cut.text(unit).to_owned()).collect();
        let joined =
            cut.joined().iter().map(|joined| (joined.first_unit, cut.joined_text(joined).to_owned())).collect();
        Self::Sequence { units, joined }
    }

    /// How many units it covers; at least 1.
    pub fn unit_count(&self) -> usize {
        match self {
            Self::Sequence { units, .. } => units.len(),
            _ => 1,
        }
    }
}

/// A span of a text that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Indexes of the patterns that match here; for a merged mark, of all that do.
    pub patterns: Vec<usize>,
}

/// Patterns, ready to be looked for in many texts.
pub struct Matcher {
    sequences: HashMap<String, Vec<usize>>,
    terms: HashMap<String, usize>,
    joined: HashMap<String, usize>,
    prefixes: Vec<(String, usize)>,
    patterns: Vec<Pattern>,
}

impl Matcher {
    /// Prepares `patterns`; marks name them by their index.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        let mut matcher = Self {
            sequences: HashMap::new(),
            terms: HashMap::new(),
            joined: HashMap::new(),
            prefixes: Vec::new(),
            patterns: Vec::new(),
        };
        for (index, pattern) in patterns.iter().enumerate() {
            match pattern {
                Pattern::Sequence { units, .. } => {
                    if let Some(first) = units.first() {
                        matcher.sequences.entry(first.clone()).or_default().push(index);
                    }
                }
                Pattern::Term(term) => {
                    matcher.terms.insert(term.clone(), index);
                }
                Pattern::Joined(text) => {
                    matcher.joined.insert(text.clone(), index);
                }
                Pattern::Prefix(prefix) => matcher.prefixes.push((prefix.clone(), index)),
            }
        }
        matcher.patterns = patterns;
        matcher
    }

    /// The patterns, in their order.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Everything in `text` that matches: sorted, disjoint; overlapping and touching matches are one mark.
    pub fn marks(&self, text: &str) -> Vec<Mark> {
        if self.patterns.is_empty() {
            return Vec::new();
        }
        self.marks_of(&cut_text(text))
    }

    fn marks_of(&self, cut: &Cut) -> Vec<Mark> {
        let mut found = Vec::new();
        for (index, unit) in cut.units().iter().enumerate() {
            let text = cut.text(unit);
            for &pattern in self.sequences.get(text).into_iter().flatten() {
                if let Some(end) = self.sequence_end(cut, index, pattern) {
                    found.push((unit.source().start..cut.units()[end - 1].source().end, pattern));
                }
            }
            match unit.kind {
                UnitKind::Word if !self.terms.is_empty() => {
                    found.extend(self.terms.get(&stem(text)).map(|&pattern| (unit.source(), pattern)));
                }
                UnitKind::Number if !self.terms.is_empty() => {
                    found.extend(self.terms.get(&text.replace(',', "")).map(|&pattern| (unit.source(), pattern)));
                }
                _ => {}
            }
            for (prefix, pattern) in &self.prefixes {
                if unit.kind != UnitKind::Ideograph && text.starts_with(prefix.as_str()) {
                    found.push((unit.source(), *pattern));
                }
            }
        }
        if !self.joined.is_empty() {
            for joined in cut.joined() {
                found.extend(self.joined.get(cut.joined_text(joined)).map(|&pattern| (joined.source(), pattern)));
            }
        }
        merge(found)
    }

    /// The unit behind the sequence `pattern` if it stands at unit `start`.
    fn sequence_end(&self, cut: &Cut, start: usize, pattern: usize) -> Option<usize> {
        let Pattern::Sequence { units, joined } = &self.patterns[pattern] else { return None };
        let there = cut.units().get(start..start + units.len())?;
        let first_position = there.first()?.position;
        for (offset, (unit, wanted)) in there.iter().zip(units).enumerate() {
            if unit.position != first_position + offset as u32 || cut.text(unit) != wanted {
                return None;
            }
        }
        let has_joined = |(at, text): &(usize, String)| {
            let index = cut.joined().binary_search_by_key(&(start + at), |joined| joined.first_unit);
            index.is_ok_and(|index| cut.joined_text(&cut.joined()[index]) == text)
        };
        joined.iter().all(has_joined).then_some(start + units.len())
    }
}

fn merge(mut found: Vec<(Range<usize>, usize)>) -> Vec<Mark> {
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
            _ => marks.push(Mark { range, patterns: vec![pattern] }),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
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
            ("新质生产力", "達致「新質\n生產力」，新質", "達致「[新質\n生產力]」，新質"),
            ("教育衛生", "教育，衛生", "教育，衛生"),
            ("第23條", "基本法第23條立法", "基本法[第23條]立法"),
            ("one country, two systems", "the ‘One Country, Two Systems’", "the ‘[One Country, Two Systems]’"),
            ("one country two systems", "one country, two systems", "one country, two systems"),
            ("I&T", "I&T, i t and I & T", "[I&T], i t and I & T"),
            ("low altitude", "Low‑altitude economy", "[Low‑altitude] economy"),
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
        assert_eq!(marked("1,200 and 1200", vec![Pattern::Term("1200".to_owned())]), "[1,200] and [1200]");
        assert_eq!(marked("develop redevelop", vec![Pattern::Prefix("dev".to_owned())]), "[develop] redevelop");
        assert_eq!(marked("\"1+\" and 1", vec![Pattern::Joined("1+".to_owned())]), "\"[1+]\" and 1");
    }

    #[test]
    fn touching_marks_are_one() {
        let patterns = ["新质", "生产力"].map(|word| Pattern::of_phrase(&cut_text(word))).to_vec();
        let marks = Matcher::new(patterns).marks("新質生產力");
        assert_eq!(marks, [Mark { range: 0..15, patterns: vec![0, 1] }]);
    }
}
