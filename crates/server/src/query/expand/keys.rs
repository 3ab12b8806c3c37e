//! Keys that forms and queries are compared by.
//!
//! A key is a run of [`KeyToken`]s: an ideograph, a number without its thousands separators, a stem, a compound.

use std::ops::Range;

use polidex_analysis::latin::stem;
use polidex_analysis::units::{Cut, Unit, UnitKind};

/// Stands for a number in the key of a pattern; no folded text holds it.
pub(super) const NUMBER: &str = "\u{1}";
/// Separates the tokens of a key.
const SEPARATOR: char = '\u{2}';

/// One token of a key.
pub(super) struct KeyToken {
    pub(super) text: String,
    /// Units of the text that it covers.
    pub(super) units: Range<usize>,
}

/// Returns the key tokens of a text.
pub(super) fn key_tokens(cut: &Cut) -> Vec<KeyToken> {
    let units = cut.units();
    let mut compounds = cut.joined().iter().peekable();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < units.len() {
        let (text, count) = match compounds.next_if(|compound| compound.first_unit == at) {
            Some(compound) => {
                let text = cut.joined_text(compound).to_owned();
                (Some(text), compound.unit_count)
            }
            None => (key_text(cut, &units[at]), 1),
        };
        let units = at..at + count;
        tokens.extend(text.map(|text| KeyToken { text, units }));
        at += count;
    }
    tokens
}

/// Returns `None` for a mark and for a possessive s.
fn key_text(cut: &Cut, unit: &Unit) -> Option<String> {
    let text = cut.text(unit);
    let is_possessive = unit.after_apostrophe && text == "s";
    match unit.kind {
        UnitKind::Mark => None,
        UnitKind::Word if is_possessive => None,
        UnitKind::Word => Some(stem(text)),
        UnitKind::Number => Some(text.replace(',', "")),
        UnitKind::Ideograph => Some(text.to_owned()),
    }
}

/// Returns at most `limit` tokens from `at` on with nothing but an abbreviation's full stop between them.
pub(super) fn adjacent_tokens<'a>(
    cut: &Cut,
    tokens: &'a [KeyToken],
    at: usize,
    limit: usize,
) -> &'a [KeyToken] {
    let mut end = at;
    while end < tokens.len()
        && end - at < limit
        && (end == at || is_adjacent(cut, &tokens[end - 1], &tokens[end]))
    {
        end += 1;
    }
    &tokens[at..end]
}

pub(super) fn is_adjacent(cut: &Cut, before: &KeyToken, after: &KeyToken) -> bool {
    let units = cut.units();
    let between = &units[before.units.end..after.units.start];
    let are_light = between
        .iter()
        .all(|unit| unit.kind != UnitKind::Mark || cut.text(unit) == ".");
    let distance = units[after.units.start].position - units[before.units.end - 1].position;
    are_light && distance as usize == between.len() + 1
}

/// Appends a token to a key.
pub(super) fn push_token(key: &mut String, token: &str) {
    if !key.is_empty() {
        key.push(SEPARATOR);
    }
    key.push_str(token);
}

/// Returns the bytes of the text that `units` cover.
pub(super) fn source_of(cut: &Cut, units: Range<usize>) -> Range<usize> {
    let all = cut.units();
    all[units.start].source().start..all[units.end - 1].source().end
}
