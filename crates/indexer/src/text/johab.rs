//! Reads Johab, the Korean set that composes syllables bit by bit (KS X 1001, annex 3).
//!
//! In: bytes. Out: text. A syllable is two bytes: a set bit, then five bits each for the initial, the vowel and the
//! final. Hanja and signs are those of EUC-KR in other places.

use encoding_rs::EUC_KR;

/// Places of the codes of initials; 1 is none.
const INITIALS: std::ops::RangeInclusive<u16> = 2..=20;
/// First syllable of Unicode, with its vowels and finals to an initial.
const FIRST_SYLLABLE: u32 = 0xAC00;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;

/// Reads all of `bytes`; `None` where any of them is not Johab.
pub(crate) fn decode_johab(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            text.push(char::from(*first));
            rest = after;
            continue;
        }
        let (second, left) = after.split_first()?;
        let code = u16::from_be_bytes([*first, *second]);
        let c = match first {
            0x84..=0xD3 => syllable(code)?,
            0xD9..=0xDE | 0xE0..=0xF9 => sign_or_hanja(*first, *second)?,
            _ => return None,
        };
        text.push(c);
        rest = left;
    }
    Some(text)
}

/// Returns the syllable, or the lone letter, of a code.
fn syllable(code: u16) -> Option<char> {
    let (initial, vowel, last) = (code >> 10 & 31, code >> 5 & 31, code & 31);
    let last_index = last_index(last)?;
    match (initial_index(initial), vowel_index(vowel)) {
        (Some(initial), Some(vowel)) => {
            let place = (initial * VOWELS + vowel) * FINALS + last_index;
            char::from_u32(FIRST_SYLLABLE + place)
        }
        // Letters by themselves, in the order of the compatibility block.
        (Some(initial), None) if vowel == 2 && last_index == 0 => {
            INITIAL_LETTERS.chars().nth(initial as usize)
        }
        (None, Some(vowel)) if initial == 1 && last_index == 0 => char::from_u32(0x314F + vowel),
        _ => None,
    }
}

fn initial_index(code: u16) -> Option<u32> {
    let is_initial = INITIALS.contains(&code);
    is_initial.then(|| u32::from(code - INITIALS.start()))
}

/// Initials by themselves.
const INITIAL_LETTERS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/// Codes of vowels leave out every eighth place and the one behind it.
fn vowel_index(code: u16) -> Option<u32> {
    let index = match code {
        3..=7 => code - 3,
        10..=15 => code - 5,
        18..=23 => code - 7,
        26..=29 => code - 9,
        _ => return None,
    };
    Some(u32::from(index))
}

/// Codes of finals leave out place 18; 1 is none.
fn last_index(code: u16) -> Option<u32> {
    let index = match code {
        1..=17 => code - 1,
        19..=29 => code - 2,
        _ => return None,
    };
    Some(u32::from(index))
}

/// Returns the sign or Hanja that EUC-KR has at the place of these bytes: two rows of it to a first byte.
fn sign_or_hanja(first: u8, second: u8) -> Option<char> {
    let trail = match second {
        0x31..=0x7E => second - 0x31,
        0x91..=0xFE => second - 0x91 + 78,
        _ => return None,
    };
    let pair = match first {
        0xD9..=0xDE => (first - 0xD9) * 2 + 1,
        _ => (first - 0xE0) * 2 + 42,
    };
    let (row, cell) = (pair + trail / 94, trail % 94);
    let bytes = [0xA0 + row, 0xA1 + cell];
    let text = EUC_KR.decode_without_bom_handling_and_without_replacement(&bytes)?;
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_signs_and_hanja_are_read() {
        assert_eq!(
            decode_johab(b"\xD0\x65\x8A\x82\xB4\xE1 \xF7\xDB\xE2\xD0\xD9\x32\x88\x41\x84\x61")
                .as_deref(),
            Some("한국어 韓國、ㄱㅏ")
        );
        assert_eq!(decode_johab(b"\xD0"), None);
    }
}
