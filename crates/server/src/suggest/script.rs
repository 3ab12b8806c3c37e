//! Writes Chinese text in one script.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use polidex_analysis::language::Language;

use crate::query::expand::tables::GLOSSARY;
use crate::suggest::characters::{folded, traditional_of};
use crate::suggest::text::script_of;

/// Returns `text` with the ideographs of the other script replaced, one by one. Exact into Simplified; where a Simplified
/// character stands for several Traditional ones, it becomes the one that terms have most often, which a search finds all the
/// same.
pub(crate) fn in_script(text: &str, script: Language) -> String {
    let is_traditional = |character: char| {
        script_of(character.encode_utf8(&mut [0; 4])) == Some(Language::TraditionalChinese)
    };
    let written = text.chars().map(|character| match script {
        Language::SimplifiedChinese if is_traditional(character) => folded(character),
        Language::TraditionalChinese => as_terms_have_it(character),
        _ => character,
    });
    written.collect()
}

/// A character as Traditional text writes it: as it is where terms of the glossary have it so (同 folds from 衕, and is written
/// 同).
fn as_terms_have_it(character: char) -> char {
    let forms = &*FORMS;
    match forms.traditional.contains(&character) {
        true => character,
        false => forms
            .pairs
            .get(&character)
            .copied()
            .unwrap_or_else(|| traditional_of(character)),
    }
}

/// Characters of the glossary's terms.
struct Forms {
    /// Characters of Traditional terms.
    traditional: HashSet<char>,
    /// The Traditional character that most often stands where a term has a Simplified one.
    pairs: HashMap<char, char>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let terms = GLOSSARY.iter().flat_map(|term| &term.traditional);
    let traditional: HashSet<char> = terms.flat_map(|term| term.chars()).collect();
    let mut counts: HashMap<(char, char), usize> = HashMap::new();
    for term in GLOSSARY.iter() {
        for (one, other) in term.simplified.iter().zip(&term.traditional) {
            if one.chars().count() == other.chars().count() {
                for pair in one.chars().zip(other.chars()) {
                    *counts.entry(pair).or_default() += 1;
                }
            }
        }
    }
    let mut counts: Vec<((char, char), usize)> = counts.into_iter().collect();
    // The most frequent last, and of equals the greater character: the map keeps the last.
    counts.sort_by_key(|(pair, count)| (*count, *pair));
    let pairs = counts.into_iter().map(|(pair, _)| pair);
    let pairs = pairs.filter(|(one, other)| folded(*other) == *one);
    Forms {
        traditional,
        pairs: pairs.collect(),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_one_script_and_else_as_it_was() {
        let mixed = "《勞动合同法》 Cap. 57，里";
        assert_eq!(
            in_script(mixed, Language::SimplifiedChinese),
            "《劳动合同法》 Cap. 57，里"
        );
        assert_eq!(
            in_script(mixed, Language::TraditionalChinese),
            "《勞動合同法》 Cap. 57，里"
        );
        assert_eq!(in_script(mixed, Language::English), mixed);
        for (hans, hant) in [("发展", "發展"), ("同意", "同意"), ("关于处罚", "關於處罰")]
        {
            assert_eq!(in_script(hans, Language::TraditionalChinese), hant);
            assert_eq!(in_script(hant, Language::SimplifiedChinese), hans);
        }
    }
}
