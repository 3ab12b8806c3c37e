//! Writes the numbers of cells as their format shows them (ECMA-376 part 1, section 18.8.31).
//!
//! In: a value and the code of its format. Out: what stands in the cell: `20%`, `1,234.50`, `¥3.03`, `No. 007`. Dates are
//! written as `2017-03-09 08:30` in whatever order the format has them, times that run on (`[h]:mm`) as hours and minutes.
//! Fractions, powers of ten and formats with conditions show the number itself, with the 15 digits that a workbook keeps.

use calamine::{ExcelDateTime, ExcelDateTimeType};

/// Format of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NumberFormat {
    /// The number itself.
    General,
    /// A day, a time of a day, or both.
    Date,
    /// A time that may be longer than a day.
    Elapsed,
    /// Sections for positive numbers, negative ones and zero; those that are missing are made of the first.
    Sections(Vec<Section>),
}

/// One section of a format.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    parts: Vec<Part>,
    has_groups: bool,
    /// Power of ten that the value is multiplied by: 2 for `%`, -3 for a comma behind the digits.
    shift: i32,
    /// Digits behind the point: those that are always shown, and the most.
    least_decimals: usize,
    most_decimals: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Literal(String),
    /// Place of a digit before the point; true if a zero is shown there.
    Digit(bool),
    /// The point and the digits behind it.
    Decimals,
    General,
}

/// Longest code that is read; Excel writes at most 255 characters.
const MAX_CODE_BYTES: usize = 1_024;
/// Most digits behind a point that a format has.
const MAX_DECIMALS: usize = 30;
/// Digits that a workbook keeps of a number, and what is less than half of the last.
const KEPT_DIGITS: usize = 15;
const HALF_OF_LAST_DIGIT: f64 = 1e-15;

impl NumberFormat {
    /// Reads the code of a format; one that is not understood shows numbers as they are.
    pub(super) fn read(code: &str) -> Self {
        if code.len() > MAX_CODE_BYTES || code.eq_ignore_ascii_case("general") || code == "@" {
            return Self::General;
        }
        let tokens = tokens_of(code);
        let has = |test: fn(&Token) -> bool| tokens.iter().any(test);
        if has(|token| matches!(token, Token::Elapsed)) {
            return Self::Elapsed;
        }
        if has(|token| matches!(token, Token::Date)) {
            return Self::Date;
        }
        if has(|token| matches!(token, Token::Unread)) {
            return Self::General;
        }
        let sections = tokens.split(|token| *token == Token::End);
        Self::Sections(sections.take(3).map(Section::read).collect())
    }

    /// Format of a number that Excel has built in; `None` for one that a workbook defines.
    pub(super) fn built_in(id: u16) -> Option<Self> {
        Some(match id {
            0 | 49 => Self::General,
            1 => Self::read("0"),
            2 => Self::read("0.00"),
            3 => Self::read("#,##0"),
            4 => Self::read("#,##0.00"),
            9 => Self::read("0%"),
            10 => Self::read("0.00%"),
            11..=13 | 48 => Self::General,
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date,
            37 | 38 => Self::read("#,##0;(#,##0)"),
            39 | 40 => Self::read("#,##0.00;(#,##0.00)"),
            46 => Self::Elapsed,
            _ => return None,
        })
    }

    /// A value as a cell of this format shows it.
    pub(super) fn show(&self, value: f64, is_1904: bool) -> String {
        match self {
            Self::General => plain(value),
            Self::Date => {
                let kind = ExcelDateTimeType::DateTime;
                show_date(&ExcelDateTime::new(value, kind, is_1904))
            }
            Self::Elapsed => show_elapsed(value),
            Self::Sections(sections) => show_sections(sections, value),
        }
    }
}

/// What a code is made of.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    General,
    Date,
    Elapsed,
    /// Anything that changes what is shown in a way that is not read.
    Unread,
    /// The end of a section.
    End,
}

fn tokens_of(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let (token, len) = next_token(rest, first);
        tokens.extend(token);
        rest = rest.get(len..).unwrap_or_default();
    }
    tokens
}

/// The token that `rest` begins with, and its bytes.
fn next_token(rest: &str, first: char) -> (Option<Token>, usize) {
    let after = &rest[first.len_utf8()..];
    let escaped = after.chars().next();
    let with_next = first.len_utf8() + escaped.map_or(0, char::len_utf8);
    match first {
        '"' => quoted(after),
        '[' => bracketed(after),
        '\\' | '!' => (
            escaped.map(|next| Token::Literal(next.to_string())),
            with_next,
        ),
        // A space as wide as the next character; the next character as often as it fits.
        '_' => (Some(Token::Literal(" ".to_owned())), with_next),
        '*' => (None, with_next),
        ';' => (Some(Token::End), 1),
        '0' | '#' | '?' => (Some(Token::Digit(first)), 1),
        '.' => (Some(Token::Point), 1),
        ',' => (Some(Token::Comma), 1),
        '%' => (Some(Token::Percent), 1),
        '/' => (Some(Token::Unread), 1),
        'G' | 'g' if starts_with_general(rest) => (Some(Token::General), "general".len()),
        'E' | 'e' if after.starts_with(['+', '-']) => (Some(Token::Unread), 2),
        'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'g' => {
            (Some(Token::Date), 1)
        }
        _ => (Some(Token::Literal(first.to_string())), first.len_utf8()),
    }
}

