//! Finds the words of a query that other words stand for.
//!
//! In: a query's run of words, cut, and where a match may begin and end. Out: [`Match`]es, the longest first from the left,
//! each with its forms. Forms are compared folded: script, width and case make no difference, Latin words of a longer form
//! match in any inflection, a form of one Latin word as it is written. What is found is never looked up again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use polidex_analysis::fold::fold_text;
use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::query::expand::numbers::{notations, number_at, number_forms};
use crate::query::expand::tables::{Concept, GLOSSARY, LEXICON, SYNONYMS};

/// Most forms of one kind for one run of words.
pub const MAX_FORMS_PER_TERM: usize = 8;
/// Most of them that were learned by counting: the surest.
const MAX_LEARNED_FORMS: usize = 4;
/// Most words of a form that is looked for in queries.
const MAX_FORM_TOKENS: usize = 24;
/// Stands for a number in the key of a pattern; no folded text holds it.
const NUMBER: &str = "\u{1}";
/// Parts the tokens of a key.
const BETWEEN: char = '\u{2}';

/// Tables of words that stand for each other, ready to be looked up. Share it behind an `Arc`.
#[derive(Default)]
pub struct Expander {
    groups: Vec<Group>,
    /// By key: which form of which group.
    literal: HashMap<String, Vec<(u32, u32)>>,
    patterns: HashMap<String, Vec<(u32, u32)>>,
    /// For the first token of any form the most tokens a form has that begins so.
    longest: HashMap<String, usize>,
}

/// Forms that all stand for each other.
struct Group {
    forms: Vec<Form>,
    /// Learned by counting: words match in any inflection.
    is_learned: bool,
}

struct Form {
    text: String,
    folded: String,
    is_han: bool,
    tokens: usize,
    /// An abbreviation of two letters: too many things are called so to look for it, or to take it for one when typed small.
    is_short: bool,
}

/// A pattern in a query: the unit behind it, the forms it is, its numbers in their order.
struct PatternFound {
    end: usize,
    forms: Vec<(u32, u32)>,
    numbers: Vec<u64>,
}

/// A run of a query's words and what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The units it covers.
    pub units: Range<usize>,
    /// Forms of the same language, the surest first.
    pub variants: Vec<String>,
    /// Forms of the other language.
    pub translations: Vec<String>,
    /// Of a run that was learned by counting, the shorter ones it is made of: what a phrase is called in one text is no more
    /// than one way to call it. Of an entry of a glossary none: it is a name, and means what it says as a whole.
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
}

/// The program's own tables.
static OWN: LazyLock<Expander> = LazyLock::new(|| Expander::with_own_tables(&[], &[], true));

