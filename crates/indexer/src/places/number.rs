//! Numbers of labels: Chinese numerals, digits, Roman numerals, words and letters.

use polidex_analysis::numerals::{
    chinese_number, chinese_numeral_len, english_number, roman_number,
};

/// `23`, `23-1`, `23A`, `1009.1`: the number and what is inserted after it.
pub(super) type Number = (u32, u32);

/// A number and the bytes it takes.
type ReadNumber = (Number, usize);

/// Reads `二十三`, `23`, `8-1` or `5A`.
pub(super) fn read_chinese_number(text: &str) -> Option<ReadNumber> {
    let len = chinese_numeral_len(text);
    let base = small_number(&text[..len])?;
    let mut number = (base, 0);
    let mut at = len;
    let behind = &text[at..];
    if let Some(rest) = behind.strip_prefix(['-', '－', '–', '—']) {
        let inserted_len = chinese_numeral_len(rest);
        if let Some(inserted) = small_number(&rest[..inserted_len]) {
            number.1 = inserted;
            at = text.len() - rest.len() + inserted_len;
        }
    } else if let Some(letters) = leading_capitals(behind) {
        number.1 = letter_number(&behind[..letters]);
        at += letters;
    }
    Some((number, at))
}

fn small_number(numeral: &str) -> Option<u32> {
    u32::try_from(chinese_number(numeral)?).ok()
}

/// Reads `23`, `23-1`, `5A`, `1009.1`, `IV`, `MS-3` or `Six`; a bare letter only if `with_letters`.
pub(super) fn read_english_number(text: &str, with_letters: bool) -> Option<ReadNumber> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return read_digits(text, digits);
    }
    let word_len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(word_len);
    if let Some(number) = roman_number(word) {
        return Some(with_inserted(number, word_len, rest));
    }
    if let Some(number) = named_number(word) {
        return Some(((number, 0), word_len));
    }
    let is_letters = with_letters && leading_capitals(word) == Some(word_len);
    is_letters.then(|| with_inserted(letter_number(word), word_len, rest))
}

/// Adds the digits that follow a hyphen at the start of `rest`, if any.
fn with_inserted(number: u32, len: usize, rest: &str) -> ReadNumber {
    let inserted = rest.strip_prefix('-').unwrap_or_default();
    let digits = inserted.bytes().take_while(u8::is_ascii_digit).count();
    match inserted[..digits].parse() {
        Ok(inserted) => ((number, inserted), len + 1 + digits),
        Err(_) => ((number, 0), len),
    }
}

/// Labels are named up to *Twenty*.
fn named_number(word: &str) -> Option<u32> {
    let number = u32::try_from(english_number(word)?).ok()?;
    (1..=20).contains(&number).then_some(number)
}

fn read_digits(text: &str, digits: usize) -> Option<ReadNumber> {
    let base: u32 = text[..digits].parse().ok()?;
    let rest = &text[digits..];
    if let Some(inserted) = rest.strip_prefix(['.', '-', '–']) {
        let more = inserted.bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = inserted[..more].parse() {
            return Some(((base, number), text.len() - inserted.len() + more));
        }
    }
    let letters = leading_capitals(rest).unwrap_or(0);
    let inserted = letter_number(&rest[..letters]);
    Some(((base, inserted), digits + letters))
}

/// Returns the length of one or two capital letters at the start of `text`, if no other letter or digit follows.
pub(super) fn leading_capitals(text: &str) -> Option<usize> {
    let len = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let is_over = text[len..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    ((1..=2).contains(&len) && is_over).then_some(len)
}

/// Number of a letter: A is 1, Z is 26, AA is 27; 0 for none.
pub(super) fn letter_number(letters: &str) -> u32 {
    letters.bytes().fold(0, |number, letter| {
        number * 26 + u32::from(letter - b'A') + 1
    })
}
