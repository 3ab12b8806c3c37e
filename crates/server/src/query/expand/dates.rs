//! Reads dates and centuries.

use std::ops::Range;

use polidex_analysis::date::ENGLISH_MONTHS;
use polidex_analysis::units::Unit;

use crate::query::expand::notations::{Date, Forms, MINGUO_YEAR, SPELT_CENTURIES, century};
use crate::query::expand::numbers::Reading;
use crate::query::expand::reader::{NumberReader, YEARS, numeral_value};

const MONTHS: Range<u64> = 1..13;
const DAYS: Range<u64> = 1..32;
/// Names of the era of the Republic of China.
const ERAS: [&str; 2] = ["中华民国", "民国"];
/// Years of the Republic of China.
const MINGUO_YEARS: Range<u64> = 1..200;
const CENTURIES: Range<u64> = 10..31;
/// Signs that part the numbers of a date.
const DATE_SIGNS: [char; 6] = ['-', '/', '‐', '‑', '–', '／'];

impl NumberReader<'_> {
    /// Returns the date at unit `start`: the longest reading.
    pub(super) fn date(&self, start: usize) -> Option<Reading> {
        self.han_date(start)
            .or_else(|| self.minguo_date(start))
            .or_else(|| self.day_of_month(start))
            .or_else(|| self.iso_date(start))
            .or_else(|| self.english_date(start))
            .or_else(|| self.han_century(start))
            .or_else(|| self.english_century(start))
    }

    fn reading(units: Range<usize>, forms: Forms, is_han: bool) -> Reading {
        Reading {
            units,
            forms,
            is_han,
        }
    }

    /// Reads the month and the day behind a year that ends at `end`.
    fn month_and_day(&self, end: usize) -> (Option<u64>, Option<u64>, usize) {
        let month = self.number_with(end, MONTHS, "月");
        let day = month.and_then(|(_, end)| {
            self.number_with(end, DAYS, "日")
                .or_else(|| self.number_with(end, DAYS, "号"))
        });
        let end = day.or(month).map_or(end, |(_, end)| end);
        (month.map(|(month, _)| month), day.map(|(day, _)| day), end)
    }

    /// Reads 2024年, 2024年3月, 二〇二四年三月五日.
    fn han_date(&self, start: usize) -> Option<Reading> {
        let (year, end) = self.number_with(start, YEARS, "年")?;
        let (month, day, end) = self.month_and_day(end);
        let date = Date {
            year: Some(year),
            month,
            day,
        };
        Some(Self::reading(start..end, date.forms(), true))
    }

    /// Reads 民國113年, 中華民國一百十三年三月五日, and 113年3月5日.
    fn minguo_date(&self, start: usize) -> Option<Reading> {
        let era = ERAS.iter().find(|era| self.are(start, era));
        let at = start + era.map_or(0, |era| era.chars().count());
        let year = self.number_with(at, MINGUO_YEARS, "年");
        let (year, end) = year.or_else(|| self.minguo_year_by_place(at))?;
        let (month, day, end) = self.month_and_day(end);
        // Without its era only a whole date is one: 5年3月 is a while.
        if era.is_none() && (year < 10 || day.is_none()) {
            return None;
        }
        let date = Date {
            year: Some(year + MINGUO_YEAR),
            month,
            day,
        };
        Some(Self::reading(start..end, date.forms(), true))
    }

    /// Reads 一一三年, which is by place, and no list behind its era.
    fn minguo_year_by_place(&self, at: usize) -> Option<(u64, usize)> {
        let (text, end) = self.numerals(at);
        let year = polidex_analysis::numerals::chinese_number(&text)?;
        let is_year = MINGUO_YEARS.contains(&year) && self.is(end, "年");
        (is_year && numeral_value(&text).is_none()).then_some((year, end + 1))
    }

    /// Reads 3月5日, 三月五日.
    fn day_of_month(&self, start: usize) -> Option<Reading> {
        let (month, end) = self.number_with(start, MONTHS, "月")?;
        let (day, end) = self
            .number_with(end, DAYS, "日")
            .or_else(|| self.number_with(end, DAYS, "号"))?;
        let date = Date {
            year: None,
            month: Some(month),
            day: Some(day),
        };
        Some(Self::reading(start..end, date.forms(), true))
    }

    /// Reads 2024-03, 2024-03-05, 2024/3/5, 2024.3.5. The tokenizer drops hyphens and strokes. Of no
    /// language; its Chinese forms count as its own.
    fn iso_date(&self, start: usize) -> Option<Reading> {
        let year = self.padded(self.unit(start)?, 4, YEARS)?;
        let (month, behind) = self.part_of_date(start, MONTHS)?;
        let day = self.part_of_date(behind - 1, DAYS);
        if day.is_none() {
            self.padded(self.unit(behind - 1)?, 2, MONTHS)?;
        }
        let date = Date {
            year: Some(year),
            month: Some(month),
            day: day.map(|(day, _)| day),
        };
        let end = day.map_or(behind, |(_, end)| end);
        Some(Self::reading(start..end, date.forms(), true))
    }

    /// Returns the number behind the number at `index` and a sign of dates, and the unit behind it.
    fn part_of_date(&self, index: usize, allowed: Range<u64>) -> Option<(u64, usize)> {
        let is_point = self.is(index + 1, ".");
        let at = index + 1 + usize::from(is_point);
        if !is_point && !DATE_SIGNS.contains(&self.sign_behind(index)?) {
            return None;
        }
        let number = self.digits(at, allowed)?;
        let is_near = self.unit(at)?.source().start
            == self.unit(at - 1)?.source().end
                + if is_point {
                    0
                } else {
                    self.sign_behind(index)?.len_utf8()
                };
        is_near.then_some((number, at + 1))
    }

    /// Reads March 2024, 5 March 2024, March 5, 2024, 5th of March 2024, 5 Mar 2024.
    fn english_date(&self, start: usize) -> Option<Reading> {
        let (date, year_at) = self.english_day(start)?;
        let year = self.digits(year_at, YEARS);
        if year.is_none() && date.day.is_none() {
            return None;
        }
        let end = if year.is_some() {
            year_at + 1
        } else {
            year_at - usize::from(self.is(year_at - 1, ","))
        };
        let date = Date { year, ..date };
        Some(Self::reading(start..end, date.forms(), false))
    }

    /// Reads March, March 5, 5 March, 5th of March; with the unit that a year may follow at.
    fn english_day(&self, start: usize) -> Option<(Date, usize)> {
        let (month, day, end) = match self.month(self.unit(start)?) {
            Some(month) => {
                let behind = self.behind(start + 1, ".");
                let day = self.day_number(behind);
                (month, day, behind + usize::from(day.is_some()))
            }
            None => {
                let day = self.day_number(start)?;
                let month_at = self.behind(start + 1, "of");
                let month = self.month(self.adjacent(month_at)?)?;
                (month, Some(day), month_at + 1)
            }
        };
        let date = Date {
            year: None,
            month: Some(month),
            day,
        };
        let end = if day.is_some() {
            self.behind(end, ",")
        } else {
            end
        };
        Some((date, end))
    }

    /// The unit behind `text`, if that stands at `at`.
    fn behind(&self, at: usize, text: &str) -> usize {
        at + usize::from(self.is(at, text))
    }

    fn day_number(&self, index: usize) -> Option<u64> {
        self.digits(index, DAYS)
            .or_else(|| self.ordinal(index, DAYS))
    }

    /// Reads a month in full or by its first three letters; `sept` too.
    fn month(&self, unit: &Unit) -> Option<u64> {
        let text = self.cut.text(unit);
        let is_month = |month: &&str| {
            let is_short = text.len() == 3 || text == "sept";
            month.eq_ignore_ascii_case(text)
                || is_short
                    && month
                        .get(..text.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(text))
        };
        let index = ENGLISH_MONTHS.iter().position(is_month)?;
        Some(index as u64 + 1)
    }

    /// Reads 21世紀, 二十一世紀.
    fn han_century(&self, start: usize) -> Option<Reading> {
        let (number, end) = self.number(start, CENTURIES)?;
        let is_century = self.adjacent(end).is_some() && self.are(end, "世纪");
        is_century.then(|| Self::reading(start..end + 2, century(number), true))
    }

    /// Reads 21st century, twenty-first century.
    fn english_century(&self, start: usize) -> Option<Reading> {
        let (number, end) = match self.ordinal(start, CENTURIES) {
            Some(number) => (number, start + 1),
            None => self.spelt_century(start)?,
        };
        let is_century = self.is_any(end, &["century", "centuries"]);
        is_century.then(|| Self::reading(start..end + 1, century(number), false))
    }

    /// Reads a century in words, and returns the unit behind them.
    fn spelt_century(&self, start: usize) -> Option<(u64, usize)> {
        let first = self.cut.text(self.unit(start)?);
        let units_of = |spelt: &str| match spelt.split_once('-') {
            Some((tens, ones)) => {
                (tens == first && self.text(start + 1) == Some(ones)).then_some(2)
            }
            None => (spelt == first).then_some(1),
        };
        (10..)
            .zip(SPELT_CENTURIES)
            .find_map(|(number, spelt)| Some((number, start + units_of(spelt)?)))
    }
}
