//! Other ways to write a number, a date or an amount.
//!
//! In: a query, cut. Out: where a number stands with what counts it, and the forms that mean the same: 第23條, 第二十三條 and
//! 第廿三條; 2024年3月, 二〇二四年三月, 2024-03 and March 2024; 100億, 一百億 and 10 billion. Only whole numbers that come out even:
//! nothing is rounded. A number without a counter means too many things to be rewritten.

use std::ops::Range;

use polidex_analysis::date::ENGLISH_MONTHS;
use polidex_analysis::numerals::{chinese_number, is_everyday_numeral};
use polidex_analysis::units::{Cut, Unit, UnitKind};

/// The largest number that is written in ideographs; beyond it nobody does.
const MAX_HAN_NUMBER: u64 = 999_999_999_999;
/// Longest run of ideographs read as one number.
const MAX_NUMERAL_UNITS: usize = 16;
/// Ideographs that count what stands before them. Folded.
const COUNTERS: &str = "条章节款项编号届次年月日岁个名人倍间元份期级所";

/// A number of a query and what else it may be written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberForms {
    /// The units it covers.
    pub units: Range<usize>,
    /// The same in the same language, or in none.
    pub variants: Vec<String>,
    /// The same in the other language.
    pub translations: Vec<String>,
}

/// The number with its counter that begins at unit `start`, if one does: the longest reading.
pub fn number_forms(cut: &Cut, start: usize) -> Option<NumberForms> {
    let reader = Reader { cut };
    reader
        .han_date(start)
        .or_else(|| reader.day_of_month(start))
        .or_else(|| reader.iso_date(start))
        .or_else(|| reader.english_date(start))
        .or_else(|| reader.han_amount(start))
        .or_else(|| reader.english_amount(start))
        .or_else(|| reader.counted(start))
}

