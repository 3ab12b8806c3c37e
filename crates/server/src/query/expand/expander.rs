//! Finds the words of a query that other words stand for.
//!
//! In: a query's run of words, tokenized, and where a match may start and end. Out: [`Match`]es from the left, each the longest
//! at its place, with its forms. Forms are compared folded: script, width and case make no difference. Latin words of a longer
//! form match in any inflection, a form of one Latin word only as it is written. Forms found are not looked up again.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use polidex_analysis::fold::fold_text;
use polidex_analysis::units::Cut;

use crate::query::expand::groups::{Form, Group, KeyedForm, MAX_FORM_TOKENS, add_forms};
use crate::query::expand::keys::{
    KeyToken, NUMBER, adjacent_tokens, is_adjacent, key_tokens, push_token, source_of,
};
use crate::query::expand::numbers::{number_at, number_forms};
use crate::query::expand::tables::{Concept, GLOSSARY, LEXICON, SYNONYMS};

pub use crate::query::expand::groups::MAX_FORMS_PER_TERM;

/// Maximum number of forms of one kind that were learned by counting: the surest.
const MAX_LEARNED_FORMS: usize = 4;

/// Tables of words that stand for each other, ready to be looked up. Share it behind an `Arc`.
///
/// # Examples
/// ```
/// use polidex_analysis::units::cut_text;
/// use polidex_server::query::expand::expander::Expander;
///
/// let mut expander = Expander::default();
/// expander.add_synonyms(&[vec!["計劃".to_owned(), "方案".to_owned()]]);
///
/// let typed = "资助计划";
/// let matches = expander.find(typed, &cut_text(typed), |_| true);
/// assert_eq!(matches[0].variants, ["方案"]);
/// ```
#[derive(Default)]
pub struct Expander {
    groups: Vec<Group>,
    /// Forms by their key.
    literal: HashMap<String, Vec<FormId>>,
    /// Forms that hold numbers, by their key.
    patterns: HashMap<String, Vec<FormId>>,
    /// Number of tokens of the longest key, by its first token.
    longest: HashMap<String, usize>,
}

/// A form's group and its index in it.
#[derive(Clone, Copy)]
struct FormId {
    group: u32,
    form: u32,
}

/// A run of a query's words and the forms that stand for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Units that it covers.
    pub units: Range<usize>,
    /// Forms of the same language, the surest first.
    pub variants: Vec<String>,
    /// Forms of the other language.
    pub translations: Vec<String>,
    /// Shorter matches inside a run that was learned by counting: a phrase's translation in one text is only one way to say
    /// it. Empty for an entry of a glossary, which is a name and means what it says as a whole.
    pub parts: Vec<Match>,
}

impl Match {
    fn of(units: Range<usize>) -> Self {
        Self {
            units,
            variants: Vec::new(),
            translations: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds forms of the same language that are not there yet.
    pub fn add_variants(&mut self, forms: Vec<String>) {
        add_forms(&mut self.variants, forms, "");
    }
}

/// The program's own tables.
static OWN: LazyLock<Expander> = LazyLock::new(|| Expander::with_own_tables(&[], &[], true));

impl Expander {
    /// Returns the program's own tables, prepared once.
    pub fn own() -> &'static Self {
        &OWN
    }

    /// Returns an expander without tables.
    pub fn empty() -> &'static Self {
        static EMPTY: LazyLock<Expander> = LazyLock::new(Expander::default);
        &EMPTY
    }

    /// Prepares a user's groups of synonyms and concepts before the program's own, and the learned lexicon if it is wanted.
    pub fn with_own_tables(
        synonyms: &[Vec<String>],
        concepts: &[Concept],
        with_lexicon: bool,
    ) -> Self {
        let mut expander = Self::default();
        expander.add_synonyms(synonyms);
        expander.add_concepts(concepts, false);
        expander.add_concepts(&GLOSSARY, false);
        expander.add_synonyms(&SYNONYMS);
        if with_lexicon {
            expander.add_concepts(&LEXICON, true);
        }
        expander
    }

    /// Adds groups of words that mean the same in one language.
    pub fn add_synonyms(&mut self, groups: &[Vec<String>]) {
        for group in groups {
            self.add_group(group.iter(), false);
        }
    }

    /// Adds concepts: forms of two languages. Those that are learned were found by counting and match in the inflections of a
    /// noun or a verb.
    pub fn add_concepts(&mut self, concepts: &[Concept], is_learned: bool) {
        for concept in concepts {
            let chinese = concept.traditional.iter().chain(&concept.simplified);
            self.add_group(chinese.chain(&concept.english), is_learned);
        }
    }

