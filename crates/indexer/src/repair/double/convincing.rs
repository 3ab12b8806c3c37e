//! Decides whether a candidate is clear enough to be believed.
//!
//! In: a text and a candidate of it. Out: yes or no. Everything must gain enough; then what was meant as CJK by bytes of CJK
//! goes through the table of `rules`, and the rest through the two verdicts here.

use std::collections::BTreeSet;

use polidex_analysis::scripts::is_everyday_ideograph;

use crate::decode::is_of_one_alphabet;
use crate::repair::double::candidate::Candidate;
use crate::repair::double::looks::{
    has_noncharacters, is_common, is_lone_sign, is_mostly_usual, is_of_its_writing,
    is_one_repeated, is_sure_utf8, is_table_rule, stands_in_words,
};
use crate::repair::double::misreading::{MULTI_BYTE, Misreading, SINGLE_BYTE};
use crate::repair::double::rules::{Measures, is_convincing_cjk};
use crate::repair::double::stretch::MIN_DENSE_CHARS;
use crate::repair::double::suspicion::MIN_RISES;
use crate::repair::double::words::{is_all_words, is_embedded, is_in_words};
use crate::text::charset::Charset::*;
use crate::text::model::Model;

/// Nats a reading must gain in all ...
pub(super) const MIN_GAIN_NATS: f32 = 8.0;
/// ... less inside a word ...
const MIN_GAIN_NATS_IN_WORD: f32 = 4.0;
/// ... or where the pair has been seen ...
const MIN_GAIN_NATS_KNOWN: f32 = 2.0;
/// ... and for each of its characters. METHOD.md of the benchmark: 0.06 % of 11,000 clean lines change at 1.2.
const MIN_GAIN_NATS_PER_CHAR: f32 = 1.2;

/// Returns true when `candidate` is to be believed; `is_known` where the document has shown its pair of sets.
pub(super) fn is_convincing(
    text: &str,
    candidate: &Candidate,
    is_known: bool,
    model: &Model,
) -> bool {
    let input = &text[candidate.at.clone()];
    if !gains_enough(text, candidate, is_known) || is_innocent(text, candidate, model) {
        return false;
    }
    let Misreading { wrong, right } = candidate.misreading;
    if MULTI_BYTE.contains(&wrong) || matches!(wrong, Utf16Le | Utf16Be) {
        // Any two bytes are UTF-16: what they give must be what texts are made of.
        let is_text = match right {
            Utf16Be => is_mostly_usual(&candidate.after, model),
            Utf8 => true,
            _ => is_known || is_of_its_writing(&candidate.after, right),
        };
        return is_text
            && !has_noncharacters(&candidate.after)
            && is_convincing_cjk(&Measures::of(input, candidate, is_known, model))
            && !is_embedded(text, candidate, model)
            && !is_in_words(text, &candidate.at);
    }
    if right == Utf8 {
        // An accident is one whatever the text has shown: `l’é` reads as a letter of Armenian.
        let is_borne_out = is_sure_utf8(&candidate.after) || candidate.after.contains('\u{FFFD}');
        return is_known && is_borne_out || is_convincing_utf8(text, candidate);
    }
    let is_torn =
        matches!(wrong, Cp866 | Cp850 | Windows1251 | Koi8R) && !is_whole(text, candidate);
    !is_torn && is_convincing_dense(input, candidate, is_known)
}

/// Returns true when a stretch ends where the letters and signs of single-byte sets do: of garbage that is another set's
/// some part reads well in this one.
fn is_whole(text: &str, candidate: &Candidate) -> bool {
    let is_high = |c: char| matches!(c as u32, 0x80..=0x52F | 0x2200..=0x25FF);
    !text[..candidate.at.start].ends_with(is_high) && !text[candidate.at.end..].starts_with(is_high)
}

