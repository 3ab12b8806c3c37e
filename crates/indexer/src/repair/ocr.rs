//! Mends what OCR and conversion to Markdown leave in prose.
//!
//! In: text. Out: edits, each for one trace: a backslash before `$`, `%`, `&`, `#` or `.` that touches a number or
//! word; a glyph printed for a hyphen within a word (`¬`, U+FFFE, `■`, and `∏` behind a hyphen); `Al` for `AI` where the
//! text itself speaks of AI; `O` and `l` within a number. Code, regular expressions and paths stay as they are.

use polidex_schema::repair_kind::{Family, RepairKind};

use std::ops::Range;

use crate::repair::lines::is_wide;
use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::pairs;
use crate::text::lines::line_indices;
use crate::text::model::Model;

/// Traces of OCR and Markdown, which need whole words.
pub(super) const PASS: Pass = Pass {
    family: Family::Ocr,
    makes: |kind| {
        matches!(
            kind,
            RepairKind::MarkdownEscape
                | RepairKind::StrayGlyph
                | RepairKind::AlForAi
                | RepairKind::Digit
        )
    },
    suspects: None,
    find,
};

/// Confidence in traces that a word or a number shows ...
const SURE: f32 = 0.9;
/// ... and in those that stand for themselves.
const SURER: f32 = 0.95;

/// Finds the traces of OCR and Markdown in `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    find_escapes(text, &mut edits);
    find_stray_glyphs(text, &mut edits);
    find_ai(text, context.model, &mut edits);
    find_digits(text, &mut edits);
    edits
}

/// Backslashes that Markdown put before a mark.
fn find_escapes(text: &str, edits: &mut Edits) {
    if !text.contains('\\') {
        return;
    }
    for (start, line) in line_indices(text) {
        if line.contains('\\') && !looks_like_code(line) {
            for (at, _) in line.match_indices('\\') {
                if is_escape_of_mark(&line[..at], &line[at + 1..]) {
                    edits.replace(
                        start + at..start + at + 1,
                        "",
                        RepairKind::MarkdownEscape,
                        SURER,
                    );
                }
            }
        }
    }
}

/// Returns true when a backslash between these stands before a mark of prose.
fn is_escape_of_mark(before: &str, after: &str) -> bool {
    let last = before.chars().next_back().unwrap_or(' ');
    let mut rest = after.chars();
    let mark = rest.next().unwrap_or(' ');
    let next = rest.next().unwrap_or(' ');
    match mark {
        '$' => next.is_ascii_digit(),
        '%' => last.is_ascii_digit() && !next.is_ascii_alphanumeric(),
        '&' => {
            (last.is_alphanumeric() && next.is_alphanumeric() || last == ' ' && next == ' ')
                && !is_in_address(before, after)
        }
        '#' => next.is_ascii_digit(),
        '.' => last.is_ascii_digit() && (next.is_ascii_digit() || next == ' '),
        _ => false,
    }
}

/// Returns true when the word around a backslash is an address or a formula.
fn is_in_address(before: &str, after: &str) -> bool {
    let head = before.rsplit(' ').next().unwrap_or(before);
    let tail = after.split(' ').next().unwrap_or(after);
    head.contains(['/', '=', '{', '?']) || tail.contains([';', '=', '}', '/'])
}

/// Returns true when backslashes of a line mean something: other escapes, classes and groups of a regular expression,
/// quoting, the drive of a path.
fn looks_like_code(line: &str) -> bool {
    const SIGNS: [&str; 12] = [
        "`", "\\\\", "[^", "(?", ":\\", ")+", "]+", ".*", "]*", "{\\", "^\\", "&&",
    ];
    let escapes_letter = line.match_indices('\\').any(|(at, _)| {
        line[at + 1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '(' | '[' | '{'))
    });
    escapes_letter || SIGNS.iter().any(|sign| line.contains(sign))
}

