//! Mends words of Latin letters in which an accent or a mark, with the letter behind it, was read as an ideograph.
//!
//! In: text, Chinese or not. Out: edits: `don抰` is `don’t`, `Donn茅es` is `Données`, `100 掳C` is `100 °C`. One to three
//! ideographs between letters are read anew, whatever the rest of the line is, and only where what they become fits the
//! word around them: an ending behind an apostrophe, an accent between small letters, a mark before an English word, the
//! sign of a unit behind a figure. Chinese beside Latin letters (`A股`, `T恤`, `K线图`) becomes none of these.

use std::ops::Range;
use std::sync::LazyLock;

use crate::repair::double::misreading::Misreading;
use crate::repair::pass::{Context, Edits};
use crate::repair::scan::pairs;
use crate::text::charset::Charset::{self, *};
use crate::text::charset::Pages;
use crate::text::model::Model;

/// Pairs that are tried, the likelier ones first.
const PAIRS: [(Charset, Charset); 8] = [
    (Gb18030, Utf8),
    (Gb18030, Windows1252),
    (Big5, Utf8),
    (Big5, Windows1252),
    (EucKr, Utf8),
    (EucKr, Windows1252),
    (ShiftJis, Utf8),
    (ShiftJis, Windows1252),
];
/// Longest run of ideographs that may be a mark and a letter or two.
const MAX_WIDE: usize = 3;
/// Bytes of the line that are looked at on either side.
const MAX_LINE_BYTES: usize = 240;
/// Letters of a word at most that are looked at on either side.
const MAX_WORD: usize = 24;
/// Confidence in what fits the word.
const CONFIDENCE: f32 = 0.95;
/// Characters of a sentence of Latin letters to one of another script.
const MIN_NARROW_SHARE: usize = 8;
/// Letters of a word, beside the accent within it.
const MIN_LETTERS: usize = 4;

/// Finds such words.
pub(super) fn find_within(text: &str, edits: &mut Edits, context: &Context<'_>) {
    let mut mended: Vec<Range<usize>> = edits.list().iter().map(|edit| edit.at.clone()).collect();
    mended.sort_by_key(|at| (at.end, at.start));
    let mut done = 0;
    for at in pairs(text.as_bytes(), touches) {
        if at < done {
            continue;
        }
        let Some(wide) = wide_run(text, at) else {
            continue;
        };
        done = wide.end;
        if !may_be_mark(&text[wide.clone()]) {
            continue;
        }
        let place = Place::of(text, wide);
        let after = mended.partition_point(|other| other.end <= place.wide.start);
        if mended
            .get(after)
            .is_some_and(|other| other.start < place.wide.end)
        {
            continue;
        }
        let found = PAIRS.iter().find_map(|&(wrong, right)| {
            let misreading = Misreading { wrong, right };
            let after = misreading.undo(&text[place.wide.clone()])?;
            place
                .fits(&after, misreading, context.model)
                .then_some((misreading, after))
        });
        if let Some((misreading, after)) = found {
            edits.replace(place.wide.clone(), after, misreading.kind(), CONFIDENCE);
        } else if let Some(at) = place.lost_mark(text) {
            let kind = Misreading {
                wrong: Gb18030,
                right: Utf8,
            }
            .kind();
            edits.replace(at, "\u{FFFD}", kind, CONFIDENCE);
        }
    }
}

/// A letter, a figure or a blank beside a character of three bytes.
fn touches(one: u8, other: u8) -> bool {
    let is_narrow = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b' ');
    (is_narrow(one) & (other >= 0xE3)) | ((one >= 0x80) & other.is_ascii_alphabetic())
}

/// The run of double-byte characters that ends or begins at the boundary behind byte `at`; `None` for a longer one.
fn wide_run(text: &str, at: usize) -> Option<Range<usize>> {
    let boundary = at + 1;
    let run_before = text.get(..boundary)?.chars().rev();
    let run_after = text[boundary..].chars();
    let before = run_before.take(MAX_WIDE + 1).take_while(is_wide);
    let after = run_after.take(MAX_WIDE + 1).take_while(is_wide);
    let (before, count_before) = before.fold((0, 0), add_len);
    let (after, count_after) = after.fold((0, 0), add_len);
    (1..=MAX_WIDE)
        .contains(&(count_before + count_after))
        .then(|| boundary - before..boundary + after)
}

