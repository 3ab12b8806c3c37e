//! Han characters that are easily mistaken for one another, and the script they are written in.

use std::collections::HashMap;
use std::sync::LazyLock;

use polidex_analysis::fold::fold_text;
use polidex_analysis::language::Language;
use polidex_analysis::sounds::{near_sound, same_sound, similar_shape};

use crate::suggest::text::{is_ideograph, script_of};

/// Subtracted from the gain of a character that only looks alike, and added for one that also sounds alike: input methods
/// make more mistakes than scanners and eyes.
const SHAPE_COST: f32 = 0.7;
/// Subtracted from the gain of a character whose sound is another one to a trained ear only.
const NEAR_SOUND_COST: f32 = 1.0;

/// Returns the characters that may have been meant, each with a cost: the greater, the less likely.
pub(super) fn alternatives(character: char) -> Vec<(char, f32)> {
    let mut alternatives: Vec<(char, f32)> = same_sound(character)
        .into_iter()
        .map(|other| (other, 0.0))
        .collect();
    for other in similar_shape(character) {
        match alternatives.iter_mut().find(|(known, _)| *known == other) {
            Some((_, cost)) => *cost -= SHAPE_COST,
            None => alternatives.push((other, SHAPE_COST)),
        }
    }
    for other in near_sound(character) {
        if alternatives.iter().all(|(known, _)| *known != other) {
            alternatives.push((other, NEAR_SOUND_COST));
        }
    }
    alternatives
}

/// Returns whether a character folds to an ideograph.
pub(super) fn is_han(character: char) -> bool {
    is_ideograph(folded(character))
}

pub(super) fn is_simplified(character: char) -> bool {
    script_of(character.encode_utf8(&mut [0; 4])) == Some(Language::SimplifiedChinese)
}

pub(super) fn folded(character: char) -> char {
    let text = fold_text(character.encode_utf8(&mut [0; 4])).text;
    text.chars().next().unwrap_or(character)
}

/// Returns a Traditional form of a folded character; the character if Traditional text writes it so.
pub(super) fn traditional_of(character: char) -> char {
    /// The first form in the order of Unicode: the usual one nearly always.
    static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut forms = HashMap::new();
        for form in ('\u{4E00}'..='\u{9FFF}').filter(|form| folded(*form) != *form) {
            forms.entry(folded(form)).or_insert(form);
        }
        forms
    });
    if is_simplified(character) {
        FORMS.get(&character).copied().unwrap_or(character)
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_nearly_sounds_alike_costs_more() {
        let cost = |other| {
            alternatives('正')
                .into_iter()
                .find(|(known, _)| *known == other)
        };
        let (Some((_, same)), Some((_, near))) = (cost('证'), cost('振')) else {
            panic!("both are alternatives");
        };
        assert!(same < near, "{same} {near}");
    }

    #[test]
    fn a_character_is_written_in_traditional_script() {
        assert_eq!(traditional_of('发'), '發');
        assert_eq!(traditional_of('里'), '里');
    }
}
