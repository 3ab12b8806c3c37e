//! Dates as policy papers give them: often only a month, sometimes only a year.
//!
//! In: a date as text. Out: [`PartialDate`], which knows the first and the last day it may mean.

use std::fmt;

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
}
