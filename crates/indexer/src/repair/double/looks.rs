//! What a stretch looks like, before and after it is read anew.
//!
//! In: a text. Out: yes or no, from characters and their neighbours alone.

use std::collections::BTreeSet;

use polidex_analysis::scripts::{is_bmp_ideograph, is_everyday_ideograph};

use super::bounds::{MIN_CHARS_CJK, MIN_NAME_CHARS};
use super::candidate::Candidate;
use super::misreading::Misreading;
use super::suspicion::is_private_use;
use crate::text::charset::Charset::{self, *};
use crate::text::model::{Model, script_of};

/// Ideographs likelier than this, in nats, are among the few hundred that half of any text is made of.
const COMMON_NATS: f32 = -8.8;

/// Returns true for one of the few hundred ideographs that half of any text is made of.
pub(super) fn is_common(c: char, model: &Model) -> bool {
    model.unigram(c) > COMMON_NATS
}

/// Returns the share of common characters among those above ASCII.
pub(super) fn common_share(input: &str, model: &Model) -> f32 {
    let wide = || input.chars().filter(|c| !c.is_ascii());
    let common = wide().filter(|&c| is_common(c, model)).count();
    common as f32 / wide().count().max(1) as f32
}

/// Returns true when a character of private use stands in `input`.
pub(super) fn has_private_use(input: &str) -> bool {
    input.chars().any(is_private_use)
}

/// Returns true for private use and for what is no character: no right reading yields them.
pub(super) fn has_noncharacters(after: &str) -> bool {
    after.chars().any(|c| {
        c.is_control() && !c.is_whitespace()
            || is_private_use(c)
            || matches!(c as u32, 0xFFF0..=0xFFFC | 0xFFFE | 0xFFFF | 0x3_2000..)
    })
}

/// Returns true when scripts that no text has side by side become ideographs in use once the bytes of UTF-16 are
/// exchanged.
pub(super) fn is_swapped_han(input: &str, candidate: &Candidate, model: &Model) -> bool {
    let is_swap = candidate.misreading
        == Misreading {
            wrong: Utf16Le,
            right: Utf16Be,
        };
    if !is_swap || !mixes_scripts(input) {
        return false;
    }
    let letters = || wide_letters(&candidate.after);
    let is_usual = |c: &char| is_everyday_ideograph(*c) && model.knows(*c);
    let usual = letters().filter(is_usual).count();
    usual >= MIN_NAME_CHARS && 10 * usual >= 9 * letters().count()
}

fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x2010..=0x2027 | 0x3000..=0x303F | 0xFF00..=0xFF5E)
}

/// Returns true when most letters above ASCII are ideographs in use, or all are of one other script.
pub(super) fn is_mostly_usual(after: &str, model: &Model) -> bool {
    let letters = || wide_letters(after);
    let count = letters().count();
    if count == 0 {
        return after.chars().filter(|c| !c.is_ascii()).all(is_mark);
    }
    let usual = letters().filter(|c| model.knows(*c)).count();
    let scripts: BTreeSet<Option<u8>> = letters().map(script_of).collect();
    let is_of_one_script = scripts.len() == 1 && !scripts.contains(&None) && count >= MIN_CHARS_CJK;
    10 * usual >= 7 * count || is_of_one_script
}

fn wide_letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic())
}

/// Returns true when letters of scripts stand together that no text has together: by chance bytes read as anything
/// (`䏔ಿ`, `溵۷쵴`).
pub(super) fn mixes_scripts(after: &str) -> bool {
    const HAN_OR_KANA: u32 = 0;
    const HANGUL: u32 = 1;
    const FIRST_ROW: u32 = 2;
    /// Rows of 256 characters that hold Latin with its accents, which goes with any script.
    const LATIN_ROWS: u32 = 3;
    let script = |c: char| match c as u32 {
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => HAN_OR_KANA,
        0x1100..=0x11FF | 0xAC00..=0xD7FF => HANGUL,
        code => FIRST_ROW + code / 0x100,
    };
    let scripts: BTreeSet<u32> = wide_letters(after).map(script).collect();
    let is_latin = |script: &&u32| (FIRST_ROW..FIRST_ROW + LATIN_ROWS).contains(*script);
    scripts.iter().filter(|script| !is_latin(script)).count() > 1
}

/// Returns true when what is read as `right` is in the writing of that set's language: bytes of any ideographs are some kana,
/// Hangul, Greek and lines of a table in another set.
pub(super) fn is_of_its_writing(after: &str, right: Charset) -> bool {
    let is_kana = |c: char| matches!(c as u32, 0x3005 | 0x3040..=0x30FF | 0xFF65..=0xFF9F);
    let is_hangul = |c: char| matches!(c as u32, 0xAC00..=0xD7A3);
    let is_full_width = |c: char| matches!(c as u32, 0xFF00..=0xFF5E);
    let is_ideograph = |c: char| matches!(c as u32, 0x3007 | 0x3400..=0x9FFF | 0x2_0000..);
    let (mut own, mut foreign) = (0, 0);
    for c in after.chars().filter(|c| !c.is_ascii()) {
        let is_own = match right {
            EucKr => is_hangul(c),
            ShiftJis | EucJp => is_ideograph(c) || is_kana(c),
            _ => is_ideograph(c),
        };
        own += usize::from(is_own);
        let is_letter = c.is_alphabetic() && !is_full_width(c) || is_table_mark(c);
        foreign += usize::from(is_letter && !is_own);
    }
    // Korean holds ideographs for names.
    let least = if right == EucKr { 4 } else { 9 };
    own >= least * foreign
}

