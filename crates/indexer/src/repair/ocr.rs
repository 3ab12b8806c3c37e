//! Mends what OCR and conversion to Markdown leave in prose.
//!
//! In: text. Out: edits, each for one trace: a backslash before `$`, `%`, `&`, `#` or `.` that touches a number or
//! word; a glyph printed for a hyphen within a word (`¬`, U+FFFE, `■`, and `∏` behind a hyphen); `Al` for `AI` where the
//! text itself speaks of AI; `O` and `l` within a number. Code, regular expressions and paths stay as they are.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::lines::is_wide;
use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::pairs;
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
    find: find,
};

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
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains('\\') && !looks_like_code(line) {
            for (at, _) in line.match_indices('\\') {
                if is_escape_of_mark(&line[..at], &line[at + 1..]) {
                    edits.replace(
                        start + at..start + at + 1,
                        "",
                        RepairKind::MarkdownEscape,
                        0.95,
                    );
                }
            }
        }
        start += line.len();
    }
}

/// Whether a backslash between these stands before a mark of prose.
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

/// Whether the word around a backslash is an address or a formula.
fn is_in_address(before: &str, after: &str) -> bool {
    let head = before.rsplit(' ').next().unwrap_or(before);
    let tail = after.split(' ').next().unwrap_or(after);
    head.contains(['/', '=', '{', '?']) || tail.contains([';', '=', '}', '/'])
}

/// Whether backslashes of a line mean something: other escapes, classes and groups of a regular expression, quoting,
/// the drive of a path.
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

/// Glyphs that stand in for a hyphen within a word.
fn find_stray_glyphs(text: &str, edits: &mut Edits) {
    let may_be_stray = |one: u8, other: u8| {
        ((one == 0xC2) & (other == 0xAC))
            | ((one == 0xEF) & (other == 0xBF))
            | ((one == 0xE2) & ((other == 0x96) | (other == 0x88)))
    };
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && (c as u32) < 0x2000);
    for at in pairs(text.as_bytes(), may_be_stray) {
        let Some(stray) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        if !matches!(stray, '\u{AC}' | '\u{FFFE}' | '\u{25A0}' | '\u{220F}') {
            continue;
        }
        let end = at + stray.len_utf8();
        let before = text[..at].chars().next_back();
        // The glyph may have been the last of its line.
        let next_line = text[end..]
            .strip_prefix('\n')
            .filter(|rest| rest.starts_with(char::is_lowercase));
        let rest = next_line.unwrap_or(&text[end..]);
        let after = rest.chars().next();
        let is_within = match stray {
            '\u{220F}' => before == Some('-') && is_letter(after),
            // Hyphens stand between syllables of two letters and more; `o¬o` is a face.
            _ => {
                let is_after_two = text[..at]
                    .chars()
                    .rev()
                    .take(2)
                    .filter(|c| is_letter(Some(*c)))
                    .count()
                    == 2;
                let is_before_two = rest
                    .chars()
                    .take(2)
                    .filter(|c| c.is_lowercase() && (*c as u32) < 0x2000)
                    .count()
                    == 2;
                is_after_two && is_before_two
            }
        };
        if is_within {
            edits.replace(
                at..text.len() - rest.len(),
                "",
                RepairKind::StrayGlyph,
                0.95,
            );
        }
    }
}

/// `Al` where the text speaks of AI.
fn find_ai(text: &str, model: &Model, edits: &mut Edits) {
    let found = pairs(text.as_bytes(), |one, other| {
        (one == b'A') & (other == b'l')
    });
    let found: Vec<usize> = found.filter(|&at| may_be_ai(text, at, model)).collect();
    if found.is_empty() || !speaks_of_ai(text) {
        return;
    }
    for at in found {
        edits.replace(at..at + 2, "AI", RepairKind::AlForAi, 0.9);
    }
}

/// Whether the `Al` at `at` is a word of its own and no name, no metal and no `et al`.
fn may_be_ai(text: &str, at: usize, model: &Model) -> bool {
    let before = text[..at].chars().next_back().unwrap_or(' ');
    let rest = &text[at + 2..];
    let after = rest.chars().next().unwrap_or(' ');
    if before.is_ascii_alphanumeric() || matches!(before, '-' | '_' | '/' | '.' | '@' | '\'' | '’')
    {
        return false;
    }
    if after.is_ascii_alphanumeric()
        || matches!(after, '_' | '@' | '\'' | '’')
        || text[..at].ends_with("et ")
    {
        return false;
    }
    let next = rest.trim_start_matches([' ', '-']);
    let word = &next[..next
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(next.len())];
    if !next.starts_with(|c: char| c.is_ascii_uppercase()) || next.len() == rest.len() {
        return true;
    }
    // A capital behind it: the name of a scheme is made of common words, a person's or a place's is not.
    let is_common = || {
        model
            .word(&word.to_ascii_lowercase())
            .is_some_and(|nats| nats > COMMON_WORD_NATS)
    };
    let is_abstract =
        || word.len() > 7 && ABSTRACT_ENDINGS.iter().any(|ending| word.ends_with(ending));
    after == ' ' && word.len() > 2 && (is_common() || is_abstract())
}

/// Endings of words that are no surnames or places.
const ABSTRACT_ENDINGS: [&str; 6] = ["ing", "tion", "ment", "ance", "ence", "ology"];

/// A word this frequent is not a surname or a place after `Al`.
const COMMON_WORD_NATS: f32 = -12.0;

