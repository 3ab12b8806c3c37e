//! Stems English words, after bringing British and American spelling together.
//!
//! In: one folded Latin word. Out: the term under which all its forms are ranked. British and American spellings meet
//! before stemming, and the `-ize` family keeps its suffix: Snowball would strip it and make `modernise` find *modern* and
//! `organisation` find *organ*. Words that Snowball brings together against their meaning (*import*, *important*) have stems of
//! their own, and irregular forms (*children*) those of their base form ([`irregular`](crate::irregular)).

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

use crate::irregular;

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

/// Returns true if [`stem`] of `word` is `wanted`.
pub fn has_stem(word: &str, wanted: &str) -> bool {
    let known = STEMS.with_borrow(|stems| stems.get(word).map(|stem| stem == wanted));
    known.unwrap_or_else(|| stem(word) == wanted)
}

fn stem_word(word: &str) -> String {
    let word = irregular::base_form(word).unwrap_or(word);
    let word = american_spelling(word);
    if let Some(root) = ize_root(&word) {
        return format!("{root}iz");
    }
    if let Some(stem) = irregular::own_stem(&word) {
        return stem.to_owned();
    }
    Stemmer::new(Algorithm::English).stem(&word).into_owned()
}

/// Returns `true` if a form of `stem` may begin with two letters other than its own: *mice* (mouse), *paediatric* (pediatric).
/// The first letter is always its own.
pub fn may_begin_otherwise(stem: &str) -> bool {
    static STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let respelt = SPELLINGS.iter().map(|(from, to)| (*from, *to));
        respelt
            .chain(irregular::forms())
            .filter(|(form, base)| form.as_bytes()[1] != base.as_bytes()[1])
            .map(|(_, base)| stem_word(base))
            .collect()
    });
    // A spelling stands at the start of longer words: *haemorrhages*.
    STEMS.contains(stem)
        || SPELLINGS
            .iter()
            .any(|(from, to)| from.as_bytes()[1] != to.as_bytes()[1] && stem.starts_with(to))
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
const NOT_IZE: [&str; 54] = [
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
    "pract",
];

/// Spellings that differ inside a word: British, American. Applied to the start of the word, so that inflections follow.
const SPELLINGS: [(&str, &str); 127] = [
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
    ("wilful", "willful"),
    ("ageing", "aging"),
    ("judgement", "judgment"),
    ("acknowledgement", "acknowledgment"),
    ("abridgement", "abridgment"),
    ("grey", "gray"),
    ("jewellery", "jewelry"),
    ("aluminium", "aluminum"),
    ("paediatric", "pediatric"),
    ("sulph", "sulf"),
    ("instalment", "installment"),
    ("counsell", "counsel"),
    ("councillor", "councilor"),
    ("mould", "mold"),
    ("anaesth", "anesth"),
    ("manoeuvred", "maneuvered"),
    ("manoeuvring", "maneuvering"),
    ("manoeuvre", "maneuver"),
    ("orthopaed", "orthoped"),
    ("plough", "plow"),
    ("encyclopaed", "encycloped"),
    ("haemo", "hemo"),
    ("haema", "hema"),
    ("leukaem", "leukem"),
    ("anaem", "anem"),
    ("gynaecolog", "gynecolog"),
    ("archaeolog", "archeolog"),
    ("foetal", "fetal"),
    ("foetus", "fetus"),
    ("diarrhoea", "diarrhea"),
    ("signall", "signal"),
    ("marshall", "marshal"),
    ("dialling", "dialing"),
    ("dialled", "dialed"),
    ("fuell", "fuel"),
    ("channell", "channel"),
    ("tunnell", "tunnel"),
    ("pencill", "pencil"),
    ("panell", "panel"),
    ("quarrell", "quarrel"),
    ("sceptic", "skeptic"),
    ("monologue", "monolog"),
    ("prologue", "prolog"),
    ("analogue", "analog"),
    ("dialogue", "dialog"),
    ("levelling", "leveling"),
    ("levelled", "leveled"),
    ("artefact", "artifact"),
    ("moustache", "mustache"),
    ("pyjama", "pajama"),
    ("lustre", "luster"),
    ("sabre", "saber"),
    ("sombre", "somber"),
    ("spectre", "specter"),
    ("mitre", "miter"),
    ("meagre", "meager"),
    ("kilogramme", "kilogram"),
    ("gramme", "gram"),
    ("splendour", "splendor"),
    ("parlour", "parlor"),
    ("clamour", "clamor"),
    ("fervour", "fervor"),
    ("demeanour", "demeanor"),
    ("misdemeanour", "misdemeanor"),
    ("valour", "valor"),
    ("succour", "succor"),
    ("mollusc", "mollusk"),
    ("yoghurt", "yogurt"),
    ("connexion", "connection"),
    ("inflexion", "inflection"),
    ("reflexion", "reflection"),
    ("woollen", "woolen"),
    ("aeroplane", "airplane"),
    ("unfavour", "unfavor"),
    ("dishonour", "dishonor"),
    ("discolour", "discolor"),
    ("misbehaviour", "misbehavior"),
    ("epicentre", "epicenter"),
    ("reprogramme", "reprogram"),
    ("bedevill", "bedevil"),
    ("unlabelled", "unlabeled"),
    ("worshipp", "worship"),
    ("kidnapp", "kidnap"),
    ("unskilful", "unskillful"),
];