    /// Adds a short name and the names that documents say it stands for. Only the short one is looked for: who types the long
    /// one has said what is meant. Letters are meant as they are written, for many acronyms are words in small letters.
    pub fn add_abbreviation(&mut self, short: &str, long: &[String]) {
        let Some(mut keyed) = KeyedForm::of(short).filter(|keyed| !keyed.is_pattern) else {
            return;
        };
        keyed.form.is_short |= !keyed.form.is_han;
        self.note_len(keyed.first_token, keyed.form.tokens);
        self.literal.entry(keyed.key).or_default().push(FormId {
            group: self.groups.len() as u32,
            form: 0,
        });
        let long = long.iter().filter_map(|text| KeyedForm::of(text));
        self.groups.push(Group {
            forms: std::iter::once(keyed.form)
                .chain(long.map(|keyed| keyed.form))
                .collect(),
            is_learned: false,
        });
    }

    /// Notes a form of so many tokens that begins with `first`.
    fn note_len(&mut self, first: String, tokens: usize) {
        let longest = self.longest.entry(first).or_default();
        *longest = (*longest).max(tokens);
    }

    fn add_group<'a>(&mut self, forms: impl Iterator<Item = &'a String>, is_learned: bool) {
        let mut group = Group {
            forms: Vec::new(),
            is_learned,
        };
        for keyed in forms.filter_map(|text| KeyedForm::of(text)) {
            if keyed.form.is_for_texts {
                group.forms.push(keyed.form);
                continue;
            }
            let table = if keyed.is_pattern {
                &mut self.patterns
            } else {
                &mut self.literal
            };
            table.entry(keyed.key).or_default().push(FormId {
                group: self.groups.len() as u32,
                form: group.forms.len() as u32,
            });
            self.note_len(keyed.first_token, keyed.form.tokens);
            group.forms.push(keyed.form);
        }
        self.groups.push(group);
    }

    fn group(&self, id: FormId) -> &Group {
        &self.groups[id.group as usize]
    }

    fn form(&self, id: FormId) -> &Form {
        &self.group(id).forms[id.form as usize]
    }

    /// Returns the runs of `cut` that other forms stand for, in order and disjoint: from the left, the longest first. A match
    /// starts and ends where `is_border` says that a word does, given the index of a unit (or their number, for the end).
    pub fn find(&self, typed: &str, cut: &Cut, is_border: impl Fn(usize) -> bool) -> Vec<Match> {
        let tokens = key_tokens(cut);
        let lookup = Lookup {
            expander: self,
            typed,
            cut,
            tokens: &tokens,
            is_border: &is_border,
        };
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some(longest) = lookup.longest_at(at) else {
                at += 1;
                continue;
            };
            let end = lookup.token_behind(longest.found.units.end);
            let mut best = longest.found;
            if longest.is_learned && !best.translations.is_empty() {
                best.parts = lookup.within(at..end).parts();
            }
            at = end;
            if !(best.variants.is_empty() && best.translations.is_empty()) {
                found.push(best);
            }
        }
        found
    }
}

/// A query's run of words, to be looked up in the tables.
#[derive(Clone, Copy)]
struct Lookup<'a> {
    expander: &'a Expander,
    typed: &'a str,
    cut: &'a Cut,
    tokens: &'a [KeyToken],
    is_border: &'a dyn Fn(usize) -> bool,
}

/// Forms whose key stands in the query.
struct FormsFound {
    /// Unit behind the last one.
    end: usize,
    forms: Vec<FormId>,
    /// Numbers of a pattern in the order in which they stand.
    numbers: Vec<u64>,
}

/// A match that may have to give way to a longer one.
struct Longest {
    found: Match,
    is_learned: bool,
}

impl<'a> Lookup<'a> {
    /// Returns a lookup limited to some of the tokens.
    fn within(self, tokens: Range<usize>) -> Self {
        Self {
            tokens: &self.tokens[tokens],
            ..self
        }
    }

    /// Returns the index of the first token that starts at `unit` or behind it.
    fn token_behind(&self, unit: usize) -> usize {
        self.tokens
            .partition_point(|token| token.units.start < unit)
    }

    /// Returns the translated matches that the tokens, a match by themselves, are made of: from the left, the longest first,
    /// none of them the whole.
    fn parts(&self) -> Vec<Match> {
        let mut parts = Vec::new();
        let len = self.tokens.len();
        let mut at = 0;
        while at < len && len > 1 {
            let until = if at == 0 { len - 1 } else { len };
            let Some(longest) = self.within(0..until).longest_at(at) else {
                at += 1;
                continue;
            };
            at = self.token_behind(longest.found.units.end);
            if !longest.found.translations.is_empty() {
                parts.push(longest.found);
            }
        }
        parts
    }

