//! Spellings of words that no table lists: solid, with a hyphen and apart (*cooperation*, *co-operation*; *COVID-19*, *covid19*),
//! and Chinese words with another form of a part (產品質量, 產品品質).
//!
//! In: a run of words and the matches found in tables. Out: those matches with the other spellings; of Latin words those that
//! the index knows. A hyphen parts words in the index, so a word apart is a phrase of its parts.

use std::ops::Range;

use polidex_analysis::fold::fold_text;
use polidex_analysis::function_words::is_function_word;
use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, Unit, UnitKind, cut_text};

use crate::query::expand::expander::Match;
use crate::query::plan::node::{Field, placed_terms};
use crate::query::plan::planner::Planner;
use crate::query::plan::typed::source_of;

/// Minimum length of both parts of a word taken apart. Shorter parts are mostly other words: *important*, *another*.
const MIN_PART_LEN: usize = 4;
/// Minimum length of a Chinese word that has parts, and of a part.
const MIN_LONG_WORD: usize = 4;
const MIN_HAN_PART: usize = 2;
/// Maximum number of letters of an acronym within a Chinese word.
const MAX_ACRONYM: usize = 5;
/// Maximum number of other forms of the last word of a term with another spelling of a part.
const MAX_TAILS: usize = 3;
/// Maximum number of parts that are written solid.
const MAX_PARTS: usize = 3;
/// Beginnings that are written with a hyphen or solid, and are no words of their own; sorted.
const PREFIXES: [&str; 38] = [
    "anti", "audio", "auto", "bi", "bio", "co", "counter", "cyber", "de", "e", "eco", "electro",
    "ex", "extra", "geo", "hydro", "infra", "inter", "intra", "macro", "mega", "micro", "mini",
    "mono", "multi", "nano", "non", "photo", "poly", "post", "pre", "pseudo", "quasi", "re",
    "semi", "socio", "sub", "ultra",
];
/// Words whose parts are words of another meaning; by their first part.
const MISLEADING_PARTS: [&str; 12] = [
    "with", "under", "over", "fore", "there", "where", "here", "some", "every", "after", "self",
    "them",
];

/// Adds matches to others that go before them: forms of the same units are joined; what overlaps otherwise is left out.
pub(super) fn merge(all: &mut Vec<Match>, more: Vec<Match>) {
    for found in more {
        let overlaps = |other: &Match| {
            other.units.start < found.units.end && found.units.start < other.units.end
        };
        match all.iter_mut().find(|other| overlaps(other)) {
            None => all.push(found),
            Some(same) if same.units == found.units => same.add_variants(found.variants),
            Some(_) => {}
        }
    }
    all.sort_by_key(|found| found.units.start);
}

