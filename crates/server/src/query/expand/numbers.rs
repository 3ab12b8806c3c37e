//! Finds the numbers, dates and amounts of a query and their other notations.
//!
//! In: a query, tokenized. Out: the place of a number with its counter, and the forms that mean the same: 第23條, 第二十三條 and
//! 第廿三條; 2024年3月, 二〇二四年三月, 2024-03 and March 2024; 100億, 一百億 and 10 billion. Only whole numbers that come out even:
//! nothing is rounded. A number without a counter means too many things to be rewritten.

use std::ops::Range;

use polidex_analysis::date::ENGLISH_MONTHS;
use polidex_analysis::numerals::{chinese_number, is_everyday_numeral};
use polidex_analysis::units::{Cut, Unit, UnitKind};

use crate::query::expand::notations::{
    Date, MAX_HAN_NUMBER, english_amounts, han_amounts, notations, year_notations,
};

/// Maximum length of a run of ideographs read as one number.
const MAX_NUMERAL_UNITS: usize = 16;
/// Ideographs, folded, that count the number before them.
const COUNTERS: &str = "条章节款项编号届次年月日岁个名人倍间元份期级所";
/// Numbers that may be a year.
const YEARS: Range<u64> = 1_000..3_000;
const MONTHS: Range<u64> = 1..13;
const DAYS: Range<u64> = 1..32;

/// A number of a query and its other notations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberForms {
    /// Units that it covers.
    pub units: Range<usize>,
    /// Notations of the same language, or of none.
    pub variants: Vec<String>,
    /// Notations of the other language.
    pub translations: Vec<String>,
}

impl NumberForms {
    fn of_han_date(units: Range<usize>, date: Date) -> Self {
        Self {
            units,
            variants: [date.in_digits(), date.in_ideographs(), date.in_iso()].concat(),
            translations: date.in_english(),
        }
    }
}

/// Returns the number with its counter that starts at unit `start`, if one does: the longest reading.
pub fn number_forms(cut: &Cut, start: usize) -> Option<NumberForms> {
    let reader = NumberReader { cut };
    reader
        .han_date(start)
        .or_else(|| reader.day_of_month(start))
        .or_else(|| reader.iso_date(start))
        .or_else(|| reader.english_date(start))
        .or_else(|| reader.han_amount(start))
        .or_else(|| reader.english_amount(start))
        .or_else(|| reader.counted(start))
}

/// Returns the whole number at unit `start`, in digits or ideographs, and the unit behind it.
pub fn number_at(cut: &Cut, start: usize) -> Option<(u64, usize)> {
    let reader = NumberReader { cut };
    let unit = reader.unit(start)?;
    match unit.kind {
        UnitKind::Number => {
            let digits = cut.text(unit).replace(',', "");
            Some((digits.parse().ok()?, start + 1))
        }
        UnitKind::Ideograph => reader.numeral(start),
        _ => None,
    }
}

struct NumberReader<'a> {
    cut: &'a Cut,
}