fn starts_with_general(rest: &str) -> bool {
    rest.get(..7)
        .is_some_and(|word| word.eq_ignore_ascii_case("general"))
}

fn quoted(after: &str) -> (Option<Token>, usize) {
    let end = after.find('"').unwrap_or(after.len());
    (Some(Token::Literal(after[..end].to_owned())), end + 2)
}

/// `[$¥-804]` is a sign of money, `[h]` a time that runs on, `[>5]` a condition, `[Red]` a colour.
fn bracketed(after: &str) -> (Option<Token>, usize) {
    let end = after.find(']').unwrap_or(after.len());
    let inner = &after[..end];
    let token = if let Some(money) = inner.strip_prefix('$') {
        let sign = money.split_once('-').map_or(money, |(sign, _)| sign);
        Some(Token::Literal(sign.to_owned()))
    } else if inner.starts_with(['<', '>', '=']) {
        Some(Token::Unread)
    } else {
        let is_elapsed = |letters: &str| {
            !inner.is_empty()
                && inner
                    .chars()
                    .all(|c| letters.contains(c.to_ascii_lowercase()))
        };
        ["h", "m", "s"]
            .into_iter()
            .any(is_elapsed)
            .then_some(Token::Elapsed)
    };
    (token, end + 2)
}

impl Section {
    fn read(tokens: &[Token]) -> Self {
        let mut section = Self::default();
        let last_digit = tokens
            .iter()
            .rposition(|token| matches!(token, Token::Digit(_)));
        let mut is_behind_point = false;
        for (index, token) in tokens.iter().enumerate() {
            match token {
                Token::Digit(place) if is_behind_point => section.take_decimal(*place),
                Token::Digit(place) => section.parts.push(Part::Digit(*place == '0')),
                Token::Point if is_behind_point => {}
                Token::Point => {
                    is_behind_point = true;
                    section.parts.push(Part::Decimals);
                }
                Token::Comma if last_digit.is_some_and(|last| index > last) => section.shift -= 3,
                Token::Comma => section.has_groups |= last_digit.is_some(),
                Token::Percent => {
                    section.shift += 2;
                    section.parts.push(Part::Literal("%".to_owned()));
                }
                Token::Literal(text) => section.parts.push(Part::Literal(text.clone())),
                Token::General => section.parts.push(Part::General),
                Token::Date | Token::Elapsed | Token::Unread | Token::End => {}
            }
        }
        section
    }

    fn take_decimal(&mut self, place: char) {
        if self.most_decimals < MAX_DECIMALS {
            self.most_decimals += 1;
            if place == '0' {
                self.least_decimals = self.most_decimals;
            }
        }
    }

    /// Writes a number that is not negative.
    fn show(&self, value: f64) -> String {
        // Half of a digit is rounded up as it is written: 40.25 may be a little less in binary.
        let shifted = value * 10_f64.powi(self.shift) * (1.0 + HALF_OF_LAST_DIGIT);
        let rounded = format!("{shifted:.0$}", self.most_decimals);
        let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
        let decimals = self.shown_decimals(decimals);
        let mut whole = self.placed(whole).into_iter();
        let mut shown = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => shown.push_str(text),
                Part::General => shown.push_str(&plain(value)),
                Part::Digit(_) => shown.push_str(&whole.next().unwrap_or_default()),
                Part::Decimals if decimals.is_empty() => {}
                Part::Decimals => {
                    shown.push('.');
                    shown.push_str(decimals);
                }
            }
        }
        shown
    }

    fn shown_decimals<'a>(&self, decimals: &'a str) -> &'a str {
        let needed = decimals
            .trim_end_matches('0')
            .len()
            .max(self.least_decimals);
        &decimals[..needed.min(decimals.len())]
    }

    /// Digits before the point for each of their places, from left to right; the first takes all that have none.
    fn placed(&self, whole: &str) -> Vec<String> {
        let is_zero = |part: &Part| match part {
            Part::Digit(is_zero) => Some(*is_zero),
            _ => None,
        };
        let places: Vec<bool> = self.parts.iter().filter_map(is_zero).collect();
        let mut digits = if whole == "0" { "" } else { whole };
        let mut placed = Vec::new();
        let mut shown = 0;
        for (index, is_zero) in places.iter().enumerate().rev() {
            let from = if index == 0 {
                0
            } else {
                digits.len().saturating_sub(1)
            };
            let mut here = self.grouped(&digits[from..], &mut shown);
            if here.is_empty() && *is_zero {
                here = self.grouped("0", &mut shown);
            }
            digits = &digits[..from];
            placed.push(here);
        }
        placed.reverse();
        placed
    }

    /// Digits with a comma behind every third, counted from the right; `shown` stand to the right of them.
    fn grouped(&self, digits: &str, shown: &mut usize) -> String {
        let mut grouped = String::new();
        for digit in digits.chars().rev() {
            if self.has_groups && *shown > 0 && shown.is_multiple_of(3) {
                grouped.insert(0, ',');
            }
            grouped.insert(0, digit);
            *shown += 1;
        }
        grouped
    }

    /// Returns true if it shows the number, and not words alone.
    fn has_number(&self) -> bool {
        self.parts
            .iter()
            .any(|part| !matches!(part, Part::Literal(_)))
    }
}