fn add_len((len_bytes, count): (usize, usize), c: char) -> (usize, usize) {
    (len_bytes + c.len_utf8(), count + 1)
}

/// Returns true when some pair makes of these characters what [`Place::fits`] asks for first. Most characters of Chinese
/// are none of those.
fn may_be_mark(wide: &str) -> bool {
    wide.chars().next().is_some_and(|c| MARKS.get(c))
}

/// Characters that a mark or an accented letter begins with once it is read anew by one of [`PAIRS`]; what comes behind a
/// character is not asked.
static MARKS: LazyLock<Pages<bool>> = LazyLock::new(|| {
    let mut marks: Pages<bool> = Pages::new();
    let mut bytes = Vec::new();
    for (wrong, right) in PAIRS {
        let writer = Misreading { wrong, right }.writer();
        for c in ('\u{3000}'..='\u{FFEF}').filter(is_wide) {
            bytes.clear();
            if writer.encode(c, None, &mut bytes) && begins_mark(right, &bytes) {
                *marks.slot(c) = true;
            }
        }
    }
    marks
});

/// Returns true when `bytes`, the first of some text, may begin with a mark or an accented letter.
fn begins_mark(right: Charset, bytes: &[u8]) -> bool {
    match bytes {
        // Quotation marks and dashes, and something behind them; a sign of one byte.
        [first, _, ..] if right == Windows1252 => matches!(first, 0x91..=0x94 | 0x96 | 0x97),
        [_] if right == Windows1252 => true,
        // U+00A0 to U+017F, U+2000 to U+203F; the second byte may be of the next character.
        [0xC2..=0xC5] | [0xE2] => true,
        [0xC2..=0xC5, 0x80..0xC0, ..] | [0xE2, 0x80, ..] => true,
        _ => false,
    }
}

