//! Scripts and their ranges in Unicode: is a character Han, kana, Hangul?
//!
//! In: one character. Out: yes or no, from blocks alone, so that a test costs two comparisons and never changes with a
//! version of Unicode. The ranges are named once, here. A caller that needs a wider or a narrower range than
//! [`is_ideograph`] takes the function made for it; each says why it differs.
//!
//! # Examples
//!
//! ```
//! use polidex_analysis::scripts::{is_compatibility_ideograph, is_han, is_ideograph};
//!
//! assert!(is_ideograph('質') && is_ideograph('𨋢'));
//! // 理 as KS X 1001 has it a second time: Han, but not a unified ideograph.
//! assert!(is_han('\u{F9E4}') && !is_ideograph('\u{F9E4}') && is_compatibility_ideograph('\u{F9E4}'));
//! assert!(!is_han('。') && !is_han('の'));
//! ```

use std::ops::RangeInclusive;

/// Radicals: the CJK supplement and the 214 of Kangxi, without the unassigned end of their block.
pub const RADICALS: RangeInclusive<char> = '\u{2E80}'..='\u{2FD5}';
/// Hiragana and katakana.
pub const KANA: RangeInclusive<char> = '\u{3040}'..='\u{30FF}';
/// Extension A of the unified ideographs.
pub const EXTENSION_A: RangeInclusive<char> = '\u{3400}'..='\u{4DBF}';
/// Unified ideographs, the first block: nearly every character in use.
pub const UNIFIED: RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';
/// From extension A to the end of the unified ideographs. The 64 hexagrams of the Yijing that lie between the two are in.
pub const EXTENSION_A_TO_UNIFIED: RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';
/// Compatibility ideographs of the Basic Multilingual Plane.
pub const COMPATIBILITY: RangeInclusive<char> = '\u{F900}'..='\u{FAFF}';
/// Compatibility ideographs of plane 2.
pub const COMPATIBILITY_SUPPLEMENT: RangeInclusive<char> = '\u{2F800}'..='\u{2FA1F}';
/// Planes 2 and 3, which hold nothing but ideographs: extensions B to J and what will follow.
pub const IDEOGRAPHIC_PLANES: RangeInclusive<char> = '\u{20000}'..='\u{3FFFF}';
/// Hangul letters that combine to syllables.
pub const HANGUL_JAMO: RangeInclusive<char> = '\u{1100}'..='\u{11FF}';
/// Hangul syllables.
pub const HANGUL: RangeInclusive<char> = '\u{AC00}'..='\u{D7A3}';

/// Returns true for a unified ideograph of any plane. The usual test for a Chinese character.
///
/// Compatibility ideographs are left out: in decoded text they are damage that repair replaces.
#[inline]
pub fn is_ideograph(character: char) -> bool {
    is_bmp_ideograph(character) || IDEOGRAPHIC_PLANES.contains(&character)
}

/// Returns true for any ideograph, those kept for compatibility included: for text as it was decoded or stored, which may
/// hold them.
#[inline]
pub fn is_han(character: char) -> bool {
    is_ideograph(character) || COMPATIBILITY.contains(&character)
}

/// Returns true for an ideograph of the Basic Multilingual Plane, which is where the encodings before Unicode end: text
/// that was decoded with the wrong one of them holds no others.
#[inline]
pub fn is_bmp_ideograph(character: char) -> bool {
    EXTENSION_A_TO_UNIFIED.contains(&character)
}

/// Returns true for an ideograph of the first block alone: names and everyday text use no others, so one outside it speaks
/// against a guess.
#[inline]
pub fn is_everyday_ideograph(character: char) -> bool {
    UNIFIED.contains(&character)
}

/// Returns true for an ideograph of the first block or of extension A, and not for the hexagrams between them.
#[inline]
pub fn is_bmp_ideograph_but_hexagram(character: char) -> bool {
    UNIFIED.contains(&character) || EXTENSION_A.contains(&character)
}