fn gains_enough(text: &str, candidate: &Candidate, is_known: bool) -> bool {
    let min_gain = if is_known && candidate.misreading.right == Utf8 {
        MIN_GAIN_NATS_KNOWN
    } else if is_inside_word(text, candidate) {
        MIN_GAIN_NATS_IN_WORD
    } else {
        MIN_GAIN_NATS
    };
    candidate.gain_nats >= min_gain && candidate.gain_per_char() >= MIN_GAIN_NATS_PER_CHAR
}

/// Returns true for a stretch that good text has though it looks like damage.
fn is_innocent(text: &str, candidate: &Candidate, model: &Model) -> bool {
    let input = &text[candidate.at.clone()];
    let Misreading { wrong, right } = candidate.misreading;
    let is_foreign = matches!(right, ShiftJis | EucJp | EucKr);
    is_one_repeated(input)
        || SINGLE_BYTE.contains(&wrong) && right == Utf8 && is_plain_word(input)
        || is_table_rule(input) && !stands_in_words(text, candidate)
        || MULTI_BYTE.contains(&wrong) && is_foreign && stands_in_chinese(text, candidate, model)
}

/// Characters of a certain repair: fewer are a name of something in more than one reading ...
const MIN_CERTAIN_CHARS: usize = 8;
/// ... of three bytes of UTF-8 each.
const MIN_CERTAIN_UTF8_CHARS: usize = 4;
/// Gain for each character of a certain repair ...
const MIN_CERTAIN_GAIN_NATS: f32 = 4.0;
/// ... and score of what it yields.
const MIN_CERTAIN_OUTPUT_NATS: f32 = -8.5;

/// Returns true when `candidate`, which is believed, is beyond doubt: only such a repair says something about the rest of
/// the document.
pub(super) fn is_certain(candidate: &Candidate) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    if right == Utf8 {
        let is_long = |c: &char| c.len_utf8() >= 3 && *c != '\u{FFFD}';
        let long = candidate.after.chars().filter(is_long).count();
        return long >= MIN_CERTAIN_UTF8_CHARS || SINGLE_BYTE.contains(&wrong);
    }
    candidate.len_changed_input_chars >= MIN_CERTAIN_CHARS
        && candidate.gain_per_char() >= MIN_CERTAIN_GAIN_NATS
        && candidate.output_per_char() >= MIN_CERTAIN_OUTPUT_NATS
}

/// Returns true for small letters of Cyrillic or Greek and nothing else above ASCII: bytes of one of its sets are some
/// sequence of UTF-8 now and then (`сап`), damage shows signs and capitals among them.
fn is_plain_word(input: &str) -> bool {
    let is_letter = |c: char| matches!(c as u32, 0x370..=0x52F) && c.is_lowercase();
    input.chars().all(|c| c.is_ascii() || is_letter(c))
}

/// Score that no reading of right bytes falls below, per character: emoji and names of rare ideographs stay above.
const NOISE_NATS: f32 = -14.0;
/// Like `NOISE_NATS`, for Japanese and Korean: bytes are some of either easily, so they must read like it.
const FOREIGN_NOISE_NATS: f32 = -9.0;

/// Returns true for UTF-8 in single bytes that is no accident and no noise.
fn is_convincing_utf8(text: &str, candidate: &Candidate) -> bool {
    is_sure_utf8(&candidate.after)
        && candidate.output_per_char() > NOISE_NATS
        && !is_lone_sign(text, candidate)
}

/// Gain for each character that CJK in single bytes needs: accents in words reach less.
const MIN_DENSE_GAIN_NATS: f32 = 2.0;
/// Different characters that CJK in single bytes must yield, unless all are different.
const MIN_DISTINCT: usize = 3;