/// Returns true for the first bytes of glyphs that stand in for a hyphen.
#[inline]
fn may_be_stray(one: u8, other: u8) -> bool {
    ((one == 0xC2) & (other == 0xAC))
        | ((one == 0xEF) & (other == 0xBF))
        | ((one == 0xE2) & ((other == 0x96) | (other == 0x88)))
}

/// Glyphs that stand in for a hyphen within a word.
fn find_stray_glyphs(text: &str, edits: &mut Edits) {
    for at in pairs(text.as_bytes(), may_be_stray) {
        let Some(stray) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let rest = behind_stray(&text[at + stray.len_utf8()..]);
        if is_stray(stray, &text[..at], rest) {
            let end = text.len() - rest.len();
            edits.replace(at..end, "", RepairKind::StrayGlyph, SURER);
        }
    }
}

/// The text that goes on behind a glyph, which may have been the last of its line.
fn behind_stray(rest: &str) -> &str {
    let next_line = rest.strip_prefix('\n');
    let next_line = next_line.filter(|rest| rest.starts_with(char::is_lowercase));
    next_line.unwrap_or(rest)
}

/// Returns true when `glyph` stands within a word.
fn is_stray(glyph: char, before: &str, after: &str) -> bool {
    let is_letter = |c: &char| c.is_alphabetic() && (*c as u32) < FIRST_NON_LATIN;
    let is_small = |c: &char| c.is_lowercase() && (*c as u32) < FIRST_NON_LATIN;
    match glyph {
        '\u{220F}' => before.ends_with('-') && after.chars().next().is_some_and(|c| is_letter(&c)),
        // Hyphens stand between syllables of two letters and more; `o¬o` is a face.
        '\u{AC}' | '\u{FFFE}' | '\u{25A0}' => {
            let letters = before.chars().rev().take(2).filter(is_letter).count();
            let small = after.chars().take(2).filter(is_small).count();
            letters == 2 && small == 2
        }
        _ => false,
    }
}

/// First code point above those of Latin, Greek and Cyrillic letters.
const FIRST_NON_LATIN: u32 = 0x2000;

/// `Al` where the text speaks of AI.
fn find_ai(text: &str, model: &Model, edits: &mut Edits) {
    let found = pairs(text.as_bytes(), |one, other| {
        (one == b'A') & (other == b'l')
    });
    let (mut words, mut found_ai) = (Vec::new(), Vec::new());
    for at in found {
        if let Some(blank) = blank_in_word(text, at, model) {
            words.push(blank);
        } else if may_be_ai(text, at, model) && !is_aluminium(text, at) {
            found_ai.push(at);
        }
    }
    for blank in words {
        edits.replace(blank..blank + 1, "", RepairKind::StrayGlyph, SURE);
    }
    if found_ai.is_empty() || !speaks_of_ai(text) {
        return;
    }
    for at in found_ai {
        edits.replace(at..at + 2, "AI", RepairKind::AlForAi, SURE);
    }
}

/// Returns the blank that parts a word behind its first two letters (`Al cohol`): what follows is no word, and the whole
/// is one.
fn blank_in_word(text: &str, at: usize, model: &Model) -> Option<usize> {
    let rest = text[at + 2..].strip_prefix(' ')?;
    let len = rest.bytes().take_while(u8::is_ascii_lowercase).count();
    let tail = &rest[..len];
    let before = text[..at].chars().next_back();
    let is_whole = !before.is_some_and(char::is_alphanumeric)
        && !rest[len..].starts_with(|c: char| c.is_alphanumeric());
    let is_parted =
        len > 2 && model.word(tail).is_none() && model.word(&format!("al{tail}")).is_some();
    (is_whole && is_parted).then_some(at + 2)
}

