//! Writes a number, a date or an amount in all its notations.

use polidex_analysis::date::ENGLISH_MONTHS;

/// Largest number that is written in ideographs; nobody does beyond it.
pub(super) const MAX_HAN_NUMBER: u64 = 999_999_999_999;

/// Writes a number in ideographs as it is read aloud: 二十三, 一百零五. `None` beyond [`MAX_HAN_NUMBER`].
pub(super) fn han_number(number: u64) -> Option<String> {
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

/// Writes a number up to 9,999; the 一 before a leading 十 is left out at the start of a text.
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

/// Returns all notations of a count: digits, ideographs, and 廿 and 卅 for the twenties and thirties.
pub(super) fn notations(number: u64) -> Vec<String> {
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

/// Writes a year digit by digit: 二〇二四, 二零二四.
pub(super) fn year_notations(year: u64) -> Vec<String> {
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

/// A date as far as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: Option<u64>,
    pub(super) month: Option<u64>,
    pub(super) day: Option<u64>,
}

impl Date {
    pub(super) fn in_digits(self) -> Vec<String> {
        let part = |value: Option<u64>, name: &str| {
            value
                .map(|value| format!("{value}{name}"))
                .unwrap_or_default()
        };
        vec![part(self.year, "年") + &part(self.month, "月") + &part(self.day, "日")]
    }

    pub(super) fn in_ideographs(self) -> Vec<String> {
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

    pub(super) fn in_iso(self) -> Vec<String> {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), None) => vec![format!("{year}-{month:02}")],
            (Some(year), Some(month), Some(day)) => vec![format!("{year}-{month:02}-{day:02}")],
            _ => Vec::new(),
        }
    }

    pub(super) fn in_english(self) -> Vec<String> {
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

/// Writes an amount with 億 or 萬: `100億`, `一百億`. Thousandths at most, as people write them.
pub(super) fn han_amounts(value: u64) -> Vec<String> {
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

/// Writes an amount with trillion, billion or million, or in full: `1.3 trillion`, `500,000`.
pub(super) fn english_amounts(value: u64) -> Vec<String> {
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

/// Writes `value / scale` with up to three decimals; `None` if that is not exact.
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

/// Writes a number with thousands separators.
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