/// Returns true for CJK in single bytes: the signal is the density of high characters, signs among them.
fn is_convincing_dense(input: &str, candidate: &Candidate, is_known: bool) -> bool {
    if candidate.gain_per_char() <= MIN_DENSE_GAIN_NATS {
        return false;
    }
    if is_known {
        return true;
    }
    let is_sign = |c: &char| !c.is_ascii() && !c.is_alphabetic();
    let signs = input.chars().filter(is_sign).count();
    let has_signs = signs > 0 || count_rises(input) >= MIN_RISES || !is_of_one_alphabet(input);
    // Three in five characters that change are above ASCII.
    let is_dense = candidate.len_input_chars >= MIN_DENSE_CHARS
        && candidate.len_input_chars * 5 >= candidate.len_changed_input_chars * 3;
    let wide = candidate.after.chars().filter(|c| !c.is_ascii());
    let distinct = wide.collect::<BTreeSet<_>>().len();
    // `¹þ¹þ` is 哈哈.
    let is_word = || signs * 2 >= candidate.len_input_chars && is_all_words(&candidate.after);
    let is_varied = distinct >= MIN_DISTINCT || distinct == candidate.len_chars || is_word();
    if is_half_width(&candidate.after) {
        return false;
    }
    let noise_nats = match candidate.misreading.right {
        Gb18030 | Big5 => NOISE_NATS,
        _ => FOREIGN_NOISE_NATS,
    };
    has_signs && is_dense && is_varied && candidate.output_per_char() > noise_nats
}

/// Returns the number of capitals above ASCII that stand behind a small letter.
fn count_rises(input: &str) -> usize {
    let pairs = input.chars().zip(input.chars().skip(1));
    pairs
        .filter(|(one, other)| one.is_lowercase() && other.is_uppercase() && !other.is_ascii())
        .count()
}

/// Returns true for half-width kana for the most part: any byte from A1 to DF is some.
fn is_half_width(after: &str) -> bool {
    let wide = after.chars().filter(|c| !c.is_ascii());
    let half = after
        .chars()
        .filter(|c| matches!(c, '\u{FF61}'..='\u{FF9F}'));
    half.count() * 2 >= wide.count()
}

/// Common ideographs beside a stretch, in its line, from which on the line is Chinese.
const MIN_CHINESE_NEIGHBOURS: usize = 4;
/// Bytes of the line that are looked at on either side.
pub(super) const NEIGHBOUR_BYTES: usize = 240;

/// Returns true when the rest of the line is plain Chinese.
///
/// Damage befalls a line or a document; three ideographs of a Chinese sentence that would also read as Korean are a
/// coincidence (哥哥姐姐, 脊骨神經).
fn stands_in_chinese(text: &str, candidate: &Candidate, model: &Model) -> bool {
    let from = text.floor_char_boundary(candidate.at.start.saturating_sub(NEIGHBOUR_BYTES));
    let to = text.ceil_char_boundary((candidate.at.end + NEIGHBOUR_BYTES).min(text.len()));
    let before = text[from..candidate.at.start].rsplit('\n').next();
    let after = text[candidate.at.end..to].split('\n').next();
    let neighbours = before.into_iter().chain(after).flat_map(str::chars);
    let is_chinese = |c: &char| is_everyday_ideograph(*c) && is_common(*c, model);
    neighbours.filter(is_chinese).count() >= MIN_CHINESE_NEIGHBOURS
}

/// Returns true for a gain too small to stand alone: two bytes inside a word, where no sign stands between letters
/// (`RÄ«ga`, `AÃ‘OS`).
fn is_inside_word(text: &str, candidate: &Candidate) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    if right != Utf8 || !SINGLE_BYTE.contains(&wrong) {
        return false;
    }
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let next = text[candidate.at.end..].chars().next();
    let is_strong = match is_letter(text[..candidate.at.start].chars().next_back()) {
        true => text[candidate.at.start..].starts_with('Ã'),
        false => begins_with_sign(&text[candidate.at.clone()]),
    };
    (is_letter(next) || is_strong) && is_sure_utf8(&candidate.after)
}

/// Returns true for a capital that stands beside a sign and belongs to no word: `Â£5`, `25Â°`.
fn begins_with_sign(input: &str) -> bool {
    let mut input = input.chars();
    input.next() == Some('Â') && matches!(input.next(), Some('¡'..='¿'))
}