/// Bytes on either side of `Al` in which a material may be named.
const MATERIAL_BYTES: usize = 60;
/// Words that stand beside the metal.
const MATERIALS: [&str; 34] = [
    "alloy",
    "aluminium",
    "aluminum",
    "Alumin",
    "oxide",
    "metal",
    "foil",
    "wire",
    "cast",
    "powder",
    "coating",
    "anode",
    "cathode",
    "electrode",
    "substrate",
    "composite",
    "matrix",
    "wt.",
    "wt%",
    "at.%",
    "ppm",
    "mg/",
    "µg",
    "ingot",
    "sheet",
    "corrosion",
    "合金",
    "铝",
    "鋁",
    "含量",
    "金属",
    "金屬",
    "箔",
    "元素",
];

/// Returns true when the `Al` at `at` is the metal: a material, a unit or the number of an alloy stands beside it.
fn is_aluminium(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(MATERIAL_BYTES));
    let to = text.ceil_char_boundary((at + 2 + MATERIAL_BYTES).min(text.len()));
    let before = text[from..at].rsplit(['\n', '。']).next();
    let before = before.unwrap_or_default();
    let after = text[at + 2..to].split(['.', '\n', '。', '；', ';']).next();
    let after = after.unwrap_or_default();
    let names = |part: &str| MATERIALS.iter().any(|material| part.contains(material));
    is_alloy(after) || names(after) || names(before) && !names_ai(after)
}

/// Returns true for the number of an alloy.
fn is_alloy(after: &str) -> bool {
    let number = after.strip_prefix([' ', '-']).unwrap_or(after);
    number.bytes().take_while(u8::is_ascii_digit).count() >= MIN_ALLOY_DIGITS
}

/// Digits of an alloy's number (`Al 6061`); versions have fewer.
const MIN_ALLOY_DIGITS: usize = 4;

/// Returns true for what stands behind AI and not behind the metal.
fn names_ai(after: &str) -> bool {
    [
        "system",
        "model",
        "技术",
        "技術",
        "tool",
        "polic",
        "ethic",
        "governance",
        "-assisted",
        "-generated",
        "-driven",
        "-powered",
    ]
    .iter()
    .any(|word| after.contains(word))
}

/// Returns true when the `Al` at `at` is a word of its own and no name, no metal and no `et al`.
fn may_be_ai(text: &str, at: usize, model: &Model) -> bool {
    let before = text[..at].chars().next_back().unwrap_or(' ');
    let rest = &text[at + 2..];
    let after = rest.chars().next().unwrap_or(' ');
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '\'' | '’');
    let is_joined = joins(before) || joins(after) || matches!(before, '-' | '/' | '.');
    !is_joined && !text[..at].ends_with("et ") && !begins_name(rest, model)
}

/// Returns true if `Al` and the capital word behind it may be a name: `Al Gore`, `Al-Qaida`.
fn begins_name(rest: &str, model: &Model) -> bool {
    let next = rest.trim_start_matches([' ', '-']);
    if next.len() == rest.len() || !next.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    let end = next.find(|c: char| !c.is_ascii_alphabetic());
    let word = &next[..end.unwrap_or(next.len())];
    !(rest.starts_with(' ') && word.len() > 2 && is_no_name(word, model))
}

/// Returns true for a capitalised word that names a scheme: those are made of common words, a person's or a place's
/// name is not.
fn is_no_name(word: &str, model: &Model) -> bool {
    let nats = model.word(&word.to_ascii_lowercase());
    let is_abstract =
        || word.len() > 7 && ABSTRACT_ENDINGS.iter().any(|ending| word.ends_with(ending));
    nats.is_some_and(|nats| nats > COMMON_WORD_NATS) || is_abstract()
}

/// Endings of words that are no surnames or places.
const ABSTRACT_ENDINGS: [&str; 6] = ["ing", "tion", "ment", "ance", "ence", "ology"];

/// A word this frequent is not a surname or a place after `Al`.
const COMMON_WORD_NATS: f32 = -12.0;

