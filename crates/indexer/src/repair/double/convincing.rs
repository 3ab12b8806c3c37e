//! Whether a candidate is clear enough to be believed.

use std::collections::BTreeSet;

use crate::repair::double::candidate::Candidate;
use crate::repair::double::misreading::{MULTI_BYTE, Misreading, SINGLE_BYTE};
use crate::repair::double::stretch::MIN_DENSE_CHARS;
use crate::repair::names::is_name;
use crate::text::charset::Charset::*;
use crate::text::model::{Model, script_of};

/// Nats a reading must gain in all ...
pub(super) const MIN_GAIN_NATS: f32 = 8.0;
/// ... less inside a word ...
const MIN_GAIN_NATS_IN_WORD: f32 = 4.0;
/// ... or where the pair has been seen ...
const MIN_GAIN_NATS_KNOWN: f32 = 2.0;
/// ... and for each of its characters. METHOD.md of the benchmark: 0.06 % of 11,000 clean lines change at 1.2.
const MIN_GAIN_NATS_PER_CHAR: f32 = 1.2;
/// CJK read as CJK needs this many characters: names of two to five rare characters decode as something in most sets.
const MIN_CHARS_CJK: usize = 6;

pub(super) fn is_convincing(
    text: &str,
    candidate: &Candidate,
    is_known: bool,
    model: &Model,
) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    let per_char = candidate.gain_nats / candidate.len_chars.max(1) as f32;
    let min_gain = match () {
        () if is_known && right == Utf8 => MIN_GAIN_NATS_KNOWN,
        () if is_inside_word(text, candidate) => MIN_GAIN_NATS_IN_WORD,
        () => MIN_GAIN_NATS,
    };
    if candidate.gain_nats < min_gain || per_char < MIN_GAIN_NATS_PER_CHAR {
        return false;
    }
    let input = &text[candidate.at.clone()];
    if is_one_repeated(input) || is_table_rule(input) && !stands_in_words(text, candidate) {
        return false;
    }
    let is_foreign = matches!(right, ShiftJis | EucJp | EucKr);
    if MULTI_BYTE.contains(&wrong) && is_foreign && stands_in_chinese(text, candidate, model) {
        return false;
    }
    if MULTI_BYTE.contains(&wrong) || matches!(wrong, Utf16Le | Utf16Be) {
        return is_convincing_cjk(input, candidate, is_known, model);
    }
    let after = candidate.output_nats / candidate.len_chars.max(1) as f32;
    if right == Utf8 {
        return is_known
            || is_sure_utf8(&candidate.after)
                && after > NOISE_NATS
                && !is_lone_sign(text, candidate);
    }
    // CJK in single bytes: the signal is the density of high characters, signs among them.
    let has_signs = input.chars().any(|c| !c.is_ascii() && !c.is_alphabetic());
    let is_dense = candidate.len_input_chars >= MIN_DENSE_CHARS
        && candidate.len_input_chars * 5 >= candidate.len_changed_input_chars * 3;
    let distinct = candidate
        .after
        .chars()
        .filter(|c| !c.is_ascii())
        .collect::<BTreeSet<_>>()
        .len();
    let is_varied = distinct >= 3 || distinct == candidate.len_chars;
    // Bytes are some Japanese or Korean easily; it must read like it.
    let reads_well = after
        > if matches!(right, Gb18030 | Big5) {
            NOISE_NATS
        } else {
            -9.0
        };
    (is_dense && has_signs && is_varied && reads_well || is_known) && per_char > 2.0
}

/// What no reading of right bytes scores, per character: emoji and names of rare ideographs stay above.
const NOISE_NATS: f32 = -14.0;