/// The whole number at unit `start`, in digits or ideographs, and the unit behind it.
pub fn number_at(cut: &Cut, start: usize) -> Option<(u64, usize)> {
    let reader = Reader { cut };
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

/// A number in ideographs as it is read aloud: 二十三, 一百零五. `None` beyond [`MAX_HAN_NUMBER`].
pub fn han_number(number: u64) -> Option<String> {
    if number == 0 {
        return Some("零".to_owned());
    }
    if number > MAX_HAN_NUMBER {
        return None;
    }
    let mut text = String::new();
    let mut needs_zero = false;
    for (value, name) in [(100_000_000, "億"), (10_000, "萬"), (1, "")] {
        let group = number / value % 10_000;
        if group == 0 {
            needs_zero = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (needs_zero || group < 1_000) {
            text.push('零');
        }
        needs_zero = false;
        text.push_str(&group_text(group, text.is_empty()));
        text.push_str(name);
    }
    Some(text)
}

/// A number up to 9,999; the 一 before a leading 十 is left out at the beginning of a text.
fn group_text(group: u64, is_first: bool) -> String {
    let mut text = String::new();
    let mut skipped = false;
    for (value, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = group / value % 10;
        if digit == 0 {
            skipped = !text.is_empty();
            continue;
        }
        if skipped {
            text.push('零');
        }
        skipped = false;
        if !(is_first && digit == 1 && value == 10 && text.is_empty()) {
            text.push(DIGITS[digit as usize]);
        }
        text.push_str(name);
    }
    text
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// All the ways `number` is written as a count: digits, ideographs, and 廿 and 卅 for the twenties and thirties.
pub fn notations(number: u64) -> Vec<String> {
    let mut forms = vec![number.to_string()];
    let Some(han) = han_number(number) else {
        return forms;
    };
    for (from, short) in [(20, '廿'), (30, '卅')] {
        if (from..from + 10).contains(&number) {
            let rest: String = han.chars().skip(2).collect();
            forms.push(format!("{short}{rest}"));
        }
    }
    forms.insert(1, han);
    forms
}

/// A year digit by digit: 二〇二四, 二零二四.
fn year_notations(year: u64) -> Vec<String> {
    let spelt = |zero: char| {
        let digit = |digit: u8| {
            if digit == b'0' {
                zero
            } else {
                DIGITS[usize::from(digit - b'0')]
            }
        };
        year.to_string().bytes().map(digit).collect::<String>()
    };
    let mut forms = vec![spelt('〇')];
    if forms[0].contains('〇') {
        forms.push(spelt('零'));
    }
    forms
}

struct Reader<'a> {
    cut: &'a Cut,
}

/// A date as far as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    year: Option<u64>,
    month: Option<u64>,
    day: Option<u64>,
}

impl Reader<'_> {
    /// The unit at `index`, if nothing parts it from the one before.
    fn unit(&self, index: usize) -> Option<&Unit> {
        self.cut.units().get(index)
    }

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

    /// The longest run of numerals.
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

    /// 2024年, 2024年3月, 二〇二四年三月五日.
    fn han_date(&self, start: usize) -> Option<NumberForms> {
        let (year, at) = self.number(start, 1_000..3_000)?;
        if !self.is(at, "年") {
            return None;
        }
        let month = self
            .number(at + 1, 1..13)
            .filter(|(_, end)| self.is(*end, "月"));
        let day = month
            .and_then(|(_, end)| self.number(end + 1, 1..32))
            .filter(|(_, end)| self.is(*end, "日"));
        let end = day.or(month).map_or(at + 1, |(_, end)| end + 1);
        let date = Date {
            year: Some(year),
            month: month.map(|(month, _)| month),
            day: day.map(|(day, _)| day),
        };
        Some(NumberForms {
            units: start..end,
            variants: [date.in_digits(), date.in_ideographs(), date.in_iso()].concat(),
            translations: date.in_english(),
        })
    }

    /// 3月5日, 三月五日.
    fn day_of_month(&self, start: usize) -> Option<NumberForms> {
        let (month, at) = self
            .number(start, 1..13)
            .filter(|(_, end)| self.is(*end, "月"))?;
        let (day, end) = self
            .number(at + 1, 1..32)
            .filter(|(_, end)| self.is(*end, "日"))?;
        let date = Date {
            year: None,
            month: Some(month),
            day: Some(day),
        };
        Some(NumberForms {
            units: start..end + 1,
            variants: [date.in_digits(), date.in_ideographs()].concat(),
            translations: date.in_english(),
        })
    }

    /// 2024-03, 2024-03-05: digits parted by hyphens, which the cutter drops.
    fn iso_date(&self, start: usize) -> Option<NumberForms> {
        let digits = |index: usize, len: usize, allowed: Range<u64>| {
            let unit = if index == start {
                self.unit(index)
            } else {
                self.adjacent(index)
            };
            let text = self
                .cut
                .text(unit.filter(|unit| unit.kind == UnitKind::Number)?);
            let number: u64 = text.parse().ok()?;
            (text.len() == len && allowed.contains(&number)).then_some(number)
        };
        let gap = |index: usize| {
            let units = self.cut.units();
            units[index + 1].source().start - units[index].source().end
        };
        let year = digits(start, 4, 1_000..3_000)?;
        let month = digits(start + 1, 2, 1..13).filter(|_| gap(start) == 1)?;
        let day = digits(start + 2, 2, 1..32).filter(|_| gap(start + 1) == 1);
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

    /// March 2024, 5 March 2024, March 5, 2024.
    fn english_date(&self, start: usize) -> Option<NumberForms> {
        let month_at = |index: usize| {
            let unit = if index == start {
                self.unit(index)
            } else {
                self.adjacent(index)
            };
            let text = self.cut.text(unit?);
            ENGLISH_MONTHS
                .iter()
                .position(|month| month.eq_ignore_ascii_case(text))
                .map(|month| month as u64 + 1)
        };
        let digits = |index: usize, allowed: Range<u64>| {
            let is_number = self
                .unit(index)
                .is_some_and(|unit| unit.kind == UnitKind::Number);
            self.number(index, allowed)
                .filter(|_| is_number)
                .map(|(number, _)| number)
        };
        let (month, day, at) = match month_at(start) {
            Some(month) => match digits(start + 1, 1..32) {
                Some(day) => (
                    month,
                    Some(day),
                    start + 2 + usize::from(self.is(start + 2, ",")),
                ),
                None => (month, None, start + 1),
            },
            None => (month_at(start + 1)?, Some(digits(start, 1..32)?), start + 2),
        };
        let year = digits(at, 1_000..3_000);
        if year.is_none() && day.is_none() {
            return None;
        }
        let end = if year.is_some() { at + 1 } else { start + 2 };
        let date = Date {
            year,
            month: Some(month),
            day,
        };
        Some(NumberForms {
            units: start..end,
            variants: [date.in_english(), date.in_iso()].concat(),
            translations: [date.in_digits(), date.in_ideographs()].concat(),
        })
    }

    /// 100億, 一百億元: the amount in digits and in ideographs, and in English.
    fn han_amount(&self, start: usize) -> Option<NumberForms> {
        let first = self.unit(start)?;
        let (value, end) = if first.kind == UnitKind::Number {
            let scaled = decimal_thousandths(self.cut.text(first))?;
            let scale = large_scale(self.text(start + 1)?)?;
            // 萬億 is one scale.
            let is_double = scale == 10_000 && self.is(start + 2, "亿");
            let (scale, end) = if is_double {
                (1_000_000_000_000, start + 3)
            } else {
                (scale, start + 2)
            };
            (scaled.checked_mul(scale)? / 1_000, end)
        } else {
            let (value, end) = self.numeral(start)?;
            let last = self.cut.text(&self.cut.units()[end - 1]);
            large_scale(last)?;
            (value, end)
        };
        Some(NumberForms {
            units: start..end,
            variants: han_amounts(value),
            translations: english_amounts(value),
        })
    }

    /// 10 billion, 1.3 trillion.
    fn english_amount(&self, start: usize) -> Option<NumberForms> {
        let first = self
            .unit(start)
            .filter(|unit| unit.kind == UnitKind::Number)?;
        let scaled = decimal_thousandths(self.cut.text(first))?;
        let scale = match self.text(start + 1)? {
            "million" | "millions" => 1_000_000,
            "billion" | "billions" => 1_000_000_000,
            "trillion" | "trillions" => 1_000_000_000_000,
            _ => return None,
        };
        let value = scaled.checked_mul(scale)? / 1_000;
        Some(NumberForms {
            units: start..start + 2,
            variants: english_amounts(value),
            translations: han_amounts(value),
        })
    }

    /// 第23條, 第廿三條, 23項.
    fn counted(&self, start: usize) -> Option<NumberForms> {
        let is_ordinal = self.cut.text(self.unit(start)?) == "第";
        let (number, at) = self.number(start + usize::from(is_ordinal), 0..MAX_HAN_NUMBER)?;
        if is_ordinal {
            self.adjacent(start + 1)?;
        }
        let counter = self
            .adjacent(at)
            .filter(|unit| unit.kind == UnitKind::Ideograph)?;
        let counts = COUNTERS.contains(self.cut.text(counter));
        // 第 says that a number follows; without it the counter has to be one.
        if !is_ordinal && !counts {
            return None;
        }
        let counter = self.cut.text(counter);
        let ordinal = if is_ordinal { "第" } else { "" };
        let end = if counts { at + 1 } else { at };
        let tail = if counts { counter } else { "" };
        let mut numbers = notations(number);
        if counter == "年" && (1_000..3_000).contains(&number) {
            numbers.extend(year_notations(number));
        }
        let variants = numbers
            .iter()
            .map(|number| format!("{ordinal}{number}{tail}"))
            .collect();
        Some(NumberForms {
            units: start..end,
            variants,
            translations: Vec::new(),
        })
    }
}

impl Date {
    fn in_digits(self) -> Vec<String> {
        let part = |value: Option<u64>, name: &str| {
            value
                .map(|value| format!("{value}{name}"))
                .unwrap_or_default()
        };
        vec![part(self.year, "年") + &part(self.month, "月") + &part(self.day, "日")]
    }

    fn in_ideographs(self) -> Vec<String> {
        let part = |value: Option<u64>, name: &str| {
            value
                .and_then(han_number)
                .map(|value| format!("{value}{name}"))
                .unwrap_or_default()
        };
        let rest = part(self.month, "月") + &part(self.day, "日");
        match self.year {
            Some(year) => year_notations(year)
                .iter()
                .map(|year| format!("{year}年{rest}"))
                .collect(),
            None => vec![rest],
        }
    }

    fn in_iso(self) -> Vec<String> {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), None) => vec![format!("{year}-{month:02}")],
            (Some(year), Some(month), Some(day)) => vec![format!("{year}-{month:02}-{day:02}")],
            _ => Vec::new(),
        }
    }

    fn in_english(self) -> Vec<String> {
        let Some(month) = self
            .month
            .and_then(|month| ENGLISH_MONTHS.get(month as usize - 1))
        else {
            return Vec::new();
        };
        match (self.year, self.day) {
            (Some(year), None) => vec![format!("{month} {year}")],
            (Some(year), Some(day)) => vec![
                format!("{day} {month} {year}"),
                format!("{month} {day}, {year}"),
            ],
            (None, Some(day)) => vec![format!("{day} {month}"), format!("{month} {day}")],
            (None, None) => Vec::new(),
        }
    }
}