    /// Returns the longest match that starts at token `at`.
    fn longest_at(&self, at: usize) -> Option<Longest> {
        let start = self.tokens[at].units.start;
        if !(self.is_border)(start) {
            return None;
        }
        let literal = self.literal_at(at).map(|found| Longest {
            is_learned: found
                .forms
                .iter()
                .all(|id| self.expander.group(*id).is_learned),
            found: self.match_of(start, &found),
        });
        let pattern = self
            .pattern_at(at)
            .map(|found| Longest::certain(self.match_of(start, &found)));
        let number = self.number_at(start).map(Longest::certain);
        [literal, pattern, number]
            .into_iter()
            .flatten()
            .reduce(Longest::or)
    }

    /// Returns the longest forms without numbers that start at token `at`.
    fn literal_at(&self, at: usize) -> Option<FormsFound> {
        let first = &self.tokens[at];
        let limit = *self.expander.longest.get(&first.text)?;
        let mut key = String::new();
        let mut found = None;
        for token in adjacent_tokens(self.cut, self.tokens, at, limit) {
            push_token(&mut key, &token.text);
            let end = token.units.end;
            if !(self.is_border)(end) {
                continue;
            }
            let forms = self.forms_of(&key, first.units.start..end);
            if !forms.is_empty() {
                found = Some(FormsFound {
                    end,
                    forms,
                    numbers: Vec::new(),
                });
            }
        }
        found
    }

    /// Returns the forms of `key` that the units mean.
    fn forms_of(&self, key: &str, units: Range<usize>) -> Vec<FormId> {
        let Some(forms) = self.expander.literal.get(key) else {
            return Vec::new();
        };
        let typed = &self.typed[source_of(self.cut, units)];
        let is_meant = |id: &&FormId| {
            let form = self.expander.form(**id);
            form.is_meant_by(typed, self.expander.group(**id).is_learned)
        };
        forms.iter().filter(is_meant).copied().collect()
    }

    /// Returns the longest forms with numbers that start at token `at`.
    fn pattern_at(&self, at: usize) -> Option<FormsFound> {
        let mut key = String::new();
        let mut numbers = Vec::new();
        let mut best = None;
        let mut index = at;
        for count in 1..=MAX_FORM_TOKENS {
            let Some(token) = self.tokens.get(index) else {
                break;
            };
            if index > at && !is_adjacent(self.cut, &self.tokens[index - 1], token) {
                break;
            }
            let end = self.push_pattern_token(token, &mut key, &mut numbers);
            index = self.token_behind(end);
            if count == 1 && !self.expander.longest.contains_key(&key) {
                break;
            }
            if !numbers.is_empty()
                && (self.is_border)(end)
                && let Some(forms) = self.expander.patterns.get(&key)
            {
                best = Some(FormsFound {
                    end,
                    forms: forms.clone(),
                    numbers: numbers.clone(),
                });
            }
        }
        best
    }

    /// Appends a token, or the number that starts with it, to the key of a pattern and returns the unit behind it.
    fn push_pattern_token(
        &self,
        token: &KeyToken,
        key: &mut String,
        numbers: &mut Vec<u64>,
    ) -> usize {
        match number_at(self.cut, token.units.start) {
            Some((number, end)) => {
                numbers.push(number);
                push_token(key, NUMBER);
                end
            }
            None => {
                push_token(key, &token.text);
                token.units.end
            }
        }
    }

    /// Returns the number that starts at unit `start` as a match.
    fn number_at(&self, start: usize) -> Option<Match> {
        let numbers = number_forms(self.typed, self.cut, start);
        let numbers = numbers
            .into_iter()
            .find(|number| (self.is_border)(number.units.end))?;
        let folded = self.folded(numbers.units.clone());
        let mut found = Match::of(numbers.units);
        add_forms(&mut found.variants, numbers.variants, &folded);
        add_forms(&mut found.translations, numbers.translations, &folded);
        Some(found)
    }