/// Returns true when AI is a subject of `text`.
fn speaks_of_ai(text: &str) -> bool {
    const SUBJECTS: [&str; 12] = [
        "人工智能",
        "人工智慧",
        "rtificial intelligence",
        "rtificial Intelligence",
        "ARTIFICIAL INTELLIGENCE",
        "generative Al",
        "Generative Al",
        "achine learning",
        "eep learning",
        "生成式Al",
        "生成式 Al",
        "大模型",
    ];
    let is_ai = |(at, _): (usize, &str)| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let after = text[at + 2..].chars().next().unwrap_or(' ');
        !before.is_ascii_alphanumeric() && !after.is_ascii_alphanumeric()
    };
    SUBJECTS.iter().any(|subject| text.contains(subject)) || text.match_indices("AI").any(is_ai)
}

/// Returns true for a letter that looks like a digit and stands beside one, or beside a mark of numbers.
fn may_be_digit(one: u8, other: u8) -> bool {
    let is_beside = |byte: u8| byte.is_ascii_digit() | (byte == b',') | (byte == b'.');
    (is_digit_letter(one) & is_beside(other)) | (is_beside(one) & is_digit_letter(other))
}

/// `O` and `l` within a number.
fn find_digits(text: &str, edits: &mut Edits) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in pairs(bytes, may_be_digit) {
        let at = at + usize::from(!is_digit_letter(bytes[at]));
        if at < done {
            continue;
        }
        let (number, end) = number_around(text, at);
        done = end;
        let (before, after) = (&text[..number.start], &text[number.end..]);
        let inner = &text[number.clone()];
        if is_dashed_year(before, inner) || is_number(before, inner, after) {
            replace_letters(bytes, number, edits);
        }
    }
}

fn replace_letters(bytes: &[u8], number: Range<usize>, edits: &mut Edits) {
    for index in number {
        let digit = match bytes[index] {
            b'O' => "0",
            b'l' => "1",
            _ => continue,
        };
        edits.replace(index..index + 1, digit, RepairKind::Digit, SURE);
    }
}

/// Returns true for a letter that OCR reads for a digit.
fn is_digit_letter(byte: u8) -> bool {
    (byte == b'O') | (byte == b'l')
}

/// Returns the number around byte `at`, marks at its ends left out, and the end of all that is made as numbers are. Of
/// a standard's number (`GB/T18005-l999`), only the year.
fn number_around(text: &str, at: usize) -> (Range<usize>, usize) {
    let bytes = text.as_bytes();
    let whole = run_around(bytes, at, is_of_number);
    let is_mark = |byte: &&u8| !byte.is_ascii_alphanumeric();
    let before = bytes[whole.start..at].iter().take_while(is_mark);
    let after = bytes[at..whole.end].iter().rev().take_while(is_mark);
    let (start, end) = (whole.start + before.count(), whole.end - after.count());
    let part = run_around(&bytes[start..end], at - start, u8::is_ascii_alphanumeric);
    let part = start + part.start..start + part.end;
    if is_dashed_year(&text[..part.start], &text[part.clone()]) {
        (part, whole.end)
    } else {
        (start..end, whole.end)
    }
}

fn is_of_number(byte: &u8) -> bool {
    byte.is_ascii_digit()
        || is_digit_letter(*byte)
        || matches!(byte, b',' | b'.' | b'-' | b'/' | b':')
}

/// Returns the run of bytes around `at` that pass `test`.
fn run_around(bytes: &[u8], at: usize, test: impl Fn(&u8) -> bool) -> Range<usize> {
    let before = bytes[..at].iter().rev().take_while(|byte| test(byte));
    let after = bytes[at..].iter().take_while(|byte| test(byte));
    at - before.count()..at + after.count()
}

