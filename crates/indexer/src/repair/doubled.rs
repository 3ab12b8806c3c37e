//! Thins lines whose every character is printed twice, three or four times.
//!
//! In: text. Out: edits that leave each character of a line once. Faux bold draws each glyph twice or more often, a little
//! apart, and a dump writes all: `應應分分別別列列示示`. A line is thinned only when all its characters come so often, four
//! characters or more, and what is left reads like language; `洋洋灑灑` has two pairs and stays.

use std::collections::BTreeSet;

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::lines::is_wide;
use crate::repair::pass::{Context, Edits, Pass};
use crate::text::lines::line_indices;
use crate::text::model::Model;

/// Doubled idioms have two or three pairs.
const MIN_PAIRS: usize = 4;
/// Gain of neighbours over the same characters in any order, for each character.
const MIN_BINDING_NATS: f32 = 0.3;
/// Share of Latin words in the list of words.
const MIN_KNOWN_SHARE: f32 = 0.5;

/// Pairs of letters that show a doubled line of a language there is no list of words of ...
const MIN_FOREIGN_PAIRS: usize = 12;
/// ... and how many different ones.
const MIN_FOREIGN_LETTERS: usize = 6;

/// Confidence in a line that reads well once it is halved.
const CONFIDENCE: f32 = 0.95;

/// Characters printed twice.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::Doubled),
    suspects: None,
    find,
};

/// Finds the doubled lines of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    for (start, line) in line_indices(text) {
        let mut first = line.chars();
        if first.next() != first.next() && !line.starts_with(char::is_whitespace) {
            continue;
        }
        let content = line.trim_end_matches(['\n', '\r']);
        let indent = content.len() - content.trim_start().len();
        let thinned = FOLDS.iter().find_map(|&fold| thin(content.trim(), fold));
        if let Some(halved) = thinned.filter(|thinned| reads_well(thinned, context.model)) {
            let at = start + indent..start + indent + content.trim().len();
            edits.replace(at, halved, RepairKind::Doubled, CONFIDENCE);
        }
    }
    edits
}

/// Times a character may be printed, the most first: what comes four times comes twice as well.
const FOLDS: [usize; 3] = [4, 3, 2];

/// Returns every `fold`th character of a line in which each comes so often in a row; blanks may be single. `None` when a
/// character comes less often.
fn thin(line: &str, fold: usize) -> Option<String> {
    let mut chars = line.chars().peekable();
    let mut halved = String::new();
    let mut pairs = 0;
    while let Some(c) = chars.next() {
        let twins = (1..fold).take_while(|_| chars.next_if_eq(&c).is_some());
        if twins.count() + 1 < fold && c != ' ' {
            return None;
        }
        pairs += usize::from(c != ' ');
        halved.push(c);
    }
    (pairs >= MIN_PAIRS).then_some(halved)
}

fn reads_well(halved: &str, model: &Model) -> bool {
    if halved.chars().any(is_wide) {
        // No one says twice where a clause ends.
        let has_clauses = halved.chars().any(|c| matches!(c, '，' | '、' | '；'));
        return has_clauses || binding_nats(halved, model) > MIN_BINDING_NATS;
    }
    let words: Vec<&str> = halved
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() > 1)
        .collect();
    let known = words
        .iter()
        .filter(|word| model.word(&word.to_ascii_lowercase()).is_some())
        .count();
    let are_words = known > 0 && known as f32 >= MIN_KNOWN_SHARE * words.len() as f32;
    are_words || is_long_and_varied(halved)
}

/// Returns true when `halved` has so many letters, capitals where a text has them, that their pairs are no accident in
/// any language.
fn is_long_and_varied(halved: &str) -> bool {
    let small: BTreeSet<char> = halved.chars().filter(|c| c.is_lowercase()).collect();
    let letters = halved.chars().filter(|c| c.is_alphabetic()).count();
    let are_capitals_first = halved
        .split(|c: char| !c.is_alphabetic())
        .all(|word| !word.chars().skip(1).any(char::is_uppercase));
    letters >= MIN_FOREIGN_PAIRS
        && small.len() >= MIN_FOREIGN_LETTERS
        && halved.contains(' ')
        && are_capitals_first
}

/// Returns how much more likely the characters of `text` are after each other than by themselves, for each pair.
pub(crate) fn binding_nats(text: &str, model: &Model) -> f32 {
    let mut last = None;
    let (mut sum, mut count) = (0.0, 0.0);
    for c in text.chars() {
        if let Some(last) = last {
            sum += model.nats(last, c) - model.unigram(c);
            count += 1.0;
        }
        last = Some(c);
    }
    if count == 0.0 { 0.0 } else { sum / count }
}