/// Returns true for a character that Unicode keeps for compatibility and that decomposes to a unified ideograph.
#[inline]
pub fn is_compatibility_ideograph(character: char) -> bool {
    COMPATIBILITY.contains(&character) || COMPATIBILITY_SUPPLEMENT.contains(&character)
}

/// Returns true for a radical, which looks like an ideograph and is another character.
#[inline]
pub fn is_radical(character: char) -> bool {
    RADICALS.contains(&character)
}

/// Returns true for hiragana and katakana of full width.
#[inline]
pub fn is_kana(character: char) -> bool {
    KANA.contains(&character)
}

/// Returns true for a Hangul syllable.
#[inline]
pub fn is_hangul(character: char) -> bool {
    HANGUL.contains(&character)
}

/// Returns true for a letter of Chinese, Japanese or Korean: an ideograph, kana or a Hangul syllable.
#[inline]
pub fn is_cjk_letter(character: char) -> bool {
    is_ideograph(character) || is_kana(character) || is_hangul(character)
}

/// Returns true for a letter that the tokenizer takes as a token by itself: Han, bopomofo, kana, Hangul, Yi, and the scripts
/// of South-East Asia that are written without spaces.
///
/// Assigned letters only, block by block: marks and signs of the same blocks end a word or vanish instead. Part of what an
/// index is made with, so a change asks for another analyzer version.
pub(crate) fn stands_alone(character: char) -> bool {
    matches!(character as u32,
        0x3005..=0x3007 | 0x3021..=0x3029 | 0x3031..=0x3035 | 0x3038..=0x303B
        | 0x3041..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x3105..=0x312F | 0x3131..=0x318E | 0x31A0..=0x31BF
        | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0x0E01..=0x0E2E | 0x0E30 | 0x0E32..=0x0E33 | 0x0E40..=0x0E46 | 0x0E81..=0x0EDF | 0x1000..=0x109F
        | 0x1780..=0x17B3 | 0x20000..=0x323AF)
}

/// Returns true for a letter that NFKD would take apart although its parts are no diacritics: Hangul syllables and voiced
/// kana, in full or half width, and the letters they are made of.
pub(crate) fn is_composed(character: char) -> bool {
    matches!(character as u32,
        0x1100..=0x11FF | 0x3040..=0x30FF | 0x3130..=0x318F | 0xAC00..=0xD7FF | 0xFF61..=0xFFDC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_where_their_blocks_end() {
        // Character; ideograph, Han, of the BMP, of the first block, no hexagram, compatibility, radical.
        let cases = [
            ('質', "1111100"),
            ('㐀', "1110100"),
            ('䷀', "1110000"),
            ('𨋢', "1100000"),
            ('\u{9FFF}', "1111100"),
            ('\u{A000}', "0000000"),
            ('\u{F900}', "0100010"),
            ('\u{2F800}', "1100010"),
            ('⻑', "0000001"),
            ('の', "0000000"),
            ('한', "0000000"),
            ('。', "0000000"),
        ];
        for (character, expected) in cases {
            let answers = [
                is_ideograph(character),
                is_han(character),
                is_bmp_ideograph(character),
                is_everyday_ideograph(character),
                is_bmp_ideograph_but_hexagram(character),
                is_compatibility_ideograph(character),
                is_radical(character),
            ];
            let answers: String = answers
                .map(|yes| if yes { '1' } else { '0' })
                .iter()
                .collect();
            assert_eq!(answers, expected, "{character:?}");
        }
        assert!(is_kana('ヿ') && is_hangul('힣') && HANGUL_JAMO.contains(&'ᄀ'));
        assert!(is_cjk_letter('ア') && is_cjk_letter('가') && !is_cjk_letter('ㄅ'));
        assert!(stands_alone('ㄅ') && stands_alone('ก') && !stands_alone('・'));
    }
}
