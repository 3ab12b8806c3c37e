//! Tells the sign of a note from the text that it stands in: `《基本法》¹第四十五條`, `wage[3] rate`.
//!
//! In: a few characters that a format sets apart (raised, linked, declared), and the text on both sides. Out: true where they
//! call for a note, so that the sentence reads on without them. What is a word, an exponent (m², 10⁶), an ordinal (21st), an
//! isotope or a fraction is none: a sign that stays costs a phrase, a figure that goes changes what a text says.

use polidex_analysis::scripts::is_bmp_ideograph;

use crate::text::model::Model;

/// Characters that a format sets apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sign {
    /// Their text.
    pub(crate) text: String,
    /// True if they are raised.
    pub(crate) is_raised: bool,
    /// Place in the same document that they link to.
    pub(crate) place: Option<String>,
    /// True if the format calls them the sign of a note.
    pub(crate) is_declared: bool,
}

/// Longest sign, in characters: `[12], [13]`.
const SIGN_CHARS: usize = 16;

impl Sign {
    /// Returns true for the sign of a note between `before`, the text of its line so far, and `after`.
    pub(crate) fn calls_note(&self, before: &str, after: &str) -> bool {
        if before.trim().is_empty() || !may_be_sign(&self.text) {
            return false;
        }
        if self.is_declared || self.is_raised && self.place.is_some() {
            return true;
        }
        match &self.place {
            Some(place) if names_note(place) => {
                is_set_off(&self.text) || is_number(&self.text) && !before.ends_with(' ')
            }
            Some(_) => is_bracketed(&self.text),
            None => self.is_raised && is_raised_note(before, self.text.trim(), after),
        }
    }
}

/// Returns true for a text that may be the sign of a note, or of several.
pub(crate) fn may_be_sign(text: &str) -> bool {
    let mut parts = text.split(|c: char| " \u{A0}[]()（）〔〕【】,，、;；-–—".contains(c));
    let is_short = text.chars().count() <= SIGN_CHARS && text.chars().any(|c| !c.is_whitespace());
    let has_part = parts.clone().any(|part| !part.is_empty());
    is_short && has_part && parts.all(|part| part.is_empty() || is_one_sign(part))
}

/// `12`, `註一`, `①`, `*`, `iv`, `a`.
fn is_one_sign(part: &str) -> bool {
    const WORDS: [&str; 5] = ["註", "注", "註釋", "注释", "note"];
    let word = WORDS.iter().find_map(|word| part.strip_prefix(word));
    let number = word.unwrap_or(part);
    let is_han = number.chars().all(|c| "一二三四五六七八九十".contains(c));
    let is_roman = number.chars().all(|c| "ivx".contains(c));
    let is_letter = number.len() == 1 && number.as_bytes()[0].is_ascii_lowercase();
    is_number(number)
        || word.is_some() && is_han
        || word.is_none() && (is_roman || is_letter || number.chars().all(is_mark))
}

/// A number that counts notes.
fn is_number(text: &str) -> bool {
    let is_short = (1..=3).contains(&text.len());
    is_short && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0')
}

/// Returns true for a character that does nothing but call for a note.
fn is_mark(c: char) -> bool {
    "*†‡§¶＊※".contains(c) || ('\u{2460}'..='\u{24FF}').contains(&c)
}

/// `[3]`.
fn is_bracketed(text: &str) -> bool {
    text.trim().starts_with(['[', '〔', '【'])
}

/// Returns true for a sign that no word of a sentence looks like.
fn is_set_off(text: &str) -> bool {
    is_bracketed(text) || text.trim().chars().all(is_mark)
}

/// Returns true for the name of a place that holds a note: `_ftn1`, `fn:2`, `cite_note-Smith-3`, `n4`.
fn names_note(place: &str) -> bool {
    const NAMES: [&str; 8] = [
        "fn", "ftn", "footnote", "endnote", "edn", "note", "cite", "n",
    ];
    let lower = place.trim_start_matches(['_', '#']).to_ascii_lowercase();
    let ends_name = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut behind = NAMES.iter().filter_map(|name| lower.strip_prefix(name));
    behind.any(ends_name)
}

/// Returns true for a raised sign that is no exponent of what stands before it, nor part of what follows.
fn is_raised_note(before: &str, sign: &str, after: &str) -> bool {
    let may_go_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '⁄');
    if is_set_off(sign) || sign.starts_with(['註', '注']) {
        return true;
    }
    let is_counted = sign.starts_with(|c: char| c.is_ascii_digit());
    if !is_counted || after.starts_with(may_go_on) {
        return false;
    }
    let before = before.trim_end();
    let bare = before.trim_end_matches(|c| CLOSERS.contains(c));
    let ends_clause = before[bare.len()..].contains(|c| !matches!(c, ')' | '）' | ']'));
    let is_closed = bare.len() < before.len();
    let is_power = matches!(sign, "2" | "3");
    match bare.chars().next_back() {
        Some('%' | '％') => true,
        Some(_) if ends_clause => true,
        Some(last) if is_bmp_ideograph(last) => {
            !(HAN_ELEMENTS.contains(last) || is_power && HAN_LENGTHS.contains(last))
        }
        Some(last) if last.is_ascii_digit() => is_year(bare),
        Some(_) => is_word(last_word(bare), is_power, is_closed),
        None => false,
    }
}