    fn match_of(&self, start: usize, forms: &FormsFound) -> Match {
        let units = start..forms.end;
        let folded = self.folded(units.clone());
        let mut found = Match::of(units);
        for id in &forms.forms {
            let group = self.expander.group(*id);
            let typed = self.expander.form(*id);
            for (index, other) in group.forms.iter().enumerate() {
                let into = if other.is_han == typed.is_han {
                    &mut found.variants
                } else {
                    &mut found.translations
                };
                let is_same = index as u32 == id.form && forms.numbers.is_empty();
                let is_full = group.is_learned && into.len() >= MAX_LEARNED_FORMS;
                if !is_same && !is_full && typed.expands_to(other) {
                    add_forms(into, other.filled(typed, &forms.numbers), &folded);
                }
            }
        }
        found
    }

    fn folded(&self, units: Range<usize>) -> String {
        fold_text(&self.typed[source_of(self.cut, units)]).text
    }
}

impl Longest {
    fn certain(found: Match) -> Self {
        Self {
            found,
            is_learned: false,
        }
    }

    /// Returns the longer of two matches; for equally long ones a match with the forms of both.
    fn or(mut self, other: Self) -> Self {
        match self.found.units.end.cmp(&other.found.units.end) {
            Ordering::Greater => self,
            Ordering::Less => other,
            Ordering::Equal => {
                add_forms(&mut self.found.variants, other.found.variants, "");
                add_forms(&mut self.found.translations, other.found.translations, "");
                self.is_learned &= other.is_learned;
                self
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use polidex_analysis::units::cut_text;

    use super::*;

    fn found(typed: &str) -> String {
        let expander = Expander::with_own_tables(&[], &[], false);
        let cut = cut_text(typed);
        let matches = expander.find(typed, &cut, |_| true);
        let show = |found: &Match| {
            format!(
                "{}={}/{}",
                &typed[source_of(&cut, found.units.clone())],
                found.variants.join(","),
                found.translations.join(",")
            )
        };
        matches.iter().map(show).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn words_find_what_stands_for_them() {
        let cases = [
            ("計畫", "計畫=計劃/"),
            ("资讯", "资讯=信息/"),
            ("GBA", "GBA=Guangdong-Hong Kong-Macao Greater Bay Area"),
            ("gba", "gba=Guangdong-Hong Kong-Macao Greater Bay Area"),
            ("the Financial Secretary", "Financial Secretary=/財政司司長"),
            ("Cap. 614", "Cap. 614=Chapter 614/第614章,第六百一十四章"),
            ("cap 614", "cap 614="),
            ("第614章", "第614章=第六百一十四章/Cap. 614,Chapter 614"),
            (
                "第二十三條",
                "第二十三條=第23條,第廿三條/section 23,Article 23,Art. 23",
            ),
            ("fs", ""),
        ];
        for (typed, expected) in cases {
            let found = found(typed);
            if expected.is_empty() {
                assert_eq!(found, "", "{typed}");
            } else {
                assert!(found.starts_with(expected), "{typed}: {found}");
            }
        }
    }

    #[test]
    fn an_abbreviation_is_looked_for_by_its_short_name_only() {
        let mut expander = Expander::default();
        expander.add_abbreviation("證監會", &["證券監督管理委員會".to_owned()]);
        expander.add_abbreviation("CARE", &["Council for Aid and Relief".to_owned()]);
        let variants = |typed: &str| {
            let found = expander.find(typed, &cut_text(typed), |_| true);
            found
                .into_iter()
                .flat_map(|found| found.variants)
                .collect::<Vec<_>>()
        };
        assert_eq!(variants("证监会"), ["證券監督管理委員會"]);
        assert_eq!(variants("CARE"), ["Council for Aid and Relief"]);
        for typed in ["care", "證券監督管理委員會", "Council for Aid and Relief"] {
            assert!(variants(typed).is_empty(), "{typed}");
        }
    }

    #[test]
    fn a_clause_mark_parts_words() {
        assert_eq!(found("新質，生產力"), "");
        assert!(found("新質生產力").contains("new quality productive forces"));
    }

    #[test]
    fn the_longest_form_wins_and_forms_are_bounded() {
        let many: Vec<String> = (0..100).map(|number| format!("form{number}x")).collect();
        let groups = [
            many,
            vec!["甲乙".to_owned(), "丙丁".to_owned()],
            vec!["甲乙丙".to_owned(), "戊".to_owned()],
        ];
        let expander = Expander::with_own_tables(&groups, &[], false);
        let cut = cut_text("甲乙丙");
        assert_eq!(expander.find("甲乙丙", &cut, |_| true)[0].variants, ["戊"]);
        let cut = cut_text("form7x");
        assert_eq!(
            expander.find("form7x", &cut, |_| true)[0].variants.len(),
            MAX_FORMS_PER_TERM
        );
    }
}