/// Returns true when sequences of three bytes outweigh those of two: they do not come about by chance in double-byte
/// text, and those of two bytes do (毛爷爷).
pub(super) fn is_long_utf8(after: &str) -> bool {
    let is_long = |c: &char| c.len_utf8() >= 3 && *c != '\u{FFFD}';
    let long = after.chars().filter(is_long).count();
    let short = after.chars().filter(|c| c.len_utf8() == 2).count();
    long >= 2 && long >= short
}

/// Returns true for one character over and over (啊啊啊), or a few each said twice (哥哥姐姐): living speech, whose bytes
/// repeat too.
pub(super) fn is_one_repeated(input: &str) -> bool {
    /// Longest run of characters that are each said twice.
    const MAX_TWICE: usize = 8;
    // A no-break space is a byte of what was meant.
    let is_said = |c: &char| !c.is_whitespace() || *c == '\u{A0}';
    let chars = || input.chars().filter(is_said);
    let count = chars().count();
    let distinct = chars().collect::<BTreeSet<_>>().len();
    let are_twice = count <= MAX_TWICE && distinct * 2 <= count;
    distinct == 1 || are_twice && chars().all(is_bmp_ideograph)
}

/// Returns true when no character stands in `text` twice.
pub(super) fn are_different(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    text.chars().all(|c| seen.insert(c))
}

/// Returns true for lines and corners of a table and nothing else above ASCII: they stand side by side by trade.
pub(super) fn is_table_rule(input: &str) -> bool {
    input.chars().filter(|c| !c.is_ascii()).all(is_table_mark)
}

fn is_table_mark(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259F}')
}

/// Returns true when all lines and corners stand between letters of a word and become letters too: `educaci├│n`.
pub(super) fn stands_in_words(text: &str, candidate: &Candidate) -> bool {
    let mut before = text[..candidate.at.start].chars().next_back();
    let next = text[candidate.at.end..].chars().take(1);
    let mut runs = 0;
    for c in text[candidate.at.clone()].chars().chain(next) {
        let is_bound = match (is_table_mark(c), before.is_some_and(is_table_mark)) {
            (true, false) => before.is_some_and(char::is_alphabetic),
            // The last letter of a word (`comi├│`): two marks are one letter.
            (false, true) => c.is_alphabetic() || runs == 2,
            _ => true,
        };
        if !is_bound {
            return false;
        }
        runs = if is_table_mark(c) { runs + 1 } else { 0 };
        before = Some(c);
    }
    let mut becomes = candidate.after.chars().filter(|c| !c.is_ascii());
    !before.is_some_and(is_table_mark) && becomes.all(char::is_alphabetic)
}

/// Returns true for UTF-8 that no good text gives by chance.
///
/// Two bytes of it can come about in good text (`É¿`, `“×”`, `—∞`, `┼┐`): they count if they mostly give what Latin
/// text is full of, or letters of one script in a row. Longer sequences cannot.
pub(super) fn is_sure_utf8(after: &str) -> bool {
    /// Characters of a block, roughly.
    const BLOCK: u32 = 0x80;
    /// Last letter of Latin with accents as Europe writes it.
    const LAST_LATIN: u32 = 0x17F;
    let (mut sure, mut doubtful) = (0, 0);
    let mut last_block = 0;
    for code in after.chars().map(|c| c as u32) {
        // Side by side: apostrophes before capitals (`l’État`) read as a letter of Armenian each, words apart.
        let is_pair = code / BLOCK == last_block && code > LAST_LATIN;
        last_block = code / BLOCK;
        match code {
            0..0x80 => {}
            0xA0..LAST_LATIN | 0x800.. => sure += 1,
            _ if is_pair => sure += 2,
            _ => doubtful += 1,
        }
    }
    sure > doubtful
}

/// Returns true for one sequence of two bytes made of signs that mathematics and line drawing use, away from any word:
/// `√π`. Three such signs in a row that are a dash or a quotation mark besides are no formula (`ΓÇô`).
pub(super) fn is_lone_sign(text: &str, candidate: &Candidate) -> bool {
    let has_sign_letters = matches!(candidate.misreading.wrong, MacRoman | Cp437 | Cp850);
    let is_pair = candidate.len_changed_input_chars <= 2 && candidate.len_chars == 1;
    let before = text[..candidate.at.start].chars().next_back();
    let after = text[candidate.at.end..].chars().next();
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    has_sign_letters && is_pair && !is_letter(before) && !is_letter(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_no_text_has_together_are_told() {
        for mixed in ["䏔ಿ", "溵۷쵴", "한中"] {
            assert!(mixes_scripts(mixed), "{mixed}");
        }
        for text in ["中文の", "é中", "Ошибка", "한국어"] {
            assert!(!mixes_scripts(text), "{text}");
        }
    }

    #[test]
    fn what_mixes_writings_is_not_of_a_set() {
        for (after, right) in [
            ("とゼビɑΖヨ", Gb18030),
            ("从バーー子", Gb18030),
            ("とゼビ┿Ζヨ", EucJp),
            ("矯　성　뫙　僅　훔", EucKr),
        ] {
            assert!(!is_of_its_writing(after, right), "{after}");
        }
        for (after, right) in [
            ("《中小企业促进法》第５条，约８０％", Gb18030),
            ("個人情報の保護に関する法律", ShiftJis),
            ("주택 공급에 관한 규칙（規則）", EucKr),
        ] {
            assert!(is_of_its_writing(after, right), "{after}");
        }
    }

    #[test]
    fn living_speech_repeats() {
        for repeated in ["啊啊啊", "哥哥姐姐", "--"] {
            assert!(is_one_repeated(repeated), "{repeated}");
        }
        assert!(!is_one_repeated("兄弟姊妹"));
    }
}