/// Marks that may stand between a word and the sign of its note.
const CLOSERS: &str = ")）]」』》〉”’\"'。，、；：.,;:!?！？…";
/// Ends of units of length.
const HAN_LENGTHS: &str = "米里尺寸分碼码呎吋哩";
/// Elements with isotopes that texts name by their number.
const HAN_ELEMENTS: &str = "碳氫氢氦鈾铀鈽钚鍶锶銫铯碘鈷钴氡鐳镭";
/// Units that are squared and cubed.
const UNITS: [&str; 16] = [
    "km", "cm", "mm", "ft", "feet", "foot", "inch", "inches", "yard", "yards", "mile", "miles",
    "metre", "metres", "meter", "meters",
];

fn last_word(text: &str) -> &str {
    let start = text.trim_end_matches(|c: char| c.is_alphabetic()).len();
    &text[start..]
}

/// Returns true for a word of a language rather than a sign of a formula; a power may stand behind a unit.
fn is_word(word: &str, is_power: bool, is_closed: bool) -> bool {
    /// Letters of a word that need not be known.
    const LETTERS: usize = 5;
    let lower = word.to_lowercase();
    let unit = lower.trim_start_matches("kilo").trim_start_matches("centi");
    let letters = word.chars().count();
    let is_name = is_closed || word.chars().all(char::is_uppercase);
    let is_known = is_name || Model::get().word(&lower).is_some();
    !(is_power && UNITS.contains(&unit)) && (letters >= LETTERS || letters >= 3 && is_known)
}

/// Returns true for a text that ends in a year of our time.
fn is_year(text: &str) -> bool {
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = &text[start..];
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_number_is_a_note_behind_a_word() {
        let raised = |before: &str, text: &str, after: &str| {
            let sign = Sign {
                text: text.to_owned(),
                is_raised: true,
                ..Sign::default()
            };
            sign.calls_note(before, after)
        };
        for (before, sign, after) in [
            ("根據《基本法》", "1", "第四十五條"),
            ("國家安全", "[2]", "教育日"),
            ("Carbon border", "12", " adjustment"),
            ("the HKMA", "3", " said"),
            ("a tax", "4", " on"),
            ("by 5%", "6", " a year"),
            ("was made.", "2", " It"),
            ("in 2019", "7", ", the"),
            ("the Fund (MPF)", "2", " and"),
            ("The rate", "*", " rose"),
            ("長者", "註一", "醫療"),
            ("policy", "1, 2", " of"),
        ] {
            assert!(raised(before, sign, after), "{before}^{sign}");
        }
        for (before, sign, after) in [
            ("an area of 5 m", "2", ";"),
            ("120 km", "2", " of"),
            ("square feet", "2", ""),
            ("面積五平方米", "2", "的"),
            ("10", "6", " units"),
            ("the 21", "st", " century"),
            ("CO", "2", " emissions"),
            ("使用", "235", "U"),
            ("碳", "14", "測定"),
            ("佔", "1", "/"),
            ("(a+b)", "2", " ="),
            ("x", "n", " +"),
            ("", "1", "The note"),
            ("Polidex", "TM", " reads"),
        ] {
            assert!(!raised(before, sign, after), "{before}^{sign}");
        }
    }

    #[test]
    fn a_link_to_a_note_is_its_sign_and_a_link_to_a_section_is_text() {
        let linked = |before: &str, text: &str, place: &str| {
            let sign = Sign {
                text: text.to_owned(),
                place: Some(place.to_owned()),
                ..Sign::default()
            };
            sign.calls_note(before, "")
        };
        for (before, sign, place) in [
            ("数字经济", "[1]", "_ftn1"),
            ("綠色金融", "①", "n1"),
            ("the wage", "3", "fn:3"),
            ("the wage ", "[3]", "cite_note-Smith-3"),
            ("the wage", "[3]", "r3"),
        ] {
            assert!(linked(before, sign, place), "{before}{sign}");
        }
        for (before, sign, place) in [
            ("see section ", "5", "s5"),
            ("see note ", "3", "note3"),
            ("section 5", "(1)", "s5-1"),
            ("見", "註1", "note1"),
            ("the ", "Fund", "fn1"),
            ("第", "5", "north"),
        ] {
            assert!(!linked(before, sign, place), "{before}{sign}");
        }
    }
}