impl Planner<'_> {
    /// Returns `matches` with the other spellings of Latin words, in order.
    pub(super) fn with_spellings(
        &self,
        text: &str,
        cut: &Cut,
        words: &[Range<usize>],
        matches: Vec<Match>,
    ) -> Vec<Match> {
        let mut all = matches;
        // A run that a table knows as a whole has parts with other forms as well.
        let runs = all.iter().map(|found| source_of(cut, found.units.clone()));
        let runs: Vec<Range<usize>> = runs.collect();
        let inside = words
            .iter()
            .filter(|word| !runs.contains(word))
            .chain(&runs);
        let inside = inside.filter_map(|word| self.with_other_part(text, cut, word));
        let inside: Vec<Match> = inside.collect();
        for spelled in self.spellings(text, cut) {
            self.add_spelling(&mut all, spelled, text, cut);
        }
        merge(&mut all, inside);
        all
    }

    /// Adds another spelling of some words to the matches of tables. A known term of which they are a part has it as well:
    /// *subdivided flats* is *sub-divided flats*. Where they are more than a term, or overlap it, they go before it: *post-secondary
    /// education* is no *secondary education*.
    fn add_spelling(&self, all: &mut Vec<Match>, spelled: Match, text: &str, cut: &Cut) {
        let overlaps = |other: &Match| {
            other.units.start < spelled.units.end && spelled.units.start < other.units.end
        };
        let mut units = spelled.units.clone();
        for other in all.iter().filter(|other| overlaps(other)) {
            units.start = units.start.min(other.units.start);
            units.end = units.end.max(other.units.end);
        }
        let whole = source_of(cut, units.clone());
        let inner = source_of(cut, spelled.units.clone());
        let head = &text[whole.start..inner.start];
        let tails = self.tails(&text[inner.end..whole.end]);
        let with = |form: &String| {
            let form = format!("{head}{form}");
            let longer = tails.iter().map(move |tail| format!("{form}{tail}"));
            longer.collect::<Vec<String>>()
        };
        let forms: Vec<String> = spelled.variants.iter().flat_map(with).collect();
        match all.iter_mut().find(|other| other.units == units) {
            Some(known) => known.add_variants(forms),
            None => {
                all.retain(|other| !overlaps(other));
                all.push(spelling(units, forms));
            }
        }
        all.sort_by_key(|found| found.units.start);
    }

    /// What follows a word in a term, as typed and with its last word in its other forms: the forms of a term are phrases.
    fn tails(&self, tail: &str) -> Vec<String> {
        let mut tails = vec![tail.to_owned()];
        if let Some((before, last)) = tail.rsplit_once(' ') {
            let forms = self.inflections(&fold_text(last).text);
            let others = forms.iter().skip(1).take(MAX_TAILS);
            tails.extend(others.map(|form| format!("{before} {form}")));
        }
        tails
    }

    /// Returns a Chinese word with each other form of a part of it. What is left of the word is a word as well.
    fn with_other_part(&self, text: &str, cut: &Cut, word: &Range<usize>) -> Option<Match> {
        let typed = text.get(word.clone())?;
        let inside = cut_text(typed);
        let count = inside.units().len();
        let is_han = |unit: &Unit| unit.kind == UnitKind::Ideograph;
        if count < MIN_LONG_WORD || !inside.units().iter().all(is_han) {
            return None;
        }
        let mut forms = Vec::new();
        for middle in MIN_HAN_PART..=count - MIN_HAN_PART {
            let (head, tail) = typed.split_at(inside.units()[middle].source().start);
            // 沙盒 stands for 監管沙盒, and behind 監管 for itself.
            let heads = self.variants_of(head);
            let heads =
                heads.filter(|form| !repeats(form.strip_prefix(head), |x| tail.starts_with(x)));
            forms.extend(heads.map(|form| format!("{form}{tail}")));
            let tails = self.variants_of(tail);
            let tails =
                tails.filter(|form| !repeats(form.strip_suffix(tail), |x| head.ends_with(x)));
            forms.extend(tails.map(|form| format!("{head}{form}")));
        }
        // With Latin letters only what stands somewhere: 生成式AI.
        forms.retain(|form| !has_letters(form) || self.stands(form));
        let starts = |unit: &Unit| unit.source().start == word.start;
        let first = cut.units().iter().position(starts)?;
        (!forms.is_empty()).then(|| spelling(first..first + count, forms))
    }

    /// Returns the other forms of a whole text; among them its short name in Latin letters, which stands within Chinese words:
    /// 生成式AI.
    fn variants_of(&self, text: &str) -> impl Iterator<Item = String> + use<> {
        let cut = cut_text(text);
        let count = cut.units().len();
        let found = self.allowed.expander.find(text, &cut, |_| true);
        let whole = found
            .into_iter()
            .find(move |found| found.units == (0..count));
        whole.into_iter().flat_map(|found| {
            let short = found
                .translations
                .into_iter()
                .filter(|form| is_acronym(form));
            found.variants.into_iter().chain(short)
        })
    }

    /// Returns the other spellings that the index knows, from the left and disjoint.
    fn spellings(&self, text: &str, cut: &Cut) -> Vec<Match> {
        let units = cut.units();
        let mut found = Vec::new();
        let mut at = 0;
        while at < units.len() {
            let spelling = self
                .written_solid(text, cut, at)
                .or_else(|| self.taken_apart(cut, at))
                .or_else(|| self.possessive(cut, at));
            at = spelling
                .as_ref()
                .map_or(at + 1, |spelling: &Match| spelling.units.end);
            found.extend(spelling);
        }
        found
    }

    /// Returns the solid spelling of words parted by hyphens or spaces: the most parts first.
    fn written_solid(&self, text: &str, cut: &Cut, at: usize) -> Option<Match> {
        (2..=MAX_PARTS).rev().find_map(|count| {
            let parts = cut.units().get(at..at + count)?;
            if !may_be_one(text, cut, parts) {
                return None;
            }
            let solid: String = parts.iter().map(|unit| cut.text(unit)).collect();
            let is_word = !solid.bytes().all(|byte| byte.is_ascii_digit());
            let is_known = self.vocabulary.doc_freq(Field::Words, &stem(&solid)) > 0;
            (is_word && is_known).then(|| spelling(at..at + count, vec![solid]))
        })
    }

    /// Returns the spellings of one word in two parts.
    fn taken_apart(&self, cut: &Cut, at: usize) -> Option<Match> {
        let unit = cut.units().get(at)?;
        let word = cut.text(unit);
        if unit.kind != UnitKind::Word || !word.is_ascii() {
            return None;
        }
        let apart = (1..word.len()).flat_map(|middle| {
            let (head, tail) = word.split_at(middle);
            let tails = if may_part(head, tail) {
                vec![tail.to_owned(), format!("{tail}s")]
            } else {
                Vec::new()
            };
            tails.into_iter().map(move |tail| (head, tail))
        });
        let known = apart.filter(|(head, tail)| self.is_known(head) && self.is_known(tail));
        let forms: Vec<String> = known.map(|(head, tail)| format!("{head} {tail}")).collect();
        (!forms.is_empty()).then(|| spelling(at..at + 1, forms))
    }

    /// Returns a possessive that was typed without its apostrophe, where the stem does not tell: *womens*.
    fn possessive(&self, cut: &Cut, at: usize) -> Option<Match> {
        let unit = cut.units().get(at)?;
        let word = cut.text(unit);
        let owner = word.strip_suffix('s').filter(|owner| owner.len() > 2)?;
        let is_other = unit.kind == UnitKind::Word && stem(owner) != stem(word);
        let form = format!("{owner}'s");
        let terms = placed_terms(&cut_text(&form));
        let stands = is_other && self.vocabulary.has_phrase(Field::Grams, &terms);
        stands.then(|| spelling(at..at + 1, vec![form]))
    }

    fn is_known(&self, word: &str) -> bool {
        self.vocabulary.doc_freq(Field::Grams, word) > 0
    }
}