fn american_spelling(word: &str) -> Cow<'_, str> {
    for (british, american) in ISE_SUFFIXES {
        if let Some(root) = word.strip_suffix(british) {
            let is_suffix = root.len() >= 3 && !NOT_IZE.contains(&root) && !root.ends_with("w");
            if is_suffix {
                return Cow::Owned(format!("{root}{american}"));
            }
            break;
        }
    }
    for (british, american) in SPELLINGS {
        if let Some(rest) = word.strip_prefix(british) {
            return Cow::Owned(format!("{american}{rest}"));
        }
    }
    Cow::Borrowed(word)
}

/// Returns a folded word in its other spellings, British and American: *labor*, *labour*; nothing for most words.
///
/// # Examples
/// ```
/// use polidex_analysis::latin::spellings_of;
///
/// assert_eq!(spellings_of("centers"), ["centres"]);
/// assert_eq!(spellings_of("organisation"), ["organization"]);
/// assert!(spellings_of("house").is_empty());
/// ```
pub fn spellings_of(word: &str) -> Vec<String> {
    let american = american_spelling(word);
    let mut spellings = Vec::new();
    if american != word {
        spellings.push(american.to_string());
    }
    for (british, american) in ISE_SUFFIXES {
        if let Some(root) = word.strip_suffix(american) {
            spellings.push(format!("{root}{british}"));
            break;
        }
    }
    for (british, american) in SPELLINGS {
        if let Some(rest) = word.strip_prefix(american) {
            spellings.push(format!("{british}{rest}"));
        }
    }
    spellings.retain(|other| other != word && has_stem(other, &stem(word)));
    spellings.dedup();
    spellings
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
            "practise practice practising practicing",
            "child children childrens",
            "woman women",
            "bureau bureaux bureaus",
            "analysis analyses",
            "index indices indexes",
            "memorandum memoranda memorandums",
            "bring brought bringing",
            "aluminium aluminum",
            "sulphur sulfur",
            "paediatrics pediatrics",
            "manoeuvres maneuvers manoeuvre maneuver manoeuvring",
            "encyclopaedia encyclopedia",
            "favourite favorite",
            "grey gray",
            "mould mold moulds",
            "emergency emergencies",
            "executive executives",
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
    fn words_that_begin_otherwise_are_known() {
        for (form, base) in irregular::forms().chain(SPELLINGS) {
            let (form_stem, base) = (stem(form), stem(base));
            assert_eq!(form.as_bytes()[0], form_stem.as_bytes()[0], "{form}");
            assert_eq!(form_stem, base, "{form}");
            let begins_so = form.as_bytes()[1] == form_stem.as_bytes()[1];
            assert!(begins_so || may_begin_otherwise(&form_stem), "{form}");
        }
        assert!(may_begin_otherwise(&stem("haemorrhages")));
        assert!(!may_begin_otherwise("polici"));
    }

    #[test]
    fn different_words_stay_apart() {
        let pairs = [
            ("modernise", "modern"),
            ("organisation", "organ"),
            ("realise", "real"),
            ("size", "s"),
            ("prize", "price"),
            ("import", "important"),
            ("experiment", "experience"),
            ("eugenics", "eugene"),
            ("university", "universe"),
            ("probate", "probation"),
            ("parent", "parental"),
            ("executive", "execution"),
            ("emergency", "emerge"),
            ("internal", "intern"),
            ("several", "severe"),
            ("custom", "customer"),
            ("person", "personal"),
            ("public", "publication"),
        ];
        for (one, other) in pairs {
            assert_ne!(stem(one), stem(other), "{one} and {other}");
        }
    }
}
