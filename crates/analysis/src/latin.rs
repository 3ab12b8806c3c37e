//! Stems English words, after bringing British and American spelling together.
//!
//! In: one folded Latin word. Out: the term under which all its forms are ranked. British and American spellings meet
//! before stemming, and the `-ize` family keeps its suffix: Snowball would strip it and make `modernise` find *modern* and
//! `organisation` find *organ*.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};

/// Words remembered per thread; stemming is slower than jieba, a look-up is not.
const CACHE_WORDS: usize = 50_000;

thread_local! {
    static STEMS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// Returns the stem of one folded word. Words with a character outside a–z (numbers, other scripts) are their own stems.
pub fn stem(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    STEMS.with_borrow_mut(|stems| {
        if let Some(stem) = stems.get(word) {
            return stem.clone();
        }
        let stem = stem_word(word);
        if stems.len() < CACHE_WORDS {
            stems.insert(word.to_owned(), stem.clone());
        }
        stem
    })
}

fn stem_word(word: &str) -> String {
    let word = american_spelling(word);
    if let Some(root) = ize_root(&word) {
        return format!("{root}iz");
    }
    Stemmer::new(Algorithm::English).stem(&word).into_owned()
}

/// Suffixes of the `-ize` family, longest first.
const IZE_SUFFIXES: [&str; 9] = [
    "izational",
    "izations",
    "ization",
    "izers",
    "izing",
    "izer",
    "izes",
    "ized",
    "ize",
];

/// Returns the root before `-ize` and its inflections; roots of fewer than three letters (`size`, `prize`) have no such suffix.
fn ize_root(word: &str) -> Option<&str> {
    let root = IZE_SUFFIXES
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))?;
    (root.len() >= 3 && !matches!(root, "cap" | "ser" | "mai")).then_some(root)
}

/// Suffixes of `-ise` and `-yse` in their British spelling and in the American one.
const ISE_SUFFIXES: [(&str, &str); 15] = [
    ("isational", "izational"),
    ("isations", "izations"),
    ("isation", "ization"),
    ("isers", "izers"),
    ("iser", "izer"),
    ("ising", "izing"),
    ("ises", "izes"),
    ("ised", "ized"),
    ("ise", "ize"),
    ("ysing", "yzing"),
    ("yses", "yzes"),
    ("ysed", "yzed"),
    ("yse", "yze"),
    ("ysers", "yzers"),
    ("yser", "yzer"),
];

/// Roots whose `-ise` is no suffix: these words are spelt with s everywhere.
const NOT_IZE: [&str; 53] = [
    "adv",
    "advert",
    "ar",
    "chast",
    "circumc",
    "clockw",
    "compr",
    "comprom",
    "conc",
    "dem",
    "desp",
    "dev",
    "disgu",
    "enfranch",
    "disenfranch",
    "enterpr",
    "exc",
    "exerc",
    "expert",
    "franch",
    "improv",
    "inc",
    "likew",
    "merchand",
    "otherw",
    "parad",
    "prec",
    "prem",
    "prom",
    "repr",
    "rev",
    "superv",
    "surm",
    "surpr",
    "telev",
    "treat",
    "w",
    "r",
    "sunr",
    "upr",
    "an",
    "no",
    "po",
    "ra",
    "pra",
    "bru",
    "cru",
    "pr",
    "turquo",
    "mala",
    "porpo",
    "torto",
    "appra",
];

/// Spellings that differ inside a word: British, American. Applied to the start of the word, so that inflections follow.
const SPELLINGS: [(&str, &str); 43] = [
    ("behaviour", "behavior"),
    ("centre", "center"),
    ("centring", "centering"),
    ("colour", "color"),
    ("favour", "favor"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("labour", "labor"),
    ("neighbour", "neighbor"),
    ("endeavour", "endeavor"),
    ("rumour", "rumor"),
    ("vapour", "vapor"),
    ("humour", "humor"),
    ("odour", "odor"),
    ("vigour", "vigor"),
    ("rigour", "rigor"),
    ("saviour", "savior"),
    ("flavour", "flavor"),
    ("armour", "armor"),
    ("candour", "candor"),
    ("tumour", "tumor"),
    ("metre", "meter"),
    ("kilometre", "kilometer"),
    ("centimetre", "centimeter"),
    ("millimetre", "millimeter"),
    ("litre", "liter"),
    ("theatre", "theater"),
    ("fibre", "fiber"),
    ("calibre", "caliber"),
    ("defence", "defense"),
    ("offence", "offense"),
    ("licence", "license"),
    ("pretence", "pretense"),
    ("practis", "practic"),
    ("programme", "program"),
    ("catalogue", "catalog"),
    ("travell", "travel"),
    ("labell", "label"),
    ("modell", "model"),
    ("cancell", "cancel"),
    ("fulfill", "fulfil"),
    ("enrolment", "enrollment"),
    ("skilful", "skillful"),
];

fn american_spelling(word: &str) -> Cow<'_, str> {
    for (british, american) in ISE_SUFFIXES {
        if let Some(root) = word.strip_suffix(british) {
            let is_suffix = root.len() >= 3 && !NOT_IZE.contains(&root) && !root.ends_with("w");
            return if is_suffix {
                Cow::Owned(format!("{root}{american}"))
            } else {
                Cow::Borrowed(word)
            };
        }
    }
    for (british, american) in SPELLINGS {
        if let Some(rest) = word.strip_prefix(british) {
            return Cow::Owned(format!("{american}{rest}"));
        }
    }
    Cow::Borrowed(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_meet() {
        let families = [
            "modernise modernize modernised modernizing modernisation modernization modernisations",
            "organise organize organisation organizations organiser",
            "analyse analyze analysed analyzing",
            "development develop developing developments",
            "labour labor labours",
            "centre center centres centers",
            "policy policies",
            "exercise exercises exercised exercising",
            "programme program programmes",
            "industrialisation industrialization industrialise",
            "travelling traveling",
        ];
        for family in families {
            let stems: Vec<String> = family.split(' ').map(stem).collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0]),
                "{family}: {stems:?}"
            );
        }
    }

    #[test]
    fn different_words_stay_apart() {
        let pairs = [
            ("modernise", "modern"),
            ("organisation", "organ"),
            ("realise", "real"),
            ("size", "s"),
            ("prize", "price"),
        ];
        for (one, other) in pairs {
            assert_ne!(stem(one), stem(other), "{one} and {other}");
        }
    }
}