/// Returns true when `number`, digits with `O`, `l` and separators among them, is one number that stands by itself or
/// behind a currency. `10l` are litres, `O157` is a bacterium, `l10n` a word.
fn is_number(before: &str, number: &str, after: &str) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    let is_in_word = next.is_alphanumeric() && !is_wide(next) || matches!(next, '_' | '@');
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit(number) || is_in_word {
        return false;
    }
    if number.contains(['/', '-', ':']) && !is_date_or_range(number) {
        return false;
    }
    number.split(['-', '/', ':']).all(has_digit)
        && begins_well(before, number, next)
        && ends_well(before, number, after)
        && is_bounded_before(before.as_bytes(), before.len())
}

/// Returns true when a letter at the start of `number` can be a digit.
fn begins_well(before: &str, number: &str, next: char) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    match number.as_bytes()[0] {
        b'O' => number[1..].starts_with('.') && digits == number.len() - 2 && digits <= 2,
        // `l.10` is a line.
        b'l' if number[1..].starts_with('.') && !matches!(next, '%' | '％') => false,
        b'l' => digits >= 2 || is_grouped(number) || is_between_wide(before, next),
        _ => true,
    }
}

/// Returns true when a letter at the end of `number` can be a digit.
fn ends_well(before: &str, number: &str, after: &str) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    match number.as_bytes()[number.len() - 1] {
        b'l' => {
            let year = number.replace('l', "1").replace('O', "0").parse();
            is_grouped(number) || year.is_ok_and(|year: u32| YEARS.contains(&year))
        }
        b'O' => {
            digits >= 2
                || is_grouped(number)
                || is_between_wide(before, next)
                || matches!(next, '%' | '％')
                || counts_words(after)
        }
        _ => true,
    }
}

/// Returns true for a number whose commas stand before groups of three digits.
fn is_grouped(number: &str) -> bool {
    number.contains(',') && number.split(',').skip(1).all(|group| group.len() >= 3)
}

fn is_between_wide(before: &str, next: char) -> bool {
    is_wide(next) && before.ends_with(is_wide)
}

/// Years a text may speak of; `207l` is a section and its footnote.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2039;

/// Returns true when a part behind a hyphen is a year, as in the number of a standard: `GB/T18005-l999`.
fn is_dashed_year(before: &str, part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let is_year = matches!(
        part.as_bytes(),
        [b'1' | b'l', b'9', _, _] | [b'2', b'0' | b'O', _, _]
    );
    is_year && digits >= 2 && before.ends_with('-')
}

/// Returns true when the parts between separators are those of a date, a time or a range of years, not of a sheet or
/// part number.
fn is_date_or_range(number: &str) -> bool {
    let parts: Vec<&str> = number.split(['/', '-', ':']).collect();
    let is_year = |part: &&str| part.len() == 4 && part.starts_with(['1', '2', 'l']);
    match parts.as_slice() {
        [_, _] => parts.iter().all(is_year),
        [_, _, _] => parts.iter().all(|part| matches!(part.len(), 1..=4)),
        _ => false,
    }
}

/// Returns true when a plural or a month follows a number, so that it counts something.
fn counts_words(after: &str) -> bool {
    let word = after.strip_prefix(' ').unwrap_or_default();
    let word = &word[..word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len())];
    word.len() > 3
        && (word.ends_with('s')
            || word.starts_with(|c: char| c.is_ascii_uppercase()) && word.ends_with('r'))
}

/// Returns true when nothing, or the letters of a currency, stands before a number.
fn is_bounded_before(bytes: &[u8], start: usize) -> bool {
    let letters = bytes[..start]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let prefix = &bytes[start - letters..start];
    let before = (start - letters)
        .checked_sub(1)
        .map_or(b' ', |at| bytes[at]);
    let is_joined = matches!(
        before,
        b'_' | b'-' | b'/' | b'#' | b'@' | b'\\' | b'&' | b'='
    );
    !is_joined
        && matches!(
            prefix,
            b"" | b"NT" | b"NTD" | b"TWD" | b"HKD" | b"USD" | b"RMB" | b"CNY" | b"EUR" | b"MOP"
        )
}
