//! Which letters the languages of Europe are written with, to tell their single-byte sets apart.
//!
//! In: a text in Latin letters. Out: nats for how well its letters above ASCII fit the alphabet of some one language. Sets
//! like windows-1250 and windows-1252 differ in a few letters (`ő` and `õ`), which the plausibility model takes all alike;
//! but no language has both `õ` and `í`, `ú`, `ö`, so a reading that shows them together is wrong.

use std::collections::BTreeSet;

/// Letters beyond ASCII of each language, in small letters, by the exemplar characters of Unicode's CLDR.
const ALPHABETS: [(&str, &str); 25] = [
    ("Albanian", "çë"),
    ("Catalan", "àçèéíïòóúü"),
    ("Croatian", "čćđšž"),
    ("Czech", "áčďéěíňóřšťúůýž"),
    ("Danish", "æøåé"),
    ("Dutch", "éèêëïóöü"),
    ("Estonian", "äõöüšž"),
    ("Finnish", "äöåšž"),
    ("French", "àâæçéèêëïîôùûüÿœ"),
    ("German", "äöüßé"),
    ("Hungarian", "áéíóöőúüű"),
    ("Icelandic", "áðéíóúýþæö"),
    ("Italian", "àèéìîòóù"),
    ("Latvian", "āčēģīķļņšūž"),
    ("Lithuanian", "ąčęėįšųūž"),
    ("Maltese", "ċġħżàèìòù"),
    ("Polish", "ąćęłńóśźż"),
    ("Portuguese", "ãáàâçéêíõóôúü"),
    ("Romanian", "ăâîşţșț"),
    ("Slovak", "áäčďéíĺľňóôŕšťúýž"),
    ("Spanish", "áéíñóúü"),
    ("Swedish", "åäöé"),
    ("Turkish", "çğıöşüâîûi\u{307}"),
    (
        "Vietnamese",
        "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    ),
    ("Welsh", "âêîôûŵŷáéïö"),
];

/// Cost of a letter that the best language lacks: more than the model finds between any two sets.
const FOREIGN_NATS: f32 = -4.0;
/// Excess of the model's price for a letter outside Latin-1 over one in it, given back where the language has it.
const FAR_LETTER_NATS: f32 = 1.5;

/// The currency sign, which everyone's keyboard has and no one writes: the euro of another set.
const CURRENCY_SIGN_NATS: f32 = -12.0;

/// Bonus for a reading all of whose letters one language has ...
const COMPLETE_NATS: f32 = 8.0;
/// ... where there are so many different ones.
const MIN_LETTERS: usize = 4;

/// Nats for how the Latin letters of `text` beyond ASCII fit together; 0 where there are none and no `¤`.
pub(super) fn alphabet_nats(text: &str) -> f32 {
    let currency = CURRENCY_SIGN_NATS * text.matches('¤').count() as f32;
    let (letters, stray) = special_letters(text);
    let (foreign, alphabet) = best_alphabet(&letters);
    let is_complete = foreign == 0 && letters.iter().collect::<BTreeSet<_>>().len() >= MIN_LETTERS;
    let is_far = |c: &&char| **c > 'ÿ' && alphabet.contains(**c);
    let far = letters.iter().filter(is_far).count();
    currency
        + FOREIGN_NATS * (foreign + stray) as f32
        + FAR_LETTER_NATS * far as f32
        + if is_complete { COMPLETE_NATS } else { 0.0 }
}

/// The alphabet that has most of the letters, and the number of those it lacks.
fn best_alphabet(letters: &[char]) -> (usize, &'static str) {
    let foreign = |alphabet: &str| letters.iter().filter(|c| !alphabet.contains(**c)).count();
    ALPHABETS
        .iter()
        .map(|(_, alphabet)| (foreign(alphabet), *alphabet))
        .min_by_key(|(foreign, _)| *foreign)
        .expect("there are alphabets")
}

/// The Latin letters beyond ASCII, small, and the number of those that stand for signs: `£5` is no `Ł5`.
fn special_letters(text: &str) -> (Vec<char>, usize) {
    let (mut letters, mut stray) = (Vec::new(), 0);
    let mut last = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_stray = !last.is_alphabetic() && chars.peek().is_some_and(char::is_ascii_digit);
        match is_latin(c) {
            true if is_stray => stray += 1,
            true => letters.extend(c.to_lowercase()),
            false => {}
        }
        last = c;
    }
    (letters, stray)
}

/// Returns true when some language has all Latin letters of `text` beyond ASCII, or there are none.
pub(crate) fn is_of_one_alphabet(text: &str) -> bool {
    let letters = || {
        text.chars()
            .filter(|c| is_latin(*c))
            .flat_map(char::to_lowercase)
    };
    let has_all = |alphabet: &str| letters().all(|c| alphabet.contains(c));
    letters().next().is_none() || ALPHABETS.iter().any(|(_, alphabet)| has_all(alphabet))
}

fn is_latin(c: char) -> bool {
    matches!(c as u32, 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x24F | 0x1EA0..=0x1EFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_set_fits_best() {
        let text = "A nyitóünnepségről a jövő heti számban írunk.";
        let (bytes, _, has_holes) = encoding_rs::WINDOWS_1250.encode(text);
        assert!(!has_holes);
        let wrong = encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&bytes)
            .0;
        assert!(alphabet_nats(text) > alphabet_nats(&wrong) + 5.0, "{wrong}");
    }

    #[test]
    fn a_sign_of_money_is_no_letter() {
        assert!(alphabet_nats("It’s £5.") > alphabet_nats("It’s Ł5."));
    }

    #[test]
    fn plain_english_is_neutral() {
        assert_eq!(alphabet_nats("Fees apply."), 0.0);
    }
}