/// CJK read as CJK. Garbage and good text overlap in every single measure, names most of all, so there are several
/// ways to convince, each strict in what the others are lenient in. The numbers are nats per character, measured on
/// two thirds of the benchmark's cases and its clean lines, 2026-11-22.
fn is_convincing_cjk(input: &str, candidate: &Candidate, is_known: bool, model: &Model) -> bool {
    let len_out = candidate.len_chars.max(1) as f32;
    let (gain, total) = (candidate.gain_nats / len_out, candidate.gain_nats);
    let before = candidate.input_nats / candidate.len_changed_input_chars.max(1) as f32;
    let after = candidate.output_nats / len_out;
    let len = candidate.len_changed_input_chars;
    if has_noncharacters(&candidate.after) {
        return false;
    }
    // Any two bytes are UTF-16: what they give must be what texts are made of.
    if candidate.misreading.right == Utf16Be && !is_mostly_usual(&candidate.after, model) {
        return false;
    }
    if candidate.misreading.right == Utf8 {
        let min_len = if is_known || candidate.misreading.wrong == Gb18030 {
            3
        } else {
            4
        };
        let is_of_one_script = is_known || !mixes_scripts(&candidate.after);
        return len >= min_len
            && before < -9.5
            && is_of_one_script
            && is_long_utf8(&candidate.after);
    }
    if is_known {
        return len >= 2 && before < -9.5 && after > -11.0;
    }
    // Four characters of Chinese read as some Japanese or Korean too often (芝娃娃狗).
    if matches!(candidate.misreading.right, ShiftJis | EucJp | EucKr) && len < MIN_CHARS_CJK {
        return false;
    }
    let common = common_share(input, model);
    let floor_before = if has_private_use(input) { -7.0 } else { -11.0 };
    // Most damage in Chinese documents is Chinese: other readings must be clearer.
    let min_gain = if matches!(candidate.misreading.right, Gb18030 | Big5 | Utf16Be) {
        0.0
    } else {
        4.0
    };
    let is_long = len >= MIN_CHARS_CJK
        && gain >= min_gain
        && before < floor_before
        && after > -9.0
        && common < MAX_COMMON_SHARE;
    let is_clear = len >= 4 && before < -10.0 && gain >= 6.0 && after > -7.0 && common <= 0.5;
    let is_strong = len >= MIN_CHARS_CJK
        && before < -9.5
        && total >= 30.0
        && gain >= 4.5
        && after > -6.5
        && common < MAX_COMMON_SHARE;
    let is_alien = len >= 4 && before < -14.0 && total >= 25.0 && gain >= 4.0 && after > -11.5;
    let is_named =
        len >= MIN_NAME_CHARS && before < -10.5 && is_name(&candidate.after) && !is_name(input);
    let is_swapped = len >= MIN_NAME_CHARS
        && gain >= 3.0
        && after > -12.0
        && is_swapped_han(input, candidate, model);
    is_long || is_clear || is_strong || is_alien || is_named || is_swapped
}

/// Two characters are a name of something in any reading.
const MIN_NAME_CHARS: usize = 3;

/// Whether scripts that no text has side by side become ideographs in use when the bytes of UTF-16 are exchanged.
fn is_swapped_han(input: &str, candidate: &Candidate, model: &Model) -> bool {
    let is_swap = candidate.misreading
        == Misreading {
            wrong: Utf16Le,
            right: Utf16Be,
        };
    let is_usual = |c: char| matches!(c as u32, 0x4E00..=0x9FFF) && model.knows(c);
    let ideographs = || {
        candidate
            .after
            .chars()
            .filter(|c| !c.is_ascii() && c.is_alphabetic())
    };
    let usual = ideographs().filter(|c| is_usual(*c)).count();
    is_swap
        && mixes_scripts(input)
        && usual >= MIN_NAME_CHARS
        && 10 * usual >= 9 * ideographs().count()
}

/// Whether most letters above ASCII are ideographs in use, or all are of one other script.
fn is_mostly_usual(after: &str, model: &Model) -> bool {
    let letters = || after.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
    let usual = letters().filter(|c| model.knows(*c)).count();
    let scripts: BTreeSet<Option<u8>> = letters().map(script_of).collect();
    let is_of_one_script =
        scripts.len() == 1 && !scripts.contains(&None) && letters().count() >= MIN_CHARS_CJK;
    10 * usual >= 7 * letters().count() || is_of_one_script
}