impl NumberReader<'_> {
    fn unit(&self, index: usize) -> Option<&Unit> {
        self.cut.units().get(index)
    }

    /// Returns the unit at `index` if nothing separates it from the one before.
    fn adjacent(&self, index: usize) -> Option<&Unit> {
        let unit = self.unit(index)?;
        let before = self.unit(index.checked_sub(1)?)?;
        (before.position + 1 == unit.position).then_some(unit)
    }

    fn text(&self, index: usize) -> Option<&str> {
        Some(self.cut.text(self.adjacent(index)?))
    }

    fn is(&self, index: usize, wanted: &str) -> bool {
        self.text(index) == Some(wanted)
    }

    fn number(&self, index: usize, allowed: Range<u64>) -> Option<(u64, usize)> {
        number_at(self.cut, index).filter(|(number, _)| allowed.contains(number))
    }

    /// Returns a number followed by `counter` and the unit behind the counter.
    fn number_with(
        &self,
        index: usize,
        allowed: Range<u64>,
        counter: &str,
    ) -> Option<(u64, usize)> {
        let (number, end) = self.number(index, allowed)?;
        self.is(end, counter).then_some((number, end + 1))
    }

    /// Returns a number in digits.
    fn digits(&self, index: usize, allowed: Range<u64>) -> Option<u64> {
        let is_number = self.unit(index)?.kind == UnitKind::Number;
        let (number, _) = self.number(index, allowed)?;
        is_number.then_some(number)
    }

    /// Returns the longest run of numerals.
    fn numeral(&self, start: usize) -> Option<(u64, usize)> {
        let mut text = String::new();
        let mut end = start;
        while end < start + MAX_NUMERAL_UNITS {
            let unit = if end == start {
                self.unit(end)
            } else {
                self.adjacent(end)
            };
            let Some(unit) = unit.filter(|unit| unit.kind == UnitKind::Ideograph) else {
                break;
            };
            let character = self.cut.text(unit);
            if !character.chars().all(is_everyday_numeral) {
                break;
            }
            text.push_str(character);
            end += 1;
        }
        Some((numeral_value(&text)?, end))
    }

    /// Reads 2024年, 2024年3月, 二〇二四年三月五日.
    fn han_date(&self, start: usize) -> Option<NumberForms> {
        let (year, end) = self.number_with(start, YEARS, "年")?;
        let month = self.number_with(end, MONTHS, "月");
        let day = month.and_then(|(_, end)| self.number_with(end, DAYS, "日"));
        let end = day.or(month).map_or(end, |(_, end)| end);
        let date = Date {
            year: Some(year),
            month: month.map(|(month, _)| month),
            day: day.map(|(day, _)| day),
        };
        Some(NumberForms::of_han_date(start..end, date))
    }

    /// Reads 3月5日, 三月五日.
    fn day_of_month(&self, start: usize) -> Option<NumberForms> {
        let (month, end) = self.number_with(start, MONTHS, "月")?;
        let (day, end) = self.number_with(end, DAYS, "日")?;
        let date = Date {
            year: None,
            month: Some(month),
            day: Some(day),
        };
        Some(NumberForms::of_han_date(start..end, date))
    }

    /// Reads 2024-03, 2024-03-05. The tokenizer drops the hyphens.
    fn iso_date(&self, start: usize) -> Option<NumberForms> {
        let year = self.padded(self.unit(start)?, 4, YEARS)?;
        let month = self.padded(self.hyphenated(start + 1)?, 2, MONTHS)?;
        let day = self
            .hyphenated(start + 2)
            .and_then(|unit| self.padded(unit, 2, DAYS));
        let date = Date {
            year: Some(year),
            month: Some(month),
            day,
        };
        Some(NumberForms {
            units: start..start + 2 + usize::from(day.is_some()),
            variants: [date.in_digits(), date.in_ideographs()].concat(),
            translations: date.in_english(),
        })
    }

    /// Returns a number of exactly `len` digits.
    fn padded(&self, unit: &Unit, len: usize, allowed: Range<u64>) -> Option<u64> {
        let text = self.cut.text(unit);
        if unit.kind != UnitKind::Number || text.len() != len {
            return None;
        }
        text.parse().ok().filter(|number| allowed.contains(number))
    }

    /// Returns the unit at `index` if a single byte separates it from the one before.
    fn hyphenated(&self, index: usize) -> Option<&Unit> {
        let unit = self.adjacent(index)?;
        let before = self.unit(index - 1)?;
        (unit.source().start - before.source().end == 1).then_some(unit)
    }

    /// Reads March 2024, 5 March 2024, March 5, 2024.
    fn english_date(&self, start: usize) -> Option<NumberForms> {
        let (date, year_at) = self.english_day(start)?;
        let year = self.digits(year_at, YEARS);
        if year.is_none() && date.day.is_none() {
            return None;
        }
        let end = if year.is_some() {
            year_at + 1
        } else {
            start + 2
        };
        let date = Date { year, ..date };
        Some(NumberForms {
            units: start..end,
            variants: [date.in_english(), date.in_iso()].concat(),
            translations: [date.in_digits(), date.in_ideographs()].concat(),
        })
    }

    /// Reads March, March 5, 5 March; with the unit that a year may follow at.
    fn english_day(&self, start: usize) -> Option<(Date, usize)> {
        let date = |month, day| Date {
            year: None,
            month: Some(month),
            day,
        };
        let Some(month) = self.month(self.unit(start)?) else {
            let month = self.month(self.adjacent(start + 1)?)?;
            let day = self.digits(start, DAYS)?;
            return Some((date(month, Some(day)), start + 2));
        };
        Some(match self.digits(start + 1, DAYS) {
            Some(day) => {
                let comma = usize::from(self.is(start + 2, ","));
                (date(month, Some(day)), start + 2 + comma)
            }
            None => (date(month, None), start + 1),
        })
    }

    fn month(&self, unit: &Unit) -> Option<u64> {
        let text = self.cut.text(unit);
        let index = ENGLISH_MONTHS
            .iter()
            .position(|month| month.eq_ignore_ascii_case(text))?;
        Some(index as u64 + 1)
    }

    /// Reads 100億, 一百億元: the amount in digits and in ideographs, and in English.
    fn han_amount(&self, start: usize) -> Option<NumberForms> {
        let (value, end) = match self.unit(start)?.kind {
            UnitKind::Number => self.scaled_digits(start)?,
            _ => self.scaled_numeral(start)?,
        };
        Some(NumberForms {
            units: start..end,
            variants: han_amounts(value),
            translations: english_amounts(value),
        })
    }

    /// Reads 100億, 1.3萬億 and the unit behind it.
    fn scaled_digits(&self, start: usize) -> Option<(u64, usize)> {
        let thousandths = decimal_thousandths(self.cut.text(self.unit(start)?))?;
        let scale = large_scale(self.text(start + 1)?)?;
        // 萬億 is one scale.
        let is_double = scale == 10_000 && self.is(start + 2, "亿");
        let (scale, end) = if is_double {
            (1_000_000_000_000, start + 3)
        } else {
            (scale, start + 2)
        };
        Some((thousandths.checked_mul(scale)? / 1_000, end))
    }

    /// Reads 一百億 and the unit behind it.
    fn scaled_numeral(&self, start: usize) -> Option<(u64, usize)> {
        let (value, end) = self.numeral(start)?;
        let last = self.cut.text(self.unit(end - 1)?);
        large_scale(last)?;
        Some((value, end))
    }

    /// Reads 10 billion, 1.3 trillion.
    fn english_amount(&self, start: usize) -> Option<NumberForms> {
        let first = self
            .unit(start)
            .filter(|unit| unit.kind == UnitKind::Number)?;
        let thousandths = decimal_thousandths(self.cut.text(first))?;
        let scale = match self.text(start + 1)? {
            "million" | "millions" => 1_000_000,
            "billion" | "billions" => 1_000_000_000,
            "trillion" | "trillions" => 1_000_000_000_000,
            _ => return None,
        };
        let value = thousandths.checked_mul(scale)? / 1_000;
        Some(NumberForms {
            units: start..start + 2,
            variants: english_amounts(value),
            translations: han_amounts(value),
        })
    }

    /// Reads 第23條, 第廿三條, 23項.
    fn counted(&self, start: usize) -> Option<NumberForms> {
        let ordinal = if self.cut.text(self.unit(start)?) == "第" {
            "第"
        } else {
            ""
        };
        let is_ordinal = !ordinal.is_empty();
        let (number, at) = self.number(start + usize::from(is_ordinal), 0..MAX_HAN_NUMBER)?;
        if is_ordinal {
            self.adjacent(start + 1)?;
        }
        let next = self.adjacent(at)?;
        if next.kind != UnitKind::Ideograph {
            return None;
        }
        // 第 says that a number follows; without it a counter must.
        let counter = self.cut.text(next);
        let is_counter = COUNTERS.contains(counter);
        if !is_ordinal && !is_counter {
            return None;
        }
        let tail = if is_counter { counter } else { "" };
        let variants = counted_notations(number, counter)
            .iter()
            .map(|number| format!("{ordinal}{number}{tail}"))
            .collect();
        Some(NumberForms {
            units: start..at + usize::from(is_counter),
            variants,
            translations: Vec::new(),
        })
    }
}