/// A short run of double-byte characters and the Latin letters around it.
struct Place<'a> {
    wide: Range<usize>,
    /// Text of the line before the run.
    head: &'a str,
    /// Text of the line behind it.
    tail: &'a str,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, wide: Range<usize>) -> Self {
        let from = text.floor_char_boundary(wide.start.saturating_sub(MAX_LINE_BYTES));
        let to = text.ceil_char_boundary((wide.end + MAX_LINE_BYTES).min(text.len()));
        let head = text[from..wide.start]
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        let tail = text[wide.end..to].split('\n').next().unwrap_or_default();
        Self { wide, head, tail }
    }

    /// A mark of three bytes the last of which is gone: `鈥?` may be a quotation mark or a dash.
    fn lost_mark(&self, text: &str) -> Option<Range<usize>> {
        let is_lost = &text[self.wide.clone()] == "鈥" && self.tail.starts_with('?');
        is_lost.then(|| self.wide.start..self.wide.end + 1)
    }

    /// Letters right before the run.
    fn word_before(&self) -> &'a str {
        let letters = self.head.bytes().rev().take(MAX_WORD);
        let len = letters.take_while(u8::is_ascii_alphabetic).count();
        &self.head[self.head.len() - len..]
    }

    /// Letters right behind it.
    fn word_after(&self) -> &'a str {
        let letters = self.tail.bytes().take(MAX_WORD);
        &self.tail[..letters.take_while(u8::is_ascii_alphabetic).count()]
    }

    /// Returns true when hardly anything else on the line is wide: a sentence of Latin letters.
    fn is_alone(&self) -> bool {
        let chars = || self.head.chars().chain(self.tail.chars());
        let wide = chars().filter(is_wide).count();
        wide == 0 || wide * MIN_NARROW_SHARE <= chars().count()
    }

    fn fits(&self, after: &str, misreading: Misreading, model: &Model) -> bool {
        let (before, next) = (self.word_before(), self.word_after());
        let mut chars = after.chars();
        let first = chars.next().unwrap_or(' ');
        let rest = chars.as_str();
        let is_known_set = misreading.wrong == Gb18030 || self.is_alone();
        match first {
            '’' => {
                let ending = format!("{rest}{next}");
                is_known_set && is_contraction(before, &ending)
            }
            '“' | '‘' | '—' | '–' => {
                let word = format!("{rest}{next}").to_ascii_lowercase();
                let is_word = model.word(&word).is_some() && word.len() > 1;
                let opens =
                    before.is_empty() && self.head.ends_with([' ', '(']) || self.head.is_empty();
                let joins = model.word(&before.to_ascii_lowercase()).is_some();
                let is_dash = matches!(first, '—' | '–');
                is_known_set && !rest.is_empty() && is_word && (opens || is_dash && joins)
            }
            '°' => rest.is_empty() && self.follows_figure() && matches!(next, "C" | "F"),
            'µ' => {
                rest.is_empty() && self.follows_figure() && matches!(next, "m" | "g" | "L" | "s")
            }
            '±' => {
                let tail = self.tail.trim_start_matches(' ');
                rest.is_empty() && tail.starts_with(|c: char| c.is_ascii_digit()) && self.is_alone()
            }
            _ if misreading.right == Utf8 => {
                is_known_set && self.is_accent(before, after, next, model)
            }
            _ => false,
        }
    }

    /// Returns true when a figure stands before the run, a blank between them allowed.
    fn follows_figure(&self) -> bool {
        let head = self.head.strip_suffix(' ').unwrap_or(self.head);
        head.ends_with(|c: char| c.is_ascii_digit())
    }

    /// Returns true when `after` is an accented small letter, or one that is still to be read, within a word.
    fn is_accent(&self, before: &str, after: &str, next: &str, model: &Model) -> bool {
        // An ideograph between two words is slang (`get没get`).
        let is_word = |word: &str| word.len() >= MIN_LETTERS - 1 && model.word(word).is_some();
        if is_word(before) && is_word(next) {
            return false;
        }
        let is_small = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        let mut letters = before.bytes();
        letters.next();
        let are_small = letters.all(|byte| byte.is_ascii_lowercase()) && is_small(next);
        let is_within = !before.is_empty() && !next.is_empty();
        let is_last = next.is_empty() && before.len() >= MIN_LETTERS - 1 && self.is_alone();
        let mut chars = after.chars();
        let is_letter = match (chars.next(), chars.next(), chars.next()) {
            (Some(c), None, _) => matches!(c, 'à'..='ý' | 'ā'..='ž') && !matches!(c, '÷' | 'ý'),
            // Another layer: `Ã©`.
            (Some('Ã' | 'Ä' | 'Å'), Some(c), None) => {
                matches!(c, '\u{80}'..='\u{BF}' | '\u{2013}'..='\u{2122}')
            }
            _ => false,
        };
        let len = before.len() + next.len();
        is_letter && are_small && (is_within && len >= MIN_LETTERS - 1 || is_last)
    }
}

/// Returns true when `ending` stands behind an apostrophe in English, after such a word.
fn is_contraction(before: &str, ending: &str) -> bool {
    match ending {
        "s" | "S" | "d" | "ll" | "ve" | "re" => !before.is_empty(),
        "t" | "T" => before.ends_with(['n', 'N']),
        "m" => before == "I",
        _ => false,
    }
}

/// Returns true for what a double-byte set has two bytes for.
fn is_wide(c: &char) -> bool {
    matches!(*c as u32, 0x3000..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xE000..=0xF8FF | 0xFF00..=0xFFEF)
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair_text};

    fn mended(text: &str) -> String {
        repair_text(text, &Options::default()).text
    }

    #[test]
    fn marks_and_accents_fit_their_words() {
        for (damaged, meant) in [
            (
                "原则（Don抰 Repeat Yourself，不要重复自己）",
                "原则（Don’t Repeat Yourself，不要重复自己）",
            ),
            ("They said it抯 over.", "They said it’s over."),
            ("在 -40掳C 至 100 掳C 之间", "在 -40°C 至 100 °C 之间"),
            (
                "见 Atelier Bases De Donn茅es Inductives，第 3 页",
                "见 Atelier Bases De Données Inductives，第 3 页",
            ),
        ] {
            assert_eq!(mended(damaged), meant);
        }
    }

    #[test]
    fn chinese_beside_letters_is_chinese() {
        for text in [
            "A股上市公司",
            "买了T恤和K线图",
            "a每b次",
            "p值和x轴",
            "用i录音",
            "I知道it痴",
            "卡拉OK了么",
            "第5路C座",
            "10路C线",
            "1掳2",
        ] {
            assert_eq!(mended(text), text);
        }
    }
}