fn show_sections(sections: &[Section], value: f64) -> String {
    let Some(first) = sections.first().filter(|_| value.is_finite()) else {
        return plain(value);
    };
    let own = match value {
        value if value < 0.0 => sections.get(1),
        0.0 => sections.get(2),
        _ => None,
    };
    let section = own.unwrap_or(first);
    // A section of nothing hides what the cell holds; it is text all the same.
    if section.parts.is_empty() {
        return plain(value);
    }
    let shown = section.show(value.abs());
    let is_signed = value < 0.0 && own.is_none() && section.has_number();
    let sign = if is_signed { "-" } else { "" };
    format!("{sign}{}", shown.trim())
}

/// A number with the digits that a workbook keeps: sums of decimals have noise behind them.
pub(super) fn plain(value: f64) -> String {
    let rounded = format!("{value:.0$e}", KEPT_DIGITS - 1);
    rounded.parse().unwrap_or(value).to_string()
}

/// A day, its time where that is not midnight, or a time alone.
pub(super) fn show_date(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}");
    let has_day = date.as_f64().trunc() != 0.0;
    match (has_day, (hour, minute) == (0, 0)) {
        (false, _) => time,
        (true, true) => format!("{year:04}-{month:02}-{day:02}"),
        (true, false) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

/// Hours and minutes of a time in days.
pub(super) fn show_elapsed(days: f64) -> String {
    let minutes = (days.abs() * 24.0 * 60.0).round();
    if minutes > 1e12 {
        return plain(days);
    }
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{}:{:02}", (minutes / 60.0).trunc(), minutes % 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: f64, code: &str) -> String {
        NumberFormat::read(code).show(value, false)
    }

    #[test]
    fn numbers_are_shown_as_in_their_cell() {
        for (value, code, expected) in [
            (0.2, "0%", "20%"),
            (0.1234, "0.0%", "12.3%"),
            (0.4025, "0.0%", "40.3%"),
            (2.5, "0", "3"),
            (1_234_567.5, "#,##0.00", "1,234,567.50"),
            (-1_234.0, "#,##0", "-1,234"),
            (-1_234.0, "#,##0_);(#,##0)", "(1,234)"),
            (3.03, "\"$\"#,##0.00;[Red]\"$\"-#,##0.00", "$3.03"),
            (3.03, "[$¥-804]#,##0.00", "¥3.03"),
            (7.0, "\"第\"000\"号\"", "第007号"),
            (27_345_678.0, "0000\\-0000", "2734-5678"),
            (0.0, "#,##0;-#,##0;\"-\"", "-"),
            (12_500_000.0, "#,##0.0,,\"百万\"", "12.5百万"),
            (0.5, "0.0##", "0.5"),
            (5.0, "#.##", "5"),
            (12.0, "General\"元\"", "12元"),
            (0.25, "# ?/?", "0.25"),
            (0.1 + 0.2, "General", "0.3"),
            (123_456_789_012_345.0, "General", "123456789012345"),
            (7.0, ";;;", "7"),
            (42_803.0, "yyyy/m/d", "2017-03-09"),
            (
                42_803.5,
                "yyyy\"年\"m\"月\"d\"日\" h:mm",
                "2017-03-09 12:00",
            ),
            (0.354_166_7, "h:mm", "08:30"),
            (1.5, "[h]:mm", "36:00"),
            (5.0, "[>3]\"many\";0", "5"),
            (-2.0, "0.0_ ;\\-0.0\\ ", "-2.0"),
        ] {
            assert_eq!(show(value, code), expected, "{code}");
        }
        assert_eq!(show(f64::NAN, "0.00"), "NaN");
        assert_eq!(show(1.0, &"0".repeat(2_000)), "1");
    }

    #[test]
    fn formats_of_any_letters_show_something() {
        for code in [
            "\"", "[", "\\", "_", "*", "0.0.0", "%%%", ",", "#,", "🙂0", "General0",
        ] {
            let _ = show(-1234.5, code);
        }
    }
}