/// Whether AI is a subject of `text`.
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

/// `O` and `l` within a number.
fn find_digits(text: &str, edits: &mut Edits) {
    let bytes = text.as_bytes();
    let is_letter = |byte: u8| (byte == b'O') | (byte == b'l');
    let is_beside = |byte: u8| byte.is_ascii_digit() | (byte == b',') | (byte == b'.');
    let may_be_digit = |one: u8, other: u8| {
        (is_letter(one) & is_beside(other)) | (is_beside(one) & is_letter(other))
    };
    let is_part = |byte: u8| {
        byte.is_ascii_digit() || matches!(byte, b'O' | b'l' | b',' | b'.' | b'-' | b'/' | b':')
    };
    let mut done = 0;
    for at in pairs(bytes, may_be_digit) {
        let at = if is_letter(bytes[at]) { at } else { at + 1 };
        if at < done {
            continue;
        }
        let start = at
            - bytes[..at]
                .iter()
                .rev()
                .take_while(|&&byte| is_part(byte))
                .count();
        let end = at
            + bytes[at..]
                .iter()
                .take_while(|&&byte| is_part(byte))
                .count();
        let is_mark = |byte: &&u8| !byte.is_ascii_alphanumeric();
        let start = start + bytes[start..at].iter().take_while(is_mark).count();
        let number_end = end - bytes[at..end].iter().rev().take_while(is_mark).count();
        let part_start = at
            - bytes[start..at]
                .iter()
                .rev()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        let part_end = at
            + bytes[at..number_end]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
        let (start, number_end) =
            if is_dashed_year(&text[..part_start], &text[part_start..part_end]) {
                (part_start, part_end)
            } else {
                (start, number_end)
            };
        if is_dashed_year(&text[..start], &text[start..number_end])
            || is_number(
                &text[..start],
                &text[start..number_end],
                &text[number_end..],
            )
        {
            for (index, byte) in bytes.iter().enumerate().take(number_end).skip(start) {
                let digit = match byte {
                    b'O' => "0",
                    b'l' => "1",
                    _ => continue,
                };
                edits.replace(index..index + 1, digit, RepairKind::Digit, 0.9);
            }
        }
        done = end;
    }
}

/// Whether `number`, digits with `O`, `l` and separators among them, is one number that stands by itself or behind a
/// currency. `10l` are litres, `O157` is a bacterium, `l10n` a word.
fn is_number(before: &str, number: &str, after: &str) -> bool {
    let bytes = number.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let next = after.chars().next().unwrap_or(' ');
    if digits == 0 || next.is_alphanumeric() && !is_wide(next) || matches!(next, '_' | '@') {
        return false;
    }
    let is_between_wide = is_wide(next) && before.ends_with(is_wide);
    let is_grouped =
        number.contains(',') && number.split(',').skip(1).all(|group| group.len() >= 3);
    let year: Option<u32> = number.replace('l', "1").replace('O', "0").parse().ok();
    let is_year = year.is_some_and(|year| YEARS.contains(&year));
    let begins_well = match first {
        b'O' => number[1..].starts_with('.') && digits == number.len() - 2 && digits <= 2,
        b'l' => digits >= 2 || is_grouped || is_between_wide,
        _ => true,
    };
    let ends_well = match last {
        b'l' => is_grouped || is_year,
        b'O' => {
            digits >= 2
                || is_grouped
                || is_between_wide
                || matches!(next, '%' | '％')
                || counts_words(after)
        }
        _ => true,
    };
    if number.contains(['/', '-', ':']) && !is_date_or_range(number) {
        return false;
    }
    let has_words = bytes
        .split(|byte| matches!(byte, b'-' | b'/' | b':'))
        .any(|part| !part.iter().any(u8::is_ascii_digit));
    begins_well && ends_well && !has_words && is_bounded_before(before.as_bytes(), before.len())
}

/// Years a text may speak of; `207l` is a section and its footnote.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2039;

/// Whether a part behind a hyphen is a year, as in the number of a standard: `GB/T18005-l999`.
fn is_dashed_year(before: &str, part: &str) -> bool {
    let century: String = part
        .chars()
        .take(2)
        .map(|c| {
            if c == 'l' {
                '1'
            } else if c == 'O' {
                '0'
            } else {
                c
            }
        })
        .collect();
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    part.len() == 4
        && digits >= 2
        && before.ends_with('-')
        && matches!(century.as_str(), "19" | "20")
}

/// Whether the parts between separators are those of a date, a time or a range of years, not of a sheet or part number.
fn is_date_or_range(number: &str) -> bool {
    let parts: Vec<&str> = number.split(['/', '-', ':']).collect();
    let is_year = |part: &&str| part.len() == 4 && part.starts_with(['1', '2', 'l']);
    match parts.as_slice() {
        [_, _] => parts.iter().all(is_year),
        [_, _, _] => parts.iter().all(|part| matches!(part.len(), 1..=4)),
        _ => false,
    }
}

/// Whether a plural or a month follows a number, so that it counts something.
fn counts_words(after: &str) -> bool {
    let word = after.strip_prefix(' ').unwrap_or_default();
    let word = &word[..word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len())];
    word.len() > 3
        && (word.ends_with('s')
            || word.starts_with(|c: char| c.is_ascii_uppercase()) && word.ends_with('r'))
}

/// Whether nothing, or the letters of a currency, stands before a number.
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