/// Returns true for a few letters in capitals, an *o* or an *s* among them: *AI*, *IoT*.
fn is_acronym(form: &str) -> bool {
    let capitals = form.bytes().filter(u8::is_ascii_uppercase).count();
    form.len() <= MAX_ACRONYM
        && form.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && capitals >= 2
        && capitals + 1 >= form.len()
}

fn has_letters(form: &str) -> bool {
    form.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns true where what a form adds to a part stands beside the part already.
fn repeats(added: Option<&str>, stands_beside: impl Fn(&str) -> bool) -> bool {
    added.is_some_and(stands_beside)
}

fn spelling(units: Range<usize>, variants: Vec<String>) -> Match {
    Match {
        units,
        variants,
        translations: Vec::new(),
        parts: Vec::new(),
    }
}

fn is_part(unit: &Unit) -> bool {
    matches!(unit.kind, UnitKind::Word | UnitKind::Number) && !unit.after_apostrophe
}

/// Returns whether nothing but a hyphen stands between two units.
fn is_hyphen(text: &str, pair: &[Unit]) -> bool {
    matches!(between(text, pair), Some("-" | "‐" | "‑" | "–" | "－"))
}

/// Returns whether nothing but blanks stand between two units: the parts of `I&T` are no words apart.
fn is_blank(text: &str, pair: &[Unit]) -> bool {
    between(text, pair).is_some_and(|between| between.chars().all(char::is_whitespace))
}

/// Text between two units; `None` for units of one character, which share it.
fn between<'a>(text: &'a str, pair: &[Unit]) -> Option<&'a str> {
    text.get(pair[0].source().end..pair[1].source().start)
}

/// Returns true for adjacent words with hyphens between them, or for two that both say something. Words apart are mostly two
/// words.
fn may_be_one(text: &str, cut: &Cut, parts: &[Unit]) -> bool {
    let are_parts = parts.windows(2).all(|pair| {
        is_part(&pair[0]) && is_part(&pair[1]) && pair[0].position + 1 == pair[1].position
    });
    let is_hyphenated = || parts.windows(2).all(|pair| is_hyphen(text, pair));
    let is_spaced = || parts.windows(2).all(|pair| is_blank(text, pair));
    are_parts
        && (is_hyphenated()
            || parts.len() == 2
                && is_spaced()
                && parts.iter().all(|unit| says_something(cut, unit)))
}

/// Returns true for a number, and for a word that is neither short nor a function word.
fn says_something(cut: &Cut, unit: &Unit) -> bool {
    let part = cut.text(unit);
    let is_long = part.len() > 2 || unit.kind == UnitKind::Number;
    is_long && !is_function_word(part)
}

/// Returns true if a word may be written apart here: behind a prefix, before digits, or between two words.
fn may_part(head: &str, tail: &str) -> bool {
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    if head.len() > 1 && is_letters(head) && tail.starts_with(|first: char| first.is_ascii_digit())
    {
        return true;
    }
    if !is_letters(head) || !is_letters(tail) {
        return false;
    }
    if PREFIXES.binary_search(&head).is_ok() {
        return tail.len() >= MIN_PART_LEN;
    }
    let shorter = head.len().min(tail.len());
    let is_short_name = head.len() == 2 && tail.len() == 2;
    (shorter >= MIN_PART_LEN || is_short_name)
        && !MISLEADING_PARTS.contains(&head)
        && !is_function_word(head)
        && !is_function_word(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_part_where_writers_part_them() {
        for (head, tail) in [
            ("co", "operation"),
            ("e", "mail"),
            ("health", "care"),
            ("covid", "19"),
            ("gpt", "4o"),
            ("wi", "fi"),
        ] {
            assert!(may_part(head, tail), "{head} {tail}");
        }
        for (head, tail) in [
            ("with", "hold"),
            ("under", "standing"),
            ("import", "ant"),
            ("an", "other"),
            ("a", "4"),
            ("4", "g"),
            ("in", "to"),
            ("co", "al"),
        ] {
            assert!(!may_part(head, tail), "{head} {tail}");
        }
        assert!(PREFIXES.is_sorted());
    }
}