/// `1.3` as 1300; `None` for more than three decimals.
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

/// An amount by its 億 or 萬: `100億`, `一百億`. Thousandths at most, as people write them.
fn han_amounts(value: u64) -> Vec<String> {
    let mut forms = Vec::new();
    for (scale, name) in [(100_000_000, "億"), (10_000, "萬")] {
        if value >= scale {
            forms.extend(scaled(value, scale).map(|number| format!("{number}{name}")));
            if value.is_multiple_of(scale) {
                forms.extend(han_number(value / scale).map(|number| format!("{number}{name}")));
                break;
            }
        }
    }
    forms
}

fn english_amounts(value: u64) -> Vec<String> {
    let scales = [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
    ];
    let best = scales.iter().find(|(scale, _)| value >= *scale);
    match best {
        Some((scale, name)) => scaled(value, *scale)
            .map(|number| format!("{number} {name}"))
            .into_iter()
            .collect(),
        None => vec![grouped(value)],
    }
}

/// `value / scale` with up to three decimals; `None` when that is not exact.
fn scaled(value: u64, scale: u64) -> Option<String> {
    let thousandth = scale / 1_000;
    if thousandth == 0 || !value.is_multiple_of(thousandth) {
        return None;
    }
    let (whole, rest) = (value / scale, value % scale / thousandth);
    let decimals = format!("{rest:03}");
    let decimals = decimals.trim_end_matches('0');
    Some(if decimals.is_empty() {
        grouped(whole)
    } else {
        format!("{}.{decimals}", grouped(whole))
    })
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value of a number in ideographs, by place (二〇二四) or by name (二千零二十四); `None` when it is no number, and for what
/// may be a list: 一二, 十廿三.
fn numeral_value(text: &str) -> Option<u64> {
    let count = text.chars().count();
    let is_by_place = !text.contains(['十', '百', '千', '万', '亿', '廿', '卅']);
    // A number by place has a nought or four places.
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