/// Common ideographs beside a stretch, in its line, from which on the line is Chinese.
const MIN_CHINESE_NEIGHBOURS: usize = 4;
/// Bytes of the line that are looked at on either side.
pub(super) const NEIGHBOUR_BYTES: usize = 240;

/// Whether the rest of the line is plain Chinese. Damage befalls a line or a document; three ideographs of a Chinese
/// sentence that would also read as Korean are a coincidence (哥哥姐姐, 脊骨神經).
fn stands_in_chinese(text: &str, candidate: &Candidate, model: &Model) -> bool {
    let from = text.floor_char_boundary(candidate.at.start.saturating_sub(NEIGHBOUR_BYTES));
    let to = text.ceil_char_boundary((candidate.at.end + NEIGHBOUR_BYTES).min(text.len()));
    let before = text[from..candidate.at.start]
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let after = text[candidate.at.end..to]
        .split('\n')
        .next()
        .unwrap_or_default();
    let is_common =
        |c: &char| matches!(*c as u32, 0x4E00..=0x9FFF) && model.unigram(*c) > COMMON_NATS;
    before
        .chars()
        .chain(after.chars())
        .filter(is_common)
        .count()
        >= MIN_CHINESE_NEIGHBOURS
}

/// Lines and corners of a table, and nothing else: they stand side by side by trade.
fn is_table_rule(input: &str) -> bool {
    input.chars().filter(|c| !c.is_ascii()).all(is_table_mark)
}

fn is_table_mark(c: char) -> bool {
    matches!(c as u32, 0x2500..=0x259F)
}

/// Whether all lines and corners stand between letters of a word and become letters too: `educaci├│n`.
fn stands_in_words(text: &str, candidate: &Candidate) -> bool {
    let mut before = text[..candidate.at.start].chars().next_back();
    let input = text[candidate.at.clone()]
        .chars()
        .chain(text[candidate.at.end..].chars().take(1));
    for c in input {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let is_bound = match (is_table_mark(c), before.is_some_and(is_table_mark)) {
            (true, false) => is_letter(before),
            (false, true) => is_letter(Some(c)),
            _ => true,
        };
        if !is_bound {
            return false;
        }
        before = Some(c);
    }
    !before.is_some_and(is_table_mark)
        && candidate
            .after
            .chars()
            .filter(|c| !c.is_ascii())
            .all(char::is_alphabetic)
}

/// Private use and what is no character: no right reading yields them.
pub(super) fn has_noncharacters(after: &str) -> bool {
    after.chars().any(|c| {
        c.is_control() && !c.is_whitespace()
            || matches!(c as u32, 0xE000..=0xF8FF | 0xFFF0..=0xFFFC | 0xFFFE | 0xFFFF | 0x3_2000..)
    })
}

/// Two bytes of UTF-8 can come about in good text (`É¿`, `“×”`, `—∞`, `┼┐`): they count if they mostly give what Latin
/// text is full of, or letters of one script in a row. Longer sequences cannot.
fn is_sure_utf8(after: &str) -> bool {
    let (mut sure, mut doubtful) = (0, 0);
    let mut last_block = 0;
    for code in after.chars().filter(|c| !c.is_ascii()).map(|c| c as u32) {
        let is_pair = code / 0x80 == last_block && code > 0x17F;
        last_block = code / 0x80;
        match code {
            0xA0..=0x17E | 0x800.. => sure += 1,
            _ if is_pair => sure += 2,
            _ => doubtful += 1,
        }
    }
    sure > doubtful
}

