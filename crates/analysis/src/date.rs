//! Dates as policy papers give them: often only a month, sometimes only a year.
//!
//! In: a date as text. Out: [`PartialDate`], which knows the first and the last day it may mean.

use std::fmt;

use crate::fold::fold_text;
use crate::numerals::chinese_number;

/// The months as English papers write them; January first.
pub const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the era of the Republic of China, simplified; the longer first.
const ERAS: [&str; 2] = ["中华民国", "民国"];
/// Year before the first of that era.
const BEFORE_ERA: u64 = 1911;
/// Names of the common era.
const COMMON_ERAS: [&str; 2] = ["公元", "西元"];
/// Shortest abbreviation of a month.
const SHORT_MONTH_LETTERS: usize = 3;

/// A year, a month or a day: `2024`, `2024-03`, `2024-03-11`.
///
/// # Examples
///
/// ```
/// use polidex_analysis::date::PartialDate;
///
/// let march = PartialDate::parse("2024-03").expect("a month");
/// assert_eq!((march.first_day(), march.last_day()), (20240301, 20240331));
/// assert_eq!(PartialDate::parse("2023-02-29"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// Parses `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; anything else, and a day that does not exist, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let (year, month, day) = match parts.as_slice() {
            [year] => (year, None, None),
            [year, month] => (year, Some(number(month, 2)?), None),
            [year, month, day] => (year, Some(number(month, 2)?), Some(number(day, 2)?)),
            _ => return None,
        };
        let year = number(year, 4)?;
        let is_month = |month: u16| (1..=12).contains(&month);
        let month_or_first = month.unwrap_or(1);
        if year == 0 || !is_month(month_or_first) {
            return None;
        }
        let days = 1..=days_in_month(year, month_or_first);
        day.is_none_or(|day| days.contains(&day)).then_some(Self {
            year,
            month: month.map(|month| month as u8),
            day: day.map(|day| day as u8),
        })
    }

    /// Reads a date as people write it in either language: `2014年3月`, `民國一百零三年三月五日`, `March 2014`, `5 Mar. 2014`,
    /// `2014/3/5`, and all that [`PartialDate::parse`] reads. What may be two dates (`3/4/2014`) is `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use polidex_analysis::date::PartialDate;
    ///
    /// let march = PartialDate::parse("2014-03");
    /// for written in ["2014年3月", "March 2014", "民國103年3月", "３/２０１４"] {
    ///     assert_eq!(PartialDate::parse_written(written), march, "{written}");
    /// }
    /// ```
    pub fn parse_written(text: &str) -> Option<Self> {
        let folded = fold_text(text.trim()).text;
        Self::parse(&folded)
            .or_else(|| chinese_date(&folded))
            .or_else(|| english_date(&folded))
            .or_else(|| numeric_date(&folded))
    }

    /// Returns the date of these numbers if there is one.
    fn of_numbers(year: u64, month: Option<u64>, day: Option<u64>) -> Option<Self> {
        let mut text = format!("{year:04}");
        for part in month.into_iter().chain(day) {
            text.push_str(&format!("-{part:02}"));
        }
        Self::parse(&text)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The first day this may mean, as `YYYYMMDD`.
    pub fn first_day(self) -> u64 {
        day_number(
            self.year,
            u16::from(self.month.unwrap_or(1)),
            u16::from(self.day.unwrap_or(1)),
        )
    }

    /// The last day this may mean, as `YYYYMMDD`.
    pub fn last_day(self) -> u64 {
        let month = u16::from(self.month.unwrap_or(12));
        let day = self
            .day
            .map_or_else(|| days_in_month(self.year, month), u16::from);
        day_number(self.year, month, day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Reads 2014年, 民国103年3月, 二〇一四年三月五日; folded text.
fn chinese_date(folded: &str) -> Option<PartialDate> {
    let text: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let era = ERAS.iter().find_map(|era| text.strip_prefix(era));
    let common = COMMON_ERAS.iter().find_map(|era| text.strip_prefix(era));
    let (year, rest) = era.or(common).unwrap_or(&text).split_once('年')?;
    let year = match (year, era) {
        ("元", Some(_)) => 1,
        (year, _) => written_number(year)?,
    };
    let year = if era.is_some() {
        year + BEFORE_ERA
    } else {
        year
    };
    if rest.is_empty() {
        return PartialDate::of_numbers(year, None, None);
    }
    let (month, day) = rest.split_once('月')?;
    let day = match day.strip_suffix(['日', '号']).unwrap_or(day) {
        "" => None,
        day => Some(written_number(day)?),
    };
    PartialDate::of_numbers(year, Some(written_number(month)?), day)
}

fn written_number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    chinese_number(text)
}

/// Reads march 2014, 5 march 2014, march 5th, 2014; folded text.
fn english_date(folded: &str) -> Option<PartialDate> {
    let words = folded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.'));
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && *word != "of")
        .collect();
    let (day, month, year) = match words.as_slice() {
        [month, year] => (None, english_month(month)?, year),
        [one, other, year] => match (english_month(one), english_month(other)) {
            (Some(month), None) => (Some(day_of(other)?), month, year),
            (None, Some(month)) => (Some(day_of(one)?), month, year),
            _ => return None,
        },
        _ => return None,
    };
    PartialDate::of_numbers(u64::from(number(year, 4)?), Some(month), day)
}

/// Number of the month that `word` names or shortens.
fn english_month(word: &str) -> Option<u64> {
    let is_named = |month: &str| {
        word.len() >= SHORT_MONTH_LETTERS && month.to_ascii_lowercase().starts_with(word)
    };
    let index = ENGLISH_MONTHS.iter().position(|month| is_named(month))?;
    Some(index as u64 + 1)
}

fn day_of(word: &str) -> Option<u64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let is_ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th");
    (is_ordinal && digits.len() <= 2).then(|| digits.parse().ok())?
}