fn counted_notations(number: u64, counter: &str) -> Vec<String> {
    let mut numbers = notations(number);
    if counter == "年" && YEARS.contains(&number) {
        numbers.extend(year_notations(number));
    }
    numbers
}

/// Reads `1.3` as 1300; `None` for more than three decimals.
fn decimal_thousandths(text: &str) -> Option<u64> {
    let text = text.replace(',', "");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    if decimals.len() > 3 {
        return None;
    }
    let decimals: u64 = format!("{decimals:0<3}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(decimals)
}

fn large_scale(ideograph: &str) -> Option<u64> {
    match ideograph {
        "万" => Some(10_000),
        "亿" => Some(100_000_000),
        "兆" => Some(1_000_000_000_000),
        _ => None,
    }
}

/// Returns the value of a number in ideographs, by place (二〇二四) or by name (二千零二十四); `None` if it is no number, and for
/// what may be a list: 一二, 十廿三.
fn numeral_value(text: &str) -> Option<u64> {
    let count = text.chars().count();
    let is_by_place = !text.contains(['十', '百', '千', '万', '亿', '廿', '卅']);
    // A number by place has a zero or four places.
    if is_by_place && (count > 1 && count != 4 && !text.contains(['〇', '零']) || count > 8) {
        return None;
    }
    chinese_number(text)
}

#[cfg(test)]
mod tests {
    use polidex_analysis::units::cut_text;
    use proptest::prelude::*;

    use super::*;
    use crate::query::expand::notations::han_number;

    fn shown(text: &str) -> String {
        let cut = cut_text(text);
        match number_forms(&cut, 0) {
            Some(forms) => {
                let units = forms.units.len();
                format!(
                    "{units}: {} / {}",
                    forms.variants.join(" "),
                    forms.translations.join(" | ")
                )
            }
            None => "-".to_owned(),
        }
    }

    #[test]
    fn numbers_are_written_in_all_their_ways() {
        let cases = [
            ("第23條", "3: 第23条 第二十三条 第廿三条 / "),
            ("第廿三条", "4: 第23条 第二十三条 第廿三条 / "),
            ("第二十三條", "5: 第23条 第二十三条 第廿三条 / "),
            ("第十四屆", "4: 第14届 第十四届 / "),
            (
                "2024年3月",
                "4: 2024年3月 二〇二四年三月 二零二四年三月 2024-03 / March 2024",
            ),
            (
                "二〇二四年三月",
                "7: 2024年3月 二〇二四年三月 二零二四年三月 2024-03 / March 2024",
            ),
            (
                "2024-03",
                "2: 2024年3月 二〇二四年三月 二零二四年三月 / March 2024",
            ),
            (
                "March 2024",
                "2: March 2024 2024-03 / 2024年3月 | 二〇二四年三月 | 二零二四年三月",
            ),
            (
                "5 March 2024",
                "3: 5 March 2024 March 5, 2024 2024-03-05 / 2024年3月5日 | 二〇二四年三月五日 | 二零二四年三月五日",
            ),
            ("2024年", "2: 2024年 二〇二四年 二零二四年 / "),
            ("3月5日", "4: 3月5日 三月五日 / 5 March | March 5"),
            ("100億", "2: 100億 一百億 / 10 billion"),
            ("一百億元", "3: 100億 一百億 / 10 billion"),
            ("1.3萬億", "3: 13,000億 一萬三千億 / 1.3 trillion"),
            ("50萬", "2: 50萬 五十萬 / 500,000"),
            ("10 billion", "2: 10 billion / 100億 一百億"),
            ("1.3 trillion", "2: 1.3 trillion / 13,000億 一萬三千億"),
            ("12項", "2: 12项 十二项 / "),
            ("一般", "-"),
            ("may", "-"),
            ("2024", "-"),
            ("一二三", "-"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                shown(text).replace(" | ", " "),
                expected.replace(" | ", " "),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_number_in_ideographs_is_read_back(number in 0_u64..10_000_000) {
            let written = han_number(number).expect("in range");
            let cut = cut_text(&written);
            let (read, end) = number_at(&cut, 0).expect("a number");
            prop_assert_eq!((read, end), (number, cut.units().len()), "{}", written);
        }

        #[test]
        fn any_text_has_numbers_or_none(text in "[第0-9,.零一二十百千万亿年月日條廿\\- MarchmillionA]{0,24}") {
            let cut = cut_text(&text);
            for start in 0..cut.units().len() {
                if let Some(forms) = number_forms(&cut, start) {
                    prop_assert!(forms.units.start == start && forms.units.end > start && forms.units.end <= cut.units().len());
                }
            }
        }
    }
}