impl Expander {
    /// The program's own tables, prepared once.
    pub fn own() -> &'static Self {
        &OWN
    }

    /// No tables at all.
    pub fn empty() -> &'static Self {
        static EMPTY: LazyLock<Expander> = LazyLock::new(Expander::default);
        &EMPTY
    }

    /// A user's groups of synonyms and concepts before the program's own, and the learned lexicon if it is wanted.
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

    /// Adds concepts: forms of two languages. `is_learned` ones were found by counting and match in any inflection.
    pub fn add_concepts(&mut self, concepts: &[Concept], is_learned: bool) {
        for concept in concepts {
            self.add_group(
                concept
                    .traditional
                    .iter()
                    .chain(&concept.simplified)
                    .chain(&concept.english),
                is_learned,
            );
        }
    }

    fn add_group<'a>(&mut self, forms: impl Iterator<Item = &'a String>, is_learned: bool) {
        let group = self.groups.len() as u32;
        let mut kept: Vec<Form> = Vec::new();
        for text in forms {
            let is_pattern = text.contains("{n}") || text.contains("{m}");
            let cut = cut_text(&text.replace("{n}", "7777").replace("{m}", "7777"));
            let tokens = tokens_of(&cut);
            if tokens.is_empty() || tokens.len() > MAX_FORM_TOKENS {
                continue;
            }
            let key = |token: &Token| {
                if is_pattern && token.text == "7777" {
                    NUMBER.to_owned()
                } else {
                    token.text.clone()
                }
            };
            let keys: Vec<String> = tokens.iter().map(key).collect();
            let form = (group, kept.len() as u32);
            let table = if is_pattern {
                &mut self.patterns
            } else {
                &mut self.literal
            };
            table.entry(join(&keys)).or_default().push(form);
            let longest = self.longest.entry(keys[0].clone()).or_default();
            *longest = (*longest).max(keys.len());
            let is_han = cut
                .units()
                .iter()
                .any(|unit| unit.kind == UnitKind::Ideograph);
            let folded = fold_text(text).text;
            let is_short = !is_han
                && tokens.len() == 1
                && folded.chars().filter(|c| c.is_alphanumeric()).count() <= 2
                && !folded.contains('&');
            kept.push(Form {
                text: text.clone(),
                folded,
                is_han,
                tokens: tokens.len(),
                is_short,
            });
        }
        self.groups.push(Group {
            forms: kept,
            is_learned,
        });
    }

    /// The runs of `cut` that other forms stand for, in order and disjoint: from the left, the longest first. A match begins
    /// and ends where `is_border` says a word does, given the index of a unit (or their number, for the end).
    pub fn find(&self, typed: &str, cut: &Cut, is_border: impl Fn(usize) -> bool) -> Vec<Match> {
        let tokens = tokens_of(cut);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let start = tokens[at].units.start;
            let best = if is_border(start) {
                self.longest_at(typed, cut, &tokens, at, &is_border)
            } else {
                None
            };
            let Some((mut best, is_learned)) = best else {
                at += 1;
                continue;
            };
            let end = tokens.partition_point(|token| token.units.start < best.units.end);
            if is_learned && !best.translations.is_empty() {
                best.parts = self.parts(typed, cut, &tokens[at..end], &is_border);
            }
            at = end;
            if !(best.variants.is_empty() && best.translations.is_empty()) {
                found.push(best);
            }
        }
        found
    }

    /// What `tokens`, a match by themselves, are made of: from the left, the longest first, none of them the whole.
    fn parts(
        &self,
        typed: &str,
        cut: &Cut,
        tokens: &[Token],
        is_border: &impl Fn(usize) -> bool,
    ) -> Vec<Match> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < tokens.len() && tokens.len() > 1 {
            let until = if at == 0 {
                tokens.len() - 1
            } else {
                tokens.len()
            };
            let is_start = is_border(tokens[at].units.start);
            let best = if is_start {
                self.longest_at(typed, cut, &tokens[..until], at, is_border)
            } else {
                None
            };
            match best {
                Some((part, _)) => {
                    at = tokens.partition_point(|token| token.units.start < part.units.end);
                    parts.extend((!part.translations.is_empty()).then_some(part));
                }
                None => at += 1,
            }
        }
        parts
    }

    fn longest_at(
        &self,
        typed: &str,
        cut: &Cut,
        tokens: &[Token],
        at: usize,
        is_border: &impl Fn(usize) -> bool,
    ) -> Option<(Match, bool)> {
        let start = tokens[at].units.start;
        let mut best: Option<Match> = None;
        let mut is_learned = false;
        let longest = self.longest.get(&tokens[at].text).copied().unwrap_or(0);
        let run = adjacent_tokens(cut, tokens, at, longest);
        let mut key = String::new();
        let mut literal = None;
        for (index, token) in run.iter().enumerate() {
            if index > 0 {
                key.push(BETWEEN);
            }
            key.push_str(&token.text);
            if is_border(token.units.end)
                && let Some(forms) = self.literal.get(&key)
            {
                let source = source_of(cut, start..token.units.end);
                let fits = |form: &&(u32, u32)| self.fits(**form, &typed[source.clone()]);
                let forms: Vec<(u32, u32)> = forms.iter().filter(fits).copied().collect();
                if !forms.is_empty() {
                    literal = Some((token.units.end, forms));
                }
            }
        }
        if let Some((end, forms)) = literal {
            is_learned = forms
                .iter()
                .all(|(group, _)| self.groups[*group as usize].is_learned);
            best = Some(self.match_of(typed, cut, start..end, &forms, &[]));
        }
        if let Some(PatternFound {
            end,
            forms,
            numbers,
        }) = self.pattern_at(cut, tokens, at, is_border)
        {
            is_learned &= best.as_ref().is_some_and(|best| best.units.end > end);
            longer(
                &mut best,
                self.match_of(typed, cut, start..end, &forms, &numbers),
            );
        }
        if let Some(numbers) =
            number_forms(cut, start).filter(|numbers| is_border(numbers.units.end))
        {
            let folded = fold_text(&typed[source_of(cut, numbers.units.clone())]).text;
            is_learned &= best
                .as_ref()
                .is_some_and(|best| best.units.end > numbers.units.end);
            let mut found = Match::of(numbers.units);
            add_forms(&mut found.variants, numbers.variants, &folded);
            add_forms(&mut found.translations, numbers.translations, &folded);
            longer(&mut best, found);
        }
        Some((best?, is_learned))
    }

    /// Whether what was typed may stand for a form of its key: one Latin word is meant as it is written, an abbreviation of
    /// two letters in capitals.
    fn fits(&self, (group, form): (u32, u32), typed: &str) -> bool {
        let group = &self.groups[group as usize];
        let form = &group.forms[form as usize];
        if form.is_han || form.tokens > 1 || group.is_learned {
            return true;
        }
        if form.is_short {
            return typed == form.text;
        }
        let folded = fold_text(typed).text;
        let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
        folded == form.folded
            || is_plural(&folded, &form.folded)
            || is_plural(&form.folded, &folded)
    }

    /// The longest pattern that begins at token `at`: its end, its forms, the numbers in their order.
    fn pattern_at(
        &self,
        cut: &Cut,
        tokens: &[Token],
        at: usize,
        is_border: &impl Fn(usize) -> bool,
    ) -> Option<PatternFound> {
        let mut best = None;
        let mut key = String::new();
        let mut numbers = Vec::new();
        let mut index = at;
        let mut count = 0;
        while index < tokens.len() && count < MAX_FORM_TOKENS {
            if index > at && !is_adjacent(cut, &tokens[index - 1], &tokens[index]) {
                break;
            }
            let token = &tokens[index];
            let end = match number_at(cut, token.units.start) {
                Some((number, end)) => {
                    numbers.push(number);
                    push_token(&mut key, NUMBER);
                    index = tokens.partition_point(|token| token.units.start < end);
                    end
                }
                None => {
                    push_token(&mut key, &token.text);
                    index += 1;
                    token.units.end
                }
            };
            count += 1;
            if count == 1 && !self.longest.contains_key(key.as_str()) {
                break;
            }
            if !numbers.is_empty()
                && is_border(end)
                && let Some(forms) = self.patterns.get(&key)
            {
                best = Some(PatternFound {
                    end,
                    forms: forms.clone(),
                    numbers: numbers.clone(),
                });
            }
        }
        best
    }

    fn match_of(
        &self,
        typed: &str,
        cut: &Cut,
        units: Range<usize>,
        forms: &[(u32, u32)],
        numbers: &[u64],
    ) -> Match {
        let source = source_of(cut, units.clone());
        let folded = fold_text(&typed[source]).text;
        let mut found = Match::of(units);
        for (group, form) in forms {
            let group = &self.groups[*group as usize];
            let matched = &group.forms[*form as usize];
            for (index, other) in group.forms.iter().enumerate() {
                let into = if other.is_han == matched.is_han {
                    &mut found.variants
                } else {
                    &mut found.translations
                };
                let is_same = index as u32 == *form && numbers.is_empty();
                // Who types `I&T` means that name; its long form is found by who asks for it.
                let is_spelt_out = matched.folded.contains('&') && !other.is_han;
                let is_too_many = group.is_learned && into.len() >= MAX_LEARNED_FORMS;
                if is_same || is_spelt_out || other.is_short || is_too_many {
                    continue;
                }
                add_forms(into, filled(&matched.text, other, numbers), &folded);
            }
        }
        found
    }
}