/// Reads 2014/3/5, 2014.3, 3/2014, and a day before its month where it cannot be a month.
fn numeric_date(folded: &str) -> Option<PartialDate> {
    let parts: Vec<&str> = folded.split(['/', '.', '-']).map(str::trim).collect();
    let is_short = |part: &&str| (1..=2).contains(&part.len());
    let numbers = parts.iter().map(|part| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            part.parse::<u64>().ok()
        } else {
            None
        }
    });
    let numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
    let year_first = parts[0].len() == 4 && parts[1..].iter().all(is_short);
    let year_last =
        parts[parts.len() - 1].len() == 4 && parts[..parts.len() - 1].iter().all(is_short);
    match numbers.as_slice() {
        [year, month] if year_first => PartialDate::of_numbers(*year, Some(*month), None),
        [year, month, day] if year_first => {
            PartialDate::of_numbers(*year, Some(*month), Some(*day))
        }
        [month, year] if year_last => PartialDate::of_numbers(*year, Some(*month), None),
        [day, month, year] if year_last && (*day > 12 || day == month) => {
            PartialDate::of_numbers(*year, Some(*month), Some(*day))
        }
        [month, day, year] if year_last && *day > 12 => {
            PartialDate::of_numbers(*year, Some(*month), Some(*day))
        }
        _ => None,
    }
}

fn number(text: &str, digits: usize) -> Option<u16> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn day_number(year: u16, month: u16, day: u16) -> u64 {
    u64::from(year) * 10_000 + u64::from(month) * 100 + u64::from(day)
}

fn days_in_month(year: u16, month: u16) -> u16 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_cover_their_days() {
        let cases = [
            ("2024", Some((20240101, 20241231))),
            ("2024-02", Some((20240201, 20240229))),
            ("2023-02", Some((20230201, 20230228))),
            ("2024-03-11", Some((20240311, 20240311))),
            ("2024-13", None),
            ("2023-02-29", None),
            ("24", None),
            ("2024-3", None),
            ("２０２４", None),
            ("2024-03-11-", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let days = PartialDate::parse(text).map(|date| (date.first_day(), date.last_day()));
            assert_eq!(days, expected, "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let cases = [
            ("2014年3月", "2014-03"),
            ("2014 年 3 月 5 日", "2014-03-05"),
            ("二〇一四年三月五日", "2014-03-05"),
            ("二○一四年", "2014"),
            ("公元2014年", "2014"),
            ("民國103年3月", "2014-03"),
            ("中華民國一百零三年三月五日", "2014-03-05"),
            ("民国元年", "1912"),
            ("２０１４年十二月", "2014-12"),
            ("March 2014", "2014-03"),
            ("Sept. 2014", "2014-09"),
            ("5 March 2014", "2014-03-05"),
            ("March 5th, 2014", "2014-03-05"),
            ("5th of mar 2014", "2014-03-05"),
            ("2014/3", "2014-03"),
            ("2014.3.5", "2014-03-05"),
            ("2014-3-5", "2014-03-05"),
            ("3/2014", "2014-03"),
            ("25/3/2014", "2014-03-25"),
            ("3/25/2014", "2014-03-25"),
            (" 2014 ", "2014"),
        ];
        for (written, plain) in cases {
            let date = PartialDate::parse_written(written).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some(plain), "{written}");
        }
        for wrong in [
            "3/4/2014",
            "2014年13月",
            "2014年2月30日",
            "March",
            "5 March",
            "Ma 2014",
            "March 14",
            "yesterday",
            "年",
            "民國",
            "2014年3",
            "1/2/3/2014",
            "",
            "一",
            "31 June 2014",
        ] {
            assert_eq!(PartialDate::parse_written(wrong), None, "{wrong}");
        }
    }
}