/// One sequence of two bytes made of signs that mathematics and line drawing use, away from any word: `√π`. Three such
/// signs in a row that are a dash or a quotation mark besides are no formula (`ΓÇô`).
fn is_lone_sign(text: &str, candidate: &Candidate) -> bool {
    let has_sign_letters = matches!(candidate.misreading.wrong, MacRoman | Cp437 | Cp850);
    let before = text[..candidate.at.start].chars().next_back();
    let after = text[candidate.at.end..].chars().next();
    let touches_word = [before, after]
        .into_iter()
        .flatten()
        .any(char::is_alphabetic);
    let is_pair = candidate.len_changed_input_chars <= 2;
    has_sign_letters && is_pair && candidate.len_chars == 1 && !touches_word
}

/// A gain too small to stand alone: two bytes inside a word, where no sign stands between letters (`RÄ«ga`, `AÃ‘OS`).
fn is_inside_word(text: &str, candidate: &Candidate) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    let is_single = right == Utf8 && SINGLE_BYTE.contains(&wrong);
    let next = text[candidate.at.end..].chars().next();
    let before = text[..candidate.at.start].chars().next_back();
    let is_strong_lead =
        text[candidate.at.start..].starts_with('Ã') && before.is_some_and(char::is_alphabetic);
    // `Â£5`, `25Â°`: a capital that stands beside a sign and belongs to no word.
    let mut input = text[candidate.at.clone()].chars();
    let is_lone_capital = input.next() == Some('Â')
        && input.next().is_some_and(|sign| matches!(sign, '¡'..='¿'))
        && !before.is_some_and(char::is_alphabetic);
    let is_bound = next.is_some_and(char::is_alphabetic) || is_strong_lead || is_lone_capital;
    is_single && is_bound && is_sure_utf8(&candidate.after)
}

/// Ideographs likelier than this are among the few hundred that half of any text is made of.
const COMMON_NATS: f32 = -8.8;
/// Garbage of one double-byte set in another is spread over all its ideographs; text is not.
const MAX_COMMON_SHARE: f32 = 0.34;

fn common_share(input: &str, model: &Model) -> f32 {
    let wide: Vec<char> = input.chars().filter(|c| !c.is_ascii()).collect();
    let common = wide
        .iter()
        .filter(|c| model.unigram(**c) > COMMON_NATS)
        .count();
    common as f32 / wide.len().max(1) as f32
}

/// Sequences of three bytes do not come about by chance in double-byte text; of two bytes they do (毛爷爷).
fn is_long_utf8(after: &str) -> bool {
    let long = after
        .chars()
        .filter(|c| c.len_utf8() >= 3 && *c != '\u{FFFD}')
        .count();
    let short = after.chars().filter(|c| c.len_utf8() == 2).count();
    long >= 2 && long >= short
}

/// Whether letters of scripts stand together that no text has together: by chance bytes read as anything (`䏔ಿ`, `溵۷쵴`).
fn mixes_scripts(after: &str) -> bool {
    let script = |c: char| match c as u32 {
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => 0,
        0x1100..=0x11FF | 0xAC00..=0xD7FF => 1,
        code => 2 + code / 0x100,
    };
    let letters = after.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
    let scripts: BTreeSet<u32> = letters.map(script).collect();
    // Latin with its accents goes with any.
    scripts.iter().filter(|script| **script > 2 + 2).count()
        + usize::from(scripts.contains(&0))
        + usize::from(scripts.contains(&1))
        > 1
}

fn has_private_use(input: &str) -> bool {
    input.chars().any(|c| matches!(c as u32, 0xE000..=0xF8FF))
}

/// One character over and over (啊啊啊), or a few each said twice (哥哥姐姐): living speech, whose bytes repeat too.
fn is_one_repeated(input: &str) -> bool {
    // A no-break space is a byte of what was meant.
    let chars = || {
        input
            .chars()
            .filter(|c| !c.is_whitespace() || *c == '\u{A0}')
    };
    let count = chars().count();
    let distinct = chars().collect::<BTreeSet<_>>().len();
    let are_ideographs = chars().all(|c| matches!(c as u32, 0x3400..=0x9FFF));
    distinct == 1 || are_ideographs && count <= 8 && distinct * 2 <= count
}