/// Keeps the longer of two matches; of two equally long ones both.
fn longer(best: &mut Option<Match>, other: Match) {
    match best {
        Some(one) if one.units.end > other.units.end => {}
        Some(one) if one.units.end == other.units.end => {
            add_forms(&mut one.variants, other.variants, "");
            add_forms(&mut one.translations, other.translations, "");
        }
        _ => *best = Some(other),
    }
}

/// Adds forms that are not there yet, whatever their script, and not what was typed.
fn add_forms(into: &mut Vec<String>, forms: Vec<String>, typed_folded: &str) {
    let mut seen: HashSet<String> = into.iter().map(|form| fold_text(form).text).collect();
    for form in forms {
        let folded = fold_text(&form).text;
        if into.len() < MAX_FORMS_PER_TERM && folded != typed_folded && seen.insert(folded) {
            into.push(form);
        }
    }
}

/// A form with its numbers put in, in every notation of its language; the numbers are named in the order of `matched`.
fn filled(matched: &str, form: &Form, numbers: &[u64]) -> Vec<String> {
    if numbers.is_empty() {
        return vec![form.text.clone()];
    }
    let mut names: Vec<(usize, &str)> = ["{n}", "{m}"]
        .into_iter()
        .filter_map(|name| Some((matched.find(name)?, name)))
        .collect();
    names.sort_unstable();
    let mut texts = vec![form.text.clone()];
    for ((_, name), number) in names.into_iter().zip(numbers) {
        let notations = if form.is_han {
            notations(*number)
        } else {
            vec![number.to_string()]
        };
        let fill = |text: &String| {
            notations
                .iter()
                .map(|number| text.replace(name, number))
                .collect::<Vec<_>>()
        };
        texts = texts.iter().flat_map(fill).collect();
    }
    texts
}

/// What forms and queries are compared by: an ideograph, a number without its thousands' marks, a stem, a compound.
struct Token {
    text: String,
    units: Range<usize>,
}

fn tokens_of(cut: &Cut) -> Vec<Token> {
    let units = cut.units();
    let mut joined = cut.joined().iter().peekable();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < units.len() {
        if let Some(compound) = joined.next_if(|compound| compound.first_unit == at) {
            tokens.push(Token {
                text: cut.joined_text(compound).to_owned(),
                units: at..at + compound.unit_count,
            });
            at += compound.unit_count;
            continue;
        }
        let text = cut.text(&units[at]);
        let is_possessive = units[at].after_apostrophe && text == "s";
        match units[at].kind {
            UnitKind::Mark => {}
            UnitKind::Word if is_possessive => {}
            UnitKind::Word => tokens.push(Token {
                text: stem(text),
                units: at..at + 1,
            }),
            UnitKind::Number => tokens.push(Token {
                text: text.replace(',', ""),
                units: at..at + 1,
            }),
            UnitKind::Ideograph => tokens.push(Token {
                text: text.to_owned(),
                units: at..at + 1,
            }),
        }
        at += 1;
    }
    tokens
}

/// At most `most` tokens from `at` on with nothing but a point of an abbreviation between them.
fn adjacent_tokens<'a>(cut: &Cut, tokens: &'a [Token], at: usize, most: usize) -> &'a [Token] {
    let mut end = at;
    while end < tokens.len()
        && end - at < most
        && (end == at || is_adjacent(cut, &tokens[end - 1], &tokens[end]))
    {
        end += 1;
    }
    &tokens[at..end]
}

fn is_adjacent(cut: &Cut, before: &Token, after: &Token) -> bool {
    let units = cut.units();
    let between = &units[before.units.end..after.units.start];
    let are_light = between
        .iter()
        .all(|unit| unit.kind != UnitKind::Mark || cut.text(unit) == ".");
    let distance = units[after.units.start].position - units[before.units.end - 1].position;
    are_light && distance as usize == between.len() + 1
}

fn push_token(key: &mut String, token: &str) {
    if !key.is_empty() {
        key.push(BETWEEN);
    }
    key.push_str(token);
}

fn join(keys: &[String]) -> String {
    let mut key = String::new();
    for token in keys {
        push_token(&mut key, token);
    }
    key
}

fn source_of(cut: &Cut, units: Range<usize>) -> Range<usize> {
    let all = cut.units();
    all[units.start].source().start..all[units.end - 1].source().end
}

#[cfg(test)]
mod tests {
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
